"""An Altair chart in, its specification out, offline and deterministic; it draws nothing itself.

The notebook holds the Vega-Lite specification (mime type `application/vnd.vegalite.v6+json`), and
the text description. The site plug-in turns it into a static SVG; the page needs no script.
Charts are laid out 400 px wide, so that their type stays legible on a phone, and scale up from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from helpers.results import SIGNIFICANT, number
from helpers.rounding import short

MIME = "application/vnd.vegalite.v6+json"
WIDTH = 400
INK = "currentColor"  # the page's text colour: the SVG stands inside the page, light or dark
PARTS = ("layer", "hconcat", "vconcat", "concat", "spec")  # where a chart holds charts
GRID = "#80808040"
# Okabe and Ito's colour-blind safe set, in the order of the arms; each also has a dash and a shape
COLOURS = ("#6b7785", "#0a7abf", "#c8551b", "#00906a", "#b0639a", "#8a7a00")
# the same for letters, which need more contrast than marks; on dark ground the style sheet has others
LETTERS = ("#59646f", "#0a68a3", "#a8430f", "#00704f", "#95477f", "#6c5f00")
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 4])
SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")

_LABELS = {"labelColor": INK, "titleColor": INK, "labelFontSize": 11}
CONFIG = {
    "background": "transparent",
    "font": "system-ui, -apple-system, 'Segoe UI', Roboto, 'Liberation Sans', sans-serif",
    "padding": 4,
    "view": {"stroke": None, "continuousWidth": 330, "continuousHeight": 210},
    "axis": {
        **_LABELS,
        "gridColor": GRID,
        "domainColor": INK,
        "tickColor": INK,
        "titleFontSize": 11.5,
        "titleFontWeight": "normal",
        "labelLimit": 190,
    },
    "legend": {
        **_LABELS,
        "titleFontSize": 11,
        "orient": "top",
        "title": None,
        "labelLimit": 240,
        "symbolStrokeWidth": 2,
    },
    "header": {**_LABELS, "labelFontSize": 11.5},
    "text": {"color": INK, "fontSize": 11},
    "title": {"color": INK, "fontSize": 12, "fontWeight": "normal", "anchor": "start"},
}


def chart_spec(chart: Any, key: str = "data") -> dict[str, Any]:
    """The chart's specification in the book's theme, the same on every machine.

    Every number in it (data, domains) has ten digits. Its data sets are named after `key`, in the
    order of their first use: Altair's own names are hashes of the unrounded data.
    """
    import altair as alt

    with alt.data_transformers.enable("default", max_rows=None):
        # to hold each against the schema takes as long as to make it: the tests do, for all charts
        spec = _rounded(chart.to_dict(validate=False))
    spec.pop("$schema", None)
    spec["config"] = CONFIG  # here, as each of Altair's own ways to say it copies the chart first
    return _renamed(spec, key)


def _rounded(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _rounded(value) for name, value in part.items()}
    if isinstance(part, list):
        return [_rounded(value) for value in part]
    return number(part, significant=SIGNIFICANT) if isinstance(part, float) else part


def _renamed(spec: dict[str, Any], key: str) -> dict[str, Any]:
    """The data sets named `key`-1, `key`-2, ...; those that are equal once rounded are one."""
    kept: list[Any] = []
    names: dict[str, str] = {}
    for name, rows in spec.get("datasets", {}).items():
        if rows not in kept:
            kept.append(rows)
        names[name] = f"{key}-{kept.index(rows) + 1}"
    datasets = {f"{key}-{i}": rows for i, rows in enumerate(kept, 1)}
    return {**_pointing(spec, names), "datasets": datasets}


def _pointing(part: Any, names: dict[str, str]) -> Any:
    """A chart whose `data` refer to the new `names`."""
    if isinstance(part, list):
        return [_pointing(each, names) for each in part]
    if not isinstance(part, dict):
        return part
    out = {k: _pointing(part[k], names) if k in PARTS else v for k, v in part.items()}
    if out.get("data", {}).get("name") in names:
        out["data"] = {**out["data"], "name": names[out["data"]["name"]]}
    return out


def data_table(spec: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Header and rows, as texts, of the data that a chart shows; two empty lists if it names none."""
    columns = spec["usermeta"]["figure"]["columns"]
    if not columns:
        return [], []
    # layers may hold parts of the data; what several layers share is one row of the table
    shown = dict.fromkeys(
        tuple(_cell(row[field]) for field in columns)
        for rows in spec["datasets"].values()
        if rows and set(columns) <= set(rows[0])
        for row in rows
    )
    return list(columns.values()), [list(row) for row in shown]


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return short(value, 4) if isinstance(value, float) else str(value)


def titles(spec: Any) -> dict[str, str]:
    """The titles that the chart's axes, legends and tooltips print, each to itself."""
    found = {}
    for channel in _channels(spec):
        for title in (channel.get("title"), (channel.get("axis") or {}).get("title")):
            if isinstance(title, str) and title:
                found[title] = title
    return found


def arms(spec: Any) -> list[str]:
    """The labels that the colours of the chart tell apart, in the order of its scale."""
    for channel in _channels(spec, ("color", "stroke", "fill")):
        domain = (channel.get("scale") or {}).get("domain")
        if channel.get("type") == "nominal" and isinstance(domain, list):
            return [str(label) for label in domain]
    return []


def marks(spec: Any) -> set[str]:
    """The kinds of mark in a chart and in the charts within it."""
    if isinstance(spec, list):
        return set().union(*map(marks, spec))
    if not isinstance(spec, dict):
        return set()
    mark = spec.get("mark")
    kind = mark.get("type") if isinstance(mark, dict) else mark
    return ({kind} if kind else set()).union(*(marks(spec.get(part)) for part in PARTS))


def _channels(spec: Any, names: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """Every encoding channel of a chart and of the charts within it."""
    if isinstance(spec, dict):
        for name, channel in spec.get("encoding", {}).items():
            if isinstance(channel, dict) and (not names or name in names):
                yield channel
        for part in PARTS:
            yield from _channels(spec.get(part), names)
    elif isinstance(spec, list):
        for part in spec:
            yield from _channels(part, names)


def arm_scales(arms: list[str]) -> tuple[Any, Any, Any]:
    """Colour, dash and shape scales for `arms` in dose order: the same on every page of an edition."""
    import altair as alt

    k = len(arms)
    pick = [[palette[i % len(palette)] for i in range(k)] for palette in (COLOURS, DASHES, SHAPES)]
    return tuple(alt.Scale(domain=arms, range=values) for values in pick)
