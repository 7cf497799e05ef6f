"""What printed verdicts demand and how far they move a reader, against closed forms and other routes."""

import math

import numpy as np
import pytest
from scipy import stats

from helpers.analyse import (
    compared,
    joint_pattern,
    no_effect_arm,
    significance_pattern,
    threshold_crossing,
    tipping,
)
from helpers.literate import assume, report
from helpers.literate import printed_verdicts as verdicts
from helpers.literate.outcome import Results

PRINTED = verdicts.printed_verdicts(report("hucmsc"))


def within(d, n=24, alpha=0.05):
    """P that a paired t test of n changes with mean d SDs is significant upwards, by scipy."""
    return stats.nct.sf(stats.t.isf(alpha / 2, n - 1), n - 1, d * math.sqrt(n))


@pytest.mark.proves("helpers.analyse.significance_pattern:pattern_probability")
@pytest.mark.proves("helpers.analyse.threshold_crossing:difference_in_significance")
def test_patterns_are_products_of_independent_verdicts():
    d, found = (
        0.6,
        significance_pattern.pattern_probability(n=24, effect=0.6, **PRINTED.printed).value,
    )
    lower = stats.nct.cdf(-stats.t.isf(0.025, 23), 23, d * math.sqrt(24))
    assert found == pytest.approx(within(d, alpha=0.001) ** 2 * (1 - within(d) - lower), rel=1e-6)
    some = threshold_crossing.difference_in_significance(n=24, effect=d, arms=3).value
    yes = within(d) + lower
    assert some == pytest.approx(1 - yes**3 - (1 - yes) ** 3, rel=1e-6)


@pytest.mark.proves("helpers.analyse.joint_pattern:joint_verdict_probability")
def test_without_the_second_statement_the_stories_are_the_closed_form(monkeypatch):
    monkeypatch.setattr(verdicts, "FINAL", 40_000)
    monkeypatch.setattr(verdicts, "SEARCH", 4_000)
    found = PRINTED.stories()
    best = max(
        significance_pattern.pattern_probability(n=24, effect=d, **PRINTED.printed).value
        for d in verdicts.GRID
    )
    assert found["within.alike"].estimate.lower <= best * 1.02
    drawn = joint_pattern.joint_verdict_probability(
        n=24, effects=(0.7,) * 3, among=None, trials=100_000, seed=1, **PRINTED.printed
    )
    exact = significance_pattern.pattern_probability(n=24, effect=0.7, **PRINTED.printed).value
    assert drawn.lower < exact < drawn.upper
    odds = PRINTED.odds(found)
    assert float(odds["within"]) > 10 * float(odds["both"])
    assert float(odds["both.free"]) > float(odds["both"])


def test_what_was_compared_decides_what_the_second_statement_takes_back(monkeypatch):
    monkeypatch.setattr(verdicts, "QUICK", 20_000)
    monkeypatch.setattr(verdicts, "SEARCH", 3_000)
    related = Results(
        {"mid": verdicts.related_counts(PRINTED.report, assume("cd4-within-person-cv"))["mid"]}
    )
    found = PRINTED.odds_by_test(related)
    pairs = PRINTED.odds_by_pairs()
    assert list(found) == ["ancova.mid", "values.mid"]
    ancova, values = (float(r) for r in found.values())
    assert 0.5 < ancova < float(pairs) < values
    shown = (pairs, *found.values())
    assert all(r.estimate.lower < float(r) < r.estimate.upper for r in shown)
    ends = verdicts.least_and_most(*shown)
    assert (float(ends["least"]), float(ends["most"])) == (ancova, values)


@pytest.mark.proves("helpers.analyse.significance_pattern:least_control_share")
@pytest.mark.proves("helpers.analyse.significance_pattern:largest_between_p")
@pytest.mark.proves("helpers.analyse.significance_pattern:significant_change")
@pytest.mark.proves("helpers.analyse.significance_pattern:least_control_share_among")
def test_the_price_is_at_the_edge_of_each_verdict():
    n, price = 24, PRINTED.price()
    treated = significance_pattern.significant_change(n=n, alpha=0.001).value
    assert (
        treated == pytest.approx(stats.t.isf(0.0005, 23) / math.sqrt(24)) == float(price["treated"])
    )
    share = significance_pattern.least_control_share(n=n).value
    t = treated * (1 - share) / math.sqrt(2 / n)
    assert 2 * stats.t.sf(t, 2 * n - 2) == pytest.approx(0.05)
    among = significance_pattern.least_control_share_among(n=n).value
    f = n * np.var([treated, treated, among * treated], ddof=1)
    assert stats.f.sf(f, 2, 3 * n - 3) == pytest.approx(0.05)
    apart = treated - significance_pattern.significant_change(n=n, alpha=0.05).value
    p = 2 * stats.t.sf(apart / math.sqrt(2 / n), 2 * n - 2)
    assert significance_pattern.largest_between_p(n=n).value == pytest.approx(p)
    still = float(price["correlation"])
    at = significance_pattern.least_control_share_among(n=n, test="values", correlation=still).value
    assert at == pytest.approx(0, abs=1e-9)
    assert float(price["p-midway"]) == compared.smallest_pair_p(n=n, alike=False).value


@pytest.mark.proves("helpers.analyse.tipping:tipping_shifts")
def test_a_shift_at_the_tipping_point_puts_an_end_of_the_interval_at_zero():
    point = tipping.tipping_shifts(0.5, 0.3, df=40, missing=3, n=24)
    share = 3 / 24
    for shift in (s for s in (point.lower, point.upper) if math.isfinite(s)):
        error = math.hypot(0.3, shift * math.sqrt(share * (1 - share) / 24))
        end = abs(0.5 + shift * share) - stats.t.isf(0.025, 40) * error
        assert end == pytest.approx(0, abs=1e-9)
    lost = PRINTED.if_lost(2)
    assert {k.split(".")[0] for k in lost} == {"1", "2"}
    assert float(lost["2.near"]) < float(lost["1.near"])


@pytest.mark.proves("helpers.analyse.no_effect_arm:unchanged_readings")
def test_more_noise_makes_two_counts_of_a_patient_less_alike():
    found = verdicts.related_counts(PRINTED.report, assume("cd4-within-person-cv"))
    low, mid, high = (float(found[k]) for k in ("low", "mid", "high"))
    assert low > mid > high
    entry = no_effect_arm.Entry(
        0, 1e9, 200, 0.4
    )  # nobody is selected: the closed form of log-normal pairs
    one, two = no_effect_arm.unchanged_readings(entry, cv=0.2, shape=(200_000,), seed=1)
    v, w = math.log(1 + 0.2**2), 0.4**2
    assert np.corrcoef(np.log(one), np.log(two))[0, 1] == pytest.approx(w / (w + v), abs=0.01)


def test_fewer_patients_and_less_spread_in_control_make_the_price_higher():
    spread, fewer = PRINTED.if_spread_differs(), PRINTED.if_fewer_came()
    assert float(spread["share.low"]) > float(spread["share.mid"]) > float(spread["share.high"])
    assert float(fewer["18"]) > float(fewer["24"])
