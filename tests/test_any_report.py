"""The chapter's nouns on the worked case: their numbers are those found by hand with R."""

import json
from pathlib import Path

import pytest

from helpers.audit import audit, load_report
from helpers.audit.fields import FIELDS
from helpers.errors import ChapterError
from helpers.literate.any_report import audited
from helpers.literate.report_folder import ReportFolder, kinds_table
from helpers.present.figure import chart_spec

CASES = Path(__file__).parent / "reference" / "reports"
HAND = json.loads((CASES / "garg2012" / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def folder():
    return ReportFolder()


@pytest.fixture(scope="module")
def garg(folder):
    return audited(load_report(folder.path))


@pytest.mark.proves("helpers.audit.engine:audit", "helpers.audit.folder:load_report")
def test_what_the_command_writes_is_the_worked_case(folder):
    mine, theirs = load_report(folder.path), load_report(CASES / "garg2012")
    assert [r.percent for r in mine.results] == [r.percent for r in theirs.results]
    assert mine.readings == theirs.readings
    found = {r.id: r.verdict for r in audit(mine).results}
    assert found == HAND["results"]


def test_verdicts_are_counted(garg):
    counts = {key: int(result) for key, result in garg.by_verdict().items()}
    by_hand = list(HAND["results"].values())
    assert counts.pop("all") == len(by_hand)
    assert counts == {v.replace(" ", "-"): by_hand.count(v.replace("-", " ")) for v in counts}


def test_sizes_are_as_printed_and_say_where(garg):
    sizes = garg.sizes()
    assert {key: int(n) for key, n in sizes.items()} == {"gcsf": 23, "placebo": 24, "enrolled": 47}
    assert {n.about.label for n in sizes.values()} == {"reported"}


def test_percentages_fit_the_denominators_found_by_hand(garg):
    fitting = garg.fitting("hepatorenal", "encephalopathy", "sepsis", arm="gcsf")
    assert int(fitting["common"]) == 21
    assert [int(fitting[f"{name}.21"]) for name in HAND["results"] if f"{name}.21" in fitting] == [
        4,
        4,
        3,
    ]
    assert not any(key.endswith(".23") for key in fitting)
    # 0 to 23 of 23 print 24 different whole percentages of the 101
    assert fitting["passing"].value == pytest.approx(24 / 101)


def test_the_chart_marks_the_size_that_prints_all(garg):
    fitting = garg.fitting("hepatorenal", "sepsis", arm="gcsf")
    spec = chart_spec(garg.chart(fitting, printed=23), "x")
    rows = next(rows for rows in spec["datasets"].values() if "all" in rows[0])
    assert {row["size"] for row in rows if row["all"]} == {21}
    assert {row["size"] for row in rows if row["result"] == "hepatorenal"} == {16, 21}


def test_p_lost_and_trials_are_those_of_the_audit(garg):
    tests = garg.p_by_test("sepsis")
    assert round(tests["fisher"].value, 4) == 0.0549  # fisher.test(cbind(c(3, 18), c(10, 14)))
    pairs = HAND["actuarial"]
    lost = {arm: min(k for _, k in pairs[f"{arm} (deaths, lost)"]) for arm in ("gcsf", "placebo")}
    assert {arm: int(n) for arm, n in garg.lost("actuarial").items()} == lost
    trials = garg.every_trial("actuarial")
    assert trials["least"].value < 0.001 < trials["most"].value
    assert trials["reverse"].value == 0


def test_a_check_that_a_result_does_not_have_is_named(garg):
    with pytest.raises(ChapterError, match="expected a check 'log-rank-range'"):
        garg.every_trial("sepsis")


def test_a_spoiled_folder_names_every_slip_and_a_sound_one_none():
    folder = ReportFolder()
    assert folder.faults() == ""
    folder.change("n = 23", "n = 230")
    folder.change('"14%"', '"140%"')
    found = folder.faults()
    assert "at most the 47 enrolled" in found
    assert "140%" in found
    with pytest.raises(ValueError, match="found it nowhere"):
        folder.change("n = 23\n", "")


def test_every_kind_stands_in_the_table_of_kinds():
    assert all(f"{kind} | " in kinds_table().text for kind in FIELDS)
