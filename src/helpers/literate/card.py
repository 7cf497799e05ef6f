"""The committed report card in (one row a simulated trial), how often chapter 6's method is right out.

Shares come with exact binomial intervals and n. Nothing is drawn here: `report_card` did that, and
`benchmarks/slow/report_card.py` does it again.
"""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path

import pandas as pd

from helpers.assumptions import assume
from helpers.context import ROOT
from helpers.literate.card_counts import (
    AIMS,
    ALPHA,
    BLOCKS,
    MISLED,
    MODERATE,
    PARTS,
    RANGES,
    RULE,
    SIDES,
    SLACK,
    SPLITS,
    TRIALS,
    UNTRUE,
    VERDICTS,
    counted,
    inside,
    is_true,
    median_excess,
    median_width,
    ratio_key,
    share,
    significant,
    simulated,
    with_range,
)  # fmt: skip
from helpers.literate.known_trials import CONTROL, FALSE, LOST, RATIOS, SIZES, visit_chances
from helpers.literate.outcome import Result, Results, made

FOLDER = ROOT / "data" / "card"
TYPES = {"percent": str, "percent_control": str, "p": str, "schedule": str}
USED = ("seed", "hucmsc-visit-weeks", "hucmsc-visit-plans", "hucmsc-response-week")


