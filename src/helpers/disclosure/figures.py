"""The data of a chart in, the field that shows fewer subjects than may be shown out; it changes nothing.

A chart draws frames that no record has passed through, so its data are looked at once more. A field
of shares betrays itself: every value is a whole number of subjects over the size of an arm. Where
such a value, what is left of it, or the step to the next is one to threshold - 1 subjects, the
chart shows them. Shares from curves with censored subjects are no such fractions:
`analyse.coarse` sees to those.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from helpers.disclosure import rounding, rules
from helpers.errors import ChapterError
from helpers.study import Study

DIGITS = 2e-6  # the data of a chart have six significant digits
IDENTIFIERS = {"USUBJID", "SUBJID"}  # columns that no figure of hidden subjects may carry
SERIES = (
    "arm", "ARM", "parameter", "series", "trial", "reading", "schedule", "comparator", "interval",
)  # fmt: skip
MEASURED = ("AVAL", "AVAL_Q1", "AVAL_Q3", "limit")  # in a parameter's unit: no shares of subjects
LIMITS = ("lower", "upper")
SIZES = ("n", "N")  # fields that hold the number of subjects behind a row
AT_RISK = "at_risk"  # the one that a curve has


def reason_to_hide(
    place: str, datasets: Iterable[Sequence[Mapping[str, Any]]], studies: Iterable[Study]
) -> str:
    """Why the data of a chart cannot be shown ("" if they can), for those `studies` that are hidden.

    Errors: `ChapterError` with `place` where they carry the identifiers of hidden subjects.
    """
    hidden = [study for study in studies if not study.config.show_subjects]
    datasets = list(datasets) if hidden else []
    named = IDENTIFIERS & {str(name).upper() for rows in datasets for row in rows for name in row}
    if named:
        raise ChapterError(
            f"{place}: expected no subject of a study that keeps them hidden, found the column "
            f"{sorted(named)[0]}: aggregate first"
        )
    for study in hidden:
        sizes = [len(study.adsl), *study.adsl["ARM"].value_counts()]
        least = study.config.threshold
        if revealing_field(datasets, sizes=sizes, threshold=least):
            return f"*A figure is not shown: it would draw groups of fewer than {least} patients.*"
        if study.config.rounding and unrounded_field(datasets, most=len(study.adsl)):
            return "*A figure is not shown: it would draw counts that are rounded elsewhere.*"
    return ""


def revealing_field(
    datasets: Iterable[Sequence[Mapping[str, Any]]], *, sizes: Iterable[int], threshold: int
) -> str:
    """The first field of `datasets` that shows a group of 1 to `threshold` - 1 subjects, or "".

    `sizes`: numbers of subjects in the arms and in all; a row's own `n` or `N` comes before them.
    """
    sizes = sorted(set(sizes))
    for rows in (part for whole in datasets for part in _series(whole)):
        for field in dict.fromkeys(k for row in rows for k in row if k not in MEASURED):
            pairs = [(row[field], _size(row)) for row in rows if _share(row.get(field))]
            own = [size for _, size in pairs if size]
            for size in [0] if len(own) == len(pairs) and own else sizes:
                if pairs and _reveals([(v, size or n) for v, n in pairs], threshold):
                    return field
    return ""


def unrounded_field(datasets: Iterable[Sequence[Mapping[str, Any]]], *, most: int) -> str:
    """The first field of `datasets` with a share of no rounded count of at most `most` subjects, or "".

    The limits of an interval are none of subjects.
    """
    sizes = range(rounding.BASE, most + 2 * rounding.BASE, rounding.BASE)
    if any(
        row.get(name, 0) % rounding.BASE
        for rows in datasets
        for row in rows
        for name in (*SIZES, AT_RISK)
        if isinstance(row.get(name), int | float)
    ):
        return AT_RISK  # a number of subjects that is none of the rounded ones
    for rows in datasets:
        for field in dict.fromkeys(k for row in rows for k in row if k not in (*MEASURED, *LIMITS)):
            shares = {row[field] for row in rows if _share(row.get(field))}
            if not all(any(_is_multiple(v * n, n) for n in sizes) for v in shares):
                return field
    return ""


def _is_multiple(count: float, n: int) -> bool:
    return abs(count - rounding.BASE * round(count / rounding.BASE)) <= DIGITS * n


def _series(rows: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """The rows by the curve that they belong to: steps are between points of one."""
    parts: dict[tuple, list[Mapping[str, Any]]] = {}
    for row in rows:
        parts.setdefault(tuple(row.get(name) for name in SERIES), []).append(row)
    return list(parts.values())


def _share(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and 0 < value < 1


def _size(row: Mapping[str, Any]) -> int:
    found = next((row[name] for name in SIZES if isinstance(row.get(name), int | float)), 0)
    return int(found) if math.isfinite(found) else 0


def _reveals(pairs: Sequence[tuple[float, int]], threshold: int) -> bool:
    """Whether all values are whole numbers of subjects, and one of them or a step is too small."""
    if any(abs(v * n - round(v * n)) > DIGITS * n for v, n in pairs):
        return False
    counts = [(round(v * n), n) for v, n in pairs]
    if any(
        rules.small(x, threshold=threshold) or rules.small(n - x, threshold=threshold)
        for x, n in counts
    ):
        return True
    same = {n for _, n in counts}
    steps = sorted({x for x, _ in counts}) if len(same) == 1 else []
    return any(rules.small(b - a, threshold=threshold) for a, b in pairwise(steps))
