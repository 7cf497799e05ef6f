"""A study's adverse events in, counts of patients and rates out; the estimators are `analyse`'s.

`Events` has one row a treatment-emergent event; `kinds`, `classes` and `terms` make `Counts` of it,
one row a kind and arm: X patients with at least one such event of N. The numerator is patients,
never events. Of hidden patients rare names are pooled and every number passes `Rows.shown`.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from helpers.analyse.estimate import Estimate
from helpers.analyse.proportions import clopper_pearson
from helpers.context import current_context
from helpers.derive import adverse, frames
from helpers.disclosure import rounding
from helpers.literate.levels import at_level
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.rows import Rows, row_key
from helpers.present import markup
from helpers.present.html import Html
from helpers.present.text import decimal_text
from helpers.present.words import sentence_case
from helpers.rounding import share_decimals
from helpers.study import Study

SHOWN = ["USUBJID", "ARM", "AEBODSYS", "AEDECOD", "AESEV", "AESER", "AEREL", "ASTDY"]
MOST = 20  # preferred terms in a table
RATE_UNIT = "per 100 years"


def adverse_events(study: Study) -> Events:
    """The events of `study` that count: treatment-emergent, rare names pooled where hidden."""
    rare = rounding.rare_by(study.config, current_context().lot)
    rows = adverse.rare_pooled(frames.treatment_emergent(study), study, rare=rare)
    return Events(study, rows[[c for c in SHOWN if c in rows]])


class Events(Rows):
    """Treatment-emergent adverse events, one row an event."""

    @property
    def which(self) -> str:
        """Which events count, as the study's table allows: "treatment-emergent" where it says so."""
        return frames.emergence(self.study)

    def counted(self) -> Html:
        """The same as a sentence, for a page."""
        words = f"Events counted here: {self.which}."
        return Html(f"<p>{markup.escape(words)}</p>", words)

    def kinds(self) -> Counts:
        """Patients with any event, a serious one, a related one, and by severity."""
        return self._counts(adverse.overview(self.study).rename(columns={"KIND": "PARAMETER"}))

    def among(self, subjects: Collection[str]) -> Counts:
        """The same kinds among these patients alone; one that none of them had has no row."""
        own = {name: (table := getattr(self.study, name))[table["USUBJID"].isin(subjects)]
               for name in ("adsl", "adae")}  # fmt: skip
        return replace(self, study=replace(self.study, **own)).kinds()

    def families(self) -> dict[str, str]:
        """Which kinds have their P values corrected together: none, each is by itself."""
        return {}

    def classes(self) -> Counts:
        """Patients by system organ class, in alphabetical order; an event without one is in no row."""
        found = self._with("AEBODSYS")
        named = found[found["PARAMETER"].astype(str) != ""]
        return self._counts(named.sort_values(["PARAMETER", "ARM"]))

    def terms(self, most: int = MOST) -> Counts:
        """Patients by preferred term, the `most` frequent ones first.

        Of hidden patients all terms too small to show rank as one: their order would tell of them.
        """
        found, config = self._with("AEDECOD"), self.study.config
        least = 0 if config.show_subjects else config.threshold - 1
        rank = found["X"].clip(lower=least).groupby(found["PARAMETER"]).sum()
        top = rank.sort_values(ascending=False, kind="stable").index[:most]
        place = {name: i for i, name in enumerate(top)}
        kept = found[found["PARAMETER"].isin(place)]
        order = kept["PARAMETER"].map(place)
        return self._counts(kept.assign(ORDER=order).sort_values(["ORDER", "ARM"], kind="stable"))

    def exposure(self) -> Exposure:
        """Events and time under observation of each patient, in hundreds of years."""
        rows = adverse.person_years(self.study)
        rows = rows.assign(YEARS=rows["YEARS"] / 100)
        words = sentence_case(f"{self.which} events")
        return Exposure(self.study, rows, About(parameter=words, unit=RATE_UNIT))

    def _with(self, column: str) -> pd.DataFrame:
        found = frames.subjects_with(self.frame, self.study, [column])
        return found.rename(columns={column: "PARAMETER"})

    def _counts(self, frame: pd.DataFrame) -> Counts:
        return Counts(self.study, frame[["PARAMETER", "ARM", "X", "N"]].reset_index(drop=True))


