"""A folder of ACTG 175 to try things on: its draft is unsure, its faults are named, nothing else moves."""

from helpers import actg175
from helpers.literate.example_folder import UNSURE, ExampleFolder, rules_table
from helpers.validation import all_rules


def test_the_folder_is_sound_until_it_is_changed():
    folder = ExampleFolder()
    assert folder.faults() == ""
    assert "reference = true" in folder.description


def test_a_draft_names_the_lines_that_need_a_person():
    folder = ExampleFolder()
    lines = folder.draft()
    assert lines
    assert all(UNSURE in line for line in lines)


def test_every_change_is_reported_at_its_row():
    folder = ExampleFolder()
    folder.change("adsl", 5, AGE="340")
    folder.swap("adtte", "CNSR", "0", "1")
    found = folder.faults()
    assert "340" in found
    assert "row 7" in found  # with the header, counted from 1
    assert "CNSR" in found


def test_another_folder_is_untouched(tmp_path):
    first, second = ExampleFolder(), ExampleFolder()
    first.change("adsl", 0, AGE="340")
    written = actg175.write_study(tmp_path / "x")
    assert (second.path / "adsl.csv").read_bytes() == (written / "adsl.csv").read_bytes()


def test_every_rule_stands_in_one_of_the_three_tables():
    text = "".join(rules_table(kind).text for kind in ("error", "warning", "note"))
    assert all(rule.name in text for rule in all_rules())
