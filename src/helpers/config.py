"""`study.toml` in, a frozen `StudyConfig` out; it never opens a data table.

The file says what no table can: the design, which arm is the reference, what a parameter code
means, its unit and limit, which visit the primary comparison uses. Problems are collected, not
raised one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers import config_arms, config_check, config_plan, config_words
from helpers.config_arms import arm_values
from helpers.config_check import problem
from helpers.config_counts import Count, count_problems, counts
from helpers.config_margins import Margin, margin_problems, margins
from helpers.config_plan import listed
from helpers.config_responses import Response, response_problems, responses
from helpers.config_sets import Populations, populations
from helpers.errors import Problem
from helpers.text_file import read_toml

FILE = "study.toml"
MISSING = "let `python -m helpers init FOLDER` draft one; data/README.md explains it"


@dataclass(frozen=True)
class Arm:
    """One treatment arm: `values` as the data spell it (several are pooled), `label` as printed."""

    values: tuple[str, ...]
    label: str
    dose: float | None = None
    reference: bool = False


@dataclass(frozen=True)
class Parameter:
    """One laboratory parameter; `role` is the book's name for it (cd4, cd8, hivrna, ...).

    `lloq` and `uloq` are the limits of quantification in `unit`, None when there is none; `scale` is
    "linear", "log10" (its logarithm is analysed) or "already log10"; `better` says which direction is
    good ("none": neither); `range` bounds plausible values. `baseline` False: a rating of change,
    which has none; its values are analysed themselves. `levels`: the values that the scale has, if given.
    """

    role: str
    paramcd: str
    label: str
    unit: str
    lloq: float | None = None
    uloq: float | None = None
    scale: str = "linear"
    group: str = ""
    better: str = "higher"
    range: tuple[float, float] | None = None
    baseline: bool = True
    levels: tuple[float, ...] = ()


@dataclass(frozen=True)
class Endpoint:
    """One time-to-event endpoint; `event` is "response" (good) or "failure".

    `events`, `competing` and `censored` are codes of CNSR (numbers) and EVNTDESC (texts);
    `competing` is None where `study.toml` does not say. `helpers.ingest.outcomes` applies them.
    """

    role: str
    paramcd: str
    label: str
    unit: str
    event: str = "failure"
    horizon: float | None = None
    events: tuple[float | str, ...] = ()
    competing: tuple[float | str, ...] | None = None
    censored: tuple[float | str, ...] = ()


@dataclass(frozen=True)
class Analysis:
    """What the trial planned: columns of adsl that the analyses use, and which convention holds.

    `strata`, `covariates`, `centre`: columns of adsl; `comparisons`: labels of the arms compared
    with the reference, and pairs of which the first arm is compared with the second (empty: all arms
    with the reference); `multiplicity`, `ties`, `median`, `quartiles`, `weights`, `df`,
    `primary`: words of `config_plan.CHOICES`; `related`: the words of AEREL that count as related
    (empty: the rule of `derive.marked`); `measure`: the role of the parameter that the pages of changes
    lead with (empty: CD4, else the first of study.toml); `imputed`: the words of DTYPE whose rows stand
    in where the planned comparison lacks a value; `pairwise`: whether the planned arms are compared
    with each other; `confidence`: the level of two-sided intervals.
    """

    strata: tuple[str, ...] = ()
    covariates: tuple[str, ...] = ()
    centre: str = ""
    comparisons: tuple[str | tuple[str, str], ...] = ()
    multiplicity: str = "holm"
    ties: str = "efron"
    median: str = "lifelines"
    quartiles: str = "SAS"
    weights: str = "log-rank"
    df: str = "satterthwaite"
    primary: str = "ancova"
    related: tuple[str, ...] = ()
    measure: str = ""
    imputed: tuple[str, ...] = ()
    pairwise: bool = False
    confidence: float = config_plan.USUAL

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of adsl that the plan names, each once."""
        named = (*self.strata, *self.covariates, self.centre)
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def convention(self) -> str:
        """Where a Kaplan-Meier quantile lies if the curve is flat there, as `analyse.survival` calls it."""
        return "first" if self.median == "lifelines" else self.median.lower()


@dataclass(frozen=True)
class Visits:
    """Unit of AVISITN, the baseline visit and the visit of the primary comparison."""

    unit: str = "week"
    baseline: float = 0.0
    main: float | None = None


@dataclass(frozen=True)
class StudyConfig:
    """All that `study.toml` says; `threshold` is the smallest group shown of hidden subjects.

    `rounding`: whether their counts are rounded, for editions that can be compared.
    """

    id: str
    title: str
    short: str
    design: str
    arms: tuple[Arm, ...]
    observed: bool = True
    source: str = ""
    show_subjects: bool = False
    show_identifiers: bool = False
    threshold: int = 5
    rounding: bool = False
    visits: Visits = Visits()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    analysis: Analysis = Analysis()
    populations: Populations = field(default_factory=Populations)
    responses: Mapping[str, Response] = field(default_factory=dict)
    counts: Mapping[str, Count] = field(default_factory=dict)
    margins: tuple[Margin, ...] = ()

    @property
    def least(self) -> int:
        """Size of the smallest group of subjects that may be shown (1: single subjects may)."""
        return 1 if self.show_subjects else self.threshold

    @property
    def limits(self) -> dict[str, float]:
        """PARAMCD -> lower limit of quantification, for the parameters that have one."""
        return {p.paramcd: p.lloq for p in self.parameters.values() if p.lloq is not None}

    @property
    def reference(self) -> Arm:
        """The arm the others are compared with (the only arm of a single-arm study)."""
        return next((arm for arm in self.arms if arm.reference), self.arms[0])


