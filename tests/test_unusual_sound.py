"""Unusual trials in which nothing is wrong: none of them is accused of anything."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from arm_faults import _plain
from faults import Folder, published, sound
from helpers.validation import check_folder
from measured_faults import _infections
from unseen_faults import _without_texts

IDS = "1234567890123456"


def _parameter(folder: Folder, code: str, unit: str, values: Callable, more: str = "") -> None:
    """A parameter in every row of CD8, whose values come from its rows."""
    adlb = _plain(folder)
    rows = adlb[(adlb["PARAMCD"] == "CD8") & (adlb["AVISITN"] != "")].copy()
    rows = rows.assign(PARAMCD=code, PARAM=f"{code} ({unit})", AVALU=unit)
    rows["AVAL"] = values(rows)
    folder.tables["adlb"] = pd.concat([adlb, rows], ignore_index=True)
    folder.toml += f'\n[parameters.{code.lower()}]\nparamcd = "{code}"\nunit = "{unit}"\n'
    folder.toml += f'better = "none"\n{more}'


def _own(rows: pd.DataFrame, low: float, high: float) -> np.ndarray:
    """A level of each subject's own, one part in a hundred up or down from row to row."""
    random = np.random.default_rng(5)
    levels = {s: random.uniform(low, high) for s in sorted(set(rows["USUBJID"]))}
    own = rows["USUBJID"].map(levels).to_numpy(dtype=float)
    return own * (1 + random.normal(0, 0.01, len(rows)))


def children(folder: Folder) -> None:
    """From newborns to 17, growing at every visit."""
    folder.tables["adsl"] = folder.tables["adsl"].drop(columns="BRTHDTC")
    folder.tables["adsl"]["AGE"] = [str(7 * row % 18) for row in range(72)]
    _parameter(folder, "HEIGHT", "cm", lambda rows: [
        f"{v:.1f}" for v in _own(rows, 50, 175) + rows["AVISITN"].astype(int) / 10])  # fmt: skip


def weights_from_45_to_180(folder: Folder) -> None:
    _parameter(folder, "WEIGHT", "kg", lambda rows: [
        f"{v:.1f}" for v in np.exp(_own(rows, np.log(45), np.log(180)))])  # fmt: skip


def one_visit(folder: Folder) -> None:
    adlb = _plain(folder)
    folder.tables["adlb"] = adlb[adlb["AVISITN"].isin(["0", "48"])].reset_index(drop=True)


def large_identifiers(folder: Folder) -> None:
    for table in folder.tables.values():
        table["USUBJID"] = [IDS + who[-3:] for who in table["USUBJID"]]


def logarithms(folder: Folder) -> None:
    _parameter(folder, "DNA", "log10 copies/mL",
               lambda rows: [f"{v:.2f}" for v in _own(rows, 1.5, 4)])  # fmt: skip


def a_drug_that_leaves_the_blood(folder: Folder) -> None:
    """Its concentration falls in everybody from visit to visit."""
    _parameter(folder, "DRUG", "ng/mL", lambda rows: [
        f"{v:.2f}" for v in _own(rows, 80, 200) * np.exp(-rows["AVISITN"].astype(int) / 40)])  # fmt: skip


def an_upper_limit_that_is_given(folder: Folder) -> None:
    """An assay that ends at 900, as study.toml says."""
    _parameter(folder, "DIMER", "ng/mL", lambda rows: [
        f"{min(v, 900):.0f}" for v in _own(rows, 300, 1100)],
        more="uloq = 900\n")  # fmt: skip


def a_share_with_many_hundreds(folder: Folder) -> None:
    _parameter(folder, "ADHER", "%", lambda rows: [
        f"{min(v, 100):.0f}" for v in _own(rows, 60, 130)])  # fmt: skip


def no_response_in_the_control_arm(folder: Folder) -> None:
    adtte, adsl = _without_texts(folder), folder.tables["adsl"]
    control = adtte["USUBJID"].isin(adsl.loc[adsl["TRT01A"] == "Placebo", "USUBJID"])
    adtte.loc[control, "AVAL"] = "96"
    adtte.loc[control, "CNSR"] = "1"


def twelve_strata(folder: Folder) -> None:
    folder.tables["adsl"]["STRAT"] = [f"S{row % 12:02d}" for row in range(72)]
    folder.say("[[arms]]", '[analysis]\nstrata = ["STRAT"]\n\n[[arms]]')


def a_trial_in_german(folder: Folder) -> None:
    words = {"MILD": "leicht", "MODERATE": "mittel", "SEVERE": "schwer"}
    arms = {
        "Placebo": "Scheinmedikament",
        "Low dose": "Niedrige Dosis",
        "High dose": "Höhere Dosis",
    }
    folder.column("adae", "AESEV", words.get)
    folder.column("adlb", "AVISIT", lambda name: name.replace("Week", "Woche"))
    for old, new in arms.items():
        folder.toml = folder.toml.replace(f'value = "{old}"', f'value = "{new}"')
        for column in ("TRT01A", "TRT01P"):
            folder.column("adsl", column, lambda arm, old=old, new=new: new if arm == old else arm)


def a_trial_in_chinese(folder: Folder) -> None:
    arms = {"Placebo": "安慰剂", "Low dose": "低剂量", "High dose": "高剂量"}
    for old, new in arms.items():
        folder.toml = folder.toml.replace(f'"{old}"', f'"{new}"')
        for column in ("TRT01A", "TRT01P"):
            folder.column("adsl", column, lambda arm, old=old, new=new: new if arm == old else arm)


