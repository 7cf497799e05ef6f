"""Margins of planned comparisons: what an interval says of them, its shifted P, what contradicts itself."""

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd
import pytest
from scipy import optimize, stats

from fuzz.description import VALUES
from helpers.analyse import against_margin, linear
from helpers.analyse.estimate import Estimate
from helpers.config import Analysis, parse_config
from helpers.config_margins import Margin
from helpers.config_responses import Response
from helpers.edition import sections
from helpers.literate import margins, planned_times
from helpers.literate.planned_changes import planned_differences, planned_repeated
from helpers.literate.trial import Trial
from helpers.study import load_study
from test_config import changed

ROOT = Path(__file__).parents[1]
STUDY = load_study(ROOT / "data" / "hucmsc")
ALL_R = pd.read_csv(ROOT / "tests/reference/margins.csv")  # made by margins.R
FROM_R = ALL_R[ALL_R["what"] != "mixed model"]
RISE = Response("rise", "CD4", "up", "change", 48.0, "at_least", 30.0)
ARMS = {"Low dose": "low-dose", "High dose": "high-dose"}
PLACES = {
    "mean": ("parameters", "cd4", "margin"),
    "hazard ratio": ("endpoints", "response", "margin"),
    "odds ratio": ("responses", "rise", "odds_margin"),
}


@cache
def on_the_mixed_model(low, high):
    """The trial with a margin judged on the mixed model, and what is judged.

    CD4 counts up to week 48, those of week 48 without every fifth subject's, as margins.R has them.
    """
    lab = STUDY.adlb
    fifth = lab["USUBJID"].str.rpartition("-")[2].astype(int) % 5 == 0
    gone = (lab["AVISITN"] > 48) | (fifth & (lab["AVISITN"] == 48))
    study = replace(STUDY, adlb=lab[~(gone & (lab["PARAMCD"] == "CD4"))])
    return judged(Margin("parameters", "cd4", "margin", low, high), study=study, primary="mmrm")


def judged(*said, shown=True, rounding=False, study=STUDY, **analysis):
    analysis = Analysis(**{"covariates": ("AGE",), **analysis})
    config = replace(STUDY.config, margins=said, show_subjects=shown, rounding=rounding,
                     threshold=8 if rounding else 5, analysis=analysis, responses={"rise": RISE})  # fmt: skip
    trial = Trial(replace(study, config=config))
    return trial, margins.against_margins(trial)


@pytest.mark.parametrize(
    "row", list(FROM_R.itertuples()), ids=lambda r: f"{r.what} {r.arm} {r.margin:g}"
)
def test_the_shifted_p_is_that_of_r_on_either_side(row):
    kind, role, key = PLACES[row.what]
    close = 1e-9 if row.what == "mean" else 2e-6  # likelihoods are climbed on both sides
    for low, high, expected in (
        (row.margin, math.inf, row.p_above),
        (-math.inf, row.margin, row.p_below),
    ):
        found = judged(Margin(kind, role, key, low, high))[1]
        mine = found[f"{kind}.{key}.{role}.{ARMS[row.arm]}"]
        assert mine.p_value == pytest.approx(expected, rel=close)
        # below half of 1 - level exactly where the interval says so
        assert (mine.p_value < 0.025) == mine.about.text.startswith("not inferior")


def test_of_two_margins_the_larger_p_counts():
    means = FROM_R[(FROM_R["what"] == "mean") & (FROM_R["arm"] == "Low dose")].set_index("margin")
    low, high = means.loc[-20, "p_above"], means.loc[40, "p_below"]
    found = judged(Margin("parameters", "cd4", "margin", -20.0, 40.0))[1]
    assert found["parameters.margin.cd4.low-dose"].p_value == pytest.approx(
        max(low, high), rel=1e-9
    )


def test_where_the_mixed_model_is_primary_a_margin_is_judged_on_it_at_the_main_visit():
    trial, found = on_the_mixed_model(-20.0, math.inf)
    visits = planned_repeated(trial.measure("cd4").changes_by_visit())
    assert list(found) == [f"parameters.margin.cd4.{key}" for key in ARMS.values()]
    for key in ARMS.values():
        mine, model = found[f"parameters.margin.cd4.{key}"], visits[f"{key}.48"]
        assert mine.about.visit == model.about.visit
        assert (mine.value, mine.estimate.lower) == (model.value, model.estimate.lower)
        # two unknowns, error and degrees of freedom, from the interval and P of no difference
        half = (model.estimate.upper - model.estimate.lower) / 2

        def too_large(df, half=half, model=model):
            t = abs(model.value) * stats.t.isf(0.025, df) / half
            return 2 * stats.t.sf(t, df) - model.p_value

        df = optimize.brentq(too_large, 3, 1000)
        error = half / stats.t.isf(0.025, df)
        assert mine.p_value == pytest.approx(stats.t.sf((model.value + 20) / error, df), rel=1e-5)
        assert (mine.p_value < 0.025) == mine.about.text.startswith("not inferior")


