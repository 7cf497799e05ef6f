"""Tables in, planned counts of events of `study.toml` that these tables cannot give out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

PAIRS = 5  # subjects with two events that chance alone gives, at the least


@rule(
    "count of events without time or table",
    "error",
    "study.counts",
    expected="a table adae, and TRTDURD in adsl",
    do="add TRTDURD, the days under observation, to adsl, or take the block [counts.NAME] out",
    needs=["adsl.USUBJID"],
)
def no_time(tables: Tables) -> Iterator[Hits]:
    """A planned count of events needs the events and, for its rate, each subject's time."""
    lacking = [name for name in ("adae.USUBJID", "adsl.TRTDURD") if not tables.has(name)]
    for name in tables.config.counts if lacking else ():
        yield Hits(None, f"no {lacking[0]}", at=f"study.counts.{name}")


@rule(
    "count of what never occurs",
    "warning",
    "study.counts",
    expected="terms as AEDECOD, classes as AEBODSYS spell them, in any case",
    do="spell it as adae does, or take it out; nobody has it",
    needs=["adae.USUBJID"],
)
def never(tables: Tables) -> Iterator[Hits]:
    """A term or class of a planned count is in no row of adae."""
    for count in tables.config.counts.values():
        column = f"adae.{count.column}"
        if not count.column:
            continue
        there = set()
        if tables.has(column):
            there = {str(word).casefold() for word in tables.text(column).dropna()}
        key = "term" if count.terms else "class"
        for word in count.terms or count.classes:
            if word.strip().casefold() not in there:
                near = difflib.get_close_matches(word.casefold(), there, n=1)
                do = f"did you mean {near[0]!r}? else take it out; nobody has it" if near else ""
                yield Hits(None, repr(word), do=do, at=f"study.counts.{count.name}.{key}")


@rule(
    "count of events of which nobody has two",
    "note",
    "study.counts",
    expected="every event of a subject in a row of its own",
    do="nothing, if an event cannot come again; else find out whether adae was cut to each subject's "
    "first or worst one: rates and ratios count events",
    needs=["adsl.USUBJID", "adae.USUBJID"],
)
def once(tables: Tables) -> Iterator[Hits]:
    """Of a planned count no subject has two events, where chance alone would give five subjects two."""
    subject = tables.subject("adae")
    for count in tables.config.counts.values():
        column = f"adae.{count.column}"
        mine = subject >= 0
        if count.column and tables.has(column):
            mine &= tables.where(column, lambda text, words=count.words: text.casefold() in words)
        times = np.unique(subject[mine], return_counts=True)[1]
        if len(times) and times.max() == 1 and len(times) ** 2 >= 2 * PAIRS * len(tables.subjects):
            yield Hits(
                None, f"{len(times)} subjects with one each", at=f"study.counts.{count.name}"
            )


@rule(
    "planned event without a place in time",
    "warning",
    "adae.ASTDY",
    expected="for each event of a planned count a study day up to TRTDURD of its subject",
    do="fill in ASTDY; let TRTDURD be the days under observation, not under treatment; until then the event "
    "is in the rates and not in the mean numbers over time",
    needs=["adae.USUBJID", "adae.ASTDY", "adsl.USUBJID", "adsl.TRTDURD"],
)
def unplaced(tables: Tables) -> Iterator[Hits]:
    """An event of a planned count has no study day, or one after its subject was last watched."""
    if not tables.config.counts:
        return
    end = np.append(tables.last_day("adsl.TRTDURD"), np.nan)[tables.subject("adae")]
    day = tables.number("adae.ASTDY")
    lost = _planned(tables) & (end > 0) & ~(day <= end)
    yield Hits(np.flatnonzero(lost), lambda row: (
        f"{tables.said('adae.ASTDY', row)}, {end[row]:g} days under observation"))  # fmt: skip


def _planned(tables: Tables) -> np.ndarray:
    """Whether each row of adae is a treatment-emergent event of a planned count."""
    out = np.zeros(len(tables.frames["adae"]), dtype=bool)
    for count in tables.config.counts.values():
        if not count.column:
            out[:] = True
        elif tables.has(f"adae.{count.column}"):
            said = tables.text(f"adae.{count.column}").astype(object)
            out |= np.array([str(w).strip().casefold() in count.words for w in said], dtype=bool)
    if tables.has("adae.TRTEMFL"):
        out &= np.asarray(tables.flag("adae.TRTEMFL"), dtype=bool)
    return out
