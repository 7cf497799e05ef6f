"""Intervals of percentages, changes and rates: against R, statsmodels and closed forms; spoiled ones."""

import math
from dataclasses import replace

import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.rates import confint_poisson

from helpers.audit.change import check_change
from helpers.audit.event_rates import check_rates, event_intervals
from helpers.audit.model import Arm, Report, Result, Trial
from helpers.audit.share_intervals import check_share_intervals, share_interval
from true_reports.run import accused

ARMS = (Arm("a", "A", 24), Arm("b", "B", 24, True))
# R 4.2.2: prop.test(x, n), and confint.default of glm(cbind(x, n - x) ~ 1, binomial), epsilon = 1e-15
CORRECTED = [
    (3, 24, 0.0328527222634, 0.3346108846114), (17, 24, 0.487524292318, 0.865617642905),
    (0, 12, 0.0, 0.301254039082), (61, 577, 0.0824146140133, 0.1344176693938),
    (30, 30, 0.858679520318, 1.0),
]  # fmt: skip
LOGIT = [(3, 24, 0.0408701623832, 0.3238369461076), (61, 577, 0.0831269943795, 0.1335571911648)]
# R 4.2.2: poisson.test(x, 123.4)
POISSON = [
    (0, 0.0, 0.0298936746687), (3, 0.00501355042865, 0.07104759375804),
    (11, 0.0444988684541, 0.1594978809830), (40, 0.231576875541, 0.441399083987),
]  # fmt: skip
OURS = {"normal": "Wald", "agresti_coull": "Agresti-Coull", "beta": "Clopper-Pearson",
        "wilson": "Wilson", "jeffreys": "Jeffreys, both tails"}  # fmt: skip


def report(result, arms=ARMS, **more):
    return Report("x", arms=arms, results=(result,), **more)


@pytest.mark.proves("helpers.audit.share_intervals:share_interval")
@pytest.mark.parametrize("method", OURS)
@pytest.mark.parametrize(("x", "n"), [(0, 12), (1, 7), (3, 24), (17, 24), (30, 30), (61, 577)])
def test_intervals_of_a_percentage_are_those_of_statsmodels(method, x, n):
    expected = proportion_confint(x, n, alpha=0.1, method=method)
    found = share_interval(OURS[method], x, n, 0.9)
    assert any(ends == pytest.approx(expected, abs=1e-9) for ends in found)


def test_intervals_corrected_for_continuity_and_of_the_logit_are_those_of_r():
    for name, values in (("Wilson corrected for continuity", CORRECTED), ("logit", LOGIT)):
        for x, n, low, high in values:
            assert share_interval(name, x, n, 0.95)[0] == pytest.approx((low, high), abs=1e-9)


def interval(low, high, percent=("70.8%", "12.5%"), **more):
    pairs = ((low, high), ("2.7%", "32.4%"))
    return Result("r", "percent", ("a", "b"), percent=percent, intervals=pairs, **more)


@pytest.mark.parametrize(
    ("low", "high", "verdict", "named"),
    [
        ("48.9%", "87.4%", "compatible", "Clopper-Pearson"),  # R: binom.test(17, 24)
        ("50.8%", "85.1%", "compatible", "Wilson"),  # R: prop.test(17, 24, correct = FALSE)
        ("48.8%", "86.6%", "compatible", "Wilson corrected for continuity"),
        ("50.9%", "85.1%", "questioned", ""),
        ("48.9%", "84.7%", "questioned", ""),
        ("72%", "85%", "impossible", ""),
    ],
)
def test_an_interval_that_no_usual_method_prints_is_questioned(low, high, verdict, named):
    result = interval(low, high)
    (check,) = check_share_intervals(result, report(result))
    assert check.verdict == verdict
    assert any(named in reading for reading in check.readings) == bool(named)


def test_an_interval_of_a_count_is_reproduced_and_a_model_s_is_not_checkable():
    counted = interval("48.9%", "87.4%", count=("17", "3"))
    assert check_share_intervals(counted, report(counted))[0].verdict == "reproduced"
    odd = interval("44.0%", "90.1%")
    clusters = report(odd, trial=Trial("cluster-randomised"))
    adjusted = replace(odd, adjusted=True)
    for result, whole in ((odd, clusters), (adjusted, report(adjusted))):
        assert check_share_intervals(result, whole)[0].verdict == "not checkable"


