"""P and n of a rank or sign test of hidden subjects in, the words that may be printed out; no data.

An exact P of few subjects is a count in disguise. Of 12 changes P = 0.00049 says that all fell, and
P = 0.00098 that all but one did; V says it outright; and an n of those who changed at all, beside
the n of all, is the number of those who did not. So V, that n and the digits of P are never shown,
and P is, on a grid, by a rule on n alone (hiding a count where it is small would tell that it is).

With t the threshold and n all subjects, changed or not:

| test | shown as |
|---|---|
| P, from 2t subjects on | below 0.05 or not: what the interval of the shift tells anyway |
| P, from 4t on | below 0.001, 0.01, 0.05 or not |
| P adjusted for a family of tests, from 5t on | below 0.05 or not |
| share that rose, from 9t on | of all, instead of those who changed |

Why these. For every line of the grid, the numbers of subjects who may have gone against the others
(or stood still) are never all within 1 to t - 1, by enumeration over n (tests/test_disclosure_
rank_tests.py): of 20, P between 0.01 and 0.05 comes with 2 to 9, P between 0.001 and 0.01 with 2 to
8; of 12 the latter would come with 1 to 3 only. An adjusted P cuts the grid finer (0.05 over the
number of tests), hence 5t. A share that is hidden because it is small says "1 to t - 1" itself;
with P of 0.05 or more of 25 subjects that would leave 4 alone. From 9t on so few have P below 0.001
whoever they are, and nothing is added. Source: enumeration; no handbook that we know has a rule.
"""

from __future__ import annotations

from dataclasses import replace

from helpers.analyse.estimate import NAN, Estimate
from helpers.analyse.proportions import clopper_pearson
from helpers.results import Record

ALPHA = 0.05
GRID = (0.001, 0.01, ALPHA)
ONE_LINE, FULL_GRID, ADJUSTED, SHARE = 2, 4, 5, 9  # times the threshold: the least n
EXACT_CORRELATION = 12  # pairs up to which a Spearman P is exact


def p_words(estimate: Estimate, *, threshold: int) -> str:
    """ "P < 0.01" or "P ≥ 0.05" of a rank test, or of a P adjusted for several; "" if neither.

    n is `given` where the test's own n counts only those that changed. The line that the interval of
    the shift tells is 1 - `level`; at another level than 95% it is the only one.
    """
    n, p = subjects(estimate), estimate.p_value
    adjusted, alpha = estimate.statistic == "adjusted p-value", round(1 - estimate.level, 10)
    if not p >= 0 or n < (ADJUSTED if adjusted else ONE_LINE) * threshold:
        return ""
    full = n >= FULL_GRID * threshold and not adjusted and alpha == ALPHA
    above = next((line for line in (GRID if full else (alpha,)) if p < line), None)
    return f"P ≥ {alpha:g}" if above is None else f"P < {above:g}"


def subjects(estimate: Estimate) -> int:
    """All subjects of a test, those without a change too."""
    return estimate.given or estimate.n


def share_of_all(estimate: Estimate, *, threshold: int) -> Estimate | None:
    """The share of a sign test among all its subjects, without P; None where it cannot be shown."""
    n = subjects(estimate)
    if n < SHARE * threshold:
        return None
    rises = round(estimate.value * estimate.n) if estimate.n else 0
    return replace(
        clopper_pearson(rises, n, level=estimate.level), p_value=NAN, source=estimate.source
    )


def is_exact(estimate: Estimate | Record) -> bool:
    """Whether the P beside a shift or a correlation is that of a rank test, to be left out."""
    method = estimate.method
    if method == "spearman":
        return estimate.n <= EXACT_CORRELATION
    ranked = ("hodges-lehmann", "wilcoxon rank-sum")
    return method.startswith(ranked) and not method.endswith("normal approximation")
