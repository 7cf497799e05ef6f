"""Verdicts of tests within arms and among them, as printed, in; what they say of a difference out.

"P < 0.001 in both doses, no change in control, no difference among the arms": which true changes suit
that, how likely each story makes it, and what control must have done. Which test compared the arms is
not printed: each reading gives its own answer, and all are shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import stdtrit

from helpers.analyse import (
    compared,
    joint_pattern,
    no_effect_arm,
    significance_pattern,
    threshold_crossing,
    tipping,
)
from helpers.analyse.estimate import Estimate
from helpers.assumptions import assume
from helpers.audit.claims import load_registry
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.rounding import per_cent, short

Story = tuple[float, float, float]
CELLS, WEEK, LEVEL = "CD4+ T cells", "Week 48", 0.05
GRID = np.arange(0, 151, 5) / 100  # true mean changes, in SDs of a patient's change
STORIES: dict[str, list[Story]] = {
    "alike": [(d, d, d) for d in GRID],
    "still": [(d, d, 0.0) for d in GRID],
    "free": [(d, d, c) for d in GRID[::2] for c in GRID[::2] if c < d],
}
SEARCH, FINAL, QUICK = 10_000, 300_000, 100_000  # trials a probability
FEWER = 18  # patients an arm, six of 24 gone
BEST = 3  # of the changes searched through, so many are drawn anew
COMMON = np.arange(0, 151) / 100  # the change of all arms, in SDs
SPREADS = {"low": 0.8, "mid": 1.0, "high": 1.25}  # SD of control's changes over the doses'
READINGS = {"pairs": "each dose against control, Bonferroni",
            "ancova": "F test adjusted for baseline",
            "values": "F test on the counts at week 48"}  # fmt: skip


@dataclass(frozen=True)
class PrintedVerdicts:
    """The verdicts of a report with two doses and control, `n` patients an arm."""

    report: Report
    n: int
    within: float
    seed: int

    @property
    def printed(self) -> dict[str, list]:
        """Level and direction of the verdict within each arm, doses first."""
        return {"alphas": [self.within, self.within, LEVEL], "rises": [True, True, False]}

    # --- the pattern within arms -------------------------------------------------------------

    @cached_property
    def _patterns(self) -> dict[str, list[Estimate]]:
        plain = {**self.printed, "alphas": [LEVEL] * 3}
        ways: dict[str, Callable[[float], Estimate]] = {
            "any": lambda d: threshold_crossing.difference_in_significance(
                n=self.n, effect=d, arms=3
            ),
            "plain": lambda d: significance_pattern.pattern_probability(
                n=self.n, effect=d, **plain
            ),
            "printed": lambda d: significance_pattern.pattern_probability(
                n=self.n, effect=d, **self.printed
            ),
        }
        return {name: [way(d) for d in COMMON] for name, way in ways.items()}

    def patterns(self) -> Results:
        """The largest probability of each pattern when all arms change alike, and at which change."""
        out = {}
        for name, found in self._patterns.items():
            best = max(range(len(COMMON)), key=lambda i: found[i].value)
            out[name] = self._result(found[best], f"Equal arms, {name}", unit="proportion",
                                     digits=1 if name == "printed" else 0)  # fmt: skip
            at = made(significance_pattern.pattern_probability, COMMON[best], method="grid of 0.01 SD",
                      statistic="common change")  # fmt: skip
            out[f"{name}.at"] = self._result(
                at, f"Where it is largest: {name}", unit="SD", digits=2
            )
        return Results(out)

    def pattern_curves(self) -> pd.DataFrame:
        """`effect` (SDs) and a column of probabilities a pattern, thinned for a chart."""
        kept = sorted({*range(0, 151, 5)})
        rows = {name: [found[i].value for i in kept] for name, found in self._patterns.items()}
        return pd.DataFrame({"effect": COMMON[kept], **rows})

    # --- both statements ---------------------------------------------------------------------

    def stories(self) -> Results:
        """The largest probability of the pattern, and of both statements, under each story.

        Rows within.<story> and both.<story>; Monte Carlo, with its interval.
        """
        out = {}
        for what, among in (("within", None), ("both", LEVEL)):
            for story in STORIES:
                found = self._chance(self._best(story, among), among, FINAL, self.seed + 1)
                out[f"{what}.{story}"] = self._result(found, arm=story, unit="proportion", digits=1)
        return Results(out)

    def free_story(self) -> Results:
        """The changes that suit both statements best when doses and control may do anything."""
        _, dose, control = self._best("free", LEVEL)
        return Results({
            part: self._result(made(joint_pattern.joint_verdict_probability, at, method="grid of 0.1 SD",
                                    statistic="mean change"), arm=part, unit="SD", digits=2)
            for part, at in (("dose", dose), ("control", control))
        })  # fmt: skip

    def odds(self, stories: Results) -> Results:
        """How far each statement moves a reader from "all alike" to "control stood still"."""
        out = {}
        for what in ("within", "both"):
            for story in ("still", "free"):
                ratio = stories[f"{what}.{story}"].value / stories[f"{what}.alike"].value
                found = made(joint_pattern.joint_verdict_probability, ratio, n=3 * self.n,
                             method="ratio of largest likelihoods", statistic="likelihood ratio")  # fmt: skip
                row = what if story == "still" else f"{what}.free"
                out[row] = self._result(found, arm=story, comparator="alike",
                                        digits=0 if what == "within" else 1)  # fmt: skip
        return Results(out)

    def odds_by_pairs(self) -> Result:
        """The same ratio if each dose's changes were compared with control's, Bonferroni."""
        return self._odds_of("pairs", 0.5)  # on changes the correlation does not matter

    def odds_by_test(self, related: Results) -> Results:
        """The same ratio of "stood still" over "all alike", if baseline or the counts enter.

        `related`: correlations of a patient's two counts, which decide where counts were compared.
        """
        cases = [
            (test, key, float(r)) for test in ("ancova", "values") for key, r in related.items()
        ]
        return Results({f"{test}.{key}": self._odds_of(test, r) for test, key, r in cases})

    def _odds_of(self, test: str, r: float) -> Result:
        def chance(story: Story, trials: int, seed: int) -> Estimate:
            return compared.compared_verdict_probability(
                n=self.n, effects=story, test=test, correlation=r, trials=trials, seed=seed,
                **self.printed,
            )  # fmt: skip

        ends = []
        for story in ("alike", "still"):
            ranked = sorted(STORIES[story], key=lambda e: chance(e, SEARCH, self.seed).value)
            fresh = (chance(e, QUICK, self.seed + 1) for e in ranked[-BEST:])
            ends.append(max(fresh, key=lambda e: e.value))
        alike, still = ends
        ratio = still.value / alike.value
        # relative errors of two independent shares, doubled: about 95%
        error = 1.96 * math.hypot(*((e.upper - e.lower) / 3.92 / e.value for e in ends))
        found = made(compared.compared_verdict_probability, ratio, n=3 * self.n,
                     lower=ratio * math.exp(-error), upper=ratio * math.exp(error),
                     method=f"ratio of largest likelihoods, {test}",
                     statistic="likelihood ratio")  # fmt: skip
        words = READINGS[test] + ("" if test == "pairs" else f", correlation {r:.2f}")
        return self._result(found, words, arm="still", comparator="alike", digits=1)

    # --- what the verdicts demand --------------------------------------------------------------

    def price(self) -> Results:
        """What control must have done, and how close low dose and control can be, by the readings."""
        n, within, result = self.n, self.within, self._result
        pair = {"arm": "Control", "comparator": "Low dose", "unit": "proportion", "digits": 0}
        both = {"arm": "Low dose", "comparator": "Control", "digits": 2}
        one = {"unit": "SD", "digits": 2}
        change = significance_pattern.significant_change
        return Results({
            "share": result(significance_pattern.least_control_share(n=n, within=within), **pair),
            "among": result(significance_pattern.least_control_share_among(n=n, within=within),
                            **{**pair, "comparator": "both doses"}),
            "p": result(significance_pattern.largest_between_p(n=n, within=within), **both),
            "p-among": result(compared.smallest_pair_p(n=n), **both),
            "p-midway": result(compared.smallest_pair_p(n=n, alike=False), **both),
            "treated": result(change(n=n, alpha=within), arm="Low dose", **one),
            "control": result(change(n=n, alpha=LEVEL), arm="Control", **one),
            "correlation": result(self._still(), arm="Control", digits=2),
            "free": result(self._free(), digits=1, arm="Control", comparator="Low dose"),
        })  # fmt: skip

    def _free(self) -> Estimate:
        """The ratio of spreads (doses to control) from which control need not have risen at all."""
        least = significance_pattern.least_control_share
        free = brentq(lambda k: least(n=self.n, ratio=k, within=self.within).value, 1, 3)
        return made(least, free, method="two-sample t", statistic="SD ratio")

    def _still(self) -> Estimate:
        """The correlation of two counts below which it need not have, by the counts at the visit."""
        least = significance_pattern.least_control_share_among
        still = brentq(lambda r: least(n=self.n, test="values", correlation=r, within=self.within).value,
                       0, 0.99)  # fmt: skip
        return made(least, still, method="analysis of variance", statistic="correlation")

    def share_by_test(self, still: Result) -> pd.DataFrame:
        """Least rise of control over the correlation of two counts, by test: for a chart."""
        related = np.sort([*np.arange(0, 100, 5) / 100, still.value])
        tests = {"changes": "the changes", "ancova": "ANCOVA", "values": "the counts at week 48"}
        return pd.DataFrame([
            {"correlation": r, "test": name, "share": max(0, significance_pattern.least_control_share_among(
                n=self.n, test=test, correlation=r, within=self.within).value)}
            for test, name in tests.items() for r in related
        ])  # fmt: skip

    def if_spread_differs(self) -> Results:
        """Least rise of control and the odds if control's changes varied less or more than the doses'."""
        out = {}
        for key, ratio in SPREADS.items():
            share = significance_pattern.least_control_share(
                n=self.n, ratio=ratio, within=self.within
            )
            words = f"{CELLS}, SD ratio {ratio:g}"
            out[f"share.{key}"] = self._result(share, words, arm="Control", comparator="Low dose",
                                               unit="proportion", digits=0)  # fmt: skip
            sds, chance = [1, 1, ratio], {}
            for story in ("alike", "still"):
                suits = self._best(story, LEVEL, sds)
                chance[story] = self._chance(suits, LEVEL, 200_000, self.seed + 1, sds).value
            found = made(joint_pattern.joint_verdict_probability, chance["still"] / chance["alike"],
                         n=3 * self.n, method="ratio of largest likelihoods",
                         statistic="likelihood ratio")  # fmt: skip
            out[f"odds.{key}"] = self._result(found, words, digits=1)
        return Results(out)

    def if_fewer_came(self, fewer: int = FEWER) -> Results:
        """Least rise of control among three arms if `fewer` an arm were still there, and if all were."""
        return Results({
            f"{n}": self._result(significance_pattern.least_control_share_among(n=n, within=self.within),
                                 arm="Control", comparator="Low dose", unit="proportion", digits=0)
            for n in (fewer, self.n)
        })  # fmt: skip

    def if_lost(self, most: int) -> Results:
        """How far the lost of a dose must have been from the others for a verdict to turn, in SDs."""
        out = {}
        for lost in range(1, most + 1):
            came = self.n - lost
            two = {"error": math.sqrt(2 / came), "df": 2 * came - 2}
            one = {"error": math.sqrt(1 / came), "df": came - 1}
            largest = significance_pattern.largest_between_p(n=came, within=self.within).value
            cases = {"near": (0.06, two, "upper"), "middle": (0.1, two, "upper"),
                     "largest": (largest, two, "upper"), "own": (self.within, one, "lower")}  # fmt: skip
            for case, (p, of, side) in cases.items():
                size = stdtrit(of["df"], 1 - p / 2) * of["error"]
                point = tipping.tipping_shifts(size, **of, missing=lost, n=self.n)
                shift = abs(getattr(point, side))
                found = made(tipping.tipping_shifts, shift, method="pattern mixture", n=came,
                             statistic="tipping shift")  # fmt: skip
                text = "no such shift" if math.isnan(shift) else ""
                out[f"{lost}.{case}"] = self._result(found, f"{CELLS}, P = {short(p, 2)}", unit="SD",
                                                     digits=1, text=text)  # fmt: skip
        return Results(out)

    def _best(self, story: str, among: float | None, sds: Sequence[float] | None = None) -> Story:
        return max(STORIES[story],
                   key=lambda e: self._chance(e, among, SEARCH, self.seed, sds).value)  # fmt: skip

    def _chance(self, effects, among, trials, seed, sds=None) -> Estimate:
        return joint_pattern.joint_verdict_probability(
            n=self.n,
            effects=effects,
            among=among,
            sds=sds,
            trials=trials,
            seed=seed,
            **self.printed,
        )

    def _result(self, found: Estimate, what: str = CELLS, **about) -> Result:
        return Result(found, About(study=self.report.id, parameter=what, visit=WEEK, **about))


def printed_verdicts(report: Report) -> PrintedVerdicts:
    """The verdicts on CD4 of a report with two doses and control."""
    per_arm = int(assume(f"{report.id}-arm-sizes").value[0])
    within = report.values("cd4-within-low")[0]
    return PrintedVerdicts(report, per_arm, within, assume("seed").value)


def related_counts(report: Report, noise) -> Results:
    """The correlation of a patient's two counts that noise alone would leave, by its size.

    Of patients whose true counts stay as they are and who entered by the registry's range.
    """
    level, between = assume(f"{report.id}-cd4-level").value
    low, high = next(f.values for f in load_registry() if f.id == "registry-entry-cd4")
    entry, seed, out = no_effect_arm.Entry(low, high, level, between), assume("seed").value, {}
    for key, cv in (("low", noise.low), ("mid", noise.value), ("high", noise.high)):
        one, two = no_effect_arm.unchanged_readings(entry, cv=cv, shape=(400_000,), seed=seed)
        found = made(no_effect_arm.unchanged_readings, float(np.corrcoef(one, two)[0, 1]),
                     method="log-normal within-person model", statistic="correlation")  # fmt: skip
        about = About(study=report.id, label="simulated", parameter=f"Two CD4 counts, CV {per_cent(cv, 1)}",
                      digits=2)  # fmt: skip
        out[key] = Result(found, about)
    return Results(out)


def least_and_most(*results: Result) -> Results:
    """The smallest and the largest of several numbers of one kind: a range over readings."""
    ranked = sorted(results, key=float)
    ends = {"least": ranked[0], "most": ranked[-1]}
    return Results({k: replace(r, estimate=replace(r.estimate, statistic=f"{k} over the readings"))
                    for k, r in ends.items()})  # fmt: skip
