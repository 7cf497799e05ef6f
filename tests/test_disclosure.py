"""What of hidden subjects may be shown: by rule, by brute force over what an attacker can subtract."""

import ast
import dataclasses
import itertools
import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.analyse import censored, paired, proportions, survival
from helpers.analyse.coarse import readable_times
from helpers.analyse.estimate import NAN, Estimate
from helpers.disclosure import (
    FEW,
    UNSHOWN,
    as_shown,
    complement,
    given_away,
    levels,
    order,
    revealing_field,
    rules,
    total_text,
)
from helpers.results import Record

T = 5


def shown(statistic, value, n=0, method="m", **more):
    return rules.shown(Estimate(method, statistic, value, n=n, **more), threshold=T)


@pytest.mark.parametrize("x", range(25))
def test_a_share_is_shown_only_if_nobody_or_five_are_on_either_side(x):
    found = rules.shown(proportions.clopper_pearson(x, 24), threshold=T)
    safe = x in (0, 24) or 5 <= x <= 19
    assert (found.why == "") == safe
    numbers = (found.estimate.value, found.estimate.lower, found.estimate.upper)
    assert safe or all(math.isnan(v) for v in numbers)


@pytest.mark.parametrize(("x", "why"), [(0, ""), (1, FEW), (4, FEW), (5, "")])
def test_a_count_of_one_to_four_is_hidden(x, why):
    assert shown("events", float(x)).why == why
    assert rules.shown(Estimate("m", "events", float(x)), threshold=3).why == (
        FEW if x in (1, 2) else ""
    )


def test_the_complement_of_a_count_is_a_count():
    assert shown("responders", 21.0, n=24).why == FEW
    assert shown("responders", 19.0, n=24).why == ""


@pytest.mark.parametrize(
    ("statistic", "method"), [("maximum", "m"), ("last day", "maximum"), ("x", "y")]
)
def test_extremes_and_unknown_statistics_are_never_shown(statistic, method):
    found = shown(statistic, 365.0, n=10_000, method=method)
    assert found.why == UNSHOWN
    assert math.isnan(found.estimate.value)


def test_a_median_needs_five_on_either_side_and_quartiles_five_in_every_quarter():
    values = np.arange(100.0, 140.0)
    for n in range(1, 40):
        found = rules.shown(paired.quartiles(values[:n]), threshold=T).estimate
        assert math.isnan(found.value) == (n < 10)
        assert math.isnan(found.lower) == (n < 20)


def test_a_rounded_mean_does_not_tell_the_value_of_the_one_who_left():
    # the attacker knows everybody but one, and the published means with and without that one
    rng = np.random.default_rng(1)
    for n in (12, 72, 500):
        values = rng.lognormal(6, 0.4, n)
        kept = [rules.shown(Estimate("m", "mean", v.mean(), n=len(v)), threshold=T).estimate.value
                for v in (values, values[1:])]  # fmt: skip
        guess = n * kept[0] - (n - 1) * kept[1]
        step = 10.0 ** (math.floor(math.log10(kept[0])) + 1 - rules.digits(n))
        assert n * step > values.std()  # the guess is only good to more than the patients' spread
        assert abs(guess - values[0]) <= n * step


@pytest.mark.parametrize("n", [13, 19, 20])
def test_limits_of_a_median_time_have_five_subjects_before_the_first(n):
    # the lower limit is where the band of the curve meets one half: some patient's own time
    time = np.arange(1.0, n + 1)
    found = survival.median_survival(time, np.ones(n, dtype=bool))
    before = int((time <= found.lower).sum())
    kept = rules.shown(found, threshold=T).estimate
    assert math.isnan(kept.lower) == (n < 20)
    assert n < 20 or before >= T
    assert math.isfinite(kept.value)


def test_a_mean_near_zero_is_no_finer_than_its_interval():
    found = shown("mean difference", 3.31, n=12, lower=-138.2, upper=148.7).estimate
    assert (found.value, found.lower, found.upper) == (0.0, -140.0, 150.0)
    ratio = shown("hazard ratio", 0.534, n=27, lower=0.193, upper=38.4).estimate
    assert (ratio.value, ratio.lower, ratio.upper) == (0.53, 0.19, 38.0)
    # who knows all changes but one learns that one to 12 times the last digit at best
    rng = np.random.default_rng(5)
    for _ in range(50):
        changes = rng.normal(0, 100, 12)
        changes -= changes.mean() - rng.uniform(-2, 2)
        kept = rules.shown(paired.mean_change(changes), threshold=T).estimate.value
        assert kept == round(kept)  # not 1.5 of -54 to 57


