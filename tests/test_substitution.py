"""Substituted values against numerical integration, drawing patients, and what cannot differ."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from helpers.analyse import paired, substitution
from helpers.errors import AnalysisError

MARKER = {"median": 7.0, "fall": 0.6, "log_sd": 0.9}


def mean_log(limit, median, log_sd, put_in):
    """The mean of the substituted log by numerical integration."""
    normal = stats.norm(math.log(median), log_sd)
    edge = math.log(limit)
    seen = integrate.quad(lambda x: x * normal.pdf(x), edge, edge + 15, epsabs=1e-12)[0]
    return seen + normal.cdf(edge) * (edge + math.log(put_in))


@pytest.mark.proves("helpers.analyse.substitution:substituted_ratio")
@pytest.mark.parametrize("put_in", [1, 0.5, 0.1])
@pytest.mark.parametrize("limit", [0.5, 2.0, 8.0])
def test_the_ratio_it_tends_to_is_that_of_the_integrals(limit, put_in):
    means = [mean_log(limit, m, 0.9, put_in) for m in (7.0 * 0.6, 7.0)]
    found = substitution.substituted_ratio(limit, **MARKER, put_in=put_in)
    assert found.value == pytest.approx(math.exp(means[0] - means[1]), rel=1e-8)


def test_with_everything_seen_the_ratio_is_the_truth_and_with_nothing_it_is_one():
    assert substitution.substituted_ratio(1e-9, **MARKER, put_in=1).value == pytest.approx(0.6)
    assert substitution.substituted_ratio(1e9, **MARKER, put_in=0.5).value == pytest.approx(1)


@pytest.mark.proves("helpers.analyse.substitution:share_below")
def test_half_of_the_values_lie_below_a_limit_at_the_median():
    assert substitution.share_below(7, median=7, log_sd=0.4) == pytest.approx(0.5)
    assert substitution.share_below(7, median=7 * math.exp(0.4), log_sd=0.4) == pytest.approx(
        stats.norm.cdf(-1)
    )


def performance(limit, *, fall, n=12, trials=4000):
    return substitution.substitution_performance(
        limit, median=7.0, fall=fall, person_log_sd=0.8, within_log_sd=0.35, put_in=1, n=n,
        trials=trials, seed=6,
    )  # fmt: skip


def test_with_everything_seen_the_interval_covers_and_the_test_keeps_its_level():
    covers = performance(1e-9, fall=0.6)["coverage"]
    assert covers.lower < 0.95 < covers.upper
    alarms = performance(1e-9, fall=1.0)["rejected"]
    assert alarms.lower < 0.05 < alarms.upper


def test_substitution_loses_the_truth_and_keeps_the_level():
    assert performance(4.0, fall=0.6)["coverage"].upper < 0.8
    assert performance(4.0, fall=1.0)["rejected"].lower < 0.055


def test_one_trial_is_the_paired_t_test_of_what_was_put_in():
    random = np.random.default_rng(6)
    person = 0.8 * random.standard_normal((1, 12, 1))
    level = np.log(7) + person + 0.35 * random.standard_normal((1, 12, 2))
    level[..., 1] += np.log(0.6)
    seen = np.maximum(level, np.log(4))[0]
    expected = paired.mean_change(seen[:, 1] - seen[:, 0])
    found = performance(4.0, fall=0.6, trials=1)
    assert found["coverage"].value == (expected.lower <= np.log(0.6) <= expected.upper)
    assert found["rejected"].value == (expected.p_value <= 0.05)


def test_trials_in_which_nothing_is_seen_find_nothing():
    found = performance(1e9, fall=0.6, trials=50)
    assert (found["coverage"].value, found["rejected"].value) == (0, 0)


def test_a_limit_of_zero_is_an_error():
    with pytest.raises(AnalysisError, match="limit"):
        substitution.substituted_ratio(0, **MARKER, put_in=1)
