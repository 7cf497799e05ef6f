"""Two arms that may lose patients and a P as printed in; sampled trials that print it come out.

The companion of `reported` for trials too many to list (more visits, patients leaving): one row a
drawn trial, drawn uniformly as in `dropout`. Shares of them carry a Monte Carlo error, and the ends
seen lie inside the true ones.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.errors import AnalysisError, ImpossibleError
from helpers.possible.batched import at_risk, km_survival, logrank, logrank_p, rmst
from helpers.possible.dropout import CELLS, SAME, Arm, sample_arm
from helpers.possible.log_rank_terms import check_trial
from helpers.possible.printed import p_interval


def sampled_reported(
    *,
    arms: Sequence[Arm],
    weeks: Sequence[float],
    reported_p: str,
    draws: int,
    seed: int,
    weighted: bool = False,
) -> pd.DataFrame:
    """Return those of `draws` independent trials whose log-rank P prints as `reported_p`.

    One row a trial that prints: `gain` (difference in restricted mean, first arm minus second, unit
    of `weeks`) and `first_faster` (the log-rank test points to the first arm). Every history is
    equally likely, or every assignment of the patients where `weighted`. The share that prints is
    the number of rows over `draws`. Raises ImpossibleError where none prints or no trial can be
    like this, AnalysisError for no draws or too many for memory.
    """
    most = CELLS // len(weeks)
    if not 1 <= draws <= most:
        raise AnalysisError(f"draws: expected 1 to {most:,}, found {draws:,}; change the number")
    check_trial(
        sizes=[arm.size for arm in arms],
        responders=[max(pair[0] for pair in arm.pairs) for arm in arms],
        visits=len(weeks),
        weeks=weeks,
    )
    rng = np.random.default_rng(seed)
    drawn = [
        sample_arm(rng, arm, visits=len(weeks), draws=draws, weighted=weighted) for arm in arms
    ]
    responded, censored = (np.stack(part, axis=1) for part in zip(*drawn, strict=True))
    risk = at_risk(responded, censored, sizes=[arm.size for arm in arms])
    excess, variance = logrank(responded, risk)
    p, (low, high) = logrank_p(excess, variance), p_interval(reported_p)
    prints = (p >= low) & (p <= high)
    if not prints.any():
        raise ImpossibleError(
            f"reported P {reported_p}: expected a trial that prints it among {draws:,}, found "
            "none; draw more, or see helpers.possible.bounds for the smallest and largest P"
        )
    mean = rmst(km_survival(responded[prints], risk[prints]), weeks=weeks)
    gain = mean[:, 0] - mean[:, 1]
    return pd.DataFrame({"gain": gain, "first_faster": excess[prints] > SAME})
