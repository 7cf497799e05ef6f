"""Tables in, baselines that are absent, double or contradicted out; none is chosen here.

The book's baseline is the value at the baseline visit of `study.toml`, and its change is computed
from it. ABLFL, BASE and CHG are compared with that: they are the data's own word for the same.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB
from helpers.schema import SHOWN

DECIMALS = 6  # more are taken as computed, not as rounded for storage
LATEST = 7.0  # study day after which a value is no longer taken before the start


@rule(
    "subject without a baseline",
    "warning",
    "adlb.USUBJID",
    expected="a value at the baseline visit",
    do="add the row, or know that the subject is in no analysis of change",
    needs=LAB,
)
def no_baseline(tables: Tables) -> Iterator[Hits]:
    """A subject has later values of a parameter but none at baseline, so no change from it.

    A parameter that nobody has at baseline, such as donor cells, is passed over.
    """
    lab = tables.lab[tables.lab["AVAL"].notna() & tables.lab["VISIT"].notna()]
    later = lab[lab["VISIT"] > tables.config.visits.baseline].drop_duplicates("KEY")
    none = later[np.isnan(tables.baseline[later["KEY"]])]
    for i in np.unique(none["PARAMETER"]):
        has = ~np.isnan(tables.baseline[i :: len(tables.parameters)])
        if has.any():
            code = tables.parameters[i].paramcd
            lacks = f" has no {code} at visit {tables.config.visits.baseline:g}"
            yield Hits(
                none.loc[none["PARAMETER"] == i, "ROW"].to_numpy(),
                lambda row, lacks=lacks: tables.said("adlb.USUBJID", row) + lacks,
            )


def _flagged(tables: Tables) -> pd.DataFrame:
    return tables.lab[tables.flag("adlb.ABLFL")[tables.lab["ROW"]]]


@rule(
    "several baselines",
    "warning",
    "adlb.ABLFL",
    expected="one row with ABLFL = Y for each USUBJID × PARAMCD",
    do="keep the flag on one row; the value at the baseline visit is used",
    needs=[*LAB, "adlb.ABLFL"],
)
def several_baselines(tables: Tables) -> Iterator[Hits]:
    """A subject has two rows of a parameter flagged as baseline (within a BASETYPE, if there is one)."""
    rows = _flagged(tables)
    by = ["KEY"]
    if tables.has("adlb.BASETYPE"):
        rows, by = (
            rows.assign(TYPE=tables.text("adlb.BASETYPE").codes[rows["ROW"]]),
            ["KEY", "TYPE"],
        )
    again = rows.loc[rows.duplicated(by), "ROW"].to_numpy()
    if len(again):

        def found(row: int) -> str:
            cells = (tables.said(f"adlb.{c}", row) for c in ("USUBJID", "PARAMCD"))
            return f"{' × '.join(cells)} again, at visit {tables.said('adlb.AVISITN', row)}"

        yield Hits(again, found)


@rule(
    "no baseline flag",
    "warning",
    "adlb.ABLFL",
    expected="one row with ABLFL = Y for each USUBJID × PARAMCD",
    do="set the flag; the value at the baseline visit is used",
    needs=[*LAB, "adlb.ABLFL"],
)
def no_flag(tables: Tables) -> Iterator[Hits]:
    """A value at the baseline visit is not flagged, nor any other of the subject, while others' are."""
    lab = tables.lab[(tables.lab["VISIT"] == tables.config.visits.baseline)]
    lab = lab[lab["AVAL"].notna()]
    flagged = np.zeros(len(tables.baseline), dtype=bool)
    flagged[_flagged(tables)["KEY"]] = True
    for i in range(len(tables.parameters)):
        mine = lab[lab["PARAMETER"] == i]
        rows = mine.loc[~flagged[mine["KEY"]], "ROW"].to_numpy()
        if len(rows) and len(rows) < len(mine):
            yield Hits(rows, lambda row: f"{tables.said('adlb.USUBJID', row)} has none")


@rule(
    "baseline flag at another visit",
    "warning",
    "adlb.ABLFL",
    expected="ABLFL = Y at the baseline visit of study.toml",
    do="correct baseline under [visits], or know that the book takes that visit",
    needs=[*LAB, "adlb.ABLFL"],
)
def elsewhere(tables: Tables) -> Iterator[Hits]:
    """ABLFL marks another visit than study.toml, and another value: two baselines are in play."""
    rows = _flagged(tables)
    off = rows[rows["VISIT"].notna() & (rows["VISIT"] != tables.config.visits.baseline)]
    here = tables.baseline[off["KEY"]]
    off = off[~np.isclose(off["AVAL"], here, rtol=1e-6, atol=0)]
    if len(off):
        expected = f"ABLFL = Y at visit {tables.config.visits.baseline:g}"
        yield Hits(
            off["ROW"].to_numpy(),
            lambda row: f"Y at visit {tables.said('adlb.AVISITN', row)}",
            expected=expected,
        )


