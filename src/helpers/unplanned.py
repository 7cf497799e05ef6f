"""A raw adlb in, the same with AVISITN blank in rows at no planned visit, and a note on them out.

ADaM data number what has no place in time: 99 for "End of Treatment", anything for "Unscheduled".
Taken as a time, such a number would be a point of every course. A row without AVISITN is in no
analysis; no row is dropped.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers.cells import numbers, text
from helpers.errors import Problem, Rule

UNPLANNED = r"unsch|unplan"
BEYOND = (99, 999, 9999)  # numbers that by custom mean "none of the planned visits"
NOTE = Rule(
    "row at no planned visit",
    "note",
    "AVISIT is an unscheduled visit, or AVISITN is 99, 999 or 9999 beside a name without that "
    "number, or of several rows of a visit ANL01FL marks another one. Such a row is in no analysis.",
    "nothing, or give it the number of a planned visit; the baseline and main visit of study.toml "
    "always count as planned",
)


def planned_visits_only(
    adlb: pd.DataFrame, file: str, *, planned: Collection[float]
) -> tuple[pd.DataFrame, list[Problem]]:
    """`adlb` with AVISITN missing at unplanned visits, and the note that says how many.

    `planned` are visit numbers that are planned whatever they look like. The frame given is not
    changed; it comes back itself when there is nothing to blank.
    """
    if not {"AVISITN", "USUBJID", "PARAMCD"} <= set(adlb.columns):
        return adlb, []
    number = numbers(adlb["AVISITN"]).to_numpy(dtype=float)
    off = _by_name(adlb, number) & ~np.isin(number, list(planned))
    off |= _not_chosen(adlb, number, off)
    off &= ~np.isnan(number)
    if not off.any():
        return adlb, []
    visits = adlb["AVISITN"].astype(object).mask(off, None)
    names = adlb["AVISIT" if "AVISIT" in adlb else "AVISITN"][off]
    few = ", ".join(map(repr, sorted(set(text(names)))[:5]))
    found = Problem(
        file=file,
        column="AVISITN",
        rule=NOTE.name,
        expected="a planned visit in rows that are to be analysed",
        found=f"{int(off.sum()):,} row(s), at {few}",
        do=NOTE.do,
        severity=NOTE.severity,
        count=1,
    )
    whole = pd.api.types.is_numeric_dtype(adlb["AVISITN"])
    return adlb.assign(AVISITN=visits.astype(float) if whole else visits), [found]


def _by_name(adlb: pd.DataFrame, number: np.ndarray) -> np.ndarray:
    """True for rows whose AVISIT is unscheduled, or whose number is a custom its name lacks."""
    if "AVISIT" not in adlb:
        return np.zeros(len(adlb), dtype=bool)
    codes, found = pd.factorize(text(adlb["AVISIT"]))
    names = pd.Series(found, dtype=object).astype(str)
    off = names.str.contains(UNPLANNED, case=False).to_numpy(dtype=bool)[codes]
    for custom in BEYOND:
        foreign = (names != "") & ~names.str.contains(str(custom), regex=False)
        off |= (np.floor(number) == custom) & foreign.to_numpy(dtype=bool)[codes]
    return off


def _not_chosen(adlb: pd.DataFrame, number: np.ndarray, off: np.ndarray) -> np.ndarray:
    """True for rows beside which ANL01FL chooses another of the same subject, parameter and visit."""
    if "ANL01FL" not in adlb:
        return np.zeros(len(adlb), dtype=bool)
    chosen = (text(adlb["ANL01FL"]).str.upper() == "Y").to_numpy()
    key = pd.DataFrame({"S": pd.factorize(adlb["USUBJID"])[0],
                        "P": pd.factorize(adlb["PARAMCD"])[0], "V": number})  # fmt: skip
    several = key.duplicated(keep=False).to_numpy() & ~np.isnan(number) & ~off
    out = np.zeros(len(adlb), dtype=bool)
    if several.any():
        some = key[several].assign(CHOSEN=chosen[several])
        picked = some.groupby(["S", "P", "V"])["CHOSEN"].transform("any").to_numpy()
        out[several] = picked & ~chosen[several]
    return out
