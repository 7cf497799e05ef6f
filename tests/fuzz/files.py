"""A study folder in, its tables in other formats, encodings and bytes, and other things beside them, out."""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import zlib
from pathlib import Path

import pandas as pd
import pyreadstat

from fuzz.base import Spoiled
from fuzz.cells import VALUES

ENDINGS = ["csv", "csv.gz", "tsv", "parquet", "xpt", "json", "ndjson", "dsjc"]
NAMES = [
    b"x\xff.csv", b"\x1b[2J.csv", b"a\nerror: forged.csv", "\u202e.csv".encode(), b"adlb2.csv", b"ADLBC.csv",
    b"adcm.csv", b"notes.txt", b".hidden.csv", b"adsl.csv~", b"study.toml.bak", b"adae.parquet", b"ADSL.CSV",
    b"adtte.json", b"adlb.csv.gz",
]  # fmt: skip


def spoil(study: Spoiled, numbers: random.Random) -> None:
    """Change how a table is stored, or what lies beside it."""
    way = numbers.choices([another_format, other_bytes, something_beside, no_file, no_table],
                          [6, 6, 2, 1, 1])[0]  # fmt: skip
    way(study, numbers)


def another_format(study, numbers):
    name = numbers.choice(sorted(study.endings))
    study.endings[name] = numbers.choice(ENDINGS)
    study.done.append(f"{name}: {study.endings[name]}")


def other_bytes(study, numbers):
    name = numbers.choice(sorted(study.endings))
    if numbers.random() < 0.5:
        study.endings[name] = numbers.choice(ENDINGS)
    way, seed = numbers.choice(BYTES), numbers.random()

    def change(folder: Path) -> None:
        for path in (p for p in folder.glob(f"{name}.*") if p.is_file()):
            path.write_bytes(way(path.read_bytes(), random.Random(seed)))

    study.later.append((f"{name}.{study.endings[name]}: {way.__name__}", change))


def something_beside(study, numbers):
    name, content = numbers.choice(NAMES), numbers.choice(VALUES).encode("utf-8", "replace")

    def add(folder: Path) -> None:
        path = os.path.join(os.fsencode(folder), name)
        if os.path.isfile(path) or not os.path.lexists(path):
            with open(path, "ab") as file:
                file.write(content)

    study.later.append((f"beside: {name!r}", add))


def no_file(study, numbers):
    name = numbers.choice(["study.toml", *(f"{t}.{e}" for t, e in sorted(study.endings.items()))])
    make = numbers.choice([Path.mkdir, os.mkfifo, lambda p: p.symlink_to("/dev/zero"),
                           lambda p: p.symlink_to("nowhere"), lambda p: p.symlink_to(p.name)])  # fmt: skip

    def change(folder: Path) -> None:
        if (folder / name).is_dir():
            shutil.rmtree(folder / name)
        else:
            (folder / name).unlink(missing_ok=True)
        make(folder / name)

    study.later.append((f"no file: {name}", change))


def no_table(study, numbers):
    name = numbers.choice(sorted(study.tables))
    other = numbers.choice(["", *study.tables])
    frame, ending = study.tables.pop(name), study.endings.pop(name)
    if other and other != name:
        study.tables[other], study.endings[other] = frame, ending
    study.done.append(f"{name}: {'becomes ' + other if other else 'is not there'}")


# ---------------------------------------------------------------- bytes


def cut(content, numbers):
    return content[: numbers.randrange(len(content) + 1)]


def flipped(content, numbers):
    out = bytearray(content)
    for _ in range(numbers.randint(1, 40) if out else 0):
        out[numbers.randrange(len(out))] = numbers.randrange(256)
    return bytes(out)


def flipped_head(content, numbers):
    return flipped(content[:600], numbers) + content[600:]


def inserted(content, numbers):
    at = numbers.randrange(len(content) + 1)
    more = [
        b"\0",
        b"\xff\xfe",
        b'"',
        b"\n",
        b"\r",
        b",,,,,,,,,,,,,,,,,,,,",
        b"\x1a",
        b"\n\n\n",
        b"\xef\xbb\xbf",
    ]
    return content[:at] + numbers.choice(more) + content[at:]


