"""A sound study folder with all the odd things of sane trials, and one seeded fault after another.

The folder is the simulated hUC-MSC study, in text, with dates, screening and unscheduled visits,
partial dates and blanks added. Each `Fault` spoils it in one way and says which line of the report
must name it. Rows are lines of the csv, the header being line 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

DATA = Path(__file__).resolve().parents[1] / "data" / "hucmsc"
FOLDER = "the folder"  # stands for its path where a fault is in no file
TABLES = ("adsl", "adlb", "adae", "adtte")


@dataclass
class Folder:
    """The tables (texts) and study.toml of a folder that is not yet written."""

    tables: dict[str, pd.DataFrame]
    toml: str
    extra: dict[str, bytes] = field(default_factory=dict)

    def set(self, table: str, row: int, **cells: str) -> None:
        """Set cells of one line of a csv."""
        for column, value in cells.items():
            self.tables[table].loc[row - 2, column] = value

    def column(self, table: str, name: str, change: Callable[[str], str] | str) -> None:
        """Set or change a whole column."""
        frame = self.tables[table]
        frame[name] = frame[name].map(change) if callable(change) else change

    def add(self, table: str, like: int, **cells: str) -> None:
        """Add a line at the end: that of `like`, with other cells."""
        frame = self.tables[table]
        self.tables[table] = pd.concat(
            [frame, pd.DataFrame([{**frame.loc[like - 2], **cells}])], ignore_index=True
        )

    def drop(self, table: str, rows: list[int]) -> None:
        """Remove lines."""
        self.tables[table] = self.tables[table].drop(index=[row - 2 for row in rows])

    def say(self, old: str, new: str) -> None:
        """Replace a text of study.toml, which must be there."""
        assert old in self.toml, old
        self.toml = self.toml.replace(old, new, 1)

    def write(self, path: Path) -> Path:
        """Write the folder."""
        path.mkdir(parents=True)
        for name, frame in self.tables.items():
            frame.to_csv(path / f"{name}.csv", index=False)
        (path / "study.toml").write_text(self.toml, encoding="utf-8")
        for name, content in self.extra.items():
            (path / name).write_bytes(content)
        return path


def published() -> Folder:
    """The hUC-MSC study folder as it is in the repository."""
    tables = {t: pd.read_csv(DATA / f"{t}.csv", dtype=str, keep_default_na=False) for t in TABLES}
    return Folder(tables, (DATA / "study.toml").read_text(encoding="utf-8"))


def sound() -> Folder:
    """The same with what sane trial data also have; no rule but notes may speak of it."""
    folder = published()
    adsl, adlb = folder.tables["adsl"], folder.tables["adlb"]
    start = pd.Timestamp("2015-03-02")
    adsl["TRT01P"] = adsl["TRT01A"]
    adsl["BRTHDTC"] = (2015 - adsl["AGE"].astype(int)).astype(str)  # the year alone, as is usual
    adsl["TRTSDT"] = "2015-03-02"
    adsl["DTHDTC"], adsl["DTHDY"] = "", ""
    adsl["RACEOTH"] = ""  # an unknown column
    day = pd.to_timedelta(adlb["ADY"].astype(int), unit="D")
    adlb["ADT"] = (start + day).dt.strftime("%d%b%Y").str.upper()
    adlb["LBSTRESC"] = adlb["AVAL"]
    adlb["AVALC"] = adlb["AVAL"].where(adlb["BLQFL"] != "Y", "<" + adlb["AVAL"])
    adlb.loc[adlb["ABLFL"] == "Y", "CHG"] = ""  # many leave the change at baseline blank
    adae, adtte = folder.tables["adae"], folder.tables["adtte"]
    adae["AESTDTC"] = (start + pd.to_timedelta(adae["ASTDY"].astype(int), unit="D")).dt.strftime(
        "%Y-%m"
    )  # partial
    adtte["STARTDT"], adtte["CNSDTDSC"] = "2015-03-02", ""
    adtte.loc[adtte["CNSR"] == "1", "CNSDTDSC"] = "Last visit"
    # before treatment, between visits, at the end: not planned, and numbered as is the custom
    folder.add("adlb", 2, AVISIT="Screening 1", AVISITN="-2", ADY="-20", AVAL="91", BASE="",
               CHG="", ABLFL="", ADT="10FEB2015", AVALC="91")  # fmt: skip
    for days, value in (("400", "120"), ("401", "118")):
        folder.add("adlb", 2, AVISIT="Unscheduled", AVISITN="", ADY=days, AVAL=value, BASE="85",
                   CHG="", ABLFL="", ADT="", AVALC=value)  # fmt: skip
    folder.add("adlb", 2, AVISIT="Early termination", AVISITN="99", ADY="510", AVAL="99",
               BASE="85", CHG="14", ABLFL="", ADT="", AVALC="99")  # fmt: skip
    return folder


LAB_ROWS = len(published().tables["adlb"]) + 1  # the last line of the published adlb.csv


@dataclass(frozen=True)
class Fault:
    """One seeded fault: `rule` at `file`, `row`, `column` must name it.

    `also` are rules that follow from it of necessity; any other line fails the test.
    """

    what: str
    spoil: Callable[[Folder], object]
    rule: str
    file: str
    row: int | None
    column: str
    severity: str
    said: str = ""
    also: tuple[str, ...] = ()


_PLAN = '[analysis]\nstrata = ["{}"]\n\n[[arms]]'
_RESPONSE = '[responses.low]\nparameter = "HIVRNA"\n{}\nbelow = 50\nscale = "linear"\n\n[[arms]]'


def _swap(value: str) -> str:
    return {"0": "1", "1": "0"}[value]


def _times(factor: float) -> Callable[[str], str]:
    return lambda value: f"{float(value) * factor:g}" if value else ""


def _in_thousands(folder: Folder, rows: slice) -> None:
    frame = folder.tables["adlb"]
    for column in ("AVAL", "BASE", "CHG"):
        frame.loc[rows, column] = frame.loc[rows, column].map(_times(0.001))


def _cd4_in_thousands(folder: Folder) -> None:
    frame = folder.tables["adlb"]
    mine = frame["PARAMCD"] == "CD4"
    for column in ("AVAL", "BASE", "CHG"):
        frame.loc[mine, column] = frame.loc[mine, column].map(_times(0.001))


def _logged(folder: Folder) -> None:
    folder.say('unit = "copies/mL"\nlloq = 50', 'unit = "log10 copies/mL"\nlloq = 1.69')


def _spoilt_days(folder: Folder) -> None:
    folder.set("adlb", 4, ADY="341")  # week 24 on a day of week 48
    folder.set("adlb", 5, ADY="330")


def _mapped(folder: Folder) -> None:
    folder.toml += '\n[columns.adsl]\nAGE = "ALTER"\n'


def _doubled_column(folder: Folder) -> None:
    folder.tables["adsl"].insert(4, "sex", folder.tables["adsl"]["SEX"])


def _arms_in_two_spellings(folder: Folder) -> None:
    folder.say("[visits]", '[[arms]]\nvalue = "low dose"\n\n[visits]')


def _labels_alike(folder: Folder) -> None:
    folder.say('label = "Low dose"', 'label = "Dose 1"')
    folder.say('label = "High dose"', 'label = "dose-1"')


def _marked_elsewhere(folder: Folder) -> None:
    folder.set("adlb", 2, ABLFL="")
    folder.set("adlb", 3, ABLFL="Y")


def _without_lloq(folder: Folder) -> None:
    folder.say("lloq = 50\n", "")


def _results_in_copies(folder: Folder) -> None:
    """AVAL holds logarithms and AVALC copies, as where a parameter was derived from another."""
    frame = folder.tables["adlb"]
    mine = frame["PARAMCD"] == "HIVRNA"
    frame.loc[mine, "AVALC"] = frame.loc[mine, "AVALC"].map(lambda v: f"{v}000")
    folder.set("adlb", 21, AVAL="", CHG="", BLQFL="", AVALC="<400")


def _average_of_two(folder: Folder) -> None:
    folder.column("adlb", "BASETYPE", "LAST")
    frame = folder.tables["adlb"]
    folder.tables["adlb"] = pd.concat([frame, frame.assign(BASETYPE="AVERAGE")], ignore_index=True)


def _crossover(folder: Folder) -> None:
    """Those who got the low dose first got the placebo then, and the other way round."""
    other = {"Low dose": "Placebo", "Placebo": "Low dose", "High dose": ""}
    folder.tables["adsl"]["TRT02A"] = folder.tables["adsl"]["TRT01A"].map(other)


def _wide(folder: Folder) -> None:
    """A row a subject and visit, a column a parameter."""
    lab = folder.tables["adlb"][:-4].drop_duplicates(["USUBJID", "AVISITN", "PARAMCD"])
    wide = lab.pivot(index=["USUBJID", "AVISITN"], columns="PARAMCD", values="AVAL")
    folder.tables["adlb"] = wide.reset_index()


def _split_lab(folder: Folder) -> None:
    lab = folder.tables.pop("adlb")
    virus = lab["PARAMCD"] == "HIVRNA"
    for name, rows in (("cells", lab[~virus]), ("virus", lab[virus])):
        folder.extra[f"adlb_{name}.csv"] = rows.to_csv(index=False).encode()


def _no_viral_load(folder: Folder) -> None:
    frame = folder.tables["adlb"]
    frame.loc[frame["PARAMCD"] == "HIVRNA", ["AVAL", "BASE", "CHG", "AVALC"]] = ""


def _second_role(folder: Folder) -> None:
    folder.toml += '\n[parameters.again]\nparamcd = "CD4"\n'


FAULTS: list[Fault] = [
    # -- study.toml -----------------------------------------------------------------------------
    Fault("a key misspelt", lambda f: f.say("design =", "desing ="), "unknown key",
          "study.toml", None, "desing", "error", "did you mean 'design'"),
    Fault("a key in no block", lambda f: f.say("[visits]", "[visits]\nreference = \"Placebo\""),
          "unknown key", "study.toml", None, "visits.reference", "error", "reference = true"),
    Fault("no TOML", lambda f: f.say("[[arms]]", "[[arms"), "not TOML",
          "study.toml", 12, "", "error"),
    Fault("no id", lambda f: f.say('id = "hucmsc"\n', ""), "missing key",
          "study.toml", None, "id", "error"),
    Fault("a blank id", lambda f: f.say('id = "hucmsc"', 'id = " "'), "empty text",
          "study.toml", None, "id", "error"),
    Fault("a number in quotes", lambda f: f.say("main = 48", 'main = "48"'), "wrong type",
          "study.toml", None, "visits.main", "error", "a number"),
    Fault("braces in a title", lambda f: f.say('short = "hUC-MSC"', 'short = "{num}"'),
          "unprintable text", "study.toml", None, "short", "error"),
    Fault("an infinite limit", lambda f: f.say("lloq = 50", "lloq = inf"), "not finite",
          "study.toml", None, "parameters.hivrna.lloq", "error"),
    Fault("a limit of 0", lambda f: f.say("lloq = 50", "lloq = 0"), "out of range",
          "study.toml", None, "parameters.hivrna.lloq", "error"),
    Fault("a horizon of 0", lambda f: f.say("horizon = 96", "horizon = 0"), "out of range",
          "study.toml", None, "endpoints.response.horizon", "error"),
    Fault("a dose below 0", lambda f: f.say("dose = 0.5", "dose = -0.5"), "out of range",
          "study.toml", None, "arms 2.dose", "error"),
    Fault("a range of one number", lambda f: f.say("[0, 5000]", "[0]"), "wrong form",
          "study.toml", None, "parameters.cd4.range", "error"),
    Fault("levels that do not rise", lambda f: f.say("lloq = 50", "lloq = 50\nlevels = [10, 40, 20]"),
          "wrong form", "study.toml", None, "parameters.hivrna.levels", "error", "rising"),
    Fault("an unknown unit of time", lambda f: f.say('unit = "week"', 'unit = "fortnight"'),
          "unknown word", "study.toml", None, "visits.unit", "error", "day or week or month"),
    Fault("two reference arms", lambda f: f.say("dose = 0.5", "dose = 0.5\nreference = true"),
          "reference arm", "study.toml", None, "arms", "error", "'Placebo', 'Low dose'"),
    Fault("no reference arm", lambda f: f.say("reference = true", "reference = false"),
          "reference arm", "study.toml", None, "arms", "error", "none of them"),
    Fault("three arms in a single-arm study", lambda f: f.say("randomised", "single-arm"),
          "number of arms", "study.toml", None, "arms", "error"),
    Fault("an arm twice", lambda f: f.say('value = "High dose"', 'value = "Low dose"'),
          "duplicate arm", "study.toml", None, "arms", "error"),
    Fault("one arm cut in two by its spelling", _arms_in_two_spellings, "arms in two spellings",
          "study.toml", None, "arms", "error", "'Low dose' and 'low dose'"),
    Fault("two arms that print alike", _labels_alike, "arms in two spellings",
          "study.toml", None, "arms", "error", "'Dose 1' and 'dose-1'"),
    Fault("the baseline as main visit", lambda f: f.say("main = 48", "main = 0"),
          "main visit not after baseline", "study.toml", None, "visits.main", "error"),
    # -- files and cells ------------------------------------------------------------------------
    Fault("no adsl", lambda f: f.tables.pop("adsl"), "missing table",
          "adsl", None, "", "error", "adsl.csv"),
    Fault("an adsl without rows", lambda f: f.tables.update(adsl=f.tables["adsl"][:0]), "no rows",
          "adsl.csv", None, "", "error"),
    Fault("a file in Latin-1",
          lambda f: (f.tables.pop("adae"), f.extra.update({"adae.csv": b"USUBJID,AEDECOD\nX,\xe4\n"})),
          "unreadable file", "adae.csv", 2, "", "error", "UTF-8"),
    Fault("one table in two files", lambda f: f.extra.update({"adtte.xpt": b""}),
          "two files of one table", "adtte.csv", None, "", "error", "adtte.xpt"),
    Fault("a column twice", _doubled_column, "duplicate column", "adsl.csv", None, "SEX", "error"),
    Fault("a column that is not there", lambda f: f.tables["adtte"].drop(columns="CNSR",
          inplace=True), "missing column", "adtte.csv", None, "CNSR", "error", "EVNTDESC"),
    Fault("a wide adlb", _wide, "missing column", "adlb.csv", None, "PARAMCD", "error",
          "a column each for CD4, CD4CD8, CD8, HIVRNA: make it long"),
    Fault("an adlb in two files", _split_lab, "table under another name", "adlb", None, "",
          "warning", "adlb_cells.csv, adlb_virus.csv", also=("parameter without rows",)),
    Fault("a table that the book does not know",
          lambda f: f.extra.update({"adcm.csv": b"USUBJID,CMDECOD\nHUCMSC-001,X\n"}),
          "table that is not read", FOLDER, None, "", "note", "adcm.csv"),
    Fault("a mapping to no column", _mapped, "unknown column mapping",
          "study.toml", None, "columns.adsl.AGE", "error", "'ALTER'"),
    Fault("a blank subject", lambda f: f.set("adsl", 4, USUBJID=""), "missing value",
          "adsl.csv", 4, "USUBJID", "error", also=("subject without a row in adsl",)),
    Fault("a text among numbers", lambda f: f.set("adlb", 5, AVAL="high"), "not a number",
          "adlb.csv", 5, "AVAL", "error", "'high'"),
    Fault("a censored value as text", lambda f: f.set("adlb", 21, AVAL="<50"), "not a number",
          "adlb.csv", 21, "AVAL", "error", "'<50'"),
    Fault("an infinite value", lambda f: f.set("adlb", 5, AVAL="inf"), "not finite",
          "adlb.csv", 5, "AVAL", "error"),
    Fault("an age of 340", lambda f: f.set("adsl", 6, AGE="340"), "out of range",
          "adsl.csv", 6, "AGE", "error", "'340'", also=("AGE does not fit the dates",)),
    Fault("a flag that is none", lambda f: f.set("adlb", 20, BLQFL="maybe"), "not a flag",
          "adlb.csv", 20, "BLQFL", "error",
          also=("value at or below the limit without BLQFL",)),
    Fault("a negative time", lambda f: f.set("adtte", 5, AVAL="-3"), "negative or infinite time",
          "adtte.csv", 5, "AVAL", "error", "'-3'"),
    Fault("a missing time", lambda f: f.set("adtte", 5, AVAL=""), "missing value",
          "adtte.csv", 5, "AVAL", "error"),
    Fault("CNSR as a word", lambda f: f.set("adtte", 5, CNSR="yes"), "not a number",
          "adtte.csv", 5, "CNSR", "error", "'yes'"),
    Fault("CNSR of -1", lambda f: f.set("adtte", 5, CNSR="-1"), "not a censoring code",
          "adtte.csv", 5, "CNSR", "error", "'-1'"),
    Fault("CNSR of 0.5", lambda f: f.set("adtte", 5, CNSR="0.5"), "not a censoring code",
          "adtte.csv", 5, "CNSR", "error", "'0.5'"),
    # -- subjects -------------------------------------------------------------------------------
    Fault("a subject twice", lambda f: f.add("adsl", 4), "duplicate USUBJID",
          "adsl.csv", 74, "USUBJID", "error", "'HUCMSC-003'"),
    Fault("a subject without its row in adsl", lambda f: f.set("adae", 3, USUBJID="NOBODY"),
          "subject without a row in adsl", "adae.csv", 3, "USUBJID", "error", "'NOBODY'"),
    Fault("an identifier without its zeros", lambda f: f.set("adtte", 3, USUBJID="hucmsc-2"),
          "subject without a row in adsl", "adtte.csv", 3, "USUBJID", "error",
          "which adsl spells 'HUCMSC-002'", also=("subject without a time",)),
    Fault("a subject without laboratory rows",
          lambda f: f.tables.update(
              adlb=f.tables["adlb"][f.tables["adlb"]["USUBJID"] != "HUCMSC-009"]),
          "subject without a laboratory value", "adsl.csv", 10, "USUBJID", "warning",
          "'HUCMSC-009'"),
    Fault("a subject without a time", lambda f: f.drop("adtte", [73]), "subject without a time",
          "adsl.csv", 73, "USUBJID", "warning", "'HUCMSC-072' has no row of TTRESP"),
    Fault("a subject who failed screening",
          lambda f: f.set("adsl", 8, TRT01A="Screen Failure", SAFFL="N", ITTFL="N"),
          "subject in no arm and no analysis set", "adsl.csv", None, "TRT01A", "note",
          "'Screen Failure'"),
    Fault("a subject outside the ITT set", lambda f: f.set("adsl", 8, ITTFL="N"),
          "subject outside an analysis set", "adsl.csv", 8, "ITTFL", "note"),
    Fault("SEX as a number", lambda f: f.set("adsl", 8, SEX="2"), "SEX is not F or M",
          "adsl.csv", 8, "SEX", "warning", "'2'"),
    Fault("SEX in words", lambda f: f.column("adsl", "SEX", {"F": "weiblich", "M": "männlich"}.get),
          "sex in words", "adsl.csv", None, "SEX", "note", "written F or M"),
    # -- arms -----------------------------------------------------------------------------------
    Fault("a label in another case", lambda f: f.set("adsl", 2, TRT01A="low dose", TRT01P=""),
          "treatment without an arm but for its spelling", "adsl.csv", 2, "TRT01A", "error",
          "'low dose', which looks like 'Low dose'"),
    Fault("a label with two spaces", lambda f: f.set("adsl", 3, TRT01A="Low  dose", TRT01P=""),
          "treatment without an arm but for its spelling", "adsl.csv", 3, "TRT01A", "error",
          "'Low  dose', which looks like 'Low dose'"),
    Fault("a label with a space behind", lambda f: f.set("adsl", 4, TRT01A="Low dose "),
          "treatment with spaces around it", "adsl.csv", 4, "TRT01A", "warning", "'Low dose '"),
    Fault("an unknown treatment", lambda f: f.set("adsl", 5, TRT01A="Screen failure", TRT01P=""),
          "treatment without an arm in study.toml", "adsl.csv", 5, "TRT01A", "error",
          "'Screen failure'"),
    Fault("an arm that nobody is in", lambda f: f.say("[visits]",
          '[[arms]]\nvalue = "Very high dose"\n\n[visits]'), "arm without a subject",
          "study.toml", None, "arms", "error", "'Very high dose'"),
    Fault("a reference arm that nobody is in", lambda f: f.say('value = "Placebo"',
          'value = "Saline"'), "reference arm that does not exist", "study.toml", None, "arms",
          "error", "'Saline'", also=("treatment without an arm in study.toml",)),
    Fault("another arm in another table", lambda f: (f.column("adtte", "TRT01A", "Low dose"),
          f.tables["adtte"].update(f.tables["adsl"][["TRT01A"]]),
          f.set("adtte", 2, TRT01A="High dose")), "treatment differs from adsl",
          "adtte.csv", 2, "TRT01A", "warning", "'High dose'"),
    Fault("another treatment than planned", lambda f: f.set("adsl", 2, TRT01P="High dose"),
          "treated otherwise than planned", "adsl.csv", 2, "TRT01A", "note", "'High dose'"),
    Fault("a crossover", _crossover, "crossover design", "adsl.csv", 2, "TRT02A", "error",
          "then 'Placebo'"),
    Fault("a switch to another arm", lambda f: (f.column("adsl", "TRT02A", ""),
          f.set("adsl", 2, TRT02A="High dose")), "treatment changes between periods",
          "adsl.csv", 2, "TRT02A", "warning", "then 'High dose'"),
    Fault("no treatment of a randomised subject",
          lambda f: f.set("adsl", 5, TRT01A="", SAFFL="N"), "missing value", "adsl.csv", 5,
          "TRT01A", "error", 'TRT01A = "TRT01P"',
          also=("subject outside an analysis set", "treated, and in no safety set")),
    # -- parameters -----------------------------------------------------------------------------
    Fault("a PARAMCD in another case", lambda f: f.say('paramcd = "CD8"', 'paramcd = "cd8"'),
          "parameter without rows", "study.toml", None, "parameters.cd8", "error",
          'did you mean "CD8"?', also=("PARAMCD that is not used",)),
    Fault("no table of an endpoint", lambda f: f.tables.pop("adtte"), "parameter without rows",
          "study.toml", None, "endpoints.response", "error", "no adtte table"),
    Fault("a parameter without a number", _no_viral_load, "parameter without values",
          "study.toml", None, "parameters.hivrna", "error", "of HIVRNA, all without a number"),
    Fault("one PARAMCD in two roles", _second_role, "one PARAMCD in two roles", "study.toml",
          None, "parameters.again.paramcd", "warning", "parameters.cd4"),
    Fault("one PARAMCD for two things", lambda f: f.set("adlb", 5, PARAM="CD4+ T cells, naive"),
          "one PARAMCD, two meanings", "adlb.csv", 5, "PARAM", "warning", "naive"),
    Fault("a PARAMCD that no block names", lambda f: f.add("adlb", 2, PARAMCD="HGB"),
          "PARAMCD that is not used", "adlb.csv", None, "PARAMCD", "note", "HGB"),
    # -- visits ---------------------------------------------------------------------------------
    Fault("a visit twice", lambda f: f.add("adlb", 5, AVAL="133", CHG="48"),
          "duplicate USUBJID × PARAMCD × AVISITN", "adlb.csv", LAB_ROWS + 5, "USUBJID", "error",
          "'HUCMSC-001' × 'CD4' × '48' again, with '133'"),
    Fault("every visit under two kinds of baseline", _average_of_two,
          "duplicate USUBJID × PARAMCD × AVISITN", "adlb.csv", LAB_ROWS + 5, "USUBJID", "error",
          "the rows differ in BASETYPE ('AVERAGE', 'LAST')"),
    Fault("a value carried forward", lambda f: (f.column("adlb", "DTYPE", ""),
          f.set("adlb", 5, DTYPE="LOCF")), "imputed row", "adlb.csv", None, "DTYPE", "note",
          "1 row(s), with DTYPE 'LOCF'"),
    Fault("a time twice", lambda f: f.add("adtte", 5), "duplicate USUBJID × PARAMCD",
          "adtte.csv", 74, "USUBJID", "error", "keep one row a subject and endpoint"),
    Fault("one row of adtte an event", lambda f: f.add("adtte", 5, AVAL="90"),
          "duplicate USUBJID × PARAMCD", "adtte.csv", 74, "USUBJID", "error", "[counts.NAME]",
          also=("response that the values deny",)),
    Fault("a main visit that is not there", lambda f: f.say("main = 48", "main = 52"),
          "visit without rows", "study.toml", None, "visits.main", "error", "48"),
    Fault("a planned visit without its number", lambda f: f.set("adlb", 5, AVISITN=""),
          "planned visit without its number", "adlb.csv", 5, "AVISITN", "warning", "'Week 48'"),
    Fault("a visit with another's number", lambda f: f.set("adlb", 5, AVISITN="49"),
          "one visit, two numbers", "adlb.csv", 5, "AVISITN", "warning", "'49' at 'Week 48'"),
    Fault("days where study.toml says weeks", lambda f: f.say('[visits]\nunit = "week"',
          '[visits]\nunit = "day"'), "AVISITN is not in the unit of study.toml", "study.toml",
          None, "visits.unit", "warning", "as if in weeks",
          also=("visit in another unit than study.toml",)),
    Fault("two visits out of order", _spoilt_days, "visits out of order", "adlb.csv", 5, "ADY",
          "warning", "day 330 at visit 48, day 341 at 24",
          also=("study day far from its visit", "study day against its date")),
    Fault("a study day with a digit too many", lambda f: f.set("adlb", 7, ADY="6720"),
          "study day far from its visit", "adlb.csv", 7, "ADY", "warning", "6720",
          also=("day after the end of observation", "study day against its date")),
    # -- baselines ------------------------------------------------------------------------------
    Fault("no baseline", lambda f: f.drop("adlb", [2]), "subject without a baseline",
          "adlb.csv", 2, "USUBJID", "warning", "'HUCMSC-001' has no CD4 at visit 0"),
    Fault("two baselines", lambda f: f.set("adlb", 3, ABLFL="Y"), "several baselines",
          "adlb.csv", 3, "ABLFL", "warning", "again, at visit '12'",
          also=("baseline flag at another visit",)),
    Fault("no baseline flag", lambda f: f.set("adlb", 2, ABLFL=""), "no baseline flag",
          "adlb.csv", 2, "ABLFL", "warning", "'HUCMSC-001'"),
    Fault("the flag at another visit", _marked_elsewhere, "baseline flag at another visit",
          "adlb.csv", 3, "ABLFL", "warning", "'12'"),
    Fault("a baseline after the start", lambda f: f.set("adlb", 2, ADY="30", ADT=""),
          "baseline after the start", "adlb.csv", 2, "ADY", "warning", "day 30"),
    Fault("a wrong change", lambda f: f.set("adlb", 5, CHG="147"), "CHG is not AVAL minus BASE",
          "adlb.csv", 5, "CHG", "error", "132 - 85 = 47"),
    Fault("a wrong baseline in a row", lambda f: f.set("adlb", 5, BASE="58", CHG="74"),
          "BASE is not the baseline value", "adlb.csv", 5, "BASE", "warning", "it was 85"),
    # -- values and units -----------------------------------------------------------------------
    Fault("a count below 0", lambda f: f.set("adlb", 5, AVAL="-9", CHG=""), "impossible value",
          "adlb.csv", 5, "AVAL", "error", "-9", also=("implausible value",)),
    Fault("a viral load of 0 on the log scale", lambda f: f.set("adlb", 21, AVAL="0", CHG=""),
          "no logarithm", "adlb.csv", 21, "AVAL", "error", "0",
          also=("marked value is not the limit", "implausible value")),
    Fault("a logarithm of logarithms", _logged, "logarithm of a logarithm", "study.toml", None,
          "parameters.hivrna.scale", "error",
          also=("unit unlike study.toml", "values look like another unit", "BLQFL above the limit")),
    Fault("a CD4 count of 13,200", lambda f: f.set("adlb", 5, AVAL="13200", CHG=""),
          "implausible value", "adlb.csv", 5, "AVAL", "warning", "13200",
          also=("value with a digit too many", "ratio that is not CD4/CD8")),
    Fault("all CD4 counts in 10^9/L, with the unit of cells/µL", _cd4_in_thousands,
          "values look like another unit", "adlb.csv", None, "AVAL", "warning", "10^9/L",
          also=("baseline of adsl against adlb",)),
    Fault("a row in 10^9/L", lambda f: (f.set("adlb", 5, AVALU="10^9/L"),
          _in_thousands(f, slice(3, 3))), "units that mix", "adlb.csv", 5, "AVALU", "error",
          "multiply by 1000", also=("BASE is not the baseline value", "value a thousandfold off",
                                    "ratio that is not CD4/CD8")),
    Fault("a unit of the lab that is not that of study.toml",
          lambda f: f.say('label = "CD4+ T cells"\nunit = "cells/µL"',
                          'label = "CD4+ T cells"\nunit = "10^9/L"'),
          "unit unlike study.toml", "adlb.csv", 2, "AVALU", "error", "multiply by 0.001"),
    Fault("a unit that nobody knows", lambda f: f.say('unit = "ratio"', 'unit = "quotient"'),
          "unit that cannot be compared", "adlb.csv", 8, "AVALU", "warning", "'quotient'"),
    # -- limits ---------------------------------------------------------------------------------
    Fault("a value at the limit without a flag", lambda f: f.set("adlb", 21, BLQFL="", AVALC=""),
          "value at or below the limit without BLQFL", "adlb.csv", 21, "BLQFL", "warning",
          "50, at or below the limit 50"),
    Fault("< in AVALC without a flag", lambda f: f.set("adlb", 5, AVALC="<132"),
          "value at or below the limit without BLQFL", "adlb.csv", 5, "BLQFL", "warning"),
    Fault("a blank below a limit in another unit", _results_in_copies,
          "result below a limit without a value", "adlb.csv", 21, "AVAL", "warning", "'<400'"),
    Fault("a blank below the limit of another assay",
          lambda f: f.set("adlb", 21, AVAL="", CHG="", BLQFL="", AVALC="<400"),
          "blank below the limit", "adlb.csv", None, "BLQFL", "note", "read as 400, 1 row(s)"),
    Fault("a blank below the limit of study.toml",
          lambda f: f.set("adlb", 21, AVAL="", CHG="", BLQFL="", AVALC="<50"),
          "blank below the limit", "adlb.csv", None, "BLQFL", "note", "1 row(s)"),
    Fault("no flags of the limit", lambda f: f.tables["adlb"].pop("BLQFL"),
          "limit marked by lloq", "adlb.csv", None, "BLQFL", "note", "50 the lowest"),
    Fault("a flag above the limit", lambda f: f.set("adlb", 21, AVAL="500", CHG=""),
          "BLQFL above the limit", "adlb.csv", 21, "BLQFL", "warning", "Y at 500"),
    Fault("half the limit filled in", lambda f: f.set("adlb", 21, AVAL="25", CHG=""),
          "marked value is not the limit", "adlb.csv", 21, "AVAL", "warning", "25"),
    Fault("a value above an upper limit",
          lambda f: f.set("adlb", 3, AVALC=">" + f.tables["adlb"].loc[1, "AVAL"]),
          "value above an upper limit", "adlb.csv", 3, "AVAL", "warning", "1 row(s)"),
    Fault("flags without a limit", _without_lloq, "BLQFL without a limit", "study.toml", None,
          "parameters.hivrna.lloq", "warning", "at 50"),
    # -- times ----------------------------------------------------------------------------------
    Fault("CNSR turned round", lambda f: f.column("adtte", "CNSR", _swap), "CNSR is turned round",
          "adtte.csv", 2, "CNSR", "error", "72 of 72 rows"),
    Fault("CNSR turned round, seen by CNSDTDSC alone",
          lambda f: (f.column("adtte", "CNSR", _swap), f.column("adtte", "EVNTDESC", "")),
          "CNSR is turned round", "adtte.csv", None, "CNSR", "error", "CNSDTDSC"),
    Fault("one CNSR against its description", lambda f: f.set("adtte", 7, CNSR="0"),
          "CNSR against its description", "adtte.csv", 7, "CNSR", "warning",
          "'0' beside 'End of follow-up without response'"),
    Fault("nobody with the event", lambda f: (f.column("adtte", "CNSR", "1"),
          f.column("adtte", "EVNTDESC", "")), "no event at all", "adtte.csv", None, "CNSR",
          "warning", "all censored"),
    Fault("everybody with the event", lambda f: (f.column("adtte", "CNSR", "0"),
          f.column("adtte", "EVNTDESC", ""), f.column("adtte", "CNSDTDSC", "")),
          "nobody censored", "adtte.csv", None, "CNSR", "warning", "all events"),
    Fault("weeks where study.toml says days", lambda f: f.say('unit = "week"\nevent',
          'unit = "day"\nevent'), "time in another unit than study.toml", "adtte.csv", 2, "PARAM",
          "error", "(weeks)", also=("times look like another unit",)),
    Fault("days where study.toml says weeks, seen by their size alone",
          lambda f: (f.column("adtte", "AVAL", _times(7)),
                     f.column("adtte", "PARAM", "Time to response")),
          "times look like another unit", "adtte.csv", None, "AVAL", "warning", "as if in days"),
    Fault("a time with a digit too many", lambda f: f.set("adtte", 7, AVAL="960"),
          "time far beyond the observation", "adtte.csv", 7, "AVAL", "warning", "960",
          also=("day after the end of observation",)),
    Fault("a horizon after the last time", lambda f: f.say("horizon = 96", "horizon = 104"),
          "horizon beyond the last time", "study.toml", None, "endpoints.response.horizon",
          "warning", "104, where the last time is 96"),
    # -- dates and events -----------------------------------------------------------------------
    Fault("a 13th month", lambda f: f.set("adsl", 5, TRTSDT="2015-13-02"), "not a date",
          "adsl.csv", 5, "TRTSDT", "warning", "'2015-13-02'"),
    Fault("a sample before birth", lambda f: f.set("adlb", 3, ADT="20MAY1915"),
          "date before birth", "adlb.csv", 3, "ADT", "warning", "'1915-05-20', born",
          also=("study day against its date",)),
    Fault("an age that does not fit", lambda f: f.set("adsl", 6, BRTHDTC="1931-07"),
          "AGE does not fit the dates", "adsl.csv", 6, "AGE", "warning"),
    Fault("an event after death", lambda f: f.set("adsl", 2, DTHDTC="2015-03-30"),
          "event or value after death", "adae.csv", 2, "AESTDTC", "warning", "died 2015-03-30",
          also=("time that ends after death",)),
    Fault("a sample after the day of death", lambda f: f.set("adsl", 2, DTHDY="600"),
          "event or value after death", "adlb.csv", 7, "ADY", "warning", "died day 600"),
    Fault("an end before its start", lambda f: f.set("adae", 3, AENDY="20"), "end before start",
          "adae.csv", 3, "AENDY", "warning", "day '20', begun day '24'"),
    Fault("treatment-emergent before treatment", lambda f: f.set("adae", 3, ASTDY="-4",
          AESTDTC=""), "treatment-emergent before the treatment", "adae.csv", 3, "TRTEMFL",
          "warning", "'-4'"),
    Fault("events from before the treatment, and no flag",
          lambda f: (f.tables["adae"].pop("TRTEMFL"), f.set("adae", 3, ASTDY="-4", AESTDTC="")),
          "no flag of treatment emergence", "adae.csv", None, "TRTEMFL", "warning",
          "with a negative ASTDY"),
    Fault("neither a flag nor a day of onset",
          lambda f: (f.tables["adae"].pop("TRTEMFL"), f.tables["adae"].pop("ASTDY")),
          "events whenever they began", "adae.csv", None, "TRTEMFL", "note", "events are counted"),
    Fault("causality in words", lambda f: (f.column("adae", "AEREL", "POSSIBLE"),
          f.set("adae", 3, AEREL="REMOTE")), "words of causality", "adae.csv", None, "AEREL", "note",
          "related: POSSIBLE; not: REMOTE"),
    # -- the plan -------------------------------------------------------------------------------
    Fault("a stratum that is no column", lambda f: f.say("[[arms]]", _PLAN.format("REGION")),
          "planned column that adsl lacks", "study.toml", None, "analysis.strata", "error",
          "'REGION'"),
    Fault("a stratum with a blank", lambda f: (f.say("[[arms]]", _PLAN.format("SITEID")),
          f.set("adsl", 4, SITEID="")), "planned value that is missing", "adsl.csv", 4, "SITEID",
          "warning", "nothing in SITEID"),
    Fault("a stratum that goes with the arm", lambda f: (f.say("[[arms]]", _PLAN.format("TRT01P")),
          f.column("adsl", "TRT01P", "one value")), "planned column that no model can take",
          "study.toml", None, "analysis.strata", "warning", "TRT01P has one value only",
          also=("treated otherwise than planned",)),
    Fault("a death beside a censored time", lambda f: f.set("adtte", 7, EVNTDESC="Death"),
          "death read as a competing event", "adtte.csv", 7, "CNSR", "note", "beside 'Death'"),
    Fault("an ending that study.toml does not name", lambda f: f.say("horizon = 96",
          'horizon = 96\ncensored = ["End"]\ncompeting = []'),
          "ending that study.toml does not name", "adtte.csv", 7, "CNSR", "warning",
          "beside 'End of follow-up", also=("code that never occurs",)),
    Fault("one time for everybody", lambda f: f.column("adtte", "AVAL", "48"),
          "arm without follow-up", "adtte.csv", None, "AVAL", "warning", "times of TTRESP are 48",
          also=("horizon beyond the last time", "one value for all")),
    Fault("a code that never occurs", lambda f: f.say("horizon = 96",
          "horizon = 96\ncompeting = [3]"), "code that never occurs", "study.toml", None,
          "endpoints.response.competing", "warning", "3"),
    Fault("a population that is no column", lambda f: f.say("[[arms]]",
          '[populations]\nchanges = "EFFFL"\n\n[[arms]]'), "population without its flag",
          "study.toml", None, "populations.changes", "error", "no column EFFFL"),
    Fault("a population of no arm", lambda f: (f.say("[[arms]]",
          '[populations]\nalso = "PPROTFL"\n\n[[arms]]'), f.tables["adsl"].insert(0, "PPROTFL",
          f.tables["adsl"]["TRT01A"].map(lambda arm: "N" if arm == "Placebo" else "Y"))),
          "population without an arm", "study.toml", None, "populations.also", "error",
          "PPROTFL is Y for nobody in 'Control'"),
    Fault("a way of imputing that never occurs", lambda f: f.say("[[arms]]",
          '[analysis]\nimputed = "LOCF"\n\n[[arms]]'), "way of imputing that never occurs",
          "study.toml", None, "analysis.imputed", "warning", "'LOCF'"),
    Fault("a baseline that is said to be none", lambda f: f.say('paramcd = "CD8"',
          'paramcd = "CD8"\nbaseline = false'), "baseline of a parameter that has none",
          "study.toml", None, "parameters.cd8.baseline", "warning", "CD8 at the baseline"),
    Fault("a response at no visit", lambda f: f.say("[[arms]]", _RESPONSE.format("visit = 50")),
          "response at a visit without values", "study.toml", None, "responses.low.visit", "error",
          "0, 12, 24, 48, 72, 96"),
    Fault("a response below the limit", lambda f: f.say("[[arms]]", _RESPONSE.format(
          "visit = 48").replace("= 50", "= 20")), "response that the limit of quantification hides",
          "study.toml", None, "responses.low.below", "warning", "20, where the limit is 50"),
    Fault("a response below the limit's logarithm", lambda f: f.say("[[arms]]", _RESPONSE.format(
          "visit = 48").replace("= 50", "= 1.5").replace("linear", "log10")),
          "response that the limit of quantification hides", "study.toml", None,
          "responses.low.below", "warning", "1.5, where the limit is 1.69897"),
    Fault("an onset years after the end", lambda f: f.set("adae", 3, ASTDY="2400", AENDY=""),
          "onset far after the follow-up", "adae.csv", 3, "ASTDY", "warning", "'2400'",
          also=("day after the end of observation",)),
    Fault("one term in two spellings", lambda f: f.set("adae", 3, AEDECOD="NASOPHARYNGITIS"),
          "one term in two spellings", "adae.csv", 3, "AEDECOD", "warning", "'Nasopharyngitis'"),
]  # fmt: skip
