"""Geometric means and their ratios: R's t.test and lm on logarithms (geometric.R), closed forms, edges."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import geometric
from helpers.config import Analysis
from helpers.edition import plan, sections
from helpers.errors import NoEstimateError
from helpers.literate.planned_changes import planned_differences, planned_ratios
from helpers.literate.rows import row_key
from helpers.literate.trial import Trial
from helpers.study import load_study

ROOT = Path(__file__).parents[1]
STUDY = load_study(ROOT / "data" / "hucmsc")
FROM_R = pd.read_csv(ROOT / "tests/reference/geometric.csv")  # made by geometric.R
ARMS = {"Placebo": "control", "Low dose": "low-dose", "High dose": "high-dose"}


def with_cd4(shown=True, **said):
    """The study with another description of its CD4 count."""
    known = {**STUDY.config.parameters, "cd4": replace(STUDY.config.parameters["cd4"], **said)}
    config = replace(STUDY.config, parameters=known, show_subjects=shown,
                     analysis=Analysis(covariates=("AGE",)))  # fmt: skip
    return replace(STUDY, config=config)


LOGS = Trial(with_cd4(scale="log10"))


@pytest.mark.proves("helpers.analyse.geometric:geometric_mean")
@pytest.mark.parametrize("row", list(FROM_R.itertuples()), ids=lambda r: f"{r.what} {r.arm}")
def test_means_and_ratios_are_those_of_r(row):
    measure = LOGS.measure("cd4")
    if row.what == "mean":
        rows = measure.log10().frame
        logs = rows["LOG"][(rows["ARM"].map(row_key) == ARMS[row.arm]) & (rows["VISIT"] == 48)]
        assert geometric.geometric_mean(logs).value == pytest.approx(row.value, rel=1e-9)
        found = measure.log10().geometric_means()[f"48.{ARMS[row.arm]}"]
        assert found.about.unit == STUDY.config.parameters["cd4"].unit
        assert math.isnan(found.p_value)
    else:
        found = planned_ratios(measure.changes())[ARMS[row.arm]]
        assert found.about.unit == ""
        assert found.p_value == pytest.approx(row.p_value, rel=1e-9)
    mine = found.estimate
    assert (mine.value, mine.lower, mine.upper) == pytest.approx(
        (row.value, row.lower, row.upper), rel=1e-9
    )


def test_the_mean_of_two_is_their_root_and_one_has_none():
    found = geometric.geometric_mean(np.log10([20.0, 80.0]))
    assert found.value == pytest.approx(40)
    assert found.statistic == "geometric mean"
    with pytest.raises(NoEstimateError):
        geometric.geometric_mean([1.3])


def test_of_hidden_subjects_a_ratio_has_as_few_digits_as_a_difference():
    changes = Trial(with_cd4(shown=False, scale="log10")).measure("cd4").changes()
    ratios, gaps = planned_ratios(changes), planned_differences(changes)
    assert list(ratios) == list(gaps)
    for result in ratios.values():
        assert result.value == float(f"{result.value:.2g}")  # 72 subjects: two digits


def test_the_page_of_changes_has_them_where_logarithms_are_analysed():
    cells = {
        scale: plan.analysis("03_cd4_cd8_viral_load", with_cd4(scale=scale))[0].notebook.cells
        for scale in ("log10", "linear")
    }
    said = {scale: "\n".join(c.source for c in some) for scale, some in cells.items()}
    assert "planned_ratios(change)" in said["log10"]
    assert "geometric_means()" in said["log10"]
    assert "geometric" not in said["linear"].partition("# ")[2]


def test_the_page_of_changes_says_how_many_values_are_below_a_limit():
    values = STUDY.adlb[STUDY.adlb["PARAMCD"] == "CD4"]["AVAL"]
    low = STUDY.adlb.assign(
        BLQFL=(STUDY.adlb["PARAMCD"] == "CD4") & (STUDY.adlb["AVAL"] <= values.quantile(0.2))
    )
    assert sections.has(replace(STUDY, adlb=low), "below-limit")
    assert not sections.has(STUDY, "below-limit")
