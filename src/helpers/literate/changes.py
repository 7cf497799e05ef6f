"""Changes from baseline of one study in, comparisons between its arms and over its visits out.

A `Rows` with what only changes can be asked: adjusted differences from the reference arm, all arms at
once, all visits at once, the choice of analysis, and what missing patients could do to a verdict.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from helpers.analyse import groups, mixed, tipping
from helpers.analyse.estimate import Estimate
from helpers.derive import courses
from helpers.literate.models import Models
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.rows import Rows, row_key, visit_words

ONE_VISIT = "there is one visit only, and a model of several visits needs two"
NONE_TIPS = "None: no shift of the missing turns the verdict, or too few are missing to show one."
MODEL = {"outcome": "CHG", "baseline": "BASE", "arm": "ARM"}
WAYS: dict[str, tuple[Callable[..., Estimate], str]] = {  # of two arms, and of which column
    "t test, changes": (groups.welch_difference, "CHG"),
    "t test, values": (groups.welch_difference, "AVAL"),
    "rank-sum, changes": (groups.two_sample_hodges_lehmann, "CHG"),
}


@dataclass(frozen=True)
class Changes(Rows):
    """BASE, AVAL and CHG, one row a subject and visit after baseline."""

    role: str = ""

    def against_reference(self, function: Callable = groups.ancova) -> Results:
        """Each arm against the reference arm by a model of CHG adjusted for BASE; one visit."""
        models, found = self._tried(function)
        ordered = {arm: found[arm] for arm in self.study.arms if arm in found}
        about = replace(self, about=replace(self.about, visit=self.visit_words())).by()
        return models.results(about.named((), ordered, reference=self.study.reference))

    def all_arms(self, function: Callable = groups.ancova_f_test) -> Results:
        """The test that no arm differs from another, adjusted for baseline; one visit, a nameless row."""
        models, found = self._tried(function)
        about = replace(self.about, visit=self.visit_words(), unit="", digits=2)
        return models.results({row: self.shown(test, about) for row, test in found.items()})

    def repeated(self, function: Callable = mixed.mmrm) -> Results:
        """Differences from the reference arm at every visit, from one model of all visits.

        Without rows where there is one visit only, or too few patients for so many visits.
        """
        if self.frame["VISIT"].nunique() < 2:
            return self.one_visit()
        models, fits = self._tried(function, subject="USUBJID", visit="VISIT")
        return models.results({
            f"{row_key(arm)}.{visit:g}": self._difference(fits[arm, visit], arm, visit)
            for arm in self.study.arms for visit in sorted({v for _, v in fits})
            if (arm, visit) in fits
        })  # fmt: skip

    def one_visit(self) -> Results:
        """No rows, and that one visit is too few for a model of all visits."""
        models = Models(self.study)
        models.without.add(self.about.parameter, ONE_VISIT)
        return models.results({})

    def _tried(self, function: Callable, **columns: str) -> tuple[Models, dict[Any, Any]]:
        """What a model of these rows finds against the reference arm."""
        models = Models(self.study)
        found = models.tried(self.about.parameter, function, self.frame, **MODEL, **columns,
                             reference=self.study.reference)  # fmt: skip
        return models, found

    def choices(self) -> Results:
        """The same difference by several analyses that one might have chosen; one visit."""
        by_arm = dict(list(self.frame.groupby("ARM", observed=True)))
        base, out, models = by_arm.pop(self.study.reference), {}, Models(self.study)
        for arm in (a for a in self.study.arms if a in by_arm):
            for name, (way, column) in WAYS.items():
                about, two = f"{self.about.parameter}, {name}", (by_arm[arm][column], base[column])
                for found in models.tried(f"{about}, {arm}", way, *two).values():
                    out[f"{row_key(name)}.{row_key(arm)}"] = self._difference(
                        found, arm, self.visit, parameter=about
                    )
        return models.results(out)

    def missing(self) -> Results:
        """Patients of each arm without a change at this visit."""
        everybody, out = self._everybody(), {}
        for arm, part in everybody.groupby("ARM", observed=True):
            found = made(count_missing, count_missing(part), n=len(part),
                         method="counting", statistic="patients")  # fmt: skip
            about = replace(self.about, arm=str(arm), visit=self.visit_words(), unit="", digits=0,
                            parameter=f"{self.about.parameter}: change missing")  # fmt: skip
            out[row_key(arm)] = self.shown(found, about)
        return Results(out)

    def tipping_points(self, missing: Results) -> Results:
        """How far the missing of an arm must have fared from the model's prediction to turn a verdict.

        `missing` as shown: an arm whose number is hidden, or where nobody is missing, is left out.
        Rows arm.shifted arm.side, sides lower and upper; none where no such shift turns it.
        """
        models, points, out = Models(self.study), {}, {}
        with models.without.trying(self.about.parameter):
            points = tipping.tipping_points(self._everybody(), **MODEL, level=self.study.level,
                                            reference=self.study.reference)  # fmt: skip
        for (arm, shifted), point in points.items():
            if not missing[row_key(shifted)].value > 0:  # NaN: hidden
                continue
            for side in ("lower", "upper"):
                shift = abs(getattr(point, side))
                if math.isfinite(shift):
                    found = made(tipping.tipping_points, shift, n=len(self.frame),
                                 method="pattern mixture, ancova",
                                 statistic="tipping shift")  # fmt: skip
                    moved = "lower" if side == "lower" else "higher"
                    what = f"{self.about.parameter}, {moved} in the missing of {shifted}"
                    key = f"{row_key(arm)}.{row_key(shifted)}.{side}"
                    out[key] = self._difference(found, arm, self.visit, parameter=what)
        return (
            models.results(out) if out or models.without.names else Results({}, caption=NONE_TIPS)
        )

    @property
    def visit(self) -> float:
        """The one visit of these rows."""
        (visit,) = self.frame["VISIT"].unique()
        return float(visit)

    def visit_words(self) -> str:
        """That visit as the book prints it."""
        return self._at(self.visit)

    def _at(self, visit: float) -> str:
        return visit_words(self.study, visit)

    def _difference(
        self, found: Estimate, arm: Any, visit: float, *, parameter: str = ""
    ) -> Result:
        about = replace(
            self.about, arm=str(arm), comparator=self.study.reference, visit=self._at(visit),
            parameter=parameter or self.about.parameter,
        )  # fmt: skip
        return self.shown(found, about)

    def _everybody(self) -> pd.DataFrame:
        seen = self.frame[["USUBJID", "BASE", "CHG"]]
        return self.study.adsl[["USUBJID", "ARM"]].merge(seen, on="USUBJID", how="left")


def count_missing(rows: pd.DataFrame) -> int:
    """Rows without a change."""
    return int(rows["CHG"].isna().sum())


def main_changes(measure: Any) -> Changes:
    """The changes of a measure at the primary visit of study.toml, or at the last with enough patients."""
    rows = courses.changes(measure.study, measure.role)
    at = courses.main_visit(measure.study, rows)
    return all_changes(measure, courses.at_visit(rows, at))


def all_changes(measure: Any, rows: pd.DataFrame | None = None) -> Changes:
    """The changes of a measure at every visit where each arm has enough patients."""
    rows = courses.changes(measure.study, measure.role) if rows is None else rows
    return Changes(measure.study, rows, on_scale(measure), role=measure.role)


def on_scale(measure: Any) -> About:
    """What the changes of a measure are about: the unit of the logarithm where its scale is log10."""
    if measure.study.parameter(measure.role).scale != "log10":
        return measure.about
    unit = f"log10 {measure.about.unit}".strip()
    return replace(measure.about, unit=unit, digits=2)
