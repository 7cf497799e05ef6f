"""`make nbval` leaves out what passed and has not changed; a tampered notebook never."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

import only_stale
from helpers.context import ROOT
from helpers.edition import fresh, machine, progress

OPTIONS = ["--nbval", "--nbval-current-env", "-W", "default", "-p", "no:cacheprovider"]
OTHER = "02_other"


@pytest.fixture
def book(tmp_path, monkeypatch):
    """A book of two notebooks with one cell each, nothing remembered."""
    folder = tmp_path / "book"
    folder.mkdir()
    for name, source, shown in (("01_one", "print(1 + 1)", "2\n"), (OTHER, "print(3)", "3\n")):
        write(folder / f"{name}.ipynb", source, shown)
    monkeypatch.setattr(only_stale, "BOOK", folder)
    monkeypatch.setattr(only_stale, "TESTS", tmp_path / "tests")
    monkeypatch.setattr(fresh, "FOLDER", tmp_path / "memory")
    for name in ("CI", *machine.PROCESSORS):
        monkeypatch.delenv(name, raising=False)
    return folder


def write(path, source, shown):
    cell = nbformat.v4.new_code_cell(source, execution_count=1, id="cell")
    cell.outputs = [nbformat.v4.new_output("stream", text=shown)]
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)


@pytest.fixture
def runs(monkeypatch, book):
    """pytest replaced: by notebook, which were run; a cell passes when it prints its sum."""
    out = []

    def run(arguments, plugins):
        places = [a for a in arguments if a.endswith(".ipynb")]
        out.append([name.rpartition("/")[2].removesuffix(".ipynb") for name in places])
        failed = 0
        for place in places:
            (cell,) = nbformat.read(place, as_version=4).cells
            good = cell.outputs[0].text == f"{eval(cell.source[6:-1])}\n"
            failed += not good
            for when in ("setup", "call", "teardown"):
                node = f"book/{place.rpartition('/')[2]}::Cell 0"
                outcome = "failed" if when == "call" and not good else "passed"
                report = pytest.TestReport(node, ("", 0, ""), {}, outcome, None, when)
                plugins[0].pytest_runtest_logreport(report)
        return pytest.ExitCode.TESTS_FAILED if failed else pytest.ExitCode.OK

    monkeypatch.setattr(only_stale.pytest, "main", run)
    return out


def test_what_passed_is_left_out_and_one_line_says_so(book, runs, capsys):
    assert only_stale.main(OPTIONS) == 0
    assert only_stale.main(OPTIONS) == 0
    assert runs == [["01_one", OTHER]]
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "all 2 notebooks are skipped" in said
    assert "ALL=1" in said


def test_new_words_leave_a_notebook_out(book, runs, capsys):
    only_stale.main(OPTIONS)
    notebook = nbformat.read(book / "01_one.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_markdown_cell("More words.", id="words"))
    nbformat.write(notebook, book / "01_one.ipynb")
    assert only_stale.main(OPTIONS) == 0
    assert runs == [["01_one", OTHER]]
    assert "2 of 2 notebooks are skipped" in capsys.readouterr().err


@pytest.mark.parametrize("shown", ["3\n", "2\n\n", ""])
def test_a_tampered_notebook_is_run_and_fails_each_time(book, runs, capsys, shown):
    only_stale.main(OPTIONS)
    write(book / "01_one.ipynb", "print(1 + 1)", shown)
    for _ in range(2):
        assert only_stale.main(OPTIONS) == 1
        assert runs[-1] == ["01_one"]
        assert "1 of 2 notebooks are skipped" in capsys.readouterr().err
    write(book / "01_one.ipynb", "print(1 + 1)", "2\n")
    assert only_stale.main(OPTIONS) == 0  # as it was when it passed
    assert len(runs) == 3


def test_changed_code_and_changed_options_are_run(book, runs):
    only_stale.main(OPTIONS)
    write(book / "01_one.ipynb", "print(2 + 2)", "4\n")
    only_stale.main(OPTIONS)
    only_stale.main([*OPTIONS, "-p", "same_outputs"])
    assert runs == [["01_one", OTHER], ["01_one"], ["01_one", OTHER]]


def test_a_changed_plugin_is_another_comparison(book, runs, tmp_path):
    (tmp_path / "tests").mkdir()
    plugin = tmp_path / "tests" / "same_outputs.py"
    plugin.write_text("TOLERANCE = 1e-8\n")
    options = [*OPTIONS, "-p", "same_outputs"]
    only_stale.main(options)
    plugin.write_text("TOLERANCE = 1e-7\n")
    only_stale.main(options)
    assert runs == [["01_one", OTHER]] * 2


@pytest.mark.parametrize("variable", ["CI", *machine.PROCESSORS])
def test_in_ci_and_on_another_processor_all_are_run(book, runs, monkeypatch, variable):
    monkeypatch.setenv(variable, "Haswell")
    only_stale.main(OPTIONS)
    only_stale.main(OPTIONS)
    assert runs == [["01_one", OTHER]] * 2


def test_all_means_all_and_a_failure_then_forgets_the_pass(book, runs, monkeypatch):
    only_stale.main(OPTIONS)

    def failing(arguments, plugins):
        runs.append([a.rpartition("/")[2][:-6] for a in arguments if a.endswith(".ipynb")])
        return pytest.ExitCode.TESTS_FAILED

    monkeypatch.setattr(only_stale.pytest, "main", failing)
    assert only_stale.main(["--all", *OPTIONS]) == 1
    assert only_stale.main(OPTIONS) == 1
    assert runs[-1] == ["01_one", OTHER]


def test_a_notebook_of_which_a_cell_did_not_run_has_not_passed(book, monkeypatch):
    """As after `-x`, `--maxfail` or Ctrl-C: no report is no pass."""
    cells = {only_stale.Path("01_one.ipynb"): 2}
    watch = only_stale.Watch(cells)
    node = "book/01_one.ipynb::Cell 0"
    for when in ("setup", "call", "teardown"):
        watch.pytest_runtest_logreport(
            pytest.TestReport(node, ("", 0, ""), {}, "passed", None, when)
        )
    assert watch.clean() == []


def test_a_removed_notebook_is_no_longer_asked_for(book, runs):
    only_stale.main(OPTIONS)
    (book / f"{OTHER}.ipynb").unlink()
    assert only_stale.main(OPTIONS) == 0
    shutil.copy(book / "01_one.ipynb", book / "03_copy.ipynb")
    only_stale.main(OPTIONS)
    assert runs == [["01_one", OTHER], ["03_copy"]]


def test_quiet_says_nothing(book, runs, capsys):
    only_stale.main(["--quiet", *OPTIONS])
    only_stale.main(["--quiet", *OPTIONS])
    progress.be_quiet(False)
    captured = capsys.readouterr()
    assert captured.err == captured.out == ""
    assert len(runs) == 1


SCRIPT = """
import sys
from pathlib import Path
import only_stale
from helpers.edition import fresh
only_stale.BOOK, fresh.FOLDER = Path(sys.argv[1]), Path(sys.argv[2])
sys.exit(only_stale.main(sys.argv[3:]))
"""


def test_nbval_itself_passes_skips_and_catches(book):
    def run():
        return subprocess.run(
            [sys.executable, "-c", SCRIPT, book, fresh.FOLDER, *OPTIONS],
            capture_output=True, text=True, check=False,
            env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
        )  # fmt: skip

    first, second = run(), run()
    assert (first.returncode, second.returncode) == (0, 0)
    assert "2 passed" in first.stdout
    assert (second.stdout, "all 2 notebooks are skipped" in second.stderr) == ("", True)
    write(book / "01_one.ipynb", "print(1 + 1)", "3\n")
    third = run()
    assert third.returncode == 1
    assert "1 failed" in third.stdout
