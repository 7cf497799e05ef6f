"""What a chapter rests on: what Python itself loads and opens when its cells run, and no more."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from helpers.context import ROOT, VARIABLE, published_context
from helpers.edition import depends, fresh, plan
from helpers.edition.depends import Tree, code_of

ANALYSIS = "studies/hucmsc/06_dose_response_survival"
# a few run whole, for what is imported and read on the way; of the others their imports
WHOLE = (
    "05_chimerism",
    "07_claims",
    "10_appendix",
    "11_methods",
    "12_report_card",
    "13_any_report",
    "14_sas_and_r",
    ANALYSIS,
)
# imported when the first figure is drawn (chapter 10 draws none), the first crossed table shown
LAZY = {"helpers.present.figure", "helpers.present.crossed", "helpers.present.crossing"}


@pytest.fixture(scope="module")
def chapters():
    return {c.name: c for c in plan.edition_chapters(published_context())[0]}


@pytest.fixture(scope="module")
def seen(chapters):
    """What Python loaded and opened, by chapter: from `sys.modules` and audit events alone."""
    rest = [name for name in chapters if name not in WHOLE]
    command = [sys.executable, str(ROOT / "tests" / "watched.py"), "imports", *rest, "run", *WHOLE]
    env = {**os.environ, VARIABLE: "", "PYTHONPATH": "", "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_chapter_needs_the_modules_that_python_loads_for_it_and_no_other(chapters, seen):
    tree = Tree(ROOT)
    for name, chapter in chapters.items():
        loaded = set(seen[name]["modules"])
        needed = tree.needed(code_of(chapter.notebook.cells))
        assert loaded <= needed, name
        assert needed - loaded <= LAZY, name
    assert len(tree.modules) > len(needed) > 50


def test_every_file_that_a_chapter_opens_is_in_its_fingerprint(chapters, seen):
    context, tree = published_context(), Tree(ROOT)
    data = {p for folder in context.studies.values() for p in fresh.study_files(ROOT / folder)}
    for name in WHOLE:
        code = code_of(chapters[name].notebook.cells)
        known = {str(path) for path in tree.files(code) | data}
        opened = {p for p in seen[name]["opened"] if not p.startswith(sys.prefix)}
        opened = {p for p in opened if "__pycache__" not in p}
        # to remove a temporary folder, its parts are opened by their bare names
        opened = {p for p in opened if os.path.exists(p)}
        assert opened <= known, name  # of no other page the notebook, for one
    methods = seen["11_methods"]["opened"]
    assert any(path.endswith("tests/reference/reference.csv") for path in methods)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of what fingerprints are made of, to change."""
    root = tmp_path_factory.mktemp("copy")
    for name in ("src", "data", "tests"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "requirements.txt", root)
    return root


@pytest.fixture(scope="module")
def before(chapters, copy):
    return prints(chapters, copy)


def prints(chapters, root):
    tree, context = Tree(root), published_context()
    return {
        name: fresh.fingerprint(name, c.notebook.cells, context, tree)
        for name, c in chapters.items()
    }


