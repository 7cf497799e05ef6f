"""Tables in, what they say otherwise of a subject than its identifier or adsl out; none is corrected."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import SITES, Tables

MOST, NEARLY = 0.5, 0.9  # of the subjects of a site; of all, whose neighbour's site it is
LEAST = 10  # subjects
SIZES = 3  # of sites: how many different numbers of subjects
CARRIED = (*SITES, "SEX", "RACE", "ETHNIC")


@rule(
    "site against the identifier",
    "warning",
    "adsl.SITEID",
    expected="the site that the identifier names",
    do="find out whether the column was moved or sorted by itself; nothing where a subject changed its site",
    needs=["adsl.USUBJID"],
)
def other_site(tables: Tables) -> Iterator[Hits]:
    """A part of USUBJID is the site in most subjects of two sites or more, and here another site's.

    Or that of the subject before or after in nearly all. Or the identifiers name the same sites, each as
    often, but of other subjects: a column that was sorted by itself.
    """
    name = tables.first("adsl", SITES)
    if not name:
        return
    ids, sites = (np.asarray(tables.text(n).astype(object)) for n in ("adsl.USUBJID", name))
    sites = np.array([_bare(str(s)) for s in sites])
    for part in _parts(ids, set(sites)):
        known = part != ""
        if known.sum() < LEAST:
            continue
        same = [np.mean(part[known & (part == s)] == sites[known & (part == s)]) > MOST
                for s in np.unique(part[known])]  # fmt: skip
        moved = [(np.roll(sites, k) == part)[known].mean() for k in (-1, 1)]
        others = max(moved) < NEARLY and _reordered(part, sites)
        if (sum(same) > 1 and all(same)) or others:
            rows = np.flatnonzero(known & (part != sites))
            yield Hits(rows, tables.said_of(name), at=name)
            return
        if max(moved) >= NEARLY and len(np.unique(part[known])) > 1:
            words = ("before", "after")[int(np.argmax(moved))]
            yield Hits(None, f"each site goes with the identifier of the subject {words}", at=name)
            return


def _reordered(part: np.ndarray, sites: np.ndarray) -> bool:
    """Whether the identifiers name just the sites that the column has, each as often, in another order.

    Of three or more that differ in size: as many subjects of a number by chance are another number.
    """
    (named, times), (there, of_each) = (np.unique(x, return_counts=True) for x in (part, sites))
    same = np.array_equal(named, there) and np.array_equal(times, of_each)
    return same and len(np.unique(times)) >= SIZES and bool((part != sites).any())


def _bare(text: str) -> str:
    return text.strip().lstrip("0") or "0"


def _parts(ids: np.ndarray, sites: set[str]) -> Iterator[np.ndarray]:
    """The parts of the identifiers by position; "" where one is no site."""
    split = [[_bare(p) for p in re.split(r"[^0-9A-Za-z]+", str(i))] for i in ids]
    for k in range(min((len(parts) for parts in split), default=0)):
        yield np.array([parts[k] if parts[k] in sites else "" for parts in split])


@rule(
    "column that adsl has otherwise",
    "warning",
    "adlb.SEX",
    expected="what adsl says of the subject",
    do="find out which is right: one of them was filled in, moved or sorted by itself; adsl is used",
    needs=["adsl.USUBJID"],
)
def otherwise(tables: Tables) -> Iterator[Hits]:
    """Another table carries site, sex or race of a subject, in the words of adsl, and another than adsl."""
    for table in ("adlb", "adae", "adtte"):
        for column in CARRIED:
            name = f"{table}.{column}"
            if not tables.has(name, f"adsl.{column}", f"{table}.USUBJID"):
                continue
            of_subject, words = tables.of_subjects(f"adsl.{column}")
            text = tables.text(name)
            code = np.append(words.get_indexer(text.categories), -1)[text.codes]
            theirs = of_subject[tables.subject(table)]
            rows = np.flatnonzero((code >= 0) & (theirs >= 0) & (code != theirs))
            yield Hits(rows, lambda row, name=name, theirs=theirs, words=words: (
                f"{tables.said_of(name)(row)}, {words[theirs[row]]!r} in adsl"), at=name)  # fmt: skip


@rule(
    "one site in two spellings",
    "warning",
    "adsl.SITEID",
    expected="one spelling of each site",
    do="write it in one way: it is analysed, and looked at here, as two sites",
    needs=["adsl.USUBJID"],
)
def spelt_twice(tables: Tables) -> Iterator[Hits]:
    """Two sites differ in leading zeros, case or spaces alone (2 and 02)."""
    for name in (f"adsl.{n}" for n in SITES if tables.has(f"adsl.{n}")):
        text = tables.text(name)
        counts = np.bincount(text.codes + 1, minlength=len(text.categories) + 1)[1:]
        usual: dict[str, int] = {}
        for code in np.argsort(-counts, kind="stable"):
            first = usual.setdefault(_bare(str(text.categories[code])).casefold(), code)
            if first != code and counts[code]:
                expected = f"{text.categories[first]!r}, as in {counts[first]:,} rows"
                yield Hits(
                    np.flatnonzero(text.codes == code), tables.said_of(name), expected, at=name
                )