def test_an_event_rate_is_hidden_by_its_number_of_events():
    for x in range(12):
        rate = proportions.incidence_rate(x, 37.3, n=24)
        assert (rules.shown(rate, threshold=T).why == FEW) == (0 < x < T)
    assert rules._widest(5, 0.95) == pytest.approx(stats.chi2.ppf(0.975, 12) / 10, rel=1e-6)


def test_n_of_a_tiny_group_is_hidden_with_its_mean():
    found = shown("mean", 3.2, n=3)
    assert (found.why, found.estimate.n) == (FEW, 0)


def test_what_counts_no_subject_stays():
    assert shown("markers", 3.0).estimate.value == 3.0
    flips = {"method": "sign flips of patients"}  # of 30 patients: no patients are counted
    assert shown("probability", 0.00412, n=30, **flips).estimate.value == 0.0041
    assert shown("probability", 0.17, n=12, method="turnbull").why == FEW


def test_what_is_missing_is_not_called_hidden():
    assert shown("mean", NAN, n=0).why == ""


def test_a_text_cannot_say_what_the_number_may_not():
    estimate = Estimate("count", "values below the limit", 5.0, n=12)
    assert as_shown(estimate, "0, 5 of 12", None, threshold=T)[1] == "0, 5 of 12"
    assert as_shown(estimate, "2, 3 of 12", None, threshold=T)[1] == ""
    assert as_shown(estimate, "5 (4%)", None, threshold=T)[1] == "5 (4%)"
    quartiles = paired.quartiles(np.arange(30.0, 42.0))
    estimate, text, digits = as_shown(quartiles, "36 [33, 39]", 3, threshold=T)
    assert (estimate.value, text, digits) == (35.0, "", 0)  # the cell from 30 to 40


def test_a_rounded_number_prints_no_more_digits_than_it_has():
    estimate, _, digits = as_shown(Estimate("m", "mean", 0.12345, n=12), "", 3, threshold=T)
    assert (estimate.value, digits) == (0.12, 2)


def record(
    key, value, *, n=24, statistic="proportion", arm="", visit="", comparator="", method="m"
):
    hidden = as_shown(Estimate(method, statistic, value, n=n), "", None, threshold=T)[0]
    value = None if math.isnan(hidden.value) else hidden.value
    text = FEW if value is None else ""
    return Record(key=key, chapter="c", label="derived", study="s", parameter="p", arm=arm, visit=visit,
                  comparator=comparator, method=method, statistic=statistic,
                  value=value, n=n, text=text)  # fmt: skip


def keys(records):
    return {key for _, key in given_away(records, thresholds={"s": T})}


def test_a_contrast_goes_when_one_of_its_arms_is_hidden():
    shares = [record("low", 3 / 24, arm="low"), record("control", 8 / 24, arm="control")]
    contrast = {"statistic": "risk difference", "n": 48, "comparator": "control"}
    assert keys([*shares, record("rd", -5 / 24, arm="low", **contrast)]) == {"rd"}
    assert keys([*shares[1:], record("rd", -5 / 24, arm="low", **contrast)]) == set()


def below_and_means(k, n=12):
    """Records of k of n log values below a limit of 1: their share, and means with 1 and 0.5 put in."""
    logs = np.linspace(0.0, 0.9, n)
    flags = np.arange(n) < k
    at = {"visit": "Week 4", "n": n}
    out = [record("below", k / n, **at)]
    out[0] = dataclasses.replace(out[0], parameter="HIV RNA below the limit")
    for fraction in (1, 0.5):
        mean = censored.substituted_mean(logs, np.where(flags, 0.0, logs), flags, fraction=fraction)
        found = record(f"mean {fraction}", mean.value, statistic="mean", method=mean.method, **at)
        out.append(found)
    return out


