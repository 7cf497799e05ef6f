"""Tables in, adverse events that contradict themselves or the follow-up out; none is recoded."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.causality import counts_as_related
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import nearest_time
from helpers.conformance.view import Tables

EVENTS = ["adsl.USUBJID", "adae.USUBJID"]


@rule(
    "treatment-emergent before the treatment",
    "warning",
    "adae.TRTEMFL",
    expected="TRTEMFL = Y only from the first treatment on",
    do="correct ASTDY or TRTEMFL; the flag is used",
    needs=[*EVENTS, "adae.TRTEMFL", "adae.ASTDY"],
)
def emergent_too_soon(tables: Tables) -> Iterator[Hits]:
    """An event is flagged treatment-emergent (TRTEMFL = Y) but began on a negative study day."""
    rows = np.flatnonzero(tables.flag("adae.TRTEMFL") & (tables.number("adae.ASTDY") < 0))
    if len(rows):
        yield Hits(rows, lambda row: f"Y with onset on day {tables.said('adae.ASTDY', row)}")


def _days_known(tables: Tables) -> np.ndarray:
    """All positive days of TRTDURD and ADY."""
    known = [tables.number(name) for name in ("adsl.TRTDURD", "adlb.ADY") if tables.has(name)]
    return np.concatenate([days[days > 0] for days in known]) if known else np.array([])


@rule(
    "onset far after the follow-up",
    "warning",
    "adae.ASTDY",
    expected="a day within the follow-up of the study",
    do="correct ASTDY",
    needs=[*EVENTS, "adae.ASTDY"],
)
def too_late(tables: Tables) -> Iterator[Hits]:
    """An event began later than twice the longest follow-up that adsl and adlb know, and 90 days more.

    Follow-up is TRTDURD and ADY, without the few that stand out themselves (above the 99th
    percentile by a factor of two).
    """
    known = _days_known(tables)
    if not len(known):
        return
    longest = min(known.max(), 2 * np.percentile(known, 99))
    rows = np.flatnonzero(tables.number("adae.ASTDY") > 2 * longest + 90)
    if len(rows):
        expected = f"a day within the follow-up, which ends about day {longest:g}"
        yield Hits(rows, lambda row: tables.said("adae.ASTDY", row), expected=expected)


@rule(
    "one term in two spellings",
    "warning",
    "adae.AEDECOD",
    expected="one spelling of each term",
    do="write it in one way: it is counted as two terms",
    needs=[*EVENTS, "adae.AEDECOD"],
)
def spelt_twice(tables: Tables) -> Iterator[Hits]:
    """A preferred term or body system is written in two ways that differ in spelling alone.

    In case, spaces, hyphens, or British and American vowels (Diarrhoea, Diarrhea).
    """
    for name in ("adae.AEDECOD", "adae.AEBODSYS"):
        if not tables.has(name):
            continue
        terms = tables.text(name)
        counts = np.bincount(terms.codes + 1, minlength=len(terms.categories) + 1)[1:]
        usual: dict[str, int] = {}
        for code in np.argsort(-counts, kind="stable"):
            plain = spelt(str(terms.categories[code]))
            usual.setdefault(plain, code)
            if usual[plain] != code and counts[code]:
                expected = f"{terms.categories[usual[plain]]!r}, as in most rows"
                rows = np.flatnonzero(terms.codes == code)
                yield Hits(
                    rows, lambda row, name=name: tables.said(name, row), expected=expected, at=name
                )


def spelt(term: str) -> str:
    """A term without what two spellings of one differ in: case, hyphens, "ae", "tumour"."""
    plain = " ".join(re.sub(r"(?<=[a-z])[-–](?=[a-z])", " ", term.casefold()).split())
    return re.sub(r"mour\b", "mor", re.sub("[ao]e", "e", plain))


@rule(
    "no flag of treatment emergence",
    "warning",
    "adae.TRTEMFL",
    expected="TRTEMFL = Y for the events that began under treatment",
    do="add TRTEMFL; until then events with a negative ASTDY are left out, and all others count",
    needs=[*EVENTS, "adae.ASTDY"],
)
def no_emergence(tables: Tables) -> Iterator[Hits]:
    """adae has no TRTEMFL, and by ASTDY some events began before the treatment."""
    before = int((tables.number("adae.ASTDY") < 0).sum())
    if before and not tables.has("adae.TRTEMFL"):
        total = len(tables.frames["adae"])
        found = f"no such column, {before:,} of {total:,} events with a negative ASTDY"
        yield Hits(None, found)


@rule(
    "no event flagged as treatment-emergent",
    "warning",
    "adae.TRTEMFL",
    expected="TRTEMFL = Y for the events that began under treatment",
    do="fill TRTEMFL in, or remove it: as it is no event counts",
    needs=[*EVENTS, "adae.TRTEMFL"],
)
def none_emergent(tables: Tables) -> Iterator[Hits]:
    """TRTEMFL is Y for none of ten or more events."""
    total = len(tables.frames["adae"])
    if total >= 10 and not tables.flag("adae.TRTEMFL").any():
        yield Hits(None, f"Y for none of {total:,} events")


@rule(
    "study days of events in another unit",
    "warning",
    "adae.ASTDY",
    expected="days, as TRTDURD and ADY are",
    do="convert ASTDY and AENDY to days: weeks or months shift what happened early, and the rates",
    needs=[*EVENTS, "adae.ASTDY"],
)
def onset_unit(tables: Tables) -> Iterator[Hits]:
    """The last onset of 30 or more events is to the last day known as a day is to a week, or to a month.

    Within a tenth, and only where the onsets lie all over that time: those of a short reaction to a
    treatment do not.
    """
    known = _days_known(tables)
    onset = tables.number("adae.ASTDY")
    onset = onset[onset > 0]
    if len(onset) < 30 or not len(known) or np.median(onset) < onset.max() / 4:
        return
    unit = nearest_time(float(np.percentile(known, 99) / onset.max()), within=0.1)
    if unit in ("week", "month"):
        yield Hits(None, f"the last onset on day {onset.max():g}, the last day known "
                   f"{np.percentile(known, 99):g}, as if in {unit}s")  # fmt: skip


@rule(
    "events whenever they began",
    "note",
    "adae.TRTEMFL",
    expected="TRTEMFL, or ASTDY",
    do="add one of them if adae holds events from before the treatment",
    needs=EVENTS,
)
def always(tables: Tables) -> Iterator[Hits]:
    """adae has neither TRTEMFL nor ASTDY: every event is counted, whenever it began."""
    total = len(tables.frames["adae"])
    if total and not tables.has("adae.TRTEMFL") and not tables.has("adae.ASTDY"):
        yield Hits(None, f"neither column: all {total:,} events are counted")


@rule(
    "words of causality",
    "note",
    "adae.AEREL",
    expected="words that say yes or no, or related = [...] under [analysis] of study.toml",
    do="if another word counts as related in your trial, list those that do under related",
    needs=[*EVENTS, "adae.AEREL"],
)
def causality(tables: Tables) -> Iterator[Hits]:
    """AEREL has words between yes and no. The report names those that count as related."""
    words = tables.text("adae.AEREL")
    found = sorted({str(word).strip().upper() for word in words.dropna().unique()})
    if not set(found) <= {"Y", "N", "YES", "NO"}:
        counted = [w for w in found if counts_as_related(w, tables.config.analysis.related)]
        rest = [w for w in found if w not in counted]
        yield Hits(
            None, f"related: {', '.join(counted) or 'none'}; not: {', '.join(rest) or 'none'}"
        )
