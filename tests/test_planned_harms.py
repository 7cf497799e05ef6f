"""Risk differences within planned strata: against counts by hand, and against R's veteran as a trial."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from helpers.analyse import stratified_tables
from helpers.analyse.two_proportions import newcombe_difference as newcombe
from helpers.config import Analysis
from helpers.derive import frames
from helpers.literate import planned_harms
from helpers.literate.trial import Trial
from helpers.study import load_study
from test_planned_times import r_value

STUDY = load_study(Path(__file__).parents[1] / "data" / "hucmsc")


def events(study=STUDY, hidden=False, **said):
    config = replace(study.config, analysis=Analysis(**said), show_subjects=not hidden)
    return Trial(replace(study, config=config)).events()


@pytest.mark.proves("helpers.analyse.stratified_tables:common_difference")
def test_patients_with_any_event_are_counted_within_strata():
    found = planned_harms.stratified_differences(events(strata=("SEX",)))["any-event.high-dose"]
    had = set(frames.treatment_emergent(STUDY)["USUBJID"])
    adsl = STUDY.adsl.assign(HAD=STUDY.adsl["USUBJID"].isin(had), ARM=STUDY.adsl["ARM"].astype(str))
    counts = adsl.groupby(["ARM", "SEX"])["HAD"].agg(["sum", "size"])
    high, base = counts.loc["High dose"], counts.loc[STUDY.reference]
    expected = stratified_tables.common_difference(
        high["sum"], high["size"], base["sum"], base["size"]
    )
    assert (found.value, found.estimate.lower) == pytest.approx((expected.value, expected.lower))
    assert found.about.parameter == "Any event, stratified by SEX"
    assert found.about.comparator == STUDY.reference


def test_deaths_of_rs_veteran_as_adverse_events_agree_with_r():
    rows = pd.read_csv(Path(__file__).parent / "reference" / "trials_data.csv")
    rows = rows[rows["dataset"] == "veteran"].reset_index(drop=True)
    names = {"control": STUDY.reference, "test": "High dose"}
    arms = pd.Categorical(rows["arm"].map(names), categories=list(names.values()))
    adsl = pd.DataFrame({"USUBJID": rows.index.astype(str), "ARM": arms, "CELL": rows["stratum"]})
    dead = adsl[rows["event"] == 1]
    adae = STUDY.adae.iloc[[0] * len(dead)].reset_index(drop=True)
    adae = adae.assign(USUBJID=dead["USUBJID"].to_numpy(), ARM=dead["ARM"].to_numpy(), TRTEMFL=True)
    mine = events(replace(STUDY, adsl=adsl, adae=adae), strata=("CELL",))
    gap = planned_harms.stratified_differences(mine)["any-event.high-dose"]
    test = planned_harms.stratified_tests(mine)["any-event.high-dose"]
    assert gap.value == pytest.approx(r_value("common_difference", "veteran"), rel=1e-8)
    assert gap.p_value == pytest.approx(
        r_value("common_difference", "veteran", "p_value"), rel=1e-8
    )
    assert test.value == pytest.approx(r_value("mantel_haenszel", "veteran"), rel=1e-8)
    assert test.p_value == pytest.approx(r_value("mantel_haenszel", "veteran", "p_value"), rel=1e-8)


def test_only_planned_arms_are_compared_and_no_small_stratum_of_hidden_patients():
    found = planned_harms.stratified_tests(events(strata=("SEX",), comparisons=("High dose",)))
    assert {r.about.arm for r in found.values()} == {"High dose"}
    small = STUDY.adsl.assign(SMALL=["rare" if i < 6 else "other" for i in range(len(STUDY.adsl))])
    study = replace(STUDY, adsl=small)
    assert planned_harms.stratified_differences(events(study, strata=("SMALL",)))
    assert not planned_harms.stratified_differences(events(study, hidden=True, strata=("SMALL",)))


def test_what_nobody_had_has_no_difference_within_strata():
    """A difference of 0 (0 to 0) would say that arms without an event are surely alike."""
    none = STUDY.adae.assign(AESEV="MILD", AESER="N")
    mine = events(replace(STUDY, adae=none), strata=("SEX",))
    kinds = {result.about.parameter for result in mine.kinds().against_reference(newcombe).values()}
    assert "Any severe event" in kinds
    found = planned_harms.stratified_differences(mine)
    assert not any("severe" in row or "serious" in row for row in found)
    assert "any-mild-event.high-dose" in found
