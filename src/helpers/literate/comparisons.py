"""How many comparisons a report states or a study offers in, the chance of a false alarm out."""

from __future__ import annotations

import math

from helpers import derive
from helpers.analyse import multiplicity
from helpers.analyse.estimate import Estimate
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.literate.trial import Trial
from helpers.possible import printed

ALPHA = 0.05
# the comparisons whose verdict an abstract states
VERDICTS = {"hucmsc": ("cd4-within-high", "cd4-within-low", "cd4-within-control", "response-p",
                       "cd4-between", "cd8-between", "ratio-between")}  # fmt: skip


def stated(report: Report, *, visits: int) -> Results:
    """Comparisons whose verdict a report states; the same at the two late visits, and at `visits`."""
    k = len([report.claim(name) for name in VERDICTS[report.id]])
    counts = {"printed": k, "two-visits": 2 * k, "visits": visits * k}
    return Results({name: _count(value, About(report.id, parameter="Comparisons"))
                    for name, value in counts.items()})  # fmt: skip


def offered(trial: Trial) -> Results:
    """Comparisons that a study offers: arms with the reference (or with baseline), by what and when."""
    study, pairs = trial.study, max(1, len(trial.arms) - 1)
    baseline = study.config.visits.baseline
    visits = sum(len([v for v in derive.visits(study, role) if v != baseline])
                 for role in study.config.parameters) if study.has("adlb") else 0  # fmt: skip
    ends = len(study.config.endpoints) if study.has("adtte") and len(trial.arms) > 1 else 0
    about = About(study.id, "derived", "Comparisons that the study offers")
    counts = {"pairs": pairs, "values": visits, "endpoints": ends, "all": pairs * (visits + ends)}
    return Results({name: _count(value, about) for name, value in counts.items()})


def any_false(tests: Results) -> Results:
    """The chance of at least one P below 5% where nothing differs, for each number of tests.

    Independent tests: binomial.
    """
    out = {}
    for name, result in tests.items():
        k = int(result)
        if not k:
            continue
        found = made(multiplicity.expected_false_positives, at_least_one(k), method="binomial",
                     statistic="probability")  # fmt: skip
        words = f"At least one P < 0.05 in {k} independent test{'s' * (k != 1)}"
        out[name] = Result(
            found, About(result.about.study, parameter=words, unit="proportion", digits=0)
        )
    return Results(out)


def at_least_one(k: int) -> float:
    """The chance that at least one of k independent tests is below 5%."""
    return float(multiplicity.expected_false_positives(k)["probability"][1])


def any_dependence(tests: Result) -> Results:
    """The same for tests that depend on each other in whatever way: least and most."""
    k = int(tests)
    ends = {"least": (ALPHA, "perfect dependence"), "most": (min(1.0, k * ALPHA), "bonferroni")}
    words = f"At least one P < 0.05 in {k} tests, any dependence"
    return Results({
        name: Result(Estimate(method, "probability", value, source=f"{__name__}:any_dependence"),
                     About(tests.about.study, parameter=words, unit="proportion", digits=0))
        for name, (value, method) in ends.items()
    })  # fmt: skip


def survives(report: Report, claim: str) -> Result:
    """Up to how many comparisons a printed P, times their number, stays below 5%, however rounded."""
    largest = printed.p_interval(report.text(claim))[1]
    found = made(printed.p_interval, math.ceil(ALPHA / largest) - 1, method="bonferroni",
                 statistic="count")  # fmt: skip
    words = "Comparisons up to which the printed P, times their number, stays below 0.05"
    return Result(found, About(report.id, parameter=words))


def _count(value: int, about: About) -> Result:
    return Result(made(stated, value, method="count", statistic="count"), about)
