"""A report and its audit in; the worksheets of three checklists out, answered where the audit can.

INSPECT-SR (Wilkinson and others 2025, medRxiv 2025.09.03.25334905; 21 checks in four domains), TRACT
(Mol and others 2023, Res Integr Peer Rev 8:6; seven domains) and CONSORT for abstracts (Hopewell
and others 2008, Lancet 371:281; 17 items), in words of our own. Whatever the printed numbers do not
answer says that a person must look: nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass

from helpers.audit.findings import VERDICTS, Audit
from helpers.audit.model import Report

LOOK = "a person must look"
INSPECT_SR = (
    ("1", "3 checks: notices after publication"),
    ("2", "5 checks: conduct, governance, openness"),
    ("3", "2 checks: text and figures"),
    ("4.1–4.5, 4.7, 4.10, 4.11", "8 checks of results that need baseline tables or other papers"),
    ("4.6", "numbers of patients agree with one another"),
    ("4.8", "printed means, spreads and percentages are possible"),
    ("4.9", "statistics and P values agree with what is printed beside them"),
)
TRACT = ("governance", "author group", "plausibility of the intervention", "timeframe", "drop-out",
         "baseline characteristics", "outcomes")  # fmt: skip
CONSORT = ("title", "authors", "trial design", "participants", "interventions", "objective", "outcome",
           "randomisation", "blinding", "numbers randomised", "recruitment", "numbers analysed",
           "results of the primary outcome", "harms", "conclusions", "registration", "funding")  # fmt: skip
CHECKS_OF = {
    "4.6": ("consistency", "sizes", "percent-from-count", "parts", "total"),
    "4.8": ("percent-from-count", "percent-from-whole-patients", "kaplan-meier-counts",
            "mean-possible", "sd-possible", "samples", "median-possible",
            "spreads-agree", "sd-from-range", "change-from-means", "rate-from-events", "rises-possible"),
    "4.9": ("p-from-counts", "p-from-means", "p-from-statistic", "ratio-from-counts", "ratio-ci-p",
            "log-rank-range", "trials-that-print", "percent-interval", "curve-interval", "rate-interval",
            "rates-compared", "p-from-rates", "difference-of-means", "effect-size", "interaction-p",
            "corrected-p", "t-from-means", "degrees-of-freedom", "correlation-interval", "km-curve",
            "p-possible", "categories", "common-odds", "f-from-means", "kappa", "matched-counts",
            "narrowest-interval", "one-sample", "pooled", "rank-sum-range", "trend-of-means"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of a worksheet."""

    checklist: str
    item: str
    about: str
    answer: str

    @property
    def answered(self) -> bool:
        """Whether the printed numbers answer it."""
        return self.answer != LOOK


def worksheet(report: Report, found: Audit) -> list[Line]:
    """Return the lines of the three checklists."""
    lines = [Line("INSPECT-SR", item, about, _checked(item, found)) for item, about in INSPECT_SR]
    lines += [Line("TRACT", str(n), about, _tract(about, report, found))
              for n, about in enumerate(TRACT, start=1)]  # fmt: skip
    lines += [Line("CONSORT for abstracts", str(n), about, _consort(about, report))
              for n, about in enumerate(CONSORT, start=1)]  # fmt: skip
    return lines


def _checked(item: str, found: Audit) -> str:
    """Count the verdicts of the results that the checks of an item concern."""
    names = CHECKS_OF.get(item)
    if names is None:
        return LOOK
    concerned = {c.result for c in found.checks if c.check in names and c.part}
    verdicts = [r.verdict for r in found.results if r.id in concerned]
    counted = [f"{verdicts.count(v)} {v}" for v in VERDICTS if v in verdicts]
    results = f"{len(verdicts)} result{'s' * (len(verdicts) > 1)}"
    return f"of {results}: {', '.join(counted)}" if counted else LOOK


def _tract(about: str, report: Report, found: Audit) -> str:
    if about == "outcomes":
        return _checked("4.9", found)
    if about == "drop-out":
        lost = [r.readings[0] for r in found.results if r.readings and "lost" in r.readings[0]]
        return "; ".join(lost) if lost else LOOK
    return LOOK


def _consort(about: str, report: Report) -> str:
    """Answer an item that the folder itself holds."""
    facts = {r.name.lower(): r.printed for r in report.results if r.kind == "fact"}
    sizes = [f"{arm.label} {arm.n}" for arm in report.arms if arm.n]
    known = {
        "title": report.title,
        "trial design": report.trial.design,
        "interventions": ", ".join(arm.label for arm in report.arms),
        "numbers randomised": ", ".join(sizes) if len(sizes) == len(report.arms) else "",
        "registration": facts.get("registration", ""),
        "blinding": facts.get("blinding", ""),
        "funding": facts.get("funding", ""),
    }
    return f"printed: {known[about]}" if known.get(about) else LOOK
