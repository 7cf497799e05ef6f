"""A `Study` in, which values lie above an upper limit of quantification out; it changes no value.

Such a value is a bound: the true one is higher, by how much is not known. AVALC says so (">100000"),
or `uloq` of study.toml does, at or above which no value is exact. In the frames it stands as the
limit, so that ranks and medians treat it as one of the highest, and means take it for the value.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.ingest.lloq import above_limits
from helpers.study import Study


def above(study: Study, role: str) -> pd.DataFrame:
    """USUBJID, ARM, VISIT and ABOVE (True: a bound), one row a measured value of the parameter."""
    table, parameter = study.adlb, study.parameter(role)
    kept = (table["PARAMCD"] == parameter.paramcd) & table["AVAL"].notna()
    rows = table[kept & table["AVISITN"].notna()]
    high = above_limits(rows["AVALC"]) if "AVALC" in rows else np.zeros(len(rows), dtype=bool)
    if parameter.uloq is not None:
        high = high | (rows["AVAL"] >= parameter.uloq).to_numpy(dtype=bool)
    out = rows[["USUBJID", "ARM"]].assign(VISIT=rows["AVISITN"], ABOVE=high)
    return out.sort_values(["USUBJID", "VISIT"], kind="stable").reset_index(drop=True)


def has_above(study: Study, role: str) -> bool:
    """Whether any value of the parameter lies above an upper limit."""
    return study.adlb is not None and bool(above(study, role)["ABOVE"].any())
