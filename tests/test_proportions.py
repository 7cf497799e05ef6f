"""Proportions, rates and 2 x 2 tables against R (tests/reference), closed forms and brute force."""

from itertools import combinations
from math import comb, sqrt

import numpy as np
import pytest

from helpers.analyse import proportions, two_proportions
from helpers.errors import AnalysisError
from r_values import as_in_r, datasets

ONE = ["clopper_pearson", "wilson", "jeffreys", "bayes_upper"]
TWO = [
    "fisher",
    "fisher_mid_p",
    "newcombe_difference",
    "miettinen_nurminen_difference",
    "boschloo",
    "barnard",
]
TABLES = [(23, 24, 17, 24), (0, 12, 3, 12), (12, 12, 0, 12), (0, 12, 0, 12), (1, 1, 0, 1)]


@pytest.mark.parametrize(("name", "counts"), [(f, d) for f in ONE for d in datasets(f)])
def test_one_proportion_agrees_with_r(name, counts):
    x, n = map(int, counts.split("/"))
    assert as_in_r(getattr(proportions, name)(x, n), name, counts)


@pytest.mark.proves(
    "helpers.analyse.two_proportions:fisher",
    "helpers.analyse.two_proportions:fisher_mid_p",
    "helpers.analyse.two_proportions:newcombe_difference",
    "helpers.analyse.two_proportions:miettinen_nurminen_difference",
    "helpers.analyse.two_proportions:boschloo",
    "helpers.analyse.two_proportions:barnard",
)
@pytest.mark.parametrize(("name", "counts"), [(f, d) for f in TWO for d in datasets(f)])
def test_two_proportions_agree_with_r(name, counts):
    assert as_in_r(getattr(proportions, name)(*map(int, counts.split())), name, counts)


@pytest.mark.proves("helpers.analyse.proportions:incidence_rate")
@pytest.mark.parametrize("events", [0, 1, 5])
def test_incidence_rate_agrees_with_r(events):
    assert as_in_r(proportions.incidence_rate(events, 10.5), "incidence_rate", str(events))


def test_clopper_pearson_covers_at_least_its_level_everywhere():
    n = 12
    limits = [proportions.clopper_pearson(x, n) for x in range(n + 1)]
    for p in np.linspace(0.001, 0.999, 333):
        covered = [x for x in range(n + 1) if limits[x].lower <= p <= limits[x].upper]
        assert sum(comb(n, x) * p**x * (1 - p) ** (n - x) for x in covered) >= 0.95


@pytest.mark.proves(
    "helpers.analyse.proportions:zero_event_upper",
    "helpers.analyse.proportions:rule_of_three",
)
@pytest.mark.parametrize("n", [1, 3, 12, 24, 48, 300])
def test_no_event_in_n_has_probability_5_percent_at_its_upper_limit(n):
    upper = proportions.zero_event_upper(n).upper
    assert (1 - upper) ** n == pytest.approx(0.05, rel=1e-12)
    assert upper < proportions.rule_of_three(n).upper


@pytest.mark.proves("helpers.analyse.proportions:patients_to_exclude")
@pytest.mark.parametrize("rate", [0.1, 0.05, 0.01, 0.001])
def test_patients_to_exclude_is_the_first_n_that_would_show_an_event_in_95_percent(rate):
    first = next(n for n in range(1, 10_000) if (1 - rate) ** n < 0.05)
    assert proportions.patients_to_exclude(rate).value == first


@pytest.mark.proves("helpers.analyse.proportions:bayes_upper")
def test_uniform_prior_without_events_has_a_power_function_for_posterior():
    # posterior beta(1, n + 1): P(p > u) = (1 - u)^(n + 1)
    assert proportions.bayes_upper(0, 12).upper == pytest.approx(1 - 0.05 ** (1 / 13), rel=1e-12)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("name", ["newcombe_difference", "miettinen_nurminen_difference"])
def test_exchanging_the_groups_turns_the_interval_round(name, table):
    one = getattr(proportions, name)(*table)
    other = getattr(proportions, name)(*table[2:], *table[:2])
    assert (one.lower, one.upper) == pytest.approx((-other.upper, -other.lower), abs=1e-12)
    assert -1 <= one.lower <= one.value <= one.upper <= 1


def test_score_interval_of_no_event_in_both_groups_is_closed_form():
    z2 = 1.959963984540054**2 * 24 / 23
    found = proportions.miettinen_nurminen_difference(0, 12, 0, 12)
    assert found.upper == pytest.approx(z2 / (12 + z2), rel=1e-10)


def test_score_interval_of_equal_groups_is_symmetric():
    found = proportions.miettinen_nurminen_difference(5, 10, 5, 10)
    assert found.lower == pytest.approx(-found.upper, abs=1e-12)


def test_score_limits_are_where_the_likelihood_ratio_search_puts_the_nuisance_proportion():
    x1, n1, x2, n2 = 2, 3, 1, 4
    delta = proportions.miettinen_nurminen_difference(x1, n1, x2, n2).lower
    p2 = np.linspace(max(0, -delta), min(1, 1 - delta), 2_000_001)[1:-1]
    p1 = p2 + delta
    score = x1 * np.log(p1) + (n1 - x1) * np.log(1 - p1) + x2 * np.log(p2)
    best = np.argmax(score + (n2 - x2) * np.log(1 - p2))
    variance = p1[best] * (1 - p1[best]) / n1 + p2[best] * (1 - p2[best]) / n2
    z = (x1 / n1 - x2 / n2 - delta) / sqrt(variance * 7 / 6)
    assert z == pytest.approx(1.959963984540054, abs=1e-5)


def test_fisher_counts_every_way_to_deal_out_the_events():
    n1, n2, events = 4, 5, 4
    table = {}
    for dealt in combinations(range(n1 + n2), events):
        x1 = sum(i < n1 for i in dealt)
        table[x1] = table.get(x1, 0) + 1
    for x1, ways in table.items():
        expected = sum(w for w in table.values() if w <= ways) / comb(n1 + n2, events)
        assert proportions.fisher(x1, n1, events - x1, n2).p_value == pytest.approx(expected)


@pytest.mark.parametrize("name", ["fisher", "fisher_mid_p", "boschloo", "barnard"])
def test_nothing_is_tested_when_nobody_has_an_event(name):
    assert getattr(proportions, name)(0, 12, 0, 24).p_value == 1.0


def test_probabilities_of_fisher_tables_do_not_overflow_at_large_counts():
    _, probability = two_proportions.fisher_probabilities(1000, 1500, 1500)
    expected = comb(1500, 500) ** 2 / comb(3000, 1000)
    assert probability[500] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("x", "n"), [(13, 12), (-1, 12), (1.5, 12), (0, 0)])
def test_impossible_counts_are_refused_with_what_was_found(x, n):
    with pytest.raises(AnalysisError, match=f"found x = {x}, n = {n}"):
        proportions.clopper_pearson(x, n)


def test_a_level_in_per_cent_is_refused():
    with pytest.raises(AnalysisError, match="never per cent"):
        proportions.wilson(1, 12, level=95)


def test_an_estimate_names_its_maker():
    found = proportions.newcombe_difference(23, 24, 17, 24)
    assert found.source == "helpers.analyse.two_proportions:newcombe_difference"
    assert (found.method, found.statistic, found.n) == ("newcombe", "risk difference", 48)
