"""Claims and assumptions in, their reference tables out; nothing is computed here."""

from __future__ import annotations

from html import escape

from helpers.claims import Assumption, load_assumptions
from helpers.present import markup
from helpers.present.html import Html


def assumptions_table() -> Html:
    """Every assumption: name, value, plausible range, reason, source and what it feeds."""
    items = list(load_assumptions().values())
    header = ["Assumption", "Value", "Range", "Reason", "Source", "Feeds"]
    html = markup.table_html(
        header,
        [_row(item) for item in items],
        caption=f"The {len(items)} assumptions behind the simulated cohorts.",
        ids=[markup.anchor("a", item.id) for item in items],
        kind="stack",
    )
    return Html(html, "\n".join(f"{i.id}: {markup.assumption_text(i)}" for i in items))


def _row(item: Assumption) -> list[str]:
    span = "–" if item.low is None else f"{item.low} to {item.high}"
    texts = [span, item.reason, item.source or "our choice", ", ".join(item.feeds)]
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
