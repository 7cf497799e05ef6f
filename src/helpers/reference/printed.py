"""Numbers that SAS and R print on public data in, ours to the same digits beside them out.

The numbers are those of the CAMIS project (PSIAIMS/CAMIS, Apache-2.0, commit 74a06c12), which lays
both programs side by side; cases and data lie in tests/reference (camis_*.csv). Where scipy is used
as it is, the method says so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

import pandas as pd

from helpers.reference import printed_calls, stored

NOT_REACHED = "NE"  # as SAS prints it


def as_printed(value: float, like: str) -> str:
    """`value` with the decimals of the printed number `like`, ties away from zero, as SAS prints.

    NaN and infinite become "NE"; "9.52e-01" asks for as many digits in that form. A tie is one of the
    shortest decimal that is this double, not of its binary tail.
    """
    if not math.isfinite(value):
        return NOT_REACHED
    digits, _, power = like.lower().partition("e")
    if like == NOT_REACHED:
        return f"{value:g}"
    places, scale = len(digits.partition(".")[2]), int(power or 0)
    exact = Decimal(repr(float(value))).scaleb(-scale)
    rounded = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{rounded if rounded else abs(rounded):.{places}f}"
    return f"{text}e{power}" if power else text


@cache
def cases() -> pd.DataFrame:
    """One row a printed number: `method`, `data`, `quantity`, `sas` and `r` (as printed, "" where the
    project shows none), `note` (why ours may differ), `ours` (a number).
    """
    path = stored.FOLDER / "camis_cases.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    answers = {
        key: METHODS[key[0]](key[1])
        for key in dict.fromkeys(zip(rows["method"], rows["data"], strict=True))
    }
    ours = [
        getattr(answers[m, d], q)
        for m, d, q in zip(rows["method"], rows["data"], rows["quantity"], strict=True)
    ]
    return rows.assign(ours=ours)


def differs(row: pd.Series) -> bool:
    """Whether ours, to the digits of either program, isn't what it prints."""
    sides = [row["sas"], row["r"]]
    return any(side and as_printed(row["ours"], side) != side for side in sides)


METHODS: dict[str, Callable] = printed_calls.CALLS
