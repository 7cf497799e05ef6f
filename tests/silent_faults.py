"""Faults that once passed in silence and changed published numbers, each seeded in the sound folder.

As in `faults`: each spoils the folder in one way and says which line of the report must name it.
"""

from __future__ import annotations

import pandas as pd

from faults import Fault, Folder, published

AE_END = len(published().tables["adae"]) + 2  # the first line after the published adae.csv
END = "day after the end of observation"


def _again(*rows: int, **cells: str):
    """Add lines of adae once more, at its end."""

    def spoil(folder: Folder) -> None:
        for row in rows:
            folder.add("adae", row, **cells)

    return spoil


def _numbered_again(folder: Folder) -> None:
    folder.column("adae", "AESEQ", "")
    for i in folder.tables["adae"].index:
        folder.tables["adae"].loc[i, "AESEQ"] = str(i)
    folder.add("adae", 2, AESEQ="9999")


def _rename(table: str, old: str, new: str):
    def spoil(folder: Folder) -> None:
        folder.tables[table] = folder.tables[table].rename(columns={old: new})

    return spoil


def _exchange(table: str, one: str, two: str, rows=slice(None)):
    def spoil(folder: Folder) -> None:
        frame = folder.tables[table]
        frame.loc[rows, [one, two]] = frame.loc[rows, [two, one]].to_numpy()

    return spoil


def _scaled(table: str, column: str, factor: float):
    return lambda f: f.column(table, column, lambda v: f"{float(v) * factor:.6g}" if v else v)


def _codes_exchanged(one: str, two: str):
    def spoil(folder: Folder) -> None:
        folder.say(f'paramcd = "{one}"', 'paramcd = "?"')
        folder.say(f'paramcd = "{two}"', f'paramcd = "{one}"')
        folder.say('paramcd = "?"', f'paramcd = "{two}"')

    return spoil


def _time_to_death(folder: Folder) -> None:
    folder.column("adtte", "PARAM", "Time to death (weeks)")
    folder.column("adtte", "EVNTDESC", "")


def _without_adae(folder: Folder) -> None:
    folder.tables.pop("adae")
    folder.toml += '\n[columns.adae]\nAEDECOD = "PT"\n'


def _main_visit(folder: Folder, keep: set[str]) -> None:
    frame = folder.tables["adlb"]
    gone = (frame["AVISITN"] == "48") & (frame["PARAMCD"] == "CD4") & ~frame["USUBJID"].isin(keep)
    folder.tables["adlb"] = frame[~gone]


def _main_visit_of_few(folder: Folder) -> None:
    _main_visit(folder, {"HUCMSC-001", "HUCMSC-003", "HUCMSC-004"})


def _main_visit_without_an_arm(folder: Folder) -> None:
    adsl = folder.tables["adsl"]
    _main_visit(folder, set(adsl.loc[adsl["TRT01A"] != "High dose", "USUBJID"]))


def _arm_of_one(folder: Folder) -> None:
    adsl = folder.tables["adsl"]
    rest = adsl.index[adsl["TRT01A"] == "High dose"][1:]
    adsl.loc[rest, ["TRT01A", "TRT01P"]] = "Low dose"


def _copied(folder: Folder) -> None:
    """A subject once more under another identifier, in every table."""
    for name, frame in folder.tables.items():
        again = frame[frame["USUBJID"] == "HUCMSC-002"].assign(USUBJID="HUCMSC-902")
        folder.tables[name] = pd.concat([frame, again], ignore_index=True)


def _cd4_in_one_row(folder: Folder) -> None:
    """Week 48 of the first subject in 10^9/L, and its change with it."""
    row = folder.tables["adlb"].loc[5]
    assert (row["PARAMCD"], row["AVISITN"]) == ("CD4", "96")
    folder.set("adlb", 7, AVAL="0.131", CHG=f"{0.131 - float(row['BASE']):g}", AVALC="0.131")


def _months(folder: Folder) -> None:
    """AVISIT names the numbers of AVISITN months; there are no study days that could tell."""
    folder.tables["adlb"] = folder.tables["adlb"].drop(columns="ADY")
    folder.column("adlb", "AVISIT", lambda name: name.replace("Week", "Month"))


def _short_row(folder: Folder) -> None:
    text = folder.tables.pop("adlb").to_csv(index=False).splitlines()
    cells = text[4].split(",")
    text[4] = ",".join(cells[: cells.index("Week 36") + 4 if "Week 36" in cells else 9])
    folder.extra["adlb.csv"] = ("\n".join(text) + "\n").encode()


