"""An imagined panel: the numbers of the estimators under its assumptions, and what needs none."""

import math

import pytest

from helpers.analyse import multiplicity, panel, panel_trials, substitution
from helpers.assumptions import assume
from helpers.literate import cheap_falls, fall_charts, report
from helpers.present.figure import chart_spec


@pytest.fixture(scope="module")
def aait():
    return report("aait")


@pytest.fixture(scope="module")
def imagined(aait):
    return cheap_falls.imagined(aait)


def test_what_twelve_patients_allow_needs_no_assumption(aait):
    found = cheap_falls.paired_tests(aait)
    assert found["smallest-p"].value == 2 / 2**12
    assert found["size"].value == panel.signed_rank_size(12).value
    assert int(found["largest-panel"]) == 0.05 // (2 / 2**12)
    assert found["coin"].value == pytest.approx(0.5, abs=1e-12)


@pytest.mark.proves("helpers.literate.cheap_falls:least_correlation")
def test_the_least_significant_correlation_of_twelve_is_that_of_the_tables(aait):
    found = cheap_falls.least_correlation(aait)
    assert found["needed"].value == pytest.approx(0.587, abs=5e-4)  # Zar 1984, two-sided 5%
    assert math.atanh(found["open"].value) * 3 == pytest.approx(1.95996, abs=1e-5)


@pytest.mark.proves("helpers.literate.cheap_falls:published_spread")
def test_a_coefficient_of_variation_is_that_of_a_log_normal(aait):
    for name, found in cheap_falls.published_spread().items():
        cv = math.sqrt(math.expm1(found.value**2))
        assert cv == pytest.approx(cheap_falls.PUBLISHED_CV[name][0])


@pytest.mark.proves("helpers.literate.cheap_falls:imagined")
def test_the_imagined_panel_is_the_assumed_one(aait):
    found = cheap_falls.imagined(aait)
    assert (found.n, found.size) == (12, len(assume("aait-cytokine-panel").value))
    numbers = found.number()
    ends = int(numbers["fewest"]), int(numbers["most"])
    assert ends == tuple(assume("aait-cytokine-holm").value)
    assert found.detectable()["mid"]["by-itself"].value == pytest.approx(
        math.exp(-math.sqrt(2 / math.pi) * found.within[1])
    )


def test_a_panel_falls_by_itself_at_most_half_of_the_time(imagined):
    found = imagined.without_effect()
    assert found["panel"]["none"].value == pytest.approx(0.5**imagined.size)
    assert found["panel"]["half"].value == pytest.approx(1 / (imagined.size + 1))
    assert all(r.value < 0.5 for r in found.values())


def test_patients_who_entered_high_fall_more_often(imagined):
    high, usual = imagined.entered_high(), imagined.without_effect()
    for end, correlation in imagined.ends.items():
        shift = panel.recovery_shift(12, excess=cheap_falls.EXCESS)
        expected = panel.falls_without_effect(8, correlation=correlation, shift=shift)
        assert high["bad-day"][end].value == expected["probability"].iloc[8]
        assert high["bad-day"][end].value > usual["panel"][end].value


def test_false_alarms_of_a_panel_are_at_most_one_test_times_its_size(imagined):
    found = imagined.false_alarm(0.04)
    expected = multiplicity.expected_false_positives(8, 0.04)["probability"][1]
    assert found["independent"].value == expected
    assert found["at-most"].value == pytest.approx(0.32)


def test_rules_count_the_findings_of_the_same_trials(imagined, monkeypatch):
    monkeypatch.setattr(cheap_falls, "TRIALS", 300)
    found = imagined.rules()
    changes = panel_trials.drawn_changes(
        imagined.log_falls, n=12, within_log_sd=imagined.within[1], correlation=0.0, trials=300,
        seed=imagined.seed,
    )  # fmt: skip
    holm = panel_trials.panel_findings(changes)["holm"]
    assert found["found"]["holm"].estimate == panel_trials.middle_of_trials(holm)
    assert found["alarm"]["lower"].value > found["alarm"]["holm"].value


def test_scenarios_change_one_assumption_each(imagined, monkeypatch):
    monkeypatch.setattr(cheap_falls, "TRIALS", 300)
    found = imagined.scenarios()
    assert len(found) == 2 * len(imagined.cases())
    assert found["no-fall-at-all"]["holm"].value == 0
    assert found["as-assumed"]["alike"].value > found["half-the-fall-log-scale"]["alike"].value
    drawn = chart_spec(fall_charts.after_holm(found), "x")
    assert "no fall, entry on a bad day" in str(drawn["datasets"])


def test_a_true_correlation_reads_larger_where_it_is_found(imagined):
    found = imagined.overstated(0.587)
    for true in ("3", "5"):
        assert found[true]["size"].value > found[true]["true"].value


@pytest.mark.proves("helpers.analyse.substitution:substitution_performance")
def test_substitution_moves_the_ratio_and_keeps_the_level(imagined, monkeypatch):
    monkeypatch.setattr(cheap_falls, "TRIALS", 2_000)
    found = imagined.substituted()
    limit = found["limit"]
    assert limit["few"]["tends"].value < limit["half"]["tends"].value < limit["most"]["tends"].value
    assert limit["half"]["covers"].value < 0.8
    assert limit["half"]["alarms"].value < 0.065
    marker = next(m for m in imagined.markers if m["role"] == "ifng")
    alone = substitution.substitution_performance(
        2 * marker["limit"], median=marker["median"], fall=marker["fall"], n=12, put_in=1.0,
        person_log_sd=marker["log_sd"], within_log_sd=imagined.within[1], trials=2_000,
        seed=imagined.seed,
    )  # fmt: skip
    assert limit["half"]["covers"].estimate == alone["coverage"]


def test_charts_draw_a_curve_a_correlation(imagined):
    for chart in (fall_charts.all_lower(imagined), fall_charts.recovering(imagined)):
        drawn = str(chart_spec(chart, "x")["datasets"])
        assert all(f"correlation {c:g}" in drawn for c in imagined.together)