class Counts(Rows):
    """Patients with at least one event of a kind: one row a kind (PARAMETER) and arm, X of N."""

    def shares(self, function: Callable[[int, int], Estimate] = clopper_pearson) -> Results:
        """`function(x, n)` of every kind and arm; row: kind.arm."""
        return Results({key: self._share(row, function) for key, row in self._rows()})

    def against_reference(self, function: Callable[[int, int, int, int], Estimate]) -> Results:
        """`function(x, n, x of the reference arm, its n)` of every kind and other arm."""
        reference = self.study.reference
        return self.between(function, {reference: [a for a in self.study.arms if a != reference]})

    def between(
        self,
        function: Callable[[int, int, int, int], Estimate],
        pairs: Mapping[str, Sequence[str]],
    ) -> Results:
        """`function(x, n, x of another arm, its n)` of every kind and pair; rows kind.arm[.other].

        `pairs`: {the other arm: the arms compared with it}; it is in the row unless it is the reference.
        Left out where one of the two shares may not be shown: the difference would tell it.
        """
        function = at_level(function, self.study)
        return Results({
            key: self.shown(function(int(row.X), int(row.N), int(other.X), int(other.N)),
                            self.about_pair(row, other))
            for key, row, other in self.compared(pairs)
        })  # fmt: skip

    def compared(self, pairs: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Any, Any]]:
        """Key and both rows of every kind and pair of which the two shares may be shown."""
        by_place = {(row.PARAMETER, str(row.ARM)): row for _, row in self._rows()}
        arms = distinct_keys(self.frame["ARM"])
        for key, row in self._rows():
            for against in (b for b, compared in pairs.items() if row.ARM in compared):
                other = by_place.get((row.PARAMETER, against))
                if other is None:
                    continue  # nobody of that arm can be counted
                both = (self._share(one, clopper_pearson) for one in (row, other))
                if not any(math.isnan(share.value) for share in both):
                    end = "" if against == self.study.reference else f".{arms[against]}"
                    yield key + end, row, other

    def held_back(self, pairs: Mapping[str, Sequence[str]]) -> set[str]:
        """The keys of the kinds of which one of these pairs is counted and may not be shown."""
        shown = Counter(row.PARAMETER for _, row, _ in self.compared(pairs))
        arms = self.frame.groupby("PARAMETER", observed=True)["ARM"].agg(
            lambda arms: set(map(str, arms))
        )
        counted = {kind: sum({against, arm} <= there for against in pairs for arm in pairs[against])
                   for kind, there in arms.items()}  # fmt: skip
        keys = distinct_keys(self.frame["PARAMETER"])
        return {keys[kind] for kind, n in counted.items() if shown[kind] < n}

    def about_pair(self, row: Any, other: Any) -> About:
        """What a comparison of two rows of one kind is about."""
        return self._about(row.PARAMETER, row.ARM, comparator=str(other.ARM))

    def excluding_zero(self, differences: Results) -> Results:
        """How many of these intervals exclude zero, of how many; the widths of the extreme ones."""
        ends = [(r.estimate.lower, r.estimate.upper) for r in differences.values()]
        words = "Intervals that exclude no difference"
        method = next((r.estimate.method for r in differences.values()), "none")
        out = {
            "clear": self._counted(without_zero(ends), "intervals", method, words),
            "compared": self._counted(len(ends), "comparisons", method, words),
        }
        wide = {r: r.estimate.upper - r.estimate.lower for r in differences.values()}
        for name, pick in {"narrowest": min, "widest": max}.items() if wide else ():
            r = pick(wide, key=wide.get)
            about = f"{r.about.parameter}, {r.about.arm}"
            width = self._counted(100 * wide[r], "interval width", method, about)
            out[name] = Results({"": width}).about(unit="percentage points", digits=0)[""]
        return Results(out)

    def if_none(self, function: Callable[[int], Estimate]) -> Results:
        """`function(n)` of every arm: what it would say if none of its patients had an event."""
        sizes = self.frame.groupby("ARM", observed=True)["N"].first()
        words = "An event that nobody in the arm had"
        out = {}
        for arm, n in sizes.items():
            found = function(int(n))
            digits = share_decimals(found.upper, figures=1, least=0)
            about = replace(self._about(words, arm), digits=digits)
            out[row_key(arm)] = self.shown(found, about)
        return Results(out)

    def _share(self, row: Any, function: Callable[[int, int], Estimate]) -> Result:
        found = at_level(function, self.study)(int(row.X), int(row.N))
        return self.shown(found, self._about(row.PARAMETER, row.ARM, text=in_words(found)))

    def _about(self, parameter: str, arm: str, **more: str) -> About:
        known = {"study": self.study.id, "label": self.label, "arm": str(arm), "digits": 0}
        return About(parameter=str(parameter), **known, **more)

    def _counted(self, value: float, statistic: str, method: str, words: str) -> Result:
        found = made(without_zero, value, statistic=statistic, method=method)
        return self.shown(found, self._about(words, ""))

    def _rows(self) -> Iterator[tuple[str, Any]]:
        """Every row with its key; kinds whose names make the same key are numbered."""
        keys = distinct_keys(self.frame["PARAMETER"])
        arms = distinct_keys(self.frame["ARM"])
        for row in self.frame.itertuples():
            yield f"{keys[row.PARAMETER]}.{arms[row.ARM]}", row


