"""A study folder in, a frozen `Study` out; it never changes a file.

Every fault of the folder is collected into one `StudyError`; a `Study` that exists is valid.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from helpers import conformance, schema
from helpers.cells import flags, text
from helpers.config import Endpoint, Parameter, StudyConfig, load_config
from helpers.config_check import TABLES
from helpers.config_words import said_once
from helpers.errors import Problem, StudyError
from helpers.ingest import Ingested, ingest, typed_tables, types
from helpers.ingest.measurements import at_their_files
from helpers.readers import find_table, find_tables

COMPARED = ("cd4", "cd8", "cd4cd8")  # parameters that have sections of their own in the chapters
ELSEWHERE = ("hivrna", "chimerism")  # and those that are no matter of a change from baseline
PANELS = ("cytokine",)  # groups that have a page of their own
LEAST = 3  # subjects of every arm that a comparison needs


@dataclass(frozen=True)
class Study:
    """One trial: what `study.toml` says and its tables, typed and joined with the arm.

    Every table has USUBJID (text) and ARM (the arm's label; categories in dose order). Numbers are
    floats with NaN for missing; flags are booleans; AVISITN is in `config.visits.unit`; CNSR is
    True where the time is censored, COMPETING where another event came first. `imputed` has rows like
    those of adlb that the plan lets stand in for missing ones. Treat the frames as read-only; `derive`
    returns new ones. `whole`: the study with all its subjects, where these are one population of it.
    """

    config: StudyConfig
    folder: Path
    adsl: pd.DataFrame
    adlb: pd.DataFrame | None = None
    adae: pd.DataFrame | None = None
    adtte: pd.DataFrame | None = None
    imputed: pd.DataFrame | None = None
    whole: Study | None = None
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
        """How a number computed from these tables is labelled: "observed" or "simulated"."""
        return "observed" if self.config.observed else "simulated"

    @property
    def arms(self) -> list[str]:
        """Arm labels in dose order as `study.toml` lists them."""
        return [arm.label for arm in self.config.arms]

    @property
    def reference(self) -> str:
        """Label of the reference arm."""
        return self.config.reference.label

    @property
    def level(self) -> float:
        """Level of the two-sided intervals of its analyses, 0 to 1."""
        return self.config.analysis.confidence

    def of(self, analysis: str) -> Study:
        """The study with the population that study.toml names for "safety", "changes" or "times"."""
        flag = getattr(self.config.populations, analysis)
        return self.within(flag) if flag else self

    def within(self, flag: str) -> Study:
        """The study with those of all its subjects only whose `flag` in adsl is Y."""
        whole = self.whole or self
        chosen = whole.adsl[flags(whole.adsl[flag]).eq(True).to_numpy(dtype=bool)]
        own = {name: table[table["USUBJID"].isin(chosen["USUBJID"])].reset_index(drop=True)
               for name in ("adlb", "adae", "adtte", "imputed")
               if (table := getattr(whole, name)) is not None}  # fmt: skip
        return replace(whole, whole=whole, adsl=chosen.reset_index(drop=True), **own)

    def with_imputed(self) -> Study:
        """The study with imputed values as the plan uses them, where no value was measured."""
        if self.imputed is None or self.adlb is None:
            return self
        place = ["USUBJID", "PARAMCD", "AVISITN"]
        there = self.adlb.loc[self.adlb["AVAL"].notna() & self.adlb["AVISITN"].notna(), place]
        new = self.imputed.merge(there.drop_duplicates(), on=place, how="left", indicator="_SEEN")
        new = new[new["_SEEN"] == "left_only"].drop(columns="_SEEN")
        adlb = pd.concat([self.adlb, new], ignore_index=True)
        return replace(self, adlb=adlb, imputed=None)

    def parameter(self, role: str) -> Parameter:
        """The parameter that plays `role`."""
        return self.config.parameters[role]

    def endpoint(self, role: str) -> Endpoint:
        """The time-to-event endpoint that plays `role`."""
        return self.config.endpoints[role]

    @cached_property
    def measures(self) -> tuple[str, ...]:
        """Roles of the parameters that the arms can be compared by, as study.toml lists them.

        Not those of ELSEWHERE and PANELS, unless study.toml names one as the measure of its analysis.
        """
        named = self.config.analysis.measure
        known = [role for role, p in self.config.parameters.items()
                 if role == named or not (role in ELSEWHERE or p.group in PANELS)]  # fmt: skip
        study = self.of("changes")
        return tuple(role for role in known if self.adlb is not None
                     and study._changes_in_every_arm(role))  # fmt: skip

    @property
    def measure(self) -> str:
        """The role that the pages of changes lead with: the one named, else CD4, else the first; or "".

        One without a baseline leads none.
        """
        changes = [role for role in self.measures if self._changes(role)]
        for role in (self.config.analysis.measure, "cd4"):
            if role in changes:
                return role
        return changes[0] if changes else ""

    @property
    def other_measures(self) -> tuple[str, ...]:
        """The other ones, without those that have sections of their own beside CD4."""
        beside = [r for r in COMPARED if self.measure in COMPARED and self._changes(r)]
        return tuple(r for r in self.measures if r != self.measure and r not in beside)

    def has(self, need: str) -> bool:
        """Whether the study has `need`: a table ("adae"), role ("cd4"), group, or column of adsl or adae.

        "measure": a change to lead with; "other-measures": more of them.
        """
        if need in ("measure", "other-measures"):
            return bool(self.measure if need == "measure" else self.other_measures)
        if need in COMPARED:
            return self._changes(need) and self.of("changes")._changes_in_every_arm(need)
        if need == "adae":
            return self.adae is not None and self.of("safety")._events_after_start()
        if need == "trtdurd":
            adsl = self.of("safety").adsl
            days = adsl.get("TRTDURD")
            return days is not None and bool(
                (days.groupby(adsl["ARM"], observed=False).sum() > 0).all()
            )
        if need in TABLES:
            return getattr(self, need) is not None
        tables = (self.adsl, self.adae)
        if any(table is not None and need.upper() in table.columns for table in tables):
            return True
        study = self.of("changes")
        groups = {p.group for r, p in self.config.parameters.items() if study.change_visits(r)}
        kinds = {f"{e.event}-endpoint" for e in self.config.endpoints.values()}
        roles = {*self.config.parameters, *self.config.endpoints}
        return need in roles | (groups - {""}) | kinds

    def change_visits(self, role: str) -> list[float]:
        """The visits beside the baseline at which somebody has a change from it, ascending.

        Of a parameter without a baseline those with a value.
        """
        if self.adlb is None:
            return []
        rows = self.adlb[self.adlb["AVAL"].notna() & self.adlb["AVISITN"].notna()]
        rows = rows[rows["PARAMCD"] == self.parameter(role).paramcd]
        start = rows["AVISITN"] == self.config.visits.baseline
        if self.parameter(role).baseline:
            rows = rows[rows["USUBJID"].isin(rows.loc[start, "USUBJID"])]
        return sorted(set(rows["AVISITN"]) - {self.config.visits.baseline})

    def _changes(self, role: str) -> bool:
        """Whether study.toml gives the role, and not as one that has no baseline."""
        return role in self.config.parameters and self.parameter(role).baseline

    def _changes_in_every_arm(self, role: str) -> bool:
        """Whether some later visit has a change, not the same in all, of `LEAST` subjects an arm."""
        rows = self.adlb[(self.adlb["PARAMCD"] == self.parameter(role).paramcd)]
        rows = rows[rows["AVAL"].notna()]
        base = rows[rows["AVISITN"] == self.config.visits.baseline].set_index("USUBJID")["AVAL"]
        if not self.parameter(role).baseline:
            base = pd.Series(0.0, index=rows["USUBJID"].unique())
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
    """Read, check and join the study folder `folder`; see `read_study`, whose warnings and notes it drops."""
    return read_study(folder, check=check)[0]


def read_study(folder: Path | str, *, check: bool = True) -> tuple[Study, list[Problem]]:
    """Read, check and join the study folder `folder`; returns it with warnings and notes.

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
    raw = ingest(folder, config)
    problems += raw.notes
    if check:
        problems = said_once(problems + _findings(folder, config, raw))
    if any(p.severity == "error" for p in problems):
        raise StudyError(str(folder), problems)
    tables, more = typed_tables(raw.tables, raw.files, config, raw.imputed)
    study = Study(config=config, folder=folder, sha256=_hashes(folder), **tables)
    return study, problems + more


def _findings(folder: Path, config: StudyConfig | None, raw: Ingested) -> list[Problem]:
    """Faults of the cells, notes on typing, and what no table shows alone."""
    out = []
    for name, frame in raw.tables.items():
        out += schema.check_table(name, frame, raw.files[name])
        out += types.notes_on_typing(name, frame, raw.files[name])
    useless = {p.file for p in out if p.rule in ("missing column", "no rows")}
    sound = {name: t for name, t in raw.tables.items() if raw.files[name] not in useless}
    broken = [name for name in TABLES if name not in sound and find_table(folder, name)]
    if config and "adsl" in sound:
        out += conformance.check_relations(config, sound, raw.files, broken, raw.aside)
    found = _with_subjects(out, {raw.files[name]: frame for name, frame in raw.tables.items()})
    return at_their_files(found, raw.files.get("adlb", ""))


def _with_subjects(found: list[Problem], frames: Mapping[str, pd.DataFrame]) -> list[Problem]:
    """The problems with the subject of their row, where the table names one; `frames` by file."""
    out = []
    for p in found:
        frame = frames.get(p.file)
        there = frame is not None and "USUBJID" in frame and p.row in frame.index
        said = text(frame["USUBJID"].loc[[p.row]]).iloc[0] if there else ""
        out.append(replace(p, subject=str(said)) if said else p)
    return out


def _hashes(folder: Path) -> dict[str, str]:
    tables = (path for name in TABLES for path in find_tables(folder, name))
    hashes = {}
    for path in (folder / "study.toml", *tables):
        with path.open("rb") as file:  # in pieces: a table may be larger than memory allows
            hashes[path.name] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes
