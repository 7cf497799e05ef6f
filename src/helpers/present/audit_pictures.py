"""A log-rank check of an audit in, the picture of where its P can lie as SVG out.

Where P can lie: shares of all possible trials by P on a log axis, the printed P as a band. Nothing
is computed here; the numbers stand in the check.
"""

from __future__ import annotations

import math
from html import escape

from helpers.audit.findings import Check
from helpers.audit.log_rank.tally import EDGES
from helpers.audit.model import Result
from helpers.audit.printed import parse, span
from helpers.present.audit_words import number

WIDTH, HEIGHT, LEFT, FOOT, HEAD = (
    420,
    200,
    40,
    36,
    20,
)  # laid out narrow, so that a phone shows its type


def has_picture(check: Check) -> bool:
    """Return whether a check holds a distribution of P."""
    return check.check == "log-rank-range" and bool(check.computed.get("histogram"))


def comparison(check: Check, result: Result) -> str:
    """Return the figure of one comparison: shares of the possible trials by P, the printed P marked."""
    ends = [number(float(check.computed[end])) for end in ("p_min", "p_max")]
    alt = f"Shares of the possible trials by P, from {ends[0]} to {ends[1]}; printed is {result.p[0]}."
    return (
        f'<figure class="chart"><p class="finding">Where P can lie: {ends[0]} to {ends[1]}</p>'
        f"{_svg(check, result, alt)}"
        f'<figcaption class="caption">{escape(alt)} The band holds what is printed so. Derived from the '
        f"printed numbers: {escape('; '.join(check.readings))}; {escape(check.method)}.</figcaption></figure>"
    )


def _x(p: float, low: float) -> float:
    inside = max(min(p, 1.0), low)
    return LEFT + (WIDTH - LEFT - 10) * (1 - math.log10(inside) / math.log10(low))


def _svg(check: Check, result: Result, alt: str) -> str:
    shares = check.computed["histogram"]
    used = [k for k, share in enumerate(shares) if share > 0]
    first = max(1, min(used, default=1))
    low = 10 ** math.floor(math.log10(EDGES[first]) - 1e-9)
    top = max(shares)
    bars = []
    for k in used:
        left, right = _x(EDGES[k], low), _x(EDGES[k + 1], low)
        height = (HEIGHT - FOOT - HEAD) * shares[k] / top
        bars.append(f'<rect class="bar" x="{left:.1f}" y="{HEIGHT - FOOT - height:.1f}" '
                    f'width="{max(right - left - 0.6, 0.6):.1f}" height="{height:.1f}"/>')  # fmt: skip
    ends = span(parse(result.p[0]), "half-up")
    band = (f'<rect class="band" x="{_x(ends[0], low):.1f}" y="{HEAD}" height="{HEIGHT - FOOT - HEAD}" '
            f'width="{max(_x(ends[1], low) - _x(ends[0], low), 2):.1f}"/>')  # fmt: skip
    left = _x(ends[0], low)
    side = "end" if left > 0.8 * WIDTH else "start"
    label = f'<text x="{left:.1f}" y="{HEAD - 6}" text-anchor="{side}">printed: {escape(result.p[0])}</text>'
    return (f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">'
            f"{band}{''.join(bars)}{label}{_axis(low, top)}</svg>")  # fmt: skip


def _axis(low: float, top: float) -> str:
    base, middle = HEIGHT - FOOT, (WIDTH + LEFT) / 2
    parts = [
        f'<line x1="{LEFT}" x2="{WIDTH - 10}" y1="{base}" y2="{base}"/>',
        f'<text x="{LEFT - 6}" y="{HEAD + 5}" text-anchor="end">{top:.0%}</text>',
        f'<text x="{LEFT - 6}" y="{base}" text-anchor="end">0</text>',
        f'<text x="{middle}" y="{HEIGHT - 2}" text-anchor="middle">P (two-sided, log axis)</text>',
    ]
    decades = round(-math.log10(low))
    for k in range(0, decades + 1, max(1, math.ceil(decades / 5))):
        place = f'x="{_x(10.0**-k, low):.1f}" y="{base + 16}" text-anchor="middle"'
        parts.append(f"<text {place}>{f'{10.0**-k:.{k}f}' if k < 5 else f'10⁻{_raised(k)}'}</text>")
    return "".join(parts)


def _raised(number: int) -> str:
    return str(number).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
