"""Times to the endpoints of one study in, `Results` and curves out; the estimators are `analyse`'s.

One row a subject and endpoint: TIME (in the endpoint's unit), EVENT, ARM, DOSE and PARAMETER (the
endpoint's role). Every method goes through the endpoints one by one; rows are named by role first.
A group of hidden subjects that is too small to show takes no part.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from helpers import derive
from helpers.analyse import coarse, interval, landmarks, leaving, survival
from helpers.analyse.proportions import clopper_pearson
from helpers.context import current_context
from helpers.derive import endings
from helpers.disclosure import rounding
from helpers.literate import compare, marks
from helpers.literate.compare import call_by_arm, is_model, permuted
from helpers.literate.levels import at_level
from helpers.literate.outcome import About, Results, Without, made
from helpers.literate.rows import Rows, in_order, row_key
from helpers.study import Study


def study_times(study: Study) -> Times:
    """All endpoints of a study that anybody had."""
    doses = {arm.label: arm.dose for arm in study.config.arms}
    none = rounding.none_by(study.config, current_context().lot)
    parts = [
        rows.assign(PARAMETER=role, DOSE=rows["ARM"].astype(str).map(doses).astype(float))
        for role in study.config.endpoints
        if not none((rows := derive.times(study, role))["EVENT"].sum())
    ]
    names = {role: (e.label, e.unit) for role, e in study.config.endpoints.items()}
    columns = ["USUBJID", "PARAMETER", "ARM", "DOSE", "TIME", "EVENT"]
    frame = pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)
    return Times(study, in_order(frame, names), groups=("parameter",), names=names)


class Times(Rows):
    """Times to events; see the module's docstring."""

    @property
    def roles(self) -> list[str]:
        """The endpoints, in the order of study.toml."""
        return list(dict.fromkeys(self.frame["PARAMETER"]))

    @property
    def least(self) -> int:
        """Smallest group of subjects of which anything is shown."""
        return self.study.config.least

    @property
    def few(self) -> Callable[[int], bool]:
        """Whether so many are too few for what rests on them to be shown."""
        return rounding.few_by(self.study.config, current_context().lot)

    @property
    def by_lot(self) -> bool:
        """Whether counts are rounded by lot, so that no time may be a single subject's doing."""
        return rounding.rare_by(self.study.config, "") is not None

    def of(self, role: str) -> pd.DataFrame:
        """The rows of one endpoint."""
        return self.frame[self.frame["PARAMETER"] == role]

    def by(self, *groups: str) -> Times:
        """Taken apart by endpoint, and within it by `groups`."""
        return replace(self, groups=("parameter", *groups))

    def horizon(self, role: str) -> float:
        """The time up to which every arm is known."""
        return marks.horizon(self, role)

    def marks(self, role: str) -> list[float]:
        """The times to report at."""
        return marks.marks(self, role)

    def at_time(self, role: str, time: float) -> str:
        """A time of an endpoint as it is printed: "Week 48"."""
        return f"{self.names[role][1].capitalize()} {time:g}"

    def about_at(self, role: str, arm: str, time: float) -> About:
        """What a number of an arm at a time is about."""
        return replace(self.by("arm").about_group((role, arm)), visit=self.at_time(role, time))

    def at_times(self, function: Callable) -> Results:
        """`function(time, event, at=t)` of every arm at every time to report at."""
        found, function = {}, at_level(function, self.study)
        for (role, arm), rows in self.by("arm").parts():
            for t in self.marks(role):
                made_at = function(rows["TIME"], rows["EVENT"], at=t)
                about = self.about_at(role, arm, t)
                found[f"{role}.{row_key(arm)}.{t:g}"] = self.shown(made_at, about)
        return Results(found)

    def at_risk(self) -> Results:
        """Subjects under observation without the event, just before each time to report at."""
        found = {}
        for (role, arm), rows in self.by("arm").parts():
            table = survival.kaplan_meier(rows["TIME"], rows["EVENT"], at=[0.0, *self.marks(role)])
            for t, n in zip(table["time"], table["at_risk"], strict=True):
                count = made(survival.kaplan_meier, int(n), method="kaplan-meier",
                             statistic="number at risk")  # fmt: skip
                about = self.about_at(role, arm, t)
                found[f"{role}.{row_key(arm)}.{t:g}"] = self.shown(count, about)
        return Results(found)

    def compared(self, function: Callable, **arguments: Any) -> Results:
        """`function(time, event, arm)` (or `of=` other columns) over all arms of each endpoint."""
        of = arguments.pop("of", compare.OF)
        found, function = {}, at_level(function, self.study)
        for role in self.roles:
            rows = self.of(role)
            if landmarks.enough_events(rows, few=self.few) and rows[list(of)].notna().all(None):
                estimate = function(*(rows[c] for c in of), **arguments)
                found |= self.by().named((role,), estimate)
        return Results(found)

    def against_reference(self, function: Callable, **arguments: Any) -> Results:
        """Each arm that had events against the reference arm, by an estimator of any of three forms.

        `function(time, event, arm, reference=)`, `function(frame, time=, event=, arm=, reference=)`
        or `function(time, event, time of the reference, event of the reference)`; one that takes
        `horizon` gets the endpoint's.
        """
        found, without, function = {}, Without(), at_level(function, self.study)
        for role in self.roles:
            rows = self.of(role)
            if not landmarks.enough_events(rows, few=self.few):
                continue
            chosen = landmarks.arms_with_events if is_model(function) else landmarks.arms_to_test
            arms = chosen(rows, reference=self.study.reference)
            end = self._horizon(function, role)
            if (
                arms and end.get("horizon", 1) > 0
            ):  # an endpoint at time 0 alone has no restricted mean
                rows = rows[rows["ARM"].isin(arms)]
                with without.trying(self.names[role][0]):
                    of_arms = call_by_arm(
                        function, rows, self.study.reference, {**arguments, **end}
                    )
                    ordered = {arm: of_arms[arm] for arm in self.study.arms if arm in of_arms}
                    visit = self.at_time(role, end["horizon"]) if end else ""
                    about = replace(self, about=replace(self.about, visit=visit))
                    found |= about.by().named((role,), ordered, reference=self.study.reference)
        return Results(found, without=without)

    def exact_log_rank(self, *, most: int = 60) -> Results:
        """Permutation P of the log-rank test of each arm against the reference, ties and all.

        Only where nobody of the two arms left before the horizon and both have `most` subjects at
        most: all assignments are gone through.
        """
        found, reference = {}, self.study.reference
        for role in (
            self.roles if not self.by_lot else ()
        ):  # whether nobody left tells of who joined
            rows = self.of(role)
            early = (rows["TIME"] < self.horizon(role)) & ~rows["EVENT"]
            sizes = rows["ARM"].value_counts()
            for arm in [a for a in self.study.arms if a != reference]:
                pair = rows["ARM"].isin([arm, reference])
                if early[pair].any() or max(sizes[arm], sizes[reference]) > most:
                    continue
                if not rows.loc[pair, "EVENT"].any():
                    continue  # every assignment is like every other
                p = permuted(rows[pair], (arm, reference))
                about = replace(self.by().about_group((role,)), arm=arm, comparator=reference)
                found[f"{role}.{row_key(arm)}"] = self.shown(p, about)
        return Results(found)

    def _horizon(self, function: Callable, role: str) -> dict[str, float]:
        wanted = "horizon" in inspect.signature(function).parameters
        return {"horizon": self.horizon(role)} if wanted else {}

    def _endings(self, role: str) -> pd.DataFrame:
        return endings.endings(self.study, role, horizon=self.horizon(role), few=self.few)

    def if_leaving(self) -> Results:
        """Share with the event by the horizon in the readings of leaving (`analyse.leaving`)."""
        found = {}
        for role in self.roles:
            end = self.horizon(role)
            rows = self._endings(role)
            for arm, mine in rows.groupby("ARM", observed=True):
                gone, competing = int(mine["LEFT"].sum()), int(mine["COMPETING"].sum())
                if self.few(gone) or (competing and self.few(competing)):
                    continue  # the readings would give a few patients away
                readings = leaving.incidence_if_leaving(
                    mine["TIME"], mine["EVENT"], mine["LEFT"], at=end,
                    competing=mine["COMPETING"], level=self.study.level,
                )  # fmt: skip
                about = self.about_at(role, arm, end)
                for reading, estimate in readings.items():
                    found[f"{role}.{row_key(arm)}.{reading}"] = self.shown(estimate, about)
        return Results(found)

    def reasons(self) -> Results:
        """Patients who left before the horizon, by what the study's table says of them."""
        found = {}
        for role in self.roles:
            rows = self._endings(role)
            for reason in sorted(set(rows["REASON"]) - {""}):
                for arm, mine in rows.groupby("ARM", observed=True):
                    count = int((mine["REASON"] == reason).sum())
                    share = clopper_pearson(count, len(mine), level=self.study.level)
                    about = replace(self.by("arm").about_group((role, arm)), parameter=reason)
                    key = f"{role}.{row_key(reason)}.{row_key(arm)}"
                    found[key] = self.shown(share, about)
        return Results(found)

    def curves(self, role: str) -> pd.DataFrame:
        """Step curves by arm for a chart (`marks.curves`)."""
        return marks.curves(self, role)

    def seen_at_visits(self) -> Times:
        """Only the endpoints whose events share a few times, as those seen at visits do."""
        rows = self.frame
        seen = rows[rows["EVENT"]].groupby("PARAMETER", observed=True)["TIME"]
        few = [name for name, times in seen if landmarks.are_visits(times)]
        return replace(self, frame=rows[rows["PARAMETER"].isin(few)])

    def between_visits(self) -> Intervals:
        """Events of `seen_at_visits` as known from the visits alone: after one, up to the next.

        Of hidden subjects only the visits of an arm stay between which no small group can be seen.
        """
        parts = []
        for role in self.seen_at_visits().roles:
            seen = sorted(set(self.of(role)["TIME"][self.of(role)["EVENT"]]))
            rows = derive.intervals(self.study, role, visits=[*seen, self.horizon(role)])
            arms = [self._readable(mine, seen) for _, mine in rows.groupby("ARM", observed=True)]
            parts.append(pd.concat(arms).assign(PARAMETER=role))
        frame = in_order(pd.concat(parts), self.names)
        return Intervals(self.study, frame, groups=("parameter",), names=self.names)

    def _readable(self, mine: pd.DataFrame, visits: list[float]) -> pd.DataFrame:
        if self.study.config.show_subjects:
            return mine
        ends = coarse.shared_ends(
            mine["LEFT"], mine["RIGHT"], among=visits, least=self.least, start=0.0
        )
        left, right = coarse.widened(mine["LEFT"], mine["RIGHT"], ends=ends, start=0.0)
        return mine.assign(LEFT=left, RIGHT=right)


