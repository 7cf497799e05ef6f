"""SITE and the folders that a build reads in, the one place to publish to out; nothing is written.

What stands at the place is `publish`'s to look at; here it is only about where it lies: a site and
what is read for it lie apart, and no site holds the repository, a home or the folder one works in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from helpers.context import ROOT
from helpers.errors import EditionError

# what a build reads or keeps in the repository; a site within would be read by the next one
READ = ("book", "chapters", "data", "src", "tests", "_work", ".git")


def site_place(site: Path, *data: Path) -> Path:
    """The absolute path of `site`, without links; `data` are the study folders it is made of.

    Errors: `EditionError` in one line, when a site there would hide, hold or be read as something
    else's.
    """
    place = Path(os.path.realpath(site.parent)) / site.name
    if site.name in ("", ".."):
        place = Path(os.path.realpath(site))
    if place.is_symlink():
        raise refused(site, "a folder or nothing", f"a link to {shown(os.path.realpath(place))}")
    if os.path.ismount(place):
        raise refused(site, "a folder that can be renamed", "a file system of its own")
    for path, name in _held(*data):
        if _within(path, place):
            raise refused(site, "a folder for the site alone", f"one that is or holds {name}")
    for path in (*data, *(ROOT / name for name in READ)):
        if _within(place, path):
            raise refused(site, "a folder apart from what is read", f"one in {shown(path)}")
    parent = next(p for p in place.parents if os.path.lexists(p))
    for folder in (parent, place):
        writable = folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)
        if os.path.lexists(folder) and not writable:
            raise refused(site, "a folder to write to", f"none in {shown(folder)}")
    return place


def shown(path: Path | str) -> str:
    """The path in one line of plain text, whatever characters it holds."""
    text = str(path)
    return text if text.isprintable() else ascii(text)


def refused(path: Path, expected: str, found: str, do: str = "choose another SITE") -> EditionError:
    """The one line of a build that does not start."""
    return EditionError(
        f"{shown(path)}: expected {expected}, found {found}: {do}; nothing was written"
    )


def _held(*data: Path) -> Iterator[tuple[Path, str]]:
    for folder in data:
        yield folder, f"the data {shown(folder)}"
    yield ROOT, "this repository"
    yield Path(os.getcwd()), "the folder you are in"
    yield Path(os.path.expanduser("~")), "your home"


def _within(path: Path, folder: Path) -> bool:
    """Whether `path` is `folder` or in it, by whatever names (links, mounts, capitals) they go."""
    path, folder = Path(os.path.realpath(path)), Path(os.path.realpath(folder))
    if path.is_relative_to(folder):
        return True
    return any(p.exists() and folder.exists() and p.samefile(folder) for p in (path, *path.parents))
