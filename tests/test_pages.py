"""The pages of the book: the same bytes from another tree, machine setting or builder."""

import os
import shutil
import subprocess
import sys

from helpers.context import ROOT

# what stands in a working tree and in no tarball
NO_SOURCE = (".git", ".venv", "_site", "_work", "my_*", ".*_cache", ".hypothesis", "__pycache__")


def files(folder):
    """Every file below `folder` with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def differing(one, other):
    return sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))


def test_a_tree_without_git_in_another_place_zone_locale_and_umask_gives_the_same_site(
    site, tmp_path
):
    tree, out = tmp_path / "a folder, (unlike)", tmp_path / "the site"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*NO_SOURCE))
    elsewhere = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONPATH": str(tree / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "helpers", "book", "--site", str(out)],
        env={**os.environ, **elsewhere, "PYTHONHASHSEED": "7"},
        cwd=tmp_path,
        umask=0o077,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    assert differing(files(site), files(out)) == []


def test_plain_sphinx_makes_the_same_site_as_jupyter_book(site, tmp_path):
    out = tmp_path / "site"
    command = [sys.executable, "-m", "helpers", "book", "--site", str(out), "--builder", "sphinx"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    plain = files(out)
    assert differing(files(site), plain) == []
    assert {"index.html", "results.csv", "figures.html", "_static/search-index.js"} <= set(plain)
