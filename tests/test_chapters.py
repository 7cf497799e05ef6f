"""Chapters, their executed notebooks and the contents agree; no notebook stands without outputs."""

import ast
import json
import re

import jsonschema
import pytest
from altair.vegalite.v6.schema import core

from helpers import results
from helpers.audit import ledger
from helpers.context import ROOT, published_context
from helpers.edition import plan
from helpers.present import figure

BOOK = ROOT / "book"
CHAPTERS = {c.name: c for c in plan.edition_chapters(published_context())[0]}
SHOWS = {"table", "figure", "say", "listing", "results"}


def executed(chapter):
    return json.loads((BOOK / chapter.place).read_text(encoding="utf-8"))


def outputs(notebook):
    return [o for cell in notebook["cells"] for o in cell.get("outputs", [])]


def cells(notebook):
    return [
        (c["cell_type"], "".join(c["source"]), c["metadata"].get("tags", []), c["id"])
        for c in notebook["cells"]
    ]


@pytest.mark.parametrize("name", CHAPTERS)
def test_executed_notebook_has_the_cells_of_its_source(name):
    path = BOOK / CHAPTERS[name].place
    assert path.is_file(), f"{path} is missing: run `make execute`"
    stale = cells(executed(CHAPTERS[name])) != cells(CHAPTERS[name].notebook)
    assert not stale, f"chapters/{name}.md changed after it was executed: run `make execute`"


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_cell_that_should_show_something_has_an_output(name):
    for cell in executed(CHAPTERS[name])["cells"]:
        if cell["cell_type"] == "code" and "remove-cell" not in cell["metadata"].get("tags", []):
            source = "".join(cell["source"])
            last = ast.parse(source).body[-1]
            call = last.value if isinstance(last, ast.Expr) else None
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in SHOWS:
                assert cell["outputs"], f"{name}: no output for\n{source}\nrun `make execute`"


@pytest.mark.parametrize("name", CHAPTERS)
def test_no_output_is_an_error_or_a_warning(name):
    kinds = [(o["output_type"], o.get("name")) for o in outputs(executed(CHAPTERS[name]))]
    assert ("error", None) not in kinds
    assert ("stream", "stderr") not in kinds


@pytest.mark.parametrize("name", [n for n in CHAPTERS if n[:2].isdigit() and n[:2] < "07"])
def test_every_topic_chapter_shows_a_figure_with_words(name):
    figures = [o["data"][figure.MIME] for o in outputs(executed(CHAPTERS[name]))
               if figure.MIME in o.get("data", {})]  # fmt: skip
    assert figures
    for spec in figures:
        about = spec["usermeta"]["figure"]
        if "title" not in about:
            continue  # its words stand in the text, at figure-of
        assert about["label"] in results.LABELS
        assert min(len(about[k]) for k in ("title", "caption", "alt")) > 25, about["key"]


def test_every_chart_of_the_book_is_as_the_schema_of_vega_lite_has_it():
    """Altair's own check, left out where a chart is made, of what stands in the notebooks."""
    schema = jsonschema.Draft7Validator(core.load_schema())
    charts = [o["data"][figure.MIME] for name in CHAPTERS for o in outputs(executed(CHAPTERS[name]))
              if figure.MIME in o.get("data", {})]  # fmt: skip
    drawn = [{**spec, "datasets": {}} for spec in charts if "config" in spec]
    assert len(drawn) > 40
    assert [spec["usermeta"]["figure"]["key"] for spec in drawn if not schema.is_valid(spec)] == []
    assert not schema.is_valid({**drawn[0], "layer": [{"mark": {"type": "baar"}}]})


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_page_ends_with_all_its_numbers(name):
    notebook = executed(CHAPTERS[name])
    ends = [o["data"] for o in notebook["cells"][-1].get("outputs", [])]
    roles = re.search(r"\{num\}`[^`/]*`", json.dumps(notebook["cells"]))  # of this page itself
    bound = any(results.BOUND in o.get("data", {}) for o in outputs(notebook))
    # a page that binds results gets its list when built; one without numbers has none
    assert bound or not roles or results.MIME in ends[-1]


def test_the_contents_list_exactly_the_chapters():
    stale = (BOOK / "_toc.yml").read_text() != plan.toc(list(CHAPTERS.values()))
    assert not stale, "book/_toc.yml does not list the chapters: run `make execute`"
    on_disk = {p.relative_to(BOOK).as_posix() for p in BOOK.rglob("*.ipynb")}
    assert on_disk == {chapter.place for chapter in CHAPTERS.values()}


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_source_has_no_outputs_and_one_title(name):
    notebook, _ = plan.source_notebook(name)
    titles = [
        line
        for cell in notebook.cells
        if cell.cell_type == "markdown" and "own-only" not in cell.metadata.get("tags", [])
        for line in cell.source.splitlines()
        if line.startswith("# ")
    ]
    assert len(titles) == 1, titles
    assert not any(cell.get("outputs") for cell in notebook.cells)


def test_the_ledger_in_the_notebook_is_what_its_rules_give_now():
    now = ledger.Ledger(ledger.published()).rows
    stale = ledger.notebook_ledger(BOOK) != json.loads(json.dumps(now))
    assert not stale, (
        "claims, rules or records changed after the ledger was executed: `make execute`"
    )
