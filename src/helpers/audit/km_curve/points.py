"""The csv files of a digitised curve in, its points and numbers at risk by arm out; nothing is smoothed.

`curve`: arm, time, y (survival or cumulative, as a share or in per cent); `n_risk`: arm, time, n_risk.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.errors import AnalysisError

LARGEST = 1_000_000  # time, per cent or patients at risk
SLACK = 1.0  # a digitised point may lie a little below the axis


@dataclass(frozen=True)
class ArmCurve:
    """One arm: times and survival (0 to 1) of the points, and times and numbers at risk (or none)."""

    arm: str
    time: np.ndarray
    survival: np.ndarray
    risk_time: np.ndarray
    risk: np.ndarray


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    try:
        frame = pd.read_csv(path, dtype={"arm": str}, skipinitialspace=True)
    except (OSError, ValueError) as error:
        raise AnalysisError(f"{path.name}: expected a csv, found {error}; correct it") from None
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise AnalysisError(
            f"{path.name}: expected columns {', '.join(columns)}, found {', '.join(frame.columns)}; "
            "rename them"
        )
    numbers = frame[list(columns[1:])].apply(pd.to_numeric, errors="coerce")
    unsound = ~((numbers >= -SLACK) & (numbers <= LARGEST)).all(axis=1).to_numpy()
    if unsound.any():
        row = int(unsound.argmax())
        found = ", ".join(map(str, frame.iloc[row][list(columns[1:])]))
        raise AnalysisError(
            f"{path.name}, row {row + 2}: expected numbers from 0 to {LARGEST:,}, found {found}; correct it"
        )
    return frame.assign(**{name: numbers[name] for name in columns[1:]})


def load_curves(
    curve: Path, n_risk: Path | None, *, arms: tuple[str, ...], y_axis: str = ""
) -> list[ArmCurve]:
    """Return the curves of `arms`, in that order.

    Where `y_axis` is left out, curves that start in the upper half are survival. Raises
    AnalysisError for files that are not as the module says, or an arm without points.
    """
    frame = _table(curve, ("arm", "time", "y"))
    risks = _table(n_risk, ("arm", "time", "n_risk")) if n_risk else None
    y = frame["y"] / (100 if frame["y"].max() > 1.5 else 1)
    start = y[frame["time"] <= frame["time"].min()].mean()
    cumulative = y_axis == "cumulative" or (not y_axis and start < 0.5)
    frame = frame.assign(y=1 - y if cumulative else y)
    out = []
    for arm in arms:
        rows = frame[frame["arm"].str.strip() == arm].sort_values("time", kind="stable")
        if rows.empty:
            raise AnalysisError(
                f"{curve.name}: expected points of arm {arm!r}, found none; add them"
            )
        at = (
            risks[risks["arm"].str.strip() == arm].sort_values("time")
            if risks is not None
            else None
        )
        known = (
            (np.array([]), np.array([]))
            if at is None
            else (at["time"].to_numpy(float), at["n_risk"].to_numpy(float))
        )
        survival = np.minimum.accumulate(np.clip(rows["y"].to_numpy(float), 0, 1))
        out.append(ArmCurve(arm, rows["time"].to_numpy(float), survival, *known))
    return out
