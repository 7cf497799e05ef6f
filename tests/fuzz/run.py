"""How many folders, from which seed, in; every folder on which `check` or `init` failed out, exit code 1.

    cd tests; python -m fuzz --folders 10000 [--from 0] [--jobs 2] [--keep FOLDER] [--analyses] [--book 5]

Each piece of seeds runs in a process of its own, so that a crash of a reader's library or a folder
that takes minutes is found as well. `--analyses` runs every analysis of the accepted folders, seconds
each; `--book N` builds the editions of the first N of them.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fuzz import one_folder, spoiled, write

PIECE, SECONDS, MEMORY = 100, 120, 6 << 30


def run_seeds(seeds: range, keep: Path | None, analysed: bool, pipe) -> None:
    """Look at the folders of some seeds, within bounds of time and memory; tells the pipe of each."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    for seed in seeds:
        pipe.send(("start", seed, None, None))
        signal.alarm(SECONDS)  # a folder that takes longer ends the process
        pipe.send(("end", seed, *one_folder(seed, keep, analysed=analysed)[::2]))
        signal.alarm(0)


def tried(
    seeds: range, keep: Path | None = None, *, analysed: bool = False
) -> tuple[Counter, dict[int, list[str]]]:
    """Exit codes and failures of some seeds; a crash is a failure, and the rest goes on."""
    codes: Counter = Counter()
    failed: dict[int, list[str]] = {}
    while seeds:
        here, there = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("spawn").Process(
            target=run_seeds, args=(seeds, keep, analysed, there)
        )
        process.start()
        there.close()
        last, open_ = seeds.start, True
        while open_:
            try:
                what, last, code, wrong = here.recv()
            except EOFError:
                open_ = False
                continue
            if what == "end":
                codes[code] += 1
                failed |= {last: wrong} if wrong else {}
        process.join()
        if process.exitcode:
            failed[last] = [f"the process ended with {process.exitcode}"]
        seeds = range(last + 1, seeds.stop) if process.exitcode else range(0)
    return codes, failed


def _books(seeds: range, many: int) -> dict[int, list[str]]:
    """The first accepted folders whose edition cannot be built: what `check` accepts, `book` builds."""
    from helpers.edition.build import build_own
    from helpers.validation import check_folder

    failed: dict[int, list[str]] = {}
    for seed in seeds:
        with tempfile.TemporaryDirectory() as work:
            folder = Path(work) / "study"
            write(spoiled(seed), folder)
            if check_folder(folder).exit_code == 1:
                continue
            try:
                build_own(folder, Path(work) / "site")
            except Exception as error:
                failed[seed] = [f"book: {type(error).__name__}: {str(error)[-2000:]}"]
        many -= 1
        if not many:
            break
    return failed


def _arguments() -> argparse.Namespace:
    take = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__.split("\n")[0])
    take.add_argument("--folders", type=int, default=10_000)
    take.add_argument("--from", type=int, default=0, dest="first")
    take.add_argument("--jobs", type=int, default=2)
    take.add_argument("--keep", type=Path, help="write a copy of every folder here")
    take.add_argument("--analyses", action="store_true", help="run those of accepted folders")
    take.add_argument("--book", type=int, default=0, help="build so many accepted folders")
    return take.parse_args()


def _told(failed: dict[int, list[str]]) -> int:
    """Print what failed, with what was done to the folder; how many it were."""
    for seed, wrong in sorted(failed.items()):
        print(f"seed {seed}: {'; '.join(spoiled(seed).done)}", *wrong, sep="\n    ", flush=True)
    return len(failed)


def main() -> int:
    """Run the seeds; 1 when a folder failed."""
    args, started = _arguments(), time.monotonic()
    stop = args.first + args.folders
    pieces = [range(at, min(at + PIECE, stop)) for at in range(args.first, stop, PIECE)]
    codes: Counter = Counter()
    failed = 0

    def look(seeds: range) -> tuple[Counter, dict[int, list[str]]]:
        return tried(seeds, args.keep, analysed=args.analyses)

    with ThreadPoolExecutor(args.jobs) as pool:
        for found, wrong in pool.map(look, pieces):
            codes += found
            failed += _told(wrong)
            so_far = f"{codes.total():,} of {args.folders:,} folders, {failed} failed"
            print(f"  {so_far}, {time.monotonic() - started:.0f} s", file=sys.stderr)
    if args.book:
        failed += _told(_books(range(args.first, stop), args.book))
    told = dict(sorted(codes.items()))
    print(f"{codes.total():,} folders: exit codes {told}, {failed} failed")
    return 1 if failed else 0
