"""All records of a study in, those out whose n tells how few are missing; no record is changed.

An arm of 19 and a result of 17 of them make two that were missed, though the table of the missing
says "too few to show". Nor may the n of two results of an arm and visit differ by fewer than the
threshold, whatever its model adjusts for or imputes: one lies within the other. The smaller n goes.

Of several arms together, a comparison's or a total's, any n below that of all their subjects is a
sum, and whoever finds one of its parts elsewhere, in a result of another name (of 33 and 16 the other
arm's 17 are left), has the rest. So it stands only where the n of every arm stands beside it and they
add up to it. The n of a model of all arms is such a sum beside the mean of one arm too, and so is a
share of all who were seen at a visit. What a spread and that n make together (the least difference
that a trial finds) goes with it: beside the spread, two digits at three powers leave one n.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from helpers.derive.planned import stem
from helpers.disclosure import rules
from helpers.results import Record
from helpers.study import Study

Key = tuple[str, str]  # chapter, key
COUNTED = (rules.SUBJECTS, rules.SHARE, rules.CONTRAST)
MADE_OF_N = ("detectable difference",)  # statistics that give n away beside a spread
PLANNED = "clopper-pearson one-sided"  # compared arms of a share by it: of a trial yet to be
PRESENT = "count"  # the method of a share of subjects who were seen at a visit: its count is an n
N_ALONE = "|n"  # after a key or an identity: only its number of subjects is withheld


def sizes_away(records: Iterable[Record], study: Study) -> set[Key]:
    """The (chapter, key) of every record of `study` whose number of subjects may not be seen.

    A key that ends with `N_ALONE` is about n alone: a mean or a test stays without it. Of a count or
    a share the value goes too, as it tells of how many it is.
    """
    if study.config.rounding:
        return set()  # every n is rounded, and none says how many are missing
    everybody = {str(arm): int(n) for arm, n in study.adsl["ARM"].value_counts().items() if n}
    places: dict[tuple[str, str], list[tuple[Record, int]]] = defaultdict(list)
    for r in records:
        n = _subjects(r, everybody)
        if r.study == study.id and 0 < n <= sum(everybody[a] for a in _arms(r, n, everybody)):
            places[stem(r.parameter), r.visit].append((r, n))
    out: set[Key] = set()
    for found in places.values():
        told = set(_told(found, everybody, study.config.threshold))
        gone = [(r, n) for r, n in found if (_arms(r, n, everybody), n) in told]
        left = [pair for pair in found if pair not in gone]
        for r in (*(r for r, _ in gone), *_sums(left, everybody)):
            out |= _keys(r)
    return out


def _subjects(record: Record, everybody: Mapping[str, int]) -> int:
    """How many subjects a record is known to be of; 0 where it tells none, or none that count here."""
    of = rules.kind(record.statistic, method=record.method)
    if of in ("", rules.FREE) or (record.comparator and record.method == PLANNED):
        return 0
    if {record.arm, record.comparator} - {"", *everybody}:
        return 0
    if of == rules.SUBJECTS and record.visit and not record.n and record.value is not None:
        return round(record.value)
    if record.method == PRESENT and record.visit and of == rules.SHARE and record.value is not None:
        return round(record.value * (record.n or 0))
    return record.n or 0


def _arms(record: Record, n: int, everybody: Mapping[str, int]) -> tuple[str, ...]:
    """The arms whose `n` subjects a record is of: one, the two compared, or all.

    A model of all arms compares two of them, or gives the mean of one; more subjects than these have
    say so.
    """
    named = sorted({record.arm, record.comparator} - {""})
    of_all = not record.arm or n > sum(everybody[arm] for arm in named)
    return tuple(sorted(everybody)) if of_all else tuple(named)


def _keys(record: Record) -> set[Key]:
    """What of a record goes: its n, and its value where that tells of how many it is."""
    counted = rules.kind(record.statistic, method=record.method) in COUNTED
    counted = counted or record.statistic in MADE_OF_N
    whole = {record.key} if counted and record.value is not None else set()
    sized = {record.key + N_ALONE} if record.n else set()
    return {(record.chapter, key) for key in whole | sized}


def _sums(found: list[tuple[Record, int]], everybody: Mapping[str, int]) -> list[Record]:
    """The records of arms together of which n is neither that of all nor the sum of what is beside it."""
    own: dict[str, set[int]] = defaultdict(set)
    for r, n in found:
        if _arms(r, n, everybody) == (r.arm,):
            own[r.arm].add(n)
    out = []
    for r, n in found:
        arms = _arms(r, n, everybody)
        beside = [own[arm] for arm in arms]
        plain = all(len(sizes) == 1 for sizes in beside) and sum(map(min, beside)) == n
        if len(arms) > 1 and n != sum(everybody[arm] for arm in arms) and not plain:
            out.append(r)
    return out


def _told(
    found: list[tuple[Record, int]], everybody: Mapping[str, int], threshold: int
) -> list[tuple[tuple[str, ...], int]]:
    """The (arms, n) to withhold at one parameter and visit, until no small rest is known."""
    shown: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for r, n in found:
        shown[_arms(r, n, everybody)].add(n)
    gone: list[tuple[tuple[str, ...], int]] = []
    while True:
        told = _next(shown, everybody, threshold)
        if told is None:
            return gone
        gone.append(told)
        shown[told[0]].discard(told[1])


def _next(
    shown: Mapping[tuple[str, ...], set[int]], everybody: Mapping[str, int], threshold: int
) -> tuple[tuple[str, ...], int] | None:
    """One (arms, n) that gives a small rest away: by itself or beside another n."""
    for arms, sizes in shown.items():
        whole = sum(everybody[arm] for arm in arms)
        for small, large in pairwise(sorted({*sizes, whole})):
            if rules.small(large - small, threshold=threshold):
                return arms, small
    return None
