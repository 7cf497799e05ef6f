"""Records and frames in, accessible HTML out; every text is escaped, so data are never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape, unescape
from numbers import Number

import pandas as pd

from helpers.assumptions import Assumption
from helpers.present import columns, words
from helpers.present.text import MINUS, after_number, record_text
from helpers.results import Record
from helpers.rounding import short, to_figures

MEANING = {
    "reported": "reported: printed in an abstract, a registry record or a cited paper",
    "derived": "derived: follows from printed numbers alone; nothing drawn, no patient assumed",
    "observed": "observed: computed from the records of real patients",
    "simulated": "simulated: from a synthetic cohort or a model with an assumption of ours; no patient",
}

# how the text description of a figure begins: the label goes where the picture cannot be seen
SAID = {
    "reported": "As printed.",
    "derived": "Derived from printed numbers.",
    "observed": "Observed, real patients.",
    "simulated": "Simulated, stands for no patient.",
}

UNIT = re.compile(r"\([^()\s]+/[^()\s]+\)$")  # "(cells/µL)"
SHORT = 16  # letters of a number and its unit that no line breaks ("164 cells/µL")
LETTERS = 96  # a line of a table in the column of text
PHONE = 60  # a line and a half of one on a phone
FEW_WORDS = 15  # letters: "19 (79%; 58% to 93%)" has more


def slug(text: str) -> str:
    """Lower-case letters, digits, dots and hyphens only: for keys, ids and anchors."""
    return re.sub(r"[^a-z0-9.]+", "-", text.lower()).strip("-") or "x"


def anchor(kind: str, text: str) -> str:
    """The id of a number (n), figure (f), assumption (a): no dot, so that it is a valid selector."""
    return f"{kind}-{slug(text).replace('.', '_')}"


def label_mark(label: str, *, word: bool = False) -> str:
    """The small mark of a label: its first letter as a superscript, or the whole word as a pill."""
    if word:
        return f'<span class="lab lab-{label}" title="{MEANING[label]}">{label}</span>'
    return (
        f'<sup class="lm lm-{label}" title="{MEANING[label]}" aria-hidden="true">'
        f'{label[0].upper()}</sup><span class="sr-only"> ({label})</span>'
    )


def number_html(record: Record, part: str = "full", *, page: str = "", mark: bool = True) -> str:
    """A number as a link to its row in the table of all numbers of `page` ("" = this page)."""
    said = (record.label, words.printed(record.method), words.printed(record.statistic))
    about = escape(", ".join(x for x in said if x))
    text = record_text(record, part)
    short = " data-short" * (len(text) <= SHORT)
    return (
        f'<a class="num num-{record.label}" href="{page}#{anchor("n", record.key)}" title="{about}"{short}>'
        f"{escape(text)}</a>{label_mark(record.label) if mark and part != 'n' else ''}"
    )


def table_html(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    caption: str,
    label: str = "",
    ids: Sequence[str] = (),
    headers: int = 1,
    kind: str = "",
) -> str:
    """A table in a scrolling frame: caption, column and row headers with scope.

    `caption` and `header` are plain text; the cells of `rows` are HTML already; the first
    `headers` cells of a row are its headers; `label` puts the label's pill in the caption;
    `kind` is a further class for the style sheet; in a "stack", which a phone shows cell below cell,
    each cell names its column; so are tables of many words. Columns of numbers stand with their
    points below each other.
    """
    rows = [list(row) for row in rows]
    pill = f" {label_mark(label, word=True)}" if label else ""
    looks = [columns.attributes([plain(c) for c in column]) for column in zip(*rows, strict=True)]
    if _is_wordy(header, rows, looks) and "stack" not in kind.split():
        kind = f"{kind} stack".strip()
    names = [_named(h) if "stack" in kind.split() else "" for h in header]
    head = "".join(_head(h, _flush(looks, j)) for j, h in enumerate(header))
    pairs = list(zip(names, looks, strict=bool(rows)))
    anchors = [f' id="{each}"' for each in ids] or [""] * len(rows)
    body = [
        f"<tr{anchors[i]}>{_cells(row, [name + look[i] for name, look in pairs], headers)}</tr>"
        for i, row in enumerate(rows)
    ]
    return (
        '<div class="frame" role="region" tabindex="0" aria-label="'
        f'{escape(caption, quote=True)}"><table class="book-table {kind}"><caption>'
        f"<span>{escape(caption)}{pill}</span></caption><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table></div>"
    )


def _is_wordy(
    header: Sequence[str], rows: Sequence[Sequence[str]], looks: Sequence[Sequence[str]]
) -> bool:
    """Whether the texts of its columns, those of numbers apart, are too long beside each other.

    Too long for a line of the page; or for one of a phone, where several columns hold more than a
    few words, such as numbers with their intervals: each would break into a line a word.
    """
    found = zip(header, zip(*rows, strict=True), looks, strict=bool(rows))
    texts = [[plain(text) for text in (head, *cells)] for head, cells, look in found if not look[0]]
    total = sum(max(map(len, column)) for column in texts)
    long = sum(max(map(len, column[1:])) >= FEW_WORDS for column in texts[1:])
    return len(texts) > 2 and (total > LETTERS or (total > PHONE and long > 1))


def _cells(row: Sequence[str], attributes: Sequence[str], headers: int) -> str:
    """The cells of a row: the first `headers` are its headers, the others have their attributes."""
    return "".join(
        f'<th scope="row">{cell}</th>' if j < headers else f"<td{attributes[j]}>{cell}</td>"
        for j, cell in enumerate(row)
    )


def _flush(looks: Sequence[Sequence[str]], column: int) -> str:
    """The class of a header over numbers."""
    return ' class="figures"' if column and column < len(looks) and looks[column][0] else ""


def _head(header: str, attributes: str) -> str:
    """The head of a column; a unit at its end, which a browser would break at its stroke, stays whole."""
    if not header.strip():
        return "<td></td>"
    said = UNIT.sub(r'<span class="unit">\g<0></span>', escape(_headed(header)))
    return f'<th scope="col"{attributes}>{said}</th>'


def _named(header: str) -> str:
    return f' data-name="{escape(_headed(header), quote=True)}"' if header.strip() else ""


def plain(html: str) -> str:
    """HTML of a table's cell as text, without the marks of labels."""
    bare = re.sub(r'<(sup|span) class="(?:lm|lab|sr-only).*?</\1>', "", html)
    return unescape(re.sub("<[^>]+>", "", bare))


