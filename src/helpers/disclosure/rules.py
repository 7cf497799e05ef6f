"""One estimate of hidden subjects in, what may be shown of it out; it never looks at a second one.

An attacker has every published byte and knows some of the subjects. So, with a threshold of t
subjects (5 unless `study.toml` says otherwise):

| kind | shown if | and then |
|---|---|---|
| number or share of subjects | it and its complement are 0 or at least t | as it is |
| share that is no whole number of n (a curve with censored subjects) | the same | rounded |
| contrast of two shares | n is at least t | as it is (`complement` looks at its arms) |
| event rate | the interval is no wider than that of t events | rounded |
| median, other quantile | n is at least 2t: t subjects on either side | a cell of t subjects |
| first and third quartile | n is at least 4t: t subjects in every quarter | a cell of t subjects |
| limits of a median, Kaplan-Meier's too | n is at least 4t, and 17 (`levels`) | its outer end |
| limits of a shift (Hodges-Lehmann) | n is above 8 (`levels`): below, they are extremes | its outer end |
| minimum, maximum | never: each is one subject's value | |
| mean, ratio, coefficient, test, any number of a model | n is at least t | rounded |
| rank or sign test, P adjusted for several | as `rank_tests` has it | a line of a grid |
| share of random sign flips | n is at least 4t | rounded |
| what counts no subject (markers, tests, a limit of an assay) | always | as it is |
| a statistic that this module does not know | never | |

*Rounded*: to as many significant digits as n has, two at least, so that what one subject adds (of
the order of 1/n) is not resolved and the difference of two results is not one subject's value; P
values to two. The standard error is larger than that by about the square root of n. A number near
0 is rounded as its distance to the nearer limit is: 3.3 (-140 to 150) of 12 subjects to 0.

A share of a curve with censored subjects, with all its digits, is a product of fractions that only
one history of a small arm has: 0.535714 of 20 means that one left between five events and four.

*A cell of t subjects* (`order`): an order statistic is picked from subjects' own numbers, or from
their pairs. What is printed stands for an interval in which t subjects have such a number.

Zero and "all" are shown: they are the finding of many safety tables. The number of subjects behind
a statistic is shown from t on, unless it tells how few were missed (`sizes`).

Sources. Thresholds, complements, quantiles as frequencies and "no minimum, no maximum" are the
rules of thumb for output checking in Griffiths et al., Handbook on Statistical Disclosure Control
for Outputs (Safe Data Access Professionals, 2019); there t is 10 by default. Regulators' guidance
on publishing trial results asks for a risk of re-identification of at most 0.09, that is groups of
11 (European Medicines Agency, external guidance on Policy 0070): write `threshold = 11` for that.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, partial

from helpers.analyse.estimate import NAN, Estimate
from helpers.disclosure import levels, order, rank_tests, rounding

THRESHOLD = 5
FEW = "too few to show"  # a count or share that is too small
UNSHOWN = "not shown"  # one subject's value, or a statistic that is not known to be safe
UNTOLD = (FEW, UNSHOWN)  # in place of a number
SUBJECTS, SHARE, CONTRAST, RATE = "subjects", "share", "contrast", "rate"
QUANTILE, EXTREME, AGGREGATE, FREE = "quantile", "extreme", "aggregate", "free"
RANK_TEST, SIGN_TEST, RESAMPLED = "rank test", "sign test", "resampled"

# the vocabulary: the statistic of an `Estimate` -> its kind
KINDS: Mapping[str, str] = {
    **dict.fromkeys(
        ("count", "subjects", "patients", "responders", "events", "number at risk", "censored",
         "values below the limit", "number of events", "number of subjects"), SUBJECTS),
    **dict.fromkeys(
        ("proportion", "survival", "cumulative incidence", "probability",
         "cumulative probability of response"), SHARE),
    **dict.fromkeys(("risk difference", "risk ratio", "odds ratio"), CONTRAST),
    "incidence rate": RATE,
    **dict.fromkeys(
        ("median", "pseudomedian", "interval of the median", "quantile", "difference of medians",
         "location shift", "ratio of ratios", "largest pseudomedian", "smallest pseudomedian"), QUANTILE),
    **dict.fromkeys(
        ("minimum", "maximum", "range", "last visit with donor cells in any patient"), EXTREME),
    **dict.fromkeys(
        ("V", "W", "U", "J", "adjusted p-value", "largest p-value", "smallest p-value"), RANK_TEST),
    **dict.fromkeys(
        ("F", "z", "t", "chi-square", "p-value", "smallest adjusted P", "mean", "mean difference",
         "difference",
         "adjusted mean difference", "adjusted mean", "difference of estimates", "standard deviation",
         "ratio to baseline", "deepest ratio to baseline", "shallowest ratio to baseline",
         "geometric mean", "ratio of geometric means",
         "hazard ratio", "subdistribution hazard ratio", "rate ratio", "mean number of events",
         "restricted mean", "restricted mean survival time", "difference in restricted mean",
         "limit of the difference in restricted mean",
         "half-life", "slope", "correlation", "median width of the interval",
         "detectable difference", "intraclass correlation", "coefficient of variation", "H",
         "coefficient", "ratio", "interval width", "detectable ratio", "expected change",
         "half-life not excluded", "largest P value", "smallest P value", "least ratio of mean changes",
         "mean significant estimate", "standardised mean change", "time above the limit",
         "share above the limit", "time to the last detection",
         "patients per arm", "patients against one value", "assurance"), AGGREGATE),
    **dict.fromkeys(
        ("P values below 0.05", "intervals without zero", "number of markers",
         "number of ratios", "median number of markers", "median significant correlation",
         "attained size", "comparisons", "intervals", "markers", "parameters", "correlations",
         "tests", "arms", "visits", "terms", "limit of quantification", "duration", "dose",
         "power", "version"), FREE),
}  # fmt: skip
MANY = 200  # events that no threshold asks for
BETWEEN_VISITS = "interval of the median"  # its ends are visits that `coarse.shared_ends` keeps
LOGISTIC = "logistic regression"
METHODS: Mapping[str, str] = {  # what a method is whatever it calls its statistic
    "sign flips of patients": RESAMPLED,  # a share of resamples, not of subjects
    # of a model: with all its digits it would tell of counts by its covariates
    **dict.fromkeys(
        (LOGISTIC, f"standardised, {LOGISTIC}", f"{LOGISTIC}, against the margin"), AGGREGATE
    ),
    "sign test": SIGN_TEST,
    "maximum": EXTREME,
    "minimum": EXTREME,
    "hodges-lehmann": QUANTILE,  # also as a ratio
    "hodges-lehmann, normal approximation": QUANTILE,
}


@dataclass(frozen=True)
class Shown:
    """What may be shown: the estimate, and `why` it is not all of it ("" when nothing was held back).

    `why` is "rounded" when the numbers are coarser; when they are gone, the words that stand in
    their place: `FEW`, `UNSHOWN` or a coarse P.
    """

    estimate: Estimate
    why: str = ""

    @property
    def gone(self) -> bool:
        """Whether words stand in the place of the numbers."""
        return self.why not in ("", "rounded")


def kind(statistic: str, *, method: str = "") -> str:
    """The kind of a statistic ("" for one that is not known), from its name and its method."""
    if method in METHODS:
        return METHODS[method]
    of = KINDS.get(statistic, "")
    return AGGREGATE if of == RANK_TEST and method.endswith("normal approximation") else of


def shown(estimate: Estimate, *, threshold: int = THRESHOLD, key: str | None = None) -> Shown:
    """What of `estimate` may be shown when groups of fewer than `threshold` subjects may not.

    A missing value stays missing and is not counted as held back. n of 1 to threshold - 1 is
    itself a small count and is dropped (0: not given). With a `key` the lot says whether so many
    events, or subjects with a value near one, are too few (`rounding`).
    """
    found = _shown(estimate, threshold, key)
    return replace(found, estimate=replace(found.estimate, among=None))


def _shown(estimate: Estimate, threshold: int, key: str | None = None) -> Shown:
    of = kind(estimate.statistic, method=estimate.method)
    if of == RANK_TEST:
        words = rank_tests.p_words(estimate, threshold=threshold) or UNSHOWN
        return Shown(without_numbers(estimate, threshold=threshold), words)
    if of == SIGN_TEST:
        share = rank_tests.share_of_all(estimate, threshold=threshold)
        if share:
            return shown(share, threshold=threshold)
        return Shown(without_numbers(estimate, threshold=threshold), UNSHOWN)
    if not 0 < estimate.n < threshold and _empty(estimate):
        return Shown(estimate)
    if of == FREE:
        return Shown(replace(estimate, n=0) if 0 < estimate.n < threshold else estimate)
    if of in ("", EXTREME):
        return Shown(without_numbers(estimate, threshold=threshold), UNSHOWN)
    if of == RESAMPLED and estimate.n < rank_tests.FULL_GRID * threshold:
        return Shown(without_numbers(estimate, threshold=threshold), UNSHOWN)
    if 0 < estimate.n < threshold or _too_few(estimate, of, threshold, key):
        return Shown(without_numbers(estimate, threshold=threshold), FEW)
    if of in (SUBJECTS, CONTRAST) or (of == SHARE and _whole(estimate.value * estimate.n)):
        return Shown(estimate)
    if of == QUANTILE and estimate.statistic != BETWEEN_VISITS:
        found = _picked(estimate, threshold, key)
        if math.isnan(found.value):
            return Shown(without_numbers(estimate, threshold=threshold), UNSHOWN)
        return Shown(found, "rounded")
    return Shown(_coarse(estimate), "rounded")


def small(count: float, *, threshold: int) -> bool:
    """Whether `count` subjects are too few to show: 1 to threshold - 1."""
    return 0 < round(abs(count)) < threshold


def digits(n: int) -> int:
    """Significant digits that a statistic of `n` subjects keeps: those of n, two at least."""
    return max(2, len(str(int(n))))


def rounded(value: float, *, significant: int) -> float:
    """`value` at so many significant digits; what is not finite stays."""
    return value if not math.isfinite(value) else float(f"{value:.{significant}g}")


def scale(estimate: Estimate) -> float:
    """The size that digits are counted from: the value, or its distance to the nearer limit."""
    return max(abs(estimate.value), _reach(estimate))


def _reach(estimate: Estimate) -> float:
    """How far the nearer limit is from the value, 0 where no interval is known."""
    sides = (estimate.value - estimate.lower, estimate.upper - estimate.value)
    near = min((side for side in sides if math.isfinite(side)), default=0.0)
    return 0.0 if estimate.method == "quartiles" else max(0.0, near)


def _empty(estimate: Estimate) -> bool:
    numbers = (estimate.value, estimate.lower, estimate.upper, estimate.p_value)
    return all(math.isnan(x) for x in numbers)


def without_numbers(estimate: Estimate, *, threshold: int) -> Estimate:
    """`estimate` without any number; n, that of all subjects, stays from `threshold` on."""
    n = rank_tests.subjects(estimate)
    n = 0 if n < threshold else n
    return replace(estimate, value=NAN, lower=NAN, upper=NAN, p_value=NAN, n=n, given=0)


def _whole(count: float) -> bool:
    return math.isclose(count, round(count), abs_tol=1e-6)


def _too_few(estimate: Estimate, of: str, threshold: int, key: str | None) -> bool:
    value, n = estimate.value, estimate.n
    if of == SUBJECTS:
        # the n of a plain "count" need not be the whole that it is a part of
        rest = n - value if n > value and estimate.statistic != "count" else 0
        return small(value, threshold=threshold) or small(rest, threshold=threshold)
    if of == SHARE and n:
        x = round(value * n) if math.isfinite(value) else 0
        return small(x, threshold=threshold) or small(n - x, threshold=threshold)
    if of == RATE:
        # the ratio of the exact upper limit to the rate depends on the number of events alone
        if key is not None:
            return value > 0 and rounding.rare(_events(estimate), key, threshold=threshold)
        return value > 0 and estimate.upper / value > _widest(threshold, estimate.level)
    return of == QUANTILE and 0 < n < 2 * threshold


def _events(estimate: Estimate) -> int:
    """The number of events behind a rate, `MANY` at the most: the least of no wider exact interval."""
    wide = estimate.upper / estimate.value * (1 + 2e-9)
    return next((k for k in range(1, MANY) if _widest(k, estimate.level) <= wide), MANY)


@cache
def _widest(events: int, level: float) -> float:
    """Upper exact Poisson limit over the rate, at `events` events (Garwood 1936)."""
    from scipy.stats import chi2

    return float(chi2.ppf((1 + level) / 2, 2 * (events + 1)) / 2 / events) * (1 + 1e-9)


def _rounded_within(value: float, estimate: Estimate, *, significant: int) -> float:
    """`value` at so many significant digits, and no finer than the reach of `estimate` at as many."""
    value, reach = rounded(value, significant=significant), _reach(estimate)
    if not math.isfinite(value) or not reach:
        return value
    return round(value, significant - 1 - math.floor(math.log10(reach))) + 0.0


def _coarse(estimate: Estimate) -> Estimate:
    keep = digits(estimate.n)
    values = {
        name: _rounded_within(getattr(estimate, name), estimate, significant=keep)
        for name in ("value", "lower", "upper")
    }
    p = NAN if rank_tests.is_exact(estimate) else rounded(estimate.p_value, significant=2)
    n = rank_tests.subjects(estimate)
    return replace(estimate, **values, p_value=p, n=n, given=0)


def _picked(estimate: Estimate, threshold: int, key: str | None) -> Estimate:
    """An order statistic and its limits as cells that `threshold` subjects share; else NaN.

    By lot, cells are as wide as need be for so many that no lot takes them for few.
    """
    if estimate.among is None:
        return replace(estimate, value=NAN)
    few = None if key is None else partial(rounding.rare, key=key, threshold=threshold)
    most = threshold if key is None else rounding.never_rare(threshold)
    cell = partial(order.printed, among=estimate.among, threshold=most, few=few)
    value, lower, upper = cell(estimate.value), NAN, NAN
    spread = estimate.method == "quartiles"  # no interval: nothing to keep wide
    least = levels.ends(estimate.level) + 1
    if estimate.among.own:
        least = max(4 * threshold, 0 if spread else levels.quarters(estimate.level))
    if estimate.n >= least and not math.isnan(value):
        down, up = (order.MIDDLE,) * 2 if spread else (order.LOWER, order.UPPER)
        lower, upper = cell(estimate.lower, part=down), cell(estimate.upper, part=up)
        gone = [x for x in (lower, upper) if math.isnan(x)]
        lower, upper = (NAN, NAN) if gone else (lower, upper)
    p = NAN if rank_tests.is_exact(estimate) else rounded(estimate.p_value, significant=2)
    n = rank_tests.subjects(estimate)
    return replace(estimate, value=value, lower=lower, upper=upper, p_value=p, n=n, given=0)
