"""Gaps between visits in which donor cells were lost in, `Results` of what they support out.

Nobody sees donor cells disappear: one visit finds them, the next does not. Of hidden subjects only
visits are kept between which no small group lost its donor cells. The estimators are `analyse`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from helpers.analyse import coarse, interval, paired, survival
from helpers.analyse.estimate import Estimate
from helpers.analyse.proportions import clopper_pearson
from helpers.derive import chimerism
from helpers.literate.levels import at_level
from helpers.literate.outcome import Result, Results, made
from helpers.literate.rows import Rows, row_key

DATED = ("first visit without", "midpoint", "last visit with")
HALF = 0.5 - 1e-9


@dataclass(frozen=True)
class Losses(Rows):
    """One row a subject: lost after LEFT, by RIGHT (infinite: still there); SEEN, RETURNED."""

    role: str = ""
    limit: float = 0.0
    visits: tuple[float, ...] = ()

    @property
    def start(self) -> float:
        """The time from which on donor cells can be lost."""
        return float(self.study.config.visits.baseline)

    @property
    def arms(self) -> list[str]:
        """The arms that were measured."""
        return list(dict.fromkeys(arm for (arm,), _ in self.by("arm").parts()))

    def arm(self, arm: Any) -> pd.DataFrame:
        """The rows of one arm."""
        return self.frame[self.frame["ARM"] == arm]

    def _each(
        self, name: str, made_of: Callable[[pd.DataFrame], Estimate], **about: Any
    ) -> Results:
        out = {}
        for (arm,), rows in self.by("arm").parts():
            key = ".".join(x for x in (row_key(arm), name) if x)
            group = replace(self.by("arm").about_group((arm,)), **about)
            out[key] = self.shown(made_of(rows), group)
        return Results(out)

    def ever_seen(self) -> Results:
        """Share of subjects with donor cells at one visit at least, by arm."""
        exact = at_level(clopper_pearson, self.study)
        return self._each("ever", lambda f: exact(int(f["SEEN"].sum()), len(f)), visit="Ever")

    def came_back(self) -> Results:
        """Subjects with donor cells again after a visit without, by arm."""
        words = "Patients with donor cells again after a visit without"
        return self._each("", lambda f: made(
            chimerism.loss_intervals, int(f["RETURNED"].sum()), method="counting",
            statistic="count", n=len(f)), parameter=words)  # fmt: skip

    def last_seen(self) -> Results:
        """The last visit with donor cells in any subject, by arm; of hidden subjects none."""
        return self._each("", lambda f: made(
            chimerism.loss_intervals, float(f["LEFT"].max()), method="maximum", n=len(f),
            statistic="last visit with donor cells in any patient"))  # fmt: skip

    def median_between(self) -> Results:
        """The visits between which Turnbull's estimate has half of an arm lose their donor cells."""
        out = {}
        for arm in self.arms:
            found = self._median_within(arm, self.cells(arm))
            out |= {row_key(arm): found} if found else {}
        return Results(out)

    def _median_within(
        self, arm: Any, cells: pd.DataFrame, *, parameter: str = ""
    ) -> Result | None:
        if cells.empty:
            return None
        holds = cells[cells["cumulative"] >= HALF].iloc[0]
        found = made(interval.turnbull, float(holds["right"]), method="turnbull",
                     statistic="interval of the median", n=len(self.arm(arm)))  # fmt: skip
        text = _between(holds["left"], holds["right"], self.about.unit)
        about = replace(self.by("arm").about_group((arm,)), text=text)
        return self.shown(found, replace(about, parameter=parameter or about.parameter))

    def seen_less_often(self) -> Results:
        """Ever seen and median loss at all visits, at every other, at the later half, by arm."""
        out, exact = {}, at_level(clopper_pearson, self.study)
        for arm in self.arms:
            for name, visits in self.plans(arm).items():
                rows, key = self.at(arm, visits), f"{row_key(arm)}.{row_key(name)}"
                share = exact(int(rows["SEEN"].sum()), len(rows))
                about = replace(self.by("arm").about_group((arm,)), parameter=name)
                out[f"{key}.seen"] = self.shown(share, about)
                lost = self._median_within(arm, self.estimate(rows), parameter=name)
                out |= {f"{key}.lost": lost} if lost else {}
        return Results(out)

    def plans(self, arm: Any) -> dict[str, list[float]]:
        """Fewer and fewer of the visits, by name; of hidden subjects those that can stay."""
        ends = self.ends(arm)
        whole = "All visits" if ends == list(self.visits) else "Visits kept"
        plans = {whole: ends, "Every other": ends[1::2], "Later half": ends[len(ends) // 2 :]}
        out: dict[str, list[float]] = {}
        for name, among in plans.items():
            kept = self.ends(arm, among)
            if kept and kept not in out.values():
                out[name] = kept
        return out

    def dated(self) -> Results:
        """The median loss with each loss dated to one time of its gap, by arm and reading."""
        out = Results({})
        for reading in DATED:
            words = f"{self.about.parameter}, {reading}"
            median = partial(naive_median, reading=reading, level=self.study.level)
            out |= self._each(row_key(reading), median, parameter=words)
        return out

    def masses(self) -> Results:
        """Turnbull's estimate by arm: the probability of a loss between two visits."""
        out = {}
        for (arm,), rows in self.by("arm").parts():
            for row in self.cells(arm).itertuples():
                found = made(interval.turnbull, row.mass, method="turnbull",
                             statistic="probability", n=len(rows))  # fmt: skip
                words = f"Lost {_between(row.left, row.right, self.about.unit)}"
                about = replace(self.by("arm").about_group((arm,)), parameter=words)
                out[f"{row_key(arm)}.{row.Index}"] = self.shown(found, about)
        return Results(out)

    def cells(self, arm: Any) -> pd.DataFrame:
        """Turnbull's cells of an arm; of hidden subjects none where no visit can stay."""
        return self.estimate(self.readable(arm))

    def estimate(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Turnbull's estimate of `rows`, of hidden subjects at the digits that their number supports."""
        if rows.empty:
            return pd.DataFrame(columns=["left", "right", "mass", "cumulative"], dtype=float)
        found = interval.turnbull(rows["LEFT"], rows["RIGHT"])
        shown = self.study.config.show_subjects
        return found if shown else coarse.coarse_masses(found, n=len(rows))

    def ends(self, arm: Any, among: Iterable[float] | None = None) -> list[float]:
        """The visits (of `among`) between which no small group of an arm lost its donor cells."""
        rows, among = self.arm(arm), list(self.visits if among is None else among)
        least = self.study.config.least
        if not among or self.study.config.rounding:
            return []  # of two rounded editions a visit more or less would tell who lost them then
        return coarse.shared_ends(rows["LEFT"], rows["RIGHT"], among=among, least=least,
                                  start=self.start)  # fmt: skip

    def readable(self, arm: Any) -> pd.DataFrame:
        """The rows of an arm as they may be shown."""
        if self.study.config.show_subjects:
            return self.arm(arm)
        ends = self.ends(arm)
        return self.at(arm, ends) if ends else self.arm(arm).head(0)

    def at(self, arm: Any, visits: Iterable[float]) -> pd.DataFrame:
        """The rows of an arm as these visits alone would have shown them.

        Of hidden subjects the gaps are widened, which no subject's missed visit can undo.
        """
        if self.study.config.show_subjects:
            found = chimerism.detections(
                self.study, self.role, limit=self.limit, visits=list(visits)
            )
            rows = chimerism.loss_intervals(found, start=self.start)
            return rows[rows["ARM"] == arm]
        rows = self.arm(arm)
        low, high = coarse.widened(rows["LEFT"], rows["RIGHT"], ends=list(visits), start=self.start)
        return rows.assign(LEFT=low, RIGHT=high, SEEN=low > self.start)


def dated_to(rows: pd.DataFrame, reading: str) -> tuple[np.ndarray, np.ndarray]:
    """Times and events (True: lost) with every loss at one time of its gap."""
    gone = np.isfinite(rows["RIGHT"]).to_numpy()
    last = rows["LEFT"].to_numpy(dtype=float)
    first = np.where(gone, rows["RIGHT"], last)
    times = dict(zip(DATED, (first, (first + last) / 2, last), strict=True))
    return times[reading], gone


def naive_median(rows: pd.DataFrame, reading: str, *, level: float) -> Estimate:
    """Median of the losses so dated: between order statistics, by Kaplan-Meier where some stay."""
    time, gone = dated_to(rows, reading)
    # where all lost them, order statistics: the curve's own limits fail where it reaches 0
    if gone.all():
        return paired.median_interval(time, level=level)
    return survival.median_survival(time, gone, level=level)


def _between(left: float, right: float, unit: str) -> str:
    if np.isfinite(right):
        return f"between {unit} {left:g} and {right:g}"
    return f"after {unit} {left:g}"