@rule(
    "baseline after the start",
    "warning",
    "adlb.ADY",
    expected="a study day of 7 or earlier",
    do="correct ADY or the baseline visit: a later value already carries the treatment's effect",
    needs=[*LAB, "adlb.ADY"],
)
def late_baseline(tables: Tables) -> Iterator[Hits]:
    """The value at the baseline visit was taken more than a week after the start of treatment."""
    at = tables.lab[tables.lab["VISIT"] == tables.config.visits.baseline]
    rows = at["ROW"].to_numpy()
    rows = rows[tables.number("adlb.ADY")[rows] > LATEST]
    if len(rows):
        yield Hits(rows, lambda row: f"day {tables.number('adlb.ADY')[row]:g}")


def _decimals(values: np.ndarray) -> np.ndarray:
    """How many decimals each value is written with, at most `DECIMALS`; 0 where missing."""
    out = np.full(len(values), DECIMALS)
    for digits in range(DECIMALS - 1, -1, -1):
        scaled = values * 10.0**digits
        whole = np.abs(scaled - np.round(scaled)) < 1e-6 * np.maximum(1, np.abs(scaled))
        out[whole | np.isnan(values)] = digits
    return out


def _half_unit(values: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Half a unit of the last decimal that `values` have in their group: what rounding may take.

    The 90th percentile of the decimals, so that one odd cell does not set the precision of all.
    """
    out, digits = np.zeros(len(values)), _decimals(values)
    for one in np.unique(group):
        mine = (group == one) & ~np.isnan(values)
        if mine.any():
            out[group == one] = 0.5 * 10.0 ** -float(np.percentile(digits[mine], 90).round())
    return out


@rule(
    "CHG is not AVAL minus BASE",
    "error",
    "adlb.CHG",
    expected="AVAL - BASE",
    do="recompute CHG, or find which of the three is wrong (the book computes its own change)",
    needs=[*LAB, "adlb.BASE", "adlb.CHG"],
)
def change_mismatch(tables: Tables) -> Iterator[Hits]:
    """AVAL, BASE and CHG of one row contradict each other by more than the rounding of CHG.

    One of the three is wrong, and if it is AVAL every result would be.
    """
    lab = tables.lab
    change, base = (tables.number(f"adlb.{c}")[lab["ROW"]] for c in ("CHG", "BASE"))
    due = lab["AVAL"].to_numpy() - base
    slack = _half_unit(change, lab["PARAMETER"].to_numpy())
    slack = slack + 1e-6 * np.maximum(1, np.abs(lab["AVAL"].to_numpy()))
    rows = lab["ROW"].to_numpy()[np.abs(due - change) > slack]
    if len(rows):

        def found(row: int) -> str:
            c, a, b = (tables.number(f"adlb.{name}")[row] for name in ("CHG", "AVAL", "BASE"))
            return f"{c:g}, where {a:g} - {b:g} = {a - b:g}"

        yield Hits(rows, found)


@rule(
    "BASE is not the baseline value",
    "warning",
    "adlb.BASE",
    expected="AVAL of the subject's baseline visit",
    do="recompute BASE; the book uses the value at the baseline visit",
    needs=[*LAB, "adlb.BASE"],
)
def base_mismatch(tables: Tables) -> Iterator[Hits]:
    """BASE differs from the subject's own value at the baseline visit by more than its rounding.

    Where that is so for most subjects, BASE is another thing by design (a mean of two visits):
    it is said once.
    """
    lab = tables.lab
    base, due = tables.number("adlb.BASE")[lab["ROW"]], tables.baseline[lab["KEY"]]
    group = lab["PARAMETER"].to_numpy()
    slack = _half_unit(base, group) + 1e-6 * np.maximum(1, np.abs(np.nan_to_num(base)))
    off = np.abs(base - due) > slack
    known = ~np.isnan(base) & ~np.isnan(due)
    for i in np.unique(group[off]):
        rows = lab["ROW"].to_numpy()[off & (group == i)]
        if len(rows) > 0.5 * known[group == i].sum():
            share = f"{len(rows):,} of {int(known[group == i].sum()):,} rows of "
            yield Hits(None, share + tables.parameters[i].paramcd)
            continue
        own = dict(zip(rows[:SHOWN], due[off & (group == i)][:SHOWN], strict=True))
        yield Hits(
            rows, lambda row, own=own: f"{tables.said('adlb.BASE', row)}, where it was {own[row]:g}"
        )
