"""An analysis keeps the sections that a study has the data for, whole."""

from itertools import combinations

import nbformat
import pytest

from helpers.context import ROOT
from helpers.edition import plan, sections
from helpers.errors import EditionError
from helpers.study import load_study


@pytest.fixture(scope="module")
def aait():
    return load_study(ROOT / "data/aait", check=False)


def text(source, *needs):
    cell = nbformat.v4.new_markdown_cell(source)
    cell.metadata = nbformat.from_dict({"needs": list(needs)} if needs else {})
    return cell


def code(source):
    return nbformat.v4.new_code_cell(source)


def kept(cells, study):
    return [c.source for c in sections.fitting_cells(cells, study)[0]]


def test_a_section_goes_with_all_below_it_up_to_the_next_of_its_level(aait):
    cells = [text("# A"), text("## B", "comparison"), code("b"), text("### C"), code("c"),
             text("## D"), code("d")]  # fmt: skip
    assert kept(cells, aait) == ["# A", "## D", "d"]
    assert sections.fitting_cells(cells, aait)[1] == ["the study has no second arm"]


def test_what_is_about_the_published_reports_goes_from_an_edition_of_ones_own():
    heading, words = text("## Assumptions"), text("their terms")
    for cell in (heading, words):
        cell.metadata["for"] = "book"
    cells = [text("# A"), heading, code("table()"), text("## Terms"), words, text("all terms")]
    found = [c.source for c in sections.everybodys_cells(cells)]
    assert found == ["# A", "## Terms", "all terms"]


def test_a_paragraph_without_a_heading_goes_alone(aait):
    cells = [text("words", "comparison"), code("after")]
    assert kept(cells, aait) == ["after"]


def test_a_heading_below_what_goes_has_a_cell_of_its_own(aait):
    with pytest.raises(EditionError, match="expected \\+\\+\\+ before the heading"):
        sections.fitting_cells([text("## B", "comparison"), text("words\n\n## C")], aait)


def test_the_studys_name_is_text_and_never_markup(aait):
    from dataclasses import replace

    study = replace(aait, config=replace(aait.config, short="Tri*al* <i>"))
    assert kept([text("# {{study}}")], study) == ["# Tri\\*al\\* \\<i\\>"]


def test_a_study_without_times_has_no_page_of_them(aait):
    assert sections.lacking("adtte events", aait).startswith("the study has no table of times")
    assert plan.analysis("06_dose_response_survival", aait)[0] is None


def needed(cells):
    """Every need that a heading of these cells names."""
    return sorted({need for cell in cells for need in cell.metadata.get("needs", [])})


@pytest.mark.parametrize("name", plan.analysis_names())
def test_every_analysis_can_go_without_any_of_its_sections(name, aait, monkeypatch):
    cells = plan.source_notebook(f"analysis/{name}")[0].cells
    for need in needed(cells):
        monkeypatch.setattr(sections, "has", lambda study, asked, gone=need: asked != gone)
        left, _ = sections.kept_cells(cells, aait)
        assert need not in needed(left)
        assert len(left) < len(cells)


@pytest.mark.parametrize("name", [f"analysis/{n}" for n in plan.analysis_names()])
def test_an_analysis_has_whole_sections_whatever_a_study_lacks(name, monkeypatch):
    cells = plan.source_notebook(name)[0].cells
    needs = sorted({need for cell in cells for need in cell.metadata.get("needs", [])})
    for many in range(1, len(needs) + 1):
        for gone in combinations(needs, many):
            lacks = lambda wanted, study, gone=gone: next((w for w in wanted if w in gone), "")  # noqa: E731
            monkeypatch.setattr(sections, "lacking", lacks)
            kept, missing = sections.kept_cells(cells, None)
            assert len(kept) < len(cells)
            assert set(missing) <= set(gone)
