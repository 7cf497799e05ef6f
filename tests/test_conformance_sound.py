"""What looks like a slip and is none: a diary, an open treatment, a late arm, low counts, an antibody."""

import pandas as pd

from arm_faults import _plain
from careless_faults import _of_arm
from faults import sound
from helpers.validation import check_folder


def rules(folder, tmp_path) -> set[str]:
    """The rules, notes left out, that a folder breaks."""
    problems = check_folder(folder.write(tmp_path / "study")).problems
    return {p.rule for p in problems if p.severity != "note"}


def test_a_diary_of_three_days_is_no_table_joined_twice(tmp_path):
    folder = sound()
    adae = folder.tables["adae"].drop(columns="AESTDTC")
    days = [
        adae.assign(ASTDY=[str(int(d) + k) for d in adae["ASTDY"]], AENDY="") for k in (0, 1, 2)
    ]
    rows = pd.concat(days).sort_values("USUBJID", kind="stable").drop_duplicates()
    folder.tables["adae"] = rows.reset_index(drop=True)
    assert rules(folder, tmp_path) == set()


def test_events_of_all_treated_arms_may_be_related(tmp_path):
    folder = sound()
    adae = folder.tables["adae"]
    placebo = _of_arm(folder, "adae", "Placebo")
    adae["AEREL"] = ["N" if p else ("Y" if row % 8 else "N") for row, p in enumerate(placebo)]
    assert "kinds of events turned round in one arm or site" not in rules(folder, tmp_path)


def test_an_arm_that_was_opened_later_is_not_filled_down(tmp_path):
    folder = sound()
    adsl = folder.tables["adsl"]
    late = adsl["TRT01A"] == "High dose"
    folder.tables["adsl"] = pd.concat([adsl[~late], adsl[late]], ignore_index=True)
    assert rules(folder, tmp_path) == set()


def test_zeros_among_low_counts_are_counts(tmp_path):
    folder = sound()
    adlb = _plain(folder)
    cd8 = adlb["PARAMCD"] == "CD8"
    adlb.loc[cd8, "AVAL"] = [f"{row * 7 % 12}" for row in range(cd8.sum())]
    assert "zero where no value is near it" not in rules(folder, tmp_path)


def test_an_antibody_is_there_or_not(tmp_path):
    folder = sound()
    adlb = _plain(folder)
    rows = adlb[adlb["PARAMCD"] == "CD8"].assign(PARAMCD="AB", PARAM="Antibody", AVALU="AU/mL")
    low = [20 + row * 7 % 12 for row in range(len(rows))]
    rows["AVAL"] = [f"{v * (100 if row % 6 == 0 else 1)}" for row, v in enumerate(low)]
    folder.tables["adlb"] = pd.concat([adlb, rows], ignore_index=True)
    folder.toml += '\n[parameters.antibody]\nparamcd = "AB"\nunit = "AU/mL"\nbetter = "none"\n'
    assert "values apart from all others" not in rules(folder, tmp_path)


def test_who_grows_is_tallest_at_the_last_visit(tmp_path):
    folder = sound()
    adlb = _plain(folder)
    cd8 = adlb["PARAMCD"] == "CD8"
    adlb.loc[cd8, "AVAL"] = [f"{700 + 3 * row % 311 + 2 * int(week)}" for row, week in
                             enumerate(adlb.loc[cd8, "AVISITN"].replace("", "0"))]  # fmt: skip
    assert "visit with each subject's largest or least value" not in rules(folder, tmp_path)


def test_classes_of_a_trials_own_may_hold_any_term(tmp_path):
    folder = sound()
    own = {"Gastrointestinal disorders": "Stomach", "Nervous system disorders": "Other complaints"}
    folder.column("adae", "AEBODSYS", lambda name: own.get(name, name))
    folder.column("adae", "AEDECOD", lambda term: {"Headache": "Nausea"}.get(term, term))
    assert "term under a class that is not its own" not in rules(folder, tmp_path)
