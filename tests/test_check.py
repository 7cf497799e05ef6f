"""`check`: every fault is named once, in one report, with an exit code; a sound folder is silent."""

import ast
import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

import clean_folders
from arm_faults import AN_ARM
from careless_faults import CARELESS
from design_faults import DESIGNS
from faults import FAULTS as KNOWN
from faults import FOLDER, Fault, published, sound
from held_faults import HELD
from helpers import actg175, conformance
from helpers.__main__ import main
from helpers.errors import SEVERITIES, Problem, StudyError, most_serious_first
from helpers.validation import all_rules, check_folder
from insider_faults import INSIDER
from linked_faults import LINKED
from measured_faults import MEASURED
from outsider_faults import OUTSIDER
from quiet_faults import QUIET
from silent_faults import SILENT
from slip_faults import SLIPS
from stranger_faults import STRANGERS
from uniform_faults import UNIFORM
from unseen_faults import UNSEEN

SOURCE = Path(__file__).resolve().parents[1] / "src/helpers"
DATA = Path(__file__).resolve().parents[1] / "data"
FAULTS = [
    *KNOWN,
    *SILENT,
    *CARELESS,
    *UNSEEN,
    *AN_ARM,
    *STRANGERS,
    *UNIFORM,
    *QUIET,
    *HELD,
    *MEASURED,
    *SLIPS,
    *LINKED,
    *DESIGNS,
    *OUTSIDER,
    *INSIDER,
]


@pytest.fixture(scope="module")
def usual(tmp_path_factory) -> set[str]:
    """The notes that the sound folder gets."""
    problems = check_folder(sound().write(tmp_path_factory.mktemp("sound") / "study")).problems
    return {p.rule for p in problems}


@pytest.mark.parametrize("name", ["aait", "hucmsc"])
def test_a_published_folder_has_nothing_to_report(name):
    assert check_folder(DATA / name).problems == []


def test_a_real_trial_has_nothing_to_report(tmp_path):
    assert check_folder(actg175.write_study(tmp_path / "actg175")).problems == []


def test_what_sane_trials_do_breaks_no_rule(tmp_path):
    report = check_folder(sound().write(tmp_path / "study"))
    assert {p.severity for p in report.problems} == {"note"}
    assert report.exit_code == 0


@pytest.mark.parametrize("seed", range(30))
def test_a_sound_trial_of_any_design_has_no_warning(seed, tmp_path):
    problems = check_folder(clean_folders.write(seed, tmp_path / "study")).problems
    assert [p for p in problems if p.severity != "note"] == []


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.what)
def test_a_seeded_fault_is_named_and_nothing_else_is(fault: Fault, tmp_path, usual):
    folder = sound()
    fault.spoil(folder)
    path = folder.write(tmp_path / "study")
    problems = check_folder(path).problems
    file = str(path) if fault.file == FOLDER else fault.file
    named = [
        p
        for p in problems
        if (p.rule, p.file, p.row, p.column) == (fault.rule, file, fault.row, fault.column)
    ]
    assert [p.severity for p in named] == [fault.severity]
    assert fault.said in str(named[0])
    readers = {"column name respelled", "padded text"}  # what reading says of the same cells
    assert {p.rule for p in problems} <= {fault.rule, *fault.also, *usual, *readers}


def test_every_rule_between_tables_has_a_seeded_fault():
    seeded = {fault.rule for fault in FAULTS}
    assert {check.rule.name for check in conformance.CHECKS} - seeded == {"row without a visit"}


def test_every_rule_has_one_explanation():
    names = [rule.name for rule in all_rules()]
    doubled = {name for name in names if names.count(name) > 1}
    assert doubled == {"not finite", "out of range"}  # one of study.toml, one of a table's cell
    assert all(rule.about and rule.do and rule.severity in SEVERITIES for rule in all_rules())


def _named_in_source(path: Path) -> set[str]:
    """The rules that a module can report: the literal in the rule's place of each call."""
    place = {"problem": 0, "Problem": 2, "rows_as_problems": 2, "note": 2}
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            at = place.get(node.func.id)
            arguments = [k.value for k in node.keywords if k.arg == "rule"]
            arguments += node.args[at : at + 1] if at is not None else []
            found |= {a.value for a in arguments if isinstance(a, ast.Constant)}
    return found


def test_every_rule_that_the_code_can_report_is_explained():
    files = [
        "config",
        "config_arms",
        "config_check",
        "config_margins",
        "config_words",
        "schema",
        "study",
        "ingest/read",
        "ingest/types",
    ]
    named = {rule for file in files for rule in _named_in_source(SOURCE / f"{file}.py")}
    named |= {rule for path in SOURCE.glob("readers/*.py") for rule in _named_in_source(path)}
    from helpers import schema

    columns = [column for table in schema.COLUMNS.values() for column in table.values()]
    named |= {rule for column in columns for rule in schema._rules(column)}
    assert len(named) > 30
    assert named - {rule.name for rule in all_rules()} == set()


def test_every_seeded_severity_is_that_of_the_explanation():
    told = {rule.name: rule.severity for rule in all_rules()}
    assert {f.rule: f.severity for f in FAULTS} == {f.rule: told[f.rule] for f in FAULTS}


