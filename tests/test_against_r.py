"""What the page about methods says: every count, bound and version is that of the stored comparison."""

import math
import re
from html import escape

import pytest

from helpers import results
from helpers.context import ROOT
from helpers.literate import against_r
from helpers.reference import compare, coverage, departures, methods, stored

CHECKED = against_r.AgainstR(compare.comparison(), frozenset({"helpers.possible.grid:grid"}))


def test_what_r_was_not_asked_has_every_function_whose_numbers_the_book_prints():
    records = [
        r for path in results.notebooks(ROOT / "book") for r in results.notebook_records(path)
    ]
    printed = {r.source for r in records if r.source.startswith("helpers.")}
    printed = {name for name in printed if not name.startswith(against_r.NO_RESULTS)}
    assert len(printed) > 100
    assert printed <= set(coverage.estimators(against_r.proven_functions()))


@pytest.mark.proves("helpers.reference.compare:tallies")
def test_the_tally_counts_what_the_rows_hold():
    tally, counts = CHECKED.tally(), compare.tallies(CHECKED.rows, CHECKED.used)
    assert int(tally["values"]) == len(CHECKED.rows) == counts["values"][0]
    assert int(tally["methods"]) == CHECKED.rows["estimator"].nunique()
    closed = CHECKED.rows[CHECKED.rows["tolerance"] == methods.CLOSED]
    assert int(tally["formulas"]) == len(closed)


@pytest.mark.proves("helpers.reference.compare:decade")
def test_the_farthest_value_of_a_kind_stays_below_its_power_of_ten():
    limits = CHECKED.limits()
    for tolerance, group in CHECKED.rows.groupby("tolerance"):
        kind = against_r.KINDS[tolerance]
        far = max(compare.decade(d, floor=f) for d, f in
                  zip(group["difference"], group["floor"], strict=True))  # fmt: skip
        assert float(limits[f"worst.{kind}"]) == 10.0**far <= tolerance
        assert limits[f"worst.{kind}"].n == len(group)


@pytest.mark.proves("helpers.reference.compare:comparison")
def test_the_tolerance_printed_is_that_of_every_row_of_its_kind():
    limits = CHECKED.limits()
    allowed = {float(limits[f"allowed.{kind}"]) for kind in against_r.KINDS.values()}
    assert allowed == set(compare.comparison()["tolerance"])


@pytest.mark.proves("helpers.reference.stored:r_versions")
def test_the_versions_are_those_in_the_files():
    found = CHECKED.versions()["r"]
    assert found.about.text == ", ".join(stored.r_versions())
    assert all(version.startswith("R ") for version in stored.r_versions())


def test_each_method_and_each_topic_has_its_row():
    assert sum(r.n for r in CHECKED.by_method().values()) == len(CHECKED.rows)
    assert sum(int(r) for r in CHECKED.by_topic().values()) == len(CHECKED.rows)
    assert set(CHECKED.rows["topic"]) == {r.about.parameter.removeprefix("Values: ").rpartition(",")[0]
                                          for r in CHECKED.by_topic().values()}  # fmt: skip


def test_a_topic_is_folded_under_what_it_holds_and_lists_each_method_once():
    # unfolded, the page was seventy screens of a phone
    for topic, mine in CHECKED.rows.groupby("topic"):
        shown = CHECKED.methods(topic)
        said = (
            f"{mine['estimator'].nunique()} methods, {len(mine):,} values, all within the tolerance"
        )
        assert f'<details class="alt printed"><summary>{said}</summary>' in shown.html
        titles = [escape(title) for title in mine["title"].drop_duplicates()]
        assert re.findall(r'<th scope="row">(.*?)</th>', shown.html) == titles


def test_a_value_outside_its_tolerance_is_said_on_the_fold():
    topic = CHECKED.rows["topic"].iloc[0]
    rows = CHECKED.rows.assign(difference=[1.0, math.nan, *CHECKED.rows["difference"].iloc[2:]])
    assert "2 outside the tolerance</summary>" in against_r.AgainstR(rows).methods(topic).html


@pytest.mark.proves("helpers.reference.departures:departures")
def test_each_deliberate_difference_stands_with_both_numbers():
    found = against_r.deliberate()
    for d in departures.departures():
        assert float(found[f"{d.key}.ours"]) == d.ours
        assert math.isnan(d.usual) or float(found[f"{d.key}.usual"]) == d.usual
        assert (f"{d.key}.r" in found) == bool(d.r_call)


@pytest.mark.proves("helpers.reference.compare:relative_difference")
def test_the_smallest_departure_is_above_the_tolerance_of_formulas_and_fits():
    least = float(against_r.smallest_departure()["least"])
    apart = [compare.relative_difference(d.usual, d.ours) for d in departures.departures()]
    assert least == min(apart) > methods.ITERATIVE
