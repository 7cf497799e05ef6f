"""The known closed forms behind the derived counts, to 1e-12: Fisher and Clopper-Pearson."""

from fractions import Fraction
from math import comb

import pytest

from helpers.analyse.proportions import clopper_pearson
from helpers.analyse.two_proportions import fisher
from helpers.possible import batched

TABLES = [(23, 24, 17, 24), (0, 12, 3, 12), (5, 9, 2, 14), (40, 72, 31, 60), (7, 7, 0, 7)]
COUNTS = [(17, 24), (23, 24), (1, 12), (0, 12), (12, 12), (150, 300), (1, 2139)]


def hypergeometric_p(x1, n1, x2, n2):
    """Add all tables with these margins that are no more likely, in exact fractions."""
    total = x1 + x2
    ways = {
        x: comb(n1, x) * comb(n2, total - x) for x in range(max(0, total - n2), min(n1, total) + 1)
    }
    less = sum(w for w in ways.values() if w <= ways[x1])
    return float(Fraction(less, comb(n1 + n2, total)))


@pytest.mark.parametrize("table", TABLES)
def test_both_fishers_are_the_sum_of_hypergeometric_terms(table):
    expected = hypergeometric_p(*table)
    x1, n1, x2, n2 = table
    assert fisher(*table).p_value == pytest.approx(expected, rel=1e-12)
    assert batched.fisher(x1, x2, sizes=(n1, n2)) == pytest.approx(expected, rel=1e-12)


def tail(counts, n, p):
    """Probability of these counts among n, in exact fractions."""
    p = Fraction(p)
    return float(sum(comb(n, x) * p**x * (1 - p) ** (n - x) for x in counts))


@pytest.mark.proves("helpers.analyse.proportions:clopper_pearson")
@pytest.mark.parametrize(("x", "n"), COUNTS)
def test_clopper_pearson_limits_leave_exactly_a_fortieth_beyond(x, n):
    found = clopper_pearson(x, n)
    if x > 0:
        assert 1 - tail(range(x), n, found.lower) == pytest.approx(0.025, rel=1e-12)
    if x < n:
        assert tail(range(x + 1), n, found.upper) == pytest.approx(0.025, rel=1e-12)


@pytest.mark.parametrize("n", [1, 12, 24, 48, 300])
def test_clopper_pearson_of_none_and_all_is_a_root_of_a_fortieth(n):
    none, every = clopper_pearson(0, n), clopper_pearson(n, n)
    assert (none.lower, every.upper) == (0.0, 1.0)
    assert none.upper == pytest.approx(1 - 0.025 ** (1 / n), rel=1e-12)
    assert every.lower == pytest.approx(0.025 ** (1 / n), rel=1e-12)
