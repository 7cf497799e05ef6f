"""P values beside those corrected for several comparisons: against R's p.adjust."""

import math

import numpy as np
import pytest

from helpers.analyse.multiplicity import adjust
from helpers.audit.adjusted_p import CORRECTIONS, check_corrected, sidak
from helpers.audit.engine import audit
from helpers.audit.model import Arm, Report, Result
from helpers.audit.wording import corrections, names_adjustment, names_correction

ARMS = (Arm("a", "A", 100), Arm("b", "B", 100, True))
BOTH = ("a", "b")
RAW = ("0.004", "0.012", "0.030", "0.041", "0.20")
# R 4.2.2: p.adjust(c(0.004, 0.012, 0.030, 0.041, 0.20), method)
R = {
    "Bonferroni": ("0.020", "0.060", "0.150", "0.205", "1.000"),
    "Holm": ("0.020", "0.048", "0.090", "0.090", "0.200"),
    "Hochberg": ("0.020", "0.048", "0.082", "0.082", "0.200"),
    "Benjamini-Hochberg": ("0.020", "0.030", "0.050", "0.051", "0.200"),
    "Šidák": ("0.020", "0.059", "0.141", "0.189", "0.672"),
}


def family(adjusted, raw=RAW, correction="", comparisons=None):
    return tuple(
        Result(f"r{k}", "among", BOTH, p=(p,), p_adjusted=q, correction=correction,
               comparisons=comparisons)
        for k, (p, q) in enumerate(zip(raw, adjusted, strict=True))
    )  # fmt: skip


def found(*args, **more):
    return [
        c.verdict for c in check_corrected(Report("x", arms=ARMS, results=family(*args, **more)))
    ]


@pytest.mark.proves("helpers.audit.adjusted_p:check_corrected")
@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("method", R)
def test_corrected_p_values_are_those_of_r(method, named):
    results = family(R[method], correction=method if named else "")
    checks = check_corrected(Report("x", arms=ARMS, results=results))
    assert {check.verdict for check in checks} <= {"reproduced", "compatible"}


@pytest.mark.proves("helpers.audit.adjusted_p:sidak")
def test_sidak_is_the_chance_of_one_so_small():
    p = [0.004, 0.2, 1.0, 0.0]
    assert sidak(p) == pytest.approx([1 - (1 - v) ** 4 for v in p])


@pytest.mark.parametrize("method", R)
@pytest.mark.parametrize("place", range(4))
def test_one_that_its_correction_does_not_give_is_questioned(method, place):
    changed = list(R[method])
    changed[place] = f"{float(changed[place]) * 0.4:.3f}"
    verdicts = found(changed, correction=method, comparisons=5)
    assert verdicts[place] == "questioned"
    assert set(verdicts[:place] + verdicts[place + 1 :]) <= {"reproduced", "compatible"}


def test_one_below_its_own_p_is_questioned_whatever_the_correction():
    for how in ("", "Tukey", "Dunnett's test", "Holm"):
        assert "questioned" in found(("0.02", "0.008", "0.15", "0.2", "1.0"), correction=how)


def test_more_comparisons_than_are_printed_make_it_larger():
    larger = tuple(f"{min(1, float(p) * 9):.3f}" for p in RAW)
    assert set(found(larger, correction="Bonferroni")) == {"compatible"}
    assert found(("0.020", "0.108", *larger[2:]), correction="Bonferroni")[1] == "questioned"
    assert set(found(("0.036", "0.096", "0.21", "0.25", "0.80"), correction="Holm")) == {
        "not checkable"
    }
    assert set(found(larger, correction="Bonferroni", comparisons=9)) <= {
        "reproduced",
        "compatible",
    }
    assert "questioned" in found(larger, correction="Bonferroni", comparisons=6)
    assert "questioned" in found(R["Bonferroni"], correction="Bonferroni", comparisons=9)


