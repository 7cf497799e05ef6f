"""What printed medians and verdicts allow in, the charts of the essay on CD4 out; nothing is estimated."""

from __future__ import annotations

import altair as alt
import numpy as np
import pandas as pd

from helpers.literate.outcome import Result, Results
from helpers.literate.printed_rise import PrintedRise
from helpers.literate.printed_verdicts import PrintedVerdicts
from helpers.present import charts, charts_cd4
from helpers.rounding import per_cent, to_decimals

WORDS = {"any": "some arms P < 0.05, some not", "plain": "both doses P < 0.05, control not",
         "printed": "both doses P < 0.001, control > 0.05"}  # fmt: skip
PLACES = {"any": (0.42, 0.75), "plain": (0.78, 0.14), "printed": (0.95, 0.03)}  # of the words


def same_medians(rise: PrintedRise, typical: Results, start: float, end: float) -> alt.HConcatChart:
    """Two data sets with the printed medians: with the smallest and the largest typical rise."""
    lines, words = [], []
    for name, both in rise.data_sets(start, end).items():
        both = both.assign(data=f"typical rise {typical[name].value:g}")
        long = both.assign(patient=range(1, len(both) + 1)).melt(
            ["data", "patient"], ["first", "last"], "count", "value"
        )
        lines.append(long.assign(when=long["count"].map({"first": 0, "last": 1})))
        words.append(_bundles(both))
    return charts_cd4.chart_witnesses(pd.concat(lines), pd.concat(words))


def _bundles(both: pd.DataFrame) -> pd.DataFrame:
    """How many patients' lines lie together, and where to write it: the highest above, others below."""
    groups = both.groupby([both["first"] // 20, both["last"] // 20])
    placed = pd.DataFrame([
        {"data": rows["data"].iloc[0], "text": f"{len(rows)} patients", "when": 0.5,
         "value": (rows["first"].mean() + rows["last"].mean()) / 2} for _, rows in groups
    ])  # fmt: skip
    highest = placed["value"] == placed["value"].max()
    placed["side"] = np.where(highest, "above", "below")
    return placed.assign(value=placed["value"].clip(lower=62))


def left_for_the_cells(rise: PrintedRise, gain, typical: Result, left: Results) -> alt.LayerChart:
    """What is left for the cells over the gain that ART alone would have brought."""
    middle = left["medians.mid"].value
    point = pd.DataFrame([{"gain": float(gain.value), "value": middle,
                           "text": f"{gain.value:g}: {to_decimals(middle, 0):.0f} left"}])  # fmt: skip
    return charts_cd4.chart_remaining(
        rise.curve(typical), plausible=(gain.low, gain.high), point=point
    )


def patterns_of_verdicts(verdicts: PrintedVerdicts) -> alt.LayerChart:
    """Probability of three patterns of verdicts over the change that all arms share."""
    words = pd.DataFrame([
        {"effect": x, "value": y, "text": WORDS[k].split(",")[0] if k == "printed" else WORDS[k]}
        for k, (x, y) in PLACES.items()
    ])  # fmt: skip
    return charts_cd4.chart_verdicts(verdicts.pattern_curves(), names=list(WORDS), words=words)


def price_of_no_difference(verdicts: PrintedVerdicts, price: Results) -> alt.LayerChart:
    """Least rise of control over the correlation of a patient's counts, by what was compared."""
    share = price["among"].value
    marks = pd.DataFrame(
        [{"correlation": 0.05, "share": share, "text": f"{per_cent(share)}, always"}]
    )
    return charts.chart_function(
        verdicts.share_by_test(price["correlation"]), x="correlation", y="share", series="test",
        percent=True, marks=marks, x_title="correlation of a patient's counts, baseline and week 48",
        y_title="least rise of control, share of the doses'",
    )  # fmt: skip
