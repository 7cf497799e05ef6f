"""Records in, a table of them out as HTML and text; it computes nothing and chooses no words of its own.

The words of a row are whatever tells the records apart: parameter, arm, visit, statistic. A unit that
all cells of a column share stands in its head.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from helpers.present import markup, words
from helpers.present.crossing import field, one_a_cell, shared_start, spaced, told
from helpers.present.html import Html
from helpers.present.text import interval_text, is_p, p_of, record_text, unit_text
from helpers.results import Record

NOTHING = "No number here: too few patients, or nothing to compare."
NAMED = 3  # statistics that a caption names
SPREAD = "[Q1, Q3: "  # how a record's text begins its quartiles
MEASURED = ("full", "estimate", "value", "round")  # parts of a record that print its unit
Reader = Callable[[Record], str]
PARTS: dict[str, tuple[str, Reader]] = {
    "ci": ("Interval", lambda r: ci_words(r)),
    "p": ("P", lambda r: p_words(r)),
    "n": ("n", lambda r: record_text(r, "n")),
    "sentence": ("Printed in", lambda r: words.place(r) or "–"),
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
    text = record.text if record.text.startswith("P") else p_of(record)
    return text.removeprefix("P = ").removeprefix("P ")


def ci_words(record: Record) -> str:
    """The interval, a dash where there is none or no limit of it is known."""
    ends = (record.lower, record.upper)
    open_ended = all(x is None or math.isinf(x) for x in ends)
    return "–" if open_ended else interval_text(record)


def results_table(
    records: Sequence[Record], *, caption: str = "", names: Mapping[str, str] | None = None
) -> Table:
    """One row a record: what it is, value, and interval, P, n, sentence where any record has one.

    `names`: what a row is called, by its key after the name; other rows by what tells them apart.
    """
    have = {"ci": any(interval_text(r) for r in records),
            "p": any(r.p_value is not None and not is_p(r) for r in records),
            "n": any(r.n for r in records),
            "sentence": any(r.sentence for r in records)}  # fmt: skip
    called, mixed = row_words(records), len({r.label for r in records}) > 1
    called = [(names or {}).get(row_key(r), word) for r, word in zip(records, called, strict=True)]
    unit = common_unit(records, "value")
    header = ["", f"Value{unit}", *(head(k, records) for k, yes in have.items() if yes)]
    rows = [
        [markup.escape(called[i]), markup.number_html(_bare(r, unit), "value", mark=mixed),
         *(markup.escape(_cell(k, r, records)) for k, yes in have.items() if yes)]
        for i, r in enumerate(records)
    ]  # fmt: skip
    return _table(header, rows, records, caption=caption or common_words(records))


def nothing(caption: str = "") -> Html:
    """What stands where no result does: why, as a sentence; no table without rows."""
    text = caption or NOTHING
    return Html(f"<p>{markup.escape(text)}</p>", text)


def common_unit(records: Iterable[Record], part: str) -> str:
    """The unit of a column of these records, for its head: " (weeks)"; "" where the cells say it.

    They do where there are fewer than two, where units differ, and where a number has words of its own.
    """
    numbers = [r for r in records if not r.text or r.value is not None]
    units = {unit_text(replace(r, value=None)).strip() for r in numbers}
    own = any(r.text or is_p(replace(r, unit="")) for r in numbers)
    if part not in MEASURED or len(numbers) < 2 or len(units) > 1 or own:
        return ""
    return f" ({units.pop()})" if any(units) else ""


def _bare(record: Record, unit: str) -> Record:
    """The record without its unit where the head of its column has it."""
    return replace(record, unit="") if unit else record


def head(part: str, records: Sequence[Record]) -> str:
    """The header of a part; what stands between two ends is called what it is."""
    if part != "ci":
        return PARTS[part][0]
    kinds = _kinds(records)
    return kinds.pop() if len(kinds) == 1 else PARTS[part][0]


def _kinds(records: Sequence[Record]) -> set[str]:
    return {words.interval_words(r)[0] for r in records if interval_text(r)}


def _cell(part: str, record: Record, records: Sequence[Record]) -> str:
    """The text of a part; in a column of several kinds of intervals each says its own."""
    text = PARTS[part][1](record)
    if part == "ci" and text != "–" and len(_kinds(records)) > 1:
        return f"{words.interval_words(record)[0]}: {text}"
    return text


def row_key(record: Record) -> str:
    """The key after the name: "share" of "price.share"; the name where nothing follows."""
    return record.key.partition(".")[2] or record.key


def crossed_table(
    records: Sequence[Record], *, rows: str, columns: str, part: str, caption: str, corner: str = "",
    names: Mapping[str, str] | None = None,
) -> Table:  # fmt: skip
    """Records as `rows` × `columns` (fields of a record), in each cell the record's `part`.

    `names`: what a row or column is called that the field calls otherwise. What every cell would
    say, that it holds quartiles or a P, is said in the corner. Where several records would stand in
    one cell, `rows` get what tells them apart. Rows and columns of which no number is shown are named in
    the caption alone, if others remain. Errors: ValueError where nothing tells two records of one cell
    apart.
    """
    called = names or {}
    rows = one_a_cell(records, rows, columns)
    heads = list(dict.fromkeys(field(r, columns) for r in records))
    units = {h: common_unit([r for r in records if field(r, columns) == h], part) for h in heads}
    lines: dict[str, dict[str, Record]] = {}
    for r in records:
        lines.setdefault(field(r, rows), {})[field(r, columns)] = r
    heads, lines, untold = told(heads, lines)
    mixed = len({r.label for r in records}) > 1
    body = [
        [markup.escape(called.get(line, line)), *("–" if h not in found else
         markup.number_html(_bare(found[h], units[h]), part, mark=mixed) for h in heads)]
        for line, found in lines.items()
    ]  # fmt: skip
    if any(SPREAD in cell for row in body for cell in row):
        body = [[cell.replace(SPREAD, "[") for cell in row] for row in body]
        corner = ", ".join(filter(None, (corner, "median [quartiles]")))
    if part == "p":
        body = [[cell.replace(">P = ", ">").replace(">P ", ">") for cell in row] for row in body]
        corner = ", ".join(filter(None, (corner, "P")))
    same = "" if called else shared_start(heads)
    header = [corner, *(called.get(h, h.removeprefix(same)) + units[h] for h in heads)]
    names_left_out = "; ".join(words.sentence_case(called.get(name, name)) for name in untold)
    left_out = (
        f"Left out, as each number is of too few patients, or would tell of few: {names_left_out}."
    )
    said = (caption, f"{same.removesuffix(', ')}." if same else "", left_out if untold else "")
    caption = " ".join(filter(None, said))
    return _table(header, body, records, caption=caption)


def map_frame(
    records: Sequence[Record], *, choose: Mapping[str, str], told: Mapping[str, str]
) -> pd.DataFrame:
    """One row a combination of the fields `choose` (field -> header), with what is told of it.

    `told`: the part of the key after the name, as it stands there -> header; a dash where a
    combination has no such record. Errors: ValueError for a part that no record has.
    """
    parts = {r.key: r.key.split(".")[1] for r in records}
    if lost := set(told) - set(parts.values()):
        raise ValueError(f"expected parts of {sorted(set(parts.values()))}, found {sorted(lost)}")
    lines: dict[tuple[str, ...], dict[str, str]] = {}
    for r in records:
        row = lines.setdefault(tuple(field(r, name) for name in choose), {})
        row[parts[r.key]] = record_text(r, "bare")
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
        "method": [r.method for r in records],
    }
    columns = {name: [words.printed(w) for w in column] for name, column in columns.items()}
    methods = columns.pop("method")
    columns["statistic"] = [words.called(r) for r in records]
    telling = [c for c in columns.values() if len(set(c)) > 1]
    found = [" · ".join(w for w in line if w) for line in zip(*telling, strict=True)]
    found = found or columns["statistic"]
    if len(set(found)) < len(found) and len(set(methods)) > 1:
        found = [f"{w} ({m})" if w else m for w, m in zip(found, methods, strict=True)]
    if len(set(found)) < len(found):
        found = _told_apart(found, [row_key(r).split(".") for r in records])
    return [w or s for w, s in zip(found, columns["statistic"], strict=True)]


def _told_apart(found: Sequence[str], keys: Sequence[Sequence[str]]) -> list[str]:
    """Words that several rows share, each with the parts of its key in which these rows differ."""
    out = []
    for word, key in zip(found, keys, strict=True):
        alike = [k for w, k in zip(found, keys, strict=True) if w == word]
        parts = [spaced(p) for i, p in enumerate(key) if any([p] != k[i : i + 1] for k in alike)]
        out.append(f"{word}: {', '.join(parts)}" if parts else word)
    return out


def common_words(records: Sequence[Record]) -> str:
    """What all records share, as a caption: "CD4+ T cells: median, Low dose against Control, ..."."""

    def shared(name: str) -> str:
        values = {getattr(r, name) for r in records}
        return words.printed(values.pop()) if len(values) == 1 else ""

    about, method = shared("parameter"), shared("method")
    statistics = dict.fromkeys(map(words.called, records))
    statistics = statistics if len(statistics) <= NAMED else {}  # the rows name them
    against = f"against {shared('comparator')}" if shared("comparator") else ""
    arms = " ".join(w for w in (shared("arm"), against) if w)
    said = ", ".join(w for w in (*statistics, arms, shared("visit")) if w)
    if method and method not in statistics:
        said = f"{said} ({method})" if said else method
    return words.sentence_case(": ".join(w for w in (about, said) if w)) or "Several results"
