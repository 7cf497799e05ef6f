"""Nouns of donor cells on AAIT's synthetic patients: the numbers of the estimators, by arm and name."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.analyse import censored, decay, interval, paired
from helpers.context import ROOT
from helpers.derive import chimerism
from helpers.literate import donor_charts
from helpers.literate.donor_losses import naive_median
from helpers.literate.trial import Trial
from helpers.present.figure import chart_spec
from helpers.study import load_study

ARM = "aait-with-art"


@pytest.fixture(scope="module")
def trial():
    return Trial(load_study(ROOT / "data/aait", check=False))


@pytest.fixture(scope="module")
def donor(trial):
    return trial.detections()


def test_the_limit_is_printed_with_its_unit(donor):
    assert donor.stated_limit().about.text == "0.1%"
    other = replace(donor, about=replace(donor.about, unit="cells/µL"))
    assert other.limit_text(3) == "3 cells/µL"


def test_seen_counts_those_above_the_limit_at_each_visit(donor):
    seen = donor.seen()
    assert (seen[ARM]["ever"].value, seen[ARM]["ever"].n) == (1.0, 12)
    at_30 = donor.frame[donor.frame["VISIT"] == 30]
    assert seen[ARM]["30"].value == (~at_30["BLQFL"]).mean()


def test_losses_are_those_of_derive_and_masses_those_of_turnbull(donor):
    losses = donor.losses()
    plain = chimerism.loss_intervals(donor.frame, start=0)
    expected = interval.turnbull(plain["LEFT"], plain["RIGHT"])
    found = losses.masses()[ARM]
    assert [r.value for r in found.values()] == expected["mass"].tolist()
    assert found["1"].about.parameter == "Lost between day 14 and 30"
    assert losses.median_between()[ARM].about.text == "between day 14 and 30"


def test_a_loss_is_dated_to_an_end_or_the_middle_of_its_gap(donor):
    losses = donor.losses()
    dated, rows = losses.dated()[ARM], losses.frame
    for name, time in {"first-visit-without": rows["RIGHT"], "last-visit-with": rows["LEFT"],
                       "midpoint": (rows["LEFT"] + rows["RIGHT"]) / 2}.items():  # fmt: skip
        assert dated[name].estimate == paired.median_interval(time)


def test_a_patient_who_keeps_donor_cells_is_censored(donor):
    rows = donor.losses().frame.copy()
    rows.loc[rows.index[0], "RIGHT"] = np.inf
    assert naive_median(rows, "first visit without", level=0.95).method == "kaplan-meier"


def test_the_half_life_is_that_of_the_patients_rates(donor):
    rows = donor.frame
    rates = decay.patient_rates(
        rows["VISIT"], np.log10(rows["AVAL"]), rows["USUBJID"], rows["BLQFL"]
    )
    found = donor.rates().by("arm").apply(decay.mean_half_life, of="RATE")[ARM]
    assert found.value == pytest.approx(decay.mean_half_life(rates).value, rel=1e-9)
    assert found.about.unit == "day"
    ways = donor.other_ways()[ARM]
    assert ways["censored"].value == pytest.approx(found.value, rel=1e-9)
    slope = censored.censored_slope(
        rows["VISIT"], np.log10(rows["AVAL"]), rows["USUBJID"], rows["BLQFL"]
    )
    assert ways["one-slope"].value == slope.value
    assert ways["limit-put-in"].value > 2 * found.value


def test_a_patient_whose_donor_cells_rise_has_a_rate_and_no_half_life(donor):
    rates = donor.rates()
    frame = rates.frame.copy()
    frame.loc[frame.index[0], "LIFE"] = np.nan
    assert len(replace(rates, frame=frame).falling().frame) == len(frame) - 1


def test_fewer_visits_and_a_coarser_assay_see_less(donor):
    less = donor.losses().seen_less_often()[ARM]
    assert less["all-visits"]["seen"].value == 1
    assert less["later-half"]["seen"].value < 1
    assert less["every-other"]["lost"].about.text == "between day 14 and 60"
    assays = donor.coarser_assays()[ARM]
    assert assays["10"]["seen"].value < assays["1"]["seen"].value
    assert assays["10"]["lost"].value < assays["1"]["lost"].value
    assert assays["3"]["seen"].about.parameter == "Read down to 0.3%"


def test_charts_are_named_by_arm_and_show_each_patient_of_a_shown_study(donor):
    levels = donor.by("arm", "visit").apply(paired.quartiles, of="AVAL")
    chart = donor_charts.course(donor, levels)[ARM]
    drawn = chart_spec(chart, "x")["datasets"].values()
    assert len({r["who"] for rows in drawn for r in rows if "who" in r}) == 12
    losses = donor.losses()
    assert list(donor_charts.gaps(losses)) == [ARM]
    chart = donor_charts.fewer_visits(losses, losses.seen_less_often())[ARM]
    drawn = chart_spec(chart, "x")["datasets"].values()
    plans = {r["schedule"] for rows in drawn for r in rows if "visit" in r}
    assert plans == {"All visits", "Every other", "Later half"}


def test_two_arms_are_analysed_apart(trial):
    adlb = trial.study.adlb.copy()
    half = adlb["USUBJID"].isin(sorted(set(adlb["USUBJID"]))[:6])
    adlb["ARM"] = np.where(half, "A", "B")
    two = Trial(replace(trial.study, adlb=adlb)).detections()
    assert list(two.losses().median_between()) == ["a", "b"]
    assert {r.n for r in two.rates().by("arm").apply(decay.mean_half_life, of="RATE").values()} == {
        6
    }
    assert set(two.coarser_assays()) >= {"a.1.seen", "b.10.lost"}
