"""A rule of entry by low counts and assumptions about noise in, the rise without treatment out.

No cohort and no draw: a calculation from assumptions (`analyse.selection`, `analyse.lessons`), so the
trail labels every number simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.analyse import design, selection, threshold_crossing
from helpers.assumptions import Assumption
from helpers.literate.false_responses import spread
from helpers.literate.outcome import About, Result, Results
from helpers.rounding import per_cent

CVS = range(5, 31)  # within-person CVs of the curve, per cent
COUNTS = (1, 2, 3, 4)


@dataclass(frozen=True)
class EntryRule:
    """Counts above `lower` and at most `upper` let patients in; `between` is the SD of log levels."""

    study: str
    lower: float
    upper: float
    between: float

    def rise(self, cv: float, median: float, low_counts: int, words: str, **about: str) -> Result:
        """Mean rise over the last low count of those let in, though nothing changes."""
        found = selection.rise_after_confirmed_entry(
            cv=cv, lower=self.lower, upper=self.upper, median=median, low_counts=low_counts,
            between_log_sd=self.between,
        )  # fmt: skip
        return Result(found, About(self.study, "simulated", words, "cells/µL", digits=1, **about))

    def by_noise(self, cv: Assumption, screened: Assumption) -> Results:
        """By how many low counts are asked for and the noise of a count; row: end.counts."""
        return Results({
            f"{name}.{k}": self.rise(value, screened.value, k, _asked(k), arm=f"CV {per_cent(value, 1)}")
            for name, value in zip(("low", "typical", "high"), spread(cv), strict=True)
            for k in COUNTS
        })  # fmt: skip

    def by_screened(self, cv: Assumption, screened: Assumption) -> Results:
        """By how many low counts are asked for and the median level of those screened."""
        return Results({
            f"{name}.{k}": self.rise(cv.value, median, k, _asked(k), arm=f"median {median:g}")
            for name, median in zip(("near", "middle", "far"), _levels(screened), strict=True)
            for k in COUNTS
        })  # fmt: skip

    def over_cv(self, screened: Assumption) -> pd.DataFrame:
        """The rise by CV (%) and low counts, for a chart: cv, rise, counts."""
        rows = [(c, self.rise(c / 100, screened.value, k, "").value, _asked(k))
                for k in COUNTS for c in CVS]  # fmt: skip
        return pd.DataFrame(rows, columns=["cv", "rise", "counts"])


def asked_by(entry: Results, *, between: float) -> EntryRule:
    """The rule whose lowest and highest count are `entry`; `between`: SD of the log levels screened."""
    low, high = entry["low"], entry["high"]
    return EntryRule(low.about.study, low.value, high.value, between)


def below_alone(
    study: str, thresholds: Sequence[float], *, cv: float, median: float, between: float
) -> Results:
    """The same of one count at or below each threshold, without a lower end; row: the threshold."""
    mean, sd = design.log_normal_moments(median=median, log_sd=between)
    out = {}
    for threshold in thresholds:
        found = threshold_crossing.regression_to_the_mean(
            cv=cv, threshold=threshold, population_mean=mean, population_sd=sd
        )
        words = f"CD4+ T cells, entry at most {threshold:g}, upper end of the assumptions"
        out[f"{threshold:g}"] = Result(
            found, About(study, "simulated", words, "cells/µL", digits=0)
        )
    return Results(out)


def _levels(screened: Assumption) -> tuple[float, float, float]:
    return screened.low, screened.value, screened.high


def _asked(counts: int) -> str:
    return f"{counts} low count{'s' * (counts > 1)}"
