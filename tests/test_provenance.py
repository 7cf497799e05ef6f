"""What moves with an assumption is labelled by it: the committed table against the executed notebooks."""

import pytest

from helpers import results
from helpers.assumptions import Assumption, load_assumptions
from helpers.context import ROOT
from helpers.edition import provenance

TABLE = provenance.read_table()
KNOWN = dict(load_assumptions())
BOOK = results.book_records(ROOT / "book")
MOVING = [r for r in TABLE if r["moved"]]


def item(**more):
    about = {"id": "x", "name": "X", "value": 2.0, "unit": "", "reason": "", "source": "", **more}
    return Assumption(**about)


def test_the_table_is_of_the_chapters_and_assumptions_as_they_are():
    code = provenance.pages()
    stale = [name for name in code if not provenance.is_fresh(name, code[name], TABLE)]
    assert stale == [], "a page's code or an assumption changed: run `make provenance`"


@pytest.mark.parametrize("row", MOVING, ids=lambda r: f"{r['page']}-{r['assumption']}")
def test_what_moves_with_an_assumption_about_patients_is_simulated_and_names_it(row):
    names = set(row["moved"].split(" ")) - set(provenance.FAILS.split(" "))
    moved = [r for r in BOOK[row["page"]].values() if r.key.partition(".")[0] in names]
    assert {r.key.partition(".")[0] for r in moved} == names
    for name in names:
        mine = [r for r in moved if r.key.partition(".")[0] == name]
        assert any(row["assumption"] in r.uses for r in mine), name
        if KNOWN[row["assumption"]].kind == "patients":
            assert any(r.label == "simulated" for r in mine), name


def test_no_number_says_that_it_rests_on_an_assumption_which_its_page_never_reads():
    read = {(r["page"], r["assumption"]) for r in TABLE}
    for page, records in BOOK.items():
        if not page.startswith("studies/"):
            used = {(page, key) for r in records.values() for key in r.uses}
            assert used <= read


def test_both_ends_of_a_range_are_tried_and_a_number_without_one_grows():
    assert provenance.ends(item(low=1.0, high=2.0)) == [1.0]
    assert provenance.ends(item(low=1.0, high=3.0)) == [1.0, 3.0]
    assert provenance.ends(item(value=({"median": 2.0, "name": "a"},))) == [
        [{"median": 2.0 * provenance.NUDGE, "name": "a"}]
    ]


@pytest.mark.parametrize(
    "kept", [item(kind="computing"), item(value="log-rank"), item(kind="reading")]
)
def test_a_seed_a_word_or_a_reading_without_range_is_not_moved(kept):
    assert provenance.ends(kept) == []


def test_a_number_moves_if_it_differs_by_more_than_rounding_or_comes_or_goes():
    before = {"a.x": [1.0, None], "a.y": [2.0, "t"], "b": [3.0, None]}
    assert provenance.moving(before, {**before, "a.x": [1.0 + 1e-12, None]}) == set()
    assert provenance.moving(before, {**before, "a.y": [2.1, "t"]}) == {"a"}
    assert provenance.moving(before, {"a.x": [1.0, None], "a.y": [2.0, "t"]}) == {"b"}
    assert provenance.moving(before, None) == {provenance.FAILS}


def test_an_assumption_that_is_moved_moves_what_rests_on_it_and_stays_as_it_was(monkeypatch):
    code = ["from helpers.literate import assume", "gain = assume('art-cd4-gain').value",
            "from helpers.literate.outcome import Result, made",
            "left = Result(made(max, gain, statistic='s', method='m'))", "same = 1"]  # fmt: skip
    monkeypatch.setattr(provenance, "pages", lambda: {"x": code})
    base = provenance.run("x", "", None)
    moved = provenance.run("x", "art-cd4-gain", 100)
    assert base["read"] == moved["read"] == ["art-cd4-gain"]
    assert provenance.moving(base["records"], moved["records"]) == {"left"}
    assert provenance.run("x", "", None) == base
