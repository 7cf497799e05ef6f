"""Slips that no test had before, as a data manager knows them, each seeded in the sound folder.

As in `faults`: each spoils the folder in one way and says which line must name it. `UNSEEN` passed in
silence, or was named only by another column that happened to be there; what `check` cannot know stands
at the end, with the reason.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from careless_faults import _of_arm
from faults import Fault, Folder

DERIVED = ["BASE", "CHG", "AVALC", "LBSTRESC"]


def _without_texts(folder: Folder) -> pd.DataFrame:
    folder.tables["adtte"] = folder.tables["adtte"].drop(columns=["EVNTDESC", "CNSDTDSC"])
    return folder.tables["adtte"]


def _flag_of_an_arm(folder: Folder) -> None:
    frame = _without_texts(folder)
    rows = _of_arm(folder, "adtte")
    frame.loc[rows, "CNSR"] = frame.loc[rows, "CNSR"].map({"0": "1", "1": "0"})


def _labels_exchanged(folder: Folder) -> None:
    other = {"Low dose": "High dose", "High dose": "Low dose"}
    folder.column("adsl", "TRT01A", lambda arm: other.get(arm, arm))


def _sorted(table: str, column: str, code: str = ""):
    def spoil(folder: Folder) -> None:
        frame = folder.tables[table]
        rows = frame[column] != ""
        if code:
            rows &= frame["PARAMCD"] == code
        frame.loc[rows, column] = sorted(frame.loc[rows, column], key=float)
        if table == "adlb":
            frame.loc[rows, DERIVED] = ""
        folder.tables["adsl"] = folder.tables["adsl"].drop(columns=["BRTHDTC", "CD8BL"])

    return spoil


def _named_otherwise(folder: Folder) -> None:
    frame = folder.tables["adlb"]
    frame.loc[frame["AVISIT"] == "Week 24", "AVISIT"] = "Week 36"


def _of_site(folder: Folder, table: str) -> pd.Series:
    adsl = folder.tables["adsl"]
    return folder.tables[table]["USUBJID"].isin(adsl.loc[adsl["SITEID"] == "02", "USUBJID"])


def _alone(folder: Folder) -> pd.DataFrame:
    """adlb without what would tell of CD4 otherwise: its ratio, and the baseline in adsl."""
    lab = folder.tables["adlb"]
    folder.tables["adlb"] = lab[lab["PARAMCD"] != "CD4CD8"].reset_index(drop=True)
    start = folder.toml.index("[parameters.cd4cd8]")
    folder.toml = folder.toml[:start] + folder.toml[folder.toml.index("[parameters.hivrna]") :]
    folder.tables["adsl"] = folder.tables["adsl"].drop(columns=["CD4BL", "CD8BL"])
    return folder.tables["adlb"]


def _site_rounded(folder: Folder) -> None:
    lab = _alone(folder)
    rows = _of_site(folder, "adlb") & (lab["PARAMCD"] == "CD4")
    tens = np.maximum(lab.loc[rows, "AVAL"].astype(float).div(10).round() * 10, 10)
    lab.loc[rows, "AVAL"] = tens.map("{:g}".format)
    lab.loc[rows, DERIVED] = ""


def _site_of_one_arm(folder: Folder) -> None:
    rows = _of_site(folder, "adsl")
    folder.tables["adsl"].loc[rows, ["TRT01A", "TRT01P"]] = "Low dose"


def _site_lost(folder: Folder) -> None:
    lab = _alone(folder)
    gone = _of_site(folder, "adlb") & (lab["PARAMCD"] == "CD4") & (lab["AVISITN"] == "72")
    folder.tables["adlb"] = lab[~gone]


def _arm_shifted(folder: Folder) -> None:
    """Values of each visit at the next one, in one arm."""
    lab = _alone(folder)
    rows = _of_arm(folder, "adlb") & (lab["PARAMCD"] == "CD4") & lab["AVISITN"].isin(["0", "12"])
    first = lab[rows & (lab["AVISITN"] == "0")].set_index("USUBJID")["AVAL"]
    later = rows & (lab["AVISITN"] == "12")
    lab.loc[later, "AVAL"] = lab.loc[later, "USUBJID"].map(first)
    lab.loc[later, DERIVED] = ""


def _fatal(folder: Folder) -> None:
    folder.column("adae", "AEOUT", "RECOVERED/RESOLVED")
    folder.set("adae", 4, AEOUT="FATAL", AESER="Y")


def _fatal_and_censored(folder: Folder) -> None:
    """A subject dies of an event, and the time to death says that it was alive at the end."""
    _without_texts(folder)
    folder.column("adtte", "PARAM", "Time to death (weeks)")
    folder.say('event = "response"', 'event = "failure"')
    censored = folder.tables["adtte"].set_index("USUBJID")["CNSR"] == "1"
    row = next(i for i, who in enumerate(folder.tables["adae"]["USUBJID"]) if censored[who])
    who = folder.tables["adae"].loc[row, "USUBJID"]
    folder.column("adae", "AESDTH", "")
    folder.set("adae", row + 2, AESDTH="Y", AESER="Y")
    adsl = folder.tables["adsl"]
    adsl.loc[adsl["USUBJID"] == who, "DTHDTC"] = "2017-12"


def _criterion(folder: Folder) -> None:
    folder.column("adae", "AESHOSP", "N")
    folder.set("adae", 4, AESHOSP="Y")


def _grade_six(folder: Folder) -> None:
    folder.column("adae", "AETOXGR", "2")
    folder.set("adae", 4, AETOXGR="6")


def _zeros(folder: Folder) -> None:
    frame = folder.tables["adtte"]
    frame.loc[frame.index[::6], "AVAL"] = "0"


def _nines(folder: Folder) -> None:
    frame = folder.tables["adtte"]
    frame.loc[frame.index[::9], "AVAL"] = "99"


def _cut_off(folder: Folder) -> None:
    frame = folder.tables["adae"]
    folder.tables["adae"] = frame.iloc[: len(frame) // 2]


UNSEEN = [
    Fault("CNSR of one arm turned round, without texts", _flag_of_an_arm,
          "CNSR of one arm is turned round", "adtte.csv", 8, "CNSR", "error", "'High dose'"),
    Fault("two labels exchanged in TRT01A", _labels_exchanged,
          "most of an arm treated otherwise than planned", "adsl.csv", 2, "TRT01A", "warning",
          "24 of 24", also=("treated otherwise than planned",)),
    Fault("ages sorted by themselves", _sorted("adsl", "AGE"), "column sorted by itself", "adsl.csv",
          2, "AGE", "error", "72 values in order"),
    Fault("times sorted by themselves", _sorted("adtte", "AVAL"), "column sorted by itself",
          "adtte.csv", 2, "AVAL", "error", "from 12 to 96", also=("CNSR against its description",
          "event beyond the response")),
    Fault("CD8 sorted by itself", _sorted("adlb", "AVAL", "CD8"), "column sorted by itself",
          "adlb.csv", 14, "AVAL", "error", "72 values", also=("ratio that is not CD4/CD8",
          "values in order within every subject")),
    Fault("a visit under the name of another", _named_otherwise, "one number, two visits", "adlb.csv",
          4, "AVISIT", "warning", "'Week 36' beside AVISITN '24'"),
    Fault("a site that rounds to tens", _site_rounded, "values of one site or arm rounded",
          "adlb.csv", 2, "AVAL", "warning", "site '02'",
          also=("response that the values deny",)),
    Fault("a site's rows of a visit lost", _site_lost, "visit that a site has no values of",
          "adlb.csv", None, "AVISITN", "warning", "site '02'",
          also=("response that the values deny", "parameter hardly measured at one visit",)),
    Fault("a site filled with one treatment", _site_of_one_arm, "site of one arm alone", "adsl.csv",
          2, "TRT01A", "warning", "subjects 'Low dose'"),
    Fault("an arm's baseline at its first visit", _arm_shifted,
          "visit of one arm or site copied from another", "adlb.csv", 111, "AVAL", "warning",
          "in 'High dose' at 12 as at 0",
          also=("response that the values deny",)),
    Fault("a line of totals", lambda f: f.add("adsl", 2, USUBJID="Total"), "row of totals",
          "adsl.csv", 74, "USUBJID", "error", "'Total'",
          also=("subject without a laboratory value", "subject without a time",
                "patient who seems to be entered twice")),
    Fault("a fatal event of a survivor", _fatal, "fatal event of a subject who did not die",
          "adae.csv", 4, "USUBJID", "warning", "'HUCMSC-003'"),
    Fault("dead in adae, alive in adtte", _fatal_and_censored, "fatal event, and censored for death",
          "adtte.csv", 7, "CNSR", "warning", "'1' of 'HUCMSC-006'"),
    Fault("in hospital and not serious", _criterion, "criterion of a serious event, and not serious",
          "adae.csv", 4, "AESER", "warning", "AESHOSP Y"),
    Fault("a grade of 6", _grade_six, "grade of no scale", "adae.csv", 4, "AETOXGR", "warning", "'6'"),
    Fault("0 for a time not known", _zeros, "time of 0 beside a longer observation", "adtte.csv", 2,
          "AVAL", "warning", "'0' of 'HUCMSC-001'",
          also=("response that the values deny",
                "response at time 0",)),
    Fault("99 for a time not known", _nines, "time that looks like a code", "adtte.csv", 2, "AVAL",
          "warning", "'99' of 'HUCMSC-001'",
          also=("response that the values deny",)),
    Fault("a horizon with a wrong point", lambda f: f.say("horizon = 96", "horizon = 9.6"),
          "horizon before every event", "study.toml", None, "endpoints.response.horizon", "warning",
          "9.6, the first event at 12"),
    Fault("a duration left blank", lambda f: f.set("adsl", 4, TRTDURD=""),
          "duration of some subjects missing", "adsl.csv", 4, "TRTDURD", "warning", "'HUCMSC-003'"),
    Fault("treated, and SAFFL N", lambda f: f.set("adsl", 4, SAFFL="N"), "treated, and in no safety set",
          "adsl.csv", 4, "SAFFL", "warning", "treated from",
          also=("subject outside an analysis set",)),
    Fault("the second half of adae lost", _cut_off, "adverse events of the last subjects missing",
          "adae.csv", None, "USUBJID", "warning", "none of the last"),
]  # fmt: skip

# What no rule can see, since the tables agree with each other and with study.toml as well as before:
# two labels exchanged in TRT01A and TRT01P both (of the doses given, only study.toml knows); the
# treatments sorted by themselves, since many number their subjects by arm; events of two subjects under
# one in a table that was sorted again; values of two subjects exchanged that are near each other; one
# subject's count alone ten times lower, who may be very ill; SEX exchanged for all; CD4 and CD8 of one
# subject exchanged; no event serious, as in many small trials; study.toml with another planned visit as
# main; a plausible number in a cell; sites moved by a row where no identifier and no other table names the
# site; one TRTDURD for all where nobody left; relation turned round in the only treated arm, whose
# treatment may be thought the cause; zeros for missing points of a scale that has zeros; two visits of an
# arm exchanged whose values hardly differ; a score turned round at one site, whose subjects may be others;
# the events of each subject under the next one, or times in reverse order, where follow-up is alike; those
# who left taken out of every table; a few rows under another visit number (84 for 48), who may have come
# then; a percentage for the count at the last visit, after which nothing tells whether it came back; all
# values of one visit rounded, which hardly moves a mean, and which a new device does as well; the
# values of each subject in reverse order of visits; every time a month too long, as where safety is followed
# for a month after treatment; every endpoint ended at an older day, as where it is asked for half the study;
# events counted from screening without a flag of emergence; an older export of so few events that chance may
# have ended them; a horizon in months; the treatments moved by a row where no other column knows them; ages
# as two digits of a year of birth in some; a stratum that was entered wrongly, which is analysed as drawn.
# Of further kinds tried, no rule sees: ages moved by three rows where no date of birth is there, as nothing
# goes with age; a treatment filled down over six rows, which a draw of three arms gives too; all times in
# days one more where no other table has days; a row of adsl put in another order without TRT01A; terms of
# eight letters at most (Headache, Insomnia, Diarrhea and Vomiting have eight); all study days of events one
# more, or all of adlb, where no endpoint counts them and the first day may be 0 or 1; AESER and AEREL
# exchanged where few events are severe; serious or related events alone where few are left; those without
# an event taken out of every table; the first event of each term alone; the last of several first events,
# as an endpoint may ask for a worse one; the largest value of a subject at its last visit; terms with their
# classes moved by a row where no endpoint names terms; times at visits in reverse order where the words do
# not name a change in per cent.
# AEREL set to N in the last third where so few events are related that chance leaves none there; `better`
# turned for a parameter of no known habit; two arms exchanged over so few rows that a draw does it; digits of
# a value transposed within the range of its subject; SUBJID of a site and a stratum pasted over two subjects.
