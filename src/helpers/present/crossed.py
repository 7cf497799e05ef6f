"""Records in, a table of them out as HTML and text; it computes nothing and chooses no words of its own.

The words of a row are whatever tells the records apart: parameter, arm, visit, statistic.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from helpers.present import markup
from helpers.present.html import Html
from helpers.present.text import interval_text, p_text, record_text
from helpers.results import Record

SPREAD = "[Q1, Q3: "  # how a record's text begins its quartiles
Reader = Callable[[Record], str]
PARTS: dict[str, tuple[str, Reader]] = {
    "ci": ("95% interval", lambda r: ci_words(r)),
    "p": ("P", lambda r: p_words(r)),
    "n": ("n", lambda r: record_text(r, "n")),
    "sentence": ("Printed in", lambda r: r.sentence or "–"),
}  # fmt: skip


class Table(Html):
    """A table of records for a cell's output."""

    def bundle(self) -> dict[str, str]:
        """What a notebook shows."""
        return self._repr_mimebundle_()


def p_words(record: Record) -> str:
    """The P value without its letter, as printed where it is a reported one."""
    if record.p_value is None:
        return "–"
    text = record.text if record.text.startswith("P") else p_text(record.p_value)
    return text.removeprefix("P = ").removeprefix("P ")


def ci_words(record: Record) -> str:
    """The interval, a dash where there is none or no limit of it is known."""
    ends = (record.lower, record.upper)
    open_ended = all(x is None or math.isinf(x) for x in ends)
    return "–" if open_ended else interval_text(record)


def results_table(records: Sequence[Record], *, caption: str = "") -> Table:
    """One row a record: what it is, value, and interval, P, n, sentence where any record has one."""
    have = {"ci": any(interval_text(r) for r in records),
            "p": any(r.p_value is not None for r in records),
            "n": any(r.n for r in records),
            "sentence": any(r.sentence for r in records)}  # fmt: skip
    words, mixed = row_words(records), len({r.label for r in records}) > 1
    header = ["", "Value", *(head(k, records) for k, yes in have.items() if yes)]
    rows = [
        [markup.escape(words[i]), markup.number_html(r, "value", mark=mixed),
         *(markup.escape(PARTS[k][1](r)) for k, yes in have.items() if yes)]
        for i, r in enumerate(records)
    ]  # fmt: skip
    return _table(header, rows, records, caption=caption or common_words(records))


def head(part: str, records: Sequence[Record]) -> str:
    """The header of a part: what `quartiles` give beside the median is no interval of it."""
    spread = part == "ci" and all(r.method == "quartiles" for r in records)
    return "Quartiles" if spread else PARTS[part][0]


def crossed_table(
    records: Sequence[Record], *, rows: str, columns: str, part: str, caption: str, corner: str = ""
) -> Table:
    """Records as `rows` × `columns` (fields of a record), in each cell the record's `part`."""
    heads = list(dict.fromkeys(field(r, columns) for r in records))
    lines: dict[str, dict[str, Record]] = {}
    for r in records:
        lines.setdefault(field(r, rows), {})[field(r, columns)] = r
    mixed = len({r.label for r in records}) > 1
    body = [
        [markup.escape(line), *("–" if h not in found else
         markup.number_html(found[h], part, mark=mixed) for h in heads)]
        for line, found in lines.items()
    ]  # fmt: skip
    if any(SPREAD in cell for row in body for cell in row):  # said once, not in every cell
        body = [[cell.replace(SPREAD, "[") for cell in row] for row in body]
        corner = ", ".join(filter(None, (corner, "median [quartiles]")))
    return _table([corner, *heads], body, records, caption=caption)


def field(record: Record, name: str) -> str:
    """A field of the record as text; "1", "2", ... are the parts of its key after the name.

    "1+2" joins two of them: key "noise.30.17.5" -> "30, 17"; "arm+visit" two fields, without empty ones.
    """
    parts = dict(enumerate(record.key.split(".")))
    words = [parts.get(int(of), "") if of.isdigit() else str(getattr(record, of))
             for of in name.split("+")]  # fmt: skip
    return ", ".join(filter(None, words))


def map_frame(
    records: Sequence[Record], *, choose: Mapping[str, str], told: Mapping[str, str]
) -> pd.DataFrame:
    """One row a combination of the fields `choose` (field -> header), with what is told of it.

    `told`: the part of the key after the name -> header; a dash where there is no such record.
    """
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    for r in records:
        row = lines.setdefault(tuple(field(r, name) for name in choose), {})
        row[field(r, "1")] = record_text(r, "bare")
    return pd.DataFrame(
        [(*chosen, *(row.get(k, "–") for k in told)) for chosen, row in lines.items()],
        columns=[*choose.values(), *told.values()],
    )


def _table(header, rows, records: Sequence[Record], *, caption: str) -> Table:
    labels = {r.label for r in records}
    label = labels.pop() if len(labels) == 1 else ""
    html = markup.table_html(header, rows, caption=caption, label=label)
    plain = [" | ".join(markup.plain(cell) for cell in row) for row in [header, *rows]]
    return Table(html, "\n".join([caption, *plain]))


def row_words(records: Sequence[Record]) -> list[str]:
    """For each record what tells it from the others."""
    columns = {
        "parameter": [r.parameter for r in records],
        "arm": [f"{r.arm} vs {r.comparator}" if r.comparator else r.arm for r in records],
        "visit": [r.visit for r in records],
        "statistic": [r.statistic for r in records],
        "method": [r.method for r in records],
    }
    telling = [c for k, c in columns.items() if len(set(c)) > 1 and k != "method"]
    words = [" · ".join(w for w in line if w) for line in zip(*telling, strict=True)]
    words = words or [r.statistic for r in records]
    if len(set(words)) < len(words) and len(set(columns["method"])) > 1:
        words = [f"{w} ({m})" if w else m for w, m in zip(words, columns["method"], strict=True)]
    if len(set(words)) < len(words):  # the row's own name tells them apart
        rows = [r.key.partition(".")[2].replace(".", ", ") for r in records]
        words = [f"{w}: {row}" for w, row in zip(words, rows, strict=True)]
    return [w or r.statistic for w, r in zip(words, records, strict=True)]


def common_words(records: Sequence[Record]) -> str:
    """What all records share, as a caption: "CD4+ T cells: median, Low dose against Control, ..."."""

    def shared(name: str) -> str:
        values = {getattr(r, name) for r in records}
        return values.pop() if len(values) == 1 else ""

    about = shared("parameter")
    against = f"against {shared('comparator')}" if shared("comparator") else ""
    arms = " ".join(w for w in (shared("arm"), against) if w)
    words = ", ".join(
        w for w in (shared("statistic"), arms, shared("visit"), shared("method")) if w
    )
    return ": ".join(w for w in (about, words) if w) or "Results"
