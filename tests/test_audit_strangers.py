"""Report folders as reviewers copy them, of patients that R simulated (reference/strangers.R)."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.audit import audit, load_report

FOLDERS = json.loads((Path(__file__).parent / "reference" / "strangers.json").read_text("utf-8"))
SPOILED = {  # where the one number of a folder that its patients do not give must be found
    "01-percent": "remission", "02-odds": "relapse", "03-risk": "stroke-p", "04-means": "sbp",
    "05-items": "satisfaction", "06-median": "stay", "07-survival": "os", "08-curve": "pfs",
    "09-change": "hba1c", "10-rates": "exacerbations", "11-interaction": "age",
    "12-three": "response-high", "13-statistics": "memory", "14-noninferior": "", "15-single": "orr",
}  # fmt: skip


def accused(folder, tmp_path):
    for name, text in FOLDERS[folder].items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    found = audit(load_report(tmp_path))
    bad = {one.id for one in (*found.results, *found.statements)
           if one.verdict in ("questioned", "impossible")}  # fmt: skip
    whole = {"" for check in found.checks_of("") if check.verdict in ("questioned", "impossible")}
    return bad | whole


@pytest.mark.parametrize("name", SPOILED)
def test_a_true_report_is_read_and_not_accused(name, tmp_path):
    assert accused(f"{name}-true", tmp_path) == set()


@pytest.mark.parametrize("name", SPOILED)
def test_the_one_spoiled_number_is_named_and_no_other(name, tmp_path):
    assert accused(f"{name}-bad", tmp_path) == {SPOILED[name]}


def test_each_end_of_an_interval_beside_a_curve_is_held_for_itself(tmp_path):
    # the upper end alone is spoiled: the lower one, which fits, does not speak for it
    for name, text in FOLDERS["08-curve-true"].items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    report = load_report(tmp_path)
    (one,) = report.results
    spoiled = replace(one, ci=(one.ci[0], "1.90"))
    found = audit(replace(report, results=(spoiled,))).result("pfs")
    assert (found.verdict, "upper end of the interval 1.90" in found.why) == ("questioned", True)
