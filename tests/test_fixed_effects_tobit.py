"""The block-wise fit against the same model with every subject's columns written out."""

import numpy as np
import pytest

from helpers.analyse import censored
from helpers.analyse.fixed_effects_tobit import Rows, fit
from helpers.errors import AnalysisError


def drawn(seed, subjects=9, visits=6):
    """Falling levels of subjects who differ, a third of them below the limit; some visits missed."""
    random = np.random.default_rng(seed)
    subject, time = (
        np.repeat(np.arange(subjects), visits),
        np.tile(np.arange(visits) * 5.0, subjects),
    )
    start, rate = random.normal(1, 0.5, subjects), random.normal(0.06, 0.015, subjects)
    y = start[subject] - rate[subject] * time + random.normal(0, 0.1, len(time))
    below = y < -0.3
    kept = (random.random(len(y)) < 0.9) | (time < 10)
    return np.where(below, -0.3, y)[kept], time[kept], subject[kept], below[kept]


def written_out(y, columns, below):
    """`tobit_regression` of all columns: name -> (value, standard error)."""
    found = censored.tobit_regression(y, columns, below)
    return {k: (e.value, (e.upper - e.value) / 1.959963984540054) for k, e in found.items()}


@pytest.mark.parametrize("seed", range(8))
def test_levels_and_slopes_of_each_are_those_of_the_whole_design(seed):
    y, time, subject, below = drawn(seed)
    columns = {
        (s, name): np.where(subject == s, column, 0.0)
        for s in range(9)
        for name, column in (("level", 1.0), ("slope", time))
    }
    expected = written_out(y, columns, below)
    own = np.column_stack([np.ones(len(y)), time])
    found, common, covariance, sigma = fit(Rows(y, own, np.empty((len(y), 0)), subject, below))
    for s in range(9):
        assert found[s, 0] == pytest.approx(expected[s, "level"][0], rel=1e-9)
        assert found[s, 1] == pytest.approx(expected[s, "slope"][0], rel=1e-9)
    assert (common.shape, covariance.shape) == ((0,), (0, 0))
    assert 0.03 < sigma < 0.15  # drawn with 0.1


@pytest.mark.parametrize("seed", range(8))
def test_a_common_slope_and_its_error_are_those_of_the_whole_design(seed):
    y, time, subject, below = drawn(seed)
    columns = {s: (subject == s).astype(float) for s in range(9)}
    value, error = written_out(y, {**columns, "time": time, "square": time**2}, below)["time"]
    common = np.column_stack([time, time**2])
    _, found, covariance, _ = fit(Rows(y, np.ones((len(y), 1)), common, subject, below))
    assert found[0] == pytest.approx(value, rel=1e-7)
    assert np.sqrt(covariance[0, 0]) == pytest.approx(error, rel=1e-7)


def test_without_censoring_a_common_slope_is_that_of_the_centred_values():
    y, time, subject, _ = drawn(3)
    centre = lambda v: v - (np.bincount(subject, v) / np.bincount(subject))[subject]  # noqa: E731
    expected = centre(time) @ centre(y) / (centre(time) @ centre(time))
    rows = Rows(y, np.ones((len(y), 1)), time[:, None], subject, np.zeros(len(y), bool))
    assert fit(rows)[1][0] == pytest.approx(expected, rel=1e-10)


def test_a_column_that_does_not_vary_within_subjects_is_refused():
    y, _, subject, below = drawn(1)
    rows = Rows(y, np.ones((len(y), 1)), (subject > 4).astype(float)[:, None], subject, below)
    with pytest.raises(AnalysisError, match="vary within subjects"):
        fit(rows)
