"""Nothing but a seed in, a small study folder to start from out; no number in it was measured.

An invented drug in three unequal arms, with what real folders have: missed visits, people who
leave early, values below the limit, samples at no planned visit, events before the first dose.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from helpers.errors import Problem, StudyError
from helpers.simulate.events import adverse_events
from helpers.simulate.tables import (
    Part,
    actual_days,
    at_limit,
    lab_table,
    subject_level,
    with_lab_summary,
)

STUDY, SEED = "EXAMPLE", 20240229
ARMS = {"Placebo": 21, "Fictinib 5 mg": 19, "Fictinib 20 mg": 22}  # arm -> subjects
GAIN = {"Placebo": 0.05, "Fictinib 5 mg": 0.22, "Fictinib 20 mg": 0.40}  # log CD4 in a year
VISITS = (0, 4, 12, 24, 36, 48)  # weeks
LLOQ = 50  # copies/mL
RISE = 1.3  # a response: the first CD4 count this many times the baseline
INFECTIONS = "Infections and infestations"
TERMS = [
    {"term": "Headache", "body_system": "Nervous system disorders", "rate": 0.5, "before": 0.1,
     "related": 0.3, "timing": "any"},
    {"term": "Nausea", "body_system": "Gastrointestinal disorders", "rate": 0.4, "before": 0.0,
     "related": 0.5, "timing": "infusion"},
    {"term": "Nasopharyngitis", "body_system": INFECTIONS, "rate": 0.6,
     "before": 0.1, "related": 0.0, "timing": "any"},
    {"term": "Rash", "body_system": "Skin and subcutaneous tissue disorders", "rate": 0.2,
     "before": 0.0, "related": 0.6, "timing": "any"},
    {"term": "Pneumonia", "body_system": INFECTIONS, "rate": 0.06, "before": 0.0,
     "related": 0.0, "timing": "any"},
]  # fmt: skip

TOML = """\
# A study folder to start from. Nothing here was measured: the drug, the trial and every subject
# are invented. Replace the tables by yours and change this file line by line, or delete it and let
# `python -m helpers init FOLDER` write one. data/README.md explains every key.

id = "example"                 # short name of the study, first column of results.csv
title = "An invented trial of an invented drug in people with HIV"
short = "Example"              # its name in sentences
design = "randomised"          # or "single-arm"
data = "simulated"             # write "observed" for yours: its numbers are then labelled derived
source = "simulated by python -m helpers example"
subject_level = "hidden"       # single subjects and small counts are not shown

# One block an arm, in dose order. `value` is TRT01A of adsl, letter by letter.
[[arms]]
value = "Placebo"
dose = 0                       # mg; used for the test of trend when every arm has one
reference = true               # what the other arms are compared with

[[arms]]
value = "Fictinib 5 mg"
label = "5 mg"                 # as the book prints it
dose = 5

[[arms]]
value = "Fictinib 20 mg"
label = "20 mg"
dose = 20

[visits]
unit = "week"                  # of AVISITN: day, week or month
baseline = 0                   # AVISITN of the baseline
main = 48                      # AVISITN of the primary comparison

# One block a parameter of adlb. The chapters look for the roles cd4, cd8, cd4cd8, hivrna,
# chimerism, and for parameters of the group "cytokine"; what is absent is left out.
[parameters.cd4]
paramcd = "CD4"                # PARAMCD of its rows
label = "CD4+ T cells"
unit = "cells/µL"
range = [0, 5000]              # values outside are warned of

[parameters.cd8]
paramcd = "CD8"
label = "CD8+ T cells"
unit = "cells/µL"
range = [0, 10000]

[parameters.hivrna]
paramcd = "HIVRNA"
label = "HIV RNA"
unit = "copies/mL"
lloq = 50                      # rows at the limit have AVAL = 50 and BLQFL = Y
scale = "log10"
better = "lower"

