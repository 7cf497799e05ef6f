"""Tables in, flags of a subject that another table has otherwise than adsl out; none is corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.cells import FALSE, TRUE
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

FLAG = re.compile(r"[A-Z0-9]+FL")
ROWWISE = 0.1  # share of the flagged subjects with Y in some rows alone: the flag marks rows


@rule(
    "flag that adsl has otherwise",
    "warning",
    "adlb.ITTFL",
    expected="the flag that adsl gives the subject",
    do="find out which is right and correct the other; adsl decides who is counted",
    needs=["adsl.USUBJID"],
)
def other_flag(tables: Tables) -> Iterator[Hits]:
    """Another table has a flag of adsl (SAFFL, EFFFL, ...) with Y where adsl has N, or with N for its Y.

    By ADaM a column of the same name is a copy of that of adsl. A blank says N where neither table writes
    an N. A flag that many subjects have in some of their rows alone marks rows: then only a Y counts.
    """
    for table in ("adlb", "adae", "adtte"):
        for column in tables.frames[table] if tables.has(f"{table}.USUBJID") else ():
            name, ours = f"{table}.{column}", f"adsl.{column}"
            if FLAG.fullmatch(str(column)) and tables.has(ours):
                rows, here, there = _apart(tables, name, ours)
                yield Hits(rows, lambda row, name=name, here=here, there=there: (
                    f"{here[row]} of {tables.said(name.partition('.')[0] + '.USUBJID', row)}, "
                    f"{there[row]} in adsl"), at=name)  # fmt: skip


def _apart(tables: Tables, name: str, ours: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The rows whose flag is not the subject's in adsl; and what each row and adsl say (Y, N or "")."""
    blank = not any(tables.where(n, _no).any() for n in (name, ours))
    subject, many = tables.subject(name.partition(".")[0]), len(tables.subjects)
    here, own, there = _said(tables, name, blank), _said(tables, ours, blank), np.full(many + 1, "")
    there[tables.subject("adsl")] = own
    there[-1] = ""  # of a row without a subject
    yes, no = (np.isin(np.arange(many), subject[here == word]) for word in "YN")
    rowwise = (yes & no).sum() > ROWWISE * yes.sum()
    wanted = there[subject]
    apart = ((here == "Y") & (wanted == "N")) | ((here == "N") & (wanted == "Y") & (not rowwise))
    return np.flatnonzero(apart), here, wanted


def _said(tables: Tables, name: str, blank: bool) -> np.ndarray:
    """Y, N or "" for each row of a flag; `blank` is whether a blank cell says N."""
    out = np.where(tables.where(name, lambda said: said.upper() in TRUE), "Y", "")
    out[tables.where(name, _no)] = "N"
    if blank:
        out[tables.text(name).codes < 0] = "N"
    return out


def _no(said: str) -> bool:
    return said.upper() in FALSE
