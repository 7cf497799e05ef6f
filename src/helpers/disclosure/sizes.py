"""All records of a study in, those out whose n tells how few are missing; no record is changed.

An arm of 19 and a result of 17 of them make two that were missed, though the table of the missing
says "too few to show". Nor may the n of two results of an arm and visit differ by fewer than the
threshold, whatever its model adjusts for or imputes: one lies within the other. Nor may a number
that is left out so be the rest of a total over the arms.
What an outsider can deduce is found by `deduce`; the smaller n goes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise

from helpers.derive.planned import stem
from helpers.disclosure import rules
from helpers.disclosure.deduce import Count, Puzzle
from helpers.results import Record
from helpers.study import Study

Key = tuple[str, str]  # chapter, key
ALL, REST = "all of ", "those seen of "
COUNTED = (rules.SUBJECTS, rules.SHARE, rules.CONTRAST)
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
        if r.study == study.id and 0 < n <= sum(everybody[a] for a in _arms(r, everybody)):
            places[stem(r.parameter), r.visit].append((r, n))
    out: set[Key] = set()
    for found in places.values():
        for arms, n in _told(found, everybody, study.config.threshold):
            for r in (r for r, m in found if m == n and _arms(r, everybody) == arms):
                out |= _keys(r)
    return out


def _subjects(record: Record, everybody: Mapping[str, int]) -> int:
    """How many subjects a record is known to be of; 0 where it tells none, or none that count here."""
    of = rules.kind(record.statistic, method=record.method)
    if of in ("", rules.FREE) or {record.arm, record.comparator} - {"", *everybody}:
        return 0
    if of == rules.SUBJECTS and record.visit and not record.n and record.value is not None:
        return round(record.value)
    return record.n or 0


def _arms(record: Record, everybody: Mapping[str, int]) -> tuple[str, ...]:
    """The arms whose subjects a record is of: one, the two compared, or all."""
    named = sorted({record.arm, record.comparator} - {""})
    return tuple(named) if record.arm else tuple(sorted(everybody))


def _keys(record: Record) -> set[Key]:
    """What of a record goes: its n, and its value where that tells of how many it is."""
    counted = rules.kind(record.statistic, method=record.method) in COUNTED
    whole = {record.key} if counted and record.value is not None else set()
    sized = {record.key + N_ALONE} if record.n else set()
    return {(record.chapter, key) for key in whole | sized}


def _told(
    found: list[tuple[Record, int]], everybody: Mapping[str, int], threshold: int
) -> list[tuple[tuple[str, ...], int]]:
    """The (arms, n) to withhold at one parameter and visit, until no small rest is known."""
    shown: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for r, n in found:
        shown[_arms(r, everybody)].add(n)
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
    """One (arms, n) that gives a small rest away: by itself, beside another n, or beside a total."""
    for arms, sizes in shown.items():
        whole = sum(everybody[arm] for arm in arms)
        for small, large in pairwise(sorted({*sizes, whole})):
            if rules.small(large - small, threshold=threshold):
                return arms, small
    for arms, sizes in shown.items():
        for n in sorted(sizes) if len(arms) > 1 else ():
            if _by_subtraction(arms, n, shown, everybody, threshold):
                return arms, n
    return None


def _by_subtraction(
    arms: tuple[str, ...],
    n: int,
    shown: Mapping[tuple[str, ...], set[int]],
    everybody: Mapping[str, int],
    threshold: int,
) -> bool:
    """Whether `n` of several arms, less the arms that are shown, tells of a few missing in another."""
    counts, sums = {"total": Count(sum(everybody.values()), n)}, {"total": [REST + a for a in arms]}
    for arm in arms:
        sizes = shown.get((arm,), set())
        known = next(iter(sizes)) if len(sizes) == 1 else None
        counts[ALL + arm] = Count(everybody[arm], everybody[arm])
        counts[REST + arm] = Count(everybody[arm], known)
    inside = [(REST + arm, ALL + arm) for arm in arms]
    puzzle = Puzzle(counts, inside, {}, threshold, sums)
    return any(
        puzzle.gives_away({ALL + arm: 1, REST + arm: -1})
        for arm in arms
        if counts[REST + arm].shown is None
    )
