"""[analysis] confidence: every two-sided interval has that level, and every word about one says so."""

import csv
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special

from helpers.analyse import ranks, survival
from helpers.analyse.estimate import Estimate
from helpers.analyse.paired import mean_change
from helpers.analyse.proportions import clopper_pearson, zero_event_upper
from helpers.config import Analysis, parse_config
from helpers.disclosure import levels, rank_tests
from helpers.literate.levels import at_level
from helpers.literate.outcome import About, Result
from helpers.literate.plan import Plan
from helpers.literate.planned_changes import planned_differences
from helpers.literate.trial import Trial
from helpers.present import crossed
from helpers.present.overview import study_summary
from helpers.present.text import record_text
from helpers.study import load_study
from test_config import changed
from test_disclosure_rank_tests import left_by, told

ROOT = Path(__file__).parents[1]
STUDY = load_study(ROOT / "data" / "hucmsc")
FROM_R = pd.read_csv(ROOT / "tests/reference/confidence.csv")  # made by confidence.R
LEVELS = (0.8, 0.9, 0.95, 0.975, 0.9875, 0.99, 0.999)
ARMS = {"Placebo": "control", "Low dose": "low-dose", "High dose": "high-dose"}


def trial(level):
    config = replace(STUDY.config, analysis=Analysis(confidence=level))
    return Trial(replace(STUDY, config=config))


