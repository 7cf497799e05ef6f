"""A study folder in, a frozen `Study` out; the only place that opens a study's tables.

Every fault of the folder is collected into one `StudyError`; a `Study` that exists is valid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import schema
from helpers.config import TABLES, Endpoint, Parameter, StudyConfig, load_config
from helpers.errors import Problem, StudyError
from helpers.readers import READERS, find_table, read_table


@dataclass(frozen=True)
class Study:
    """One trial: what `study.toml` says and its tables, typed and joined with the arm.

    Every table has USUBJID (text) and ARM (the arm's label; categories in dose order). Numbers are
    floats with NaN for missing; flags are booleans; AVISITN is in `config.visits.unit`; CNSR is
    True where the time is censored. Treat the frames as read-only; `derive` returns new ones.
    """

    config: StudyConfig
    folder: Path
    adsl: pd.DataFrame
    adlb: pd.DataFrame | None = None
    adae: pd.DataFrame | None = None
    adtte: pd.DataFrame | None = None
    sha256: Mapping[str, str] | None = None

    @property
    def id(self) -> str:
        """Short name of the study, as in results.csv."""
        return self.config.id

    @property
    def short(self) -> str:
        """The study's name in prose."""
        return self.config.short

    @property
    def label(self) -> str:
        """How a number computed from these tables is labelled: "derived" or "simulated"."""
        return "derived" if self.config.observed else "simulated"

    @property
    def arms(self) -> list[str]:
        """Arm labels in dose order as `study.toml` lists them."""
        return [arm.label for arm in self.config.arms]

    @property
    def reference(self) -> str:
        """Label of the reference arm."""
        return self.config.reference.label

    def parameter(self, role: str) -> Parameter:
        """The parameter that plays `role`."""
        return self.config.parameters[role]

    def endpoint(self, role: str) -> Endpoint:
        """The time-to-event endpoint that plays `role`."""
        return self.config.endpoints[role]

    def has(self, need: str) -> bool:
        """Whether the study has `need`: a table ("adae"), role ("cd4"), group, or column of adsl or adae."""
        if need in TABLES:
            return getattr(self, need) is not None
        tables = (self.adsl, self.adae)
        if any(table is not None and need.upper() in table.columns for table in tables):
            return True
        groups = {p.group for p in self.config.parameters.values()}
        kinds = {f"{e.event}-endpoint" for e in self.config.endpoints.values()}
        roles = {*self.config.parameters, *self.config.endpoints}
        return need in roles | (groups - {""}) | kinds


def load_study(folder: Path | str, *, check: bool = True) -> Study:
    """Read, check and join the study folder `folder`.

    `check=False` skips the cell-by-cell report for a folder that was checked before (an edition
    checks once, then each of its chapters loads). Errors: `StudyError` with every problem found.
    """
    folder = Path(folder)
    config, problems = load_config(folder)
    raw, files, more = _raw_tables(folder, config)
    problems += more
    if check:
        for name, frame in raw.items():
            problems += schema.check_table(name, frame, files[name])
        broken = {p.file for p in problems if p.rule == "missing column"}
        sound = {name: frame for name, frame in raw.items() if files[name] not in broken}
        if config and "adsl" in sound:
            problems += schema.check_relations(config, sound, files)
    if any(p.severity == "error" for p in problems):
        raise StudyError(str(folder), problems)
    return Study(config=config, folder=folder, sha256=_hashes(folder), **_typed(config, raw))


def warnings_of(folder: Path | str) -> list[Problem]:
    """The warnings of a folder that has no error (errors raise `StudyError`)."""
    study = load_study(folder)
    raw, files, _ = _raw_tables(Path(folder), study.config)
    return schema.check_relations(study.config, raw, files)


def _raw_tables(folder: Path, config: StudyConfig | None):
    raw: dict[str, pd.DataFrame] = {}
    files: dict[str, str] = {}
    problems: list[Problem] = []
    for name in TABLES:
        path = find_table(folder, name) if folder.is_dir() else None
        if path is None:
            continue
        try:
            frame = read_table(path)
        except Exception as error:  # whatever a reader raises, the report names the file
            problems.append(
                Problem(path.name, "", "unreadable file", "a readable table", str(error), "mend it")
            )
            continue
        mapping = config.columns.get(name, {}) if config else {}
        raw[name], files[name] = _renamed(frame, mapping), path.name
        problems += _bad_mappings(frame, mapping, name, path.name)
    if "adsl" not in raw and not any(p.file.startswith("adsl") for p in problems):
        found = (
            ", ".join(sorted(p.name for p in folder.iterdir())) if folder.is_dir() else "nothing"
        )
        expected = "adsl" + ", adsl".join(READERS)
        do = "add the subject-level table: one row a subject with USUBJID and TRT01A"
        problems.append(Problem("adsl", "", "missing table", expected, found, do))
    return raw, files, problems


def _renamed(frame: pd.DataFrame, mapping: Mapping[str, str]) -> pd.DataFrame:
    back = {theirs.strip().upper(): ours for ours, theirs in mapping.items()}
    keep = [c for c in frame.columns if c not in mapping or mapping[c].strip().upper() == c]
    return frame[keep].rename(columns=back)


def _bad_mappings(frame, mapping, name, file) -> list[Problem]:
    return [
        Problem(
            "study.toml",
            f"columns.{name}.{ours}",
            "unknown column mapping",
            f"a column of {file}: {', '.join(frame.columns)}",
            repr(theirs),
            "spell it as the table does, or remove the line",
        )
        for ours, theirs in mapping.items()
        if theirs.strip().upper() not in frame.columns
    ]


def _typed(config: StudyConfig, raw: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    labels = {arm.value: arm.label for arm in config.arms}
    arm_of = pd.Series(
        pd.Categorical(
            schema.text(raw["adsl"]["TRT01A"]).map(labels),
            categories=list(labels.values()),
            ordered=True,
        ),
        index=schema.text(raw["adsl"]["USUBJID"]),
    )
    return {name: _typed_table(name, frame, arm_of) for name, frame in raw.items()}


def _typed_table(name: str, frame: pd.DataFrame, arm_of: pd.Series) -> pd.DataFrame:
    out = {}
    for column, values in frame.items():
        spec = schema.COLUMNS[name].get(column)
        if spec is None:
            out[column] = values
        elif spec.kind in ("number", "time"):
            out[column] = schema.numbers(values)
        elif spec.kind == "flag":
            out[column] = schema.text(values) == "Y"
        elif spec.kind == "code":
            out[column] = schema.censor_codes(values) != 0
        else:
            out[column] = schema.text(values)
    typed = pd.DataFrame(out, index=frame.index)
    if name == "adlb" and "BLQFL" not in typed:
        typed["BLQFL"] = np.zeros(len(typed), dtype=bool)
    typed.insert(1, "ARM", arm_of.reindex(typed["USUBJID"]).array)
    return typed


def _hashes(folder: Path) -> dict[str, str]:
    paths = [folder / "study.toml", *(find_table(folder, name) for name in TABLES)]
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
        if path is not None
    }
