"""The pages of the book: the same bytes from another tree, machine setting or builder."""

import os
import shutil
import subprocess
import sys

from helpers.context import ROOT
from helpers.edition import pages

# what stands in a working tree and in no tarball
NO_SOURCE = (".git", ".venv", "_site", "_work", "my_*", ".*_cache", ".hypothesis", "__pycache__")
# not made by the builder of the pages
BESIDE = (
    "code/", "claims.json", ".helpers-site", "zh/", "_static/search-index-zh.js", "cdisc/", "rtf/",
)  # fmt: skip


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


def test_plain_sphinx_makes_the_same_bytes_as_jupyter_book(site, tmp_path):
    plain = files(pages.build_pages(ROOT / "book", tmp_path, pages.SPHINX))
    ours = {name: data for name, data in files(site).items() if not name.startswith(BESIDE)}
    assert differing(ours, plain) == []
    assert {"index.html", "results.csv", "figures.html", "_static/search-index.js"} <= set(plain)
