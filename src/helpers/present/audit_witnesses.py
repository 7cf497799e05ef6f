"""Witness trials of a log-rank check in, their curves side by side as SVG and their table out.

A witness is one trial that the printed numbers allow: events and losses at each visit. Its curves
are the product-limit steps of these counts; nothing else is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.present.audit_words import number
from helpers.rounding import per_cent

WITNESSES = {"low": "smallest P", "printing": "prints the P", "high": "largest P"}
PANEL, HEIGHT, TOP, FOOT, LEFT, RIGHT = 200, 176, 30, 34, 30, 8
LOOKS = ("", "stroke-dasharray='6 3'", "stroke-dasharray='2 3'")


def named(check: Check, result: Result) -> dict[str, str]:
    """The witnesses of a check by name, each with its heading."""
    held = check.computed.get("witnesses", {})
    ends = {"low": check.computed["p_min"], "high": check.computed["p_max"]}
    words = {name: f"{about}: {number(float(ends[name]))}" if name in ends else f"prints P {result.p[0]}"
             for name, about in WITNESSES.items()}  # fmt: skip
    return {name: words[name] for name in WITNESSES if name in held}


def survival(size: int, events: Sequence[int], lost: Sequence[int]) -> list[float]:
    """The share without the event after each visit, from 1 at the start; losses come after a visit."""
    shares, at_risk = [1.0], size
    for d, c in zip(events, lost, strict=True):
        shares.append(shares[-1] * (1 - d / at_risk) if at_risk else shares[-1])
        at_risk -= d + c
    return shares


def curves(check: Check, result: Result, report: Report) -> str:
    """The witnesses side by side: a panel each, a curve an arm, by visit."""
    found, held = named(check, result), check.computed["witnesses"]
    panels = []
    for name, about in found.items():
        counts = zip(check.computed["sizes"], held[name]["events"], held[name]["lost"], strict=True)
        arms = [survival(*arm) for arm in counts]
        panels.append(_panel(about, arms, check.computed["visits"]))
    labels = [report.arm(arm).label for arm in result.arms]
    legend = "".join(f'<span><svg class="key" viewBox="0 0 30 8" aria-hidden="true">'
                     f'<path class="curve arm{k}" d="M0,4 H30" {LOOKS[k % 3]}/></svg> {escape(label)}</span> '
                     for k, label in enumerate(labels))  # fmt: skip
    return f'<div class="panels">{"".join(panels)}</div><p class="legend">{legend}</p>'


def _place(visit: float, value: float, visits: int) -> str:
    """The point of a panel for a visit and a share."""
    across = LEFT + (PANEL - RIGHT - LEFT) * visit / visits
    return f"{across:.1f},{TOP + (HEIGHT - FOOT - TOP) * (1 - value):.1f}"


def _curve(number: int, shares: Sequence[float], visits: int) -> str:
    steps = [f"M{_place(0, 1, visits)}"]
    for visit, value in enumerate(shares[1:], start=1):
        steps.append(f"L{_place(visit, shares[visit - 1], visits)} L{_place(visit, value, visits)}")
    return f'<path class="curve arm{number}" d="{" ".join(steps)}" {LOOKS[number % 3]}/>'


def _panel(about: str, arms: Sequence[Sequence[float]], visits: int) -> str:
    base, right = HEIGHT - FOOT, PANEL - RIGHT
    paths = [_curve(k, shares, visits) for k, shares in enumerate(arms)]
    ends = ", ".join(per_cent(shares[-1]) for shares in arms)
    step = max(1, -(-visits // 6))
    places = [(v, _place(v, 0, visits).split(",")[0]) for v in range(0, visits + 1, step)]
    ticks = "".join(
        f'<text x="{x}" y="{base + 14}" text-anchor="middle">{v}</text>' for v, x in places
    )
    return (
        f'<svg viewBox="0 0 {PANEL} {HEIGHT}" role="img" '
        f'aria-label="{escape(about)}; at the end {ends} are without the event">'
        f'<text x="{LEFT}" y="14" class="head">{escape(about)}</text>'
        f'<line x1="{LEFT}" x2="{right}" y1="{base}" y2="{base}"/>'
        f'<line x1="{LEFT}" x2="{LEFT}" y1="{TOP}" y2="{base}"/>'
        f'<text x="{LEFT - 4}" y="{TOP + 4}" text-anchor="end">1</text>'
        f'<text x="{LEFT - 4}" y="{base + 4}" text-anchor="end">0</text>{ticks}'
        f'<text x="{(LEFT + right) / 2}" y="{HEIGHT - 3}" text-anchor="middle">visit</text>'
        f"{''.join(paths)}</svg>"
    )


def table(check: Check, result: Result, report: Report) -> tuple[list[str], str]:
    """Return (heads, rows as HTML) of the witnesses: events, and lost, at each visit by arm."""
    held, rows = check.computed.get("witnesses", {}), []
    for name, about in named(check, result).items():
        for arm, events, lost in zip(
            result.arms, held[name]["events"], held[name]["lost"], strict=True
        ):
            shown = [f"{d} (−{c})" if c else f"{d}" for d, c in zip(events, lost, strict=True)]
            cells = "".join(f"<td>{text}</td>" for text in shown)
            label = escape(report.arm(arm).label)
            rows.append(f'<tr><th scope="row">{escape(about)}; {label}</th>{cells}</tr>')
    heads = ["trial and arm", *(f"visit {v}" for v in range(1, check.computed["visits"] + 1))]
    return heads, "".join(rows)
