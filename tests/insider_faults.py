"""Contradictions that somebody with the files open would see, each seeded; all passed in silence once.

As in `faults`: each spoils the sound folder in one way and says which line of the report must name it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from faults import Fault, Folder


def _carried(folder: Folder, table: str, column: str) -> pd.DataFrame:
    """A table that carries a column of adsl, rightly."""
    frame, adsl = folder.tables[table], folder.tables["adsl"]
    frame[column] = frame["USUBJID"].map(adsl.set_index("USUBJID")[column])
    return frame


def _flag_of_a_subject(table: str, word: str):
    def spoil(folder: Folder) -> None:
        frame = _carried(folder, table, "ITTFL")
        frame.loc[frame["USUBJID"] == "HUCMSC-003", "ITTFL"] = word

    return spoil


def _sites_sorted(folder: Folder) -> None:
    """Every identifier names its subject's site, and the column of sites alone was sorted."""
    adsl = folder.tables["adsl"]
    adsl["SITEID"] = [f"{1 + row * row % 7:02d}" for row in range(len(adsl))]
    new = dict(
        zip(adsl["USUBJID"], "H-" + adsl["SITEID"] + "-" + adsl["USUBJID"].str[-3:], strict=True)
    )
    for table in folder.tables.values():
        table["USUBJID"] = table["USUBJID"].map(new)
    adsl["SITEID"] = sorted(adsl["SITEID"])


def _numbered(change: dict[str, str] | None = None, row: int = 0, number: str = "50"):
    """Doses of 0, 50 and 150 as the numbers of the treatments, but for one arm or one row."""
    of = {"Placebo": "0", "Low dose": "50", "High dose": "150", **(change or {})}

    def spoil(folder: Folder) -> None:
        folder.say("dose = 0.5", "dose = 50")
        folder.say("dose = 1.5", "dose = 150")
        folder.tables["adsl"]["TRT01AN"] = folder.tables["adsl"]["TRT01A"].map(of)
        if row:
            folder.set("adsl", row, TRT01AN=number)

    return spoil


def _status(visit: str):
    """A parameter of yes and no, 1 and 0, with 2 and 1 at one visit."""

    def spoil(folder: Folder) -> None:
        adlb = folder.tables["adlb"]
        rows = adlb[(adlb["PARAMCD"] == "CD8") & adlb["AVISITN"].between("0", "96")]
        who = rows["USUBJID"].str[-3:].astype(int)
        yes = (who % 2 == 0) ^ (rows.index % 7 == 0)
        code = yes.astype(int) + (rows["AVISITN"] == visit)
        rows = rows.assign(PARAMCD="WELL", PARAM="Feels well", AVALU="", AVAL=code.astype(str))
        rows[["BASE", "CHG", "AVALC", "LBSTRESC", "BLQFL"]] = ""
        folder.tables["adlb"] = pd.concat([adlb, rows], ignore_index=True)
        folder.toml += '\n[parameters.well]\nparamcd = "WELL"\nlabel = "Feels well"\nunit = ""\n'

    return spoil


def _half_in_weeks(dated: bool):
    """Every second duration in weeks: beside the dates of treatment, or beside visits without days alone."""

    def spoil(folder: Folder) -> None:
        adsl = folder.tables["adsl"]
        days = adsl["TRTDURD"].astype(int)
        if dated:
            end = pd.to_datetime(adsl["TRTSDT"]) + pd.to_timedelta(days - 1, unit="D")
            adsl["TRTEDT"] = end.dt.strftime("%Y-%m-%d")
        adsl.loc[::2, "TRTDURD"] = (days[::2] / 7).round().astype(int).astype(str)

    return spoil


def _cnsr_of_an_arm(folder: Folder) -> None:
    """Times of an endpoint that ends early or at the end, CNSR an event flag in one arm, and no words."""
    adsl = folder.tables["adsl"]
    rows = np.arange(len(adsl))
    had = rows % 9 < 5
    days = np.where(had, 20 + rows * 37 % 400, 560 + rows * 11 % 90)
    other = (adsl["TRT01A"] == "Low dose").to_numpy()
    new = pd.DataFrame({"STUDYID": "HUCMSC", "USUBJID": adsl["USUBJID"], "PARAMCD": "TTF",
                        "PARAM": "Time to failure (days)", "AVAL": days.astype(str),
                        "CNSR": np.where(had ^ other, "0", "1")})  # fmt: skip
    folder.tables["adtte"] = pd.concat([folder.tables["adtte"], new], ignore_index=True).fillna("")
    folder.toml += (
        '\n[endpoints.ttf]\nparamcd = "TTF"\nlabel = "Failure"\nunit = "day"\nevent = "failure"\n'
    )


