"""A folder of tables in, its first `study.toml` out; it overwrites nothing and reads each table once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from helpers.cells import numbers, text
from helpers.config import FILE, parse_config
from helpers.config_check import TABLES, carried, is_carried
from helpers.errors import Problem, StudyError
from helpers.ingest.read import raw_tables, renamed
from helpers.ingest.visit_words import numbered
from helpers.ingest.visits import IMPUTED, planned_visits_only, stand_ins
from helpers.printable import one_line
from helpers.readers import READERS, ending_of
from helpers.scaffold.arms import ArmsGuess, guess_arms, put_arms
from helpers.scaffold.columns import guess_columns, put_columns
from helpers.scaffold.draft import Draft
from helpers.scaffold.endpoints import guess_endpoints, put_endpoints
from helpers.scaffold.parameters import (
    ParameterGuess,
    guess_parameters,
    has_logs,
    needs_baseline,
    put_parameters,
    tallest,
    without_baseline,
)
from helpers.scaffold.plan import offer_responses, put_plan
from helpers.scaffold.visits import VisitsGuess, guess_visits, put_visits


def write_first_description(folder: Path | str) -> str:
    """Write `folder`/study.toml with the best guesses; returns the summary to print.

    Errors: `StudyError` when there is a study.toml already (nothing is overwritten), no adsl, or a
    table that cannot be read.
    """
    folder = Path(folder)
    _refuse(folder)
    raw, _, problems = raw_tables(folder, {})
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        raise StudyError(str(folder), errors)
    draft = draft_description(folder.resolve().name, raw)
    draft.block = ""
    for p in problems:
        if p.rule in ("table under another name", "table that is not read"):
            draft.leave_out(f"what {p.found} is for: {p.do}")
    config, faults = parse_config(tomllib.loads(draft.text()))
    with (folder / FILE).open("x", encoding="utf-8", newline="\n") as file:
        file.write(draft.text())
    return summary(folder, draft, [] if config else faults)


def _refuse(folder: Path) -> None:
    """Stop where there is nothing to describe, or a description already."""
    if not folder.is_dir():
        found = "a file" if folder.exists() else "nothing"
        raise _stop(folder, str(folder), "no such folder", "a folder of tables", found,
                    "check the path")  # fmt: skip
    if (folder / FILE).exists():
        do = f"edit it, or move it away to have a new one guessed; {FILE} was left as it was"
        raise _stop(folder, FILE, "file that is there already", f"no {FILE}", f"a {FILE}", do)
    names = {name + ending for name in TABLES for ending in READERS}
    tables = sorted(
        path.relative_to(folder).as_posix()
        for pattern in ("*", "*/*")
        for path in folder.glob(pattern)
        if ending_of(path)
    )
    if any(name.lower().startswith("adsl.") and name.lower() in names for name in tables):
        return
    do = (
        "rename it to adsl with the same ending, or put the tables into the folder itself; adsl has one "
        "row a subject: of a table with a row a visit, put the columns of the subject into adsl and the "
        "measurements into adlb"
    )
    if not tables:
        do = "put the tables there: adsl (one row a subject), adlb, adae, adtte"
    found = ", ".join(tables[:20]) or "no table in any known format"
    expected = "adsl" + ", adsl".join(READERS)
    raise _stop(folder, "adsl", "missing table", expected, found, do)


def _stop(folder, file, rule, expected, found, do) -> StudyError:
    return StudyError(str(folder), [Problem(file, "", rule, expected, found, do)])


def draft_description(name: str, raw: Mapping[str, pd.DataFrame]) -> Draft:
    """The description of the raw tables; `name` (of the folder) stands in where no STUDYID does."""
    draft = Draft()
    draft.say("Guessed from the tables by `python -m helpers init`. Every line says how: check it.")
    draft.say(f'Lines with "could not tell" need you. data/README.md explains each key of {FILE}.')
    mappings, tables, missing = {}, {}, []
    for table, frame in raw.items():
        mappings[table], absent = guess_columns(table, frame)
        tables[table] = renamed(
            frame, {ours: theirs for ours, (theirs, _) in mappings[table].items()}
        )
        missing += absent
    arms = _arms(raw["adsl"], tables["adsl"], mappings["adsl"])
    _put_top(draft, name, raw["adsl"], arms)
    for what in missing:
        draft.leave_out(what)
    if arms:
        put_arms(draft, arms)
    imputed = _put_tables(draft, tables)
    put_plan(draft, tables["adsl"], arms=[arm.value for arm in arms.arms] if arms else [],
             times="adtte" in tables, imputed=imputed)  # fmt: skip
    for table, mapping in mappings.items():
        put_columns(draft, table, mapping)
    return draft


def _arms(original: pd.DataFrame, adsl: pd.DataFrame, mapping: Mapping):
    if "TRT01A" not in adsl:
        return None
    theirs = mapping.get("TRT01A", ("TRT01A", ""))[0]
    names = (f"{theirs}N", "TRT01AN", "TRT01PN", "TRTAN", "TRTPN", "ACTARMN", "ARMN")
    number = next((original[name] for name in names if name in original), None)
    return guess_arms(adsl["TRT01A"], number)


def _put_top(draft: Draft, name: str, adsl: pd.DataFrame, arms: ArmsGuess | None) -> None:
    ids = [i for i in text(adsl["STUDYID"]).unique() if i] if "STUDYID" in adsl else []
    known = len(ids) == 1 and is_carried(ids[0])
    study, why = (ids[0], "STUDYID of adsl") if known else (name, "the folder's name")
    study = carried(study) or "study"
    plain = re.sub(r"[^a-z0-9]+", "-", study.lower()).strip("-") or "study"
    draft.lines.append("")
    draft.put("id", plain, why)
    draft.put("title", f"Study {study}", f"{why}; write the trial's title", sure=False)
    draft.put("short", study, why)
    if arms and (len(arms.arms) == 1 or arms.pooled):
        why = f"cohorts ({', '.join(arms.pooled)}), which are pooled" if arms.pooled else ""
        draft.put("design", "single-arm", why or "one treatment in adsl", sure=not arms.pooled)
    else:
        why = "several treatments in adsl; no table says whether they were randomised"
        draft.put("design", "randomised", why, sure=False)
    draft.put("data", "observed", 'the usual case; "simulated" if they are made up')
    draft.leave_out("source: where the data come from, in quotes")
    draft.put("subject_level", "hidden", "always: single subjects are shown only if you say so")


def _put_tables(draft: Draft, tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The blocks of measurements and times; returned are the words of DTYPE of imputed rows."""
    adlb, adtte = tables.get("adlb"), tables.get("adtte")
    words: list[str] = []
    if adlb is not None and {"USUBJID", "PARAMCD", "AVAL"} <= set(adlb.columns):
        adlb = numbered(adlb, "adlb", unit=None)[0]
        filled = stand_ins(adlb, "adlb", planned=(), used=IMPUTED)
        words = sorted(set(text(filled["DTYPE"]))) if "DTYPE" in filled else []
        adlb = planned_visits_only(adlb, "adlb", planned=())[0]
        found, others = guess_parameters(adlb)
        visits = None
        if "AVISITN" in adlb:
            visits = guess_visits(adlb, tallest(found), filled, based=needs_baseline(found))
            put_visits(draft, visits)
            found = without_baseline(found, adlb, visits.baseline)
        put_parameters(draft, found, others)
        _offer_responses(draft, found, visits)
    if adtte is not None and {"PARAMCD", "AVAL"} <= set(adtte.columns):
        put_endpoints(draft, guess_endpoints(adtte, _longest(tables)))
    return words


