"""A study folder in memory in, the same sound but hardly analysable out: what a small or odd trial may hold.

Where `cells` breaks tables, these ways keep them consistent (BASE, CHG and texts follow AVAL), so that
`check` often accepts what an estimator may fail on: constants, zeros, few subjects, one visit, no event.
"""

from __future__ import annotations

import random

import numpy as np
import pandas as pd

from fuzz.base import Spoiled

DERIVED = ("BASE", "CHG", "PCHG", "AVALC", "LBSTRESC")
SETS = ("SAFFL", "ITTFL", "EFFFL")


def spoil(study: Spoiled, numbers: random.Random) -> None:
    """Make the study degenerate in one way; tables that were broken before may not allow it."""
    way = numbers.choice(WAYS)
    doubled = any(frame.columns.has_duplicates for frame in study.tables.values())
    if doubled or "adsl" not in study.tables:
        return
    try:
        done = way(study, numbers) is not False
    except (KeyError, ValueError, AttributeError, TypeError, IndexError):
        done = False
    if done:
        study.done.append(f"degenerate: {way.__name__}")


def _rows_of_a_parameter(study: Spoiled, numbers: random.Random) -> np.ndarray | None:
    lab = study.tables.get("adlb")
    if lab is None or lab.empty or not {"PARAMCD", "AVAL", "AVISITN", "USUBJID"} <= set(lab):
        return None
    code = numbers.choice(sorted(lab["PARAMCD"].unique()))
    return (lab["PARAMCD"] == code).to_numpy()


def _put(study: Spoiled, rows: np.ndarray, values) -> None:
    """Set AVAL in some rows of adlb; what is derived from it is left to the reader."""
    lab = study.tables["adlb"]
    lab["AVAL"] = np.where(rows, values, lab["AVAL"]).astype(object)
    lab.loc[rows, [c for c in DERIVED if c in lab]] = ""
    lab.loc[rows, [c for c in ("BLQFL",) if c in lab]] = ""


def a_constant_parameter(study, numbers):
    rows = _rows_of_a_parameter(study, numbers)
    if rows is None:
        return False
    _put(study, rows, numbers.choice(["0", "1", "100", "0.5"]))


def zeros_in_a_parameter(study, numbers):
    rows = _rows_of_a_parameter(study, numbers)
    if rows is None:
        return False
    share = numbers.choice([0.02, 0.5, 0.95])
    _put(study, rows & np.array([numbers.random() < share for _ in rows]), "0")


def few_levels_in_a_parameter(study, numbers):
    rows = _rows_of_a_parameter(study, numbers)
    if rows is None:
        return False
    top = numbers.choice([1, 2, 4])
    _put(study, rows, [str(numbers.randint(1, 1 + top)) for _ in rows])


def one_value_a_subject(study, numbers):
    """No change at all: every later value is the first."""
    rows = _rows_of_a_parameter(study, numbers)
    if rows is None:
        return False
    lab = study.tables["adlb"]
    first = lab[rows].groupby("USUBJID")["AVAL"].first()
    _put(study, rows, lab["USUBJID"].map(first).fillna(""))


def one_value_a_visit(study, numbers):
    """All subjects alike at each visit: the same baseline and the same change."""
    rows = _rows_of_a_parameter(study, numbers)
    if rows is None:
        return False
    visits = {v: str(100 + 10 * i) for i, v in enumerate(study.tables["adlb"]["AVISITN"].unique())}
    _put(study, rows, study.tables["adlb"]["AVISITN"].map(visits))


def one_value_an_arm(study, numbers):
    rows = _rows_of_a_parameter(study, numbers)
    if rows is None or "TRT01A" not in study.tables["adsl"]:
        return False
    arm = dict(study.tables["adsl"][["USUBJID", "TRT01A"]].to_numpy())
    size = {a: str(50 + 10 * i) for i, a in enumerate(sorted(set(arm.values())))}
    later = rows & (study.tables["adlb"]["AVISITN"] != "0").to_numpy()
    _put(study, later, study.tables["adlb"]["USUBJID"].map(arm).map(size).fillna("70"))


