"""Curves digitised from known patients: what is reconstructed against what was true."""

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import survival
from helpers.audit import audit, load_report
from helpers.audit.km_curve.band import mean_ends, median_ends
from helpers.audit.km_curve.measures import measures, restricted_mean
from helpers.audit.km_curve.patients import Patients, reconstruct
from helpers.audit.km_curve.points import ArmCurve, load_curves
from helpers.audit.km_curve.search import Fitted, at_random
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


def write(folder, arms, extra="", *, points=None, risk=True, sizes=False):
    curves = [digitised(a, name, noise=0.001) for name, a in zip("ab", arms, strict=True)]
    points = points or [
        (c.arm, t, round(s, 4)) for c in curves for t, s in zip(c.time, c.survival, strict=True)
    ]
    pd.DataFrame(points, columns=["arm", "time", "y"]).to_csv(folder / "curve.csv", index=False)
    at = [(c.arm, t, n) for c in curves for t, n in zip(c.risk_time, c.risk, strict=True)]
    pd.DataFrame(at, columns=["arm", "time", "n_risk"]).to_csv(folder / "risk.csv", index=False)
    n = [f"n = {len(a.time)}\n" if sizes else "" for a in arms]
    text = f'[[arm]]\nid = "a"\n{n[0]}[[arm]]\nid = "b"\n{n[1]}reference = true\n'
    text += f'[[result]]\nid = "os"\nkind = "km-curve"\ncurve = "curve.csv"\n{extra}'
    (folder / "report.toml").write_text(text + 'n_risk = "risk.csv"\n' * risk, encoding="utf-8")
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


def coarse(arm, name, rng, *, decimals=2, sparse=False):
    """Points with either rounded survival at each drop, or that of a grid with jittered times."""
    exact = digitised(arm, name)
    end = arm.time.max()
    time = np.sort(np.append([0.0, end], rng.uniform(0, end, 60))) if sparse else exact.time
    level = exact.survival[np.searchsorted(exact.time, time, side="right") - 1]
    off = rng.normal(0, 0.0015 * end, len(time)) if sparse else 0.0
    time = np.clip(time + off, 0, end)
    return [(name, t, s) for t, s in zip(time.round(2), level.round(decimals), strict=True)]


def unlike(seed):
    """Two arms of 30 to 400: crossing or proportional hazards, staggered entry, a thin tail."""
    rng = np.random.default_rng(seed)
    arms = []
    n, crossing, last = int(rng.integers(30, 401)), rng.random() < 0.4, rng.uniform(14, 40)
    for k in range(2):
        hazard = rng.uniform(0.03, 0.09)
        time = rng.exponential(1 / hazard, n)
        if crossing and k:
            time = np.where(time < 5, time / 1.6, 5 / 1.6 + (time - 5) * 1.8)
        leaves = np.minimum(rng.uniform(4, last, n), 24)
        arms.append(Patients(np.minimum(time, leaves), time <= leaves))
    return tuple(arms), rng


def until(arms, horizon):
    return restricted_mean(arms[0], horizon) - restricted_mean(arms[1], horizon)


@pytest.mark.parametrize("seed", range(12))
def test_the_truth_of_unlike_trials_lies_inside_every_range(tmp_path, seed):
    arms, rng = unlike(seed)
    truth, style = measures(arms), {"sparse": seed % 2 == 1}
    points = [p for name, a in zip("ab", arms, strict=True) for p in coarse(a, name, rng, **style)]
    events = (
        f'events = ["{arms[0].event.sum()}", "{arms[1].event.sum()}"]\n' if seed % 3 == 0 else ""
    )
    risk = seed % 4 != 3
    write(tmp_path, arms, events, points=points, risk=risk, sizes=True)
    computed = audit(load_report(tmp_path)).checks_of("os")[0].computed
    held = {"hazard_ratio": truth.hazard_ratio, "p": truth.p}
    held["rmst_gain"] = until(arms, computed["rmst_until"])
    for name, value in held.items():
        low, high = computed[f"{name}_range"]
        assert low - 1e-9 <= value <= high + 1e-9, name
    for value, (low, high) in zip(truth.medians, computed["median_ranges"], strict=True):
        assert low <= value <= high


