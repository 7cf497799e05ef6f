"""What a page finds of the names that its cells bound: results without a row are no missing name."""

import json
from types import SimpleNamespace

import pytest

from helpers import results
from helpers.present import bound


def page(tmp_path, *kept):
    outputs = [{"output_type": "display_data", "data": {results.BOUND: k}} for k in kept]
    path = tmp_path / "02_x.ipynb"
    path.write_text(json.dumps({"cells": [{"id": "a", "outputs": outputs}, {"id": "b"}]}))
    return str(path)


def test_a_name_bound_to_no_row_is_empty_and_an_unknown_one_is_missing(tmp_path):
    row = {"key": "full.a", "label": "derived", "value": 1.0}
    path = page(tmp_path, {"name": "none"}, {"name": "full", "records": [row]})
    assert bound.empty(path, "none")
    assert not bound.empty(path, "full")
    assert not bound.empty(path, "unheard-of")


class Page:
    """A directive's surroundings: an environment with one record, and what was warned of."""

    def __init__(self, monkeypatch):
        record = results.Record(key="a.b", label="derived", value=0.25, unit="proportion")
        monkeypatch.setattr(bound.roles, "find_record", lambda env, key: ({"a.b": record}[key], ""))
        self.directive = object.__new__(bound.FigureOf)
        self.directive.lineno, self.warned = 3, []
        reporter = SimpleNamespace(warning=lambda text, line: self.warned.append((text, line)))
        document = SimpleNamespace(reporter=reporter, settings=SimpleNamespace(env=None))
        self.directive.state = SimpleNamespace(document=document)

    def words(self, text):
        return self.directive.words(text, study="AAIT")


def test_numbers_assumptions_and_terms_are_filled_in_words_about_a_figure(monkeypatch):
    page = Page(monkeypatch)
    text = "{study}: {num}`a.b:round` of\n{term}`trials <trial>`, {term}`ART`; "
    assert (
        page.words(text + "{assumed}`hucmsc-patients-lost`.")
        == "AAIT: 25% of trials, ART; 0 patients lost in each arm."
    )
    assert page.warned == []


@pytest.mark.parametrize(
    "role", ["{num}`a.c`", "{num}`a.b:wrong`", "{assumed}`nothing`", "{cite}`wang2021`"]
)
def test_a_key_or_role_that_words_cannot_hold_is_a_warning_which_stops_the_build(monkeypatch, role):
    page = Page(monkeypatch)
    assert page.words(f"So {role} it is") == "So ? it is"
    assert [(role in text, line) for text, line in page.warned] == [(True, 3)]
