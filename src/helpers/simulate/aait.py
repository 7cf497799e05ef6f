"""Claims, assumptions and a seed in, the synthetic AAIT cohort out (adsl, adlb, adae).

The model. CD4 starts log-normal and gains, over the year, a log-normal amount along a saturating
curve; the shares of the gain between visits are Dirichlet, hence positive. CD8 is log-normal, rises
to the end of the reported window, falls back in part, with within-person noise. HIV RNA decays in
two phases to a residual level, cytokines fall towards an assumed ratio, donor cells decay with one
half-life; all three are left-censored at the assay's limit.

The conditioning. Reported medians are met in two steps: every patient's values are moved by one
common factor (CD4 gain, CD8 start and rise), so that the median before rounding is the reported
one, then rounded to whole cells; a draw whose rounded medians differ, or whose CD4 does not rise at
every visit in every patient, is discarded. HIV RNA, cytokines, donor cells and adverse events are
drawn until they show what the abstract says; no single value is edited. The steadiness of CD4 is
built into the model because the abstract reports it: real counts would fluctuate, and that all
twelve lines rise is no evidence of anything.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.assumptions import Assumption
from helpers.audit.claims import Claim
from helpers.simulate import markers, tables
from helpers.simulate.draws import first_draw
from helpers.simulate.events import adverse_events
from helpers.simulate.tables import Part

STUDY = "aait"
ARM = "AAIT"


def aait_tables(
    claims: Mapping[str, Claim], assumptions: Mapping[str, Assumption]
) -> dict[str, pd.DataFrame]:
    """The three tables of the cohort by name; the same inputs give the same frames.

    Errors: `ClaimsError` when no draw meets the claims.
    """
    value = {key: item.value for key, item in assumptions.items()}
    # one stream a part: a changed cytokine panel leaves the CD4 counts as they were
    streams = np.random.default_rng([value["seed"], 1]).spawn(5)
    size = int(claims["aait-enrolled"].values[0])
    adsl = tables.subject_level(
        STUDY,
        streams[0],
        arms=[ARM] * size,
        age=value["aait-age"],
        male_share=value["aait-male-share"],
    )
    adlb = _labs(streams, claims, value, adsl)
    adsl = tables.with_lab_summary(adsl, adlb)
    return {"adsl": adsl, "adlb": adlb, "adae": _events(streams[4], adsl, value)}


def _labs(streams, claims, value, adsl: pd.DataFrame) -> pd.DataFrame:
    visits, size = value["aait-visit-days"], len(adsl)
    actual = tables.actual_days(
        streams[0], planned=visits, subjects=size, jitter=value["visit-jitter"]
    )
    parts = [
        Part("CD4", "CD4+ T cells", "cells/µL", visits, _cd4(streams[1], claims, value, size)),
        Part("CD8", "CD8+ T cells", "cells/µL", visits, _cd8(streams[2], claims, value, size)),
        *markers.marker_parts(streams[3], value, size),
    ]
    # one blood draw a visit: parameters share its day; extra chimerism samples are to the day
    days = {day: np.full(size, day) for day in value["aait-chimerism-days"]}
    days |= dict(zip(visits, actual, strict=True))
    return tables.lab_table(STUDY, parts, ids=adsl["USUBJID"], visit_unit="Day", days=days)


def _cd4(rng: np.random.Generator, claims, value, size: int) -> np.ndarray:
    """CD4 counts (patients x visits): whole cells, rising at every visit, medians as reported."""
    first, last = claims["aait-cd4-rise"].values
    days = np.array(value["aait-visit-days"], dtype=float)
    curve = -np.expm1(-days / value["aait-cd4-gain-time"])
    shares = np.diff(curve) / curve[-1]

    def draw() -> np.ndarray:
        start = np.exp(rng.normal(0, value["aait-cd4-baseline-log-sd"], size))
        start = start * first / np.median(start)
        gain = np.exp(rng.normal(0, value["aait-cd4-gain-log-sd"], size))
        gain = gain * _factor(start, gain, last)
        path = rng.dirichlet(shares * value["aait-cd4-steadiness"], size).cumsum(axis=1)
        return np.round(np.column_stack([start, start[:, None] + gain[:, None] * path]))

    def holds(counts: np.ndarray) -> bool:
        medians = np.median(counts[:, [0, -1]], axis=0)
        steady = (np.diff(counts, axis=1) > 0).all() and counts.min() >= 1
        return bool(steady and (medians == [first, last]).all())

    return first_draw(draw, holds, what="aait, CD4")


def _factor(start: np.ndarray, gain: np.ndarray, last: float) -> float:
    """The common factor of all gains that brings the median at the end to `last`."""
    from scipy.optimize import brentq

    return brentq(lambda factor: np.median(start + factor * gain) - last, 0, 100 * last)


def _cd8(rng: np.random.Generator, claims, value, size: int) -> np.ndarray:
    """CD8 counts (patients x visits): whole cells, medians as reported, highest at the peak."""
    first, high = claims["aait-cd8-rise"].values
    days = np.array(value["aait-visit-days"], dtype=float)
    peak = int(np.flatnonzero(days == claims["aait-cd8-window"].values[0])[0])
    shape = _rise_and_return(days, days[peak], value)
    noise_sd = np.sqrt(np.log1p(value["cd8-within-person-cv"] ** 2))

    def draw() -> np.ndarray:
        level = rng.normal(0, value["aait-cd8-baseline-log-sd"], (size, 1))
        rise = np.log(high / first) + rng.normal(0, value["aait-cd8-rise-sd"], (size, 1))
        path = level + rise * shape + rng.normal(0, noise_sd, (size, len(days)))
        path += np.log(first) - np.median(path[:, 0])
        # the median of a log is not quite the log of the median, hence the check after rounding
        path += shape * (np.log(high) - np.median(path[:, peak]))
        return np.round(np.exp(path))

    def holds(counts: np.ndarray) -> bool:
        medians = np.median(counts, axis=0)
        return bool(
            medians[0] == first
            and medians[peak] == high
            and (np.delete(medians, peak) < high).all()
        )

    return first_draw(draw, holds, what="aait, CD8")


def _rise_and_return(days: np.ndarray, peak: float, value) -> np.ndarray:
    """Share of the log rise at each day: 0 at the start, 1 at `peak`, partly kept at the end."""
    rise = np.expm1(-days / value["aait-cd8-rise-time"])
    rise = rise / np.expm1(-peak / value["aait-cd8-rise-time"])
    after = np.clip((days - peak) / (days[-1] - peak), 0, 1)
    return np.where(days <= peak, rise, 1 - (1 - value["aait-cd8-kept"]) * np.sqrt(after))


def _events(rng: np.random.Generator, adsl: pd.DataFrame, value) -> pd.DataFrame:
    """Adverse events with some before treatment and some patients with several after it."""

    def draw() -> pd.DataFrame:
        return adverse_events(
            STUDY,
            rng,
            ids=adsl["USUBJID"],
            follow_up=adsl["TRTDURD"],
            terms=value["aait-adverse-events"],
            severity=value["adverse-event-severity"],
        )

    def holds(events: pd.DataFrame) -> bool:
        emergent = events[events["TRTEMFL"] == "Y"]
        return len(emergent) < len(events) and emergent["USUBJID"].duplicated().any()

    return first_draw(draw, holds, what="aait, adverse events")