def all_below_the_limit(study, numbers):
    limited = [p for p in study.toml.get("parameters", {}).values()
               if isinstance(p, dict) and p.get("lloq")]  # fmt: skip
    if not limited or "adlb" not in study.tables or "PARAMCD" not in study.tables["adlb"]:
        return False
    one, lab = numbers.choice(limited), study.tables["adlb"]
    rows = (lab["PARAMCD"] == one.get("paramcd")).to_numpy()
    if numbers.random() < 0.4:  # in one arm, at all but one visit, in all but a few rows
        rows &= np.array([numbers.random() < 0.95 for _ in rows])
    _put(study, rows, f"{one['lloq']}")
    if "BLQFL" in lab:
        lab.loc[rows, "BLQFL"] = "Y"


def only_some_visits(study, numbers):
    rows = _rows_of_a_parameter(study, numbers)
    if rows is None:
        return False
    lab = study.tables["adlb"]
    visits = sorted(lab["AVISITN"].unique())
    kept = numbers.sample(visits, numbers.randint(1, min(2, len(visits))))
    gone = ~lab["AVISITN"].isin(kept).to_numpy() & (rows | (numbers.random() < 0.5))
    study.tables["adlb"] = lab[~gone].reset_index(drop=True)


def few_subjects(study, numbers):
    adsl = study.tables["adsl"]
    if not {"TRT01A", "USUBJID"} <= set(adsl):
        return False
    few = numbers.choice([1, 2, 3, 4, 6])
    arms = sorted(adsl["TRT01A"].unique())
    small = arms if numbers.random() < 0.5 else numbers.sample(arms, 1)
    place = adsl.groupby("TRT01A").cumcount()
    kept = set(adsl.loc[~adsl["TRT01A"].isin(small) | (place < few), "USUBJID"])
    for name, frame in study.tables.items():
        if "USUBJID" in frame:
            study.tables[name] = frame[frame["USUBJID"].isin(kept)].reset_index(drop=True)


def _times(study: Spoiled, needs=("AVAL", "CNSR")) -> pd.DataFrame | None:
    frame = study.tables.get("adtte")
    return frame if frame is not None and len(frame) and set(needs) <= set(frame) else None


def a_constant_in_times(study, numbers):
    frame = _times(study)
    if frame is None:
        return False
    column, value = numbers.choice([("CNSR", "0"), ("CNSR", "1"), ("AVAL", "12"), ("AVAL", "0"),
                                    ("AVAL", "0.5")])  # fmt: skip
    frame[column] = value
    frame.drop(columns=[c for c in ("EVNTDESC",) if c in frame], inplace=True)


def events_of_one_kind(study, numbers):
    """All events in one arm, at one time, or one alone."""
    frame = _times(study, ("AVAL", "CNSR", "USUBJID"))
    if frame is None or "TRT01A" not in study.tables["adsl"]:
        return False
    arm = dict(study.tables["adsl"][["USUBJID", "TRT01A"]].to_numpy())
    one = numbers.choice(sorted(set(arm.values())))
    here = (frame["USUBJID"].map(arm) == one).to_numpy()
    if numbers.random() < 0.5:
        here = np.arange(len(frame)) == numbers.randrange(len(frame))
    frame["CNSR"] = np.where(here, "0", "1")
    if numbers.random() < 0.5:
        frame.loc[here, "AVAL"] = numbers.choice(["0", "4", "1000"])
    frame.drop(columns=[c for c in ("EVNTDESC",) if c in frame], inplace=True)


def a_constant_of_subjects(study, numbers):
    adsl = study.tables["adsl"]
    names = [c for c in adsl if c not in ("USUBJID", "STUDYID", "TRT01A", "SUBJID")]
    if not names:
        return False
    name = numbers.choice(names)
    adsl[name] = numbers.choice([adsl[name].iloc[0] if len(adsl) else "", "", "0", "1"])


