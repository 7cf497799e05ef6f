"""Arrays of simulated values in, ADaM-style frames out; it draws nothing but ages, sex and days.

An array has one row a subject and one column a visit; NaN is a value that was not measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Part:
    """One parameter: `values` in `unit` (subjects x `visits`), `below` True where at the limit."""

    code: str
    label: str
    unit: str
    visits: Sequence[int]
    values: np.ndarray
    below: np.ndarray | None = None
    decimals: int = 0


def significant_digits(values: np.ndarray, *, digits: int = 3) -> np.ndarray:
    """Positive values rounded to so many significant digits, as a laboratory reports them."""
    step = 10.0 ** (np.floor(np.log10(values)) - digits + 1)
    # the outer rounding removes what binary floats add, so that 0.1 stays at the limit of 0.1
    return np.round(np.round(values / step) * step, 10)


def at_limit(values: np.ndarray, *, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Left-censor: values with those at or below `limit` set to it, and True where they were."""
    below = values <= limit
    return np.where(below, limit, values), below


def lab_table(
    study: str, parts: Sequence[Part], *, ids: Sequence[str], visit_unit: str, days: dict
) -> pd.DataFrame:
    """All parameters as one adlb: one row a subject, parameter and visit that was measured.

    `days` maps a planned visit to the subjects' actual study days; `visit_unit` is "Day" or "Week".
    Sorted by subject, parameter and visit.
    """
    rows = [_rows(part, ids=ids, visit_unit=visit_unit, days=days) for part in parts]
    frame = pd.concat(rows, ignore_index=True)
    keys = ["USUBJID", "PARAMCD", "AVISITN"]
    frame = frame.sort_values(keys, kind="stable", ignore_index=True)
    frame.insert(0, "STUDYID", study.upper())
    return frame


def _rows(part: Part, *, ids: Sequence[str], visit_unit: str, days: dict) -> pd.DataFrame:
    """One parameter; BASE and CHG are missing where it has no visit 0."""
    subjects, visits = len(ids), part.visits
    aval = np.round(part.values, part.decimals)
    base = aval[:, [0]] if visits[0] == 0 else np.full((subjects, 1), np.nan)
    below = np.zeros(aval.shape, dtype=bool) if part.below is None else part.below
    names = ["Baseline" if visit == 0 else f"{visit_unit} {visit}" for visit in visits]
    frame = pd.DataFrame(
        {
            "USUBJID": np.repeat(ids, len(visits)),
            "PARAMCD": part.code,
            "PARAM": part.label if part.unit == "ratio" else f"{part.label} ({part.unit})",
            "AVALU": part.unit,
            "AVISIT": np.tile(names, subjects),
            "AVISITN": np.tile(visits, subjects),
            "ADY": np.column_stack([days[visit] for visit in visits]).ravel(),
            "AVAL": aval.ravel(),
            "BASE": np.broadcast_to(base, aval.shape).ravel(),
            "CHG": np.round(aval - base, part.decimals).ravel(),
            "ABLFL": np.tile(["Y" if visit == 0 else "" for visit in visits], subjects),
            "BLQFL": np.where(below, "Y", "").ravel(),
        }
    )
    return frame[frame["AVAL"].notna()]


def actual_days(
    rng: np.random.Generator, *, planned: Sequence[int], subjects: int, jitter: int
) -> list[np.ndarray]:
    """For each planned day the subjects' actual days: exact up to Day 30, then jittered."""
    moved = rng.integers(-jitter, jitter + 1, size=(subjects, len(planned)))
    return [day + (moved[:, i] if day > 30 else 0 * moved[:, i]) for i, day in enumerate(planned)]


def subject_level(
    study: str, rng: np.random.Generator, *, arms: Sequence[str], age: Any, male_share: float
) -> pd.DataFrame:
    """adsl with one row an element of `arms`; AGE in whole years, all in both analysis sets."""
    mean, sd, youngest, oldest = age
    count = len(arms)
    return pd.DataFrame(
        {
            "STUDYID": study.upper(),
            "USUBJID": [f"{study.upper()}-{number:03d}" for number in range(1, count + 1)],
            "TRT01A": list(arms),
            "AGE": np.clip(np.round(rng.normal(mean, sd, count)), youngest, oldest).astype(int),
            "SEX": np.where(rng.random(count) < male_share, "M", "F"),
            "SAFFL": "Y",
            "ITTFL": "Y",
        }
    )


def with_lab_summary(adsl: pd.DataFrame, adlb: pd.DataFrame) -> pd.DataFrame:
    """adsl with CD4BL, CD8BL (cells/µL at baseline) and TRTDURD (study day of the last visit)."""
    ids = adsl["USUBJID"]
    base = adlb[adlb["ABLFL"] == "Y"].pivot(index="USUBJID", columns="PARAMCD", values="AVAL")
    return adsl.assign(
        CD4BL=base["CD4"].reindex(ids).array,
        CD8BL=base["CD8"].reindex(ids).array,
        TRTDURD=adlb.groupby("USUBJID")["ADY"].max().reindex(ids).array,
    )
