"""Texts and codes as they were entered in, those that are no entry of their kind out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.conformance.calendar import read_dates
from helpers.conformance.rules import Hits, identifiers, rule
from helpers.conformance.view import Tables

# UTF-8 read as Latin-1 or Windows-1252 ("Ã©", "Âµ", "â€™"), the sign of what could not be read, a letter
# that DOS or a form without it wrote ("Diarrh”e", "Diarrh?e"), entities and escapes of other formats
GARBLED = re.compile(
    "[ÃÂ][\u0080-\u00bf\u0152-\u02dc\u2013-\u2122]|â[\u0080\u20ac]|[\ufffd\u0080-\u009f]"
    r"|[a-z][”„‚?][a-z]|&(?:#x?[0-9a-fA-F]+|[a-zA-Z]+\d?);|_x00[0-9A-Fa-f]{2}_|\\u[0-9a-fA-F]{4}"
)
NO_EVENT = re.compile(
    r"^(?:no|none|nil|without|keine?)\b.{0,12}\b(?:ae|aes|event|events|ereignis|reported)\b"
    r"|^(?:not reported|no complaints?|uncoded|not (?:yet )?coded|to be coded|tbd|pending|query)$", re.I
)  # fmt: skip
SEVERAL = re.compile(r"\w{3,}\s*[;|+]\s*\w{3,}")
FATAL = re.compile(r"\bfatal\b|\bdeath\b|\bdied\b|^5$", re.I)
NOT_FATAL = re.compile(r"\b(?:not|non)\b", re.I)
MILD = re.compile(r"^(?:mild|leicht|grade 1|1)$", re.I)
SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.I)
SPREADSHEET = re.compile(  # what a spreadsheet makes of 1-3 or 03/15
    r"\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mrz|Mai|Okt|Dez)"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2}", re.I)  # fmt: skip
WORDS = ("adsl.TRT01A", "adsl.TRT01P", "adsl.SITEID", "adae.AEDECOD", "adae.AEBODSYS", "adae.AESEV",
         "adae.AETOXGR", "adae.AEREL", "adlb.PARAMCD", "adlb.AVISIT", "adtte.PARAMCD")  # fmt: skip
GARBLED_IN = ("adsl.TRT01A", "adae.AEDECOD", "adae.AEBODSYS", "adlb.PARAM", "adlb.AVALU", "adlb.AVISIT",
              "adtte.PARAM", "adtte.EVNTDESC", "adtte.CNSDTDSC")  # fmt: skip
AGE_CODES = (0, 9, 99, 999)
LAST_YEAR = np.datetime64("2059-01-01", "D")


@rule(
    "text in the wrong encoding",
    "warning",
    "adae.AEDECOD",
    expected="text as it was entered",
    do="export the table again as UTF-8: the file was read or saved in another encoding on its way",
    needs=["adsl.USUBJID"],
)
def garbled(tables: Tables) -> Iterator[Hits]:
    """A treatment, term, class, unit or name of a parameter holds signs of a wrong decoding (Ã©, Âµ).

    Or entities and escapes that another format left (&amp;, _x000D_).
    """
    for name in GARBLED_IN:
        if tables.has(name, name.partition(".")[0] + ".USUBJID"):
            rows = np.flatnonzero(tables.where(name, GARBLED.search))
            yield Hits(rows, tables.said_of(name), at=name)


@rule(
    "term that is no event",
    "warning",
    "adae.AEDECOD",
    expected="a coded term of an event",
    do="remove the row if there was no event; else code it: it is counted as an event",
    needs=["adae.USUBJID", "adae.AEDECOD"],
)
def no_event(tables: Tables) -> Iterator[Hits]:
    """The term says that there was none ("No adverse event"), or that it is not coded yet."""
    rows = np.flatnonzero(tables.where("adae.AEDECOD", NO_EVENT.search))
    yield Hits(rows, tables.said_of("adae.AEDECOD"))


@rule(
    "several terms in one cell",
    "warning",
    "adae.AEDECOD",
    expected="one term in a row",
    do="give each event its row: as it is they are one term that nobody else has",
    needs=["adae.USUBJID", "adae.AEDECOD"],
)
def several_terms(tables: Tables) -> Iterator[Hits]:
    """A term holds two, with a semicolon, bar or plus between them."""
    rows = np.flatnonzero(tables.where("adae.AEDECOD", SEVERAL.search))
    yield Hits(rows, tables.said_of("adae.AEDECOD"))


@rule(
    "fatal event that is not serious",
    "warning",
    "adae.AESER",
    expected="Y for an event that ended in death",
    do="correct AESER or AEOUT: death makes an event serious (ICH E2A)",
    needs=["adae.USUBJID", "adae.AESER", "adae.AEOUT"],
)
def fatal_not_serious(tables: Tables) -> Iterator[Hits]:
    """AEOUT says that the subject died of the event, and AESER is not Y."""
    died = tables.where("adae.AEOUT", lambda out: FATAL.search(out) and not NOT_FATAL.search(out))
    rows = np.flatnonzero(died & ~tables.flag("adae.AESER"))
    yield Hits(rows, tables.said_of("adae.AESER"))


@rule(
    "age that looks like a code",
    "warning",
    "adsl.AGE",
    expected="years, blank where not known",
    do="leave AGE blank where it is not known; correct it otherwise",
    needs=["adsl.USUBJID", "adsl.AGE"],
)
def coded_age(tables: Tables) -> Iterator[Hits]:
    """AGE is 0, 9, 99 or 999, twenty years or more from everybody else's."""
    ages = tables.number("adsl.AGE")
    for code in AGE_CODES:
        rows, others = np.flatnonzero(ages == code), ages[~np.isnan(ages) & (ages != code)]
        if len(rows) and len(others) >= len(rows) and np.abs(others - code).min() >= 20:
            yield Hits(rows, tables.said_of("adsl.AGE"))