class Intervals(Times):
    """Times known only to lie in (LEFT, RIGHT]."""

    def cells(self, role: str) -> pd.DataFrame:
        """Turnbull's estimate by arm: arm, left, right, below, above (cumulative shares)."""
        parts = []
        for arm, mine in self.of(role).groupby("ARM", observed=True):
            fit = self.fit(mine)
            fit = fit.assign(arm=arm, below=fit["cumulative"] - fit["mass"])
            parts.append(fit.rename(columns={"cumulative": "above"}))
        cells = pd.concat(parts)
        return cells[np.isfinite(cells["right"])][["arm", "left", "right", "below", "above"]]

    def fit(self, mine: pd.DataFrame) -> pd.DataFrame:
        """Turnbull's estimate of an arm, of hidden subjects at the digits that their number supports."""
        found = interval.turnbull(mine["LEFT"], mine["RIGHT"])
        shown = self.study.config.show_subjects
        return found if shown else coarse.coarse_masses(found, n=len(mine))

    def mean_limits(self) -> Results:
        """The least and the largest difference in restricted mean that the visits leave open."""
        found = {}
        for role in self.roles:
            sums = {arm: self._limits(role, arm) for arm in self.study.arms}
            low, high = sums[self.study.reference]
            for arm in self.study.arms:
                if arm == self.study.reference:
                    continue
                for side, value in {"low": sums[arm][0] - high, "high": sums[arm][1] - low}.items():
                    limit = made(interval.turnbull, value, method="turnbull", n=len(self.of(role)),
                                 statistic="limit of the difference in restricted mean")  # fmt: skip
                    about = replace(self.by().about_group((role,)), arm=arm,
                                    comparator=self.study.reference)  # fmt: skip
                    shown = self.shown(limit, about)
                    shown = replace(shown, about=replace(shown.about, unit=about.unit))
                    found[f"{role}.{row_key(arm)}.{side}"] = shown
        return Results(found)

    def _limits(self, role: str, arm: str) -> tuple[float, float]:
        """Mean time to the event if each came as early, or as late, as its cell allows."""
        end = self.horizon(role)
        rows = self.of(role)
        fit = self.fit(rows[rows["ARM"] == arm])
        return tuple(float(fit["mass"] @ fit[side].clip(upper=end)) for side in ("left", "right"))
