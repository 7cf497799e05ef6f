"""Differences of means, ratios of rates, interactions and curves' intervals: against R and closed forms."""

import itertools
import math

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from helpers.audit import curves
from helpers.audit.curve_intervals import (
    METHODS,
    check_curve_intervals,
    errors,
    fewest_lost,
    log_error,
)
from helpers.audit.degrees import check_degrees
from helpers.audit.differences import half_widths
from helpers.audit.engine import audit
from helpers.audit.interaction import check_interaction, interaction_p
from helpers.audit.intervals import RATES, even
from helpers.audit.model import Arm, Readings, Report, Result, Trial
from helpers.audit.printed import p_text
from helpers.audit.rate_methods import intervals, p_values
from helpers.present.audit_words import printed_lines
from true_reports.run import accused, caught

ARMS = (Arm("a", "A", 46), Arm("b", "B", 44, True))
BOTH = ("a", "b")
# R 4.2.2: poisson.test(c(x1, x2), c(t1, t2)): interval of the ratio, P
POISSON = [
    ((11, 3204.6), (68, 3187.1), 0.0767128584413, 0.306356406566, 1.84027574945e-11),
    ((214, 195.4), (287, 189.2), 0.602001133717, 0.864818487061, 0.00029103723217),
    ((0, 50.0), (7, 60.0), 0.0, 0.832576776116, 0.0183741908972),
    ((5, 10.5), (3, 20.0), 0.617644559928, 20.4428340943, 0.133784731507),
]
# R 4.2.2: summary(survfit(Surv(t, e) ~ 1, conf.type = .), times = 18), 20 patients, 12 events, none lost
GREENWOOD = {"plain": (0.185296702754, 0.614703297246), "log": (0.233856178357, 0.684181196855),
             "log-log": (0.192811707909, 0.600456287255), "logit": (0.214154552357, 0.619901923877),
             "arc sine": (0.201555023576, 0.617346798657)}  # fmt: skip
# the same with 5 of 20 lost among 9 events
LOST = {"plain": (0.238688119556, 0.723878725364), "log": (0.290730640094, 0.796729689928),
        "log-log": (0.232949974422, 0.692760063595), "logit": (0.259870033592, 0.71030000787),
        "arc sine": (0.250271104034, 0.716621991113)}  # fmt: skip


def report(*results, arms=ARMS, **more):
    return Report("x", arms=arms, results=results, **more)


def verdict(*results, of=-1, **more):
    return audit(report(*results, **more)).results[of].verdict


@pytest.mark.proves("helpers.audit.rate_methods:intervals")
@pytest.mark.parametrize(("one", "two", "low", "high", "p"), POISSON)
def test_exact_ratios_of_rates_are_those_of_r(one, two, low, high, p):
    found = intervals("rate ratio", (one, two), 0.95)["Clopper-Pearson given the sum"]
    assert found == pytest.approx((low, high), rel=1e-9)
    assert p_values((one, two))["exact given the sum"] == pytest.approx(p, rel=1e-6)


@pytest.mark.proves("helpers.audit.rate_methods:p_values")
@pytest.mark.parametrize(("one", "two", "low", "high", "p"), POISSON)
def test_p_of_equal_rates_by_score_and_mid_p_are_sums_and_closed_forms(one, two, low, high, p):
    (x1, t1), (x2, t2) = one, two
    n, q = x1 + x2, t1 / (t1 + t2)
    found = p_values((one, two))
    z = (x1 - n * q) / math.sqrt(n * q * (1 - q))
    assert found["score"] == pytest.approx(math.erfc(abs(z) / math.sqrt(2)))
    mass = [math.comb(n, k) * q**k * (1 - q) ** (n - k) for k in range(n + 1)]
    tails = sum(mass[:x1]) + mass[x1] / 2, sum(mass[x1 + 1 :]) + mass[x1] / 2
    assert found["mid-P given the sum"] == pytest.approx(min(1, 2 * min(tails)))


