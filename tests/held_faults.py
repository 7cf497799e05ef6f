"""Words, days and copies: renamed columns, cut exports, arms and terms; each seeded in the sound folder.

As in `faults`: each spoils the folder in one way and says which line must name it. All passed in
silence once.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from arm_faults import _plain
from faults import Fault, Folder
from silent_faults import _rename
from unseen_faults import _of_site, _without_texts

DOSES = {"Placebo": "Placebo", "Low dose": "Drug 5 mg", "High dose": "Drug 20 mg"}


def _sdtm_days(folder: Folder) -> None:
    adae = folder.tables["adae"].drop(columns=["TRTEMFL", "AESTDTC"])
    folder.tables["adae"] = adae.rename(columns={"ASTDY": "AESTDY", "AENDY": "AEENDY"})


def _named_doses(folder: Folder, low: str = "5", high: str = "20") -> None:
    """Arms called by their doses."""
    for column in ("TRT01A", "TRT01P"):
        folder.column("adsl", column, lambda arm: DOSES[arm])
    for arm, name in list(DOSES.items())[1:]:
        folder.say(f'value = "{arm}"\nlabel = "{arm}"', f'value = "{name}"\nlabel = "{name[5:]}"')
    folder.say("dose = 0.5", f"dose = {low}")
    folder.say("dose = 1.5", f"dose = {high}")


def _labels_of_arms(folder: Folder) -> None:
    _named_doses(folder)
    folder.say('label = "5 mg"', 'label = "?"')
    folder.say('label = "20 mg"', 'label = "5 mg"')
    folder.say('label = "?"', 'label = "20 mg"')


def _pooled(folder: Folder) -> None:
    folder.say('value = "Placebo"', 'value = ["Placebo", "Low dose"]')
    start = folder.toml.index('[[arms]]\nvalue = "Low dose"')
    folder.toml = folder.toml[:start] + folder.toml[folder.toml.index('[[arms]]\nvalue = "High') :]


def _all_counted(folder: Folder) -> None:
    folder.say("[endpoints.response]", '[counts.all]\nlabel = "All"\n\n[endpoints.response]')


def _without_a_day(folder: Folder) -> None:
    _all_counted(folder)
    folder.tables["adae"] = folder.tables["adae"].drop(columns="AESTDTC")
    folder.set("adae", 4, ASTDY="", AENDY="")


def _after_the_end(folder: Folder) -> None:
    """The last event of a subject two days after it was last watched."""
    _all_counted(folder)
    adae = folder.tables["adae"] = folder.tables["adae"].drop(columns="AESTDTC")
    adsl = folder.tables["adsl"].set_index("USUBJID")["TRTDURD"].astype(int)
    end = adae["USUBJID"].map(adsl)
    row = (end - adae["ASTDY"].astype(int)).idxmin()
    adae.loc[row, ["ASTDY", "AENDY"]] = str(end[row] + 2)


def _again_but(column: str, cell):
    def spoil(folder: Folder) -> None:
        adae = folder.tables["adae"] = folder.tables["adae"].drop(columns="AESTDTC")
        again = adae.iloc[4::12].copy()
        again[column] = again[column].map(cell)
        both = pd.concat([adae, again]).sort_values("USUBJID", kind="stable")
        folder.tables["adae"] = both.reset_index(drop=True)

    return spoil


def _cut_off(day: int, site: bool = False):
    """Events up to a day alone; of a site, each event of which has its like half a year before."""

    def spoil(folder: Folder) -> None:
        adae = folder.tables["adae"] = folder.tables["adae"].drop(columns="AESTDTC")
        here = _of_site(folder, "adae") if site else pd.Series(True, index=adae.index)
        early = adae["ASTDY"].astype(int) <= day
        folder.tables["adae"] = adae[early | ~here].reset_index(drop=True)

    return spoil


def _flags_lost(folder: Folder) -> None:
    adae = folder.tables["adae"]
    adae.loc[adae.index[::4], "TRTEMFL"] = ""


def _grades(folder: Folder) -> None:
    adae = folder.tables["adae"]
    adae["AETOXGR"] = adae["AESEV"].map({"MILD": "1", "MODERATE": "2", "SEVERE": "3"})
    folder.set("adae", 3, AETOXGR="4")


def _term(term: str, other: str, step: int = 3):
    def spoil(folder: Folder) -> None:
        adae = folder.tables["adae"]
        adae.loc[adae.index[adae["AEDECOD"] == term][::step], "AEDECOD"] = other

    return spoil


def _numbered_as_dates(folder: Folder) -> None:
    days = {"MILD": "01-Jan", "MODERATE": "02-Jan", "SEVERE": "03-Jan"}
    folder.column("adae", "AESEV", days.get)


def _identifiers_as_dates(folder: Folder) -> None:
    for table in folder.tables.values():
        number = table["USUBJID"].str[-3:].astype(int)
        table["USUBJID"] = [f"{n % 28 + 1:02d}-{('Jan', 'Feb', 'Mar')[n // 28]}" for n in number]


def _yes_or_no(folder: Folder) -> None:
    adlb = _plain(folder)
    cd8 = adlb["PARAMCD"] == "CD8"
    subjects = pd.factorize(adlb.loc[cd8, "USUBJID"])[0]
    adlb.loc[cd8, "AVAL"] = (np.random.default_rng(2).random(cd8.sum()) < 0.4 + subjects % 3 / 10).astype(
        int).astype(str)  # fmt: skip


def _response(lines: str):
    block = f'[responses.rise]\nparameter = "CD4"\nvisit = 48\n{lines}\n\n[endpoints.response]'
    return lambda folder: folder.say("[endpoints.response]", block)


def _on_one_day(folder: Folder) -> None:
    adlb = folder.tables["adlb"]
    mine = adlb["USUBJID"] == "HUCMSC-004"
    for code in ("CD4", "CD8"):
        days = adlb[mine & (adlb["PARAMCD"] == code)].set_index("AVISITN")["ADY"]
        at = mine & (adlb["PARAMCD"] == code) & (adlb["AVISITN"] == "72")
        adlb.loc[at, "ADY"] = days["96"]
        adlb.loc[at, "ADT"] = ""


def _counted(folder: Folder) -> None:
    adlb = folder.tables["adlb"] = _plain(folder).drop(columns=["ADY", "ADT", "AVISIT"])
    number = {"12": "1", "24": "2", "48": "3", "72": "4", "96": "5"}
    late = adlb["USUBJID"] > "HUCMSC-068"
    adlb.loc[late, "AVISITN"] = adlb.loc[late, "AVISITN"].map(lambda v: number.get(v, v))


def _another_epoch(folder: Folder) -> None:
    """The dates of a site four years and a day later, as between two spreadsheets."""
    adlb = folder.tables["adlb"]
    dates = pd.to_datetime(adlb["ADT"], format="%d%b%Y", errors="coerce")
    here = _of_site(folder, "adlb") & dates.notna()
    later = dates[here] + pd.Timedelta(days=1462)
    adlb.loc[here, "ADT"] = later.dt.strftime("%d%b%Y").str.upper()


def _durations(folder: Folder) -> None:
    adsl = folder.tables["adsl"]
    end = pd.Timestamp("2015-03-01") + pd.to_timedelta(adsl["TRTDURD"].astype(int), unit="D")
    adsl["TRTEDT"] = end.dt.strftime("%Y-%m-%d")
    folder.set("adsl", 5, TRTDURD=str(int(adsl.loc[3, "TRTDURD"]) + 20))


def _time_to_death(folder: Folder) -> pd.DataFrame:
    adtte = _without_texts(folder)
    adtte["PARAM"] = "Time to death (weeks)"
    folder.say('event = "response"', 'event = "failure"')
    return adtte


def _observed_after_death(folder: Folder) -> None:
    """A subject died in week 10, by adsl, and its time to progression goes on."""
    adtte = _time_to_death(folder)
    adtte["PARAM"] = "Time to progression (weeks)"
    who = adtte.loc[adtte["AVAL"] == "96", "USUBJID"].iloc[0]
    adsl, adlb, adae = (folder.tables[name] for name in ("adsl", "adlb", "adae"))
    adsl.loc[adsl["USUBJID"] == who, ["DTHDTC", "TRTDURD"]] = ["2015-05", ""]
    folder.tables["adlb"] = adlb[(adlb["USUBJID"] != who) | (adlb["AVISITN"] == "0")]
    folder.tables["adae"] = adae[adae["USUBJID"] != who].reset_index(drop=True)


def _unknown_death(folder: Folder) -> None:
    adtte, adsl = _time_to_death(folder), folder.tables["adsl"]
    dead = adtte.loc[adtte["CNSR"] == "0", "USUBJID"]
    adsl.loc[adsl["USUBJID"].isin(dead[1:]), "DTHDTC"] = "2017"


OTHER = "column under another name"
TWICE = "adverse event nearly twice"
LABEL = "response against its label"
REACH = "response that is out of reach"
HELD = (
    Fault("SERIOUS for AESER", _rename("adae", "AESER", "SERIOUS"), OTHER, "adae.csv", None,
          "SERIOUS", "warning", "AESER"),
    Fault("CAUSALITY for AEREL", _rename("adae", "AEREL", "CAUSALITY"), OTHER, "adae.csv", None,
          "CAUSALITY", "warning", "AEREL"),
    Fault("DURATION for TRTDURD", _rename("adsl", "TRTDURD", "DURATION"), OTHER, "adsl.csv", None,
          "DURATION", "warning", "TRTDURD"),
    Fault("study days under the names of SDTM", _sdtm_days, OTHER, "adae.csv", None, "AESTDY",
          "warning", "ASTDY", also=("events whenever they began",)),
    Fault("a dose with a zero too many", lambda f: _named_doses(f, high="200"),
          "dose unlike the name of the arm", "study.toml", None, "arms", "warning",
          "dose 200 of 'Drug 20 mg'"),
    Fault("labels of two arms exchanged", _labels_of_arms, "label of another arm", "study.toml", None,
          "arms", "warning", "'20 mg' for 'Drug 5 mg'"),
    Fault("placebo and a dose in one arm", _pooled, "placebo and drug in one arm", "study.toml", None,
          "arms", "warning", "'Placebo' and 'Low dose'"),
    Fault("events again with a later end", _again_but("AENDY", lambda day: str(int(day) + 1)), TWICE,
          "adae.csv", 7, "AEDECOD", "warning", "again but for AENDY"),
    Fault("events again, No for N", _again_but("AESER", {"N": "No", "Y": "Yes"}.get), TWICE,
          "adae.csv", 7, "AEDECOD", "warning", "again but for N or No", also=("flag in other words",)),
    Fault("events of an older export", _cut_off(360), "adverse events that end before the observation",
          "adae.csv", None, "ASTDY", "warning", "no onset after day 3"),
    Fault("a flag of emergence lost in some", _flags_lost, "event under treatment that is not emergent",
          "adae.csv", 18, "TRTEMFL", "warning", "nothing of 'HUCMSC-0"),
    Fault("a mild event of grade 4", _grades, "grade against severity", "adae.csv", 3, "AESEV",
          "warning", "grade '4'"),
    Fault("a term misspelt", _term("Headache", "Headahce"), "term that looks misspelt", "adae.csv",
          10, "AEDECOD", "warning", "beside 'Headache'"),
    Fault("a term with a full stop", _term("Headache", "Headache."), "term that looks misspelt",
          "adae.csv", 10, "AEDECOD", "warning", "beside 'Headache'"),
    Fault("a term with its severity", _term("Headache", "Mild headache"), "severity in a term",
          "adae.csv", 10, "AEDECOD", "warning", "'Mild headache'"),
    Fault("severities as dates", _numbered_as_dates, "text that a spreadsheet made a date of",
          "adae.csv", 2, "AESEV", "warning", "01-Jan"),
    Fault("identifiers as dates", _identifiers_as_dates, "text that a spreadsheet made a date of",
          "adsl.csv", 2, "USUBJID", "warning", "02-Jan"),
    Fault("a fall where the label says rise",
          _response('of = "change"\nat_most = 50\nlabel = "CD4 rise of 50"'), LABEL, "study.toml", None,
          "responses.rise.at_most", "warning", "'CD4 rise of 50', at_most 50"),
    Fault("a value where the label says rise",
          _response('of = "value"\nat_least = 50\nlabel = "CD4 rise of 50"'), LABEL, "study.toml", None,
          "responses.rise.of", "warning", "of the value"),
    Fault("a response that nobody reaches", _response('of = "change"\nat_least = 5000'), REACH,
          "study.toml", None, "responses.rise.at_least", "warning", "5000, where changes are"),
    Fault("a fraction for per cent", _response('of = "percent change"\nat_least = 0.3'), REACH,
          "study.toml", None, "responses.rise.at_least", "warning", "0.3, where percent changes"),
    Fault("yes and no without a response", _yes_or_no, "yes or no without a response", "study.toml",
          None, "parameters.cd8", "note", "CD8 is 0 or 1"),
    Fault("a count of a misspelt term", lambda f: f.say("[endpoints.response]",
          '[counts.cold]\nterm = "Nasopharingitis"\n\n[endpoints.response]'), "count of what never occurs",
          "study.toml", None, "counts.cold.term", "warning", "'Nasopharingitis'"),
    Fault("a count without a time", lambda f: (f.say("[endpoints.response]",
          '[counts.all]\nlabel = "All"\n\n[endpoints.response]'),
          f.tables["adsl"].drop(columns="TRTDURD", inplace=True)), "count of events without time or table",
          "study.toml", None, "counts.all", "error", "no adsl.TRTDURD"),
    Fault("a planned event without a day", _without_a_day, "planned event without a place in time",
          "adae.csv", 4, "ASTDY", "warning", "nothing, 6"),
    Fault("a planned event after the end", _after_the_end, "planned event without a place in time",
          "adae.csv", 14, "ASTDY", "warning", "days under observation"),
    Fault("two visits of one day", _on_one_day, "two visits on one day", "adlb.csv", 79, "ADY",
          "warning", "at visit"),
    Fault("visits counted in four subjects", _counted, "visits counted in some subjects", "adlb.csv",
          1218, "AVISITN", "error", "1, 2, 3, 4, 5 of 'HUCMSC-069'",
          also=("response that the values deny",)),
    Fault("dates of a site in another epoch", _another_epoch, "study day against its date", "adlb.csv",
          2, "ADY", "warning", "1462 days off"),
    Fault("a duration unlike its dates", _durations, "study day against its date", "adsl.csv", 5,
          "TRTDURD", "warning", "21 days off"),
    Fault("a time after the death", _observed_after_death, "time that ends after death", "adtte.csv",
          7, "AVAL", "warning", "died on day", also=("good or bad event",
          "duration of some subjects missing")),
    Fault("a death that adsl does not know", _unknown_death, "death in adtte that adsl does not know",
          "adtte.csv", 2, "CNSR", "warning", "'0' of"),
)  # fmt: skip
