"""A `Study` in, how each subject's time to an event ended out: event, competing, watched, left early.

Nothing is estimated. Why somebody left is what EVNTDESC says of censored subjects. Only what the
study declares competes (`helpers.ingest.outcomes`); whose study ended, or who was alive at its end, has
not left.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.derive import frames
from helpers.study import Study

UNNAMED = "left early"
# descriptions of a time that ended because watching did, not because the patient left
WATCHED = re.compile(
    r"end of (the )?(study|follow|trial|observ)|stud(y|ies) end|\bcomplet|\balive\b|cut-?\s?off"
    r"|administrat|on-?going|still (at risk|on|watched|free)|data ?base lock|"
    r"\bno(t| \w+)? .*(by|at|until) (the )?(last|end)|studienende|lebt\b", re.I)  # fmt: skip


def endings(
    study: Study, role: str, *, horizon: float, few: Callable[[int], bool] | None = None
) -> pd.DataFrame:
    """One row a subject of an endpoint, up to `horizon` (in the endpoint's unit).

    Columns: USUBJID, ARM, TIME (at most `horizon`), EVENT (had it by `horizon`), COMPETING (had a
    competing event by then), LEFT (neither, censored before `horizon`, and EVNTDESC does not say that
    the study had ended), REASON ("" unless LEFT; EVNTDESC in lower case, "left early" where that
    is absent or blank). Reasons of so `few` subjects are pooled as "left early".
    """
    rows = frames.times(study, role)
    known = study.adtte[study.adtte["PARAMCD"] == study.endpoint(role).paramcd]
    words = known.get("EVNTDESC", pd.Series("", index=known.index)).astype(str).str.strip()
    early = rows["TIME"] < horizon
    watched = words.map(lambda text: bool(WATCHED.search(text))).to_numpy(dtype=bool)
    left = early & ~rows["EVENT"] & ~rows["COMPETING"] & ~watched
    reason = pd.Series(np.where(left, words.str.lower(), ""), index=rows.index)
    counts = reason.map(reason.value_counts())
    pooled = counts.map(few).astype(bool) if few else False
    unnamed = left & (reason.isin(["", "nan", "<na>"]) | pooled)
    out = rows.assign(TIME=rows["TIME"].clip(upper=horizon))
    return out.assign(
        EVENT=rows["EVENT"] & (rows["TIME"] <= horizon),
        COMPETING=rows["COMPETING"] & (rows["TIME"] <= horizon),
        LEFT=left,
        REASON=reason.mask(unnamed, UNNAMED),
    )
