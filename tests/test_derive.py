"""Derived frames against hand-made data whose answer is plain."""

import numpy as np
import pandas as pd
import pytest

from helpers import derive
from helpers.config import Arm, Endpoint, Parameter, StudyConfig, Visits
from helpers.errors import AnalysisError
from helpers.study import Study

ARMS = ["Old", "New"]


def make_study(adlb=(), adtte=(), adae=()):
    subjects = pd.DataFrame({"USUBJID": ["a", "b", "c"], "ARM": ["Old", "New", "New"]})
    subjects["ARM"] = pd.Categorical(subjects["ARM"], categories=ARMS, ordered=True)
    config = StudyConfig(
        id="s", title="S", short="S", design="randomised",
        arms=(Arm(("O",), "Old", reference=True), Arm(("N",), "New")),
        visits=Visits("week", 0.0, 48.0),
        parameters={"cd4": Parameter("cd4", "CD4", "CD4", "cells/µL")},
        endpoints={"end": Endpoint("end", "END", "End", "week", "response", 96.0)},
    )  # fmt: skip

    def table(rows, columns):
        frame = pd.DataFrame(rows, columns=columns)
        return frame.merge(subjects, on="USUBJID") if len(frame) else None

    lab = table(adlb, ["USUBJID", "PARAMCD", "AVISITN", "AVAL", "BLQFL"])
    tte = table(adtte, ["USUBJID", "PARAMCD", "AVAL", "CNSR"])
    events = table(adae, ["USUBJID", "AEDECOD", "TRTEMFL"])
    if events is not None:
        events["ARM"] = events["ARM"].astype(pd.CategoricalDtype(ARMS, ordered=True))
    return Study(config, None, subjects, lab, events, tte)


LAB = [
    ("a", "CD4", 0.0, 100.0, False),
    ("a", "CD4", 48.0, 150.0, False),
    ("b", "CD4", 0.0, 200.0, False),
    ("b", "CD4", 12.0, 259.0, False),
    ("b", "CD4", 48.0, 260.0, False),
    ("c", "CD4", 0.0, 50.0, True),
    ("c", "CD4", 12.0, np.nan, False),
]


def test_change_is_later_minus_baseline_for_those_with_both():
    frame = derive.change(make_study(LAB), "cd4", 48.0)
    assert frame[["USUBJID", "CHG"]].values.tolist() == [["a", 50.0], ["b", 60.0]]


def test_change_at_a_visit_nobody_had_names_the_visits():
    with pytest.raises(AnalysisError, match=r"0\.0, 12\.0, 48\.0"):
        derive.change(make_study(LAB), "cd4", 5.0)


def test_missing_values_are_no_visit():
    assert derive.at_visit(make_study(LAB), "cd4", 12.0)["USUBJID"].tolist() == ["b"]


def test_main_visit_falls_back_to_the_last_one_measured():
    early = [row for row in LAB if row[2] < 48]
    assert derive.main_visit(make_study(LAB), "cd4") == 48.0
    assert derive.main_visit(make_study(early), "cd4") == 12.0


def test_first_response_is_the_first_value_at_the_threshold():
    rows = derive.values(make_study(LAB), "cd4")
    out = derive.first_response(rows, rise=0.30, baseline=0.0).set_index("USUBJID")
    assert (out.loc["a", "TIME"], out.loc["a", "EVENT"]) == (48.0, True)
    # 259 is one cell short of 260 = 1.3 x 200
    assert (out.loc["b", "TIME"], out.loc["b", "EVENT"]) == (48.0, True)
    assert "c" not in out.index


def test_event_times_become_the_interval_since_the_visit_before():
    study = make_study(adtte=[("a", "END", 24.0, False), ("b", "END", 12.0, False),
                              ("c", "END", 48.0, True)])  # fmt: skip
    out = derive.intervals(study, "end", visits=[0.0, 12.0, 24.0, 48.0]).set_index("USUBJID")
    assert out.loc["a", ["LEFT", "RIGHT"]].tolist() == [12.0, 24.0]
    assert out.loc["b", ["LEFT", "RIGHT"]].tolist() == [0.0, 12.0]
    assert out.loc["c", ["LEFT", "RIGHT"]].tolist() == [48.0, np.inf]


def test_an_event_at_the_start_has_no_time_before_it():
    study = make_study(adtte=[("a", "END", 0.0, False), ("b", "END", 12.0, False)])
    out = derive.intervals(study, "end", visits=[0.0, 12.0, 24.0]).set_index("USUBJID")
    assert out.loc["a", ["LEFT", "RIGHT"]].tolist() == [0.0, 0.0]


def test_a_subject_with_three_events_counts_once():
    events = [("a", "Rash", True), ("b", "Rash", True), ("b", "Rash", True), ("b", "Rash", True)]
    study = make_study(adae=events)
    out = derive.subjects_with(study.adae, study, ["AEDECOD"]).set_index("ARM")
    assert out.loc["New", ["X", "N", "EVENTS"]].tolist() == [1, 2, 3]
    assert out.loc["Old", ["X", "N", "EVENTS"]].tolist() == [1, 1, 1]


def test_an_arm_without_the_event_stands_in_the_table_with_zero():
    study = make_study(adae=[("a", "Rash", True)])
    out = derive.subjects_with(study.adae, study, ["AEDECOD"]).set_index("ARM")
    assert out.loc["New", ["X", "N"]].tolist() == [0, 2]


def test_events_before_treatment_are_not_treatment_emergent():
    study = make_study(adae=[("a", "Rash", False), ("b", "Rash", True)])
    assert derive.treatment_emergent(study)["USUBJID"].tolist() == ["b"]


def test_words_of_causality_mark_unless_they_deny():
    words = ["Y", "RELATED", "Possible", "N", "Not related", "UNLIKELY", "", "none"]
    events = pd.DataFrame({"AEREL": words})
    assert derive.marked(events, "AEREL").tolist() == [True] * 3 + [False] * 5


def test_flags_read_as_truth_values_mark_as_they_are():
    events = pd.DataFrame({"AESER": [True, False]})
    assert derive.marked(events, "AESER").tolist() == [True, False]
