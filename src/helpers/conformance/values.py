"""Tables in, laboratory values that cannot be, or hardly, out; none is corrected or left out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.config import Parameter
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import Unit, parse_unit
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

# Lowest and highest value that pass without a question where study.toml gives no range, by role,
# in the base unit of what is measured. They are wide on purpose: they catch digits and units.
PLAUSIBLE = {
    # The 95th percentile of healthy infants, in whom CD4 is highest, is about 5.1e9/L
    # (Denny 1992, JAMA 267:1484).
    "cd4": ("count", 0, 7000),
    "cd8": ("count", 0, 10000),  # adults: about 1,000 at most; acute infections a few times that
    "cd4cd8": ("ratio", 0, 20),
    # Quantitative assays report up to 10 million copies/mL (cobas TaqMan HIV-1 v2.0, 20 to 1e7);
    # tenfold for samples diluted before they were measured.
    "hivrna": ("copies", 1, 1e8),
    "chimerism": ("share", 0, 100),
}
SHARE = ("share", 0, 100)
MEASURED = ("count", "copies", "activity", "mass")  # amounts: never below zero
FEW = 5  # values below which their size says nothing about their unit


def _values(tables: Tables, i: int):
    lab = tables.values_of(i)
    return lab["ROW"].to_numpy(), lab["AVAL"].to_numpy()


def _said(tables: Tables):
    return lambda row: f"{tables.number('adlb.AVAL')[row]:g}"


def _unit(parameter: Parameter) -> Unit | None:
    """The parameter's unit; where study.toml gives none, what its role is measured in."""
    if parameter.unit:
        return parse_unit(parameter.unit)
    kind = PLAUSIBLE.get(parameter.role, (None,))[0]
    return Unit(kind, 1.0) if kind else None


@rule(
    "impossible value",
    "error",
    "adlb.AVAL",
    expected="0 or more",
    do="correct it; a code for a missing value (-1, -9, 999) has to be a blank",
    needs=LAB,
)
def impossible(tables: Tables) -> Iterator[Hits]:
    """An amount below zero, or a share of donor cells outside 0 to 100%: no sample has it."""
    for i, parameter in enumerate(tables.parameters):
        unit = _unit(parameter)
        if unit is None or unit.log10:
            continue
        rows, values = _values(tables, i)
        share = unit.kind == "share" and parameter.role == "chimerism"
        top = 100 / unit.factor if share else np.inf
        if unit.kind in MEASURED or share:
            bad = rows[(values < 0) | (values > top)]
            if len(bad):
                expected = f"0 to {top:g} {parameter.unit}" if share else "0 or more"
                yield Hits(bad, _said(tables), expected=expected)


@rule(
    "no logarithm",
    "error",
    "adlb.AVAL",
    expected="a value above 0",
    do='write the limit with BLQFL = Y for a value below it (0 copies/mL: "not detected"); a score that '
    'can be 0 takes scale = "linear" and stays out of the group "cytokine"',
    needs=LAB,
)
def without_logarithm(tables: Tables) -> Iterator[Hits]:
    """A value of 0 or less of a parameter that is analysed on the log scale.

    study.toml wants that by scale = "log10"; HIV RNA is described on that scale whatever it says, and
    of the group "cytokine" all are compared as ratios, but those that are logarithms already.
    """
    for i, parameter in enumerate(tables.parameters):
        unit = parse_unit(parameter.unit)
        logged = parameter.scale == "already log10" or bool(unit and unit.log10)
        always = parameter.role == "hivrna" or parameter.group == "cytokine"
        if parameter.scale == "log10" or (always and not logged):
            rows, values = _values(tables, i)
            bad = rows[values <= 0]
            if len(bad):
                yield Hits(bad, _said(tables))


@rule(
    "logarithm of a logarithm",
    "error",
    "study.parameters",
    expected='scale = "linear" for values that are logarithms',
    do="remove scale, or give the values and their unit before the logarithm",
)
def logged_twice(tables: Tables) -> Iterator[Hits]:
    """The unit says that the values are logarithms, and scale = "log10" would take them once more."""
    for role, parameter in tables.config.parameters.items():
        unit = parse_unit(parameter.unit)
        if parameter.scale == "log10" and unit is not None and unit.log10:
            found = f'scale = "log10" with unit = "{parameter.unit}"'
            yield Hits(None, found, at=f"study.parameters.{role}.scale")


@rule(
    "implausible value",
    "warning",
    "adlb.AVAL",
    expected="a value in the range of study.toml, or in the usual one",
    do="check unit and digits; set or widen range in study.toml if it is right",
    needs=LAB,
)
def implausible(tables: Tables) -> Iterator[Hits]:
    """A value outside the parameter's range in study.toml; without one, outside what is usual.

    Usual: CD4 up to 7,000 and CD8 up to 10,000 cells/µL, their ratio up to 20, HIV RNA from 1 to
    100 million copies/mL, percentages 0 to 100; in whatever unit study.toml gives.
    """
    for i, parameter in enumerate(tables.parameters):
        low, high = _range(parameter)
        rows, values = _values(tables, i)
        impossible_too = (values < 0) if low >= 0 and parameter.range is None else False
        bad = rows[((values < low) | (values > high)) & ~np.asarray(impossible_too)]
        if len(bad):
            expected = f"{low:g} to {high:g} {parameter.unit} ({parameter.label})"
            yield Hits(bad, _said(tables), expected=expected)


def _range(parameter: Parameter) -> tuple[float, float]:
    unit = _unit(parameter)
    if parameter.range is not None:
        return parameter.range
    usual = PLAUSIBLE.get(parameter.role, SHARE if unit and unit.kind == "share" else None)
    if usual is None or unit is None or unit.kind != usual[0]:
        return -np.inf, np.inf
    low, high = usual[1] / unit.factor, usual[2] / unit.factor
    return (float(np.log10(max(low, 1))), float(np.log10(high))) if unit.log10 else (low, high)


@rule(
    "values look like another unit",
    "warning",
    "adlb.AVAL",
    expected="values in the unit of study.toml",
    do="correct unit in study.toml, or convert AVAL",
    needs=LAB,
)
def unlike_unit(tables: Tables) -> Iterator[Hits]:
    """All values of a parameter are of the size that another unit of it would give.

    CD4 and CD8 counts below 5 per µL with decimals are 10^9/L; HIV RNA below 9 with decimals is a
    logarithm, and one with logarithms above 10 is not.
    """
    for i, parameter in enumerate(tables.parameters):
        values = _values(tables, i)[1]
        unit = _unit(parameter)
        if unit is None or len(values) < FEW:
            continue
        looks = _looks_like(parameter.role, unit, values)
        if looks:
            found = f"{values.min():g} to {values.max():g}, which looks like {looks}"
            expected = f"{parameter.label} in {parameter.unit or 'its usual unit'}"
            yield Hits(None, found, expected=expected)


def _looks_like(role: str, unit: Unit, values: np.ndarray) -> str:
    top, broken = np.quantile(values, 0.99), (values % 1 != 0).any()
    if role in ("cd4", "cd8") and unit.kind == "count" and top * unit.factor < 5 and broken:
        return "10^9/L (a thousandth)"
    if role == "hivrna" and unit.kind == "copies":
        if not unit.log10 and top < 9 and broken:
            return "log10 copies/mL"
        if unit.log10 and top > 10:
            return "copies/mL"
    return ""
