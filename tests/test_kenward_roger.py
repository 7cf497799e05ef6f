"""Kenward and Roger's correction against R's pbkrtest, and where it has a closed form.

The values are of kenward_roger.R. lme4 fits no unstructured residual covariance, so that pbkrtest is
asked of compound symmetry: the same formulas with two parameters. Without missing visits the
unstructured model is ANCOVA at each visit.
"""

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import groups, kenward_roger, mixed, patterns
from helpers.errors import AnalysisError
from r_values import HERE

DATA = pd.read_csv(HERE / "mixed.csv")
MODEL = {"outcome": "y", "baseline": "base", "arm": "arm", "reference": "control"}
REPEATED = {**MODEL, "subject": "subject", "visit": "visit"}
VISITS = [12, 24, 48, 96]


@pytest.mark.parametrize("kept", [5000, 0])
def test_errors_and_degrees_of_freedom_agree_with_pbkrtest(monkeypatch, kept):
    monkeypatch.setattr(patterns, "KEPT_UP_TO", kept)
    rows = pd.read_csv(HERE / "kenward_roger.csv")
    between, within = rows["value"][:2]
    dummies = {"control": np.array([0.0, 0]), "low": np.array([1.0, 0]), "high": np.array([0, 1.0])}
    found = patterns.patterns(DATA, **{k: v for k, v in REPEATED.items() if k != "reference"},
                              visits=VISITS, dummies=dummies)  # fmt: skip
    basis = [np.ones((4, 4)), np.eye(4)]
    sigma = between * basis[0] + within * basis[1]
    error, df = kenward_roger.adjusted(found, sigma, basis, patterns.estimable(found, len(VISITS)))
    assert len(rows) == 10
    for row in rows[2:].itertuples():
        place = 4 * VISITS.index(int(row.visit)) + {"low": 1, "high": 2}[row.arm]
        assert error[place] == pytest.approx(row.value, rel=1e-6)
        assert df[place] == pytest.approx(row.df, rel=1e-6)


def test_without_missing_visits_it_is_ancova_at_each_visit():
    random = np.random.default_rng(1)
    who = pd.DataFrame({"subject": range(30), "arm": ["control", "low", "high"] * 10})
    who["base"], who["age"] = random.normal(170, 40, 30), random.normal(40, 9, 30)
    long = who.merge(pd.DataFrame({"visit": [12, 24, 48]}), how="cross")
    long["y"] = long["base"] + long["visit"] + random.normal(0, 30, 90)
    found = mixed.mmrm(long, **REPEATED, df="kenward-roger")
    for (arm, visit), estimate in found.items():
        plain = groups.ancova(long[long["visit"] == visit], **MODEL)[arm]
        expected = (plain.value, plain.lower, plain.upper, plain.p_value)
        got = (estimate.value, estimate.lower, estimate.upper, estimate.p_value)
        assert got == pytest.approx(expected, rel=1e-6)
        assert estimate.method == "mmrm, kenward-roger"


def test_with_missing_visits_its_intervals_are_wider_and_its_values_the_same():
    plain, corrected = (mixed.mmrm(DATA, **REPEATED, df=df) for df in mixed.METHODS)
    for key, estimate in corrected.items():
        assert estimate.value == plain[key].value
        assert estimate.upper - estimate.lower > plain[key].upper - plain[key].lower


def test_cross_products_give_what_the_subjects_give(monkeypatch):
    kept = mixed.mmrm(DATA, **REPEATED, df="kenward-roger")
    monkeypatch.setattr(patterns, "KEPT_UP_TO", 0)
    for key, estimate in mixed.mmrm(DATA, **REPEATED, df="kenward-roger").items():
        assert estimate.lower == pytest.approx(kept[key].lower, rel=1e-6)


def test_other_degrees_of_freedom_are_refused():
    with pytest.raises(AnalysisError, match="kenward-roger"):
        mixed.mmrm(DATA, **REPEATED, df="between-within")
