"""Visits in, those that lie on one day or are numbered otherwise than all others' out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

RARE, FEW, MANY = 0.1, 3, 10  # share of the subjects; visits of one; subjects at a visit
NEAR, STRAY = 0.25, 0.05  # of the way between two visits; share of a visit's values beyond


@rule(
    "two visits on one day",
    "warning",
    "adlb.ADY",
    expected="each visit on a day of its own",
    do="find out which visit the value belongs to; overlapping windows give one sample to two visits",
    needs=[*LAB, "adlb.ADY"],
)
def one_day(tables: Tables) -> Iterator[Hits]:
    """A subject has two planned visits after the baseline on one study day, and hardly anybody else has."""
    lab = tables.planned[tables.planned["VISIT"] > tables.config.visits.baseline]
    lab = lab.assign(DAY=tables.number("adlb.ADY")[lab["ROW"]]).dropna(subset="DAY")
    lab = lab[lab["DAY"] > 1].drop_duplicates(["KEY", "VISIT"])
    again = lab.duplicated(["KEY", "DAY"])
    if 0 < lab.loc[again, "SUBJECT"].nunique() <= max(1, RARE * lab["SUBJECT"].nunique()):
        yield Hits(np.sort(lab.loc[again, "ROW"].to_numpy()), lambda row: (
            f"day {tables.said('adlb.ADY', row)} of {tables.said('adlb.USUBJID', row)} at visit "
            f"{tables.said('adlb.AVISITN', row)} and at another"))  # fmt: skip


@rule(
    "visits counted in some subjects",
    "error",
    "adlb.AVISITN",
    expected="AVISITN in the unit of study.toml, as in the other subjects",
    do="recode AVISITN of these subjects: 1, 2, 3 count the visits, where others have weeks or days",
    needs=LAB,
)
def counted(tables: Tables) -> Iterator[Hits]:
    """Visits of some subjects are 1, 2, 3 ..., where half of the others have other numbers, with gaps.

    Of three visits or more after the baseline; two of each must be none of the others'.
    """
    base = tables.config.visits.baseline
    lab = tables.planned[tables.planned["VISIT"] > base]
    seen = lab.assign(STEP=lab["VISIT"] - base).groupby("SUBJECT")["STEP"]
    number = seen.nunique()
    known = number[number >= FEW]
    whole = (lab["VISIT"] % 1 == base % 1).groupby(lab["SUBJECT"]).all()
    odd = known[(seen.max() == number)[known.index] & whole[known.index]]
    rest = set(known.index) - set(odd.index)
    if not len(odd) or len(odd) >= len(rest):
        return
    others = lab[lab["SUBJECT"].isin(rest)]
    share = others.groupby("VISIT")["SUBJECT"].nunique() / len(rest)
    usual = set(share.index[share >= 0.5])
    for subject, many in odd.items():
        visits = {base + k for k in range(1, many + 1)}
        if min(len(usual - visits), len(visits - usual)) >= FEW - 1:
            row = int(lab.loc[lab["SUBJECT"] == subject, "ROW"].iloc[0])
            said = ", ".join(f"{v:g}" for v in sorted(visits))
            yield Hits([row], f"{said} of {tables.said('adlb.USUBJID', row)}")


@rule(
    "visits of a subject one place on",
    "warning",
    "adlb.AVISITN",
    expected="visits under the number that their study day has in most subjects",
    do="give these values the visits of their days: a missed visit was closed up, or one counted twice",
    needs=[*LAB, "adlb.ADY"],
)
def one_place_on(tables: Tables) -> Iterator[Hits]:
    """Two visits of a subject in a row, or more, lie on the days of the visits after them, or before.

    Each within a quarter of the way of the other visit's median day; in one of ten subjects at most.
    """
    lab = tables.planned[tables.planned["VISIT"] > tables.config.visits.baseline]
    lab = lab.assign(DAY=tables.number("adlb.ADY")[lab["ROW"]]).dropna(subset="DAY")
    usual = lab.groupby("VISIT")["DAY"].median()
    if len(usual) < FEW or not (np.diff(usual) > 0).all():
        return
    days = lab.groupby(["SUBJECT", "VISIT"])["DAY"].median().unstack()
    for by in (1, -1):
        other = usual.shift(-by)
        here = (days - other).abs().le(NEAR * (other - usual).abs(), axis=1)
        both = (here & here.shift(1, axis=1, fill_value=False)).any(axis=1)
        if 0 < both.sum() <= max(1, RARE * len(days)):
            odd = lab["SUBJECT"].isin(both.index[both]) & ~lab["SUBJECT"].duplicated()
            yield Hits(np.sort(lab.loc[odd, "ROW"].to_numpy()), tables.said_of("adlb.AVISITN"))


@rule(
    "visit on the day of its neighbour",
    "warning",
    "adlb.ADY",
    expected="visits under the number that their study day has in the other subjects",
    do="find out which visit it was: the subject has none under the number that the others have on this day",
    needs=[*LAB, "adlb.ADY"],
)
def neighbours(tables: Tables) -> Iterator[Hits]:
    """A visit lies on the day that the next one, or the one before, has in others, and is lacking itself.

    Within a quarter of the way of that visit's median day. Of a parameter's ten values or more all others lie
    within a quarter of the way at this visit, but for one in twenty.
    """
    lab = tables.planned[tables.planned["VISIT"] > tables.config.visits.baseline]
    lab = lab.assign(DAY=tables.number("adlb.ADY")[lab["ROW"]]).dropna(subset="DAY")
    days = lab.groupby(["KEY", "VISIT"])["DAY"].median().unstack()
    usual = days.median()
    if len(usual) < 2 or not (np.diff(usual) > 0).all():
        return
    for by in (1, -1):
        way = usual.shift(-by) - usual
        gone = days.sub(usual).div(way)  # 0 at the own day, 1 at the neighbour's
        there = (gone - 1).abs().le(NEAR) & days.shift(-by, axis=1).isna()
        wide = gone.abs().gt(NEAR) & gone.notna()
        most = np.maximum(1, STRAY * gone.notna().sum())
        steady = (gone.notna().sum() >= MANY) & (wide.sum() <= most)
        places = (there & steady).stack()
        hits = lab.set_index(["KEY", "VISIT"]).index.isin(places.index[places])
        first = lab[hits].drop_duplicates(["SUBJECT", "VISIT"])
        if len(first):
            yield Hits(np.sort(first["ROW"].to_numpy()), lambda row, usual=usual: (
                f"day {tables.said('adlb.ADY', row)} at visit {tables.said('adlb.AVISITN', row)} of "
                f"{tables.said('adlb.USUBJID', row)}, where the median is "
                f"{usual[tables.number('adlb.AVISITN')[row]]:g}"))  # fmt: skip