def few_events(study, numbers):
    frame = study.tables.get("adae")
    if frame is None or frame.empty:
        return False
    kept = numbers.sample(range(len(frame)), min(len(frame), numbers.choice([1, 1, 2, 5])))
    study.tables["adae"] = frame.iloc[sorted(kept)].reset_index(drop=True)


def a_constant_of_events(study, numbers):
    frame = study.tables.get("adae")
    if frame is None or frame.empty:
        return False
    name = numbers.choice([c for c in frame if c not in ("USUBJID", "STUDYID")] or ["AEDECOD"])
    frame[name] = numbers.choice(
        ["Y", "N", "", frame[name].iloc[0] if name in frame else "Headache"]
    )


def a_plan(study, numbers):
    """A planned analysis with the columns of adsl that are there, and the sets of its flags."""
    adsl = study.tables["adsl"]
    named = [
        c for c in adsl if c not in ("USUBJID", "STUDYID", "TRT01A", "SUBJID", "SAFFL", "ITTFL")
    ]
    if not named:
        return False
    pick = lambda: numbers.sample(named, numbers.randint(1, min(2, len(named))))  # noqa: E731
    plan = {"strata": pick(), "covariates": pick(), "centre": numbers.choice(named)}
    kept = {key: plan[key] for key in plan if numbers.random() < 0.6}
    kept |= {"df": "kenward-roger"} if numbers.random() < 0.3 else {}
    kept |= {"pairwise": True} if numbers.random() < 0.3 else {}
    kept |= {"weights": "gehan", "ties": "breslow"} if numbers.random() < 0.3 else {}
    study.toml["analysis"] = kept


def populations(study, numbers):
    """Flags of which few, none or all are Y, named in study.toml."""
    adsl = study.tables["adsl"]
    for flag in SETS:
        share = numbers.choice([0.05, 0.3, 0.9, 1.0])
        adsl[flag] = ["Y" if numbers.random() < share else "N" for _ in range(len(adsl))]
    study.toml["populations"] = {"safety": "SAFFL", "changes": "EFFFL", "times": "ITTFL"}
    if numbers.random() < 0.5:
        study.toml["populations"]["also"] = [numbers.choice(SETS)]


def other_words(study, numbers):
    """study.toml with other, allowed words: what is analysed on which scale, shown, and rounded."""
    toml = study.toml
    for block in [p for p in toml.get("parameters", {}).values() if isinstance(p, dict)]:
        if numbers.random() < 0.4:
            block["scale"] = numbers.choice(["linear", "log10"])
        if numbers.random() < 0.2:
            block["group"] = "cytokine"
        if numbers.random() < 0.2:
            block.pop("lloq", None)
    for block in [e for e in toml.get("endpoints", {}).values() if isinstance(e, dict)]:
        block["horizon"] = numbers.choice([1, 10, 40, 90])
    toml["subject_level"] = numbers.choice(["shown", "hidden"])
    if numbers.random() < 0.3:
        toml["disclosure"] = {"threshold": numbers.choice([2, 5, 11]), "rounding": True}


def without_a_table(study, numbers):
    name = numbers.choice([t for t in study.tables if t != "adsl"] or ["adsl"])
    block = {"adlb": "parameters", "adtte": "endpoints"}.get(name)
    if name == "adsl":
        return False
    study.tables.pop(name), study.endings.pop(name)
    study.toml.pop(block, None)


def without_parameters(study, numbers):
    blocks = study.toml.get("parameters")
    if not isinstance(blocks, dict) or not blocks:
        return False
    kept = numbers.sample(sorted(blocks), numbers.randint(1, len(blocks)))
    study.toml["parameters"] = {role: blocks[role] for role in kept}


WAYS = [
    a_constant_parameter, zeros_in_a_parameter, few_levels_in_a_parameter, one_value_a_subject,
    one_value_a_visit, one_value_an_arm, all_below_the_limit, only_some_visits, few_subjects, few_subjects,
    a_constant_in_times, events_of_one_kind, a_constant_of_subjects, few_events, a_constant_of_events,
    a_plan, a_plan, populations, other_words, other_words, without_a_table, without_parameters,
]  # fmt: skip
