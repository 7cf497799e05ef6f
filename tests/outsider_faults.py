"""Slips of a data office that passed in silence: in columns of the plan, in who is one patient, in words.

As in `faults`: each spoils the sound folder in one way and says which line must name it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from faults import LAB_ROWS, Fault, Folder
from silent_faults import AE_END

_AE = "adverse event twice"


def _plan(folder: Folder, key: str, name: str, values: list[str]) -> None:
    """A column of adsl that [analysis] uses."""
    folder.tables["adsl"][name] = values
    folder.say("[[arms]]", f'[analysis]\n{key} = ["{name}"]\n\n[[arms]]')


def _stratum(
    few: str, usual: str, *, rows: int = 3, others: tuple[str, ...] = ("Asia",)
) -> Callable:
    """A stratum of several levels, `few` in the first rows that should hold `usual`."""

    def spoil(folder: Folder) -> None:
        levels = (usual, *others)
        values = [levels[i // 2 % len(levels)] for i in range(72)]
        for row in [i for i, value in enumerate(values) if value == usual][:rows]:
            values[row] = few
        _plan(folder, "strata", "REGION", values)

    return spoil


def _years(**cells: str) -> Callable:
    """A covariate with one decimal from 1 to 20, but for some cells (r4 = the fourth line of the csv)."""

    def spoil(folder: Folder) -> None:
        values = [f"{v:.1f}" for v in np.random.default_rng(4).uniform(1, 20, 72)]
        for row, value in cells.items():
            values[int(row[1:]) - 2] = value
        _plan(folder, "covariates", "HIVYRS", values)

    return spoil


def _heights(folder: Folder) -> None:
    """The heights of one site in metres, all others in centimetres."""
    centimetres = np.random.default_rng(4).normal(172, 8, 72)
    site = folder.tables["adsl"]["SITEID"] == "02"
    values = [f"{v / 100:.2f}" if m else f"{v:.0f}" for v, m in zip(centimetres, site, strict=True)]
    _plan(folder, "covariates", "HEIGHT", values)


def _other_stratum(folder: Folder) -> None:
    _stratum("Europe", "Europe")(folder)
    of = folder.tables["adsl"].set_index("USUBJID")["REGION"]
    folder.tables["adtte"]["REGION"] = folder.tables["adtte"]["USUBJID"].map(of)
    folder.set("adtte", 5, REGION="Europe" if of.iloc[3] == "Asia" else "Asia")


def _other_plan(folder: Folder) -> None:
    of = folder.tables["adsl"].set_index("USUBJID")["TRT01P"]
    folder.tables["adtte"]["TRTP"] = folder.tables["adtte"]["USUBJID"].map(of)
    folder.set("adtte", 5, TRTP="Placebo" if of.iloc[3] != "Placebo" else "Low dose")


def _without_measurements(folder: Folder) -> None:
    """Times alone, as of an eye: of what else there is all would be twice."""
    for name in ("adlb", "adae"):
        del folder.tables[name]
    folder.tables["adsl"] = folder.tables["adsl"].drop(columns=["CD4BL", "CD8BL", "ARTYRS"])
    folder.toml = (
        folder.toml[: folder.toml.index("[visits]")]
        + folder.toml[folder.toml.index("[endpoints") :]
    )


def _doubled(folder: Folder, left: str, right: str) -> None:
    """Every subject twice, in two sides; the times of the other side are shorter, if they can be."""
    _without_measurements(folder)
    for name, frame in folder.tables.items():
        other = frame.assign(USUBJID=frame["USUBJID"] + right)
        if name == "adtte":
            shorter = other["CNSR"] == "1"
            other.loc[shorter, "AVAL"] = "48"
        frame = frame.assign(USUBJID=frame["USUBJID"] + left)
        folder.tables[name] = (
            pd.concat([frame, other]).sort_index(kind="stable").reset_index(drop=True)
        )


def _eyes(folder: Folder) -> None:
    _doubled(folder, "-OD", "-OS")


def _limbs(folder: Folder) -> None:
    """Identifiers that tell nothing, and SUBJID that says whose the limb is."""
    _doubled(folder, "", "X")
    adsl = folder.tables["adsl"]
    adsl["SUBJID"] = adsl["USUBJID"].str.removesuffix("X")
    number = {who: f"HUCMSC-{i + 1:03d}" for i, who in enumerate(adsl["USUBJID"])}
    for frame in folder.tables.values():
        frame["USUBJID"] = frame["USUBJID"].map(number)


def _again(folder: Folder) -> None:
    """A patient randomised once more: a new identifier, the same first visit, another arm, other visits."""
    old, new = "HUCMSC-002", "HUCMSC-902"
    for name, frame in folder.tables.items():
        mine = frame[frame["USUBJID"] == old]
        if name == "adlb":
            early = pd.to_numeric(mine["AVISITN"]) <= 12
            folder.tables[name] = pd.concat(
                [frame.drop(index=mine.index[~early]), mine[early].assign(USUBJID=new),
                 mine[~early].assign(USUBJID=new)], ignore_index=True)  # fmt: skip
        elif name in ("adsl", "adtte"):
            folder.tables[name] = pd.concat([frame, mine.assign(USUBJID=new)], ignore_index=True)
    folder.set("adsl", 74, TRT01A="Placebo", TRT01P="Placebo")


def _medicines(folder: Folder) -> None:
    """adae joined with the medicines: an event has as many rows as its patient had of these."""
    frame = folder.tables["adae"].assign(CMTRT="PARACETAMOL")
    second = frame.iloc[[0, 1]].assign(CMTRT="IBUPROFEN")
    folder.tables["adae"] = pd.concat([frame, second], ignore_index=True)


def _over(word: str) -> Callable:
    def spoil(folder: Folder) -> None:
        folder.set("adlb", 3, AVALC=word, AVAL="", CHG="")

    return spoil


def _unknown_scores(folder: Folder) -> None:
    """A score from 0 to 27 whose missing answers were coded -9."""
    adlb = folder.tables["adlb"]
    rows = adlb[(adlb["PARAMCD"] == "CD8") & (adlb["AVISITN"].isin(["0", "48"]))].copy()
    scores = np.random.default_rng(3).integers(0, 28, len(rows))
    rows = rows.assign(PARAMCD="SCORE", PARAM="Score (points)", AVALU="points", BASE="", CHG="",
                       AVALC="", AVAL=[str(v) for v in scores])  # fmt: skip
    rows.iloc[[1, 5], rows.columns.get_loc("AVAL")] = "-9"
    folder.tables["adlb"] = pd.concat([adlb, rows], ignore_index=True)
    folder.toml += '\n[parameters.score]\nparamcd = "SCORE"\nunit = "points"\nbetter = "lower"\n'


def _not_nested(folder: Folder) -> None:
    folder.tables["adsl"]["PPROTFL"] = "Y"
    folder.set("adsl", 4, ITTFL="N")


OUTSIDER = [
    Fault("a stratum in capitals", _stratum("EUROPE", "Europe"), "one planned level in two spellings",
          "adsl.csv", 2, "REGION", "warning", "beside 'Europe'"),
    Fault("a stratum with a space that does not break", _stratum("North\u00a0America", "North America"),
          "one planned level in two spellings", "adsl.csv", 2, "REGION", "warning", "beside 'North America'"),
    Fault("Yes for Y in a stratum", _stratum("Yes", "Y", others=("N",)),
          "one planned level in two spellings", "adsl.csv", 2, "REGION", "warning", "beside 'Y'"),
    Fault("a stratum misspelt", _stratum("Europ", "Europe"), "word that looks misspelt",
          "adsl.csv", 2, "REGION", "warning", "almost 'EUROPE'"),
    Fault("a stratum not known", _stratum("Unknown", "Europe"), "planned level of what is not known",
          "adsl.csv", 2, "REGION", "note", "Unknown", also=("strata with few of an arm",)),
    Fault("a word among years", _years(r5="ca. 5"), "words among the numbers of a covariate", "adsl.csv",
          5, "HIVYRS", "warning", "ca. 5"),
    Fault("decimal commas in some rows", _years(r5="3,4", r9="7,0"), "words among the numbers of a covariate",
          "adsl.csv", 5, "HIVYRS", "warning", "3,4"),
    Fault("-9 for unknown years", _years(r5="-9", r9="-9"), "planned value apart from all others", "adsl.csv",
          5, "HIVYRS", "warning", "others from 1"),
    Fault("99 for unknown years", _years(r5="99"), "planned value apart from all others", "adsl.csv",
          5, "HIVYRS", "warning", "others from 1"),
    Fault("heights of a site in metres", _heights, "planned value apart from all others", "adsl.csv",
          2, "HEIGHT", "warning", "others from 1"),
    Fault("another stratum in adtte", _other_stratum, "planned column otherwise in another table",
          "adtte.csv", 5, "REGION", "warning", "in adsl"),
    Fault("another planned arm in adtte", _other_plan, "treatment differs from adsl", "adtte.csv", 5, "TRTP",
          "warning"),
    Fault("eyes as subjects", _eyes, "two organs of one patient as two subjects", "adsl.csv", 3, "USUBJID",
          "warning", "'HUCMSC-001-OS' beside 'HUCMSC-001-OD'"),
    Fault("limbs as subjects", _limbs, "two organs of one patient as two subjects", "adsl.csv", 3, "USUBJID",
          "warning", "'HUCMSC-002' beside 'HUCMSC-001'"),
    Fault("a patient randomised again", _again, "patient who seems to be entered twice", "adsl.csv", 74,
          "USUBJID", "warning", "'HUCMSC-902' has age, sex and measures of 'HUCMSC-002'"),
    Fault("events joined with medicines", _medicines, _AE, "adae.csv", AE_END, "AEDECOD", "warning",
          "but those of another table"),
    Fault("OVER and no value", _over("OVER"), "result above a limit without a value", "adlb.csv", 3, "AVAL",
          "warning", "OVER"),
    Fault("too high to count", _over("Too high to count"), "result above a limit without a value", "adlb.csv",
          3, "AVAL", "warning", "Too high"),
    Fault("-9 for a missing score", _unknown_scores, "value that looks like a code", "adlb.csv", LAB_ROWS + 6,
          "AVAL", "warning", "'-9'"),
    Fault("per protocol and not to be treated", _not_nested, "subject in a set and not in the one around it",
          "adsl.csv", 4, "ITTFL", "warning", "PPROTFL is Y, ITTFL is not",
          also=("subject outside an analysis set",)),
]  # fmt: skip
