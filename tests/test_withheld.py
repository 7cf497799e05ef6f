"""What an edition withholds, and which of its chapters run again: the result is that of a full run."""

import json
import random
import re
from dataclasses import replace
from types import SimpleNamespace

import nbformat
import pandas as pd
import pytest

from helpers import disclosure
from helpers.context import VARIABLE, Context
from helpers.edition import execute, fresh, plan
from helpers.edition.fresh import Kept, Memory
from helpers.edition.withheld import Edition
from helpers.edition.work import RUNTIME
from helpers.results import BOUND, book_records

NAMES = ("01_a", "02_b", "03_c")
STUDY = SimpleNamespace(
    id="s",
    adae=None,
    adsl=pd.DataFrame({"ARM": []}),
    config=SimpleNamespace(show_subjects=False, threshold=10, rounding=False, responses={}),
)


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Kernels replaced: a cell `key = value` leaves that record.

    Where a chapter's record x is odd and another's is too, the first's is withheld.
    """
    monkeypatch.setattr(fresh, "FOLDER", tmp_path / "memory")
    monkeypatch.setenv(VARIABLE, "")  # put back as it was: executing an edition sets it
    out = SimpleNamespace(ran=[], folder=tmp_path, number=0, setenv=monkeypatch.setenv)

    def run(chapter, book):
        edition = json.loads((book.parent / "edition.json").read_text())
        withheld = edition["withheld"].get(chapter.name, [])
        out.ran.append(chapter.name)
        for cell in chapter.notebook.cells:
            if cell.cell_type == "code":
                rows = [row_of(chapter.name, cell.source, withheld)]
                cell.outputs = [nbformat.v4.new_output("display_data", {BOUND: {"records": rows}})]
        execute._write(chapter, book)

    monkeypatch.setattr(execute, "_execute_one", run)
    monkeypatch.setattr(disclosure, "given_away", given_away)
    return out


def row_of(name, source, withheld):
    key, value = re.match(r"(\w+) = (\S+)", source).groups()
    row = {"key": key, "chapter": name, "label": "derived", "parameter": f"{key} of {name}"}
    return row if key in withheld else {**row, "value": float(value)}


def given_away(records, thresholds):
    odd = sorted((r.chapter, r.key) for r in records if r.key == "x" and r.value and r.value % 2)
    return set(odd[:1]) if len(odd) > 1 else set()


def chapters(values, prose="Words."):
    out = []
    for name in NAMES:
        cells = [nbformat.v4.new_markdown_cell(prose, id="words")]
        cells.append(nbformat.v4.new_code_cell(f"x = {values[name]}", id="cell"))
        for cell in cells:
            cell.metadata = {}
        out.append(plan.Chapter(name, nbformat.v4.new_notebook(cells=cells), name))
    return out


def build(world, made, site=None):
    """One edition of these chapters, published to `site` (None: a full run, nowhere)."""
    world.number += 1
    work = world.folder / f"work-{world.number}"
    book = work / "book"
    book.mkdir(parents=True)
    context = Context(published=False, studies={})
    memory = Memory("site") if site else Memory("none")
    places = {c.name: site / f"{c.name}.ipynb" for c in made} if site else {}
    kept = Kept(context, memory, places, trust=site is not None)
    context.write(work / "edition.json")
    world.ran.clear()
    world.setenv(RUNTIME, str(work))  # as `work_folder` does
    Edition(made, book, context, work / "edition.json", STUDY, kept).execute()
    texts = {c.name: (book / c.place).read_bytes() for c in made}
    if site:
        site.mkdir(exist_ok=True)
        for name, text in texts.items():
            (site / f"{name}.ipynb").write_bytes(text)
        memory.save()
    return texts, list(world.ran)


EVEN = {"01_a": 2, "02_b": 4, "03_c": 6}
ODD = {"01_a": 1, "02_b": 3, "03_c": 6}


def test_an_odd_pair_loses_its_first_number_in_one_more_run_of_its_chapter(world):
    _, ran = build(world, chapters(ODD))
    records = book_records(world.folder / "work-1" / "book")
    assert records["01_a"]["x"].value is None
    assert records["02_b"]["x"].value == 3
    assert sorted(ran[:3]) == list(NAMES)  # two at a time
    assert ran[3:] == ["01_a"]


@pytest.mark.parametrize("values", [EVEN, ODD])
def test_an_unchanged_edition_runs_nothing(world, values):
    site = world.folder / "site"
    first, _ = build(world, chapters(values), site)
    second, ran = build(world, chapters(values), site)
    assert ran == []
    assert second == first


def test_what_ran_before_numbers_were_hidden_and_prints_none_of_them_runs_no_second_time(world):
    site, made = world.folder / "site", chapters(ODD)
    for chapter in made:  # a number may be hidden there by what it is
        chapter.notebook.cells[1].source += f"\nimport {fresh.HIDES}"
    first, _ = build(world, made, site)
    second, ran = build(world, made, site)
    assert ran == []
    assert second == first


@pytest.mark.parametrize("values", [EVEN, ODD])
def test_code_that_gives_the_same_records_runs_alone(world, values):
    site = world.folder / "site"
    build(world, chapters(values), site)
    changed = chapters(values)
    changed[2].notebook.cells[1].source += " # clearer"
    found, ran = build(world, changed, site)
    assert ran == ["03_c"]
    assert found == build(world, changed)[0]


def test_a_chapter_of_which_something_is_withheld_runs_from_the_beginning(world):
    site = world.folder / "site"
    build(world, chapters(ODD), site)
    changed = chapters(ODD)
    changed[0].notebook.cells[1].source += " # clearer"
    found, ran = build(world, changed, site)
    assert ran[0] == "01_a"
    assert "02_b" not in ran
    assert found == build(world, changed)[0]


def test_other_records_can_withhold_more(world):
    site = world.folder / "site"
    build(world, chapters(ODD), site)
    more = chapters({**ODD, "03_c": 5})
    found, _ = build(world, more, site)
    assert found == build(world, more)[0]
    assert b"3.0" not in found["02_b"]


def test_no_number_that_is_withheld_is_kept(world):
    site = world.folder / "site"
    build(world, chapters({**ODD, "01_a": 987654321}), site)
    kept = [p.read_text() for folder in (site, fresh.FOLDER) for p in folder.iterdir()]
    assert len(kept) == len(NAMES) + 1  # and the memory
    assert not any("987654321.0" in text for text in kept)


def test_a_tampered_site_is_not_trusted(world):
    site = world.folder / "site"
    first, _ = build(world, chapters(EVEN), site)
    path = site / "02_b.ipynb"
    path.write_text(path.read_text().replace("4.0", "5.0"))
    found, ran = build(world, chapters(EVEN), site)
    assert ran == ["02_b"]
    assert found == first


@pytest.mark.parametrize("seed", range(15))
def test_any_row_of_changes_gives_what_a_full_run_gives(world, seed):
    draw = random.Random(seed)
    site, values, prose, comments = (
        world.folder / "site",
        dict(ODD),
        "Words.",
        dict.fromkeys(NAMES, ""),
    )
    for _ in range(6):
        for _ in range(draw.choice((0, 1, 1, 2))):
            kind, name = draw.choice(("value", "value", "code", "words")), draw.choice(NAMES)
            if kind == "value":
                values[name] = draw.randrange(1, 6)
            elif kind == "code":
                comments[name] = f" # {draw.random()}"
            elif kind == "words":
                prose = f"Words {draw.random()}."
        made = chapters(values, prose)
        for chapter in made:
            chapter.notebook.cells[1].source += comments[chapter.name]
        found, _ = build(world, made, site)
        assert found == build(world, [replace(c) for c in made])[0]
