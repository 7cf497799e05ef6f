"""A rule of entry by low counts and assumptions about noise in, the rise without treatment out.

No cohort and no draw: a calculation from assumptions (`analyse.selection`, `analyse.lessons`), so the
trail labels every number simulated.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.analyse import design, no_effect_arm, selection, threshold_crossing
from helpers.assumptions import Assumption
from helpers.literate.false_responses import LOW_COUNTS, low_counts, spread
from helpers.literate.outcome import About, Result, Results
from helpers.rounding import per_cent

TRIALS = 20_000
CVS = range(5, 31)  # within-person CVs of the curve, per cent


@dataclass(frozen=True)
class EntryRule:
    """Counts above `lower` and at most `upper` let patients in; `between` is the SD of log levels."""

    study: str
    lower: float
    upper: float
    between: float

    def rise(self, cv: float, median: float, counts: int, words: str, **about: str) -> Result:
        """Mean rise over the last low count of those let in, though nothing changes."""
        found = selection.rise_after_confirmed_entry(
            cv=cv, lower=self.lower, upper=self.upper, median=median, low_counts=counts,
            between_log_sd=self.between,
        )  # fmt: skip
        return Result(found, About(self.study, "simulated", words, "cells/µL", digits=1, **about))

    def by_noise(self, cv: Assumption, screened: Assumption) -> Results:
        """By how many low counts are asked for and the noise of a count; row: end.counts."""
        return Results({
            f"{name}.{k}": self.rise(value, screened.value, k, low_counts(k), arm=f"CV {per_cent(value, 1)}")
            for name, value in zip(("low", "typical", "high"), spread(cv), strict=True)
            for k in LOW_COUNTS
        })  # fmt: skip

    def false_rises(self, cv: Assumption, screened: Assumption, *, n: int, seed: int) -> Results:
        """How often an arm of `n` rises against its baseline, P <= 0.05, though nothing changes.

        By how many low counts are asked for and the noise of a count; row: end.counts.
        """
        out = {}
        for (name, value), k in itertools.product(
            (("typical", cv.value), ("high", cv.high)), LOW_COUNTS
        ):
            entry = no_effect_arm.Entry(self.lower, self.upper, screened.value, self.between, k)
            found = no_effect_arm.false_rise_probability(
                entry, cv=value, n=n, trials=TRIALS, seed=seed
            )
            about = About(self.study, "simulated", low_counts(k), "proportion",
                          arm=f"CV {per_cent(value, 1)}")  # fmt: skip
            out[f"{name}.{k}"] = Result(found, about)
        return Results(out)

    def by_screened(self, cv: Assumption, screened: Assumption) -> Results:
        """By how many low counts are asked for and the median level of those screened."""
        return Results({
            f"{name}.{k}": self.rise(cv.value, median, k, low_counts(k), arm=f"median {median:g}")
            for name, median in zip(("near", "middle", "far"), _levels(screened), strict=True)
            for k in LOW_COUNTS
        })  # fmt: skip

    def over_cv(self, screened: Assumption) -> pd.DataFrame:
        """The rise by CV (%) and low counts, for a chart: cv, rise, counts."""
        rows = [(c, self.rise(c / 100, screened.value, k, "").value, low_counts(k))
                for k in LOW_COUNTS for c in CVS]  # fmt: skip
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
