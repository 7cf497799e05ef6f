"""Assumptions about how CD4 counts waver in, how many respond though nothing changes, out.

No cohort: probabilities of a model (`analyse.lessons`, `false_response`, `noise`). Every number here
rests on an assumption about patients and is labelled simulated by the trail.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.analyse import false_response, noise, threshold_crossing
from helpers.analyse.estimate import Estimate
from helpers.assumptions import Assumption, assume
from helpers.audit.claims import load_registry
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.rows import row_key
from helpers.rounding import per_cent

VISITS = (1, 3, 5, 8)
LOW_COUNTS = (1, 2, 3, 4)  # that a rule of entry may ask for
SPAN = np.round(np.arange(0.05, 0.405, 0.005), 3)  # within-person CVs of the curve


@dataclass(frozen=True)
class Wavering:
    """What a response asks for and how counts waver: the ranges of four assumptions."""

    study: str
    rise: Assumption
    cv: Assumption
    common: Assumption
    visits: int

    def about(self, words: str, unit: str = "proportion", **more: str) -> About:
        """What such a number is about."""
        return About(study=self.study, label="simulated", parameter=words, unit=unit, **more)

    def ever(self) -> Results:
        """Ever over the threshold: rise × CV × visits × nothing, or a true rise common to all."""
        out = {}
        for rise in spread(self.rise):
            for cv in spread(self.cv):
                for visits in VISITS:
                    for drift in (self.common.value, self.common.high):
                        left = (1 + rise) / (1 + drift) - 1  # left to noise
                        found = threshold_crossing.ever_crossing_probability(
                            cv=cv, rise=left, visits=visits
                        )
                        words = (f"Ever {per_cent(rise)} over baseline at {visits} visits, CV "
                                 f"{per_cent(cv, 1)}, common rise {per_cent(drift)}")  # fmt: skip
                        name = "0" if drift == self.common.value else "common"
                        key = f"{100 * rise:.0f}.{100 * cv:.0f}.{visits}.{name}"
                        out[key] = Result(found, self.about(words))
        return Results(out)

    def rules(self) -> Results:
        """Who passes, once or at two visits running, by the true change: none, the rise, half more."""
        out, changes = {}, (0.0, self.rise.value, self.rise.high)
        for rule, key in {"ever": "ever", "two running": "confirmed"}.items():
            for change in changes:
                found = self._passes(rule, change)
                words = (f"Passes ({rule}) at {self.visits} visits, CV {per_cent(self.cv.value, 1)}, true "
                         f"change {per_cent(change)}")  # fmt: skip
                out[f"{key}.{100 * change:.0f}"] = Result(found, self.about(words))
        high = false_response.ever_confirmed_probability(
            cv=self.cv.high, rise=self.rise.value, visits=self.visits
        )
        words = (f"Passes (two running) at {self.visits} visits, CV {per_cent(self.cv.high, 1)}, no true "
                 "change")  # fmt: skip
        return Results({**out, "confirmed.high": Result(high, self.about(words))})

    def _passes(self, rule: str, change: float) -> Estimate:
        left = (1 + self.rise.value) / (1 + change) - 1
        model = {"cv": self.cv.value, "visits": self.visits, "rise": left}
        if rule == "ever":
            return threshold_crossing.ever_crossing_probability(**model)
        return false_response.ever_confirmed_probability(**model, running=2)

    def passing(self) -> pd.DataFrame:
        """Both rules over a range of true changes, for a chart: change (%), value, rule."""
        changes = np.linspace(-0.1, 0.6, 36).round(3)
        return pd.DataFrame(
            [{"change": 100 * c, "value": self._passes(rule, c).value, "rule": rule}
             for rule in ("ever", "two running") for c in changes]
        ).sort_values(["rule", "change"])  # fmt: skip

    def over_cv(self) -> pd.DataFrame:
        """Ever over the threshold by CV and visits, for a chart: cv (%), n, value, visits."""
        rows = [(100 * cv, v, threshold_crossing.ever_crossing_probability(
                    cv=float(cv), rise=self.rise.value, visits=v).value,
                 f"{v} visit{'s' * (v > 1)}") for v in VISITS for cv in SPAN]  # fmt: skip
        return pd.DataFrame(rows, columns=["cv", "n", "value", "visits"])

    def cv_needed(self, rate: float) -> Results:
        """The within-person CV at which noise alone gives `rate`."""
        out = {}
        for rise in (self.rise.low, self.rise.value):
            for visits in (5, 8):
                found = noise.cv_for_ever_crossing(share=rate, rise=rise, visits=visits)
                words = (f"CV at which the control rate is noise: {per_cent(rise)} over baseline, "
                         f"{visits} visits")  # fmt: skip
                out[f"{100 * rise:.0f}.{visits}"] = Result(found, self.about(words))
        return Results(out)

    def entered_low(self) -> Results:
        """The same of patients who entered by one to four low counts; row: CV.visits[.counts]."""
        out = {}
        for counts, cv, visits in itertools.product(
            LOW_COUNTS, (self.cv.value, self.cv.high), (5, 8)
        ):
            found = noise.ever_crossing_after_entry(
                cv=cv, rise=self.rise.value, visits=visits, low_counts=counts, **entry()
            )
            words = (
                f"Ever {per_cent(self.rise.value)} over baseline, entered by {low_counts(counts)}"
            )
            about = self.about(words, arm=f"CV {per_cent(cv, 1)}, {visits} visits")
            out[f"{100 * cv:.0f}.{visits}" + f".{counts}" * (counts > 1)] = Result(found, about)
        return Results(out)

    def regression(self) -> Results:
        """Change without any cause of patients who entered by one low count."""
        known, out = entry(), {}
        mean = known["median"] * np.exp(known["between_log_sd"] ** 2 / 2)
        sd = mean * np.sqrt(np.expm1(known["between_log_sd"] ** 2))
        for name, cv in {"typical": self.cv.value, "high": self.cv.high}.items():
            found = threshold_crossing.regression_to_the_mean(
                cv=cv, threshold=known["upper"], lower=known["lower"], population_mean=mean,
                population_sd=sd)  # fmt: skip
            words = f"CD4+ T cells, change without any cause, CV {per_cent(cv, 1)}"
            out[name] = Result(found, self.about(words, unit="cells/µL"))
        return Results(out)

    def moved(self) -> Results:
        """One assumption moved at a time, from the typical case; row: assumption.end."""
        out = {}
        for words, ends in self._moves().items():
            name = words.format(*ends)
            for end, found in ends.items():
                about = self.about(f"Ever responding by noise; {name}: {end}")
                out[f"{row_key(name)}.{row_key(end)}"] = Result(found, about)
        return Results(out)

    def _moves(self) -> dict[str, dict[str, Estimate]]:
        base = {"cv": self.cv.value, "rise": self.rise.value, "visits": self.visits}
        errors = assume("hucmsc-error-correlation").high
        risen = (1 + self.rise.value) / (1 + self.common.high) - 1
        plain = self.typical
        return {
            "CV {} to {}": {per_cent(cv, 1): plain(cv=cv) for cv in (self.cv.low, self.cv.high)},
            "threshold {} to {}": {per_cent(r): plain(rise=r)
                                   for r in (self.rise.high, self.rise.low)},
            "{} to {} visits": {f"{v}": plain(visits=v) for v in (2, 8)},
            "all rise by {} to {}": {"0": plain(), per_cent(self.common.high): plain(rise=risen)},
            "low count: {} or {}": {
                "no": plain(), "yes": noise.ever_crossing_after_entry(**base, **entry())},
            "errors, r = {} to {}": {
                f"{errors:g}": false_response.ever_crossing_correlated(**base, correlation=errors),
                "0": plain()},
            "{} or {}": {"twice running": false_response.ever_confirmed_probability(**base),
                         "ever": plain()},
        }  # fmt: skip

    def typical(self, **other: float) -> Estimate:
        """Ever over the threshold at the values assumed, `other` (cv, rise, visits) in their place."""
        base = {"cv": self.cv.value, "rise": self.rise.value, "visits": self.visits}
        return threshold_crossing.ever_crossing_probability(**{**base, **other})

    def swings(self, moved: Results) -> pd.DataFrame:
        """`moved` for a chart: assumption, end, value, text."""
        rows = []
        for result in moved.values():
            assumption, _, end = result.about.parameter.partition("; ")[2].rpartition(": ")
            text = per_cent(result.value)
            rows.append({"assumption": assumption, "end": end, "value": result.value, "text": text})
        return pd.DataFrame(rows)

    def part_of(self, rate: float, ever: Results) -> Results:
        """Noise as a share of the responses seen, at the typical and the high CV."""
        out = {}
        for name, cv in {"typical": self.cv.value, "high": self.cv.high}.items():
            key = f"{100 * self.rise.value:.0f}.{100 * cv:.0f}.{self.visits}.0"
            found = made(threshold_crossing.ever_crossing_probability, ever[key].value / rate, method="ratio",
                         statistic="share of the control arm's responses")  # fmt: skip
            out[name] = Result(
                found, self.about(f"Noise as a share of responses, CV {per_cent(cv, 1)}")
            )
        return Results(out)


def wavering(study: str, *, visits: int) -> Wavering:
    """The ranges of the assumptions that say what responds by noise."""
    names = ("hucmsc-response-rise", "cd4-within-person-cv", "hucmsc-common-rise")
    return Wavering(study, *map(assume, names), visits=visits)


def entry() -> dict[str, float]:
    """The registry's rule of entry and the population assumed before it."""
    level, between = assume("hucmsc-cd4-level").value
    lowest, highest = {f.id: f for f in load_registry()}["registry-entry-cd4"].values
    return {"lower": lowest, "upper": highest, "median": level, "between_log_sd": between}


def spread(assumed: Assumption) -> tuple[float, float, float]:
    """The low end, the value and the high end of an assumption."""
    return assumed.low, assumed.value, assumed.high


def low_counts(counts: int) -> str:
    """Words for `counts` low counts asked for at entry."""
    return f"{counts} low count{'s' * (counts > 1)}"
