"""Slips that one table alone does not show: times, events, values and their order in two tables.

As in `faults`: each spoils the sound folder in one way and says which line must name it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from faults import DATA, Fault, Folder

INFECTIONS = "Infections and infestations"
PREFIX = '\n[endpoints.infection]\nparamcd = "TTINF"\nlabel = "First infection"\nunit = "day"\n'
DAYS = ["ASTDY", "AENDY", "TRTEMFL"]
MOVED = "identifiers or days of events moved by rows"


def with_infections(folder: Folder) -> pd.DataFrame:
    """A second endpoint: the day of each subject's first infection in adae, or the end of observation."""
    adae, adsl = folder.tables["adae"], folder.tables["adsl"]
    mine = adae[(adae["AEBODSYS"] == INFECTIONS) & (adae["TRTEMFL"] == "Y")]
    mine = mine.assign(DAY=mine["ASTDY"].astype(int)).sort_values("DAY", kind="stable")
    first = mine.drop_duplicates("USUBJID").set_index("USUBJID").reindex(adsl["USUBJID"])
    had = first["ASTDY"].notna().to_numpy()
    rows = pd.DataFrame({
        "STUDYID": "HUCMSC", "USUBJID": adsl["USUBJID"], "PARAMCD": "TTINF",
        "PARAM": "Time to first infection (days)",
        "AVAL": np.where(had, first["ASTDY"], adsl["TRTDURD"]),
        "CNSR": np.where(had, "0", "1"),
        "EVNTDESC": np.where(had, first["AEDECOD"], "No infection by the last visit"),
    })  # fmt: skip
    both = pd.concat([folder.tables["adtte"], rows], ignore_index=True).fillna("")
    folder.tables["adtte"] = both
    folder.toml += PREFIX + 'event = "failure"\n'
    return both


def _of_infections(change: Callable[[pd.DataFrame, pd.Series], None]) -> Callable[[Folder], None]:
    def spoil(folder: Folder) -> None:
        adtte = with_infections(folder)
        change(adtte, adtte["PARAMCD"] == "TTINF")

    return spoil


def _more(by: int) -> Callable[[pd.DataFrame, pd.Series], None]:
    def change(adtte: pd.DataFrame, mine: pd.Series) -> None:
        adtte.loc[mine, "AVAL"] = [str(int(days) + by) for days in adtte.loc[mine, "AVAL"]]

    return change


def _less_in_an_arm(adtte: pd.DataFrame, mine: pd.Series) -> None:
    adsl = pd.read_csv(DATA / "adsl.csv", dtype=str)
    rows = mine & adtte["USUBJID"].isin(adsl.loc[adsl["TRT01A"] == "High dose", "USUBJID"])
    rows &= adtte["CNSR"] == "1"
    adtte.loc[rows, "AVAL"] = [str(int(days) - 30) for days in adtte.loc[rows, "AVAL"]]


def _a_later_day(adtte: pd.DataFrame, mine: pd.Series) -> None:
    row = adtte.index[mine & (adtte["CNSR"] == "0")][0]
    adtte.loc[row, "AVAL"] = str(int(adtte.loc[row, "AVAL"]) + 9)


def _the_second(folder: Folder) -> None:
    """One subject's second infection is taken, which is of the same term."""
    adtte = with_infections(folder)
    adae = folder.tables["adae"]
    row = adtte.index[(adtte["PARAMCD"] == "TTINF") & (adtte["CNSR"] == "0")][0]
    one = adae.index[
        (adae["USUBJID"] == adtte.loc[row, "USUBJID"]) & (adae["ASTDY"] == adtte.loc[row, "AVAL"])
    ][0]
    later = str(int(adtte.loc[row, "AVAL"]) + 40)
    again = adae.loc[[one]].assign(ASTDY=later, AENDY=str(int(later) + 3), AESTDTC="")
    folder.tables["adae"] = pd.concat([adae[: one + 1], again, adae[one + 1 :]], ignore_index=True)
    adtte.loc[row, "AVAL"] = later


def _missed(folder: Folder) -> None:
    """One subject had an infection and is censored at its end."""
    adtte = with_infections(folder)
    row = adtte.index[(adtte["PARAMCD"] == "TTINF") & (adtte["CNSR"] == "0")][0]
    end = folder.tables["adsl"].set_index("USUBJID")["TRTDURD"][adtte.loc[row, "USUBJID"]]
    text = "No infection by the last visit"
    adtte.loc[row, ["AVAL", "CNSR", "EVNTDESC"]] = [end, "1", text]


def _weeks(by: int) -> Callable[[Folder], None]:
    return lambda folder: folder.column("adtte", "AVAL", lambda weeks: str(int(weeks) + by))


def _next_visit(folder: Folder) -> None:
    adtte, visits = folder.tables["adtte"], [12, 24, 48, 72, 96]
    later = dict(zip(map(str, visits), map(str, [*visits[1:], 96]), strict=True))
    rows = adtte["CNSR"] == "0"
    adtte.loc[rows, "AVAL"] = adtte.loc[rows, "AVAL"].map(later)


