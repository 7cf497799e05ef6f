"""Adjusted P values against R's p.adjust; false positives against the binomial law."""

from pathlib import Path

import pandas as pd
import pytest

from helpers.analyse import multiplicity
from helpers.errors import AnalysisError

R = pd.read_csv(Path(__file__).parent / "reference" / "reference.csv", dtype={"dataset": str})
P = [0.001, 0.04, 0.03, 0.2, 0.008, 0.04, 0.9]


@pytest.mark.proves("helpers.analyse.multiplicity:adjust")
@pytest.mark.parametrize("method", ["holm", "benjamini-hochberg"])
def test_adjusted_p_values_agree_with_r(method):
    expected = R.loc[R["estimator"] == f"adjust {method}", "value"].tolist()
    assert multiplicity.adjust(P, method=method).tolist() == pytest.approx(expected, rel=1e-12)


@pytest.mark.proves("helpers.analyse.multiplicity:expected_false_positives")
def test_false_positives_agree_with_r():
    expected = R.loc[R["estimator"] == "expected_false_positives", "value"].tolist()
    found = multiplicity.expected_false_positives(8)
    assert found["probability"].tolist() == pytest.approx(expected, rel=1e-12)
    assert found["expected"].tolist() == [0.4] * 9


def test_one_p_value_stays_as_it_is():
    assert multiplicity.adjust([0.03]).tolist() == [0.03]


@pytest.mark.parametrize("bad", [[1.2], [-0.1, 0.5], [float("nan")]])
def test_what_is_no_p_value_is_refused(bad):
    with pytest.raises(AnalysisError, match="p_values"):
        multiplicity.adjust(bad)


def test_an_unknown_method_is_refused():
    with pytest.raises(AnalysisError, match="found 'sidak'"):
        multiplicity.adjust(P, method="sidak")


@pytest.mark.parametrize(
    ("method", "expected"),
    # R: p.adjust(c(0.01, 0.04, 0.03, 0.2), method)
    [("hochberg", [0.04, 0.08, 0.08, 0.2]), ("bonferroni", [0.04, 0.16, 0.12, 0.8]),
     ("none", [0.01, 0.04, 0.03, 0.2])],
)  # fmt: skip
def test_other_adjustments_as_r(method, expected):
    found = multiplicity.adjust([0.01, 0.04, 0.03, 0.2], method=method)
    assert found == pytest.approx(expected, rel=1e-12)