def test_no_interval_of_rates_is_more_uneven_than_the_audit_allows():
    for x1, x2 in itertools.product((1, 2, 3, 5, 9, 20), (1, 2, 3, 5, 10, 30, 100, 400)):
        for low, high in intervals("rate ratio", ((x1, 1.0), (x2, 1.0)), 0.95).values():
            below, above = math.log(x1 / x2 / low), math.log(high * x2 / x1)
            assert max(below / above, above / below) < min(RATES.values())


VACCINE = {"count": ("11", "68"), "time": ("3,204.6", "3,187.1")}


@pytest.mark.parametrize(
    ("value", "ci", "p", "expected"),
    [
        ("83.9%", ("69.4", "92.3"), "<0.001", "reproduced"),  # 1 - R's poisson.test
        ("73.9%", ("69.4", "92.3"), "<0.001", "questioned"),
        ("83.9%", ("69.4", "98.3"), "<0.001", "questioned"),
        ("0.839", ("0.694", "0.923"), "<0.001", "reproduced"),
        ("83.9%", ("69.4", "92.3"), "0.04", "questioned"),
    ],
)
def test_an_efficacy_is_one_less_the_ratio_of_rates(value, ci, p, expected):
    result = Result("ve", "ratio", BOTH, measure="efficacy", value=value, ci=ci, p=(p,), **VACCINE)
    assert verdict(result) == expected


EXACERBATIONS = {"count": ("214", "287"), "time": ("195.4", "189.2"), "measure": "rate ratio"}


@pytest.mark.parametrize(
    ("value", "ci", "test", "expected"),
    [
        ("0.72", ("0.60", "0.86"), "", "reproduced"),
        ("0.65", ("0.60", "0.86"), "", "questioned"),
        ("0.72", ("0.66", "0.79"), "", "questioned"),  # narrower than independent events allow
        ("0.72", ("0.54", "0.96"), "", "not checkable"),  # wider, as where events cluster
        ("0.72", ("0.54", "0.96"), "Poisson", "questioned"),
        ("0.76", ("0.62", "0.93"), "negative binomial regression", "not checkable"),
    ],
)
def test_a_rate_ratio_is_held_against_its_events(value, ci, test, expected):
    result = Result("rr", "ratio", BOTH, value=value, ci=ci, test=test, **EXACERBATIONS)
    assert verdict(result) == expected


@pytest.mark.parametrize(
    ("p", "test", "expected"),
    [("<0.001", "", "reproduced"), ("0.0003", "", "reproduced"), ("0.06", "", "not checkable"),
     ("0.06", "exact Poisson test", "questioned"), ("0.00001", "", "questioned")],
)  # fmt: skip
def test_p_of_two_rates_is_computed(p, test, expected):
    found = {k: v for k, v in EXACERBATIONS.items() if k != "measure"}
    result = Result("r", "rate", BOTH, rate=("1.10", "1.52"), per="1", p=(p,), test=test, **found)
    assert verdict(result) == expected


# R 4.2.2: t.test(a, b, var.equal = .), t.test(a[1:44], b, paired = TRUE)
MEANS = [(-9.39130434783, 7.06942795382, 46), (-7.52272727273, 5.58023353835, 44)]


@pytest.mark.proves("helpers.audit.differences:half_widths")
def test_half_widths_are_those_of_r_s_t_tests():
    spreads, sizes = [(s, s, s) for _, s, _ in MEANS], [n for *_, n in MEANS]
    found = half_widths(spreads, sizes, 0.95, pairs=False)
    assert found["pooled t"] == pytest.approx([(0.807250300543 + 4.54440445074) / 2] * 2)
    assert found["Welch"] == pytest.approx([(0.794638994951 + 4.53179314515) / 2] * 2)
    pairs = half_widths([(7.20171461848,) * 3, spreads[1]], [44, 44], 0.95, pairs=True)
    (low, high) = pairs["t of pairs, whatever their correlation"]
    assert low < (0.894903531558 + 4.57672171338) / 2 < high


