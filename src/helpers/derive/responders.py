"""A `Study` in, who responded as `study.toml` defines it, and of whom that is not known, out; no test.

A value below or above a limit of quantification is a bound. It counts where the bound decides: a viral
load below a limit of 50 is below 50 and below 200, and whether it is below 20 is not known.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.config_responses import Response
from helpers.derive import frames, upper
from helpers.study import Study

UNKNOWN = ": not known"  # after what a page calls a response: how many it is not known of
EXACT = 1e-12  # numbers that differ by this share of their size are one: 0.3 - 0.2 is 0.1


def responders(study: Study, name: str) -> pd.DataFrame:
    """USUBJID, ARM, RESPONSE and KNOWN of every subject of `study`, for the response `name`.

    KNOWN is False where a value that the response needs is missing, is a bound that does not decide,
    or, of a change in per cent, where the baseline is not above 0; RESPONSE is False there.
    """
    ends = _ends(study, study.config.responses[name]).reindex(study.adsl["USUBJID"])
    low, high = (_reached(ends, study.config.responses[name], end) for end in ("LOW", "HIGH"))
    known = (low == high) & ends["SIZE"].notna().to_numpy()
    out = study.adsl[["USUBJID", "ARM"]].reset_index(drop=True)
    return out.assign(RESPONSE=low & known, KNOWN=known)


def counted(study: Study, name: str) -> pd.DataFrame:
    """Responders by arm: ARM, X of N; N is every subject, or those of whom it is known (`missing`)."""
    rows = responders(study, name)
    if study.config.responses[name].missing == "left out":
        rows = rows[rows["KNOWN"]]
    found = rows.groupby("ARM", observed=False)["RESPONSE"].agg(["sum", "size"]).astype(int)
    return found.rename(columns={"sum": "X", "size": "N"}).reset_index()


def needed(study: Study) -> pd.DataFrame | None:
    """The rows of adlb that its responses are made of, None without one: a small part of a large table."""
    planned = study.config.responses.values()
    if study.adlb is None or not planned:
        return None
    visits = {study.config.visits.baseline, *(r.visit for r in planned)}
    at = study.adlb["AVISITN"].isin(visits)
    rows = study.adlb[at & study.adlb["PARAMCD"].isin({r.parameter for r in planned})]
    return rows.reset_index(drop=True)


def role_of(study: Study, name: str) -> str:
    """The role of the parameter whose values a response is about."""
    code = study.config.responses[name].parameter
    return next(role for role, p in study.config.parameters.items() if p.paramcd == code)


def words(study: Study, name: str) -> str:
    """What a page calls a response: its parameter and its label."""
    label = study.config.responses[name].label
    return f"{study.parameter(role_of(study, name)).label}, response: {label}"


def _ends(study: Study, response: Response) -> pd.DataFrame:
    """By USUBJID: between which numbers LOW and HIGH the value or change lies, and its SIZE.

    LOW_OPEN and HIGH_OPEN: it does not reach that end itself. SIZE: that of the numbers it is made of.
    """
    role = role_of(study, response.name)
    later = _values(study, role, response, response.visit)
    if response.of == "value":
        return later
    first = _values(study, role, response, study.config.visits.baseline)
    first = first.reindex(later.index)
    sizes = later["SIZE"].combine(first["SIZE"], np.maximum)
    if response.of == "percent change":
        first = first.where(first["HIGH"] > 0)
        low, high = (
            100 * (later["LOW"] / first["HIGH"] - 1),
            100 * (later["HIGH"] / first["LOW"] - 1),
        )
        sizes = low.abs().clip(lower=100).where(first["SIZE"].notna())
    else:
        low, high = later["LOW"] - first["HIGH"], later["HIGH"] - first["LOW"]
    return pd.DataFrame({
        "LOW": low, "HIGH": high, "SIZE": sizes,
        "LOW_OPEN": later["LOW_OPEN"] | first["HIGH_OPEN"].eq(True),
        "HIGH_OPEN": later["HIGH_OPEN"] | first["LOW_OPEN"].eq(True),
    })  # fmt: skip


def _values(study: Study, role: str, response: Response, visit: float) -> pd.DataFrame:
    """The ends of each value at one visit, on the scale of the threshold."""
    rows = frames.at_visit(study, role, visit).set_index("USUBJID")
    above = upper.above(study, role)
    above = above[above["ABOVE"] & (above["VISIT"] == visit)]["USUBJID"]
    value = _on_scale(study, role, response, rows["AVAL"])
    value = value.where(np.isfinite(value))  # 0 has no logarithm
    low, high = rows["BLQFL"].astype(bool), pd.Series(rows.index.isin(above), rows.index)
    least = -np.inf if response.scale == "log10" else 0.0  # no concentration is below 0
    return pd.DataFrame({
        "LOW": value.mask(low, least), "HIGH": value.mask(high, np.inf), "SIZE": value.abs(),
        "LOW_OPEN": high, "HIGH_OPEN": low,
    })  # fmt: skip


def _on_scale(study: Study, role: str, response: Response, values: pd.Series) -> pd.Series:
    logs = frames.are_logarithms(study, role)
    if response.scale == "log10":
        with np.errstate(divide="ignore", invalid="ignore"):
            return frames.logarithms(study, role, values)
    return 10.0**values if logs else values.astype(float)


def _reached(ends: pd.DataFrame, response: Response, end: str) -> np.ndarray:
    """Whether a value at this end is a response; at an open end it lies beside it."""
    gap = (ends[end] - response.threshold).to_numpy(dtype=float)
    near = np.abs(gap) <= EXACT * np.maximum(ends["SIZE"], abs(response.threshold)).to_numpy()
    beside = {"LOW": 1, "HIGH": -1}[end] * ends[f"{end}_OPEN"].eq(True).to_numpy()
    side = np.where(near, beside, np.sign(gap))
    return {"at_least": side >= 0, "above": side > 0, "at_most": side <= 0,
            "below": side < 0}[response.side]  # fmt: skip
