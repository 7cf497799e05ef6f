"""The ACTG 175 trial as lifelines ships it in, a study folder out; it changes no value.

ACTG 175 (Hammer 1996, N Engl J Med 335:1081, doi 10.1056/NEJM199610103351501) randomised adults
with HIV to four regimens. lifelines packages the 2,139-patient extract of the R package speff2trial.
Its `cens` is 1 for an event, the opposite of ADaM's CNSR, so CNSR = 1 - cens.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from helpers.errors import Problem, StudyError

ARMS = {
    0: "Zidovudine",
    1: "Zidovudine + didanosine",
    2: "Zidovudine + zalcitabine",
    3: "Didanosine",
}
LAB = (("CD4", "cd40", 0), ("CD4", "cd420", 20), ("CD4", "cd496", 96), ("CD8", "cd80", 0),
       ("CD8", "cd820", 20))  # fmt: skip
TOML = """\
# ACTG 175, converted by `python -m helpers actg175` from the CSV that lifelines ships.
id = "actg175"
title = "ACTG 175: nucleoside monotherapy against combination therapy in HIV infection"
short = "ACTG 175"
design = "randomised"
data = "observed"
{level}
source = "doi:10.1056/NEJM199610103351501; extract of the R package speff2trial, from lifelines"

{arms}
[visits]
unit = "week"
baseline = 0
main = 20

[parameters.cd4]
paramcd = "CD4"
label = "CD4+ T cells"
unit = "cells/µL"
range = [0, 5000]

[parameters.cd8]
paramcd = "CD8"
label = "CD8+ T cells"
unit = "cells/µL"
range = [0, 10000]

[endpoints.primary]
paramcd = "PRIMARY"
label = "Decline of CD4 by half, AIDS or death"
unit = "day"
event = "failure"
horizon = 1000
"""


def source_table() -> pd.DataFrame:
    """The packaged table, one row a patient, as lifelines ships it (columns of speff2trial)."""
    import lifelines.datasets

    return pd.read_csv(Path(lifelines.datasets.__file__).parent / "ACTG175.csv", index_col=0)


def adam_tables(source: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """`source_table` as ADaM-style frames adsl, adlb (one row a value that is there) and adtte."""
    subject = source["pidnum"].map("ACTG175-{:06d}".format)
    adsl = pd.DataFrame(
        {
            "STUDYID": "ACTG175",
            "USUBJID": subject,
            "TRT01A": source["arms"].map(ARMS),
            "AGE": source["age"],
            "SEX": source["gender"].map({1: "M", 0: "F"}),
            "WTKG": source["wtkg"],
            "KARNOF": source["karnof"],
            "SYMPTFL": source["symptom"].map({1: "Y", 0: "N"}),
            "PRIORARV": source["str2"].map({1: "Y", 0: "N"}),
        }
    )
    adtte = pd.DataFrame(
        {
            "STUDYID": "ACTG175",
            "USUBJID": subject,
            "PARAMCD": "PRIMARY",
            "PARAM": "Days to CD4 decline of 50% or more, AIDS event or death",
            "AVAL": source["days"],
            "CNSR": 1 - source["cens"],
            "EVNTDESC": source["cens"].map({1: "EVENT", 0: "CENSORED"}),
        }
    )
    adlb = pd.concat([_values(source, subject, *item) for item in LAB], ignore_index=True)
    return {"adsl": adsl, "adlb": adlb, "adtte": adtte}


def _values(source, subject, code: str, column: str, week: int) -> pd.DataFrame:
    base = source["cd40" if code == "CD4" else "cd80"]
    value = source[column]
    rows = pd.DataFrame(
        {
            "STUDYID": "ACTG175",
            "USUBJID": subject,
            "PARAMCD": code,
            "PARAM": f"{code} T cells (cells/uL)",
            "AVISIT": "Baseline" if week == 0 else f"Week {week}",
            "AVISITN": week,
            "AVAL": value.astype("Int64"),
            "BASE": base,
            "CHG": (value - base).astype("Int64"),
            "ABLFL": "Y" if week == 0 else "",
        }
    )
    return rows[value.notna()]


def write_study(folder: Path | str, *, subject_level: str = "") -> Path:
    """Write the study folder (study.toml and three csv) and return it; same bytes every time.

    `subject_level="shown"`: the data are public, and may be shown patient by patient.

    Errors: `StudyError` when something is there already; nothing is written then.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        do = "choose a folder that does not exist yet, or an empty one"
        taken = Problem(str(folder), "", "folder is not empty", "no files", "some", do)
        raise StudyError(str(folder), [taken])
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in adam_tables(source_table()).items():
        frame.to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    blocks = [
        f'[[arms]]\nvalue = "{name}"\nlabel = "{name}"\nreference = {str(code == 0).lower()}\n'
        for code, name in ARMS.items()
    ]
    level = f'subject_level = "{subject_level}"' if subject_level else ""
    text = TOML.format(arms="\n".join(blocks), level=level).replace("\n\nsource", "\nsource")
    (folder / "study.toml").write_text(text, encoding="utf-8", newline="\n")
    return folder
