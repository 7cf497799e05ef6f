"""A finished folder in, the site in its place out; only files that publishing made are ever removed.

A site carries the list of its files, with their hashes (`MARK`; `sha256sum -c` reads it). What
stands in it and is not on the list, or was changed since, is somebody's: nothing is built then.
What the hosts of static sites ask for (`KEPT`) goes into the next site as it is.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePosixPath

from filelock import FileLock, Timeout

from helpers.edition import child
from helpers.edition.place import refused, shown, site_place
from helpers.edition.swap import exchange
from helpers.errors import EditionError

MARK = ".helpers-site"  # the list of a site's files, in the site
NEXT = (".helpers-site.list", ".helpers-site.part")  # a list, a file on the way to their names
KEPT = (".git", ".nojekyll", "CNAME")
MOVE = "move it elsewhere or choose another SITE"


@contextmanager
def claimed(site: Path, *data: Path) -> Iterator[Path]:
    """Hold `site` for one build, so that no other one publishes to it; its absolute path.

    `data` are the study folders that the build reads. What a killed build left is removed, a site
    that it had set aside comes back. Errors: `EditionError` in one line when the place is none for
    a site, holds something of somebody's, or another build holds it; nothing was written then.
    """
    place = site_place(site, *data)
    path = place.with_name(f".{place.name}.helpers-lock")
    if os.path.lexists(path) and not (stat.S_ISREG(path.lstat().st_mode) and _size(path) == 0):
        raise refused(path, "an empty file or nothing", "something else", MOVE)
    made = [parent for parent in place.parents if not parent.exists()]
    place.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        wait = "wait for it or choose another SITE"
        raise refused(site, "no other build", "one that publishes there just now", wait) from None
    try:
        with child.undone(partial(_let_go, path, path.stat(), made)):
            _refuse_foreign(place)
            with child.undone(partial(_tidy, place)):
                _settle(place)
                yield place
    finally:
        lock.release()


def publish(built: Path, site: Path) -> None:
    """Put a copy of the finished folder `built` in the place of `site`, whole and in one step.

    `site` is a `claimed` one. Errors: `EditionError` in one line; the last site stays then.
    """
    new, old = _beside(site)
    try:
        new.mkdir()
        files = sorted(p.relative_to(built).as_posix() for p in built.rglob("*") if p.is_file())
        _write_list(new, {name: [_hash(built / name)] for name in files})
        shutil.copytree(built, new, dirs_exist_ok=True)
        _refuse_foreign(site)  # what came while the build was at work
        if not os.path.lexists(site):
            os.rename(new, site)
        elif not exchange(new, site):
            os.rename(site, old)
            os.rename(new, site)
    except shutil.Error as error:  # one line a file
        raise _unwritten(site, error.args[0][0][-1]) from None
    except OSError as error:
        raise _unwritten(site, error) from None
    try:
        _settle(site)
    except OSError as error:
        raise EditionError(
            f"{shown(site)}: published, but the last site could not be removed ({error}): remove "
            f"{shown(next(p for p in (new, old) if p.exists()))}"
        ) from None


def add(file: Path, target: Path) -> None:
    """Put a copy of `file` into a published site as `target`, and on the list of its files.

    Errors: `EditionError` when somebody's file has that name, or a build holds the site.
    """
    with claimed(target.parent) as site:
        part, listed = site / NEXT[1], _listed(site)
        shutil.copyfile(file, part)
        # the last and the new one are ours, until the new one is there
        listed[target.name] = [*listed.get(target.name, [])[-1:], _hash(part)]
        _write_list(site, listed)
        os.replace(part, site / target.name)


def remove(site: Path) -> None:
    """Remove a published site. Errors: `EditionError` when it holds a file of somebody's."""
    if is_site(site):
        with claimed(site) as place:
            _remove_listed(place)


def is_site(folder: Path) -> bool:
    """Whether this folder was published."""
    return (folder / MARK).is_file()


def _beside(site: Path) -> tuple[Path, Path]:
    """Where the next site grows (and the last one ends), and where the last one is set aside."""
    return site.with_name(site.name + ".new"), site.with_name(site.name + ".old")


