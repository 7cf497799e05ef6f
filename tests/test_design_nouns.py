"""The nouns of chapter 1: arm sizes, medians, registry, lists, entry, what arms find, comparisons."""

from itertools import product

import numpy as np
import pytest

from helpers.analyse import power
from helpers.assumptions import assume
from helpers.audit.claims import load_claims
from helpers.errors import ClaimsError
from helpers.literate import (
    arm_sizes,
    checklists,
    comparisons,
    design_charts,
    detectable,
    entry_rule,
    open_study,
    printed_medians,
    registry,
    report,
    timeline,
)  # fmt: skip
from helpers.literate.checklists import checklist
from helpers.literate.split import only_split
from helpers.present.figure import chart_spec
from helpers.published import ROOT

AAIT, HUCMSC = report("aait"), report("hucmsc")
TWO, THIRD = ("Low dose", "Control"), "High dose"
ARMS = detectable.Arms("hucmsc", 24, 17)


@pytest.fixture(scope="module")
def lost():
    return arm_sizes.if_lost(HUCMSC, "response-rates", arms=(*TWO, THIRD), most=1)


def test_arms_add_up_to_all_patients():
    split = only_split(HUCMSC, "response-rates", arms=TWO, third=THIRD)
    ways, arm, responders = arm_sizes.counted(split, third=THIRD)
    assert int(ways) == 1
    assert sum(int(r) for r in arm.values()) == 72
    assert [int(r) for r in responders.values()] == list(split.responders)


def test_every_fit_formats_to_the_printed_percentage():
    fits = arm_sizes.every_fit(HUCMSC, "response-rates", arms=TWO)
    for name, text in (("low-dose", "95.8"), ("control", "70.8")):
        wanted = {
            str(n) for n in range(1, 73) for x in range(n + 1) if f"{100 * x / n:.1f}" == text
        }
        assert set(fits[name]) == wanted


def test_with_one_lost_the_full_split_is_one_of_many(lost):
    assert (24, 24, 24) in lost.splits
    assert int(lost["splits"]) == len(lost.splits) > 1
    assert all(sum(split) == 72 and min(split) >= 12 and max(split) <= 36 for split in lost.splits)
    assert int(lost["control.low"]) == min(b for _, b, _ in lost.splits)


@pytest.mark.proves("helpers.literate.printed_medians:possible_sizes")
def test_half_a_cell_needs_an_even_number_of_patients():
    assert printed_medians.possible_sizes([10.5, 207.5], 12) == [2, 4, 6, 8, 10, 12]
    assert printed_medians.possible_sizes([105.0], 3) == [1, 2, 3]
    found = printed_medians.sizes(AAIT, "cd4-rise", "cd8-rise")
    assert found["sizes"].about.text == "2, 4, 6, 8, 10, 12"
    assert (int(found["tenths"]), int(found["half"]), int(found["at-most"])) == (12, 6, 10)


@pytest.mark.proves("helpers.literate.printed_medians:rise_of",
                    "helpers.literate.printed_medians:left_for_the_rest")  # fmt: skip
def test_what_art_alone_made_is_taken_from_the_rise_end_by_end():
    rise = printed_medians.rise_of(AAIT, "cd4-rise")
    assert rise.value == 207.5 - 10.5
    gain = assume("art-cd4-gain")
    rest = printed_medians.left_for_the_rest(rise, gain)["rest"]
    assert (rest.estimate.lower, rest.estimate.upper) == (197 - gain.high, 197 - gain.low)
    assert rest.about.label == "simulated"


def test_months_of_enrolment_and_follow_up_add_up():
    record = registry.registry_record(HUCMSC)
    dates = record.calendar()
    assert dates["abstract"].value == 34  # May 2013 to March 2016
    assert dates["left-abstract"].value + dates["follow-up"].value == pytest.approx(34)
    assert dates["follow-up"].value == pytest.approx(96 * 7 / (365.25 / 12))
    monthly = record.recruited(dates)
    assert monthly["abstract"].value == pytest.approx(72 / dates["left-abstract"].value)
    assert monthly["literal"].value < monthly["registry"].value < monthly["abstract"].value


def test_the_rule_of_entry_is_shown_as_the_record_has_it():
    record = registry.registry_record(HUCMSC)
    entry = record.entry()
    assert (entry["low"].value, entry["high"].value) == (50, 250)
    assert entry["low"].about.sentence == "ClinicalTrials.gov NCT01213186"
    html = record._repr_mimebundle_()["text/html"]
    assert "continuously" in html
    assert "immune activation endpoint" in html


@pytest.mark.proves("helpers.literate.registry:read_literally")
def test_a_dose_without_exponent_is_read_literally_and_keeps_its_ratio():
    assert registry.read_literally(1.5) == 15
    doses = registry.printed_doses(HUCMSC)
    assert (doses["as-printed"].value, doses["ratio"].value) == (15, 3)


