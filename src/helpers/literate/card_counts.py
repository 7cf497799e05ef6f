"""Rows of the report card in, one share, count or median of them out, with what it is about."""

from __future__ import annotations

import pandas as pd

from helpers.analyse.proportions import clopper_pearson
from helpers.literate.known_trials import SIZES
from helpers.literate.outcome import About, Result, made

MODERATE = 1.5  # the true hazard ratio whose significant trials are looked at one by one
BLOCKS = {"true": "Readings true", "untrue": "A reading untrue"}
RANGES = {
    "every": ("least", "most", "Every history"),
    "once": ("low", "high", "Central, once"),
    "weighted": ("weighted_low", "weighted_high", "Weighted"),
    "records": ("own_low", "own_high", "From records"),
}
AIMS = {"own": ("own_saved", "the trial's own gain"), "truth": ("true_saved", "the true gain")}
ALPHA = 0.05
SLACK = 1e-6  # the file has six decimals
TRIALS = {"all": "Trials", "true": "Readings true", "untrue": "At least one untrue",
          "ranged": "Gave a range of weeks"}  # fmt: skip
VERDICTS = {"sooner": "Sooner", "later": "Later", "sided": "Either side", "open": "Left open"}
MISLED = {
    "own.sooner": "Said sooner, the trial's own gain was none",
    "own.later": "Said later, the trial's own gain was none or more",
    "truth.sooner": "Said sooner, no true gain",
    "truth.later": "Said later, a true gain",
}
SIDES = {"holds": "Holds it", "above": "Wholly above", "below": "Wholly below",
         "interval-above": "Interval from records wholly above"}  # fmt: skip
UNTRUE = {"none": "None", "visits": "The visits", "lost": "Nobody lost",
          "percentages": "The percentages", "several": "Several"}  # fmt: skip
SPLITS = {"only": "Only one division prints", "right": "It is the true one",
          "planned": "Arms of the true size print", "planned-right": "They are the true division",
          "none": "No division prints", "no-history": "No history prints P"}  # fmt: skip
PARTS = {"true": "Readings true", "lost": "Somebody lost", "week": "Percentages of an earlier week"}
RULE = {"once": "At any visit", "false": "At any visit, some false", "twice": "Seen twice running"}


def with_range(rows: pd.DataFrame) -> pd.DataFrame:
    """The trials whose abstract gave a range of weeks saved."""
    return rows[rows["low"].notna()]


def significant(rows: pd.DataFrame) -> pd.DataFrame:
    """The trials whose log-rank P is below 0.05 and points to the first arm."""
    return rows[(rows["own_p"] < ALPHA) & (rows["own_points"] > 0)]


def inside(rows: pd.DataFrame, kind: str, column: str) -> pd.Series:
    """Whether the range of `kind` holds the value of `column`, ends included."""
    low, high, _ = RANGES[kind]
    return (rows[low] <= rows[column] + SLACK) & (rows[column] <= rows[high] + SLACK)


def is_true(rows: pd.DataFrame) -> pd.Series:
    """Whether the division that was taken is the true one, sizes and responders."""
    return (
        (rows["size"] == SIZES[0]) & (rows["size_control"] == SIZES[1])
        & (rows["responders"] == rows["truly"])
        & (rows["responders_control"] == rows["truly_control"])
    )  # fmt: skip


def ratio_key(ratio: float) -> str:
    """A hazard ratio as a part of a key, without a point."""
    return f"{ratio:g}".replace(".", "-")


def median_excess(rows: pd.DataFrame) -> float:
    """The median over trials of the trial's own gain divided by its true one."""
    return float((rows["own_saved"] / rows["true_saved"]).median())


def median_width(rows: pd.DataFrame, low: str, high: str) -> float:
    """The median width of a range, in weeks."""
    return float((rows[high] - rows[low]).median())


def share(flags: pd.Series, words: str, **about: str) -> Result:
    """The share of flags that are true, with its exact interval."""
    found = clopper_pearson(int(flags.sum()), len(flags))
    return Result(found, simulated(words, unit="proportion", **about))


def counted(value: int, words: str, **about: str) -> Result:
    """A number of trials of the file."""
    found = made(counted, value, statistic="count", method="simulation")
    return Result(found, simulated(words, **about))


def simulated(words: str, **about: str) -> About:
    """What a number of the card is about: it is simulated."""
    return About(study="simulated", label="simulated", parameter=words, **about)
