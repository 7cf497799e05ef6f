"""The published claims and assumptions in, the tables of both study folders and their hashes out.

The same inputs give the same bytes. `study.toml`, the claims and the assumptions are written by
hand and only hashed here. `make data` runs it.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from helpers.assumptions import load_assumptions
from helpers.audit.claims import load_claims, load_registry
from helpers.simulate.aait import aait_tables
from helpers.simulate.hucmsc import hucmsc_tables

HASHES = "SHA256SUMS"
NOT_HASHED = (HASHES, "README.md")


def synthetic_tables(published: Path | None = None) -> dict[str, dict[str, pd.DataFrame]]:
    """Study id -> table name -> frame; `published` defaults to the repository's files."""
    names = ("claims.toml", "registry.toml", "assumptions.toml")
    paths = [published / name if published else None for name in names]
    claims = {claim.id: claim for claim in load_claims(paths[0])}
    facts = {fact.id: fact for fact in load_registry(paths[1])}
    assumptions = load_assumptions(paths[2])
    return {
        "aait": aait_tables(claims, assumptions),
        "hucmsc": hucmsc_tables(claims, facts, assumptions),
    }


def write_published(folder: Path, *, published: Path | None = None) -> list[Path]:
    """Write `folder`/aait/*.csv, `folder`/hucmsc/*.csv and `folder`/SHA256SUMS; the files written.

    csv in UTF-8 with line feeds; numbers to ten significant digits at most, which is more than any
    column holds; missing as nothing.
    """
    folder = Path(folder)
    written = []
    for study, frames in synthetic_tables(published).items():
        (folder / study).mkdir(parents=True, exist_ok=True)
        for name, frame in frames.items():
            path = folder / study / f"{name}.csv"
            path.write_bytes(frame.to_csv(index=False, float_format="%.10g").encode())
            written.append(path)
    return [*written, write_hashes(folder)]


def write_hashes(folder: Path) -> Path:
    """Write the SHA-256 of every file below `folder`, in the form that `sha256sum -c` reads.

    Sorted by path relative to `folder`; the hash file itself and README.md are left out.
    """
    files = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    lines = [
        f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n"
        for name in files
        if name not in NOT_HASHED
    ]
    path = folder / HASHES
    path.write_bytes("".join(lines).encode())
    return path
