"""A number in, the same rounded as the book prints it out: ties go away from zero, as SAS prints.

The one rule of every printed number: 0.125 with two decimals is 0.13, 2.5 without any is 3 and -2.5
is -3. A tie is one of the decimal number that a reader sees, not of the binary number next to it:
1.005 is stored as 1.00499999999999989, and prints as 1.01. Therefore `DIGITS` significant digits are
kept first, in which two machines agree, so that a tie is a tie on every machine.

Source: SAS Institute, ROUND function and w.d format (both round halves away from zero and take a
number next to a tie for the tie).
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal

SMALLEST = 1e-6  # what is smaller is not printed in figures
DIGITS = 10  # significant digits in which two machines agree; their last bits differ


def to_decimals(value: float, decimals: int) -> float:
    """`value` rounded to so many decimals (negative: tens, hundreds); NaN and infinities stay.

    The float next to the rounded decimal number: printed with those decimals it shows just that.
    """
    if not math.isfinite(value):
        return value
    kept = _kept(value)
    if kept.as_tuple().exponent >= -decimals:
        return float(kept)
    return float(kept.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def to_figures(value: float, figures: int) -> float:
    """`value` rounded to so many significant figures; 0, NaN and infinities stay."""
    if not math.isfinite(value) or value == 0:
        return value
    return to_decimals(value, figures - 1 - _kept(value).adjusted())


def per_cent(share: float, decimals: int = 0) -> str:
    """A share in per cent, its sign behind it: 0.125 -> "13%"."""
    return f"{to_decimals(100 * share, decimals):.{decimals}f}%"


def share_decimals(share: float, *, figures: int = 2, least: int = 1) -> int:
    """Decimals of a share in per cent so that it has `figures` figures: 0.0000777 -> 4, as in 0.0078%.

    No fewer than `least`: a limit of 0.008% that prints as 0.0% would say that nothing is possible.
    """
    percent = to_figures(100 * share, figures)
    if not math.isfinite(percent) or percent <= 0:
        return least
    return max(least, figures - 1 - _kept(percent).adjusted())


def short(value: float, figures: int) -> str:
    """A number with so many significant figures, without the zeros at its end: 0.125 -> "0.13"."""
    return f"{to_figures(value, figures):.{figures}g}"


def plain(value: float, figures: int) -> str:
    """As `short`, but never as a power of ten: 0.000023; "below 0.000001" where it is smaller still."""
    if 0 < value < SMALLEST:
        return f"below {SMALLEST:.6f}"
    text = short(value, figures)
    return text if "e" not in text else f"{float(text):.10f}".rstrip("0").rstrip(".")


def _kept(value: float) -> Decimal:
    """The decimal number of `DIGITS` significant digits that stands for `value`."""
    return Decimal(f"{value:.{DIGITS - 1}e}").normalize()
