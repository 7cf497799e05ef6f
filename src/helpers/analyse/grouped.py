"""Events seen only at common visits and arms go in, grouped-time hazard ratios come out.

One row a subject: `time` is the visit that first showed the event, or the last visit without it.
The model knows only between which visits an event lies; that is all such data hold. Nothing is
assumed about when inside the interval it happened.
"""

from __future__ import annotations

import warnings
from collections.abc import Hashable, Sequence

import numpy as np

from helpers.analyse import checks
from helpers.analyse.estimate import Estimate, estimator
from helpers.errors import NoEstimateError


@estimator
def grouped_hazard_ratio(
    time: Sequence[float],
    event: Sequence[bool],
    arm: Sequence[Hashable],
    *,
    reference: Hashable,
    level: float = 0.95,
) -> dict[Hashable, Estimate]:
    """Hazard ratios against `reference` under proportional hazards, from interval-censored times.

    Binomial regression of the event at each visit on visit and arm with a complementary log-log
    link: its arm coefficients are those of a proportional-hazards model in continuous time that is
    observed at common visits. Wald intervals and tests. Visits without any event add nothing.
    Raises where an arm has no event. Prentice & Gloeckler 1978, Biometrics 34:57.
    """
    from scipy import special

    time = checks.vector(time, name="time", least=2)
    event = checks.flags(event, name="event", length=len(time))
    arms = checks.labels(arm, name="arm", length=len(time))
    names = checks.reference_first(arms, reference)
    counts, design = _visit_rows(time, event, arms, names)
    fit = _fit(counts, design)
    beta, error = (v[: len(names) - 1] for v in (fit.params, fit.bse))
    if not (fit.converged and np.isfinite(error).all() and (error < 100).all()):
        raise NoEstimateError(
            "grouped hazard ratio: expected a finite maximum of the likelihood, found none; "
            "every arm needs an event and the visits must not separate the arms"
        )
    z = float(special.ndtri((1 + checks.inside(level, 0, 1, name="level")) / 2))
    out = {}
    for name, b, e in zip(names[1:], beta, error, strict=True):
        ratio = (float(np.exp(b + k * e)) for k in (0.0, -z, z))
        p = 2 * float(special.ndtr(-abs(b) / e))
        out[name] = Estimate("grouped cox", "hazard ratio", *ratio, p, len(time), level)
    return out


def _fit(counts: np.ndarray, design: np.ndarray):
    from statsmodels.genmod.families import Binomial, links
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # separation is looked for by the caller
        family = Binomial(link=links.CLogLog())
        return GLM(counts, design, family=family).fit(tol=1e-13, maxiter=200)


def _visit_rows(time, event, arms, names) -> tuple[np.ndarray, np.ndarray]:
    """Return (events, no events) and the design of every visit and arm with someone at risk."""
    if any(not event[arms == name].any() for name in names):
        raise NoEstimateError(
            "grouped hazard ratio: expected an event in every arm, found an arm without; its ratio "
            "is 0 or infinite: report counts"
        )
    visits = np.unique(time[event])
    counts, design = [], []
    for i, visit in enumerate(visits):
        for k, name in enumerate(names):
            mine = arms == name
            at_risk = int((mine & (time >= visit)).sum())
            events = int((mine & event & (time == visit)).sum())
            if at_risk:
                counts.append((events, at_risk - events))
                design.append([*np.eye(len(names))[k][1:], *np.eye(len(visits))[i]])
    return np.array(counts, dtype=float), np.array(design)