def _offer_responses(draft: Draft, found: list[ParameterGuess], visits: VisitsGuess | None) -> None:
    """A response at the main visit, as comments: of a parameter of 0 and 1, else of the first.

    Of those alone that have a baseline.
    """
    able = [guess for guess in found if guess.baseline]
    first = next((guess for guess in able if guess.yes_no), able[0] if able else None)
    if first and visits and visits.main is not None:
        offer_responses(draft, first.code, logs=has_logs(first), visit=visits.main,
                        yes_no=first.yes_no)  # fmt: skip


def _longest(tables: Mapping[str, pd.DataFrame]) -> float | None:
    """The longest observation of a subject in days: TRTDURD, else the last ADY."""
    for table, column in (("adsl", "TRTDURD"), ("adlb", "ADY")):
        if table in tables and column in tables[table]:
            longest = numbers(tables[table][column]).max()
            if longest > 0:
                return float(longest)
    return None


def summary(folder: Path, draft: Draft, faults: list[Problem]) -> str:
    """What was guessed, what could not be, and what to do next."""
    guessed = [
        f"  {block + ': ' if block else ''}{', '.join(texts)}"
        for block, texts in draft.guessed.items()
    ]
    where = one_line(str(folder))
    lines = [f"wrote {where}/{FILE}", "", "guessed (each line of the file says how):", *guessed]
    lines += ["", "could not tell:", *(f"  {line}" for line in draft.unknown)]
    lines += [str(fault) for fault in faults]
    lines += ["", f"next: read {where}/{FILE}, then: python -m helpers check {where}"]
    return "\n".join(lines)