def test_of_more_comparisons_benjamini_and_hochberg_s_may_be_smaller_down_to_the_p():
    smaller = ("0.012", *R["Benjamini-Hochberg"][1:])
    assert found(smaller, correction="Benjamini-Hochberg")[0] == "not checkable"
    below = ("0.002", *R["Benjamini-Hochberg"][1:])
    assert found(below, correction="Benjamini-Hochberg")[0] == "questioned"


def test_methods_that_cannot_be_computed_again_are_open():
    assert set(found(("0.011", "0.041", "0.11", "0.15", "0.6"), correction="Tukey")) == {
        "not checkable"
    }


@pytest.mark.parametrize("method", CORRECTIONS)
def test_every_correction_grows_with_each_p(method):
    rng = np.random.default_rng(3)
    for _ in range(200):
        p = rng.uniform(0, 1, rng.integers(2, 6)) ** 2
        more = np.minimum(1, p + rng.uniform(0, 0.1, len(p)) * (rng.random(len(p)) < 0.5))
        assert np.all(np.array(CORRECTIONS[method](list(more)))
                      >= np.array(CORRECTIONS[method](list(p))) - 1e-12)  # fmt: skip
        assert np.all(np.array(CORRECTIONS[method](list(p))) >= p - 1e-12)


# 30 of 100 against 17 of 100: R's chisq.test without correction gives P = 0.02980
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"p": ("0.03",), "test": "chi-square"}, "reproduced"),
        ({"p": ("0.09",), "test": "chi-square"}, "questioned"),
        ({"p": ("0.09",), "test": "chi-square, Bonferroni-corrected"}, "not checkable"),
        ({"p": ("0.001",), "test": "chi-square, Bonferroni-adjusted"}, "questioned"),
        ({"p_adjusted": "0.09", "correction": "Bonferroni", "test": "chi-square"}, "not checkable"),
        ({"p_adjusted": "0.09", "comparisons": 3, "test": "chi-square"}, "compatible"),
        ({"p_adjusted": "0.19", "comparisons": 3, "test": "chi-square"}, "questioned"),
        ({"p_adjusted": "0.003", "comparisons": 3, "test": "chi-square"}, "questioned"),
    ],
)
def test_a_p_printed_only_corrected_lies_above_the_one_computed(given, expected):
    result = Result("r", "percent", BOTH, count=("30", "17"), **given)
    assert audit(Report("x", arms=ARMS, results=(result,))).results[0].verdict == expected


@pytest.mark.parametrize(
    ("text", "names"),
    [("Holm", ("Holm",)), ("Bonferroni–Holm", ("Holm",)), ("Benjamini–Hochberg FDR", ("Benjamini-Hochberg",)),
     ("Hochberg", ("Hochberg",)), ("Holm-Šidák", ()), ("Tukey HSD", ()), ("", ())],
)  # fmt: skip
def test_the_words_of_a_correction(text, names):
    assert corrections(text) == names


def test_adjusting_for_comparisons_is_no_adjustment_for_covariates():
    assert not names_adjustment(
        Result("r", "percent", BOTH, test="Bonferroni-adjusted Fisher test")
    )
    assert not names_adjustment(Result("r", "percent", BOTH, quote="P adjusted for multiplicity"))
    assert names_adjustment(Result("r", "percent", BOTH, quote="adjusted for age and multiplicity"))
    assert names_correction(Result("r", "percent", BOTH, test="Tukey"))
    assert not names_correction(Result("r", "percent", BOTH, p=("0.01",), p_adjusted="0.02"))


def test_a_range_is_that_of_all_p_as_they_are_rounded():
    (first, *_) = check_corrected(
        Report("x", arms=ARMS, results=family(R["Holm"], correction="Holm"))
    )
    exact = adjust([0.0035, 0.0115, 0.0295, 0.0405, 0.195], method="holm")
    assert math.isclose(first.computed["range"][0], float(exact[0]), rel_tol=1e-9)
