"""Each subject's event days and time under observation go in, mean counts and rate ratios come out.

Events may recur. Nothing is assumed of how those of one subject depend on each other: errors are robust,
each subject's part in an estimate being one independent draw. Who dies is no longer watched, as in R's
survfit and coxph with id; a mean among the dead and the living (Ghosh & Lin) is another question.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks, cox
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import AnalysisError, NoEstimateError

STEPS, CLOSE = 50, 1e-12  # Newton's steps, and the last one relative to the standard errors
NO_SPREAD = 1e-9  # a robust error below this share of the model's (of a mean) is rounding of 0


@dataclass(frozen=True)
class _Events:
    """One entry an event: its day, whose it is, and which of that subject on that day (0, 1, ...)."""

    day: np.ndarray
    who: np.ndarray
    again: np.ndarray


@estimator
def mean_events(
    end: Sequence[float], days: Sequence[Sequence[float]], *, at: float, level: float = 0.95
) -> Estimate:
    """Mean number of events of a subject up to and including `at`: Nelson and Aalen's estimate.

    One entry a subject: `end` of its observation (above 0) and the `days` of its events, 0 to `end`. The
    robust variance of Lawless & Nadeau 1995 (Technometrics 37:158), which R's survfit with id has as
    std.chaz; interval on the scale of the logarithm, none where nobody had an event by then, or where all had
    as many and the variance is 0. Raises where nobody is watched until `at`.
    """
    end, events = _checked(end, days)
    if not 0 < at <= end.max():
        raise checks.error(no_estimate=at > 0)(
            f"at: expected a time above 0 and at most {end.max():g}, the last observed, found {at:g}"
        )
    seen = events.day <= at
    day, who = events.day[seen], events.who[seen]
    at_risk = len(end) - np.searchsorted(np.sort(end), day, side="left")
    value = float((1 / at_risk).sum())
    if not value:
        return Estimate("nelson-aalen", "mean number of events", 0.0, n=len(end), level=level)
    order = np.argsort(day, kind="stable")
    expected = np.append(0.0, np.cumsum(1.0 / at_risk[order] ** 2))
    own = np.bincount(who, 1 / at_risk, minlength=len(end))
    own -= expected[np.searchsorted(day[order], end, side="right")]
    z, error = _quantile(level), float(np.sqrt(own @ own))
    if error <= NO_SPREAD * value:
        return Estimate("nelson-aalen", "mean number of events", value, n=len(end), level=level)
    factor = float(np.exp(z * error / value))
    return Estimate("nelson-aalen", "mean number of events", value, value / factor, value * factor,
                    n=len(end), level=level)  # fmt: skip


@estimator
def lwyy_rate_ratios(
    frame: pd.DataFrame, *, end: str, days: str, arm: str, reference: Hashable,
    covariates: Sequence[str] = (), strata: Sequence[str] = (), tied: str = "efron",
    level: float = 0.95,
) -> dict[Hashable, Estimate]:  # fmt: skip
    """Ratio of the rate of recurrent events of each arm to that of `reference`, with robust errors.

    Andersen and Gill's model fitted as Cox's: every subject is at risk of its next event until its
    `end`, whatever it had; sandwich errors by subject (Lin, Wei, Yang & Ying 2000, J R Stat Soc B 62:711),
    as R's coxph(Surv(start, stop, event) ~ arm, cluster = id). `frame`: one row a subject without missing
    values, `days` holding a sequence of event days. Strata, covariates and ties as in `cox`; a second
    event of one subject on one day counts as coming right after the first. Wald interval and P. Raises where
    an arm has no event, and where the subjects of two arms leave no residual, so that the error is 0 (R
    prints an interval of no width there).
    """
    if tied not in ("efron", "breslow"):
        raise AnalysisError(f'tied: expected "efron" or "breslow", found {tied!r}; choose one')
    ends, events = _checked(frame[end], frame[days])
    had = np.bincount(events.who, minlength=len(ends)) > 0
    rows = frame.assign(**{end: ends, days: had})
    model, keys = cox.model_frame(rows, end, days, arm, reference, covariates, strata)
    cox.refuse_one_sided(model, keys)
    x, stratum = model[list(keys)].to_numpy(), model["stratum"].to_numpy()
    risk = _Risk(ends, x, stratum, events, efron=tied == "efron")
    beta, covariance, naive = _maximum(risk)
    z, out = _quantile(level), {}
    for i, key in enumerate(keys.values()):
        error = float(np.sqrt(covariance[i, i]))
        if error <= NO_SPREAD * np.sqrt(naive[i, i]):
            raise NoEstimateError(
                f"lwyy: expected subjects of {key!r} and {reference!r} who differ in their events, found all "
                "as many as the model expects: the robust error is 0, and no interval or P can be estimated"
            )
        ratio = (float(np.exp(beta[i] + k * error)) for k in (0.0, -z, z))
        p = 2 * float(special.ndtr(-abs(beta[i]) / error))
        out[key] = Estimate("lwyy", "rate ratio", *ratio, p, len(frame), level)
    return out


class _Risk:
    """Who is at risk at each event, and what the partial likelihood makes of it."""

    def __init__(self, end, x, stratum, events: _Events, *, efron: bool):
        self.end, self.x, self.stratum, self.events = end, x, stratum, events
        slots = np.stack([stratum[events.who], events.day, events.again], axis=1)
        _, self.slot, size = np.unique(slots, axis=0, return_inverse=True, return_counts=True)
        self.slot = self.slot.ravel()
        place = pd.Series(self.slot).groupby(self.slot).cumcount().to_numpy()
        self.share = place / size[self.slot] if efron else np.zeros(len(place))
        self.tied = size[self.slot]
        self.order = np.lexsort((-end, stratum))  # longest first, within a stratum

    def at(self, beta: np.ndarray):
        """Score, information and each subject's residual of the score at `beta`."""
        x, who, slot = self.x, self.events.who, self.slot
        weight = np.exp(x @ beta)
        first, second = weight[:, None] * x, weight[:, None, None] * x[:, :, None] * x[:, None, :]
        s0, s1, s2 = (self._at_risk(v) - _times(self.share, _within(v[who], slot))
                      for v in (weight, first, second))  # fmt: skip
        mean = s1 / s0[:, None]
        spread = s2 / s0[:, None, None] - mean[:, :, None] * mean[:, None, :]
        own = x[who] - _within(mean, slot) / self.tied[:, None]
        residual = np.zeros_like(x)
        np.add.at(residual, who, own)
        residual -= weight[:, None] * (
            x * self._until(1 / s0)[:, None] - self._until(mean / s0[:, None])
        )
        spared, moved = (
            _within(self.share / s0, slot),
            _within(_times(self.share, mean) / s0[:, None], slot),
        )
        np.add.at(residual, who, weight[who, None] * (x[who] * spared[:, None] - moved))
        return own.sum(axis=0), spread.sum(axis=0), residual

    def _at_risk(self, values: np.ndarray) -> np.ndarray:
        """The sum of `values` over those at risk at each event, in its stratum."""
        total = np.cumsum(values[self.order], axis=0)
        total = np.concatenate([np.zeros_like(total[:1]), total])
        key = self.stratum[self.order]
        begin = np.searchsorted(key, self.stratum[self.events.who], side="left")
        until = np.empty_like(begin)
        for one in np.unique(key):
            ends = np.sort(self.end[self.stratum == one])
            mine = self.stratum[self.events.who] == one
            until[mine] = len(ends) - np.searchsorted(ends, self.events.day[mine], side="left")
        return total[begin + until] - total[begin]

    def _until(self, values: np.ndarray) -> np.ndarray:
        """The sum of `values` over the events of a subject's stratum up to its end, for each subject."""
        out = np.zeros((len(self.end), *values.shape[1:]))
        of_event = self.stratum[self.events.who]
        for one in np.unique(of_event):
            mine, people = of_event == one, self.stratum == one
            order = np.argsort(self.events.day[mine], kind="stable")
            total = np.cumsum(values[mine][order], axis=0)
            total = np.concatenate([np.zeros_like(total[:1]), total])
            days = self.events.day[mine][order]
            out[people] = total[np.searchsorted(days, self.end[people], side="right")]
        return out


