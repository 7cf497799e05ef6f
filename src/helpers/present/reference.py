"""Claims and assumptions in, their reference tables out; nothing is computed here."""

from __future__ import annotations

import csv
from html import escape

from helpers.assumptions import Assumption, load_assumptions
from helpers.present import markup
from helpers.present.html import Html
from helpers.published import PUBLISHED

PROVENANCE = PUBLISHED / "provenance.csv"  # what moves with each assumption: `make provenance`


def assumptions_table() -> Html:
    """Every assumption: name, value, plausible range, reason, source and what it feeds."""
    items, fed = list(load_assumptions().values()), feeds()
    header = ["Assumption", "Value", "Range", "Reason", "Source", "What moves with it"]
    html = markup.table_html(
        header,
        [_row(item, fed.get(item.id, "no essay; at most a synthetic cohort")) for item in items],
        caption=f"The {len(items)} assumptions and readings of this book.",
        ids=[markup.anchor("a", item.id) for item in items],
        kind="stack assumptions",
    )
    return Html(html, "\n".join(f"{i.id}: {markup.assumption_text(i)}" for i in items))


def feeds() -> dict[str, str]:
    """The pages of which a number moves with each assumption: "chapters 3, 6"."""
    pages: dict[str, list[str]] = {}
    for row in csv.DictReader(PROVENANCE.read_text(encoding="utf-8").splitlines()):
        if row["moved"]:
            pages.setdefault(row["assumption"], []).append(row["page"].split("_")[0].lstrip("0"))
    return {k: f"chapter{'s' * (len(found) > 1)} {', '.join(found)}" for k, found in pages.items()}


def _row(item: Assumption, fed: str) -> list[str]:
    span = "–" if item.low is None else f"{item.low} to {item.high}"
    texts = [span, item.reason, item.source or "our choice", fed]
    return [escape(item.id), _value_html(item), *(escape(text) for text in texts)]


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
