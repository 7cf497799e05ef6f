"""Tables in, days and durations of subjects that cannot be, or hardly, out; none is corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.conformance.calendar import read_dates
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import DAYS
from helpers.conformance.view import Tables

MONTH = np.timedelta64(31, "D")
YEAR = 366
OF_WOMEN = re.compile(
    r"\bpregnan|\bovar(?:y|ian)\b|\buter(?:us|ine)\b|\bvagin|\bcervical (?:dys|cancer)|menstru"
    r"|menorrh|menopaus|endometr", re.I
)  # fmt: skip
OF_MEN = re.compile(r"\bprostat|\btestic|\btestis\b|\bscrot|\bpenile\b|\bpenis\b|erectile", re.I)

UNITS = {"weeks": 7.0, "months": DAYS["month"], "years": DAYS["year"]}
# of two durations; subjects of either unit; share of the dated
SAME, SOME, MOST = np.log(1.1), 5, 0.9
EVENTS, TERMS = 20, 3  # events with an end, and their terms, of which a length in common is odd


@rule(
    "observation of no day",
    "warning",
    "adsl.TRTDURD",
    expected="days from the start to the end, blank where not known",
    do="leave TRTDURD blank where it is not known: as 0 the subject adds no time to a rate",
    needs=["adsl.USUBJID", "adsl.TRTDURD"],
)
def no_day(tables: Tables) -> Iterator[Hits]:
    """TRTDURD is 0 while others' are not; the first day itself counts as 1."""
    days = tables.number("adsl.TRTDURD")
    rows = np.flatnonzero(days == 0)
    if len(rows) and (days > 0).any():
        yield Hits(rows, lambda row: tables.said("adsl.TRTDURD", row))


@rule(
    "durations in two units",
    "warning",
    "adsl.TRTDURD",
    expected="days, as of the other subjects",
    do="convert these to days: each counts in every rate with a part of its time",
    needs=["adsl.USUBJID", "adsl.TRTDURD"],
)
def two_units(tables: Tables) -> Iterator[Hits]:
    """TRTDURD of some subjects is their days in weeks (months, years), and that of others is their days.

    Five of each or more. Days are TRTSDT to TRTEDT; without these the last of visits, onsets and times, and
    then half of all durations that end before it are so, and none is shorter still.
    """
    durations, said = tables.number("adsl.TRTDURD"), tables.said_of("adsl.TRTDURD")
    for days, dated in _days(tables):
        ratio = days / np.where(durations > 0, durations, np.nan)
        right, known, late = np.abs(np.log(ratio)) < SAME, np.isfinite(ratio), ratio > 1.5
        for unit, length in UNITS.items():
            near = np.abs(np.log(ratio / length)) < SAME
            plain = (near | right).sum() >= MOST * known.sum()
            sole = 2 * near.sum() >= late.sum() and not (ratio > 1.2 * length).any()
            if min(near.sum(), right.sum()) >= SOME and (plain if dated else sole):
                yield Hits(np.flatnonzero(near), lambda row, unit=unit, days=days: (
                    f"{said(row)}, as if in {unit}: {days[row]:g} days"))  # fmt: skip
                return


def _days(tables: Tables) -> Iterator[tuple[np.ndarray, bool]]:
    """Days of each row of adsl, and whether they are those of its dates or the last that is known."""
    if tables.has("adsl.TRTSDT", "adsl.TRTEDT"):
        start, end = (read_dates(tables.frames["adsl"][c]) for c in ("TRTSDT", "TRTEDT"))
        exact = (start.first == start.last) & (end.first == end.last)
        length = (end.first - start.first) / np.timedelta64(1, "D") + 1
        yield np.where(exact & (length > 0), length, np.nan), True
    last = tables.seen
    if tables.has("adlb.AVISITN", "adlb.USUBJID", "adlb.AVAL"):
        made_up = tables.has("adlb.DTYPE") and tables.text("adlb.DTYPE").codes >= 0
        visits = np.where(
            tables.scheduled & ~np.asarray(made_up), tables.number("adlb.AVISITN"), np.nan
        )
        of_unit = DAYS[tables.config.visits.unit]
        last = np.fmax(last, tables.largest(tables.subject("adlb"), visits * of_unit))
    yield np.append(last, np.nan)[tables.subject("adsl")], False