@pytest.mark.parametrize("row", list(ALL_R[ALL_R["what"] == "mixed model"].itertuples()),
                         ids=lambda r: f"{r.arm} {r.margin:g}")  # fmt: skip
def test_the_shifted_p_of_the_mixed_model_is_that_of_r(row):
    at, key = row.margin, f"parameters.margin.cd4.{ARMS[row.arm]}"
    ends = (at, math.inf) if at < 0 else (-math.inf, at)
    mine = on_the_mixed_model(*ends)[1][key]
    assert mine.p_value == pytest.approx(row.p_above if at < 0 else row.p_below, rel=1e-5)


def test_the_analysis_that_is_primary_is_one_of_two():
    assert parse_config(changed("analysis.primary", "mixed"))[0] is None
    assert parse_config(changed("analysis.primary", "mmrm"))[0].analysis.primary == "mmrm"
    assert parse_config(changed("analysis.df", "satterthwaite"))[0].analysis.primary == "ancova"


def test_a_shift_of_one_arm_moves_its_difference_alone():
    rows = Trial(STUDY).measure("cd4").changes().frame
    model = {"outcome": "CHG", "arm": "ARM", "reference": STUDY.reference, "covariates": ["BASE"]}
    as_is = linear.adjusted_differences(rows, **model)
    own = rows.assign(CHG=rows["CHG"] - 30.0 * (rows["ARM"] == "High dose"))
    moved = linear.adjusted_differences(own, **model)
    assert moved["High dose"].value == pytest.approx(as_is["High dose"].value - 30)
    assert moved["Low dose"].value == pytest.approx(as_is["Low dose"].value)


def test_a_wald_p_agrees_with_its_interval_at_every_level():
    for level in (0.8, 0.9, 0.95, 0.99):
        z = {0.8: 1.2815515655446004, 0.9: 1.6448536269514722, 0.95: 1.959963984540054,
             0.99: 2.5758293035489004}[level]  # fmt: skip
        ratio = Estimate("cox", "hazard ratio", 0.9, 0.9 * math.exp(-0.2 * z),
                         0.9 * math.exp(0.2 * z), level=level)  # fmt: skip
        at_the_limit = against_margin.wald_p(ratio, ratio.upper, above=False)
        assert at_the_limit == pytest.approx((1 - level) / 2, rel=1e-9)
        assert against_margin.wald_p(ratio, 1.25, above=False) == pytest.approx(
            0.5 * math.erfc(math.log(1.25 / 0.9) / 0.2 / math.sqrt(2))
        )
    assert math.isnan(against_margin.wald_p(replace(ratio, lower=0.0), 1.25, above=False))


@pytest.mark.parametrize(("lower", "upper", "low", "high", "says"), [
    (-10, 30, -20, math.inf, "not inferior"),
    (-30, 30, -20, math.inf, "non-inferiority not shown"),
    (-20, 30, -20, math.inf, "non-inferiority not shown"),  # the limit itself is not beyond the margin
    (-60, -25, -20, math.inf, "inferior"),
    (-10, -5, -20, math.inf, "not inferior"),  # worse than the reference, but by less than the margin
    (0.7, 1.2, -math.inf, 1.3, "not inferior"),
    (0.7, 1.4, -math.inf, 1.3, "non-inferiority not shown"),
    (0.85, 1.2, 0.8, 1.25, "equivalent"),
    (0.7, 1.2, 0.8, 1.25, "equivalence not shown"),
    (-1, 1, -0.5, 0.5, "equivalence not shown"),  # no difference is shown, nor equivalence
    (1.3, 1.9, 0.8, 1.25, "different"),
    (math.nan, 3, -20, math.inf, "not judged, no interval"),
])  # fmt: skip
def test_an_interval_says_what_its_limits_say_and_no_more(lower, upper, low, high, says):
    found = Estimate("x", "difference", (lower + upper) / 2, lower, upper, p_value=0.4)
    assert margins.verdict(found, Margin("parameters", "cd4", "margin", low, high)) == says


