"""`python -m true_reports.run FOLDERS [FIRST] [KINDS]`: reports of known trials, whole and spoiled.

Printed: every true number that was called impossible or questioned (there must be none), then by
kind and field how many of the spoiled ones were caught.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

from helpers.audit import audit, load_report
from helpers.errors import ReportError
from true_reports.make import KINDS, Drawn, spoiled, toml, true

BAD = ("impossible", "questioned")


def audited(trial: Drawn, seed: int):
    """The audit of a trial's report folder; the ReportError where it is refused."""
    with tempfile.TemporaryDirectory() as folder, redirect_stderr(StringIO()):
        Path(folder, "report.toml").write_text(toml(trial, seed), "utf-8")
        try:
            return audit(load_report(folder))
        except ReportError as error:
            return error


def accused(seed: int, **more) -> list[str]:
    """What the audit holds against the true report of a seed: nothing, one would hope."""
    trial = true(seed, **more)
    found = audited(trial, seed)
    if isinstance(found, ReportError):
        return [f"refused: {problem}" for problem in found.problems]
    wrong = [f"{r.id} {r.verdict}: {r.why}" for r in found.results if r.verdict in BAD]
    return wrong + [f"report {c.verdict}: {c.why}" for c in found.checks
                    if not c.result and c.verdict in BAD]  # fmt: skip


def caught(seed: int, **more) -> tuple[str, bool]:
    """The kind and field that were spoiled in a seed's report, and whether the audit says so."""
    trial, place, name = spoiled(seed, **more)
    result = trial.results[place]
    kind = result.get("measure", result["kind"])
    found = audited(trial, seed)
    if isinstance(found, ReportError):
        return f"{kind} {name}", True
    return f"{kind} {name}", found.result(f"r{place}").verdict in BAD


def main(folders: int, first: int = 0, kinds: str = "") -> int:
    """Run seeds `first` to `first + folders`; the number of false accusations."""
    more = {"kinds": tuple(kinds.split(","))} if kinds else {"kinds": tuple(KINDS)}
    wrong, seen, hits, slow = 0, Counter(), Counter(), []
    for seed in range(first, first + folders):
        started = time.process_time()
        false = accused(seed, **more)
        slow.append((round(time.process_time() - started, 1), seed))
        wrong += bool(false)
        if false:
            print(
                f"--- seed {seed}\n{toml(true(seed, **more), seed)}", *false, sep="\n", flush=True
            )
        name, hit = caught(seed, **more)
        seen[name] += 1
        hits[name] += hit
    print(f"{folders} true reports, {wrong} falsely accused; slowest (seconds, seed)",
          sorted(slow, reverse=True)[:4])  # fmt: skip
    for name in sorted(seen):
        print(f"{name:28} caught {hits[name]:4} of {seen[name]:4}")
    print(f"{'all':28} caught {sum(hits.values()):4} of {sum(seen.values()):4}")
    return wrong


if __name__ == "__main__":
    arguments = sys.argv[1:]
    sys.exit(1 if main(*map(int, arguments[:2]), *arguments[2:]) else 0)
