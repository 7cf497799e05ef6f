"""A measure as a report calls it goes in, the kind of measure that the audit holds comes out.

What no check computes again, such as a common odds ratio or a win ratio, is held as a ratio or a
difference: its interval, its P and its margin must agree.
"""

from __future__ import annotations

import difflib
import re
from typing import Any

from helpers.audit.model import MEASURES, OTHER_DIFFERENCE, OTHER_RATIO

ALSO = {
    "relative risk": "risk ratio",
    "difference in means": "mean difference",
    "difference in medians": "median difference",
    "ratio of means": "mean ratio",
    "ratio of geometric means": "mean ratio",
    "geometric mean ratio": "mean ratio",
    "geometric mean titre ratio": "mean ratio",
    "incidence rate ratio": "rate ratio",
    "vaccine efficacy": "efficacy",
    "vaccine effectiveness": "efficacy",
    "relative risk reduction": "efficacy",
    "absolute risk reduction": "risk difference",
    "absolute risk difference": "risk difference",
    "absolute difference": "risk difference",
    "difference in proportions": "risk difference",
    "difference in percentages": "risk difference",
    "number needed to harm": "number needed to treat",
    "cohen's d": "standardised mean difference",
    "cohen d": "standardised mean difference",
    "hedges' g": "standardised mean difference",
    "hedges g": "standardised mean difference",
    "standardized mean difference": "standardised mean difference",
    **{"or": "odds ratio", "rr": "risk ratio", "hr": "hazard ratio", "rd": "risk difference"},
    **{"md": "mean difference", "irr": "rate ratio", "ve": "efficacy", "gmr": "mean ratio"},
    **{"arr": "risk difference", "rrr": "efficacy", "nnt": "number needed to treat"},
    **{"nnh": "number needed to treat", "smd": "standardised mean difference"},
}  # fmt: skip
SLIP = 0.93  # how like a known name a misspelt one is: "hazards ratio"
ADJUSTED = re.compile(r"^(?P<un>un)?adjusted\s+")
ENDINGS = (
    (re.compile(r"\bratio$|^ratio of\b"), OTHER_RATIO),
    (re.compile(r"\bdifference$|^difference (?:in|of|between)\b"), OTHER_DIFFERENCE),
)


def measure_of(text: str) -> tuple[str, bool | None] | None:
    """Return the measure that a text names and whether it says adjusted; None where it names none.

    Curly apostrophes, capitals and "in mean" for "of mean" make no difference. A ratio or
    difference of another name is an `OTHER_RATIO` or `OTHER_DIFFERENCE`.
    """
    plain = " ".join(text.replace("\u2019", "'").lower().split())
    said = ADJUSTED.match(plain)
    plain, adjusted = ADJUSTED.sub("", plain), said["un"] is None if said else None
    found = plain if plain in MEASURES else ALSO.get(plain)
    near = difflib.get_close_matches(plain, (*MEASURES, *ALSO), n=1, cutoff=SLIP)
    found = found or (ALSO.get(near[0], near[0]) if near else None)
    found = found or next((kind for form, kind in ENDINGS if form.search(plain)), None)
    return (found, adjusted) if found else None


def read_measure(text: str | None, out: dict[str, Any]) -> None:
    """Put a measure into the fields `out`, and the name that the report gives it where it has another."""
    if text is None:
        return
    out["measure"], adjusted = measure_of(text)
    if text.casefold() != out["measure"] and len(text) > len("RRR"):
        out["name"] = text
    if adjusted is not None:
        out.setdefault("adjusted", adjusted)
