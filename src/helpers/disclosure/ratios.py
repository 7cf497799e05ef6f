"""Records of ratios of hazards and of rates, and their study in, those that tell numbers of events out.

A ratio and its interval are functions of two numbers of events. By itself each leaves three numbers of
either arm (`rounding.ratio_of`). Two that share the reference arm leave what both do, and where the
steps of the one cut across those of the other, that can be one number: of 15, 36 and 15 events in
three arms of known time under observation both ratios left 15 of the reference and 36 of the other.

So, where counts are rounded, the attack is made: the insider knows every arm's time under observation
and its number of events to within what a rounded print leaves. Of all numbers of events those are
kept of which each ratio would have been printed as it was. While they leave an arm of a ratio fewer
than `LEAST`, the last of the ratios that are tied together goes. One alone always stays.

It is a model: a ratio of hazards is taken as one of rates, the error of its logarithm as
sqrt(1/a + 1/b). Source of the error: Rothman & Greenland, Modern Epidemiology, chapter 14.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from helpers.analyse.estimate import Estimate
from helpers.derive import adverse, frames
from helpers.disclosure import rounding
from helpers.disclosure.printed import as_shown
from helpers.results import Record
from helpers.study import Study

LEAST = 3  # numbers of events that are left of each arm
PATIENTS = 70  # of a ratio: its number decides on digits that `ratio_of` cuts to two all the same
Key = tuple[str, str]  # chapter, key
Arms = Mapping[str, tuple[int, float]]  # arm -> its events, its time under observation


def ratios_away(records: Iterable[Record], study: Study) -> set[Key]:
    """The (chapter, key) of every ratio of `study` to withhold, so that no number of events is known."""
    if not study.config.rounding:
        return set()  # numbers of events may be shown, or are too few for a ratio
    shown: dict[str, dict[str, list[Record]]] = {}
    for r in records:
        if r.study == study.id and r.statistic in rounding.RATIOS and r.value is not None:
            shown.setdefault(r.parameter, {}).setdefault(r.arm, []).append(r)
    out: set[Key] = set()
    for parameter, by_arm in shown.items():
        arms = _arms(study, parameter)
        known = {arm for arm, (events, time) in arms.items() if events and time > 0}
        compared = [a for a in by_arm if a in known and a != study.reference]
        gone = telling(arms, study.reference, compared) if study.reference in known else []
        out |= {(r.chapter, r.key) for arm in gone for r in by_arm[arm]}
    return out


def _arms(study: Study, parameter: str) -> Arms:
    """Events and time of each arm, of the endpoint that `parameter` names or else of adverse events."""
    roles = [
        role for role, end in study.config.endpoints.items() if parameter.startswith(end.label)
    ]
    if roles and study.adtte is not None:
        rows = frames.times(study, max(roles, key=lambda role: len(study.endpoint(role).label)))
        rows = rows.assign(EVENTS=rows["EVENT"].astype(int), YEARS=rows["TIME"])
    elif study.adae is not None and "TRTDURD" in study.adsl:
        rows = adverse.person_years(study)
    else:
        return {}
    sums = rows.groupby("ARM", observed=True)[["EVENTS", "YEARS"]].sum()
    return {str(arm): (int(row["EVENTS"]), float(row["YEARS"])) for arm, row in sums.iterrows()}


def telling(arms: Arms, reference: str, compared: Sequence[str]) -> list[str]:
    """Of the arms `compared` with `reference` those whose ratio is to go: the last, until enough is left."""
    kept, gone = list(compared), []
    while len(kept) > 1 and fewest_left(arms, reference, kept) < LEAST:
        gone.append(kept.pop())
    return gone


def fewest_left(arms: Arms, reference: str, compared: Sequence[str]) -> int:
    """The fewest numbers of events that the ratios leave to any arm, whatever its count was printed as."""
    own = arms[reference][0]
    left: dict[str, set[int]] = {arm: set() for arm in (reference, *compared)}
    for at in _window(own):
        fits = {arm: _fitting(arms[arm], arms[reference], at) for arm in compared}
        if all(fits.values()):
            left[reference].add(at)
            for arm, found in fits.items():
                left[arm] |= found
    return min(map(len, left.values()))


def _window(events: int) -> range:
    return range(max(1, events - rounding.OFF), events + rounding.OFF + 1)


def _fitting(arm: tuple[int, float], reference: tuple[int, float], at: int) -> set[int]:
    """The events of `arm` with which, of `at` in the reference arm, the ratio prints as it did."""
    (events, time), (own, whole) = arm, reference
    seen = _print(events, own, whole / time)
    return {x for x in _window(events) if _print(x, at, whole / time) == seen}


@cache
def _print(a: int, b: int, times: float) -> tuple[float, ...]:
    """Ratio, limits and line of P as printed, of `a` and `b` events; `times`: time of b over that of a."""
    value, half = a / b * times, rounding.WIDE * math.sqrt(1 / a + 1 / b)
    p = math.erfc(rounding.WIDE * abs(math.log(value)) / half / math.sqrt(2))
    ratio = Estimate("wald", "rate ratio", value, value * math.exp(-half), value * math.exp(half),
                     p_value=p, n=PATIENTS)  # fmt: skip
    found, _, _ = as_shown(ratio, "", None, threshold=0, key="")
    return found.value, found.lower, found.upper, found.p_value