def _times(share: np.ndarray, values: np.ndarray) -> np.ndarray:
    return share.reshape(-1, *[1] * (values.ndim - 1)) * values


def _within(values: np.ndarray, slot: np.ndarray) -> np.ndarray:
    """For each event the sum of `values` over the events of its slot."""
    total = np.zeros((slot.max() + 1, *values.shape[1:]))
    np.add.at(total, slot, values)
    return total[slot]


def _maximum(risk: _Risk) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Where the partial likelihood is highest, the robust covariance there, and the model's own."""
    beta = np.zeros(risk.x.shape[1])
    for _ in range(STEPS):
        score, information, residual = risk.at(beta)
        try:
            naive = np.linalg.inv(information)
        except np.linalg.LinAlgError:
            break
        step = naive @ score
        if np.all(np.abs(step) <= CLOSE * np.sqrt(np.abs(np.diag(naive)))):
            moved = residual @ naive
            return beta, moved.T @ moved, naive
        beta = beta + np.clip(step, -2, 2)
    raise NoEstimateError(
        "lwyy: expected a finite maximum of the likelihood, found none; leave out covariates that "
        "separate events from the rest"
    )


def _checked(end: Sequence[float], days: Sequence[Sequence[float]]) -> tuple[np.ndarray, _Events]:
    """The ends, and every event."""
    end = checks.vector(end, name="end")
    if len(end) != len(days) or end.min() <= 0:
        raise AnalysisError(
            f"end: expected a time above 0 for each of {len(days)} sequences of days, found "
            f"{len(end)}, the smallest {end.min():g}"
        )
    own = [np.sort(np.asarray(list(some), dtype=float)) for some in days]
    day = np.concatenate([*own, np.array([])])
    who = np.repeat(np.arange(len(end)), [len(some) for some in own])
    if not np.all((day >= 0) & (day <= end[who])):
        raise AnalysisError("days: expected numbers from 0 to the subject's end, found others")
    again = pd.DataFrame({"who": who, "day": day}).groupby(["who", "day"]).cumcount().to_numpy()
    return end, _Events(day, who, again)


def _quantile(level: float) -> float:
    return float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))