@pytest.mark.parametrize(("value", "do"), [
    (95, "write 0.95 if intervals of 95% are meant"),
    (97.5, "write 0.975 if intervals of 97.5% are meant"),
    (0.05, "write 0.95 if intervals of 95% are meant"),
    (0.1, "write 0.9 if intervals of 90% are meant"),
    (5, "write 0.95 if intervals of 95% are meant"),
    (1, "write 0.99 if intervals of 99% are meant"),
    (0, "write 0.95 for intervals of 95%, 0.9 for those of 90%"),
    (-0.9, "write 0.95 for intervals of 95%, 0.9 for those of 90%"),
])  # fmt: skip
def test_what_is_no_level_gets_one_message_that_says_what_was_meant(value, do):
    config, problems = parse_config(changed("analysis.confidence", value))
    assert config is None
    assert [(p.column, p.rule, p.do) for p in problems] == [
        ("analysis.confidence", "out of range", do)
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_is_read_and_without_one_it_is_95(level):
    assert parse_config(changed("analysis.confidence", level))[0].analysis.confidence == level
    assert parse_config(changed("analysis", {}))[0].analysis.confidence == 0.95


def test_rounded_counts_keep_the_level_that_their_steps_are_proven_for():
    raw = changed("analysis.confidence", 0.9) | {"disclosure": {"rounding": True}}
    (fault,) = parse_config(raw)[1]
    assert (fault.column, fault.expected) == (
        "analysis.confidence", "0.95 where disclosure.rounding is true"
    )  # fmt: skip
    assert parse_config(raw | {"analysis": {"confidence": 0.95}})[1] == []


def numbers(level):
    """What R's script computes, as the analyses have it: {(what, arm): estimate}."""
    own = trial(level)
    change, times = own.measure("cd4").changes(), own.times()
    found = {
        "mean": change.by("arm").apply(mean_change, of="CHG"),
        "ancova": planned_differences(change),
        "survival": {key.removesuffix(".48"): r for key, r in
                     times.at_times(survival.survival_at)["response"].items() if key.endswith(".48")},
        "hazard ratio": times.against_reference(survival.cox)["response"],
        "any event": own.events().kinds().shares(clopper_pearson)["any-event"],
    }  # fmt: skip
    return {(what, arm): r.estimate for what, rows in found.items() for arm, r in rows.items()}


@pytest.mark.parametrize("level", [0.9, 0.9875])
def test_intervals_of_the_analyses_are_those_of_r_at_that_level(level):
    found, expected = numbers(level), FROM_R[FROM_R["level"] == level]
    assert len(expected) == len(found) == 13
    for row in expected.itertuples():
        mine = found[row.what, ARMS[row.arm]]
        close = (
            1e-6 if row.what == "hazard ratio" else 1e-9
        )  # a likelihood is climbed on both sides
        assert mine.level == level
        assert (mine.value, mine.lower, mine.upper) == pytest.approx(
            (row.value, row.lower, row.upper), rel=close
        )


def test_what_takes_no_level_or_is_called_with_one_keeps_it():
    study = trial(0.9).study
    assert at_level(ranks.midranks, study) is ranks.midranks
    assert at_level(clopper_pearson, study)(3, 10).level == 0.9
    assert at_level(clopper_pearson, study)(3, 10, level=0.8).level == 0.8
    # a one-sided limit of what nobody had is no interval of the plan
    assert (
        next(iter(trial(0.9).events().kinds().if_none(zero_event_upper).values())).estimate.level
        == 0.95
    )


def test_the_words_of_a_number_say_its_level():
    made = Estimate("newcombe", "risk difference", 0.1, -0.1, 0.3, n=50, level=0.9)
    record = Result(made, About("s", unit="proportion")).record("k")
    assert record.level == 0.9
    assert "(90% CI -10.0% to 30.0%; n = 50)" in record_text(record).replace("\u2212", "-")
    usual = replace(record, level=None)
    assert "95% CI" in record_text(usual)
    assert crossed.head("ci", [record]) == "90% interval"
    assert crossed.head("ci", [record, usual]) == "Interval"
    assert crossed._cell("ci", record, [record, usual]).startswith("90% interval: ")
    quartiles = Estimate("quartiles", "median", 2.0, 1.0, 3.0, level=0.5)
    assert Result(quartiles).record("k").level is None


def test_the_plan_says_a_level_that_is_not_the_usual():
    assert ("Level of intervals", "90%") in Plan(trial(0.9).study).facts()
    assert not any("Level" in name for name, _ in Plan(STUDY).facts())
    assert "Two-sided intervals: 90%" in study_summary(trial(0.9).study).text
    assert "Two-sided intervals" not in study_summary(STUDY).text


@pytest.mark.parametrize("level", [x for x in LEVELS if x != 0.95])
@pytest.mark.parametrize("threshold", [3, 5, 11])
def test_no_p_of_hidden_subjects_says_more_than_the_interval_beside_it(level, threshold):
    def printed(p, n, statistic="V"):
        test = Estimate("wilcoxon signed-rank", statistic, 3.0, p_value=p, n=n, level=level)
        return rank_tests.p_words(test, threshold=threshold)

    alpha, small = round(1 - level, 10), set(range(1, threshold))
    for n in range(2 * threshold, 7 * threshold):
        found, words = told(n, printed)
        assert set(words.tolist()) <= {f"P < {alpha:g}", f"P \u2265 {alpha:g}"}
        lines = [0.0, *(alpha / j for j in range(1, 33))] if n >= 5 * threshold else [0.0]
        for low in lines:
            assert not any(left <= small for left in left_by(n, words, found >= low))


@pytest.mark.parametrize("level", LEVELS)
def test_limits_of_hidden_subjects_lie_within_the_quartiles_and_off_the_extremes(level):
    ends, quarters = levels.ends(level), levels.quarters(level)
    assert (ends, quarters) == (8, 17) or level > 0.95
    for n in range(ends + 1, 60):  # as far from the extremes as at 95%
        null = ranks.signed_rank_null(np.arange(1.0, n + 1))
        usual = ranks.critical_cut(ranks.signed_rank_null(np.arange(1.0, 10)), 0.95)
        assert ranks.critical_cut(null, level) >= min(usual, 8)
    for n in range(quarters, 200):
        beyond = int(np.sum(special.bdtr(np.arange(n + 1.0), n, 0.5) <= (1 - level) / 2))
        assert beyond >= (
            n // 4 + 1 if n % 4 == 0 else -(-n // 4)
        )  # SAS's first quartile, or above


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The edition of the example at 90%."""
    root = tmp_path_factory.mktemp("confidence")
    run = [sys.executable, "-m", "helpers"]
    subprocess.run([*run, "example", str(root / "study")], check=True, capture_output=True)
    toml = root / "study/study.toml"
    said = toml.read_text(encoding="utf-8").replace(
        "[parameters.cd4]", "[parameters.cd4]\nmargin = -30"
    )
    said = said.replace("[endpoints.response]", "[endpoints.response]\nmargin = [0.8, 1.25]")
    toml.write_text(said + "\n[counts.all]\n\n[analysis]\nconfidence = 0.90\n", encoding="utf-8")
    command = [*run, "book", "--data", str(root / "study"), "--site", str(root / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return root / "site"


# what says 95% and is no interval of the plan: one-sided limits, and a saying about intervals in general
FIXED = re.compile(
    r"one-sided(?:</?[a-z]+>|[ (])*95%|of twenty 95% intervals|A 95% interval covers", re.I
)


def test_no_word_of_the_edition_calls_an_interval_one_of_95(site):
    files = [p for kind in ("html", "csv", "json", "rtf", "ipynb", "txt") for p in site.rglob(f"*.{kind}")
             if "code" not in p.relative_to(site).parts and "_static" not in p.parts]  # fmt: skip
    assert len(files) > 100
    said = {}
    for path in files:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        text = FIXED.sub("", "\n".join(line for line in lines if "95" in line))
        # 95% as a number of the study is none: 95% of an arm, say
        found = re.findall(r"\b95 ?(?:%|per cent)[^.;\n]{0,20}(?:interval|CI|limit|band)", text)
        said |= {path.name: found} if found else {}
    assert said == {}


def test_every_interval_of_the_edition_is_one_of_90_or_says_what_it_is(site):
    with (site / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["chapter"].startswith("studies/")]
    two = [r for r in rows if r["lower"] or r["upper"]]
    other = {r["method"] for r in two if r["level"] != "0.9"}
    assert other == {"quartiles", "clopper-pearson one-sided"}
    assert len([r for r in two if r["level"] == "0.9"]) > 150


def test_the_formats_of_the_field_say_the_level(site):
    ars = json.loads((site / "cdisc/own/ars.json").read_text(encoding="utf-8"))
    named = [o["name"] for m in ars["methods"] for o in m["operations"]]
    assert "lower limit of the 90% interval" in named
    plain = [
        m["name"]
        for m in ars["methods"]
        for o in m["operations"]
        if o["name"] == "lower limit of the interval"
    ]
    assert set(plain) == {"clopper-pearson one-sided: proportion"}
    define = (site / "cdisc/own/define.xml").read_text(encoding="utf-8")
    assert "Level of two-sided intervals: 90%." in define
    ard = json.loads((site / "cdisc/own/ard.json").read_text(encoding="utf-8"))
    roles = {row[11] for row in ard["rows"] if row[12] is not None}
    assert "upper limit of the 90% interval" in roles
    rtf = [p for p in site.rglob("*.rtf") if "90% interval" in p.read_text(encoding="ascii")]
    assert rtf


def test_a_margin_is_judged_at_that_level_on_a_page_of_its_own(site):
    page = (site / "studies/own/10_margins.html").read_text(encoding="utf-8")
    assert "not inferior: 72 cells/µL (margin \u221230 cells/µL)" in page
    assert re.search(r"equivalence not shown: \d\.\d+ \(margins 0\.8 and 1\.25\)", page)
    assert "a one-sided test at 5%" in page
    assert "dashed: the margin, or both margins" in page