def _refuse_foreign(site: Path) -> None:
    """Errors: `EditionError` when there, or beside it, is something that publishing did not make."""
    new, old = _beside(site)
    for folder in (site, new, old):
        foreign = _foreign(folder, half=folder == new)
        if not foreign:
            continue
        expected = "nothing but files that publishing made"
        if is_site(folder) and not _listed(folder):
            found = "a site of an earlier version, without the list of its files"
            raise refused(folder, expected, found, MOVE.replace("move", "remove or move"))
        found = "a changed one" if foreign[0] in _listed(folder) else "something else"
        more = f" ({len(foreign) - 1:,} more)" if len(foreign) > 1 else ""
        raise refused(folder / foreign[0], expected, found + more, MOVE)


def _foreign(folder: Path, *, half: bool) -> list[str]:
    """What of a folder's content is not of our making; `half`: a copy of ours may be unfinished."""
    if not os.path.lexists(folder):
        return []
    if folder.is_symlink() or not folder.is_dir():
        return ["."]
    listed, found = _listed(folder), []
    folders = {parent.as_posix() for name in listed for parent in PurePosixPath(name).parents}
    for root, names, files in os.walk(folder):
        inside = Path(root)
        for name in sorted([*names, *files]):
            path = inside / name
            short = path.relative_to(folder).as_posix()
            if short in (MARK, *NEXT, *KEPT):
                names[:] = [n for n in names if n != name]
            elif name in names and not path.is_symlink() and short in folders:
                continue
            elif not (_plain(path) and short in listed and (half or _hash(path) in listed[short])):
                found.append(short)
                names[:] = [n for n in names if n != name]
    return found


def _settle(site: Path) -> None:
    """Finish what a publishing that ended half-way began; nothing half-made stays beside `site`.

    Errors: `OSError` when something cannot be removed, `EditionError` when it is not of our making.
    """
    new, old = _beside(site)
    if old.exists() and not site.exists():
        os.rename(old, site)
    for left in (new, old):
        for name in KEPT:
            if os.path.lexists(left / name) and not os.path.lexists(site / name):
                site.mkdir(exist_ok=True)
                os.rename(left / name, site / name)
        if left.exists():
            _remove_listed(left)
        if left.exists():
            raise refused(left, "nothing", "something that publishing did not make", MOVE)
    for name in NEXT:
        (site / name).unlink(missing_ok=True)


def _tidy(site: Path) -> None:
    with suppress(OSError, EditionError):  # the error that ended the build is the one to show
        _settle(site)


def _let_go(lock: Path, mine: os.stat_result, made: list[Path]) -> None:
    """Remove the lock file, if it is still the one we hold, and the empty folders made for it."""
    with suppress(OSError):
        if os.path.samestat(lock.lstat(), mine):
            lock.unlink()
    for folder in made:
        with suppress(OSError):
            folder.rmdir()


def _remove_listed(folder: Path) -> None:
    """Remove the files on a folder's list, and the folders that are empty then; the list last."""
    listed = _listed(folder)
    for name in (*listed, *NEXT):
        (folder / name).unlink(missing_ok=True)
    parents = {parent for name in listed for parent in PurePosixPath(name).parents}
    for parent in sorted(parents - {PurePosixPath(".")}, reverse=True):
        with suppress(FileNotFoundError):
            (folder / parent).rmdir()
    if set(os.listdir(folder)) <= {MARK, *KEPT}:
        (folder / MARK).unlink(missing_ok=True)
    with suppress(OSError):  # what the hosts ask for may be in it
        folder.rmdir()


def _listed(folder: Path) -> dict[str, list[str]]:
    """Path within the folder -> the hashes that our file may have, from the folder's list."""
    found: dict[str, list[str]] = {}
    if is_site(folder):
        for line in (folder / MARK).read_text(encoding="utf-8", errors="replace").splitlines():
            digest, _, name = line.partition("  ")
            path = PurePosixPath(name)
            if name and not path.is_absolute() and ".." not in path.parts:
                found.setdefault(name, []).append(digest)
    return found


def _write_list(folder: Path, listed: dict[str, list[str]]) -> None:
    lines = [f"{digest}  {name}\n" for name, digests in listed.items() for digest in digests]
    (folder / NEXT[0]).write_text("".join(lines), encoding="utf-8")
    os.replace(folder / NEXT[0], folder / MARK)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _plain(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode)


def _size(path: Path) -> int:
    return path.lstat().st_size


def _unwritten(site: Path, error: object) -> EditionError:
    return EditionError(
        f"{shown(site)}: could not be written ({error}): free some space or choose another SITE"
    )
