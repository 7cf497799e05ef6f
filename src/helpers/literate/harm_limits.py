"""Numbers of patients in, what no event among them leaves open out; no patient's data are read.

`Groups` are the sizes for which that is asked: a printed one and those that follow from printed
percentages. Everything else is the binomial distribution, in `analyse`.
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from helpers.analyse import false_alarms, power, surprising_counts
from helpers.analyse.estimate import Estimate
from helpers.analyse.proportions import (
    bayes_upper,
    clopper_pearson,
    patients_to_exclude,
    zero_event_upper,
)
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.literate.split import Split
from helpers.possible import counts
from helpers.rounding import per_cent

# examples of conditions under which a limit is another one; none is claimed of a trial
WATCHED = {"all": 1.0, "three quarters": 0.75, "half": 0.5}
LEVELS = (0.90, 0.95, 0.99)
PRIORS = {"one of ten harmed": (1, 9), "Jeffreys": (0.5, 0.5), "flat": (1, 1),
          "two of ten harmed": (2, 8)}  # fmt: skip


class Groups(Results):
    """Numbers of patients by name, with `sizes`: a number -> the study that has so many."""

    def __init__(self, items: dict[str, Result]):
        super().__init__(items)
        self.sizes = {int(r): r.about.study for r in items.values()}

    @property
    def smallest(self) -> int:
        """The smallest of the groups."""
        return min(self.sizes)

    def if_none(self, **functions: Callable[..., Estimate]) -> Results:
        """Each limit of a risk, by its name, when none of a group has the event; row: n.name."""
        out = {}
        for n, study in self.sizes.items():
            about = About(study, parameter=f"No event among {n}", unit="proportion")
            for name, function in functions.items():
                takes = list(inspect.signature(function).parameters)
                found = function(0, n) if takes[0] == "x" else function(n)
                out[f"{n}.{name.replace('_', '-')}"] = Result(found, about)
        return Results(out)

    def unseen(self, *percents: int) -> Results:
        """How often nobody of a group is harmed at a true risk of so many per cent; row: percent.n."""
        return Results({
            f"{percent}.{n}": Result(surprising_counts.none_seen(percent / 100, n), _about(percent, n, study))
            for percent in percents for n, study in self.sizes.items()
        })  # fmt: skip

    def settling(self, *percents: int) -> Results:
        """The counts that show a risk to be above, or below, so many per cent; row: percent.side.n."""
        out = {}
        for percent in percents:
            for n, study in self.sizes.items():
                more = surprising_counts.events_showing_more(percent / 100, n)
                less = surprising_counts.events_showing_less(percent / 100, n)
                for side, found in {"above": more, "below": less}.items():
                    about = replace(
                        _about(percent, n, study), unit="", text=_count_words(side, found)
                    )
                    about = replace(about, parameter=f"Shown to be {side} {percent}%")
                    out[f"{percent}.{side}.{n}"] = Result(found, about)
        return Results(out)

    def other_counts(self, most: int) -> Results:
        """What 0 to `most` events in the smallest group say of the risk; row: the count."""
        n = self.smallest
        about = About(self.sizes[n], unit="proportion")
        return Results({
            f"{x}": Result(clopper_pearson(x, n), replace(about, parameter=f"{x} of {n}"))
            for x in range(most + 1)
        })  # fmt: skip

    def other_conditions(self) -> Results:
        """The limit of the smallest group where one condition gives way; row: condition.number."""
        n = self.smallest
        base = zero_event_upper(n)
        found = {
            "watched": {f"Patients watched to the end: {word}": zero_event_upper(round(part * n))
                        for word, part in WATCHED.items()},
            "found": {f"Share of cases that is recognised: {word}":
                      replace(base, upper=base.upper / part) for word, part in WATCHED.items()},
            "level": {f"Confidence of the limit: {per_cent(level)}": zero_event_upper(n, level=level)
                      for level in LEVELS},
            "prior": {f"Bayes, prior: {word}": bayes_upper(0, n, prior=prior)
                      for word, prior in PRIORS.items()},
        }  # fmt: skip
        out = {}
        for name, cases in found.items():
            for i, (words, limit) in enumerate(cases.items()):
                about = About(self.sizes[n], parameter=words, unit="proportion")
                out[f"{name}.{i}"] = Result(_upper(limit, n), about)
        return Results(out)


def watched_groups(enrolled: Results, split: Split) -> Groups:
    """The patients of a report without arms, of one arm of `split`, and of all but its second arm."""
    (few,) = enrolled.about(parameter="Patients").values()
    arm, treated = split.sizes[0], split.enrolled - split.sizes[1]
    about = replace(split.base, parameter="Patients")
    words = {"arm": (arm, "hUC-MSC, one arm"), "treated": (treated, "hUC-MSC, both treated arms")}
    return Groups({"all": few} | {
        name: Result(made(counts.allocations, n, method="exhaustive enumeration",
                          statistic="count"), replace(about, arm=arm_words))
        for name, (n, arm_words) in words.items()
    })  # fmt: skip


def patients_needed(*percents: int) -> Results:
    """How many patients without the event exclude a risk of so many per cent; row: the per cent."""
    return Results({
        f"{percent}": Result(patients_to_exclude(percent / 100),
                             About(parameter=f"A true risk of {percent}%"))
        for percent in percents
    })  # fmt: skip


def treated_if_lost(report: Report, split: Split, *, lost: int) -> Results:
    """No event among the treated, for the fewest, the derived and the most that the percentages allow.

    With up to `lost` patients gone from an arm other arm sizes print them, from a sixth of all
    patients to half; one minus Kaplan-Meier over two visits.
    """
    sizes = range(split.enrolled // 6, split.enrolled // 2 + 1)
    fits = [
        [n for n in sizes
         if len(counts.censored_counts(f"{p}", size=n, visits=2, censored_at_most=lost))]
        for p in report.values("response-rates")
    ]  # fmt: skip
    treated = [
        split.enrolled - b for a in fits[0] for b in fits[1] if split.enrolled - a - b in sizes
    ]
    whole = split.enrolled - split.sizes[1]
    ends = {"fewest": min(treated), "full": whole, "most": max(treated)}
    about = About(report.id, parameter="Zero events among the treated", unit="proportion")
    return Results({
        name: Result(zero_event_upper(n), replace(about, arm=f"{n} treated"))
        for name, n in ends.items()
    })  # fmt: skip


def doubled_harms(study: str, n: int, *percents: int) -> Results:
    """A harm of so many per cent in control that treatment doubles, arms of `n`: is it seen?

    Row: percent.doubled (power), .missed (its complement), .twice, .found (80% power).
    """
    out = {}
    for percent in percents:
        risk = percent / 100
        seen = power.power_proportions_fisher(2 * risk, risk, n, n)
        rise = power.detectable_difference_proportion(n, n, risk)
        share = {"statistic": "proportion"}
        found = {
            "doubled": seen,
            "missed": replace(seen, value=1 - seen.value, statistic="type II error"),
            "twice": replace(seen, value=2 * risk, **share),
            "found": replace(rise, value=risk + rise.value, **share),
        }
        for name, estimate in found.items():
            words = f"Harm with a risk of {percent}% in the control arm, {name}"
            about = About(study, parameter=words, arm="Treated", comparator="Control",
                          unit="proportion")  # fmt: skip
            out[f"{percent}.{name}"] = Result(estimate, about)
    return Results(out)


def power_by_risk(n: int, *percents: int, most: int) -> pd.DataFrame:
    """Power of Fisher's test, arms of `n`, by the treated risk: risk (%), power, series (control's)."""
    return pd.DataFrame(
        [(treated, power.power_proportions_fisher(treated / 100, percent / 100, n, n).value,
          f"{percent}%")
         for percent in percents for treated in range(percent, most + 1)],
        columns=["risk", "power", "series"],
    )  # fmt: skip


def false_alarm(study: str, events: Sequence[dict], n: int, *, percents: Sequence[int]) -> Results:
    """At least one interval of a table by class excludes zero though no arm differs; row: percent.

    `events`: body_system and rate (expected events a patient) of each term; two arms of `n` against
    control, all at so many per cent of these rates. `classes`: how many classes.
    """
    by_class = pd.DataFrame(events).groupby("body_system")["rate"]
    words = "Event rates at {}% of those assumed, equal in all arms"
    out = {}
    for percent in percents:
        risks = [false_alarms.risk_of_any(percent / 100 * rates) for _, rates in by_class]
        found = false_alarms.any_interval_excludes_zero(risks, size=n, comparisons=2)
        about = About(study, "simulated", words.format(percent), unit="proportion")
        out[f"{percent}"] = Result(found, about)
    number = made(false_alarm, len(by_class), method="count", statistic="count")
    return Results(out | {"classes": Result(number, About(study, "simulated", "Classes"))})


def _about(percent: int, n: int, study: str) -> About:
    words = {"parameter": f"A true risk of {percent}%", "arm": f"{n} patients"}
    return About(study, unit="proportion", **words)


def _upper(limit: Estimate, n: int) -> Estimate:
    """The limit itself as a value."""
    method = limit.method.partition(",")[0]
    source = limit.source
    return Estimate(method, "upper limit", limit.upper, n=n, level=limit.level, source=source)


def _count_words(side: str, found: Estimate) -> str:
    """ "3 or more", "at most 1", "0", "no count"."""
    if math.isnan(found.value):
        return "no count"
    if side == "above":
        return f"{found.value:.0f} or more"
    return f"at most {found.value:.0f}" if found.value else "0"
