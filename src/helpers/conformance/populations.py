"""Tables in, populations and imputed values of `study.toml` that the tables do not bear out, out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from helpers.cells import flags, text
from helpers.conformance.planned import arm_labels, few_of_arms
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

ARMS = ["adsl.USUBJID", "adsl.TRT01A"]


@rule(
    "population without its flag",
    "error",
    "study.populations",
    expected="columns of adsl that hold Y and N",
    do="spell it as adsl does, add it to adsl, or take it out of [populations]",
    needs=["adsl"],
)
def no_flag(tables: Tables) -> Iterator[Hits]:
    """A key of [populations] names a column that adsl does not have, or that is no flag."""
    adsl = tables.frames["adsl"]
    for key, name in tables.config.populations.flags():
        if name not in adsl:
            yield Hits(None, f"no column {name}", at=f"study.populations.{key}")
        elif flags(adsl[name]).isna().any():
            words = ", ".join(sorted(set(text(adsl[name])) - {""})[:5])
            yield Hits(None, f"{name} with {words}", at=f"study.populations.{key}")


@rule(
    "population without an arm",
    "error",
    "study.populations",
    expected="subjects of every arm in a population",
    do="correct the flag, or take it out of [populations]",
    needs=ARMS,
)
def empty_arm(tables: Tables) -> Iterator[Hits]:
    """In one arm the flag of a population is Y for nobody."""
    adsl = tables.frames["adsl"]
    for key, name in tables.config.populations.flags():
        if name in adsl:
            inside = set(text(adsl["TRT01A"])[flags(adsl[name]).eq(True).to_numpy(dtype=bool)])
            for arm in tables.config.arms:
                if inside.isdisjoint(arm.values):
                    yield Hits(None, f"{name} is Y for nobody in {arm.label!r}",
                               at=f"study.populations.{key}")  # fmt: skip


@rule(
    "set that few hidden subjects are outside",
    "note",
    "study.populations",
    expected="nobody of an arm outside a set, or as many as the threshold",
    do="nothing, if you can do without: numbers of patients, shares and the comparisons made of them are "
    "withheld in these arms, as their number beside the arm's would tell of the few; rounding = true under "
    "[disclosure] shows them rounded",
    needs=ARMS,
)
def few_outside(tables: Tables) -> Iterator[Hits]:
    """A set of [populations] leaves out fewer subjects of an arm than the threshold, and they are hidden."""
    config, adsl = tables.config, tables.frames["adsl"]
    if config.show_subjects or config.rounding:
        return
    arms = arm_labels(tables)
    for name, key in {name: key for key, name in reversed(config.populations.flags())}.items():
        if name in adsl:
            outside = arms[~flags(adsl[name]).eq(True).to_numpy(dtype=bool)]
            if few := few_of_arms(tables, outside):
                yield Hits(None, f"outside {name}: {few}", at=f"study.populations.{key}")


@rule(
    "way of imputing that never occurs",
    "warning",
    "study.analysis.imputed",
    expected="words that DTYPE of the measurements has",
    do="spell it as DTYPE does, or take it out of [analysis]",
    needs=["adlb"],
)
def not_imputed(tables: Tables) -> Iterator[Hits]:
    """imputed under [analysis] names a DTYPE that no row of the measurements has."""
    frame = tables.frames["adlb"]
    there = set(text(frame["DTYPE"]).str.upper()) if "DTYPE" in frame else set()
    for word in tables.config.analysis.imputed:
        if word not in there:
            yield Hits(None, repr(word))


@rule(
    "baseline of a parameter that has none",
    "warning",
    "study.parameters",
    expected="no value at the baseline visit beside baseline = false",
    do="take the line out if changes from that value are meant: the value itself is compared",
    needs=["adlb.PARAMCD", "adlb.AVISITN", "adlb.AVAL"],
)
def needless_baseline(tables: Tables) -> Iterator[Hits]:
    """study.toml says that a parameter has no baseline, and the table has values at that visit."""
    at = tables.number("adlb.AVISITN") == tables.config.visits.baseline
    measured = at & ~np.isnan(tables.number("adlb.AVAL"))
    for parameter in tables.config.parameters.values():
        rows = np.asarray(tables.text("adlb.PARAMCD") == parameter.paramcd) & measured
        if not parameter.baseline and rows.any():
            found = f"{int(rows.sum()):,} value(s) of {parameter.paramcd} at the baseline visit"
            yield Hits(None, found, at=f"study.parameters.{parameter.role}.baseline")


@rule(
    "subject in a set and not in the one around it",
    "warning",
    "adsl.ITTFL",
    expected="per protocol within the full analysis set, and that within intention to treat",
    do="correct one of the two flags: the sets are nested (ICH E9), and each decides who is counted",
    needs=["adsl.USUBJID"],
)
def not_nested(tables: Tables) -> Iterator[Hits]:
    """A subject is Y in PPROTFL and not in EFFFL, FASFL or ITTFL; or Y in EFFFL or FASFL and not in ITTFL."""
    inner = (("PPROTFL", "EFFFL"), ("PPROTFL", "FASFL"), ("PPROTFL", "ITTFL"), ("EFFFL", "ITTFL"),
             ("FASFL", "ITTFL"))  # fmt: skip
    for one, around in inner:
        if tables.has(f"adsl.{one}", f"adsl.{around}") and tables.flag(f"adsl.{around}").any():
            rows = np.flatnonzero(tables.flag(f"adsl.{one}") & ~tables.flag(f"adsl.{around}"))
            if len(rows):
                said = f"{one} is Y, {around} is not, of "
                yield Hits(rows, lambda row, said=said: said + tables.said("adsl.USUBJID", row),
                           at=f"adsl.{around}")  # fmt: skip
                return
