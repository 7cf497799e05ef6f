"""A raw adlb without AVISITN in, the same with the numbers that AVISIT names ("Week 4") and a note out.

A name without a time ("Unscheduled", "End of treatment") gets no number, so its row is in no
analysis. A table with AVISITN comes back as it is.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from helpers.cells import text
from helpers.errors import Problem, Rule

_WORDS = (
    re.compile(
        r"\b(days?|tag|weeks?|wk|woche|months?|monat|mo|[dwm])[\s._-]*(\d+(?:\.\d+)?)", re.I
    ),
    re.compile(
        r"(\d+(?:\.\d+)?)[\s-]*(days?|tage?|weeks?|wks?|wochen?|months?|monate?|mos?)\b", re.I
    ),
)
_UNITS = {"d": "day", "t": "day", "w": "week", "m": "month"}  # by first letter
BASELINE = re.compile(r"baseline|\bbl\b|pre-?dose|randomi[sz]ation|ausgangswert", re.I)
_ODD = re.compile(r"unsch|early|end of|\beo[ts]\b|termin|withdr|retest|repeat|screen|follow", re.I)
NOTE = Rule(
    "visits numbered by their names",
    "note",
    "adlb has no AVISITN: the number in AVISIT is read as the visit (4 for Week 4, in the unit of "
    "study.toml), and Baseline as the baseline visit. Other names get no number.",
    "nothing, or add AVISITN",
)


def in_words(word: str) -> tuple[str, float] | None:
    """("week", 12.0) for "Week 12" or "12 weeks"; None for a visit that names no time."""
    for pattern in _WORDS:
        found = pattern.search(word)
        if found:
            first, second = found.groups()
            unit, number = (second, first) if first[0].isdigit() else (first, second)
            return _UNITS[unit[0].lower()], float(number)
    return None


def numbered(
    adlb: pd.DataFrame, file: str, *, unit: str | None, baseline: float = 0.0
) -> tuple[pd.DataFrame, list[Problem]]:
    """`adlb` with AVISITN from AVISIT where it has none, and a note; `unit` None: the most common."""
    if "AVISITN" in adlb or "AVISIT" not in adlb:
        return adlb, []
    codes, names = pd.factorize(text(adlb["AVISIT"]))
    said = [None if _ODD.search(name) else in_words(name) for name in names]
    units = [found[0] for found in said if found]
    if not units:
        return adlb, []
    unit = unit or max(sorted(set(units)), key=units.count)
    known = [found[1] if found and found[0] == unit else np.nan for found in said]
    known = [baseline if BASELINE.search(n) and not _ODD.search(n) else v
             for n, v in zip(names, known, strict=True)]  # fmt: skip
    number = np.array([*known, np.nan])[codes]
    read = sorted({f"{n!r} as {v:g}" for n, v in zip(names, known, strict=True) if v == v})
    found = f"{', '.join(read[:4])}; {int(np.isnan(number).sum()):,} row(s) without a number"
    note = NOTE.problem(file, "AVISITN", expected="AVISITN, the visit as a number", found=found)
    return adlb.assign(AVISITN=number), [note]