@pytest.mark.proves("helpers.audit.change:check_change")
def test_the_interval_of_a_change_is_t_s_or_questioned():
    mean, sd, n = 5.03, 4.27, 24
    half = stats.t.ppf(0.975, n - 1) * sd / math.sqrt(n)
    for spoil, word in ((0.0, "compatible"), (0.35, "questioned")):
        ends = f"{mean - half:.2f}", f"{mean + half + 2 * spoil:.2f}"
        middle = f"{mean + spoil:.2f}"  # the interval stays around the mean; its width is off
        result = Result("r", "change", ("a",), mean=(middle,), sd=("4.27",), intervals=(ends,))
        check = next(c for c in check_change(result, report(result)) if c.check == "spreads-agree")
        assert check.verdict == word


@pytest.mark.proves("helpers.audit.event_rates:event_intervals")
def test_intervals_of_a_rate_are_those_of_r_and_statsmodels():
    for x, low, high in POISSON:
        ends = [end / 123.4 for end in event_intervals(x, 0.95)["exact Poisson"]]
        assert ends == pytest.approx((low, high), abs=1e-9)
    for name, theirs in (("score", "score"), ("Wald, not below 0", "wald")):
        for x in (1, 8, 40):
            expected = confint_poisson(x, 1.0, method=theirs, alpha=0.1)
            assert event_intervals(x, 0.9)[name] == pytest.approx(expected, abs=1e-9)
    # Byar's approximation is within a tenth of an event of the exact limits
    for x in (5, 11, 40):
        byar, exact = (event_intervals(x, 0.95)[name] for name in ("Byar", "exact Poisson"))
        assert byar == pytest.approx(exact, abs=0.1)


def rate(**more):
    shown = {"count": ("11", "3"), "time": ("123.4", "130"), "rate": ("8.9", "2.3"),
             "intervals": (("4.4", "15.9"), ("0.5", "6.7"))}  # fmt: skip
    return Result("r", "rate", ("a", "b"), **(shown | more))


def rated(result):
    return {c.check: c for c in check_rates(result, report(result))}


@pytest.mark.proves("helpers.audit.event_rates:check_rates")
def test_rates_are_events_by_person_time_and_their_unit_is_found():
    found = {c.check: c for c in check_rates(rate(), report(rate()))}
    assert [found[name].verdict for name in ("rate-from-events", "rate-interval")] == [
        "reproduced"
    ] * 2
    assert found["rate-from-events"].computed["per"] == 100
    assert any("exact Poisson" in reading for reading in found["rate-interval"].readings)


@pytest.mark.parametrize(
    ("spoiled", "name"),
    [
        ({"rate": ("9.8", "2.3")}, "rate-from-events"),
        ({"time": ("132.4", "130")}, "rate-from-events"),
        ({"intervals": (("4.4", "15.6"), ("0.5", "6.7"))}, "rate-interval"),
        ({"intervals": (("4.4", "15.9"), ("0.9", "6.7"))}, "rate-interval"),
    ],
)
def test_a_spoiled_rate_or_interval_is_questioned(spoiled, name):
    assert rated(rate(**spoiled))[name].verdict == "questioned"
    model = rate(test="negative binomial regression", **spoiled)
    assert rated(model)[name].verdict == "not checkable"


def test_an_interval_without_person_time_follows_from_the_rate():
    assert rated(rate(time=()))["rate-interval"].verdict in ("reproduced", "compatible")
    wide = rate(time=(), intervals=(("4.4", "17.9"), ("0.5", "6.7")))
    assert rated(wide)["rate-interval"].verdict == "questioned"


@pytest.mark.parametrize("kind", ["shares", "rates", "changes with intervals"])
def test_no_true_interval_is_questioned(kind):
    # 322 and 391: intervals of none by the tails of Jeffreys's posterior do not hold 0
    seeds = [*range(30), 57, 148, 187, 322, 391]
    assert {s: found for s in seeds if (found := accused(s, kinds=(kind,)))} == {}
