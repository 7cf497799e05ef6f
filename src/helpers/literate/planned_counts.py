"""Counts of patients of one study in, the planned comparisons of arms out, within planned strata or not.

The counts are adverse events (`harms.Events`) or responses (`responders.Responders`). Which pairs of arms
are compared says `derive.planned.pairs`; of a kind of event, or of a response, they are one family, and so
are those of several responses that study.toml puts into one.

A kind is left out where the whole arms' shares may not be shown, and of hidden subjects all are where a
stratum holds fewer of an arm than the threshold. Within strata a kind is left out where so few of a compared
arm's stratum had it, or had not: beside the whole arms' counts the common differences of all pairs leave
one count to each of two strata. Subjects without a stratum take no part. What a rounded test within small
strata would tell, and its P as a single line to who knows their sizes: tests/test_disclosure_strata.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any, Protocol

import pandas as pd

from helpers.analyse.estimate import Estimate
from helpers.analyse.stratified_tables import common_difference, mantel_haenszel
from helpers.analyse.two_proportions import fisher, newcombe_difference
from helpers.context import current_context
from helpers.derive import planned
from helpers.derive.planned import STRATUM
from helpers.disclosure import rounding
from helpers.errors import NoEstimateError
from helpers.literate.compare import adjusted
from helpers.literate.harms import Counts
from helpers.literate.levels import at_level
from helpers.literate.outcome import Result, Results
from helpers.literate.responders import Responders
from helpers.literate.rows import row_key
from helpers.study import Study

NONE = "No comparison: in no pair of arms do enough patients of both have it, and enough not."
HIDDEN = (
    "No comparison: in no pair of arms do enough hidden patients of both have it, and enough not, or a "
    "number of patients would tell how few are outside the set that is analysed."
)
NO_TEST = "No test either."
IN_STRATA = (
    "No comparison within the strata: in one of them an arm has too few patients, or too few who have it "
    "or have it not."
)
HELD_BACK = (
    "None: the test of a pair is left out, and a correction of the others would be for too few."
)
NOTHING = "Nothing to correct."
ELSEWHERE = (
    "No comparison: a set, or who is outside it, would tell of few hidden patients, or in no pair of arms "
    "do enough patients of both have it, and enough not."
)


class Counted(Protocol):
    """What can be counted by kind and arm, among all subjects of its study or some."""

    study: Study

    def kinds(self) -> Counts:
        """X of N of every kind and arm."""

    def among(self, subjects: Collection[str]) -> Counts:
        """The same among these subjects alone."""

    def families(self) -> Mapping[str, str]:
        """Key of a kind -> the family that its P values are corrected in; others are by themselves."""


def planned_differences(counted: Counted) -> Results:
    """Difference in the share of patients with each kind, of every planned pair (Newcombe)."""
    shown = counted.study.config.show_subjects
    found = counted.kinds().between(newcombe_difference, planned.pairs(counted.study))
    return _said(found, NONE if shown else HIDDEN)


def planned_tests(counted: Counted) -> Results:
    """Fisher's exact test of the same pairs, not of a kind that nobody of the two arms had, or everybody."""
    kinds, out = counted.kinds(), {}
    for key, row, other in kinds.compared(planned.pairs(counted.study)):
        if 0 < row.X + other.X < row.N + other.N:
            four = (int(row.X), int(row.N), int(other.X), int(other.N))
            found = fisher(*four, level=counted.study.level)
            shown = kinds.shown(found, kinds.about_pair(row, other))
            out[key] = replace(shown, about=replace(shown.about, digits=2))
    return _said(out, NO_TEST)


def stratified_differences(counted: Counted) -> Results:
    """Difference in the share of patients with each kind, common to the planned strata."""
    return _compared(counted, common_difference, IN_STRATA)


def stratified_tests(counted: Counted) -> Results:
    """Cochran-Mantel-Haenszel test of each kind, within the planned strata."""
    return _compared(counted, mantel_haenszel, NO_TEST)


def corrected(counted: Counted, tests: Results) -> Results:
    """These tests with P values corrected for all planned pairs of a kind or family, as the plan says.

    None of a kind or family of which a pair is held back, nor, of hidden subjects, of a family of which
    a kind has no test: a correction of the others would be for too few tests.
    """
    study, families = counted.study, counted.families()
    kinds = {row: row.partition(".")[0] for row in tests}
    back = set(counted.kinds().held_back(planned.pairs(study)))
    back |= set() if study.config.show_subjects else families.keys() - set(kinds.values())
    hidden = {families.get(kind, kind) for kind in back}
    whole = {
        row: r for row, r in tests.items() if families.get(kinds[row], kinds[row]) not in hidden
    }
    method = study.config.analysis.multiplicity
    found = adjusted(Results(whole), method=method, families=families)
    return _said(found, HELD_BACK if tests else NOTHING)


