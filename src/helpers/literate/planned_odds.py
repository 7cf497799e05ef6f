"""Planned responses of one study in, what a logistic regression with the plan's columns makes of them out.

Strata, covariates and centre of the block [analysis] of `study.toml` enter beside the arms; all arms are in
one model, and who lacks one of its columns is not. A column that no model can take is left out (`Plan`
says which). Of hidden subjects a response is left out that few of an arm, or at a level of a column, showed
or did not (`disclosure.elsewhere`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from helpers import collinear
from helpers.analyse import logistic
from helpers.analyse.estimate import Estimate
from helpers.derive import planned
from helpers.disclosure import elsewhere
from helpers.literate.harms import distinct_keys
from helpers.literate.models import Models
from helpers.literate.outcome import Results
from helpers.literate.planned_changes import adjusted_for
from helpers.literate.responders import Responders

MODEL = {"outcome": "RESPONSE", "arm": "ARM"}
NONE = (
    "No comparison: too few hidden patients of an arm, or at a level of a column, responded or did "
    "not, or counts are rounded."
)


def odds_ratios(responses: Responders) -> Results:
    """Odds ratio of each response in every planned pair of arms, adjusted; rows response.arm[.other]."""
    return _compared(responses, logistic.odds_ratios)


def odds_ratio_tests(responses: Responders) -> Results:
    """Likelihood-ratio test of each of these ratios."""
    return _compared(responses, logistic.odds_ratio_tests)


def standardised_differences(responses: Responders) -> Results:
    """The same model's risk differences, standardised to the columns of all subjects in it."""
    return _compared(responses, logistic.standardised_differences)


def _compared(responses: Responders, function: Callable[..., dict[str, Estimate]]) -> Results:
    study, columns = responses.study, _columns(responses)
    models, found = Models(study), {}
    counts = responses.kinds()
    names = distinct_keys(pd.Series(list(study.config.responses)))
    arms = distinct_keys(pd.Series(study.arms))
    for name in _comparable(responses, columns):
        rows, used = _rows(responses, name, columns)
        for against, compared in planned.pairs(study).items():
            about = counts.about_one(name, against)
            made = models.tried(about.parameter, function, rows, **MODEL, reference=against,
                                covariates=used)  # fmt: skip
            for arm in (arm for arm in compared if arm in made):
                words = about.parameter + adjusted_for(used)
                digits = 2 if made[arm].statistic == "chi-square" else None
                known = replace(about, parameter=words, arm=arm, comparator=against, digits=digits)
                end = "" if against == study.reference else f".{arms[against]}"
                found[f"{names[name]}.{arms[arm]}{end}"] = responses.shown(made[arm], known)
    table = models.results(found)
    return table if found or table.caption else Results({}, caption=NONE)


def _rows(responses: Responders, name: str, columns: list[str]) -> tuple[pd.DataFrame, list[str]]:
    """The subjects of one response who count, with the plan's columns, and those of these to be used."""
    mine = responses.frame[responses.frame["PARAMETER"] == name]
    if responses.study.config.responses[name].missing == "left out":
        mine = mine[mine["KNOWN"].astype(bool)]
    rows, _ = planned.with_plan(responses.study, mine[["USUBJID", "ARM", "RESPONSE"]], of=columns)
    rows = rows.assign(ARM=rows["ARM"].astype(str))
    idle = collinear.unusable(rows, arm="ARM", names=columns)
    return rows, [column for column in columns if column not in idle]


def _columns(responses: Responders) -> list[str]:
    """The columns of the plan that a model of all subjects can take."""
    gone = planned.unusable(responses.study)
    return [name for name in responses.study.config.analysis.columns if name not in gone]


def _comparable(responses: Responders, columns: list[str]) -> list[str]:
    may = elsewhere.comparable_in_model(responses.study, columns)
    return [name for name in responses.chosen if name in may]