SCORES = {"mean": ("-9.4", "-7.5"), "sd": ("7.1", "5.6"), "measure": "mean difference"}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, "compatible"),
        ({"value": "1.9", "ci": ("-0.8", "4.5")}, "compatible"),  # turned round
        ({"value": "-3.9"}, "questioned"),
        ({"ci": ("-3.1", "-0.7")}, "questioned"),  # that of standard errors
        ({"p": ("0.02",)}, "questioned"),
        ({"p": ("0.02",), "test": "paired t test"}, "questioned"),
        ({"value": "-6.0"}, "impossible"),  # outside of its own interval
        ({"adjusted": True}, "not checkable"),
        ({"adjusted": True, "p": ("0.02",)}, "questioned"),
    ],
)
def test_a_mean_difference_is_held_against_means_sds_and_p(changed, expected):
    given = {"value": "-1.9", "ci": ("-4.5", "0.8"), "p": ("0.17",), **SCORES, **changed}
    assert verdict(Result("d", "ratio", BOTH, **given)) == expected


def test_a_difference_of_medians_may_lie_anywhere_in_its_interval_but_not_outside():
    found = {"measure": "median difference", "ci": ("1", "9"), "p": ("0.01",)}
    assert verdict(Result("d", "ratio", BOTH, value="2", **found)) == "not checkable"
    assert verdict(Result("d", "ratio", BOTH, value="12", **found)) == "impossible"


@pytest.mark.proves("helpers.audit.interaction:interaction_p")
def test_an_interaction_is_that_of_altman_and_bland_2003_and_cochran_s_q():
    points = [
        (math.log(0.67), math.log(0.98 / 0.46) / 3.92),
        (math.log(0.88), math.log(1.08 / 0.71) / 3.92),
    ]
    assert interaction_p(points) == pytest.approx(0.2, abs=0.02)  # z = -1.24, P = 0.2
    values, spreads = zip(*points, (-0.5, 0.3), strict=True)
    q = combine_effects(np.array(values), np.array(spreads) ** 2)
    assert interaction_p([*points, (-0.5, 0.3)]) == pytest.approx(q.test_homogeneity().pvalue)


@pytest.mark.proves("helpers.audit.interaction:check_interaction")
@pytest.mark.parametrize(("p", "expected"), [("0.2", "reproduced"), ("0.22", "reproduced"),
                                             ("0.001", "questioned")])  # fmt: skip
def test_a_p_of_interaction_is_held_against_the_subgroups(p, expected):
    young = Result("young", "ratio", BOTH, measure="risk ratio", value="0.67", ci=("0.46", "0.98"))
    old = Result("old", "ratio", BOTH, measure="risk ratio", value="0.88", ci=("0.71", "1.08"))
    between = Result("i", "interaction", BOTH, between=("young", "old"), p=(p,))
    (found,) = check_interaction(between, report(young, old, between))
    assert found.verdict == verdict(young, old, between) == expected


@pytest.mark.parametrize(
    ("measure", "p", "expected"),
    [
        ("hazard ratio", "0.04", "reproduced"),
        ("hazard ratio", "0.008", "not checkable"),  # a model's test may be so near
        ("hazard ratio", "0.0004", "questioned"),
        ("hazard ratio", "0.4", "questioned"),
        ("risk ratio", "0.4", "not checkable"),  # of risks unlike, a test of odds ratios prints any
        ("risk ratio", "0.00001", "questioned"),
    ],
)
def test_a_p_of_interaction_far_off_the_subgroups_is_questioned(measure, p, expected):
    # R 4.2.2: 2 * pnorm(-abs(log(0.52 / 0.90)) / sqrt((log(0.80 / 0.34)^2 + log(1.20 / 0.67)^2) / 3.92^2))
    one = Result("young", "ratio", BOTH, measure=measure, value="0.52", ci=("0.34", "0.80"))
    two = Result("old", "ratio", BOTH, measure=measure, value="0.90", ci=("0.67", "1.20"))
    between = Result("i", "interaction", BOTH, between=("young", "old"), p=(p,))
    assert verdict(one, two, between) == expected


