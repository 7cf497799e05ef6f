"""Publishes again and again, killed at every step of it in turn; prints what each kill left, as JSON.

    python killed.py FOLDER SIGNAL [two-renames]

A step is whatever Python reports to an audit hook of files opened, made, renamed and removed. Each
row: the exit status, the site and what is beside it after the kill, and again after the next claim.
"""

import json
import os
import signal
import sys
from pathlib import Path

from helpers.edition import child, publish

STEPS = (
    "open",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.mkdir",
    "shutil.copyfile",
    "ctypes.dlopen",
)


def fill(folder: Path, word: str) -> Path:
    """A built site whose every page says `word`, and has one page that is called so."""
    for name in ("index.html", "chapters/01.html", f"chapters/{word}.html", "code/a/b.html"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(word)
    return folder


def state(site: Path) -> dict:
    """The files of the site with their text, and the names beside it."""
    found = {p.relative_to(site).as_posix(): p for p in site.rglob("*") if p.is_file()}
    return {
        "site": {name: p.read_text() for name, p in found.items() if name != publish.MARK},
        "beside": sorted(p.name for p in site.parent.iterdir() if p != site),
    }


def killed(site: Path, built: Path, number: int, step: int) -> int:
    """Publish in a process of its own that sends itself the signal at that step; its exit status."""
    if pid := os.fork():
        return os.waitpid(pid, 0)[1]
    count = 0

    def hook(event: str, _args: tuple) -> None:
        nonlocal count
        count += event in STEPS
        if count == step and event in STEPS:
            os.kill(os.getpid(), number)

    child.end_on_signals()
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.addaudithook(hook)
    with publish.claimed(site):
        publish.publish(built, site)
    os._exit(0)


def main() -> None:
    folder, number = Path(sys.argv[1]).resolve(), signal.Signals[sys.argv[2]]
    if sys.argv[3:]:
        publish.exchange = lambda new, site: False  # a system without an exchange of names
    old, new = fill(folder / "built/old", "old"), fill(folder / "built/new", "new")
    site = folder / "place/site"
    rows, status, step = [], 1, 0
    while status:
        with publish.claimed(site):
            publish.publish(old, site)
        (site / ".git").mkdir(exist_ok=True)
        (site / ".git/HEAD").write_text("theirs")
        (site / "CNAME").write_text("theirs")
        step += 1
        status = killed(site, new, number, step)
        row = {"status": status, "after": state(site)}
        with publish.claimed(site):
            row["claimed"] = state(site)
        rows.append(row | {"next": state(site)})
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
