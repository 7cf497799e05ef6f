"""Assumptions about recovering patients in, what a confirmatory hUC-MSC trial takes, out.

`Endpoints` compares nine ways of counting one true rise of the CD4 count, by the patients an arm that
each needs. All of it rests on assumptions about patients (simulated); no cohort is read.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import product

import numpy as np
import pandas as pd

from helpers.analyse import repeated, sample_size
from helpers.analyse.estimate import Estimate
from helpers.analyse.no_effect_arm import Entry
from helpers.analyse.threshold_crossing import log_sd
from helpers.assumptions import Assumption, assume
from helpers.audit.claims import load_registry
from helpers.future import recovery, visit_power
from helpers.literate.false_responses import spread
from helpers.literate.next_aait import AIM, END
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.rounding import per_cent

PATIENTS, TRIALS = 100_000, 3_000
WORDS = {
    "ever": "ever over the threshold",
    "twice": "over it twice running",
    "last": "over it at the last visit",
    "change": "change at week 48",
    "adjusted": "count at week 48, adjusted for baseline",
    "late": "count at the last visit, adjusted",
    "plain": "mean of the counts from week 48, unadjusted",
    "mean": "mean of the counts from week 48, adjusted",
    "two": "… with two baseline counts",
}
RESPONSES = ("ever", "twice")


@dataclass(frozen=True)
class Endpoints:
    """Patients who entered as the registry has it; visits, noise and a true rise as assumed."""

    study: str
    weeks: tuple[float, ...]
    week: float
    cv: Assumption
    rise: Assumption
    rule: Assumption
    seed: int
    cache: dict = field(default_factory=dict, repr=False, compare=False)
    known: dict = field(default_factory=dict, repr=False, compare=False)

    def model(self, **other: float) -> recovery.Recovery:
        """The patients of the assumptions, some of them changed."""
        median, between = assume("hucmsc-cd4-level").value
        entry = {f.id: f for f in load_registry()}["registry-entry-cd4"].values
        given = {"cv": self.cv.value, "gain": assume("hucmsc-cd4-gain").value[0],
                 "gain_sd": assume("hucmsc-cd4-gain-sd").value, "weeks": self.weeks,
                 "pace": assume("hucmsc-cd4-gain-time").value}  # fmt: skip
        screened = other.pop("screened", median)
        return recovery.Recovery(Entry(*entry, screened, between), **{**given, **other})

    def arms(self, of: recovery.Recovery, truth: float, seed: int, **other: float) -> list:
        """The same patients twice, with the true rise and without; the last two pairs are kept."""
        key = (repr(of), truth, seed, *other.items())
        if key not in self.cache:
            for old in list(self.cache)[:-1]:
                del self.cache[old]
            self.cache[key] = [recovery.log_counts(of, rise=r, patients=PATIENTS, seed=seed,
                                                   **other) for r in (truth, 0.0)]  # fmt: skip
        return self.cache[key]

    def needed(
        self, endpoint: str, truth: float | None = None, *, alpha: float = 0.05, seed: int = 0,
        correlation: float = 0.0, helped: float = 1.0, **other: float,
    ) -> tuple[Estimate, float]:  # fmt: skip
        """Patients an arm, and the share of controls that responds (NaN without a threshold)."""
        of = self.model(**(other | ({"baselines": 2} if endpoint == "two" else {})))
        truth, seed = self.rise.value if truth is None else truth, seed or self.seed
        key = (endpoint, repr(of), truth, alpha, seed, correlation, helped)
        if key not in self.known:
            two = self.arms(of, truth, seed, helped=helped, error_correlation=correlation)
            self.known[key] = self.size(endpoint, two, alpha=alpha, seed=seed)
        return self.known[key]

    def size(self, endpoint: str, two: list, *, alpha: float, seed: int) -> tuple[Estimate, float]:
        """The same for two simulated arms."""
        if endpoint in RESPONSES:
            treated, control = (
                recovery.first_responses(*arm, rise=self.rule.value, confirmed=endpoint == "twice")
                for arm in two
            )
            found = visit_power.patients_for_log_rank(
                treated, control, power=AIM, trials=TRIALS, seed=seed
            )
            return found, float(control.sum())  # fmt: skip
        values = [self.outcome(endpoint, *arm) for arm in two]
        if endpoint == "last":
            shares = [float(v.mean()) for v in values]
            return sample_size.patients_for_proportions(*shares, power_wanted=AIM), shares[1]
        gap, sd = self.gap(endpoint, two, values)
        return sample_size.patients_for_mean(difference=gap, sd=sd, power_wanted=AIM,
                                             alpha=alpha), math.nan  # fmt: skip

    def outcome(self, endpoint: str, baseline: np.ndarray, follow: np.ndarray) -> np.ndarray:
        """One value a patient: what the endpoint makes of the counts."""
        at = self.weeks.index(self.week)
        if endpoint == "last":
            return follow[:, -1] >= baseline + math.log1p(self.rule.value)
        if endpoint == "change":
            return follow[:, at] - baseline
        if endpoint in ("adjusted", "late"):
            return follow[:, at if endpoint == "adjusted" else -1]
        return follow[:, at:].mean(axis=1)

    def gap(self, endpoint: str, two: list, values: list[np.ndarray]) -> tuple[float, float]:
        """The difference that an endpoint sees and its SD within an arm."""
        if endpoint in ("change", "plain"):
            sd = math.sqrt(np.mean([v.var(ddof=1) for v in values]))
            return float(values[0].mean() - values[1].mean()), sd
        arms = [(arm[0], v) for arm, v in zip(two, values, strict=True)]
        found = recovery.adjusted_gap(*arms)
        return found["difference"].value, found["sd"].value

    def about(self, words: str, unit: str = "", **more) -> About:
        """What such a number is about."""
        return About(self.study, "simulated", words, unit, **{"digits": 0, **more})

    def grid(self) -> Results:
        """`need` and `control`, by endpoint, within-person CV and true rise."""
        out = {}
        for cv, truth, endpoint in product(spread(self.cv), spread(self.rise), WORDS):
            found, respond = self.needed(endpoint, truth, cv=cv)
            key = f"{endpoint}.{100 * cv:.0f}.{100 * truth:.0f}"
            where = {"arm": f"CV {per_cent(cv, 1)}", "visit": f"true rise {per_cent(truth)}"}
            out[f"need.{key}"] = Result(found, self.about(WORDS[endpoint], **where))
            if not math.isnan(respond):
                share = made(recovery.first_responses, respond, statistic="proportion",
                             method="simulation of the model")  # fmt: skip
                about = self.about(WORDS[endpoint], "proportion", **where)
                out[f"control.{key}"] = Result(share, about)
        return Results(out)

    def middle(self, grid: Results, kind: str = "need") -> Results:
        """By endpoint, what the grid has at the values assumed."""
        end = f".{100 * self.cv.value:.0f}.{100 * self.rise.value:.0f}"
        return Results({k.removesuffix(end): r for k, r in grid[kind].items() if k.endswith(end)})

    def compared(self, need: Results) -> Results:
        """Ever against mean (`ratio`); least and most of three seeds where the size is simulated."""
        ever = need["ever"]
        found = [ever, *(Result(self.needed("ever", seed=self.seed + k)[0], ever.about)
                         for k in (1, 2))]  # fmt: skip
        times = made(recovery.adjusted_gap, ever.value / need["mean"].value, statistic="ratio",
                     method="ratio of patients")  # fmt: skip
        words = "Ever over the threshold against mean count"
        return Results({"ratio": Result(times, self.about(words, digits=1)),
                        "low": min(found, key=float), "high": max(found, key=float)})  # fmt: skip

    def variants(self) -> Results:
        """Other plans: two doses at half the level each; the count that selects is the baseline."""
        shared = self.needed("mean", alpha=0.025)[0]
        selected, _ = self.needed("mean", baselines=0)
        ever, respond = self.needed("ever", baselines=0)
        share = made(recovery.first_responses, respond, statistic="proportion",
                     method="simulation of the model")  # fmt: skip
        by = "the count that selects is the baseline"
        return Results({
            "shared": Result(shared, self.about("Mean count, two doses, half the level each")),
            "selected": Result(selected, self.about(f"Mean count, {by}")),
            "selected-ever": Result(ever, self.about(f"Ever over the threshold, {by}")),
            "selected-respond": Result(share, self.about(f"Controls responding, {by}", "proportion")),
        })  # fmt: skip

    def moved(self) -> Results:
        """Patients an arm, ever and mean, over the range of each assumption."""
        out = {}
        for i, (words, (ends, plan)) in enumerate(self._moves().items()):
            for endpoint in ("ever", "mean"):
                for end, value in zip(END, ends, strict=True):
                    about = self.about(f"{words}; {WORDS[endpoint]}", visit=END[end])
                    out[f"{i}.{endpoint}.{end}"] = Result(plan(endpoint, value), about)
        return Results(out)

    def _moves(self) -> dict[str, tuple[tuple, Callable]]:
        trend, pace, lost, screened, hangs = map(assume, (
            "hucmsc-cd4-gain-sd", "hucmsc-cd4-gain-time", "next-lost", "screened-cd4-median",
            "hucmsc-error-correlation"))  # fmt: skip

        def by(name: str, **fixed) -> Callable:
            return lambda endpoint, v: self.needed(endpoint, **{name: v}, **fixed)[0]

        def enrol(endpoint: str, v: float) -> Estimate:
            found = self.needed(endpoint)[0]
            return replace(found, value=math.ceil(found.value / (1 - v)), lower=math.nan,
                           upper=math.nan)  # fmt: skip

        errors, helped = (hangs.low, hangs.high / 2, hangs.high), (1.0, 0.5, 0.2)
        return {
            _named("Within-person CV", spread(self.cv)): (spread(self.cv), by("cv")),
            _named("True rise over control", spread(self.rise)): (spread(self.rise), by("truth")),
            _named("Patients' own trends, SD (natural log)", spread(trend)): (
                spread(trend), by("gain_sd")),
            _named("Time constant of the effect, weeks", spread(pace)): (spread(pace), by("pace")),
            _named("Median of those screened, cells/µL; the count that selects is the baseline",
                   spread(screened)): (spread(screened), by("screened", baselines=0)),
            _named("Share whom it helps, the mean rise being the same", helped): (
                helped, by("helped")),
            _named("Correlation of the noise of successive counts", errors): (
                errors, by("correlation")),
            _named("Lost to follow-up; patients to enrol", spread(lost)): (spread(lost), enrol),
        }  # fmt: skip

    def counted_more(self, extra: tuple[float, ...], sizes: tuple[int, ...]) -> Results:
        """P up to 5% though nothing differs but that the treated are also counted at `extra` weeks."""
        every = tuple(sorted({*extra, *self.weeks}))
        often, less = (
            recovery.first_responses(
                *recovery.log_counts(self.model(weeks=w), rise=0.0, patients=PATIENTS, seed=s),
                rise=self.rule.value,
            )
            for w, s in ((every, self.seed), (self.weeks, self.seed + 1))
        )
        shared = np.zeros(len(every))
        shared[[every.index(w) for w in self.weeks]] = less  # fmt: skip
        out = {}
        for n in sizes:
            found = visit_power.log_rank_power_at(
                often, shared, sizes=(n, n), trials=2 * TRIALS, seed=self.seed
            )
            about = self.about(
                "P ≤ 0.05 though nothing differs but the number of counts",
                "proportion",
                arm=f"{n} an arm",
            )
            out[f"{n}"] = Result(replace(found, statistic="attained size"), about)  # fmt: skip
        return Results(out)

    def spreads(self) -> dict[str, float]:
        """SDs between patients, of one count, and of their true changes (natural log)."""
        base, _ = self.arms(self.model(), 0.0, self.seed)[1]
        noise = log_sd(self.cv.value)
        between = math.sqrt(float(base.var()) - noise**2)
        return {"between": between, "within": noise, "change": assume("hucmsc-cd4-gain-sd").value}

    def costs(self) -> pd.DataFrame:
        """`repeated.visit_costs` at the three prices of a patient, with a column price."""
        prices = spread(assume("patient-cost"))
        parts = [repeated.visit_costs(**self.spreads(), patient=p).assign(price=p) for p in prices]
        return pd.concat(parts, ignore_index=True)

    def visits(self, costs: pd.DataFrame) -> Results:
        """Cheapest number of counts by price (`best`); patients saved (`fewer`); `single`: dearer."""
        out = {}
        for price, rows in costs.groupby("price"):
            best = rows.loc[rows["cost"].idxmin(), "followups"]
            words = f"Cheapest number of follow-up counts, a patient costs {price:g} visits"
            found = made(repeated.visit_costs, best, statistic="count", method="ancova")
            out[f"best.{price:g}"] = Result(found, self.about(words))
        typical = costs[costs["price"] == assume("patient-cost").value].set_index("followups")
        shares = {f"fewer.{k}": 1 - typical.loc[k, "patients"] for k in (3, 5)}
        shares["single"] = typical.loc[1, "cost"] - 1
        for key, value in shares.items():
            found = made(repeated.visit_costs, value, statistic="proportion", method="ancova")
            words = "Dearer with one count than with the best number" if key == "single" else (
                f"Patients saved by {key[-1]} counts, not one")  # fmt: skip
            out[key] = Result(found, self.about(words, "proportion"))
        return Results(out)

    def seen_with(self, n: int) -> Results:
        """What `n` patients an arm find at 80% and 90%, as a true rise in the mean count, adjusted."""
        from helpers.analyse.power import detectable_difference_mean

        two = self.arms(self.model(), self.rise.value, self.seed)
        gap, sd = self.gap("mean", two, [self.outcome("mean", *arm) for arm in two])
        part = gap / math.log1p(self.rise.value)  # of the full effect that the late mean sees
        out = {}
        for aim in (0.8, AIM):
            found = detectable_difference_mean(n, n, power=aim, sd=sd)
            rise = replace(found, value=math.expm1(found.value / part))
            words = f"True rise over control found with {per_cent(aim)} power, {WORDS['mean']}"
            about = self.about(words, "proportion", arm=f"{n} an arm")
            out[f"{100 * aim:.0f}"] = Result(rise, about)
        return Results(out)


def _named(words: str, ends: tuple[float, ...]) -> str:
    return f"{words}: {', '.join(f'{v:g}' for v in ends)}"


def endpoints(report: Report) -> Endpoints:
    """Nine ways to count a true rise in patients as `report` and its registry record have them."""
    names = ("cd4-within-person-cv", "next-true-rise", "hucmsc-response-rise")
    weeks = tuple(assume("hucmsc-visit-weeks").value[1:])
    (week,) = report.values("cd4-week")
    return Endpoints(report.id, weeks, week, *map(assume, names), assume("seed").value)
