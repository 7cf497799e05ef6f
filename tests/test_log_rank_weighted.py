"""Weighted log-rank tests: R is in test_trials_reference; here lifelines and what ties them together."""

import numpy as np
import pytest
from lifelines.statistics import multivariate_logrank_test

from helpers.analyse import log_rank
from helpers.errors import AnalysisError

RANDOM = np.random.default_rng(2)
TIME = RANDOM.integers(1, 25, 120)
EVENT = RANDOM.random(120) < 0.7
ARM = RANDOM.choice(["a", "b", "c"], 120)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [({"weights": "gehan"}, {"weightings": "wilcoxon"}),
     ({"weights": "tarone-ware"}, {"weightings": "tarone-ware"}),
     ({"weights": "fleming-harrington", "rho": 1, "gamma": 1},
      {"weightings": "fleming-harrington", "p": 1, "q": 1})],
)  # fmt: skip
def test_as_lifelines(ours, theirs):
    expected = multivariate_logrank_test(TIME, ARM, EVENT, **theirs).test_statistic
    found = log_rank.log_rank_weighted(TIME, EVENT, ARM, **ours)
    assert found.value == pytest.approx(expected, rel=1e-10)


def test_rho_and_gamma_of_0_are_the_log_rank_test():
    found = log_rank.log_rank_weighted(
        TIME, EVENT, ARM, weights="fleming-harrington", rho=0, gamma=0
    )
    assert found.value == pytest.approx(log_rank.log_rank(TIME, EVENT, ARM).value, rel=1e-12)


def test_an_unknown_weight_is_refused():
    with pytest.raises(AnalysisError, match="gehan"):
        log_rank.log_rank_weighted(TIME, EVENT, ARM, weights="wilcoxon")
