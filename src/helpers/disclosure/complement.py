"""All records of an edition in, the keys of those that give a hidden number away out; none is changed.

A number that is too small to show is no secret when others determine it. These ways are closed:

- **Contrasts.** A risk difference or ratio and one arm's share give the other arm's: where one of
  the two is hidden, the contrast goes too, with its P value. The difference of two means does the
  same for an arm of fewer subjects than the threshold, whose own mean is hidden.
- **Substitutes.** Means of the same values with the limit, or half of it, in place of what lies
  below it differ by log10(2) times the share below: where that share is hidden, they go. So do
  slopes and half-lives over the visits, where the share of any visit is hidden. A likelihood's
  estimate stays; by itself it has no second to be compared with.
- **Steps.** Of a cumulative share or a number at risk, the difference between two visits is a
  number of subjects as well, and so is that between the two: visits are thinned until every step
  is 0 or at least the threshold, numbers at risk before shares. The last visit stays if it
  can. (Under heavy censoring one subject's step weighs more than one; `analyse.coarse` counts
  subjects and is what charts use.)

A blank visit matches all. Totals over the arms are in `totals`, terms within their class in `nested`.
Source: complementary (secondary) suppression, Hundepool et al., Statistical Disclosure
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
BELOW, PUT_IN = "below the limit", "put in"  # in the names of a share and of what stands for it
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
    return (
        _contrasts(open_, hidden)
        | _of_tiny_arms(open_, mine)
        | _substitutes(open_, hidden)
        | _steps(open_, thresholds)
    )


def _kind(record: Record) -> str:
    return rules.kind(record.statistic, method=record.method)


def _hidden_count(record: Record) -> bool:
    counted = _kind(record) in (rules.SUBJECTS, rules.SHARE)
    return counted and record.value is None and record.text == rules.FEW


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


def _of_tiny_arms(open_: list[Record], mine: list[Record]) -> set[Key]:
    """Comparisons with an arm of which nothing is shown, not even n, as it is below the threshold."""
    tiny = {
        (r.study, r.parameter, r.visit, r.arm)
        for r in mine
        if r.value is None and r.n is None and r.text == rules.FEW and r.arm and not r.comparator
        and _kind(r) in (rules.AGGREGATE, rules.QUANTILE)
    }  # fmt: skip
    return {
        (r.chapter, r.key)
        for r in open_
        if r.comparator and _kind(r) != rules.FREE
        and any((r.study, r.parameter, r.visit, arm) in tiny for arm in (r.arm, r.comparator))
    }  # fmt: skip


def _substitutes(open_: list[Record], hidden: list[Record]) -> set[Key]:
    below = {(r.study, r.chapter, r.visit) for r in hidden if BELOW in r.parameter}
    over_visits = {(r.study, r.chapter) for r in hidden if r.visit}
    return {
        (r.chapter, r.key)
        for r in open_
        if (r.method.startswith("substitution") and (r.study, r.chapter, r.visit) in below)
        or (r.parameter.endswith(PUT_IN) and (r.study, r.chapter) in over_visits)
    }


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
    """The keys to drop so that, from nobody on, no two of those left are 1 to t - 1 subjects apart.

    Shares stand before numbers at risk, which a table of the curve can do without; the last of each
    before the others.
    """
    kept, out = [0.0], set()
    for shares in (True, False):
        own = [point for point in gone if point[1] is shares]  # by time
        for point in own[-1:] + own[:-1]:
            here, keys = gone[point]
            if any(_small_step(here - other, t) for other in kept):
                out |= set(keys)
            else:
                kept.append(here)
    return out


def _small_step(change: float, t: int) -> bool:
    # shares of few digits and weights of censored subjects are no whole numbers
    return not math.isclose(change, 0, abs_tol=1e-6) and abs(change) < t - 0.5
