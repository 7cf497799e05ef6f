"""Changes within arms and their P go in; what they say, and say not, about the arms' difference comes out.

Check `nominal-significance`: a P below 0.05 in one arm and none in another is no comparison of the
arms. Bland & Altman 2011, Trials 12:264. A printed mean change with its SD is also tested
(`p-from-means`, paired); a P alone, and medians before and after, go to `p_alone` and `rises`.
"""

from __future__ import annotations

from helpers.analyse.significance_pattern import least_control_share
from helpers.audit.findings import Check, worst
from helpers.audit.mean_ends import check_spreads
from helpers.audit.mean_p import held, number, spread_of
from helpers.audit.mean_tests import p_range, paired_t
from helpers.audit.model import Report, Result
from helpers.audit.net_change import check_net_change
from helpers.audit.p_alone import PART, check_alone
from helpers.audit.printed import Printed, as_rounded, parse, span, words
from helpers.audit.rises import check_rises
from helpers.audit.tables import cells
from helpers.rounding import per_cent

NAME = "nominal-significance"
ALPHA = 0.05


def significant(number: Printed) -> bool:
    """Return whether a printed P is below 0.05: "<0.001" and "0.049" are, "n.s." and "0.05" are not."""
    if number.sign in (">", "≥"):
        return False
    return float(number) < ALPHA or (number.sign == "<" and float(number) <= ALPHA)


def check_change(result: Result, report: Report) -> list[Check]:
    """Return the checks of changes within arms."""
    p = [parse(text) if text else None for text in result.p]
    p += [None] * (len(result.arms) - len(p))
    checks = _paired(result, report, p) + check_spreads(result, report)
    checks += check_net_change(result, report) + check_rises(result, report)
    if not any(check.part == PART for check in checks) and any(p):
        checks.append(check_alone(result, report, p))
    return [*checks, *_pattern(result, report, p)]


def _paired(result: Result, report: Report, p: list[Printed | None]) -> list[Check]:
    """The paired t test of every arm whose mean change, spread and P are printed."""
    parts, verdicts, computed, readings = [], [], {}, []
    for place, cell in enumerate(cells(result, report)):
        mean = number(result.mean, place)
        spread = spread_of(result, place, cell.size, "half-up") if (cell.size or 0) > 1 else None
        if p[place] is None or mean is None or spread is None:
            continue
        exact = paired_t([(float(mean), spread[0], cell.size)])
        ends = p_range("paired t", [span(mean, "half-up")], [spread[1:]], [cell.size])
        verdict, ways = held(exact, ends, p[place], report.readings.rounding)
        label = report.arm(cell.arm).label
        computed[label] = exact
        verdicts.append(verdict)
        readings += [f"P: paired t, {words(ways, report.readings.rounding)}"] if ways else []
        parts.append(f"{label}: paired t gives {as_rounded(exact, ends)}, printed {p[place].text}")
    if not parts:
        return []
    return [Check(result.id, "p-from-means", worst(verdicts), tuple(dict.fromkeys(readings)), computed,
                  "paired t test of the printed change", "; ".join(parts), "P")]  # fmt: skip


def _pattern(result: Result, report: Report, p: list[Printed | None]) -> list[Check]:
    """What significance in one arm and none in another implies about the arms."""
    known = [(report.arm(arm).label, one) for arm, one in zip(result.arms, p, strict=True)
             if one is not None]  # fmt: skip
    yes = [label for label, one in known if significant(one)]
    no = [label for label, one in known if not significant(one)]
    if not (yes and no):
        return []
    share = _least_share(result, report, [one for one in p if one is not None])
    computed = {"significant": yes, "not significant": no} | (
        {} if share is None else {"least_share": share}
    )
    why = (f"significant with {', '.join(yes)} and not with {', '.join(no)} compares each arm with its own "
           f"start, not the arms with one another{_room(result, report, share)}")  # fmt: skip
    asks = f"What is the difference between the arms in “{result.id}”, with its interval and P?"
    return [
        Check(
            result.id, NAME, "questioned", (), computed, "difference of significance", why, "", asks
        )
    ]


def _least_share(result: Result, report: Report, p: list[Printed]) -> float | None:
    """Return how much of the first arm's change the second must have had for no difference at 0.05.

    None where the arms' sizes differ or are open, or no P lies between 0 and 1.
    """
    sizes = {cell.size for cell in cells(result, report)}
    strongest = min(float(one) for one in p if significant(one))
    n = sizes.pop() if len(sizes) == 1 else None
    if not n or n <= 2 or not 0 < strongest < 1:
        return None
    return least_control_share(n=n, within=strongest, between=ALPHA).value


def _room(result: Result, report: Report, share: float | None) -> str:
    if share is None:
        return ""
    if share <= 0:
        return "; both can hold with no change at all in the second"
    n = cells(result, report)[0].size
    return (f"; were the arms not to differ at 0.05 either (t test of changes, equal spread, {n} an arm), "
            f"the second must have changed at least {per_cent(share)} as much as the first")  # fmt: skip