# One block an endpoint of adtte. CNSR is 0 for an event and 1 for a censored time.
[endpoints.response]
paramcd = "TTRESP"
label = "CD4 response"
unit = "week"                  # of AVAL
event = "response"             # good: drawn rising; "failure" is drawn falling
horizon = 48                   # end of the restricted mean

[endpoints.infection]
paramcd = "TTINF"
label = "First infection"
unit = "day"
event = "failure"

# One block a planned yes or no: a value, or its change since baseline, beyond a threshold at a visit.
[responses.cd4_rise]
parameter = "CD4"              # PARAMCD of a parameter above
of = "change"                  # or "value", "percent change"
visit = 48                     # AVISITN
at_least = 50                  # or above, at_most, below
label = "CD4 rise of 50 or more"
missing = "no response"        # what counts who was not measured; or "left out"

[responses.suppressed]
parameter = "HIVRNA"
visit = 48
below = 50
scale = "linear"               # 50 copies, not their logarithm
label = "below 50 copies"
"""
README = """\
An invented trial of an invented drug: nothing in this folder was measured, and nobody is meant.
adsl, adlb, adae and adtte are tables as CDISC ADaM has them; study.toml says what they mean.
Check the folder: python -m helpers check FOLDER
Build its book:   python -m helpers book --data FOLDER --site SITE
Then put your own tables in place of these and let the same two commands tell you what is missing.
"""


def example_tables() -> dict[str, pd.DataFrame]:
    """adsl, adlb, adae and adtte of the invented trial; the same every time."""
    rng = np.random.default_rng(SEED)
    arms = rng.permutation(np.repeat(list(ARMS), list(ARMS.values())))
    adsl = subject_level(STUDY, rng, arms=list(arms), age=(41, 11, 19, 72), male_share=0.7)
    cd4, cd8, rna = _courses(rng, arms)
    seen = _attendance(rng, len(arms))
    for values in (cd4, cd8, rna):
        values[~seen] = np.nan
    rna, below = at_limit(rna, limit=LLOQ)
    parts = [
        Part("CD4", "CD4+ T cells", "cells/µL", VISITS, cd4),
        Part("CD8", "CD8+ T cells", "cells/µL", VISITS, cd8),
        Part("HIVRNA", "HIV RNA", "copies/mL", VISITS, rna, below),
    ]
    days = actual_days(rng, planned=[7 * v for v in VISITS], subjects=len(arms), jitter=5)
    ids = list(adsl["USUBJID"])
    adlb = lab_table(STUDY, parts, ids=ids, visit_unit="Week",
                     days=dict(zip(VISITS, days, strict=True)))  # fmt: skip
    adsl = with_lab_summary(adsl, adlb)
    events = adverse_events(STUDY, rng, ids=ids, follow_up=list(adsl["TRTDURD"]), terms=TERMS,
                            severity=(0.7, 0.22, 0.08))  # fmt: skip
    times = pd.concat([_responses(adsl, cd4, seen), _infections(adsl, events)], ignore_index=True)
    return {"adsl": adsl, "adlb": _with_unscheduled(adlb), "adae": events, "adtte": times}


def _courses(rng: np.random.Generator, arms: np.ndarray) -> tuple[np.ndarray, ...]:
    """CD4, CD8 and HIV RNA, one row a subject and one column a visit."""
    year = np.array(VISITS) / 48
    gain = np.array([GAIN[arm] for arm in arms])[:, None]
    shape = (len(arms), len(VISITS))
    level = rng.normal(np.log(260), 0.35, (len(arms), 1))
    cd4 = np.exp(level + gain * year + rng.normal(0, 0.15, shape))
    level = rng.normal(np.log(850), 0.3, (len(arms), 1))
    cd8 = np.exp(level - 0.3 * gain * year + rng.normal(0, 0.15, shape))
    start = rng.normal(3.4, 0.7, (len(arms), 1))
    rna = 10 ** (start - 4 * gain * year + rng.normal(0, 0.25, shape))
    return np.round(cd4), np.round(cd8), np.round(rna)


def _attendance(rng: np.random.Generator, subjects: int) -> np.ndarray:
    """Which visits each subject attended: some are missed, some subjects leave early."""
    stays = rng.random(subjects) < 0.8
    last = np.where(stays, len(VISITS) - 1, rng.integers(1, len(VISITS) - 1, subjects))
    place = np.arange(len(VISITS))
    seen = (place <= last[:, None]) & (rng.random((subjects, len(VISITS))) > 0.06)
    seen[np.arange(subjects), last] = True  # the last visit was one
    seen[:, 0] = True
    return seen


def _with_unscheduled(adlb: pd.DataFrame) -> pd.DataFrame:
    """adlb with two repeated samples at no planned visit: AVISITN is blank, so none uses them."""
    rows = adlb[(adlb["PARAMCD"] == "CD4") & (adlb["AVISITN"] == 24)].iloc[[3, 17]]
    again = rows.assign(AVISIT="Unscheduled", AVISITN=np.nan, ADY=rows["ADY"] + 9)
    again = again.assign(AVAL=rows["AVAL"] + 20, CHG=rows["CHG"] + 20)
    frame = pd.concat([adlb, again]).sort_values(["USUBJID", "PARAMCD", "ADY"], kind="stable")
    return frame.reset_index(drop=True)


def _responses(adsl: pd.DataFrame, cd4: np.ndarray, seen: np.ndarray) -> pd.DataFrame:
    """Time to response: the planned week of the first rise, or of the last visit."""
    rises = seen & (cd4 >= RISE * cd4[:, [0]])
    responds = rises.any(axis=1)
    last = len(VISITS) - 1 - seen[:, ::-1].argmax(axis=1)
    return pd.DataFrame(
        {
            "STUDYID": STUDY,
            "USUBJID": adsl["USUBJID"],
            "PARAMCD": "TTRESP",
            "PARAM": "Time to CD4 response (weeks)",
            "AVAL": np.array(VISITS)[np.where(responds, rises.argmax(axis=1), last)],
            "CNSR": np.where(responds, 0, 1),
            "EVNTDESC": np.where(responds, "CD4 count 30% above baseline", "No response observed"),
        }
    )


def _infections(adsl: pd.DataFrame, adae: pd.DataFrame) -> pd.DataFrame:
    """Time to the first infection on treatment: its study day, or the last day of observation."""
    infections = adae[(adae["AEBODSYS"] == INFECTIONS) & (adae["TRTEMFL"] == "Y")]
    first = infections.groupby("USUBJID").first().reindex(adsl["USUBJID"]).reset_index()
    sick = first["ASTDY"].notna()
    return pd.DataFrame(
        {
            "STUDYID": STUDY,
            "USUBJID": adsl["USUBJID"],
            "PARAMCD": "TTINF",
            "PARAM": "Time to first infection (days)",
            "AVAL": first["ASTDY"].fillna(adsl["TRTDURD"]).astype(int),
            "CNSR": np.where(sick, 0, 1),
            "EVNTDESC": first["AEDECOD"].fillna("No infection by the last visit"),
        }
    )


def write_example(folder: Path | str) -> list[Path]:
    """Write the folder (four csv, study.toml, README); the files written, the same bytes every time.

    Errors: `StudyError` when something is there already; nothing is written then.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        do = "choose a folder that does not exist yet, or an empty one"
        taken = Problem(str(folder), "", "folder is not empty", "no files", "some", do)
        raise StudyError(str(folder), [taken])
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        f"{name}.csv": frame.to_csv(index=False, float_format="%.10g", lineterminator="\n")
        for name, frame in example_tables().items()
    }
    contents |= {"study.toml": TOML, "README.md": README}
    for name, content in contents.items():
        (folder / name).write_bytes(content.encode())
    return [folder / name for name in contents]
