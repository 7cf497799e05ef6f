"""What visits and assay see of donor cells, on a study of five patients written out by hand."""

import numpy as np
import pandas as pd
import pytest

from helpers.derive import chimerism
from helpers.errors import AnalysisError
from helpers.study import load_study

TOML = """
id = "tiny"
title = "Five patients"
design = "single-arm"
data = "simulated"
[[arms]]
value = "Cells"
[visits]
unit = "day"
[parameters.chimerism]
paramcd = "DONOR"
label = "Donor cells"
unit = "%"
LLOQ
scale = "log10"
"""
# day:        0    1    7    14   30     (None = not measured, 0.1 = at or below the limit)
PATIENTS = {
    "A": [0.1, 4.0, 2.0, 0.1, 0.1],
    "B": [0.1, 5.0, 0.1, 0.6, 0.1],  # comes back on day 14
    "C": [0.1, 3.0, None, None, 0.1],
    "D": [0.1, 8.0, 4.0, 1.0, 0.2],  # still there
    "E": [0.1, 0.1, 0.1, 0.1, 0.1],  # never seen
}


@pytest.fixture
def study(tmp_path):
    return write(tmp_path, "lloq = 0.1")


def write(folder, limit):
    rows = [
        (who, "DONOR", day, value, "Y" if value == 0.1 else "")
        for who, values in PATIENTS.items()
        for day, value in zip((0, 1, 7, 14, 30), values, strict=True)
        if value is not None
    ]
    columns = ["USUBJID", "PARAMCD", "AVISITN", "AVAL", "BLQFL"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "adlb.csv", index=False)
    people = pd.DataFrame({"USUBJID": list(PATIENTS), "TRT01A": "Cells"})
    people.to_csv(folder / "adsl.csv", index=False)
    (folder / "study.toml").write_text(TOML.replace("LLOQ", limit), encoding="utf-8")
    return load_study(folder, check=False)


def intervals(study, **options):
    rows = chimerism.detections(study, "chimerism", **{"limit": 0.1, **options})
    return chimerism.loss_intervals(rows, start=0).set_index("USUBJID")


def test_loss_lies_between_the_last_visit_with_donor_cells_and_the_next_without(study):
    found = intervals(study)
    assert found["LEFT"].to_dict() == {"A": 7, "B": 14, "C": 1, "D": 30, "E": 0}
    assert found["RIGHT"].to_dict() == {"A": 14, "B": 30, "C": 30, "D": np.inf, "E": 1}


def test_a_gap_before_the_last_positive_visit_is_marked_as_a_return(study):
    assert intervals(study)["RETURNED"].to_dict() == dict.fromkeys("ACDE", False) | {"B": True}


def test_a_later_first_visit_hides_patients_who_had_donor_cells(study):
    assert intervals(study)["SEEN"].sum() == 4
    assert intervals(study, visits=[30])["SEEN"].to_dict() == dict.fromkeys("ABCE", False) | {
        "D": True
    }


def test_a_coarser_assay_loses_them_earlier(study):
    found = intervals(study, limit=1.0)
    assert found["RIGHT"].to_dict() == {"A": 14, "B": 7, "C": 30, "D": 30, "E": 1}


def test_values_below_the_limit_stand_at_the_limit(study):
    rows = chimerism.detections(study, "chimerism", limit=1.0)
    assert (rows.loc[rows["BLQFL"], "AVAL"] == 1.0).all()
    assert rows.loc[~rows["BLQFL"], "AVAL"].min() == 1.0


def test_an_assay_cannot_be_made_finer_than_it_was(study):
    with pytest.raises(AnalysisError, match=r"limit of at least 0\.1"):
        chimerism.detections(study, "chimerism", limit=0.01)


@pytest.mark.proves("helpers.derive.chimerism:assay_limit")
def test_without_a_limit_the_smallest_value_recorded_stands_in(tmp_path):
    assert chimerism.assay_limit(write(tmp_path, ""), "chimerism") == 0.1


def test_a_half_life_takes_three_subjects_with_two_values_and_some_error_left(study):
    rows = chimerism.detections(study, "chimerism", limit=0.1)
    assert chimerism.subjects_with_a_course(rows) == []  # seven values, three lines
    more = pd.concat([rows, rows.assign(VISIT=rows["VISIT"] + 0.5)])
    assert chimerism.subjects_with_a_course(more) == ["A", "B", "D"]  # C has one value, E none
    assert chimerism.measured_later(study, "chimerism")
    assert not chimerism.has_a_course(study, "chimerism")


def one_by_one(rows, start):
    """The losses, a loop over the subjects: slow, and easy to see through."""
    out = []
    for (subject, arm), own in rows.groupby(["USUBJID", "ARM"], observed=True):
        found = own.loc[~own["BLQFL"], "VISIT"]
        left = max(found, default=start)
        right = min(own.loc[own["VISIT"] > left, "VISIT"], default=np.inf)
        back = (own.loc[own["BLQFL"], "VISIT"] < left).any()
        out.append((subject, arm, left, right, len(found) > 0, back))
    return pd.DataFrame(out, columns=["USUBJID", "ARM", "LEFT", "RIGHT", "SEEN", "RETURNED"])


@pytest.mark.proves("helpers.derive.chimerism:loss_intervals")
@pytest.mark.parametrize("seed", range(40))
def test_losses_are_those_of_a_loop_over_the_subjects(seed):
    # visits twice, visits missed, at the start, subjects of whom a row or none has an arm
    random = np.random.default_rng(seed)
    n = int(random.integers(1, 60))
    rows = pd.DataFrame(
        {
            "USUBJID": [f"S{i}" for i in random.integers(0, 12, n)],
            "VISIT": random.choice([0.0, 1, 7, 14, 30.5, 90], n),
            "BLQFL": random.random(n) < 0.5,
        }
    )
    arms = np.where(random.random(n) < 0.1, None, rows["USUBJID"].map(lambda s: "ba"[len(s) % 2]))
    rows["ARM"] = pd.Categorical(arms, categories=["b", "a", "c"], ordered=True)
    before = rows.copy()
    for start in (0.0, -5.0, 7.0):
        found = chimerism.loss_intervals(rows, start=start)
        pd.testing.assert_frame_equal(
            found, one_by_one(rows, start), check_dtype=False, check_categorical=False
        )
    pd.testing.assert_frame_equal(rows, before)
