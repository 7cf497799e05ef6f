"""What make is given reaches the commands as it stands; nothing in it is expanded or run."""

import os
import subprocess
from pathlib import Path

import pytest

from helpers.context import ROOT

# each would write a file called `ran` if make or a shell took it for more than text
HOSTILE = [
    "$(shell touch ran)", "${shell touch ran}", "$(touch ran)", "$$(touch ran)", "`touch ran`",
    '"; touch ran; "', "'; touch ran; '", "; touch ran", "a\ntouch ran", "\\$(shell touch ran)",
    "#$(shell touch ran)", "$(eval $(shell touch ran))", "a b=$(shell touch ran)", "| touch ran",
    "$(error boom)", "-x", "--help", "it's \"q\" ;x", "$HOME", "~", "*", "two  blanks ", "%", "ü\\",
]  # fmt: skip
GIVEN = ("DATA", "SITE", "CHAPTER", "ABSTRACTS", "JOBS", "PYTHON", "VENV")
TARGETS = ("book", "pdf", "check", "init", "example", "execute", "data", "quotes", "test", "nbval",
           "bench", "lint", "install", "clean")  # fmt: skip
PYTHON = """#!/bin/sh
printf '%s\\0' "$@" >> "$RECORD"
printf '\\n\\0' >> "$RECORD"
"""


@pytest.fixture
def place(tmp_path):
    """A folder with our Makefile, and an environment whose commands only note their arguments."""
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text(encoding="utf-8"))
    (tmp_path / "benchmarks").mkdir()
    for name in ("requirements.txt", "pyproject.toml"):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (0, 0))
    return tmp_path


def environment(folder: Path) -> Path:
    (folder / "bin").mkdir(parents=True)
    for name in ("python", "lint-imports"):
        (folder / "bin" / name).write_text(PYTHON)
        (folder / "bin" / name).chmod(0o755)
    (folder / ".installed").touch()
    return folder


def make(place, *arguments, **variables):
    """Run make; the commands that it ran, each a list of arguments."""
    record = place / "record"
    record.unlink(missing_ok=True)
    names = {k: v for k, v in os.environ.items() if k not in GIVEN and "MAKE" not in k}
    done = subprocess.run(
        ["make", *arguments], cwd=place, env=names | {"RECORD": str(record)} | variables,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not (place / "ran").exists()
    if not record.exists():
        return []
    commands = record.read_bytes().decode().split("\0\n\0")
    return [command.split("\0") for command in commands if command]


@pytest.mark.parametrize("value", HOSTILE)
def test_a_dry_run_runs_nothing_that_was_given(place, value):
    for target in TARGETS:  # apart: one that make stops at would hide the next
        make(place, "-n", target, *(f"{name}={value}" for name in GIVEN))
        make(place, "-n", target, **dict.fromkeys(GIVEN, value))


@pytest.mark.parametrize("how", ["argument", "environment"])
@pytest.mark.parametrize("value", HOSTILE)
def test_a_command_gets_what_was_given_as_it_stands(place, value, how):
    venv = environment(place / "venv")

    def ran(target, *names):
        given = dict.fromkeys(names, value) | {"VENV": str(venv)}
        if how == "environment":
            return make(place, target, **given)
        return make(place, target, *(f"{name}={value}" for name, value in given.items()))

    helpers = ["-m", "helpers"]
    book = [*helpers, "book", f"--data={value}", f"--site={value}", "--builder=jupyter-book"]
    assert ran("book", "DATA", "SITE") == [book]
    assert ran("pdf", "DATA", "SITE") == [book, [*helpers, "pdf", f"--site={value}"]]
    assert ran("check", "DATA") == [[*helpers, "check", "--", value]]
    assert ran("init", "DATA") == [[*helpers, "init", "--", value]]
    assert ran("example", "DATA") == [[*helpers, "example", "--", value]]
    assert ran("quotes", "ABSTRACTS") == [[*helpers, "quotes", "--", value]]
    assert ran("clean", "SITE") == [[*helpers, "clean", f"--site={value}"]]
    assert ran("execute", "CHAPTER") == [[*helpers, "execute", "--", *value.split()]]
    tests = ran("test", "JOBS", "DATA")  # a make within make
    assert [command[command.index("-n") + 1] for command in tests if "-n" in command] == [value] * 2


@pytest.mark.parametrize("name", ['it\'s "q" ;x', "$(touch ran)", "two  blanks", "a\nb"])
def test_an_environment_may_have_any_name(place, name):
    environment(place / name)
    assert make(place, "data", f"VENV={name}") == [["-m", "helpers", "simulate", "data"]]


def test_without_a_word_the_site_is_the_books_or_the_studys(place):
    venv = environment(place / "venv")
    book, usual = ["-m", "helpers", "book"], "--builder=jupyter-book"
    assert make(place, "book", f"VENV={venv}") == [[*book, "--site=_site", usual]]
    assert make(place, "book", f"VENV={venv}", "DATA=a") == [
        [*book, "--data=a", "--site=my_site", usual]
    ]
    assert make(place, "book", f"VENV={venv}", "SITE=b") == [[*book, "--site=b", usual]]


def test_an_environment_is_installed_once_and_again_when_the_lock_changes(place):
    venv = place / "it's new"
    environment(place / "other")
    python = place / "other/bin/python"
    (venv / "bin").mkdir(parents=True)
    (venv / "bin/python").write_text(PYTHON)
    (venv / "bin/python").chmod(0o755)
    bare = {"PATH": f"{os.path.dirname(subprocess.getoutput('command -v sh'))}:/usr/bin:/bin"}

    def installs():
        return [
            c
            for c in make(place, "install", f"VENV={venv}", f"PYTHON={python}", **bare)
            if "install" in c
        ]

    assert len(installs()) == 2
    assert (venv / ".installed").exists()
    assert installs() == []
    os.utime(place / "requirements.txt")
    os.utime(venv / ".installed", (1, 1))
    assert len(installs()) == 2
