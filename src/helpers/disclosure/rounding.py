"""What may be shown of hidden subjects in, the same with counts that two editions cannot subtract out.

Two editions a patient apart differ by that patient: of 11 and 12 with an event the attacker who
knows who joined learns that this one had it. So, where `study.toml` says `rounding = true`:

- counts (and what is left of their whole) up to 7 are not shown, none and all neither, nor those
  that are rounded as one of 7 would be (to 5 or 10); others are multiples of 5, and so is every n;
- not the nearest 5: a count that lies between two multiples goes up or down by a lot that is drawn
  from the whole data and a secret of the machine, up with the chance that keeps the mean. The
  nearest would jump from 12 to 13 and tell the one patient who made it jump; so it jumps at no
  number. In one edition the same count is always the same multiple;
- a share is one rounded count over another, with the exact interval of these two; of a curve it is
  the nearest whole count, and without its interval, which left one answer to what who joined had.
  What has come and what is left are one number, so that a cumulative incidence is 1 less the
  survival as printed: a lot for each would narrow the other;
- of a contrast of two shares the difference alone is shown, to 10 subjects of all as rounded, by
  lot; a rate to one digit and to 6 events at the least, without its interval;
- a P value is the next line above it: 0.001, 0.01, 0.05, 0.2 or 1. It is a function of counts, and
  at one digit it left one of them beside the rounded ones; a test statistic, which is the same
  number, is not shown; a ratio of hazards or rates has steps of half of its interval's half width, and
  an interval that is not narrower;
- what a spread and a count make together (the least difference that a trial finds, the shift of the
  missing that turns a verdict) is not shown: beside the spread it left one or two counts of nine;
  nor is what counts and visits make (the limits of a difference in restricted mean between visits);
- a restricted mean is a sum of counts over days that who knows the visits can undo: it has steps of
  half of its interval's half width, and without an interval it is not shown;
- a mean, or what is like it, to a step of its size (or of the subjects' spread, by its interval)
  over n, its limits to a quarter of the interval: who knows all subjects but one, or has the mean
  without that one, is left with a quarter of that size at the least (tests/test_disclosure_attacks);
- a difference, or a number of a model, goes by no such n: in a small arm beside a large one, or far
  out on a covariate, a patient counts for several. Its step is a quarter of the half width, half an
  error: nobody counts for more than the error, whose square is the sum of all their squares. Its
  limits lie whole steps around it, as each of its own would be one edge more.

Order statistics are coarse enough as they are (`order`).

Sources. OpenSAFELY's output rules (counts up to 7 redacted, others rounded to the nearest 5);
unbiased random rounding as statistical offices use it, Hundepool et al., Statistical Disclosure
Control (Wiley 2012), chapter 5.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Protocol

from helpers.analyse.estimate import NAN, Estimate
from helpers.analyse.proportions import clopper_pearson

BASE = 5
OFF = BASE - 1  # how far a count can be from its print
NOTHING_UP_TO = 7
LINES = (0.001, 0.01, 0.05, 0.2, 1.0)  # what P values are rounded up to
TESTS = ("F", "z", "t", "chi-square", "H", "V", "W", "U", "J")  # what is its P in other words
MADE_OF_COUNTS = (  # statistics, methods
    "detectable difference", "pattern mixture, ancova", "limit of the difference in restricted mean",
)  # fmt: skip
P_VALUES = ("p-value", "smallest adjusted P", "largest P value", "smallest P value")
RATIOS = ("hazard ratio", "subdistribution hazard ratio", "rate ratio")
RESTRICTED = ("restricted mean", "restricted mean survival time", "difference in restricted mean")
UNEQUAL = (  # statistics, methods: of subjects who do not all count alike
    "welch t", "adjusted mean difference", "adjusted mean", "difference", "difference of estimates",
    "slope", "coefficient",
)  # fmt: skip
WIDE = 1.96  # half width of an interval, in standard errors
EVENTS = 6  # that a step of a rate holds
CURVE = "kaplan-meier"
COMPLEMENTS = ("cumulative incidence",)  # shares that are rounded as what they leave of 1


class Limits(Protocol):
    """What `study.toml` says of disclosure."""

    rounding: bool
    threshold: int
    show_subjects: bool


def rounded(count: float, key: str) -> int:
    """A multiple of 5 within 4 of `count` (at least 0), by the lot that `key` and the count draw."""
    count = round(count)
    low, over = count - count % BASE, count % BASE
    lot = int.from_bytes(hashlib.sha256(f"{key}|{count}".encode()).digest()[:8]) / 2**64
    return low + BASE * (lot * BASE < over)


def _by_lot(value: float, step: float, key: str) -> float:
    """One of the two multiples of `step` around `value`, with the chance that keeps the mean."""
    if not math.isfinite(value):
        return value
    grain = round(value / step * BASE)  # whole ones: one event more or less is one at the most
    return float(f"{rounded(grain, key) / BASE * step:.10g}")


def rare(count: int, key: str, *, threshold: int = 0) -> bool:
    """Whether any count that is rounded as `count` is 7 at most, or below the threshold where it is higher.

    So a name or a number that comes with one patient more tells of nobody: it goes by the lot, and the
    counts with which it may be there or not are several.
    """
    return at_least(count, key) <= max(NOTHING_UP_TO, threshold - 1)


def at_least(count: int, key: str) -> int:
    """The least number that can print as `count` does, for what one patient more shall not decide."""
    return max(0, rounded(count, key) - OFF)


def never_rare(threshold: int) -> int:
    """The least number that no lot takes for `rare`."""
    return BASE * ((max(NOTHING_UP_TO, threshold - 1) + OFF) // BASE + 1)


def rare_by(config: Limits, lot: str) -> Callable[[int], bool] | None:
    """`rare` of the threshold and the lot of an edition whose counts are rounded; None of another."""
    if config.show_subjects or not config.rounding:
        return None
    return partial(rare, key=lot, threshold=config.threshold)


def few_by(config: Limits, lot: str) -> Callable[[int], bool]:
    """Whether a number of subjects is too small to show what rests on it: `rare`, or 1 to `least` - 1."""
    least = 1 if config.show_subjects else config.threshold
    return rare_by(config, lot) or (lambda count: 0 < count < least)


def none_by(config: Limits, lot: str) -> Callable[[int], bool]:
    """Whether a number of subjects is 0, or by lot as good as 0: whether anything is said of them."""
    return rare_by(config, lot) or (lambda count: count == 0)


def small(estimate: Estimate, key: str, *, share: bool, threshold: int = 0) -> bool:
    """Whether any count that is rounded as that of `estimate` is `rare`, or leaves as few of n.

    It goes by what would be printed alone: then each print that is left stands for all nine counts
    that are rounded to it, and none of them is excluded. Of a count whose n is not the whole that it
    is a part of, there is no rest.
    """
    if not math.isfinite(estimate.value) or (share and not estimate.n):
        return False
    count = round(estimate.value * estimate.n) if share else round(estimate.value)
    count = estimate.n - count if share and estimate.statistic in COMPLEMENTS else count
    whole = estimate.n if share or estimate.n > count else math.inf
    left = whole - (rounded(count, key) + OFF)
    return rare(count, key, threshold=threshold) or left <= max(NOTHING_UP_TO, threshold - 1)


def count_of(estimate: Estimate, key: str) -> Estimate:
    """A number of subjects as a multiple of 5."""
    return replace(with_n(estimate, key), value=float(rounded(estimate.value, key)),
                   lower=NAN, upper=NAN, p_value=NAN)  # fmt: skip


def share_of(estimate: Estimate, key: str) -> Estimate:
    """A share of n subjects as a share of rounded counts."""
    if estimate.statistic in COMPLEMENTS:
        left = share_of(_complement(estimate, "survival"), key)
        return _complement(left, estimate.statistic)
    n, count = rounded(estimate.n, key), estimate.value * estimate.n
    if not n:
        return replace(estimate, value=NAN, lower=NAN, upper=NAN, p_value=NAN, n=0)
    x = min(rounded(count, key), n)
    limits, whole = clopper_pearson(x, n, level=estimate.level), _whole(count)
    if estimate.method == CURVE or not whole:
        limits = replace(limits, lower=NAN, upper=NAN)
    ends = [e if math.isfinite(own) else NAN for e, own in
            ((limits.lower, estimate.lower), (limits.upper, estimate.upper))]  # fmt: skip
    return replace(estimate, value=x / n, lower=ends[0], upper=ends[1], p_value=NAN, n=n, given=0)


def _whole(count: float) -> bool:
    return math.isclose(count, round(count), abs_tol=1e-6)


def _complement(estimate: Estimate, statistic: str) -> Estimate:
    """The share of all others, as `statistic`."""
    value, lower, upper = (float(f"{1 - x:.12g}") for x in
                           (estimate.value, estimate.upper, estimate.lower))  # fmt: skip
    return replace(estimate, statistic=statistic, value=value, lower=lower, upper=upper)


def contrast_of(estimate: Estimate, key: str) -> Estimate:
    """A difference of shares to 10 subjects of all; nothing of a ratio of them."""
    if estimate.statistic != "risk difference" or not estimate.n:
        return replace(estimate, value=NAN, lower=NAN, upper=NAN, p_value=NAN)
    step = 2 * BASE / max(BASE, rounded(estimate.n, key))  # of the n itself it would tell
    numbers = {k: _by_lot(getattr(estimate, k), step, key) for k in ("value", "lower", "upper")}
    return replace(with_n(estimate, key), **numbers, p_value=NAN)


def rate_of(estimate: Estimate, key: str) -> Estimate:
    """A rate in steps of `EVENTS` at least, without the interval that tells its number of events."""
    value, half = estimate.value, _half_width(estimate)
    if math.isfinite(value) and value > 0:
        step = 10.0 ** math.floor(math.log10(value))  # one digit
        if math.isfinite(half) and half:
            step = max(step, _step(EVENTS * value * (half / WIDE) ** 2))
        value = _to(value, step)
    return replace(with_n(estimate, key), value=value, lower=NAN, upper=NAN, p_value=NAN)


def ratio_of(estimate: Estimate, key: str) -> Estimate:
    """A ratio in steps of half of its interval's half width, both of logarithms, and limits around it.

    The limits lie whole steps from the ratio, so many that what was between them still is.
    """
    left, half = with_n(estimate, key), _half_width(estimate)
    if not (math.isfinite(half) and half):
        return replace(left, value=NAN, lower=NAN, upper=NAN)
    step = _step(half / 2)
    at = round(math.log(estimate.value) / step)
    far = max(math.log(estimate.upper / estimate.value), math.log(estimate.value / estimate.lower))
    reach = math.ceil(far / step + 0.5)  # half a step: the ratio itself was moved by that at most
    value, lower, upper = (float(f"{math.exp(k * step):.2g}") for k in (at, at - reach, at + reach))
    return replace(left, value=value, lower=lower, upper=upper)


def test_of(estimate: Estimate, key: str) -> Estimate:
    """A test without its statistic: P stays, as its line."""
    return replace(with_n(estimate, key), value=NAN, lower=NAN, upper=NAN)


def p_of(estimate: Estimate, key: str) -> Estimate:
    """A statistic that is a P value as the line above it."""
    value = line(estimate.value) if math.isfinite(estimate.value) else estimate.value
    return replace(with_n(estimate, key), value=value, lower=NAN, upper=NAN)


def _half_width(estimate: Estimate) -> float:
    """Half the width of the interval of the logarithm; NaN where there is none."""
    ends = estimate.lower, estimate.upper
    return math.log(ends[1] / ends[0]) / 2 if all(0 < x < math.inf for x in ends) else NAN


def line(p: float) -> float:
    """The least of `LINES` that is not below `p`."""
    return next((x for x in LINES if p <= x), p)


def p_words(p: float) -> str:
    """Between which lines a P on a line lies: "P ≤ 0.05", "P > 0.2"; "" where there is none."""
    if not p >= 0:
        return ""
    return f"P ≤ {p:g}" if p < LINES[-1] else f"P > {LINES[-2]:g}"


def corrected_words(p: float, *, alone: float) -> str:
    """The line of a P corrected for several, whose line `alone` is known; "" where there is none.

    No correction makes a P smaller: above the last line alone, it stays there. Otherwise 1 may be
    a multiple of a smaller line: it is "P ≤ 1", no more.
    """
    if not p >= 0 or alone >= LINES[-1]:
        return p_words(p)
    return f"P ≤ {p:g}"


def with_n(estimate: Estimate, key: str) -> Estimate:
    """Any estimate with n as a multiple of 5, without it where it is `rare`, and P as a line above it."""
    p = estimate.p_value
    p = line(p) if math.isfinite(p) else p
    n = 0 if rare(estimate.n, key) else rounded(estimate.n, key)
    return replace(estimate, p_value=p, n=n, given=0)


def mean_of(estimate: Estimate, key: str) -> Estimate:
    """A mean and its limits to steps of 1/n of its size, or of the spread of the subjects."""
    left = with_n(estimate, key)
    reach = min((abs(x - estimate.value) for x in (estimate.lower, estimate.upper)
                 if math.isfinite(x)), default=0.0)  # fmt: skip
    size = max(abs(estimate.value), reach * math.sqrt(estimate.n) / 2) if estimate.n else 0.0
    if not math.isfinite(size) or not size:
        return left
    step = _step(size / estimate.n)
    if estimate.statistic in RESTRICTED:
        return _restricted(left, reach)
    if reach and {estimate.statistic, estimate.method} & set(UNEQUAL):
        return _restricted(left, reach, max(step, _step(reach / 4)))
    wide = max(step, _step(reach / 2)) if reach else step
    return replace(left, value=_to(estimate.value, step), lower=_to(estimate.lower, wide),
                   upper=_to(estimate.upper, wide))  # fmt: skip


def _restricted(estimate: Estimate, reach: float, step: float = 0.0) -> Estimate:
    """In steps of half of its `reach`, or of `step`, and limits whole steps around it, as a ratio."""
    if not reach:
        return replace(estimate, value=NAN, lower=NAN, upper=NAN)
    step = step or _step(reach / 2)
    at, far = round(estimate.value / step), math.ceil(reach / step + 0.5)
    value, lower, upper = (float(f"{k * step:.10g}") for k in (at, at - far, at + far))
    return replace(estimate, value=value, lower=lower, upper=upper)


def _step(least: float) -> float:
    """1, 2 or 5 times a power of 10, at least `least`."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(k * power for k in (1, 2, 5, 10) if k * power >= least * (1 - 1e-9))


def _to(value: float, step: float) -> float:
    return float(f"{round(value / step) * step:.10g}") if math.isfinite(value) else value