@pytest.mark.proves("helpers.audit.curve_intervals:errors")
@pytest.mark.parametrize("method", METHODS)
def test_the_error_that_gives_an_interval_is_greenwood_s_in_r(method):
    for (low, high), s, error in ((GREENWOOD[method], 0.4, math.sqrt(0.6 / 0.4 / 20)),
                                  (LOST[method], 0.48128342246, 0.123775388128 / 0.48128342246)):  # fmt: skip
        ends = (low - 1e-8, low + 1e-8), (high - 1e-8, high + 1e-8)
        found = list(errors(METHODS[method], (s,), ends, 0.95))
        assert min(a for _, a, _ in found) == pytest.approx(error, abs=1e-6)
        assert max(b for *_, b in found) == pytest.approx(error, abs=1e-6)


def curve(percent="40.0%", ci=("19.3", "60.0"), n=20, lost=3):
    result = Result(
        "s", "km-percent", ("a",), percent=(percent,), intervals=(ci,), y_axis="survival"
    )
    return result, report(result, arms=(Arm("a", "A", n),), readings=Readings(lost_at_most=lost))


@pytest.mark.proves("helpers.audit.curve_intervals:check_curve_intervals")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, "compatible"),
        ({"ci": ("18.5", "61.5")}, "compatible"),  # plain
        ({"ci": ("29.3", "50.4")}, "questioned"),  # of 80 patients
        ({"ci": ("19.3", "50.0")}, "questioned"),
        ({"ci": ("41.0", "60.0")}, "impossible"),
        ({"percent": "48.1%", "ci": ("23.3", "69.3"), "lost": 1}, "not checkable"),
        ({"percent": "48.1%", "ci": ("23.3", "69.3"), "lost": 5}, "compatible"),
    ],
)
def test_the_interval_of_a_curve_is_greenwood_s_or_questioned(given, expected):
    (check,) = check_curve_intervals(*curve(**given))
    assert check.verdict == expected


@pytest.mark.proves("helpers.audit.curve_intervals:fewest_lost")
@pytest.mark.parametrize(("size", "events", "lost"), [(9, 4, 3), (12, 5, 2), (7, 3, 0), (10, 8, 1)])
def test_no_order_of_events_and_losses_has_a_variance_that_needs_more_lost(size, events, lost):
    every = list(curves.orders(events, lost, 9)) if lost else [()]
    for before in every:
        risk, done, survival, total = size, 0, 1.0, 0.0
        for place in (*before, events):
            for n in range(risk, risk - (place - done), -1):
                survival *= 1 - 1 / n
                total += 1 / (n * (n - 1)) if n > 1 else 0.0
            done, risk = place, risk - (place - done) - 1
        if survival > 0:
            assert fewest_lost(total, survival, size) <= lost
            assert fewest_lost(0.99 * log_error(survival, size) ** 2, survival, size) is None


def test_ends_near_a_percentage_are_ends_of_some_order():
    for size, events, lost, visits in itertools.product((5, 8), (2, 3), (1, 2), (2, 3, 4, 6)):
        every = {curves.km_end(size, events, b) for b in curves.orders(events, lost, visits)}
        for least in range(0, 101, 5):
            assert set(curves._near_ends(size, events, lost, visits, least)) <= every