def noise(content, numbers):
    return numbers.randbytes(numbers.choice([0, 1, 10, 1000, 5000]))


def utf16(content, numbers):
    return content.decode("utf-8", "replace").encode(
        numbers.choice(["utf-16", "utf-16-le", "utf-32"])
    )


def latin1(content, numbers):
    return content.decode("utf-8", "replace").encode("latin-1", "replace") + b"\xe9"


def line_ends(content, numbers):
    return content.replace(b"\n", numbers.choice([b"\r\n", b"\r", b"\n\n", b"\n\r"]))


def semicolons(content, numbers):
    return content.replace(b",", numbers.choice([b";", b"\t", b"|", b", ", b" "]))


def decimal_commas(content, numbers):
    return content.replace(b",", b";").replace(b".", b",")


def packed(content, numbers):
    return numbers.choice([gzip.compress, zlib.compress])(content)


def bomb(content, numbers):
    return gzip.compress(content[:200] + b"\n" + b"1,2\n" * 20_000_000, 1)


def trailing(content, numbers):
    return content + numbers.choice([b"\n" * 5000, b"junk", content, b",\n", b"\x1a"])


BYTES = [cut, cut, flipped, flipped, flipped_head, flipped_head, inserted, inserted, noise, utf16, latin1,
         line_ends, semicolons, decimal_commas, packed, trailing]  # fmt: skip


# ---------------------------------------------------------------- formats


def write_tables(study: Spoiled, folder: Path) -> None:
    """Every table in its format; a format that cannot hold it gives way to csv."""
    for name, frame in study.tables.items():
        ending = study.endings[name]
        path = folder / f"{name}.{ending}"
        try:
            WRITERS[ending](frame, path)
        except Exception:  # a writer's own limits are not what is tried here
            path.unlink(missing_ok=True)
            study.endings[name] = "csv"
            _csv(frame, folder / f"{name}.csv")


def _csv(frame: pd.DataFrame, path: Path, sep: str = ",") -> None:
    content = frame.to_csv(index=False, sep=sep).encode("utf-8", "replace")
    path.write_bytes(gzip.compress(content, mtime=0) if path.suffix == ".gz" else content)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of numbers as numbers, as typed formats have them."""
    out = {}
    for i, name in enumerate(frame.columns):
        numeric = pd.to_numeric(frame.iloc[:, i].replace("", None), errors="coerce")
        whole = numeric.notna() | (frame.iloc[:, i] == "")
        out[name] = numeric.astype(float) if whole.all() else frame.iloc[:, i].astype(object)
    return pd.DataFrame(out)


def _json(frame: pd.DataFrame) -> tuple[dict, list[list]]:
    typed = _typed(frame)
    columns = [{"name": str(name), "dataType": "double" if kind == float else "string"}  # noqa: E721
               for name, kind in typed.dtypes.items()]  # fmt: skip
    return {"columns": columns}, typed.astype(object).where(typed.notna(), None).to_numpy().tolist()


def _lines(frame: pd.DataFrame) -> bytes:
    head, rows = _json(frame)
    return "\n".join(map(json.dumps, [head, *rows])).encode()


def _whole_json(frame: pd.DataFrame, path: Path) -> None:
    head, rows = _json(frame)
    path.write_text(json.dumps(head | {"rows": rows}), encoding="utf-8")


WRITERS = {
    "csv": _csv,
    "csv.gz": _csv,
    "tsv": lambda f, p: _csv(f, p, "\t"),
    "parquet": lambda f, p: _typed(f).to_parquet(p),
    "xpt": lambda f, p: pyreadstat.write_xport(_typed(f), str(p), file_format_version=8),
    "json": _whole_json,
    "ndjson": lambda f, p: p.write_bytes(_lines(f)),
    "dsjc": lambda f, p: p.write_bytes(zlib.compress(_lines(f))),
}
