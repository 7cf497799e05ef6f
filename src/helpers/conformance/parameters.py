"""Tables in, parameters and endpoints that `study.toml` and the data do not both have out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

KINDS = (("parameters", "adlb"), ("endpoints", "adtte"))


def _named(tables: Tables):
    """Each parameter and endpoint of study.toml as (its table, its place there, itself)."""
    for kind, table in KINDS:
        for role, item in getattr(tables.config, kind).items():
            yield table, f"study.{kind}.{role}", item


@rule(
    "parameter without rows",
    "error",
    "study.parameters",
    expected="rows with this PARAMCD",
    do="correct paramcd or remove the block",
)
def absent(tables: Tables) -> Iterator[Hits]:
    """study.toml names a parameter or an endpoint of which the data have no row."""
    for table, place, item in _named(tables):
        if table in tables.broken:
            continue  # its own fault is reported; this one would only follow from it
        expected = f"rows with PARAMCD {item.paramcd!r} in {table}"
        if not tables.has(f"{table}.PARAMCD"):
            yield Hits(None, f"no {table} table", expected=expected, at=place)
            continue
        codes = sorted(tables.text(f"{table}.PARAMCD").dropna().unique().astype(str))
        if item.paramcd not in codes:
            folded = {code.casefold(): code for code in codes}
            near = difflib.get_close_matches(item.paramcd.casefold(), folded, n=1)
            do = f'did you mean "{folded[near[0]]}"? else remove the block' if near else ""
            yield Hits(None, ", ".join(codes[:40]), expected=expected, do=do, at=place)


@rule(
    "parameter without values",
    "error",
    "study.parameters",
    expected="a number in AVAL",
    do="fill in AVAL, map the column that has the numbers, or remove the block",
)
def empty(tables: Tables) -> Iterator[Hits]:
    """The data have rows of a parameter that study.toml names, but no number in any of them."""
    for table, place, item in _named(tables):
        if tables.has(f"{table}.PARAMCD", f"{table}.AVAL"):
            mine = np.asarray(tables.text(f"{table}.PARAMCD") == item.paramcd)
            values = tables.number(f"{table}.AVAL")
            if mine.any() and np.isnan(values[mine]).all():
                found = f"{int(mine.sum()):,} row(s) of {item.paramcd}, all without a number"
                yield Hits(None, found, at=place)


@rule(
    "one PARAMCD in two roles",
    "warning",
    "study.parameters",
    expected="each PARAMCD in one block",
    do="remove one of the blocks",
)
def shared(tables: Tables) -> Iterator[Hits]:
    """Two blocks of study.toml name the same PARAMCD: the same rows would be analysed twice."""
    for kind, _ in KINDS:
        first: dict[str, str] = {}
        for role, item in getattr(tables.config, kind).items():
            if item.paramcd in first:
                found = f"{item.paramcd!r} in {kind}.{first[item.paramcd]} too"
                yield Hits(None, found, at=f"study.{kind}.{role}.paramcd")
            first.setdefault(item.paramcd, role)


@rule(
    "one PARAMCD, two meanings",
    "warning",
    "adlb.PARAM",
    expected="one PARAM for each PARAMCD",
    do="give the second meaning a PARAMCD of its own, or write both alike",
)
def ambiguous(tables: Tables) -> Iterator[Hits]:
    """The same PARAMCD stands beside two texts of PARAM (ADaM wants one): two things in one series?

    Texts that differ only in case or spaces are taken as the same.
    """
    for table, _, item in _named(tables):
        if not tables.has(f"{table}.PARAMCD", f"{table}.PARAM"):
            continue
        mine = np.flatnonzero(np.asarray(tables.text(f"{table}.PARAMCD") == item.paramcd))
        texts = tables.text(f"{table}.PARAM")
        counts = np.bincount(texts.codes[mine] + 1, minlength=len(texts.categories) + 1)[1:]
        plain = {i: " ".join(str(texts.categories[i]).casefold().split())
                 for i in np.flatnonzero(counts)}  # fmt: skip
        if len(set(plain.values())) > 1:
            most = plain[int(np.argmax(counts))]
            odd = [i for i, text in plain.items() if text != most]
            name = f"{table}.PARAM"
            yield Hits(
                mine[np.isin(texts.codes[mine], odd)],
                lambda row, name=name: tables.said(name, row),
                expected=f"{texts.categories[int(np.argmax(counts))]!r}, as most of {item.paramcd}",
                at=name,
            )


@rule(
    "PARAMCD that is not used",
    "note",
    "adlb.PARAMCD",
    expected="a block of study.toml for each that is to be analysed",
    do="nothing, or add a [parameters.ROLE] or [endpoints.ROLE] block",
)
def unused(tables: Tables) -> Iterator[Hits]:
    """The data have a PARAMCD that no block of study.toml names: its rows are in no analysis."""
    for kind, table in KINDS:
        if tables.has(f"{table}.PARAMCD"):
            named = {item.paramcd for item in getattr(tables.config, kind).values()}
            codes = set(tables.text(f"{table}.PARAMCD").dropna().unique().astype(str)) - named
            if codes:
                few = ", ".join(sorted(codes)[:40]) + (", ..." if len(codes) > 40 else "")
                yield Hits(None, few, at=f"{table}.PARAMCD")