@pytest.mark.proves("helpers.audit.degrees:check_degrees")
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"statistic": "t", "df": ("88",), "test": "Student's t test"}, None),
        ({"statistic": "t", "df": ("84",), "test": "Student's t test"}, None),  # 4 may be missing
        ({"statistic": "t", "df": ("58",), "test": "Student's t test"}, "questioned"),
        ({"statistic": "t", "df": ("58",), "test": "Welch's t test"}, None),
        ({"statistic": "t", "df": ("22",), "test": "t test"}, "questioned"),
        ({"statistic": "t", "df": ("58",)}, None),
        ({"statistic": "F", "df": ("1", "58"), "test": "ANOVA"}, "questioned"),
        ({"statistic": "F", "df": ("1", "58"), "test": "ANCOVA"}, None),
        ({"statistic": "r", "df": ("40",)}, "questioned"),
    ],
)
def test_too_few_degrees_of_freedom_are_told(given, expected):
    result = Result("s", "statistic", BOTH, value="2.1", **given)
    found = check_degrees(result, report(result))
    assert (found[0].verdict if found else None) == expected


def test_a_p_that_estimate_and_interval_deny_is_questioned_though_it_is_adjusted():
    # as wide as 45 patients an arm allow, or wider
    given = {"measure": "odds ratio", "value": "0.25", "ci": ("0.10", "0.62"), "adjusted": True}
    counts = {"count": ("15", "24")}
    assert verdict(Result("r", "ratio", BOTH, p=("0.35",), **given, **counts)) == "questioned"
    assert verdict(Result("r", "ratio", BOTH, p=("0.003",), **given, **counts)) == "not checkable"


def test_a_crossover_s_paired_difference_is_held():
    given = {"value": "-7.0", "ci": ("-11.3", "-2.7"), "p": ("0.003",), "test": "paired t test",
             "measure": "mean difference", "mean": ("124.2", "131.2"), "sd": ("14.0", "13.1")}  # fmt: skip
    arms = (Arm("a", "A", 28), Arm("b", "B", 28, True))
    trial = Trial("crossover", 28)
    assert verdict(Result("d", "ratio", BOTH, **given), arms=arms, trial=trial) == "compatible"
    wrong = {**given, "value": "-4.7"}
    assert verdict(Result("d", "ratio", BOTH, **wrong), arms=arms, trial=trial) == "questioned"


def test_an_uneven_interval_is_known():
    even_one = Result("r", "ratio", BOTH, measure="rate ratio", value="0.72", ci=("0.54", "0.96"))
    assert even(even_one, report(even_one))
    other = Result("r", "ratio", BOTH, measure="rate ratio", value="0.72", ci=("0.70", "0.96"))
    assert not even(other, report(other))


@pytest.mark.parametrize(("text", "said"), [("<0.001", "P <0.001"), ("0.04", "P = 0.04"),
                                            ("P = 0.04", "P = 0.04"), ("n.s.", "P n.s.")])  # fmt: skip
def test_a_limit_of_p_is_no_value(text, said):
    assert p_text(text) == said


def test_a_page_names_the_subgroups_of_an_interaction_and_the_events_of_rates():
    young = Result("young", "ratio", BOTH, measure="rate ratio", value="0.72", **{
        k: v for k, v in EXACERBATIONS.items() if k != "measure"})  # fmt: skip
    both = Result("i", "interaction", BOTH, between=("young", "old"), p=("<0.001",))
    assert printed_lines(both, report(both)) == ["between young and old, P <0.001"]
    assert printed_lines(young, report(young))[0] == "A: 214 events, person-time 195.4"


NEW = ("mean differences", "rate ratios", "curve intervals", "interactions")


@pytest.mark.parametrize("part", range(4))
def test_no_true_comparison_is_called_impossible_or_questioned(part):
    kinds = (NEW[part],)
    assert {s: found for s in range(60) if (found := accused(s, kinds=kinds, most=1))} == {}


def test_most_spoiled_comparisons_are_caught():
    found = [caught(seed, kinds=NEW)[1] for seed in range(60)]
    assert sum(found) > len(found) / 2
