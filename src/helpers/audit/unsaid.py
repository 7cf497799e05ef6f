"""Checks of a comparison whose words name no method go in; what an unnamed adjustment explains is open.

Abstracts often leave "adjusted" out. An estimate with its interval that means or counts do not give is
*not checkable*, and the question is asked, where it may be an adjusted one: it is the middle of its
interval, the P printed beside them agrees with both, and it lies no farther from the plain one than a
covariate moves it. Else it stays questioned; so where words name a plain test or say "unadjusted", and
where `adjusted = false`. So too a P alone beside means or percentages: as far from that of their tests
as a covariate moves it, it is open.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

from scipy import special

from helpers.audit.findings import HELD, Check
from helpers.audit.intervals import NAME as INTERVAL
from helpers.audit.model import Result
from helpers.audit.printed import parse, span
from helpers.audit.scale import TINY, reach, scale
from helpers.audit.wording import level, levels
from helpers.rounding import per_cent

ESTIMATES = ("difference-of-means", "ratio-from-counts", "rates-compared", "common-odds")
MODELS = ("cox", "wald", "logistic", "model", "regress")  # words of methods that may adjust, or not
AWAY = 2.5  # standard errors that chance imbalance of a covariate moves an estimate, or nearly
CROSSED = 1.6  # an adjusted odds ratio is up to so much farther from 1 on the log scale
# How wide an adjusted interval is beside a plain one: of means and risks a covariate that explains 84% of
# the variance makes it 0.4 times as wide; that of odds and rates it does not make narrower.
WIDTH = (0.9, 1.6)
NARROWER = {"mean difference": 0.4, "mean ratio": 0.4, "risk ratio": 0.4, "risk difference": 0.4}
# The most variance that a covariate explains where a P stands alone: baselines of means explain up to
# 84%, of a yes or no hardly more than 30%.
EXPLAINED = {"p-from-means": 0.84, "p-from-counts": 0.3}
TURNED = ("mean difference", "risk difference")  # printed with or without their sign
STEPS = 40  # correlations with a covariate that are gone through
Box = tuple[float, float]


def plainly(result: Result) -> bool:
    """Return whether words, or `adjusted = false`, say that a comparison is not adjusted."""
    test, quote = result.test.lower().strip(), result.quote.lower()
    said = "unadjust" in test or "unadjust" in quote or "crude" in f"{test} {quote}"
    return said or result.adjusted is False or (bool(test) and not any(w in test for w in MODELS))


def as_unsaid(checks: list[Check], result: Result) -> list[Check]:
    """Return the checks with those open that an adjustment explains which no words name or exclude."""
    if plainly(result) or len(result.arms) < 2:
        return checks
    if result.kind in ("percent", "mean"):
        shares = [_least_share(c, result) if c.verdict == "questioned" else None for c in checks]
        return [check if share is None else _open(check, result, _taking(check, share))
                for check, share in zip(checks, shares, strict=True)]  # fmt: skip
    result = _whole(result)
    if result.kind != "ratio" or not _in_itself(checks, result):
        return checks
    return [_open(check, result) if check.verdict == "questioned" and _near(check, result) else check
            for check in checks]  # fmt: skip


def _whole(result: Result) -> Result:
    """Return a ratio of whose interval one end is printed with the other as far from the estimate."""
    texts = (result.value, *result.ci)
    if (
        result.kind != "ratio"
        or len(texts) != 3
        or not texts[0]
        or bool(texts[1]) == bool(texts[2])
    ):
        return result
    on = scale(result)
    value, end = (on.even(float(parse(text))) for text in (texts[0], texts[1] or texts[2]))
    other = f"{on.back(2 * value - end):.6f}"
    return replace(result, ci=(texts[1] or other, texts[2] or other))


def _in_itself(checks: Iterable[Check], result: Result) -> bool:
    """Return whether estimate, interval and P agree with one another, whatever else is printed."""
    if not result.p and len(levels(result, result.ci)) > 1:
        return True  # a one-sided interval has no middle to agree with
    own = [check for check in checks if check.check == INTERVAL]
    return bool(own) and all(check.verdict in HELD for check in own)


def _open(check: Check, result: Result, taking: str = "") -> Check:
    why = f"{check.why}; were it adjusted, which no words say, it need not agree{taking}"
    asks = f"Is “{result.id}” adjusted, and for what?"
    return replace(check, verdict="not checkable", why=why, asks=asks)


def adjusted_ends(low: float, high: float, explained: float) -> Box:
    """Return the least and largest z, 0 or more, that a covariate makes of a z between `low` and `high`.

    A covariate that explains the share r² of the variance narrows the standard error to sqrt(1 - r²)
    times it, and chance imbalance of it moves the estimate by r standard errors, in nearly all
    trials by less than `AWAY` times that; every share up to `explained` is gone through.
    """
    shares = [explained * k / STEPS for k in range(STEPS + 1)]
    least = min((low - AWAY * math.sqrt(r)) / math.sqrt(1 - r) for r in shares)
    most = max((high + AWAY * math.sqrt(r)) / math.sqrt(1 - r) for r in shares)
    return max(least, 0.0), most


def _taking(check: Check, share: float) -> str:
    """Return in words how much a covariate must explain for the printed P."""
    what = "the variance" if check.check == "p-from-means" else "who had the event"
    return f": a covariate would have to explain at least {per_cent(share, 0)} of {what}"


def _least_share(check: Check, result: Result) -> float | None:
    """Return the least share that a covariate must explain to make a P that stands alone of a plain test's.

    None where even `EXPLAINED` does not.
    """
    ranges = check.computed.get("range") if check.check in EXPLAINED and check.part == "P" else None
    if not ranges:
        return None
    df = len(result.arms) - 1
    low, high = (min(max(p, TINY), 1.0) for p in
                 (min(a for a, _ in ranges.values()), max(b for _, b in ranges.values())))  # fmt: skip
    printed = [min(max(p, TINY), 1.0) for p in span(parse(result.p[0]), "half-up")]
    plain = [math.sqrt(special.chdtri(df, p)) for p in (high, low)]
    wanted = [math.sqrt(special.chdtri(df, p)) for p in reversed(printed)]
    for share in (EXPLAINED[check.check] * k / STEPS for k in range(STEPS + 1)):
        ends = adjusted_ends(*plain, share)
        if wanted[0] <= ends[1] and ends[0] <= wanted[1]:
            return share
    return None


def _near(check: Check, result: Result) -> bool:
    """Return whether estimate and interval lie as near to plain ones as adjusted ones may."""
    if check.check not in ESTIMATES:
        return False
    found = check.computed
    if check.part == "width":
        return _near_width(result, tuple(found["half_width"]), found["by_method"].values())
    plain = _plain(check, result)
    return plain is not None and _near_value(plain, result) and _interval_near(check, result)


def _plain(check: Check, result: Result) -> Box | None:
    """Return the least and largest plain estimate, on the even scale; None where the check has none."""
    found, on = check.computed.get("one_of_them", check.computed), scale(result)
    if check.check == "difference-of-means":
        values = [found.get("difference", found.get("ratio"))]
    elif check.check == "rates-compared":
        values = [found["estimate"]]
    else:
        values = [on.shown(v) for v in found.get("estimates", {}).values()]
    values = [on.even(float(v)) for v in values if math.isfinite(v)]
    return (min(values), max(values)) if values else None


def _ends(result: Result) -> Box:
    """Return the printed interval on the even scale."""
    low, high = sorted(scale(result).even(float(parse(end))) for end in result.ci)
    return low, high


def _near_value(plain: Box, result: Result) -> bool:
    """Return whether the printed estimate is one that adjusting may make of a plain one."""
    box = sorted(scale(result).even(end) for end in span(parse(result.value), "half-up"))
    low, high = _ends(result)
    away = AWAY * (high - low) / (2 * reach(level(result)))
    factor = CROSSED if result.measure == "odds ratio" else 1.0
    turned = [(-plain[1], -plain[0])] if result.measure in TURNED else []
    ends = [(min(a, a * factor), max(b, b * factor)) for a, b in (plain, *turned)]
    return any(a - away <= box[1] and box[0] <= b + away for a, b in ends)


def _interval_near(check: Check, result: Result) -> bool:
    """Return whether the printed interval is about as wide as a plain one; so where there is none."""
    on = scale(result)
    shown = on.shown if check.check == "ratio-from-counts" else float
    found = check.computed.get("one_of_them", check.computed)
    pairs = [(a, b) for a, b in found.get("intervals", {}).values()
             if math.isfinite(a) and math.isfinite(b)]  # fmt: skip
    widths = [abs(on.even(shown(b)) - on.even(shown(a))) / 2 for a, b in pairs]
    low, high = _ends(result)
    half = (high - low) / 2
    return not widths or _near_width(result, (half, half), [(w, w) for w in widths])


def _near_width(result: Result, printed: Box, methods: Iterable[Box]) -> bool:
    least = NARROWER.get(result.measure, WIDTH[0])
    return any(printed[0] <= WIDTH[1] * high and least * low <= printed[1] for low, high in methods)
