"""A log-rank check of an audit in, its picture as SVG and its witness trials as rows of a table out.

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

WIDTH, HEIGHT, LEFT, FOOT = 640, 180, 46, 34
WITNESSES = {"low": "smallest P", "printing": "prints the P", "high": "largest P"}


def has_picture(check: Check) -> bool:
    """Return whether a check holds a distribution of P."""
    return check.check == "log-rank-range" and bool(check.computed.get("histogram"))


def comparison(check: Check, result: Result) -> str:
    """Return the figure of one comparison: where P can lie, and trials side by side."""
    alt = (f"Share of possible trials by P, from {check.computed['p_min']:.2g} to "
           f"{check.computed['p_max']:.2g}; printed is {result.p[0]}.")  # fmt: skip
    return (
        f'<figure class="chart"><p class="finding">Where P can lie: {check.computed["p_min"]:.2g} to '
        f"{check.computed['p_max']:.2g}</p>{_svg(check, result, alt)}"
        f'<figcaption class="caption">{escape(alt)} Derived from the printed numbers: '
        f"{escape('; '.join(check.readings))}; {escape(check.method)}.</figcaption></figure>"
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
        height = (HEIGHT - FOOT - 12) * shares[k] / top
        bars.append(f'<rect class="bar" x="{left:.1f}" y="{HEIGHT - FOOT - height:.1f}" '
                    f'width="{max(right - left - 0.6, 0.6):.1f}" height="{height:.1f}"/>')  # fmt: skip
    ends = span(parse(result.p[0]), "half-up")
    band = (f'<rect class="band" x="{_x(ends[0], low):.1f}" y="6" height="{HEIGHT - FOOT - 6}" '
            f'width="{max(_x(ends[1], low) - _x(ends[0], low), 2):.1f}"/>')  # fmt: skip
    return (f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(alt)}">'
            f"{band}{''.join(bars)}{_axis(low, top)}</svg>")  # fmt: skip


def _axis(low: float, top: float) -> str:
    base, middle = HEIGHT - FOOT, (WIDTH + LEFT) / 2
    parts = [
        f'<line x1="{LEFT}" x2="{WIDTH - 10}" y1="{base}" y2="{base}"/>',
        f'<text x="{LEFT - 6}" y="18" text-anchor="end">{top:.0%}</text>',
        f'<text x="{LEFT - 6}" y="{base}" text-anchor="end">0</text>',
        f'<text x="{middle}" y="{HEIGHT - 2}" text-anchor="middle">P (two-sided, log axis)</text>',
    ]
    decades = round(-math.log10(low))
    for k in range(0, decades + 1, max(1, math.ceil(decades / 6))):
        place = f'x="{_x(10.0**-k, low):.1f}" y="{base + 16}" text-anchor="middle"'
        parts.append(f"<text {place}>{10.0**-k:g}</text>")
    return "".join(parts)


def witnesses(check: Check, result: Result) -> tuple[list[str], str]:
    """Return (heads, rows as HTML) of the witness trials: events, and lost, at each visit by arm."""
    found, rows = check.computed.get("witnesses", {}), []
    for name, about in WITNESSES.items():
        if name not in found:
            continue
        arms = zip(result.arms, found[name]["events"], found[name]["lost"], strict=False)
        for arm, events, lost in arms:
            shown = [f"{d} (−{c})" if c else f"{d}" for d, c in zip(events, lost, strict=True)]
            cells = "".join(f"<td>{text}</td>" for text in shown)
            rows.append(f'<tr><th scope="row">{about}, {escape(arm)}</th>{cells}</tr>')
    heads = ["trial, arm", *(f"visit {v}" for v in range(1, check.computed["visits"] + 1))]
    return heads, "".join(rows)