@pytest.mark.proves("helpers.audit.km_curve.band:mean_ends")
@pytest.mark.proves("helpers.audit.km_curve.band:median_ends")
def test_ends_of_a_median_and_a_mean_are_those_of_the_bands_edges():
    curve = ArmCurve("a", np.array([0.0, 4, 8, 10]), np.array([1.0, 0.8, 0.4, 0.4]), np.array([]),
                     np.array([]), error=0.05)  # fmt: skip
    slip = 0.05  # half a per cent of 10
    assert median_ends(curve) == pytest.approx([4 - slip, 8 + slip])
    # at least .75 until 3.95, .35 until 10; at most 1 until 4.05, .85 until 8.05, .45 until 10
    low = 0.75 * 3.95 + 0.35 * 6.05
    high = 1 * 4.05 + 0.85 * 4.0 + 0.45 * 1.95
    assert mean_ends(curve, 10.0) == pytest.approx([low, high])


def test_a_median_that_the_curve_may_just_reach_may_be_none():
    curve = ArmCurve(
        "a", np.array([0.0, 5, 9]), np.array([1.0, 0.7, 0.5]), np.array([]), np.array([])
    )
    low, high = median_ends(curve)
    assert low == pytest.approx(5 - 0.045)
    assert high == np.inf


def test_points_that_rise_are_drawn_level_between_them_and_widen_the_error(tmp_path):
    (tmp_path / "c.csv").write_text("arm,time,y\na,0,1\na,1,0.80\na,2,0.82\na,3,0.7\n", "utf-8")
    (curve,) = load_curves(tmp_path / "c.csv", None, arms=("a",))
    assert curve.survival == pytest.approx([1, 0.81, 0.81, 0.7])
    assert curve.error == pytest.approx(0.01)


def test_printed_events_far_from_the_curves_are_questioned(tmp_path):
    arms = known(1, 100)
    total = [int(a.event.sum()) for a in arms]
    near = f'events = ["{total[0]}", "{total[1]}"]\n'
    assert write(tmp_path, arms, near).result("os").verdict == "compatible"
    found = write(tmp_path, arms, f'events = ["{total[0] + 25}", "{total[1]}"]\n')
    assert found.result("os").verdict == "questioned"
    assert "events printed" in found.result("os").why


def test_a_curve_of_an_arm_whose_size_nobody_prints_is_not_checkable(tmp_path):
    found = write(tmp_path, known(1, 40), risk=False)
    assert found.result("os").verdict == "not checkable"
    assert "give n" in found.result("os").why


def centre(folder, seed):
    """The audit's hazard ratio of coarse curves over the true one, and what it says of the curves."""
    arms, rng = unlike(seed)
    points = [p for name, a in zip("ab", arms, strict=True)
              for p in coarse(a, name, rng, sparse=seed % 2 == 1)]  # fmt: skip
    write(folder, arms, points=points, sizes=True)
    check = audit(load_report(folder)).checks_of("os")[0]
    return check.computed["hazard_ratio"] / measures(arms).hazard_ratio, check


@pytest.mark.proves("helpers.audit.km_curve.search:at_random")
@pytest.mark.parametrize("seed", [1, 11, 18, 21, 23, 27])
def test_the_mean_of_random_patients_that_fit_coarse_points_is_within_three_per_cent(
    tmp_path, seed
):
    ratio, check = centre(tmp_path, seed)
    assert ratio == pytest.approx(1, abs=0.03)
    files, sizes = (
        (tmp_path / "curve.csv", tmp_path / "risk.csv"),
        [len(a.time) for a in unlike(seed)[0]],
    )
    drawn = at_random(tuple(map(Fitted, load_curves(*files, arms=("a", "b")), sizes)))
    mean = np.exp(np.mean([e.log_ratio for e in drawn]))
    assert check.computed["hazard_ratio"] == pytest.approx(mean)


def test_how_far_coarse_points_leave_the_hazard_ratio_open_is_said(tmp_path):
    _, check = centre(tmp_path, 4)
    low, high = check.computed["hazard_ratio_range"]
    assert f"to within {100 * (high / low) ** 0.5 - 100:.0f}% and no nearer" in check.why