@pytest.mark.proves("helpers.literate.checklists:answered")
def test_answers_are_counted_by_report():
    items = [{"a": {"answer": "yes"}}, {"a": {"answer": "no"}}, {"a": {"answer": "yes"}}]
    assert checklists.answered(items, "a", "yes") == 2


@pytest.mark.parametrize(("name", "size"), [("consort-abstracts", 17), ("inspect-sr", 21)])
def test_a_list_has_all_its_items_and_an_answer_to_each_for_both_reports(name, size):
    found = checklist(name)
    numbers = [item["number"] for item in found.items]
    assert len(set(numbers)) == len(numbers) == size
    counts = found.count()
    for study in ("aait", "hucmsc"):
        assert sum(int(r) for r in counts[study].values()) == size
        for item in found.items:  # silence has no quotation, and is said
            if item[study]["answer"] == "not stated":
                assert item[study]["claim"] == []
            if item[study]["answer"] == "a person must look":
                assert item[study]["note"]


def test_a_check_that_the_abstract_can_not_answer_is_left_to_a_person():
    item = {i["number"]: i for i in checklist("inspect-sr").items}
    assert item["2.1"]["hucmsc"]["answer"] == "a person must look"
    assert item["1.1"]["aait"]["answer"] == "a person must look"


def test_quotations_of_a_list_belong_to_their_report_and_are_shown():
    studies = {claim.id: claim.study for claim in load_claims()}
    for name in ("consort-abstracts", "inspect-sr"):
        found = checklist(name)
        for item, study in product(found.items, ("aait", "hucmsc")):
            assert all(studies[claim] == study for claim in item[study]["claim"])
        assert found.source in found._repr_mimebundle_()["text/plain"]


def test_a_list_with_an_unknown_answer_or_claim_or_name_is_refused(monkeypatch, tmp_path):
    with pytest.raises(ClaimsError, match="expected one of"):
        checklist("no such list")
    text = (ROOT / "data/published/checklists.toml").read_text(encoding="utf-8")
    wrong = text.replace('answer = "stated"', 'answer = "surely"', 1)
    wrong = wrong.replace('claim = ["hucmsc-dates"]', 'claim = ["hucmsc-days"]', 1)
    (tmp_path / "checklists.toml").write_text(wrong, encoding="utf-8")
    monkeypatch.setattr(checklists, "PUBLISHED", tmp_path)
    with pytest.raises(ClaimsError, match="surely") as caught:
        checklist("consort-abstracts")
    assert "hucmsc-days" in str(caught.value)


def test_more_low_counts_invite_less_and_farther_people_more():
    entry = registry.registry_record(HUCMSC).entry()
    rule = entry_rule.asked_by(entry, between=0.35)
    cv, screened = assume("cd4-within-person-cv"), assume("screened-cd4-median")
    rises = rule.by_noise(cv, screened)
    for end in ("low", "typical", "high"):
        values = [rises[f"{end}.{k}"].value for k in (1, 2, 3, 4)]
        assert values == sorted(values, reverse=True)
    far = rule.by_screened(cv, screened)
    assert far["near.2"].value < far["middle.2"].value < far["far.2"].value
    assert far["middle.3"].value == rises["typical.3"].value


def test_a_simulated_screening_shows_the_rise_of_the_recorded_rule():
    rng, cv = np.random.default_rng(1), assume("cd4-within-person-cv")
    error = np.sqrt(np.log1p(cv.value**2))
    true = 200 * np.exp(0.35 * rng.standard_normal((400_000, 1)))
    counts = true * np.exp(error * rng.standard_normal((400_000, 4)))
    low = ((counts[:, :3] > 50) & (counts[:, :3] <= 250)).all(axis=1)
    change = (counts[:, 3] - counts[:, 2])[low]
    rule = entry_rule.EntryRule("hucmsc", 50, 250, 0.35)
    rise = rule.by_noise(cv, assume("screened-cd4-median"))["typical.3"].value
    assert abs(change.mean() - rise) < 4 * change.std() / np.sqrt(len(change))


def test_the_recorded_rule_leaves_an_unchanged_arm_the_rises_of_its_changes():
    rule, cv = entry_rule.EntryRule("hucmsc", 50, 250, 0.35), assume("cd4-within-person-cv")
    found = rule.false_rises(cv, assume("screened-cd4-median"), n=24, seed=1)
    # 13, 7.5, 5.8 and 5.2%: a simulation that is not ours, at the typical noise
    assert [found[f"typical.{k}"].value for k in (1, 2, 3, 4)] == pytest.approx(
        [0.13, 0.075, 0.058, 0.052], abs=0.006
    )
    assert all(found[f"high.{k}"].value > found[f"typical.{k}"].value for k in (1, 2, 3, 4))


def test_selection_below_a_threshold_alone_grows_with_it():
    found = entry_rule.below_alone("aait", (20, 50, 100), cv=0.25, median=300, between=0.7)
    assert list(found) == ["20", "50", "100"]
    assert found["20"].value < found["50"].value < found["100"].value


def test_what_arms_find_has_the_power_that_it_says():
    found = ARMS.means() | ARMS.responses()
    rise = found["response.80"].value / 100
    share = power.power_proportions_fisher(17 / 24 + rise, 17 / 24, 24, 24).value
    assert share == pytest.approx(0.8)
    assert "response.90" not in found  # not even if everybody responds
    assert ARMS.everybody()["missed"].value == pytest.approx(1 - ARMS.everybody()["all"].value)
    assert ARMS.ceiling(found["response.80"]).value == pytest.approx(17 / 24 + rise)


def test_a_plan_that_expects_losses_or_shares_its_level_hopes_for_more():
    found = ARMS.planned(lost=(0, 20), comparisons=2)
    assert found["80.1.0"].value == ARMS.means()["sd.80"].value
    assert found["80.1.0"].value < found["80.1.20"].value < found["80.2.20"].value
    share = power.power_mean(19, 19, difference=found["90.2.20"].value, sd=1, alpha=0.025)
    assert share.value == pytest.approx(0.9)


def test_one_lost_makes_conclusions_better_at_best_and_worse_at_worst(lost):
    found = ARMS.if_lost(lost)
    for key in ("mean", "miss"):
        low, used, high = (found[f"{key}.{end}"].value for end in ("low", "used", "high"))
        assert low <= used <= high
    assert found["rise.high"].about.text == "none"
    assert ARMS.if_rate()["miss.low"].value < ARMS.if_rate()["miss.high"].value


def test_a_significant_rise_is_at_least_the_smallest_significant_one():
    lucky = ARMS.lucky(10, moderate=0.5)
    assert lucky["reported"].value > lucky["least"].value > lucky["truth"].value
    assert lucky["ratio"].value == pytest.approx(lucky["reported"].value / 10)
    assert lucky["mean"].value > 0.5


def test_noise_alone_sets_a_floor_that_grows_with_it():
    floor = ARMS.floor(assume("cd4-within-person-cv"), 200)
    assert floor["80.low"].value < floor["80.typical"].value < floor["80.high"].value
    assert ARMS.log_rank(weeks=(12, 24), seed=1).about.label == "simulated"


@pytest.mark.proves("helpers.literate.comparisons:stated")
def test_the_verdicts_stated_are_statements_of_the_abstract():
    tests = comparisons.stated(HUCMSC, visits=5)
    assert [int(r) for r in tests.values()] == [7, 14, 35]


@pytest.mark.proves("helpers.literate.comparisons:any_dependence")
def test_false_alarms_lie_between_one_test_and_the_sum_of_all():
    tests = comparisons.stated(HUCMSC, visits=5)
    ends = comparisons.any_dependence(tests["printed"])
    chance = comparisons.any_false(tests)["printed"].value
    assert chance == pytest.approx(1 - 0.95**7)
    assert ends["least"].value == 0.05 < chance < ends["most"].value == pytest.approx(0.35)


def test_the_printed_p_survives_as_many_comparisons_as_stay_below_the_level():
    k = int(comparisons.survives(HUCMSC, "response-p"))
    assert k * 0.0045 < 0.05 <= (k + 1) * 0.0045


def test_a_study_offers_each_arm_at_each_visit_of_each_parameter():
    trial = open_study(ROOT / "data/hucmsc")
    found = comparisons.offered(trial)
    visits = trial.seen().frame.query("VISIT > 0").groupby("PARAMETER")["VISIT"].nunique().sum()
    assert int(found["all"]) == 2 * (visits + 1)


@pytest.mark.proves("helpers.literate.timeline:printed_times")
def test_times_are_printed_or_assumed_and_never_both():
    times = timeline.printed_times(AAIT, HUCMSC)
    assert times.printed["hUC-MSC", "visits"] == (0, 48, 96)
    assert times.printed["AAIT", "cell counts"] == (0, 90, 365)
    plan = {"hUC-MSC: visits": assume("hucmsc-visit-weeks")}
    frame = times.points(plan)
    assert (frame["source"] == "reported").sum() == 3
    assert int(times.assumed(plan)) == (frame["source"] == "assumed").sum() == 4
    assert len(chart_spec(times.chart(plan))["vconcat"]) == 2


def test_charts_of_the_essay_draw_what_they_are_given():
    lucky = ARMS.lucky(10, moderate=0.5)
    cv, screened = assume("cd4-within-person-cv"), assume("screened-cd4-median")
    rule = entry_rule.EntryRule("hucmsc", 50, 250, 0.35)
    for chart in (
        design_charts.power_of_fisher(ARMS, ARMS.everybody()),
        design_charts.lucky_trials(ARMS, lucky),
        design_charts.rise_by_selection(rule, rule.by_noise(cv, screened), cv, screened),
    ):
        assert len(chart_spec(chart)["layer"]) >= 4
