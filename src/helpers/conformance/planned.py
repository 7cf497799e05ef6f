"""Tables in, what the planned analysis cannot find in them out: columns of adsl, codes of adtte.

Nothing is recoded. What the tables say without `study.toml` saying it (a death beside a censored
time) is a note, so that it can be declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pandas as pd

from helpers import collinear
from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.ingest.outcomes import outcomes

CODES = ["adtte.PARAMCD", "adtte.CNSR"]


@rule(
    "planned column that adsl lacks",
    "error",
    "study.analysis",
    expected="columns of adsl",
    do="spell it as adsl does, add it to adsl, or take it out of [analysis]",
    needs=["adsl"],
)
def absent_columns(tables: Tables) -> Iterator[Hits]:
    """strata, covariates or centre of [analysis] name a column that adsl does not have."""
    plan = tables.config.analysis
    for key in ("strata", "covariates", "centre"):
        named = getattr(plan, key)
        for name in named if isinstance(named, tuple) else [named]:
            if name and name not in tables.frames["adsl"].columns:
                yield Hits(None, repr(name), at=f"study.analysis.{key}")


@rule(
    "planned value that is missing",
    "warning",
    "adsl.USUBJID",
    expected="a value for every subject",
    do="fill it in; a subject without it is in no analysis that uses the column. None, NA and NULL mean no "
    "value: a level of that name is written in other words, such as 'No prior therapy'",
    needs=["adsl"],
)
def blank_values(tables: Tables) -> Iterator[Hits]:
    """A subject has no value in a column that [analysis] uses as stratum, covariate or centre."""
    for name in tables.config.analysis.columns:
        if tables.has(f"adsl.{name}"):
            rows = np.flatnonzero(tables.text(f"adsl.{name}").codes < 0)
            if len(rows):
                yield Hits(rows, lambda row, name=name: (
                    f"{tables.said(f'adsl.{name}', row)} in {name}"), at=f"adsl.{name}")  # fmt: skip


@rule(
    "planned column that no model can take",
    "warning",
    "study.analysis",
    expected="columns that say something beside the arm and one another",
    do="take it out of [analysis], or put the finer of two columns first; models are fitted without it",
    needs=["adsl.USUBJID", "adsl.TRT01A"],
)
def idle_columns(tables: Tables) -> Iterator[Hits]:
    """A column of [analysis] has one value or too many, repeats those before it or goes with the arm.

    Models leave it out and say so. Two columns that overlap in part (a region beside its centres) are
    both taken; the differences between the arms are those of R and SAS.
    """
    plan = tables.config.analysis
    named = [name for name in plan.columns if tables.has(f"adsl.{name}")]
    codes = {*plan.strata, plan.centre}  # factors, also where they are numbers
    frame = pd.DataFrame({name: _column(tables, name, code=name in codes) for name in named})
    frame = frame.assign(_arm=arm_labels(tables)).dropna()
    if named and len(frame):
        for name, why in collinear.unusable(frame, arm="_arm", names=named).items():
            key = next(k for k in ("strata", "covariates", "centre")
                       if name == getattr(plan, k) or name in getattr(plan, k))  # fmt: skip
            yield Hits(None, f"{name} {why}", at=f"study.analysis.{key}")


@rule(
    "strata with few of an arm",
    "note",
    "study.analysis.strata",
    expected="as many subjects of each arm in each stratum as the threshold, or none",
    do="name fewer or coarser strata, if the plan allows it; of hidden subjects the edition leaves out what "
    "is planned within these, and the page says so",
    needs=["adsl.USUBJID", "adsl.TRT01A"],
)
def small_strata(tables: Tables) -> Iterator[Hits]:
    """A stratum of the plan holds fewer subjects of an arm than the threshold, which are hidden."""
    config = tables.config
    strata = [name for name in config.analysis.strata if tables.has(f"adsl.{name}")]
    if not strata or config.show_subjects or config.rounding:
        return
    frame = pd.DataFrame({name: _column(tables, name, code=True) for name in strata})
    sizes = frame.assign(_arm=arm_labels(tables)).dropna().groupby([*strata, "_arm"]).size()
    few = sizes[sizes < config.threshold]
    if len(few):
        first = ", ".join(map(str, few.index[0]))
        found = f"{len(few)} of {len(sizes)}, as {first}: {few.iloc[0]}"
        yield Hits(None, f"{found} (threshold {config.threshold})")


@rule(
    "arm with few hidden subjects",
    "note",
    "study.arms",
    expected="as many subjects of each arm as the threshold, or subjects that are shown",
    do='pool arms (value = ["10 mg", "20 mg"]), lower the threshold under [disclosure] if your rules allow '
    'it, or write subject_level = "shown" for pages that stay with those who may see single patients; as '
    "it is the edition has no page of results",
    needs=["adsl.USUBJID", "adsl.TRT01A"],
)
def small_arms(tables: Tables) -> Iterator[Hits]:
    """An arm has fewer subjects than the threshold, and they are hidden: nothing of the study is shown."""
    config = tables.config
    if config.show_subjects:
        return
    if few := few_of_arms(tables, arm_labels(tables)):
        yield Hits(None, few)


def few_of_arms(tables: Tables, arms: pd.Series) -> str:
    """The arms that few of these subjects are in, and how many; "" where there is none."""
    least = tables.config.threshold
    few = sorted(f"{arm}: {n}" for arm, n in arms.value_counts().items() if n < least)
    return f"{'; '.join(few[:5])} (threshold {least})" if few else ""


def arm_labels(tables: Tables) -> pd.Series:
    """The label of each subject's arm; missing where study.toml has none for it."""
    labels = {value: arm.label for arm in tables.config.arms for value in arm.values}
    return pd.Series(tables.text("adsl.TRT01A").astype(object)).map(labels)


