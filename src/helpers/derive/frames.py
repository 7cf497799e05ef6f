"""A `Study` in, analysis frames out: baseline, change, windows, first response; it never tests or draws.

Every frame has one row a subject unless its docstring says otherwise, and carries USUBJID and ARM.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.causality import counts_as_related
from helpers.conformance.units import parse_unit
from helpers.errors import AnalysisError
from helpers.study import Study


def values(study: Study, role: str) -> pd.DataFrame:
    """All values of a parameter, one row a subject and visit, sorted by subject and visit.

    Columns: USUBJID, ARM, VISIT (AVISITN, in the study's visit unit), AVAL (parameter unit; the
    limit where BLQFL), BLQFL (True: below the limit). Rows without a value or a visit are left out.
    """
    rows = _measured(study, role)
    return rows.sort_values(["USUBJID", "VISIT"], kind="stable").reset_index(drop=True)


def _measured(study: Study, role: str, visit: float | None = None) -> pd.DataFrame:
    """The rows of `values`, at one visit if given, in the order of adlb: sorting millions takes time."""
    table = study.adlb
    kept = (table["AVAL"].notna() & table["AVISITN"].notna()).to_numpy()
    if visit is not None:
        kept &= table["AVISITN"].to_numpy() == visit
    kept[kept] = table["PARAMCD"].to_numpy()[kept] == study.parameter(role).paramcd
    rows = table.loc[kept, ["USUBJID", "ARM", "AVISITN", "AVAL", "BLQFL"]]
    return rows.rename(columns={"AVISITN": "VISIT"})


def visits(study: Study, role: str) -> list[float]:
    """The visits at which a parameter was measured, ascending, in the study's visit unit."""
    return sorted(_measured(study, role)["VISIT"].unique().tolist())


def at_visit(study: Study, role: str, visit: float) -> pd.DataFrame:
    """The values of a parameter at one visit; one row a subject measured there."""
    rows = _measured(study, role, visit).drop(columns="VISIT")
    return rows.sort_values("USUBJID", kind="stable").reset_index(drop=True)


def change(study: Study, role: str, visit: float) -> pd.DataFrame:
    """Change from baseline to `visit`; one row a subject measured at both.

    Columns: USUBJID, ARM, BASE, AVAL, CHG (all in the parameter's unit), BASE_BLQ and BLQFL (True
    where BASE or AVAL is below the limit, so that CHG is a bound, not a value). Of a parameter without
    a baseline BASE is 0 and CHG the value itself.
    """
    later = at_visit(study, role, visit).drop(columns="ARM")
    base = at_visit(study, role, study.config.visits.baseline)
    if not study.parameter(role).baseline:
        base = study.adsl[["USUBJID", "ARM"]].assign(AVAL=0.0, BLQFL=False)
    base = base.rename(columns={"AVAL": "BASE", "BLQFL": "BASE_BLQ"})
    both = base.merge(later, on="USUBJID", validate="one_to_one")
    if both.empty:
        raise AnalysisError(
            f"{study.id}, {role}: expected subjects measured at baseline and at visit {visit:g}, "
            f"found none; visits are {visits(study, role)}: choose one of them"
        )
    return both.assign(CHG=both["AVAL"] - both["BASE"])


def logarithms(study: Study, role: str, values: pd.Series) -> pd.Series:
    """Decimal logarithms of `values` of a parameter; the values themselves where they are that already.

    `study.toml` says so with scale = "already log10", or with a unit such as log10 copies/mL.
    """
    return values.astype(float) if are_logarithms(study, role) else np.log10(values)


def are_logarithms(study: Study, role: str) -> bool:
    """Whether the values of a parameter are decimal logarithms in the study's own table."""
    parameter = study.parameter(role)
    unit = parse_unit(parameter.unit)
    named = parameter.unit.strip().lower().startswith("log10")
    return parameter.scale == "already log10" or named or bool(unit and unit.log10)


