"""The csv files of a digitised curve in, its points and numbers at risk by arm out.

`curve`: arm, time, y (survival or cumulative, as a share or in per cent); `n_risk`: arm, time, n_risk.
Points that rise, as a hand's do, are drawn level by least squares, never all to the lowest. The
digitising error is half a per cent of either axis, and more where the points are printed coarser or
rise by more.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression

from helpers.errors import AnalysisError

LARGEST = 1_000_000  # time, per cent or patients at risk
SLACK = 1.0  # a digitised point may lie a little below the axis
ERROR = 0.005  # of either axis
POINT = 0.0015  # of the axis: what a single drop may be off in a finely digitised curve
DECIMALS = 6  # of a share: points are printed to at most so many


@dataclass(frozen=True)
class ArmCurve:
    """One arm: times and survival (0 to 1) of the points, and times and numbers at risk (or none).

    `error`: by how much the survival of a point may be off; `drop`: by how much that of a single drop.
    """

    arm: str
    time: np.ndarray
    survival: np.ndarray
    risk_time: np.ndarray
    risk: np.ndarray
    error: float = ERROR
    drop: float = POINT

    @property
    def slip(self) -> float:
        """By how much the time of a point may be off."""
        return ERROR * float(self.time.max())


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
    half = _half_a_unit(y.to_numpy(float))
    start = y[frame["time"] <= frame["time"].min()].mean()
    cumulative = y_axis == "cumulative" or (not y_axis and start < 0.5)
    frame = frame.assign(y=1 - y if cumulative else y)
    out = []
    for arm in arms:
        rows = frame[frame["arm"].str.strip() == arm].sort_values(
            ["time", "y"], ascending=[True, False], kind="stable"
        )
        if rows.empty:
            raise AnalysisError(
                f"{curve.name}: expected points of arm {arm!r}, found none; add them"
            )
        out.append(_arm(arm, rows, half, *_at_risk(risks, arm)))
    return out


def _half_a_unit(y: np.ndarray) -> float:
    """Return half a unit of the last decimal to which the points are printed."""
    decimals = next((d for d in range(DECIMALS) if np.allclose(y, y.round(d), atol=1e-9)), DECIMALS)
    return 0.5 * 10.0**-decimals


def _at_risk(risks: pd.DataFrame | None, arm: str) -> tuple[np.ndarray, np.ndarray]:
    if risks is None:
        return np.array([]), np.array([])
    at = risks[risks["arm"].str.strip() == arm].sort_values("time")
    return at["time"].to_numpy(float), at["n_risk"].to_numpy(float)


def _arm(arm: str, rows: pd.DataFrame, half: float, risk_time, risk) -> ArmCurve:
    """Return a curve that never rises; how far points lie from it adds to their error."""
    y = np.clip(rows["y"].to_numpy(float), 0, 1)
    level = isotonic_regression(y, increasing=False).x
    error = max(ERROR, half, float(np.abs(y - level).max()))
    drop = POINT if half < POINT else error
    return ArmCurve(arm, rows["time"].to_numpy(float), level, risk_time, risk, error, drop)
