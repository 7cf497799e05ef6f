"""A comparison of all arms and the changes within them go in; what both together demand comes out.

Check `joint-condition`: changes significant in some arms, not in the reference, and no difference
among the arms, can all be true. What that takes depends on what was compared: the changes, the
later values, or the later values adjusted for the first. Each is one reading.
"""

from __future__ import annotations

import math

from scipy import special

from helpers.analyse.significance_pattern import least_control_share_among
from helpers.audit.categories import check_categories
from helpers.audit.findings import Check, Under
from helpers.audit.model import Report, Result
from helpers.audit.percentages import implied_sizes
from helpers.audit.printed import parse
from helpers.rounding import per_cent, to_decimals

NAME = "joint-condition"
ALPHA = 0.05


def check_among(result: Result, report: Report) -> list[Check]:
    """Return the check of a comparison among arms of which only the P is printed."""
    if levels := check_categories(result, report):
        return levels
    asks = f"What are the estimates, intervals and P of “{result.id}”, and by which test?"
    beside = next((r for r in report.results if r.id == result.beside), None)
    found = joint(beside, result, report) if beside else ()
    if not found:
        why = "no estimate or count of the comparison is printed beside its P"
        return [
            Check(result.id, "nominal-significance", "not checkable", why=why, part="P", asks=asks)
        ]
    why = "; ".join(f"if {reading} were compared, {demand}" for reading, _, demand in found)
    power = "some trials print any pattern: a random one would always have passed"
    return [Check(result.id, NAME, "compatible", tuple(f"{reading} compared" for reading, *_ in found), {},
                  "analysis of variance", why, "P", asks,
                  power, 1.0)]  # fmt: skip


def joint(change: Result, among: Result, report: Report) -> tuple[tuple[str, float, str], ...]:
    """Return (what was compared, least share of the others' change, demand in words), by reading.

    Equal spread, arms of one size as printed or implied, t tests within arms and an F test among
    them. Empty where the printed P, or the sizes, do not give the pattern.
    """
    pattern = _pattern(change, among, report)
    if pattern is None:
        return ()
    arms, n, within = pattern
    changes = float(least_control_share_among(n=n, arms=arms, within=within, between=ALPHA).value)
    free, ancova = _later_values(arms, n, within)
    demand = "at equal spread the reference must have changed by at least {} of the others' change"
    none = "no change at all is needed in the reference"
    values = f"{none} once a patient's two values correlate by {to_decimals(free, 2):.2f} or more"
    return (
        ("changes", changes, demand.format(per_cent(changes)) if changes > 0 else none),
        ("later values", 0.0, values),
        ("values adjusted for the first", ancova, demand.format(per_cent(ancova)) if ancova > 0 else none),
    )  # fmt: skip


def _pattern(change: Result, among: Result, report: Report) -> tuple[int, int, float] | None:
    """Return (arms, patients of each, smallest P within) where both sentences make the pattern."""
    p = {arm: parse(text) for arm, text in zip(change.arms, change.p, strict=False) if text}
    below = [float(n) for n in p.values() if n and n.sign not in (">", "≥")]
    among_p = parse(among.p[0]) if among.p and among.p[0] else None
    sizes = implied_sizes(report)
    known = {report.arm(a).n or sizes.get(a) for a in p}
    pattern = 0 < len(below) < len(p) and among_p is not None and among_p.sign in (">", "≥")
    n = known.pop() if len(known) == 1 else None
    if not pattern or not n or n < 3 or not 0 < min(below) < ALPHA:
        return None
    return len(p), n, min(below)


def _later_values(arms: int, n: int, within: float) -> tuple[float, float]:
    """Return the correlation above which values need no change, and the least share if adjusted.

    The latter as a patient's two values come to coincide.
    """
    df = arms * (n - 1) - 1
    adjusted = math.sqrt(arms * special.fdtri(arms - 1, df, 1 - ALPHA) * (df + 1) / df)
    tested = math.sqrt(arms * special.fdtri(arms - 1, arms * (n - 1), 1 - ALPHA))
    t = float(special.stdtrit(n - 1, 1 - within / 2))
    return 1 - (tested / t) ** 2 / 2, 1 - adjusted / t


def no_change_under(change: Result, among: Result, report: Report) -> tuple[Under, ...]:
    """Return the readings of "no change" in the reference beside no difference among the arms."""
    found = [
        Under(
            f"{compared} compared among the arms: {demand}",
            "questioned" if share > 0 else "compatible",
        )
        for compared, share, demand in joint(change, among, report)
    ]
    return (*found, Under("read as “no significant change”", "not checkable")) if found else ()