def _one_later(folder: Folder) -> None:
    folder.set("adtte", 2, AVAL="24")


def _one_missed(folder: Folder) -> None:
    folder.set("adtte", 2, AVAL="96", CNSR="1", EVNTDESC=folder.tables["adtte"].query(
        "CNSR == '1'")["EVNTDESC"].iloc[0])  # fmt: skip


def _days_of_events_later(folder: Folder) -> None:
    with_infections(folder)
    for column in ("ASTDY", "AENDY"):
        folder.column("adae", column, lambda day: str(int(day) + 1) if day else "")


def _closed_up(folder: Folder) -> None:
    """Five subjects missed week 12, and each later visit has the number of the one before."""
    lab, visits = folder.tables["adlb"], ["12", "24", "48", "72", "96"]
    mine = lab["USUBJID"].isin([f"HUCMSC-0{n}" for n in (11, 22, 33, 44, 55)])
    lab = lab[~(mine & (lab["AVISITN"] == "12"))].reset_index(drop=True)
    rows = lab["USUBJID"].isin([f"HUCMSC-0{n}" for n in (11, 22, 33, 44, 55)])
    rows &= lab["AVISITN"].isin(visits)
    lab.loc[rows, "AVISITN"] = [visits[visits.index(v) - 1] for v in lab.loc[rows, "AVISITN"]]
    lab.loc[rows, "AVISIT"] = "Week " + lab.loc[rows, "AVISITN"]
    folder.tables["adlb"] = lab


def _safe_with_events(folder: Folder) -> None:
    has = folder.tables["adsl"]["USUBJID"].isin(folder.tables["adae"]["USUBJID"])
    folder.tables["adsl"]["SAFFL"] = np.where(has, "Y", "N")


def _ages_in_tens(folder: Folder) -> None:
    folder.tables["adsl"] = folder.tables["adsl"].drop(columns="BRTHDTC")
    adsl = folder.tables["adsl"]
    rows = adsl["TRT01A"] == "High dose"
    adsl.loc[rows, "AGE"] = [str(round(int(age), -1)) for age in adsl.loc[rows, "AGE"]]


def _worst(folder: Folder) -> None:
    adae = folder.tables["adae"]
    rank = adae["AESEV"].map({"MILD": 0, "MODERATE": 1, "SEVERE": 2}).groupby(adae["USUBJID"])
    adae["AESEV"] = rank.transform("max").map(["MILD", "MODERATE", "SEVERE"].__getitem__)


def _rolled(columns: list[str], by: int) -> Callable[[Folder], None]:
    def spoil(folder: Folder) -> None:
        frame = folder.tables["adae"].drop(columns="AESTDTC")
        folder.tables["adae"] = frame
        frame[columns] = np.roll(frame[columns].to_numpy(), by, axis=0)

    return spoil


def _from_a_row_on(table: str, column: str, word: str, share: float) -> Callable[[Folder], None]:
    def spoil(folder: Folder) -> None:
        frame = folder.tables[table]
        frame.loc[frame.index[int(share * len(frame)) :], column] = word

    return spoil


def _next_number(by: int) -> Callable[[Folder], None]:
    """A subject's visit of week 24 (`by` 1), or week 48 (-1), under the other's number, which it lacks."""
    right, wrong = ("24", "48")[::by]

    def spoil(folder: Folder) -> None:
        adlb = folder.tables["adlb"]
        mine = adlb["USUBJID"] == "HUCMSC-002"
        adlb = adlb[~(mine & (adlb["AVISITN"] == wrong))].reset_index(drop=True)
        moved = (adlb["USUBJID"] == "HUCMSC-002") & (adlb["AVISITN"] == right)
        adlb.loc[moved, "AVISITN"] = wrong
        if "AVISIT" in adlb:
            adlb.loc[moved, "AVISIT"] = adlb.loc[adlb["AVISITN"] == wrong, "AVISIT"].iloc[0]
        folder.tables["adlb"] = adlb

    return spoil


