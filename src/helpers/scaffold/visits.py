"""The visits of the laboratory table in, their unit, the baseline and the main visit out.

The unit is what makes AVISITN agree with the words of AVISIT, else with the study days of ADY. A
visit number that only counts 1, 2, 3 agrees with neither, and is said to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.cells import flags, numbers, text
from helpers.conformance.units import nearest_time
from helpers.ingest.visit_words import BASELINE, in_words
from helpers.ingest.visits import BEYOND
from helpers.scaffold.draft import Draft

FIRST = "the first visit"
# visits that are no good baseline or main visit: not everybody is meant to have them
_EXTRA = re.compile(
    r"unsch|unplan|early|end of|\beo[ts]\b|discont|terminat|withdr|retest|repeat|screen|last", re.I
)
_LAST = re.compile(r"end of|\beo[ts]\b", re.I)  # where nothing else is planned after the baseline
AGREE = 0.8  # share of the visits whose number has to agree
NEAR_FULL = 0.75  # of the best-attended visit's subjects, at the main visit: some leave early
UNITS = ("day", "week", "month")  # what study.toml knows


@dataclass(frozen=True)
class VisitsGuess:
    """Unit, baseline and main visit (None: not told), each with how it was told."""

    unit: str | None
    unit_why: str
    baseline: float | None
    baseline_why: str
    main: float | None
    main_why: str


def guess_visits(
    adlb: pd.DataFrame, code: str | None = None, filled: pd.DataFrame | None = None,
    *, based: bool = True,
) -> VisitsGuess:  # fmt: skip
    """The visits of `adlb` (PARAMCD, AVISITN, AVAL under these names); `code` chooses the main one.

    `filled`: its imputed rows. Values are carried forward to the visit that matters. `based`: some
    parameter has no meaning without a baseline; else a visit that is the only one is none.
    """
    visits = pd.DataFrame({"n": numbers(adlb["AVISITN"]), "value": numbers(adlb["AVAL"])})
    visits["subject"] = text(adlb["USUBJID"])
    visits["code"] = text(adlb["PARAMCD"])
    visits["word"] = text(adlb["AVISIT"]) if "AVISIT" in adlb else ""
    visits["day"] = numbers(adlb["ADY"]) if "ADY" in adlb else np.nan
    visits["base"] = flags(adlb["ABLFL"]).eq(True) if "ABLFL" in adlb else False
    known = visits[visits["n"].notna() & ~visits["n"].isin(BEYOND)]
    odd = known["word"].str.contains(_EXTRA)
    planned = known[~odd]
    if planned["n"].nunique() < 2:
        planned = known[~odd | known["word"].str.contains(_LAST)]
    unit, unit_why = _unit(planned)
    flagged = visits.loc[visits["base"], "n"].dropna()
    baseline, baseline_why = _baseline(planned, flagged)
    if baseline_why == FIRST and not based and planned["n"].nunique() == 1:
        baseline, baseline_why = None, "one visit, and nothing says that it is the baseline"
    mine = planned[planned["value"].notna()]
    mine = mine[mine["code"] == code] if code else mine
    main, main_why = _main(mine, baseline)
    last = numbers(filled["AVISITN"]).max() if filled is not None and len(filled) else np.nan
    if last > (baseline if baseline is not None else -np.inf):
        main, main_why = float(last), "the last visit with imputed values (DTYPE)"
    return VisitsGuess(unit, unit_why, baseline, baseline_why, main, main_why)


def _unit(planned: pd.DataFrame) -> tuple[str | None, str]:
    pairs = planned[["word", "n"]].drop_duplicates()
    said = [(found, n) for word, n in zip(pairs["word"], pairs["n"], strict=True)
            if (found := in_words(word))]  # fmt: skip
    for unit in UNITS:
        mine = [number == n for (known, number), n in said if known == unit]
        if mine and len(mine) >= AGREE * len(said) and np.mean(mine) >= AGREE:
            return unit, f"AVISIT says {unit} where AVISITN has the same number"
    by_days = _unit_by_days(planned)
    if by_days:
        return by_days, "ADY divided by AVISITN"
    if said:
        (known, number), n = said[-1]
        return (
            None,
            f"AVISIT says {known} {number:g} where AVISITN is {n:g}; AVISITN must be a time",
        )
    return None, "neither AVISIT nor ADY shows what AVISITN counts"


def _unit_by_days(planned: pd.DataFrame) -> str | None:
    """The unit that makes every visit's median study day fit its number."""
    days = planned[planned["day"].notna() & (planned["n"] > 0)].groupby("n")["day"].median()
    if len(days) < 2:
        return None
    possible = set(UNITS)
    for n, day in days.items():
        # CDISC's study day has no 0: week 4 is day 29, or day 28 where the count starts at 0
        lengths = (float(day) / float(n), (float(day) - 1) / float(n))
        possible &= {nearest_time(length, within=0.15) for length in lengths}
    return possible.pop() if len(possible) == 1 else None


def _baseline(planned: pd.DataFrame, flagged: pd.Series) -> tuple[float | None, str]:
    if len(flagged):
        return float(flagged.mode().iloc[0]), "AVISITN of most rows with ABLFL = Y"
    named = planned.loc[planned["word"].str.contains(BASELINE), "n"]
    if len(named):
        return float(named.mode().iloc[0]), "AVISIT says so"
    if (planned["n"] == 0).any():
        return 0.0, "there is a visit 0"
    if len(planned):
        return float(planned["n"].min()), FIRST
    return None, "no row has a visit number"


def _main(planned: pd.DataFrame, baseline: float | None) -> tuple[float | None, str]:
    """The last visit after the baseline at which nearly as many subjects as ever have a value."""
    later = planned[planned["n"] > (baseline if baseline is not None else -np.inf)]
    subjects = later.groupby("n")["subject"].nunique()
    if subjects.empty:
        return None, "no value after the baseline"
    full = subjects[subjects >= NEAR_FULL * subjects.max()]
    visit = float(full.index.max())
    return visit, f"the last visit with nearly as many subjects as any ({full.loc[visit]})"


def put_visits(draft: Draft, guess: VisitsGuess) -> None:
    """The block [visits]."""
    draft.start("[visits]")
    if guess.unit:
        draft.put("unit", guess.unit, guess.unit_why)
    else:
        draft.leave_out(f"unit ({', '.join(UNITS)}): {guess.unit_why}")
    if guess.baseline is None:
        draft.leave_out(f"baseline: {guess.baseline_why}")
    else:
        sure = guess.baseline_why != FIRST
        draft.put("baseline", guess.baseline, guess.baseline_why, sure=sure)
    if guess.main is None:
        draft.leave_out(f"main: {guess.main_why}")
    else:
        draft.put("main", guess.main, guess.main_why)
