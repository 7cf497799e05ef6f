"""A rounded edition's P is a line above the true one, and says so in every table."""

import math
from dataclasses import replace

import pandas as pd
import pytest

from helpers.analyse.estimate import Estimate
from helpers.context import ROOT
from helpers.exchange.analyses import results_of
from helpers.literate.outcome import About
from helpers.literate.rows import Rows, corrected_p
from helpers.present.crossed import p_words
from helpers.study import load_study


@pytest.fixture(scope="module")
def rows():
    study = load_study(ROOT / "data" / "hucmsc")
    hidden = replace(study.config, show_subjects=False, observed=True, threshold=8, rounding=True)
    return Rows(replace(study, config=hidden), pd.DataFrame())


def shown(rows, p):
    ratio = Estimate("Cox model", "hazard ratio", 0.8, 0.5, 1.28, p_value=p, n=48)
    return rows.shown(ratio, About(parameter="Response", unit="ratio"))


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (0.0004, "P ≤ 0.001"),
        (0.03, "P ≤ 0.05"),
        (0.07, "P ≤ 0.2"),
        (0.2, "P ≤ 0.2"),
        (0.97, "P > 0.2"),
    ],
)
def test_a_p_is_told_between_its_lines(rows, p, words):
    assert shown(rows, p).record("k").p_words == words


def test_of_several_corrected_a_one_says_nothing(rows):
    """Five times "at most 0.2" is at most 1: that it is above 0.2 is not known."""
    assert corrected_p(shown(rows, 0.1), 1.0, "Bonferroni").record("k").p_words == "P ≤ 1"


def test_a_correction_lowers_no_p(rows):
    assert corrected_p(shown(rows, 0.97), 1.0, "Bonferroni").record("k").p_words == "P > 0.2"


def test_what_is_not_rounded_has_a_p_of_its_own(rows):
    exact = replace(
        rows, study=replace(rows.study, config=replace(rows.study.config, rounding=False))
    )
    assert shown(exact, 0.07).record("k").p_words == ""


@pytest.mark.parametrize(("p", "words"), [(0.03, "P ≤ 0.05"), (0.4, "P > 0.2")])
def test_a_test_without_its_statistic_has_the_same_p_in_the_files_as_on_the_page(rows, p, words):
    """The files said P = 0.050 and P > 0.99, which no one had found."""
    test = Estimate("ancova", "F", 1.1, math.nan, math.nan, p_value=p, n=50)
    record = rows.shown(test, About(parameter="CD4")).record("k")
    assert {r.role: r.shown for r in results_of(record)} == {
        "value": words,
        "p_value": words,
        "n": "50",
    }
    assert p_words(record) == words.removeprefix("P ")
