"""Builds the edition of a study of a million subjects; prints times, peak memory and the largest page.

    python benchmarks/slow/large.py [--subjects 1000000] [--design randomised|single-arm]
        [--endpoints 1] [--format parquet|csv|xpt] [--study FOLDER]

It takes minutes and gigabytes, so it lies in a folder of its own, where `make bench` does not look.
What the study holds says `large_study`. It is written to `--study` (kept, and used again when it is
there) or to a temporary folder. Memory is the proportional share (PSS) of the build and all its
processes together, looked at twice a second; processor time is what all of them used, whoever else
was at work. Limits of issue 5: 8 GiB, no page above 2 MB.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from large_study import DESIGNS, FORMATS, write_study


def shared_memory(process: psutil.Process) -> int:
    """Bytes of a process and all below it, what they share counted once."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        try:
            total += each.memory_full_info().pss
        except psutil.Error:  # it ended meanwhile
            continue
    return total


def build(study: Path, site: Path) -> tuple[float, int]:
    """Build the edition; seconds and peak bytes."""
    started, peak = time.perf_counter(), 0
    command = [sys.executable, "-m", "helpers", "book", "--data", study, "--site", site]
    # as `make` sets them
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    running = subprocess.Popen(command, env=os.environ | threads)
    watched = psutil.Process(running.pid)
    while running.poll() is None:
        peak = max(peak, shared_memory(watched))
        time.sleep(0.5)
    if running.returncode:
        sys.exit(f"the build failed with exit code {running.returncode}")
    return time.perf_counter() - started, peak


def main() -> None:
    take = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    take.add_argument("--subjects", type=int, default=1_000_000)
    take.add_argument("--design", choices=DESIGNS, default=DESIGNS[0])
    take.add_argument("--endpoints", type=int, choices=(1, 2, 3), default=1)
    take.add_argument("--format", choices=FORMATS, default=FORMATS[0])
    take.add_argument("--study", type=Path, help="where the study goes, or lies already")
    args = take.parse_args()
    with tempfile.TemporaryDirectory() as work:
        study = args.study or Path(work) / "study"
        if not (study / "study.toml").is_file():
            how = {"design": args.design, "endpoints": args.endpoints, "suffix": args.format}
            write_study(study, args.subjects, **how)
        site = Path(work) / "site"
        seconds, peak = build(study, site)
        pages = {p.relative_to(site): p.stat().st_size for p in site.rglob("*.html")}
        largest = max(pages, key=pages.get)
    print(f"\n{args.subjects:,} subjects, {args.design}, {args.format}, on {os.cpu_count()} cores")
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"time         {seconds:9.0f} s")
    print(f"processors   {used.ru_utime + used.ru_stime:9.0f} s")
    print(f"peak memory  {peak / 2**30:9.2f} GiB (limit 8)")
    print(f"largest page {pages[largest] / 1e6:9.2f} MB (limit 2), {largest}")


if __name__ == "__main__":
    main()
