"""Why an analysis is left out of an edition: the reason tells of no single patient either."""

import pandas as pd

from helpers.edition import plan
from helpers.simulate.example import write_example
from helpers.study import load_study


def reasons(folder, arm, events):
    """Why each analysis is left out where `arm` has four subjects and the endpoints have events or none."""
    write_example(folder)
    adsl = pd.read_csv(folder / "adsl.csv", dtype=str)
    rest = adsl[adsl["TRT01A"] == arm]["USUBJID"].iloc[4:]
    for name in ("adsl", "adlb", "adae", "adtte"):
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        table = table[~table["USUBJID"].isin(rest)]
        if name == "adtte" and not events:
            table = table.assign(CNSR="1", EVNTDESC="")
        if name == "adae" and not events:
            table = table[:0]
        table.to_csv(folder / f"{name}.csv", index=False)
    study = load_study(folder, check=False)
    return {name: plan.analysis(name, study)[1] for name in plan.analysis_names()}


def test_of_a_small_arm_no_reason_tells_whether_anybody_had_the_event(tmp_path):
    with_events = reasons(tmp_path / "one", "Placebo", events=True)
    assert with_events == reasons(tmp_path / "two", "Placebo", events=False)
    assert all("an arm has fewer than" in " ".join(why) for why in with_events.values() if why)


def test_an_arm_in_which_nothing_changed_is_told_apart_from_one_without_changes(tmp_path):
    write_example(tmp_path)
    lab = pd.read_csv(tmp_path / "adlb.csv", dtype=str, keep_default_na=False)
    placebo = pd.read_csv(tmp_path / "adsl.csv", dtype=str).query("TRT01A == 'Placebo'")["USUBJID"]
    lab = lab[lab["PARAMCD"] == "CD4"].copy()
    same = lab["USUBJID"].isin(placebo)
    lab.loc[same, ["AVAL", "BASE", "CHG"]] = ["90", "90", "0"]
    lab.to_csv(tmp_path / "adlb.csv", index=False)
    study = load_study(tmp_path, check=False)
    why = " ".join(plan.analysis("03_cd4_cd8_viral_load", study)[1])
    assert "a change in 3 subjects of every arm, not the same in all of an arm" in why


def test_a_page_says_which_table_it_lacks_and_none_is_named_that_another_field_has(tmp_path):
    write_example(tmp_path)
    said = (tmp_path / "study.toml").read_text()
    for name in ("adlb", "adtte"):
        (tmp_path / f"{name}.csv").unlink()
    (tmp_path / "study.toml").write_text(said.partition("[parameters")[0])
    study = load_study(tmp_path, check=False)
    why = {name: plan.analysis(name, study)[1] for name in plan.analysis_names()}
    assert "table of laboratory values" in " ".join(why["08_next_trial"])
    assert "table of laboratory values" in " ".join(why["01_design"])
    assert "table of times to event" in " ".join(why["06_dose_response_survival"])
    everything = " ".join(" ".join(lines) for lines in why.values())
    assert "in every arm" not in everything
    assert not any(why[name] for name in ("04_cytokines", "05_chimerism", "10_margins"))
