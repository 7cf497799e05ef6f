"""A `Study` and a frame of its subjects in, the strata and covariates of the plan beside them out.

What the plan names stands in the block [analysis] of `study.toml`, as columns of adsl. A subject
without one of the values cannot be in the analysis; it is left out here and counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pandas as pd

from helpers import collinear
from helpers.study import Study

STRATUM = "STRATUM"
IN_MODEL, IN_STRATA, AMONG, IMPUTED = (
    ", adjusted for ",
    ", stratified by ",
    ", among ",
    " where missing",
)


def with_plan(
    study: Study, rows: pd.DataFrame, *, of: Sequence[str] | None = None
) -> tuple[pd.DataFrame, int]:
    """`rows` (USUBJID) with the columns of the plan and STRATUM, and how many subjects lack a value.

    `of`: only these columns of the plan (what a stratified test needs of it), else all of them.
    STRATUM joins the values of all strata by " / " ("all" where the plan has none). Strata and centre
    are texts, whatever adsl has, so that models take them as factors: centre 701 is no larger than
    700. So are covariates that are texts. Rows of subjects without a value are left out.
    """
    plan = study.config.analysis
    columns = [name for name in (plan.columns if of is None else of) if name not in rows]
    known = study.adsl.set_index("USUBJID")[columns]
    blank = known.isna() | known.eq("")
    use = rows[rows["USUBJID"].isin(known.index[~blank.any(axis=1)])]
    out = use.join(known, on="USUBJID").reset_index(drop=True)
    codes = {name: out[name].map(_said) for name in (*plan.strata, plan.centre) if name in columns}
    out = out.assign(**codes)
    parts = [out[name].map(_said) for name in plan.strata if of is None or name in of]
    stratum = parts[0].str.cat(parts[1:], sep=" / ") if parts else "all"
    lost = rows["USUBJID"].nunique() - use["USUBJID"].nunique()
    return out.assign(**{STRATUM: stratum}), lost


def stem(parameter: str) -> str:
    """A parameter as named without what the plan adds: covariates, strata, imputation, population."""
    for words in (AMONG, IN_MODEL, IN_STRATA):
        parameter = parameter.partition(words)[0]
    return parameter.rpartition(", ")[0] if parameter.endswith(IMPUTED) else parameter


def _said(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def compared(study: Study) -> list[str]:
    """The arms that the plan compares with the reference, in the order of `study.toml`."""
    return pairs(study).get(study.reference, [])


def pairs(study: Study) -> dict[str, list[str]]:
    """{arm compared with: the arms compared with it}, of every planned analysis; each in trial order.

    The reference first: the arms that `comparisons` names alone, all of them where it names none;
    then the pairs that it names, and with `pairwise` all pairs of the arms named so far.
    """
    plan, reference = study.config.analysis, study.reference
    said = plan.comparisons or tuple(arm for arm in study.arms if arm != reference)
    found = [c if isinstance(c, tuple) else (c, reference) for c in said]
    if plan.pairwise:
        named = [arm for arm in study.arms if any(arm in pair for pair in found)]
        pairwise = [(b, a) for a, b in combinations(_first(reference, named), 2)]
        known = {frozenset(pair) for pair in found}
        found += [pair for pair in pairwise if frozenset(pair) not in known]
    order = [reference, *(arm for arm in study.arms if arm != reference)]
    return {against: arms for against in order
            if (arms := [a for a in study.arms if (a, against) in found])}  # fmt: skip


def _first(reference: str, arms: list[str]) -> list[str]:
    """The arms with the reference first, so that the others are compared with it."""
    return sorted(arms, key=lambda arm: arm != reference)


def arms_of(study: Study) -> list[str]:
    """The arms that take part in a planned comparison, the reference first if it does."""
    found = {arm for against, arms in pairs(study).items() for arm in (against, *arms)}
    return [arm for arm in _first(study.reference, study.arms) if arm in found]


def unusable(study: Study) -> dict[str, str]:
    """Covariates of the plan that no model of all subjects can take: {column of adsl: why}."""
    rows, _ = with_plan(study, study.adsl[["USUBJID", "ARM"]])
    return collinear.unusable(rows, arm="ARM", names=study.config.analysis.columns)
