"""The table of measurements in, its parameters out; a code is never guessed.

A parameter of the published trials has a role of its own, any other one its code. The role is told by
its code and its name, its unit by AVALU or the brackets of PARAM, its limit by flagged rows, by
results such as "<50", or by ties at the lowest value.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from helpers.cells import flags, numbers, text
from helpers.config_check import carried, is_carried
from helpers.conformance.units import Unit, named_unit, parse_unit
from helpers.conformance.wording import role_of
from helpers.ingest.lloq import in_one_unit, limits_in_column, named_limits
from helpers.scaffold.draft import Draft, bare_key

_LOG = re.compile(r"(?<![a-z])log(10|_10|₁₀)?(?![a-z])", re.I)
PER_MICROLITRE = Unit("count", 1.0)
# units of one word; any other word in brackets may be a comment
PLAIN = ("s", "sec", "seconds", "ms", "msec", "min", "kg", "g", "mg", "cm", "mm", "m", "mmhg", "kpa",
         "bpm", "beats/min", "°c", "points", "score", "years", "iu", "u", "l", "ml", "dl", "µm", "days",
         "hours")  # fmt: skip
LEAST_TIES, TIE_SHARE = 5, 0.05  # values at the minimum that look like a limit


@dataclass
class ParameterGuess:
    """One PARAMCD with what the table says of it; `notes` are what could not be told."""

    code: str
    name: str
    role: str
    unit: str
    unit_why: str
    subjects: int
    is_log: bool
    is_positive: bool
    group: str = ""
    better: str = ""
    lloq: float | None = None
    lloq_why: str = ""
    lloq_is_sure: bool = True
    baseline: bool = True
    yes_no: bool = False
    notes: list[str] = field(default_factory=list)


def guess_parameters(adlb: pd.DataFrame) -> tuple[list[ParameterGuess], list[str]]:
    """The parameters, those with a role in the chapters first, and the codes that no file can hold.

    `adlb` has USUBJID, PARAMCD and AVAL under these names. A code without a number is left out.
    """
    codes, values = text(adlb["PARAMCD"]), numbers(adlb["AVAL"])
    there = values.notna() & (codes != "")
    found, others = [], []
    for code in codes[there].unique():
        rows = adlb[(codes == code) & there]
        guess = _parameter(code, rows, values[rows.index])
        if guess.role not in ("cd4", "cd8", "cd4cd8"):
            _put_limit(guess, adlb[codes == code])
        (found if guess.role and is_carried(code) else others).append(guess)
    kept = _one_a_role(found)
    named = [guess for guess in others if is_carried(guess.code)]
    kept += _by_their_codes([replace(g, better="none") for g in named], kept)
    return kept, [guess.code for guess in others if not is_carried(guess.code)]


def _parameter(code: str, rows: pd.DataFrame, values: pd.Series) -> ParameterGuess:
    name = _most_common(rows, "PARAM") or code
    unit, why, notes = _unit(rows, name)
    role = role_of(code, name)
    is_log = bool(_LOG.search(f"{unit} {name} {code}"))
    is_positive = bool((values > 0).all())
    yes_no = set(values.unique()) == {0.0, 1.0}
    return ParameterGuess(code, name, role, unit, why, rows["USUBJID"].nunique(), is_log,
                          is_positive, yes_no=yes_no, notes=notes)  # fmt: skip


def _most_common(rows: pd.DataFrame, column: str) -> str:
    words = text(rows[column]) if column in rows else pd.Series(dtype=object)
    words = words[words != ""]
    return str(words.mode().iloc[0]) if len(words) else ""


def _unit(rows: pd.DataFrame, name: str) -> tuple[str, str, list[str]]:
    unit = _most_common(rows, "AVALU")
    if unit:
        words = sorted(set(text(rows["AVALU"])) - {""})
        mixed = [f"the unit: AVALU has {', '.join(words)}; they must be one"] if words[1:] else []
        return unit, "AVALU", mixed
    unit = named_unit(name)
    known = parse_unit(unit) or "/" in unit or _LOG.search(unit) or unit.casefold() in PLAIN
    if unit and known:
        return unit, "the brackets at the end of PARAM", []
    return "", "", []


def _put_limit(guess: ParameterGuess, rows: pd.DataFrame) -> None:
    """The lower limit of quantification, how it was told, and whether that is sure.

    Results below a limit often have no AVAL, so `rows` are all of the parameter.
    """
    values, listed = numbers(rows["AVAL"]), limits_in_column(rows)
    if (values < listed).any():  # half of it, say: what stands in AVAL is no limit
        guess.lloq = float(pd.Series(listed[values < listed]).mode().iloc[0])
        guess.lloq_why = "the column of limits, most often where AVAL is below it"
        return
    marked = values[flags(rows["BLQFL"]).eq(True)] if "BLQFL" in rows else values[:0]
    if len(marked) and marked.mode().iloc[0] > 0:
        guess.lloq, guess.lloq_why = (
            float(marked.mode().iloc[0]),
            "AVAL of most rows with BLQFL = Y",
        )
        return
    if len(said := _limits_said(rows)):
        _put_said(guess, said)
    elif guess.role:  # a score has many values at its lowest, and no limit
        _put_ties(guess, values.dropna())


def _put_said(guess: ParameterGuess, said: pd.Series) -> None:
    """The lowest limit that a share of the results names; a note where there are others."""
    share = said.value_counts(normalize=True)
    guess.lloq = float(share[share >= TIE_SHARE].index.min())
    guess.lloq_why = 'results such as "<..." in AVALC'
    others = sorted(set(said) - {guess.lloq})
    if others:
        few = ", ".join(f"<{v:g}" for v in others[:5])
        guess.notes.append(
            f"one limit for all: AVALC has {few} too; such a result is read as below its own limit"
        )


def _put_ties(guess: ParameterGuess, there: pd.Series) -> None:
    """The lowest value, where so many are equal to it that it looks like a limit: not sure."""
    ties = int((there == there.min()).sum())
    if there.min() > 0 and ties >= max(LEAST_TIES, TIE_SHARE * len(there)) and there.nunique() > 1:
        guess.lloq, guess.lloq_is_sure = float(there.min()), False
        guess.lloq_why = f"{ties} of {len(there)} values are equal and the lowest"


def _limits_said(rows: pd.DataFrame) -> pd.Series:
    """The numbers after "<" in AVALC, one a result; none where AVALC is not in the unit of AVAL."""
    if "AVALC" not in rows:
        return pd.Series(dtype=float)
    number = named_limits(rows["AVALC"])[1]
    said = pd.Series(number[~np.isnan(number) & (number > 0)])
    return said if not len(said) or in_one_unit(rows, number).all() else said[:0]


def _one_a_role(found: list[ParameterGuess]) -> list[ParameterGuess]:
    """At most one parameter for cd4, cd8, ...; cytokines get roles from their codes."""
    kept: list[ParameterGuess] = []
    for role in ("cd4", "cd8", "cd4cd8", "hivrna", "chimerism"):
        mine = [guess for guess in found if guess.role == role]
        # a count before a share, copies before their logarithm, many subjects before few
        mine.sort(key=lambda g: ("%" in g.unit and role != "chimerism", g.is_log, -g.subjects))
        for other in mine[1:]:
            mine[0].notes.append(f"whether it should rather be {other.code} ({other.name})")
        kept += mine[:1]
    cytokines = [replace(g, group="cytokine") for g in found if g.role == "cytokine"]
    return kept + _by_their_codes(cytokines, kept)


def _by_their_codes(
    guesses: list[ParameterGuess], kept: list[ParameterGuess]
) -> list[ParameterGuess]:
    """The guesses with roles from their codes, none of which one of `kept` has."""
    taken, out = {guess.role for guess in kept}, []
    for guess in guesses:
        role = bare_key(guess.code)
        while role in taken:
            role += "_2"
        taken.add(role)
        out.append(replace(guess, role=role))
    return out


ROLES = ("cd4", "cd8", "cd4cd8", "hivrna", "chimerism")


def needs_baseline(found: list[ParameterGuess]) -> bool:
    """Whether one of them has a role that means nothing without a baseline."""
    return any(guess.role in ROLES or guess.group for guess in found)


def without_baseline(
    found: list[ParameterGuess], adlb: pd.DataFrame, baseline: float | None
) -> list[ParameterGuess]:
    """The guesses, each knowing whether anybody has a value of it at the baseline visit.

    Only of parameters without a role of their own: donor cells have no baseline either.
    """
    there = (numbers(adlb["AVISITN"]) == baseline) & numbers(adlb["AVAL"]).notna()
    known = set(text(adlb["PARAMCD"])[there])
    return [guess if guess.role in ROLES or guess.group or guess.code in known
            else replace(guess, baseline=False) for guess in found]  # fmt: skip


LABELS = {"cd4": "CD4+ T cells", "cd8": "CD8+ T cells", "cd4cd8": "CD4/CD8 ratio",
          "hivrna": "HIV RNA", "chimerism": "Donor chimerism"}  # fmt: skip


def put_parameters(draft: Draft, found: list[ParameterGuess], others: list[str]) -> None:
    """The [parameters.ROLE] blocks."""
    for guess in found:
        draft.start(f"[parameters.{guess.role}]")
        draft.put("paramcd", guess.code, f"its name is {guess.name!r}")
        draft.put("label", LABELS.get(guess.role) or _label(guess), "as the book prints it")
        _put_unit(draft, guess)
        if guess.lloq is not None:
            draft.put("lloq", guess.lloq, guess.lloq_why, sure=guess.lloq_is_sure)
        elif guess.role == "hivrna":
            draft.leave_out("lloq: no row is marked and no value is tied at the lowest")
        _put_scale(draft, guess)
        if guess.group:
            draft.put("group", "cytokine", "the name of a cytokine")
        lower = guess.role == "hivrna" or guess.group == "cytokine"
        if guess.better:
            draft.put("better", guess.better, "no table says which direction is good")
        else:
            draft.put("better", "lower" if lower else "higher", "usual for this parameter")
        if not guess.baseline:
            why = "nobody has a value at the baseline visit: its values themselves are compared"
            draft.put("baseline", False, why)
        for note in guess.notes:
            draft.leave_out(note)
    if others:
        draft.lines.append("")
        draft.block = ""
        draft.leave_out(f"a block for {', '.join(others)}: study.toml cannot hold the code")


def _label(guess: ParameterGuess) -> str:
    plain = re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*$", "", guess.name)
    return carried(plain) or guess.code


def _put_unit(draft: Draft, guess: ParameterGuess) -> None:
    if guess.unit.startswith("10") and parse_unit(guess.unit) == PER_MICROLITRE:
        why = f"{guess.unit_why} says {guess.unit}, another spelling of it"
        draft.put("unit", "cells/µL", why)  # 340 10^6/L would be hard to read
    elif guess.unit and is_carried(guess.unit):
        draft.put("unit", guess.unit, guess.unit_why)
    elif guess.role == "cd4cd8":
        draft.put("unit", "ratio", "a ratio has no other")
    else:
        said = named_unit(guess.name)
        found = (
            f"{said!r} in the brackets of PARAM may be none"
            if said
            else "no unit in brackets in PARAM"
        )
        draft.leave_out(f"unit: no AVALU, and {found}")


def has_logs(guess: ParameterGuess) -> bool:
    """Whether its block has a log scale, or a unit in log10."""
    drawn = guess.role in ("hivrna", "chimerism") or guess.group == "cytokine"
    return (
        guess.is_log
        or guess.unit.strip().lower().startswith("log10")
        or (drawn and guess.is_positive)
    )


def _put_scale(draft: Draft, guess: ParameterGuess) -> None:
    if guess.is_log:
        draft.put("scale", "already log10", "the values are logarithms already")
    elif guess.role in ("hivrna", "chimerism") or guess.group == "cytokine":
        if guess.is_positive:
            draft.put("scale", "log10", "usual for this parameter: changes are multiples")
        else:
            draft.leave_out('scale: "log10" is usual here, but some values are 0 or less')


def tallest(found: list[ParameterGuess]) -> str | None:
    """The code that the main visit is chosen by: CD4 where there is one, else the fullest."""
    cd4 = [guess.code for guess in found if guess.role == "cd4"]
    fullest = sorted(found, key=lambda guess: -guess.subjects)
    return cd4[0] if cd4 else (fullest[0].code if fullest else None)
