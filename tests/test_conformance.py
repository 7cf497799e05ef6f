"""Units, dates and words as trials write them: understood where they can be, else left alone."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from faults import published, sound
from helpers.conformance.apart import _p_value
from helpers.conformance.calendar import read_dates
from helpers.conformance.ending_words import meaning_of
from helpers.conformance.units import named_unit, nearest_time, parse_time, parse_unit
from helpers.context import ROOT
from helpers.scaffold import write_first_description
from helpers.validation import check_folder

TOO_LONG = "time far beyond the observation"
MICRO, MU = "\u00b5", "\u03bc"  # two characters that look the same


def rules(folder, tmp_path) -> set[str]:
    """The rules, notes left out, that a folder breaks."""
    problems = check_folder(folder.write(tmp_path / "study")).problems
    return {p.rule for p in problems if p.severity != "note"}


@pytest.mark.parametrize(
    "text",
    [f"cells/{MICRO}L", f"cells/{MU}L", "cells/uL", "CELLS/MM3", "cells/mm³", "/mm3", "10^6/L",
     "10*6/L", "x10E6/L", "1e6/L", "cells per uL", "cell/mm^3", "10⁶/L", "cells/cmm",
     "10^6 cells/L", "/uL", "10^3/mL"],
)  # fmt: skip
def test_one_unit_in_many_spellings(text):
    unit = parse_unit(text)
    assert unit.kind == "count"
    assert unit.factor == pytest.approx(1)


@pytest.mark.parametrize(
    ("text", "kind", "factor"),
    [
        ("10^9/L", "count", 1000),
        ("GI/L", "count", 1000),
        ("K/uL", "count", 1000),
        ("10^3/uL", "count", 1000),
        ("cells/mL", "count", 0.001),
        ("copies/mL", "copies", 1),
        ("HIV-1 RNA copies/mL", "copies", 1),
        ("c/mL", "copies", 1),
        ("[IU]/mL", "activity", 1),
        ("pg/mL", "mass", 1),
        ("ng/L", "mass", 1),
        ("ng/mL", "mass", 1000),
        ("ug/L", "mass", 1000),
        ("g/dL", "mass", 1e10),
        ("%", "share", 1),
        ("fraction", "share", 100),
        ("ratio", "ratio", 1),
    ],
)
def test_a_unit_has_a_kind_and_a_size(text, kind, factor):
    unit = parse_unit(text)
    assert unit.kind == kind
    assert unit.factor == pytest.approx(factor)
    assert not unit.log10


@pytest.mark.parametrize("text", ["log10 copies/mL", "log10(copies/mL)", "Log copies/mL",
                                  "log10 HIV RNA copies/mL"])  # fmt: skip
def test_a_logarithm_is_told_from_its_number(text):
    unit = parse_unit(text)
    assert (unit.kind, unit.factor, unit.log10) == ("copies", 1, True)


@pytest.mark.parametrize("text", ["", "AU/mL", "score", "mmol/L", "cells", "U", "mmHg", "logistic"])
def test_a_unit_that_is_not_understood_is_none(text):
    assert parse_unit(text) is None


def test_the_unit_of_a_parameter_stands_in_brackets_at_its_end():
    assert named_unit("CD4+ T cells (cells/uL)") == "cells/uL"
    assert named_unit("Interleukin-6 [pg/mL]") == "pg/mL"
    assert named_unit("CD4 (absolute) count") == ""


def test_units_of_time_and_their_lengths():
    assert [parse_time(t) for t in ("DAYS", "wk", "Months", "yr", "visit")] == [
        "day", "week", "month", "year", None]  # fmt: skip
    assert nearest_time(7.3, within=0.1) == "week"
    assert nearest_time(30, within=0.1) == "month"
    assert nearest_time(12, within=0.1) is None


@pytest.mark.parametrize(
    ("cell", "first", "last"),
    [
        ("2015-03-02", "2015-03-02", "2015-03-02"),
        ("2015-03-02T10:15", "2015-03-02", "2015-03-02"),
        ("2015-02", "2015-02-01", "2015-02-28"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2015-12", "2015-12-01", "2015-12-31"),
        ("2015", "2015-01-01", "2015-12-31"),
        ("2015---02", "2015-01-01", "2015-12-31"),  # ISO's way of "some month, the 2nd"
        ("02MAR2015", "2015-03-02", "2015-03-02"),
        ("UNMAR2015", "2015-03-01", "2015-03-31"),
        ("UNUNK2015", "2015-01-01", "2015-12-31"),
        ("20150302", "2015-03-02", "2015-03-02"),
        (
            "20149",
            "2015-03-02",
            "2015-03-02",
        ),  # days since 1960, as R's as.Date(20149, "1960-01-01")
    ],
)
def test_a_partial_date_means_every_day_it_can(cell, first, last):
    dates = read_dates(pd.Series([cell, ""]))
    assert str(dates.first[0]) == first
    assert str(dates.last[0]) == last
    assert np.isnat(dates.first[1])
    assert not dates.unreadable.any()


@pytest.mark.parametrize("cell", ["2015-13-01", "2015-02-30", "31FEB2015", "03/04/2015", "soon"])
def test_what_is_no_date_is_said_to_be_none(cell):
    dates = read_dates(pd.Series([cell, "2015"]))
    assert dates.unreadable.tolist() == [True, False]


def test_numbers_are_sas_days_or_seconds():
    dates = read_dates(pd.Series([20149.0, 20149 * 86400.0, np.nan]))
    assert [str(d) for d in dates.first[:2]] == ["2015-03-02"] * 2
    assert np.isnat(dates.first[2])
    assert not dates.unreadable.any()


@pytest.mark.parametrize(
    ("said", "about", "meaning"),
    [
        ("DEATH", "Overall survival", "event"),
        ("DEATH WITHOUT PROGRESSION", "Progression-free survival", ""),
        ("Alive without progression", "Progression-free survival", "censored"),
        ("DISCHARGED ALIVE", "Time to hospital discharge", ""),
        ("Alive, in hospital", "Time to hospital discharge", "censored"),
        ("COMPLETE RESPONSE", "Time to objective response", "event"),
        ("Complete wound closure", "Time to wound closure", ""),
        ("Study complete", "Time to relapse", "censored"),
        ("Withdrawn due to progression", "Time to treatment failure", ""),
        ("Free of fever", "Time to resolution of fever", ""),
        ("ALIVE", "Overall survival", "censored"),
        ("Last known alive date", "Overall survival", "censored"),
        ("Documented progression", "Progression-free survival", "event"),
        ("No progression", "Progression-free survival", "censored"),
        ("Lost to follow-up", "Progression-free survival", "censored"),
        ("STUDY COMPLETION DATE", "Time to first dermatologic event", "censored"),
        ("Dermatologic Event Occurred", "Time to first dermatologic event", "event"),
        ("Treatment discontinued", "Time to treatment discontinuation", "event"),
        ("Treatment discontinued", "Time to death", "censored"),
        ("Completed treatment", "Time to treatment discontinuation", "censored"),
        ("WITHDREW CONSENT", "Time to treatment discontinuation", ""),
        ("Lost to follow-up", "Time to withdrawal", ""),
        ("WITHDREW CONSENT", "Time to death", "censored"),
        ("CENSORED", "Days to AIDS event or death", "censored"),
        ("EVENT", "Days to AIDS event or death", "event"),
        ("Week 24 visit", "Time to response", ""),
        ("Still free of recurrence", "Time to first recurrence", "censored"),
        ("Recurrence-free", "Recurrence-free survival", "censored"),
        ("Event-free at last visit", "Event-free survival", "censored"),
        ("Recurrence or death", "Recurrence-free survival", "event"),
    ],
)
def test_a_description_means_what_its_words_say(said, about, meaning):
    assert meaning_of(said, about) == meaning


def test_one_description_for_all_says_nothing_about_who_had_the_event(tmp_path):
    folder = published()
    folder.column("adtte", "EVNTDESC", "Death")
    assert rules(folder, tmp_path) == set()


@pytest.mark.parametrize("zero", ["0", "0.0", "5e-79", "5.397605E-79", " 0 "])
def test_every_spelling_of_an_event_passes(zero, tmp_path):
    folder = published()
    folder.column("adtte", "CNSR", lambda code: zero if code == "0" else "1.0")
    assert rules(folder, tmp_path) == set()


@pytest.mark.parametrize("unit", ["cells/uL", "CELLS/MM3", "10^6/L", f"cells/{MU}L"])
def test_another_spelling_of_a_unit_is_the_same_unit(unit, tmp_path):
    folder = published()
    folder.column("adlb", "AVALU", lambda old: unit if old.startswith("cells") else old)
    folder.set("adlb", 3, AVALU="cells/µL")
    assert rules(folder, tmp_path) == set()


def long_survivors(tmp_path, last):
    """R's lung cancer trial of veterans, whose times lead up to years; `last` in the longest's place."""
    trials = pd.read_csv(ROOT / "tests/reference/trials_data.csv")
    veteran = trials[trials["dataset"] == "veteran"].reset_index(drop=True)
    time = veteran["time"].where(veteran["time"] < veteran["time"].max(), last)
    subject = [f"V{row:03d}" for row in veteran.index]
    columns = {"USUBJID": subject, "PARAMCD": "OS", "PARAM": "Overall survival", "AVALU": "DAYS",
               "AVAL": time, "CNSR": 1 - veteran["event"]}  # fmt: skip
    pd.DataFrame(columns).to_csv(tmp_path / "adtte.csv", index=False)
    arms = pd.DataFrame({"USUBJID": subject, "TRT01P": veteran["arm"]})
    arms.to_csv(tmp_path / "adsl.csv", index=False)
    write_first_description(tmp_path)
    return {p.rule for p in check_folder(tmp_path).problems if p.severity != "note"}


@pytest.mark.parametrize(("last", "rules"), [(999, set()), (9990, {TOO_LONG})])
def test_times_that_lead_up_to_the_longest_are_no_mistake(last, rules, tmp_path):
    assert long_survivors(tmp_path, last) == rules


def test_a_rounded_change_is_no_contradiction(tmp_path):
    folder = published()
    ratio = folder.tables["adlb"]["PARAMCD"] == "CD4CD8"
    change = folder.tables["adlb"].loc[ratio, "CHG"]
    folder.tables["adlb"].loc[ratio, "CHG"] = change.map(lambda c: f"{float(c):.2f}")
    assert rules(folder, tmp_path) == set()


def test_a_base_that_is_another_thing_by_design_is_said_once(tmp_path):
    folder = sound()
    cd8 = folder.tables["adlb"]["PARAMCD"] == "CD8"
    folder.tables["adlb"].loc[cd8, "CHG"] = ""
    base = folder.tables["adlb"].loc[cd8, "BASE"]
    folder.tables["adlb"].loc[cd8, "BASE"] = base.map(lambda b: f"{float(b) - 3:g}")
    problems = check_folder(folder.write(tmp_path / "study")).problems
    mine = [p for p in problems if p.rule == "BASE is not the baseline value"]
    assert [p.row for p in mine] == [None]
    assert {p.severity for p in problems if p not in mine} == {"note"}


def test_identifiers_as_numbers_and_as_text_are_one_subject(tmp_path):
    folder = published()
    for name in folder.tables:
        number = folder.tables[name]["USUBJID"].str[-3:].astype(int)
        folder.tables[name]["USUBJID"] = number if name == "adsl" else number.astype(float)
    assert rules(folder, tmp_path) == set()


def test_a_study_without_dates_flags_or_study_days_breaks_no_rule(tmp_path):
    folder = published()
    keep = {
        "adsl": ["USUBJID", "TRT01A"],
        "adlb": ["USUBJID", "PARAMCD", "AVISITN", "AVAL", "BLQFL"],
        "adae": ["USUBJID", "AEDECOD"],
        "adtte": ["USUBJID", "PARAMCD", "AVAL", "CNSR"],
    }
    for name, columns in keep.items():
        folder.tables[name] = folder.tables[name][columns]
    assert rules(folder, tmp_path) == set()


def test_tables_are_not_changed():
    from faults import DATA
    from helpers.config import load_config
    from helpers.conformance import check_relations

    tables = sound().tables
    before = {name: frame.copy() for name, frame in tables.items()}
    check_relations(load_config(DATA)[0], tables, {name: f"{name}.csv" for name in tables})
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, before[name])


def test_no_cell_whatever_it_holds_stops_the_report(tmp_path):
    cells = ["", " ", ".", "NA", "x", "-1", "1e308", "inf", "nan", "0", "5e-79", "2015-02-30",
             "Ünï¢ødé", "<50", "9" * 30, "=1+1", "\u00a0", "Y"]  # fmt: skip
    draw = np.random.default_rng(20210415)
    for i in range(12):
        folder = sound()
        for frame in folder.tables.values():
            for _ in range(25):
                row, column = draw.integers(len(frame)), draw.integers(frame.shape[1])
                frame.iloc[row, column] = cells[draw.integers(len(cells))]
        report = check_folder(folder.write(tmp_path / str(i)))
        assert report.exit_code == 1
        assert all(p.rule for p in report.problems)


def test_a_table_of_subjects_without_identifiers_has_that_line_alone(tmp_path):
    folder = sound()
    folder.column("adsl", "USUBJID", "")
    assert rules(folder, tmp_path) == {"missing value"}


@pytest.mark.parametrize("kept", [["adsl"], ["adsl", "adtte"], ["adsl", "adae"], ["adsl", "adlb"]])
def test_a_study_of_few_tables_breaks_no_rule(kept, tmp_path):
    folder = sound()
    folder.tables = {name: folder.tables[name] for name in kept}
    head, parameters = folder.toml.split("[parameters.cd4]", 1)
    endpoint = parameters.split("[endpoints.response]")[1]
    if "adlb" not in kept:
        folder.toml = head + ("[endpoints.response]" + endpoint if "adtte" in kept else "")
    elif "adtte" not in kept:
        folder.toml = folder.toml.split("[endpoints.response]")[0]
    assert rules(folder, tmp_path) == set()


def test_laboratory_rows_that_study_toml_does_not_name_are_only_noted(tmp_path):
    folder = sound()
    folder.toml = folder.toml.split("[parameters.cd4]")[0]
    folder.add("adlb", 2)  # a duplicate, of what nobody analyses
    problems = check_folder(folder.write(tmp_path / "study")).problems
    assert {p.severity for p in problems} == {"note"}
    unused = [p.found for p in problems if p.rule == "PARAMCD that is not used"]
    assert unused == ["CD4, CD4CD8, CD8, HIVRNA", "TTRESP"]


def test_a_single_arm_study_needs_no_reference(tmp_path):
    folder = published()
    folder.column("adsl", "TRT01A", "Cells")
    arms = folder.toml.index("[[arms]]"), folder.toml.index("[visits]")
    folder.toml = folder.toml[: arms[0]] + '[[arms]]\nvalue = "Cells"\n\n' + folder.toml[arms[1] :]
    folder.say("randomised", "single-arm")
    assert rules(folder, tmp_path) == set()


def test_a_treatment_of_a_later_period_is_no_contradiction(tmp_path):
    folder = published()
    folder.column("adsl", "TRT02A", "")
    folder.set("adsl", 2, TRT02A="High dose")
    first = folder.tables["adsl"].loc[0, "USUBJID"]
    mine = folder.tables["adae"]["USUBJID"] == first
    folder.column("adae", "TRTA", "")
    folder.tables["adae"].loc[mine, "TRTA"] = "High dose"
    assert mine.any()
    assert rules(folder, tmp_path) == {"treatment changes between periods"}


def test_the_first_period_of_a_crossover_is_a_parallel_trial(tmp_path):
    folder = published()
    folder.tables["adsl"]["TRT02A"] = folder.tables["adsl"]["TRT01A"]
    assert rules(folder, tmp_path) == set()


def test_a_baseline_below_the_limit_is_a_baseline(tmp_path):
    folder = published()
    lab = folder.tables["adlb"]
    low = lab["BLQFL"] == "Y"
    assert (lab.loc[low, "ABLFL"] == "Y").any()
    lab["AVALC"] = lab["AVAL"].mask(low, "<50")
    lab.loc[low, ["AVAL", "CHG"]] = ""
    problems = check_folder(folder.write(tmp_path / "study")).problems
    assert [p.rule for p in problems] == ["blank below the limit"]


def test_units_that_mix_are_to_become_that_of_study_toml(tmp_path):
    folder = published()
    lab = folder.tables["adlb"]
    most = lab.index[lab["PARAMCD"] == "CD4"][10:]  # most rows are in another unit
    lab.loc[most, "AVALU"] = "10^9/L"
    for column in ("AVAL", "BASE", "CHG"):
        lab.loc[most, column] = lab.loc[most, column].map(lambda v: v and f"{float(v) / 1000:g}")
    problems = check_folder(folder.write(tmp_path / "study")).problems
    said = [p for p in problems if p.rule in ("units that mix", "unit unlike study.toml")]
    assert {p.rule for p in said} == {"units that mix"}
    assert {p.expected for p in said} == {"'cells/µL', as other rows of CD4"}
    assert all("multiply by 1000" in p.do for p in said)


def test_the_p_value_between_arms_is_scipys():
    random = np.random.default_rng(1)
    for sizes in ((5, 6), (8, 20, 11), (30, 5, 5, 9)):
        parts = [np.round(random.normal(k / 2, 1, n), 1) for k, n in enumerate(sizes)]
        assert _p_value(parts) == pytest.approx(stats.kruskal(*parts).pvalue, rel=1e-9)


def test_a_rule_that_every_row_breaks_in_its_own_way_is_told_a_hundred_times_and_counted(tmp_path):
    folder = published()
    rows = folder.tables["adlb"].query("PARAMCD == 'CD4'").index[1:301]
    folder.tables["adlb"].loc[rows, "AVALU"] = [f"unit {i}" for i in range(300)]
    report = check_folder(folder.write(tmp_path / "study"))
    lines = [p for p in report.problems if p.rule == "unit that cannot be compared"]
    assert len(lines) == 100
    assert sum(line.count for line in lines) == 300


def test_death_is_a_term_and_a_column_of_severities_is_none(tmp_path):
    folder = published()
    folder.column("adae", "AEDECOD", "Death")
    assert "columns of adverse events mixed up" not in rules(folder, tmp_path / "deaths")
    folder.column("adae", "AEDECOD", "Severe")
    assert "columns of adverse events mixed up" in rules(folder, tmp_path / "severities")


def test_a_table_of_events_without_a_row_is_no_double_one(tmp_path):
    folder = sound()
    folder.tables["adae"] = folder.tables["adae"][:0]
    assert "events once more some days later" not in rules(folder, tmp_path)


def test_names_of_cdisc_near_ours_are_no_misspellings(tmp_path):
    # AESEQ was to be renamed AESEV, and the full analysis set read as the safety set
    folder = published()
    folder.tables["adsl"] = folder.tables["adsl"].rename(columns={"SAFFL": "FASFL"})
    folder.tables["adae"] = folder.tables["adae"].rename(columns={"AESEV": "AESEQ"})
    folder.column("adae", "AESEQ", "1")
    folder.tables["adtte"] = folder.tables["adtte"].rename(columns={"EVNTDESC": "EVNTDESCN"})
    assert "column that looks misspelt" not in rules(folder, tmp_path)


def test_a_visit_of_the_baseline_is_asked_for_only_where_a_parameter_has_one(tmp_path):
    folder = published()
    adlb = folder.tables["adlb"]
    folder.tables["adlb"] = adlb[(adlb["PARAMCD"] == "CD4") & (adlb["AVISITN"] == "48")]
    folder.toml = folder.toml[: folder.toml.index("[parameters.")]
    folder.toml += '[parameters.score]\nparamcd = "CD4"\n'
    assert "visit without rows" in rules(folder, tmp_path)
    folder.toml += "baseline = false\n"
    assert "visit without rows" not in rules(folder, tmp_path / "rated")