@rule(
    "randomised after the treatment",
    "warning",
    "adsl.RANDDT",
    expected="a day before the treatment, or that of its start",
    do="correct RANDDT or TRTSDT",
    needs=["adsl.USUBJID", "adsl.RANDDT", "adsl.TRTSDT"],
)
def randomised_late(tables: Tables) -> Iterator[Hits]:
    """RANDDT lies more than a month after TRTSDT, even if partial dates are read generously."""
    frame = tables.frames["adsl"]
    late = read_dates(frame["RANDDT"]).first - read_dates(frame["TRTSDT"]).last > MONTH
    rows = np.flatnonzero(late)
    said = tables.said
    yield Hits(rows, lambda row: f"{said('adsl.RANDDT', row)}, treated {said('adsl.TRTSDT', row)}")


@rule(
    "event that ends long after the follow-up",
    "warning",
    "adae.AENDY",
    expected="a day of the follow-up",
    do="check the digits of AENDY, or the year of the date that it was made of",
    needs=["adsl.USUBJID", "adsl.TRTDURD", "adae.USUBJID", "adae.AENDY"],
)
def ends_late(tables: Tables) -> Iterator[Hits]:
    """AENDY lies more than a year after the longest observation of all subjects.

    In fewer than a tenth of the rows: where it is more, TRTDURD is in another unit.
    """
    longest = np.nanmax(np.append(tables.number("adsl.TRTDURD"), -np.inf))
    if longest > 0:
        ends = tables.number("adae.AENDY")
        rows = np.flatnonzero(ends > longest + YEAR)
        if 0 < len(rows) < len(ends) / 10:
            yield Hits(rows, lambda row: f"day {tables.said('adae.AENDY', row)}")


@rule(
    "event of the other sex",
    "warning",
    "adae.AEDECOD",
    expected="an event that this subject can have",
    do="check whose event it is, and SEX in adsl",
    needs=["adsl.USUBJID", "adsl.SEX", "adae.USUBJID", "adae.AEDECOD"],
)
def other_sex(tables: Tables) -> Iterator[Hits]:
    """A term of pregnancy, womb or ovary in a man, or of prostate or testis in a woman, by SEX.

    A partner's pregnancy is the man's event and is passed over.
    """
    of_subject, sexes = tables.of_subjects("adsl.SEX")
    sex = np.append(np.asarray(sexes, dtype=object), "")[of_subject[tables.subject("adae")]]
    hit = np.zeros(len(sex), dtype=bool)
    for whose, pattern in (("M", OF_WOMEN), ("F", OF_MEN)):
        odd = tables.where(
            "adae.AEDECOD", lambda t, p=pattern: p.search(t) and "partner" not in t.lower()
        )
        hit |= odd & (sex == whose)
    found = np.flatnonzero(hit)
    yield Hits(found, lambda row: f"{tables.said('adae.AEDECOD', row)}, SEX {sex[row]}")


@rule(
    "events that all last the same",
    "note",
    "adae.AENDY",
    expected="ends at various distances from the onset",
    do="find out whether AENDY was filled in from ASTDY; how long events lasted is then not known",
    needs=["adae.AEDECOD", "adae.ASTDY", "adae.AENDY"],
)
def one_length(tables: Tables) -> Iterator[Hits]:
    """Twenty events or more, of three terms, end as many days after their onset, all of them."""
    length = tables.number("adae.AENDY") - tables.number("adae.ASTDY")
    known = ~np.isnan(length)
    terms = np.unique(tables.text("adae.AEDECOD").codes[known])
    if known.sum() >= EVENTS and len(terms) >= TERMS and len(np.unique(length[known])) == 1:
        yield Hits(None, f"AENDY = ASTDY + {length[known][0]:g} in all {known.sum():,} events")
