"""Assumed event rates and a random stream in, adae rows out; terms are plain words, never coded.

The number of events of a term in a subject is Poisson, the same in every arm. A severe event is
recorded as serious and as unrelated, so that no simulated row contradicts "safe".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

SEVERITIES = ("MILD", "MODERATE", "SEVERE")
SCREENING = 28  # days before the first infusion in which events are recorded
INFUSION_REACTION = 3  # an event timed at the infusion starts on Day 0 to 2


def adverse_events(
    study: str,
    rng: np.random.Generator,
    *,
    ids: Sequence[str],
    follow_up: Sequence[int],
    terms: Sequence[Mapping[str, Any]],
    severity: Sequence[float],
) -> pd.DataFrame:
    """One row an event: adae with TRTEMFL = N for events that began before the first infusion.

    `follow_up` is each subject's last study day; `terms` rows as in the assumptions (term,
    body_system, rate and before in events a subject, related, timing); `severity` the shares of
    mild, moderate, severe. ASTDY and AENDY count days since the first infusion (Day 0).
    """
    rows = [
        _event(rng, subject, last, term, emergent, severity)
        for subject, last in zip(ids, follow_up, strict=True)
        for term in terms
        for emergent in (False, True)
        for _ in range(rng.poisson(term["rate"] if emergent else term["before"]))
    ]
    keys = ["USUBJID", "ASTDY", "AEDECOD"]
    # one event cannot begin twice on a day
    frame = pd.DataFrame(rows).drop_duplicates(keys).sort_values(keys, kind="stable")
    frame.insert(0, "STUDYID", study.upper())
    return frame.reset_index(drop=True)


def _event(
    rng: np.random.Generator,
    subject: str,
    last: int,
    term: Mapping[str, Any],
    emergent: bool,
    severity: Sequence[float],
) -> dict[str, Any]:
    grade = SEVERITIES[rng.choice(3, p=severity)]
    severe = grade == "SEVERE"
    related = bool(rng.random() < term["related"]) and emergent and not severe
    start = _start(rng, last, term["timing"], emergent)
    return {
        "USUBJID": subject,
        "AEDECOD": term["term"],
        "AEBODSYS": term["body_system"],
        "AESEV": grade,
        "AESER": "Y" if severe else "N",
        "AEREL": "Y" if related else "N",
        "TRTEMFL": "Y" if emergent else "N",
        "ASTDY": start,
        "AENDY": min(start + 1 + int(rng.exponential(6)), last),
    }


def _start(rng: np.random.Generator, last: int, timing: str, emergent: bool) -> int:
    if not emergent:
        return -int(rng.integers(1, SCREENING + 1))
    if timing == "infusion":
        return int(rng.integers(0, INFUSION_REACTION))
    return int(rng.integers(0, last))
