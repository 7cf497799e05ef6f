"""A page that no study enters: an edition takes it from the published book, from the same code only."""

import json

import nbformat
import pytest

from helpers.context import ROOT, VARIABLE, Context
from helpers.edition import execute, fresh, plan
from helpers.edition.depends import Tree
from helpers.edition.fresh import MADE_FROM, Kept, Memory, made_from, published_outputs
from same_outputs import agreed

ALIKE = [n for n in plan.chapter_names() if plan.source_notebook(n)[0].metadata.get("alike")]
EDITION = Context(published=False, studies={"parallel": str(ROOT / "data/hucmsc")})


def page(name):
    (found,) = [c for c in plan.edition_chapters(EDITION)[0] if c.name == name]
    return found


def committed(name):
    return nbformat.read(ROOT / f"book/chapters/{name}.ipynb", as_version=4)


@pytest.mark.parametrize("name", ALIKE)
def test_the_committed_page_was_made_from_the_code_as_it_is(name):
    now = made_from(page(name).notebook.cells, Tree(ROOT))
    assert committed(name).metadata[MADE_FROM] == now, "make execute, else editions run it again"


def test_there_is_such_a_page():
    assert "11_methods" in ALIKE


@pytest.mark.parametrize("name", ALIKE)
def test_run_in_an_edition_it_says_what_the_book_says(name, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "")  # put back as it was: executing chapters unsets it
    EDITION.write(tmp_path / "edition.json")
    execute.execute([page(name)], tmp_path, tmp_path / "edition.json")
    ran = nbformat.read(tmp_path / f"chapters/{name}.ipynb", as_version=4)
    for here, there in zip(ran.cells, committed(name).cells, strict=True):
        assert agreed(here.get("outputs"), there.get("outputs")) == there.get("outputs"), here.id


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """What an edition that has never run knows."""
    monkeypatch.setattr(fresh, "FOLDER", tmp_path)
    return Kept(EDITION, Memory("site"), {}, trust=False)


@pytest.mark.parametrize("name", ALIKE)
def test_an_edition_takes_it_and_the_published_book_runs_it(name, kept):
    cells = page(name).notebook.cells
    assert kept.outputs(name, cells) == [
        c.outputs for c in committed(name).cells if c.cell_type == "code"
    ]
    kept.context = Context(published=True, studies={})
    assert kept.outputs(name, cells) is None


@pytest.mark.parametrize("name", ALIKE)
def test_other_cells_or_other_code_run_again(name):
    cells = page(name).notebook.cells
    assert published_outputs(name, cells, Tree(ROOT)) is not None
    tree = Tree(ROOT)
    helper = ROOT / "src/helpers/analyse/cox.py"
    assert helper in tree.files("\n".join(c.source for c in cells if c.cell_type == "code"))
    tree._digests[helper] = ("of another text", tree._digests.get(helper, ("", ()))[1])
    assert published_outputs(name, cells, tree) is None
    cells[next(i for i, c in enumerate(cells) if c.cell_type == "code")].source += "\n1"
    assert published_outputs(name, cells, Tree(ROOT)) is None


def test_every_other_page_has_no_mark():
    for path in (ROOT / "book").rglob("*.ipynb"):
        if path.stem not in ALIKE:
            metadata = json.loads(path.read_text(encoding="utf-8"))["metadata"]
            assert MADE_FROM not in metadata, path
            assert published_outputs(path.stem, [], Tree(ROOT)) is None