def in_others(responses: Responders, of: Callable[[Counted], Results]) -> Results:
    """What `of` (`planned_tests`, say) finds in each further population of study.toml; flag.response.arm.

    Of hidden subjects only of responses by which no set tells of few (`disclosure.elsewhere`).
    """
    found: dict[str, Result] = {}
    for flag in responses.study.config.populations.also:
        again = of(responses.within(flag)).items()
        found |= {f"{row_key(flag)}.{key}": result for key, result in again}
    none = NONE if responses.study.config.show_subjects else ELSEWHERE
    return _said(found, none)


def _compared(counted: Counted, function: Callable[..., Estimate], none: str) -> Results:
    """`function(x, n, x of the reference, its n)`, one entry a stratum, of every kind and planned pair.

    `none`: the words where there is no such pair.
    """
    study, kinds, out = counted.study, counted.kinds(), {}
    inside, function = by_stratum(counted), at_level(function, study)
    if any(n and _few(study)(int(n)) for n in inside["N"]):
        return _said({}, none)
    words = planned.IN_STRATA + ", ".join(study.config.analysis.strata)
    few = _of_few(study, inside)
    for key, row, other in kinds.compared(planned.pairs(study)):
        if row.PARAMETER in few:
            continue
        mine, base = (_strata_of(inside, one) for one in (row, other))
        both = mine.join(base, rsuffix="_", how="inner")
        had = both["X"].sum() + both["X_"].sum()
        if had in (0, both["N"].sum() + both["N_"].sum()):
            continue  # nobody of these strata had it, or everybody: nothing varies
        try:
            made = function(both["X"], both["N"], both["X_"], both["N_"])
        except NoEstimateError:
            continue  # everybody of both arms, or nobody, had it
        about = kinds.about_pair(row, other)
        digits = 2 if made.statistic == "chi-square" else about.digits
        known = replace(about, parameter=about.parameter + words, digits=digits)
        out[key] = kinds.shown(made, known)
    return _said(out, none)


def _said(found: Mapping[str, Result], none: str = NONE) -> Results:
    """These results; where there is none, the words `none` in their place."""
    return Results(found, caption="" if found else none)


def _few(study: Study) -> Callable[[int], bool]:
    return rounding.few_by(study.config, current_context().lot)


def _of_few(study: Study, inside: pd.DataFrame) -> set[str]:
    """The kinds that, in a stratum of a compared arm, a few subjects had, or had not."""
    rows = inside[inside["ARM"].isin(planned.arms_of(study))]
    told = _few(study)
    few = [side.astype(int).map(told).astype(bool) for side in (rows["X"], rows["N"] - rows["X"])]
    return set(rows["PARAMETER"][few[0] | few[1]])


def _strata_of(inside: pd.DataFrame, row: Any) -> pd.DataFrame:
    mine = (inside["PARAMETER"] == row.PARAMETER) & (inside["ARM"] == str(row.ARM))
    return inside[mine].set_index(STRATUM)[["X", "N"]]


def by_stratum(counted: Counted) -> pd.DataFrame:
    """PARAMETER (a kind), ARM, STRATUM, X and N of every kind, X subjects of N."""
    study = counted.study
    subjects, _ = planned.with_plan(
        study, study.adsl[["USUBJID", "ARM"]], of=study.config.analysis.strata
    )
    kinds = counted.kinds().frame[["PARAMETER"]].drop_duplicates()
    parts = []
    for stratum, mine in subjects.groupby(STRATUM):
        found = counted.among(mine["USUBJID"]).frame[["PARAMETER", "ARM", "X", "N"]]
        sizes = mine.groupby(mine["ARM"].astype(str)).size().rename("SIZE").rename_axis("ARM")
        every = kinds.merge(sizes.reset_index(), how="cross")
        found = found.assign(ARM=found["ARM"].astype(str))
        rows = every.merge(found, on=["PARAMETER", "ARM"], how="left").assign(**{STRATUM: stratum})
        parts.append(rows.assign(X=rows["X"].fillna(0), N=rows["N"].fillna(rows["SIZE"])))
    return pd.concat(parts, ignore_index=True).astype({"X": int, "N": int})