@pytest.mark.parametrize(("what", "code"), [("an age of 340", 1), ("SEX as a number", 3),
                                            ("a subject outside the ITT set", 0)])  # fmt: skip
def test_the_exit_code_goes_by_the_gravest_line(what, code, tmp_path, capsys):
    folder = sound()
    next(fault for fault in FAULTS if fault.what == what).spoil(folder)
    assert main(["check", str(folder.write(tmp_path / "study"))]) == code
    head = capsys.readouterr().out.splitlines()[0]
    assert re.search(r"\d+ error\(s\), \d+ warning\(s\)", head)


def test_wrong_arguments_exit_with_2():
    with pytest.raises(SystemExit) as caught:
        main(["check"])
    assert caught.value.code == 2


def test_the_report_for_machines_has_stable_keys(tmp_path, capsys):
    folder = published()
    folder.set("adsl", 6, AGE="340")
    path = folder.write(tmp_path / "study")
    assert main(["check", str(path), "--json"]) == 1
    content = json.loads(capsys.readouterr().out)
    assert {**content, "problems": None} == {
        "version": 1,
        "folder": str(path),
        "study": "hucmsc",
        "subjects": None,
        "exit_code": 1,
        "counts": {"error": 1, "warning": 0, "note": 0},
        "problems": None,
    }
    assert content["problems"] == [
        {
            "file": "adsl.csv",
            "column": "AGE",
            "rule": "out of range",
            "expected": "0 to 120",
            "found": "'340'",
            "do": "correct it or leave it blank",
            "row": 6,
            "severity": "error",
            "count": 1,
            "subject": "HUCMSC-005",
        }
    ]


def test_a_sound_folder_tells_the_next_command(capsys):
    assert main(["check", str(DATA / "aait")]) == 0
    text = capsys.readouterr().out
    assert "12 subjects. To build: make book DATA=" in text
    assert "quotes cells" not in text  # it does not


def test_a_report_that_quotes_cells_says_so(tmp_path, capsys):
    folder = published()
    folder.set("adae", 3, USUBJID="NOBODY")
    main(["check", str(folder.write(tmp_path / "study"))])
    text = capsys.readouterr().out
    assert "'NOBODY'" in text
    assert "quotes cells of your tables: keep it where the data are" in text


def test_the_most_serious_comes_first():
    def one(severity, file, rule, row):
        return Problem(file, "X", rule, "", "", "", row, severity)

    lines = [
        one("note", "adsl.csv", "a", 1),
        one("warning", "adlb.csv", "b", 9),
        one("error", "adtte.csv", "c", 7),
        one("error", "adsl.csv", "d", 30),
        one("error", "adsl.csv", "c", 31),
        one("error", "study.toml", "z", None),
    ]
    order = [(p.severity[0], p.file, p.rule) for p in most_serious_first(lines)]
    assert order == [
        ("e", "study.toml", "z"),
        ("e", "adsl.csv", "c"),
        ("e", "adsl.csv", "d"),
        ("e", "adtte.csv", "c"),
        ("w", "adlb.csv", "b"),
        ("n", "adsl.csv", "a"),
    ]


def test_a_head_counts_lines_by_severity():
    warning = Problem("adsl.csv", "X", "r", "", "", "", 3, "warning", 95)
    note = Problem("adsl.csv", "X", "r", "", "", "", None, "note")
    head = str(StudyError("f", [note, warning])).splitlines()[0]
    assert head == "f: 0 error(s), 1 warning(s), 1 note(s)"


def test_a_line_on_a_row_names_its_subject(tmp_path):
    folder = published()
    folder.set("adlb", 5, AVAL="high")  # a cell, then what no table shows alone
    folder.set("adae", 3, AESEV="see note")
    problems = check_folder(folder.write(tmp_path / "study")).problems
    said = {p.rule: p.subject for p in problems if p.row is not None}
    assert said["not a number"] == folder.tables["adlb"].loc[3, "USUBJID"]
    assert said["severity of another scale"] == folder.tables["adae"].loc[1, "USUBJID"]
    assert all(f"subject:  {p.subject}\n" in str(p) for p in problems if p.row is not None)


def test_like_faults_are_counted_not_listed(tmp_path):
    folder = published()
    folder.column("adlb", "CHG", lambda cell: "12345" if cell else "")
    problems = check_folder(folder.write(tmp_path / "study")).problems
    mine = [p for p in problems if p.rule == "CHG is not AVAL minus BASE"]
    rows = (folder.tables["adlb"]["CHG"] != "").sum()
    assert [p.row for p in mine] == [2, 3, 4, 5, 6]
    assert sum(p.count for p in mine) == rows
    assert f"(and {rows - 5:,} more like it)" in str(mine[-1])


def test_the_command_it_names_can_be_pasted_into_a_shell(tmp_path):
    folder = Path(shutil.copytree(DATA / "aait", tmp_path / 'it\'s "q" ;x'))
    command = check_folder(folder).as_text().splitlines()[-1].partition("make book ")[2]
    assert shlex.split(command) == [f"DATA={folder}"]
