"""A study in, rows on who is in it, what they were like and when they were seen out; nothing is counted.

Each function makes the `Rows` of a noun of a `Trial`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers import derive
from helpers.context import current_context
from helpers.derive import baseline
from helpers.disclosure import rounding
from helpers.literate.outcome import About
from helpers.literate.rows import Rows, in_order
from helpers.study import Study

HIDDEN_BELOW = 0.25  # no quartiles where so large a share lies below the limit of quantification
THIRDS = ("lowest", "middle", "highest")


def patients(study: Study) -> Rows:
    """One row a subject with its arm and what adsl says of it."""
    return Rows(study, study.adsl, _about(study, "Patients"))


def baseline_values(study: Study) -> Rows:
    """Numeric characteristics at baseline: PARAMETER, ARM, VALUE, one row a subject and characteristic.

    One that is below the limit of quantification in a quarter or more of an arm is left out there.
    """
    found = baseline.baseline_values(study)
    below = found.groupby(["ROLE", "ARM"], observed=True)["BELOW"].transform(_share_of(study))
    kept = found[below.astype(float) < HIDDEN_BELOW].rename(columns={"ROLE": "PARAMETER"})
    return _named(study, kept)


def baseline_flags(study: Study) -> Rows:
    """Characteristics that a subject has or not: PARAMETER, ARM, FLAG, for each subject known."""
    few = rounding.few_by(study.config, current_context().lot)
    shares = baseline.baseline_shares(study, few=few)
    rows = shares.loc[shares.index.repeat(shares["N"])].reset_index(drop=True)
    place = rows.groupby(["ROLE", "ARM"], observed=True).cumcount()
    rows = rows.assign(FLAG=(place < rows["X"]).astype(bool), UNIT="proportion")
    return _named(study, rows.rename(columns={"ROLE": "PARAMETER"}))


def seen(study: Study) -> Rows:
    """Every subject at every visit of every parameter: PARAMETER, ARM, VISIT, SEEN (a value is there)."""
    parts, names = [], {}
    for role, parameter in study.config.parameters.items():
        found = derive.values(study, role)[["USUBJID", "VISIT"]].drop_duplicates()
        everyone = study.adsl[["USUBJID", "ARM"]].merge(
            pd.DataFrame({"VISIT": sorted(found["VISIT"].unique())}), how="cross"
        )
        both = everyone.merge(found.assign(SEEN=True), how="left")
        parts.append(both.assign(PARAMETER=role, SEEN=both["SEEN"].notna()))
        names[role] = (parameter.label, "")
    columns = ["USUBJID", "ARM", "PARAMETER", "VISIT", "SEEN"]
    frame = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    return Rows(study, frame[columns], _about(study, ""), names=names)


def by_thirds(changes: Rows) -> Rows:
    """Changes of the reference arm (or the only one) with PARAMETER = the third of the baseline value."""
    frame = changes.where(arm=changes.study.reference).frame
    place = frame["BASE"].rank(method="average", pct=True).to_numpy()
    third = np.clip(np.ceil(3 * place).astype(int) - 1, 0, 2)
    order = pd.Categorical([THIRDS[i] for i in third], categories=THIRDS, ordered=True)
    names = {
        t: (f"{changes.about.parameter}, {t} third at baseline", changes.about.unit) for t in THIRDS
    }
    return Rows(changes.study, frame.assign(PARAMETER=order), changes.about, names=names)


def _named(study: Study, rows: pd.DataFrame) -> Rows:
    """Rows with the labels and units that they carry as names of their parameters."""
    names = {role: (label, unit) for role, label, unit in
             rows[["PARAMETER", "LABEL", "UNIT"]].drop_duplicates().itertuples(index=False)}  # fmt: skip
    frame = in_order(rows.drop(columns=["LABEL", "UNIT"]), names)
    return Rows(study, frame, _about(study, "", "Baseline"), names=names)


def _share_of(study: Study) -> Callable[[pd.Series], float]:
    """The share of those marked; where counts are rounded, of rounded counts."""
    if study.config.show_subjects or not study.config.rounding:
        return lambda marked: float(marked.mean())
    lot = current_context().lot
    return lambda marked: (rounding.rounded(marked.sum(), lot)
                           / max(1, rounding.rounded(len(marked), lot)))  # fmt: skip


def _about(study: Study, parameter: str, visit: str = "") -> About:
    return About(study.id, study.label, parameter, visit=visit)
