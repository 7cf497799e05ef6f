"""False responses: listing all patterns, the plain model at the ends, simulated persons."""

import math
from itertools import product

import numpy as np
import pytest
from scipy import integrate, stats

from helpers.analyse.false_response import ever_confirmed_probability, ever_crossing_correlated
from helpers.analyse.threshold_crossing import ever_crossing_probability
from helpers.errors import AnalysisError


@pytest.mark.parametrize(("cv", "visits"), [(0.166, 1), (0.25, 5), (0.137, 8)])
def test_one_visit_or_no_correlation_is_the_plain_model(cv, visits):
    plain = ever_crossing_probability(cv=cv, rise=0.3, visits=visits).value
    same = {"cv": cv, "rise": 0.3, "visits": visits}
    assert ever_confirmed_probability(**same, running=1).value == pytest.approx(plain, abs=1e-9)
    assert ever_crossing_correlated(**same, correlation=0).value == pytest.approx(plain, abs=1e-8)


@pytest.mark.proves("helpers.analyse.false_response:ever_confirmed_probability")
@pytest.mark.parametrize(("visits", "running"), [(2, 2), (5, 2), (5, 3), (4, 4)])
def test_a_confirmed_rise_is_that_of_all_patterns_listed(visits, running):
    sd, rise = math.sqrt(math.log1p(0.2**2)), math.log(1.3)

    def given(z):
        p = stats.norm.sf(z + rise / sd)
        patterns = product((0, 1), repeat=visits)
        return sum(
            math.prod(p if x else 1 - p for x in way)
            for way in patterns
            if "1" * running in "".join(map(str, way))
        )

    exact, _ = integrate.quad(lambda z: given(z) * stats.norm.pdf(z), -9, 9, epsabs=1e-11)
    found = ever_confirmed_probability(cv=0.2, rise=0.3, visits=visits, running=running)
    assert found.value == pytest.approx(exact, abs=1e-8)


@pytest.mark.parametrize("correlation", [0.3, 0.7])
def test_one_visit_of_correlated_errors_has_a_closed_form(correlation):
    sd = math.sqrt(math.log1p(0.2**2))
    expected = stats.norm.sf(math.log(1.3) / (sd * math.sqrt(2 * (1 - correlation))))
    found = ever_crossing_correlated(cv=0.2, rise=0.3, visits=1, correlation=correlation)
    assert found.value == pytest.approx(expected, abs=1e-8)


@pytest.mark.proves("helpers.analyse.false_response:ever_crossing_correlated")
def test_simulated_persons_with_autoregressive_errors_cross_as_often():
    random, draws, rho = np.random.default_rng(3), 400_000, 0.5
    z = [random.standard_normal(draws)]
    for _ in range(5):
        z.append(rho * z[-1] + math.sqrt(1 - rho**2) * random.standard_normal(draws))
    limit = math.log(1.3) / math.sqrt(math.log1p(0.25**2))
    crossed = (np.array(z[1:]) - z[0] >= limit).any(axis=0).mean()
    found = ever_crossing_correlated(cv=0.25, rise=0.3, visits=5, correlation=rho).value
    assert found == pytest.approx(crossed, abs=4 * math.sqrt(crossed * (1 - crossed) / draws))


def test_asking_for_more_visits_running_lets_fewer_through():
    shares = [
        ever_confirmed_probability(cv=0.25, rise=0.3, visits=6, running=k).value
        for k in (1, 2, 3, 6)
    ]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize(
    ("function", "bad", "message"),
    [
        (ever_confirmed_probability, {"visits": 0}, "visits: expected a whole number from 1"),
        (ever_confirmed_probability, {"running": 6}, "from 1 to 5"),
        (ever_confirmed_probability, {"rise": -1}, "rise"),
        (ever_crossing_correlated, {"correlation": 1}, "0 to below 1"),
        (ever_crossing_correlated, {"correlation": 0.1, "visits": 1.5}, "whole number"),
    ],
)
def test_impossible_models_are_refused(function, bad, message):
    with pytest.raises(AnalysisError, match=message):
        function(**{"cv": 0.2, "rise": 0.3, "visits": 5, **bad})
