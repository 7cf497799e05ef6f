"""A report in, the same as its checks read it out: corrected P alone, comparisons within patients."""

from __future__ import annotations

from dataclasses import replace

from helpers.audit.model import DEPENDENT, Report
from helpers.audit.wording import paired


def one_p(report: Report) -> Report:
    """Return the report with corrected P values in the place of P values that are not printed."""
    alone = [r.p_adjusted and not any(r.p) and r.kind != "change" for r in report.results]
    results = tuple(replace(r, p=(r.p_adjusted,)) if one else r
                    for r, one in zip(report.results, alone, strict=True))  # fmt: skip
    return replace(report, results=results)


def as_designed(report: Report) -> Report:
    """Return the report with comparisons of patients who are not independent counted as adjusted."""
    if report.trial.design not in DEPENDENT:
        return report
    pairs = report.trial.design == "crossover"
    results = tuple(replace(r, adjusted=r.adjusted or (len(r.arms) > 1 and not (pairs and paired(r))))
                    for r in report.results)  # fmt: skip
    return replace(report, results=results)
