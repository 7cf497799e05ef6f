"""The parts of a report folder as typed, frozen values; nothing here reads, checks or computes.

Printed numbers stay the text that stands in the report.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from helpers.audit.printed import ROUNDINGS

KINDS = (
    "percent", "km-percent", "ratio", "mean", "median", "change", "among", "zero",
    "rate", "correlation", "statistic", "agreement", "km-curve", "interaction", "fact",
)  # fmt: skip
STATEMENT_KINDS = (
    "superior", "non-inferior", "equivalent", "no-difference", "no-change", "safe", "recommends-trial",
    "background", "finding",
)  # fmt: skip
MEASURES = (
    "odds ratio", "risk ratio", "hazard ratio", "risk difference", "mean difference",
    "median difference", "mean ratio", "rate ratio", "rate difference", "efficacy",
    "number needed to treat", "standardised mean difference", "other ratio", "other difference",
)  # fmt: skip
OTHER_RATIO, OTHER_DIFFERENCE = MEASURES[-2:]  # of another name, which `Result.name` keeps
CLUSTERED = "cluster-randomised"
DEPENDENT = ("crossover", CLUSTERED)  # designs whose patients are not independent
DESIGNS = ("randomised", "single-arm", "observational", "factorial", *DEPENDENT)
SHARED = ("crossover", "factorial")  # designs of which a patient stands in several arms


@dataclass(frozen=True)
class Arm:
    """One arm: `n` is None where it is not printed; `reference` marks the comparator.

    `total`: no arm but the patients of all others together, as a table's last column has them.
    """

    id: str
    label: str = ""
    n: int | None = None
    reference: bool = False
    total: bool = False


@dataclass(frozen=True)
class Trial:
    """What is printed of the trial as a whole; `enrolled` is None where it is not."""

    design: str = ""
    enrolled: int | None = None
    follow_up: str = ""


@dataclass(frozen=True)
class Readings:
    """What may be assumed: ways of rounding, patients lost, number of visits or their times."""

    rounding: tuple[str, ...] = ROUNDINGS
    lost_at_most: int = 3
    visits: int = 5
    times: tuple[float, ...] = ()


@dataclass(frozen=True)
class Result:
    """One printed result. Lists follow `arms`; "" stands for what is not printed.

    Which fields a `kind` uses stands in `fields.FIELDS`. `p` has one entry for a comparison, one
    an arm for a `change`. `y_axis` says what a curve's percentage counts: "survival" those without
    the event, "cumulative" those with it, "" unknown. `within` names a fact whose time this one must
    lie in; `beside` a result of the same quantity (another dose, the changes within arms, the
    curves of a hazard ratio). `across`: the denominators `of` are patients of all arms together, as
    those of a predictive value are. `between`: the results whose difference an interaction tests.
    `p_adjusted`: the P corrected for several comparisons, `comparisons` their number and `correction`
    how; where `p` is left out it stands for it (`engine`). `adjusted`: None where no words say.
    `sum_of`, `any_of`, `part_of`, `events`, `at_risk`: see `parts`; `strata`: results of the strata that
    one estimate pools; `categories`: results of all levels of a scale; `table`: the rows of counts of
    two readers, `weights` those of their kappa.
    """

    id: str
    kind: str
    arms: tuple[str, ...] = ()
    percent: tuple[str, ...] = ()
    count: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    across: bool = False
    p: tuple[str, ...] = ()
    p_adjusted: str = ""
    correction: str = ""
    comparisons: int | None = None
    test: str = ""
    at: str = ""
    adjusted: bool | None = None
    measure: str = ""
    value: str = ""
    ci: tuple[str, ...] = ()
    level: str = "95%"
    mean: tuple[str, ...] = ()
    sd: tuple[str, ...] = ()
    se: tuple[str, ...] = ()
    intervals: tuple[tuple[str, str], ...] = ()
    items: int | None = None
    scale: tuple[int, ...] = ()
    median: tuple[str, ...] = ()
    range: tuple[tuple[str, str], ...] = ()
    iqr: tuple[tuple[str, str], ...] = ()
    whole: bool = False
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    n: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    rate: tuple[str, ...] = ()
    per: str = ""
    statistic: str = ""
    df: tuple[str, ...] = ()
    curve: str = ""
    n_risk: str = ""
    events: tuple[str, ...] = ()
    y_axis: str = ""
    name: str = ""
    printed: str = ""
    within: str = ""
    beside: str = ""
    between: tuple[str, ...] = ()
    sum_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    part_of: str = ""
    at_risk: tuple[str, ...] = ()
    strata: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()
    weights: str = ""
    source: str = ""
    sentence: int | None = None
    quote: str = ""
    note: str = ""


@dataclass(frozen=True)
class Statement:
    """One statement of the authors and the results that it rests on.

    `margin`: of a statement that an arm is not inferior, or that two are equivalent, as printed;
    `end`: the end of the interval ("lower", "upper") that must not pass it, "" where it follows from
    the margin.
    """

    id: str
    kind: str
    rests_on: tuple[str, ...] = ()
    arms: tuple[str, ...] = ()
    sentence: int | None = None
    quote: str = ""
    note: str = ""
    margin: str = ""
    end: str = ""


@dataclass(frozen=True)
class Report:
    """A whole report folder; `warnings` holds what was found but does not stop the audit."""

    id: str
    title: str = ""
    doi: str = ""
    pmid: str = ""
    looked_up: str = ""
    trial: Trial = field(default_factory=Trial)
    arms: tuple[Arm, ...] = ()
    results: tuple[Result, ...] = ()
    statements: tuple[Statement, ...] = ()
    readings: Readings = field(default_factory=Readings)
    folder: Path | None = None
    warnings: tuple = ()

    @property
    def groups(self) -> tuple[Arm, ...]:
        """The arms without the one that is all others together."""
        return tuple(arm for arm in self.arms if not arm.total)

    def arm(self, name: str) -> Arm:
        """Return the arm of that id."""
        return next(arm for arm in self.arms if arm.id == name)

    def result(self, name: str) -> Result:
        """Return the result of that id."""
        return next(result for result in self.results if result.id == name)


def everybody(report: Report) -> int | None:
    """Return all patients: as enrolled, else as a column of all arms says; None for neither."""
    columns = [arm.n for arm in report.arms if arm.total and arm.n]
    return report.trial.enrolled or (columns[0] if columns else None)
