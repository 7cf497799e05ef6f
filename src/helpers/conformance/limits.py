"""Tables in, values at the limit of quantification that are marked wrongly out.

A marked value is left-censored in every analysis, at the AVAL that stands there; an unmarked one
is taken as measured. So a flag that is missing or wrong changes results without a trace.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.cells import numbers
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB
from helpers.ingest.lloq import above_limits, filled_above_limit, named_limits


def _limited(tables: Tables):
    """Each parameter with its limit, its rows with a value, these values and their flags."""
    flags = tables.flag("adlb.BLQFL")
    for i, parameter in enumerate(tables.parameters):
        lab = tables.values_of(i)
        rows = lab["ROW"].to_numpy()
        yield parameter, rows, lab["AVAL"].to_numpy(), flags[rows]


def _said(tables: Tables):
    return lambda row: f"{tables.number('adlb.AVAL')[row]:g}"


MANY, GONE = 20, 0.2  # values of a parameter; share of the planned ones that are missing


@rule(
    "value at or below the limit without BLQFL",
    "warning",
    "adlb.BLQFL",
    expected="BLQFL = Y where AVAL is at or below lloq of study.toml",
    do="set BLQFL to Y and AVAL to the limit; unmarked, the value is analysed as measured",
    needs=LAB,
)
def unmarked(tables: Tables) -> Iterator[Hits]:
    """A value at or below the limit of quantification is not marked; or AVALC says "<" and no flag does."""
    frame = tables.frames["adlb"]
    below, read = np.zeros(len(frame), dtype=bool), np.zeros(len(frame), dtype=bool)
    if tables.has("adlb.AVALC"):
        below = named_limits(frame["AVALC"])[0]
        read = tables.number("adlb.AVAL") <= tables.limits_said
    for parameter, rows, values, flags in _limited(tables):
        low = below[rows]
        if parameter.lloq is not None:
            at_limit = values <= parameter.lloq
            # without any BLQFL the limits mark these themselves, and a note says so
            low = low | at_limit if tables.has("adlb.BLQFL") else low & ~at_limit & ~read[rows]
        bad = rows[low & ~flags & ~tables.filled[rows]]
        if len(bad):
            limit = f"the limit {parameter.lloq:g}" if parameter.lloq is not None else "a limit"
            yield Hits(bad, lambda row, limit=limit: f"{_said(tables)(row)}, at or below {limit}")


@rule(
    "result below a limit without a value",
    "warning",
    "adlb.AVAL",
    expected="the limit in AVAL and BLQFL = Y",
    do="give the parameter its lloq in study.toml, or write limit and flag; left blank, the row is in "
    "no analysis and the others look higher than all",
    needs=[*LAB, "adlb.AVALC"],
)
def below_and_blank(tables: Tables) -> Iterator[Hits]:
    """AVALC says "<" and AVAL is blank, so that the lowest results would be missing, not low.

    Only where the parameter has no lloq in study.toml, or where AVALC names another limit and is not
    in the unit of AVAL: else it is read as that limit.
    """
    below = named_limits(tables.frames["adlb"]["AVALC"])[0]
    for i in range(len(tables.parameters)):
        lab = tables.lab[(tables.lab["PARAMETER"] == i) & tables.lab["AVAL"].isna()]
        rows = lab["ROW"].to_numpy()
        rows = rows[below[rows]]
        if len(rows):
            yield Hits(rows, lambda row: f"nothing beside AVALC = {tables.said('adlb.AVALC', row)}")


@rule(
    "result above a limit without a value",
    "warning",
    "adlb.AVAL",
    expected="the limit in AVAL, and uloq in study.toml",
    do="write the limit into AVAL; left blank, the row is in no analysis and the others look lower than all",
    needs=[*LAB, "adlb.AVALC"],
)
def above_and_blank(tables: Tables) -> Iterator[Hits]:
    """AVALC says that a result is above what can be measured ("OVER", "> ULOQ"), and AVAL is blank.

    Not where AVALC names the limit in the unit of AVAL: the row is then read as that limit.
    """
    adlb = tables.frames["adlb"]
    read = numbers(filled_above_limit(adlb, "")[0]["AVAL"]).to_numpy()
    lost = above_limits(adlb["AVALC"]) & np.isnan(read)
    rows = tables.lab.loc[tables.lab["AVAL"].isna(), "ROW"].to_numpy()
    if lost[rows].any():
        yield Hits(
            rows[lost[rows]], lambda row: f"nothing beside AVALC = {tables.said('adlb.AVALC', row)}"
        )


@rule(
    "BLQFL above the limit",
    "warning",
    "adlb.BLQFL",
    expected="BLQFL = Y only at or below lloq of study.toml",
    do="remove the flag, or keep it if this sample had a higher limit",
    needs=[*LAB, "adlb.BLQFL"],
)
def marked_above(tables: Tables) -> Iterator[Hits]:
    """A value above the limit of quantification is marked as below it; it is then a bound, no value."""
    for parameter, rows, values, flags in _limited(tables):
        if parameter.lloq is not None:
            bad = rows[flags & (values > parameter.lloq * (1 + 1e-9))]
            if len(bad):
                limit = f", where the limit is {parameter.lloq:g}"
                yield Hits(bad, lambda row, limit=limit: f"Y at {_said(tables)(row)}{limit}")


@rule(
    "marked value is not the limit",
    "warning",
    "adlb.AVAL",
    expected="the limit itself where BLQFL is Y",
    do="write the limit: 0 or half of it would be taken for a limit that low",
    needs=[*LAB, "adlb.BLQFL"],
)
def filled_in(tables: Tables) -> Iterator[Hits]:
    """A value marked as below the limit was filled in as 0 or as half the limit, not as the limit."""
    for parameter, rows, values, flags in _limited(tables):
        if parameter.lloq is not None:
            bad = rows[flags & (values < parameter.lloq * (1 - 1e-9))]
            if len(bad):
                yield Hits(bad, _said(tables), expected=f"{parameter.lloq:g} {parameter.unit}")


@rule(
    "BLQFL without a limit",
    "warning",
    "study.parameters",
    expected="lloq for a parameter with values below it",
    do="add lloq to the block: figures and sentences name it",
    needs=[*LAB, "adlb.BLQFL"],
)
def limit_unknown(tables: Tables) -> Iterator[Hits]:
    """The data mark values of a parameter as below the limit, but study.toml does not say which."""
    for parameter, _, values, flags in _limited(tables):
        if parameter.lloq is None and flags.any():
            at = ", ".join(f"{v:g}" for v in np.unique(values[flags])[:5])
            found = f"{int(flags.sum()):,} marked row(s) of {parameter.paramcd}, at {at}"
            yield Hits(None, found, at=f"study.parameters.{parameter.role}.lloq")


@rule(
    "value above an upper limit",
    "warning",
    "adlb.AVAL",
    expected="a result that was measured, not a bound",
    do="nothing: pages of changes count such values and take the limit for them; analyses of values below "
    "a limit leave the parameter out",
    needs=LAB,
)
def above(tables: Tables) -> Iterator[Hits]:
    """AVALC says ">" or "above", or AVAL reaches uloq: the true value is higher, by how much is not known."""
    adlb = tables.frames["adlb"]
    marked = above_limits(adlb["AVALC"]) if "AVALC" in adlb else np.zeros(len(adlb), dtype=bool)
    for i, parameter in enumerate(tables.parameters):
        reached = tables.number("adlb.AVAL") >= (
            np.inf if parameter.uloq is None else parameter.uloq
        )
        high = marked | reached
        lab = tables.values_of(i)
        rows = lab["ROW"].to_numpy()
        rows = rows[high[rows]]
        if len(rows):
            said = tables.said("adlb.AVALC" if marked[rows[0]] else "adlb.AVAL", rows[0])
            yield Hits(rows[:1], f"{said}; {len(rows):,} row(s) of {parameter.paramcd} like it")


@rule(
    "results below the limit left out",
    "warning",
    "adlb.AVAL",
    expected="a row with the limit and BLQFL = Y where nothing was found",
    do="find out whether rows below the limit were dropped; without them the others look higher than all",
    needs=LAB,
)
def left_out(tables: Tables) -> Iterator[Hits]:
    """No value of a parameter with lloq is at the limit, some are near it, and a fifth of all are missing.

    Missing: no row of a subject at one of the parameter's visits, up to the last visit that the subject
    has anything of. Near: below twice the limit; of 20 values or more.
    """
    lab = tables.planned
    last = lab.groupby("SUBJECT")["VISIT"].max()
    for i, parameter in enumerate(tables.parameters):
        mine = lab[lab["PARAMETER"] == i].drop_duplicates(["SUBJECT", "VISIT"])
        if parameter.lloq is None or len(mine) < MANY or mine["AVAL"].min() <= parameter.lloq:
            continue
        visits, until = mine["VISIT"].unique(), last[mine["SUBJECT"].unique()].to_numpy()
        planned = int((visits[None, :] <= until[:, None]).sum())
        if mine["AVAL"].min() < 2 * parameter.lloq and len(mine) <= (1 - GONE) * planned:
            found = f"{parameter.paramcd}: {len(mine):,} of {planned:,} values, none at {parameter.lloq:g}"
            yield Hits(None, f"{found}, the lowest {mine['AVAL'].min():g}")
