"""A text or SAS numbers in, the full calendar dates in them out; a year or month alone is no date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator

SAS_EPOCH = dt.date(1960, 1, 1)
YEAR = r"((?:19|20)\d\d)"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = "(" + "|".join(MONTHS) + ")[a-z]*"
DAY_FIRST = re.compile(rf"(?<!\d)(\d{{1,2}})([./-])(\d{{1,2}})\2{YEAR}(?!\d)")
NAMED = re.compile(rf"(?<!\d)(\d{{1,2}})[ .-]*{MONTH}[ .,-]*{YEAR}(?!\d)")
NAMED_FIRST = re.compile(rf"(?<![a-z]){MONTH}[ .]+(\d{{1,2}})[ ,]+{YEAR}(?!\d)")
COMPACT = re.compile(rf"(?<![\w.]){YEAR}([01]\d)([0-3]\d)(?:t\d{{4,6}})?(?![\w.])")
ISO = re.compile(rf"(?<!\d){YEAR}-(\d\d)-(\d\d)(?!\d)")


def dates_in(text: str) -> set[dt.date]:
    """The full dates of a text, however they are written (both readings of 3/4/2015)."""
    text = text.lower()
    parts = [*ISO.findall(text), *COMPACT.findall(text)]
    for day, _, month, year in DAY_FIRST.findall(text):
        parts += [(year, month, day), (year, day, month)]
    parts += [(y, MONTHS.index(m) + 1, d) for d, m, y in NAMED.findall(text)]
    parts += [(y, MONTHS.index(m) + 1, d) for m, d, y in NAMED_FIRST.findall(text)]
    return {date for part in parts for date in _made(*part)}


def sas_dates(numbers: Iterable[float], *, seconds: bool) -> Iterator[dt.date]:
    """The dates of SAS day counts (or `seconds` counts) from 1960; those of no living person's time
    (before 1891, after 2069) are left out, as are missing values.
    """
    for number in numbers:
        days = float(number) / 86400 if seconds else float(number)
        if -25000 < days < 40000:
            yield SAS_EPOCH + dt.timedelta(days=int(days // 1))


def _made(year: str, month: object, day: object) -> list[dt.date]:
    try:
        return [dt.date(int(year), int(month), int(day))]
    except ValueError:
        return []
