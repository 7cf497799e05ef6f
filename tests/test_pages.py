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


def test_a_tree_without_git_elsewhere_gives_the_same_site_by_plain_sphinx(site, tmp_path):
    """Another place, zone, locale, umask and seed, and no jupyter-book: each would show by itself."""
    tree, out = tmp_path / "a folder, (unlike)", tmp_path / "the site"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*NO_SOURCE))
    elsewhere = {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONPATH": str(tree / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "helpers", "book", "--site", str(out), "--builder", "sphinx"],
        env={**os.environ, **elsewhere, "PYTHONHASHSEED": "7"},
        cwd=tmp_path,
        umask=0o077,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "warning" not in (done.stdout + done.stderr).lower()
    plain = files(out)
    assert differing(files(site), plain) == []
    assert {"index.html", "results.csv", "figures.html", "_static/search-index.js"} <= set(plain)
