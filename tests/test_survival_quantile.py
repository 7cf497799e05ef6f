"""Quartiles of a curve: R is in test_trials_reference; here where survival is exactly the share."""

import math

import pytest

from helpers.analyse.survival import median_survival, survival_quantile
from helpers.errors import AnalysisError

TIME, EVENT = [2, 4, 6, 9], [1, 1, 1, 1]  # survival is 1/2 from 4 to 6


@pytest.mark.parametrize(("convention", "expected"), [("first", 4), ("r", 5), ("sas", 5)])
def test_the_middle_of_a_flat_stretch_is_a_convention(convention, expected):
    assert median_survival(TIME, EVENT, convention=convention).value == expected


@pytest.mark.parametrize(("convention", "expected"), [("first", 4), ("r", 6.5), ("sas", math.inf)])
def test_a_stretch_to_the_end_is_a_convention(convention, expected):
    assert median_survival(TIME, [1, 1, 0, 0], convention=convention).value == expected


@pytest.mark.proves("helpers.analyse.survival:survival_quantile")
def test_elsewhere_conventions_agree():
    found = {
        survival_quantile(TIME, EVENT, q=0.6, convention=c).value for c in ("first", "r", "sas")
    }
    assert found == {6}


def test_an_unknown_convention_is_refused():
    with pytest.raises(AnalysisError, match="first"):
        median_survival(TIME, EVENT, convention="R")
