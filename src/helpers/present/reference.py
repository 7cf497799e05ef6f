"""Claims and assumptions in, their reference tables out; nothing is computed here."""

from __future__ import annotations

import csv
from html import escape

from helpers.assumptions import Assumption, load_assumptions
from helpers.present import markup
from helpers.present.html import Html
from helpers.present.page_numbers import page_number
from helpers.published import PUBLISHED

NOT_READ = "no essay; at most a synthetic cohort"
PROVENANCE = PUBLISHED / "provenance.csv"  # what moves with each assumption: `make provenance`


def assumptions_table() -> Html:
    """Every assumption: name and id, value, plausible range, reason, source and what it feeds."""
    items, fed = list(load_assumptions().values()), feeds()
    header = ["Assumption", "Value", "Range", "Reason", "Source", "What moves with it"]
    html = markup.table_html(
        header,
        [_row(item, fed.get(item.id, NOT_READ)) for item in items],
        caption=f"The {len(items)} assumptions and readings of this book.",
        ids=[markup.anchor("a", item.id) for item in items],
        kind="stack assumptions",
    )
    return Html(html, "\n".join(f"{i.name} ({i.id}): {markup.assumption_text(i)}" for i in items))


def feeds() -> dict[str, str]:
    """The pages of which a number moves with each assumption: "chapters 3, 6".

    Of one that moves nothing, which is so of a reading whose other values stand beside it, the pages
    that read it. One that no page reads has no entry.
    """
    moved: dict[str, list[str]] = {}
    read: dict[str, list[str]] = {}
    for row in csv.DictReader(PROVENANCE.read_text(encoding="utf-8").splitlines()):
        page = page_number(f"chapters/{row['page']}")
        if page and row["assumption"]:
            (moved if row["moved"] else read).setdefault(row["assumption"], []).append(page)
    only_read = {k: f"read in {_chapters(found)}" for k, found in read.items() if k not in moved}
    return only_read | {k: _chapters(found) for k, found in moved.items()}


def _chapters(pages: list[str]) -> str:
    return f"chapter{'s' * (len(pages) > 1)} {', '.join(pages)}"


def _row(item: Assumption, fed: str) -> list[str]:
    texts = [markup.range_text(item) or "–", item.reason, item.source or "our choice", fed]
    called = f"{escape(item.name)}<br><code>{escape(item.id)}</code>"
    return [called, _value_html(item), *(escape(text) for text in texts)]


def _value_html(item: Assumption) -> str:
    """The value with its unit; a list of tables is folded, one line an entry."""
    entries = item.value if isinstance(item.value, list | tuple) else ()
    if not any(isinstance(entry, dict) for entry in entries):
        return escape(markup.assumption_text(item))
    lines = "<br>".join(escape(markup.value_text(entry)) for entry in entries)
    return (
        f'<details class="alt"><summary>{len(entries)} entries</summary>{lines}'
        f"<br>{escape(item.unit)}</details>"
    )
