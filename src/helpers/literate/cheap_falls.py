"""A report and an imagined panel of markers in, how often such a panel falls without any effect out.

The report says that markers fell, and neither which nor how many. So the panel is assumed
(`assumptions.toml`), and the arithmetic of chance and of recovery is done on it; no patient is behind
these numbers. What follows from the number of patients alone is derived.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers.analyse import multiplicity, panel, panel_trials, ranks, substitution
from helpers.analyse.estimate import Estimate
from helpers.assumptions import assume
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.present import markup
from helpers.rounding import per_cent

ALPHA = 0.05
TRIALS = 10_000
EXCESS = math.sqrt(2 / math.pi)  # within-person SDs: mean of a normal value above its own centre
TRUE_LINKS = (0.3, 0.5)  # true correlations of which it is asked how often they are found
LIMITS = {"few": 1, "half": 2, "most": 4}  # times the assumed limit of the marker
PUT_IN = {"limit": 1.0, "half": 0.5}
PUBLISHED_CV = {  # within-person coefficients of variation as two papers print them
    "tnf-low": (0.11, "Aziz 2019"), "tnf-high": (0.20, "Aziz 2019"),
    "least": (0.36, "Hofmann 2011"), "most": (1.37, "Hofmann 2011"),
}  # fmt: skip


def enrolled(report: Report) -> int:
    """The number of patients that the report prints."""
    return int(report.claim("enrolled").values[0])


def paired_tests(report: Report) -> Results:
    """What n patients allow any paired rank test: its smallest P, its true size, the largest panel."""
    n = enrolled(report)
    least, size = panel.smallest_p(n), panel.signed_rank_size(n)
    largest = made(panel.smallest_p, math.floor(ALPHA / least.value), method="holm",
                   statistic="number of markers", n=n)  # fmt: skip
    half = panel.falls_without_effect(1, correlation=0)["probability"].iloc[1]
    coin = made(panel.falls_without_effect, half, method="symmetry", statistic="probability", n=n)
    return _about({
        "smallest-p": (least, "Smallest two-sided P of any paired rank test", ""),
        "size": (size, "Chance of P at most 0.05 without effect", "proportion"),
        "largest-panel": (largest, "Markers of which one can still pass Holm at 0.05", ""),
        "coin": (coin, "One marker lower without effect", "proportion"),
    }, report)  # fmt: skip


def least_correlation(report: Report) -> Results:
    """The smallest rank correlation of n patients with P at most 0.05, and what zero leaves open."""
    n = enrolled(report)
    mass = ranks.spearman_null(np.arange(n), np.arange(n))
    order = np.arange(len(mass)) / 4  # sum of products of ranks
    r = (order - n * (n + 1) ** 2 / 4) / (n * (n**2 - 1) / 12)
    possible = sorted(set(np.abs(r[mass > 0]).round(12)))
    needed = next(x for x in possible if mass[np.abs(r) >= x - 1e-9].sum() <= ALPHA)
    open_ = math.tanh(1.959963984540054 / math.sqrt(n - 3))
    of = (least_correlation,)
    return _about({
        "needed": (made(*of, needed, method="spearman", n=n,
                        statistic="smallest significant correlation"),
                   "Rank correlation with P at most 0.05", ""),
        "open": (made(*of, open_, method="spearman", n=n,
                      statistic="upper limit at an estimate of 0"),
                 "Rank correlation not excluded when none is seen", ""),
    }, report)  # fmt: skip


def published_spread() -> Results:
    """The SD of the natural log of a log-normal level with the variation that other papers print."""
    return Results({
        name: Result(made(published_spread, math.sqrt(math.log1p(cv**2)), method="log-normal",
                          statistic="SD of the natural log"), About(parameter=f"From the CV of {paper}"))
        for name, (cv, paper) in PUBLISHED_CV.items()
    })  # fmt: skip


@dataclass(frozen=True)
class Imagined:
    """A panel that nobody has reported: n patients, markers, their scatter and how they hang together."""

    report: Report
    n: int
    markers: tuple[dict[str, Any], ...]
    within: tuple[float, float, float]
    together: tuple[float, float, float]
    seed: int

    @property
    def size(self) -> int:
        """Number of markers."""
        return len(self.markers)

    @property
    def ends(self) -> dict[str, float]:
        """The assumed correlations of two markers' changes, by name."""
        return dict(zip(("low", "mid", "high"), self.together, strict=True))

    @property
    def log_falls(self) -> np.ndarray:
        """The assumed true changes, natural logs."""
        return np.log([m["fall"] for m in self.markers])

    def number(self) -> Results:
        """How many markers there are, and what the condition of the synthetic cohort asks for."""
        fewest, most = assume("aait-cytokine-holm").value
        words = {"markers": (self.size, "Markers of the imagined panel"),
                 "fewest": (fewest, "Markers after Holm in the synthetic cohort, at least"),
                 "most": (most, "Markers after Holm in the synthetic cohort, at most")}  # fmt: skip
        return _about({key: (made(imagined, value, method="assumption", statistic="number of markers"),
                             text, "") for key, (value, text) in words.items()}, self.report)  # fmt: skip

    def all_fall(self, k: int, correlation: float, excess: float = 0.0) -> Estimate:
        """Probability that all of k markers are lower, nothing having been done."""
        shift = panel.recovery_shift(self.n, excess=excess)
        chance = panel.falls_without_effect(k, correlation=correlation, shift=shift)
        return made(panel.falls_without_effect, chance["probability"].iloc[k], n=self.n,
                    method="exchangeable normal", statistic="probability")  # fmt: skip

    def without_effect(self) -> Results:
        """All of two markers, and of the panel, lower when nobody entered high, by correlation."""
        rows = {}
        for name, c in {**self.ends, "none": 0.0, "half": 0.5}.items():
            for which, k in {"two": 2, "panel": self.size}.items():
                words = f"All of {k} markers lower without effect, correlation {c:g}"
                rows[f"{which}.{name}"] = (self.all_fall(k, c), words, "proportion")
        return _about(rows, self.report)

    def entered_high(self) -> Results:
        """The same when patients entered above their usual level: on a bad day, or one SD above."""
        excess = made(imagined, EXCESS, method="half-normal mean", statistic="mean excess")
        rows = {"excess": (excess, "Entry on a day above one's usual level", "within-person SDs")}
        for name, by in {"bad-day": EXCESS, "one-sd": 1.0}.items():
            for which, (k, c) in {"one": (1, 0.0),
                                  **{e: (self.size, c) for e, c in self.ends.items()}}.items():  # fmt: skip
                words = f"All of {k} lower by recovery alone, correlation {c:g}"
                rows[f"{name}.{which}"] = (self.all_fall(k, c, by), words, "proportion")
        return _about(rows, self.report)

    def false_alarm(self, size: float) -> Results:
        """At least one marker with P at most 0.05 without effect: independent, and at most."""
        chance = multiplicity.expected_false_positives(self.size, size)["probability"][1]
        of, statistic = multiplicity.expected_false_positives, "probability"
        return _about({
            "independent": (made(of, chance, method="binomial", statistic=statistic, n=self.n),
                            "At least one false alarm, independent markers", "proportion"),
            "at-most": (made(of, self.size * size, method="bonferroni", n=self.n,
                             statistic="upper bound of the probability"),
                        "At least one false alarm, any dependence", "proportion"),
        }, self.report)  # fmt: skip

    def findings(self, log_falls: np.ndarray, **other: float):
        """What simulated trials of this panel call lower, by rule; `other` changes the model."""
        model = {"n": self.n, "within_log_sd": self.within[1], "correlation": 0.0, **other}
        drawn = panel_trials.drawn_changes(log_falls, **model, trials=TRIALS, seed=self.seed)
        return panel_trials.panel_findings(drawn)

    def rules(self) -> Results:
        """False alarms when nothing changed, and markers found when all fall as assumed, by rule."""
        unchanged, falling = self.findings(0 * self.log_falls), self.findings(self.log_falls)
        names = {"lower": "Lower, no test", "unadjusted": "P at most 0.05, unadjusted",
                 "benjamini-hochberg": "Benjamini-Hochberg", "holm": "Holm"}  # fmt: skip
        source = "helpers.analyse.panel_trials:panel_findings"
        rows = {}
        for rule, words in names.items():
            alarm = panel_trials.share_of_trials(unchanged[rule] > 0, source=source)
            rows[f"alarm.{rule}"] = (alarm, words, "proportion")
            rows[f"found.{rule}"] = (panel_trials.middle_of_trials(falling[rule]), words, "")
        return _about(rows, self.report)

    def cases(self) -> dict[str, tuple[np.ndarray, dict[str, float]]]:
        """True changes and changed assumptions of each case of `scenarios`."""
        falls, (low, mid, high), (_, some, much) = self.log_falls, self.within, self.together
        return {
            "as assumed": (falls, {}),
            f"within-person SD {low:g}": (falls, {"within_log_sd": low}),
            f"within-person SD {high:g}": (falls, {"within_log_sd": high}),
            f"changes correlated {some:g}": (falls, {"correlation": some}),
            f"changes correlated {much:g}": (falls, {"correlation": much}),
            "half the fall (log scale)": (falls / 2, {}),
            "no fall at all": (0 * falls, {}),
            "no fall, entry on a bad day": (0 * falls - EXCESS * mid, {}),
        }

    def scenarios(self) -> Results:
        """Markers after Holm, and the share of trials like the synthetic cohort, one change at a time."""
        fewest, most = assume("aait-cytokine-holm").value
        rows, source = {}, "helpers.analyse.panel_trials:panel_findings"
        for words, (truth, other) in self.cases().items():
            found = self.findings(truth, **other)
            alike = (found["lower"] == self.size) & found["holm"].between(fewest, most)
            share = panel_trials.share_of_trials(alike, source=source)
            key = markup.slug(words)
            rows[f"{key}.holm"] = (panel_trials.middle_of_trials(found["holm"]), words, "")
            rows[f"{key}.alike"] = (share, words, "proportion")
        return _about(rows, self.report)

    def detectable(self) -> Results:
        """The shallowest ratio that n patients find, alone and as one of the panel, by scatter."""
        rows = {}
        for name, sd in zip(("low", "mid", "high"), self.within, strict=True):
            by_itself = made(imagined, math.exp(-EXCESS * sd), method="regression to the mean",
                             statistic="ratio to baseline")  # fmt: skip
            rows[f"{name}.by-itself"] = (by_itself, f"Within-person SD {sd:g}", "")
            for test, tests in {"one-test": 1, "panel": self.size}.items():
                fold = panel.detectable_fold(self.n, log_sd=sd * math.sqrt(2), alpha=ALPHA / tests)
                rows[f"{name}.{test}"] = (fold, f"Within-person SD {sd:g}", "")
        return _about(rows, self.report)

    def overstated(self, needed: float) -> Results:
        """How often a true correlation is found significant, and how large it then looks."""
        rows = {}
        for true in TRUE_LINKS:
            found = panel_trials.significant_correlations(
                true, n=self.n, needed=needed, trials=20_000, seed=self.seed)  # fmt: skip
            assumed = made(imagined, true, method="assumption", statistic="correlation")
            for part, estimate in {"true": assumed, **found}.items():
                unit = "proportion" if part in ("share", "wrong") else ""
                rows[f"{10 * true:g}.{part}"] = (estimate, f"True correlation {true:g}", unit)
        return _about(rows, self.report)

    def substituted(self, role: str = "ifng") -> Results:
        """A number put in for values below the limit: the ratio it tends to, coverage, false alarms."""
        marker = next(m for m in self.markers if m["role"] == role)
        true = made(imagined, marker["fall"], method="assumption", statistic="ratio to baseline")
        rows = {"true": (true, "True ratio of the marker", "")}
        spread = math.hypot(marker["log_sd"], self.within[1])
        for name, factor in LIMITS.items():
            limit, later = factor * marker["limit"], marker["median"] * marker["fall"]
            below = substitution.share_below(limit, median=later, log_sd=spread)
            share = made(substitution.share_below, below, method="log-normal",
                         statistic="share below the limit")  # fmt: skip
            rows[f"below.{name}"] = (share, f"Later values below {limit:g} pg/mL", "proportion")
            for put, x in PUT_IN.items():
                for part, estimate in self.put_in(marker, limit, x).items():
                    unit = "" if part == "tends" else "proportion"
                    rows[f"{put}.{name}.{part}"] = (
                        estimate,
                        f"{put} put in, {per_cent(below)} below",
                        unit,
                    )
        return _about(rows, self.report)

    def put_in(self, marker: dict[str, Any], limit: float, share: float) -> dict[str, Estimate]:
        """What the paired t analysis makes of a marker if `share` of the limit is put in below it."""
        truth, person = {"median": marker["median"], "fall": marker["fall"]}, marker["log_sd"]
        spread = math.hypot(person, self.within[1])
        persons = {"person_log_sd": person, "within_log_sd": self.within[1], "put_in": share,
                   "n": self.n, "trials": TRIALS, "seed": self.seed}  # fmt: skip
        held = substitution.substitution_performance(limit, **truth, **persons)
        none = substitution.substitution_performance(limit, **{**truth, "fall": 1.0}, **persons)
        tends = substitution.substituted_ratio(limit, **truth, log_sd=spread, put_in=share)
        return {"tends": tends, "covers": held["coverage"], "alarms": none["rejected"]}


def imagined(report: Report) -> Imagined:
    """The panel that `assumptions.toml` imagines for a report that names no marker."""
    within, together = (
        assume("aait-cytokine-within-log-sd"),
        assume("aait-cytokine-change-correlation"),
    )
    return Imagined(report, enrolled(report), tuple(assume("aait-cytokine-panel").value),
                    (within.low, within.value, within.high),
                    (together.low, together.value, together.high), assume("seed").value)  # fmt: skip


def _about(rows: dict[str, tuple[Estimate, str, str]], report: Report) -> Results:
    return Results({key: Result(found, About(report.id, parameter=words, unit=unit))
                    for key, (found, words, unit) in rows.items()})  # fmt: skip
