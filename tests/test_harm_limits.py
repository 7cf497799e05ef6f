"""What no event leaves open: keys, conditions and counts against closed forms and the binomial."""

import pytest
from scipy import stats

from helpers.analyse import false_alarms
from helpers.analyse.proportions import bayes_upper, clopper_pearson, zero_event_upper
from helpers.literate import harm_charts, report
from helpers.literate.harm_limits import (
    doubled_harms,
    false_alarm,
    patients_needed,
    power_by_risk,
    treated_if_lost,
    watched_groups,
)
from helpers.literate.split import only_split
from helpers.present.figure import chart_spec

ARMS = ("Low dose", "Control")


@pytest.fixture(scope="module")
def split():
    return only_split(report("hucmsc"), "response-rates", arms=ARMS, third="High dose")


@pytest.fixture(scope="module")
def groups(split):
    return watched_groups(report("aait").printed("enrolled", "All"), split)


def test_the_groups_are_all_of_one_trial_and_one_and_two_arms_of_the_other(groups):
    assert groups.sizes == {12: "aait", 24: "hucmsc", 48: "hucmsc"}
    assert groups["all"].about.label == "reported"
    assert groups["treated"].about.label == "derived"


def test_each_limit_has_the_name_it_was_given_whatever_it_takes(groups):
    found = groups.if_none(exact=clopper_pearson, one_sided=zero_event_upper, bayes=bayes_upper)
    assert found["12.exact"].estimate.upper == pytest.approx(1 - 0.025 ** (1 / 12))
    assert found["48.one-sided"].estimate.upper == pytest.approx(1 - 0.05 ** (1 / 48))
    assert found["24.bayes"].estimate.upper == pytest.approx(1 - 0.05 ** (1 / 25))


def test_a_harm_stays_unseen_with_the_probability_of_no_event(groups):
    found = groups.unseen(10, 1)
    assert found["10.12"].value == pytest.approx(0.9**12)
    assert found["1.48"].value == pytest.approx(0.99**48)
    assert patients_needed(10)["10"].value == 29


def test_counts_that_settle_a_risk_are_in_words(groups):
    found = groups.settling(5, 10)
    assert found["5.above.12"].about.text == "3 or more"
    assert found["10.below.12"].about.text == "no count"
    assert found["10.below.48"].about.text == "at most 1"
    assert stats.binom.sf(2, 12, 0.05) < 0.05 < stats.binom.sf(1, 12, 0.05)


def test_one_condition_gives_way_at_a_time(groups):
    found = groups.other_conditions()
    base = 1 - 0.05 ** (1 / 12)
    assert found["watched.0"].value == found["found.0"].value == pytest.approx(base)
    assert found["watched.2"].value == pytest.approx(1 - 0.05 ** (1 / 6))
    assert found["found.2"].value == pytest.approx(2 * base)
    assert found["level.2"].value == pytest.approx(1 - 0.01 ** (1 / 12))
    assert found["prior.1"].value == pytest.approx(stats.beta.ppf(0.95, 0.5, 12.5))


def test_more_or_fewer_may_have_been_treated_where_patients_may_be_lost(split):
    found = treated_if_lost(report("hucmsc"), split, lost=1)
    assert [r.n for r in found.values()] == [36, 48, 60]
    assert found["full"].estimate.upper == zero_event_upper(48).upper


def test_a_doubled_harm_is_missed_as_often_as_it_is_not_shown():
    found = doubled_harms("hucmsc", 24, 10)
    assert found["10.missed"].value == 1 - found["10.doubled"].value
    assert found["10.twice"].value == 0.2
    curve = power_by_risk(24, 10, most=20)
    assert curve["power"].iloc[-1] == found["10.doubled"].value


@pytest.mark.proves("helpers.literate.harm_limits:false_alarm")
def test_a_false_alarm_takes_the_rates_of_a_class_together():
    events = [{"body_system": "A", "rate": 0.2}, {"body_system": "A", "rate": 0.3},
              {"body_system": "B", "rate": 0.1}]  # fmt: skip
    found = false_alarm("hucmsc", events, 10, percents=(100, 200))
    assert found["classes"].value == 2
    risks = [1 - stats.poisson.pmf(0, 1.0), 1 - stats.poisson.pmf(0, 0.2)]
    own = false_alarms.any_interval_excludes_zero(risks, size=10, comparisons=2)
    assert found["200"].value == pytest.approx(own.value)
    assert {r.about.label for r in found.values()} == {"simulated"}


def test_the_curve_marks_the_groups_and_the_needs(groups):
    spec = chart_spec(harm_charts.risk_left_open(groups, patients_needed(10, 5, 1)))
    texts = {row["text"] for rows in spec["datasets"].values() for row in rows if "text" in row}
    assert {"12 patients: 22% open", "below 10%: 29", "below 1%: 299"} <= texts


def test_a_condition_without_the_chapter_s_own_case_has_no_dot(groups):
    base = zero_event_upper(12).upper
    spec = chart_spec(harm_charts.limit_by_condition(groups.other_conditions(), base))
    rows = [r for rows in spec["datasets"].values() for r in rows if "high" in r]
    dots = {r["row"].split(":")[0]: r["value"] for r in rows}
    assert dots["Bayes, prior"] is None
    assert dots["Confidence of the limit"] == pytest.approx(100 * base)


def test_power_curves_carry_the_doubled_risks():
    spec = chart_spec(harm_charts.chance_to_show(doubled_harms("hucmsc", 24, 5, 25), 24))
    marks = [r for rows in spec["datasets"].values() for r in rows if r.get("text") == ""]
    assert [r["risk"] for r in marks] == [10, 50]
