"""Times to a response in, those that the values of adlb deny out; no response is derived anew.

An endpoint is such a one where its words name a parameter and a change in per cent ("CD4 count 30%
above baseline"), its events stand at visits, and the values explain most of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.times import TIMES, words_about
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

EVENTS, HABIT, NEARLY, FEW = 8, 0.8, 0.9, 0.2  # events; shares explained; share of exceptions
SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%|per ?cent)", re.I)
UP = re.compile(r"above|increas|rise|rose|gain|higher|more than baseline", re.I)
DOWN = re.compile(r"below|declin|decreas|fall|fell|reduc|drop|lower", re.I)
OTHER = re.compile(
    r"death|died|aids|or (?:an?|any|new) ", re.I
)  # a composite is more than its values
NEEDS = ["adsl.USUBJID", *TIMES, *LAB]


@dataclass(frozen=True)
class Crossed:
    """An endpoint of a change: its rows of adtte, and where its subjects' values cross the threshold.

    `crosses` has a row a subject, a column a visit after the baseline; `first` and `confirmed` are the
    first visit across, and the first that the next value (or none) does not deny; NaN for never.
    """

    code: str
    events: np.ndarray
    censored: np.ndarray
    crosses: pd.DataFrame
    first: np.ndarray
    confirmed: np.ndarray


def _text(tables: Tables, endpoint, rows: np.ndarray, event: np.ndarray) -> str:
    """What the events of an endpoint are called: by EVNTDESC, its label and PARAM."""
    about = words_about(tables, endpoint, rows)
    if tables.has("adtte.EVNTDESC") and event.any():
        said = tables.text("adtte.EVNTDESC")[rows[event]].dropna().unique()
        about = f"{said[0]} {about}" if len(said) == 1 else about
    return about


def _named(tables: Tables, text: str) -> int | None:
    """The parameter (its position) whose code the text holds, the longest of several."""
    words = text.casefold()
    found = [(len(p.paramcd), i) for i, p in enumerate(tables.parameters)
             if p.paramcd and re.search(rf"\b{re.escape(p.paramcd.casefold())}\b", words)]  # fmt: skip
    return max(found)[1] if found else None


def _across(tables: Tables, parameter: int, share: float) -> pd.DataFrame:
    """1 where the value of a subject (row) at a visit (column) is across, 0 where not, NaN where none."""
    lab = tables.planned[tables.planned["PARAMETER"] == parameter]
    lab = lab[lab["VISIT"] > tables.config.visits.baseline]
    lab = lab.drop_duplicates(["SUBJECT", "VISIT"])
    change = lab["AVAL"] / tables.baseline[lab["KEY"]] - 1
    across = (change >= share - 1e-9) if share > 0 else (change <= share + 1e-9)
    lab = lab.assign(ACROSS=across.astype(float).where(change.notna()))
    wide = lab.pivot(index="SUBJECT", columns="VISIT", values="ACROSS")
    return wide.reindex(range(len(tables.subjects)))


def _first(across: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """The first visit of each row that is across; NaN for never."""
    yes = across == 1
    return np.where(yes.any(axis=1), visits[yes.argmax(axis=1)], np.nan)


def _crossed(tables: Tables) -> Iterator[Crossed]:
    """The endpoints in the unit of the visits that are a change in per cent of one parameter."""
    for endpoint, rows, event in tables.endpoints:
        text = _text(tables, endpoint, rows, event)
        share, parameter = SHARE.search(text), _named(tables, text)
        up, down = bool(UP.search(text)), bool(DOWN.search(text))
        if not share or parameter is None or up == down or OTHER.search(text):
            continue
        if endpoint.unit != tables.config.visits.unit:
            continue
        wide = _across(tables, parameter, float(share[1]) / 100 * (1 if up else -1))
        known = wide.notna().any(axis=1).to_numpy()
        subject = tables.subject("adtte")
        events, censored = (r[(subject[r] >= 0) & np.append(known, False)[subject[r]]]
                            for r in (rows[event], rows[~event]))  # fmt: skip
        if len(events) < EVENTS:
            continue
        visits, later = wide.columns.to_numpy(), wide.bfill(axis=1).shift(-1, axis=1)
        firm = wide.where(~((wide == 1) & (later == 0)), 0)
        yield Crossed(endpoint.paramcd, events, censored, wide, _first(wide.to_numpy(), visits),
                      _first(firm.to_numpy(), visits))  # fmt: skip


def _explained(tables: Tables, crossed: Crossed) -> np.ndarray:
    """Which events are where the endpoint has them: at the first visit across, the confirmed, or the next.

    Of the three that which explains most, if it is nearly all; else each event may be at any of them.
    """
    subject = tables.subject("adtte")[crossed.events]
    time = tables.number("adtte.AVAL")[crossed.events]
    after = _next_value(crossed)
    ways = [time == crossed.first[subject], time == crossed.confirmed[subject],
            (time == after[subject]) & _is_across(crossed, subject, time)]  # fmt: skip
    best = max(ways, key=np.mean)
    return best if best.mean() >= NEARLY else np.any(ways, axis=0)


def _moved(crossed: Crossed, visit: np.ndarray, by: int) -> np.ndarray:
    """The visit so many places later (the last stays the last); NaN stays NaN."""
    visits = crossed.crosses.columns.to_numpy()
    place = np.clip(np.searchsorted(visits, visit) + by, 0, len(visits) - 1)
    return np.where(np.isnan(visit), np.nan, visits[place])


def _next_value(crossed: Crossed) -> np.ndarray:
    """The visit of the next value after the confirmed one; NaN where there is none."""
    visits = crossed.crosses.columns.to_numpy()
    later = crossed.crosses.notna().to_numpy() & (visits > crossed.confirmed[:, None])
    return _first(later.astype(float), visits)


def _is(
    crossed: Crossed, wanted: pd.DataFrame, subject: np.ndarray, time: np.ndarray
) -> np.ndarray:
    """What `wanted` has (as `crosses`, true or false) of these subjects at these visits; False between."""
    visits = crossed.crosses.columns.to_numpy()
    place = np.minimum(np.searchsorted(visits, time), len(visits) - 1)
    return (visits[place] == time) & wanted.to_numpy()[subject, place]


def _is_across(crossed: Crossed, subject: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Whether the value of these subjects at these visits is across; False where there is none."""
    return _is(crossed, crossed.crosses == 1, subject, time)


