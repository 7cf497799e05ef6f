"""Verdicts in, the ledger's tables, its figure and the front page's scoreboard out."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from helpers.audit.history import Change
from helpers.audit.ledger import NOTHING, STATUSES, Verdict, summary
from helpers.present import markup, words
from helpers.present.html import Html

if TYPE_CHECKING:
    import altair as alt

COLOURS = ("#00906a", "#0a7abf", "#c8551b", "#6b7785", "#8a1f5c")
SHAPES = ("circle", "square", "triangle-up", "cross", "diamond")
CHAPTERS = {
    "01_design": "1 Design",
    "02_safety": "2 Safety",
    "03_cd4_cd8_viral_load": "3 CD4, CD8, viral load",
    "04_cytokines": "4 Cytokines",
    "05_chimerism": "5 Chimerism",
    "06_dose_response_survival": "6 Response and survival",
}
CHECKED = ("impossible", "questioned", "compatible", "reproduced")
MEANING = {
    "reproduced": "other printed numbers give it",
    "compatible": "some trials that the abstract allows print it",
    "questioned": "it does not follow, or cannot be meant as printed",
    "not checkable": "nothing else is printed to hold it against",
    "impossible": "no trial prints it under any reading",
}


def status_html(status: str) -> str:
    """A status as a word with its own mark; never by colour alone."""
    return f'<span class="status status-{markup.slug(status)}">{escape(status)}</span>'


def _statement(verdict: Verdict) -> str:
    """What is stated, in words: "Patients enrolled: 12 patients"."""
    quantity = verdict.quantity[:1].upper() + verdict.quantity[1:]
    return escape(f"{quantity}: {verdict.reported}")


def _marked(verdict: Verdict) -> str:
    """The status, and that it flips between live readings if it does."""
    note = "<br><span class='where'>depends on the reading</span>" if verdict.flips else ""
    return status_html(verdict.status) + note


def _self(verdict: Verdict) -> str:
    """The link of a row to itself."""
    name = escape(f"Link to: {verdict.quantity} ({words.study(verdict.study)})", quote=True)
    return (
        f' <span class="self"><a class="self" href="#c-{verdict.id}" aria-label="{name}" '
        'title="Link to this claim">Link</a></span>'
    )


def _got(verdict: Verdict) -> str:
    """What the audit got, with its label; a dash where there was nothing to compute."""
    if verdict.computed == NOTHING:
        return "–"
    return f"{escape(verdict.computed)}{markup.label_mark(verdict.label)}"


def _readings(verdict: Verdict) -> str:
    """Every live reading with the status under it where these differ, else those that were needed."""
    if verdict.flips:
        items = "".join(
            f"<li>{status_html(u.verdict)}: {escape(u.reading)}</li>" for u in verdict.under
        )
        return f"<ul>{items}</ul>"
    return (
        f"<br><span class='where'>Holds for: {escape('; '.join(verdict.readings))}</span>"
        if verdict.readings
        else ""
    )


def _power(verdict: Verdict) -> str:
    return f"<br><span class='where'>Power: {escape(verdict.power)}</span>" if verdict.power else ""


def _because(verdict: Verdict) -> str:
    return escape(verdict.because) + _readings(verdict) + _power(verdict)


def ledger_table(verdicts: Sequence[Verdict], study: str) -> Html:
    """The rows of one study: statement, status, what the audit got, why, the chapter that shows it."""
    rows = [v for v in verdicts if v.study == study]
    cells = [
        [
            f"{_statement(v)}<br><span class='where'><q>{escape(v.quote)}</q>, sentence {v.sentence}"
            f"</span>{_self(v)}",
            _marked(v),
            _got(v),
            _because(v),
            f'<a href="{v.chapter}.html">chapter {int(v.chapter[:2])}</a>',
        ]
        for v in rows
    ]
    html = markup.table_html(
        ["Statement", "Status", "What the audit got", "Why, readings, power", "Chapter"],
        cells,
        caption=f"{len(rows)} statements of the abstract and their verdicts.",
        ids=[f"c-{v.id}" for v in rows],
        kind="stack ledger",
    )
    return Html(html, "\n".join(f"{v.id}: {v.status} ({v.computed})" for v in rows))


def checked_table(verdicts: Sequence[Verdict]) -> Html:
    """The statements that something could be held against, questioned ones first, each with a link.

    Beside each stands how a random figure would have fared. Statements that are not checkable stand
    in `ledger_table` alone.
    """
    rows = [v for status in CHECKED for v in verdicts if v.status == status]
    cells = [[_linked(v), _marked(v), escape(v.power) or "–"] for v in rows]
    heads = ["Statement", "Status", "Would a random figure have passed?"]
    caption = f"{len(rows)} of {len(verdicts)} statements can be held against something printed."
    html = markup.table_html(heads, cells, caption=caption, kind="stack reasons")
    return Html(html, "\n".join(f"{v.id}: {v.status} ({v.power})" for v in rows))


def _linked(verdict: Verdict) -> str:
    return f'<a href="#c-{verdict.id}">{_statement(verdict)}</a> ({words.study(verdict.study)})'


def flipping_table(verdicts: Sequence[Verdict]) -> Html:
    """The statements whose status depends on the reading, each reading with the status under it."""
    rows = [v for v in verdicts if v.flips]
    cells = [[_linked(v), status_html(v.status), _readings(v)] for v in rows]
    caption = f"{len(rows)} statements whose status depends on how the sentence is read."
    html = markup.table_html(
        ["Statement", "Status", "Readings"], cells, caption=caption, kind="stack reasons"
    )
    text = "\n".join(f"{v.id}: {u.verdict} ({u.reading})" for v in rows for u in v.under)
    return Html(html, text)


def changes_table(verdicts: Sequence[Verdict], changes: Sequence[Change]) -> Html:
    """What changed in the verdicts: a row a day, kind of change and reason, with the statements."""
    known = {verdict.id: verdict for verdict in verdicts}
    rows: dict[tuple, list[str]] = {}
    for c in changes:
        statement = f"{_statement(known[c.claim])} ({words.study(known[c.claim].study)})"
        rows.setdefault((c.day, c.before, c.verdict, c.why), []).append(statement)
    cells = [
        [
            f"<time>{day}</time>",
            f"{status_html(before)} → {status_html(verdict)}",
            f"{escape(why)}<ul>{''.join(f'<li>{s}</li>' for s in found)}</ul>",
        ]
        for (day, before, verdict, why), found in rows.items()
    ]
    caption = f"{len(changes)} changes of a verdict since the first ledger, the latest first."
    html = markup.table_html(
        ["Day", "Change", "Why, and which statements"], cells, caption=caption, kind="stack reasons"
    )
    text = "\n".join(f"{c.day} {c.claim}: {c.before} -> {c.verdict}" for c in changes)
    return Html(html, text)


def scoreboard(verdicts: Sequence[Verdict]) -> Html:
    """Five tiles: how many statements have each status; counted from the rows."""
    counts = summary(verdicts)
    tiles = "".join(
        f'<li><span class="count">{counts[s]}</span> {status_html(s)}<span class="about">'
        f"{escape(MEANING[s])}</span></li>"
        for s in STATUSES
    )
    text = ", ".join(f"{counts[s]} {s}" for s in STATUSES)
    return Html(f'<ul class="scoreboard" aria-label="{text}">{tiles}</ul>', text)


def chart_verdicts(verdicts: Sequence[Verdict]) -> alt.Chart:
    """One mark a statement, by chapter and status."""
    import altair as alt
    import pandas as pd

    frame = pd.DataFrame(
        {
            "claim": [v.id for v in verdicts],
            "study": [v.study for v in verdicts],
            "chapter": [CHAPTERS[v.chapter] for v in verdicts],
            "status": [v.status for v in verdicts],
        }
    )
    frame["order"] = [STATUSES.index(s) for s in frame["status"]]
    frame = frame.sort_values(["chapter", "order"], kind="stable")
    frame["place"] = frame.groupby("chapter").cumcount() + 1
    scale = {"domain": list(STATUSES)}
    return (
        alt.Chart(frame)
        .mark_point(size=95, filled=True, opacity=1)
        .encode(
            x=alt.X("place:Q", title="statements", axis=alt.Axis(grid=False, tickMinStep=5)),
            y=alt.Y("chapter:N", title=None, axis=alt.Axis(labelLimit=170)),
            color=alt.Color("status:N", scale=alt.Scale(**scale, range=list(COLOURS))),
            shape=alt.Shape("status:N", scale=alt.Scale(**scale, range=list(SHAPES))),
        )
        .properties(width=270, height=190)
    )
