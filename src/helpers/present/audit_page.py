"""A report and its audit in, one self-contained page a report out, and an index of several.

The page is in the book's looks, reads offline and without script, and prints. Nothing is computed
here: numbers, verdicts and reasons are those of the audit.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from helpers.audit.findings import VERDICTS, WHOLE_REPORT, Audit, Check
from helpers.audit.model import Report, Result
from helpers.audit.questions import as_markdown
from helpers.audit.worksheet import worksheet
from helpers.present.audit_pictures import comparison, has_picture, witnesses

CSS = Path(__file__).parent / "theme" / "static" / "book.css"
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
MORE = """
.audit { max-width: 62rem; margin: 0 auto; padding: 0 1.2rem; }
.audit figure.chart { display: block; margin-right: 0; }
.audit svg .bar { fill: var(--accent); } .audit svg .band { fill: var(--simulated); opacity: 0.35; }
.audit svg text { fill: var(--ink); font-size: 12px; } .audit svg line { stroke: var(--ink-soft); }
.audit .checks { font-size: 0.92rem; } .audit li { margin: 0.3rem 0; }
"""
PRINTED = (
    *(
        "percent",
        "count",
        "of",
        "measure",
        "value",
        "ci",
        "mean",
        "sd",
        "se",
        "intervals",
        "median",
    ),
    *(
        "range",
        "iqr",
        "before",
        "after",
        "statistic",
        "df",
        "n",
        "p",
        "test",
        "at",
        "name",
        "printed",
    ),
)


def framed(label: str, caption: str, heads: Sequence[str], rows: str) -> str:
    """Return a table in the book's frame: a caption, column heads, and rows as HTML."""
    shown = "".join(f'<th scope="col">{escape(head)}</th>' for head in heads)
    return (
        f'<div class="frame" tabindex="0" role="region" aria-label="{escape(label)}">'
        f'<table class="book-table"><caption>{escape(caption)}</caption>'
        f"<thead><tr>{shown}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def write_page(report: Report, found: Audit, folder: Path) -> Path:
    """Write index.html, audit.json and questions.md into `folder`; return the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "audit.json").write_text(found.as_json() + "\n", encoding="utf-8")
    (folder / "questions.md").write_text(as_markdown(found), encoding="utf-8")
    page = folder / "index.html"
    page.write_text(audit_page(report, found), encoding="utf-8")
    return page


def write_index(pages: Sequence[tuple[Report, Audit, str]], folder: Path) -> Path:
    """Write index.html with one row a report, linked to the pages at the relative addresses given."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = []
    for report, found, address in pages:
        words = [result.verdict for result in found.results]
        cells = "".join(f"<td>{words.count(verdict)}</td>" for verdict in VERDICTS)
        name = escape(report.title or report.id)
        rows.append(f'<tr><th scope="row"><a href="{escape(address)}">{name}</a></th>{cells}</tr>')
    caption = f"Printed results of {len(pages)} reports by verdict."
    table = framed("Reports", caption, ["report", *VERDICTS], "".join(rows))
    page = folder / "index.html"
    page.write_text(_whole("Audited reports", f"<h1>Audited reports</h1>{table}"), encoding="utf-8")
    return page


def audit_page(report: Report, found: Audit) -> str:
    """Return the page as HTML."""
    title = report.title or report.id
    parts = [f"<h1>{escape(title)}</h1>", _source(report), _answer(found), _table(report, found)]
    parts += [_result(report.result(r.id), found) for r in found.results]
    parts += [
        _whole_report(found),
        _statements(report, found),
        _questions(found),
        _sheets(report, found),
    ]
    return _whole(title, "".join(parts))


def _whole(title: str, body: str) -> str:
    style = CSS.read_text(encoding="utf-8") + MORE
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="data:,"><style>{style}</style></head>'
        f'<body><a class="skip" href="#main">Skip to the text</a>'
        f'<main id="main" class="audit" tabindex="-1">{body}</main></body></html>\n'
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
    return (
        f'<div class="answer"><p>Of {len(words)} printed results: {counted}.</p><p>A verdict speaks of '
        "printed numbers, under readings that are named; it says nothing about persons.</p></div>"
    )


def _printed(result: Result) -> str:
    shown = []
    for name in PRINTED:
        value = getattr(result, name)
        if value in ("", (), None) or (isinstance(value, tuple) and not any(value)):
            continue
        text = ", ".join(
            " to ".join(v) if isinstance(v, tuple) else v or "–" for v in value
        ) if isinstance(value, tuple) else str(value)  # fmt: skip
        shown.append(f"{name} {text}")
    return "; ".join(shown)


def _table(report: Report, found: Audit) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="#{escape(_anchor(r.id))}">{escape(r.id)}</a></th>'
        f"<td>{escape(_printed(report.result(r.id)))}</td><td>{_status(r.verdict)}</td>"
        f"<td>{escape('; '.join(r.readings))}</td></tr>"
        for r in found.results
    )
    caption = (
        "Every printed result, as printed (reported), with the verdict on it (derived) and the "
        "readings under which it holds."
    )
    heads = ["result", "printed", "verdict", "readings"]
    return "<h2>What is printed</h2>" + framed("Printed results", caption, heads, rows)


def _anchor(name: str) -> str:
    return "result-" + "".join(c if c.isalnum() else "-" for c in name)


def _result(result: Result, found: Audit) -> str:
    verdict, checks = found.result(result.id), found.checks_of(result.id)
    quote = f"<blockquote>{escape(result.quote)}</blockquote>" if result.quote else ""
    pictures = "".join(
        comparison(c, result) + _witnesses(c, result) for c in checks if has_picture(c)
    )
    head = f"{escape(result.id)}: {_status(verdict.verdict)}"
    return (
        f'<h2 id="{escape(_anchor(result.id))}">{head}</h2>{quote}'
        f"<p>{escape(_sentence(verdict.why))}</p>{pictures}{_checks(checks)}"
    )


def _witnesses(check: Check, result: Result) -> str:
    heads, rows = witnesses(check, result)
    caption = (
        "Events at each visit (lost after it). Each is one trial that the printed numbers allow; "
        "none says that it was so."
    )
    table = framed("Witness trials", caption, heads, rows)
    return f'<details class="numbers"><summary>Trials at the ends</summary>{table}</details>'


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".") if text else ""


def _checks(checks: Sequence[Check]) -> str:
    items = "".join(
        f"<li><strong>{escape(c.check)}</strong>: {_status(c.verdict)}"
        f"{escape(' (' + '; '.join(c.readings) + ')') if c.readings else ''}. {escape(_sentence(c.why))}"
        f"{' Method: ' + escape(c.method) + '.' if c.method else ''}</li>"
        for c in checks
    )
    return f'<ul class="checks">{items}</ul>' if items else ""


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
    rows = "".join(
        f'<tr><td>{escape(x.checklist)}</td><th scope="row">{escape(x.item)}</th><td>{escape(x.about)}</td>'
        f"<td>{escape(x.answer)}</td></tr>"
        for x in worksheet(report, found)
    )
    caption = "Answered where the printed numbers answer; elsewhere a person must look."
    heads = ["checklist", "item", "about", "answer"]
    return "<h2>Worksheets</h2>" + framed("Worksheets", caption, heads, rows)
