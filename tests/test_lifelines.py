"""What chapter 6 takes from lifelines itself, against R's survival package."""

import pandas as pd
import pytest
from lifelines import KaplanMeierFitter
from lifelines.statistics import logrank_test
from lifelines.utils import restricted_mean_survival_time

from r_values import HERE, R

DATA = pd.read_csv(HERE / "survival.csv")


def patients(dataset, arm):
    """Times and events of one arm of a stored data set."""
    rows = DATA[(DATA.dataset == dataset) & (DATA.arm == arm)]
    return rows.time, rows.event


@pytest.mark.proves("lifelines.statistics:logrank_test")
@pytest.mark.parametrize("arm", ["low", "high"])
def test_its_log_rank_test_is_that_of_survdiff(arm):
    (t1, e1), (t2, e2) = patients("visits", arm), patients("visits", "control")
    found = logrank_test(t1, t2, e1, e2)
    expected = R["log_rank_pairwise", f"visits {arm}", "value"]
    assert found.test_statistic == pytest.approx(expected, rel=1e-8)


@pytest.mark.proves("lifelines.utils:restricted_mean_survival_time")
@pytest.mark.parametrize("arm", ["control", "low", "high"])
def test_its_restricted_mean_is_that_of_survfit(arm):
    fit = KaplanMeierFitter().fit(*patients("visits", arm))
    found = restricted_mean_survival_time(fit, t=R["rmst", f"visits {arm}", "horizon"])
    assert found == pytest.approx(R["rmst", f"visits {arm}", "value"], rel=1e-8)
