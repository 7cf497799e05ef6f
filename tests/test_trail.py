"""The trail of a number is true: its function is defined, its test calls it, its cell binds the name."""

import ast
import json
import re
from functools import cache

import pytest

from helpers import results
from helpers.context import ROOT
from helpers.present import markup, sources

BOOK = ROOT / "book"
RECORDS = [r for path in results.notebooks(BOOK) for r in results.notebook_records(path) if r.cell]


def called(test):
    """The names that a test's body calls, by name or as an attribute."""
    calls = [n.func for n in ast.walk(test) if isinstance(n, ast.Call)]
    return {getattr(f, "attr", getattr(f, "id", "")) for f in calls}


@cache
def tree(path):
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def words(path):
    """All literal texts of a test file, such as the names that a test is run over."""
    return {n.value for n in ast.walk(tree(path)) if isinstance(n, ast.Constant)}


def functions_of(path):
    return [n for n in tree(path).body if isinstance(n, ast.FunctionDef)]


def runs(proof, function):
    """Whether the test calls the function, or looks it up by a name that its file lists."""
    names = called(next(test for test in functions_of(proof.path) if test.name == proof.name))
    return function in names or ("getattr" in names and function in words(proof.path))


def proven(test):
    """What the marks of a test say that it proves."""
    marks = [d for d in test.decorator_list if ast.unparse(d).startswith("pytest.mark.proves(")]
    return tuple(arg.value for mark in marks for arg in mark.args)


def test_the_marks_read_by_lines_are_those_that_python_reads():
    paths = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("tests/test_*.py"))
    parsed = [(p, t.lineno, t.name, proven(t)) for p in paths for t in functions_of(p) if proven(t)]
    assert [(p.path, p.line, p.name, p.proves) for p in sources.proofs()] == parsed


def test_the_line_of_a_function_is_where_python_reads_it():
    for source in sorted({r.source for r in RECORDS if r.source.startswith("helpers.")}):
        path, line = sources.code_place(source)
        defined = [n for n in ast.walk(tree(path)) if getattr(n, "lineno", 0) == line]
        names = {getattr(n, "name", "") for n in defined}
        assert source.rpartition(":")[2].rpartition(".")[2] in names, source


@pytest.mark.parametrize("proof", sources.proofs(), ids=lambda p: p.name)
def test_a_test_calls_what_it_says_that_it_proves(proof):
    for source in proof.proves:
        assert sources.code_link(source, ""), f"{proof.node}: {source} is defined nowhere"
        assert runs(proof, source.partition(":")[2]), f"{proof.node} does not call {source}"


def test_there_are_numbers_with_a_trail():
    assert len(RECORDS) > 400


def test_every_number_has_its_function_and_a_test_that_proves_it():
    made = {r.source for r in RECORDS}
    assert [s for s in sorted(made) if not sources.code_link(s, "")] == []
    assert [s for s in sorted(made) if sources.proof(s) is None] == []


def test_every_reported_number_says_where_it_is_printed():
    reported = [r for r in RECORDS if r.label == "reported"]
    assert reported
    # a sentence of an abstract; or a registry record or an abstract, and the day on which it was read
    for record in reported:
        assert re.search(r"sentence \d|read \d{4}-\d\d-\d\d$|NCT\d{8}$", record.sentence), (
            record.key
        )


@cache
def bound_in(path, cell):
    """The names that a cell of a notebook binds."""
    notebook = json.loads((BOOK / path).read_text(encoding="utf-8"))
    (source,) = ["".join(c["source"]) for c in notebook["cells"] if c["id"] == cell]
    return {n.id for n in ast.walk(ast.parse(source))
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip


def test_the_cell_of_every_number_binds_its_name():
    for record in RECORDS:
        path, _, cell = record.cell.partition("#")
        assert record.key.split(".")[0] in bound_in(path, cell), record.key


def test_results_csv_names_tests_that_exist(site):
    import csv

    with (site / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    named = {row["test"] for row in rows} - {""}
    assert len(named) > 20
    for node in named:
        path, _, name = node.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")
    assert len({(row["chapter"], row["key"]) for row in rows}) == len(rows)


def test_no_table_says_less_than_the_records_behind_its_numbers():
    wrong = []
    for path in results.notebooks(ROOT / "book"):
        labels = {markup.anchor("n", r.key): r.label for r in results.notebook_records(path)}
        for table in shown_tables(path):
            for label, key in re.findall(r'class="num num-(\w+)" href="#(n-[^"]+)"', table):
                if labels.get(key, label) != label:
                    wrong.append(f"{path.name}: {key} is {labels[key]}, shown as {label}")
    assert not wrong, "\n".join(wrong)


def shown_tables(path):
    """The HTML that the cells of a notebook show."""
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            yield "".join(output.get("data", {}).get("text/html", ""))
