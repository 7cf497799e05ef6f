"""Response rates, visits and a seed in, the power of a log-rank test or the patients it takes out.

Trials in which response is seen at visits only and nobody is lost. Nothing is estimated from data.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from helpers.analyse.estimate import Estimate, estimator
from helpers.analyse.proportions import wilson
from helpers.analyse.sample_size import fewest_simulated
from helpers.errors import AnalysisError
from helpers.possible import batched


def proportional_responses(rate: float, *, weeks: Sequence[float]) -> np.ndarray:
    """Return the probability of a first response at each of `weeks`; they add up to `rate`.

    The rate of response is constant over time, so that two arms have proportional hazards.
    `weeks` ascend from above 0; response is noticed at the next of them. A `rate` of 1 has no
    constant hazard and is refused.
    """
    at = np.asarray(weeks, dtype=float)
    if not 0 <= rate < 1 or at[0] <= 0 or (np.diff(at) <= 0).any():
        raise AnalysisError(
            f"responses: expected a rate from 0 to below 1 and ascending weeks above 0, found "
            f"{rate} and {list(weeks)}"
        )
    reached = -np.expm1(math.log1p(-rate) * at / at[-1])
    return np.diff(reached, prepend=0.0)


@estimator
def log_rank_power(
    rate1: float,
    rate2: float,
    *,
    sizes: tuple[int, int],
    weeks: Sequence[float],
    trials: int,
    seed: int,
    alpha: float = 0.05,
) -> Estimate:
    """Power of the two-sided log-rank test for responses `rate1` and `rate2` by the last visit.

    `sizes` patients in the two arms, constant hazards, visits at `weeks`. Share of `trials`
    simulated ones with P <= `alpha`; the interval is Wilson's, for the Monte Carlo error.
    """
    each = [proportional_responses(r, weeks=weeks) for r in (rate1, rate2)]
    return log_rank_power_at(*each, sizes=sizes, trials=trials, seed=seed, alpha=alpha)


@estimator
def log_rank_power_at(
    responses1: Sequence[float],
    responses2: Sequence[float],
    *,
    sizes: tuple[int, int],
    trials: int,
    seed: int,
    alpha: float = 0.05,
) -> Estimate:
    """Power of the two-sided log-rank test for any chances of a first response at each visit.

    `responses1`, `responses2`: one chance a visit, adding up to the share that ever responds; the
    visits are the same in both arms. Else as `log_rank_power`.
    """
    rng = np.random.default_rng(seed)
    arms = []
    for n, chances in zip(sizes, (responses1, responses2), strict=True):
        each = np.asarray(chances, dtype=float)
        rest = 1 - each.sum()
        if (each < 0).any() or rest < -1e-9:
            raise AnalysisError(
                f"responses: expected chances that add up to 1 at most, found {each}"
            )
        arms.append(rng.multinomial(n, [*each, max(0.0, rest)], size=trials)[:, :-1])
    responded = np.stack(arms, axis=1)
    risk = batched.at_risk(responded, np.zeros_like(responded), sizes=sizes)
    p = batched.logrank_p(*batched.logrank(responded, risk))
    found = wilson(int((p <= alpha).sum()), trials)
    return Estimate(
        "log-rank, simulated", "power", found.value, found.lower, found.upper, n=sum(sizes)
    )


@estimator
def patients_for_log_rank(
    responses1: Sequence[float],
    responses2: Sequence[float],
    *,
    power: float = 0.9,
    trials: int,
    seed: int,
    most: int = 20_000,
) -> Estimate:
    """Fewest patients an arm with which the log-rank test has `power`; chances as in
    `log_rank_power_at`.

    Bisection with one seed; the interval is where the power's Monte Carlo limits reach `power`.
    NaN where `most` an arm do not suffice.
    """

    sizes = fewest_simulated(
        lambda n: log_rank_power_at(responses1, responses2, sizes=(n, n), trials=trials, seed=seed),
        power_wanted=power,
        most=most,
    )
    return Estimate("log-rank, simulated", "patients per arm", *sizes)


@estimator
def detectable_rate(
    rate2: float,
    *,
    sizes: tuple[int, int],
    weeks: Sequence[float],
    trials: int,
    seed: int,
    power: float = 0.8,
) -> Estimate:
    """Smallest difference in response above `rate2` that the log-rank test finds with `power`.

    Bisection over the simulated power with one seed throughout (common random numbers); the
    interval is where the power's Monte Carlo limits reach `power`. NaN where a response of 99.9%
    does not suffice.
    """
    given = {"sizes": sizes, "weeks": weeks, "trials": trials, "seed": seed}

    def least(part: str) -> float:
        low, high = rate2, 0.999
        if getattr(log_rank_power(high, rate2, **given), part) < power:
            return math.nan
        for _ in range(14):
            middle = (low + high) / 2
            enough = getattr(log_rank_power(middle, rate2, **given), part) >= power
            low, high = (low, middle) if enough else (middle, high)
        return high - rate2

    value, lower, upper = (least(part) for part in ("value", "upper", "lower"))
    method = "log-rank, simulated"
    return Estimate(method, "detectable difference", value, lower, upper, n=sum(sizes))
