"""The subjects' table in, the blocks [analysis] and [populations] out as far as a table can tell them.

Of responders no table tells: a block [responses.NAME] is offered as comments.

A flag of a set of subjects is one by its name; which set an analysis is of only the trial's plan says,
so that where there are several the draft is marked. A centre or imputed values change what a number
means: they are offered as comments, each a line to be freed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.cells import flags, is_blank, text
from helpers.scaffold.draft import Draft, toml_value

SAFETY, FULL = ("SAFFL", "SAFETYFL"), ("FASFL", "ITTFL", "MITTFL", "EFFFL")
ALSO = ("PPROTFL", "PPFL", "PPSFL", "PPROFL")
CENTRES = ("SITEGR1", "SITEGRP", "SITEID", "CENTRE", "CENTER", "CENTREID", "CENTERID", "SITE", "SITENO",
           "ZENTRUM")  # fmt: skip
# what stands behind a line of an offered response
OFFERED = {
    "of": '  # "value", "change" or "percent change"',
    "at_least": "  # or above, at_most, below",
    "scale": '  # or "log10": on which the number is meant',
}
# ADaM's randomised strata: all in one, one by one, and as the database has them afterwards
STRATA = (r"STRATAR|STRATUMR|STRATUM|STRATA", r"STRAT\d+R", r"STRAT\d+V?", r"STRATAV|STRATV")


def put_plan(
    draft: Draft, adsl: pd.DataFrame, *, arms: Sequence[str], times: bool, imputed: Sequence[str]
) -> None:
    """[analysis] and [populations] for `adsl`, whose TRT01A has the `arms`.

    `times`: there are times to event, `imputed`: words of DTYPE.
    """
    strata = _strata(adsl)
    centre = next((c for c in CENTRES if c in adsl and _several(adsl[c])), "")
    if strata or centre or imputed or times:
        draft.start("[analysis]")
    if strata:
        why = "named as strata of randomisation; are the analyses stratified by them?"
        draft.put("strata", strata, why, sure=False)
    if centre:
        found = text(adsl[centre])
        many = f"{found[found != ''].nunique()} centres; free the line if the plan adjusts for them"
        draft.offer("centre", centre, many)
    for word in imputed:
        why = "rows with this DTYPE are there; free the line if the planned comparison uses them"
        draft.offer("imputed", word, why)
    if times:
        draft.put("median", "R", "where a curve is flat at one half, as R's survfit has it")
    _put_populations(draft, adsl, arms)
    draft.block = ""


def offer_responses(
    draft: Draft, code: str, *, logs: bool, visit: float, yes_no: bool = False
) -> None:
    """Lines of a block [responses.NAME] to be freed: which responders are planned no table says.

    `yes_no`: the values are 0 and 1, of which a change says little.
    """
    draft.lines.append("")
    draft.say("Are responders planned? Free these lines, and write who responds:")
    draft.say("[responses.responder]")
    rule = {"of": "value", "at_least": 1.0} if yes_no else {"of": "change", "at_least": 0.0}
    lines = {"parameter": code, "of": rule["of"], "visit": visit, "at_least": rule["at_least"]}
    for key, value in (lines | ({"scale": "linear"} if logs else {})).items():
        draft.lines.append(f"# {key} = {toml_value(value)}{OFFERED.get(key, '')}")


def _put_populations(draft: Draft, adsl: pd.DataFrame, arms: Sequence[str]) -> None:
    safety, full, also = ([name for name in names if name in adsl and _is_flag(adsl, name, arms)]
                          for names in (SAFETY, FULL, ALSO))  # fmt: skip
    if not safety and not full:
        return
    draft.start("[populations]")
    for name in safety[:1]:
        draft.put("safety", name, "a flag of adsl: whose adverse events count")
    for key, what in (("changes", "measurements"), ("times", "times")) if full else ():
        others = f"; {', '.join(full[1:])} is there too" if full[1:] else ""
        draft.put(key, full[0], f"a flag of adsl: whose {what} count{others}", sure=not others)
    if also and (flags(adsl[also[0]]) != flags(adsl[(full or safety)[0]])).any():
        draft.put("also", also[:1], "a flag of adsl: the planned comparisons once more")


def _is_flag(adsl: pd.DataFrame, name: str, arms: Sequence[str]) -> bool:
    """Whether a column says Y or N of every subject, and Y of some of each arm."""
    known = flags(adsl[name])
    if "TRT01A" not in adsl:
        return False
    inside = set(text(adsl["TRT01A"])[known.eq(True).to_numpy(dtype=bool)])
    return bool(arms) and bool(known.notna().all()) and inside.issuperset(arms)


def _several(column: pd.Series) -> bool:
    """Whether a column has two values or more, and repeats them: no name of a single subject."""
    found = text(column)
    return 1 < found[found != ""].nunique() < len(found)


def _strata(adsl: pd.DataFrame) -> list[str]:
    """The first kind of column that is named as a stratum, known of every subject and not constant."""
    for kind in STRATA:
        named = [c for c in adsl if re.fullmatch(kind, c) and _several(adsl[c])]
        known = [c for c in named if not np.any(is_blank(adsl[c]))]
        if known:
            return known
    return []
