"""P values go in, adjusted ones come out; also how many false positives to expect of k true nulls.

Nothing here decides which comparisons belong to one family: that is stated where it is used.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.analyse import checks
from helpers.analyse.estimate import estimator
from helpers.errors import AnalysisError


@estimator
def adjust(p_values: Sequence[float], *, method: str = "holm") -> np.ndarray:
    """P values adjusted for their number, in the order given, at most 1.

    "holm" controls the chance of any false positive (Holm 1979, Scand J Stat 6:65), whatever the
    dependence, "bonferroni" too, with less power; "hochberg" (1988, Biometrika 75:800) with more,
    and "benjamini-hochberg" the expected share of false among the positives (1995, J R Stat Soc B
    57:289), both for independent or positively dependent tests. "none" changes nothing. As R's
    p.adjust; missing P values
    raise.
    """
    p = checks.vector(p_values, name="p_values")
    if p.min() < 0 or p.max() > 1:
        raise AnalysisError(f"p_values: expected 0 to 1, found {p.min()} to {p.max()}")
    order, k = np.argsort(p, kind="stable"), len(p)
    if method == "holm":
        steps = np.maximum.accumulate(p[order] * np.arange(k, 0, -1))
    elif method == "bonferroni":
        steps = p[order] * k
    elif method in ("benjamini-hochberg", "hochberg"):
        of = k / np.arange(1, k + 1) if method != "hochberg" else np.arange(k, 0, -1)
        steps = np.minimum.accumulate((p[order] * of)[::-1])[::-1]
    elif method == "none":
        steps = p[order]
    else:
        known = '"holm", "hochberg", "bonferroni", "benjamini-hochberg" or "none"'
        raise AnalysisError(f"method: expected {known}, found {method!r}")
    adjusted = np.empty(k)
    adjusted[order] = np.minimum(steps, 1.0)
    return adjusted


@estimator
def expected_false_positives(k: int, alpha: float = 0.05) -> pd.DataFrame:
    """Chance that at least j of k independent tests are below alpha when no effect exists.

    One row for j = 0..k: `at_least`, `probability` (binomial tail, 0 to 1) and `expected`, the
    mean number k alpha, the same in every row.
    """
    _, k = checks.count(0, k, name="k")
    checks.inside(alpha, 0, 1, name="alpha")
    j = np.arange(k + 1)
    tail = np.append(1.0, special.bdtrc(j[:-1], k, alpha))
    return pd.DataFrame({"at_least": j, "probability": tail, "expected": k * alpha})
