"""The report card: the committed file is what the code gives, and what is counted of it is right."""

import json

import joblib
import numpy as np
import pandas as pd
import pytest

from helpers import results
from helpers.assumptions import assume
from helpers.context import ROOT
from helpers.literate import card, card_charts, card_counts, recording, report_card
from helpers.literate.card import FOLDER, Card, read_rows
from helpers.literate.card_counts import counted, median_excess, median_width
from helpers.literate.known_trials import Abstract
from helpers.literate.possible_trials import PossibleTrials
from helpers.literate.report_card import card_rows, code_hash, read_abstract, split_of
from helpers.present.figure import chart_spec

STALE = "the card is stale: run python benchmarks/slow/report_card.py"
QUICK = 20_000  # histories that print P: such an abstract is read in a moment
AGAIN = 12


def same(ours, stored):
    pd.testing.assert_frame_equal(ours, stored, check_dtype=False, rtol=1e-9, atol=2e-6)


def test_the_file_was_made_by_this_code_and_seed():
    run = json.loads((FOLDER / "run.json").read_text(encoding="utf-8"))
    assert run["code"] == code_hash(), STALE
    assert run["seed"] == assume("seed").value, STALE
    assert run["trials"] == len(read_rows()) >= 1000


def test_some_of_its_trials_drawn_and_read_again_are_the_same():
    stored = read_rows()
    quick = stored[stored["prints"] < QUICK]
    some = quick.iloc[:: len(quick) // AGAIN]
    seed = int(assume("seed").value)
    again = pd.concat([card_rows(trials=1, first=k, seed=seed) for k in some["trial"]])
    same(again.reset_index(drop=True), some.reset_index(drop=True))


def test_of_every_trial_the_abstract_and_its_own_values_are_drawn_again():
    stored, seed = read_rows(), int(assume("seed").value)
    for row in stored.iloc[::17].itertuples():
        trial = report_card.known_trial(row.trial, seed=seed)
        printed = trial.abstract()
        assert (*printed.percents, printed.p) == (row.percent, row.percent_control, row.p), STALE
        assert report_card.own_values(trial)["own_saved"] == pytest.approx(row.own_saved, abs=2e-6)


def test_comments_and_docstrings_do_not_make_it_stale(tmp_path):
    one, two, three = (tmp_path / name for name in "abc")
    one.write_text('"""A."""\nX = 1  # one\n', encoding="utf-8")
    two.write_text('"""B."""\n\nX = 1\n', encoding="utf-8")
    three.write_text('"""A."""\nX = 2\n', encoding="utf-8")
    assert code_hash([one]) == code_hash([two]) != code_hash([three])


def test_the_published_abstract_is_read_as_chapter_6_reads_it():
    read = read_abstract(Abstract(("95.8", "70.8"), "0.004"))
    place = ROOT / "book/chapters/06_dose_response_survival.ipynb"
    known = {r.key: r.value for r in results.notebook_records(place)}
    assert read["split"] == "only"
    assert read["prints"] == known["saved.histories"]
    for ours, theirs in {"low": "saved.once.low", "high": "saved.once.high",
                         "weighted_low": "saved.weighted.low",
                         "weighted_high": "saved.weighted.high", "least": "plans.5.least",
                         "most": "plans.5.most", "none": "plans.5.none",
                         "ahead": "plans.5.reverse"}.items():  # fmt: skip
        assert read[ours] == pytest.approx(known[theirs], rel=1e-9), ours


def test_another_abstract_is_read_as_the_nouns_of_chapter_6_read_it():
    abstract = Abstract(("29.2", "29.2"), "0.952")
    split, ways = split_of(abstract)
    assert (ways, split.sizes, split.responders) == (1, (24, 24), (7, 7))
    saved = PossibleTrials(split, weeks=(12, 24, 48, 72, 96), p="0.952").saved()
    read = read_abstract(abstract)
    assert [read["low"], read["high"]] == [saved["once.low"].value, saved["once.high"].value]
    assert read["weighted_low"] == saved["weighted.low"].value


def test_of_several_divisions_that_with_equal_arms_is_taken_and_none_if_there_is_none():
    split, ways = split_of(Abstract(("50.0", "75.0"), "0.2"))
    assert ways > 1
    assert (split.sizes, split.responders) == ((24, 24), (12, 18))
    assert split_of(Abstract(("99.9", "75.0"), "0.2")) == (None, 0)
    none, many = split_of(Abstract(("80.0", "40.0"), "0.2"))
    assert none is None
    assert many > 1


def test_order_and_backend_change_nothing():
    whole = card_rows(trials=4, seed=8)
    halves = [card_rows(trials=2, seed=8, first=k) for k in (2, 0)]
    same(pd.concat(halves[::-1], ignore_index=True), whole)
    with joblib.parallel_config(backend="threading"):
        same(card_rows(trials=4, seed=8, jobs=2), whole)


def made_up():
    """Six trials, three of them with a reading untrue; everything countable by hand."""
    rows = pd.DataFrame({
        "ratio": [1.0, 1.5, 1.5, 1.5, 2.0, 2.0], "control": 0.5, "rule": "once",
        "schedule": ["read", "read", "read", "early", "read", "read"],
        "lost": [0.0, 0.0, 0.0, 0.0, 0.1, 0.0],
        "read": ["end", "end", "end", "end", "end", "earlier"], "gone": [0, 0, 0, 0, 2, 0],
        "truly": 12, "truly_control": 9, "p": ["0.300", "0.010", "0.020", "<0.001", "0.700", "0.5"],
        "true_saved": [0.0, 4, 4, 4, 8, 8], "own_saved": [2.0, 12, 6, 3, -3, 5],
        "own_low": [-9.0, 1, 0, -5, -9, -3], "own_high": [9.0, 20, 12, 12, 3, 12],
        "own_p": [0.3, 0.01, 0.02, 0.0004, 0.7, 0.5], "own_points": [1, 1, 1, 1, -1, 1],
        "ways": [1, 1, 4, 1, 1, 1],
        "split": ["only", "only", "equal", "only", "only, no history", "only, no history"],
        "size": 24, "size_control": 24,
        "responders": [12, 12, 12, 12, 11, 12], "responders_control": 9,
        "low": [-4.0, 6, 3, -2, np.nan, np.nan], "high": [4.0, 18, 9, 2, np.nan, np.nan],
        "weighted_low": [1.0, 9, 4, -1, np.nan, np.nan],
        "weighted_high": [3.0, 15, 7, 1, np.nan, np.nan],
        "least": [-9.0, 5, 1, -3, np.nan, np.nan], "most": [9.0, 19, 11, 3, np.nan, np.nan],
        "ahead": [0.2, 0.03, np.nan, 0.01, np.nan, np.nan],
    })  # fmt: skip
    return Card(rows, seed=9)


def test_ranges_that_hold_are_counted_by_hand():
    held = made_up().held()
    assert {k: (r.value, r.n) for k, r in held.items()} == {
        "true.every.own": (1, 3), "true.every.truth": (pytest.approx(2 / 3), 3),
        "true.once.own": (1, 3), "true.once.truth": (pytest.approx(2 / 3), 3),
        "true.weighted.own": (1, 3), "true.weighted.truth": (pytest.approx(1 / 3), 3),
        "true.records.truth": (1, 3),
        "untrue.every.own": (1, 1), "untrue.every.truth": (0, 1),
        "untrue.once.own": (0, 1), "untrue.once.truth": (0, 1),
        "untrue.weighted.own": (0, 1), "untrue.weighted.truth": (0, 1),
        "untrue.records.truth": (1, 1),
    }  # fmt: skip


@pytest.mark.proves("helpers.literate.card_counts:median_excess")
def test_of_significant_trials_those_wholly_beside_the_truth_are_counted():
    found = made_up().held_of_significant()
    assert {k: round(3 * r.value) for k, r in found.items()} == {
        "1-5.holds": 1, "1-5.above": 1, "1-5.below": 1, "1-5.interval-above": 0}  # fmt: skip
    assert made_up().excess()["1-5"].value == 1.5
    assert median_excess(made_up().rows.iloc[1:3]) == pytest.approx((3 + 1.5) / 2)


def test_verdicts_and_where_they_mislead():
    with pytest.raises(Exception, match="n = 0"):  # nothing says "later" in so few trials
        made_up().misled()
    rows = pd.concat([made_up().rows] * 2, ignore_index=True)
    rows.loc[[6, 9], ["low", "high"]] = [[-9, -1], [-9, -1]]
    rows.loc[[1, 3], ["low", "high", "own_saved"]] = [[1, 2, -1], [1, 2, 5]]
    found = Card(rows).misled()
    assert found["true.own.sooner"].value == 1 / 4  # trials 1, 2, 7, 8; trial 1 lost time
    assert found["true.own.later"].value == 1  # trial 6 gained 2 weeks
    assert (found["true.truth.later"].value, found["untrue.truth.later"].value) == (0, 1)
    verdicts = Card(rows).verdicts()
    assert verdicts["true.1-5.sooner"].value == 1
    assert (verdicts["true.1.later"].value, verdicts["true.1.open"].value) == (0.5, 0.5)
    assert verdicts["true.1.sided"].value == 0.5


def test_a_direction_is_proven_where_no_history_has_the_other_arm_ahead():
    found = made_up().proven()
    assert (found["true.says"].value, found["true.says"].n) == (pytest.approx(2 / 3), 3)
    assert found["true.right"].value == 1
    assert found["untrue.says"].value == 1


@pytest.mark.proves(
    "helpers.literate.card_counts:counted", "helpers.literate.card_counts:median_width"
)
def test_divisions_widths_and_sizes_are_counted():
    split = made_up().splits()
    assert split["true.only"].value == pytest.approx(2 / 3)
    assert split["true.right"].value == 1
    assert (split["lost.only"].value, split["lost.right"].value) == (1, 0)
    assert split["lost.no-history"].value == 1
    assert (split["lost.planned"].value, split["lost.planned-right"].value) == (1, 0)
    size, design = made_up().size(), made_up().design()
    assert design["ratio.moderate"].value == 1.5
    assert [int(size[k]) for k in ("all", "true", "untrue", "ranged", "seed")] == [6, 3, 3, 4, 9]
    assert counted(6, "x").value == 6
    assert made_up().widths()["true.once"].value == 8
    assert median_width(made_up().rows.iloc[:3], "weighted_low", "weighted_high") == 3


def test_the_committed_card_has_every_table():
    found = card.load_card()
    kinds = found.by_reading()
    assert {k.split(".")[0] for k in kinds} == set(card_counts.UNTRUE)
    assert kinds["none.own"].value == found.held()["true.once.own"].value
    assert {k.split(".")[0] for k in found.by_rule()} == set(card_counts.RULE)
    assert all(r.about.label == "simulated" for r in found.held().values())


def test_the_words_of_the_pages_hold():
    found = card.load_card()
    held, wide, misled = found.held(), found.widths(), found.misled()
    for block in ("true", "untrue"):
        for aim in ("own", "truth"):
            assert held[f"{block}.weighted.{aim}"].value < held[f"{block}.once.{aim}"].value
        widths = [wide[f"{block}.{k}"].value for k in ("weighted", "once", "records", "every")]
        assert widths == sorted(widths)
    assert [misled[f"true.own.{side}"].value for side in ("sooner", "later")] == [0, 0]
    assert all(0 < misled[f"untrue.own.{side}"].value < 0.05 for side in ("sooner", "later"))
    lucky = found.held_of_significant()["1-5"]
    assert lucky["above"].value > lucky["interval-above"].value
    assert lucky["below"].value == 0
    assert found.splits()["true.right"].value == found.proven()["true.right"].value == 1


def test_a_chart_of_the_card_is_marked_simulated():
    assert recording.own_label(card.load_card()) == "simulated"
    assert recording.own_label(pd.DataFrame({"label": ["simulated"]})) == ""
    assert recording.own_label(card_charts.beyond_truth(card.load_card())) == ""


def test_the_charts_draw_every_range_and_the_truth():
    found = card.load_card()
    spec = chart_spec(card_charts.ranges_held(found.held()))
    assert max(len(rows) for rows in spec["datasets"].values()) == len(found.held())
    beyond = found.beyond()
    assert len(beyond) == found.held_of_significant()["1-5.holds"].n
    drawn = chart_spec(card_charts.beyond_truth(found))
    assert max(len(rows) for rows in drawn["datasets"].values()) == len(beyond)
