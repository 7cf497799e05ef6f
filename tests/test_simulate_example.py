"""The folder to start from: invented, the same every time, consistent, and it passes the check."""

import tomllib

import pandas as pd
import pytest

from helpers.__main__ import main
from helpers.errors import StudyError
from helpers.scaffold import write_first_description
from helpers.simulate.example import write_example
from helpers.study import load_study
from helpers.validation import check_folder


@pytest.fixture
def folder(tmp_path):
    write_example(tmp_path / "example")
    return tmp_path / "example"


def test_the_example_passes_its_own_check(folder):
    assert check_folder(folder).exit_code == 0


def test_the_example_says_that_it_is_simulated(folder):
    study = load_study(folder)
    assert study.label == "simulated"
    assert "nothing in this folder was measured" in (folder / "README.md").read_text()
    assert len((folder / "README.md").read_text().splitlines()) == 5


def test_the_example_is_the_same_every_time(folder, tmp_path):
    for path in write_example(tmp_path / "again"):
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_a_folder_with_files_is_refused_and_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("keep")
    assert main(["example", str(tmp_path)]) == 1
    assert "folder is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(StudyError, match="folder is not empty"):
        write_example(tmp_path / "mine.txt")


def test_the_example_has_what_real_folders_have(folder):
    study = load_study(folder)
    sizes = study.adsl["ARM"].value_counts()
    assert sizes.nunique() == 3  # unequal arms
    cd4 = study.adlb[study.adlb["PARAMCD"] == "CD4"]
    attended = cd4.groupby("AVISITN")["USUBJID"].nunique()
    assert attended[0] == len(study.adsl)
    assert attended[48] < attended[4] < attended[0]  # missed visits, and people who left
    assert study.adlb["BLQFL"].any()
    assert cd4["AVISITN"].isna().any()
    assert (study.adae["ASTDY"] < 0).any()
    assert set(study.adtte["CNSR"]) == {True, False}


def test_each_response_is_the_first_cd4_count_30_percent_above_baseline(folder):
    adlb = pd.read_csv(folder / "adlb.csv")
    adtte = pd.read_csv(folder / "adtte.csv")
    for row in adtte[adtte["PARAMCD"] == "TTRESP"].itertuples():
        mine = adlb[(adlb["USUBJID"] == row.USUBJID) & (adlb["PARAMCD"] == "CD4")]
        mine = mine.dropna(subset="AVISITN").sort_values("AVISITN")
        risen = mine[mine["AVAL"] >= 1.3 * mine["BASE"]]
        expected = risen["AVISITN"].min() if len(risen) else mine["AVISITN"].max()
        assert (expected, 0 if len(risen) else 1) == (row.AVAL, row.CNSR)


def test_each_first_infection_is_an_adverse_event(folder):
    adae, adtte = pd.read_csv(folder / "adae.csv"), pd.read_csv(folder / "adtte.csv")
    adsl = pd.read_csv(folder / "adsl.csv").set_index("USUBJID")
    for row in adtte[adtte["PARAMCD"] == "TTINF"].itertuples():
        mine = adae[(adae["USUBJID"] == row.USUBJID) & (adae["TRTEMFL"] == "Y")]
        days = mine.loc[mine["AEBODSYS"].str.startswith("Infections"), "ASTDY"]
        observed = adsl.loc[row.USUBJID, "TRTDURD"]
        assert ((days.min(), 0) if len(days) else (observed, 1)) == (row.AVAL, row.CNSR)


def test_init_finds_what_the_example_says_of_itself(folder):
    truth = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    (folder / "study.toml").unlink()
    write_first_description(folder)
    guess = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    assert guess["visits"] == truth["visits"]
    for arm, expected in zip(guess["arms"], truth["arms"], strict=True):
        same = ("value", "dose", "reference")
        assert [arm.get(key) for key in same] == [expected.get(key) for key in same]
    for role, expected in truth["parameters"].items():
        same = ("paramcd", "unit", "lloq")
        assert [guess["parameters"][role].get(key) for key in same] == [
            expected.get(key) for key in same
        ]
    found = {e["paramcd"]: (e["unit"], e["event"]) for e in guess["endpoints"].values()}
    assert found == {e["paramcd"]: (e["unit"], e["event"]) for e in truth["endpoints"].values()}
