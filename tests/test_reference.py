"""Every value that R stored is recomputed and near; what departs from a library still departs."""

import math
from pathlib import Path

import pandas as pd
import pytest

from helpers.reference import compare, coverage, departures, methods, stored

ROWS = compare.comparison()
DEPARTURES = departures.departures()


@pytest.mark.parametrize("estimator", methods.METHODS)
def test_values_lie_within_the_tolerance_of_the_method(estimator):
    mine = ROWS[ROWS["estimator"] == estimator]
    far = mine[~(mine["difference"] <= mine["tolerance"])]
    assert len(mine) > 0
    assert far.empty, far[["dataset", "quantity", "r", "ours"]].to_string()


def test_no_value_of_any_file_is_left_out():
    names = (*stored.TIDY, "panel", "nominal")
    tables = {name: pd.read_csv(stored.FOLDER / f"{name}.csv") for name in names}
    wide = pd.read_csv(stored.FOLDER / "grouped_hazard.csv")
    in_files = sum(map(len, tables.values())) + wide.drop(columns="arm").size
    chosen = sum(tables[name]["quantity"].isin(stored.INPUTS).sum() for name in stored.TIDY)
    assert len(ROWS) == in_files - chosen


def test_every_script_has_its_values_here_or_a_test_that_names_it():
    scripts = {path.stem for path in stored.FOLDER.glob("*.R")}
    values = {"make_reference", "edge_cases", "competing", "planning", "panel", "nominal",
              "grouped_hazard", "departures", "trials", "camis"}  # fmt: skip
    tests = "".join(p.read_text(encoding="utf-8") for p in Path(__file__).parent.glob("test_*.py"))
    assert values <= scripts
    assert [name for name in sorted(scripts - values) if f"{name}.R" not in tests] == []


def test_a_value_without_a_method_is_refused(monkeypatch):
    known = dict(methods.METHODS)
    del known["jeffreys"]
    monkeypatch.setattr(compare, "METHODS", known)
    with pytest.raises(compare.AnalysisError, match=r"found \['jeffreys'\]"):
        compare.comparison.__wrapped__()


@pytest.mark.parametrize(
    ("ours", "r", "expected"),
    [(2.0, 2.0, 0), (math.inf, math.inf, 0), (0.0, 0.0, 0), (1.1, 1.0, 0.1), (-3.0, -4.0, 0.25),
     (0.01, 0.0, 0.01), (math.inf, 3.0, math.inf), (math.nan, 3.0, math.inf)],
)  # fmt: skip
def test_differences_are_relative_to_r(ours, r, expected):
    assert compare.relative_difference(ours, r) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("difference", "floor", "expected"),
    [(0, -11, -11), (3e-13, -11, -11), (3e-9, -11, -8), (3e-9, -7, -7), (0.5, -7, 0), (math.inf, -7, 99)],
)  # fmt: skip
def test_a_difference_lies_below_its_power_of_ten(difference, floor, expected):
    assert compare.decade(difference, floor=floor) == expected


def test_a_wrong_standard_error_would_be_noticed():
    departure = next(d for d in DEPARTURES if d.key == "rmst")
    assert compare.relative_difference(departure.usual, departure.r) > 1


@pytest.mark.parametrize("departure", DEPARTURES, ids=lambda d: d.key)
def test_the_usual_call_still_gives_another_number(departure):
    apart = compare.relative_difference(departure.usual, departure.ours)
    assert apart > 1e-5, f"{departure.call} has caught up: follow it and drop the departure"


@pytest.mark.parametrize("departure", [d for d in DEPARTURES if d.r_call], ids=lambda d: d.key)
def test_r_agrees_with_what_departs_from_a_library(departure):
    assert departure.ours == pytest.approx(departure.r, rel=1e-8)


def test_r_prints_the_middle_of_a_step_as_its_median():
    median = next(d for d in DEPARTURES if d.key == "median")
    assert (median.usual, median.ours) == ((24 + 48) / 2, 24)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of the same call, on its way to the error
def test_statsmodels_has_no_score_interval_when_nobody_in_a_group_had_the_event():
    from statsmodels.stats.proportion import confint_proportions_2indep

    with pytest.raises(ValueError, match="NaN"):
        confint_proportions_2indep(0, 12, 3, 12, method="score", compare="diff")


def test_scipy_and_r_give_the_same_approximation_where_ranks_are_tied():
    usual = next(d for d in DEPARTURES if d.key == "rank-sum").usual
    assert usual == pytest.approx(departures._by_default("rank-sum")[1], rel=1e-12)


def test_estimators_are_those_with_and_those_without_values_of_r():
    assert set(coverage.with_r()) | set(coverage.without_r()) == set(coverage.estimators())
    assert set(coverage.with_r()) & set(coverage.without_r()) == set()
    assert "helpers.analyse.paired:sign_test" in coverage.with_r()
    assert "helpers.analyse.proportions:rule_of_three" in coverage.without_r()


def test_searches_that_give_a_number_are_counted_among_what_r_was_not_asked():
    search = "helpers.possible.histories:enumerate_histories"
    used = [search, "lifelines.statistics:logrank_test", "helpers.analyse.paired:sign_test", ""]
    assert set(coverage.without_r(used)) - set(coverage.without_r()) == {search}
    more, fewer = compare.tallies(ROWS, used), compare.tallies(ROWS)
    for key in ("estimators", "estimators.other"):
        assert more[key][0] - fewer[key][0] == 1


def test_tallies_count_the_comparison():
    tallies = {key: count for key, (count, _) in compare.tallies(ROWS).items()}
    assert tallies["direct"] + tallies["written"] == tallies["values"] == len(ROWS)
    assert tallies["outside"] == 0
    assert tallies["estimators.r"] + tallies["estimators.other"] == tallies["estimators"]


def test_values_written_out_in_r_are_not_called_rs_own():
    direct = ROWS.set_index(["estimator", "dataset", "quantity"])["direct"].sort_index()
    assert not direct.loc["barnard"].any()
    assert not direct.loc[("fisher", "23 24 17 24", "lower")]
    assert direct.loc[("fisher", "23 24 17 24", "p_value")]
    assert direct.loc["kaplan_meier"].all()
