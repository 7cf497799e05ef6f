"""The levels of a scale, arm by arm, and a common odds ratio go in; whether they agree comes out.

Check `common-odds`: the proportional-odds model of level on arm is fitted to the counts by Fisher's
scoring, as R's MASS::polr does; its interval is Wald's, with the expected or the observed information.
McCullagh 1980, JRSS B 42:109. Mantel and Haenszel's ratio of the dichotomies is tried too. An adjusted
one is not redone; where levels leave several counts open, nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from scipy import special

from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.audit.parts import counts_of
from helpers.audit.printed import ends_text, parse, prints, words
from helpers.audit.scale import reach
from helpers.audit.wording import bayesian, level
from helpers.rounding import plain

NAME = "common-odds"
PART = "ratio"
METHOD = "proportional-odds model of the levels"
COVARIATES = ("adjust", "stratif", "covaria", "multivaria", "mixed")
SAME, STEPS = 1e-10, 100
CLOSE = 0.05  # of the log of an end: profiles and scores lie so near to Wald's
Levels = Sequence[Sequence[int]]  # a row an arm, a column a level


def says_common(result: Result) -> bool:
    """Return whether a ratio is a common odds ratio of the levels that it names."""
    said = f"{result.name} {result.test} {result.quote}".lower()
    odds = "odds ratio" in said or "odds" in result.measure
    known = any(
        word in said for word in ("common", "proportional", "ordinal", "shift", "cumulative")
    )
    return bool(result.categories) and odds and known


def _adjusted(result: Result) -> bool:
    """Return whether words, or `adjusted`, say that the model has covariates."""
    said = f"{result.test} {result.quote}".lower().replace("unadjust", "")
    return bool(result.adjusted) or any(word in said for word in COVARIATES)


def _probabilities(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the probabilities of the levels by arm, and their derivatives by each parameter."""
    *cuts, beta = theta
    shares, slopes = [], []
    for arm in (1.0, 0.0):
        inner = special.expit(np.array(cuts) + beta * arm)
        density = inner * (1 - inner)
        outer = np.concatenate([[0.0], inner, [1.0]])
        by_cut = np.zeros((len(cuts) + 2, len(theta)))
        by_cut[1:-1, :-1] = np.diag(density)
        by_cut[1:-1, -1] = density * arm
        shares.append(np.diff(outer))
        slopes.append(np.diff(by_cut, axis=0))
    return np.array(shares), np.array(slopes)


def _score(table: np.ndarray, theta: np.ndarray) -> np.ndarray:
    shares, slopes = _probabilities(theta)
    return np.einsum("gj,gjp->p", table / shares, slopes)


def proportional_odds(levels: Levels) -> tuple[float, float, float] | None:
    """Return (log odds ratio of a lower level, first arm to second; its errors); None where none is finite.

    The errors: of the expected and of the observed information. Levels that nobody has are left out.
    """
    table = np.asarray(levels, dtype=float)
    table = table[:, table.sum(0) > 0]
    if table.shape[1] < 2 or min(table.sum(1)) == 0:
        return None
    below = np.cumsum(table.sum(0))[:-1] / table.sum()
    theta = np.append(special.logit(below), 0.0)
    for _ in range(STEPS):
        shares, slopes = _probabilities(theta)
        if shares.min() <= 0 or abs(theta[-1]) > 20:
            return None
        weights = table.sum(1)[:, None] / shares
        information = np.einsum("gj,gjp,gjq->pq", weights, slopes, slopes)
        step = np.linalg.solve(information, _score(table, theta))
        theta = theta + step
        if np.abs(step).max() < SAME:
            break
    else:
        return None
    h = 1e-5 * np.eye(len(theta))
    observed = np.array([(_score(table, theta - e) - _score(table, theta + e)) / 2e-5 for e in h])
    errors = [math.sqrt(np.linalg.inv(one)[-1, -1]) for one in (information, observed)]
    return float(theta[-1]), *errors


def pooled_odds(levels: Levels) -> float:
    """Return the log of Mantel and Haenszel's odds ratio of all dichotomies; NaN where it is not finite."""
    x = np.cumsum(np.asarray(levels, dtype=float), axis=1)
    total, low = x[:, -1], x[:, :-1]
    one, other = (low[0] * (total[1] - low[1])).sum(), (low[1] * (total[0] - low[0])).sum()
    return math.log(one / other) if min(one, other) > 0 else math.nan


def check_common(result: Result, report: Report) -> list[Check]:
    """Return the check of a common odds ratio against the counts of its levels; none without them."""
    if not says_common(result) or not result.value or parse(result.value).sign or bayesian(result):
        return []
    if _adjusted(result):
        return []
    found = [[counts_of(report.result(one), arm, report) for one in result.categories]
             for arm in result.arms]  # fmt: skip
    if any(one is None or one[1][0] != one[1][1] for row in found for one in row):
        return []
    levels = [[ends[0] for _, ends in row] for row in found]
    fitted = proportional_odds(levels)
    return [] if fitted is None else [_check(result, report, fitted, pooled_odds(levels))]


def _check(result: Result, report: Report, fitted, pooled: float) -> Check:
    wanted, ways = parse(result.value), report.readings.rounding
    sign = (
        1 if (fitted[0] >= 0) == (wanted.value >= 1) else -1
    )  # of the better or of the worse levels
    logs = {"proportional odds": fitted[0], "pooled dichotomies": pooled}
    values = {name: math.exp(sign * v) for name, v in logs.items() if v == v}
    kept = {name: rounded for name, v in values.items()
            if (rounded := tuple(r for r in ways if prints(v, wanted, r)))}  # fmt: skip
    z = reach(level(result))
    ends = {f"Wald, {name}": [math.exp(sign * fitted[0] + k * z * error) for k in (-1, 1)]
            for name, error in zip(("expected", "observed"), fitted[1:], strict=True)}  # fmt: skip
    told, near = _interval(result, ends, ways)
    computed = {"estimates": values, "intervals": ends}
    shown = ", ".join(f"{name} {plain(v, 3)}" for name, v in values.items())
    low, high = ends["Wald, observed"]
    why = f"the levels give {shown} ({plain(low, 3)} to {plain(high, 3)}); printed {result.value}"
    why += f" ({ends_text(result.ci)})" if any(result.ci) else ""
    fits = kept and told
    verdict = "reproduced" if fits else "not checkable" if kept and near else "questioned"
    readings = (
        tuple(f"odds ratio: {name}, {words(r, ways)}" for name, r in kept.items()) if fits else ()
    )
    asks = "" if fits else f"By which model, and adjusted for what, is “{result.id}”?"
    return Check(result.id, NAME, verdict, readings, computed, METHOD, why, PART, asks)


def _interval(result: Result, ends: dict[str, list[float]], ways) -> tuple[bool, bool]:
    """Return whether a printed interval is one of those computed, and whether it is near to one."""
    printed = [parse(text) if text else None for text in (*result.ci, "", "")[:2]]
    if not any(printed):
        return True, True
    told = any(all(n is None or prints(v, n, r) for n, v in zip(printed, pair, strict=True))
               for pair in ends.values() for r in ways)  # fmt: skip
    near = all(n is None or n.value <= 0 or abs(math.log(float(n.value) / v)) <= CLOSE
               for n, v in zip(printed, ends["Wald, observed"], strict=True))  # fmt: skip
    return told, near
