"""Tables in, times to event and censoring codes that contradict what stands beside them out.

ADaM's CNSR is 0 for an event. Turned round, every curve is the curve of the wrong thing and no
estimator notices; so the descriptions of the data (EVNTDESC, CNSDTDSC) are read.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.config import Endpoint
from helpers.conformance.ending_words import meaning_of
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import DAYS, named_unit, nearest_time, parse_time
from helpers.conformance.view import Tables
from helpers.ingest.outcomes import outcomes

TIMES = ["adsl.USUBJID", "adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"]


def words_about(tables: Tables, endpoint: Endpoint, rows: np.ndarray) -> str:
    """The words that name an endpoint: its label and what PARAM says of it."""
    texts = [endpoint.label]
    if tables.has("adtte.PARAM"):
        texts += tables.text("adtte.PARAM")[rows[:1]].dropna().astype(str).tolist()
    return " ".join(texts)


def _described(tables: Tables, endpoint: Endpoint, rows: np.ndarray, event: np.ndarray):
    """Rows whose EVNTDESC says the opposite of CNSR, and how many rows say anything at all.

    A description that stands beside events and censored times alike describes the endpoint, not
    what happened, when it is the only one; it then says nothing.
    """
    if not tables.has("adtte.EVNTDESC"):
        return rows[:0], 0
    texts = tables.text("adtte.EVNTDESC")
    code = texts.codes[rows]
    if len(np.unique(code[code >= 0])) < 2 and (code >= 0).all():
        return rows[:0], 0
    about = words_about(tables, endpoint, rows)
    meaning = np.array([*(meaning_of(str(text), about) for text in texts.categories), ""])[code]
    ended = outcomes(tables.frames["adtte"].iloc[rows], {endpoint.role: endpoint})
    meaning[ended["COMPETING"].to_numpy()] = ""
    against = ((meaning == "event") & ~event) | ((meaning == "censored") & event)
    return rows[against], int((meaning != "").sum())


@rule(
    "CNSR is turned round",
    "error",
    "adtte.CNSR",
    expected="0 for an event, 1 or more for a censored time",
    do="recode CNSR as 1 - CNSR if it is an event flag; see EVNTDESC and CNSDTDSC",
    needs=TIMES,
)
def turned_round(tables: Tables) -> Iterator[Hits]:
    """For most subjects the description says the opposite of CNSR: it seems to be an event flag."""
    for endpoint, rows, event in tables.endpoints:
        against, known = _described(tables, endpoint, rows, event)
        if len(against) and 2 * len(against) > known:
            said = f"CNSR {tables.said('adtte.CNSR', against[0])} beside "
            said += tables.said("adtte.EVNTDESC", against[0])
            found = f"{said}; {len(against):,} of {known:,} rows of {endpoint.paramcd} like it"
            yield Hits(against[:1], found)
        elif _reasons_at_events(tables, rows, event):
            found = (
                f"CNSDTDSC is filled in where CNSR is 0 and blank elsewhere ({endpoint.paramcd})"
            )
            yield Hits(None, found)


def _reasons_at_events(tables: Tables, rows: np.ndarray, event: np.ndarray) -> bool:
    """Whether reasons for censoring stand mostly beside events and mostly not beside the others."""
    if not tables.has("adtte.CNSDTDSC") or event.all() or not event.any():
        return False
    given = tables.text("adtte.CNSDTDSC").codes[rows] >= 0
    return bool(given[event].mean() > 0.5 and given[~event].mean() < 0.5)


@rule(
    "CNSR against its description",
    "warning",
    "adtte.CNSR",
    expected="0 beside an event, 1 or more beside a censored time",
    do="find out which of the two is right and correct the other; CNSR is used",
    needs=[*TIMES, "adtte.EVNTDESC"],
)
def contradicted(tables: Tables) -> Iterator[Hits]:
    """The description of single subjects says the opposite of their CNSR, as read from its words.

    Also a description that nearly always stands beside one kind of CNSR, and here beside the other.
    """
    for endpoint, rows, event in tables.endpoints:
        against, known = _described(tables, endpoint, rows, event)
        if 2 * len(against) > known:
            continue  # turned round as a whole
        against = np.union1d(against, _unusual(tables, rows, event))
        if len(against):
            yield Hits(
                against,
                lambda row: (
                    f"{tables.said('adtte.CNSR', row)} beside {tables.said('adtte.EVNTDESC', row)}"
                ),
            )


def _unusual(tables: Tables, rows: np.ndarray, event: np.ndarray) -> np.ndarray:
    texts = tables.text("adtte.EVNTDESC")
    code = texts.codes[rows] + 1
    total = np.bincount(code, minlength=len(texts.categories) + 1)
    events = np.bincount(code, weights=event, minlength=len(total))
    if (total[1:] > 0).sum() < 2:
        return rows[:0]
    share = events[code] / total[code]
    rare = (event & (share < 0.1)) | (~event & (share > 0.9))
    return rows[rare & (code > 0)]


@rule(
    "no event at all",
    "warning",
    "adtte.CNSR",
    expected="0 in the rows of those who had the event",
    do="check that CNSR is 0 for an event; if really nobody had it, the curves are flat",
    needs=TIMES,
)
def all_censored(tables: Tables) -> Iterator[Hits]:
    """Every time of an endpoint is censored."""
    for endpoint, rows, event in tables.endpoints:
        if not event.any():
            yield Hits(None, f"{len(rows):,} rows of {endpoint.paramcd}, all censored")


@rule(
    "nobody censored",
    "warning",
    "adtte.CNSR",
    expected="1 or more in the rows of those who did not have the event",
    do="check that CNSR is no event flag and no constant; nothing to do if all had the event",
    needs=TIMES,
)
def all_events(tables: Tables) -> Iterator[Hits]:
    """Every time of an endpoint ends with the event."""
    for endpoint, rows, event in tables.endpoints:
        if event.all() and len(rows) > 1:
            yield Hits(None, f"{len(rows):,} rows of {endpoint.paramcd}, all events")


@rule(
    "time in another unit than study.toml",
    "error",
    "adtte.AVAL",
    expected="AVAL in the unit of the endpoint",
    do="correct unit in the [endpoints] block, or convert AVAL",
    needs=TIMES,
)
def time_unit(tables: Tables) -> Iterator[Hits]:
    """AVALU, or PARAM in brackets, names another unit of time than the endpoint has in study.toml."""
    for endpoint, rows, _ in tables.endpoints:
        for column in ("AVALU", "PARAM"):
            if not tables.has(f"adtte.{column}"):
                continue
            texts = tables.text(f"adtte.{column}")[rows].dropna().unique().astype(str)
            for text in texts:
                unit = parse_time(text if column == "AVALU" else named_unit(text))
                if unit and unit != endpoint.unit:
                    expected = f"{endpoint.unit!r}, the unit of endpoints.{endpoint.role}"
                    yield Hits(rows[:1], repr(str(text)), expected=expected, at=f"adtte.{column}")


@rule(
    "times look like another unit",
    "warning",
    "adtte.AVAL",
    expected="censored times near the last study day of the subject",
    do="correct unit in the [endpoints] block, or convert AVAL",
    needs=TIMES,
)
def time_size(tables: Tables) -> Iterator[Hits]:
    """Censored times differ from the days under observation by just the factor of two units.

    Compared with the last day that adsl (TRTDURD), adlb (ADY) and adae (ASTDY) know of a subject.
    """
    observed = tables.observed
    for endpoint, rows, event in tables.endpoints:
        subject = tables.subject("adtte")[rows]
        use = ~event & (subject >= 0)
        ratio = observed[subject[use]] / tables.number("adtte.AVAL")[rows[use]]
        ratio = ratio[np.isfinite(ratio)]
        if len(ratio) < 5:
            continue
        unit = nearest_time(float(np.median(ratio)), within=0.1)
        spread = np.percentile(ratio, 75) / np.percentile(ratio, 25)
        if unit and unit != endpoint.unit and spread < 1.5:
            expected = f"{endpoint.unit}s, the unit of endpoints.{endpoint.role}"
            found = f"last study day / AVAL = {np.median(ratio):.1f} (median), as if in {unit}s"
            yield Hits(None, found, expected=expected)


@rule(
    "time far beyond the observation",
    "warning",
    "adtte.AVAL",
    expected="a time within the follow-up of the study",
    do="correct AVAL, or its unit",
    needs=TIMES,
)
def too_long(tables: Tables) -> Iterator[Hits]:
    """A few times of an endpoint are three times as long as the next one, and a year longer.

    At most one in twenty; where the times lead up to them, patients were watched that long.
    """
    for endpoint, rows, _ in tables.endpoints:
        values = tables.number("adtte.AVAL")[rows]
        if len(rows) < 10:
            continue
        order = np.argsort(values, kind="stable")
        few = order[-max(1, len(rows) // 20) - 1 :]  # the one before may be the last that is right
        below, above = values[few[:-1]], values[few[1:]]
        year = DAYS["year"] / DAYS[endpoint.unit]
        jumps = np.flatnonzero((above > 3 * below) & (above > below + year))
        if len(jumps):
            bad = np.sort(rows[few[jumps[0] + 1 :]])
            expected = f"about {below[jumps[0]]:g} {endpoint.unit}s or less, as all others"
            yield Hits(bad, lambda row: f"{tables.number('adtte.AVAL')[row]:g}", expected=expected)


@rule(
    "horizon beyond the last time",
    "warning",
    "study.endpoints",
    expected="a horizon within the follow-up",
    do="lower horizon; the restricted mean ends where the curves end",
    needs=TIMES,
)
def horizon(tables: Tables) -> Iterator[Hits]:
    """study.toml wants the restricted mean up to a time that nobody was followed to."""
    for endpoint, rows, _ in tables.endpoints:
        last = tables.number("adtte.AVAL")[rows].max()
        if endpoint.horizon is not None and endpoint.horizon > last:
            place = f"study.endpoints.{endpoint.role}.horizon"
            found = f"{endpoint.horizon:g}, where the last time is {last:g} {endpoint.unit}s"
            yield Hits(None, found, at=place)
