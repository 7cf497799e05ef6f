"""Donor cells of a study, or an assumed decay of them, in, charts out; nothing is estimated.

Those of a study are one chart an arm (`Charts`); an arm of hidden subjects of which nothing can be
drawn has none.
"""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from helpers.analyse import coarse, survival
from helpers.literate.assumed_decay import AssumedDecay
from helpers.literate.donor_cells import Detections
from helpers.literate.donor_losses import DATED, Losses, dated_to
from helpers.literate.outcome import Results
from helpers.literate.rows import Charts, row_key
from helpers.present import charts_chimerism, charts_lines
from helpers.rounding import per_cent, to_decimals


def course(donor: Detections, levels: Results) -> Charts:
    """Median level by visit on a logarithmic axis, with the limit and, where they may be shown, each
    subject's line up to the first visit below it. `levels`: quartiles by arm and visit."""
    out, unit = Charts(), donor.study.config.visits.unit
    losses = donor.losses()
    for arm in losses.arms:
        middle = pd.DataFrame([
            {"VISIT": float(visit), "value": r.value, "lower": r.estimate.lower,
             "upper": r.estimate.upper, "N": r.n or None}
            for visit, r in levels[row_key(arm)].items() if not np.isnan(r.value)
        ])  # fmt: skip
        if middle.empty:
            continue
        chart = charts_chimerism.chart_decay(
            middle, _lines(donor, losses.arm(arm)), limit=donor.limit,
            x_title=f"{unit} since treatment began",
            y_title=f"{donor.about.parameter.lower()}, {donor.about.unit} (log scale)",
        )  # fmt: skip
        out[row_key(arm)] = chart.properties(usermeta=_about(donor, arm))
    return out


def _lines(donor: Detections, losses: pd.DataFrame) -> pd.DataFrame:
    """Each subject's values up to the first visit after the loss; none of hidden subjects."""
    right = losses.set_index("USUBJID")["RIGHT"]
    rows = donor.frame[donor.frame["USUBJID"].isin(right.index)]
    rows = rows[rows["VISIT"].to_numpy() <= right.reindex(rows["USUBJID"]).to_numpy()]
    if not donor.study.config.show_subjects:
        rows = rows.head(0)
    who = pd.factorize(rows["USUBJID"])[0]
    return rows.assign(who=who, below=rows["BLQFL"])[["who", "VISIT", "AVAL", "below"]]


def gaps(losses: Losses) -> Charts:
    """Turnbull's boxes, and the curves of the readings that date each loss to one time of its gap."""
    out, unit = Charts(), losses.about.unit
    for arm in losses.arms:
        cells = losses.cells(arm)
        boxes = cells[np.isfinite(cells["right"])]
        if boxes.empty:
            continue
        if losses.study.config.show_subjects:
            boxes = boxes.assign(before=boxes["cumulative"] - boxes["mass"])
        else:  # a box is no step of a curve
            boxes = boxes.assign(before=boxes["cumulative"].shift(fill_value=0.0),
                                 interval=_spans(boxes))  # fmt: skip
        chart = charts_chimerism.chart_readings(
            _readings(losses, arm), boxes, x_title=f"{unit} since treatment began",
            y_title="patients who lost their donor cells",
        )  # fmt: skip
        out[row_key(arm)] = chart.properties(usermeta=_about(losses, arm))
    return out


def _readings(losses: Losses, arm: Any) -> pd.DataFrame:
    """The step curves of `gaps`; of hidden subjects the usual reading alone, at the visits kept."""
    rows, shown, parts = losses.readable(arm), losses.study.config.show_subjects, []
    for reading in DATED if shown else DATED[:1]:
        steps = survival.kaplan_meier(*dated_to(rows, reading))  # drawn without its limits
        steps = steps if shown else coarse.coarse_shares(steps, n=len(rows))
        parts.append(pd.DataFrame({
            "time": [losses.start, *steps["time"]], "value": [0.0, *(1 - steps["survival"])],
            "reading": reading,
        }))  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def fewer_visits(losses: Losses, found: Results) -> Charts:
    """When donor cells were lost as all visits and as fewer show it; `found`: `seen_less_often`."""
    out = Charts()
    for arm in losses.arms:
        boxes, marks = [], []
        for name, visits in losses.plans(arm).items():
            box = losses.estimate(losses.at(arm, visits))
            boxes.append(box[np.isfinite(box["right"])].assign(schedule=name))
            share = found[f"{row_key(arm)}.{row_key(name)}.seen"].value
            words = "" if np.isnan(share) else f"seen in {per_cent(share)}"
            marks += [{"schedule": name, "visit": v, "seen": words} for v in visits]
        if not marks or pd.concat(boxes).empty:
            continue
        cells = pd.concat(boxes, ignore_index=True)
        cells = cells.assign(text=[per_cent(m) for m in cells["mass"]])
        if not losses.study.config.show_subjects:
            cells = cells.assign(interval=_spans(cells))
        chart = charts_chimerism.chart_schedules(
            cells, pd.DataFrame(marks), x_title=f"{losses.about.unit} since treatment began"
        )
        out[row_key(arm)] = chart.properties(usermeta=_about(losses, arm))
    return out


def _spans(cells: pd.DataFrame) -> list[str]:
    return [f"{a:g} to {b:g}" for a, b in zip(cells["left"], cells["right"], strict=True)]


def _about(rows: Detections | Losses, arm: Any) -> dict[str, str]:
    return {"study": rows.study.short, "endpoint": str(arm)}


def one_at_a_time(decay: AssumedDecay, moved: Results) -> alt.LayerChart:
    """How far each assumption moves the days for which donor cells are seen."""
    rows = [
        {"assumption": r.about.parameter.partition(": ")[0], "value": r.value,
         "end": r.about.parameter.partition(": ")[2]}
        for key, r in moved.items() if key != "none"
    ]  # fmt: skip
    middle = moved["none"].value
    return charts_chimerism.chart_tornado(
        pd.DataFrame(rows), centre=middle, centre_text=f"{to_decimals(middle, 0):.0f} days",
        x_title="days from the first infusion to the last detection",
    )  # fmt: skip


def longest_half_lives(decay: AssumedDecay) -> alt.LayerChart:
    """The longest half-life that "none on that day" leaves, by day and limit of the assay."""
    curve = decay.longest_by_day()
    words = curve[curve["day"] == curve["day"].max()].assign(align="right")
    words["text"] = words["series"].str.replace("limit", "assay reads to")
    lowest = words["half-life"].idxmin()
    words.loc[lowest, "half-life"] -= 7  # below its line
    return charts_lines.chart_labelled_lines(
        curve, words, x="day", y="half-life", series="series",
        x_title="day on which no patient has donor cells", y_title="longest half-life left, days",
    )  # fmt: skip
