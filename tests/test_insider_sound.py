"""What looks like a contradiction between columns and is none: codes, flags of rows, scores, pooled units."""

import pandas as pd
import pytest

from faults import Folder, sound
from helpers.validation import check_folder


def _codes(folder: Folder) -> None:
    """TRT01AN counts the arms, two of them by chance as their dose."""
    folder.say("dose = 0.5", "dose = 1")
    folder.say("dose = 1.5", "dose = 2")
    adsl = folder.tables["adsl"]
    adsl["TRT01AN"] = adsl["TRT01A"].map({"Low dose": "2", "High dose": "1", "Placebo": "3"})


def _another_code_of_placebo(folder: Folder) -> None:
    folder.say("dose = 0.5", "dose = 50")
    folder.say("dose = 1.5", "dose = 150")
    adsl = folder.tables["adsl"]
    adsl["TRT01AN"] = adsl["TRT01A"].map({"Low dose": "50", "High dose": "150", "Placebo": "99"})


def _flag_of_rows(folder: Folder) -> None:
    """ITTFL marks the rows before a rescue treatment: of most subjects some, of none who is not Y."""
    adlb = folder.tables["adlb"]
    adlb["ITTFL"] = ["N" if visit == "96" else "Y" for visit in adlb["AVISITN"]]


def _copies(folder: Folder) -> None:
    flags = folder.tables["adsl"].set_index("USUBJID")
    for table in ("adlb", "adae", "adtte"):
        for column in ("SAFFL", "ITTFL"):
            folder.tables[table][column] = folder.tables[table]["USUBJID"].map(flags[column])


def _symptoms_at_entry(folder: Folder) -> None:
    """A score from 0: 1 or 2 at the baseline, which the protocol asks for, and 0 or 1 after it."""
    adlb = folder.tables["adlb"]
    rows = adlb[(adlb["PARAMCD"] == "CD8") & (adlb["AVISITN"] != "")]
    score = rows["USUBJID"].str[-1].astype(int) % 2 + (rows["AVISITN"] == "0")
    rows = rows.assign(PARAMCD="SCORE", PARAM="Symptoms", AVALU="", AVAL=score.astype(str))
    rows[["BASE", "CHG", "AVALC", "LBSTRESC", "BLQFL"]] = ""
    folder.tables["adlb"] = pd.concat([adlb, rows], ignore_index=True)
    folder.toml += '\n[parameters.score]\nparamcd = "SCORE"\nlabel = "Symptoms"\nunit = ""\n'


def _numbers_within_sites(folder: Folder) -> None:
    """The last part of an identifier counts within a site, which its first part names in other words."""
    adsl = folder.tables["adsl"]
    adsl["SITEID"] = [f"{1 + row % 8:02d}" for row in range(len(adsl))]
    ids = [f"S{1 + row % 8}-{1 + row // 8:02d}" for row in range(len(adsl))]
    new = dict(zip(adsl["USUBJID"], ids, strict=True))
    for table in folder.tables.values():
        table["USUBJID"] = table["USUBJID"].map(new)


NEW = {"number of another treatment", "dose unlike the number of the treatment", "durations in two units",
       "flag that adsl has otherwise", "two values coded otherwise at one visit", "subjects in two units",
       "site against the identifier", "CNSR of one arm turned round by its times"}  # fmt: skip


@pytest.mark.parametrize("sane", [_codes, _another_code_of_placebo, _flag_of_rows, _copies,
                                  _symptoms_at_entry, _numbers_within_sites])  # fmt: skip
def test_what_only_looks_like_a_contradiction_is_not_named(sane, tmp_path):
    folder = sound()
    sane(folder)
    problems = check_folder(folder.write(tmp_path / "study")).problems
    assert NEW.isdisjoint(p.rule for p in problems)
