"""Slips of a careless data manager that passed in silence: merges, copies, codes, encodings, units.

As in `faults`: each spoils the sound folder in one way and says which line must name it.
"""

from __future__ import annotations

import pandas as pd

from faults import Fault, Folder

HIGH = "High dose"


def _of_arm(folder: Folder, table: str, arm: str = HIGH) -> pd.Series:
    adsl = folder.tables["adsl"]
    return folder.tables[table]["USUBJID"].isin(adsl.loc[adsl["TRT01A"] == arm, "USUBJID"])


def _scaled(table: str, code: str, factor: float):
    """The values of one arm times a factor, without what was derived from them."""

    def spoil(folder: Folder) -> None:
        frame = folder.tables[table]
        rows = _of_arm(folder, table) & (frame["PARAMCD"] == code)
        frame.loc[rows, "AVAL"] = (frame.loc[rows, "AVAL"].astype(float) * factor).map(
            "{:.6g}".format
        )
        derived = [c for c in ("BASE", "CHG", "AVALC", "LBSTRESC") if c in frame]
        frame.loc[rows, derived] = ""

    return spoil


def _exchanged_subjects(folder: Folder) -> None:
    other = {"HUCMSC-002": "HUCMSC-003", "HUCMSC-003": "HUCMSC-002"}
    folder.column("adlb", "USUBJID", lambda s: other.get(s, s))


def _exchanged_counts(folder: Folder) -> None:
    frame = folder.tables["adlb"]
    rows = (frame["USUBJID"] == "HUCMSC-003") & (frame["AVISITN"] == "24")
    one, other = (frame.index[rows & (frame["PARAMCD"] == code)][0] for code in ("CD4", "CD8"))
    columns = ["AVAL", "AVALC", "LBSTRESC", "CHG"]
    values = frame.loc[[other, one], columns].to_numpy()
    frame.loc[[one, other], columns] = values
    frame.loc[[one, other], "CHG"] = ""


def _copied(folder: Folder, source: dict[str, str], target: dict[str, str]) -> None:
    """The values of the rows `source` in place of those of `target`, by subject and what is the same."""
    frame = folder.tables["adlb"]
    key = [c for c in ("USUBJID", "PARAMCD", "AVISITN") if source.get(c) == target.get(c)]

    def rows(of: dict[str, str]) -> pd.Series:
        return frame[list(of)].eq(pd.Series(of)).all(axis=1) & (frame["AVISITN"] != "")

    values = frame[rows(source)].drop_duplicates(key).set_index(key)["AVAL"]
    for i in frame.index[rows(target)]:
        at = frame.loc[i, key]
        at = at.iloc[0] if len(key) == 1 else tuple(at)
        if at in values.index:
            frame.loc[i, ["AVAL", "AVALC", "LBSTRESC", "CHG", "BASE"]] = [
                values[at],
                "",
                "",
                "",
                "",
            ]


def _events_twice(folder: Folder) -> None:
    frame = folder.tables["adae"].drop(columns=["ASTDY", "AENDY", "AESTDTC"])
    folder.tables["adae"] = pd.concat([frame, frame], ignore_index=True)


def _lost_in_a_merge(folder: Folder) -> None:
    folder.tables["adae"] = folder.tables["adae"][~_of_arm(folder, "adae", "Placebo")]


def _other_week(folder: Folder) -> None:
    frame = folder.tables["adlb"]
    rows = _of_arm(folder, "adlb") & (frame["AVISITN"] == "24")
    frame.loc[rows, ["AVISITN", "AVISIT"]] = ["20", "Week 20"]


def _term(term: str):
    return lambda folder: folder.set("adae", 4, AEDECOD=term)


def _fatal(folder: Folder) -> None:
    folder.column("adae", "AEOUT", "RECOVERED/RESOLVED")
    folder.set("adae", 4, AEOUT="FATAL")


