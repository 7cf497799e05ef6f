"""Changes of a panel of parameters and results about them in, charts by arm out; nothing is estimated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.analyse import paired_censored
from helpers.literate.markers import ALPHA, PAIRS, MarkerChanges
from helpers.literate.outcome import Result, Results
from helpers.literate.rows import Charts, row_key, visit_words
from helpers.present import charts, charts_cytokines
from helpers.present.text import decimal_text, interval_text, p_text, record_text
from helpers.present.words import level_text


def ratios_by_marker(changes: MarkerChanges, ratios: Results, holm: Results) -> Charts:
    """Ratio to baseline with its interval by marker; filled: a Holm P of at most 0.05."""
    out = Charts()
    for arm, key in _arms(changes, ratios):
        rows = ratios[key].frame()
        tests = [holm[key][row] for row in rows["row"]]
        kept = np.array([test.p_value for test in tests]) <= ALPHA
        ratio = [_with_interval(ratios[key][row]) for row in rows["row"]]
        rows = rows.assign(kept=kept, ratio=ratio, text=[_p(test) for test in tests])
        rows = rows[rows["value"].notna()]
        if len(rows):
            chart = charts_cytokines.chart_ratios(rows, x_title="ratio to baseline (log scale)",
                                                  level=level_text(changes.study.level))  # fmt: skip
            out[key] = _about(chart, changes, arm)
    return out


def course(changes: MarkerChanges, ratios: Results) -> Charts:
    """A tile a marker and visit with the ratio to baseline; framed: its interval excludes 1."""
    out = Charts()
    for arm, key in _arms(changes, ratios):
        rows = ratios[key].frame()
        rows = rows[rows["value"].notna()].rename(columns={"value": "ratio"})
        clear = (rows["lower"] > 1) | (rows["upper"] < 1)
        rows = rows.assign(clear=clear, text=[decimal_text(x, 2) for x in rows["ratio"]])
        if len(rows):
            chart = charts_cytokines.chart_heat(rows, x_title="ratio to baseline at")
            out[key] = _about(chart, changes, arm)
    return out


def slopes(changes: MarkerChanges) -> Charts:
    """Each patient's line from baseline to the later visit by marker; none of hidden subjects."""
    out = Charts()
    if not changes.study.config.show_subjects:
        return out
    for arm, rows in changes.arms():
        ends = _ends(rows)
        unit = next(iter(rows.names.values()))[1]
        chart = charts_cytokines.chart_slopes(
            ends, visits=list(dict.fromkeys(ends["visit"])),
            y_title=f"{unit}, each panel on its own log scale",
        )  # fmt: skip
        out[row_key(arm)] = _about(chart, rows, arm)
    return out


def _ends(rows: MarkerChanges) -> pd.DataFrame:
    """Both ends of each patient's line by marker; who: a number that no table has.

    Drawn on a logarithmic axis: of values that are logarithms the numbers themselves are put back.
    """
    frame = rows.frame
    low, high = paired_censored.change_bounds(*(frame[c] for c in PAIRS))
    way = np.select([high < 0, low > 0], charts_cytokines.DIRECTIONS[:2],
                    charts_cytokines.DIRECTIONS[2])  # fmt: skip
    who, labels = pd.factorize(frame["USUBJID"])[0], {r: n[0] for r, n in rows.names.items()}
    base = visit_words(rows.study, rows.study.config.visits.baseline)
    later = [visit_words(rows.study, v) for v in frame["VISIT"]]
    parts = [pd.DataFrame({
        "who": who, "parameter": frame["PARAMETER"].map(labels).astype(str), "direction": way,
        "aval": 10 ** frame[f"LOG_{value}"], "below": frame[flag], "visit": visit})
        for value, flag, visit in (("BASE", "BASE_BLQ", base), ("AVAL", "BLQFL", later))]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def correlations(changes: MarkerChanges, links: Results) -> Charts:
    """Correlation of each marker's change with the CD4 gain, with its interval."""
    out = Charts()
    for arm, key in _arms(changes, links):
        rows = links[key].frame()
        rows = rows[rows["value"].notna()]
        if len(rows):
            chart = charts.chart_intervals(rows, row="parameter", zero=0,
                                           x_title="rank correlation with the CD4 gain")  # fmt: skip
            out[key] = _about(chart, changes, arm)
    return out


def _arms(changes: MarkerChanges, found: Results) -> list[tuple[str, str]]:
    """Label and key of the arms that have rows in `found`."""
    have = {key.split(".")[0] for key in found}
    return [(a, row_key(a)) for a in changes.study.arms if row_key(a) in have]


def _about(chart, changes: MarkerChanges, arm: str):
    return chart.properties(usermeta={"study": changes.study.short, "endpoint": arm})


def _with_interval(result: Result) -> str:
    record = result.record("it")
    found = interval_text(record)
    return record_text(record, "bare") + (f" ({found})" if found else "")


def _p(test: Result) -> str:
    words = "" if np.isnan(test.p_value) else test.about.p_words or p_text(test.p_value)
    return words.removeprefix("P = ").removeprefix("P ")