@rule(
    "responses a visit late or early",
    "warning",
    "adtte.AVAL",
    expected="the visit at which the values of adlb first show the response",
    do="find out whether all times of the endpoint were moved by a visit; nothing if the endpoint counts "
    "so",
    needs=NEEDS,
)
def moved(tables: Tables) -> Iterator[Hits]:
    """Four in five events of a change are just a visit after, or before, the first value that shows it.

    And hardly any at that visit; not where every value at the event confirms the one before.
    """
    for crossed in _crossed(tables):
        subject = tables.subject("adtte")[crossed.events]
        time = tables.number("adtte.AVAL")[crossed.events]
        if _explained(tables, crossed).mean() >= HABIT:
            continue
        for by, word in ((1, "after"), (-1, "before")):
            there = time == _moved(crossed, crossed.first, by)[subject]
            denied = there & ~_is_across(crossed, subject, time)
            if there.mean() >= HABIT and denied.any():
                found = f"{there.sum()} of {len(there)} events of {crossed.code} a visit {word}"
                yield Hits(crossed.events[:1], found)


@rule(
    "response that the values deny",
    "warning",
    "adtte.AVAL",
    expected="an event at the visit at which the values of adlb show it, as of most subjects",
    do="find out which table is right: a time, a value or an identifier was changed in one of the two",
    needs=NEEDS,
)
def denied(tables: Tables) -> Iterator[Hits]:
    """An event of a change is at another visit than the first value that shows it, or that confirms it.

    Where its own visit has a value. Or a time is censored after values that show the response and are
    not denied by the next. Where the values explain four in five events, and few censored times are such.
    """
    for crossed in _crossed(tables):
        explained = _explained(tables, crossed)
        if explained.mean() < HABIT:
            continue
        time, subject = tables.number("adtte.AVAL"), tables.subject("adtte")
        had = crossed.censored[
            crossed.confirmed[subject[crossed.censored]] <= time[crossed.censored]
        ]
        event = subject[crossed.events], time[crossed.events]
        lost = _is(crossed, crossed.crosses.isna(), *event)  # it may have rested on this value
        bad = crossed.events[~explained & ~lost]
        if len(had) <= FEW * len(crossed.events):
            bad = np.sort(np.append(bad, had))
        first = dict(zip(bad.tolist(), crossed.first[subject[bad]].tolist(), strict=True))
        yield Hits(bad, lambda row, first=first: (
            f"{tables.said_of('adtte.AVAL')(row)}, CNSR {tables.said('adtte.CNSR', row)}; "
            + (f"first shown at {first[row]:g}" if first[row] == first[row] else "never shown")))  # fmt: skip
