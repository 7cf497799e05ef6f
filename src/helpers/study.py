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

from helpers import relations, schema
from helpers.config import Endpoint, Parameter, StudyConfig, load_config
from helpers.config_check import TABLES
from helpers.errors import Problem, StudyError
from helpers.readers import READERS, find_table, holds_table, read_table

COMPARED = ("cd4", "cd8", "cd4cd8")  # parameters whose change from baseline the chapters compare
LEAST = 3  # subjects of every arm that a comparison needs


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
        if need in COMPARED:
            return need in self.config.parameters and self._changes_in_every_arm(need)
        if need == "adae":
            return self.adae is not None and self._events_after_start()
        if need == "trtdurd":
            days = self.adsl.get("TRTDURD")
            return days is not None and bool(
                (days.groupby(self.adsl["ARM"], observed=False).sum() > 0).all()
            )
        if need in TABLES:
            return getattr(self, need) is not None
        tables = (self.adsl, self.adae)
        if any(table is not None and need.upper() in table.columns for table in tables):
            return True
        groups = {p.group for p in self.config.parameters.values()}
        kinds = {f"{e.event}-endpoint" for e in self.config.endpoints.values()}
        roles = {*self.config.parameters, *self.config.endpoints}
        return need in roles | (groups - {""}) | kinds

    def _changes_in_every_arm(self, role: str) -> bool:
        """Whether some later visit has a change, not the same in all, of `LEAST` subjects an arm."""
        rows = self.adlb[(self.adlb["PARAMCD"] == self.parameter(role).paramcd)]
        rows = rows[rows["AVAL"].notna()]
        base = rows[rows["AVISITN"] == self.config.visits.baseline].set_index("USUBJID")["AVAL"]
        later = rows[rows["AVISITN"].notna() & (rows["AVISITN"] != self.config.visits.baseline)]
        change = later["AVAL"] - base.reindex(later["USUBJID"]).to_numpy()
        known = later.assign(CHG=change)[change.notna()]
        arms = known.groupby(["AVISITN", "ARM"], observed=False)["CHG"].agg(["size", "std"])
        enough = (arms["size"] >= LEAST) & (arms["std"] > 0)
        return bool(enough.groupby("AVISITN").all().any())

    def _events_after_start(self) -> bool:
        flags = self.adae.get("TRTEMFL")
        return len(self.adae) > 0 if flags is None else bool(flags.any())


def load_study(folder: Path | str, *, check: bool = True) -> Study:
    """Read, check and join the study folder `folder`; see `read_study`, whose warnings it leaves."""
    return read_study(folder, check=check)[0]


def read_study(folder: Path | str, *, check: bool = True) -> tuple[Study, list[Problem]]:
    """Read, check and join the study folder `folder`; returns it with the warnings.

    `check=False` skips the cell-by-cell report for a folder that was checked before (an edition
    checks once, then each of its chapters loads). Errors: `StudyError` with every problem found.
    """
    folder = Path(folder)
    if not folder.is_dir():
        gone = Problem(
            str(folder), "", "no such folder", "a study folder", "nothing", "check the path"
        )
        raise StudyError(str(folder), [gone])
    config, problems = load_config(folder)
    raw, files, more = _raw_tables(folder, config)
    problems += more
    if check:
        for name, frame in raw.items():
            problems += schema.check_table(name, frame, files[name])
        useless = {p.file for p in problems if p.rule in ("missing column", "no rows")}
        sound = {name: frame for name, frame in raw.items() if files[name] not in useless}
        broken = [name for name in TABLES if name not in sound and find_table(folder, name)]
        if config and "adsl" in sound:
            problems += relations.check_relations(config, sound, files, broken)
    if any(p.severity == "error" for p in problems):
        raise StudyError(str(folder), problems)
    study = Study(config=config, folder=folder, sha256=_hashes(folder), **_typed(config, raw))
    return study, problems


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
            problems.append(_unreadable(path, error))
            continue
        mapping = config.columns.get(name, {}) if config else {}
        original, frame = frame, _renamed(frame, mapping)
        faults = _shape_problems(frame, name, path)
        problems += faults
        if any(p.rule == "duplicate column" for p in faults):
            continue
        raw[name], files[name] = frame, path.name
        problems += _bad_mappings(original, mapping, name, path.name)
    if "adsl" not in raw and not any(p.file.lower().startswith("adsl") for p in problems):
        found = (
            ", ".join(sorted(p.name for p in folder.iterdir())) if folder.is_dir() else "nothing"
        )
        expected = "adsl" + ", adsl".join(READERS)
        do = "add the subject-level table: one row a subject with USUBJID and TRT01A"
        problems.append(Problem("adsl", "", "missing table", expected, found, do))
    return raw, files, problems


def _unreadable(path: Path, error: Exception) -> Problem:
    """What a reader's exception means for the person who wrote the file."""
    expected, do, row = "a readable table", "open it, mend it and save it again", None
    if isinstance(error, UnicodeDecodeError):
        expected, do = "text in UTF-8", 'save it as UTF-8 (in a spreadsheet: "CSV UTF-8")'
        row = path.read_bytes()[: error.start].count(b"\n") + 1
    elif isinstance(error, pd.errors.EmptyDataError):
        expected, do = "a header and rows", "write them, or delete the file"
    elif isinstance(error, pd.errors.ParserError | pd.errors.ParserWarning):
        expected, do = "as many cells as the header has", "quote texts that hold the separator"
    return Problem(path.name, "", "unreadable file", expected, str(error), do, row)


def _shape_problems(frame: pd.DataFrame, name: str, path: Path) -> list[Problem]:
    """A column twice, a table twice, an adsl without rows."""
    out = []
    for column in sorted(set(frame.columns[frame.columns.duplicated()])):
        do = "keep one (names are compared without case) or correct the mapping"
        out.append(Problem(path.name, column, "duplicate column", "each once", column, do))
    twins = [p.name for p in path.parent.iterdir() if p != path and holds_table(p, name)]
    if twins:
        do = "keep the one to use, move the other out of the folder"
        out.append(Problem(path.name, "", "two files of one table", path.name, twins[0], do))
    if name == "adsl" and frame.empty:
        out.append(
            Problem(path.name, "", "no rows", "one row a subject", "none", "add the subjects")
        )
    return out


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
    if name == "adae" and "AEBODSYS" not in typed:
        typed["AEBODSYS"] = "Not classified"
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
