"""Times to one endpoint in, up to when, at which times and as which curves they are reported out.

Where counts are rounded none of these is a single subject's doing: times are of a grid or shared by
many, and a curve is what the tables show at them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.analyse import landmarks, shared_times, survival
from helpers.literate.rows import row_key

if TYPE_CHECKING:
    from helpers.literate.times import Times


def horizon(times: Times, role: str) -> float:
    """The time up to which every arm is known, in the unit of the endpoint."""
    rows, wanted = times.of(role), times.study.endpoint(role).horizon
    columns = rows["TIME"], rows["ARM"]
    if times.by_lot:
        return shared_times.shared_horizon(*columns, few=times.few, horizon=wanted)
    return landmarks.common_horizon(*columns, horizon=wanted, least=times.least)


def marks(times: Times, role: str) -> list[float]:
    """The times to report at, the last one `horizon`."""
    time, end = times.of(role)["TIME"], horizon(times, role)
    if times.by_lot:
        return shared_times.shared_marks(time, horizon=end, few=times.few)
    return landmarks.landmark_times(time, horizon=end, least=times.least)


def curves(times: Times, role: str) -> pd.DataFrame:
    """Step curves by arm for a chart: `arm`, `time`, `value`, `lower`, `upper`, `at_risk`.

    Coarse where subjects are hidden (`landmarks`); where counts are rounded the shares and numbers at
    risk that the tables have at `marks`, without limits.
    """
    good = times.study.endpoint(role).event == "response"
    if not times.by_lot:
        return landmarks.curves_by_arm(
            times.of(role), horizon=horizon(times, role), incidence=good,
            exact=times.study.config.show_subjects, least=times.least, level=times.study.level,
        )  # fmt: skip
    mine, rows = times.where(parameter=role), []
    shares = mine.at_times(landmarks.cumulative_incidence_at if good else survival.survival_at)
    for key, risk in mine.at_risk().items():
        time = float(key.removeprefix(f"{role}.{row_key(risk.about.arm)}."))
        share = shares[key].value if time else float(not good)
        rows.append((risk.about.arm, time, share, np.nan, np.nan, risk.value))
    return pd.DataFrame(rows, columns=["arm", "time", "value", "lower", "upper", "at_risk"])