@pytest.mark.parametrize("k", range(1, 12))
def test_two_means_do_not_tell_a_hidden_number_below_the_limit(k):
    share, *means = below_and_means(k)
    told = round((means[0].value - means[1].value) / math.log10(2) * 12)
    assert abs(told - k) <= 1  # two significant digits: all but read off
    small = k < T or 12 - k < T
    assert (share.value is None) == small
    assert keys([share, *means]) == ({"mean 1", "mean 0.5"} if small else set())
    elsewhere = dataclasses.replace(share, visit="Week 8")
    assert keys([elsewhere, *means]) == set()


def test_half_lives_with_numbers_put_in_go_where_a_visits_share_is_hidden():
    ways = [
        dataclasses.replace(record(key, 9.0, statistic="half-life"), parameter=key)
        for key in ("Censored", "Limit put in", "Half the limit put in")
    ]
    for seen, gone in ((10, {"Limit put in", "Half the limit put in"}), (6, set())):
        assert keys([record("seen", seen / 12, n=12, visit="Day 30"), *ways]) == gone


def test_a_comparison_with_an_arm_too_small_to_show_goes_too():
    means = [
        record("tiny", 9.0, n=3, arm="high", statistic="mean difference"),
        record("control", 2.0, n=20, arm="control", statistic="mean difference"),
    ]
    more = {"n": 23, "statistic": "adjusted mean difference", "comparator": "control"}
    contrast = record("tiny against control", 7.0, arm="high", **more)
    other = record("low against control", 1.0, arm="low", **more)
    hidden = dataclasses.replace(means[0], n=None)  # as a page keeps it
    assert keys([hidden, means[1], contrast, other]) == {"tiny against control"}


def test_another_studys_records_are_left_alone():
    arms = [record("low", 3 / 24, arm="low"), record("total", 11 / 48, n=48)]
    assert given_away(arms, thresholds={"other": T}) == set()


def test_no_step_of_a_curve_that_remains_is_one_to_four_subjects():
    rng = np.random.default_rng(7)
    for _ in range(200):
        steps = rng.integers(0, 7, 6)
        gone = np.cumsum(steps)
        n = int(gone[-1] + rng.integers(0, 30))
        curve = [record(f"s{i}", 1 - g / n, n=n, statistic="survival", visit=f"Week {12 * i + 12}")
                 for i, g in enumerate(gone)]  # fmt: skip
        risk = [record(f"r{i}", float(n - g), n=0, statistic="number at risk", visit=f"{12 * i}")
                for i, g in enumerate([0, *gone[:-1]])]  # fmt: skip
        records = curve + risk
        away = keys(records)
        left = sorted(  # all subtractions an attacker can make between neighbours
            [round(n * (1 - r.value)) for r in curve if r.value is not None and r.key not in away]
            + [round(n - r.value) for r in risk if r.value is not None and r.key not in away]
        )
        assert all(b - a == 0 or b - a >= T for a, b in itertools.pairwise([0, *left]))


def test_the_last_visit_is_kept_where_it_can_be():
    gone = [4, 8, 12, 16]
    curve = [
        record(f"s{i}", 1 - g / 40, n=40, statistic="survival", visit=str(i + 1))
        for i, g in enumerate(gone)
    ]
    assert keys(curve) == {"s2"}  # 8 and 16 remain; 4 is hidden by itself


def test_shares_of_a_curve_stand_before_its_numbers_at_risk():
    # 3 of 212 are censored by week 12: 106 had it, 109 are gone
    share = record("share", 1 - 106 / 212, n=212, statistic="survival", visit="Week 12")
    risk = record("risk", 103, n=0, statistic="number at risk", visit="Week 12")
    start = record("start", 212, n=0, statistic="number at risk", visit="Baseline")
    assert keys([share, risk, start]) == {"risk"}


def test_no_two_numbers_left_of_a_curve_are_one_to_four_subjects_apart():
    random, n = np.random.default_rng(3), 60
    for _ in range(200):
        had = np.sort(random.integers(0, n + 1, 5))
        gone = np.minimum(had + random.integers(0, 9, 5), n)  # the censored are gone as well
        curve = [record(f"s{i}", 1 - h / n, n=n, statistic="survival", visit=f"Week {i + 1}")
                 for i, h in enumerate(had)]  # fmt: skip
        risk = [record(f"r{i}", n - g, n=0, statistic="number at risk", visit=f"Week {i + 1}")
                for i, g in enumerate(gone)]  # fmt: skip
        start = record("r", n, n=0, statistic="number at risk", visit="Baseline")
        away = keys([*curve, *risk, start])
        seen = {r.key for r in [*curve, *risk] if r.value is not None and r.key not in away}
        left = {0, *(int(h) for i, h in enumerate(had) if f"s{i}" in seen),
                *(int(g) for i, g in enumerate(gone) if f"r{i}" in seen)}  # fmt: skip
        assert all(b - a >= T for a, b in itertools.pairwise(sorted(left)))


