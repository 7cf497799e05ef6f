"""Tables in, laboratory units that mix or contradict `study.toml` out; no value is converted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.config import Parameter
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import Unit, named_unit, parse_unit
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB


def _written(tables: Tables, i: int) -> tuple[str, dict[str, np.ndarray]]:
    """The column that gives the unit of a parameter, and the rows in which it gives which.

    AVALU; where it is blank or absent, the unit in brackets at the end of PARAM.
    """
    rows = tables.lab.loc[tables.lab["PARAMETER"] == i, "ROW"].to_numpy()
    out: dict[str, list[np.ndarray]] = {}
    for column in ("AVALU", "PARAM"):
        name = f"adlb.{column}"
        if not tables.has(name):
            continue
        texts = tables.text(name)
        for code in np.unique(texts.codes[rows]):
            text = "" if code < 0 else str(texts.categories[code])
            unit = text if column == "AVALU" else named_unit(text)
            if unit and (column == "AVALU" or parse_unit(unit)):
                out.setdefault(unit, []).append(rows[texts.codes[rows] == code])
        if out:
            return name, {unit: np.concatenate(parts) for unit, parts in out.items()}
    return "adlb.AVALU", {}


def _same(one: str, other: str) -> bool:
    a, b = parse_unit(one), parse_unit(other)
    if a is None or b is None:
        return one.casefold().split() == other.casefold().split()
    return a.kind == b.kind and a.log10 == b.log10 and abs(a.factor / b.factor - 1) < 1e-9


def _factor(there: Unit | None, here: Unit | None) -> str:
    """What turns a value of unit `there` into one of `here`, in words; "" when nothing does."""
    if there is None or here is None or there.kind != here.kind:
        return ""
    if there.log10 != here.log10:
        return "take 10 to its power" if there.log10 else "take its logarithm to base 10"
    return f"multiply by {there.factor / here.factor:g}"


@rule(
    "units that mix",
    "error",
    "adlb.AVALU",
    expected="one unit for each PARAMCD",
    do="convert AVAL, BASE and CHG of these rows, and write the one unit",
    needs=LAB,
)
def mixed(tables: Tables) -> Iterator[Hits]:
    """The rows of one parameter are in two units: a mean over them is a number of nothing.

    Spellings of one unit (cells/uL, cells/µL, cells/mm3, 10^6/L) are the same unit.
    """
    for name, parameter, main, unit, rows in _others(tables):
        if parse_unit(unit) and parse_unit(main):
            how = _factor(parse_unit(unit), parse_unit(main))
            yield Hits(
                rows,
                lambda row, name=name: tables.said(name, row),
                expected=f"{main!r}, as other rows of {parameter.paramcd}",
                do=f"{how} in AVAL, BASE and CHG, and write {main!r}" if how else "",
                at=name,
            )


def _main(units: dict[str, np.ndarray], parameter: Parameter) -> str:
    """The unit that the rows should have: that of study.toml if any has it, else the commonest.

    Were it always the commonest, half of the rows could be told to become like the other half, and
    these to become like study.toml.
    """
    return max(units, key=lambda unit: (_same(unit, parameter.unit), len(units[unit])), default="")


def _others(tables: Tables):
    """The rows of each parameter in another unit than the rest of it: column, both units, rows."""
    for i, parameter in enumerate(tables.parameters):
        name, units = _written(tables, i)
        main = _main(units, parameter)
        for unit, rows in units.items():
            if not _same(unit, main):
                yield name, parameter, main, unit, np.sort(rows)


@rule(
    "unit unlike study.toml",
    "error",
    "adlb.AVALU",
    expected="the unit of study.toml",
    do="correct unit in study.toml, or convert AVAL, BASE and CHG",
    needs=LAB,
)
def contradicted(tables: Tables) -> Iterator[Hits]:
    """AVALU (or PARAM, in brackets) gives another unit than study.toml: limits and labels would lie.

    Only where both units are understood; else see "unit that cannot be compared".
    """
    for name, parameter, unit, rows in _unlike(tables):
        if parse_unit(unit) and parse_unit(parameter.unit):
            how = _factor(parse_unit(unit), parse_unit(parameter.unit))
            yield Hits(
                rows[:1],
                f"{unit!r} in {len(rows):,} row(s)",
                expected=f"{parameter.unit!r}, the unit of parameters.{parameter.role}",
                do=f"correct unit in study.toml, or {how}" if how else "",
                at=name,
            )


@rule(
    "unit that cannot be compared",
    "warning",
    "adlb.AVALU",
    expected="the unit of study.toml, or another spelling of it",
    do="compare the two; write them alike if they are the same",
    needs=LAB,
)
def incomparable(tables: Tables) -> Iterator[Hits]:
    """Two texts of AVALU, or AVALU and study.toml, differ, and one of them is not understood as a unit."""
    for name, parameter, main, unit, rows in _others(tables):
        if not (parse_unit(unit) and parse_unit(main)):
            expected = f"{main!r}, as most of {parameter.paramcd}"
            yield Hits(rows, lambda row, name=name: tables.said(name, row), expected, at=name)
    for name, parameter, unit, rows in _unlike(tables):
        if not (parse_unit(unit) and parse_unit(parameter.unit)):
            expected = f"{parameter.unit!r}, the unit of parameters.{parameter.role}"
            yield Hits(rows[:1], f"{unit!r} in {len(rows):,} row(s)", expected=expected, at=name)


def _unlike(tables: Tables):
    """The commonest unit of each parameter where none of its rows is in that of study.toml."""
    for i, parameter in enumerate(tables.parameters):
        name, units = _written(tables, i)
        if units and parameter.unit:
            main = _main(units, parameter)
            if not _same(main, parameter.unit):
                yield name, parameter, main, np.sort(units[main])
