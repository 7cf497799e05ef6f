"""The raw tables of a folder in, every rule of this package run over them, all `Problem`s out."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from helpers.config import StudyConfig
from helpers.conformance import (  # noqa: F401 - importing a theme registers its rules
    agreement,
    apart,
    arms,
    baselines,
    blocks,
    body,
    classes,
    columns,
    conversions,
    copied_flags,
    copies,
    counted,
    counted_days,
    counted_from,
    coverage,
    crossings,
    cutoffs,
    dates,
    deaths,
    doses,
    doubled,
    durations,
    emergence,
    ends,
    entries,
    events,
    first_events,
    follow_up,
    groups,
    heaps,
    lasting,
    limits,
    meaning,
    measures,
    named_arms,
    near_copies,
    odd_numbers,
    one_visit,
    order,
    parameters,
    periods,
    personal,
    places,
    planned,
    planned_values,
    populations,
    recoded,
    responses,
    rows_moved,
    runs,
    same_patients,
    scale,
    shifts,
    sites,
    spelling,
    spikes,
    strangers,
    subjects,
    terms,
    times,
    turned,
    two_endpoints,
    uniform,
    values,
    visit_days,
    visits,
    zeros,
)
from helpers.conformance.rules import CHECKS
from helpers.conformance.view import Tables
from helpers.errors import Problem


def check_relations(
    config: StudyConfig,
    tables: Mapping[str, pd.DataFrame],
    files: Mapping[str, str],
    broken: Collection[str] = (),
    aside: np.ndarray | None = None,
) -> list[Problem]:
    """Every fault that the rules of this package find in the raw `tables` (by table name).

    `files` names the file of each table; `broken` names tables that are there but could not be
    used, from whose absence nothing is concluded; `aside` are positions in adlb whose AVISITN was
    taken away on purpose, which is said elsewhere. The tables are not changed.
    """
    view = Tables(config, tables, files, broken, aside)
    if view.subjects.empty:
        return []  # said when it was read; the rest would only follow from it
    return [problem for check in CHECKS for problem in check.problems(view)]
