"""Grouped-time hazard ratios against R's complementary log-log glm (tests/reference)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.analyse.grouped import grouped_hazard_ratio
from helpers.errors import AnalysisError

REFERENCE = Path(__file__).parent / "reference"


@pytest.mark.proves("helpers.analyse.grouped:grouped_hazard_ratio")
def test_ratios_intervals_and_p_values_are_those_of_r_glm_cloglog():
    data = pd.read_csv(REFERENCE / "grouped_hazard_data.csv")
    expected = pd.read_csv(REFERENCE / "grouped_hazard.csv").set_index("arm")
    found = grouped_hazard_ratio(data["time"], data["event"], data["arm"], reference="A")
    for arm in ("B", "C"):
        got = [found[arm].value, found[arm].lower, found[arm].upper, found[arm].p_value]
        assert got == pytest.approx(expected.loc[arm].tolist(), rel=1e-7)


def test_one_visit_gives_the_ratio_of_log_survival():
    # P(event) 1/2 and 3/4: ratio ln(1/4) / ln(1/2) = 2, in closed form
    event = [1, 1, 0, 0, 1, 1, 1, 0]
    found = grouped_hazard_ratio([5.0] * 8, event, ["a"] * 4 + ["b"] * 4, reference="a")
    assert found["b"].value == pytest.approx(2.0, rel=1e-9)


def test_changing_the_reference_inverts_the_ratio():
    data = pd.read_csv(REFERENCE / "grouped_hazard_data.csv")
    data = data[data["arm"] != "C"]
    columns = data["time"], data["event"], data["arm"]
    one, two = (grouped_hazard_ratio(*columns, reference=arm) for arm in "AB")
    assert one["B"].value * two["A"].value == pytest.approx(1.0, rel=1e-9)


def test_visit_times_matter_only_by_their_order():
    data = pd.read_csv(REFERENCE / "grouped_hazard_data.csv")
    warped = np.exp(data["time"] / 5)
    first = grouped_hazard_ratio(data["time"], data["event"], data["arm"], reference="A")
    assert grouped_hazard_ratio(warped, data["event"], data["arm"], reference="A") == first


def test_an_arm_without_an_event_raises():
    with pytest.raises(AnalysisError, match="an arm without"):
        grouped_hazard_ratio([1, 2, 2, 2], [1, 0, 0, 0], ["a", "a", "b", "b"], reference="a")
