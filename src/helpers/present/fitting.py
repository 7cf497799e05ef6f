"""A chart's specification in, the same chart as wide as a phone can show out; no value changes.

The page scales a chart to the screen, its type too: a chart may be no wider than `WIDEST`, and its
type no smaller than `TYPE`, so that on a page of 360 px, which leaves 328 for the chart, no letter
is smaller than 10 px. Plots give way (or take what is free); a legend that is still too wide goes on
more lines. Labels are measured in a face whose widths the page's own type has: see `FONT`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

TYPE = 12.5  # units of the chart, the smallest letter; 10.25 px on the narrowest page
WIDEST = 400  # units: the whole chart with its labels
NEAR = 6  # units: near enough to the widest
LEAST = 0.45  # of its own width stays of a plot
# Arial's widths are those of Helvetica and Liberation Sans, so that one of them is everywhere
FONT = "Arial, Helvetica, 'Liberation Sans', sans-serif"
LEGENDS = (None, 3, 2, 1)  # columns; None: as many as there are

Spec = dict[str, Any]


def fitted(spec: Spec, drawn_width: Callable[[Spec], float]) -> Spec:
    """The chart with legible type, as near to `WIDEST` as its plots' widths bring it.

    `drawn_width` draws a specification and returns its whole width in pixels. A chart that cannot
    be brought down to `WIDEST` stays as narrow as it came.
    """
    legible = _legible(spec)
    found = []
    for columns in LEGENDS:
        chart = _with_legend(legible, columns) if columns else legible
        width, chart = _stretched(chart, drawn_width)
        if width <= WIDEST:
            return chart
        found.append((width, len(found), chart))
    return min(found)[2]


def _legible(spec: Spec) -> Spec:
    config = spec.get("config", {})
    axis = {"labelSeparation": 5, "titlePadding": 8, **config.get("axis", {})}
    legend = {"columnPadding": 14, "rowPadding": 4, **config.get("legend", {})}
    return _sized({**spec, "config": {**config, "font": FONT, "axis": axis, "legend": legend}})


def _sized(part: Any) -> Any:
    """No type below `TYPE`; what limits the length of a label grows with it."""
    if isinstance(part, list):
        return [_sized(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {key: _sized(value) if key != "datasets" else value for key, value in part.items()} | {
        key: max(value, TYPE)
        for key, value in part.items()
        if key.lower().endswith("fontsize") and isinstance(value, int | float)
    }


def _with_legend(spec: Spec, columns: int) -> Spec:
    config = spec["config"]
    return {**spec, "config": {**config, "legend": {**config["legend"], "columns": columns}}}


def _stretched(spec: Spec, drawn_width: Callable[[Spec], float]) -> tuple[float, Spec]:
    """The chart with plots narrowed or widened until it is nearly `WIDEST`, and its width."""
    width, best = drawn_width(spec), spec
    for _ in range(5):
        if WIDEST - NEAR <= width <= WIDEST:
            break
        chart = _narrowed(best, width - (WIDEST - NEAR / 2))
        now = drawn_width(chart)
        if abs(now - width) < max(1, abs(width - WIDEST) / 10) or now > WIDEST > width:
            break  # no plot decides the width
        width, best = now, chart
    return width, best


def _narrowed(spec: Spec, by: float) -> Spec:
    """The chart with its plots `by` units narrower together; places counted from their right move too."""
    for parts in ("hconcat", "concat", "vconcat"):
        if parts in spec:
            each = by / len(spec[parts]) if parts != "vconcat" else by
            return {**spec, parts: [_narrowed(part, each) for part in spec[parts]]}
    if "spec" in spec:
        return {**spec, "spec": _narrowed(spec["spec"], by / spec.get("columns", 1))}
    old = spec.get("width")
    if not isinstance(old, int | float):
        return spec
    new = max(old - by, LEAST * old)
    return {**_moved(spec, old, new - old), "width": new}


def _moved(spec: Spec, width: float, by: float) -> Spec:
    """A plot whose marks at a fixed x in its right half keep their distance from its right edge."""
    out = dict(spec)
    if "layer" in spec:
        out["layer"] = [_moved(layer, width, by) for layer in spec["layer"]]
    x = spec.get("encoding", {}).get("x", {})
    if isinstance(x.get("value"), int | float) and x["value"] > width / 2:
        out["encoding"] = {**spec["encoding"], "x": {**x, "value": x["value"] + by}}
    return out
