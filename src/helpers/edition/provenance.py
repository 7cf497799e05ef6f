"""Assumptions moved through their ranges in, what moves with each out: the proof of the labels.

Each essay is computed once as it is and once for each end of the range of every assumption that it
looks up, in a process of its own. A number that moves with an assumption about patients must be
labelled simulated, one that moves with a reading must name it. (The synthetic cohorts are drawn from
most assumptions at once, and all that is computed from them is simulated.) `data/published/
provenance.csv` keeps what was seen; `make provenance` renews the pages whose code or assumptions have
changed since.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from helpers import assumptions, trail
from helpers.assumptions import Assumption, load_assumptions
from helpers.context import ROOT, published_context
from helpers.edition import plan, progress
from helpers.errors import ChapterError
from helpers.literate.outcome import Result, Results
from helpers.present.reference import PROVENANCE
from helpers.published import Items
from helpers.simulate.write import write_hashes

COLUMNS = ("page", "assumption", "tried", "moved", "digest")
NUMBERS = ("value", "lower", "upper", "p_value", "text")
NUDGE = 1.01  # of an assumption without a range
SAME = 1e-9  # relative; what differs less is rounding
FAILS = "(does not compute)"


def pages() -> dict[str, list[str]]:
    """The code of every essay and appendix, by cell."""
    chapters = [c for c in plan.edition_chapters(published_context())[0] if not c.part]
    return {c.name: [cell.source for cell in c.notebook.cells if cell.cell_type == "code"]
           for c in chapters}  # fmt: skip


def renew(jobs: int) -> list[str]:
    """Write the table anew where it is stale, page by page; the names of the pages that were run."""
    known, code = load_assumptions(), pages()
    rows = [row for row in read_table() if row["page"] in code]
    stale = [name for name in code if not is_fresh(name, code[name], rows)]
    for name in stale:
        progress.say(f"  {name}")
        rows = [row for row in rows if row["page"] != name]
        rows += page_rows(name, code[name], known, jobs)
        write_table(sorted(rows, key=lambda r: (list(code).index(r["page"]), r["assumption"])))
    return stale


def write_table(rows: list[dict[str, str]]) -> None:
    """Write the committed table and the hashes of the data."""
    with PROVENANCE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    write_hashes(ROOT / "data")


def read_table() -> list[dict[str, str]]:
    """The committed table; one row a page and assumption that it looks up ("" = it looks up none)."""
    if not PROVENANCE.is_file():
        return []
    with PROVENANCE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def is_fresh(name: str, cells: Sequence[str], table: Iterable[dict[str, str]]) -> bool:
    """Whether the table's rows of a page were made from its code and assumptions as they are."""
    rows = [row for row in table if row["page"] == name]
    read = [row["assumption"] for row in rows if row["assumption"]]
    return bool(rows) and {row["digest"] for row in rows} == {digest(cells, read)}


def digest(cells: Sequence[str], read: Iterable[str]) -> str:
    """A hash of a page's code and of the values and ranges that it reads; prose is not in it."""
    known = load_assumptions()
    items = [known.get(key) for key in sorted(read)]
    about = [(i.id, i.value, i.low, i.high, i.kind) if i else None for i in items]
    text = json.dumps([list(cells), about], ensure_ascii=False, default=dict)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def page_rows(name: str, cells: Sequence[str], known: Any, jobs: int) -> list[dict[str, str]]:
    """The rows of one page: what moves with each assumption that its run looks up."""
    base = run_apart(name, "", None)
    tasks = [(key, value) for key in base["read"] for value in ends(known[key])]
    with ThreadPoolExecutor(jobs) as pool:
        found = list(pool.map(lambda task: run_apart(name, *task), tasks))
    state = digest(cells, base["read"])
    rows = []
    for key in base["read"] or [""]:
        runs = [(v, f) for (k, v), f in zip(tasks, found, strict=True) if k == key]
        moved = sorted({n for _, run in runs for n in moving(base["records"], run["records"])})
        tried = " and ".join(str(value) for value, _ in runs)
        rows.append({"page": name, "assumption": key, "tried": tried, "moved": " ".join(moved),
                     "digest": state})  # fmt: skip
    return rows


def ends(item: Assumption) -> list[Any]:
    """Other values to try: the ends of its range; without one, every number larger.

    A whole number (a day, a count) by one, since it has no smaller step; nought stays, it is a start.

    None of a seed, of a text, or of a reading without a range: other words are no small change.
    """
    if item.kind == "computing":
        return []
    if item.low is not None:
        return [end for end in (item.low, item.high) if end != item.value]
    larger = _larger(item.value)
    return [larger] if item.kind == "patients" and larger != item.value else []


def _larger(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _larger(v) for key, v in value.items()}
    if isinstance(value, list | tuple):
        return [_larger(v) for v in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1 if value else value
    return value * NUDGE if isinstance(value, float) else value


def moving(before: dict[str, list], after: dict[str, list] | None) -> set[str]:
    """Names (the key before its first dot) whose numbers differ, or are in one run only."""
    if after is None:
        return {FAILS}
    keys = {k for k in {**before, **after} if not _alike(before.get(k), after.get(k))}
    return {key.partition(".")[0] for key in keys}


def _alike(one: list | None, other: list | None) -> bool:
    if one is None or other is None:
        return False
    return all(
        a == b
        or (
            isinstance(a, float)
            and isinstance(b, float)
            and abs(a - b) <= SAME * max(abs(a), abs(b))
        )
        for a, b in zip(one, other, strict=True)
    )


def run_apart(name: str, key: str, value: Any) -> dict[str, Any]:
    """`run` in a process of its own; records are None where the page cannot be computed so."""
    command = [
        sys.executable,
        "-m",
        "helpers.edition.provenance",
        name,
        key,
        json.dumps(value, default=dict),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode and not key:
        raise ChapterError(f"{name}: expected a page that runs, found\n{done.stderr[-2000:]}")
    if done.returncode:
        return {"read": [], "records": None}
    return json.loads(done.stdout.splitlines()[-1])


def run(name: str, key: str, value: Any) -> dict[str, Any]:
    """What a page looks up and the numbers that its names hold, with assumption `key` at `value`."""
    with _moved(key, value):
        cells, namespace = pages()[name], {"__name__": "__main__"}
        trail.taken()
        for source in cells:
            exec(compile(source, name, "exec"), namespace)
        read = trail.taken()
    found = {n: v for n, v in namespace.items() if isinstance(v, Result | Results) and n[:1] != "_"}
    return {"read": read, "records": dict(_numbers(found))}


def _numbers(found: dict[str, Result | Results]) -> Iterator[tuple[str, list]]:
    for name, value in found.items():
        rows = value if isinstance(value, Results) else Results({"": value})
        for record in rows.records(name):
            yield record.key, [getattr(record, number) for number in NUMBERS]


@contextmanager
def _moved(key: str, value: Any) -> Iterator[None]:
    """Within, every look at the file of assumptions finds `key` at `value` ("": as it is)."""
    items_of = assumptions.items_of

    def moved(path: Path, kind: str) -> Items:
        return [
            {**item, "value": value} if item.get("id") == key else item
            for item in items_of(path, kind)
        ]

    assumptions.items_of = moved
    try:
        yield
    finally:
        assumptions.items_of = items_of


if __name__ == "__main__":
    if len(sys.argv) == 1:
        ran = renew(int(os.environ.get("JOBS") or os.cpu_count() or 1))
        progress.say(
            f"  {len(ran)} pages computed anew; data/published/provenance.csv is as it is now"
        )
    else:
        print(json.dumps(run(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))))
