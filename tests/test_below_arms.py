"""The shares below a limit, arm against arm, as the counts say."""

from pathlib import Path

import pytest

from helpers.analyse.two_proportions import newcombe_difference
from helpers.literate.trial import Trial
from helpers.study import load_study

STUDY = load_study(Path(__file__).parents[1] / "data" / "hucmsc")


@pytest.fixture
def values():
    return Trial(STUDY).measure("hivrna").log10()


@pytest.mark.proves("helpers.analyse.two_proportions:newcombe_difference")
def test_each_arm_is_compared_with_the_reference_at_the_last_visit(values):
    found = values.below_against_reference()
    last = values.frame[values.frame["VISIT"] == values.frame["VISIT"].max()]
    below = last.groupby("ARM", observed=True)["BLQFL"].agg(["sum", "size"])
    expected = newcombe_difference(*below.loc["Low dose"], *below.loc[STUDY.reference])
    low = found["low-dose"]
    assert (low.value, low.estimate.lower) == pytest.approx((expected.value, expected.lower))
    assert low.about.comparator == STUDY.reference
    assert low.about.unit == "proportion"
    assert list(found) == ["low-dose", "high-dose"]
