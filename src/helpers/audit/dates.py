"""Months that a report and a record print go in; whether they fit, by each reading of them, comes out.

Two dates beside a trial may be the months of the whole trial or of enrolment alone. Each reading is
one check of the same part; what is held against it are the follow-up and the months of other sources.
Durations are read as ranges of days: a month has 28 to 31, so that nothing hangs on the calendar.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from helpers.audit.findings import Check
from helpers.audit.model import Result

NAME = "calendar"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = re.compile(
    r"\b(january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.?\s+((?:19|20)\d\d)\b",
    re.IGNORECASE,
)
LONG = {"day": (1.0, 1.0), "week": (7.0, 7.0), "month": (28.0, 31.0), "year": (365.0, 366.0)}
DURATION = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(day|week|month|year)s?\b", re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """From the first to the last month, both included, counted from year 0."""

    first: int
    last: int

    @property
    def days(self) -> float:
        """The most days that these months hold."""
        return 31.0 * (self.last - self.first + 1)

    def within(self, other: Span) -> bool:
        """Whether no month lies outside the other's."""
        return other.first <= self.first and self.last <= other.last


def months(text: str) -> Span | None:
    """Return the two months of a text such as "May 2013 to March 2016"; None for any other."""
    found = [12 * int(year) + MONTHS.index(name[:3].lower()) for name, year in MONTH.findall(text)]
    return Span(*found) if len(found) == 2 and found[0] <= found[1] else None


def duration(text: str) -> tuple[float, float] | None:
    """Return the least and the most days of the first duration in a text; None where there is none.

    Twelve months and more are whole years: 12 months are 365 or 366 days.
    """
    found = DURATION.search(text)
    if found is None:
        return None
    number, (low, high) = float(found[1]), LONG[found[2].lower()]
    if found[2].lower() == "month" and number % 12 == 0:
        number, (low, high) = number / 12, LONG["year"]
    return number * low, number * high


def check_dates(fact: Result, others: Iterable[Result], follow_up: str) -> list[Check]:
    """Return one check a reading of a fact that prints two months; none for another fact."""
    here = months(fact.printed)
    if here is None:
        return []
    records = [(o, months(o.printed)) for o in others]
    records = [(o, span) for o, span in records if span is not None]
    found = [_check(fact, "months of the whole trial", *_whole(here, records, follow_up))]
    if duration(follow_up) and records:
        found.append(
            _check(fact, "months of enrolment alone", *_enrolment(here, records, follow_up))
        )
    return found


def _check(fact: Result, reading: str, verdict: str, why: str) -> Check:
    asks = f"Are the dates “{fact.printed}” those of enrolment or of the whole trial?"
    power = "any months with room for the follow-up, inside those of the other source, would have passed"
    return Check(fact.id, NAME, verdict, (reading,), {}, "calendar", why, "fact", asks, power)


def _whole(here: Span, records, follow_up: str) -> tuple[str, str]:
    """First entry to last visit: long enough for the follow-up, and inside what others print."""
    parts, sound = [], True
    length = duration(follow_up)
    if length:
        fits = here.days >= length[0]
        sound &= fits
        total = here.last - here.first + 1
        parts.append(
            f"{total} months, the first and the last counted, "
            f"{'leave' if fits else 'leave no'} room for {follow_up} of follow-up"
        )
    for other, span in records:
        inside = here.within(span) or span.within(here)
        sound &= inside
        alike = "the same as" if span == here else "inside" if here.within(span) else (
            "around" if inside else "not inside")  # fmt: skip
        parts.append(f"{alike} {other.printed} ({other.source or other.id})")
    if not parts:
        return "not checkable", "printed once, nothing to hold it against"
    return "compatible" if sound else "questioned", "; ".join(parts)


def _enrolment(here: Span, records, follow_up: str) -> tuple[str, str]:
    """Enrolment alone: the follow-up of the last patient must end by the end that others print."""
    early = [o for o, span in records if here.first < span.first]
    if early:
        starts = "; ".join(f"{o.printed} ({o.source or o.id})" for o in early)
        return "questioned", f"the first month lies before {starts}"
    late = [o for o, span in records if 31.0 * (span.last - here.last + 1) < duration(follow_up)[0]]
    if late:
        ends = "; ".join(f"{o.printed} ({o.source or o.id})" for o in late)
        return "questioned", f"{follow_up} after the last month would end later than {ends}"
    return "compatible", f"{follow_up} after the last month end within what the others print"
