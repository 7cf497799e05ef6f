"""Tables in, visits that are absent, misnumbered or out of order out; none is moved."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import DAYS, nearest_time
from helpers.conformance.view import Tables
from helpers.schema import SHOWN

LAB = ["adsl.USUBJID", "adlb.USUBJID", "adlb.PARAMCD", "adlb.AVISITN", "adlb.AVAL"]
LATE = 90.0  # days off the visit's median day, and at least half of it, that call for a look


@rule(
    "visit without rows",
    "error",
    "study.visits",
    expected="an AVISITN of adlb",
    do="use a visit of the data",
    needs=["adlb.AVISITN"],
)
def absent_visits(tables: Tables) -> Iterator[Hits]:
    """The baseline or the main visit of study.toml is at no AVISITN of the data.

    Where no parameter has a baseline no row need be at its visit.
    """
    have = np.unique(tables.number("adlb.AVISITN"))
    have = have[~np.isnan(have)]
    based = any(parameter.baseline for parameter in tables.config.parameters.values())
    for key in ("baseline", "main") if based else ("main",):
        wanted = getattr(tables.config.visits, key)
        if wanted is not None and tables.config.parameters and wanted not in have:
            found = ", ".join(f"{v:g}" for v in have[:20])
            expected = f"AVISITN {wanted:g} in {tables.files['adlb']}"
            yield Hits(None, found, expected=expected, at=f"study.visits.{key}")


@rule(
    "planned visit without its number",
    "warning",
    "adlb.AVISITN",
    expected="the number of the visit that AVISIT names",
    do="fill in AVISITN; without it the row is in no analysis",
    needs=[*LAB, "adlb.AVISIT"],
)
def unnumbered(tables: Tables) -> Iterator[Hits]:
    """AVISIT names a visit that has a number in other rows, but AVISITN is blank here."""
    names, numbers = tables.text("adlb.AVISIT"), tables.number("adlb.AVISITN")
    numbered = np.unique(names.codes[~np.isnan(numbers) & tables.scheduled])
    rows = np.flatnonzero(tables.unnumbered & (names.codes >= 0) & np.isin(names.codes, numbered))
    if len(rows):
        yield Hits(rows, lambda row: f"nothing, where AVISIT is {tables.said('adlb.AVISIT', row)}")


@rule(
    "row without a visit",
    "note",
    "adlb.AVISITN",
    expected="a visit number in rows that are to be analysed",
    do="nothing, or fill AVISITN in",
    needs=["adlb.AVISITN"],
)
def unplanned(tables: Tables) -> Iterator[Hits]:
    """AVISITN is blank, as at unscheduled visits: the row is in no analysis."""
    blank = tables.unnumbered
    if tables.has("adlb.AVISIT"):
        names = tables.text("adlb.AVISIT")
        numbered = np.unique(names.codes[tables.scheduled])
        blank = blank & ((names.codes < 0) | ~np.isin(names.codes, numbered))
    if blank.any():
        yield Hits(None, f"{int(blank.sum()):,} row(s) without one")


@rule(
    "one visit, two numbers",
    "warning",
    "adlb.AVISITN",
    expected="one AVISITN for each AVISIT",
    do="correct AVISIT or AVISITN",
    needs=[*LAB, "adlb.AVISIT"],
)
def misnumbered(tables: Tables) -> Iterator[Hits]:
    """Nearly all rows of an AVISIT have one number, some another: these are at the wrong visit."""
    lab = tables.lab[tables.scheduled[tables.lab["ROW"]]]
    names = tables.text("adlb.AVISIT")
    code = names.codes[lab["ROW"]]
    lab = lab.assign(NAME=code)[code >= 0]
    counts = lab.groupby(["NAME", "VISIT"]).size().rename("N").reset_index()
    usual = counts.sort_values("N").groupby("NAME").last()
    rare = usual["N"] >= 0.9 * counts.groupby("NAME")["N"].sum()
    mine = lab["NAME"].map(usual.loc[rare, "VISIT"])
    rows = lab.loc[mine.notna() & (mine != lab["VISIT"]), "ROW"].to_numpy()
    expected = usual["VISIT"].to_dict()
    for name in np.unique(names.codes[rows]):
        yield Hits(
            rows[names.codes[rows] == name],
            lambda row: f"{tables.said('adlb.AVISITN', row)} at {tables.said('adlb.AVISIT', row)}",
            expected=f"{expected[name]:g}, as in the other rows of {names.categories[name]!r}",
        )


@rule(
    "one number, two visits",
    "warning",
    "adlb.AVISIT",
    expected="one AVISIT for each AVISITN",
    do="correct AVISIT or AVISITN: the book goes by AVISITN",
    needs=[*LAB, "adlb.AVISIT"],
)
def misnamed(tables: Tables) -> Iterator[Hits]:
    """AVISIT names another number than AVISITN, where most are called by it ("Week 24" beside 24)."""
    lab = tables.lab[tables.scheduled[tables.lab["ROW"]]]
    names = tables.text("adlb.AVISIT")
    text = pd.Series(names.categories.astype(str), dtype=object)
    code = names.codes[lab["ROW"]]
    said = text.str.extract(r"(\d+(?:\.\d+)?)\D*$", expand=False).astype(float)
    number = np.append(said, np.nan)[code]
    stem = np.append(pd.factorize(text.str.replace(r"[\d.]+", "#", regex=True))[0], -1)[code]
    visit, told = lab["VISIT"].to_numpy(), ~np.isnan(number)
    off = told & (number != visit)
    usual = lab["VISIT"].groupby(code).transform("median").to_numpy()  # single rows: the rule above
    if off.sum() < 0.3 * told.sum():
        rows = lab["ROW"].to_numpy()[off & (usual != number) & np.isin(stem, stem[told & ~off])]
        yield Hits(rows, lambda row: f"{tables.said('adlb.AVISIT', row)} beside AVISITN "
                                     f"{tables.said('adlb.AVISITN', row)}")  # fmt: skip


def _days(tables: Tables) -> pd.DataFrame:
    """The planned rows of `lab` with their study day: those columns and DAY, all known."""
    lab = tables.lab[tables.scheduled[tables.lab["ROW"]]]
    lab = lab.assign(DAY=tables.number("adlb.ADY")[lab["ROW"]])
    return lab[lab["DAY"].notna()]


@rule(
    "AVISITN is not in the unit of study.toml",
    "warning",
    "study.visits.unit",
    expected="visit numbers that are times in this unit",
    do="correct unit under [visits], or recode AVISITN: charts place the visits by it",
    needs=[*LAB, "adlb.ADY"],
)
def visit_unit(tables: Tables) -> Iterator[Hits]:
    """Visits lie at other study days than their numbers say, by one factor or without one.

    Visit numbers such as 1, 2, 3 that count visits are no times: slopes would be per visit.
    """
    visits = _days(tables).groupby("VISIT")["DAY"].median()
    visits = visits[(visits.index > 0) & (visits > 0)]
    if not len(visits):
        return
    ratio = visits / visits.index
    length = DAYS[tables.config.visits.unit]
    if abs(np.log(ratio.median() / length)) < np.log(1.5):
        return
    same = len(ratio) > 1 and ratio.max() < 1.5 * ratio.min()
    unit = nearest_time(ratio.median(), within=0.2) if same else None
    last = visits.index[-1]
    looks = f", as if in {unit}s" if unit else ", as if visits were merely counted"
    found = f"visit {last:g} at day {visits.iloc[-1]:g} (median){looks}"
    yield Hits(None, found, expected=f"{tables.config.visits.unit}s")


@rule(
    "visits out of order",
    "warning",
    "adlb.ADY",
    expected="study days that rise with AVISITN",
    do="correct ADY or AVISITN",
    needs=[*LAB, "adlb.ADY"],
)
def disordered(tables: Tables) -> Iterator[Hits]:
    """A planned visit of a subject lies before the visit that precedes it by number.

    Unscheduled and early-termination visits, which have no place in the order, are passed over,
    and so is a visit whose number is out of order for everybody.
    """
    rows = _days(tables)
    middle = rows.groupby("VISIT")["DAY"].median()
    usual = middle.index[middle >= middle.cummax()]
    rows = rows[rows["VISIT"].isin(usual)].sort_values(["KEY", "VISIT"], kind="stable")
    same = rows["KEY"].to_numpy()[1:] == rows["KEY"].to_numpy()[:-1]
    back = same & (np.diff(rows["DAY"]) < 0) & (np.diff(rows["VISIT"]) > 0)
    if back.any():
        pairs = pd.DataFrame({"ROW": rows["ROW"].to_numpy()[1:][back],
                              "DAY": rows["DAY"].to_numpy()[:-1][back],
                              "VISIT": rows["VISIT"].to_numpy()[:-1][back]}).sort_values("ROW")  # fmt: skip
        before = pairs.head(SHOWN).set_index("ROW")

        def found(row: int) -> str:
            day, visit = (tables.number(f"adlb.{name}")[row] for name in ("ADY", "AVISITN"))
            one = before.loc[row]
            return f"day {day:g} at visit {visit:g}, day {one.DAY:g} at {one.VISIT:g}"

        yield Hits(pairs["ROW"].to_numpy(), found)


@rule(
    "study day far from its visit",
    "warning",
    "adlb.ADY",
    expected="a day near that of the other subjects",
    do="correct ADY or AVISITN",
    needs=[*LAB, "adlb.ADY"],
)
def far_from_visit(tables: Tables) -> Iterator[Hits]:
    """A planned visit lies 90 days or more, and at least half its time, off its median day."""
    rows = _days(tables)
    middle = rows.groupby("VISIT")["DAY"].transform("median")
    off = (rows["DAY"] - middle).abs()
    far = off >= np.maximum(LATE, 0.5 * middle.abs())
    if far.any():
        few = far & (far.cumsum() <= SHOWN)
        median = dict(zip(rows.loc[few, "ROW"], middle[few], strict=True))

        def found(row: int) -> str:
            return f"day {tables.number('adlb.ADY')[row]:g} where the median is {median[row]:g}"

        yield Hits(rows.loc[far, "ROW"].to_numpy(), found)
