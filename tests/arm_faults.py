"""Slips in one arm, one site or one column, each seeded in the sound folder; all passed in silence once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from careless_faults import _of_arm
from faults import Fault, Folder

DERIVED = ["BASE", "CHG", "AVALC", "LBSTRESC"]
RATIO = ("[parameters.cd4cd8]", "[parameters.hivrna]")


def _plain(folder: Folder) -> pd.DataFrame:
    """adlb without what is derived from its values, the ratio and the baselines in adsl."""
    adlb = folder.tables["adlb"].drop(columns=DERIVED)
    folder.tables["adlb"] = adlb[adlb["PARAMCD"] != "CD4CD8"].reset_index(drop=True)
    folder.tables["adsl"] = folder.tables["adsl"].drop(columns=["CD4BL", "CD8BL"])
    start, end = (folder.toml.index(head) for head in RATIO)
    folder.toml = folder.toml[:start] + folder.toml[end:]
    return folder.tables["adlb"]


def _in_an_arm(table: str, column: str, value: str, arm: str = "Low dose"):
    def spoil(folder: Folder) -> None:
        folder.tables[table].loc[_of_arm(folder, table, arm), column] = value

    return spoil


def _ages_of_another_column(folder: Folder) -> None:
    adsl = folder.tables["adsl"] = folder.tables["adsl"].drop(columns=["BRTHDTC"])
    arm = adsl["TRT01A"] == "Low dose"
    adsl.loc[arm, "AGE"] = adsl.loc[arm, "ARTYRS"]


def _labels_of_a_site(folder: Folder) -> None:
    adsl = folder.tables["adsl"]
    other = {"Low dose": "Placebo", "Placebo": "Low dose"}
    here = adsl["SITEID"] == "02"
    adsl.loc[here, "TRT01A"] = adsl.loc[here, "TRT01A"].map(lambda arm: other.get(arm, arm))


def _events_at_the_end(folder: Folder) -> None:
    adtte = folder.tables["adtte"] = folder.tables["adtte"].drop(columns=["EVNTDESC", "CNSDTDSC"])
    end = adtte["AVAL"] == "96"
    adtte.loc[end, "CNSR"] = "1"
    adtte.loc[end & _of_arm(folder, "adtte", "Placebo"), "CNSR"] = "0"


def _last_visit_of_an_arm_lost(folder: Folder) -> None:
    adlb = folder.tables["adlb"]
    lost = _of_arm(folder, "adlb") & (adlb["AVISITN"] == "96")
    folder.tables["adlb"] = adlb[~lost].reset_index(drop=True)


def _blank_severities(folder: Folder) -> None:
    folder.tables["adae"].loc[::3, "AESEV"] = ""


def _rounded_identifiers(folder: Folder) -> None:
    for table in folder.tables.values():
        table["USUBJID"] = [f"1.0E+{int(name[-3:]):02d}" for name in table["USUBJID"]]


def _days_in_weeks(folder: Folder) -> None:
    folder.tables["adae"] = folder.tables["adae"].drop(columns=["AESTDTC"])
    for column in ("ASTDY", "AENDY"):
        folder.column("adae", column, lambda day: str(int(day) // 7) if day else "")


def _moved_down(folder: Folder) -> None:
    adlb = _plain(folder)
    mine = adlb["PARAMCD"] == "CD8"
    adlb.loc[mine, "AVAL"] = np.roll(adlb.loc[mine, "AVAL"].to_numpy(), 1)


def _moved_up(folder: Folder) -> None:
    adlb = _plain(folder)
    mine = adlb["PARAMCD"] == "CD8"
    adlb.loc[mine, "AVAL"] = np.roll(adlb.loc[mine, "AVAL"].to_numpy(), -1)


def _means_for_blanks(folder: Folder) -> None:
    adlb = _plain(folder)
    last = adlb.index[(adlb["PARAMCD"] == "CD4") & (adlb["AVISITN"] == "96")]
    adlb.loc[last[::6], "AVAL"] = "231.4"


def _below_left_out(folder: Folder) -> None:
    """A parameter measured down to its limit, without the rows in which nothing was found."""
    adlb = folder.tables["adlb"]
    rna = adlb["PARAMCD"] == "HIVRNA"
    steps = [f"{30 + 15 * (row % 4)}" for row in range(rna.sum())]
    adlb.loc[rna, "AVAL"] = steps
    adlb.loc[rna, [*DERIVED, "BLQFL"]] = ""
    found = ~rna | (adlb["AVAL"].astype(float) > 50) | (adlb["AVISITN"] == "0")
    folder.tables["adlb"] = adlb[found].reset_index(drop=True)
    baseline = (folder.tables["adlb"]["PARAMCD"] == "HIVRNA") & (
        folder.tables["adlb"]["AVISITN"] == "0"
    )
    folder.tables["adlb"].loc[baseline, "AVAL"] = "80"


def _lost_at_a_visit(folder: Folder) -> None:
    adlb = folder.tables["adlb"]
    later = adlb["USUBJID"] > "HUCMSC-036"
    lost = (adlb["PARAMCD"] == "CD8") & (adlb["AVISITN"] == "24") & later
    folder.tables["adlb"] = adlb[~lost].reset_index(drop=True)


AN_ARM = (
    Fault("another column as AGE of an arm", _ages_of_another_column,
          "arms that differ before the treatment", "adsl.csv", None, "AGE", "warning",
          "in 'Low dose'"),
    Fault("the safety flag lost in an arm", _in_an_arm("adsl", "SAFFL", ""),
          "arm outside an analysis set", "adsl.csv", None, "SAFFL", "warning",
          "Y for nobody in 'Low dose'"),
    Fault("every event of an arm serious", _in_an_arm("adae", "AESER", "Y"),
          "events of one arm or site all of one kind", "adae.csv", None, "AESER", "warning",
          "'Y' in all", also=("serious and not serious exchanged",
                          "kinds of events turned round in one arm or site")),
    Fault("the labels of one site exchanged", _labels_of_a_site, "arms of one site exchanged",
          "adsl.csv", 2, "TRT01A", "warning", "site 02", also=("treated otherwise than planned",)),
    Fault("the end of an arm as event", _events_at_the_end,
          "end of the observation read as an event in one arm", "adtte.csv", 7, "CNSR", "error",
          "in 'Placebo' alone"),
    Fault("the last visit of an arm lost", _last_visit_of_an_arm_lost,
          "visit that an arm has no values of", "adlb.csv", None, "AVISITN", "warning",
          "arm 'High dose'", also=("response that the values deny", "planned end of who left before",)),
    Fault("a third of the severities blank", _blank_severities,
          "severity or relation blank in many rows", "adae.csv", 2, "AESEV", "warning", "nothing"),
    Fault("identifiers of a spreadsheet", _rounded_identifiers,
          "identifier as a spreadsheet writes a large number", "adsl.csv", 2, "USUBJID", "error",
          "1.0E+01"),
    Fault("no event treatment-emergent", lambda f: f.column("adae", "TRTEMFL", "N"),
          "no event flagged as treatment-emergent", "adae.csv", None, "TRTEMFL", "warning",
          "Y for none of"),
    Fault("days of events in weeks", _days_in_weeks, "study days of events in another unit",
          "adae.csv", None, "ASTDY", "warning", "as if in weeks",
          also=("adverse event nearly twice", "adverse events that end before the observation")),
    Fault("a column moved down a row", _moved_down, "values shifted by a row", "adlb.csv", None,
          "AVAL", "error", "of the subject before",
          also=("visit with the values of other subjects",)),
    Fault("a column moved up a row", _moved_up, "values shifted by a row", "adlb.csv", None,
          "AVAL", "error", "of the subject after",
          also=("visit with the values of other subjects",)),
    Fault("a response at the start", lambda f: f.set("adtte", 2, AVAL="0"), "response at time 0",
          "adtte.csv", 2, "AVAL", "warning", "'0' of 'HUCMSC-001'",
          also=("response that the values deny",)),
    Fault("results below the limit left out", _below_left_out, "results below the limit left out",
          "adlb.csv", None, "AVAL", "warning", "none at 50"),
    Fault("a parameter lost at a visit", _lost_at_a_visit,
          "parameter hardly measured at one visit", "adlb.csv", None, "AVISITN", "warning",
          "CD8+ T cells at visit 24: 36 of 72"),
    Fault("a mean for what is missing", _means_for_blanks,
          "one value filled in for several subjects", "adlb.csv", 7, "AVAL", "warning", "231.4",
          also=("response that the values deny",)),
)  # fmt: skip
