"""A result that compares two arms goes in; the scale of its printed numbers comes out.

A *computed* value is a share, a ratio or a difference; *printed* it may be in per cent. The *even*
scale is the one on which a Wald interval is symmetric and no difference is 0: the log of a ratio,
also of the ratio behind an efficacy, 1 - ratio; a difference as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from helpers.audit.model import Result
from helpers.audit.printed import parse

LINEAR = ("risk difference", "mean difference", "median difference", "rate difference")
EFFICACY = "efficacy"
TINY = 1e-300
Box = tuple[float, float]


@dataclass(frozen=True)
class Scale:
    """How a computed value prints, how a printed one is made even, and back; `null`: no difference."""

    shown: Callable[[float], float]
    even: Callable[[float], float]
    back: Callable[[float], float]
    null: int
    name: str = ""


def unit(result: Result) -> float:
    """Return 100 where a difference or efficacy is printed in per cent ("12%", "12.5"), else 1."""
    if result.measure not in ("risk difference", EFFICACY):
        return 1.0
    texts = [text for text in (result.value, *result.ci) if text]
    percent = any("%" in text or abs(parse(text).value) > 1 for text in texts)
    return 100.0 if percent else 1.0


def scale(result: Result) -> Scale:
    """Return the scale of a comparison's estimate and interval."""
    per = unit(result)
    if result.measure in LINEAR:
        return Scale(lambda v: per * v, _same, _same, 0)
    if result.measure == EFFICACY:
        return Scale(lambda v: per * (1 - v), lambda v: -math.log(max(1 - v / per, TINY)),
                     lambda e: per * -math.expm1(-e), 0, " on the log scale of the ratio")  # fmt: skip
    return Scale(_same, lambda v: math.log(max(v, TINY)), math.exp, 1, " on the log scale")


def _same(value: float) -> float:
    return value