CARELESS = [
    # -- merges gone wrong ---------------------------------------------------------------------------
    Fault("events of another study", lambda f: f.set("adae", 3, STUDYID="HUCMSC2"),
          "row of another study", "adae.csv", 3, "STUDYID", "warning", "'HUCMSC2' of 'HUCMSC-003'"),
    Fault("a laboratory of another study", lambda f: f.column("adlb", "STUDYID", "OTHER"),
          "row of another study", "adlb.csv", 2, "STUDYID", "warning", "'OTHER'"),
    Fault("two subjects exchanged in adlb", _exchanged_subjects, "baseline of adsl against adlb",
          "adsl.csv", 3, "CD4BL", "warning", "116 in adlb",
          also=("response that the values deny",)),
    Fault("events of an arm lost", _lost_in_a_merge, "arm without adverse events", "adae.csv", None,
          "USUBJID", "warning", "in 'Placebo'"),
    Fault("a visit of one arm under another week", _other_week, "visit of one arm alone",
          "adlb.csv", 148, "AVISITN", "warning", "visit 20",

          also=("response that the values deny",
                "row at no planned visit", "visit that an arm has no values of")),
    # -- copies --------------------------------------------------------------------------------------
    Fault("a visit pasted over the next", lambda f: _copied(f, {"AVISITN": "12", "PARAMCD": "CD4"},
          {"AVISITN": "24", "PARAMCD": "CD4"}), "visit copied from another", "adlb.csv", 4, "AVAL",
          "warning", "as at 12", also=("ratio that is not CD4/CD8",)),
    Fault("CD4 pasted over CD8", lambda f: _copied(f, {"PARAMCD": "CD4"}, {"PARAMCD": "CD8"}),
          "parameter copied from another", "adlb.csv", 14, "AVAL", "warning", "as CD4+ T cells",
          also=("baseline of adsl against adlb",)),
    Fault("all events twice, without a day", _events_twice, "table of events twice", "adae.csv",
          5, "AEDECOD", "warning", "304 rows"),
    # -- units and digits ----------------------------------------------------------------------------
    Fault("an arm's CD8 in 10^9/L", _scaled("adlb", "CD8", 1e-3), "values of one group in another unit",
          "adlb.csv", 158, "AVAL", "warning", "arm 'High dose': 0.00",
          also=("ratio that is not CD4/CD8", "baseline of adsl against adlb",
                "arms that differ before the treatment")),
    Fault("an arm's times in days", _scaled("adtte", "TTRESP", 7), "times of one arm or site in another unit",
          "adtte.csv", 7, "AVAL", "warning", "times the others' median"),
    Fault("a zero too many", lambda f: f.set("adlb", 4, AVAL="1680", AVALC="", LBSTRESC="", CHG=""),
          "value with a digit too many", "adlb.csv", 4, "AVAL", "warning", "1680 of 'HUCMSC-001'",
          also=("ratio that is not CD4/CD8",)),
    Fault("the two counts of a visit exchanged", _exchanged_counts, "ratio that is not CD4/CD8",
          "adlb.csv", 58, "AVAL", "warning", "0.231"),
    # -- codes, dates and texts ----------------------------------------------------------------------
    Fault("99 for an unknown age", lambda f: [f.set("adsl", r, AGE="99", BRTHDTC="") for r in (4, 9)],
          "age that looks like a code", "adsl.csv", 4, "AGE", "warning", "'99' of 'HUCMSC-003'"),
    Fault("days of a spreadsheet", lambda f: f.set("adtte", 3, STARTDT="42065"),
          "date decades ahead", "adtte.csv", 3, "STARTDT", "warning", "'42065' of 'HUCMSC-002'"),
    Fault("UTF-8 read as Latin-1", _term("DiarrhÃ©e"), "text in the wrong encoding", "adae.csv", 4,
          "AEDECOD", "warning", "of 'HUCMSC-003'"),
    Fault("no event as a row", _term("No adverse event"), "term that is no event", "adae.csv", 4,
          "AEDECOD", "warning", "'No adverse event'"),
    Fault("a term that is not coded", _term("UNCODED"), "term that is no event", "adae.csv", 4,
          "AEDECOD", "warning", "'UNCODED'"),
    Fault("two terms in a cell", _term("Diarrhoea; Headache"), "several terms in one cell", "adae.csv",
          4, "AEDECOD", "warning", "'Diarrhoea; Headache'"),
    Fault("an American spelling", _term("Diarrhea"), "one term in two spellings", "adae.csv", 4,
          "AEDECOD", "warning", "'Diarrhea'"),
    Fault("a death that is not serious", _fatal, "fatal event that is not serious", "adae.csv", 4,
          "AESER", "warning", "'N' of 'HUCMSC-003'",
          also=("fatal event of a subject who did not die",)),
    Fault("serious and not serious exchanged",
          lambda f: f.column("adae", "AESER", {"Y": "N", "N": "Y"}.get),
          "serious and not serious exchanged", "adae.csv", None, "AESER", "warning", "mild events"),
    Fault("seriousness left blank", lambda f: f.set("adae", 4, AESER=""), "AESER blank in some rows",
          "adae.csv", 4, "AESER", "warning", "nothing of 'HUCMSC-003'"),
    # -- days, and whose events ----------------------------------------------------------------------
    Fault("an observation of 0 days", lambda f: f.set("adsl", 4, TRTDURD="0"),
          "observation of no day", "adsl.csv", 4, "TRTDURD", "warning", "'0'"),
    Fault("randomised after the treatment", lambda f: f.column("adsl", "RANDDT", "2015-07-01"),
          "randomised after the treatment", "adsl.csv", 2, "RANDDT", "warning", "'2015-07-01'"),
    Fault("an end with a digit too many", lambda f: f.set("adae", 4, AENDY="4120"),
          "event that ends long after the follow-up", "adae.csv", 4, "AENDY", "warning", "'4120'"),
    Fault("a pregnant man", _term("Pregnancy"), "event of the other sex", "adae.csv", 4, "AEDECOD",
          "warning", "'Pregnancy', SEX M"),
]  # fmt: skip
