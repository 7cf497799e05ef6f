"""Subjects grouped by the visits seen: the sums from cross-products against those over subjects."""

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import patterns
from helpers.errors import AnalysisError

ROWS = pd.DataFrame(
    {
        "who": [1, 1, 2, 3, 3, 4, 4, 5],
        "at": [12, 24, 24, 24, 12, 12, 24, 24],
        "arm": ["a", "a", "b", "b", "b", "a", "a", "a"],
        "base": [5.0, 5, 1, 2, 2, 7, 7, 3],
        "y": [1.0, 4, 2, 8, 5, 7, 1, 6],
    }
)
NAMES = {"outcome": "y", "subject": "who", "visit": "at", "arm": "arm", "baseline": "base"}


def grouped(rows=ROWS):
    return patterns.patterns(rows, **NAMES, visits=[12, 24], dummies={"a": [0.0], "b": [1.0]})


def test_subjects_are_grouped_by_the_visits_seen_in_order_of_appearance():
    both, second = grouped()
    assert both.seen.tolist() == [0, 1]
    assert both.y.tolist() == [[1, 4], [5, 8], [7, 1]]
    assert second.seen.tolist() == [1]
    assert second.y.tolist() == [[2], [6]]


def test_the_design_has_intercept_arm_and_centred_baseline_at_each_visit():
    both, second = grouped()
    centre = np.mean([5, 1, 2, 7, 3])
    assert both.x[1].tolist() == [[1, 1, 2 - centre, 0, 0, 0], [0, 0, 0, 1, 1, 2 - centre]]
    assert second.x[0].tolist() == [[0, 0, 0, 1, 1, 1 - centre]]


def test_cross_products_answer_as_the_subjects_do(monkeypatch):
    kept = grouped(ROWS.assign(y=ROWS["y"] - ROWS["y"].mean()))
    monkeypatch.setattr(patterns, "KEPT_UP_TO", 0)
    summed = grouped()
    random = np.random.default_rng(1)
    beta, spread = random.normal(size=6), random.normal(size=(6, 6))
    for one, other in zip(kept, summed, strict=True):
        half = random.normal(size=(len(one.seen), len(one.seen)))
        w = half @ half.T
        assert other.size == one.size
        quick = one.summed(2)
        for part in ("seen", "gram", "cross", "outer"):
            assert np.allclose(getattr(quick, part), getattr(other, part))
        for answers in (
            (one.normal(w)[0], other.normal(w)[0]),
            (one.normal(w)[1], other.normal(w)[1]),
            (one.misfit(beta, w)[0], other.misfit(beta, w)[0]),
            (one.misfit(beta, w)[1], other.misfit(beta, w)[1]),
            (one.taken(spread @ spread.T), other.taken(spread @ spread.T)),
        ):
            assert answers[1] == pytest.approx(answers[0], rel=1e-12, abs=1e-10)


@pytest.mark.parametrize("change", [{"at": 24}, {"arm": "b"}, {"base": 9.0}])
def test_a_subject_with_two_rows_arms_or_baselines_is_refused(change):
    rows = ROWS.copy()
    for column, value in change.items():
        rows.loc[0, column] = value
    with pytest.raises(AnalysisError, match="mmrm, subject 1: expected one row a visit"):
        grouped(rows)
