"""A study with planned counts of adverse events in, their rates and the planned ratios of these out.

A count ([counts.NAME] of `study.toml`) is each subject's number of events of some terms or classes; its
time is TRTDURD. Ratios are those of one regression with all arms and the strata, covariates and centre of the
plan. Of hidden subjects only counts that tell of no few (`disclosure.counts`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from helpers import collinear
from helpers.analyse import count_models
from helpers.analyse.estimate import Estimate
from helpers.analyse.proportions import incidence_rate
from helpers.derive import counts, frames, planned
from helpers.disclosure.counts import comparable_counts, countable, shaped_counts
from helpers.literate.compare import adjusted
from helpers.literate.harms import RATE_UNIT, Exposure
from helpers.literate.models import Models
from helpers.literate.outcome import About, Result, Results
from helpers.literate.planned_changes import adjusted_for
from helpers.literate.rows import add, pair_key, row_key
from helpers.study import Study

MODEL = {"events": "EVENTS", "time": "YEARS", "arm": "ARM"}
NONE = "None: too few hidden patients had such events, or had none, or counts are rounded."


@dataclass(frozen=True)
class PlannedCounts:
    """The counts of study.toml, of every subject of `study` with a time under observation."""

    study: Study

    def rates(self, function: Callable[..., Estimate] = incidence_rate) -> Results:
        """Events per 100 years of each count and arm; rows count.arm."""
        found: dict[str, Result] = {}
        for name in countable(self.study):
            mine = {
                f"{row_key(name)}.{arm}": r for arm, r in self._of(name).rates(function).items()
            }
            add(found, mine)
        return said(Results(found))

    def poisson_ratios(self) -> Results:
        """Rate ratio of every planned pair, events taken as independent; rows count.arm[.other]."""
        return self._ratios(count_models.poisson_rate_ratios, comparable_counts)

    def negative_binomial_ratios(self) -> Results:
        """The same where patients may differ in their rates.

        Its shape and weights go by how counts are spread where the columns cross; Poisson's only by sums.
        """
        return self._ratios(count_models.negative_binomial_rate_ratios, shaped_counts)

    def corrected(self, ratios: Results) -> Results:
        """These ratios with P values corrected for all pairs of a count, as the plan says."""
        return said(adjusted(ratios, method=self.study.config.analysis.multiplicity))

    def _of(self, name: str) -> Exposure:
        """Events and hundreds of years of each subject."""
        rows = counts.counted(self.study, name)
        words = f"{self.study.config.counts[name].label}, {frames.emergence(self.study)}"
        rows = rows.assign(YEARS=rows["YEARS"] / 100)
        return Exposure(self.study, rows, About(parameter=words, unit=RATE_UNIT))

    def _ratios(
        self,
        function: Callable[..., dict[str, Estimate]],
        allowed: Callable[[Study, list[str]], list[str]],
    ) -> Results:
        study, models, found = self.study, Models(self.study), {}
        gone = planned.unusable(study)
        columns = [name for name in study.config.analysis.columns if name not in gone]
        for name in allowed(study, columns):
            exposure = self._of(name)
            rows, _ = planned.with_plan(study, exposure.frame, of=columns)
            rows = rows.assign(ARM=rows["ARM"].astype(str))
            idle = collinear.unusable(rows, arm="ARM", names=columns)
            used = [column for column in columns if column not in idle]
            for against, arms in planned.pairs(study).items():
                about = About(study.id, study.label, exposure.about.parameter + adjusted_for(used),
                              comparator=against)  # fmt: skip
                made = models.tried(exposure.about.parameter, function, rows, **MODEL,
                                    reference=against, covariates=used)  # fmt: skip
                for arm in (arm for arm in arms if arm in made):
                    key = f"{row_key(name)}.{pair_key(study, arm, against)}"
                    add(found, {key: exposure.shown(made[arm], _with_arm(about, arm))})
        return said(models.results(found))


def _with_arm(about: About, arm: str) -> About:
    return About(about.study, about.label, about.parameter, arm=arm, comparator=about.comparator)


def said(found: Results) -> Results:
    """These results; where there is nothing at all, the words that stand in their place."""
    return found if found or found.caption else Results({}, caption=NONE)
