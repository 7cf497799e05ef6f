"""A notebook runs again when anything that it rests on has changed, and only then."""

import json
import os
import stat
import subprocess
import sys
import time

import nbformat
import pytest

from helpers.context import ROOT, VARIABLE, Context, published_context
from helpers.edition import build, execute, fresh, machine, plan, progress
from helpers.edition.fresh import Kept, Made, Memory
from helpers.results import MIME

HELPER = "from helpers.analyse import noncentral\n"


@pytest.fixture(autouse=True)
def own_memory(tmp_path, monkeypatch):
    """No test touches what is remembered of the book itself, nor runs as CI does."""
    monkeypatch.setattr(fresh, "FOLDER", tmp_path / "memory")
    for name in ("CI", *machine.PROCESSORS):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(VARIABLE, "")  # put back as it was: executing chapters unsets it


@pytest.fixture
def runs(monkeypatch):
    """Kernels replaced: a cell's output is its own text and how often any cell has run so far."""
    out = []

    async def run(client):
        for cell in client.nb.cells:
            if cell.cell_type == "code":
                shown = {"text/plain": f"{cell.source!r}", MIME: json.loads(records_in(cell))}
                cell.outputs = [nbformat.v4.new_output("display_data", shown)]
        out.append("".join(c.source for c in client.nb.cells if c.cell_type == "code"))

    monkeypatch.setattr("nbclient.NotebookClient.async_execute", run)
    return out


def records_in(cell):
    """The records that a cell leaves: those written in a comment of it."""
    return cell.source.partition("# records: ")[2].partition("\n")[0] or "[]"


def record(key, value):
    return f'# records: [{{"key": "{key}", "chapter": "a", "label": "derived", "value": {value}}}]'


def chapter(name, *sources, prose="Some words."):
    cells = [nbformat.v4.new_markdown_cell(prose, id="words")]
    cells += [nbformat.v4.new_code_cell(s, id=f"cell-{i}") for i, s in enumerate(sources)]
    for cell in cells:
        cell.metadata = {}
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return plan.Chapter(name, notebook, name)


class Edition:
    """Chapters executed into a folder, as `make execute` does it."""

    def __init__(self, folder, context=None):
        self.book = folder / "book"
        self.context = context or Context(published=False, studies={})

    def run(self, *chapters, trust=True):
        places = {c.name: self.book / c.place for c in chapters}
        kept = Kept(self.context, Memory("edition"), places, trust=trust, saving=True)
        return execute.execute([plan.again(c) for c in chapters], self.book, None, kept)


def test_an_unchanged_chapter_does_not_run_again_and_its_file_is_not_written(tmp_path, runs):
    edition, one = Edition(tmp_path), chapter("01_a", "x = 1")
    assert edition.run(one) == ["01_a"]
    before = (edition.book / one.place).stat()
    assert edition.run(one) == []
    assert (edition.book / one.place).stat() == before
    assert len(runs) == 1


def test_new_words_take_the_old_outputs_and_the_notebook_is_that_of_a_full_run(tmp_path, runs):
    new = chapter("01_a", "x = 1", "y = 2", prose="Other words, and\nmore.")
    edition, full = Edition(tmp_path), Edition(tmp_path / "full")
    edition.run(chapter("01_a", "x = 1", "y = 2"))
    assert edition.run(new) == []
    Edition.run(full, new, trust=False)
    assert (edition.book / new.place).read_bytes() == (full.book / new.place).read_bytes()
    assert b"Other words" in (edition.book / new.place).read_bytes()
    assert len(runs) == 2


@pytest.mark.parametrize("source", ["x = 2", "x = 1 # words", "x = 1\ny = 1"])
def test_changed_code_runs_again(tmp_path, runs, source):
    edition = Edition(tmp_path)
    edition.run(chapter("01_a", "x = 1"))
    assert edition.run(chapter("01_a", source)) == ["01_a"]


def test_a_changed_tag_runs_again(tmp_path, runs):
    edition, tagged = Edition(tmp_path), chapter("01_a", "x = 1")
    edition.run(chapter("01_a", "x = 1"))
    tagged.notebook.cells[1].metadata = {"tags": ["remove-cell"]}
    assert edition.run(tagged) == ["01_a"]


@pytest.mark.parametrize("old", ["x = 1", "Some words", '"id": "words"'])
def test_a_tampered_notebook_runs_again_and_is_as_it_was(tmp_path, runs, old):
    edition, one = Edition(tmp_path), chapter("01_a", "x = 1")
    edition.run(one)
    path = edition.book / one.place
    whole = path.read_text(encoding="utf-8")
    assert old in whole
    path.write_text(whole.replace(old, old[:-2] + "9" + old[-1]), encoding="utf-8")
    assert edition.run(one) == ["01_a"]
    assert path.read_text(encoding="utf-8") == whole
    path.unlink()
    assert edition.run(one) == ["01_a"]


