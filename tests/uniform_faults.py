"""Columns filled in, filtered, sorted, moved or cut off, each seeded in the sound folder."""

from __future__ import annotations

import numpy as np

from arm_faults import _plain
from careless_faults import _of_arm
from faults import Fault, Folder
from unseen_faults import _without_texts


def _first_events(folder: Folder) -> None:
    folder.tables["adae"] = folder.tables["adae"].drop_duplicates("USUBJID")


def _planned_duration(folder: Folder) -> None:
    """Four subjects are last seen at week 24, and all have the planned duration."""
    left = folder.tables["adsl"]["USUBJID"][10:14]
    adlb, adae, adtte = (folder.tables[name] for name in ("adlb", "adae", "adtte"))
    late = adlb["USUBJID"].isin(left) & adlb["AVISITN"].isin(["48", "72", "96"])
    folder.tables["adlb"] = adlb[~late].reset_index(drop=True)
    folder.tables["adae"] = adae[~adae["USUBJID"].isin(left)].reset_index(drop=True)
    adtte.loc[adtte["USUBJID"].isin(left), "AVAL"] = "24"
    folder.column("adsl", "TRTDURD", "672")


def _nobody_censored(folder: Folder) -> None:
    adtte = _without_texts(folder)
    arm = _of_arm(folder, "adtte")
    adtte.loc[adtte.index[~arm][::2], "CNSR"] = "1"
    adtte.loc[arm, "CNSR"] = "0"


def _women_only(folder: Folder) -> None:
    folder.tables["adsl"].loc[_of_arm(folder, "adsl"), "SEX"] = "F"


def _nines(folder: Folder) -> None:
    adlb = _plain(folder)
    adlb.loc[adlb.index[adlb["PARAMCD"] == "CD8"][3::60], "AVAL"] = "999"


def _points(folder: Folder) -> None:
    adlb = _plain(folder)
    large = (adlb["PARAMCD"] == "CD8") & (adlb["AVAL"].astype(float) >= 1000)
    adlb.loc[large, "AVAL"] = adlb.loc[large, "AVAL"].map(lambda v: f"{v[:-3]}.{v[-3:]}")


def _age(age: str):
    def spoil(folder: Folder) -> None:
        folder.tables["adsl"] = folder.tables["adsl"].drop(columns=["BRTHDTC"])
        folder.set("adsl", 4, AGE=age)

    return spoil


def _sorted(table: str, column: str):
    def spoil(folder: Folder) -> None:
        frame = _without_texts(folder) if table == "adtte" else folder.tables[table]
        frame[column] = sorted(frame[column])

    return spoil


def _moved(table: str, column: str, steps: int):
    def spoil(folder: Folder) -> None:
        frame = _without_texts(folder) if table == "adtte" else folder.tables[table]
        frame[column] = np.roll(frame[column].to_numpy(), steps)

    return spoil


def _weeks_in_an_arm(folder: Folder) -> None:
    adsl = folder.tables["adsl"]
    arm = _of_arm(folder, "adsl")
    adsl.loc[arm, "TRTDURD"] = adsl.loc[arm, "TRTDURD"].astype(int).floordiv(7).astype(str)


UNIFORM = (
    Fault("every event related", lambda f: f.column("adae", "AEREL", "Y"), "events all of one kind",
          "adae.csv", None, "AEREL", "warning", "'Y' in all"),
    Fault("every event mild", lambda f: f.column("adae", "AESEV", "MILD"), "events all of one kind",
          "adae.csv", None, "AESEV", "warning", "'MILD' in all"),
    Fault("the first event of each subject", _first_events, "one event of each subject", "adae.csv",
          None, "USUBJID", "warning", "none with two"),
    Fault("the planned duration of who left", _planned_duration,
          "planned end of who left before", "adsl.csv", 12, "TRTDURD", "warning",
          "as of most, last seen on day",
          also=("response that the values deny",
                "censored long before the last visit",)),
    Fault("an arm without censoring", _nobody_censored, "arm without a censored time", "adtte.csv", 8,
          "CNSR", "warning", "24 events of 24 in 'High dose'"),
    Fault("an arm of women", _women_only, "sex that an arm has none of", "adsl.csv", None, "SEX",
          "warning", "'F' in all 24 of 'High dose'"),
    Fault("999 among counts", _nines, "value that looks like a code", "adlb.csv", 11, "AVAL",
          "warning", "'999' of"),
    Fault("thousands with a point", _points, "thousands written with a point", "adlb.csv", 9, "AVAL",
          "warning", "'1.", also=("subjects with values of another size", "value that drops and returns")),
    Fault("a child among adults", _age("4"), "age apart from all others", "adsl.csv", 4, "AGE",
          "warning", "'4' of 'HUCMSC-003'"),
    Fault("an age of 104", _age("104"), "age apart from all others", "adsl.csv", 4, "AGE",
          "warning", "'104' of 'HUCMSC-003'"),
    Fault("severities sorted by themselves", _sorted("adae", "AESEV"), "words sorted by themselves",
          "adae.csv", 2, "AESEV", "error", "blocks"),
    Fault("CNSR sorted by itself", _sorted("adtte", "CNSR"), "words sorted by themselves",
          "adtte.csv", 2, "CNSR", "error", "2 blocks"),
    Fault("durations moved down a row", _moved("adsl", "TRTDURD", 1),
          "durations or times shifted by a row", "adsl.csv", None, "TRTDURD", "error", "before"),
    Fault("durations moved up a row", _moved("adsl", "TRTDURD", -1),
          "durations or times shifted by a row", "adsl.csv", None, "TRTDURD", "error", "after"),
    Fault("times moved down a row", _moved("adtte", "AVAL", 1), "durations or times shifted by a row",
          "adtte.csv", None, "AVAL", "error", "before"),
    Fault("durations of an arm in weeks", _weeks_in_an_arm, "TRTDURD is not in days", "adsl.csv",
          None, "TRTDURD", "warning", "in 'High dose' alone", also=("durations in two units",)),
    Fault("a duration with a digit too many", lambda f: f.set("adsl", 4, TRTDURD="6690"),
          "duration far beyond all days known", "adsl.csv", 4, "TRTDURD", "warning", "'6690' of"),
)  # fmt: skip
