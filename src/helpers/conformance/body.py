"""Measures of the body in, those that are in pounds, inches or Fahrenheit beside the other unit out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

# the unit of study.toml, the other unit, and what the other number is of one in the first
UNITS = (
    (re.compile(r"^kgs?$", re.I), "pounds", lambda v: v * 2.20462),
    (re.compile(r"^lbs?$|^pounds?$", re.I), "kilograms", lambda v: v / 2.20462),
    (re.compile(r"^cm$", re.I), "inches", lambda v: v / 2.54),
    (re.compile(r"^in(?:ch(?:es)?)?$", re.I), "centimetres", lambda v: v * 2.54),
    (re.compile(r"^(?:°|deg ?)?C$|celsius", re.I), "Fahrenheit", lambda v: v * 1.8 + 32),
    (re.compile(r"^(?:°|deg ?)?F$|fahrenheit", re.I), "Celsius", lambda v: (v - 32) / 1.8),
)
WITHIN, SUBJECTS, APART = 0.15, 10, 1.15  # of the other number; subjects; factor between the two


@rule(
    "weights, heights or temperatures in two units",
    "warning",
    "adlb.AVAL",
    expected="all values in the unit of study.toml",
    do="convert these values (2.205 pounds a kilogram, 2.54 cm an inch, 1.8 °F a °C and 32)",
    needs=LAB,
)
def two_units(tables: Tables) -> Iterator[Hits]:
    """Values of a parameter in kg, cm or °C are what they would be in pounds, inches or Fahrenheit.

    Seen by the other values of the subject (within 15%), or where a group of subjects lies apart from all
    others by just that factor. Of ten subjects or more.
    """
    for i, parameter in enumerate(tables.parameters):
        mine = tables.values_of(i)
        mine = mine[mine["AVAL"] > 0]
        for pattern, other, convert in UNITS:
            if pattern.search(parameter.unit.strip()) and mine["SUBJECT"].nunique() >= SUBJECTS:
                rows = np.sort(mine.loc[_in_other(mine, convert), "ROW"].to_numpy())
                yield Hits(rows, lambda row, other=other: (
                    f"{tables.said_of('adlb.AVAL')(row)}, as in {other}"))  # fmt: skip


def _in_other(mine: pd.DataFrame, convert) -> np.ndarray:
    """True where a value is in the other unit: against its subject's, or its subject against all."""
    usual = mine.groupby("SUBJECT")["AVAL"].transform("median").to_numpy()
    values = mine["AVAL"].to_numpy()
    within = _is(values, usual, convert)
    if 0 < within.mean() <= 0.35:
        return within
    medians = np.sort(mine.groupby("SUBJECT")["AVAL"].median().to_numpy())
    at = int(np.diff(np.log(medians)).argmax()) + 1
    low, high = medians[:at], medians[at:]
    few, rest = (low, high) if len(low) < len(high) else (high, low)
    apart = high[0] / low[-1] >= APART and _is(np.median(few), np.median(rest), convert)
    return np.isin(usual, few) & apart


def _is(values, usual, convert) -> np.ndarray:
    """Whether values are what the usual ones would be in the other unit, and not what they are."""
    return np.abs(values / convert(usual) - 1) < WITHIN
