"""Slips in listed words and in coded arms that passed in silence, each seeded in the sound folder.

As in `faults`: each spoils the folder in one way and says which line must name it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from arm_faults import _plain
from careless_faults import _of_arm
from faults import Fault, Folder
from unseen_faults import _without_texts

EXTREME = "visit with each subject's largest or least value"
CODES = {"Placebo": "A", "Low dose": "B", "High dose": "C"}


def _coded(folder: Folder) -> None:
    """The plan in codes, as randomisation lists have it, and one subject who got another treatment."""
    folder.column("adsl", "TRT01P", lambda arm: CODES.get(arm, arm))
    arm = folder.tables["adsl"].loc[2, "TRT01A"]
    other = next(a for a in CODES if a != arm)
    folder.set("adsl", 4, TRT01A=other)


def _relations(folder: Folder) -> None:
    words = {"Y": "RELATED", "N": "NOT RELATED"}
    folder.column("adae", "AEREL", lambda word: words.get(word, word))
    folder.set("adae", 4, AEREL="NOT RELTED")


def _reasons(folder: Folder) -> None:
    frame = folder.tables["adsl"]
    frame["DCSREAS"] = ["WITHDRAWAL BY SUBJECT" if i % 4 == 0 else "" for i in range(len(frame))]
    frame.loc[8, "DCSREAS"] = "WITHDRAWL BY SUBJECT"


def _moved(name: str, by: int):
    def spoil(folder: Folder) -> None:
        frame = folder.tables["adae"]
        frame[name] = frame[name].shift(by, fill_value=frame[name].iloc[0])

    return spoil


def _arm_in_days(folder: Folder) -> None:
    """The times of an arm of which four were censored, seven times as long."""
    frame, rows = folder.tables["adtte"], _of_arm(folder, "adtte", "Low dose")
    frame.loc[rows, "AVAL"] = [f"{7 * float(weeks):g}" for weeks in frame.loc[rows, "AVAL"]]


def _cd8(folder: Folder) -> tuple[pd.DataFrame, pd.Series]:
    """adlb without what follows from its values, and where CD8 was counted at week 96."""
    adlb = _plain(folder)
    return adlb, (adlb["PARAMCD"] == "CD8") & (adlb["AVISITN"] == "96")


def _of_all_visits(name: str):
    """A summary of each subject's visits in the place of the last."""

    def spoil(folder: Folder) -> None:
        adlb, last = _cd8(folder)
        mine = adlb[adlb["PARAMCD"] == "CD8"]
        found = mine["AVAL"].astype(float).groupby(mine["USUBJID"]).agg(name)
        adlb.loc[last, "AVAL"] = adlb.loc[last, "USUBJID"].map(found).map("{:g}".format)

    return spoil


def _mean_of_two(folder: Folder) -> None:
    adlb, last = _cd8(folder)
    values = pd.to_numeric(adlb["AVAL"])
    adlb.loc[last, "AVAL"] = ((values + values.shift()) / 2)[last].map("{:g}".format)


def _arm_over_an_arm(folder: Folder) -> None:
    adlb, last = _cd8(folder)
    arms = [
        np.flatnonzero(last & _of_arm(folder, "adlb", arm)) for arm in ("Low dose", "High dose")
    ]
    n = min(map(len, arms))
    adlb.loc[arms[1][:n], "AVAL"] = adlb.loc[arms[0][:n], "AVAL"].to_numpy()


def _one_number(folder: Folder) -> None:
    """One count for every sixth, where others are the same by twos."""
    adlb, last = _cd8(folder)
    rows = adlb.index[last]
    adlb.loc[rows, "AVAL"] = [str(700 + 12 * (k // 2)) for k in range(len(rows))]
    adlb.loc[rows[::6], "AVAL"] = "905"


def _headache_as_nausea(folder: Folder) -> None:
    other = {"Headache": "Nausea", "Nausea": "Headache"}
    folder.column("adae", "AEDECOD", lambda term: other.get(term, term))


def _first_of_each(folder: Folder) -> None:
    """A planned count of infections and the like, of which adae has each subject's first."""
    classes = ["Infections and infestations", "Gastrointestinal disorders"]
    block = f'[counts.acute]\nclass = {classes}\nlabel = "Acute"\n\n[endpoints.response]'
    folder.say("[endpoints.response]", block.replace("'", '"'))
    adae = folder.tables["adae"]
    again = adae["AEBODSYS"].isin(classes)
    again &= adae["USUBJID"].where(again).duplicated()
    folder.tables["adae"] = adae[~again].reset_index(drop=True)


def _since_birth(folder: Folder) -> None:
    adtte = _without_texts(folder)
    adtte["AVAL"] = [f"{int(t) + 52 * int(age)}" for t, age in
                     zip(adtte["AVAL"], folder.tables["adsl"]["AGE"], strict=True)]  # fmt: skip


SLIPS = [
    Fault("a word of causality misspelt", _relations, "word that looks misspelt", "adae.csv", 4,
          "AEREL", "warning", "almost 'NOT RELATED'", also=("words of causality",)),
    Fault("a reason misspelt beside the right one", _reasons, "word that looks misspelt", "adsl.csv",
          10, "DCSREAS", "warning", "almost 'WITHDRAWAL BY SUBJECT'"),
    Fault("one subject off the code of its planned arm", _coded,
          "treated otherwise than the code of the plan says", "adsl.csv", 4, "TRT01A", "warning",
          "planned for"),
    Fault("AESER moved down by a row", _moved("AESER", 1), "severity or seriousness shifted by a row",
          "adae.csv", None, "AESER", "error", "of the event before"),
    Fault("AESEV moved up by a row", _moved("AESEV", -1), "severity or seriousness shifted by a row",
          "adae.csv", None, "AESER", "error", "of the event before"),
    Fault("times of an arm with few censored in days", _arm_in_days,
          "times of one arm or site in another unit", "adtte.csv", 2, "AVAL", "warning",
          "arm 'Low dose': its longest is 7 times"),
    Fault("the largest of all visits at the last", _of_all_visits("max"), EXTREME, "adlb.csv", 13, "AVAL",
          "warning", "CD8 at 96: the largest"),
    Fault("the least of all visits at the last", _of_all_visits("min"), EXTREME, "adlb.csv", 13, "AVAL",
          "warning", "CD8 at 96: the least"),
    Fault("the mean of two visits at the last", _mean_of_two, "halves at one visit among whole numbers",
          "adlb.csv", 13, "AVAL", "warning", "CD8 at 96"),
    Fault("an arm's values over another's", _arm_over_an_arm, "values of one arm copied from another",
          "adlb.csv", 121, "AVAL", "warning", "'High dose' as 'Low dose'"),
    Fault("one count for every sixth subject", _one_number, "one value filled in for several subjects",
          "adlb.csv", 13, "AVAL", "warning", "'905'"),
    Fault("two terms exchanged", _headache_as_nausea, "term under a class that is not its own", "adae.csv",
          10, "AEBODSYS", "warning", "'Nausea' of"),
    Fault("the first event of each in a planned count", _first_of_each,
          "count of events of which nobody has two", "study.toml", None, "counts.acute", "note",
          "subjects with one each"),
    Fault("times since birth", _since_birth, "times counted from birth", "adtte.csv", 2, "AVAL", "warning",
          "aged 41", also=("horizon before every event",)),
]  # fmt: skip
