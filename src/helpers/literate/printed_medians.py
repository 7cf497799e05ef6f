"""Medians that an abstract prints in, the numbers of patients and the rise that they allow out."""

from __future__ import annotations

import math
from collections.abc import Sequence

from helpers.analyse import consistency
from helpers.analyse.estimate import Estimate
from helpers.assumptions import Assumption
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report

CELLS = "cells/µL"


def sizes(report: Report, *claims: str) -> Results:
    """Numbers of patients up to those enrolled that can print all medians of `claims`.

    Counts are whole numbers (`sizes`) or tenths of a cell (`tenths`); `half` and `at-most` are what
    the first median says of the lower half of the patients.
    """
    medians, n = report.values(*claims), int(report.values("enrolled")[0])
    whole, tenths = (possible_sizes([k * m for m in medians], n) for k in (1, 10))
    about = About(study=report.id)
    words = "Numbers of patients that allow all printed medians"
    out = {"sizes": (len(whole), words, ", ".join(map(str, whole)))}
    for key, found, unit in (("sizes-count", whole, "whole numbers"),
                             ("tenths", tenths, "tenths of a cell")):  # fmt: skip
        out[key] = (len(found), f"Numbers of patients possible with counts in {unit}", "")
    results = {key: Result(made(possible_sizes, value, method="exhaustive enumeration",
                                statistic="count", n=n), About(about.study, parameter=p, text=t))
               for key, (value, p, t) in out.items()}  # fmt: skip
    return Results(results | _lower_half(medians[0], n, about))


def possible_sizes(medians: Sequence[float], most: int) -> list[int]:
    """Every number of patients up to `most` of which whole numbers can have all these medians."""
    return [n for n in range(1, most + 1)
            if all(consistency.medians_possible(m, n) for m in medians)]  # fmt: skip


def _lower_half(median: float, n: int, about: About) -> dict[str, Result]:
    by = {"method": "definition of the median", "n": n}
    half = made(possible_sizes, n // 2, statistic="count", **by)
    most = made(possible_sizes, math.floor(median), statistic="upper bound", **by)
    words = "CD4+ T cells, lower middle value at the start"
    return {
        "half": Result(
            half, About(about.study, parameter="Patients at or below the lower middle value")
        ),
        "at-most": Result(most, About(about.study, parameter=words, unit=CELLS)),
    }


def rise_of(report: Report, claim: str) -> Result:
    """The second printed median of a claim less the first."""
    n = int(report.values("enrolled")[0])
    found = made(rise_of, last_less_first(report.values(claim)), n=n,
                 method="difference of printed medians", statistic="difference of medians")  # fmt: skip
    return Result(found, About(report.id, parameter="CD4+ T cells", unit=CELLS))


def last_less_first(values: Sequence[float]) -> float:
    """The last of the values less the first."""
    return values[-1] - values[0]


def left_for_the_rest(rise: Result, gain: Assumption) -> Results:
    """What `gain` (another cohort's, with its range) could make of a rise, and what that leaves."""
    spans = {"art": ("rise", gain.value, gain.low, gain.high)}
    total = rise.value
    spans["rest"] = ("rise left", total - gain.value, total - gain.high, total - gain.low)
    words = {"art": "ART alone", "rest": "rise less ART's"}
    return Results({
        key: Result(
            Estimate("bias analysis", statistic, value, low, high,
                     source=f"{__name__}:left_for_the_rest"),
            About(rise.about.study, "simulated", f"CD4+ T cells: {words[key]}", CELLS, digits=0),
        )
        for key, (statistic, value, low, high) in spans.items()
    })  # fmt: skip
