"""The text of a unit in, what it measures and its size out; it converts no value.

Spellings are those of laboratories, of CDISC's UNIT terms (10^9/L, GI/L, /mm3) and of UCUM
(10*9/L, [IU]/mL). A text that is not understood gives None: nothing is concluded from it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

DAYS = {"day": 1.0, "week": 7.0, "month": 30.4375, "year": 365.25}
_TIMES = {
    "d": "day", "day": "day", "days": "day", "w": "week", "wk": "week", "wks": "week",
    "week": "week", "weeks": "week", "mo": "month", "mos": "month", "month": "month",
    "months": "month", "mth": "month", "mths": "month", "y": "year", "yr": "year", "yrs": "year",
    "year": "year", "years": "year", "a": "year",
    "tag": "day", "tage": "day", "woche": "week", "wochen": "week", "monat": "month",
    "monate": "month", "jahr": "year", "jahre": "year",
}  # fmt: skip
_MICROLITRES = {"l": 1e6, "dl": 1e5, "ml": 1e3, "cc": 1e3, "ul": 1.0, "mm3": 1.0, "cmm": 1.0,
                "cumm": 1.0, "nl": 1e-3}  # fmt: skip
_PICOGRAMS = {"fg": 1e-3, "pg": 1.0, "ng": 1e3, "ug": 1e6, "mg": 1e9, "g": 1e12}
_PREFIXED = {"gi": 1e9, "ti": 1e12, "k": 1e3, "th": 1e3, "thou": 1e3, "thous": 1e3,
             "thousand": 1e3, "m": 1e6, "mil": 1e6, "million": 1e6}  # fmt: skip
_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_POWER = re.compile(r"^(?:x|\*)?(?:10(?:\^|\*\*?|e|exp)\+?|1e\+?)(\d+)(.*)$")


@dataclass(frozen=True)
class Unit:
    """`kind` is what is measured; one of this unit is `factor` of the kind's base unit.

    Kinds and bases: count (per µL), copies and activity (per mL), mass (pg/mL), share (%), ratio.
    `log10` says that the values are logarithms.
    """

    kind: str
    factor: float
    log10: bool = False


@cache
def parse_unit(text: str) -> Unit | None:
    """What the text of a laboratory unit means; None when it is blank or not understood."""
    plain = _plain(text)
    log = re.match(r"^log(?:10)?\(?(.*?)\)?$", plain)
    if log:
        inner = _linear(log[1].lstrip("_"))
        return Unit(inner.kind, inner.factor, log10=True) if inner else None
    return _linear(plain)


def _plain(text: str) -> str:
    """Lower case, no spaces, no superscripts, one letter for micro, without the analyte's name."""
    text = re.sub(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "^" + m[1].translate(_SUPERSCRIPT), text)
    text = unicodedata.normalize("NFKC", text).lower().replace("μ", "u").replace("×", "x")
    text = re.sub(r"\b(hiv-?1?|rna|dna|cd4\+?|cd8\+?|t)\b\+?", "", text)
    text = re.sub(r"\s+per\s+", "/", text).replace("·", "*").replace("[", "").replace("]", "")
    text = re.sub(r"\s+", "", text).replace("mm^3", "mm3").replace("mcl", "ul").replace("mcg", "ug")
    return text.replace("log₁₀", "log10")


def _linear(plain: str) -> Unit | None:
    if plain in ("%", "percent", "pct", "percentage"):
        return Unit("share", 1.0)
    if plain in ("fraction", "proportion"):
        return Unit("share", 100.0)
    if plain == "ratio":
        return Unit("ratio", 1.0)
    top, slash, bottom = plain.rpartition("/")
    volume = re.match(r"^(?:(?:10\^|10\*|1e)(\d+))?([a-z]+3?)$", bottom)
    if not slash or not volume or volume[2] not in _MICROLITRES:
        return None
    per_ul = 1 / (_MICROLITRES[volume[2]] * 10.0 ** int(volume[1] or 0))
    return _per_volume(top, per_ul)


def _per_volume(top: str, per_ul: float) -> Unit | None:
    times = 1.0
    power = _POWER.match(top)
    if power:
        times, top = 10.0 ** int(power[1]), power[2].lstrip("*x")
    elif top in _PREFIXED:
        return Unit("count", _PREFIXED[top] * per_ul)
    if top in ("", "cell", "cells", "zellen", "lymphocytes", "count", "counts"):
        return Unit("count", times * per_ul)
    if top in ("copies", "copy", "kopien", "cop", "cps", "cp", "c"):
        return Unit("copies", times * per_ul * 1e3)
    if top in ("iu", "u", "miu", "mu", "kiu"):
        scale = {"m": 1e-3, "k": 1e3}.get(top[0], 1.0) if len(top) > 1 and top != "iu" else 1.0
        return Unit("activity", times * scale * per_ul * 1e3)
    if top in _PICOGRAMS:
        return Unit("mass", times * _PICOGRAMS[top] * per_ul * 1e3)
    return None


@cache
def parse_time(text: str) -> str | None:
    """The unit of time that a text means: "day", "week", "month" or "year"; None if none."""
    return _TIMES.get(text.strip().lower())


def named_unit(parameter: str) -> str:
    """The unit that a parameter's text ends with in brackets, "" when it has none.

    "CD4 T cells (cells/uL)" names cells/uL.
    """
    found = re.search(r"[(\[]([^()\[\]]*(?:\([^()]*\))?)[)\]]\s*$", parameter)
    return found[1].strip() if found else ""


def nearest_time(days: float, *, within: float) -> str | None:
    """The unit of time whose length is `days`, within that relative distance; else None."""
    for unit, length in DAYS.items():
        if abs(days / length - 1) <= within:
            return unit
    return None
