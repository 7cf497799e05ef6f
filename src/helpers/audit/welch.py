"""A t of two arms with its degrees of freedom, their means and SDs go in; whether they agree comes out.

Check `t-from-means`: Student's t leaves n - 2 degrees of freedom, Welch's what the two SDs give. Every
printed number stands for all values that print so, and an arm may have lost patients. Without SDs it
comes out how far apart they must be for Welch's t to leave so few.
"""

from __future__ import annotations

import itertools
import math

from helpers.audit.findings import Check
from helpers.audit.mean_p import between, number, spread_of
from helpers.audit.mean_tests import standard_error
from helpers.audit.model import Report, Result
from helpers.audit.printed import parse, span, widest
from helpers.audit.tables import cells
from helpers.rounding import plain

NAME = "t-from-means"
FROM_MEANS, F_METHOD = "f-from-means", "one-way analysis of variance of printed means and SDs"
DEGREES, VALUE = "df", "statistic"
METHOD = "Student's and Welch's t of printed means and SDs"
GRID = 12  # losses an arm that are tried one by one; of more, so many steps
Box = tuple[float, float]


def welch_df(first: Box, second: Box, n1: int, n2: int) -> Box:
    """Return the least and largest degrees of freedom of Welch's t over boxes of two SDs.

    They depend on the first arm's share of the variance of the difference alone, and are largest,
    n1 + n2 - 2, where it is (n1 - 1) / (n1 + n2 - 2).
    """
    shares = [_share(first[k], second[1 - k], n1, n2) for k in (0, 1)]
    top = (n1 - 1) / (n1 + n2 - 2)
    inside = [top] if shares[0] < top < shares[1] else []
    found = [1 / (u * u / (n1 - 1) + (1 - u) ** 2 / (n2 - 1)) for u in (*shares, *inside)]
    return min(found), max(found)


def _share(s1: float, s2: float, n1: int, n2: int) -> float:
    a, b = s1 * s1 / n1, s2 * s2 / n2
    return a / (a + b) if a + b else 0.5


def least_apart(df: float, n1: int, n2: int) -> float | None:
    """Return how many times one SD must be the other for Welch's t to leave `df` or fewer; None: never.

    The share u of an arm solves u^2 / (n1 - 1) + (1 - u)^2 / (n2 - 1) = 1 / df.
    """
    f1, f2 = n1 - 1, n2 - 1
    inner = 1 / (df * f1) + 1 / (df * f2) - 1 / (f1 * f2)
    alike = n2 / (n1 + n2)  # the first arm's share where both SDs are one
    if inner < 0 or alike**2 / f1 + (1 - alike) ** 2 / f2 >= 1 / df:
        return 1.0
    root, whole = math.sqrt(inner), 1 / f1 + 1 / f2
    found = []
    for u in ((1 / f2 + root) / whole, (1 / f2 - root) / whole):
        if 0 < u < 1:
            ratio = math.sqrt(u * n1 / ((1 - u) * n2))
            found.append(max(ratio, 1 / ratio))
    return min(found, default=None)


def check_f(result: Result, report: Report) -> list[Check]:
    """Return the check of an F of one-way analysis of variance against means and SDs; none of another."""
    held = report.result(result.beside) if result.beside else result
    ends = _f_of(held, report) if result.statistic == "F" else None
    if ends is None:
        return []
    low, high = span(parse(result.value), "half-up")
    fits = low <= ends[1] and ends[0] <= high
    said = f"{result.test} {held.test}".lower()
    plain_f = "one-way" in said or "one way" in said
    verdict = "compatible" if fits else "questioned" if plain_f else "not checkable"
    shown = f"{plain(ends[0], 3)} to {plain(ends[1], 3)} by one-way analysis of variance"
    why = f"F = {result.value}; printed means and SDs give {shown}"
    asks = "" if fits else f"Which analysis of variance gave the F of “{result.id}”?"
    return [
        Check(result.id, FROM_MEANS, verdict, (), {"range": list(ends)}, F_METHOD, why, VALUE, asks)
    ]


def _f_of(held: Result, report: Report) -> Box | None:
    """Return the least and largest F of printed means and SDs; None where one of them is not printed."""
    sizes = [cell.size for cell in cells(held, report)]
    means = [number(held.mean, place) for place in range(len(sizes))]
    if len(sizes) < 2 or None in sizes or min(sizes) < 2 or None in means:
        return None
    boxes = [spread_of(held, place, n, "half-up") for place, n in enumerate(sizes)]
    if None in boxes or any(m.sign for m in means):
        return None
    rooms = [float(m.unit) / 2 for m in means]
    return f_ends([*map(float, means)], rooms, [box[1:] for box in boxes], sizes)


def f_ends(means: list[float], rooms: list[float], sds: list[Box], sizes: list[int]) -> Box:
    """Return bounds of F of one-way analysis of variance over means as rounded and boxes of SDs."""
    total, arms = sum(sizes), len(sizes)
    near, far = between(means, rooms, sizes)
    within = [sum((n - 1) * s[k] ** 2 for s, n in zip(sds, sizes, strict=True)) for k in (0, 1)]
    factor = (total - arms) / (arms - 1)
    low = factor * near**2 / within[1] if within[1] else 0.0
    return low, (factor * far**2 / within[0] if within[0] else math.inf)


