"""A seed in, a report folder out whose every number was printed from simulated patients.

`true(seed)` is the report as it should be read; `spoiled(seed)` the same with one number changed
beyond its rounding, and what was changed. Patients, tests and intervals come from numpy, scipy and
statsmodels, so nothing here can share a fault with the audit.
"""

from __future__ import annotations

import copy
import json
import random
from dataclasses import dataclass, field
from fractions import Fraction

from true_reports import compared, counted, habits, measured, timed
from true_reports.printing import number

KINDS = {
    "percent": counted.percentages, "ratio": counted.ratios, "zero": counted.zeros,
    "mean": measured.means, "median": measured.medians, "change": measured.changes,
    "statistic": measured.statistics, "km-percent": timed.curves, "hazard ratio": timed.hazards,
}  # fmt: skip
MORE = {
    "hazard curves": timed.hazard_curves,
    "shares": counted.shares,
    "rates": counted.rates,
    "changes with intervals": measured.changes_with_intervals,
    "settled means": measured.settled_means,
    "settled changes": measured.settled_changes,
    "ranged means": measured.ranged_means,
    "named statistics": measured.named_statistics,
    "mean differences": compared.mean_differences,
    "rate ratios": compared.rate_ratios,
    "curve intervals": compared.curve_intervals,
    "interactions": compared.interactions,
    "adjusted differences": habits.adjusted_differences,
    "adjusted odds": habits.adjusted_odds,
    "one-sided": habits.one_sided,
    "corrected": habits.corrected,
    "t statistics": habits.t_statistics,
}  # asked for by name: the seeds of KINDS stay theirs; fmt: skip
FIELDS = ("percent", "count", "p", "p_adjusted", "value", "ci", "mean", "sd", "se", "median", "t", "F",
          "chi-square", "z", "r", "df", "rate", "time")  # fmt: skip


@dataclass
class Drawn:
    """A drawn trial: sizes by arm, what its report prints of them, how its patients were followed."""

    sizes: list[int]
    names: list[str]
    known: bool
    visits: int
    lost_at_most: int
    results: list[dict] = field(default_factory=list)

    def some_arms(self, draw, least=1):
        """All arms or the first two, and their sizes."""
        if len(self.sizes) > 2 and draw.random() < 0.4:
            return self.two_arms(draw)
        return list(self.names), list(self.sizes)

    def two_arms(self, draw):
        """The first arm and the reference, which is the last."""
        return [self.names[0], self.names[-1]], [self.sizes[0], self.sizes[-1]]


def true(seed: int, kinds=tuple(KINDS), most: int = 3) -> Drawn:
    """The trial of a seed with one to `most` printed results."""
    draw = random.Random(seed)
    arms = draw.choice((2, 2, 2, 3, 4))
    about = draw.choice((8, 15, 25, 40, 100, 300))
    sizes = [max(4, round(about * draw.uniform(0.85, 1.15))) for _ in range(arms)]
    names = [*["high", "low", "middle"][: arms - 1], "placebo"]
    visits = draw.choice((3, 4, 5)) if about < 40 else draw.choice((4, 6))
    trial = Drawn(sizes, names, draw.random() < 0.85, visits, draw.choice((0, 1, 2, 3)))
    for _ in range(draw.randint(1, most)):
        result = (KINDS | MORE)[draw.choice(kinds)](draw, trial)
        if result is not None and (trial.known or result["kind"] == "percent"):
            trial.results.append(result)
    if not trial.results:
        return true(seed + 1_000_003, kinds, most)
    return trial


def spoiled(seed: int, kinds=tuple(KINDS)) -> tuple[Drawn, int, str]:
    """The trial of a seed with one number spoiled; which result, and which field of it."""
    trial = copy.deepcopy(true(seed, kinds))
    draw = random.Random(f"spoil {seed}")
    places = [
        (k, name) for k, result in enumerate(trial.results) for name in FIELDS if result.get(name)
    ]
    draw.shuffle(places)
    for place, name in places:
        value = trial.results[place][name]
        several = isinstance(value, list)
        at = draw.randrange(len(value)) if several else 0
        if several and isinstance(value[at], list):  # the interval of one arm
            value, at = value[at], draw.randrange(2)
        changed = _changed(name, value[at] if several else value, draw)
        if changed is not None:
            if several:
                value[at] = changed
            else:
                trial.results[place][name] = changed
            return trial, place, name
    return spoiled(seed + 1_000_003, kinds)


def _changed(name: str, text: str, draw) -> str | None:
    """Another number, printed alike, further away than any rounding; None where there is none."""
    bare = text.strip("%").replace("·", ".").replace("P", "").replace("=", "").strip()
    try:
        value = Fraction(bare)
    except ValueError:
        return None
    decimals = len(bare.partition(".")[2])
    unit = Fraction(1, 10**decimals)
    if name in ("p", "p_adjusted"):
        other = value * draw.choice((Fraction(1, 5), 4))
        if abs(other - value) < 3 * unit or not 3 * unit < other < 1:
            return None
        return number(other, decimals)
    steps = draw.choice((-1, 1)) * draw.randint(2, 12)
    if name in ("value", "ci", "mean", "sd", "se", "median", "t", "F", "chi-square", "z", "r"):
        steps = round(float(value / unit) * draw.choice((-0.3, 0.4))) or steps
        steps = steps if abs(steps) > 2 else 3
    other = value + steps * unit
    if name in ("percent", "count", "df", "sd", "se", "chi-square", "F") and other <= 0:
        other = value - steps * unit
    if name == "percent" and not 0 <= other <= 100:
        return None
    return number(other, decimals) + ("%" if text.endswith("%") else "")


def toml(trial: Drawn, seed: int) -> str:
    """The report.toml of a trial."""
    lines = ["[report]", f'id = "seed-{seed}"', "[trial]", f"enrolled = {sum(trial.sizes)}"]
    for name, n in zip(trial.names, trial.sizes, strict=True):
        lines += ["[[arm]]", f'id = "{name}"'] + ([f"n = {n}"] if trial.known else [])
        lines += ["reference = true"] if name == trial.names[-1] else []
    for k, result in enumerate(trial.results):
        lines += ["[[result]]", f'id = "r{k}"']
        lines += [
            f"{key} = {json.dumps(value, ensure_ascii=False)}"
            for key, value in result.items()
            if value != ""
        ]
    lines += ["[readings]", f"lost_at_most = {trial.lost_at_most}", f"visits = {trial.visits}"]
    return "\n".join(lines) + "\n"
