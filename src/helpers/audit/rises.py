"""Medians before and after, and how many rose, go in; whether the medians allow so many comes out.

Check `rises-possible`, by the exact enumeration of `possible.rises`: whole numbers of which nothing
is known but the medians.
"""

from __future__ import annotations

from helpers.audit.findings import Check, worst
from helpers.audit.model import Report, Result
from helpers.audit.printed import parse
from helpers.audit.tables import cells
from helpers.errors import ImpossibleError
from helpers.possible.rises import fewest_rises

NAME = "rises-possible"
PART = "changes"


def check_rises(result: Result, report: Report) -> list[Check]:
    """Return the check of how many rose; none where no count, size or pair of medians is printed."""
    parts, verdicts, computed = [], [], {}
    for place, cell in enumerate(cells(result, report)):
        pair = [
            values[place] if place < len(values) else "" for values in (result.before, result.after)
        ]
        if cell.count is None or not cell.size or not all(pair):
            continue
        label = report.arm(cell.arm).label
        verdict, why, computed[label] = _arm(cell.count, cell.size, (pair[0], pair[1]))
        verdicts.append(verdict)
        parts.append(f"{label}: {why}")
    if not parts:
        return []
    power = "any two medians of which the second is larger would have passed"
    return [Check(result.id, NAME, worst(verdicts), ("counted before and after in the same patients",),
                  computed, "exact enumeration", "; ".join(parts), PART,
                  f"How many rose in “{result.id}”, and by how much each?", power)]  # fmt: skip


def _arm(count: int, n: int, medians: tuple[str, str]) -> tuple[str, str, dict]:
    """Verdict, reason and numbers of one arm."""
    before, after = (parse(text).value for text in medians)
    most = int(4 * (before + after) + n)  # no bound that the medians feel
    try:
        least = fewest_rises(n=n, medians=medians, before=(0, most), after=(0, most)).fewest
        falls = fewest_rises(n=n, medians=medians[::-1], before=(0, most), after=(0, most)).fewest
    except ImpossibleError as error:
        return "impossible", str(error), {}
    highest = n - falls if after <= before else n
    numbers = {"n": n, "fewest": least, "most": highest, "printed": count}
    if not least <= count <= highest or (count == n and after <= before):
        return "impossible", f"{count} of {n} rose, the medians allow {least} to {highest}", numbers
    why = f"the medians alone force a rise in only {least} of {n}, and allow one in {highest}"
    return "compatible", why, numbers