def _bilirubin(folder: Folder) -> None:
    """Bilirubin in mg/dL, of every second subject in µmol/L, which no column says."""
    adlb = folder.tables["adlb"]
    rows = adlb[(adlb["PARAMCD"] == "CD8") & (adlb["AVISITN"] != "")]
    who = rows["USUBJID"].str[-3:].astype(int)
    value = 0.4 + who * 37 % 50 / 100 + rows.index.to_numpy() * 13 % 7 / 100
    value = value.where(who % 2 == 0, value * 17.1).round(2).map("{:g}".format)
    rows = rows.assign(PARAMCD="BILI", PARAM="Bilirubin (mg/dL)", AVALU="mg/dL", AVAL=value)
    rows[["BASE", "CHG", "AVALC", "LBSTRESC", "BLQFL"]] = ""
    folder.tables["adlb"] = pd.concat([adlb, rows], ignore_index=True)
    folder.toml += '\n[parameters.bili]\nparamcd = "BILI"\nlabel = "Bilirubin"\nunit = "mg/dL"\n'
    folder.toml += 'better = "lower"\n'


IN_WEEKS = ("TRTDURD is not in days",)
UNLIKE = "dose unlike the number of the treatment"
INSIDER = (
    Fault("a flag of times that adsl has otherwise", _flag_of_a_subject("adtte", "N"),
          "flag that adsl has otherwise", "adtte.csv", 4, "ITTFL", "warning",
          "N of 'HUCMSC-003', Y in adsl"),
    Fault("a flag of measurements that adsl has otherwise", _flag_of_a_subject("adlb", "N"),
          "flag that adsl has otherwise", "adlb.csv", 50, "ITTFL", "warning", "Y in adsl"),
    Fault("the column of sites sorted by itself", _sites_sorted, "site against the identifier",
          "adsl.csv", 3, "SITEID", "warning", "'01' of 'H-02-002'"),
    Fault("the numbers of two treatments exchanged against study.toml",
          _numbered({"Low dose": "150", "High dose": "50"}), UNLIKE, "study.toml", None, "arms",
          "warning", "'Low dose' (50) with TRT01AN 150"),
    Fault("a dose of study.toml that TRT01AN has otherwise", _numbered({"High dose": "15"}), UNLIKE,
          "study.toml", None, "arms", "warning", "'High dose' (150) with TRT01AN 15"),
    Fault("the number of another treatment", _numbered({}, 2, "150"), "number of another treatment",
          "adsl.csv", 2, "TRT01AN", "warning", "'150' of 'HUCMSC-001', 50 of others"),
    Fault("yes and no coded 2 and 1 at one visit", _status("24"),
          "two values coded otherwise at one visit", "adlb.csv", 1724, "AVAL", "warning",
          "'2' of 'HUCMSC-001': Feels well at 24"),
    Fault("half of the durations in weeks, beside the dates", _half_in_weeks(True),
          "durations in two units", "adsl.csv", 2, "TRTDURD", "warning",
          "'96' of 'HUCMSC-001', as if in weeks: 672 days", also=IN_WEEKS),
    Fault("half of the durations in weeks", _half_in_weeks(False), "durations in two units",
          "adsl.csv", 2, "TRTDURD", "warning", "'96' of 'HUCMSC-001', as if in weeks", also=IN_WEEKS),
    Fault("CNSR an event flag in one arm, and no words beside it", _cnsr_of_an_arm,
          "CNSR of one arm turned round by its times", "adtte.csv", 74, "CNSR", "warning",
          "arm 'Low dose'", also=("times of one arm or site in another unit",)),
    Fault("bilirubin of every second subject in another unit", _bilirubin, "subjects in two units",
          "adlb.csv", 1728, "AVAL", "warning", "(units 17.1)"),
)  # fmt: skip
