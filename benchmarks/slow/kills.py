"""Kills builds at random times; prints, for each, what was left: of the site, beside it, running.

    python benchmarks/slow/kills.py [--kills 40] [--seed 1] [--study FOLDER]

Each is a `make book` into a site that is there already and holds a `.git` and a CNAME; every second
one executes the study (default: data/aait). A signal goes to make, to the build that it runs or
to all of their group. Afterwards the site must be whole (the last or the new one), its .git and
CNAME in it, and no process alive; after Ctrl-C and SIGTERM nothing beside it either and one line
said, after SIGKILL nothing once the next build has started.
"""

from __future__ import annotations

import argparse
import os
import random
import secrets
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from helpers.context import ROOT
from helpers.edition import publish, work

TOKEN = "HELPERS_KILLS"
SIGNALS = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def alive(token: str) -> list[psutil.Process]:
    """Processes that carry the token in their environment."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(TOKEN) == token and process.status() != "zombie":
                found.append(process)
        except psutil.Error:
            continue
    return found


def build_of(token: str) -> int | None:
    """Process id of the build that make runs."""
    for process in alive(token):
        try:
            if "helpers" in process.cmdline() and "book" in process.cmdline():
                return process.pid
        except psutil.Error:
            continue
    return None


def faults(site: Path, left: set[str]) -> list[str]:
    """What is wrong with a site and, unless it is allowed in `left`, what is beside it."""
    found = [f"{name} changed" for name in publish._foreign(site, half=False)]
    found += [f"{name} missing" for name in publish._listed(site) if not (site / name).is_file()]
    found += [f"{n} missing" for n in (".git/HEAD", "CNAME") if not (site / n).is_file()]
    beside = {p.name for p in site.parent.iterdir()} - {site.name} - left
    beside |= {p.name for p in work.WORK.iterdir() if p.is_dir()} - left
    return found + [f"{name} left" for name in sorted(beside)]


def kill(
    site: Path, study: Path | None, number: int, whom: str, after: float
) -> tuple[list[str], float]:
    """Start a build, send it the signal; the faults found, and the seconds that it ran."""
    token = secrets.token_hex(8)
    command = ["make", "-s", "book", f"SITE={site}", *([f"DATA={study}"] if study else [])]
    build = subprocess.Popen(
        command, cwd=ROOT, env=os.environ | {TOKEN: token}, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
    )  # fmt: skip
    started = time.monotonic()
    while build.poll() is None and time.monotonic() < started + after:
        time.sleep(0.05)
    ran = time.monotonic() - started
    if build.poll() is None:
        pid = build.pid if whom == "make" else build_of(token)
        if whom == "group":
            os.killpg(build.pid, number)
        elif pid:
            os.kill(pid, number)
    said = build.communicate()[1]
    until = time.monotonic() + 10
    while (running := alive(token)) and time.monotonic() < until:
        time.sleep(0.1)
    found = [f"alive: {' '.join(p.cmdline())[:90]}" for p in running]
    lines = [line for line in said.splitlines() if not line.startswith(("  ", "make:"))]
    if number != signal.SIGKILL:
        wrong = build.returncode and (len(lines) != 1 or not lines[0].startswith("stopped by"))
        return found + faults(site, set()) + ([f"said {lines}"] if wrong else []), ran
    names = {f"{site.name}.new", f".{site.name}.helpers-lock"}
    found += faults(site, names | {p.name for p in work.WORK.glob("build-*")})
    with publish.claimed(site), work.work_folder() as mine:
        found += faults(site, {f".{site.name}.helpers-lock", mine.name})
    return found + faults(site, set()), ran


def main() -> None:
    take = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    take.add_argument("--kills", type=int, default=40)
    take.add_argument("--seed", type=int, default=1)
    take.add_argument("--study", type=Path, default=ROOT / "data/aait")
    args = take.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    draw = random.Random(args.seed)
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        took = []
        for study in (None, args.study):
            started = time.monotonic()
            data = [f"DATA={study}"] if study else []
            subprocess.run(["make", "-s", "book", f"SITE={site}", *data], cwd=ROOT, check=True)
            took.append(time.monotonic() - started)
        (site / ".git").mkdir()
        (site / ".git/HEAD").write_text("ref: refs/heads/main\n")
        (site / "CNAME").write_text("example.org\n")
        for i in range(args.kills):
            own = i % 2
            number, whom = draw.choice(SIGNALS), draw.choice(("make", "build", "group"))
            if number == signal.SIGINT and whom == "make":
                whom = "group"  # as a terminal sends it; make alone passes none on
            after = draw.uniform(0.2, 1.05 * took[own])
            found, ran = kill(site, args.study if own else None, number, whom, after)
            if ran < after:  # it was done before
                took[own], whom = ran, "none"
            bad += bool(found)
            print(
                f"{i + 1:3} {'own' if own else 'book':4} {number.name} to {whom:5} after {ran:6.1f} s: "
                + ("; ".join(found) or "nothing left"),
                flush=True,
            )
    sys.exit(f"{bad} of {args.kills} left something" if bad else 0)


if __name__ == "__main__":
    main()
