"""Raw tables in, their columns converted once and kept; no value is judged or changed.

A rule names a column "adlb.AVAL". Text comes as categories, so that a rule over five million rows
works on whole numbers; subjects and parameters come as codes for the same reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property

import numpy as np
import pandas as pd

from helpers import cells
from helpers.cells import flags
from helpers.config import Endpoint, Parameter, StudyConfig
from helpers.conformance.units import DAYS
from helpers.ingest.lloq import limits_in_words
from helpers.ingest.outcomes import outcomes

UNSCHEDULED = (
    r"unsch|unplan|early|end of|\beo[ts]\b|discont|follow.?up|terminat|withdr|retest|repeat|last"
    r"|worst|minimum|maximum|lowest|highest|average|screen|endpoint"
)

SITES = ("SITEID", "SITEGR1", "CENTERID", "CENTRE", "CENTER", "SITE")
STEADY = 0.5  # spread (median absolute deviation, powers of ten) within which a parameter is steady


class Tables:
    """The tables of one study folder, as read, with their columns on demand.

    `frames` and `files` are keyed by table name; `broken` names tables that are there but could
    not be used: nothing is concluded from them; `aside` are positions in adlb whose AVISITN was
    taken away on purpose, so that a blank there is none of the file.
    """

    def __init__(
        self,
        config: StudyConfig,
        frames: Mapping[str, pd.DataFrame],
        files: Mapping[str, str],
        broken=(),
        aside: np.ndarray | None = None,
    ):
        self.config, self.frames, self.files, self.broken = config, frames, files, set(broken)
        self._aside = np.array([], dtype=int) if aside is None else aside
        self._kept: dict[tuple[str, str], object] = {}

    def has(self, *names: str) -> bool:
        """Whether every table ("adlb") or column ("adlb.BASE") of `names` is there."""
        parts = [name.partition(".") for name in names]
        return all(
            table in self.frames and (not column or column in self.frames[table].columns)
            for table, _, column in parts
        )

    def first(self, table: str, columns: Iterable[str]) -> str:
        """The first of these columns that the table has, as "adsl.SITEID"; "" where it has none."""
        return next((name for c in columns if self.has(name := f"{table}.{c}")), "")

    def text(self, name: str) -> pd.Categorical:
        """A column as stripped text; blank and missing cells are NaN (code -1)."""
        return self._once("text", name, _as_text)

    def number(self, name: str) -> np.ndarray:
        """A column as floats; NaN where missing, not a number or infinite."""
        return self._once("number", name, _as_numbers)

    def flag(self, name: str) -> np.ndarray:
        """True where a flag is Y (in any spelling); all False when the table has no such column."""
        table, _, column = name.partition(".")
        if column not in self.frames[table].columns:
            return np.zeros(len(self.frames[table]), dtype=bool)
        return self._once("flag", name, lambda column: flags(column).eq(True).to_numpy(dtype=bool))

    def said(self, name: str, row: int) -> str:
        """A cell as it stands, quoted, for a report."""
        table, _, column = name.partition(".")
        value = self.frames[table][column].iloc[row]
        blank = pd.isna(value) or str(value).strip() == ""
        return "nothing" if blank else repr(value if isinstance(value, str) else str(value))

    def said_of(self, name: str) -> Callable[[int], str]:
        """What stands in a row of a column, and whose it is, for a report."""
        subject = f"{name.partition('.')[0]}.USUBJID"
        return lambda row: f"{self.said(name, row)} of {self.said(subject, row)}"

    def where(self, name: str, holds: Callable[[str], object]) -> np.ndarray:
        """True in the rows whose text `holds` is true of, asked once a distinct text; False if blank."""
        text = self.text(name)
        return np.array([bool(holds(str(c))) for c in text.categories] + [False])[text.codes]

    def _once(self, kind: str, name: str, convert: Callable):
        if (kind, name) not in self._kept:
            table, _, column = name.partition(".")
            self._kept[kind, name] = convert(self.frames[table][column])
        return self._kept[kind, name]

    @cached_property
    def subjects(self) -> pd.Index:
        """The USUBJID of adsl, each once, in the order of their first rows."""
        return pd.Index(self.text("adsl.USUBJID").dropna().unique().astype(str))

    def subject(self, table: str) -> np.ndarray:
        """Each row's subject as a position in `subjects`; -1 where adsl does not have it."""
        return self._once("subject", f"{table}.USUBJID", self._positions)

    def _positions(self, column: pd.Series) -> np.ndarray:
        ids = _as_text(column)
        of_category = np.append(self.subjects.get_indexer(ids.categories.astype(str)), -1)
        return of_category[ids.codes]

    def of_subjects(self, name: str) -> tuple[np.ndarray, pd.Index]:
        """Which text of an adsl column each of `subjects` has, as codes, and the texts.

        One code more than subjects: the last, -1 like that of a blank cell or of a column that is not
        there, is the one of a row without a subject (position -1).
        """
        out = np.full(len(self.subjects) + 1, -1)
        if not self.has(name):
            return out, pd.Index([])
        text, subject = self.text(name), self.subject("adsl")
        out[subject[subject >= 0]] = text.codes[subject >= 0]
        return out, text.categories

    @property
    def arms(self) -> np.ndarray:
        """Each subject's arm as a position in the arms of study.toml; -1 where it is in none."""
        of_subject, texts = self.of_subjects("adsl.TRT01A")
        arm_of = {value: i for i, arm in enumerate(self.config.arms) for value in arm.values}
        return np.array([*(arm_of.get(text, -1) for text in texts), -1])[of_subject[:-1]]

    @property
    def sites(self) -> tuple[np.ndarray, pd.Index]:
        """The site of each subject and their names, as `of_subjects` gives them."""
        return self.of_subjects(self.first("adsl", SITES) or "adsl.-")

    @cached_property
    def visited(self) -> np.ndarray:
        """The last study day of each subject in adlb and adae; NaN where there is none above 0."""
        return np.fmax(self.last_day("adlb.ADY"), self.last_day("adae.ASTDY"))

    @cached_property
    def observed(self) -> np.ndarray:
        """The last study day known of each subject: TRTDURD, adlb and adae; NaN where nothing is."""
        return np.fmax(self.visited, self.last_day("adsl.TRTDURD"))

    @cached_property
    def seen(self) -> np.ndarray:
        """The last study day of each subject in adlb, adae and adtte; NaN where there is none above 0."""
        out = self.visited
        if self.has("adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"):
            for endpoint, rows, _ in self.endpoints:
                days = self.number("adtte.AVAL")[rows] * DAYS[endpoint.unit]
                out = np.fmax(out, self.largest(self.subject("adtte")[rows], days))
        return out

    def last_day(self, name: str) -> np.ndarray:
        """The largest number of a column for each subject; NaN where there is none above 0."""
        table = name.partition(".")[0]
        if not self.has(name, f"{table}.USUBJID"):
            return np.full(len(self.subjects), np.nan)
        return self.largest(self.subject(table), self.number(name))

    def largest(self, subject: np.ndarray, days: np.ndarray) -> np.ndarray:
        """The largest of `days` of each subject (by position); NaN where there is none above 0."""
        out = np.full(len(self.subjects) + 1, np.nan)
        np.fmax.at(out, subject, np.where(days > 0, days, np.nan))
        return out[:-1]

    @cached_property
    def endpoints(self) -> list[tuple[Endpoint, np.ndarray, np.ndarray]]:
        """Each endpoint with its rows that have a time and a code, and which of these are events.

        Competing events count as neither: they are no events, and their description says no other.
        """
        codes = self.number("adtte.CNSR")
        # what is no code or no time has its own line in the report
        usable = (codes >= 0) & (codes % 1 == 0) & (self.number("adtte.AVAL") >= 0)
        event = outcomes(self.frames["adtte"], self.config.endpoints)["EVENT"].to_numpy()
        parameter = self.text("adtte.PARAMCD")
        found = [(endpoint, np.flatnonzero(usable & np.asarray(parameter == endpoint.paramcd)))
                 for endpoint in self.config.endpoints.values()]  # fmt: skip
        return [(endpoint, rows, event[rows]) for endpoint, rows in found if len(rows)]

    @cached_property
    def parameters(self) -> list[Parameter]:
        """The parameters that study.toml names, in its order."""
        return list(self.config.parameters.values())

    @cached_property
    def lab(self) -> pd.DataFrame:
        """The rows of adlb that analyses use: a known subject and a parameter of study.toml.

        Columns: ROW (position in adlb), SUBJECT (position in `subjects`), PARAMETER (position in
        `parameters`), KEY (one whole number a subject and parameter), VISIT, AVAL (the limit where
        a blank will be read as it).
        """
        codes = self.text("adlb.PARAMCD")
        wanted = pd.Index([p.paramcd for p in self.parameters], dtype=object)
        first = ~wanted.duplicated()
        of_category = np.full(len(codes.categories) + 1, -1)
        where = pd.Index(codes.categories.astype(object)).get_indexer(wanted[first])
        of_category[where[where >= 0]] = np.flatnonzero(first)[where >= 0]
        parameter, subject = of_category[codes.codes], self.subject("adlb")
        rows = np.flatnonzero((parameter >= 0) & (subject >= 0))
        parameter, subject = parameter[rows], subject[rows]
        return pd.DataFrame(
            {
                "ROW": rows,
                "SUBJECT": subject,
                "PARAMETER": parameter,
                "KEY": subject.astype(np.int64) * max(len(self.parameters), 1) + parameter,
                "VISIT": self.number("adlb.AVISITN")[rows],
                "AVAL": np.where(self.filled, self.limits_said, self.number("adlb.AVAL"))[rows],
            }
        )

    def values_of(self, parameter: int) -> pd.DataFrame:
        """The rows of `lab` that have a value of this parameter (its position in `parameters`)."""
        return self.lab[(self.lab["PARAMETER"] == parameter) & self.lab["AVAL"].notna()]

    @cached_property
    def planned(self) -> pd.DataFrame:
        """The rows of `lab` at planned visits that have a value."""
        return self.lab[self.lab["AVAL"].notna() & self.scheduled[self.lab["ROW"]]]

    @cached_property
    def measured(self) -> pd.DataFrame:
        """Those of `planned` whose value lies above its limit, each once."""
        lab = self.planned[~self.flag("adlb.BLQFL")[self.planned["ROW"]]]
        limits = [p.lloq or -np.inf for p in self.parameters]
        lab = lab[lab["AVAL"] > np.array(limits)[lab["PARAMETER"].to_numpy()]]
        return lab.drop_duplicates(["SUBJECT", "PARAMETER", "VISIT"])

    @cached_property
    def limits_said(self) -> np.ndarray:
        """The limit below which AVALC says each row of adlb lies, as `ingest.lloq` reads it; else NaN."""
        frame = self.frames["adlb"]
        lloq = cells.text(frame["PARAMCD"]).map(self.config.limits).to_numpy(dtype=float)
        return limits_in_words(frame, lloq)

    @cached_property
    def filled(self) -> np.ndarray:
        """True for rows of adlb whose blank AVAL will be read as the limit that AVALC names."""
        return np.isnan(self.number("adlb.AVAL")) & ~np.isnan(self.limits_said)

    @cached_property
    def unnumbered(self) -> np.ndarray:
        """True for rows of adlb whose AVISITN is blank in the file itself."""
        blank = self.text("adlb.AVISITN").codes < 0
        blank[self._aside] = False
        return blank

    @cached_property
    def scheduled(self) -> np.ndarray:
        """True for rows of adlb at a visit that has its place in time, judged by the words of AVISIT."""
        planned = ~np.isnan(self.number("adlb.AVISITN"))
        if not self.has("adlb.AVISIT"):
            return planned
        names = self.text("adlb.AVISIT")
        odd = names.categories.astype(str).str.contains(UNSCHEDULED, case=False, regex=True)
        return planned & ~np.append(np.asarray(odd, dtype=bool), False)[names.codes]

    @cached_property
    def baseline(self) -> np.ndarray:
        """The value at the baseline visit of study.toml by KEY of `lab`; NaN where there is none."""
        lab = self.lab
        at = lab[(lab["VISIT"] == self.config.visits.baseline) & lab["AVAL"].notna()]
        out = np.full(len(self.subjects) * max(len(self.parameters), 1), np.nan)
        out[at["KEY"].to_numpy()[::-1]] = at["AVAL"].to_numpy()[::-1]
        return out


def _as_text(column: pd.Series) -> pd.Categorical:
    codes, found = pd.factorize(column.to_numpy() if column.dtype == object else column)
    values = pd.Series(found, name=column.name)  # by its name NA is sodium, or no value
    numeric = pd.api.types.is_numeric_dtype(values)
    plain = cells.text(values if numeric else values.astype(object))
    merged, categories = pd.factorize(plain.where(plain != "").to_numpy(dtype=object))
    of_value = np.append(merged, -1)
    return pd.Categorical.from_codes(of_value[codes], categories=pd.Index(categories, dtype=object))


def _as_numbers(column: pd.Series) -> np.ndarray:
    if isinstance(column.dtype, pd.CategoricalDtype):
        values = np.append(_as_numbers(pd.Series(column.cat.categories)), np.nan)
        return values[column.cat.codes]
    values = cells.numbers(column).to_numpy(dtype=float)
    return np.where(np.isfinite(values), values, np.nan)


def steady(size: np.ndarray) -> bool:
    """Whether values, as logarithms (base 10; one or more), spread little about their middle."""
    return np.median(np.abs(size - np.median(size))) <= STEADY
