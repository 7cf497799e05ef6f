"""The next trial on paper: beliefs, endpoints, face value, and plans from a study's own numbers."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers import context, disclosure, results
from helpers.analyse.estimate import Estimate
from helpers.literate import next_printed, next_stem, planning, report, rows
from helpers.literate.next_aait import added_cells, planned_aait
from helpers.literate.outcome import About, Result, Results
from helpers.literate.run import published_study
from helpers.literate.split import only_split
from helpers.literate.trial import Trial
from helpers.present import crossed
from helpers.results import Record
from helpers.study import load_study


@pytest.fixture(scope="module")
def added():
    return added_cells(report("aait"))


@pytest.fixture(scope="module")
def trial(added):
    return planned_aait(report("aait"), added)


@pytest.fixture(scope="module")
def plan():
    return next_stem.endpoints(report("hucmsc"))


@pytest.fixture(scope="module")
def split():
    return only_split(report("hucmsc"), "response-rates", arms=("Low dose", "Control"),
                      third="High dose")  # fmt: skip


@pytest.fixture(scope="module")
def mine():
    with published_study("actg175") as folder:
        return Trial(load_study(folder, check=False))


def test_what_is_left_is_the_printed_rise_less_the_yardstick(added):
    assert added.results()["left"].value == 207.5 - 10.5 - 164
    low, high = np.quantile(added.narrow, (0.025, 0.975))
    narrow = added.results()["belief.narrow"].estimate
    assert narrow.lower == pytest.approx(low, abs=2)  # of 400 points
    assert narrow.upper == pytest.approx(high, abs=2)
    assert added.better()["narrow"].value == pytest.approx((added.narrow > 0).mean(), abs=0.003)


def test_the_chance_of_success_stops_at_the_belief_that_the_cells_add_anything(added, trial):
    for name, ceiling in added.better().items():
        endless = trial.success(name, 500_000).value
        assert trial.success(name, 100).value < endless
        assert endless == pytest.approx(ceiling.value, abs=0.01)


def test_the_planned_size_has_the_planned_power_and_no_smaller_one_has(trial):
    size = trial.size
    assert trial.success("left", size).value >= 0.9 > trial.success("left", size - 1).value


def test_nothing_left_needs_no_number_but_the_word(trial):
    moved = trial._moved("words", trial._alone(-3, 80), "high")
    assert math.isnan(moved.value)
    assert moved.about.text == "none would do"


def test_the_mean_of_late_counts_needs_the_patients_that_its_spread_asks_for(plan):
    treated, control = plan.arms(plan.model(), plan.rise.value, plan.seed)
    y = np.concatenate([a[1][:, 2:].mean(axis=1) for a in (treated, control)])
    x = np.column_stack([np.ones(len(y)), np.repeat([1, 0], len(y) // 2),
                         np.concatenate([treated[0], control[0]])])  # fmt: skip
    fit, (rss,), *_ = np.linalg.lstsq(x, y, rcond=None)
    ratio = (1.959964 + 1.281552) * math.sqrt(rss / (len(y) - 3)) / fit[1]
    found, respond = plan.needed("mean")
    assert found.value == pytest.approx(2 * ratio**2, abs=2)
    assert math.isnan(respond)


def test_a_true_rise_that_so_many_find_needs_so_many(plan):
    found = plan.seen_with(60)["90"].value
    assert plan.needed("mean", found)[0].value == pytest.approx(60, abs=1)


def test_who_is_counted_no_more_often_is_found_no_different(plan):
    found = plan.counted_more((), (100,))["100"].value
    more = plan.counted_more((4.0, 8.0), (100,))["100"].value
    assert found < 0.07 < 0.15 < more


def test_the_face_value_succeeds_less_often_than_planned(split):
    face = next_printed.face_value(split)
    sure = next_printed.sure_of(split, int(face["naive"]))
    doubt = next_printed.doubted(split, int(face["naive"]))
    assert 0.9 > sure["sure"].value > doubt["half.sure"].value > doubt["quarter.sure"].value
    assert sure["ceiling"].value > doubt["quarter.ceiling"].value


def test_fifty_an_arm_find_what_statsmodels_says():
    from statsmodels.stats.power import TTestIndPower

    found = next_printed.can_find("NCT05939167")
    assert found["arm"].value == 50
    d = TTestIndPower().solve_power(nobs1=50, power=0.8, alpha=0.05)
    assert found["detects"].value == pytest.approx(d, rel=1e-5)  # that counts the wrong tail


@pytest.mark.proves("helpers.literate.next_printed:of_more")
def test_twelve_of_twenty_are_no_more_than_six_in_ten():
    found = next_printed.of_more(12, 12, 20)
    assert (found["told"].value, found["treated"].value) == (1.0, 0.6)
    assert found["silent"].value == pytest.approx(0.4)
    assert math.isnan(found["silent"].estimate.lower)  # they are no sample of anything


def test_a_map_has_a_row_a_combination_and_a_dash_where_nothing_is_told():
    rows = [Record(key=f"g.{k}.{cv}", label="simulated", arm=f"CV {cv}", value=v, digits=0)
            for k, cv, v in (("need", 1, 129.0), ("need", 2, 326.0), ("control", 2, 5.0))]  # fmt: skip
    found = crossed.map_frame(rows, choose={"arm": "CV"}, told={"need": "N", "control": "C"})
    expected = pd.DataFrame({"CV": ["CV 1", "CV 2"], "N": ["129", "326"], "C": ["–", "5"]})
    pd.testing.assert_frame_equal(found, expected)


def test_a_map_tells_what_keys_of_several_words_hold_and_refuses_a_part_that_no_key_has():
    rows = [Record(key=f"a.worst-rank.{n}", label="simulated", arm=f"{n}", value=v, digits=0)
            for n, v in ((50, 4.0), (100, 65.0))]  # fmt: skip
    found = crossed.map_frame(rows, choose={"arm": "n"}, told={"worst-rank": "Dead below"})
    assert list(found["Dead below"]) == ["4", "65"]
    with pytest.raises(ValueError, match=r"expected parts of \['worst-rank'\], found \['worst r"):
        crossed.map_frame(rows, choose={"arm": "n"}, told={"worst rank": "Dead below"})


# ---------------------------------------------------------------- one study's own numbers


def gap(value, error, n=40, arms=2):
    half = error * stats.t.ppf(0.975, n - arms - 1)
    found = Estimate("ancova", "adjusted mean difference", value, value - half, value + half, n=n)
    return Results({"new": Result(found, About(arm="New", comparator="Old"))})


SPREAD = Result(Estimate("ancova residual", "standard deviation", 50.0, n=40), About(unit="cells"))


def test_a_confirmation_takes_what_statsmodels_says_and_half_takes_four_times_that():
    from statsmodels.stats.power import TTestIndPower

    found = planning.confirming(gap(-20, 15), SPREAD)
    for name, part in (("need.new", 1), ("half.new", 0.5)):
        peer = TTestIndPower().solve_power(part * 20 / 50, power=0.9, alpha=0.05)
        assert found[name].value == math.ceil(peer)


def test_the_standard_error_behind_an_interval_is_found_again():
    assert planning._error(gap(20, 15)["new"], 2) == pytest.approx(15)
    sure = planning.confirming(gap(20, 0.01), SPREAD)["sure.new"].value
    assert sure == pytest.approx(0.9, abs=0.01)  # an estimate without error: power
    assert planning.confirming(gap(20, 25), SPREAD)["sure.new"].value < 0.75


def test_a_plan_is_without_the_number_of_patients_that_an_edition_withholds(monkeypatch):
    # n of two arms together is no sum of what stands beside it under the plan's own name
    named = planning.confirming(gap(20, 15), SPREAD)
    records = [result.record(key) for key, result in named.items()]
    hidden = [results.identity(r) + disclosure.N_ALONE for r in records if r.n]
    here = replace(context.published_context(), hidden=hidden)
    monkeypatch.setattr(rows, "current_context", lambda: here)
    again = planning.confirming(gap(20, 15), SPREAD)
    assert hidden
    assert [r.value for r in again.values()] == [r.value for r in named.values()]
    assert not any(result.record(key).n for key, result in again.items())


def test_what_is_held_back_is_not_planned_from():
    hidden = Results({"new": Result(Estimate("ancova", "adjusted mean difference", math.nan),
                                    About(arm="New"))})  # fmt: skip
    plan = planning.confirming(hidden, SPREAD)
    assert all(math.isnan(r.value) for r in plan.values())
    assert planning.unseen_harm(plan) == {}
    assert planning.success_curves(hidden, SPREAD, plan) == {}
    no_spread = Result(replace(SPREAD.estimate, value=math.nan), SPREAD.about)
    assert all(math.isnan(r.value) for r in planning.over_effects(no_spread).values())


def test_no_difference_is_found_by_no_number():
    assert math.isnan(planning.if_part(gap(0, 1)["new"], SPREAD)["100"].value)


def test_events_grow_with_the_square_of_the_logarithm():
    ratios = Results({"x": Result(Estimate("cox", "hazard ratio", 0.5, n=40), About(arm="New"))})
    found = planning.events(ratios)
    assert (found["need.x"].value, found["half.x"].value) == (88, 350)
    never = Results({"x": Result(Estimate("cox", "hazard ratio", math.inf), About())})
    assert all(math.isnan(r.value) for r in planning.events(never).values())


def test_a_study_s_own_plan_rests_on_its_own_spread(mine):
    from helpers.analyse import design

    change = mine.measure("cd4").changes()
    spread = change.apply(design.adjusted_sd, of=("CHG", "BASE", "ARM"))[""]
    gaps = planning.differences(change)
    assert len(gaps) == 3
    assert {r.about.label for r in planning.confirming(gaps, spread).values()} == {"observed"}


def test_one_visit_is_worth_one_count(mine):
    found = planning.worth_of_visits(mine.measure("cd4"))
    assert found["share.1"].value == 1