def test_a_new_clone_knows_nothing(tmp_path, runs):
    edition, one = Edition(tmp_path), chapter("01_a", "x = 1")
    edition.run(one)
    Memory("edition").path.unlink()
    assert edition.run(one) == ["01_a"]


@pytest.mark.parametrize("text", ["", "[]", "{", '{"chapters": {}}', "\x00"])
def test_a_spoilt_memory_is_an_empty_one(tmp_path, runs, text):
    edition, one = Edition(tmp_path), chapter("01_a", "x = 1")
    edition.run(one)
    Memory("edition").path.write_text(text)
    assert edition.run(one) == ["01_a"]
    assert edition.run(one) == []


def test_the_memory_is_private_and_holds_no_output(tmp_path, runs):
    Edition(tmp_path).run(chapter("01_a", "x = 'a secret'"))
    path = Memory("edition").path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert "secret" not in path.read_text()


def test_where_nothing_can_be_remembered_everything_runs(tmp_path, runs, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setattr(fresh, "FOLDER", tmp_path / "file" / "memory")
    edition, one = Edition(tmp_path), chapter("01_a", "x = 1")
    assert edition.run(one) == edition.run(one) == ["01_a"]


def test_a_helper_changed_while_a_chapter_runs_makes_it_run_again(tmp_path, runs, monkeypatch):
    root = tmp_path / "root"
    for name in ("src/helpers/__init__.py", "src/helpers/late.py", depends_on("execute")):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("A = 1\n")
    (root / "requirements.txt").write_text("")
    monkeypatch.setattr(fresh, "ROOT", root)
    edition, one = Edition(tmp_path), chapter("01_a", "from helpers import late")
    run_cells = execute._execute_one

    def slow(*arguments):
        run_cells(*arguments)
        (root / "src/helpers/late.py").write_text("A = 2\n")

    with monkeypatch.context() as patch:
        patch.setattr(execute, "_execute_one", slow)
        assert edition.run(one) == ["01_a"]
    (root / "src/helpers/late.py").write_text("A = 1\n")  # its outputs may be those of 2
    assert edition.run(one) == ["01_a"]
    assert edition.run(one) == []


def depends_on(name):
    return f"src/helpers/edition/{name}.py"


def test_what_the_fingerprint_rests_on(tmp_path, monkeypatch):
    study = tmp_path / "study"
    study.mkdir()
    (study / "adsl.csv").write_text("USUBJID\n1\n")
    context = Context(published=False, studies={"randomised": str(study)})
    cells = chapter("01_a", HELPER + "x = 1").notebook.cells

    def now(name="01_a", **parts):
        return fresh.fingerprint(
            name, cells, Context(**{**vars(context), **parts}), fresh.Tree(ROOT)
        )

    first = now()
    assert now(withheld={"02_b": ["x"]}) == first
    different = [now(withheld={"01_a": ["x"]}), now(published=True), now(left_out=[("2", "why")])]
    (study / "adsl.csv").write_text("USUBJID\n2\n")
    different.append(now())
    (study / "adlb.csv").write_text("")
    different.append(now())
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    different.append(now())
    monkeypatch.setattr(machine, "_packages", lambda: ["numpy-3"])
    different.append(now())
    assert len({first, *different}) == 8


def test_a_pipe_in_a_study_folder_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "adsl.csv")
    assert fresh.study_files(tmp_path) == []


def test_code_that_is_no_python_always_runs(tmp_path, runs):
    edition, one = Edition(tmp_path), chapter("01_a", "%time x = 1")
    assert edition.run(one) == edition.run(one) == ["01_a"]


def test_stale_names_the_chapters_that_must_run(tmp_path, runs):
    edition = Edition(tmp_path)
    one, two = chapter("01_a", "x = 1"), chapter("02_b", "x = 2")
    edition.run(one, two)
    places = {c.name: edition.book / c.place for c in (one, two)}
    kept = Kept(edition.context, Memory("edition"), places)
    assert fresh.stale([one, two], kept) == []
    assert fresh.stale([one, chapter("02_b", "x = 3")], kept) == ["02_b"]
    assert fresh.stale([one], Kept(edition.context, Memory("edition"), {})) == ["01_a"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("CI", "true", True),
        ("CI", "1", True),
        ("CI", "false", False),
        ("CI", "", False),
        ("OPENBLAS_CORETYPE", "Haswell", True),
        ("NPY_DISABLE_CPU_FEATURES", "AVX2", True),
        ("GLIBC_TUNABLES", "glibc.cpu.hwcaps=-AVX2", True),
    ],
)
def test_ci_and_other_processors_run_all(monkeypatch, name, value, expected):
    monkeypatch.setenv(name, value)
    assert machine.runs_all() is expected


