"""A table's column of all arms together goes in; whether it is what the arms make of it comes out.

Check `total`: an [[arm]] with `total = true`. Counts and denominators add up; the mean is the mean of
the arms weighted by their sizes, and the SD follows from means, SDs and sizes; a median lies among those
of the arms. Where an arm is not printed, nothing is held. No comparison counts the column as an arm.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from helpers.audit.fields import BY_ARM, PAIRS_BY_ARM
from helpers.audit.findings import HELD, Check, worst
from helpers.audit.mean_p import between, number
from helpers.audit.model import Report, Result
from helpers.audit.percentages import check_percentages
from helpers.audit.printed import Printed, whole_ends, widest
from helpers.audit.tables import cells, count_ends
from helpers.rounding import plain

NAME = "total"
EACH = (*BY_ARM, *PAIRS_BY_ARM, "intervals")
Ends = tuple[float, float]
Arm = tuple[Ends, Ends, int]  # mean, SD, patients


def places(result: Result, report: Report) -> list[int]:
    """Return the places of a result's arms that are all arms together; none where it has no other arm."""
    found = [k for k, name in enumerate(result.arms) if report.arm(name).total]
    return found if len(found) < len(result.arms) else []


def compared(result: Result, report: Report) -> Result:
    """Return a result without the column of all arms together."""
    drop = places(result, report)
    return _keep(result, [k for k in range(len(result.arms)) if k not in drop]) if drop else result


def _keep(result: Result, kept: list[int]) -> Result:
    lists = {name: getattr(result, name) for name in ("arms", *EACH)}
    many = len(result.arms)
    return replace(result, **{name: tuple(values[k] for k in kept)
                              for name, values in lists.items() if len(values) == many})  # fmt: skip


def check_totals(result: Result, report: Report) -> list[Check]:
    """Return the checks of a result's column of all arms together, none where it has none."""
    checks = []
    for place in places(result, report):
        alone = _keep(result, [place])
        if result.kind == "percent":
            found = check_percentages(replace(alone, p=()), report)
            checks += [replace(c, part=f"{c.part} of all", readings=()) for c in found if c.part]
        checks += _sums(compared(result, report), alone, report)
    return checks


def _sums(arms: Result, alone: Result, report: Report) -> list[Check]:
    """Return the check of everything that follows from the arms; none where nothing does."""
    if len(arms.arms) != len(report.groups):
        return []
    found = [rule(arms, alone, report) for rule in (_count, _size, _mean, _sd, _median)]
    told = [one for one in found if one is not None]
    if not told:
        return []
    verdict = worst(word for word, _ in told)
    said = [why for word, why in told if word == verdict or verdict in HELD]
    asks = (
        ""
        if verdict in HELD
        else f"Of how many patients of each arm, and of all, is “{arms.id}” known?"
    )
    return [Check(arms.id, NAME, verdict, (), {"found": [list(one) for one in told]},
                  "sums and weighted means of the arms", "; ".join(said), "all together", asks)]  # fmt: skip


def _count(arms: Result, alone: Result, report: Report) -> tuple[str, str] | None:
    """Counts of the arms, as printed or as their percentages allow, against that of all."""
    ends = []
    for cell in (*cells(arms, report), *cells(alone, report)):
        found = count_ends(cell, report.readings.rounding)
        if found is None:
            return None
        ends.append(found)
    low, high = (sum(end[k] for end in ends[:-1]) for k in (0, 1))
    return _held(ends[-1], (low, high), [whole_ends(end) for end in ends[:-1]], "patients")


def _size(arms: Result, alone: Result, report: Report) -> tuple[str, str] | None:
    if not any((*arms.of, *alone.of)):
        return None
    sizes = [cell.size for cell in (*cells(arms, report), *cells(alone, report))]
    if None in sizes:
        return None
    total = sum(sizes[:-1])
    return _held(
        (sizes[-1],) * 2, (total, total), list(map(str, sizes[:-1])), "of whom it is known"
    )


