"""Gray's test: values of R are in test_trials_reference; here what it must do of itself."""

import numpy as np
import pytest

from helpers.analyse.gray import gray_test
from helpers.errors import AnalysisError

RANDOM = np.random.default_rng(5)
TIME = RANDOM.integers(1, 15, 90)
CAUSE = RANDOM.integers(0, 3, 90)
ARM = RANDOM.choice(["a", "b", "c"], 90)


@pytest.mark.proves("helpers.analyse.gray:gray_test")
def test_the_order_of_rows_and_the_names_of_arms_change_nothing():
    found = gray_test(TIME, CAUSE, ARM, of=1)
    renamed = np.array([{"a": "z", "b": "x", "c": "y"}[a] for a in ARM])
    order = RANDOM.permutation(90)
    again = gray_test(TIME[order], CAUSE[order], renamed[order], of=1)
    assert again.value == pytest.approx(found.value, rel=1e-10)


def test_the_size_is_kept_where_nothing_differs():
    p = []
    for _ in range(300):
        time, cause = RANDOM.exponential(1, 80).round(1) + 0.1, RANDOM.integers(0, 3, 80)
        p.append(gray_test(time, cause, np.arange(80) % 2, of=1).p_value)
    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.09  # 3 standard errors about 0.05


def test_one_stratum_for_all_is_no_stratum():
    plain = gray_test(TIME, CAUSE, ARM, of=2)
    assert gray_test(TIME, CAUSE, ARM, of=2, stratum=["all"] * 90).value == plain.value


@pytest.mark.parametrize(("cause", "arm"), [(CAUSE * 0, ARM), (CAUSE, ["a"] * 90)])
def test_nothing_to_compare_is_said(cause, arm):
    with pytest.raises(AnalysisError, match="gray_test"):
        gray_test(TIME, cause, arm, of=1)
