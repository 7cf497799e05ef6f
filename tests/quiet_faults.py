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


def _fahrenheit(folder: Folder) -> None:
    """A temperature in every row of CD8, one in 40 in the other unit."""
    adlb = _plain(folder)
    rows = adlb[adlb["PARAMCD"] == "CD8"].assign(PARAMCD="TEMP", PARAM="Temperature", AVALU="degC")
    tenths = rows["AVAL"].astype(int) % 17
    rows["AVAL"] = (36 + tenths / 10).map("{:.1f}".format)
    rows.loc[rows.index[7::40], "AVAL"] = "98.4"
    rows.loc[rows.index[9::80], "AVAL"] = "99.1"
    folder.tables["adlb"] = pd.concat([adlb, rows], ignore_index=True)
    folder.toml += '\n[parameters.temperature]\nparamcd = "TEMP"\nunit = "degC"\nbetter = "none"\n'


def _carried(folder: Folder) -> None:
    """Every sixth subject has the CD4 count of week 48 at weeks 72 and 96 again."""
    adlb = _plain(folder)
    cd4 = adlb["PARAMCD"] == "CD4"
    week = adlb[cd4 & (adlb["AVISITN"] == "48")].set_index("USUBJID")["AVAL"].iloc[::6]
    late = cd4 & adlb["AVISITN"].isin(["72", "96"]) & adlb["USUBJID"].isin(week.index)
    adlb.loc[late, "AVAL"] = adlb.loc[late, "USUBJID"].map(week)


def _events_of_completers(folder: Folder) -> None:
    """A third of the subjects leave after week 48, and adae has nothing of them."""
    left = folder.tables["adsl"]["USUBJID"][::3]
    adlb, adae, adtte = (folder.tables[name] for name in ("adlb", "adae", "adtte"))
    late = adlb["USUBJID"].isin(left) & ~adlb["AVISITN"].isin(["0", "12", "24", "48"])
    folder.tables["adlb"] = adlb[~late].reset_index(drop=True)
    folder.tables["adae"] = adae[~adae["USUBJID"].isin(left)].reset_index(drop=True)
    adtte = _without_texts(folder)
    adtte.loc[adtte["USUBJID"].isin(left) & (adtte["AVAL"].astype(int) > 48), ["AVAL", "CNSR"]] = [
        "48",
        "1",
    ]
    adsl = folder.tables["adsl"]
    adsl.loc[adsl["USUBJID"].isin(left), "TRTDURD"] = [f"{340 + k}" for k in range(len(left))]


def _arm_filled_down(folder: Folder) -> None:
    adsl = folder.tables["adsl"]
    adsl.loc[30:44, ["TRT01A", "TRT01P"]] = "Placebo"


def _drawn_over(folder: Folder) -> None:
    adlb = _plain(folder)
    first = adlb.index[(adlb["USUBJID"] == "HUCMSC-018") & (adlb["PARAMCD"] == "CD4")][0]
    adlb.loc[first : first + 9, "AVAL"] = adlb.loc[first, "AVAL"]  # CD4, then CD8


def _ages(values):
    def spoil(folder: Folder) -> None:
        adsl = folder.tables["adsl"] = folder.tables["adsl"].drop(columns="BRTHDTC")
        adsl.loc[30:40, "AGE"] = [str(v) for v in values]

    return spoil


def _without_zeros(folder: Folder) -> None:
    adsl = folder.tables["adsl"]
    adsl.loc[adsl.index[::7], "SITEID"] = adsl.loc[adsl.index[::7], "SITEID"].str.lstrip("0")


def _days_at_a_site(folder: Folder) -> None:
    """Censored times in days at one site, where nothing else knows the days."""
    adtte = _without_texts(folder)
    adtte["CNSR"] = ["0" if row % 9 == 0 else "1" for row in range(len(adtte))]
    adtte["AVAL"] = [f"{90 + row % 7}" for row in range(len(adtte))]
    here = _of_site(folder, "adtte")
    adtte.loc[here, "AVAL"] = [f"{7 * int(weeks)}" for weeks in adtte.loc[here, "AVAL"]]
    for table, days in (("adsl", "TRTDURD"), ("adlb", "ADY"), ("adae", "ASTDY")):
        folder.tables[table] = folder.tables[table].drop(columns=days)


def _some_in_days(folder: Folder) -> None:
    """Every twelfth event in days, where nothing else knows the days."""
    adtte = _without_texts(folder)
    events = adtte.index[adtte["CNSR"] == "0"][::12]
    adtte.loc[events, "AVAL"] = [f"{7 * int(weeks)}" for weeks in adtte.loc[events, "AVAL"]]
    for table, days in (("adsl", "TRTDURD"), ("adlb", "ADY"), ("adae", "ASTDY")):
        folder.tables[table] = folder.tables[table].drop(columns=days)


def _pasted_at_a_site(folder: Folder) -> None:
    adlb = _plain(folder)
    cd4 = adlb["PARAMCD"] == "CD4"
    before = adlb[cd4 & (adlb["AVISITN"] == "24")].drop_duplicates("USUBJID")
    here = cd4 & (adlb["AVISITN"] == "48") & _of_site(folder, "adlb")
    adlb.loc[here, "AVAL"] = adlb.loc[here, "USUBJID"].map(before.set_index("USUBJID")["AVAL"])
    adlb.loc[here & adlb["AVAL"].isna(), "AVAL"] = ""