SILENT: list[Fault] = [
    # -- adverse events -------------------------------------------------------------------------
    Fault("five events once more", _again(2, 3, 4, 5, 6), "adverse event twice", "adae.csv",
          AE_END, "AEDECOD", "warning", "all cells alike"),
    Fault("an event once more under another running number", _numbered_again,
          "adverse event twice", "adae.csv", AE_END, "AEDECOD", "warning", "HUCMSC-001"),
    Fault("terms and days exchanged", _exchange("adae", "AEDECOD", "AENDY"),
          "columns of adverse events mixed up", "adae.csv", 2, "AEDECOD", "error",
          "most cells hold numbers", also=("not a number",)),
    Fault("severity and class exchanged", _exchange("adae", "AESEV", "AEBODSYS"),
          "columns of adverse events mixed up", "adae.csv", 2, "AESEV", "error",
          "most cells hold classes", also=("one term in two classes",)),
    Fault("term and class exchanged", _exchange("adae", "AEDECOD", "AEBODSYS"),
          "columns of adverse events mixed up", "adae.csv", 2, "AEDECOD", "error",
          "most cells hold classes", also=("one term in two classes",)),
    Fault("a code for a term", lambda f: f.set("adae", 4, AEDECOD="10037844"),
          "term that is a number", "adae.csv", 4, "AEDECOD", "warning", "'10037844'"),
    Fault("a severity that is none", lambda f: f.set("adae", 4, AESEV="see note"),
          "severity of another scale", "adae.csv", 4, "AESEV", "warning", "'see note'"),
    Fault("a severity in German", lambda f: f.set("adae", 4, AESEV="leicht"),
          "severity of another scale", "adae.csv", 4, "AESEV", "warning", "perhaps MILD"),
    Fault("a grade among words", lambda f: f.set("adae", 4, AESEV="2"),
          "severity of another scale", "adae.csv", 4, "AESEV", "warning", "'2'"),
    Fault("one term in two classes",
          lambda f: f.set("adae", 3, AEBODSYS="Eye disorders"), "one term in two classes",
          "adae.csv", 3, "AEBODSYS", "warning", "'Infections and infestations', as in other"),
    Fault("a birthday in a term", lambda f: f.set("adae", 4, AEDECOD="Rash, DOB 1958"),
          "date in a printed text", "adae.csv", 4, "AEDECOD", "error", "'Rash, DOB 1958'"),
    Fault("a name in a term", lambda f: f.set("adae", 4, AEDECOD="Rash (Smith, John)"),
          "name in a printed text", "adae.csv", 4, "AEDECOD", "error", "'Rash (Smith, John)'"),
    Fault("a rare name in a term", lambda f: f.set("adae", 4, AEDECOD="Fall at home with Tuan Nguyen"),
          "perhaps a name in a printed text", "adae.csv", 4, "AEDECOD", "warning", "Tuan Nguyen"),
    # -- columns --------------------------------------------------------------------------------
    Fault("TRTEMFLG", _rename("adae", "TRTEMFL", "TRTEMFLG"), "column that looks misspelt",
          "adae.csv", None, "TRTEMFLG", "warning", "TRTEMFL",
          also=("no flag of treatment emergence",)),
    Fault("AESERFL", _rename("adae", "AESER", "AESERFL"), "column that looks misspelt",
          "adae.csv", None, "AESERFL", "warning", 'AESER = "AESERFL" under [columns.adae]'),
    Fault("TRTDRUD", _rename("adsl", "TRTDURD", "TRTDRUD"), "column that looks misspelt",
          "adsl.csv", None, "TRTDRUD", "warning", "TRTDURD"),
    Fault("BLQLF", _rename("adlb", "BLQFL", "BLQLF"), "column that looks misspelt",
          "adlb.csv", None, "BLQLF", "warning", "BLQFL",
          also=("limit marked by lloq",)),
    Fault("a mapping of no table", _without_adae, "mapping of a table that is not there",
          "study.toml", None, "columns.adae", "warning", "no adae in the folder"),
    # -- what study.toml says of the data ---------------------------------------------------------
    Fault("CD4 and CD8 exchanged", _codes_exchanged("CD4", "CD8"), "PARAMCD of something else",
          "adlb.csv", 2, "PARAM", "error", "'CD4+ T cells (cells/µL)' in the rows of CD4",
          also=("implausible value",)),
    Fault("visits in weeks that AVISIT calls months", _months,
          "visit in another unit than study.toml", "adlb.csv", 3, "AVISIT", "error",
          "'Month 12' beside AVISITN 12"),
    Fault("a death as response", _time_to_death, "good or bad event", "study.toml", None,
          "endpoints.response.event", "warning", "Time to death"),
    Fault("a response as failure", lambda f: f.say('event = "response"', 'event = "failure"'),
          "good or bad event", "study.toml", None, "endpoints.response.event", "warning",
          '"response", as the words say'),
    Fault("few CD4 cells as good",
          lambda f: f.say('better = "higher"', 'better = "lower"'),
          "better against the habit of the parameter", "study.toml", None,
          "parameters.cd4.better", "warning", 'better = "higher"'),
    Fault("much HIV RNA as good",
          lambda f: f.say('scale = "log10"\nbetter = "lower"', 'scale = "log10"'),
          "better against the habit of the parameter", "study.toml", None,
          "parameters.hivrna.better", "warning", 'better = "lower"'),
    Fault("doses exchanged",
          lambda f: (f.say("dose = 0.5", "dose = 9"), f.say("dose = 1.5", "dose = 0.5")),
          "doses out of order", "study.toml", None, "arms", "warning", "(9) before"),
    Fault("the highest dose as reference",
          lambda f: (f.say("reference = true", "reference = false"),
                     f.say("dose = 1.5", "dose = 1.5\nreference = true")),
          "doses out of order", "study.toml", None, "arms", "warning", "is the reference"),
    Fault("two arms of one dose", lambda f: f.say("dose = 1.5", "dose = 0.5"),
          "arms that look alike", "study.toml", None, "arms", "warning", "(0.5) and"),
    # -- who was measured -------------------------------------------------------------------------
    Fault("three subjects at the main visit", _main_visit_of_few, "main visit hardly measured",
          "study.toml", None, "visits.main", "warning", "CD4+ T cells at visit 48",
          also=("parameter hardly measured at one visit",)),
    Fault("no subject of an arm at the main visit", _main_visit_without_an_arm,
          "main visit hardly measured", "study.toml", None, "visits.main", "warning",
          "0 of 24 in 'High dose'",
          also=("response that the values deny",
                "visit that an arm has no values of",
                                    "parameter hardly measured at one visit")),
    Fault("an arm of one", _arm_of_one, "arm of one or two subjects", "study.toml", None, "arms",
          "warning", "1 subject(s) in 'High dose'"),
    Fault("all times equal", lambda f: f.column("adtte", "AVAL", "60"), "one value for all",
          "adtte.csv", None, "AVAL", "warning", "60 in all 72 rows of TTRESP",
          also=("horizon beyond the last time", "times look like another unit", END,
                "arm without follow-up")),
    Fault("all ages equal", lambda f: (f.column("adsl", "AGE", "40"),
          f.column("adsl", "BRTHDTC", "")), "one value for all", "adsl.csv", None, "AGE",
          "warning", "40 in all 72 rows"),
    Fault("a subject under two identifiers", _copied, "subject under two identifiers", "adsl.csv",
          74, "USUBJID", "warning", "'HUCMSC-902' has the laboratory values of 'HUCMSC-002'"),
    # -- days and values ----------------------------------------------------------------------------
    Fault("durations in years", _scaled("adsl", "TRTDURD", 1 / 365.25), "TRTDURD is not in days",
          "adsl.csv", None, "TRTDURD", "warning", "as if in years"),
    Fault("durations in weeks", _scaled("adsl", "TRTDURD", 1 / 7), "TRTDURD is not in days",
          "adsl.csv", None, "TRTDURD", "warning", "as if in weeks"),
    Fault("an observation that ends before a response", lambda f: f.set("adsl", 2, TRTDURD="20"),
          END, "adtte.csv", 2, "AVAL", "warning", "observed until day 20"),
    Fault("a time of 1e300", lambda f: f.set("adtte", 7, AVAL="1e300"), "longer than a life",
          "adtte.csv", 7, "AVAL", "error", "1e+300 weeks",
          also=("time far beyond the observation", "too large a number", END)),
    Fault("one value in 10^9/L", _cd4_in_one_row, "value a thousandfold off", "adlb.csv", 7,
          "AVAL", "warning", "0.131", also=("ratio that is not CD4/CD8",)),
    Fault("a day first, or a month", lambda f: f.column("adsl", "TRTSDT", "03/04/2015"),
          "ambiguous date", "adsl.csv", 2, "TRTSDT", "warning", "'03/04/2015'"),
    Fault("a row with fewer cells", _short_row, "row with fewer cells", "adlb.csv", 5, "",
          "warning", "as the header has",
          also=("BASE is not the baseline value", "CHG is not AVAL minus BASE")),
]  # fmt: skip
