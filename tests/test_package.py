"""What an installation brings: enough for the helpers, no browser, and all of it in the lock."""

import ast
import re
import sys
import tomllib
from importlib import metadata

import jupytext
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from helpers.__main__ import main
from helpers.context import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
EXTRAS = PROJECT["project"]["optional-dependencies"]
PLACES = metadata.packages_distributions()
# what only making pages, notebooks or a PDF needs, beyond what `pip install .` brings
BOOK = (
    "edition/", "present/site.py", "present/picture.py", "present/theme.py", "present/roles.py",
    "present/finder.py",
    "present/bound.py", "literate/recording.py", "translate/",
)  # fmt: skip
PDF = "edition/pdf.py"
LAB = "edition/lab_contents.py"


def names(lines):
    return {canonicalize_name(Requirement(line).name) for line in lines}


def run_lines():
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    return [line.partition("#")[0].strip() for line in lines if line.partition("#")[0].strip()]


def direct():
    groups = [*EXTRAS.values(), *PROJECT["dependency-groups"].values()]
    return [Requirement(line) for lines in [run_lines(), *groups] for line in lines]


def locked():
    """name -> (version, number of hashes) for each entry of the lock; one name may have several."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    for entry in filter(str.strip, text.splitlines()):
        words = entry.split()
        name, _, version = words[0].partition("==")
        yield canonicalize_name(name), version, sum(w.startswith("--hash=sha256:") for w in words)


def brought(name, seen):
    """Every distribution that installing `name` brings here, itself included."""
    if name in seen:
        return seen
    seen.add(name)
    for line in metadata.requires(name) or []:
        needed = Requirement(line)
        if needed.marker is None or needed.marker.evaluate({"extra": ""}):
            brought(canonicalize_name(needed.name), seen)
    return seen


def imported(source):
    """Distributions of the third-party packages that a Python source imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    others = found - sys.stdlib_module_names - {"helpers"}
    return {canonicalize_name(PLACES[name][0]) for name in others}


def test_a_plain_installation_brings_no_browser_no_test_runner_and_no_builder():
    mine = brought("helpers", set())
    assert names(run_lines()) < mine
    unwanted = {"playwright", "pytest", "jupyter-book", "sphinx", "ipykernel", "ruff", "dask"}
    assert mine & unwanted == set()


@pytest.mark.parametrize("path", sorted((ROOT / "src/helpers").rglob("*.py")), ids=lambda p: p.stem)
def test_every_import_of_a_helper_is_a_requirement_of_its_kind(path):
    place = path.relative_to(ROOT / "src/helpers").as_posix()
    allowed = names(run_lines())
    allowed |= names(EXTRAS["book"]) if place.startswith(BOOK) else set()
    allowed |= names(EXTRAS["pdf"]) if place == PDF else set()
    allowed |= names(EXTRAS["lab"]) if place == LAB else set()
    assert imported(path.read_text(encoding="utf-8")) - allowed == set()


def test_every_import_of_a_chapter_is_a_requirement_of_the_book():
    for path in sorted((ROOT / "chapters").rglob("*.md")):
        cells = [
            c.source for c in jupytext.read(path, fmt="md:myst").cells if c.cell_type == "code"
        ]
        extra = imported("\n".join(cells)) - names(run_lines()) - names(EXTRAS["book"])
        assert extra == set(), path


def test_the_lock_pins_every_requirement_within_its_limits_and_with_hashes():
    lock = list(locked())
    assert len(lock) > 100
    assert [entry for entry in lock if not entry[1] or not entry[2]] == []
    for needed in direct():
        name = canonicalize_name(needed.name)
        versions = [version for other, version, _ in lock if other == name]
        assert versions, f"{needed} is not in requirements.txt: run `make lock`"
        assert all(needed.specifier.contains(version) for version in versions), needed


def test_a_missing_extra_is_one_line_that_says_what_to_install(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "playwright.sync_api", None)  # as if it were not installed
    assert main(["pdf", "--site", str(tmp_path)]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "the package playwright," in line
    assert "pip install '.[book,pdf]'" in line


def test_package_citation_and_changelog_name_one_version():
    version = PROJECT["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["version"] == version
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{version}] - {citation['date-released']}" in changes


def test_workflows_call_what_a_person_calls():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    ran = []
    for path in sorted((ROOT / ".github/workflows").glob("*.yml")):
        jobs = yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"].values()
        ran += [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    assert "bash .ci/run" in ran
    assert "make book" in ran
    called = [line.split()[1] for line in ran if line.startswith("make ")]
    assert set(called) <= targets
