"""`study.toml` in, a frozen `StudyConfig` out; it never opens a data table.

The file says what no table can: the design, which arm is the reference, what a parameter code
means, its unit and limit, which visit the primary comparison uses. Problems are collected, not
raised one by one.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.errors import Problem

TABLES = ("adsl", "adlb", "adae", "adtte")
DESIGNS = ("single-arm", "randomised")
UNITS = ("day", "week", "month")


@dataclass(frozen=True)
class Arm:
    """One treatment arm: `value` as the data spell it, `label` as the book prints it."""

    value: str
    label: str
    dose: float | None = None
    reference: bool = False


@dataclass(frozen=True)
class Parameter:
    """One laboratory parameter; `role` is the book's name for it (cd4, cd8, hivrna, ...).

    `lloq` is the lower limit of quantification in `unit`, None when there is none; `scale` is
    "linear" or "log10"; `better` says which direction is good; `range` bounds plausible values.
    """

    role: str
    paramcd: str
    label: str
    unit: str
    lloq: float | None = None
    scale: str = "linear"
    group: str = ""
    better: str = "higher"
    range: tuple[float, float] | None = None


@dataclass(frozen=True)
class Endpoint:
    """One time-to-event endpoint; `event` is "response" (good) or "failure"."""

    role: str
    paramcd: str
    label: str
    unit: str
    event: str = "failure"
    horizon: float | None = None


@dataclass(frozen=True)
class Visits:
    """Unit of AVISITN, the baseline visit and the visit of the primary comparison."""

    unit: str = "week"
    baseline: float = 0.0
    main: float | None = None


@dataclass(frozen=True)
class StudyConfig:
    """All that `study.toml` says."""

    id: str
    title: str
    short: str
    design: str
    arms: tuple[Arm, ...]
    observed: bool = True
    source: str = ""
    show_subjects: bool = False
    visits: Visits = Visits()
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    endpoints: Mapping[str, Endpoint] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def reference(self) -> Arm:
        """The arm the others are compared with (the only arm of a single-arm study)."""
        return next((arm for arm in self.arms if arm.reference), self.arms[0])


def _problem(rule: str, expected: str, found: object, do: str, column: str = "") -> Problem:
    return Problem(
        file="study.toml", column=column, rule=rule, expected=expected, found=str(found), do=do
    )


def load_config(folder: Path) -> tuple[StudyConfig | None, list[Problem]]:
    """Read `folder/study.toml`; returns the configuration (None if unusable) and all problems."""
    path = folder / "study.toml"
    if not path.is_file():
        found = "a folder without it" if folder.is_dir() else "no such folder"
        do = "write one: data/hucmsc/study.toml is a complete example, data/README.md explains it"
        return None, [_problem("missing file", f"{folder}/study.toml", found, do)]
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        return None, [_problem("not TOML", "valid TOML 1.0", error, "mend the line it names")]
    try:
        return parse_config(raw)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        do = "compare with data/hucmsc/study.toml"
        return None, [_problem("wrong form", "the form of the example", error, do)]


def parse_config(raw: Mapping[str, Any]) -> tuple[StudyConfig | None, list[Problem]]:
    """Turn the parsed TOML into a `StudyConfig`; returns it (None if unusable) and all problems."""
    problems = [*_missing_keys(raw), *_unknown_words(raw), *_arm_problems(raw)]
    if problems:
        return None, problems
    visits = raw.get("visits", {})
    config = StudyConfig(
        id=str(raw["id"]),
        title=str(raw["title"]),
        short=str(raw.get("short", raw["title"])),
        design=raw["design"],
        arms=tuple(_arm(item) for item in raw["arms"]),
        observed=raw.get("data", "observed") == "observed",
        source=str(raw.get("source", "")),
        show_subjects=raw.get("subject_level", "hidden") == "shown",
        visits=Visits(
            unit=visits.get("unit", "week"),
            baseline=float(visits.get("baseline", 0)),
            main=None if "main" not in visits else float(visits["main"]),
        ),
        parameters={role: _parameter(role, p) for role, p in raw.get("parameters", {}).items()},
        endpoints={role: _endpoint(role, e) for role, e in raw.get("endpoints", {}).items()},
        columns={
            t: {k.upper(): v for k, v in m.items()} for t, m in raw.get("columns", {}).items()
        },
    )
    return config, []


def _arm(item: Mapping[str, Any]) -> Arm:
    dose = item.get("dose")
    value = str(item["value"])
    return Arm(
        value=value,
        label=str(item.get("label", value)),
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
        scale=item.get("scale", "linear"),
        group=str(item.get("group", "")),
        better=item.get("better", "higher"),
        range=None if bounds is None else (float(bounds[0]), float(bounds[1])),
    )


def _endpoint(role: str, item: Mapping[str, Any]) -> Endpoint:
    return Endpoint(
        role=role,
        paramcd=str(item["paramcd"]),
        label=str(item.get("label", item["paramcd"])),
        unit=str(item.get("unit", "day")),
        event=item.get("event", "failure"),
        horizon=None if item.get("horizon") is None else float(item["horizon"]),
    )


def _missing_keys(raw: Mapping[str, Any]) -> list[Problem]:
    wanted = {"id": raw, "title": raw, "design": raw, "arms": raw}
    out = [
        _problem("missing key", f"a value for {key}", "nothing", f"add {key} = ...", key)
        for key, table in wanted.items()
        if key not in table
    ]
    for kind in ("parameters", "endpoints"):
        for role, item in raw.get(kind, {}).items():
            if "paramcd" not in item:
                where = f"{kind}.{role}.paramcd"
                out.append(
                    _problem("missing key", "the PARAMCD of the data", "nothing", "add it", where)
                )
    return out


def _unknown_words(raw: Mapping[str, Any]) -> list[Problem]:
    visits = raw.get("visits", {})
    checks = [
        ("design", raw.get("design", DESIGNS[0]), DESIGNS),
        ("data", raw.get("data", "observed"), ("observed", "simulated")),
        ("subject_level", raw.get("subject_level", "hidden"), ("hidden", "shown")),
        ("visits.unit", visits.get("unit", "week"), UNITS),
    ]
    checks += [(f"columns.{table}", table, TABLES) for table in raw.get("columns", {})]
    for role, item in raw.get("endpoints", {}).items():
        checks.append(
            (f"endpoints.{role}.event", item.get("event", "failure"), ("response", "failure"))
        )
    for role, item in raw.get("parameters", {}).items():
        checks.append(
            (f"parameters.{role}.scale", item.get("scale", "linear"), ("linear", "log10"))
        )
    return [
        _problem("unknown word", " or ".join(allowed), found, "use one of the expected words", key)
        for key, found, allowed in checks
        if found not in allowed
    ]


def _arm_problems(raw: Mapping[str, Any]) -> list[Problem]:
    arms = raw.get("arms", [])
    if not isinstance(arms, list) or any("value" not in arm for arm in arms):
        do = "write one [[arms]] block an arm, each with its value"
        return [_problem("wrong form", "[[arms]] with value = ...", arms, do, "arms")]
    values = [str(arm["value"]) for arm in arms]
    references = sum(bool(arm.get("reference")) for arm in arms)
    out = []
    if len(set(values)) < len(values):
        out.append(
            _problem("duplicate arm", "each arm once", values, "remove the second block", "arms")
        )
    if raw.get("design") == "single-arm" and len(arms) != 1:
        out.append(
            _problem("arms", "exactly one arm", len(arms), 'use design = "randomised"', "arms")
        )
    if raw.get("design") == "randomised" and (len(arms) < 2 or references != 1):
        found = f"{len(arms)} arm(s), {references} with reference = true"
        do = "give every arm a block and exactly one of them reference = true"
        out.append(_problem("arms", "two arms or more, one the reference", found, do, "arms"))
    return out
