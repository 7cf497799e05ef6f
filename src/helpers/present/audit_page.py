"""A report and its audit in, one self-contained page a report out.

The page is in the book's looks, reads offline and without script, and prints. Nothing is computed
here: numbers, verdicts and reasons are those of the audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from helpers.audit.findings import VERDICTS, WHOLE_REPORT, Audit, Check, best
from helpers.audit.model import Report, Result
from helpers.audit.questions import as_markdown
from helpers.audit.worksheet import LOOK, worksheet
from helpers.present import audit_witnesses, table_room
from helpers.present.audit_pictures import comparison, has_picture
from helpers.present.audit_words import printed_lines, settled, still_open
from helpers.present.words import with_minus

THEME = Path(__file__).parent / "theme"
CSS = (THEME / "static" / "book.css", THEME / "audit.css")
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
OURS = '<meta name="generator" content="helpers audit">'
BESIDE = "<p>Beside this page: audit.json (all of it, for machines) and questions.md (to send).</p>"


def framed(
    label: str, caption: str, heads: Sequence[str], rows: str, *, stack: bool = False
) -> str:
    """Return a table in the book's frame: a caption, column heads, and rows as HTML.

    In a `stack` a phone shows cell below cell, each with the head of its column.
    """
    kind = "book-table stack" if stack else "book-table"
    rows = "".join(_named(row, heads) for row in rows.split("</tr>")) if stack else rows
    shown = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    table = (
        f'<table class="{kind}"><caption><span>{escape(caption)}</span></caption>'
        f"<thead><tr>{shown}</tr></thead><tbody>{rows}</tbody></table>"
    )
    frame = f'<div class="frame" tabindex="0" role="group" aria-label="{escape(label)}">'
    return f"{frame}{table_room.heard(table) if stack else table}</div>"


def _named(row: str, heads: Sequence[str]) -> str:
    """Return a row whose cells behind the first say which column they are of."""
    first, *cells = row.split("<td")
    named = (
        f'<td data-name="{escape(head)}"{cell}'
        for head, cell in zip(heads[1:], cells, strict=False)
    )
    return first + "".join(named) + "</tr>" if first else ""


def write_page(report: Report, found: Audit, folder: Path) -> Path:
    """Write index.html, audit.json and questions.md into `folder`; return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "audit.json").write_text(found.as_json() + "\n", encoding="utf-8")
    (folder / "questions.md").write_text(as_markdown(found), encoding="utf-8")
    page = folder / "index.html"
    page.write_text(audit_page(report, found), encoding="utf-8")
    return page


def audit_page(report: Report, found: Audit) -> str:
    """Return the page as HTML."""
    title = report.title or report.id
    parts = [f"<h1>{escape(title)}</h1>", _source(report), _answer(found), _plain(found), _questions(found),
             _table(report, found)]  # fmt: skip
    parts += [_result(report.result(r.id), report, found) for r in found.results]
    parts += [_whole_report(found), _statements(report, found), _sheets(report, found), BESIDE]
    return whole_page(title, "".join(parts))


def whole_page(title: str, body: str, *, kind: str = "audit") -> str:
    """Return a complete page around the HTML of its body: no script, nothing from elsewhere."""
    style = "".join(path.read_text(encoding="utf-8") for path in CSS)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f'{OURS}<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,"><style>{style}</style></head>'
        f'<body><a class="skip" href="#main">Skip to the text</a>'
        f'<main id="main" class="{kind}" tabindex="-1">{body}</main></body></html>\n'
    )


def _source(report: Report) -> str:
    shown = [f"DOI {report.doi}" if report.doi else "", f"PMID {report.pmid}" if report.pmid else "",
             f"looked up {report.looked_up}" if report.looked_up else ""]  # fmt: skip
    return f"<p>{escape(' · '.join(filter(None, shown)))}</p>" if any(shown) else ""


def _status(verdict: str) -> str:
    return f'<span class="status status-{verdict.replace(" ", "-")}">{verdict}</span>'


def _answer(found: Audit) -> str:
    words = [result.verdict for result in found.results]
    counted = ", ".join(f"{words.count(v)} {v}" for v in VERDICTS if v in words)
    many = "result" if len(words) == 1 else "results"
    return (
        f'<div class="answer"><p>Of {len(words)} printed {many}: {counted}.</p><p>A verdict speaks of '
        "printed numbers, under readings that are named; it says nothing about persons.</p></div>"
    )


def _plain(found: Audit) -> str:
    """What is settled and what is open, in plain words."""
    out = ""
    for head, sentences in (
        ("What is settled", settled(found)),
        ("What is open", still_open(found)),
    ):
        items = "".join(f"<li>{escape(with_minus(text))}</li>" for text in sentences)
        out += f"<h2>{head}</h2>" + (f"<ul>{items}</ul>" if items else "<p>Nothing.</p>")
    return out


def _table(report: Report, found: Audit) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="#{escape(_anchor(r.id))}">{escape(r.id)}</a></th>'
        f'<td class="printed">{"<br>".join(map(escape, printed_lines(report.result(r.id), report)))}</td>'
        f"<td>{_status(r.verdict)}</td>"
        f"<td class='{'long' if r.readings else 'long none'}'>{escape('; '.join(r.readings))}</td></tr>"
        for r in found.results
    )
    caption = (
        "Every printed result, as printed (reported), with the verdict on it (derived) and the "
        "readings under which it holds."
    )
    heads = ["result", "printed", "verdict", "readings"]
    return "<h2>What is printed</h2>" + framed("Printed results", caption, heads, rows, stack=True)


