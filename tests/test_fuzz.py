"""Study folders spoiled at random: `check` and `init` end in a report, never in a traceback.

A short run of what `make fuzz` does with 10,000 folders.
"""

import sys

import nbformat
import pandas as pd
import pytest

import fuzz
from fuzz import analyses, run
from helpers import schema
from helpers.edition import plan
from helpers.ingest import types

SEEDS = range(20_000_000, 20_000_120)  # not those of `make fuzz`, which begin at 0
ANALYSED = range(21_000_000, 21_000_014)  # of which every accepted folder is analysed


@pytest.mark.parametrize("part", range(4))
def test_no_spoiled_folder_ends_in_a_traceback(part):
    failed = {seed: fuzz.one_folder(seed) for seed in SEEDS[part::4]}
    assert {seed: (done, wrong) for seed, (_, done, wrong) in failed.items() if wrong} == {}


def test_what_check_accepts_can_be_analysed():
    codes, failed = run.tried(ANALYSED, analysed=True)
    assert failed == {}
    assert codes[0] + codes[3] >= 5  # else nothing was tried


@pytest.mark.parametrize(
    "cell", ["1 / 0", "import warnings; warnings.warn('x')", "trial = open_study(", "print(x)"]
)
def test_a_fault_of_an_analysis_is_found(tmp_path, monkeypatch, cell):
    folder = tmp_path / "study"
    fuzz.write(fuzz.base(fuzz.random.Random(1)), folder)
    source = plan.source_notebook

    def with_a_fault(name):
        notebook, nav = source(name)
        notebook.cells = [c for c in notebook.cells if c.cell_type == "markdown"]
        notebook.cells.append(nbformat.v4.new_code_cell(cell))
        return notebook, nav

    monkeypatch.setattr(plan, "source_notebook", with_a_fault)
    assert any(cell in wrong for wrong in fuzz.analyse(folder))


def test_a_folder_that_is_not_spoiled_is_accepted(tmp_path):
    for numbers in (fuzz.random.Random(seed) for seed in range(3)):
        folder = tmp_path / str(numbers.random())
        fuzz.write(fuzz.base(numbers), folder)
        assert fuzz.look_at(folder) == (0, [])


@pytest.mark.parametrize(
    ("what", "make"),
    [
        ("ZeroDivisionError", lambda folder: 1 / 0),
        ("control characters", lambda folder: _Report("\x1b[2J")),
        ("characters", lambda folder: _Report("x" * 300_000)),
        ("exit code", lambda folder: _Report("", exit_code=1)),
    ],
)
def test_a_fault_of_the_report_is_found(tmp_path, monkeypatch, what, make):
    folder = tmp_path / "study"
    fuzz.write(fuzz.base(fuzz.random.Random(1)), folder)
    monkeypatch.setattr(fuzz, "check_folder", make)
    assert any(what in wrong for wrong in fuzz.look_at(folder)[1])


class _Report:
    """A report that says `text`, without a problem."""

    def __init__(self, text, exit_code=0):
        self.text, self.exit_code, self.problems, self.subjects = text, exit_code, [], 1

    def as_text(self):
        return self.text

    def as_json(self):
        return ""


def test_the_same_seed_gives_the_same_folder(tmp_path):
    for seed in range(5):
        for name in ("one", "two"):
            fuzz.write(fuzz.spoiled(seed), tmp_path / f"{name}{seed}")
        one, two = (
            {p.name: p.read_bytes() for p in (tmp_path / f"{name}{seed}").iterdir() if p.is_file()}
            for name in ("one", "two")
        )
        assert one == two


@pytest.mark.parametrize("name", ["adsl", "adlb", "adae", "adtte"])
@pytest.mark.filterwarnings("error")
def test_a_table_of_more_than_a_hundred_columns_is_typed_without_a_warning(name):
    needed = [c for c, spec in schema.COLUMNS[name].items() if spec.required]
    frame = pd.DataFrame({c: ["1", "2"] for c in [*needed, *(f"X{i}" for i in range(150))]})
    arms = pd.Series(["A", "B"], index=["2", "1"])
    typed = types.typed_table(name, frame, arms)
    assert list(typed.columns[:2]) == ["USUBJID", "ARM"]
    assert list(typed["ARM"]) == ["B", "A"]


def test_the_names_of_cells_stand_beside_main():
    """What starts other processes (Dask in another file of tests) reads `__main__`."""
    shell, _ = analyses._shell()
    shell.reset(new_session=False)
    assert sys.modules["__main__"] is not shell.user_module
    assert hasattr(sys.modules["__main__"], "__spec__")
