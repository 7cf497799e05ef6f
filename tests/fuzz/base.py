"""Nothing in, a small sound study folder in memory out, to be spoiled; it is written by `fuzz.write`."""

from __future__ import annotations

import copy
import random
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.simulate.example import write_example

DATA = Path(__file__).resolve().parents[2] / "data"
TABLES = ("adsl", "adlb", "adae", "adtte")
SUBJECTS = 15  # of every arm at most: small, so that many folders can be tried


@dataclass
class Spoiled:
    """Tables as texts, their endings, the parsed study.toml, and what is done once it is written."""

    tables: dict[str, pd.DataFrame]
    endings: dict[str, str]
    toml: dict[str, Any]
    raw_toml: bytes | None = None
    later: list[tuple[str, Callable[[Path], object]]] = field(default_factory=list)
    done: list[str] = field(default_factory=list)

    def description(self) -> bytes:
        """study.toml as bytes."""
        from fuzz.description import dumps

        return (
            dumps(self.toml).encode("utf-8", "surrogatepass")
            if self.raw_toml is None
            else self.raw_toml
        )


def base(numbers: random.Random) -> Spoiled:
    """One of the repository's study folders, few subjects of every arm."""
    tables, toml = _read(numbers.choice(["aait", "hucmsc", "hucmsc", "example"]))
    frames = {name: frame.copy() for name, frame in tables.items()}
    return Spoiled(frames, dict.fromkeys(frames, "csv"), copy.deepcopy(toml))


@cache
def _read(name: str) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    import tempfile

    with tempfile.TemporaryDirectory() as work:
        folder = DATA / name
        if name == "example":
            folder = Path(work) / name
            write_example(folder)
        frames = {
            table: pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)
            for table in TABLES
            if (folder / f"{table}.csv").is_file()
        }
        toml = tomllib.loads((folder / "study.toml").read_text(encoding="utf-8"))
    few = frames["adsl"].groupby("TRT01A").head(SUBJECTS)["USUBJID"]
    few_rows = {t: f[f["USUBJID"].isin(few)].reset_index(drop=True) for t, f in frames.items()}
    return few_rows, toml
