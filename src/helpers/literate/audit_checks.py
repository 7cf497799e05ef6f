"""The table of an audit's checks in, that table out; nothing is run."""

from __future__ import annotations

from html import escape

from helpers.present import markup
from helpers.present.html import Html
from helpers.reference.audit_checks import confirmed

HEADER = ["Check", "Computes", "Under which readings", "Confirmed by", "Function", "Test"]


def checks_table() -> Html:
    """A row a function that a check stands on: what it computes, and what confirmed it."""
    caption = "Every check of an audit, and what that is not ours it was compared with"
    rows = [[r.check, r.computes, r.readings, r.by, r.function, r.node] for r in confirmed()]
    html = markup.table_html(HEADER, [[escape(cell) for cell in row] for row in rows],
                             caption=caption)  # fmt: skip
    return Html(html, "\n".join([caption, *(" | ".join(row) for row in rows)]))