def load_config(folder: Path) -> tuple[StudyConfig | None, list[Problem]]:
    """Read `folder/study.toml`; returns the configuration (None if unusable) and all problems."""
    raw, fault = read_toml(folder / FILE, missing=MISSING)
    if raw is None:
        return None, [fault]
    try:
        return parse_config(raw)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        do = "compare with data/hucmsc/study.toml"
        return None, [problem("wrong form", "the form of the example", str(error), do)]


def columns_said(folder: Path) -> Mapping[str, Mapping[str, str]]:
    """The column mapping of a `study.toml` that is otherwise at fault; empty if it has none.

    So that a missing arm is not followed by reports of columns that are mapped.
    """
    raw = read_toml(folder / FILE, missing=MISSING)[0] or {}
    faulty = {problem.column.partition(".")[0] for problem in config_check.key_problems(raw)}
    return {} if "columns" in faulty else _columns(raw)


def _columns(raw: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    return {t: {k.upper(): v for k, v in m.items()} for t, m in raw.get("columns", {}).items()}


def parse_config(raw: Mapping[str, Any]) -> tuple[StudyConfig | None, list[Problem]]:
    """Turn the parsed TOML into a `StudyConfig`; returns it (None if unusable) and all problems."""
    problems = config_check.key_problems(raw)
    problems = problems or [*config_check.content_problems(raw), *config_arms.arm_problems(raw)]
    problems = problems or config_words.word_problems(raw)
    problems = problems or [*response_problems(raw), *count_problems(raw)]
    problems = problems or [*margin_problems(raw)]
    if problems:
        return None, problems
    config = StudyConfig(
        id=str(raw["id"]),
        title=str(raw["title"]),
        short=str(raw.get("short", raw["title"])),
        design=raw["design"],
        arms=tuple(_arm(item) for item in raw["arms"]),
        observed=raw.get("data", "observed") == "observed",
        source=str(raw.get("source", "")),
        show_subjects=raw.get("subject_level", "hidden") == "shown",
        show_identifiers=raw.get("identifiers", "hidden") == "shown",
        **config_plan.disclosure(raw.get("disclosure", {})),
        visits=_visits(raw.get("visits", {})),
        parameters={role: _parameter(role, p) for role, p in raw.get("parameters", {}).items()},
        endpoints={role: _endpoint(role, e) for role, e in raw.get("endpoints", {}).items()},
        columns=_columns(raw),
        analysis=_analysis(raw.get("analysis", {})),
        populations=populations(raw.get("populations", {})),
        responses=responses(raw),
        counts=counts(raw),
        margins=margins(raw),
    )
    return config, []


def _visits(item: Mapping[str, Any]) -> Visits:
    main = float(item["main"]) if "main" in item else None
    return Visits(item.get("unit", "week"), float(item.get("baseline", 0)), main)


def _analysis(item: Mapping[str, Any]) -> Analysis:
    columns = {k: tuple(c.strip().upper() for c in listed(item[k]))
               for k in ("strata", "covariates") if k in item}  # fmt: skip
    texts = {k: listed(item[k]) for k in ("related",) if k in item}
    if "comparisons" in item:
        said = listed(item["comparisons"])
        texts["comparisons"] = tuple(tuple(c) if isinstance(c, list) else c for c in said)
    words = {k: item[k] for k in config_plan.CHOICES if k in item}
    return Analysis(**columns, **texts, **words, measure=item.get("measure", ""),
                    imputed=tuple(w.strip().upper() for w in listed(item.get("imputed", []))),
                    pairwise=item.get("pairwise", False),
                    confidence=float(item.get("confidence", config_plan.USUAL)),
                    centre=item.get("centre", "").strip().upper())  # fmt: skip


def _arm(item: Mapping[str, Any]) -> Arm:
    dose = item.get("dose")
    values = tuple(arm_values(item))
    return Arm(
        values=values,
        label=str(item.get("label", " + ".join(values))),
        dose=None if dose is None else float(dose),
        reference=bool(item.get("reference", False)),
    )


def _parameter(role: str, item: Mapping[str, Any]) -> Parameter:
    bounds = item.get("range")
    return Parameter(
        role=role,
        paramcd=str(item["paramcd"]),
        label=str(item.get("label", item["paramcd"])),
        unit=str(item.get("unit", "")),
        lloq=None if item.get("lloq") is None else float(item["lloq"]),
        uloq=None if item.get("uloq") is None else float(item["uloq"]),
        levels=tuple(float(level) for level in item.get("levels", ())),
        scale=item.get("scale", "linear"),
        group=str(item.get("group", "")),
        better=item.get("better", "higher"),
        range=None if bounds is None else (float(bounds[0]), float(bounds[1])),
        baseline=item.get("baseline", True),
    )


def _endpoint(role: str, item: Mapping[str, Any]) -> Endpoint:
    return Endpoint(
        role=role,
        paramcd=str(item["paramcd"]),
        label=str(item.get("label", item["paramcd"])),
        unit=str(item.get("unit", "day")),
        event=item.get("event", "failure"),
        horizon=None if item.get("horizon") is None else float(item["horizon"]),
        events=listed(item.get("events", [])),
        competing=None if "competing" not in item else listed(item["competing"]),
        censored=listed(item.get("censored", [])),
    )
