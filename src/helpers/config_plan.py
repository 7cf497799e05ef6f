"""What `study.toml` says of the planned analysis in, the entries nobody could use out; no message is made.

Two kinds: codes that tell how a time ended (numbers of CNSR, texts of EVNTDESC), and the words and
arms of the block [analysis].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

CODES = (list, int, str)  # types of a key that takes such codes: one, or a list of them
TEXTS = (str, list)
NUMBER = (int, float)
MARGIN = (int, float, list)  # of a margin: one number, or the two of equivalence
PAIRS = (list, str)  # of a key that takes labels of arms, each alone or as a list of two
# key of [analysis] -> the words it may have; the first is what holds without it
CHOICES: Mapping[str, tuple[str, ...]] = {
    "multiplicity": ("holm", "hochberg", "bonferroni", "none"),
    "ties": ("efron", "breslow"),
    "median": ("lifelines", "R", "SAS"),
    "quartiles": ("SAS", "R"),
    "df": ("satterthwaite", "kenward-roger"),
    "primary": ("ancova", "mmrm"),
    "weights": (
        "log-rank",
        "gehan",
        "tarone-ware",
        "peto",
        "fleming-harrington(1,0)",
        "fleming-harrington(0,1)",
        "fleming-harrington(1,1)",
    ),
}
KEYS: Mapping[str, tuple[type, ...]] = {
    "strata": TEXTS, "covariates": TEXTS, "centre": (str,), "comparisons": PAIRS, "related": TEXTS,
    "measure": (str,), "imputed": TEXTS, "pairwise": (bool,), "confidence": NUMBER,
    **dict.fromkeys(CHOICES, (str,)),
}  # fmt: skip

ROUNDED_FROM = 8  # the least count that is shown where counts are rounded
USUAL = 0.95  # level of two-sided intervals, unless the plan has another
LEVELS = (0.8, 0.999)  # the levels that it may have

# designs that the book does not analyse: how a word of study.toml names them, and what to do
OTHER_DESIGNS = {
    "cross": "there is no analysis within subjects: keep the rows of the first period (APERIOD = 1) in "
    "every table and write randomised; that is a parallel trial",
    "escal|titrat|firstinhuman|boin": "there is no rule for the next dose and no largest tolerated one. "
    "Write randomised, an [[arms]] block with its dose a level, to see the levels side by side: nobody was "
    "given one by lot, so read no difference as an effect. Or write single-arm, one block that pools the "
    "levels. Say in title what it is",
    "cluster": "there is no analysis of clusters: written as randomised, subjects of one cluster count as "
    "independent, and every interval and P is too narrow; bring one row a cluster, of means, or analyse "
    "it elsewhere",
    "observ|cohort|nonrandom|register|registry": "arms that nobody randomised are "
    "compared as they come, with no adjustment but that of [analysis]: write randomised only if the words "
    "about chance on its pages may be read so, and say in title what it is",
    "factorial": "write randomised, an [[arms]] block a combination, and name under comparisons the pairs "
    "that the plan compares; there is no test of an interaction",
}


def listed(value: Any) -> tuple:
    """One value or a list of them as a tuple."""
    return tuple(value) if isinstance(value, list) else (value,)


def wrong_codes(value: Any) -> list:
    """The codes that no CNSR (a whole number from 0 up) and no EVNTDESC (a text) can be."""

    def usable(code: Any) -> bool:
        if isinstance(code, str):
            return bool(code.strip())
        return isinstance(code, int) and not isinstance(code, bool) and code >= 0

    return [code for code in listed(value) if not usable(code)]


def disclosure(item: Mapping[str, Any]) -> dict[str, Any]:
    """Threshold and rounding: nothing up to 7 is shown where counts are rounded to multiples of 5."""
    threshold, rounding = int(item.get("threshold", 5)), bool(item.get("rounding", False))
    least = ROUNDED_FROM if rounding else 0
    return {"threshold": max(threshold, least), "rounding": rounding}


def wrong_level(value: float) -> str:
    """What to do about a confidence that is no level of two-sided intervals; "" where it is one."""
    low, high = LEVELS
    if low <= value <= high:
        return ""
    meant = next((x for x in (value / 100, 1 - value, 1 - value / 100) if low <= x <= high), None)
    if meant is None:
        return "write 0.95 for intervals of 95%, 0.9 for those of 90%"
    return f"write {meant:.6g} if intervals of {100 * meant:.6g}% are meant"


def comparison(entry: Any, reference: str) -> tuple[str, str]:
    """An entry of analysis.comparisons as (arm, what it is compared with): the reference, or the second."""
    return tuple(entry) if isinstance(entry, list) else (entry, reference)


def wrong_comparisons(raw: Mapping[str, Any], labels: list[str], reference: str) -> list[Any]:
    """Entries of analysis.comparisons that are no pair of two of the `labels`, or one said before."""
    out, known = [], set()
    for entry in listed(raw.get("analysis", {}).get("comparisons", [])):
        pair = frozenset(comparison(entry, reference))
        if len(pair) < 2 or not pair <= set(labels) or pair in known:
            out.append(entry)
        known.add(pair)
    return out


def wrong_pairs(value: Any) -> list[Any]:
    """What of a list of comparisons is neither a text nor a list of two texts; all of it if empty."""
    if value == []:
        return [value]
    return [entry for entry in listed(value) if not isinstance(entry, str) and not _two(entry)]


def _two(entry: Any) -> bool:
    return isinstance(entry, list) and len(entry) == 2 and all(isinstance(t, str) for t in entry)


def instead(key: str, found: Any) -> str:
    """What to do about a word that `key` does not have: of a design, why the book has no other."""
    said = re.sub(r"[^a-z]", "", str(found).casefold()) if key == "design" else ""
    told = next((do for words, do in OTHER_DESIGNS.items() if re.search(words, said)), "")
    return told or "use one of the expected words"