# --- a folder and its sources ---------------------------------------------------------------


def test_a_made_folder_is_unchanged_until_a_source_or_a_file_of_it_changes(tmp_path):
    source, made = tmp_path / "source", tmp_path / "made"
    made.mkdir()
    source.write_text("1")
    (made / "page").write_text("one")

    def now():
        return Made(Memory("made"), made, source.read_text)

    first = now()
    assert not first.unchanged()
    first.learn({"page": fresh.file_digest(made / "page")})
    assert now().unchanged()
    (made / "more").write_text("somebody's own file")
    assert now().unchanged()
    (made / "page").write_text("two")
    assert not now().unchanged()
    (made / "page").write_text("one")
    assert now().unchanged()
    source.write_text("2")
    assert not now().unchanged()


def test_a_source_changed_while_it_was_made_is_not_remembered(tmp_path):
    states = iter("ab")
    made = Made(Memory("made"), tmp_path, lambda: next(states))
    made.learn({"page": "x"})
    assert not Made(Memory("made"), tmp_path, lambda: "a").unchanged()
    assert not Made(Memory("made"), tmp_path, lambda: "b").unchanged()


def test_a_site_is_known_by_its_place_its_data_and_its_settings(tmp_path):
    site, data = tmp_path / "site", tmp_path / "study"
    for folder in (site, data, site / ".git"):
        folder.mkdir()
    (site / "index.html").write_text("a page")
    (site / ".git" / "HEAD").write_text("")
    (data / "adsl.csv").write_text("USUBJID\n")
    fresh.site_of(site, data, "a").learn(fresh.site_files(site))
    (site / ".git" / "HEAD").write_text("moved")
    assert fresh.site_of(site, data, "a").unchanged()
    assert not fresh.site_of(site, data, "b").unchanged()
    assert not fresh.site_of(site, None, "a").unchanged()
    assert not fresh.site_of(tmp_path / "other", data, "a").unchanged()
    (data / "adsl.csv").write_text("USUBJID\n1\n")
    assert not fresh.site_of(site, data, "a").unchanged()


def test_what_is_known_of_a_site_goes_with_it(tmp_path):
    (tmp_path / "site").mkdir()
    known = fresh.site_of(tmp_path / "site", None)
    known.learn({"index.html": "x"})
    assert known.memory.path.is_file()
    (tmp_path / "site").rmdir()
    fresh.site_of(tmp_path / "other", None)
    assert not known.memory.path.exists()


# --- the commands ----------------------------------------------------------------------------


def test_executing_the_unchanged_book_loads_no_library_and_runs_nothing(tmp_path, monkeypatch):
    """`make execute` twice over: the second time neither pandas nor a kernel is started."""
    made = fresh.published_book()
    names = [c.place for c in plan.edition_chapters(published_context())[0]]
    made.learn({name: fresh.file_digest(ROOT / "book" / name) for name in names})
    text = (
        "import sys; from helpers.edition import fresh, progress\n"
        f"fresh.FOLDER = __import__('pathlib').Path({str(fresh.FOLDER)!r})\n"
        "from helpers.__main__ import main\n"
        "assert main(['execute']) == 0\n"
        "print(sorted({'pandas', 'numpy', 'nbformat', 'jupytext', 'nbclient'} & set(sys.modules)))"
    )
    env = {k: v for k, v in os.environ.items() if k not in ("CI", *machine.PROCESSORS)}
    started = time.time()
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, env=env
    )
    assert done.stdout == "[]\n"
    assert done.stderr.startswith("  nothing has changed")
    assert all((ROOT / "book" / name).stat().st_mtime < started for name in names)


def test_checking_a_folder_does_not_load_the_distributions_of_scipy():
    """They take longer to load than a small folder takes to check."""
    text = (
        "import sys; from helpers.__main__ import main\n"
        "assert main(['check', 'data/hucmsc']) == 0\n"
        "print(sorted({'helpers.conformance', 'scipy.stats'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", text], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "['helpers.conformance']"


@pytest.mark.parametrize("more", [["--all"], ["02_safety"]])
def test_what_is_asked_for_is_executed(monkeypatch, more):
    from helpers.__main__ import main

    asked = []
    monkeypatch.setattr(Made, "unchanged", lambda made: True)
    monkeypatch.setattr(
        build, "execute_published", lambda names, made, trust: asked.append((names, trust))
    )
    assert main(["execute", *more]) == 0
    assert asked == [([n for n in more if n[0] != "-"], False)]
    progress.be_quiet(False)
