"""A drawn trial in; results of patients followed in time, with tests of statsmodels, out."""

from __future__ import annotations

import warnings

import numpy as np
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from true_reports.printing import number, p_value


def followed(draw, sizes, visits, lost_at_most):
    """(time, event, arm) of patients seen at visits 1 to `visits`; some are lost between two of them."""
    rng = np.random.default_rng(draw.randrange(2**32))
    base = draw.choice((0.08, 0.15, 0.3))
    time, event, arm = [], [], []
    for k, n in enumerate(sizes):
        rate = base * draw.choice((0.4, 1, 1, 2))
        at = np.ceil(rng.exponential(1 / rate, n))
        seen = at <= visits
        end = np.minimum(at, visits)
        for patient in rng.choice(n, min(n, draw.randint(0, lost_at_most)), replace=False):
            left = (
                rng.integers(1, visits) if visits > 1 else visits
            )  # after that visit, before the next
            if visits > 1 and left < at[patient]:
                end[patient], seen[patient] = left, False
        time += end.tolist()
        event += seen.tolist()
        arm += [k] * n
    return np.array(time), np.array(event), np.array(arm)


def curve_end(time, event):
    """The Kaplan-Meier estimate after the last event."""
    return float(SurvfuncRight(time, event).surv_prob[-1]) if event.any() else 1.0


def curves(draw, trial):
    """Percentages of Kaplan-Meier curves and the P of their comparison."""
    arms, sizes = trial.some_arms(draw, least=2)
    if len(arms) < 2:
        return None
    time, event, arm = followed(draw, sizes, trial.visits, trial.lost_at_most)
    if event.sum() < 2 or not any(event[arm == k].any() for k in range(len(arms))):
        return None
    axis, decimals = draw.choice(("survival", "cumulative", "")), draw.choice((0, 0, 1))
    ends = [curve_end(time[arm == k], event[arm == k]) for k in range(len(arms))]
    shown = [100 * (1 - e if axis == "cumulative" else e) for e in ends]
    out = {
        "kind": "km-percent",
        "arms": arms,
        "percent": [number(s, decimals) + "%" for s in shown],
    }
    if axis:
        out["y_axis"] = axis
    kind, name = draw.choice(((None, "log-rank"), (None, "log-rank"), ("gb", "Gehan-Breslow")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        p = float(survdiff(time, event, arm, weight_type=kind)[1])
    return {**out, "p": p_value(p, draw), "test": draw.choice(("", f"{name} test"))}


def hazards(draw, trial):
    """A hazard ratio with its interval and P, by Cox regression or with the log-rank P beside it."""
    arms, sizes = trial.two_arms(draw)
    time, event, arm = followed(
        draw, sizes, draw.choice((trial.visits, 200)), 3 * trial.lost_at_most
    )
    if min(event[arm == k].sum() for k in (0, 1)) < 4:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = PHReg(time, (arm == 0).astype(float)[:, None], status=event, ties="efron").fit(
            disp=0
        )
        log_rank = float(survdiff(time, event, arm)[1])
    beta, error = float(found.params[0]), float(found.bse[0])
    if not np.isfinite(error) or error > 2:
        return None
    decimals = draw.choice((2, 2, 1, 3))
    ends = [number(np.exp(beta + s * 1.959964 * error), decimals) for s in (-1, 1)]
    test, p = draw.choice((("", 2 * stats.norm.sf(abs(beta / error))), ("Cox regression", None),
                           ("", log_rank), ("log-rank test", log_rank)))  # fmt: skip
    out = {"kind": "ratio", "arms": arms, "measure": "hazard ratio", "test": test, "ci": ends,
           "value": number(np.exp(beta), decimals)}  # fmt: skip
    p = 2 * stats.norm.sf(abs(beta / error)) if p is None else p
    return {**out, "p": p_value(float(p), draw)} if draw.random() < 0.8 else out


def hazard_curves(draw, trial):
    """Percentages of two Kaplan-Meier curves or counts, with the hazard ratio of the same patients."""
    arms, sizes = trial.two_arms(draw)
    time, event, arm = followed(draw, sizes, trial.visits, trial.lost_at_most)
    if min(event[arm == k].sum() for k in (0, 1)) < 2:
        return None
    ties, decimals = draw.choice(("efron", "breslow")), draw.choice((2, 2, 1, 3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = PHReg(time, (arm == 0).astype(float)[:, None], status=event, ties=ties).fit(disp=0)
        log_rank = float(survdiff(time, event, arm)[1])
    beta, error = float(found.params[0]), float(found.bse[0])
    if not np.isfinite(error) or error > 2:
        return None
    out = {
        "kind": "ratio",
        "arms": arms,
        "measure": "hazard ratio",
        "value": number(np.exp(beta), decimals),
    }
    if draw.random() < 0.8:
        ends = [number(np.exp(beta + s * 1.959964 * error), decimals) for s in (-1, 1)]
        out["ci"] = ends
    if draw.random() < 0.5:
        out["count"] = [str(int(event[arm == k].sum())) for k in (0, 1)]
    else:
        axis = draw.choice(("survival", "cumulative"))
        ends = [curve_end(time[arm == k], event[arm == k]) for k in (0, 1)]
        shown = [100 * (1 - e if axis == "cumulative" else e) for e in ends]
        out |= {"percent": [number(s, 1) + "%" for s in shown], "y_axis": axis}
    return {**out, "p": p_value(log_rank, draw), "test": "log-rank test"}