def _headed(text: str) -> str:
    """A header with a capital, unless its first word has capitals of its own (hUC-MSC); n stays."""
    return text if text == "n" else words.sentence_case(text)


def frame_html(frame: pd.DataFrame, *, caption: str, label: str = "", headers: int = 1) -> str:
    """A frame of texts and numbers (already rounded) as `table_html`; missing prints as a dash."""
    rows = [
        ["–" if pd.isna(cell) else escape(_plain(cell)) for cell in row]
        for row in frame.itertuples(index=False)
    ]
    return table_html(list(frame.columns), rows, caption=caption, label=label, headers=headers)


def explorer_html(
    frame: pd.DataFrame, *, choose: int, sentence: str, caption: str, label: str
) -> str:
    """A table of all combinations of the first `choose` columns, folded; a script offers them.

    `sentence` holds the headers of the other columns in braces; the script fills it in for the
    combination that the reader chooses. In the page they are the columns' numbers, #0 the first, so
    that the sentence can be translated. Errors: ValueError for a header that no column has.
    """
    heads = [_headed(str(head)) for head in frame.columns]
    sentence = re.sub(r"\{([^}]+)\}", lambda found: f"#{heads.index(found[1])}", sentence)
    table = frame_html(frame, caption=caption, label=label, headers=choose)
    return (
        f'<div class="explorer" data-choose="{choose}" data-sentence="{escape(sentence, quote=True)}">'
        f"<details><summary>All {len(frame)} combinations as a table</summary>{table}</details></div>"
    )


def _plain(cell: object) -> str:
    text = f"{to_figures(cell, 6):,g}" if isinstance(cell, float) else str(cell)
    return text.replace("-", MINUS, 1) if isinstance(cell, Number) and cell < 0 else text


def assumption_text(item: Assumption) -> str:
    """An assumption's value with its unit, for prose and tables; a share as per cent of its whole.

    Where the assumption says how its value reads, in these words.
    """
    if item.reads:
        return item.reads.format(*item.numbers)
    if not isinstance(item.value, int | float):
        return f"{value_text(item.value)}{after_number(item.unit)}".strip()
    value, unit = assumed_number(item, item.value), item.unit.removeprefix("%").strip()
    if unit.startswith("share of "):
        return f"{value} {unit.removeprefix('share ')}"
    if unit.endswith(", as a share"):
        return f"{unit.removesuffix(', as a share')} of {value}"
    if unit == "coefficient of variation":
        return f"{unit} {value}"
    return value if unit == "proportion" else f"{value} {unit}".strip()


def assumed_number(item: Assumption, value: float) -> str:
    """One number of an assumption as it prints: its value and the ends of its range alike.

    A share is per cent of its whole, a unit that begins with % keeps that sign at its number, and an
    assumption that says how its one number reads has it so.
    """
    if item.reads:
        return re.search(r"\{.*?\}", item.reads)[0].format(value)
    if _is_share(item.unit):
        return f"{short(100 * value, 3)}%"
    text = short(value, 6) if isinstance(value, float) else str(value)
    return f"{text}%" if item.unit.startswith("%") else text


def range_text(item: Assumption) -> str:
    """The plausible range: "20 to 50 copies/mL", "3% to 15%"; "" where the assumption has none.

    What the unit adds about its value, behind a comma or in brackets, is not said again.
    """
    if item.low is None:
        return ""
    low, high = (assumed_number(item, end) for end in (item.low, item.high))
    unit = (
        "" if _is_share(item.unit) else re.split(r", | \(", item.unit.removeprefix("%").strip())[0]
    )
    return f"{low} to {high} {unit}".strip()


def _is_share(unit: str) -> bool:
    return (
        unit in ("proportion", "coefficient of variation")
        or unit.startswith("share of ")
        or unit.endswith(", as a share")
    )


def value_text(value: object) -> str:
    """A number, text, list or table of an assumption in words: "median 22.0, limit 1.0"."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {value_text(v)}" for key, v in value.items())
    if isinstance(value, list | tuple):
        nested = any(isinstance(v, dict) for v in value)
        return ("; " if nested else ", ").join(map(value_text, value))
    return str(value)


def folded(lines: Sequence[str]) -> str:
    """A list under its first line, folded; "" without lines."""
    if not lines:
        return ""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines[1:])
    return f"<details><summary>{escape(lines[0])}</summary><ul>{items}</ul></details>"
