"""A raw adlb in, the same with its values below the limit marked where the table itself does not.

Two things that exports do are told from `study.toml` and noted: a table without BLQFL, and a result
"<40" in AVALC beside a blank AVAL. A BLQFL that stands in the table is never taken away.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.cells import numbers, text
from helpers.errors import Problem, Rule

LESS = r"(?:<=?|≤|BLQ|BLOQ|BLLOQ)"  # how AVALC begins where a result is below a limit
_LIMIT = r"(?:<=?|≤)\s*(\d+(?:[.,]\d+)?)"
MARKED = Rule(
    "limit marked by lloq",
    "note",
    "adlb has no BLQFL: a value at or below lloq of study.toml is read as below the limit of "
    "quantification, with the limit in AVAL.",
    "nothing, or add BLQFL, which says it sample by sample",
)
FILLED = Rule(
    "blank below the limit",
    "note",
    'AVAL is blank and AVALC says "<" with the limit of study.toml, or BLQ: the row is read as below '
    "the limit of quantification, with the limit in AVAL.",
    "nothing, or write the limit into AVAL and Y into BLQFL",
)


def marked_below_limit(
    adlb: pd.DataFrame, file: str, *, limits: Mapping[str, float]
) -> tuple[pd.DataFrame, list[Problem]]:
    """`adlb` with BLQFL = Y and AVAL = the limit where only lloq or AVALC tells it, and notes.

    `limits` is PARAMCD -> lower limit of quantification in the unit of AVAL. The frame given is not
    changed; it comes back itself when there is nothing to mark.
    """
    if not limits or not {"PARAMCD", "AVAL"} <= set(adlb.columns):
        return adlb, []
    value = numbers(adlb["AVAL"]).to_numpy(dtype=float)
    limit = text(adlb["PARAMCD"]).map(dict(limits)).to_numpy(dtype=float)
    flagged = "BLQFL" in adlb
    low = np.zeros(len(adlb), dtype=bool) if flagged else value <= limit
    blank = blank_below_limit(adlb, limit)
    marks = low | blank
    if not marks.any():
        return adlb, []
    flag = adlb["BLQFL"].astype(object) if flagged else pd.Series("", adlb.index, dtype=object)
    out = adlb.assign(AVAL=np.where(marks, limit, value), BLQFL=flag.mask(marks, "Y"))
    said = [(MARKED, low, f"AVAL at or below it, {value[low].min():g} the lowest" if low.any() else ""),
            (FILLED, blank, 'a blank AVAL beside "<" or BLQ in AVALC')]  # fmt: skip
    return out, [_note(file, rule, int(rows.sum()), found) for rule, rows, found in said
                 if rows.any()]  # fmt: skip


def blank_below_limit(adlb: pd.DataFrame, limit: np.ndarray) -> np.ndarray:
    """True where AVAL is blank and AVALC says that the result is below `limit`, one a row.

    A number after "<" has to be that limit: "<40" beside logarithms, or another sample's "<200",
    says nothing about what AVAL should be.
    """
    if "AVALC" not in adlb:
        return np.zeros(len(adlb), dtype=bool)
    codes, found = pd.factorize(text(adlb["AVALC"]))
    words = pd.Series(found, dtype=object).astype(str)
    less = words.str.match(LESS, case=False).to_numpy(dtype=bool)
    number = words.str.extract(_LIMIT, expand=False).str.replace(",", ".", regex=False)
    number = number.astype(float).to_numpy()[codes]
    fits = np.isnan(number) | np.isclose(number, limit, rtol=1e-9, atol=0)
    empty = numbers(adlb["AVAL"]).isna().to_numpy()
    return empty & less[codes] & fits & ~np.isnan(limit)


def _note(file: str, rule: Rule, count: int, found: str) -> Problem:
    return Problem(
        file=file,
        column="BLQFL",
        rule=rule.name,
        expected="BLQFL = Y and the limit in AVAL where a result is below it",
        found=f"{found}, {count:,} row(s)",
        do=rule.do,
        severity=rule.severity,
        count=1,
    )
