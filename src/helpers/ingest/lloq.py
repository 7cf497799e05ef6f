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

# how AVALC begins where a result is below a limit
LESS = (r"(?i:<=?|≤|BLQ|BLOQ|BLLOQ|LLOQ|TND|(?:target )?not detect|undetect|below |"
        r"unter|nicht nachweisbar|non d[ée]tect|ind[ée]tect)")  # fmt: skip
# and a result above one
MORE = (r"(?i:>=?|≥|above |ULOQ|AULOQ|oberhalb|über |over(?:\W|$|range|flow)|too (?:high|many|numerous)"
        r"|TNTC|exceeds |out of range high)")  # fmt: skip
LIMITS = ("LLOQ", "ALLOQ", "AVALLLOQ", "LBLLOQ", "LOQ")  # columns of limits, in the unit of AVAL
_LIMIT = r"(?:<=?|≤)\s*(\d+(?:[.,]\d+)?)"
_UPPER = r"(?:>=?|≥)\s*(\d+(?:[.,]\d+)?)"
_THOUSANDS = r"\d,\d{3}(?!\d)"  # 1,000 may be one or a thousand
AGREE = 0.9  # share of the results that have to be the same number in AVAL and AVALC
MARKED = Rule(
    "limit marked by lloq",
    "note",
    "adlb has no BLQFL: a value at or below lloq of study.toml, or at or below the limit that its "
    "own AVALC names, is read as below the limit of quantification, with that limit in AVAL. So is, "
    "flag or not, a value below the limit in its row's column LLOQ: such as half of it, filled in.",
    "nothing, or add BLQFL, which says it sample by sample",
)
FILLED = Rule(
    "blank below the limit",
    "note",
    'AVAL is blank and AVALC says "<" with a limit, BLQ or "not detected": the row is read as below '
    "the limit of quantification, with the limit in AVAL: the one that AVALC names, if it is that of "
    "study.toml or AVALC is in the unit of AVAL; that of study.toml, if AVALC names none.",
    "nothing, or write the limit into AVAL and Y into BLQFL",
)


BOUND = Rule(
    "blank above the limit",
    "note",
    'AVAL is blank and AVALC says ">" with a number: the row is read as that number, a bound, where AVALC '
    "is in the unit of AVAL.",
    "nothing, or write the limit into AVAL; AVALC or uloq of study.toml says that it is a bound",
)


def filled_above_limit(adlb: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Problem]]:
    """`adlb` with the number after ">" in AVALC where AVAL is blank, and a note that says how many."""
    if not {"PARAMCD", "AVAL", "AVALC"} <= set(adlb.columns):
        return adlb, []
    words, value = text(adlb["AVALC"]), numbers(adlb["AVAL"]).to_numpy(dtype=float)
    found = words.str.extract(_UPPER, expand=False).str.replace(",", ".", regex=False)
    found = found.mask(words.str.contains(_THOUSANDS)).astype(float).to_numpy()
    blank = np.isnan(value) & ~np.isnan(found) & in_one_unit(adlb, np.full(len(adlb), np.nan))
    if not blank.any():
        return adlb, []
    said = f'a blank AVAL beside ">" in AVALC, read as {_few(found[blank])}'
    return adlb.assign(AVAL=np.where(blank, found, value)), [
        _note(file, BOUND, int(blank.sum()), said)
    ]


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
    lloq = text(adlb["PARAMCD"]).map(dict(limits)).to_numpy(dtype=float)
    own = limits_in_words(adlb, lloq)
    listed = np.where(np.isnan(lloq), np.nan, limits_in_column(adlb))
    limit = np.where(np.isnan(own), np.where(np.isnan(listed), lloq, listed), own)
    flagged = "BLQFL" in adlb
    # of a row with a limit of its own a value below it was filled in, flag or not
    low = value < listed
    if not flagged:
        at_it = (value <= lloq) & np.isnan(listed) & ~_measured_at(adlb, value, lloq)
        low = low | (value <= own) | at_it
    blank = np.isnan(value) & ~np.isnan(own)
    marks = low | blank
    if not marks.any():
        return adlb, []
    flag = adlb["BLQFL"].astype(object) if flagged else pd.Series("", adlb.index, dtype=object)
    out = adlb.assign(AVAL=np.where(marks, limit, value), BLQFL=flag.mask(marks, "Y"))
    lowest = f"AVAL at or below it, {value[low].min():g} the lowest" if low.any() else ""
    words = f'a blank AVAL beside "<", BLQ or "not detected" in AVALC, read as {_few(own[blank])}'
    said = [(MARKED, low, lowest), (FILLED, blank, words)]
    return out, [_note(file, rule, int(rows.sum()), found) for rule, rows, found in said
                 if rows.any()]  # fmt: skip