@pytest.mark.parametrize(
    ("module", "constant"),
    [
        ("analyse/noncentral.py", "FAR"),
        ("analyse/partial_likelihood.py", "STEPS"),
        ("possible/batched.py", "CHUNK"),
        ("possible/smallest_chi_square.py", "FRONTIER"),
        ("results.py", "MIME"),
        ("edition/gate.py", "LISTED"),
    ],
)
def test_a_constant_deep_in_a_helper_makes_every_chapter_stale_that_loads_it_and_no_other(
    chapters, seen, copy, before, module, constant
):
    path = copy / "src/helpers" / module
    text = path.read_text(encoding="utf-8")
    assert f"\n{constant}" in text
    try:
        path.write_text(text.replace(f"\n{constant}", f"\nCHANGED = {constant}", 1), "utf-8")
        after = prints(chapters, copy)
    finally:
        path.write_text(text, encoding="utf-8")
    name = "helpers." + module.removesuffix(".py").replace("/", ".")
    expected = {chapter for chapter in chapters if name in seen[chapter]["modules"]}
    assert {chapter for chapter in chapters if before[chapter] != after[chapter]} == expected
    assert None not in before.values()


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("tests/reference/reference.csv", {"11_methods", "14_sas_and_r"}),
        ("tests/test_groups.py", {"11_methods"}),
        ("data/card/trials.csv", {"12_report_card"}),
        ("data/published/assumptions.toml", "all"),
        ("requirements.txt", "all"),
        ("src/helpers/edition/execute.py", "all"),
        ("tests/conftest.py", set()),
        ("src/helpers/present/theme/static/book.css", set()),
    ],
)
def test_a_changed_file_makes_those_chapters_stale_that_read_it(
    chapters, copy, before, file, expected
):
    path = copy / file
    kept = path.read_bytes()
    try:
        path.write_bytes(kept + b"\n# changed\n")
        after = prints(chapters, copy)
    finally:
        path.write_bytes(kept)
    found = {chapter for chapter in chapters if before[chapter] != after[chapter]}
    assert found == (set(chapters) if expected == "all" else expected)


def test_imports_within_functions_of_packages_and_by_name_are_found():
    tree = Tree(ROOT)
    assert tree.needed("") == set()
    assert {"helpers", "helpers.analyse", "helpers.analyse.noncentral"} <= tree.needed(
        "def f():\n    if 0:\n        from helpers.analyse import noncentral as n"
    )
    by_name = tree.needed("import pkgutil\nfrom helpers import future")
    assert {m for m in tree.modules if m.startswith("helpers.future.")} <= by_name
    assert not {m for m in by_name if m.startswith("helpers.present")}
    assert "helpers.future.deaths" not in tree.needed("from helpers import future")


@pytest.mark.parametrize(
    "code",
    [
        "import os, helpers.study as s  # and more\nimport re; from helpers import errors",
        "from helpers.analyse import (  # a comment (with brackets)\n    cox,\n    ties as t,  # )\n)",
        "if True: from helpers import study\ntry:\n    import helpers.cells\nexcept ImportError: import re",
        "from helpers.present \\\n    import figure, \\\n    markup",
        "class A:\n\timport helpers.trail\n\tfrom  helpers  import  results",
        "from helpers.analyse import(cox)\nfromage = importer = 1\nx = [1, 2]; y = 'from'",
    ],
)
def test_imports_are_found_by_their_words_as_by_their_tree(code):
    assert depends._names(code) == named_by_tree(code)


def test_the_imports_of_every_module_are_found_as_by_its_tree():
    for name, path in Tree(ROOT).modules.items():
        text = path.read_text(encoding="utf-8")
        assert depends._names(text) == named_by_tree(text), name


def named_by_tree(code):
    """The names in the import statements of a module, as Python's own parser has them."""
    out = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            out |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            out |= {f"{node.module}.{alias.name}" for alias in node.names}
    return out


def test_no_module_of_a_chapter_is_imported_in_a_way_that_is_not_found(chapters):
    """`importlib` and `pkgutil` are understood; relative imports and other ways are not."""
    hidden = re.compile(r"__import__\(|\brunpy\b|\bexec\(|^\s*from \.", re.MULTILINE)
    tree = Tree(ROOT)
    needed = set().union(*(tree.needed(code_of(c.notebook.cells)) for c in chapters.values()))
    texts = {name: tree.modules[name].read_text(encoding="utf-8") for name in needed}
    assert [name for name, text in texts.items() if hidden.search(text)] == []
    assert hidden.search("x = 1\n    from .a import b")


def test_what_modules_read_is_noted_of_modules_that_there_are():
    assert depends.READS.keys() <= Tree(ROOT).modules.keys()