def on_scale(study: Study, role: str, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows with BASE, AVAL and CHG on the scale of the parameter: logarithms where it says log10."""
    if study.parameter(role).scale != "log10":
        return rows
    named = ("BASE", "AVAL") if study.parameter(role).baseline else ("AVAL",)
    logs = {"BASE": 0.0} | {name: logarithms(study, role, rows[name]) for name in named}
    return rows.assign(**logs, CHG=logs["AVAL"] - logs["BASE"])


def main_visit(study: Study, role: str) -> float:
    """The primary visit of `study.toml` if the parameter has changes there, else the last one that has."""
    have = study.change_visits(role)
    if not have:
        raise AnalysisError(
            f"{study.id}, {role}: expected a change from baseline, found none: "
            "remove the parameter from study.toml or add its later values"
        )
    return study.config.visits.main if study.config.visits.main in have else have[-1]


def wide(study: Study, role: str) -> pd.DataFrame:
    """A parameter as a table: one row a subject (index USUBJID), one column a visit, NaN if absent."""
    return values(study, role).pivot(index="USUBJID", columns="VISIT", values="AVAL")


def times(study: Study, role: str) -> pd.DataFrame:
    """One row a subject of a time-to-event endpoint: USUBJID, ARM, TIME (endpoint unit), EVENT,
    COMPETING (True: ended by a competing event, which is no event and censors in all but incidences).
    """
    code = study.endpoint(role).paramcd
    rows = study.adtte[study.adtte["PARAMCD"] == code]
    out = rows[["USUBJID", "ARM"]].assign(TIME=rows["AVAL"], EVENT=~rows["CNSR"])
    out["COMPETING"] = rows.get("COMPETING", pd.Series(False, index=rows.index))
    return out.reset_index(drop=True)


def intervals(study: Study, role: str, *, visits: list[float]) -> pd.DataFrame:
    """An endpoint seen only at `visits`: the event lies in (LEFT, RIGHT]; RIGHT is inf if censored.

    LEFT is the last scheduled visit before the one that showed the event (0 if there is none).
    """
    rows = times(study, role)
    grid = np.array([0.0, *sorted(v for v in visits if v > 0)])
    place = np.searchsorted(grid, rows["TIME"], side="left") - 1
    before = grid[np.maximum(place, 0)]  # an event at the start itself has nothing before it
    left = np.where(rows["EVENT"], before, rows["TIME"])
    return rows.assign(LEFT=left, RIGHT=np.where(rows["EVENT"], rows["TIME"], np.inf))


def first_response(rows: pd.DataFrame, *, rise: float, baseline: float) -> pd.DataFrame:
    """Time to the first value at least (1 + `rise`) times the subject's own baseline value.

    `rows` as `values` returns them. One row a subject with a baseline: USUBJID, ARM, TIME (visit of
    the first such value, else the last visit), EVENT.
    """
    base = rows[rows["VISIT"] == baseline].set_index("USUBJID")["AVAL"]
    later = rows[(rows["VISIT"] > baseline) & rows["USUBJID"].isin(base.index)]
    reached = later["AVAL"].to_numpy() >= (1 + rise) * base.reindex(later["USUBJID"]).to_numpy()
    last = later.groupby("USUBJID", sort=True).agg(ARM=("ARM", "first"), TIME=("VISIT", "max"))
    first = later[reached].groupby("USUBJID")["VISIT"].min()
    event = last.index.isin(first.index)
    time = first.reindex(last.index).fillna(last["TIME"])
    return last.assign(TIME=time, EVENT=event).reset_index()


def treatment_emergent(study: Study) -> pd.DataFrame:
    """Treatment-emergent adverse events, one row an event: those with TRTEMFL = Y.

    Without TRTEMFL the events that do not have a negative ASTDY; without both all of them. What
    was done is for the page to say: `emergence`.
    """
    events = study.adae
    if "TRTEMFL" in events:
        return events[events["TRTEMFL"]]
    return events[~(events["ASTDY"] < 0)] if "ASTDY" in events else events


def emergence(study: Study) -> str:
    """Which events `treatment_emergent` counts, as an adjective for a caption: "treatment-emergent"."""
    if "TRTEMFL" in study.adae:
        return "treatment-emergent"
    return "not pre-treatment (by ASTDY)" if "ASTDY" in study.adae else "recorded (at any time)"


def marked(events: pd.DataFrame, column: str, *, words: Sequence[str] = ()) -> pd.Series:
    """True for the events that a flag or a word of causality marks (Y, RELATED, POSSIBLE, ...).

    `words`: those that mark, as `study.toml` lists them; without any, the rule of `causality`:
    blank, N, NO, NOT RELATED, NONE, UNRELATED, UNLIKELY, REMOTE and DOUBTFUL do not mark. Index as
    `events`.
    """
    if events[column].dtype == bool:
        return events[column]
    said = events[column].astype(str)
    known = {word: counts_as_related(word, words) for word in said.unique()}
    return said.map(known).astype(bool)


def subjects_with(events: pd.DataFrame, study: Study, by: list[str]) -> pd.DataFrame:
    """Subjects (not events) with at least one event, by arm and by the columns `by`.

    One row an arm and combination found in any arm: ARM, `by`..., X (subjects with it), N (subjects
    of the arm), EVENTS.
    """
    size = study.adsl.groupby("ARM", observed=False)["USUBJID"].nunique().rename("N").reset_index()
    counted = (
        events.groupby([*by, "ARM"], observed=True)
        .agg(X=("USUBJID", "nunique"), EVENTS=("USUBJID", "size"))
        .reset_index()
    )
    kinds = counted[by].drop_duplicates() if by else pd.DataFrame(index=[0])
    out = size.merge(kinds, how="cross").merge(counted, how="left", on=["ARM", *by])
    return out.fillna({"X": 0, "EVENTS": 0}).astype({"X": int, "EVENTS": int})