def _anchor(name: str) -> str:
    return "result-" + "".join(c if c.isalnum() else "-" for c in name)


def _result(result: Result, report: Report, found: Audit) -> str:
    verdict, checks = found.result(result.id), found.checks_of(result.id)
    quote = f"<blockquote>{escape(result.quote)}</blockquote>" if result.quote else ""
    pictures = "".join(
        comparison(c, result) + _witnesses(c, result, report) for c in checks if has_picture(c)
    )
    head = f"{escape(result.id)}: {_status(verdict.verdict)}"
    return (
        f'<h2 id="{escape(_anchor(result.id))}">{head}</h2>{quote}'
        f"<p>{escape(_sentence(verdict.why))}</p>{pictures}{_checks(checks, said=verdict.why)}"
    )


def _witnesses(check: Check, result: Result, report: Report) -> str:
    if not check.computed.get("witnesses"):
        return ""
    heads, rows = audit_witnesses.table(check, result, report)
    caption = (
        "Events at each visit (lost after it). Each is one trial that the printed numbers allow; "
        "none says that it was so."
    )
    shown = framed("Witness trials", caption, heads, rows)
    about = "Trials that the printed numbers allow, side by side: the share without the event, by visit."
    return (
        f"<figure class='chart'><p class='finding'>{about}</p>{audit_witnesses.curves(check, result, report)}"
        f"</figure><details class='numbers'><summary>Their numbers</summary>{shown}</details>"
    )


def _sentence(text: str) -> str:
    text = with_minus(text)
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".") if text else ""


def _checks(checks: Sequence[Check], said: str = "") -> str:
    """The checks as a list; a reason that was `said` above is not said again."""
    leading = {part: best(c.verdict for c in checks if c.part == part)
               for part in {c.part for c in checks if c.part}}  # fmt: skip
    names = [c.check for c in checks]
    items = (
        _check(
            c,
            said,
            part=c.part if names.count(c.check) > 1 else "",
            other=bool(c.part) and c.verdict != leading[c.part],
        )
        for c in checks
    )
    return f'<ul class="checks">{"".join(items)}</ul>' if checks else ""


def _check(check: Check, said: str, *, part: str, other: bool) -> str:
    """One check: `part` where several have its name; `other`: another reading of its part holds."""
    name = escape(check.check + (f" ({part})" if part else ""))
    read = ", read in this way" if other else ""
    under = f" ({escape('; '.join(check.readings))})" if check.readings else ""
    why = "" if check.why in said else f" {escape(_sentence(check.why))}"
    power = (
        f" How a random figure would fare: {escape(_sentence(check.power))}" if check.power else ""
    )
    method = f" Method: {escape(check.method)}." if check.method else ""
    return (f"<li><strong>{name}</strong>{read}: {_status(check.verdict)}{under}.{why}{power}"
            f"{method}</li>")  # fmt: skip


def _whole_report(found: Audit) -> str:
    checks = found.checks_of(WHOLE_REPORT)
    return f"<h2>The report as a whole</h2>{_checks(checks)}" if checks else ""


def _statements(report: Report, found: Audit) -> str:
    if not found.statements:
        return ""
    quotes = {s.id: s.quote for s in report.statements}
    items = "".join(
        f"<li><strong>{escape(s.id)}</strong>{' (“' + escape(quotes[s.id]) + '”)' if quotes[s.id] else ''}: "
        f"{_status(s.verdict)}. {escape(_sentence(s.why))}</li>"
        for s in found.statements
    )
    return f"<h2>What the authors say</h2><ul>{items}</ul>"


def _questions(found: Audit) -> str:
    if not found.questions:
        return ""
    items = "".join(f"<li>{escape(question)}</li>" for question in found.questions)
    head = (
        "<h2>What would settle the rest</h2><p>Questions to the authors, also in questions.md.</p>"
    )
    return f"{head}<ol>{items}</ol>"


def _sheets(report: Report, found: Audit) -> str:
    """The worksheets: what print answers in one table, then by checklist what a person must look at."""
    lines = worksheet(report, found)
    rows = "".join(
        f'<tr><th scope="row">{escape(x.checklist)} {escape(x.item)}</th><td>{escape(x.about)}</td>'
        f"<td>{escape(x.answer)}</td></tr>"
        for x in lines
        if x.answered
    )
    caption = "Items of three checklists that the printed numbers, or the report folder, answer."
    heads = ["checklist and item", "about", "answer"]
    out = "<h2>Worksheets</h2>" + framed("Worksheets", caption, heads, rows, stack=True)
    for name in dict.fromkeys(line.checklist for line in lines):
        left = [f"{x.item} ({x.about})" for x in lines if x.checklist == name and not x.answered]
        if left:
            shown = "; ".join(map(escape, left))
            out += f"<p><strong>{escape(name)}: {LOOK} at</strong> {shown}.</p>"
    return out