def test_the_level_of_the_plan_decides():
    margin = Margin("endpoints", "response", "margin", 0.8, math.inf)
    usual = judged(margin)[1]["endpoints.margin.response.high-dose"]
    wide = judged(margin, confidence=0.9)[1]
    assert usual.about.text.startswith("non-inferiority not shown")
    assert 0.025 < usual.p_value < 0.05
    assert wide["endpoints.margin.response.high-dose"].about.text.startswith("not inferior")
    assert "two-sided, at 90%" in wide.caption
    assert "one-sided test at 5%" in wide.caption


def test_a_difference_of_shares_says_that_it_has_no_p():
    found = judged(Margin("responses", "rise", "margin", -0.1, math.inf))[1]
    result = found["responses.margin.rise.low-dose"]
    assert math.isnan(result.p_value)
    value = f"{100 * result.value:.1f}%".replace("-", "\u2212")
    assert result.about.text == f"not inferior: {value} (margin \u221210 percentage points)"
    assert result.about.digits == 1  # -9.8%, where whole per cent would say -10%
    assert "Newcombe's interval of a difference of shares has no such test" in found.caption


def test_hidden_subjects_keep_their_verdict_and_print_as_elsewhere():
    said = [Margin("parameters", "cd4", "margin", -20.0, math.inf),
            Margin("endpoints", "response", "margin", 0.8, math.inf)]  # fmt: skip
    trial, found = judged(*said, shown=False)
    open_ = judged(*said)[1]
    verdicts = [[r.about.text.partition(":")[0] for r in rows.values()] for rows in (found, open_)]
    assert verdicts[0] == verdicts[1]
    elsewhere = {f"parameters.margin.cd4.{k}": r for k, r in
                 planned_differences(trial.measure("cd4").changes()).items()}  # fmt: skip
    elsewhere |= {
        f"endpoints.margin.{k}": r for k, r in planned_times.ratios(trial.times()).items()
    }
    assert elsewhere.keys() == found.keys()
    for key, result in found.items():
        same = elsewhere[key].estimate
        mine = result.estimate
        assert (mine.value, mine.lower, mine.upper, mine.n) == (
            same.value,
            same.lower,
            same.upper,
            same.n,
        )
        assert mine.p_value == float(f"{open_[key].p_value:.2g}")


def test_a_margin_whose_comparisons_cannot_be_shown_is_named():
    few = replace(RISE, label="a fall", side="below", threshold=-500.0)
    analysis = Analysis(covariates=("AGE",))
    config = replace(STUDY.config, analysis=analysis, responses={"rise": few}, show_subjects=False,
                     margins=(Margin("responses", "rise", "odds_margin", 0.5, math.inf),))  # fmt: skip
    found = margins.against_margins(Trial(replace(STUDY, config=config)))
    assert len(found) == 0
    assert found.caption == (
        "No estimate of a fall, odds ratio: no planned comparison that can be made and shown."
    )


def test_where_counts_are_rounded_nothing_is_judged():
    found = judged(
        Margin("parameters", "cd4", "margin", -20.0, math.inf), shown=False, rounding=True
    )[1]
    assert len(found) == 0
    assert "Where counts are rounded" in found.caption


def test_each_margin_has_a_chart_with_its_lines():
    said = [Margin("parameters", "cd4", "margin", -20.0, 20.0),
            Margin("responses", "rise", "margin", -0.1, math.inf)]  # fmt: skip
    trial, found = judged(*said)
    drawn = {k: v.to_dict() for k, v in margins.charts(trial, found).items()}
    assert list(drawn) == ["parameters-cd4-margin", "responses-rise-margin"]
    lines = [[row["margin"] for rows in spec["datasets"].values() for row in rows if "margin" in row]
             for spec in drawn.values()]  # fmt: skip
    assert lines == [[-20, 20], [-10]]


