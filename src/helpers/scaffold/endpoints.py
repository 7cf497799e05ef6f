"""The table of times in, its endpoints with their polarity and unit out; it changes no code.

Whether an event is good (response) or bad (failure) is told by the words of PARAM and of the
events; the unit by AVALU or PARAM, else by the length of observation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from helpers.cells import numbers, text
from helpers.config_check import carried, is_carried
from helpers.conformance.units import DAYS, named_unit, parse_time
from helpers.conformance.wording import polarity
from helpers.ingest.outcomes import ABOUT_DEATH, names_death
from helpers.scaffold.draft import Draft, bare_key

UNITS = ("day", "week", "month")
LENGTHS = {unit: DAYS[unit] for unit in UNITS}
AGREE = 0.9  # share of the times that have to agree with their dates
MOST = 8  # texts that a line can hold
ROUNDED = 0.05  # of a unit: times are often stored with one decimal


@dataclass(frozen=True)
class EndpointGuess:
    """One PARAMCD of adtte; `event` is "response", "failure" or None, `unit` may be None.

    `competing`: descriptions of deaths beside censored times, of an event that is no death.
    """

    code: str
    role: str
    label: str
    event: str | None
    event_why: str
    unit: str | None
    unit_why: str
    competing: tuple[str, ...] = ()


def guess_endpoints(adtte: pd.DataFrame, observed_days: float | None = None) -> list[EndpointGuess]:
    """One guess a PARAMCD; `observed_days` is the longest time a subject was seen, if known."""
    codes = text(adtte["PARAMCD"])
    found: list[EndpointGuess] = []
    for code in [c for c in codes.unique() if c and is_carried(c)]:
        found.append(_endpoint(code, adtte[codes == code], observed_days, [g.role for g in found]))
    return found


def _endpoint(code, rows: pd.DataFrame, observed_days, taken) -> EndpointGuess:
    name = next((word for word in _words(rows, "PARAM") if word), code)
    event, event_why = _event(code, name, rows)
    unit, unit_why = _unit(name, rows, observed_days)
    role = bare_key(code)
    while role in taken:
        role += "_2"
    label = re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*$", "", name)
    label = carried(label) or code
    competing = _competing(f"{code} {name}", rows)
    return EndpointGuess(code, role, label, event, event_why, unit, unit_why, competing)


def _competing(about: str, rows: pd.DataFrame) -> tuple[str, ...]:
    """Texts of EVNTDESC that say of censored times alone that the patient died; none too many."""
    if ABOUT_DEATH.search(about) or not {"EVNTDESC", "CNSR"} <= set(rows.columns):
        return ()
    seen = numbers(rows["CNSR"]) == 0
    events = set(text(rows["EVNTDESC"])[seen])
    dead = [word for word in text(rows["EVNTDESC"])[~seen].unique()
            if names_death(word) and word not in events and is_carried(word)]  # fmt: skip
    return tuple(dead) if len(dead) <= MOST else ()


def _words(rows: pd.DataFrame, column: str) -> list[str]:
    return list(text(rows[column]).unique()) if column in rows else []


def _event(code: str, name: str, rows: pd.DataFrame) -> tuple[str | None, str]:
    by_name = polarity(f"{code} {name}")
    if by_name:
        return by_name, "the words of PARAM"
    if "EVNTDESC" in rows and "CNSR" in rows:
        events = rows[numbers(rows["CNSR"]) == 0]
        found = {polarity(word) for word in _words(events, "EVNTDESC") if word} - {None}
        if len(found) == 1:
            return found.pop(), "the words of EVNTDESC where CNSR is 0"
    return (
        None,
        "event: neither PARAM nor EVNTDESC says whether it is good (response) or bad (failure)",
    )


def _unit(name: str, rows: pd.DataFrame, observed_days) -> tuple[str | None, str]:
    for column, words in (("AVALU", _words(rows, "AVALU")), ("PARAM", [named_unit(name)])):
        for word in words:
            if parse_time(word) in UNITS:
                return parse_time(word), column
    if all(column in rows for column in ("STARTDT", "ADT")):
        dates = (pd.to_datetime(rows[c], errors="coerce") for c in ("STARTDT", "ADT"))
        start, end = dates
        days = (end - start).dt.days
        values = numbers(rows["AVAL"])
        near = [u for u, length in LENGTHS.items()
                if ((values * length - days).abs() <= 1 + length * ROUNDED).mean() > AGREE]  # fmt: skip
        if len(near) == 1:
            return near[0], "AVAL beside the days from STARTDT to ADT"
    said = re.match(r"(?:time|number of)?\s*(?:in\s+)?(day|week|month)s?\b", name, re.I)
    if said:
        return said[1].lower(), "PARAM"
    longest = numbers(rows["AVAL"]).max()
    if observed_days and longest > 0:
        near = [u for u, days in LENGTHS.items() if 0.75 <= longest * days / observed_days <= 1.3]
        if len(near) == 1:
            return near[
                0
            ], f"the longest time, {longest:g}, beside {observed_days:g} days of observation"
    return None, "unit: no AVALU, and PARAM names no unit of time"


def put_endpoints(draft: Draft, found: list[EndpointGuess]) -> None:
    """The [endpoints.ROLE] blocks."""
    for guess in found:
        draft.start(f"[endpoints.{guess.role}]")
        draft.put("paramcd", guess.code, "a PARAMCD of adtte")
        draft.put("label", guess.label, "PARAM, as the book prints it")
        if guess.unit:
            draft.put("unit", guess.unit, guess.unit_why)
        else:
            draft.leave_out(f"{guess.unit_why}; without a line it counts days")
        if guess.event:
            draft.put("event", guess.event, guess.event_why)
        else:
            draft.leave_out(f"{guess.event_why}; without a line it is a failure")
        if guess.competing:
            why = "EVNTDESC of times that are no event; [] if these patients count as censored"
            draft.put("competing", list(guess.competing), why)
