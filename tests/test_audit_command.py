import doctest
import json
import os
from pathlib import Path

import pytest

import helpers.audit
from helpers.__main__ import main
from helpers.audit import audit, load_report
from helpers.audit.claims import load_claims
from helpers.audit.findings import VERDICTS
from helpers.audit.scaffold import write_example

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "reference" / "reports"


def test_report_writes_a_folder_that_can_be_audited_as_it_is(tmp_path, capsys):
    assert main(["report", str(tmp_path / "mine")]) == 0
    assert main(["audit", str(tmp_path / "mine"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out.partition("\n{")[2].join(["{", ""]))
    by_hand = json.loads((CASES / "garg2012" / "expected.json").read_text(encoding="utf-8"))
    assert {r["id"]: r["verdict"] for r in found["results"]} == by_hand["results"]


def test_report_overwrites_nothing(tmp_path, capsys):
    (tmp_path / "kept.txt").write_text("mine")
    assert main(["report", str(tmp_path)]) == 1
    assert "choose another name" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["kept.txt"]


def test_json_has_the_promised_keys_and_no_infinite_number(capsys):
    assert main(["audit", str(CASES / "ramirez1999"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out, parse_constant=lambda word: pytest.fail(word))
    assert set(found) >= {"report", "checks", "results", "statements", "questions"}
    keys = {"result", "check", "verdict", "readings", "computed", "method", "why"}
    assert all(set(check) >= keys for check in found["checks"])
    assert all(check["verdict"] in VERDICTS for check in found["checks"])


def test_text_names_the_verdict_and_the_reading(capsys):
    assert main(["audit", str(CASES / "ramirez1999")]) == 0
    text = " ".join(capsys.readouterr().out.split())
    assert "REPRODUCED healed" in text
    assert "P: Fisher, cut off" in text


def test_a_faulty_folder_is_one_report_and_no_traceback(tmp_path, capsys):
    (tmp_path / "report.toml").write_text(
        '[[arm]]\nid = "a"\nn = 0\n[[result]]\nid = "r"\nkind = "x"\n'
    )
    assert main(["audit", str(tmp_path)]) == 1
    assert "2 error(s)" in capsys.readouterr().err


def test_every_fault_is_printed_however_many_there_are(tmp_path, capsys):
    arms = "".join(f'[[arm]]\nid = "a{k}"\nn = 0\n' for k in range(40))
    (tmp_path / "report.toml").write_text(f'{arms}[[result]]\nid = "r"\nkind = "zero"\n')
    assert main(["audit", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert all(f"arm a{k}.n" in said for k in range(40))


def test_the_faults_of_several_folders_come_together(tmp_path, capsys):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "report.toml").write_text(f'[[arm]]\nid = "{name}"\nn = 0\n')
    sound = str(CASES / "ramirez1999")
    assert main(["audit", str(tmp_path / "one"), sound, str(tmp_path / "two")]) == 1
    said = capsys.readouterr()
    assert "arm one.n" in said.err
    assert "arm two.n" in said.err
    assert said.out == ""


def test_several_reports_are_one_json_and_all_their_questions(tmp_path, capsys):
    target = tmp_path / "questions.md"
    both = [str(CASES / name) for name in ("ramirez1999", "garcia-olmo2009")]
    assert main(["audit", *both, "--json", "--questions", str(target)]) == 0
    assert [one["report"] for one in json.loads(capsys.readouterr().out)] == [
        "ramirez1999", "garcia-olmo2009",
    ]  # fmt: skip
    assert target.read_text(encoding="utf-8").count("# Questions about") == 2


def test_questions_go_to_a_file(tmp_path):
    target = tmp_path / "questions.md"
    assert main(["audit", str(CASES / "garg2012"), "--questions", str(target)]) == 0
    assert "Of how many patients are the percentages of “sepsis”" in target.read_text(
        encoding="utf-8"
    )


def test_the_example_of_the_documentation_runs(tmp_path):
    write_example(tmp_path / "garg2012")
    here = Path.cwd()
    os.chdir(tmp_path)
    try:
        failed, attempted = doctest.testmod(helpers.audit)
    finally:
        os.chdir(here)
    assert (failed, attempted) == (0, 6)


@pytest.mark.parametrize("study", ["aait", "hucmsc"])
def test_every_published_claim_stands_in_its_report_folder(study):
    report = load_report(ROOT / "data" / "published" / study)
    items = {item.id: item for item in (*report.results, *report.statements)}
    for claim in load_claims():
        if claim.study == study:
            assert (items[claim.id].quote, items[claim.id].sentence) == (
                claim.quote,
                claim.sentence,
            )


def test_the_single_arm_trial_is_audited_without_a_comparison():
    found = audit(load_report(ROOT / "data" / "published" / "aait"))
    assert found.result("aait-cd4-rise").verdict == "compatible"
    assert found.result("aait-no-gvhd").verdict == "not checkable"
    assert found.statement("aait-safe-conclusion").verdict == "not checkable"


def test_the_page_about_the_library_runs_as_it_stands(tmp_path, monkeypatch):
    write_example(tmp_path / "my_report")
    monkeypatch.chdir(tmp_path)
    failed, attempted = doctest.testfile(str(ROOT / "docs/audit.md"), module_relative=False)
    assert failed == 0
    assert attempted > 12


def test_every_name_that_the_library_offers_is_explained():
    page = (ROOT / "docs/audit.md").read_text(encoding="utf-8")
    assert [name for name in helpers.audit.__all__ if f"`{name}" not in page] == []
    assert all(getattr(helpers.audit, name).__doc__ for name in helpers.audit.__all__)
