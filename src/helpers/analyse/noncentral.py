"""Degrees of freedom and a shift in, the chance that a two-sided t test misses it out."""

from __future__ import annotations

import math

from scipy import special

from helpers.errors import AnalysisError

FAR = 8.0  # beyond so many standard deviations a tail is below 1e-14


def below(df: float, shift: float, t: float) -> float:
    """P(T <= t) of the non-central t distribution with non-centrality `shift`.

    scipy's function returns NaN deep in a tail; there the probability is 0 or 1 to double precision,
    and anywhere else a NaN is an error rather than a 0.
    """
    found = float(special.nctdtr(df, shift, t))
    if not math.isnan(found):
        return found
    if abs(t - shift) < FAR:
        raise AnalysisError(
            f"non-central t: expected a probability, found NaN at df {df}, shift {shift}, t {t}"
        )
    return 0.0 if t < shift else 1.0


def miss(df: float, shift: float, critical: float) -> float:
    """P(-critical < T < critical): a two-sided t test with this critical value finds nothing."""
    found = below(df, shift, critical) - below(df, shift, -critical)
    return min(1.0, max(0.0, found))
