"""A result that compares two arms goes in; the scale of its printed numbers comes out.

A *computed* value is a share, a ratio or a difference; *printed* it may be in per cent. The *even*
scale is the one on which a Wald interval is symmetric and no difference is 0: the log of a ratio,
also of the ratio behind an efficacy, 1 - ratio; a difference as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from scipy import special

from helpers.audit.model import Result
from helpers.audit.printed import parse

LINEAR = ("risk difference", "mean difference", "median difference", "rate difference",
          "standardised mean difference", "other difference")  # fmt: skip
SHARES = ("risk difference", "efficacy", "mean ratio", "other ratio")  # may be printed in per cent
EFFICACY, EFFECT = "efficacy", "standardised mean difference"
TINY = 1e-300
Box = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """How a computed value prints, how a printed one is made even, and back; `null`: none, as printed."""

    shown: Callable[[float], float]
    even: Callable[[float], float]
    back: Callable[[float], float]
    null: int
    name: str = ""


def reach(level: float) -> float:
    """Return how many standard errors a normal interval of that level, 0 to 1, reaches to either side."""
    return float(special.ndtri((1 + level) / 2))


def unit(result: Result) -> float:
    """Return 100 where a share is printed in per cent ("12%", "12.5"), else 1; a ratio only with "%"."""
    if result.measure not in SHARES:
        return 1.0
    texts = [text for text in (result.value, *result.ci) if text]
    above = result.measure in ("risk difference", EFFICACY)
    percent = any("%" in text or (above and abs(parse(text).value) > 1) for text in texts)
    return 100.0 if percent else 1.0


def scale(result: Result) -> Scale:
    """Return the scale of a comparison's estimate and interval."""
    per = unit(result)
    if result.measure in LINEAR:
        return Scale(lambda v: per * v, _same, _same, 0)
    if result.measure == EFFICACY:
        return Scale(lambda v: per * (1 - v), lambda v: -math.log(max(1 - v / per, TINY)),
                     lambda e: per * -math.expm1(-e), 0, " on the log scale of the ratio")  # fmt: skip
    return Scale(lambda v: per * v, lambda v: math.log(max(v / per, TINY)),
                 lambda e: per * math.exp(e), round(per), " on the log scale")  # fmt: skip


def _same(value: float) -> float:
    return value
