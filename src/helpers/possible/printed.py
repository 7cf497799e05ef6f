"""A number as it was printed goes in; the interval of true values that print so comes out.

Nothing here computes a statistic. The text matters, not its value: "0.004" and "0.0040" say
different things.
"""

from __future__ import annotations

import re
from fractions import Fraction

from helpers.errors import ImpossibleError

NUMBER = re.compile(r"^([<>]?)\s*(\d*\.\d+|\d+\.?)$")


def printed_interval(text: str) -> tuple[Fraction, Fraction]:
    """Return the closed interval of values that `text` may stand for.

    "0.004" gives (0.0035, 0.0045): a half may have been rounded either way, so both ends belong.
    "<0.001" gives (0, 0.001). Raises ImpossibleError when `text` is no non-negative number.
    """
    found = NUMBER.match(text.strip().replace("−", "-").rstrip("%").strip())
    if not found:
        raise ImpossibleError(
            f"printed number: expected digits such as 0.004 or <0.001, found {text!r}; "
            "write it as it stands in the report"
        )
    sign, digits = found.groups()
    value = Fraction(digits)
    if sign == "<":
        return Fraction(0), value
    decimals = len(digits.partition(".")[2])
    half = Fraction(1, 2 * 10**decimals)
    top = Fraction(10**9) if sign == ">" else value + half
    return (value if sign == ">" else max(Fraction(0), value - half)), top


def p_interval(text: str) -> tuple[float, float]:
    """Return the interval of P values that print as `text`, cut to 0..1; see `printed_interval`.

    Raises ImpossibleError for a P above 1, naming the nearest possible value.
    """
    low, high = printed_interval(text)
    digits = text.strip().lstrip("<>").strip()
    if Fraction(digits) > 1:
        raise ImpossibleError(
            f"reported P: expected a value from 0 to 1, found {text!r}; the nearest possible is 1"
        )
    return float(low), float(min(high, Fraction(1)))
