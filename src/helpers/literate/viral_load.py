"""Values with a limit of quantification in, their logarithms and what lies below the limit out.

A value below the limit is a bound, never a measurement; what puts a number in its place stands beside
the estimate that does not, to show what that does.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from helpers.analyse import censored, geometric, proportions
from helpers.analyse.estimate import Estimate
from helpers.analyse.two_proportions import newcombe_difference
from helpers.context import current_context
from helpers.derive import courses, frames
from helpers.disclosure import rounding
from helpers.literate.outcome import Results
from helpers.literate.rows import Rows, visit_words


@dataclass(frozen=True)
class LogRows(Rows):
    """LOG (decimal logarithm, the limit's where below it) and BLQFL, one row a subject and visit."""

    def below(self) -> Results:
        """The share below the limit by visit and arm, with its exact interval."""
        name = f"{self.about.parameter} below the limit"
        about = replace(self.about, parameter=name, unit="proportion", digits=0)
        return replace(self, about=about).apply(share_below, of="BLQFL")

    def geometric_means(self) -> Results:
        """Geometric mean by visit and arm with its t interval; below the limit counts as the limit."""
        unit = self.about.unit.removeprefix("log10 ")
        about = replace(self.about, unit=unit, digits=None)
        return replace(self, about=about).apply(geometric.geometric_mean, of="LOG")

    def below_against_reference(self) -> Results:
        """That share in each arm less the reference arm's, at the last visit, by Newcombe's interval."""
        last, reference = self.frame["VISIT"].max(), self.study.reference
        rows = self.frame[self.frame["VISIT"] == last].groupby("ARM", observed=True)["BLQFL"]
        counts = rows.agg(["sum", "size"]).astype(int)
        about = replace(self.about, parameter=f"{self.about.parameter} below the limit", digits=0,
                        unit="proportion", visit=visit_words(self.study, last))  # fmt: skip
        base = counts.loc[reference]
        found = {arm: newcombe_difference(*counts.loc[arm], *base, level=self.study.level)
                 for arm in self.study.arms if arm in counts.index and arm != reference}  # fmt: skip
        return Results(replace(self, about=about).by().named((), found, reference=reference))

    def with_values(self) -> LogRows:
        """Only the groups with two different values above the limit or more: others have no mean."""
        few = rounding.few_by(self.study.config, current_context().lot)
        seen = self.frame.assign(SEEN=self.frame["LOG"].where(~self.frame["BLQFL"]))
        values = seen.groupby(["VISIT", "ARM"], observed=True)["SEEN"].transform("nunique")
        kept = [n > 1 and not few(int(n)) for n in values]
        return replace(self, frame=self.frame[kept])


def logarithms(measure: Any) -> LogRows:
    """A measure on the log10 scale, by visit and arm; one that is there already stays as it is."""
    rows = courses.course(measure.study, measure.role)
    rows = rows.assign(LOG=frames.logarithms(measure.study, measure.role, rows["AVAL"]))
    unit = measure.about.unit
    about = replace(
        measure.about, unit=unit if unit.startswith("log10") else f"log10 {unit}", digits=2
    )
    return LogRows(measure.study, rows, about, groups=("visit", "arm"))


def share_below(flags, *, level: float = 0.95) -> Estimate:
    """The share of values below the limit."""
    return proportions.clopper_pearson(int(sum(flags)), len(flags), level=level)


def half_the_limit(values, flags, *, level: float = 0.95) -> Estimate:
    """Mean with half the limit in the place of values below it (log10): for comparison only."""
    return censored.substituted_mean(values, values, flags, level=level)


def the_limit(values, flags, *, level: float = 0.95) -> Estimate:
    """Mean with the limit in the place of values below it: for comparison only."""
    return censored.substituted_mean(values, values, flags, fraction=1, level=level)