def test_readable_times_show_no_group_of_fewer_than_five():
    rng = np.random.default_rng(3)
    for n in (8, 40, 300):
        time, event = rng.exponential(50, n).round(1), rng.random(n) < 0.6
        among = np.linspace(0, 100, 61)
        kept = readable_times(time, event, among=among, least=T)
        events = [int(event[time <= t].sum()) for t in kept]
        left = [int((time < t).sum()) for t in kept]
        assert all(n - x == 0 or n - x >= T for x in [*events, *left])
        for counts in (events, left):
            assert all(b - a == 0 or b - a >= T for a, b in itertools.pairwise([0, *counts]))
        assert readable_times(time, event, among=among, least=1) == sorted(among)


def test_every_statistic_that_an_estimator_names_is_in_the_vocabulary():
    from helpers.context import ROOT

    unknown = {}
    for path in (ROOT / "src/helpers/analyse").glob("*.py"):
        for call in (
            n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)
        ):
            named = [k.value for k in call.keywords if k.arg == "statistic"]
            if getattr(call.func, "id", "") == "Estimate":
                named += call.args[1:2]
            for node in named:
                if isinstance(node, ast.Constant) and not rules.kind(node.value):
                    unknown[node.value] = path.name
    assert not unknown  # else nothing of it is shown of hidden subjects: add it to rules.KINDS


def test_the_rules_page_lists_every_kind():
    kinds = set(rules.KINDS.values())
    assert kinds == {rules.SUBJECTS, rules.SHARE, rules.CONTRAST, rules.RATE, rules.QUANTILE,
                     rules.EXTREME, rules.AGGREGATE, rules.RANK_TEST, rules.FREE}  # fmt: skip
    assert complement.AT_RISK in rules.KINDS


def test_a_figure_of_hidden_subjects_refuses_their_identifiers(tmp_path):
    import shutil

    import altair as alt

    from helpers.context import ROOT
    from helpers.disclosure import reason_to_hide
    from helpers.errors import ChapterError
    from helpers.present.figure import chart_spec
    from helpers.study import load_study

    for level in ("hidden", "shown"):
        folder = shutil.copytree(ROOT / "data/hucmsc", tmp_path / level)
        toml = (folder / "study.toml").read_text().replace('"shown"', f'"{level}"')
        (folder / "study.toml").write_text(toml)
        study = load_study(folder, check=False)
        rows = pd.DataFrame({"USUBJID": ["HUCMSC-001"], "x": [1.0]})
        chart = alt.Chart(rows).mark_point().encode(x="x:Q")
        datasets = chart_spec(chart)["datasets"].values()
        if level == "hidden":
            with pytest.raises(ChapterError, match="aggregate first"):
                reason_to_hide("k", datasets, [study])
        else:
            assert reason_to_hide("k", datasets, [study]) == ""


@pytest.mark.parametrize(
    ("threshold", "accepted"), [(2, False), (5.5, False), (3, True), (11, True)]
)
def test_the_threshold_is_a_setting_of_three_or_more(threshold, accepted):
    from helpers.config import parse_config

    raw = {"id": "x", "title": "X", "design": "single-arm", "arms": [{"value": "A"}]}
    config, problems = parse_config({**raw, "disclosure": {"threshold": threshold}})
    assert (config is not None) == accepted
    assert accepted or [p.column for p in problems] == ["disclosure.threshold"]
    assert not accepted or (config.least, config.threshold) == (threshold, threshold)
    shown, _ = parse_config({**raw, "subject_level": "shown"})
    assert shown.least == 1


