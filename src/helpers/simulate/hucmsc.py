"""Claims, assumptions and a seed in, the synthetic hUC-MSC cohort out (adsl, adlb, adae, adtte).

The arms, and how they are made to agree with the abstract, are in `hucmsc_arms`; here they become
tables. It never changes a count that the arms hold.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.assumptions import Assumption
from helpers.audit.claims import Claim, Fact
from helpers.simulate import tables
from helpers.simulate.events import adverse_events
from helpers.simulate.hucmsc_arms import ARMS, Pool, cohort, targets
from helpers.simulate.tables import Part

STUDY = "hucmsc"


def hucmsc_tables(
    claims: Mapping[str, Claim], facts: Mapping[str, Fact], assumptions: Mapping[str, Assumption]
) -> dict[str, pd.DataFrame]:
    """The four tables of the cohort by name; the same inputs give the same frames.

    Errors: `ClaimsError` when no draw meets the claims.
    """
    value = {key: item.value for key, item in assumptions.items()}
    goal = targets(claims, facts, value)
    rng = np.random.default_rng([value["seed"], 2])
    arms = cohort(rng, goal, value)
    order = rng.permutation(sum(goal.sizes))  # randomisation: arms are mixed along the ids
    arm_of = np.repeat(ARMS, goal.sizes)[order]
    adsl = tables.subject_level(
        STUDY, rng, arms=arm_of, age=value["hucmsc-age"], male_share=value["hucmsc-male-share"]
    )
    people = Pool(
        *(np.concatenate([getattr(a, k) for a in arms])[order] for k in Pool.__match_args__)
    )
    adlb = _labs(rng, people, adsl, goal.main, value)
    adsl = tables.with_lab_summary(_with_entry(rng, adsl, value), adlb)
    adae = adverse_events(
        STUDY,
        rng,
        ids=adsl["USUBJID"],
        follow_up=adsl["TRTDURD"],
        terms=value["hucmsc-adverse-events"],
        severity=value["adverse-event-severity"],
    )
    return {"adsl": adsl, "adlb": adlb, "adae": adae, "adtte": _times(people, adsl, value)}


def _labs(
    rng: np.random.Generator, people: Pool, adsl: pd.DataFrame, main: int, value
) -> pd.DataFrame:
    weeks = value["hucmsc-visit-weeks"]
    actual = tables.actual_days(
        rng,
        planned=[7 * week for week in weeks],
        subjects=len(adsl),
        jitter=value["visit-jitter"],
    )
    seen = ~_missed(rng, people, main, value)
    cd4, cd8, ratio = (np.where(seen, v, np.nan) for v in (people.cd4, people.cd8, people.ratio))
    rna, below = _hiv_rna(rng, seen.shape, value)
    parts = [
        Part("CD4", "CD4+ T cells", "cells/µL", weeks, cd4),
        Part("CD8", "CD8+ T cells", "cells/µL", weeks, cd8),
        Part("CD4CD8", "CD4/CD8 ratio", "ratio", weeks, ratio, decimals=3),
        Part("HIVRNA", "HIV RNA", "copies/mL", weeks, np.where(seen, rna, np.nan), below),
    ]
    days = dict(zip(weeks, actual, strict=True))
    return tables.lab_table(STUDY, parts, ids=adsl["USUBJID"], visit_unit="Week", days=days)


def _missed(rng: np.random.Generator, people: Pool, main: int, value) -> np.ndarray:
    """True where a visit was missed; only where no reported number rests on it."""
    weeks = np.array(value["hucmsc-visit-weeks"])
    free = weeks > people.response[:, None]
    free[:, [0, main, -1]] = False
    return free & (rng.random(free.shape) < value["hucmsc-missed-visits"])


def _hiv_rna(rng: np.random.Generator, shape, value) -> tuple[np.ndarray, np.ndarray]:
    share, lowest, highest = value["hucmsc-hiv-rna-blips"]
    blip = rng.random(shape) < share
    blip[:, 0] = False  # suppressed at entry
    copies = np.where(blip, rng.integers(lowest, highest + 1, shape), 0.0)
    return tables.at_limit(copies, limit=value["hucmsc-hiv-rna-limit"])


def _with_entry(rng: np.random.Generator, adsl: pd.DataFrame, value) -> pd.DataFrame:
    """adsl with the centre and the years on ART at entry."""
    fewest, median, most = value["hucmsc-art-years"]
    years = fewest + rng.exponential((median - fewest) / np.log(2), len(adsl))
    sites = rng.integers(1, value["hucmsc-sites"] + 1, len(adsl))
    return adsl.assign(
        SITEID=[f"{site:02d}" for site in sites], ARTYRS=np.round(np.minimum(years, most), 1)
    )


def _times(people: Pool, adsl: pd.DataFrame, value) -> pd.DataFrame:
    event = np.isfinite(people.response)
    rise, last = value["hucmsc-response-rise"], value["hucmsc-visit-weeks"][-1]
    met = f"CD4 count at least {rise:.0%} above baseline"
    return pd.DataFrame(
        {
            "STUDYID": STUDY.upper(),
            "USUBJID": adsl["USUBJID"],
            "PARAMCD": "TTRESP",
            "PARAM": "Time to immunological response (weeks)",
            "AVAL": np.where(event, people.response, last),
            "CNSR": np.where(event, 0, 1),
            "EVNTDESC": np.where(event, met, "End of follow-up without response"),
        }
    )
