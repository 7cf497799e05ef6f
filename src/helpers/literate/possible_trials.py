"""A split of patients, visits and a printed P in, what every trial with these counts shows out.

Nothing is sampled: `possible` enumerates. A *history* says how many patients of either arm respond
at which visit. Shares are shares of histories, never probabilities of the trial.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from helpers.analyse import landmarks
from helpers.analyse.estimate import Estimate
from helpers.literate.outcome import Result, Results, made
from helpers.literate.rows import row_key
from helpers.literate.split import Split, replace_about
from helpers.possible import bounds, histories, printed, reported, spread, witnesses
from helpers.rounding import per_cent

ENUMERATED = "exhaustive enumeration"
CENTRAL = 0.95  # central share of histories
COUNTED = {"once": "share", "weighted": "share_weighted"}
BINS = {"none": (-np.inf, 0), "12": (0, 12), "24": (12, 24), "36": (24, 36), "more": (36, np.inf)}
WIDTH = 3  # weeks a bar of the gains
BARS = 4  # bins of the enumeration's histogram a bar
TINY = 1e-9  # a gain of -0.0000000001 weeks by rounding is none


class PossibleTrials:
    """All trials of two arms with the counts of `split`, seen at `weeks`, nobody leaving early.

    `p` is the P value as printed, as text; the log-rank test is taken to have given it.
    """

    def __init__(self, split: Split, *, weeks: Sequence[float], p: str):
        self.split, self.weeks, self.p = split, tuple(weeks), p
        self.trial = {"sizes": split.sizes, "responders": split.responders}
        self.n = sum(split.sizes)

    @cached_property
    def every(self) -> histories.HistoryRange:
        """The enumeration."""
        return self._enumerated(self.p)

    @cached_property
    def same_p(self) -> reported.ReportedHistories:
        """The histories that print the P."""
        return reported.reported_histories(**self.trial, visits=len(self.weeks), reported_p=self.p)

    def _enumerated(self, p: str) -> histories.HistoryRange:
        return histories.enumerate_histories(
            **self.trial, visits=len(self.weeks), weeks=self.weeks, reported_p=p
        )

    def result(self, value: float, statistic: str, *, by: Any = histories.enumerate_histories,
               method: str = ENUMERATED, unit: str = "", p_value: float = np.nan,
               **about: str) -> Result:  # fmt: skip
        """One number about the comparison of the arms."""
        found = made(by, value, method=method, statistic=statistic, n=self.n, p_value=p_value)
        return Result(found, replace_about(self.split.between, unit=unit, **about))

    def p_range(self) -> Results:
        """How many histories, their smallest and largest log-rank P, and with control ahead."""
        e = self.every
        ends = {"smallest": e.p_min, "largest": e.p_max, "reverse": e.p_min_reverse}
        out = {"histories": self.result(e.histories, "histories")}
        for name, p in ends.items():
            statistic = f"{name} p-value of all histories"
            out[f"p.{name}"] = self.result(p, statistic, method="log-rank", p_value=p)
        # as many visits as responders: more cannot add an order, so this holds for any schedule
        p = bounds.bounded_range(**self.trial, visits=sum(self.split.responders)).p_min_reverse
        out["p.reverse-any"] = self.result(
            p, "reverse p-value, any number of visits", by=bounds.bounded_range,
            method="log-rank", p_value=p,
        )  # fmt: skip
        return Results(out)

    def shares(self) -> Results:
        """Shares of histories that print the P, reach 0.05, and have the first arm faster."""
        e, nominal = self.every, self._enumerated("<0.05")
        found = {
            "once": e.share_rounding_to_reported,
            "weighted": e.share_rounding_to_reported_weighted,
            "faster": e.share_first_faster,
            "faster-weighted": e.share_first_faster_weighted,
        }
        out = {k: self.result(v, "share of histories", unit="proportion") for k, v in found.items()}
        for name, share in {
            "once": nominal.share_rounding_to_reported,
            "weighted": nominal.share_rounding_to_reported_weighted,
        }.items():
            statistic = "share of histories with P < 0.05"
            out[f"nominal-{name}"] = self.result(share, statistic, unit="proportion")  # fmt: skip
        return Results(out)

    def ranges(self) -> Results:
        """Ends of the difference in mean wait and of the medians, all histories and those with the P."""
        e, out = self.every, {}
        for name, ends in {"gain": e.rmst_gain, "gain-reported": e.rmst_gain_reported}.items():
            for side, value in zip(("low", "high"), ends, strict=True):
                out[f"{name}.{side}"] = self.result(
                    value, "difference in restricted mean", unit="week")  # fmt: skip
        most, least = e.rmst_gain_reported
        for name, value in {"most": abs(most), "least": abs(least)}.items():
            out[f"sooner.{name}"] = self.result(value, "gain in restricted mean", unit="week")
        for arm, ends in zip(self.split.arms, e.medians_reported, strict=True):
            for side, value in zip(("low", "high"), ends, strict=True):
                out[f"median.{row_key(arm)}.{side}"] = self.result(
                    value, "median", unit="week", arm=arm, comparator="")  # fmt: skip
        return Results(out)

    def p_bars(self) -> pd.DataFrame:
        """Shares of histories by P, five bars a decade: p_low, p_high, share, kind."""
        bars = self.every.p_histogram.iloc[1:]
        bars = bars.assign(bin=np.arange(len(bars)) // BARS).groupby("bin").agg(
            p_low=("p_low", "min"), p_high=("p_high", "max"), share=("share", "sum"),
            weighted=("share_weighted", "sum"),
        )  # fmt: skip
        kinds = {
            "share": "each history counts once",
            "weighted": "each patient's visit equally likely",
        }
        parts = [bars[["p_low", "p_high"]].assign(share=bars[c], kind=k) for c, k in kinds.items()]
        return pd.concat(parts)

    @property
    def p_interval(self) -> tuple[float, float]:
        """The P values that print as `p`."""
        return printed.p_interval(self.p)

    @cached_property
    def gains(self) -> Mapping[str, pd.DataFrame]:
        """Exact distributions of the gain in mean wait: of all histories, of those with the P."""
        return {
            "all": spread.gain_distribution(**self.trial, weeks=self.weeks),
            "prints": reported.reported_gains(self.same_p, weeks=self.weeks),
        }

    def saved(self) -> Results:
        """Weeks that the first arm saves in the central share of histories, and histories without any."""
        listed = reported.reported_histories
        out = {
            "histories": self.result(len(self.same_p.first), "histories that print P", by=listed),
            "covered": self.result(CENTRAL, "central share of histories", by=listed,
                                   unit="proportion"),
        }  # fmt: skip
        for kind, frame in self.gains.items():
            for count, column in COUNTED.items():
                ends = quantiles(frame, column)
                for side, value in ends.items():
                    key = f"{count}.{side}" if kind == "prints" else f"all.{count}.{side}"
                    out[key] = self.result(value, "gain in restricted mean", by=listed, unit="week")
        same = self.gains["prints"]
        none = same["share"][same["gain"] >= -TINY].sum()
        out["none"] = self.result(
            round(none * len(self.same_p.first)), "histories without a gain", by=listed)  # fmt: skip
        return Results(out)

    def saved_shares(self) -> Results:
        """Shares of histories by weeks saved: none, up to 12, 24, 36, more."""
        out = {}
        for kind, frame in self.gains.items():
            for count, column in COUNTED.items():
                for name, (above, upto) in BINS.items():
                    inside = (-frame["gain"] > above + TINY) & (-frame["gain"] <= upto + TINY)
                    out[f"{kind}.{count}.{name}"] = self.result(
                        frame[column][inside].sum(), "share of histories", unit="proportion",
                        by=reported.reported_histories, visit=BIN_WORDS[name],
                        method=f"{ENUMERATED}", parameter=KIND_WORDS[kind, count])  # fmt: skip
        return Results(out)

    def gain_bars(self) -> pd.DataFrame:
        """Shares of histories by weeks saved, bars three weeks wide: low, high, share, kind."""
        kinds = {("all", "share"): "all histories",
                 ("prints", "share"): "that also print P",
                 ("prints", "share_weighted"): "these, weighted"}  # fmt: skip
        drawn = []
        for (kind, column), name in kinds.items():
            frame = self.gains[kind]
            low = np.floor(-frame["gain"] / WIDTH + TINY) * WIDTH
            share = frame[column].groupby(low).sum()
            edges = np.arange(share.index.min() - WIDTH, share.index.max() + 2 * WIDTH, WIDTH)
            share = share.reindex(edges, fill_value=0.0)
            bars = {"low": share.index, "high": share.index + WIDTH, "share": share.to_numpy()}
            drawn.append(pd.DataFrame(bars).assign(kind=name))
        return pd.concat(drawn)

    def medians(self) -> Results:
        """Shares of the histories with the P whose first arm has the earlier, same or later median."""
        pairs = reported.reported_medians(self.same_p, weeks=self.weeks)
        first, second = pairs["median_first"], pairs["median_second"]
        sides = {"earlier": first < second, "same": first == second, "later": first > second}
        listed, out = reported.reported_histories, {}
        for name, rows in sides.items():
            for count, column in COUNTED.items():
                out[f"{name}.{count}"] = self.result(
                    pairs[column][rows].sum(), "share of histories", by=listed, unit="proportion"
                )  # fmt: skip
        later = pairs["share"][sides["later"]].sum() * len(self.same_p.first)
        out["later-histories"] = self.result(round(later), "histories", by=listed)
        return Results(out)

    def median_pairs(self) -> pd.DataFrame:
        """The medians of both arms in the histories with the P: first, second, share, text."""
        pairs = reported.reported_medians(self.same_p, weeks=self.weeks)
        cells = pairs.rename(columns={"median_first": "first", "median_second": "second"})
        text = [per_cent(s) if s >= 0.005 else "<1%" for s in cells["share"]]
        return cells.assign(text=text)[["first", "second", "share", "text"]]

    def patients(self, history: Sequence[Sequence[int]]) -> pd.DataFrame:
        """A history written out, one row a patient: ARM, TIME, EVENT."""
        return witnesses.history_patients(
            history, sizes=self.split.sizes, weeks=self.weeks, arms=self.split.arms
        )

    @property
    def ends(self) -> dict[str, Any]:
        """The histories with the smallest and the largest P, and the smallest with control ahead."""
        e = self.every
        return {"smallest": e.witness_low, "largest": e.witness_high, "reverse": e.witness_reverse}

    @cached_property
    def extremes(self) -> dict[str, Any]:
        """Of the histories that print the P, one that saves most and one that saves least."""
        found = dict(zip(("most", "least"), self.every.rmst_gain_reported, strict=True))
        more = {"weeks": self.weeks, "reported_p": self.p}
        return {
            k: witnesses.witness_with_gain(**self.trial, **more, gain=g) for k, g in found.items()
        }

    def tested_again(self, found: Mapping[str, Any]) -> Results:
        """Histories written out as patients and tested with lifelines, which shares no code with us."""
        from lifelines.statistics import logrank_test

        out = {}
        for name, history in found.items():
            low, control = self._arms(history)
            test = logrank_test(low["TIME"], control["TIME"], low["EVENT"], control["EVENT"])
            estimate = Estimate("log-rank", "chi-square", test.test_statistic, n=self.n,
                                p_value=test.p_value, source="lifelines.statistics:logrank_test")  # fmt: skip
            out[name] = Result(estimate, self.split.between)
        return Results(out)

    def waits_again(self, found: Mapping[str, Any]) -> Results:
        """The difference in mean wait of such histories, by lifelines."""
        from lifelines import KaplanMeierFitter
        from lifelines.utils import restricted_mean_survival_time as mean

        out, tests = {}, self.tested_again(found)
        for name, history in found.items():
            waits = [mean(KaplanMeierFitter().fit(a["TIME"], a["EVENT"]), t=self.weeks[-1])
                     for a in self._arms(history)]  # fmt: skip
            estimate = Estimate("rmst", "difference in restricted mean", waits[0] - waits[1],
                                p_value=tests[name].p_value, n=self.n,
                                source="lifelines.utils:restricted_mean_survival_time")  # fmt: skip
            out[name] = Result(estimate, replace_about(self.split.between, unit="week"))
        return Results(out)

    def least_saved(self) -> Results:
        """Of the history that saves least: first response on the first arm, control's first visit."""
        first, control = self.extremes["least"]
        week = next(w for w, x in zip(self.weeks, first, strict=True) if x)
        return Results({
            "first-response": self.result(week, "first response", unit="week",
                                          by=witnesses.witness_with_gain),
            "control": self.result(control[0], "responders at the first visit", comparator="",
                                   arm=self.split.arms[1], by=witnesses.witness_with_gain),
        })  # fmt: skip

    def _arms(self, history: Any) -> list[pd.DataFrame]:
        rows = self.patients(history)
        return [rows[rows["ARM"] == arm] for arm in self.split.arms]

    def curves(self, found: Mapping[str, Any], titles: Mapping[str, str]) -> pd.DataFrame:
        """Cumulative response in such histories, for a chart: trial, arm, time, value."""
        parts = []
        for name, history in found.items():
            rows, end = self.patients(history), self.weeks[-1]
            curve = landmarks.curves_by_arm(rows, horizon=end, incidence=True)
            parts.append(curve.assign(trial=titles[name]))
        return pd.concat(parts)[["trial", "arm", "time", "value"]]


BIN_WORDS = {"none": "no time saved, or time lost", "12": "up to 12 weeks", "24": "12 to 24 weeks",
             "36": "24 to 36 weeks", "more": "more than 36 weeks"}  # fmt: skip
KIND_WORDS = {("all", "once"): "All, once", ("all", "weighted"): "All, weighted",
              ("prints", "once"): "Print P, once",
              ("prints", "weighted"): "Print P, weighted"}  # fmt: skip


def quantiles(frame: pd.DataFrame, column: str = "share") -> dict[str, float]:
    """Weeks saved: ends and middle of the central share of histories."""
    at = {"low": (1 + CENTRAL) / 2, "mid": 0.5, "high": (1 - CENTRAL) / 2}
    return {side: -reported.gain_quantile(frame, q=q, by=column) for side, q in at.items()}