def shares(counts, n=24, **more):
    return [{"value": float(f"{x / n:.6g}"), **more} for x in counts]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (shares([0, 6, 12, 24]), ""),
        (shares([1, 9]), "value"),  # one patient
        (shares([6, 22]), "value"),  # two are left
        (shares([6, 9, 15]), "value"),  # a step of three
        (shares([6, 9, 15], N=24), "value"),
        (shares([6, 15], arm="a") + shares([8, 17], arm="b"), ""),  # 6 and 8 are no step
        (shares([3, 9], n=24, N=11), ""),  # no whole numbers of 11: no shares of patients
        ([{"value": 0.0417, "x": 0.3}, {"value": 0.5, "x": 0.77}], ""),  # a smooth function
        ([{"value": True}, {"value": None}, {"value": "0.04"}], ""),
    ],
)
def test_a_chart_betrays_small_groups_by_its_fractions(rows, found):
    assert revealing_field([rows], sizes=[24, 72], threshold=T) == found


def test_a_figure_of_too_small_steps_gives_way_to_a_sentence(tmp_path):
    import shutil

    import altair as alt

    from helpers.context import ROOT
    from helpers.disclosure import reason_to_hide
    from helpers.present.figure import chart_spec
    from helpers.study import load_study

    folder = shutil.copytree(ROOT / "data/hucmsc", tmp_path / "study")
    toml = (folder / "study.toml").read_text().replace('"shown"', '"hidden"')
    (folder / "study.toml").write_text(toml)
    study = load_study(folder, check=False)
    for counts, hidden in (([0, 2, 9], True), ([0, 8, 16], False)):
        chart = alt.Chart(pd.DataFrame(shares(counts))).mark_point().encode(x="value:Q")
        said = reason_to_hide("k", chart_spec(chart)["datasets"].values(), [study])
        assert ("is not shown" in said) == hidden


def test_a_total_goes_with_the_smallest_of_its_parts():
    sizes = {"a": 20, "b": 20}
    assert total_text({"a": 20, "b": 19}, sizes, threshold=T) == ""  # 39 of 40: one death
    assert total_text({"a": 12, "b": 3}, sizes, threshold=T) == ""  # b is 15 less what a shows
    assert total_text({"a": 12, "b": 0}, sizes, threshold=T) == "12"
    assert total_text({"a": 20, "b": 19}, sizes, threshold=1) == "39"


def test_a_share_of_a_curve_with_censored_subjects_is_rounded():
    found = shown("survival", 15 / 28, n=20, lower=0.296063615, upper=0.7261068)
    assert (found.estimate.value, found.estimate.lower, found.estimate.upper) == (0.54, 0.3, 0.73)
    assert found.why == "rounded"
    assert shown("survival", 11 / 20, n=20, lower=0.296063615).estimate.lower == 0.296063615
    estimate = Estimate("kaplan-meier", "survival", 15 / 28, n=20)
    assert as_shown(estimate, "", 1, threshold=T)[2] == 0  # 54%, not 54.0%


@pytest.mark.parametrize("n", range(6, 22))
@pytest.mark.parametrize("estimator", [paired.median_interval, paired.hodges_lehmann])
def test_no_limit_of_a_median_is_the_least_or_the_largest_value(n, estimator):
    values = 10.0 * np.arange(1, n + 1) + 3  # no cell's end is one of them by chance
    found = estimator(values)
    shown = rules.shown(found, threshold=3).estimate
    least = 17 if estimator is paired.median_interval else levels.ENDS + 1
    assert math.isnan(shown.lower) == (n < least)
    assert not {shown.lower, shown.upper} & {values[0], values[-1]}
    # an interval never gets narrower, and nothing is farther off than a cell is wide
    cell = order.width(found.among, 3)
    assert abs(shown.value - found.value) <= cell / 2
    if n >= least:
        assert found.lower - cell < shown.lower <= found.lower
        assert found.upper < shown.upper <= found.upper + cell


def test_the_middle_of_a_cell_prints_as_it_is():
    values = np.round(np.random.default_rng(5).normal(8.1, 0.8, 62), 1)
    estimate, text, digits = as_shown(paired.quartiles(values), "", None, threshold=T)
    assert not text
    for value in (estimate.value, estimate.lower, estimate.upper):
        assert float(f"{value:.{digits}f}") == pytest.approx(value, abs=1e-12)
    assert float(f"{estimate.value:.1f}") != estimate.value  # the width of the cells is 0.5
