"""Reports and their audits in, the index of their pages out: a systematic reviewer's table of trials."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

from helpers.audit.findings import VERDICTS, Audit
from helpers.audit.model import Report
from helpers.present.audit_page import framed, whole_page

HEADS = ("report", "design", "patients", "arms", *VERDICTS, "statements questioned", "questions")


def write_index(pages: Sequence[tuple[Report, Audit, str]], folder: Path) -> Path:
    """Write index.html with one row a report, linked to the pages at the relative addresses given."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = "".join(_row(report, found, address) for report, found, address in pages)
    caption = f"{len(pages)} reports: what they are, and their printed results by verdict."
    body = f"<h1>Audited reports</h1>{framed('Reports', caption, HEADS, rows, stack=True)}"
    page = folder / "index.html"
    page.write_text(whole_page("Audited reports", body, kind="audit wide"), encoding="utf-8")
    return page


def patients(report: Report) -> str:
    """How many patients are printed: enrolled, else the sum of the arms; "" where neither is."""
    sizes = [arm.n for arm in report.arms]
    if report.trial.enrolled:
        return f"{report.trial.enrolled:,}"
    return f"{sum(sizes):,}" if None not in sizes else ""


def _row(report: Report, found: Audit, address: str) -> str:
    words = [result.verdict for result in found.results]
    questioned = sum(s.verdict in ("questioned", "impossible") for s in found.statements)
    counts = [*(words.count(verdict) for verdict in VERDICTS), questioned, len(found.questions)]
    arms = ", ".join(f"{arm.label} ({arm.n})" if arm.n else arm.label for arm in report.arms)
    about = ((report.trial.design, "short"), (patients(report), "number"), (arms, "words"))
    texts = "".join(f'<td class="{kind}">{escape(text) or "–"}</td>' for text, kind in about)
    numbers = "".join(
        f'<td class="number">{count}</td>' if count else '<td class="number none">–</td>'
        for count in counts
    )
    name = escape(report.title or report.id)
    return f'<tr><th scope="row"><a href="{escape(address)}">{name}</a></th>{texts}{numbers}</tr>'
