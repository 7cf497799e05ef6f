"""Tables in, comparisons for which there is hardly anybody or anything to compare out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

FEW = 0.25  # of the subjects of an arm with a baseline, at the main visit
LEAST_ARM = 3  # subjects; of two, each knows the other
THIRD, TENTH = 1 / 3, 0.1  # of the subjects of a visit, without a value of a parameter
LEAST_EQUAL = 5  # subjects whose values are all the same


@rule(
    "main visit hardly measured",
    "warning",
    "study.visits.main",
    expected="values at the main visit of most who have a baseline, in every arm",
    do="choose another main visit, or find the missing rows",
    needs=[*LAB, "adsl.TRT01A"],
)
def hardly_measured(tables: Tables) -> Iterator[Hits]:
    """At the main visit an arm has values of none, or of less than a quarter, of those with a baseline.

    A parameter that nobody has at the main visit is measured at others, and not named.
    """
    main, base = tables.config.visits.main, tables.config.visits.baseline
    arms = tables.config.arms
    if main is None:
        return
    arm_of = tables.arms
    lab = tables.lab[tables.lab["AVAL"].notna()]
    for i, parameter in enumerate(tables.parameters):
        mine = lab[lab["PARAMETER"] == i]
        begun, seen = (
            np.bincount(arm_of[mine.loc[mine["VISIT"] == visit, "SUBJECT"].unique()] + 1,
                        minlength=len(arms) + 1)[1:]
            for visit in (base, main)
        )  # fmt: skip
        thin = (begun >= LEAST_ARM) & (seen < FEW * begun)
        if seen.sum() and thin.any():
            said = ", ".join(
                f"{seen[j]} of {begun[j]} in {arms[j].label!r}" for j in np.flatnonzero(thin)
            )
            yield Hits(None, f"{parameter.label} at visit {main:g}: {said}")


@rule(
    "parameter hardly measured at one visit",
    "warning",
    "adlb.AVISITN",
    expected="a parameter's values where the other parameters of the visit are",
    do="find out whether its rows of this visit were lost",
    needs=LAB,
)
def lost_at_a_visit(tables: Tables) -> Iterator[Hits]:
    """A parameter lacks for a third or more of a visit's subjects, and at no other visit for one in ten.

    Of those who have another parameter at the visit (ten or more), and of visits at which it is
    measured at all; of three visits or more.
    """
    lab = tables.planned
    everybody = lab.groupby("VISIT")["SUBJECT"].nunique()
    for i, parameter in enumerate(tables.parameters):
        mine = lab[lab["PARAMETER"] == i].groupby("VISIT")["SUBJECT"].nunique()
        lacks = 1 - mine / everybody[mine.index]
        worst = lacks.idxmax() if len(lacks) >= 3 else None
        if worst is None or everybody[worst] < 10:
            continue
        if lacks[worst] >= THIRD and lacks.drop(worst).max() < TENTH:
            found = f"{parameter.label} at visit {worst:g}: {mine[worst]} of {everybody[worst]} subjects"
            yield Hits(None, found)


@rule(
    "arm of one or two subjects",
    "warning",
    "study.arms",
    expected="three subjects or more in an arm",
    do="pool it with another arm, or know that nothing can be compared with it",
    needs=["adsl.USUBJID", "adsl.TRT01A"],
)
def tiny_arms(tables: Tables) -> Iterator[Hits]:
    """An arm has one or two subjects where another has more: nothing can be compared with it."""
    size = np.bincount(tables.arms + 1, minlength=len(tables.config.arms) + 1)[1:]
    for arm, n in zip(tables.config.arms, size, strict=True):
        if 0 < n < LEAST_ARM <= size.max():
            yield Hits(None, f"{n} subject(s) in {arm.label!r}")


@rule(
    "one value for all",
    "warning",
    "adtte.AVAL",
    expected="values that differ between subjects",
    do="check the column: a constant, a code or the planned length may stand for the values",
    needs=["adsl.USUBJID"],
)
def constant(tables: Tables) -> Iterator[Hits]:
    """All times of an endpoint, all ages, or all values of a parameter are the same number."""
    for name, rows, what in _columns(tables):
        values = tables.number(name)[rows]
        values = values[~np.isnan(values)]
        if len(values) >= LEAST_EQUAL and values.min() == values.max():
            found = f"{values[0]:g} in all {len(values):,} {what}"
            yield Hits(None, found, at=name)


def _columns(tables: Tables):
    if tables.has("adsl.AGE"):
        yield "adsl.AGE", slice(None), "rows"
    if tables.has("adtte.PARAMCD", "adtte.AVAL"):
        for endpoint in tables.config.endpoints.values():
            mine = np.asarray(tables.text("adtte.PARAMCD") == endpoint.paramcd)
            yield "adtte.AVAL", mine, f"rows of {endpoint.paramcd}"
    if tables.has(*LAB):
        marked = tables.flag("adlb.BLQFL")[tables.lab["ROW"]]
        for i, parameter in enumerate(tables.parameters):
            mine = (tables.lab["PARAMETER"] == i).to_numpy() & ~marked
            values = tables.lab.loc[mine, "AVAL"]
            if parameter.lloq is None or (values > parameter.lloq).any():
                rows = tables.lab.loc[mine, "ROW"].to_numpy()
                yield "adlb.AVAL", rows, f"rows of {parameter.paramcd}"
