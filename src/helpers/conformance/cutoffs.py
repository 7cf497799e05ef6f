"""Adverse events and durations in, events that stop long before the observation does out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

RARE, PART, SUBJECTS = 1e-6, 0.8, 10  # chance; share of the observation; subjects with an event


@rule(
    "adverse events that end before the observation",
    "warning",
    "adae.ASTDY",
    expected="events up to the end of the observation, TRTDURD",
    do="find out whether adae was exported at an earlier date than the rest (or events were asked for "
    "less long: then give TRTDURD that time); rates divide by TRTDURD",
    needs=["adsl.USUBJID", "adsl.TRTDURD", "adae.USUBJID", "adae.ASTDY"],
)
def cut_off(tables: Tables) -> Iterator[Hits]:
    """No event begins after some day, of all or of one arm or site, though most were observed on.

    So many subjects have events in the half of the days before it that chance does it in 1 of a
    million, even if events go on getting rarer as they did up to that day (Poisson's law).
    """
    days = tables.last_day("adsl.TRTDURD")
    for words, own in _groups(tables):
        mine = own & ~np.isnan(days)
        found = _last_onset(tables, mine, days)
        if found:
            yield Hits(None, f"{words}no onset after day {found:g}, observed until "
                             f"{np.median(days[mine]):g} (median)")  # fmt: skip
            return


def _groups(tables: Tables) -> Iterator[tuple[str, np.ndarray]]:
    """All subjects, then those of each arm and site, with the words for them."""
    yield "", np.ones(len(tables.subjects), dtype=bool)
    for word, (codes, names) in (
        ("arm", tables.of_subjects("adsl.TRT01A")),
        ("site", tables.sites),
    ):
        for k in np.unique(codes[codes >= 0]):
            yield f"{word} {str(names[k])!r}: ", codes[:-1] == k


def _last_onset(tables: Tables, own: np.ndarray, days: np.ndarray) -> float:
    """The day of the last onset where events cannot have ended with it; 0 where they may have."""
    subject, onset = tables.subject("adae"), tables.number("adae.ASTDY")
    rows = (onset > 0) & (subject >= 0) & np.append(own, False)[subject]
    if not rows.any():
        return 0.0
    subject, onset = subject[rows], onset[rows]
    last = float(onset.max())
    if not own.any() or last > PART * np.median(days[own]):
        return 0.0
    late = onset > last / 2
    having, before = len(np.unique(subject[late])), len(np.unique(subject[~late]))
    first, second, after = (np.clip(days[own] - start, 0, last / 2).sum()
                            for start in (0, last / 2, last))  # fmt: skip
    rate, earlier = having / second, before / first
    expected = rate * min(1.0, rate / earlier if earlier else 1.0) * after
    return last if having >= SUBJECTS and np.exp(-expected) < RARE else 0.0