@rule(
    "date decades ahead",
    "warning",
    "adsl.TRTSDT",
    expected="a date of the study",
    do="check whether it is a serial number of a spreadsheet (days since 1900; numbers are read as "
    "days since 1960): write 2015-03-01",
    needs=["adsl.USUBJID"],
)
def far_ahead(tables: Tables) -> Iterator[Hits]:
    """A date lies after 2058, as a spreadsheet's serial number of this century does when read by SAS."""
    for table, frame in tables.frames.items():
        for column in [c for c in frame if re.fullmatch(r"[A-Z0-9]+(?:DT|DTC|DTM)", str(c))]:
            dates = read_dates(frame[column])
            rows = np.flatnonzero(dates.first >= LAST_YEAR)
            if len(rows) and tables.has(f"{table}.USUBJID"):
                name = f"{table}.{column}"
                yield Hits(rows, tables.said_of(name), at=name)


@rule(
    "serious and not serious exchanged",
    "warning",
    "adae.AESER",
    expected="few serious events among the mild ones",
    do="check whether Y and N of AESER are exchanged",
    needs=["adae.USUBJID", "adae.AESER", "adae.AESEV"],
)
def serious_and_mild(tables: Tables) -> Iterator[Hits]:
    """More than half of ten or more mild events (MILD, grade 1) are serious."""
    mild = tables.where("adae.AESEV", MILD.search)
    rows = np.flatnonzero(mild & tables.flag("adae.AESER"))
    if mild.sum() >= 10 and len(rows) > mild.sum() / 2:
        yield Hits(None, f"{len(rows)} of {mild.sum()} mild events are serious")


@rule(
    "AESER blank in some rows",
    "warning",
    "adae.AESER",
    expected="Y or N in every row, or Y and blanks alone",
    do="fill AESER in: a blank is read as not serious",
    needs=["adae.USUBJID", "adae.AESER"],
)
def blank_seriousness(tables: Tables) -> Iterator[Hits]:
    """AESER is Y or N in most rows and blank in others."""
    blank = tables.text("adae.AESER").codes < 0
    no = tables.where("adae.AESER", lambda said: said.upper() == "N")
    if blank.any() and no.any():
        yield Hits(np.flatnonzero(blank), tables.said_of("adae.AESER"))


@rule(
    "severity or relation blank in many rows",
    "warning",
    "adae.AESEV",
    expected="a word for every event, where most have one",
    do="fill it in: a blank counts as no severity, and as not related",
    needs=["adae.USUBJID"],
)
def blank_words(tables: Tables) -> Iterator[Hits]:
    """AESEV or AEREL has words in most rows and is blank in one of twenty or more."""
    for name in ("adae.AESEV", "adae.AEREL"):
        if tables.has(name):
            blank = tables.text(name).codes < 0
            if blank.any() and 0.05 <= blank.mean() < 0.5:
                yield Hits(np.flatnonzero(blank), tables.said_of(name), at=name)


@rule(
    "identifier as a spreadsheet writes a large number",
    "error",
    "adsl.USUBJID",
    expected="the identifier, digit by digit",
    do="export the table again with the column as text: digits were lost, and subjects may have become one",
    needs=["adsl.USUBJID"],
)
def scientific(tables: Tables) -> Iterator[Hits]:
    """USUBJID looks like 1.23E+11: a spreadsheet took it for a number and rounded it."""
    yield from identifiers(tables, SCIENTIFIC)


@rule(
    "text that a spreadsheet made a date of",
    "warning",
    "adsl.USUBJID",
    expected="the text as it was entered (1-3, 01-02)",
    do="export the table again with this column as text: a spreadsheet took its cells for dates",
    needs=["adsl.USUBJID"],
)
def made_a_date(tables: Tables) -> Iterator[Hits]:
    """An identifier, treatment, term, severity or visit reads "03-Jan" or "Jan-03"."""
    yield from identifiers(tables, SPREADSHEET)
    for name in WORDS:
        if tables.has(name):
            rows = np.flatnonzero(tables.where(name, SPREADSHEET.fullmatch))
            yield Hits(rows, tables.said_of(name), at=name)
