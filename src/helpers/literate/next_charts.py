"""A planned trial, endpoints and prices in, the charts of the essay on the next trial out."""

from __future__ import annotations

import altair as alt
import pandas as pd

from helpers.assumptions import assume
from helpers.literate.false_responses import spread
from helpers.literate.next_aait import Planned
from helpers.literate.next_printed import NAMES, face_curves
from helpers.literate.next_stem import WORDS, Endpoints
from helpers.literate.outcome import Results
from helpers.literate.split import Split
from helpers.present import charts_design, charts_lines
from helpers.rounding import per_cent, to_decimals

SIZES = (*range(4, 40, 3), *range(40, 401, 20))
BELIEFS = {"left": ("if the cells add what is left", 175, 0.87),
           "narrow": ("over ART's range", 240, 0.70),
           "wide": ("over all that is open", 240, 0.50),
           "sceptic": ("harm as likely as help", 225, 0.28)}  # fmt: skip
TITLES = {"x_title": "patients an arm", "y_title": "chance that the trial succeeds"}


def forecast(trial: Planned) -> alt.LayerChart:
    """Power if what is left is true, and the chance of success under three beliefs, by size."""
    rows = [(n, trial.success(name, n).value, words)
            for name, (words, *_) in BELIEFS.items() for n in SIZES]  # fmt: skip
    curve = pd.DataFrame(rows, columns=["size", "success", "series"])
    return _success(curve, list(BELIEFS.values()), trial.size)


def at_face_value(split: Split, planned: int) -> alt.LayerChart:
    """Chance of success by size: the printed percentages true, or estimates, or doubted."""
    places = [(words, *at) for words, at in
              zip(NAMES.values(), ((74, 0.92), (95, 0.79), (110, 0.64)), strict=True)]  # fmt: skip
    return _success(face_curves(split), places, planned)


def _success(curve: pd.DataFrame, places: list, size: int) -> alt.LayerChart:
    words = pd.DataFrame(places, columns=["series", "size", "success"])
    return charts_lines.chart_labelled_lines(
        curve, words.assign(text=words["series"]), x="size", y="success", series="series",
        percent=True, mark=(size, f"{size} an arm"), **TITLES,
    )  # fmt: skip


def nine_endpoints(plan: Endpoints, grid: Results) -> alt.LayerChart:
    """Patients an arm by endpoint, over the range of the within-person CV."""
    shown = []
    for name, words in WORDS.items():
        keys = [f"{name}.{100 * cv:.0f}.{100 * plan.rise.value:.0f}" for cv in spread(plan.cv)]
        low, used, high = (grid["need"][k].value for k in keys)
        respond = grid["control"].frame().set_index("row")["value"].get(keys[1])
        wins = "" if respond is None else f"; {per_cent(respond)} of controls respond"
        shown.append((f"{words}: {to_decimals(used, 0):.0f}{wins}", low, used, high, ""))
    frame = pd.DataFrame(shown, columns=["row", "low", "value", "high", "text"])
    return charts_design.chart_ranges(frame, x_title="patients an arm for 90% power")


def price_of_visits(costs: pd.DataFrame) -> alt.LayerChart:
    """Relative cost of a trial by the number of follow-up counts, a line a price of a patient."""
    prices = spread(assume("patient-cost"))
    named = costs.assign(series=[f"a patient costs {p:g} visits" for p in costs["price"]])
    words = pd.DataFrame({"series": [f"a patient costs {p:g} visits" for p in prices],
                          "followups": [8.3, 5.6, 1.15], "cost": [1.5, 1.145, 1.4],
                          "align": ["right", "left", "left"]})  # fmt: skip
    return charts_lines.chart_labelled_lines(
        named[["followups", "cost", "series", "patients"]], words.assign(text=words["series"]),
        x="followups", y="cost", series="series", points=True, whole=True, from_zero=False,
        x_title="follow-up counts a patient",
        y_title="cost of the trial, relative to the cheapest",
    )  # fmt: skip