PLANNED = {"cd4_up": {"parameter": "CD4", "of": "change", "visit": 48, "at_least": 30},
           "cd4_low": {"parameter": "CD4", "visit": 48, "below": 200}}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "low", "high"), [
    ("parameters.cd4.margin", -30, -30, math.inf),
    ("parameters.cd4.margin", [-30, 40], -30, 40),
    ("endpoints.end.margin", 1.3, -math.inf, 1.3),  # a failure
    ("endpoints.end.margin", [0.8, 1.25], 0.8, 1.25),
    ("responses.cd4_up.margin", -0.1, -0.1, math.inf),
    ("responses.cd4_up.odds_margin", 0.5, 0.5, math.inf),
    ("responses.cd4_low.margin", 0.1, -math.inf, 0.1),  # below 200 is the bad side
])  # fmt: skip
def test_a_margin_is_read_with_the_side_that_is_worse(path, value, low, high):
    raw = changed(path, value) if not path.startswith("responses") else _with_responses(path, value)
    config, problems = parse_config(raw)
    assert problems == []
    (margin,) = config.margins
    assert (margin.low, margin.high) == (low, high)
    assert (margin.kind, margin.role, margin.key) == tuple(path.split("."))


def _with_responses(path, value):
    _, name, key = path.split(".")
    return changed("responses", {**PLANNED, name: {**PLANNED[name], key: value}})


@pytest.mark.parametrize(("path", "value", "expected", "do"), [
    ("parameters.cd4.margin", 30, "a number below 0", "write a number below 0"),
    ("parameters.cd4.margin", 0, "a number below 0", "superiority"),
    ("parameters.cd4.margin", [10, 30], "one on either side of 0", "correct it"),
    ("parameters.cd4.margin", [-10, 10, 30], "two numbers", "correct it"),
    ("parameters.cd4.margin", [], "two numbers", "correct it"),
    ("parameters.cd4.margin", "30", "a number", "write it so"),
    ("parameters.cd4.margin", ["a", "b"], "a number", "without quotes"),
    ("parameters.cd4.margin", True, "a number", "write it so"),
    ("endpoints.end.margin", -1.3, "a ratio, above 0", "not its logarithm"),
    ("endpoints.end.margin", 0.8, "a number above 1", "write a number above 1"),
    ("endpoints.end.margin", [1.1, 1.4], "one on either side of 1", "correct it"),
    ("endpoints.end.margin", 1, "a number above 1", "superiority"),
    ("responses.cd4_up.margin", 10, "between -1 and 1", "10 percentage points as 0.1"),
    ("responses.cd4_up.margin", 0.1, "a number below 0", "write a number below 0"),
    ("responses.cd4_up.odds_margin", -0.5, "a ratio, above 0", "the ratio itself"),
    ("counts.all.margin", 0.8, "term, class, label", "remove it"),
])  # fmt: skip
def test_a_margin_that_contradicts_itself_is_named_with_its_remedy(path, value, expected, do):
    raw = changed(path, value) if not path.startswith("responses") else _with_responses(path, value)
    config, problems = parse_config(raw)
    assert config is None
    (fault,) = problems
    assert (fault.file, fault.column) == ("study.toml", path)
    assert expected in fault.expected
    assert do in fault.do


def test_a_margin_needs_a_comparison_and_a_direction():
    alone = changed("parameters.cd4.margin", -30) | {"design": "single-arm"}
    alone["arms"] = [{"value": "a"}]
    rna = changed("parameters.hivrna", {"paramcd": "RNA", "better": "lower", "margin": 0.3})
    neither = changed("parameters.cd4", {"paramcd": "CD4", "better": "none", "margin": -30})
    both = changed("parameters.cd4", {"paramcd": "CD4", "better": "none", "margin": [-30, 30]})
    assert [p.found for p in parse_config(alone)[1]] == ["a single arm"]
    assert [p.column for p in parse_config(rna)[1]] == ["parameters.hivrna.margin"]
    assert "no direction is good" in parse_config(neither)[1][0].expected
    assert parse_config(both)[1] == []
    rna["analysis"] = {"measure": "hivrna"}  # then it leads the pages of changes
    assert parse_config(rna)[1] == []


def test_a_study_without_margins_hears_nothing_of_them():
    assert not sections.has(STUDY, "margins")
    assert sections.said(["the study has no margin in its study.toml"], STUDY) == []


@pytest.mark.parametrize("key", ["margin", "odds_margin"])
def test_no_value_of_a_margin_ends_in_a_traceback(key):
    for value in VALUES:
        raws = [_with_responses(f"responses.cd4_up.{key}", value)]
        if key == "margin":
            raws += [
                changed(f"{block}.margin", value) for block in ("parameters.cd4", "endpoints.end")
            ]
        for raw in raws:
            config, problems = parse_config(raw)
            assert (config is None) == bool(problems)
            assert all(str(p) for p in problems)
