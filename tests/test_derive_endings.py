"""How times ended: a study written by hand, with reasons in EVNTDESC and without."""

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from helpers.derive.endings import endings
from helpers.study import load_study

STUDY = load_study(Path(__file__).parents[1] / "data" / "hucmsc")
SIX = STUDY.adsl["USUBJID"].head(6).tolist()
ROWS = pd.DataFrame(
    {"USUBJID": SIX, "ARM": STUDY.adsl["ARM"].head(6), "PARAMCD": "TTRESP",
     "AVAL": [12.0, 24.0, 24.0, 48.0, 96.0, 100.0],
     "CNSR": [False, True, True, True, True, False],
     "EVNTDESC": ["Response", "Lost", "Lost", " ", "End", "Response"]}
)  # fmt: skip


def study(rows):
    return dataclasses.replace(STUDY, adtte=rows)


def test_events_leavers_and_watched_are_told_apart_at_the_horizon():
    found = endings(study(ROWS), "response", horizon=96)
    assert found["USUBJID"].tolist() == SIX
    assert found["EVENT"].tolist() == [True, False, False, False, False, False]
    assert found["LEFT"].tolist() == [False, True, True, True, False, False]
    assert found["REASON"].tolist() == ["", "lost", "lost", "left early", "", ""]
    assert found["TIME"].max() == 96


@pytest.mark.parametrize(("least", "named"), [(2, "lost"), (3, "left early")])
def test_reasons_of_few_are_pooled(least, named):
    found = endings(study(ROWS), "response", horizon=96, few=lambda count: count < least)
    assert found["REASON"][found["LEFT"]].tolist() == [named, named, "left early"]


def test_without_reasons_all_leavers_are_unnamed():
    found = endings(study(ROWS.drop(columns="EVNTDESC")), "response", horizon=96)
    assert set(found["REASON"][found["LEFT"]]) == {"left early"}


def test_nobody_of_the_synthetic_cohort_left_early():
    found = endings(STUDY, "response", horizon=96)
    assert not found["LEFT"].any()
    assert found["EVENT"].sum() == (~STUDY.adtte["CNSR"]).sum()


def test_who_was_alive_when_the_study_ended_has_not_left():
    words = ["Response", "Alive at study end", "Lost", "Study completion", "Cut-off", "Response"]
    found = endings(study(ROWS.assign(EVNTDESC=words)), "response", horizon=96)
    assert found["LEFT"].tolist() == [False, False, True, False, False, False]


def test_a_competing_event_is_no_leaving():
    dead = [False, True, False, False, False, False]
    found = endings(study(ROWS.assign(COMPETING=dead)), "response", horizon=96)
    assert found["COMPETING"].tolist() == dead
    assert found["LEFT"].tolist() == [False, False, True, True, False, False]
