"""Tables in, columns that analyses would read were they spelt or there out; none is renamed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from helpers.cells import flags, is_blank, numbers
from helpers.config_check import TABLES
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.schema import COLUMNS

# read where they are there, besides those of the schema
MORE: Mapping[str, Mapping[str, str]] = {
    "adsl": {"TRT01P": "text"},
    "adlb": {"AVISIT": "text", "PARAM": "text", "AVALU": "text", "AVALC": "text",
             "ANL01FL": "flag", "DTYPE": "text"},
    "adae": {"AEREL": "text", "AENDY": "number"},
    "adtte": {"PARAM": "text", "AVALU": "text", "CNSDTDSC": "text"},
}  # fmt: skip
# names of CDISC that lie near one of ours and are no misspelling of it
OTHERS = frozenset(
    """
    AGEU AGEN AGEGR AGEGR1 AGEGR1N AAGE AAGEU RACE SEXN SAFFN SAFRFL FASFL ITTFN MITTFL PITTFL TRTDUR
    TRTDURM TRTDURW TRTDURY TRTDURU TRT01PN TRT01AN TRT02P TRT02A TRTP TRTA ADT ADTM ADTF AVALCA1N
    AVALCAT1 AVALN AVALA1 BASEC BASEN BASETYPE BASEA1 PCHG CHGCAT1 CHG1 CHGC ABLFN BLQFN AVISITC
    PARAMN PARAMCD PARAM1 PARCAT1 PARCAT2 PARAMTYP AVALCU ANL02FL ANL03FL ANL01FN ANLFL ANL04FL
    AEDECODN AEBDSYCD AEBODSYN AEBODSYS2 AESEVN AESERN AESEQ AERELN ASEV ASEVN AREL ARELN AETERM AESOC
    AESTDY AEENDY ASTDT ASTDTM ASTTM AENDT AENDTM ASTDTF AENDTF AESDTH AESHOSP AESLIFE AESMIE
    AESCONG AESDISAB AREL1 AERELNST AESI TRTEMFN TRTEM PREFL FUPFL CNSRN EVNTDESN EVNTDESCN
    EVNTTYP
    """.split()  # noqa: SIM905 - a hundred quotes would hide the names
)
# names that forms, exports and SDTM give to our optional columns
SYNONYMS: Mapping[str, Mapping[str, str]] = {
    "adsl": {"AGE": "AGEYRS AGEYEARS", "SEX": "GENDER", "SAFFL": "SAFETY SAFETYFL", "ITTFL": "ITT",
             "TRTDURD": "DURATION DURD TRTDAYS FUDAYS FUPDAYS"},
    "adlb": {"ADY": "LBDY STUDYDAY", "ABLFL": "LBBLFL BASEFL BASELINEFL",
             "BLQFL": "BLQ BLOQ BLOQFL LLOQFL LOQFL BQL"},
    "adae": {"AEBODSYS": "AESOC SOC BODSYS BODYSYSTEM", "AESEV": "SEVERITY SEV ASEV INTENSITY",
             "AESER": "SERIOUS SAE SAEFL SER", "AEREL": "CAUSALITY RELATED RELATIONSHIP AREL",
             "TRTEMFL": "TEAE TEAEFL TEFL AETRTEM", "ASTDY": "AESTDY ONSETDAY STARTDAY",
             "AENDY": "AEENDY ENDDAY"},
    "adtte": {"EVNTDESC": "EVENTDESC EVENTDESCRIPTION"},
}  # fmt: skip
ENDINGS = ("FL", "FLG", "FLAG", "F", "G", "S", "X", "1")


def _near(name: str, wanted: str) -> bool:
    """Whether `name` is `wanted` with a letter or two wrong, or with one of `ENDINGS` too many."""
    one, two = name.replace("_", ""), wanted.replace("_", "")
    if one == two or any(one == two + end for end in ENDINGS):
        return True
    allowed = 2 if len(two) > 6 else 1 if len(two) > 4 else 0
    return (one[:1] == two[:1] and steps(one, two) <= allowed) or sorted(one) == sorted(two)


def steps(one: str, two: str) -> int:
    """Letters to insert, drop, change or exchange with their neighbour to get from one to the other."""
    rows = [list(range(len(two) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(two, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == two[j - 2] and one[i - 2] == b:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]


def _holds(column: pd.Series, kind: str) -> bool:
    """Whether the filled cells are what a column of this kind holds."""
    filled = column[~is_blank(column).to_numpy()]
    if filled.empty:
        return False
    if kind == "flag":
        return bool(flags(filled).notna().all())
    return kind == "text" or bool(numbers(filled).notna().mean() > 0.5)


@rule(
    "column that looks misspelt",
    "warning",
    "adsl.USUBJID",
    expected="the name that the book reads",
    do="rename it, or map it in study.toml; as it is nobody reads it",
)
def misspelt(tables: Tables) -> Iterator[Hits]:
    """An optional column is not there, and another has its content under nearly its name (TRTEMFLG).

    The names of CDISC that lie near one of ours (ASTDT beside ASTDY) are no misspellings.
    """
    for table, frame in tables.frames.items():
        known = {name: spec.kind for name, spec in COLUMNS[table].items()} | dict(MORE[table])
        free = [c for c in frame.columns if c not in known and c not in OTHERS]
        for name in [name for name in known if name not in frame.columns]:
            for column in free:
                if _near(column.upper(), name) and _holds(frame[column], known[name]):
                    do = f'rename it, or write {name} = "{column}" under [columns.{table}]'
                    yield Hits(None, column, expected=f"{name}", do=do, at=f"{table}.{column}")


@rule(
    "column under another name",
    "warning",
    "adsl.USUBJID",
    expected="the name that the book reads",
    do="rename it, or map it in study.toml; as it is nobody reads it",
)
def renamed(tables: Tables) -> Iterator[Hits]:
    """An optional column is not there, and one that means the same is (SERIOUS, AESTDY for ASTDY)."""
    for table, frame in tables.frames.items():
        kinds = {name: spec.kind for name, spec in COLUMNS[table].items()} | dict(MORE[table])
        for name in [name for name in SYNONYMS[table] if name not in frame.columns]:
            for column in frame.columns:
                plain = column.upper().replace("_", "")
                same = plain in SYNONYMS[table][name].split() and (
                    column in OTHERS or not _near(plain, name)
                )
                if same and _holds(frame[column], kinds[name]):
                    do = f'if it means the same write {name} = "{column}" under [columns.{table}]'
                    yield Hits(None, column, expected=name, do=do, at=f"{table}.{column}")


@rule(
    "mapping of a table that is not there",
    "warning",
    "study.columns",
    expected="a table for each [columns.TABLE]",
    do="add the table to the folder, or remove the block",
)
def mapped_in_vain(tables: Tables) -> Iterator[Hits]:
    """study.toml maps columns of a table that the folder does not have: was it forgotten?"""
    for table in TABLES:
        mapping = tables.config.columns.get(table)
        if mapping and table not in tables.frames and table not in tables.broken:
            found = f"no {table} in the folder"
            yield Hits(None, found, expected=f"a file of {table}", at=f"study.columns.{table}")
