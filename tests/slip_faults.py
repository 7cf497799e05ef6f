"""Slips in listed words and in coded arms that passed in silence, each seeded in the sound folder.

As in `faults`: each spoils the folder in one way and says which line must name it.
"""

from __future__ import annotations

from careless_faults import _of_arm
from faults import Fault, Folder

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
]  # fmt: skip
