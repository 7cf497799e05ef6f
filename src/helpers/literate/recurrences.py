"""A study with planned counts of events in, how these recur over time and the planned ratios of it out.

The counts are those of `planned_rates` ([counts.NAME] of `study.toml`), each event on its study day (ASTDY)
and each subject watched for TRTDURD days. Of hidden subjects means stand at days alone between which no few
had an event (`disclosure.counts`), and the chart joins these.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import altair as alt
import pandas as pd

from helpers import collinear
from helpers.analyse import landmarks, recurrent
from helpers.derive import counts, frames, planned
from helpers.disclosure.counts import countable, readable_days, repeatable_counts
from helpers.literate.charts import named
from helpers.literate.compare import adjusted
from helpers.literate.models import Models
from helpers.literate.outcome import About, Results, made
from helpers.literate.planned_changes import adjusted_for
from helpers.literate.planned_rates import said
from helpers.literate.rows import Charts, Rows, add, pair_key, row_key
from helpers.present import charts_survival, markup
from helpers.present.html import Html
from helpers.study import Study

MODEL = {"end": "END", "days": "DAYS", "arm": "ARM"}


@dataclass(frozen=True)
class Recurrences:
    """The planned counts of `study.toml` event by event, of every subject with a time under observation."""

    study: Study

    @cached_property
    def days(self) -> list[float]:
        """The study days to report at, the last one up to which every arm is watched."""
        names = countable(self.study)
        if not names:
            return []
        rows, config = counts.recurrences(self.study, names[0]), self.study.config
        least = 1 if config.show_subjects else config.threshold
        end = landmarks.common_horizon(rows["END"], rows["ARM"].astype(str), least=least)
        end = math.floor(end) if end >= 1 else end  # a day is a whole one
        steps = landmarks.round_steps(end) if end else []
        return readable_days(self.study, steps)

    @property
    def left_out(self) -> Html:
        """How many events are not in it, as a sentence; of hidden subjects it is not said."""
        words = self._left_out() or (
            "Every event of the planned counts has its place."
            if self.study.config.show_subjects
            else "Of hidden patients it is not said how many."
        )
        return Html(f"<p>{markup.escape(words)}</p>", words)

    def means(self) -> Results:
        """Mean number of events of a subject by each of `days`; rows count.arm.day."""
        found, models = {}, Models(self.study, self._left_out())
        for name, arm, rows in self._parts():
            for day in self.days:
                about = self._about(name, arm, day)
                made_at = models.tried(f"{about.parameter}, {arm}", recurrent.mean_events,
                                       rows["END"], rows["DAYS"], at=day)  # fmt: skip
                stem = f"{row_key(name)}.{row_key(arm)}"
                found |= {
                    f"{stem}.{day:g}": self._rows.shown(one, about) for one in made_at.values()
                }
        return said(models.results(found))

    def at_risk(self) -> Results:
        """Subjects under observation at the start and at each of `days`; rows count.arm.day."""
        found = {}
        for name, arm, rows in self._parts():
            for day in [0.0, *self.days]:
                there = made(recurrent.mean_events, int((rows["END"] >= day).sum()),
                             method="nelson-aalen", statistic="number at risk")  # fmt: skip
                key = f"{row_key(name)}.{row_key(arm)}.{day:g}"
                found[key] = self._rows.shown(there, self._about(name, arm, day))
        return said(Results(found))

    def curves(self, means: Results, at_risk: Results) -> Charts:
        """Mean numbers by arm over time with the numbers under observation, one chart a count."""
        out = Charts()
        for name in countable(self.study) if self.days else ():
            risk = at_risk[row_key(name)].frame()
            steps = self._steps(name) if self.study.config.show_subjects else _joined(
                means[row_key(name)].frame())  # fmt: skip
            out[row_key(name)] = self._chart(name, steps, _risk(risk))
        return out

    def ratios(self) -> Results:
        """Rate ratio of every planned pair with robust errors (LWYY); rows count.arm[.other]."""
        study, plan = self.study, self.study.config.analysis
        gone, models, found = planned.unusable(study), Models(study, self._left_out()), {}
        strata = [c for c in plan.strata if c not in gone]
        named = [c for c in plan.covariates if c not in {*gone, *strata}]
        for name in repeatable_counts(study, strata, named):
            rows, _ = planned.with_plan(
                study, counts.recurrences(study, name), of=[*strata, *named]
            )
            rows = rows.assign(ARM=rows["ARM"].astype(str))
            idle = collinear.unusable(rows, arm="ARM", names=named)
            used = [column for column in named if column not in idle]
            for against, arms in planned.pairs(study).items():
                about = self._about(name, "", None, more=_within(strata) + adjusted_for(used))
                made_of = models.tried(about.parameter, recurrent.lwyy_rate_ratios, rows, **MODEL,
                                       reference=against, covariates=used, strata=strata,
                                       tied=plan.ties)  # fmt: skip
                for arm in (arm for arm in arms if arm in made_of):
                    key = f"{row_key(name)}.{pair_key(study, arm, against)}"
                    pair = About(
                        study.id, study.label, about.parameter, arm=arm, comparator=against
                    )
                    add(found, {key: self._rows.shown(made_of[arm], pair)})
        return said(models.results(found))

    def corrected(self, ratios: Results) -> Results:
        """These ratios with P values corrected for all pairs of a count, as the plan says."""
        return said(adjusted(ratios, method=self.study.config.analysis.multiplicity))

    @property
    def _rows(self) -> Rows:
        return Rows(self.study, pd.DataFrame())

    def _parts(self):
        """Name, arm and subjects of each count that may be shown."""
        for name in countable(self.study) if self.days else ():
            for arm, rows in counts.recurrences(self.study, name).groupby("ARM", observed=True):
                yield name, str(arm), rows

    def _about(self, name: str, arm: str, day: float | None, more: str = "") -> About:
        words = f"{self.study.config.counts[name].label}, {frames.emergence(self.study)}{more}"
        visit = "" if day is None else f"Day {day:g}"
        return About(self.study.id, self.study.label, words, arm=arm, visit=visit)

    def _left_out(self) -> str:
        """Of shown subjects, how many events have no place in time."""
        if not self.study.config.show_subjects:
            return ""
        lost = {
            c.label: counts.unplaced(self.study, n) for n, c in self.study.config.counts.items()
        }
        told = [f"{n:,} of {label}" for label, n in lost.items() if n]
        return (
            f"Without a day, or after the time under observation, and left out: {', '.join(told)}."
            if told
            else ""
        )

    def _steps(self, name: str) -> pd.DataFrame:
        """The step curve of every arm: arm, time, value, lower, upper."""
        out = []
        for of, arm, rows in self._parts():
            if of != name:
                continue
            seen = {d for days in rows["DAYS"] for d in days if 0 < d <= self.days[-1]}
            for day in sorted({*seen, self.days[-1]}):
                e = recurrent.mean_events(rows["END"], rows["DAYS"], at=day, level=self.study.level)
                out.append((arm, day, e.value, e.lower, e.upper))
        return _from_zero(out)

    def _chart(self, name: str, steps: pd.DataFrame, risk: pd.DataFrame) -> alt.VConcatChart:
        arms = [arm for arm in self.study.arms if arm in set(risk["arm"])]
        chart = charts_survival.chart_with_risk(
            steps, risk, arms=arms, x_title="days", y_title="events per patient",
            share=False, below="Under observation",
        )  # fmt: skip
        return chart.properties(usermeta=named(self.study, self.study.config.counts[name].label))


def _within(strata: list[str]) -> str:
    return f", stratified by {', '.join(strata)}" if strata else ""


def _joined(means: pd.DataFrame) -> pd.DataFrame:
    """The means that the table has, as steps."""
    day = means["visit"].str.split().str[-1].astype(float)
    return _from_zero(
        list(zip(means["arm"], day, means["value"], means["lower"], means["upper"], strict=True))
    )


def _from_zero(rows: list[tuple]) -> pd.DataFrame:
    """The steps of each arm, in the order of the rows, from no event at time 0 on."""
    arms = dict.fromkeys(arm for arm, *_ in rows)
    steps = [
        step
        for arm in arms
        for step in [(arm, 0.0, 0.0, math.nan, math.nan), *(row for row in rows if row[0] == arm)]
    ]
    return pd.DataFrame(steps, columns=["arm", "time", "value", "lower", "upper"])


def _risk(found: pd.DataFrame) -> pd.DataFrame:
    texts = ["–" if pd.isna(v) else f"{v:.0f}" for v in found["value"]]
    day = found["visit"].str.split().str[-1].astype(float)
    return pd.DataFrame({"arm": found["arm"], "time": day, "text": texts})
