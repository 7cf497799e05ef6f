"""An arm whose patients may leave in, the chance that its curve still prints a whole share out.

One minus Kaplan-Meier of n patients is x/n where nobody leaves. Where some do it need not be, and most
often prints as no whole number of n. Nothing is drawn: the ways that an arm can go are added up, but for
the rarest, which together come to less than a hundred-thousandth.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from helpers.errors import AnalysisError

DIGITS = 12  # to which two values of a curve are the same
EDGE = 1e-9  # of a per cent: a half may have been rounded either way
RARE = 1e-9  # a state less likely than this is left out
WHEN = ("evenly", "early", "late")


def chance_of_whole(
    *,
    size: int,
    responding: Sequence[float],
    leaving: Sequence[float],
    decimals: int = 1,
) -> float:
    """Return the chance that 100 (1 - Kaplan-Meier) after the last visit prints as 100 x / `size`.

    `responding`: the chance of a patient at risk to respond at each visit; `leaving`: to leave in the
    gap before it, as many. Errors: `AnalysisError` for lists of different length, or no chance.
    """
    if len(responding) != len(leaving) or not all(0 <= p <= 1 for p in (*responding, *leaving)):
        raise AnalysisError(
            f"chance_of_whole: expected a chance of responding and one of leaving for each visit, "
            f"found {list(responding)} and {list(leaving)}: give as many of both, from 0 to 1"
        )
    risk, curve, chance = np.array([size]), np.ones(1), np.ones(1)
    for gone, responds in zip(leaving, responding, strict=True):
        risk, curve, chance = _visit(*_merged(risk, curve, chance), gone, responds)
    whole = np.round(100 * np.arange(size + 1) / size, decimals)
    near = np.abs(100 * (1 - curve)[:, None] - whole).min(axis=1)
    return float(chance[near <= 0.5 * 10.0**-decimals + EDGE].sum())


def _visit(risk, curve, chance, gone: float, responds: float):
    """The states (at risk, curve, chance) after a gap and a visit."""
    parts = []
    for n in np.unique(risk):
        here = risk == n
        stay = stats.binom.pmf(np.arange(n + 1), n, 1 - gone)
        for left in np.flatnonzero(stay):
            seen = np.arange(left + 1)
            ways = stay[left] * stats.binom.pmf(seen, left, responds)
            kept = 1 - seen / left if left else np.ones(1)
            parts.append((np.repeat((left - seen)[None], here.sum(), 0).ravel(),
                          np.outer(curve[here], kept).ravel(),
                          np.outer(chance[here], ways).ravel()))  # fmt: skip
    return tuple(np.concatenate(part) for part in zip(*parts, strict=True))


def _merged(risk, curve, chance):
    """The same states, equal ones put together and the rarest left out."""
    states, at = np.unique(np.stack([risk, np.round(curve, DIGITS)]), axis=1, return_inverse=True)
    chance = np.bincount(at.ravel(), weights=chance)
    kept = chance > RARE
    return states[0, kept].astype(int), states[1, kept], chance[kept]


def leaving_chances(share: float, *, visits: int, when: str) -> list[float]:
    """Return for each gap the chance of who is still there to leave in it; `share` leave in all.

    `when`: in any gap alike ("evenly"), in the first ("early") or in the last ("late"). Errors:
    `AnalysisError` for another word.
    """
    if when not in WHEN:
        raise AnalysisError(f"leaving_chances: expected when among {WHEN}, found {when!r}")
    if when == "evenly":
        part = share / visits
        return [part / (1 - part * gap) for gap in range(visits)]
    return [
        share if gap == (0 if when == "early" else visits - 1) else 0.0 for gap in range(visits)
    ]


def constant_chances(share: float, *, times: Sequence[float]) -> list[float]:
    """Return the chance to respond at each visit, at a constant rate to `share` at the last one."""
    gaps = np.diff([0.0, *times])
    return list(1 - (1 - share) ** (gaps / times[-1]))