def _weeks_in_a_third(folder: Folder) -> None:
    adsl = folder.tables["adsl"]
    adsl.loc[::3, "TRTDURD"] = [str(int(days) // 7) for days in adsl.loc[::3, "TRTDURD"]]


def _emergence_of_a_site(folder: Folder) -> None:
    folder.tables["adae"].loc[_of_site(folder, "adae"), "TRTEMFL"] = "N"


def _mild_lost(folder: Folder) -> None:
    adae = folder.tables["adae"]
    gone = _of_arm(folder, "adae") & (adae["AESEV"] == "MILD")
    folder.tables["adae"] = adae[~gone].reset_index(drop=True)


ONE_KIND = "events of one arm or site all of one kind"
TURNED = "kinds of events turned round in one arm or site"
QUIET = (
    Fault("sites moved down a row", _sites_moved, "site against the identifier", "adsl.csv", None,
          "SITEID", "warning", "the identifier of the subject before"),
    Fault("another site than the identifier's", _site_of_one, "site against the identifier",
          "adsl.csv", 5, "SITEID", "warning", "'02' of 'HUCMSC-0"),
    Fault("another sex than in adsl", _sex_of_another, "column that adsl has otherwise", "adae.csv",
          4, "SEX", "warning", "in adsl"),
    Fault("zeros for missing counts", _zeros(1, 9), "zero where no value is near it", "adlb.csv", 23,
          "AVAL", "warning", "'0' of",
          also=("response that the values deny",)),
    Fault("a zero for one missing count", _zeros(4, 80), "zero where no value is near it", "adlb.csv",
          77, "AVAL", "warning", "'0' of"),
    Fault("values cut to three digits", _cut, "values cut to fewer digits", "adlb.csv", 683, "AVAL",
          "warning", "CD8+ T cells"),
    Fault("the planned time of who left", _censored_at_the_end, "planned end of who left before",
          "adtte.csv", 12, "AVAL", "warning", "'96' of 'HUCMSC-011'",
          also=("day after the end of observation",)),
    Fault("the planned duration in an arm", _planned_duration_of_an_arm,
          "planned end of who left before", "adsl.csv", 12, "TRTDURD", "warning", "'672' of",
          also=("censored long before the last visit",)),
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
    Fault("degrees Fahrenheit in single rows", _fahrenheit, "values apart from all others",
          "adlb.csv", 1300, "AVAL", "warning", "98.4",
          also=("weights, heights or temperatures in two units",)),
    Fault("last values carried to the end", _carried, "last values carried to the end", "adlb.csv",
          7, "AVAL", "warning", "as at the two visits before",
          also=("response that the values deny",)),
    Fault("events of completers alone", _events_of_completers, "no event of anybody who left",
          "adae.csv", None, "USUBJID", "warning", "0 of 24 who left"),
    Fault("a treatment filled down", _arm_filled_down, "one value filled down", "adsl.csv", 32,
          "TRT01A", "warning", "'Placebo' in 15 rows"),
    Fault("a value drawn over two parameters", _drawn_over, "one value drawn over several parameters",
          "adlb.csv", 308, "AVAL", "warning", "of 'HUCMSC-018",
          also=("response that the values deny",)),
    Fault("an age filled down", _ages([40] * 11), "one value filled down", "adsl.csv", 32, "AGE",
          "warning", "'40' in 11 rows"),
    Fault("ages as a series", _ages(range(40, 51)), "values in a series", "adsl.csv", 32, "AGE",
          "warning", "40 to 50 in 11 rows"),
    Fault("a site without its zero", _without_zeros, "one site in two spellings", "adsl.csv", 2,
          "SITEID", "warning", "'2' of 'HUCMSC-001'"),
    Fault("the times of a site in days", _days_at_a_site,
          "times of one arm or site in another unit", "adtte.csv", 4, "AVAL", "warning", "site '02'"),
    Fault("some times in days", _some_in_days, "times of some subjects in another unit", "adtte.csv",
          2, "AVAL", "warning", "'84' of 'HUCMSC-001', a visit in days"),
    Fault("a visit pasted over the next at a site", _pasted_at_a_site,
          "visit of one arm or site copied from another", "adlb.csv", 5, "AVAL", "warning",
          "in '02' at 48 as at 24",
          also=("response that the values deny",)),
    Fault("durations of a third in weeks", _weeks_in_a_third, "TRTDURD is not in days", "adsl.csv",
          2, "TRTDURD", "warning", "'96' of 'HUCMSC-001'", also=("durations in two units",)),
    Fault("no emergent event at a site", _emergence_of_a_site, ONE_KIND, "adae.csv", None, "TRTEMFL",
          "warning", "'N' in all"),
    Fault("the mild events of an arm lost", _mild_lost, ONE_KIND, "adae.csv", None, "AESEV",
          "warning", "arm 'High dose'"),
)  # fmt: skip
