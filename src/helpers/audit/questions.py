"""The checks of an audit in, the shortest list of questions to the authors out.

A question is asked where its answer would settle what is open: each once, those of impossible and
questioned results first. Nothing here says why a number is as it is.
"""

from __future__ import annotations

from collections.abc import Iterable

from helpers.audit.findings import VERDICTS, WHOLE_REPORT, Audit, Check, ResultVerdict
from helpers.audit.model import Report


def questions(
    report: Report, checks: Iterable[Check], verdicts: dict[str, ResultVerdict]
) -> tuple[str, ...]:
    """Return the questions, most pressing first, each once."""
    asked: dict[str, int] = {}
    for check in checks:
        if not check.asks:
            continue
        verdict = verdicts[check.result].verdict if check.result != WHOLE_REPORT else check.verdict
        if verdict == "reproduced" or (check.part and check.verdict == "reproduced"):
            continue
        rank = VERDICTS.index(verdict)
        asked[check.asks] = max(rank, asked.get(check.asks, 0))
    return tuple(sorted(asked, key=lambda question: -asked[question]))


def as_markdown(found: Audit) -> str:
    """Return the questions as a page to send: questions.md."""
    title = found.title or found.report
    lines = [f"# Questions about “{title}”", ""]
    if not found.questions:
        return "\n".join([*lines, "Nothing that is printed leaves a question open.", ""])
    lines += ["The answers would settle what the printed numbers leave open.", ""]
    lines += [f"{number}. {question}" for number, question in enumerate(found.questions, start=1)]
    return "\n".join([*lines, ""])
