"""An estimate with the words and digits it would print in, the same as hidden subjects allow out.

A page prints a record's `text` in place of its number, so the text is held to the same rules; it
never sees a record.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import replace

from helpers.analyse.estimate import Estimate
from helpers.disclosure import rank_tests, rounding, rules

COUNT = re.compile(r"(?<![\w.,−-])(\d+)(?![\d%]|[.,]\d)")  # a whole number by itself, no percentage


def total_text(counts: Mapping[str, int], sizes: Mapping[str, int], *, threshold: int) -> str:
    """The sum of `counts` (arm -> subjects) as text; "" where it may not be shown.

    A total goes with the smallest of its parts: less the arms that other numbers show it would be
    the arm that they do not. `sizes`: arm -> all its subjects, to whom the rest belongs.
    """
    parts = [n for arm, x in counts.items() for n in (x, sizes[arm] - x)]
    if any(rules.small(n, threshold=threshold) for n in parts):
        return ""
    return f"{sum(counts.values()):,}"


def as_shown(
    estimate: Estimate,
    text: str,
    digits: int | None,
    *,
    threshold: int,
    withheld: bool = False,
    key: str | None = None,
    apart: float = 0.0,
    percent: bool = False,
) -> tuple[Estimate, str, int | None]:
    """`estimate`, `text` and decimals as they may be shown of hidden subjects.

    `withheld`: other records would give this one away, so it goes as if it were too small. The
    text says why a number is missing; a text that tells more than the estimate does is dropped.
    With a `key` counts are rounded by it (`rounding`). `apart`: how far two levels of the scale lie apart
    at the most, where `study.toml` names them. `percent`: whether it is printed as one, as shares are.
    """
    if estimate.among is not None and apart and not estimate.among.own:
        estimate = replace(estimate, among=replace(estimate.among, apart=apart))
    found = rules.shown(estimate, threshold=threshold)
    if key is not None:
        found = _counts_rounded(estimate, _by_lot(estimate, threshold, key), threshold, key)
    of = rules.kind(estimate.statistic, method=estimate.method)
    if withheld and found.why not in (rules.FEW, rules.UNSHOWN):
        left = rules.without_numbers(found.estimate, threshold=threshold)
        found = rules.Shown(left, rules.FEW)
    if found.gone:
        return found.estimate, found.why, digits
    if of == rules.SIGN_TEST:
        return found.estimate, "", digits  # the text counts those that changed
    counts = of in (rules.SUBJECTS, rules.SHARE)
    if counts and (key is not None or _small_count(text, threshold)):
        text = ""
    if found.why == "rounded":
        digits = _decimals(found.estimate, digits, percent=percent or of == rules.SHARE)
        if estimate.method == "quartiles":
            if estimate.among is not None and not estimate.among.base:
                digits = _of_cells(found.estimate, percent=percent)
            text = ""  # it would print the quartiles as they were
    return found.estimate, text, digits


def _by_lot(estimate: Estimate, threshold: int, key: str) -> rules.Shown:
    """As `rules.shown`, by the least n that prints as this one; counts go by a lot of their own."""
    of = rules.kind(estimate.statistic, method=estimate.method)
    if of in (rules.SUBJECTS, rules.SHARE, rules.FREE):
        return rules.shown(estimate, threshold=threshold)
    n, given = (rounding.at_least(x, key) if x else 0 for x in (estimate.n, estimate.given))
    if of == rules.SIGN_TEST:
        least = (given or n) >= rank_tests.SHARE * threshold
        lower = replace(estimate, n=n, given=given)
        return rules.shown(estimate if least else lower, threshold=threshold)
    lower = replace(estimate, n=n, given=given)
    found = rules.shown(lower, threshold=threshold, key=key)
    known = rank_tests.subjects(estimate) if found.estimate.n else 0
    return replace(found, estimate=replace(found.estimate, n=known))


def _counts_rounded(
    estimate: Estimate, found: rules.Shown, threshold: int, key: str
) -> rules.Shown:
    """What `rules` shows, without what two editions would tell together."""
    of = rules.kind(estimate.statistic, method=estimate.method)
    share = of in (rules.SHARE, rules.SIGN_TEST)
    if of == rules.FREE:
        return rules.Shown(rounding.with_n(found.estimate, key), found.why)
    if {estimate.statistic, estimate.method} & set(rounding.MADE_OF_COUNTS):
        left = rules.without_numbers(found.estimate, threshold=threshold)
        found = rules.Shown(left, rules.UNSHOWN)
    if found.gone:
        return rules.Shown(rounding.with_n(found.estimate, key), found.why)
    counts = share or of == rules.SUBJECTS
    if counts and rounding.small(found.estimate, key, share=share, threshold=threshold):
        left = rules.without_numbers(found.estimate, threshold=threshold)
        return rules.Shown(rounding.with_n(left, key), rules.FEW)
    how = {rules.SUBJECTS: rounding.count_of, rules.SHARE: rounding.share_of,
           rules.SIGN_TEST: rounding.share_of, rules.CONTRAST: rounding.contrast_of,
           rules.AGGREGATE: rounding.mean_of,
           rules.RATE: rounding.rate_of}.get(of, rounding.with_n)  # fmt: skip
    how = rounding.ratio_of if estimate.statistic in rounding.RATIOS else how
    how = rounding.p_of if estimate.statistic in rounding.P_VALUES else how
    if estimate.statistic in rounding.TESTS:
        left = rounding.test_of(found.estimate, key)
        return rules.Shown(left, rounding.p_words(left.p_value) or rules.UNSHOWN)
    left = how(found.estimate, key)
    if math.isnan(left.value) and not math.isnan(found.estimate.value):
        return rules.Shown(rounding.with_n(left, key), rules.UNSHOWN)
    return rules.Shown(left, "rounded")


def _small_count(text: str, threshold: int) -> bool:
    return any(rules.small(int(x), threshold=threshold) for x in COUNT.findall(text))


def _decimals(estimate: Estimate, digits: int | None, *, percent: bool) -> int | None:
    """No more decimals than the rounded value has, `percent` where it is printed as one."""
    value = rules.scale(estimate)
    if not math.isfinite(value) or value == 0:
        return digits
    most = rules.digits(estimate.n) - 1 - math.floor(math.log10(value)) - 2 * percent
    most = max(0, most)
    return most if digits is None else min(digits, most)


def _of_cells(estimate: Estimate, *, percent: bool) -> int:
    """All decimals of the middles of cells, four at most: 8.25 that prints as 8.3 is no cell's middle."""
    ends = (estimate.value, estimate.lower, estimate.upper)
    texts = (f"{x:.4f}".rstrip("0") for x in ends if math.isfinite(x))
    return max(0, max(len(text.partition(".")[2]) for text in texts) - 2 * percent)
