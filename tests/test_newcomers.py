"""Six trials that came as folders of their own, as their study.toml plan them: every number as in R."""

from pathlib import Path

import pandas as pd
import pytest

from helpers.analyse import log_rank, paired, survival
from helpers.analyse.proportions import clopper_pearson
from helpers.literate import open_study, planned_counts, planned_times
from helpers.literate import planned_changes as planned
from r_values import HERE

CASES = Path(__file__).parent / "cases" / "newcomers"
R = pd.read_csv(HERE / "newcomers.csv")  # made by newcomers.R, the tables by newcomers_export.R
CHANGES, TIMES = ("anorexia", "btheb", "resp"), ("myeloid", "rhdnase", "udca")


def of_changes(trial):
    """The tables of the page of changes, by the names that its cells give them."""
    change, visits = trial.main_measure().changes(), trial.main_measure().changes_by_visit()
    differences = planned.planned_differences(change)
    return {
        "within": change.by("visit", "arm").apply(paired.mean_change, of="CHG"),
        "overall": change.all_arms(), "between": change.against_reference(),
        "planned_test": planned.planned_overall(change),
        "planned_arms": planned.planned_means(change), "planned": differences,
        "planned_together": planned.corrected(change, differences),
        "planned_visits": planned.planned_repeated(visits), "repeated": visits.repeated(),
        "choice": change.choices(),
    }  # fmt: skip


def of_responses(trial):
    """Those of the page of responders."""
    responses = trial.responses()
    exact = planned_counts.planned_tests(responses)
    return {
        "shares": responses.kinds().shares(clopper_pearson),
        "gaps": planned_counts.planned_differences(responses), "exact": exact,
        "together": planned_counts.corrected(responses, exact),
        "within_strata": planned_counts.stratified_differences(responses),
        "strata_tests": planned_counts.stratified_tests(responses),
    }  # fmt: skip


def of_times(trial):
    """Those of the page of times to event."""
    times = trial.times()
    return {
        "quartiles": planned_times.quartiles(times),
        "overall": times.compared(log_rank.log_rank),
        "planned_overall": planned_times.overall_test(times),
        "planned_ratios": planned_times.ratios(times),
        "ratios": times.against_reference(survival.cox),
        "proportional": times.against_reference(survival.cox_ph_check),
        "mean_times": times.against_reference(survival.rmst_difference),
        "adjusted_times": planned_times.mean_times(times),
        "incidence": planned_times.incidences(times),
        "incidences_differ": planned_times.gray_tests(times),
    }  # fmt: skip


def found_in(name):
    """{key: estimate} of every table of a trial's pages."""
    trial = open_study(CASES / name)
    tables = of_times(trial) if name in TIMES else of_changes(trial) | of_responses(trial)
    return {record_key(table, row): result.estimate
            for table, results in tables.items() for row, result in results.items()}  # fmt: skip


def record_key(table, row):
    return f"{table}.{row}".rstrip(".")


@pytest.mark.parametrize("name", [*CHANGES, *TIMES])
def test_every_number_of_a_trial_as_planned_is_r_s(name):
    rows, found = R[R["trial"] == name], found_in(name)
    assert len(rows) > 30
    apart = [
        (row.key, row.field, row.value, getattr(found[row.key], row.field))
        for row in rows.itertuples()
        if getattr(found[row.key], row.field) != pytest.approx(row.value, rel=1e-7, abs=1e-9)
    ]
    assert apart == []


def test_a_stratum_that_is_the_baseline_is_said_to_be_left_out():
    # the status at baseline stratifies and is what the model adjusts for already
    change = open_study(CASES / "resp").main_measure().changes()
    for table in (planned.planned_differences(change), planned.planned_overall(change),
                  planned.planned_means(change)):  # fmt: skip
        assert table.caption == (
            "Not adjusted for BASESTAT, which repeats what the columns before it say."
        )
        assert all(r.about.parameter.endswith("adjusted for SITEID") for r in table.values())


def test_one_page_corrects_a_comparison_once():
    # two families held the same difference: P 0.034 corrected for two pairs, 0.036 for the planned three
    change = open_study(CASES / "anorexia").main_measure().changes()
    alone = planned.corrected(change, change.against_reference())
    assert not alone
    assert "plan compares other pairs" in alone.caption
    assert len(planned.corrected(change, planned.planned_differences(change))) == 3


def test_an_adjusted_mean_has_the_unit_of_what_was_measured():
    change = open_study(CASES / "btheb").main_measure().changes()
    assert {r.about.unit for r in planned.planned_means(change).values()} == {"points"}


def test_a_plan_shows_no_line_of_what_the_study_has_not():
    for name, gone in (("btheb", "log-rank"), ("udca", "mixed model")):
        assert not [k for k, _ in open_study(CASES / name).plan.facts() if gone in k]


def test_of_values_of_two_kinds_no_interval_ends_before_it_begins():
    change = open_study(CASES / "resp").main_measure().changes()
    (found,) = change.choices()["rank-sum-changes"].values()
    assert found.p_value < 0.05
    assert found.estimate.lower != found.estimate.lower  # NaN: it was 5e-324 to -5e-324
    assert found.estimate.method.endswith("every shift rejected")
