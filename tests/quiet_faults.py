"""Sites moved, zeros and cut digits, planned ends, events a day later, kinds turned round; each seeded."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arm_faults import _plain
from careless_faults import _of_arm
from faults import Fault, Folder
from unseen_faults import _of_site, _without_texts

LEFT = ["HUCMSC-011", "HUCMSC-012", "HUCMSC-013", "HUCMSC-014"]


def _named_by_site(folder: Folder) -> None:
    """Identifiers that hold the site, as most have them."""
    adsl = folder.tables["adsl"]
    site = dict(zip(adsl["USUBJID"], adsl["SITEID"], strict=True))
    for frame in folder.tables.values():
        frame["USUBJID"] = [f"HUCMSC-{site[s]}-{s[-3:]}" for s in frame["USUBJID"]]


def _sites_moved(folder: Folder) -> None:
    _named_by_site(folder)
    folder.tables["adsl"]["SITEID"] = np.roll(folder.tables["adsl"]["SITEID"].to_numpy(), 1)


def _site_of_one(folder: Folder) -> None:
    _named_by_site(folder)
    folder.set("adsl", 5, SITEID="02")
    assert folder.tables["adsl"].loc[3, "USUBJID"] != "HUCMSC-02-004"


def _sex_of_another(folder: Folder) -> None:
    adsl = folder.tables["adsl"].set_index("USUBJID")
    folder.tables["adae"]["SEX"] = folder.tables["adae"]["USUBJID"].map(adsl["SEX"])
    folder.set("adae", 4, SEX={"F": "M", "M": "F"}[folder.tables["adae"].loc[2, "SEX"]])


def _zeros(first: int, step: int):
    def spoil(folder: Folder) -> None:
        adlb = _plain(folder)
        rows = adlb.index[(adlb["PARAMCD"] == "CD4") & (adlb["AVISITN"] == "48")]
        adlb.loc[rows[first::step], "AVAL"] = "0"

    return spoil


def _cut(folder: Folder) -> None:
    adlb = _plain(folder)
    late = (adlb["PARAMCD"] == "CD8") & (adlb["USUBJID"] > "HUCMSC-036")
    adlb.loc[late, "AVAL"] = adlb.loc[late, "AVAL"].str[:3]


def _gone(folder: Folder) -> None:
    """Four subjects have nothing after week 24."""
    adlb, adae = folder.tables["adlb"], folder.tables["adae"]
    late = adlb["USUBJID"].isin(LEFT) & adlb["AVISITN"].isin(["48", "72", "96"])
    folder.tables["adlb"] = adlb[~late].reset_index(drop=True)
    folder.tables["adae"] = adae[~adae["USUBJID"].isin(LEFT)].reset_index(drop=True)


def _censored_at_the_end(folder: Folder) -> None:
    _gone(folder)
    adtte = _without_texts(folder)
    adtte.loc[adtte["USUBJID"].isin(LEFT), ["AVAL", "CNSR"]] = ["96", "1"]


def _planned_duration_of_an_arm(folder: Folder) -> None:
    _gone(folder)
    adtte = _without_texts(folder)
    adtte.loc[adtte["USUBJID"].isin(LEFT), ["AVAL", "CNSR"]] = ["24", "1"]
    adsl = folder.tables["adsl"]
    arm = adsl["TRT01A"].isin(set(adsl.loc[adsl["USUBJID"].isin(LEFT), "TRT01A"]))
    adsl.loc[arm, "TRTDURD"] = "672"


def _a_day_later(folder: Folder) -> None:
    adae = folder.tables["adae"] = folder.tables["adae"].drop(columns="AESTDTC")
    again = adae[_of_arm(folder, "adae", "Placebo")].copy()
    for column in ("ASTDY", "AENDY"):
        again[column] = [str(int(day) + 1) for day in again[column]]
    both = pd.concat([adae, again]).sort_values("USUBJID", kind="stable")
    folder.tables["adae"] = both.reset_index(drop=True)


def _turned(column: str, one: str, other: str, rows):
    def spoil(folder: Folder) -> None:
        adae = folder.tables["adae"]
        here = rows(folder, "adae")
        exchanged = {one: other, other: one}
        adae.loc[here, column] = adae.loc[here, column].map(lambda w: exchanged.get(w, w))

    return spoil


def _cnsr_moved(folder: Folder) -> None:
    adtte = _without_texts(folder)
    adtte["CNSR"] = np.roll(adtte["CNSR"].to_numpy(), 1)


TURNED = "kinds of events turned round in one arm or site"
QUIET = (
    Fault("sites moved down a row", _sites_moved, "site against the identifier", "adsl.csv", None,
          "SITEID", "warning", "the identifier of the subject before"),
    Fault("another site than the identifier's", _site_of_one, "site against the identifier",
          "adsl.csv", 5, "SITEID", "warning", "'02' of 'HUCMSC-0"),
    Fault("another sex than in adsl", _sex_of_another, "column that adsl has otherwise", "adae.csv",
          4, "SEX", "warning", "in adsl"),
    Fault("zeros for missing counts", _zeros(1, 9), "zero where no value is near it", "adlb.csv", 23,
          "AVAL", "warning", "'0' of"),
    Fault("a zero for one missing count", _zeros(4, 80), "zero where no value is near it", "adlb.csv",
          77, "AVAL", "warning", "'0' of"),
    Fault("values cut to three digits", _cut, "values cut to fewer digits", "adlb.csv", 683, "AVAL",
          "warning", "CD8+ T cells"),
    Fault("the planned time of who left", _censored_at_the_end, "planned end of who left before",
          "adtte.csv", 12, "AVAL", "warning", "'96' of 'HUCMSC-011'",
          also=("day after the end of observation",)),
    Fault("the planned duration in an arm", _planned_duration_of_an_arm,
          "planned end of who left before", "adsl.csv", 12, "TRTDURD", "warning", "'672' of"),
    Fault("an arm's events again a day later", _a_day_later, "events once more some days later",
          "adae.csv", 15, "AEDECOD", "warning", "as 1 day(s) before"),
    Fault("severity turned round in an arm", _turned("AESEV", "MILD", "SEVERE", _of_arm), TURNED,
          "adae.csv", None, "AESEV", "warning", "arm 'High dose'"),
    Fault("severity turned round at a site", _turned("AESEV", "MILD", "SEVERE", _of_site), TURNED,
          "adae.csv", None, "AESEV", "warning", "site '02'"),
    Fault("relation turned round in a treated arm", _turned("AEREL", "Y", "N", _of_arm), TURNED,
          "adae.csv", None, "AEREL", "warning", "arm 'High dose'"),
    Fault("relation turned round at a site", _turned("AEREL", "Y", "N", _of_site), TURNED,
          "adae.csv", None, "AEREL", "warning", "site '02'"),
    Fault("seriousness turned round at a site", _turned("AESER", "Y", "N", _of_site), TURNED,
          "adae.csv", None, "AESER", "warning", "site '02'",
          also=("serious and not serious exchanged",)),
    Fault("CNSR moved down a row", _cnsr_moved, "durations or times shifted by a row", "adtte.csv",
          None, "AVAL", "error", "CNSR of the subject after"),
)  # fmt: skip
