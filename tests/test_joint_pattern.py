"""Verdicts within and among arms together: against the exact parts and the non-central F."""

import pytest
from scipy import stats

from helpers.analyse import joint_pattern, significance_pattern
from helpers.errors import AnalysisError

PRINTED = {"alphas": [0.05, 0.001, 0.001], "rises": [False, True, True]}
RUN = {"n": 24, "trials": 100_000, "seed": 11}


@pytest.mark.parametrize("effect", [0.5, 0.7])
def test_verdicts_within_arms_alone_are_the_exact_pattern(effect):
    found = joint_pattern.joint_verdict_probability(
        effects=[effect] * 3, among=None, **PRINTED, **RUN
    )
    exact = significance_pattern.pattern_probability(n=24, effect=effect, **PRINTED).value
    assert found.lower < exact < found.upper


def test_verdict_among_arms_alone_has_the_power_of_the_f_test():
    effects, every = [0.0, 0.5, 0.5], {"alphas": [1e-12] * 3, "rises": [False] * 3}
    found = joint_pattern.joint_verdict_probability(effects=effects, **every, **RUN)
    noncentrality = 24 * 2 / 3 * 0.5**2
    exact = stats.ncf.cdf(stats.f.isf(0.05, 2, 69), 2, 69, noncentrality)
    assert found.lower < exact < found.upper


def test_both_together_are_rarer_than_either():
    effects = {"effects": [0.0, 0.8, 0.8], **PRINTED, **RUN}
    both = joint_pattern.joint_verdict_probability(**effects)
    alone = joint_pattern.joint_verdict_probability(**effects, among=None)
    assert 0 < both.value < alone.value


def test_the_unit_of_the_change_does_not_matter():
    plain = joint_pattern.joint_verdict_probability(effects=[0.3, 0.9, 0.9], **PRINTED, **RUN)
    cells = joint_pattern.joint_verdict_probability(
        effects=[15, 45, 45], sds=[50] * 3, **PRINTED, **RUN
    )
    assert plain.value == cells.value


def test_a_seed_gives_the_same_result_again():
    first, again = (
        joint_pattern.joint_verdict_probability(effects=[0.7] * 3, **PRINTED, **RUN)
        for _ in range(2)
    )
    assert repr(first) == repr(again)  # not ==: a NaN in it is no equal of itself


@pytest.mark.parametrize(
    "wrong", [{"effects": [0.5]}, {"sds": [1, 1]}, {"sds": [1, 0, 1]}, {"n": 1}]
)
def test_ill_matched_arms_are_refused(wrong):
    call = {"effects": [0.5] * 3, **PRINTED, **RUN, **wrong}
    with pytest.raises(AnalysisError):
        joint_pattern.joint_verdict_probability(**call)
