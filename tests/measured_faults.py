"""Values and times: limits, sorted series, pounds, endpoints pasted; each seeded in the sound folder.

As in `faults`: each spoils the folder in one way and says which line must name it. All passed in
silence once.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from arm_faults import _plain
from faults import Fault, Folder
from unseen_faults import _without_texts


def _cut_at_the_top(folder: Folder) -> None:
    adlb = _plain(folder)
    high = (adlb["PARAMCD"] == "CD8") & (adlb["AVAL"].astype(float) > 900)
    adlb.loc[high, "AVAL"] = "900"


def _no_limit(folder: Folder) -> None:
    folder.toml = re.sub(r"lloq = 50\n", "", folder.toml)
    adlb = folder.tables["adlb"] = folder.tables["adlb"].drop(columns=["BLQFL", "AVALC"])
    rna = adlb["PARAMCD"] == "HIVRNA"
    counts = 60 + np.random.default_rng(1).integers(0, 40_000, rna.sum())
    values = pd.Series(counts.astype(str), index=adlb.index[rna]).where(
        np.arange(rna.sum()) % 3 > 0, "50"
    )
    adlb.loc[rna, "AVAL"] = values
    adlb.loc[rna, ["BASE", "CHG", "LBSTRESC"]] = ""


def _in_order(folder: Folder) -> None:
    adlb = _plain(folder)
    for _, mine in adlb[(adlb["PARAMCD"] == "CD8") & (adlb["AVISIT"].str[:4] != "Unsc")].groupby(
        "USUBJID"
    ):
        adlb.loc[mine.index, "AVAL"] = sorted(mine["AVAL"], key=float)


def _code(folder: Folder) -> None:
    adlb = _plain(folder)
    rows = adlb.index[adlb["PARAMCD"] == "CD8"][3::25]
    adlb.loc[rows, "AVAL"] = "888"


def _weights(others):
    """A weight in every row of CD8, that of `others` (subjects, visits of rows) in pounds."""

    def spoil(folder: Folder) -> None:
        adlb = _plain(folder)
        rows = adlb[adlb["PARAMCD"] == "CD8"].assign(PARAMCD="WEIGHT", PARAM="Weight", AVALU="kg")
        random = np.random.default_rng(3)
        own = pd.Series({s: random.normal(75, 12) for s in sorted(set(rows["USUBJID"]))})
        kilos = rows["USUBJID"].map(own) + random.normal(0, 1, len(rows))
        pounds = others(folder, rows)
        rows["AVAL"] = kilos.where(~pounds, kilos * 2.20462).map("{:.1f}".format)
        folder.tables["adlb"] = pd.concat([adlb, rows], ignore_index=True)
        folder.toml += '\n[parameters.weight]\nparamcd = "WEIGHT"\nunit = "kg"\nbetter = "none"\n'

    return spoil


def _at_site(folder: Folder, rows: pd.DataFrame) -> pd.Series:
    adsl = folder.tables["adsl"]
    return rows["USUBJID"].isin(adsl.loc[adsl["SITEID"] == "02", "USUBJID"])


def _single(_: Folder, rows: pd.DataFrame) -> pd.Series:
    return pd.Series(np.arange(len(rows)) % 37 == 5, index=rows.index)


def _infections(folder: Folder) -> pd.DataFrame:
    """A second endpoint, in days: every third subject has an infection, all others none until the end."""
    adtte, adsl = _without_texts(folder), folder.tables["adsl"]
    days = adsl.set_index("USUBJID")["TRTDURD"].reindex(adtte["USUBJID"]).to_numpy()
    event = np.arange(len(adtte)) % 3 == 0
    soon = [f"{40 + 17 * row % 500}" for row in range(len(adtte))]
    again = adtte.assign(PARAMCD="TTINF", PARAM="Time to infection (days)",
                         AVAL=np.where(event, soon, days), CNSR=np.where(event, "0", "1"))  # fmt: skip
    folder.tables["adtte"] = pd.concat([adtte, again], ignore_index=True)
    folder.toml += ('\n[endpoints.infection]\nparamcd = "TTINF"\nlabel = "First infection"\n'
                    'unit = "day"\nevent = "failure"\n')  # fmt: skip
    return folder.tables["adtte"]


def _infections_with(change):
    def spoil(folder: Folder) -> None:
        adtte = _infections(folder)
        mine = adtte["PARAMCD"] == "TTINF"
        adtte[mine] = change(adtte[mine].copy(), adtte[~mine])

    return spoil


def _of_the_other(mine: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    mine["AVAL"] = [str(7 * int(weeks)) for weeks in other["AVAL"]]
    mine["CNSR"] = other["CNSR"].to_numpy()
    return mine


def _older(mine: pd.DataFrame, _: pd.DataFrame) -> pd.DataFrame:
    mine.loc[mine.index[mine["CNSR"] == "1"][::4], "AVAL"] = "84"
    return mine


def _at_the_end(mine: pd.DataFrame, _: pd.DataFrame) -> pd.DataFrame:
    mine.loc[mine.index[mine["CNSR"] == "1"][::5], "CNSR"] = "0"
    return mine


def _hours(mine: pd.DataFrame, _: pd.DataFrame) -> pd.DataFrame:
    events = mine["CNSR"] == "0"
    mine.loc[events, "AVAL"] = [str(24 * int(days)) for days in mine.loc[events, "AVAL"]]
    return mine


def _months(mine: pd.DataFrame, _: pd.DataFrame) -> pd.DataFrame:
    events = mine["CNSR"] == "0"
    mine.loc[events, "AVAL"] = [f"{int(d) / 30.4375:.1f}" for d in mine.loc[events, "AVAL"]]
    return mine


def _beside_the_levels(folder: Folder) -> None:
    """A titre of 10 to 80 in every row of CD8, one of 30 among them."""
    adlb = _plain(folder)
    rows = adlb[adlb["PARAMCD"] == "CD8"].assign(PARAMCD="TITRE", PARAM="Titre", AVALU="")
    rows["AVAL"] = [str(10 * 2 ** (7 * row % 4)) for row in range(len(rows))]
    rows.loc[rows.index[8], "AVAL"] = "30"
    folder.tables["adlb"] = pd.concat([adlb, rows], ignore_index=True)
    folder.toml += (
        '\n[parameters.titre]\nparamcd = "TITRE"\nlevels = [10, 20, 40, 80]\nbetter = "none"\n'
    )


HEAP = "values heaped at a limit that is not given"
POUNDS = "weights, heights or temperatures in two units"
MEASURED = (
    Fault("a titre between two levels", _beside_the_levels, "value that the scale does not have",
          "adlb.csv", 1301, "AVAL", "warning", "'30' of"),
    Fault("values cut off at the top", _cut_at_the_top, HEAP, "adlb.csv", 8, "AVAL", "warning",
          "900, the largest value"),
    Fault("a limit that study.toml does not give", _no_limit, HEAP, "adlb.csv", 20, "AVAL",
          "warning", "50, the least value"),
    Fault("values sorted within each subject", _in_order, "values in order within every subject",
          "adlb.csv", None, "AVAL", "error", "in order in all 72 subjects"),
    Fault("888 for a missing count", _code, "value that looks like a code", "adlb.csv", 11, "AVAL",
          "warning", "'888' of"),
    Fault("the weights of a site in pounds", _weights(_at_site), POUNDS, "adlb.csv", 1293, "AVAL",
          "warning", "as in pounds"),
    Fault("the weights of a visit in pounds", _weights(lambda _, rows: rows["AVISITN"] == "48"), POUNDS,
          "adlb.csv", 1296, "AVAL", "warning", "as in pounds"),
    Fault("single weights in pounds", _weights(_single), POUNDS, "adlb.csv", 1298, "AVAL", "warning",
          "as in pounds"),
    Fault("one endpoint pasted over another", _infections_with(_of_the_other),
          "endpoint copied from another", "adtte.csv", 74, "AVAL", "warning", "TTINF is as TTRESP"),
    Fault("some times of an older export", _infections_with(_older),
          "censored long before the last visit", "adtte.csv", 75, "AVAL", "warning", "'84' of"),
    Fault("the end of some read as an event", _infections_with(_at_the_end),
          "event on the very last day", "adtte.csv", 75, "CNSR", "warning", "'0' of"),
    Fault("times of events in hours", _infections_with(_hours),
          "events and censored times in two units", "adtte.csv", 77, "AVAL", "warning",
          "nobody was observed after", also=("day after the end of observation",
                                             "time far beyond the observation")),
    Fault("times of events in months", _infections_with(_months), "decimals among whole days",
          "adtte.csv", 74, "AVAL", "warning", "of 'HUCMSC-0"),
)  # fmt: skip