def _column(tables: Tables, name: str, *, code: bool) -> pd.Series:
    """Numbers where every value is one and they are no `code`, else texts."""
    words = pd.Series(tables.text(f"adsl.{name}").astype(object))
    numbers = pd.Series(tables.number(f"adsl.{name}"))
    return words if code or (numbers.isna() & words.notna()).any() else numbers


def _described(tables: Tables, row: int) -> str:
    said = f"CNSR {tables.said('adtte.CNSR', row)}"
    words = tables.has("adtte.EVNTDESC")
    return said + (f" beside {tables.said('adtte.EVNTDESC', row)}" if words else "")


@rule(
    "death read as a competing event",
    "note",
    "adtte.CNSR",
    expected="competing = [...] in the [endpoints] block where a death competes",
    do="declare it: competing = [2], say, or competing = [] if the patient counts as censored",
    needs=[*CODES, "adtte.EVNTDESC"],
)
def undeclared_deaths(tables: Tables) -> Iterator[Hits]:
    """EVNTDESC of a censored time says that the patient died, and study.toml names no competing event.

    Who died can no longer have the event, so cumulative incidences take the death as competing.
    Tests, hazard ratios and Kaplan-Meier curves take it as censored, as they must.
    """
    ended = outcomes(tables.frames["adtte"], tables.config.endpoints)
    parameter = tables.text("adtte.PARAMCD")
    for endpoint in tables.config.endpoints.values():
        mine = np.asarray(parameter == endpoint.paramcd) & ended["COMPETING"].to_numpy()
        rows = np.flatnonzero(mine)
        if endpoint.competing is None and len(rows):
            found = (
                f"{_described(tables, rows[0])}; {len(rows):,} rows of {endpoint.paramcd} like it"
            )
            yield Hits(rows[:1], found)


@rule(
    "ending that study.toml does not name",
    "warning",
    "adtte.CNSR",
    expected="one of the codes under events, competing and censored of the endpoint",
    do="add the code to one of the three lists; it counts as censored",
    needs=CODES,
)
def unknown_endings(tables: Tables) -> Iterator[Hits]:
    """study.toml lists the codes of censored times, and this row has none of the codes listed."""
    ended = outcomes(tables.frames["adtte"], tables.config.endpoints)
    rows = np.flatnonzero(ended["UNSAID"].to_numpy())
    if len(rows):
        yield Hits(rows, partial(_described, tables))


@rule(
    "code that never occurs",
    "warning",
    "study.endpoints",
    expected="codes that some row of the endpoint has",
    do="correct the code: CNSR as a number, EVNTDESC as a text in quotes",
    needs=CODES,
)
def unused_codes(tables: Tables) -> Iterator[Hits]:
    """A code under events, competing or censored stands in no row of its endpoint."""
    codes, parameter = tables.number("adtte.CNSR"), tables.text("adtte.PARAMCD")
    words = tables.text("adtte.EVNTDESC") if tables.has("adtte.EVNTDESC") else None
    for endpoint in tables.config.endpoints.values():
        rows = np.flatnonzero(np.asarray(parameter == endpoint.paramcd))
        there = set(codes[rows].tolist())
        texts = set() if words is None else {str(w).casefold() for w in words[rows].dropna()}
        for key in ("events", "competing", "censored"):
            for code in getattr(endpoint, key) or ():
                known = texts if isinstance(code, str) else there
                if len(rows) and (code.casefold() if isinstance(code, str) else code) not in known:
                    yield Hits(None, repr(code), at=f"study.endpoints.{endpoint.role}.{key}")


@rule(
    "arm without follow-up",
    "warning",
    "adtte.AVAL",
    expected="times above 0 in every arm",
    do="check the start date; without a time of follow-up in an arm no curve, median or restricted "
    "mean can be compared",
    needs=["adsl.USUBJID", "adsl.TRT01A", "adtte.USUBJID", "adtte.PARAMCD", "adtte.AVAL"],
)
def no_time(tables: Tables) -> Iterator[Hits]:
    """Every time of an endpoint is 0 in one arm, or all its times are one and the same."""
    treatment, parameter = tables.text("adsl.TRT01A"), tables.text("adtte.PARAMCD")
    owner = tables.subject("adsl")
    arm_of = np.full(len(tables.subjects) + 1, -1)  # the last place: a subject adsl lacks
    arm_of[owner[owner >= 0]] = treatment.codes[owner >= 0]
    times = tables.number("adtte.AVAL")
    for endpoint in tables.config.endpoints.values():
        rows = np.flatnonzero(np.asarray(parameter == endpoint.paramcd) & (times >= 0))
        arms = np.append(treatment.categories, "")[arm_of[tables.subject("adtte")[rows]]]
        for arm in tables.config.arms:
            mine = rows[np.isin(arms, arm.values)]
            if len(mine) and not times[mine].any():
                yield Hits(None, f"{len(mine):,} times of 0 in {arm.label!r} ({endpoint.paramcd})")
        if len(rows) > 1 and times[rows].any() and np.ptp(times[rows]) == 0:
            yield Hits(
                None, f"all {len(rows):,} times of {endpoint.paramcd} are {times[rows[0]]:g}"
            )
