"""A study folder in, the tables that its study analyses out, with a note for all that was changed.

Each step takes a table and returns it with its notes; no step changes the frame that it was given.
A row carries its number in the file (the frame's index) until it is typed, so that the report names
it whatever was left out before. `ingest` goes as far as the rules of `conformance` look;
`typed_tables` does the rest once they have found no error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.cells import is_blank
from helpers.config import StudyConfig, columns_said
from helpers.errors import Problem
from helpers.ingest import lloq, types
from helpers.ingest.outcomes import outcomes
from helpers.ingest.population import without_untreated
from helpers.ingest.read import raw_tables
from helpers.ingest.visit_words import numbered
from helpers.ingest.visits import planned_visits_only, stand_ins


@dataclass(frozen=True)
class Ingested:
    """The raw tables of a folder by name, the file of each, and what was found or changed.

    `aside` are positions in adlb whose AVISITN was taken away, since they are at no planned visit;
    `imputed` the rows of these that the plan uses (None: it uses none).
    """

    tables: dict[str, pd.DataFrame]
    files: Mapping[str, str]
    notes: list[Problem]
    aside: np.ndarray = field(default_factory=lambda: np.array([], dtype=int))
    imputed: pd.DataFrame | None = None


def ingest(folder: Path, config: StudyConfig | None) -> Ingested:
    """Read the tables, leave out whom adsl puts in no arm, and number the planned visits.

    Without a `config`, which may be faulty, the tables come as they were read.
    """
    tables, files, notes = raw_tables(folder, config.columns if config else columns_said(folder))
    if config is None:
        return Ingested(tables, files, notes)
    if "adsl" in tables:
        arms = [value for arm in config.arms for value in arm.values]
        tables, more = without_untreated(tables, files["adsl"], arms=arms)
        notes += more
    if "adlb" not in tables:
        return Ingested(tables, files, notes)
    file, plan = files["adlb"], config.visits
    named, more = numbered(tables["adlb"], file, unit=plan.unit, baseline=plan.baseline)
    always, used = [plan.baseline, plan.main], config.analysis.imputed
    planned, most = planned_visits_only(named, file, planned=always, used=used)
    kept = stand_ins(named, file, planned=always, used=used) if used else None
    tables = tables | {"adlb": planned}
    return Ingested(tables, files, notes + more + most, _blanked(named, planned), kept)


def _blanked(before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray:
    """Positions whose AVISITN was there before and is not there after."""
    if after is before:
        return np.array([], dtype=int)
    gone = is_blank(after["AVISITN"]) & ~is_blank(before["AVISITN"])
    return np.flatnonzero(gone.to_numpy(dtype=bool))


def typed_tables(
    raw: dict[str, pd.DataFrame],
    files: Mapping[str, str],
    config: StudyConfig,
    imputed: pd.DataFrame | None = None,
) -> tuple[dict[str, pd.DataFrame], list[Problem]]:
    """The tables typed and joined with the arm, values below a limit marked, and notes.

    `raw` is emptied: each raw table is let go as soon as it is typed, for the sake of memory. The
    rows `imputed` (as `Ingested` has them) become a table of that name.
    """
    notes: list[Problem] = []
    if "adlb" in raw:
        raw["adlb"], notes = lloq.marked_below_limit(
            raw["adlb"], files["adlb"], limits=config.limits
        )
        raw["adlb"], more = lloq.filled_above_limit(raw["adlb"], files["adlb"])
        notes += more
    arm_of = types.arms_by_subject(config, raw["adsl"])
    ended = outcomes(raw["adtte"], config.endpoints) if "adtte" in raw else None
    out = {name: types.typed_table(name, raw.pop(name), arm_of) for name in list(raw)}
    if ended is not None:  # codes of study.toml come before CNSR = 0
        out["adtte"] = out["adtte"].assign(
            CNSR=~ended["EVENT"].to_numpy(), COMPETING=ended["COMPETING"].to_numpy()
        )
    if imputed is not None:
        marked, _ = lloq.marked_below_limit(imputed, files["adlb"], limits=config.limits)
        out["imputed"] = types.typed_table("adlb", marked, arm_of)
    return out, notes
