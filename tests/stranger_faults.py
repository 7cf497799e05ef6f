"""Slips that put values under another subject, visit or size; all passed in silence once."""

from __future__ import annotations

import numpy as np
import pandas as pd

from arm_faults import _plain
from careless_faults import _of_arm
from faults import Fault, Folder


def _at(folder: Folder, code: str, visit: str) -> pd.Series:
    adlb = folder.tables["adlb"]
    return (adlb["PARAMCD"] == code) & (adlb["AVISITN"] == visit)


def _times(folder: Folder, rows: pd.Series, factor: float) -> None:
    adlb = folder.tables["adlb"]
    values = adlb.loc[rows, "AVAL"].astype(float) * factor
    adlb.loc[rows, "AVAL"] = values.map("{:.5g}".format)


def _of_whom(*numbers: int) -> list[str]:
    return [f"HUCMSC-{number:03d}" for number in numbers]


def _shuffled_visit(folder: Folder) -> None:
    adlb = _plain(folder)
    rows = _at(folder, "CD4", "24")
    order = np.random.default_rng(3).permutation(rows.sum())
    adlb.loc[rows, "AVAL"] = adlb.loc[rows, "AVAL"].to_numpy()[order]


def _counts_exchanged_at_a_visit(folder: Folder) -> None:
    adlb = _plain(folder)
    one, other = _at(folder, "CD4", "24"), _at(folder, "CD8", "24")
    values = [adlb.loc[rows].set_index("USUBJID")["AVAL"] for rows in (other, one)]
    for rows, of in zip((one, other), values, strict=True):
        adlb.loc[rows, "AVAL"] = adlb.loc[rows, "USUBJID"].map(of)


def _two_exchanged(folder: Folder) -> None:
    """CD4 of the subject with the lowest and the one with the highest values, at week 24."""
    adlb = _plain(folder)
    mine = adlb[(adlb["PARAMCD"] == "CD4") & (adlb["AVISITN"] == "24")]
    usual = adlb[adlb["PARAMCD"] == "CD4"]["AVAL"].astype(float)
    usual = usual.groupby(adlb["USUBJID"]).median()[mine["USUBJID"]].sort_values()
    at = [mine.index[mine["USUBJID"] == who][0] for who in (usual.index[0], usual.index[-1])]
    adlb.loc[at, "AVAL"] = adlb.loc[at[::-1], "AVAL"].to_numpy()


def _events_under_one(folder: Folder) -> None:
    """The events of a subject under the identifier of another; nobody else is renamed."""
    adae = folder.tables["adae"]
    adae.loc[adae["USUBJID"] == "HUCMSC-008", "USUBJID"] = "HUCMSC-003"


def _visits_exchanged(folder: Folder) -> None:
    """All rows of week 24 of two subjects, each under the other's identifier."""
    adlb = _plain(folder)
    other = dict(zip(_of_whom(9, 20), _of_whom(20, 9), strict=True))
    rows = (adlb["AVISITN"] == "24") & adlb["USUBJID"].isin(list(other))
    adlb.loc[rows, "USUBJID"] = adlb.loc[rows, "USUBJID"].map(other)


def _dilution(arm: str = ""):
    def spoil(folder: Folder) -> None:
        _plain(folder)
        rows = _at(folder, "CD8", "24")
        _times(folder, rows & _of_arm(folder, "adlb", arm) if arm else rows, 0.1)

    return spoil


def _at_site(factor: float):
    def spoil(folder: Folder) -> None:
        adlb, adsl = _plain(folder), folder.tables["adsl"]
        here = adlb["USUBJID"].isin(adsl.loc[adsl["SITEID"] == "02", "USUBJID"])
        _times(folder, here & (adlb["PARAMCD"] == "CD8"), factor)

    return spoil


def _per_cent(folder: Folder) -> None:
    adlb = _plain(folder)
    mine = adlb["USUBJID"].isin(_of_whom(5, 17, 23, 31, 44, 60)) & (adlb["PARAMCD"] == "CD8")
    _times(folder, mine, 0.025)
    adlb.loc[mine, "AVAL"] = adlb.loc[mine, "AVAL"].astype(float).round().map("{:g}".format)


def _a_laboratory_of_one(folder: Folder) -> None:
    adlb = _plain(folder)
    counts = adlb["PARAMCD"].isin(["CD4", "CD8"])
    _times(folder, (adlb["USUBJID"] == "HUCMSC-017") & counts, 0.04)


def _digits_lost(folder: Folder) -> None:
    adlb = _plain(folder)
    rows = adlb.index[_at(folder, "CD8", "24")][5:60:20]
    adlb.loc[rows, "AVAL"] = adlb.loc[rows, "AVAL"].str[:-1]


STRANGERS = (
    Fault("the values of a visit in another order", _shuffled_visit,
          "visit with the values of other subjects", "adlb.csv", None, "AVAL", "warning",
          "CD4+ T cells at 24",
          also=("response that the values deny",)),
    Fault("CD4 and CD8 exchanged at a visit", _counts_exchanged_at_a_visit,
          "visit with the values of other subjects", "adlb.csv", None, "AVAL", "warning", "at 24",
          also=("response that the values deny",)),
    Fault("two subjects exchanged at a visit", _two_exchanged, "values of two subjects exchanged",
          "adlb.csv", 22, "AVAL", "warning", "fit each other's",
          also=("response that the values deny",)),
    Fault("the events of two subjects under one", _events_under_one,
          "row in the place of another subject", "adae.csv", 15, "USUBJID", "warning",
          "'HUCMSC-003' between"),
    Fault("a visit of two subjects exchanged", _visits_exchanged,
          "row in the place of another subject", "adlb.csv", 148, "USUBJID", "warning",
          "'HUCMSC-020' between 'HUCMSC-009'"),
    Fault("a dilution at one visit", _dilution(), "values of one visit ten times off", "adlb.csv", 10,
          "AVAL", "warning", "of all at 24: 0.1 times"),
    Fault("a dilution at one visit of an arm", _dilution("Placebo"),
          "values of one visit ten times off", "adlb.csv", 100, "AVAL", "warning",
          "of arm 'Placebo' at 24"),
    Fault("a site in 10^9/L", _at_site(0.001), "values of one group in another unit", "adlb.csv", 8,
          "AVAL", "warning", "site '02'"),
    Fault("a site ten times off", _at_site(0.1), "values of one group in another unit", "adlb.csv", 8,
          "AVAL", "warning", "site '02'", also=("values of one site or arm rounded",)),
    Fault("six subjects in per cent", _per_cent, "subjects with values of another size", "adlb.csv",
          80, "AVAL", "warning", "6 subject(s) below all others (per cent?)"),
    Fault("one subject's laboratory in another unit", _a_laboratory_of_one,
          "subjects with values of another size", "adlb.csv", 290, "AVAL", "warning", "1 subject(s)"),
    Fault("a digit lost in three values", _digits_lost, "value that drops and returns", "adlb.csv", 100,
          "AVAL", "warning", "of 'HUCMSC-0"),
)  # fmt: skip
