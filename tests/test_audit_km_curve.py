"""Curves digitised from known patients: what is reconstructed against what was true."""

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import survival
from helpers.audit import audit, load_report
from helpers.audit.km_curve.measures import measures
from helpers.audit.km_curve.patients import Patients, reconstruct
from helpers.audit.km_curve.points import ArmCurve
from helpers.errors import ImpossibleError

AT = (0.0, 6.0, 12.0, 18.0)


def known(seed, n, hazards=(0.04, 0.08)):
    """Two arms of n patients, lost from month 6 on, followed to month 24."""
    rng, arms = np.random.default_rng(seed), []
    for hazard in hazards:
        time, leaves = rng.exponential(1 / hazard, n), np.minimum(rng.uniform(6, 30, n), 24)
        arms.append(Patients(np.minimum(time, leaves), time <= leaves))
    return tuple(arms)


def digitised(arm, name="a", noise=0.0, seed=0):
    curve = survival.kaplan_meier(arm.time, arm.event)
    steps = curve[(curve["events"] > 0) | (curve["time"] == 0)]
    time = np.append(steps["time"], arm.time.max())
    share = np.append(steps["survival"], steps["survival"].iloc[-1])
    share = share + np.random.default_rng(seed).uniform(-noise, noise, len(share))
    risk = np.array([(arm.time >= at).sum() for at in AT])
    return ArmCurve(name, time, np.minimum.accumulate(np.clip(share, 0, 1)), np.array(AT), risk)


@pytest.mark.proves("helpers.audit.km_curve.patients:reconstruct")
@pytest.mark.parametrize("seed", range(8))
def test_hazard_ratio_of_200_an_arm_is_within_two_per_cent_of_the_truth(seed):
    arms = known(seed, 200)
    found = measures(tuple(reconstruct(digitised(a, noise=0.001), size=200) for a in arms))
    assert found.hazard_ratio == pytest.approx(measures(arms).hazard_ratio, rel=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_no_death_is_invented_after_the_last_number_at_risk(seed):
    for arm in known(seed, 60):
        made = reconstruct(digitised(arm), size=60)
        true, found = ((p.event & (p.time > AT[-1])).sum() for p in (arm, made))
        assert found <= true
        assert len(made.time) == 60


def test_the_numbers_at_risk_are_those_printed():
    arm = known(3, 150)[0]
    made = reconstruct(digitised(arm, noise=0.001), size=150)
    for at in AT:
        assert (made.time >= at).sum() == (arm.time >= at).sum()


def test_without_losses_an_exact_curve_gives_the_patients_back():
    rng = np.random.default_rng(1)
    time = rng.exponential(10, 40)
    arm = Patients(np.minimum(time, 24), time <= 24)
    made = reconstruct(digitised(arm), size=40)
    assert np.sort(made.time[made.event]) == pytest.approx(np.sort(arm.time[arm.event]))


def test_measures_are_those_of_the_estimators():
    arms = known(2, 80)
    time, event = np.concatenate([a.time for a in arms]), np.concatenate([a.event for a in arms])
    arm = ["first"] * 80 + ["second"] * 80
    found = measures(arms)
    assert found.p == pytest.approx(survival.log_rank(time, event, arm).p_value, rel=1e-9)
    medians = [survival.median_survival(a.time, a.event).value for a in arms]
    assert found.medians == pytest.approx(medians)
    gain = survival.rmst_difference(
        arms[0].time, arms[0].event, arms[1].time, arms[1].event, horizon=24
    )
    assert found.rmst_gain == pytest.approx(gain.value)


def test_hazard_ratio_is_that_of_cox_regression():
    from statsmodels.duration.hazard_regression import PHReg

    arms = known(2, 80)
    time, event = (
        np.concatenate([a.time for a in arms]).round(),
        np.concatenate([a.event for a in arms]),
    )
    rounded = tuple(Patients(a.time.round(), a.event) for a in arms)
    first = np.repeat([1.0, 0.0], 80)
    model = PHReg(time, first[:, None], status=event.astype(int), ties="efron").fit(disp=False)
    assert measures(rounded).hazard_ratio == pytest.approx(np.exp(model.params[0]), rel=1e-6)


def write(folder, arms, extra=""):
    curves = [digitised(a, name, noise=0.001) for name, a in zip("ab", arms, strict=True)]
    points = [
        (c.arm, t, round(s, 4)) for c in curves for t, s in zip(c.time, c.survival, strict=True)
    ]
    pd.DataFrame(points, columns=["arm", "time", "y"]).to_csv(folder / "curve.csv", index=False)
    risk = [(c.arm, t, n) for c in curves for t, n in zip(c.risk_time, c.risk, strict=True)]
    pd.DataFrame(risk, columns=["arm", "time", "n_risk"]).to_csv(folder / "risk.csv", index=False)
    text = '[[arm]]\nid = "a"\n[[arm]]\nid = "b"\nreference = true\n[[result]]\nid = "os"\n'
    text += f'kind = "km-curve"\ncurve = "curve.csv"\nn_risk = "risk.csv"\n{extra}'
    (folder / "report.toml").write_text(text, encoding="utf-8")
    return audit(load_report(folder))


@pytest.mark.parametrize("seed", [1, 4])
def test_the_truth_lies_inside_the_range(tmp_path, seed):
    arms = known(seed, 100)
    truth = measures(arms)
    computed = write(tmp_path, arms).checks_of("os")[0].computed
    assert (
        computed["hazard_ratio_range"][0] <= truth.hazard_ratio <= computed["hazard_ratio_range"][1]
    )
    assert computed["rmst_gain_range"][0] <= truth.rmst_gain <= computed["rmst_gain_range"][1]
    assert computed["p_range"][0] <= truth.p <= computed["p_range"][1]


def test_a_printed_hazard_ratio_is_held_against_the_range(tmp_path):
    arms = known(1, 100)
    near = f'measure = "hazard ratio"\nvalue = "{measures(arms).hazard_ratio:.2f}"\n'
    assert write(tmp_path, arms, near).result("os").verdict == "compatible"
    far = 'measure = "hazard ratio"\nvalue = "0.95"\n'
    assert write(tmp_path, arms, far).result("os").verdict == "questioned"


def test_numbers_at_risk_that_the_curve_cannot_have_are_impossible():
    curve = digitised(known(1, 100)[1])
    many = ArmCurve("a", curve.time, curve.survival, curve.risk_time, np.array([100, 95, 94, 93]))
    with pytest.raises(ImpossibleError, match="even without a loss"):
        reconstruct(many, size=100)


def test_a_curve_file_that_is_not_there_is_named_and_stops_nothing(tmp_path):
    write(tmp_path, known(1, 20))
    (tmp_path / "curve.csv").unlink()
    found = audit(load_report(tmp_path))
    assert found.result("os").verdict == "not checkable"
    assert "curve.csv" in found.result("os").why
