"""A study in, the same without what few of its subjects have out, where an edition's counts are rounded.

Much is there or not by how many have it: a visit of a page or a chart, a page itself, an endpoint, a
competing event. Decided by the count it tells of the one who joined between two editions. So what few
have is taken out of the tables once, before a page is planned or anything is counted, and few goes by
the lot of the edition (`rounding`). Other studies stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from helpers.disclosure import rounding
from helpers.study import Study

Few = Callable[[int], bool]


def thinned(study: Study, lot: str) -> Study:
    """`study` without visits that few of an arm have, endpoints and competing events of few.

    And without adverse events where few had one after the start of treatment. Who is counted is
    whom the analysis is of: the populations of study.toml.
    """
    few = rounding.rare_by(study.config, lot)
    if few is None:
        return study
    return replace(
        study,
        adlb=_visits(study, study.of("changes").adlb, few),
        adtte=_endpoints(study.adtte, study.of("times").adtte, few),
        adae=None if _few_events(study, few) else study.adae,
    )


def _visits(study: Study, own: pd.DataFrame | None, few: Few) -> pd.DataFrame | None:
    """The measurements at visits of a parameter that many of every arm have, with and without a baseline.

    Of a parameter with a baseline who has no value there counts at none.
    """
    if own is None or study.adlb is None:
        return study.adlb
    parameters, start = study.config.parameters.values(), study.config.visits.baseline
    based = {p.paramcd for p in parameters if p.baseline and p.group == "" and p.scale == "linear"}
    rows = own[own["AVAL"].notna() & own["AVISITN"].notna()]
    first = rows[rows["AVISITN"] == start][["USUBJID", "PARAMCD"]].drop_duplicates()
    rows = rows.merge(first.assign(FIRST=True), on=["USUBJID", "PARAMCD"], how="left")
    began = rows["PARAMCD"].isin(set(first["PARAMCD"]) & based)
    counted = rows[~began | rows["FIRST"].notna()]
    place = ["PARAMCD", "AVISITN"]
    sizes = counted.groupby([*place, "ARM"], observed=False)["USUBJID"].nunique().unstack("ARM")
    sizes = sizes.reindex(columns=study.arms).fillna(0).astype(int)
    many = sizes.index[[not any(map(few, row)) for row in sizes.to_numpy()]]
    kept = pd.MultiIndex.from_frame(study.adlb[place]).isin(many)
    return study.adlb[kept | study.adlb["AVISITN"].isna()].reset_index(drop=True)


def _endpoints(
    adtte: pd.DataFrame | None, own: pd.DataFrame | None, few: Few
) -> pd.DataFrame | None:
    """The times to endpoints that many reached; few competing events of one count as censored times."""
    if adtte is None or own is None:
        return adtte
    events = (~own["CNSR"]).groupby(own["PARAMCD"]).sum()
    kept = adtte[adtte["PARAMCD"].isin([code for code, n in events.items() if not few(int(n))])]
    if "COMPETING" in kept:
        ends = own["COMPETING"].groupby(own["PARAMCD"]).sum()
        many = [code for code, n in ends.items() if not few(int(n))]
        kept = kept.assign(COMPETING=kept["COMPETING"] & kept["PARAMCD"].isin(many))
    return kept.reset_index(drop=True)


def _few_events(study: Study, few: Few) -> bool:
    events = study.of("safety").adae
    if events is None:
        return False
    if "TRTEMFL" in events:
        events = events[events["TRTEMFL"]]
    return few(events["USUBJID"].nunique())