class Card:
    """The rows of the card and what is counted of them; `rows` has one row a simulated trial."""

    label = "simulated"

    def __init__(self, rows: pd.DataFrame, seed: int = 0):
        self.rows, self.seed = rows, seed
        plain = (rows["schedule"] == "read") & (rows["lost"] == 0) & (rows["read"] == "end")
        self.blocks = {"true": rows[plain], "untrue": rows[~plain]}

    @cached_property
    def ranged(self) -> pd.DataFrame:
        """The trials whose abstract gave a range."""
        return with_range(self.rows)

    def size(self) -> Results:
        """How many trials: all, with every reading true, with one untrue; how many gave a range."""
        found = {"all": self.rows, **self.blocks, "ranged": self.ranged}
        out = {key: counted(len(rows), TRIALS[key]) for key, rows in found.items()}
        return Results(out | {"seed": counted(self.seed, "Seed of the run", text=f"{self.seed}")})

    def design(self) -> Results:
        """What the trials vary over: ends of the hazard ratio, control's share, losses; the rest."""
        ratios = {"low": RATIOS[0], "moderate": MODERATE, "high": RATIOS[-1]}
        found = {
            f"ratio.{k}": (v, f"True hazard ratio of a response, {k}", "")
            for k, v in ratios.items()
        }
        for name, values, words in (("control", CONTROL, "True share of control that responds"),
                                    ("lost", LOST, "Chance of a patient to be lost")):  # fmt: skip
            found |= {f"{name}.{k}": (v, f"{words}, {k}", "proportion")
                      for k, v in (("low", values[0]), ("high", values[-1]))}  # fmt: skip
        found["false"] = FALSE, "Chance of a false response at a visit", "proportion"
        found["size"] = SIZES[0], "Patients an arm", ""
        return Results({
            key: Result(made(visit_chances, value, statistic="setting", method="assumption"),
                        simulated(words, unit=unit, digits=None))
            for key, (value, words, unit) in found.items()
        })  # fmt: skip

    def held(self) -> Results:
        """Block × range × (the trial's own gain, the true one): how often the range held it.

        All ranges are judged on the trials that gave one; the interval from the patients only by
        the truth, as its middle is the trial's own gain.
        """
        out = {}
        for block, rows in self.blocks.items():
            for kind, (_, _, words) in RANGES.items():
                for aim, (column, what) in AIMS.items():
                    if (kind, aim) != ("records", "own"):
                        found = inside(with_range(rows), kind, column)
                        out[f"{block}.{kind}.{aim}"] = share(
                            found, f"{words}: holds {what}", visit=BLOCKS[block], arm=words,
                            comparator=what)  # fmt: skip
        return Results(out)

    def held_of_significant(self) -> Results:
        """By true hazard ratio, of trials that print P < 0.05 for the first arm: range and truth.

        `holds`, `above` (the range lies wholly above the true gain), `below`, and `interval-above`
        (the 95% interval from the trial's own patients does); both blocks together.
        """
        out = {}
        for ratio, rows in significant(self.ranged).groupby("ratio"):
            truth = rows["true_saved"]
            sides = {"holds": inside(rows, "once", "true_saved"),
                     "above": rows["low"] > truth + SLACK, "below": rows["high"] < truth - SLACK,
                     "interval-above": rows["own_low"] > truth + SLACK}  # fmt: skip
            for side, found in sides.items():
                out[f"{ratio_key(ratio)}.{side}"] = share(
                    found, f"Range {side} the true gain, P < {ALPHA:g}", visit=f"{ratio:g}",
                    arm=SIDES[side])  # fmt: skip
        return Results(out)

    def excess(self) -> Results:
        """Of the same trials, by true hazard ratio: median of the trial's own gain over the true one."""
        out = {}
        for ratio, rows in significant(self.ranged).groupby("ratio"):
            if ratio > 1:
                about = simulated("Own gain over the true one, P < 0.05", visit=f"{ratio:g}")
                found = made(median_excess, median_excess(rows), statistic="median ratio",
                             method="simulation", n=len(rows))  # fmt: skip
                out[ratio_key(ratio)] = Result(found, about)
        return Results(out)

    def verdicts(self) -> Results:
        """Block × true hazard ratio: the range says sooner, later, one of them (sided), or neither."""
        out = {}
        for block, rows in self.blocks.items():
            for ratio, part in with_range(rows).groupby("ratio"):
                says = {"sooner": part["low"] > SLACK, "later": part["high"] < -SLACK}
                says["sided"] = says["sooner"] | says["later"]
                says["open"] = ~says["sided"]
                for verdict, found in says.items():
                    out[f"{block}.{ratio_key(ratio)}.{verdict}"] = share(
                        found, f"Range says {verdict}; {BLOCKS[block].lower()}",
                        visit=f"{ratio:g}", arm=VERDICTS[verdict])  # fmt: skip
        return Results(out)

    def misled(self) -> Results:
        """Block × what the range says: how often the trial's own gain, or the truth, is the other way.

        `own.sooner`: of ranges wholly above zero, the trial's own gain was none or a loss;
        `truth.later`: of ranges wholly below zero, there was a true gain.
        """
        out = {}
        for block, rows in self.blocks.items():
            part = with_range(rows)
            sooner, later = part[part["low"] > SLACK], part[part["high"] < -SLACK]
            found = {
                "own.sooner": sooner["own_saved"] <= SLACK,
                "own.later": later["own_saved"] >= -SLACK,
                "truth.sooner": sooner["ratio"] == 1,
                "truth.later": later["ratio"] > 1,
            }
            for key, wrong in found.items():
                words = MISLED[key]
                out[f"{block}.{key}"] = share(wrong, words, visit=BLOCKS[block])
        return Results(out)

    def proven(self) -> Results:
        """Block: how often direction is "proven" by the printed P, and the log-rank test agrees.

        Proven: no history with the other arm ahead has so small a P.
        """
        out = {}
        for block, rows in self.blocks.items():
            rows = with_range(rows)
            printed = rows["p"].str.lstrip("<").astype(float)
            says = rows["ahead"].isna() | (printed < rows["ahead"])
            out[f"{block}.says"] = share(says, "Direction proven", visit=BLOCKS[block])
            right = rows["own_points"][says] > 0
            out[f"{block}.right"] = share(right, "Proven direction is the test's",
                                          visit=BLOCKS[block])  # fmt: skip
        return Results(out)

    def splits(self) -> Results:
        """By what is untrue: how often only one division prints, and whether it is the true one.

        Readings true; somebody lost (percentages read at the end); percentages of an earlier week.
        `planned`: a division with arms of the true size prints (the one that was taken). Also how
        often no division, or no history, prints what was printed.
        """
        rows, end = self.rows, self.rows["read"] == "end"
        parts = {"true": self.blocks["true"], "lost": rows[end & (rows["gone"] > 0)],
                 "week": rows[rows["read"] == "earlier"]}  # fmt: skip
        out = {}
        for part, rows in parts.items():
            planned = (rows["size"] == SIZES[0]) & (rows["size_control"] == SIZES[1])
            found = {"only": rows["ways"] == 1, "right": is_true(rows[rows["ways"] == 1]),
                     "planned": planned, "planned-right": is_true(rows[planned]),
                     "none": rows["ways"] == 0,
                     "no-history": rows["split"].str.endswith("no history")}  # fmt: skip
            for key, flags in found.items():
                out[f"{part}.{key}"] = share(flags, SPLITS[key], visit=PARTS[part], arm=SPLITS[key])
        return Results(out)

    def by_reading(self) -> Results:
        """One reading untrue at a time: how often the range counted once holds own and true gain."""
        rows = self.ranged
        off = {"visits": rows["schedule"] != "read", "lost": rows["lost"] > 0,
               "percentages": rows["read"] != "end"}  # fmt: skip
        many = sum(flags.astype(int) for flags in off.values())
        parts = {"none": many == 0, **{k: f & (many == 1) for k, f in off.items()},
                 "several": many > 1}  # fmt: skip
        out = {}
        for key, flags in parts.items():
            for aim, (column, what) in AIMS.items():
                found = inside(rows[flags], "once", column)
                out[f"{key}.{aim}"] = share(found, f"Holds {what}", visit=UNTRUE[key], arm=what)
        return Results(out)

    def by_rule(self) -> Results:
        """Rule of a response: how often the range counted once holds the true gain, readings true."""
        out = {}
        for rule, rows in with_range(self.blocks["true"]).groupby("rule"):
            for aim, (column, what) in AIMS.items():
                found = inside(rows, "once", column)
                out[f"{rule}.{aim}"] = share(found, f"Holds {what}", visit=RULE[rule], arm=what)
        return Results(out)

    def widths(self) -> Results:
        """Median width in weeks of each range, of the trials that gave one, by block."""
        out = {}
        for block, rows in self.blocks.items():
            rows = with_range(rows)
            for kind, (low, high, words) in RANGES.items():
                wide = median_width(rows, low, high)
                found = made(median_width, wide, n=len(rows), statistic="median width",
                             method="simulation")  # fmt: skip
                about = simulated("Width", unit="week", visit=BLOCKS[block], arm=words)
                out[f"{block}.{kind}"] = Result(found, about)
        return Results(out)

    def beyond(self, ratio: float = MODERATE) -> pd.DataFrame:
        """Ranges of the trials with P < 0.05 at a true ratio, less the truth: rank, low, high, own."""
        rows = significant(self.ranged)
        rows = rows[rows["ratio"] == ratio]
        less = {k: rows[c] - rows["true_saved"] for k, c in
                {"low": "low", "high": "high", "own": "own_saved"}.items()}  # fmt: skip
        drawn = pd.DataFrame(less).sort_values("low", ignore_index=True)
        drawn["side"] = "holds it"
        drawn.loc[drawn["low"] > SLACK, "side"] = "wholly above"
        drawn.loc[drawn["high"] < -SLACK, "side"] = "wholly below"
        return drawn.assign(rank=range(1, len(drawn) + 1))


def load_card(folder: Path = FOLDER) -> Card:
    """The committed card. What its trials were drawn with is looked up, so that the trail has it."""
    for key in USED:
        assume(key)
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    return Card(read_rows(folder), seed=run["seed"])


def read_rows(folder: Path = FOLDER) -> pd.DataFrame:
    """The rows of a card's file; printed numbers stay text."""
    return pd.read_csv(folder / "trials.csv", dtype=TYPES, float_precision="round_trip")
