"""Tables in, planned ends that stand for those who left before out; no day is changed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import DAYS
from helpers.conformance.view import Tables

SUBJECTS, FEW = 10, 3  # who have the same end; of these, last seen long before it
EARLY, USUAL = 0.8, 0.5  # of an end; share of a study or arm with the same one


@rule(
    "planned end of who left before",
    "warning",
    "adsl.TRTDURD",
    expected="the end of each subject's own observation",
    do="give the days, or the time, up to the end of each subject's observation: the planned length adds "
    "time in which nobody was watched",
    needs=["adsl.USUBJID"],
)
def planned_end(tables: Tables) -> Iterator[Hits]:
    """Half of all subjects, of an arm's, or of the censored times have the same end, and some left before.

    Three or more were last seen before four fifths of it, and not the most of them. A duration is held
    against adlb, adae and adtte, a censored time against adlb and adae.
    """
    of_arm = tables.of_subjects("adsl.TRT01A")[0]
    for name, subject, days, rows, seen in _ends(tables):
        arm, last = of_arm[subject], np.append(seen, np.nan)[subject]
        gone = np.zeros(len(days), dtype=bool)
        for group in (arm > -2, *(arm == k for k in np.unique(arm[arm >= 0]))):
            gone |= _left(np.where(group, days, np.nan), last)
        yield Hits(rows[gone], lambda row, name=name, seen=seen: (
            f"{tables.said_of(name)(row)}, as of most, last seen on day "
            f"{seen[tables.subject(name[:name.index('.')])[row]]:g}"), at=name)  # fmt: skip


def _ends(tables: Tables) -> Iterator[tuple[str, np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:
    """A column with the subject, the end in days and the row of each, and the last day of every subject."""
    if tables.has("adsl.TRTDURD"):
        subject = tables.subject("adsl")
        yield (
            "adsl.TRTDURD",
            subject,
            tables.number("adsl.TRTDURD"),
            np.arange(len(subject)),
            tables.seen,
        )
    if tables.has("adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL", "adtte.CNSR"):
        for endpoint, rows, event in tables.endpoints:
            rows = rows[~event & (tables.number("adtte.CNSR")[rows] > 0)]
            days = tables.number("adtte.AVAL")[rows] * DAYS[endpoint.unit]
            yield "adtte.AVAL", tables.subject("adtte")[rows], days, rows, tables.visited


def _left(days: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Who has the commonest of `days` but was last seen long before it; nobody where it is not common."""
    ends, times = np.unique(days[~np.isnan(days)], return_counts=True)
    if not len(ends) or times.max() < max(SUBJECTS, USUAL * times.sum()):
        return np.zeros(len(days), dtype=bool)
    early = EARLY * ends[times.argmax()]
    own = days == ends[times.argmax()]
    gone, stayed = own & (last < early), own & (last >= early)
    return gone if FEW <= gone.sum() < stayed.sum() else np.zeros(len(days), dtype=bool)
