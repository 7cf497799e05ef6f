"""Exact numbers in, texts as journals print them out: by a rule of rounding that is drawn, and told."""

from __future__ import annotations

import math
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

RULES = {"half-up": ROUND_HALF_UP, "half-even": ROUND_HALF_EVEN, "cut-off": ROUND_DOWN}


def number(value, decimals, rule="half-up"):
    """A fraction or float with so many decimals, exactly by the rule."""
    exact = Fraction(value) * 10**decimals
    whole = Decimal(exact.numerator) / Decimal(exact.denominator)
    if exact.denominator == 1 or exact.denominator == 2:
        whole = Decimal(exact.numerator) / exact.denominator  # ends and ties are decided exactly
    units = int(whole.quantize(Decimal(1), rounding=RULES[rule]))
    text = f"{abs(units):0{decimals + 1}d}"
    shown = f"{text[:-decimals]}.{text[-decimals:]}" if decimals else text
    return f"-{shown}" if units < 0 else shown


def percent(events, patients, decimals, rule, draw):
    """A percentage of patients, with or without its sign."""
    return number(Fraction(100 * events, patients), decimals, rule) + draw.choice(("%", "%", ""))


def p_value(p, draw):
    """A P as some journal prints it: rounded, cut off, below a limit, or in words."""
    if not math.isfinite(p):
        return ""
    how, rule = draw.random(), draw.choice(("half-up", "half-up", "half-even", "cut-off"))
    limits = [limit for limit in ("0.0001", "0.001", "0.01", "0.05") if p < float(limit)]
    if limits and (p < 0.001 or how < 0.2):
        return draw.choice(("<", "P<", "P < ", "< ")) + draw.choice(limits)
    if p > 0.0501 and how < 0.15:
        return draw.choice(("n.s.", "NS", ">0.05", "not significant"))
    decimals = 3 if p < 0.1 else draw.choice((2, 2, 3))
    text = number(p, decimals, rule)
    styles = (lambda t: t, lambda t: t, lambda t: t.removeprefix("0") if t.startswith("0.") else t,
              lambda t: f"P = {t}", lambda t: t.replace(".", "·"))  # fmt: skip
    return draw.choice(styles)(text)
