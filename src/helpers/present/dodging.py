"""A drawn chart in, the same chart out with no direct label upon another text.

Only labels that a chart writes in its plot move, up or down and no farther than it takes; the texts of
axes, legends and titles stay. Widths are those of Arial, in which charts are drawn (`fitting.FONT`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

# advance widths of Helvetica and Arial, shares of the type's size
WIDTHS = {
    "'ijl|": 0.222, " .,:;!/[]Ift": 0.278, "()-r": 0.333, "Jcksvxyz": 0.5, "+<=>−": 0.584,
    "FTZ": 0.611, "&ABEKPSVXY": 0.667, "CDHNRUw": 0.722, "GOQ": 0.778, "Mm": 0.833,
    "%": 0.889, "W": 0.944, "—…": 1.0,
}  # fmt: skip
UNITS = {letter: width for letters, width in WIDTHS.items() for letter in letters}
USUAL, BOLD = 0.556, 1.08
RISE, FALL = 0.74, 0.22  # of the type's size: what letters take above and below their line
GAP = 1.0  # units between two labels
ROUNDS = 40
PLACE = re.compile(r"translate\(\s*(-?[\d.e-]+)(?:[ ,]+(-?[\d.e-]+))?\s*\)")


@dataclass
class _Text:
    node: ElementTree.Element
    left: float
    right: float
    line: float  # y of the line that its letters stand on
    size: float
    free: bool  # whether it may move
    moved: float = 0.0

    @property
    def top(self) -> float:
        return self.line + self.moved - RISE * self.size

    @property
    def foot(self) -> float:
        return self.line + self.moved + FALL * self.size


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Width of a line of type in Arial; letters beyond English text as wide as a figure."""
    units = sum(UNITS.get(c, USUAL) for c in text)
    return units * size * (BOLD if bold else 1)


def dodged(root: ElementTree.Element) -> None:
    """Move the labels of the SVG `root`, as Vega draws it, apart in place."""
    texts: list[_Text] = []
    _collect(root, 0.0, 0.0, False, texts)
    pairs = [(a, b) for a, b in combinations(texts, 2) if (a.free or b.free) and _beside(a, b)]
    for _ in range(ROUNDS):
        if not sum(_part(a, b) for a, b in pairs):
            break
    for text in texts:
        if text.moved:
            text.node.set("transform", _shifted(text.node.get("transform", ""), text.moved))


def _collect(node, x: float, y: float, free: bool, texts: list[_Text]) -> None:
    found = PLACE.match(node.get("transform") or "")
    if found:
        x, y = x + float(found[1]), y + float(found[2] or 0)
    kind = node.get("class") or ""
    free = free or kind.startswith("mark-text role-mark")
    if not node.tag.endswith("text"):
        for child in node:
            _collect(child, x, y, free, texts)
    elif node.text and "rotate" not in (node.get("transform") or "") and len(node) == 0:
        size = float((node.get("font-size") or "12.5").removesuffix("px"))
        width = text_width(node.text, size, bold=node.get("font-weight") == "bold")
        left = x - {"middle": 0.5, "end": 1.0}.get(node.get("text-anchor") or "", 0.0) * width
        texts.append(_Text(node, left, left + width, y, size, free))


def _beside(a: _Text, b: _Text) -> bool:
    return a.left < b.right and b.left < a.right


def _part(a: _Text, b: _Text) -> bool:
    """Whether two texts lay upon each other; if so they do less now."""
    if a.line + a.moved > b.line + b.moved:
        a, b = b, a
    lack = a.foot + GAP - b.top
    if lack <= 0.01:
        return False
    share = 0.5 if a.free and b.free else float(a.free)
    a.moved -= share * lack
    b.moved += (1 - share) * lack
    return True


def _shifted(transform: str, by: float) -> str:
    found = PLACE.match(transform)
    x, y = (float(found[1]), float(found[2] or 0)) if found else (0.0, 0.0)
    return f"translate({x:g},{y + by:g}){transform[found.end() :] if found else ''}"
