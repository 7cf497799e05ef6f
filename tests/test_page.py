"""A chapter's page: records by key, sentences and tables that draw on them."""

import pytest

from helpers import page
from helpers.analyse.estimate import Estimate
from helpers.context import ROOT, published_context
from helpers.errors import ChapterError
from helpers.page import Page
from helpers.results import page_name


@pytest.fixture
def here():
    return Page("02_safety", published_context())


def test_a_number_of_a_synthetic_cohort_is_labelled_simulated(here):
    record = here.record(
        "a", Estimate("m", "median", 3.0), study=here.randomised, parameter="cd4", visit=48
    )
    assert (record.label, record.parameter, record.visit) == (
        "simulated",
        "CD4+ T cells",
        "Week 48",
    )
    assert record.unit == "cells/µL"


def test_one_key_cannot_hold_two_numbers(here):
    here.record("a", Estimate("m", "s", 1.0), label="derived")
    here.record("a", Estimate("m", "s", 1.0), label="derived")
    with pytest.raises(ChapterError, match="another key"):
        here.record("a", Estimate("m", "s", 2.0), label="derived")


def test_a_chapter_reads_the_records_of_those_before_it_or_of_the_named_ones():
    chapters = {page_name(path) for path in (ROOT / "book").rglob("*.ipynb")}
    later = {"07_claims", "08_next_trial", "11_methods", "index"}
    here = Page("07_claims", published_context())
    assert set(here.others()) == chapters - later | {"08_next_trial"}
    assert set(here.others("01_design")) == {"01_design"}
    assert here.others("index") == {}
    assert set(Page("index", published_context()).others()) == chapters - {"index"}


def test_a_chapter_that_is_not_executed_after_others_cannot_read_their_records(here):
    with pytest.raises(ChapterError, match="LAST"):
        here.others()


def test_a_sentence_links_every_number_and_reads_as_plain_text(here):
    here.record("rise", Estimate("m", "s", 12.5, 10.0, 15.0, 0.02, 12), label="derived", digits=1)
    said = here.say("It rose by {rise} ({rise:p}).")
    assert said.markdown == "It rose by {num}`rise:estimate` ({num}`rise:p`)."
    assert said.text == "It rose by 12.5 (95% CI 10.0 to 15.0) (P = 0.020)."


def test_an_unknown_key_is_named(here):
    with pytest.raises(ChapterError, match="'fall'"):
        here.say("{fall}")


def test_a_table_escapes_what_the_data_say(here):
    here.record("a.1", Estimate("m", "s", 1.0), label="derived", arm="<script>x</script>")
    html = here.table("a", caption="<b>", rows="arm", columns="statistic").html
    assert "<script>" not in html
    assert "<b>" not in html
    assert "&lt;script&gt;" in html
    assert 'scope="row"' in html
    assert "<caption>" in html


def test_a_table_marks_each_cell_when_labels_differ(here):
    here.record("a.1", Estimate("m", "s", 1.0), label="derived", parameter="x")
    here.record("a.2", Estimate("m", "s", 2.0), label="reported", parameter="y")
    html = here.table("a", caption="both", columns="statistic").html
    assert "lm-derived" in html
    assert "lm-reported" in html


def test_a_study_of_the_other_design_is_refused_with_the_tag_to_use(here):
    with pytest.raises(ChapterError, match="crossover"):
        here.study("crossover")


@pytest.mark.parametrize(
    ("group", "key"), [("Low dose", "low-dose"), (48.0, "48"), ("A + B", "a-b"), (0.5, "0.5")]
)
def test_group_keys_are_plain(group, key):
    assert page.group_key(group) == key
