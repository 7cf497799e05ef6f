"""Counts of arms and of all arms together in, the totals that give a hidden arm away out; no record changes.

A total over the arms, less the arms that are shown, is the arm that is not. What a total leaves to
each hidden arm is found by `deduce`, not by rule: of two hidden arms that together are 2 each is 1,
of three that together are 7 none is known. Whether a number is given as a count or as a share of n
makes no difference; the number enrolled is the total of the sizes of the arms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from helpers.disclosure import rounding, rules
from helpers.disclosure.deduce import Count, Puzzle, as_rounded
from helpers.results import Record
from helpers.study import Study

EVERYBODY = ("Subjects", "Patients", "Patients in the arm", "Patients enrolled")  # n of arm, of all
COUNTS = ("count", "subjects", "patients", "responders", "proportion")  # of those with a property
ALL = ""  # the arm of a record of all arms
Key = tuple[str, str]  # chapter, key


def totals_away(records: Iterable[Record], study: Study) -> set[Key]:
    """The (chapter, key) of every total of `study` that leaves a hidden arm too few values.

    As many as a hidden count has by itself (1 to threshold - 1) is enough.
    """
    sizes = {str(arm): int(n) for arm, n in study.adsl["ARM"].value_counts().items() if n}
    tables: dict[tuple[str, ...], dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for r in records:
        counted = rules.kind(r.statistic, method=r.method) in (rules.SUBJECTS, rules.SHARE)
        if r.study == study.id and counted and not r.comparator and r.arm in {ALL, *sizes}:
            tables[_quantity(r)][r.arm].append(r)
    return {
        (r.chapter, r.key)
        for arms in tables.values()
        for r in arms[ALL]
        if r.value is not None
        and (
            _tells(_count(r), arms, sizes, study.config.threshold)
            or (study.config.rounding and _contradicts(_count(r), arms, sizes))
        )
    }


def _quantity(record: Record) -> tuple[str, ...]:
    """What a record counts, whatever its arm: the same for a part and for its whole."""
    if record.parameter in EVERYBODY:
        return ("everybody",)
    how = "how many" if record.statistic in COUNTS else record.statistic
    return record.parameter, record.visit, how


def _count(record: Record) -> int:
    share = rules.kind(record.statistic, method=record.method) == rules.SHARE
    return round(record.value * (record.n or 0) if share else record.value)


def _tells(
    total: int, arms: Mapping[str, list[Record]], sizes: Mapping[str, int], threshold: int
) -> bool:
    """Whether `total` leaves fewer values to a hidden arm than "too few to show" does."""
    counts = {arm: _known(arms.get(arm, []), n) for arm, n in sizes.items()}
    hidden = [arm for arm, count in counts.items() if count.small]
    if not hidden:
        return False
    whole = {ALL: Count(sum(sizes.values()), total)}
    puzzle = Puzzle(counts | whole, (), {}, threshold, sums={ALL: list(counts)})
    return any(puzzle.left(arm) < threshold - 1 for arm in hidden)


def _contradicts(total: int, arms: Mapping[str, list[Record]], sizes: Mapping[str, int]) -> bool:
    """Whether a rounded `total` leaves an arm fewer values than its own print: 48 as 45 of 20, 20, 20."""
    counts = {arm: _known(arms.get(arm, []), n) for arm, n in sizes.items()}
    puzzle = Puzzle(as_rounded(counts | {ALL: Count(sum(sizes.values()), total)}, rounding.OFF),
                    (), {}, 0, sums={ALL: list(counts)})  # fmt: skip
    return any(puzzle.narrow(arm) for arm, count in counts.items() if count.shown is not None)


def _known(records: list[Record], size: int) -> Count:
    """What is published of one arm; nothing at all where it has no record."""
    shown = next((r for r in records if r.value is not None), None)
    n = min([size, *(r.n for r in records if r.n)])
    if shown is not None:
        return Count(size, _count(shown))
    return Count(n, small=any(r.text == rules.FEW for r in records))