LINKED = (
    Fault("a visit under the next one's number", _next_number(1), "visit on the day of its neighbour",
          "adlb.csv", 28, "ADY", "warning", "where the median is 336",
          also=("response that the values deny", "study day far from its visit")),
    Fault("a visit under the number before", _next_number(-1), "visit on the day of its neighbour",
          "adlb.csv", 28, "ADY", "warning", "where the median is 168",
          also=("response that the values deny", "study day far from its visit")),
    Fault("times of infections a day more", _of_infections(_more(1)), "times counted from another day",
          "adtte.csv", 74, "AVAL", "warning", "+1 day(s) in TTINF",
          also=("event of adtte that adae has not",)),
    Fault("times of infections nine days more", _of_infections(_more(9)),
          "event of adtte that adae has not", "adtte.csv", 76, "AVAL", "warning", "not on their day"),
    Fault("a time of an infection nine days later", _of_infections(_a_later_day),
          "event of adtte that adae has not", "adtte.csv", 76, "AVAL", "warning", "of 'HUCMSC"),
    Fault("the second infection for the first", _the_second, "not the first event", "adtte.csv", 76,
          "AVAL", "warning", "in adae on day"),
    Fault("an infection missed", _missed, "censored, and had the event", "adtte.csv", 76, "CNSR",
          "warning", "in adae on day"),
    Fault("times in weeks and one more", _weeks(1), "times beside the visits", "adtte.csv", 2, "AVAL",
          "warning", "each +1 from a visit"),
    Fault("responses a visit late", _next_visit, "responses a visit late or early", "adtte.csv", 2,
          "AVAL", "warning", "a visit after"),
    Fault("one response a visit late", _one_later, "response that the values deny", "adtte.csv", 2,
          "AVAL", "warning", "first shown at 12"),
    Fault("one response missed", _one_missed, "response that the values deny", "adtte.csv", 2, "AVAL",
          "warning", "first shown at 12"),
    Fault("identifiers of adae moved by four rows", _rolled(["USUBJID"], 4), MOVED, "adae.csv",
          None, "USUBJID", "error", "once moved by 4 row(s)"),
    Fault("days of adae moved up by two rows", _rolled(DAYS, -2), MOVED, "adae.csv",
          None, "USUBJID", "error", "once moved by 2 row(s)"),
    Fault("flags of emergence lost in the last third", _from_a_row_on("adae", "TRTEMFL", "", 2 / 3),
          "words lost from a row on", "adae.csv", 103, "TRTEMFL", "warning", "nothing in the last"),
    Fault("mild from the middle on", _from_a_row_on("adae", "AESEV", "MILD", 0.5),
          "words lost from a row on", "adae.csv", 78, "AESEV", "warning", "'MILD' in the last"),
    Fault("the last subjects in no analysis set", _from_a_row_on("adsl", "ITTFL", "N", 0.9),
          "words lost from a row on", "adsl.csv", 66, "ITTFL", "warning", "'N' in the last 8",
          also=("subject outside an analysis set",)),
    Fault("classes left blank", lambda f: f.set("adae", 4, AEBODSYS=""), "event without its class",
          "adae.csv", 4, "AEBODSYS", "warning", "'HUCMSC-0"),
    Fault("a class for a term", lambda f: f.set("adae", 4, AEDECOD=f.tables["adae"]["AEBODSYS"][2]),
          "class in the place of the term", "adae.csv", 4, "AEDECOD", "warning", "of 'HUCMSC-0"),
    Fault("a code of a dictionary for a term", lambda f: f.set("adae", 4, AEDECOD="R11.2"),
          "code among terms", "adae.csv", 4, "AEDECOD", "warning", "'R11.2'"),
    Fault("a letter lost on the way", lambda f: f.set("adae", 2, AEDECOD="Diarrh?ea"),
          "text in the wrong encoding", "adae.csv", 2, "AEDECOD", "warning", "'Diarrh?ea'",
          also=("term that looks misspelt",)),
    Fault("days of events one more", _days_of_events_later, "event of adtte that adae has not",
          "adtte.csv", 76, "AVAL", "warning", "not on their day"),
    Fault("visits closed up", _closed_up, "visits of a subject one place on", "adlb.csv", 243,
          "AVISITN", "warning", "of 'HUCMSC-0",
          also=("response that the values deny", "study day far from its visit")),
    Fault("a safety set of those with an event", _safe_with_events,
          "safety set of those with an event", "adsl.csv", 3, "SAFFL", "warning", "all with an event",
          also=("treated, and in no safety set", "subject outside an analysis set")),
    Fault("classes of twenty letters", lambda f: f.column("adae", "AEBODSYS", lambda c: c[:20]),
          "class that is cut off", "adae.csv", 2, "AEBODSYS", "warning", "'Gastrointestinal dis'"),
    Fault("flags of emergence as relation", lambda f: f.tables["adae"].update(
          {"AEREL": f.tables["adae"]["TRTEMFL"]}), "column of events copied from another", "adae.csv",
          None, "AEREL", "warning", "as TRTEMFL in all", also=("words of causality",)),
    Fault("each subject's worst severity", _worst, "one severity in each subject", "adae.csv", None,
          "AESEV", "warning", "each of one kind"),
    Fault("thirty days less in an arm", _of_infections(_less_in_an_arm),
          "times of one arm counted from another day", "adtte.csv", 80, "AVAL", "warning",
          "-30 day(s) in 'High dose'"),
    Fault("grades from 0 on", lambda f: f.column("adae", "AESEV", {"MILD": "0", "MODERATE": "1",
          "SEVERE": "2"}.get), "grade of no scale", "adae.csv", 2, "AESEV", "warning", "'Grade 0'",
          also=("severity as a number",)),
    Fault("ages of an arm in tens", _ages_in_tens, "values of one site or arm rounded", "adsl.csv", 8,
          "AGE", "warning", "AGE in 'High dose'"),
    Fault("an entity of a web page", lambda f: f.set("adae", 2, AEDECOD="Rash &lt;hand&gt;"),
          "text in the wrong encoding", "adae.csv", 2, "AEDECOD", "warning", "&lt;"),
)  # fmt: skip