def twice_daily_doses(folder: Folder) -> None:
    """Arms called by the single dose, whose dose in study.toml is that of a day."""
    names = {"Low dose": "Drug 5 mg BID", "High dose": "Drug 20 mg BID"}
    for arm, name in names.items():
        folder.toml = folder.toml.replace(f'"{arm}"', f'"{name}"')
        for column in ("TRT01A", "TRT01P"):
            folder.column("adsl", column, lambda a, arm=arm, name=name: name if a == arm else a)
    folder.say("dose = 0.5", "dose = 10")
    folder.say("dose = 1.5", "dose = 40")


def two_placebos_in_one_arm(folder: Folder) -> None:
    folder.say('value = "Placebo"', 'value = ["Placebo once", "Placebo twice"]')
    placebo = folder.tables["adsl"]["TRT01A"] == "Placebo"
    names = np.where(np.arange(72) % 2, "Placebo once", "Placebo twice")
    for column in ("TRT01A", "TRT01P"):
        folder.tables["adsl"].loc[placebo, column] = names[placebo]


def viruses_of_one_class(folder: Folder) -> None:
    """Hepatitis A, B and C, and two words that a letter tells apart in two classes."""
    adae = folder.tables["adae"]
    for row, (term, of) in enumerate([("Hepatitis A", "Infections and infestations"),
                                      ("Hepatitis B", "Infections and infestations"),
                                      ("Dysphagia", "Gastrointestinal disorders"),
                                      ("Dysphasia", "Nervous system disorders")]):  # fmt: skip
        folder.set("adae", 2 + 30 * row, AEDECOD=term, AEBODSYS=of)
    assert len(adae)


def events_before_a_washout(folder: Folder) -> None:
    """Two periods of one treatment: what came between them is not treatment-emergent."""
    folder.tables["adsl"]["TRT02A"] = folder.tables["adsl"]["TRT01A"]
    adae = folder.tables["adae"]
    adae.loc[adae.index[::5], "TRTEMFL"] = "N"


def planned_counts(folder: Folder) -> None:
    folder.toml += ('\n[counts.all]\n\n[counts.cold]\nterm = ["nasopharyngitis", "Headache"]\n'
                    'label = "Colds and headaches"\n')  # fmt: skip


def planned_responses(folder: Folder) -> None:
    folder.toml += ('\n[responses.kept]\nparameter = "HIVRNA"\nvisit = 48\nbelow = 50\nscale = "linear"\n'
                    'label = "no rebound above 50 copies"\n'
                    '\n[responses.loss]\nparameter = "CD4"\nof = "change"\nvisit = 48\nat_most = -10\n'
                    'label = "loss of 10 cells or more"\n'
                    '\n[responses.gain]\nparameter = "CD4"\nof = "percent change"\nvisit = 48\n'
                    'at_least = 30\nlabel = "rise of 30% or more"\n')  # fmt: skip


def deaths_end_the_observation(folder: Folder) -> None:
    """A time to death in days, whose events are the last day of all that is known."""
    adtte, adsl = _infections(folder), folder.tables["adsl"]
    dead = adtte[(adtte["PARAMCD"] == "TTINF") & (adtte["CNSR"] == "0")].set_index("USUBJID")[
        "AVAL"
    ]
    adsl["TRTDURD"] = [
        dead.get(who, days) for who, days in zip(adsl["USUBJID"], adsl["TRTDURD"], strict=True)
    ]
    adtte["PARAM"] = adtte["PARAM"].str.replace("infection", "death")
    for table, day in (("adlb", "ADY"), ("adae", "AENDY")):
        frame = folder.tables[table]
        last = frame["USUBJID"].map(dead).astype(float)
        late = frame[day].replace("", "0").astype(float) > last
        folder.tables[table] = frame[~late].reset_index(drop=True)
    first = adtte["PARAMCD"] == "TTRESP"
    weeks = adtte["USUBJID"].map(dead).astype(float) // 7
    gone = first & (adtte["AVAL"].astype(float) > weeks)
    adtte.loc[gone, "AVAL"] = weeks[gone].astype(int).astype(str)
    adtte.loc[gone, "CNSR"] = "1"


TRIALS = [children, weights_from_45_to_180, one_visit, large_identifiers, logarithms,
          a_drug_that_leaves_the_blood, a_share_with_many_hundreds,
          no_response_in_the_control_arm, twelve_strata, a_trial_in_german, a_trial_in_chinese,
          twice_daily_doses, two_placebos_in_one_arm, viruses_of_one_class, events_before_a_washout,
          planned_responses, planned_counts, deaths_end_the_observation]  # fmt: skip


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.__name__)
def test_an_unusual_trial_is_not_accused(trial, tmp_path):
    folder = sound()
    trial(folder)
    problems = check_folder(folder.write(tmp_path / "study")).problems
    assert [str(p) for p in problems if p.severity != "note"] == []


def test_a_folder_of_few_subjects_has_no_rule_that_stops(tmp_path):
    """Rules that count, compare and look for the largest of something, where there is hardly anything."""
    for size in (1, 2, 3):
        folder = published()
        kept = folder.tables["adsl"]["USUBJID"][:size]
        for name, table in folder.tables.items():
            folder.tables[name] = table[table["USUBJID"].isin(kept)].reset_index(drop=True)
        check_folder(folder.write(tmp_path / str(size)))


def test_values_at_an_upper_limit_that_is_given_are_no_heap(tmp_path):
    folder = sound()
    an_upper_limit_that_is_given(folder)
    problems = check_folder(folder.write(tmp_path / "study")).problems
    assert {p.rule for p in problems if p.severity != "note"} == {"value above an upper limit"}
