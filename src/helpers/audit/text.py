"""An audit in, the same as text for people out; it adds no judgement."""

from __future__ import annotations

import textwrap

from helpers.audit.findings import WHOLE_REPORT, Audit, Check

WIDTH = 100


def as_text(found: Audit) -> str:
    """Return the audit as text: verdicts, the checks behind each, statements, questions."""
    lines = [f"{found.report}" + (f": {found.title}" if found.title else ""), ""]
    for result in found.results:
        readings = f" ({'; '.join(result.readings)})" if result.readings else ""
        lines += _wrapped(f"{result.verdict.upper():14} {result.id}{readings}", 4)
        lines += _wrapped(result.why, 15, first=15) if result.why else []
        for check in found.checks_of(result.id):
            lines += _check(check)
        lines.append("")
    whole = found.checks_of(WHOLE_REPORT)
    if whole:
        lines += ["the report as a whole", *(line for check in whole for line in _check(check)), ""]
    if found.statements:
        lines.append("statements")
        for statement in found.statements:
            lines += _wrapped(f"{statement.verdict.upper():14} {statement.id}: {statement.why}", 15)
        lines.append("")
    if found.questions:
        lines.append("questions that would settle what is open")
        lines += [
            part for n, q in enumerate(found.questions, 1) for part in _wrapped(f"{n}. {q}", 4)
        ]
    return "\n".join(lines).rstrip()


def _check(check: Check) -> list[str]:
    readings = f" [{'; '.join(check.readings)}]" if check.readings else ""
    return _wrapped(f"- {check.check}: {check.verdict}{readings}. {check.why}", 17, first=15)


def _wrapped(text: str, indent: int, first: int = 0) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=" " * first, subsequent_indent=" " * indent)