def _measured_at(adlb: pd.DataFrame, value: np.ndarray, lloq: np.ndarray) -> np.ndarray:
    """Where AVALC repeats a value at the limit as a number, in a parameter whose AVALC has "<" below it.

    A titre of 20, beside others of "<20", was measured.
    """
    if "AVALC" not in adlb:
        return np.zeros(len(adlb), dtype=bool)
    codes, less = text(adlb["PARAMCD"]), named_limits(adlb["AVALC"])[0]
    tells = codes.isin(set(codes[less])).to_numpy(dtype=bool)
    said = numbers(text(adlb["AVALC"])).to_numpy(dtype=float)
    return tells & (value == lloq) & (said == value)


def _few(limits: np.ndarray) -> str:
    found = np.unique(limits)
    return ", ".join(f"{v:g}" for v in found[:5]) + (", ..." if len(found) > 5 else "")


def limits_in_words(adlb: pd.DataFrame, lloq: np.ndarray) -> np.ndarray:
    """The limit below which AVALC says a result lies, one a row in the unit of AVAL; NaN where none.

    `lloq` is the limit of study.toml by row, NaN for parameters without one, which get none here.
    A number after "<" counts if it is that limit, or if AVALC repeats the numbers of AVAL elsewhere
    in the parameter: "<40" beside logarithms says nothing about what AVAL should be.
    """
    out = np.full(len(adlb), np.nan)
    some = ~np.isnan(lloq)
    if "AVALC" not in adlb or not some.any():
        return out
    rows, limit = adlb.loc[some, ["PARAMCD", "AVAL", "AVALC"]], lloq[some]
    less, number, silent = named_limits(rows["AVALC"])
    ours = np.isclose(number, limit, rtol=1e-9, atol=0)
    named = np.where(ours | in_one_unit(rows, number), number, np.nan)
    out[some] = np.where(less, np.where(silent, limit, named), np.nan)
    return out


def named_limits(avalc: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """By row: whether AVALC says that a result is below a limit, the number after its "<" (NaN
    where there is none or it can be read in two ways), and whether it names no number at all.
    """
    codes, found = pd.factorize(text(avalc))
    words = pd.Series(found, dtype=object).astype(str)
    less = words.str.match(LESS).to_numpy(dtype=bool)
    number = words.str.extract(_LIMIT, expand=False).str.replace(",", ".", regex=False)
    number = number.mask(words.str.contains(_THOUSANDS)).astype(float).to_numpy()
    silent = ~words.str.contains(r"\d").to_numpy(dtype=bool)
    return less[codes], np.where(less, number, np.nan)[codes], silent[codes]


def above_limits(avalc: pd.Series) -> np.ndarray:
    """By row: whether AVALC says that a result is above a limit (">100000", "above 10^6", ">ULOQ")."""
    codes, found = pd.factorize(text(avalc))
    words = pd.Series(found, dtype=object).astype(str)
    return words.str.match(MORE).to_numpy(dtype=bool)[codes]


def limits_in_column(adlb: pd.DataFrame) -> np.ndarray:
    """The limit that a column of limits gives each row (LLOQ and the like); NaN where there is none."""
    name = next((column for column in LIMITS if column in adlb), None)
    if name is None:
        return np.full(len(adlb), np.nan)
    limit = numbers(adlb[name]).to_numpy(dtype=float)
    return np.where(limit > 0, limit, np.nan)


def in_one_unit(adlb: pd.DataFrame, limit: np.ndarray) -> np.ndarray:
    """True for the rows of parameters whose AVALC holds the numbers of AVAL, with or without "<".

    `limit` is the number after "<" by row; beside it AVAL may be that limit or, filled in, as little
    as half of it. False where no row has both: then nothing tells it.
    """
    value, codes = numbers(adlb["AVAL"]).to_numpy(dtype=float), pd.factorize(adlb["PARAMCD"])[0]
    said = np.where(np.isnan(limit), numbers(adlb["AVALC"]).to_numpy(dtype=float), limit)
    both = ~np.isnan(value) & ~np.isnan(said)
    least = np.where(np.isnan(limit), said, said / 2)[both] * (1 - 1e-6)
    same = (least <= value[both]) & (value[both] <= said[both] * (1 + 1e-6))
    pairs = np.bincount(codes[both], minlength=codes.max() + 1 if len(codes) else 0)
    agree = np.bincount(codes[both], weights=same, minlength=len(pairs))
    return ((pairs > 0) & (agree >= AGREE * pairs))[codes]


def _note(file: str, rule: Rule, count: int, found: str) -> Problem:
    return rule.problem(
        file,
        "BLQFL",
        expected="the limit in AVAL where a result is beyond it, and BLQFL = Y where it is below",
        found=f"{found}, {count:,} row(s)",
    )
