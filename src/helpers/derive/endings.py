"""A `Study` in, how each subject's time to an event ended out: event, still watched, or left early.

Nothing is estimated. Why somebody left is what EVNTDESC says of censored subjects; whether that is
a competing event or plain censoring is a judgement, which this module does not make.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.derive import frames
from helpers.study import Study

UNNAMED = "left early"


def endings(study: Study, role: str, *, horizon: float, least: int = 1) -> pd.DataFrame:
    """One row a subject of an endpoint, up to `horizon` (in the endpoint's unit).

    Columns: USUBJID, ARM, TIME (at most `horizon`), EVENT (had it by `horizon`), LEFT (censored
    before `horizon`), REASON ("" unless LEFT; EVNTDESC in lower case, "left early" where that is
    absent or blank). Reasons of fewer than `least` subjects are pooled as "left early".
    """
    rows = frames.times(study, role)
    known = study.adtte[study.adtte["PARAMCD"] == study.endpoint(role).paramcd]
    words = known.get("EVNTDESC", pd.Series("", index=known.index)).astype(str).str.strip()
    early = rows["TIME"] < horizon
    left = early & ~rows["EVENT"]
    reason = pd.Series(np.where(left, words.str.lower(), ""), index=rows.index)
    counts = reason.map(reason.value_counts())
    unnamed = left & (reason.isin(["", "nan", "<na>"]) | (counts < least))
    out = rows.assign(TIME=rows["TIME"].clip(upper=horizon))
    return out.assign(
        EVENT=rows["EVENT"] & (rows["TIME"] <= horizon),
        LEFT=left,
        REASON=reason.mask(unnamed, UNNAMED),
    )