def _held(own: Ends, sums: Ends, parts: Sequence[str], what: str) -> tuple[str, str]:
    shown = f"{' + '.join(parts)} = {whole_ends(sums)} {what}"
    if own[0] > sums[1] or own[1] < sums[0]:
        return "impossible", f"{shown}, printed {whole_ends(own)}"
    return ("reproduced" if own == sums and own[0] == own[1] else "compatible"), shown


def _arms(arms: Result, report: Report, *, spreads: bool) -> list[Arm] | None:
    """Return mean, SD and patients of every arm; None where one is not printed."""
    out = []
    for place, cell in enumerate(cells(arms, report)):
        mean, sd = number(arms.mean, place), number(arms.sd, place)
        if mean is None or not cell.size or (spreads and (sd is None or cell.size < 2)):
            return None
        box = _box(sd, report) if spreads else (0.0, 0.0)
        out.append((_box(mean, report), box, cell.size))
    return out


def _box(number_: Printed, report: Report) -> Ends:
    return widest(number_, report.readings.rounding)


def _mean(arms: Result, alone: Result, report: Report) -> tuple[str, str] | None:
    """The mean of all is the arms' weighted by their patients, some of whom may have no value."""
    known, printed = _arms(arms, report, spreads=False), number(alone.mean, 0)
    if known is None or printed is None:
        return None
    means = [mean for mean, *_ in known]
    outside = min(a for a, _ in means), max(b for _, b in means)
    word, why = _near(printed, outside, "the arms' means", report)
    if word == "impossible":
        return word, why
    word, why = _near(printed, _ends(known, weighted, report), "the arms' mean by patients", report)
    return ("questioned" if word == "impossible" else word), why


def _ends(arms: Sequence[Arm], of: Callable[[Sequence[Arm]], Ends], report: Report) -> Ends:
    """Return the ends of what arms give, each with all its patients or as many fewer as may be lost."""
    lost = report.readings.lost_at_most
    ways = itertools.product(*[sorted({n, max(2, n - lost)}) for *_, n in arms])
    found = [of([(m, s, n) for (m, s, _), n in zip(arms, way, strict=True)]) for way in ways]
    return min(a for a, _ in found), max(b for _, b in found)


def weighted(arms: Sequence[Arm]) -> Ends:
    """Return the least and largest mean of all patients."""
    total = sum(n for *_, n in arms)
    return tuple(sum(mean[k] * n for mean, _, n in arms) / total for k in (0, 1))


def _sd(arms: Result, alone: Result, report: Report) -> tuple[str, str] | None:
    known, printed = _arms(arms, report, spreads=True), number(alone.sd, 0)
    if known is None or printed is None:
        return None
    word, why = _near(printed, _ends(known, together, report), "the SD of means and SDs", report)
    return ("questioned" if word == "impossible" else word), why


def together(arms: Sequence[Arm]) -> Ends:
    """Return bounds of the SD of all patients: the spread within the arms, and that of their means."""
    means, rooms = [sum(m) / 2 for m, *_ in arms], [(m[1] - m[0]) / 2 for m, *_ in arms]
    sizes = [n for *_, n in arms]
    return tuple(
        math.sqrt((sum((n - 1) * sd[k] ** 2 for _, sd, n in arms) + spread**2) / (sum(sizes) - 1))
        for k, spread in enumerate(between(means, rooms, sizes))
    )


def _median(arms: Result, alone: Result, report: Report) -> tuple[str, str] | None:
    """The median of all lies among those of the arms."""
    known = [number(arms.median, place) for place in range(len(arms.arms))]
    printed = number(alone.median, 0)
    if None in known or printed is None or any(n.sign for n in (*known, printed)):
        return None
    boxes = [_box(n, report) for n in known]
    return _near(
        printed, (min(a for a, _ in boxes), max(b for _, b in boxes)), "the arms' medians", report
    )


def _near(printed: Printed, ends: Ends, what: str, report: Report) -> tuple[str, str]:
    low, high = _box(printed, report)
    room = 1e-9 * max(1.0, abs(ends[1]))
    shown = f"{what}: {plain(ends[0], 4)} to {plain(ends[1], 4)}"
    if low > ends[1] + room or high < ends[0] - room:
        return "impossible", f"{shown}, printed {printed.text}"
    return "compatible", f"{shown}, as the numbers are rounded"
