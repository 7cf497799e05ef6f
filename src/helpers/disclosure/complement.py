"""All records of an edition in, the keys of those that give a hidden number away out; none is changed.

A number that is too small to show is no secret when others determine it. Three ways are closed:

- **Margins.** A total over the arms, less the arms that are shown, is the arm that is not: where a
  count or share of an arm is hidden, the total of the same quantity goes too.
- **Contrasts.** A risk difference or ratio and one arm's share give the other arm's: where one of
  the two is hidden, the contrast goes too, with its P value.
- **Steps.** Of a cumulative share or a number at risk, the difference between two visits is a
  number of subjects as well, and so is that between the two: visits are thinned until every step
  is 0 or at least the threshold. The last visit stays if it can. (Under heavy censoring one
  subject's step weighs more than one; `analyse.coarse` counts subjects and is what charts use.)

Quantities are the same when study, parameter, visit and statistic are; a blank visit matches all.
Preferred terms and their class, or an event's severities, are no margins: a subject counts in
several. Source: complementary (secondary) suppression, Hundepool et al., Statistical Disclosure
Control (Wiley 2012), chapter 4; steps of survival curves: Griffiths et al. 2019 (see `rules`).
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from helpers.disclosure import rules
from helpers.results import Record

AT_RISK = "number at risk"
CUMULATIVE = ("survival", "cumulative incidence", AT_RISK)
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
Key = tuple[str, str]  # chapter, key


def given_away(records: Iterable[Record], *, thresholds: Mapping[str, int]) -> set[Key]:
    """The (chapter, key) of every record that, with the others, shows what is hidden.

    `thresholds`: study id -> threshold, of the studies whose subjects are hidden; records of other
    studies are left alone. Records that are hidden already are not returned.
    """
    mine = [r for r in records if r.study in thresholds]
    hidden = [r for r in mine if _hidden_count(r)]
    open_ = [r for r in mine if r.value is not None]
    return _margins(open_, hidden) | _contrasts(open_, hidden) | _steps(open_, thresholds)


def _kind(record: Record) -> str:
    return rules.kind(record.statistic, method=record.method)


def _hidden_count(record: Record) -> bool:
    counted = _kind(record) in (rules.SUBJECTS, rules.SHARE)
    return counted and record.value is None and record.text == rules.FEW


def _margins(open_: list[Record], hidden: list[Record]) -> set[Key]:
    parts = {(r.study, r.parameter, r.visit, r.statistic) for r in hidden if r.arm}
    return {
        (r.chapter, r.key)
        for r in open_
        if not r.arm
        and _kind(r) in (rules.SUBJECTS, rules.SHARE)
        and (r.study, r.parameter, r.visit, r.statistic) in parts
    }


def _contrasts(open_: list[Record], hidden: list[Record]) -> set[Key]:
    visits = defaultdict(set)
    for r in hidden:
        visits[r.study, r.parameter, r.arm].add(r.visit)
    out = set()
    for r in open_:
        if _kind(r) != rules.CONTRAST:
            continue
        for arm in (r.arm, r.comparator):
            seen = visits.get((r.study, r.parameter, arm), set())
            if seen and (not r.visit or r.visit in seen or "" in seen):
                out.add((r.chapter, r.key))
    return out


def _steps(open_: list[Record], thresholds: Mapping[str, int]) -> set[Key]:
    curves = defaultdict(list)
    for r in open_:
        at = NUMBER.search(r.visit)
        if r.statistic in CUMULATIVE and (at or r.visit == "Baseline"):
            curves[r.study, r.parameter, r.arm].append((float(at[0]) if at else 0.0, r))
    out = set()
    for (study, *_), points in curves.items():
        out |= _thinned(_gone(points), thresholds[study])
    return out


def _gone(points: list[tuple[float, Record]]) -> dict[tuple[float, bool], tuple[float, list[Key]]]:
    """By time, before and at it: how many subjects the curve has lost, and the keys that show it.

    A number at risk counts those still there just before its time, a share those changed by it.
    """
    start = max((r.value for _, r in points if r.statistic == AT_RISK), default=0.0)
    out: dict[tuple[float, bool], tuple[float, list[Key]]] = {}
    for time, r in points:
        if r.statistic == AT_RISK:
            gone = start - r.value
        else:
            gone = (r.n or 0) * (1 - r.value if r.statistic == "survival" else r.value)
        out.setdefault((time, r.statistic != AT_RISK), (gone, []))[1].append((r.chapter, r.key))
    return dict(sorted(out.items()))


def _thinned(gone: dict[tuple[float, bool], tuple[float, list[Key]]], t: int) -> set[Key]:
    """The keys to drop so that, from nobody on, no step is 1 to t - 1 subjects."""
    last = next(reversed(gone.values()))[0]
    end_fits = not _small_step(last, t)
    before, out = 0.0, set()
    for here, keys in gone.values():
        fits = not _small_step(here - before, t)
        if fits and not (end_fits and _small_step(last - here, t)):
            before = here
        else:
            out |= set(keys)
    return out


def _small_step(change: float, t: int) -> bool:
    # shares of few digits and weights of censored subjects are no whole numbers
    return not math.isclose(change, 0, abs_tol=1e-6) and abs(change) < t - 0.5
