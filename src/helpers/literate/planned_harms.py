"""Adverse events of one study in, the planned comparisons of arms out, within planned strata or not.

Which pairs of arms are compared says `derive.planned.pairs`; of a kind of event they are one family.

A kind of event is left out where the whole arms' shares may not be shown, and of hidden subjects
where a stratum holds fewer of an arm than the threshold. Subjects without a stratum take no part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from helpers.analyse.estimate import Estimate
from helpers.analyse.stratified_tables import common_difference, mantel_haenszel
from helpers.analyse.two_proportions import fisher, newcombe_difference
from helpers.derive import adverse, planned
from helpers.derive.planned import STRATUM
from helpers.errors import NoEstimateError
from helpers.literate.harms import Events
from helpers.literate.outcome import Result, Results
from helpers.study import Study


def planned_differences(events: Events) -> Results:
    """Difference in the share of patients with each kind of event, of every planned pair (Newcombe)."""
    return events.kinds().between(newcombe_difference, planned.pairs(events.study))


def planned_tests(events: Events) -> Results:
    """Fisher's exact test of the same pairs, not of a kind that nobody of the two arms had, or everybody."""
    kinds = events.kinds()
    counts = {(r.PARAMETER, str(r.ARM)): (r.X, r.N) for r in kinds.frame.itertuples()}
    found = kinds.between(fisher, planned.pairs(events.study))

    def varies(r: Result) -> bool:
        (x1, n1), (x2, n2) = (
            counts[r.about.parameter, a] for a in (r.about.arm, r.about.comparator)
        )
        return 0 < x1 + x2 < n1 + n2

    digits = {
        key: replace(r, about=replace(r.about, digits=2)) for key, r in found.items() if varies(r)
    }
    return Results(digits)


def stratified_differences(events: Events) -> Results:
    """Difference in the share of patients with each kind of event, common to the planned strata."""
    return _compared(events, common_difference)


def stratified_tests(events: Events) -> Results:
    """Cochran-Mantel-Haenszel test of each kind of event, within the planned strata."""
    return _compared(events, mantel_haenszel)


def _compared(events: Events, function: Callable[..., Estimate]) -> Results:
    """`function(x, n, x of the reference, its n)`, one entry a stratum, of every kind and planned pair."""
    study, out = events.study, {}
    counted = by_stratum(study)
    if counted["N"].min() < study.config.least:
        return Results({})
    about = planned.IN_STRATA + ", ".join(study.config.analysis.strata)
    for key, result in events.kinds().between(_whole, planned.pairs(study)).items():
        kind, arms = result.about.parameter, (result.about.arm, result.about.comparator)
        mine, base = (rows[rows["KIND"] == kind].set_index(STRATUM)[["X", "N"]] for rows in
                      (counted[counted["ARM"] == arm] for arm in arms))  # fmt: skip
        both = mine.join(base, rsuffix="_", how="inner")
        had = both["X"].sum() + both["X_"].sum()
        if had in (0, both["N"].sum() + both["N_"].sum()):
            continue  # nobody of these strata had it, or everybody: nothing varies
        try:
            made = function(both["X"], both["N"], both["X_"], both["N_"])
        except NoEstimateError:
            continue  # everybody of both arms, or nobody, had it
        digits = 2 if made.statistic == "chi-square" else result.about.digits
        known = replace(result.about, parameter=kind + about, digits=digits)
        out[key] = events.shown(made, known)
    return Results(out)


def _whole(x1: int, n1: int, x2: int, n2: int) -> Estimate:
    """The difference of the whole arms, asked only for which kinds and arms may be compared."""
    return common_difference([x1], [n1], [x2], [n2])


def by_stratum(study: Study) -> pd.DataFrame:
    """KIND, ARM, STRATUM, X and N of every kind of event of the whole study, X subjects of N."""
    subjects, _ = planned.with_plan(
        study, study.adsl[["USUBJID", "ARM"]], of=study.config.analysis.strata
    )
    kinds = adverse.overview(study)[["KIND"]].drop_duplicates()
    parts = []
    for stratum, mine in subjects.groupby(STRATUM):
        inside = {name: getattr(study, name)[getattr(study, name)["USUBJID"].isin(mine["USUBJID"])]
                  for name in ("adsl", "adae")}  # fmt: skip
        found = adverse.overview(replace(study, **inside))[["KIND", "ARM", "X"]]
        sizes = mine.groupby(mine["ARM"].astype(str)).size().rename("N").rename_axis("ARM")
        every = kinds.merge(sizes.reset_index(), how="cross")
        found = found.assign(ARM=found["ARM"].astype(str))
        parts.append(
            every.merge(found, on=["KIND", "ARM"], how="left").assign(**{STRATUM: stratum})
        )
    return pd.concat(parts, ignore_index=True).fillna({"X": 0}).astype({"X": int, "N": int})
