"""Patients an arm against power itself, size by size; R's values are in test_reference."""

import math

import pytest

from helpers.analyse import power, sample_size
from helpers.errors import AnalysisError


@pytest.mark.proves("helpers.analyse.sample_size:patients_for_mean")
@pytest.mark.parametrize(("difference", "sd"), [(0.7, 1), (-33, 80), (3, 1)])
def test_one_patient_fewer_would_not_do_for_a_mean(difference, sd):
    n = int(sample_size.patients_for_mean(difference=difference, sd=sd).value)
    at = [power.power_mean(k, k, difference=difference, sd=sd).value for k in (n - 1, n) if k > 1]
    assert at[-1] >= 0.9
    assert all(p < 0.9 for p in at[:-1])


@pytest.mark.proves("helpers.analyse.sample_size:patients_for_fisher")
@pytest.mark.parametrize(
    ("p1", "p2", "wanted"), [(23 / 24, 17 / 24, 0.9), (0.5, 0.1, 0.8), (1, 0.2, 0.9)]
)
def test_no_smaller_size_does_for_fisher(p1, p2, wanted):
    n = int(sample_size.patients_for_fisher(p1, p2, power_wanted=wanted).value)
    powers = [power.power_proportions_fisher(p1, p2, k, k).value for k in range(1, n + 1)]
    assert [k for k, p in enumerate(powers, 1) if p >= wanted] == [n]


def test_the_exact_test_needs_no_fewer_than_the_approximate_one_here():
    for p1, p2 in ((0.9, 0.6), (0.3, 0.1)):
        z_test = sample_size.patients_for_proportions(p1, p2).value
        assert sample_size.patients_for_fisher(p1, p2).value >= z_test


def test_the_fewest_is_found_by_brute_force_too():
    for edge in (2, 3, 7, 64, 65, 1000):
        assert sample_size.fewest(lambda n, edge=edge: n >= edge) == edge
    assert math.isnan(sample_size.fewest(lambda n: False, most=50))
    assert sample_size.fewest(lambda n: n >= 50, most=50) == 50


@pytest.mark.proves("helpers.analyse.sample_size:events_for_hazard_ratio")
def test_events_for_a_hazard_ratio_are_schoenfelds():
    # the usual table: a hazard halved takes 88 events for 90% power, 66 for 80%
    assert sample_size.events_for_hazard_ratio(0.5).value == 88
    assert sample_size.events_for_hazard_ratio(2, power_wanted=0.8).value == 66


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: sample_size.patients_for_mean(difference=0, sd=1), "other than 0, found 0"),
        (lambda: sample_size.patients_for_mean(difference=1, sd=1, power_wanted=0.01), "power"),
        (lambda: sample_size.patients_for_proportions(0.3, 0.3), "two different proportions"),
        (lambda: sample_size.patients_for_proportions(0.3, 1.2), "found 0.3 and 1.2"),
        (lambda: sample_size.events_for_hazard_ratio(1), "not 1, found 1"),
    ],
)
def test_what_has_no_size_is_refused(call, words):
    with pytest.raises(AnalysisError, match=words):
        call()


@pytest.mark.proves("helpers.analyse.sample_size:patients_for_proportions")
@pytest.mark.parametrize(
    ("p1", "p2", "wanted", "alpha", "patients"),  # R 4.2.2, ceiling(power.prop.test()$n)
    [(0.11, 0.07, 0.9, 0.05, 1074), (0.3, 0.2, 0.8, 0.05, 294), (0.95, 0.7, 0.9, 0.025, 56)],
)
def test_patients_for_two_proportions_are_those_of_r(p1, p2, wanted, alpha, patients):
    found = sample_size.patients_for_proportions(p1, p2, power_wanted=wanted, alpha=alpha)
    assert found.value == patients