class Exposure(Rows):
    """Events (EVENTS) and hundreds of years under observation (YEARS), one row a patient.

    An arm in which only a few hidden patients had events takes no part: its rate would be theirs. Nor does
    one with only a few events beside the first of each patient: who had any stands beside how many there
    were, and no more can have had several than that.
    """

    def parts(self) -> Iterator[tuple[tuple[Any, ...], pd.DataFrame]]:
        """Each arm's rows, where there are enough patients for a rate."""
        few = rounding.few_by(self.study.config, current_context().lot)
        for values, rows in super().parts():
            affected = int((rows["EVENTS"] > 0).sum())
            again = 0 if self.study.config.rounding else int(rows["EVENTS"].sum()) - affected
            if len(rows) > 1 and not few(affected) and not few(again):
                yield values, rows

    def rates(self, function: Callable[..., Estimate]) -> Results:
        """`function(events, time, n=patients)` of each arm."""
        out: dict[str, Result] = {}
        function = at_level(function, self.study)
        for values, rows in self.by("arm").parts():
            found = function(int(rows["EVENTS"].sum()), rows["YEARS"].sum(), n=len(rows))
            out |= self.by("arm").named(values, found)
        return Results(out)

    def against_reference(self, function: Callable[..., Estimate]) -> Results:
        """`function(events, time, events and time of the reference arm, n=)` of each other arm."""
        arms = {str(arm): rows for (arm,), rows in self.by("arm").parts()}
        reference = self.study.reference
        base, function = arms.pop(reference, None), at_level(function, self.study)
        out: dict[str, Estimate] = {}
        for arm, rows in arms.items() if base is not None else ():
            counts = (rows["EVENTS"].sum(), rows["YEARS"].sum(),
                      base["EVENTS"].sum(), base["YEARS"].sum())  # fmt: skip
            if counts[0] + counts[2] > 0:
                out[arm] = function(*counts, n=len(rows) + len(base))
        return Results(self.named((), out, reference=reference))


def without_zero(intervals: Sequence[tuple[float, float]]) -> int:
    """How many of the intervals (lower, upper) lie wholly above or wholly below zero."""
    return sum(low > 0 or high < 0 for low, high in intervals)


def distinct_keys(names: pd.Series) -> dict[str, str]:
    """A part of a key for each name, in order; of two that look alike the second ends in -2."""
    out: dict[str, str] = {}
    for name in dict.fromkeys(names):
        base = key = markup.slug(str(name).replace("+", " plus ")).replace(".", "-")
        n = 1
        while key in out.values():
            n += 1
            key = f"{base}-{n}"
        out[name] = key
    return out


def in_words(share: Estimate) -> str:
    """ "5 (42%; 15% to 72%)": patients, per cent, interval, as a safety table has them."""
    value, low, high = (f"{decimal_text(100 * v, 0)}%" for v in
                        (share.value, share.lower, share.upper))  # fmt: skip
    return f"{decimal_text(share.value * share.n, 0)} ({value}; {low} to {high})"
