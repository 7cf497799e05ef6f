"""The wheel that `pip install .` makes holds every file that the modules read beside themselves."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
IGNORED = shutil.ignore_patterns("__pycache__", "*.egg-info")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names of the files in a wheel built of a copy of the source, without the network."""
    work = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "src", work / "src", ignore=IGNORED)
    for name in ("pyproject.toml", "requirements.in"):
        shutil.copy(ROOT / name, work)
    build = "from setuptools import build_meta as b; b.build_wheel('dist')"
    subprocess.run([sys.executable, "-c", build], cwd=work, check=True, capture_output=True)
    (made,) = (work / "dist").glob("*.whl")
    return set(zipfile.ZipFile(made).namelist())


def _kept():
    source = ROOT / "src"
    for path in (source / "helpers").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(source).as_posix()


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    missing = sorted(set(_kept()) - wheel)
    assert not missing


def test_what_the_pages_and_the_audit_read_is_in_the_wheel(wheel):
    read = {"audit/example.toml", "reference/audit_checks.toml", "edition/code.css",
            "present/theme/audit.css", "present/theme/static/book.js"}  # fmt: skip
    assert {f"helpers/{name}" for name in read} <= wheel
