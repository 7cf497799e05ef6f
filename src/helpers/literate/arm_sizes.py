"""The only split and its two percentages in, whole numbers of patients that print them out.

Arithmetic on what is printed: nothing is assumed about a patient. How many may have been lost is a
reading, and given.
"""

from __future__ import annotations

from collections.abc import Sequence

from helpers.analyse import consistency
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.literate.rows import row_key
from helpers.literate.split import Split, replace_about
from helpers.possible import counts
from helpers.rounding import per_cent

ENUMERATED = "exhaustive enumeration"
VISITS = 3  # only the responders before and after a loss enter, so more visits change nothing


def counted(split: Split, *, third: str) -> tuple[Result, Results, Results]:
    """How many splits there are, the patients of each arm, and the responders of the two printed ones."""
    about = About(study=split.base.study)
    ways = _count(1, "Splits in three arms that print both percentages", about)
    arms = (*split.arms, third)
    sizes = {row_key(a): _count(n, "Patients in the arm", replace_about(about, arm=a))
             for a, n in zip(arms, (*split.sizes, split.rest), strict=True)}  # fmt: skip
    responders = {row_key(a): _count(x, "Responders", replace_about(about, arm=a))
                  for a, x in zip(split.arms, split.responders, strict=True)}  # fmt: skip
    return ways, Results(sizes), Results(responders)


def every_fit(report: Report, claim: str, *, arms: Sequence[str]) -> Results:
    """Every count and arm size up to all patients that is printed as the percentage; row: arm.size."""
    enrolled, out = int(report.values("enrolled")[0]), {}
    for arm, percent in zip(arms, report.values(claim), strict=True):
        fits = consistency.counts_for_percentages(
            f"{percent:.1f}", decimals=1, sizes=range(1, enrolled + 1)
        )
        for i, row in enumerate(fits.itertuples(), start=1):
            found = made(consistency.counts_for_percentages, row.x / row.n, method=ENUMERATED,
                         statistic="proportion", n=row.n)  # fmt: skip
            about = About(
                study=report.id, unit="proportion", digits=2, parameter=f"Possibility {i}",
                arm=f"{arm}, printed {percent}%", text=f"{row.x} of {row.n} = {per_cent(row.exact / 100, 2)}",
            )  # fmt: skip
            out[f"{row_key(arm)}.{row.n}"] = Result(found, about)
    return Results(out)


class OpenSplits(Results):
    """How many splits print both percentages, and the fewest and most patients of each arm."""

    def __init__(self, items, splits: Sequence[tuple[int, int, int]]):
        super().__init__(items)
        self.splits = splits


def if_lost(report: Report, claim: str, *, arms: Sequence[str], most: int) -> OpenSplits:
    """All splits if up to `most` patients were lost in each of the two arms; `arms`: all three.

    No arm smaller than half, or larger than one and a half times, an equal share.
    """
    enrolled = int(report.values("enrolled")[0])
    tried = range(enrolled // 6, enrolled // 2 + 1)
    first, second = (_sizes(f"{percent:.1f}", tried, most) for percent in report.values(claim))
    splits = [(a, b, enrolled - a - b) for a in first for b in second if enrolled - a - b in tried]
    about = About(study=report.id)
    out = {"splits": _count(len(splits), f"Splits, at most {most} lost in an arm", about)}
    for arm, sizes in zip(arms, zip(*splits, strict=True), strict=True):
        for side, words, size in (("low", "fewest", min(sizes)), ("high", "most", max(sizes))):
            parameter = f"Patients in the arm, at most {most} lost in an arm: {words}"
            found = _count(
                size, parameter, replace_about(about, arm=arm), by=counts.censored_counts
            )
            out[f"{row_key(arm)}.{side}"] = found
    return OpenSplits(out, splits)


def _sizes(percent: str, tried: range, most: int) -> list[int]:
    given = {"visits": VISITS, "censored_at_most": most}
    return [n for n in tried if len(counts.censored_counts(percent, size=n, **given))]


def _count(value: int, parameter: str, about: About, by=counts.allocations) -> Result:
    found = made(by, value, method=ENUMERATED, statistic="count")
    return Result(found, replace_about(about, parameter=parameter))
