"""Tables in, what one site or arm alone did with its values out: left out, rounded, pasted; also totals."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.blocks import carried
from helpers.conformance.chance import chance_of_none
from helpers.conformance.rules import Hits, identifiers, rule
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB
from helpers.rounding import per_cent

LEAST = 10  # values of a group
CLUSTERS = 6  # sites that may have been randomised
RARE = 1e-6  # chance of what a group did, if it did as the others
TOTAL = re.compile(
    r"(sub)?-?totals?|(grand|overall) total|sum|n ?=.*|mean|average|median|all (subjects|patients)"
    r"|gesamt|summe|source:.*|note:.*|end of (file|listing|table)|page \d+.*", re.I
)  # fmt: skip


@rule(
    "row of totals",
    "error",
    "adsl.USUBJID",
    expected="an identifier of a subject",
    do="remove the row: a line of totals, a footnote or a page's end would count as a subject",
    needs=["adsl.USUBJID"],
)
def totals(tables: Tables) -> Iterator[Hits]:
    """USUBJID is a word for a total or a source, as the last lines of a printed table have it."""
    yield from identifiers(tables, TOTAL)


@rule(
    "visit that a site has no values of",
    "warning",
    "adlb.AVISITN",
    expected="values of every site where the other sites have them",
    do="find out whether this site's rows were lost when files were joined",
    needs=["adsl.USUBJID", *LAB],
)
def missing_at_site(tables: Tables) -> Iterator[Hits]:
    """No subject of a site has a value at a visit that most subjects of the other sites have.

    Only where chance alone does it in 1 of a million, and the site has the parameter at other visits.
    """
    yield from _nobody_at(tables, *tables.sites, "site")


@rule(
    "visit that an arm has no values of",
    "warning",
    "adlb.AVISITN",
    expected="values of every arm where the other arms have them",
    do="find out whether this arm's rows were lost when files were joined",
    needs=["adsl.USUBJID", "adsl.TRT01A", *LAB],
)
def missing_in_arm(tables: Tables) -> Iterator[Hits]:
    """No subject of an arm has a value at a visit that most subjects of the other arms have.

    Only where chance alone does it in 1 of a million, and the arm has the parameter at other visits.
    """
    yield from _nobody_at(tables, *tables.of_subjects("adsl.TRT01A"), "arm")


def _nobody_at(tables: Tables, group_of: np.ndarray, names: pd.Index, kind: str) -> Iterator[Hits]:
    of_subject, lab, said = group_of[:-1], tables.measured, set()
    for (i, visit), rows in lab.groupby(["PARAMETER", "VISIT"]):
        has = np.isin(np.arange(len(of_subject)), rows["SUBJECT"])
        ever = np.isin(np.arange(len(of_subject)), lab.loc[lab["PARAMETER"] == i, "SUBJECT"])
        for group in np.unique(of_subject[(of_subject >= 0) & ever]):
            own = (of_subject == group) & ever
            others = ever & ~own
            if has[own].any() or not others.any() or (visit, group) in said:
                continue
            if chance_of_none(own.sum(), has[others].sum(), others.sum()) < RARE:
                said.add((visit, group))  # one line for all that was measured then
                found = f"{kind} {names[group]!r}, {tables.parameters[i].label} at {visit:g}: 0 of "
                yield Hits(None, f"{found}{own.sum()}, {per_cent(has[others].mean())} elsewhere")


@rule(
    "values of one site or arm rounded",
    "warning",
    "adlb.AVAL",
    expected="values written as the others'",
    do="ask for the values as measured: rounding by one group alone may make a difference of its own",
    needs=["adsl.USUBJID", "adsl.TRT01A", *LAB],
)
def rounded(tables: Tables) -> Iterator[Hits]:
    """All values or ages of a site or an arm are whole tens (...) of the step that others keep to."""
    lab = tables.measured
    site, sites = tables.sites
    of_arm, arms = tables.of_subjects("adsl.TRT01A")
    for i, parameter in enumerate(tables.parameters):
        mine = lab[lab["PARAMETER"] == i]
        groups = ((site[mine["SUBJECT"]], sites, "site"), (of_arm[mine["SUBJECT"]], arms, "arm"))
        for codes, names, kind in groups:
            for group in _coarse_groups(mine["AVAL"].to_numpy(), codes):
                yield Hits(mine["ROW"].to_numpy()[codes == group][:1],
                           f"{parameter.label} of {kind} {names[group]!r}")  # fmt: skip
    if tables.has("adsl.AGE"):
        yield from _rounded_ages(tables)


def _rounded_ages(tables: Tables) -> Iterator[Hits]:
    ages, subject = tables.number("adsl.AGE"), tables.subject("adsl")
    known = np.flatnonzero((subject >= 0) & ~np.isnan(ages))
    for of_subject, names in (tables.sites, tables.of_subjects("adsl.TRT01A")):
        codes = of_subject[subject[known]]
        for group in _coarse_groups(ages[known], codes):
            yield Hits(known[codes == group][:1], f"AGE in {names[group]!r}", at="adsl.AGE")


def _coarse_groups(values: np.ndarray, codes: np.ndarray) -> Iterator[int]:
    """Groups with nothing but multiples of ten steps where the others have few of them."""
    decimals = next((d for d in range(4) if np.allclose(values * 10**d % 1, 0, atol=1e-6)), None)
    if decimals is None:
        return
    tens = (np.round(values * 10**decimals) % 10 == 0) & (values != 0)
    for group in np.unique(codes[codes >= 0]):
        own = codes == group
        if min(own.sum(), (~own).sum()) < LEAST or not tens[own].all():
            continue
        fine = ~tens[~own]
        if fine.mean() > 0.5 and chance_of_none(own.sum(), fine.sum(), len(fine)) < RARE:
            yield int(group)


@rule(
    "visit of one arm or site copied from another",
    "warning",
    "adlb.AVAL",
    expected="the values of this visit",
    do="find out whether the values of this arm or site were pasted at the wrong visit, or carried forward",
    needs=["adsl.USUBJID", "adsl.TRT01A", *LAB],
)
def copied_in_a_group(tables: Tables) -> Iterator[Hits]:
    """In one arm or site most subjects have exactly the value of the visit before, and in all they have not.

    Chance is judged as for a visit of all.
    """
    lab = tables.measured
    groups = (tables.of_subjects("adsl.TRT01A"), tables.sites)
    for i, parameter in enumerate(tables.parameters):
        mine = lab[lab["PARAMETER"] == i]
        table = mine.pivot(index="SUBJECT", columns="VISIT", values="AVAL")
        values, visits = table.to_numpy(), table.columns.to_numpy()
        said = {found[:2] for found in carried(values, visits)}
        for of_subject, names in groups:
            group = of_subject[table.index]
            for one in np.unique(group[group >= 0]):
                own = values[group == one]
                seen = ~np.isnan(own).all(axis=0)
                for before, here, share in carried(own[:, seen], visits[seen]):
                    if (before, here) not in said:
                        said.add((before, here))
                        found = f"{per_cent(share)} of {parameter.label} in {names[one]!r} at "
                        there = (of_subject[mine["SUBJECT"]] == one) & (mine["VISIT"] == here)
                        rows = mine.loc[there, "ROW"].to_numpy()
                        yield Hits(rows[:1], f"{found}{here:g} as at {before:g}")


@rule(
    "sites assigned as a whole",
    "note",
    "adsl.TRT01A",
    expected="sites with subjects of several arms",
    do="nothing if each subject was randomised; where whole sites were, the book has no analysis of "
    "clusters: it takes subjects as independent, and every interval and P is too narrow",
    needs=["adsl.USUBJID", "adsl.TRT01A"],
)
def assigned_as_a_whole(tables: Tables) -> Iterator[Hits]:
    """Every site of two subjects or more has one arm alone, six sites or more, and several arms have some.

    Less likely by chance than 1 in a million where each subject is randomised.
    """
    site, names = tables.sites
    arm, labels = tables.of_subjects("adsl.TRT01A")
    known = (site >= 0) & (arm >= 0)
    table = np.zeros((len(names), len(labels)))
    np.add.at(table, (site[known], arm[known]), 1)
    table = table[table.sum(axis=1) > 1]
    whole = (table > 0).sum(axis=1) == 1
    share = table.sum(axis=0) / max(table.sum(), 1)
    chance = np.prod([np.sum(share**n) for n in table.sum(axis=1)])
    if (
        len(table) >= CLUSTERS
        and whole.all()
        and (table > 0).any(axis=0).sum() > 1
        and chance < RARE
    ):
        yield Hits(None, f"{len(table)} sites, each of one arm")


@rule(
    "site of one arm alone",
    "warning",
    "adsl.TRT01A",
    expected="subjects of several arms, as most other sites have",
    do="find out whether the treatments of this site were filled in with one value",
    needs=["adsl.USUBJID", "adsl.TRT01A"],
)
def one_arm_at_site(tables: Tables) -> Iterator[Hits]:
    """All subjects of a site have one arm, though most other sites of two subjects or more have several.

    Only where chance alone does it in 1 of a million. Where whole sites were assigned, nothing is said.
    """
    site, names = tables.sites
    arm, labels = tables.of_subjects("adsl.TRT01A")
    known = (site >= 0) & (arm >= 0)
    for group in np.unique(site[known]):
        own, others = known & (site == group), known & (site != group)
        elsewhere = [np.unique(a).size > 1 for s in np.unique(site[others])
                     if (a := arm[others & (site == s)]).size > 1]  # fmt: skip
        if np.unique(arm[own]).size > 1 or not elsewhere:
            continue
        chance = chance_of_none(own.sum(), (arm[others] != arm[own][0]).sum(), others.sum())
        if 2 * sum(elsewhere) > len(elsewhere) and chance < RARE:
            rows = np.flatnonzero(own[tables.subject("adsl")])
            label = labels[arm[own][0]]
            yield Hits(rows[:1], f"site {names[group]!r}: all {own.sum()} subjects {label!r}")