def check_t(result: Result, report: Report) -> list[Check]:
    """Return the checks of a t of two arms; none of other statistics, or of paired values."""
    sizes = _sizes(result, report)
    if result.statistic != "t" or len(sizes) != 2 or None in sizes or min(sizes) < 2:
        return []
    if "paired" in result.test.lower().replace("unpaired", ""):
        return []
    held = report.result(result.beside) if result.beside else result
    lost = 0 if any(result.n) else report.readings.lost_at_most
    checks = [_degrees(result, held, sizes, lost, report), _value(result, held, sizes)]
    return [check for check in checks if check is not None]


def _sizes(result: Result, report: Report) -> list[int | None]:
    if any(result.n) and len(result.n) == len(result.arms):
        return [int(parse(n).value) if n else None for n in result.n]
    return [] if any(result.n) else [cell.size for cell in cells(result, report)]


def spreads(held: Result, sizes: list[int]) -> list[Box] | None:
    """Return the least and largest SD of both arms; None where one is not printed."""
    if len(held.arms) != 2:
        return None
    found = [spread_of(held, place, n, "half-up") for place, n in enumerate(sizes)]
    return None if None in found else [s[1:] for s in found]


def _analysed(sizes: list[int], lost: int) -> list[tuple[int, int]]:
    """Return the sizes of arms that lost none to so many, all or about as many as `GRID` of each."""
    step = max(1, lost // GRID)
    ways = [sorted({max(2, n - gone) for gone in (*range(0, lost + 1, step), lost)}) for n in sizes]
    return list(itertools.product(*ways))


def _degrees(result: Result, held: Result, sizes, lost: int, report: Report) -> Check | None:
    """Return the check of the degrees of freedom against SDs, or what they would need of them."""
    if len(result.df) != 1 or not result.df[0]:
        return None
    low, high = widest(parse(result.df[0]), report.readings.rounding)
    if low > sum(sizes) - 2 or high < min(sizes) - 1 - lost:
        return None  # `degrees-of-freedom` says so
    student = sum(sizes) - 2 - 2 * lost <= high
    boxes = spreads(held, sizes)
    if boxes is None:
        return None if student else _apart(result, sizes, lost, high)
    ends = [welch_df(*boxes, *ns) for ns in _analysed(sizes, lost)]
    least, most = min(a for a, _ in ends), max(b for _, b in ends)
    welch = least <= high and low <= most and "student" not in result.test.lower()
    shown = f"Welch's t leaves {plain(least, 4)} to {plain(most, 4)}, Student's {sum(sizes) - 2}"
    why = f"{result.df[0]} degrees of freedom; with the printed SDs {shown}"
    named = [name for name, fits in (("Student's", student), ("Welch's", welch)) if fits]
    readings = tuple(f"degrees of freedom: {name}" for name in named)
    if not named:
        return None if _model(result) else _questioned(result, DEGREES, why, [least, most])
    return Check(
        result.id, NAME, "compatible", readings, {"welch": [least, most]}, METHOD, why, DEGREES
    )


def _apart(result: Result, sizes, lost: int, df: float) -> Check | None:
    """Return what Welch's t needs for so few degrees of freedom where no SD is printed."""
    found = [least_apart(df, *ns) for ns in _analysed(sizes, lost)]
    least = min((f for f in found if f is not None), default=None)
    if least is None or least == 1.0 or _model(result):
        return None
    why = (f"{result.df[0]} degrees of freedom of {' and '.join(map(str, sizes))} patients: Welch's t leaves "
           f"so few where one SD is {plain(least, 3)} times the other or more")  # fmt: skip
    readings = (f"degrees of freedom: Welch's, one SD at least {plain(least, 3)} times the other",)
    asks = f"Which t test is that of “{result.id}”, and what are the SDs of both arms?"
    return Check(
        result.id, NAME, "compatible", readings, {"apart": least}, METHOD, why, DEGREES, asks
    )


def _model(result: Result) -> bool:
    """Return whether no words say that it is a plain t test: it may be that of a model or contrast."""
    test = result.test.lower()
    plain_t = any(word in test for word in ("t test", "t-test", "student", "welch"))
    return not plain_t or any(
        word in test for word in ("model", "adjust", "regress", "ancova", "contrast")
    )


def _questioned(result: Result, part: str, why: str, ends: list[float]) -> Check:
    asks = f"Which t test is that of “{result.id}”, and of how many patients?"
    return Check(result.id, NAME, "questioned", (), {"range": ends}, METHOD, why, part, asks)


def _value(result: Result, held: Result, sizes) -> Check | None:
    """Return the check of t itself against means and SDs."""
    boxes = spreads(held, sizes)
    means = [number(held.mean, place) for place in range(2)] if any(held.mean) else [None, None]
    if boxes is None or None in means or any(m.sign for m in means):
        return None
    (a, b), wanted = (span(m, "half-up") for m in means), span(parse(result.value), "half-up")
    gap = a[0] - b[1], a[1] - b[0]
    errors = [standard_error([box[k] for box in boxes], sizes, pooled=pooled)
              for pooled in (False, True) for k in (0, 1)]  # fmt: skip
    if min(errors) <= 0:
        return None
    found = [g / e for g in gap for e in errors]
    least, most = min(found), max(found)
    fits = any(low <= most and least <= high for low, high in (wanted, (-wanted[1], -wanted[0])))
    why = (f"t = {result.value}; printed means and SDs give {plain(least, 3)} to {plain(most, 3)}"
           " by Student's or Welch's t")  # fmt: skip
    if fits:
        return Check(
            result.id, NAME, "compatible", (), {"range": [least, most]}, METHOD, why, VALUE
        )
    return None if _model(result) else _questioned(result, VALUE, why, [least, most])
