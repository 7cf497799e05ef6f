"""Matched counts, one sample, trends and ranks of several arms, common odds: against R and brute force."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from helpers.audit import audit
from helpers.audit.common_odds import pooled_odds, proportional_odds
from helpers.audit.effect_size import effects_of_counts
from helpers.audit.matched import discordant, mcnemar
from helpers.audit.mean_ends import check_spreads
from helpers.audit.mean_trend import trend_ends
from helpers.audit.model import Arm, Report, Result, Trial
from helpers.audit.one_sample import named, one_sample
from helpers.audit.pooled import mantel_haenszel
from helpers.audit.rank_range import envelope, h_ends, p_of_h, quartiles

A, B = Arm("a", "A", 94), Arm("b", "B", 94, True)
LEVELS = [[30, 25, 15, 11], [18, 22, 24, 15]]
SCALE = tuple(Result(name, "percent", ("a", "b"), count=(str(one), str(other)))
              for name, one, other in zip("pqrs", *LEVELS, strict=True))  # fmt: skip
SHIFT = Result("x", "ratio", ("a", "b"), measure="other ratio", name="common odds ratio", value="1.92",
               ci=("1.09", "3.38"), categories=tuple("pqrs"), test="ordinal logistic regression")  # fmt: skip


def held(*results, arms=(A, B), design="randomised"):
    return audit(Report("x", trial=Trial(design), arms=arms, results=results)).result(
        results[-1].id
    )


@pytest.mark.proves("helpers.audit.matched:mcnemar")
def test_mcnemar_is_that_of_r():
    # R: binom.test(5, 17), mcnemar.test(matrix(c(20, 5, 12, 30), 2)) without and with correction
    found = mcnemar(12, 5)
    assert found["exact"] == pytest.approx(0.143463134766)
    assert found["chi-square"] == pytest.approx(0.0895550744136)
    assert found["corrected chi-square"] == pytest.approx(0.145610095397)
    assert found["mid-P"] == pytest.approx(found["exact"] - stats.binom.pmf(5, 17, 0.5))


@pytest.mark.proves("helpers.audit.matched:discordant")
def test_discordant_pairs_are_those_of_every_matching():
    for x, y in itertools.product(range(5), repeat=2):
        first = np.arange(4) < x
        every = {(int((first & ~other).sum()), int((~first & other).sum()))
                 for other in map(np.array, itertools.product((True, False), repeat=4))
                 if other.sum() == y}  # fmt: skip
        assert set(discordant(((x, 4), (y, 4)))) == every


def test_a_p_that_no_matching_gives_is_questioned():
    one = Result("r", "percent", ("a", "b"), count=("60", "50"), test="McNemar's test")
    # 10 more one way: chi-square from 10^2 / 10, P = 0.0016, to 10^2 / 78, P = 0.257
    for p, word in (("0.04", "compatible"), ("0.0001", "questioned"), ("0.7", "questioned")):
        assert held(replace(one, p=(p,)), design="crossover").verdict == word
    fewer = held(replace(one, p=("0.04",), of=("94", "90")))
    assert (fewer.verdict, "matched" in fewer.why) == ("not checkable", True)


@pytest.mark.proves("helpers.audit.one_sample:one_sample")
def test_one_sample_tests_are_those_of_r():
    # R: binom.test(17, 58, 0.2, alternative = "greater"), two-sided; prop.test without and with correction
    found = one_sample(17, 58, 0.2)
    assert found["exact binomial, one-sided"] == pytest.approx(0.0585360594799)
    assert found["exact binomial, of counts no likelier"] == pytest.approx(0.0983202280876)
    assert found["z, two-sided"] == pytest.approx(0.0762889024951)
    assert found["z with correction, two-sided"] == pytest.approx(0.10772488407)


@pytest.mark.parametrize(
    ("test", "share"),
    [("exact binomial test against 20%", 0.2), ("null hypothesis of 12.5%", 0.125),
     ("vs. historical control (35%)", 0.35), ("exact binomial, 95% CI", None), ("binomial test", None)],
)  # fmt: skip
def test_the_percentage_tested_against_is_what_words_name(test, share):
    assert named(Result("r", "percent", ("a",), test=test)) == share


def test_a_p_of_one_arm_without_a_percentage_to_test_against_is_open():
    one = Result("r", "percent", ("a",), count=("17",), p=("0.059",), test="binomial test")
    arm = Arm("a", "A", 58)
    assert held(one, arms=(arm,)).verdict == "not checkable"
    said = replace(one, test="exact binomial test against 20%")
    assert held(said, arms=(arm,)).verdict == "reproduced"
    assert held(replace(said, p=("0.001",)), arms=(arm,)).verdict == "questioned"


@pytest.mark.proves("helpers.audit.mean_trend:trend_ends")
def test_a_trend_of_means_is_that_of_r():
    # R, samples with exactly these means and SDs: lm(v ~ dose), and contrasts of lm(v ~ factor(dose))
    means, sds, sizes = [10.8, 12.1, 13.3, 15.2], [5, 4.8, 5.1, 5.3], [30, 33, 31, 32]
    none, exact = [0.0] * 4, [(s, s) for s in sds]
    found = trend_ends([0, 10, 20, 40], means, none, exact, sizes)
    assert found["regression on the dose"] == pytest.approx((0.000459535894185,) * 2)
    assert found["contrast"] == pytest.approx((0.000499675607483,) * 2)
    assert found["contrast weighted by patients"] == pytest.approx((0.00050910999261,) * 2)
    rng, boxes = np.random.default_rng(3), [(s - 0.05, s + 0.05) for s in sds]
    ends = trend_ends([0, 10, 20, 40], means, [0.05] * 4, boxes, sizes)
    for _ in range(200):
        moved = [(m + r, s + q) for m, s, (r, q) in
                 zip(means, sds, rng.uniform(-0.05, 0.05, (4, 2)), strict=True)]  # fmt: skip
        one = trend_ends(
            [0, 10, 20, 40], [m for m, _ in moved], none, [(s, s) for _, s in moved], sizes
        )
        assert all(ends[name][0] <= p <= ends[name][1] for name, (p, _) in one.items())


@pytest.mark.proves("helpers.audit.rank_range:h_ends", "helpers.audit.rank_range:p_of_h")
def test_no_samples_of_three_arms_have_a_kruskal_wallis_beyond_the_ends():
    def orders(x):
        (first, second), n = quartiles(len(x)), len(x)
        spots = (first, ((n + 1) // 2, n // 2 + 1), second, (1, 1), (n, n))
        q = (*np.quantile(x, [0.25, 0.5, 0.75]), x.min(), x.max())
        return [(*spot, (v, v)) for spot, v in zip(spots, q, strict=True)]

    rng, widest = np.random.default_rng(8), 0.0
    for _ in range(300):
        arms = [rng.gamma(6, 1 + k, n).round(1) for k, n in enumerate((9, 12, 11))]
        h, p = stats.kruskal(*arms)
        ends = h_ends([envelope(orders(x), len(x)) for x in arms])
        untied = h * (1 - sum(t**3 - t for t in np.unique(np.concatenate(arms), return_counts=True)[1])
                      / (32**3 - 32))  # fmt: skip
        assert ends[0] <= untied <= ends[1]
        low, high = p_of_h(ends, 3)
        assert low <= p <= high
        widest = max(widest, high)
    assert widest < 1  # some are told apart by their quantiles


@pytest.mark.proves(
    "helpers.audit.common_odds:proportional_odds", "helpers.audit.common_odds:pooled_odds"
)
def test_a_common_odds_ratio_is_that_of_polr():
    # R: MASS::polr(y ~ g, Hess = TRUE), of the observed information
    value, expected, observed = proportional_odds(LEVELS)
    assert value == pytest.approx(0.653572526138, abs=1e-6)
    assert observed == pytest.approx(0.288557921381, rel=1e-5)
    assert expected == pytest.approx(observed, rel=0.01)
    cuts = tuple(tuple((sum(row[:k]), sum(row)) for row in LEVELS) for k in (1, 2, 3))
    # of equal weights Mantel and Haenszel's is the quotient of the summed cross products
    assert pooled_odds(LEVELS) == pytest.approx(mantel_haenszel(cuts, "odds ratio")[0])


@pytest.mark.parametrize(
    ("change", "word"),
    [({}, "reproduced"), ({"value": "0.52", "ci": ("0.30", "0.92")}, "reproduced"),
     ({"value": "4.20", "ci": ("2.39", "7.39")}, "questioned"),
     ({"value": "4.20", "ci": ("2.39", "7.39"), "adjusted": True}, "reproduced")],  # held in itself alone
)  # fmt: skip
def test_a_common_odds_ratio_is_held_against_its_levels(change, word):
    arms = Arm("a", "A", 81), Arm("b", "B", 79, True)
    assert held(*SCALE, replace(SHIFT, **change), arms=arms).verdict == word


@pytest.mark.proves("helpers.audit.effect_size:effects_of_counts")
def test_a_standardised_difference_of_percentages_has_its_closed_forms():
    # by hand: 0.5 and 0.2 differ by 0.3 over sqrt((0.25 + 0.16) / 2); h = 2 (pi / 4 - asin sqrt 0.2)
    found = effects_of_counts(((50, 100), (20, 100)))
    assert found["difference over its SD"] == pytest.approx(0.3 / 0.205**0.5)
    assert found["Cohen's h"] == pytest.approx(0.6435011087932844)
    assert found["log odds ratio over 1.65"] == pytest.approx(np.log(4) / 1.65)
    assert effects_of_counts(((100, 100), (0, 100))) == {}


def test_one_arm_alone_has_no_interval_on_the_log_scale():
    one = Result(
        "c", "change", ("a", "b"), mean=("3.9", "1.8"), intervals=(("2.4", "6.3"), ("0.4", "3.2"))
    )
    (check,) = check_spreads(one, Report("x", arms=(A, B)))
    assert (check.verdict, "A: the middle of 2.4 to 6.3 is 4.35" in check.why) == (
        "questioned",
        True,
    )
    both = replace(one, intervals=(("2.4", "6.3"), ("0.9", "3.6")))
    assert check_spreads(both, Report("x", arms=(A, B)))[0].verdict == "compatible"


def test_a_measure_of_one_arm_is_read_where_it_is_no_comparison_of_arms():
    areas = Result("d", "ratio", ("a",), measure="other difference", name="difference in AUC", value="0.061",
                   ci=("0.020", "0.102"), p=("0.004",))  # fmt: skip
    assert held(areas, arms=(A,)).verdict in ("reproduced", "compatible")
    assert held(replace(areas, p=("0.04",)), arms=(A,)).verdict == "questioned"
