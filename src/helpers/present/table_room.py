"""A page's HTML in, its tables marked by the room they need out; no text of a cell is changed.

The style sheet reads the classes. "wide" may use the empty margin of a desk. What does not fit a
phone is "over" there, the name of a row above its cells, where these fit without it; else "phone",
cell below cell, each with the name of its column. All is judged when a page is built, from the words
that stand there. Never a notebook's business: an executed chapter holds its tables without them.
What a phone lays out otherwise says what it is in words of its own, too (`heard`).
"""

from __future__ import annotations

import re
from html import escape
from itertools import zip_longest

from helpers.present.columns import lacks, of_numbers
from helpers.present.markup import LETTERS, plain

TABLE = re.compile(r'(<table [^>]*class="book-table([^"]*))(".*?</table>)', re.DOTALL)
ROW = re.compile(r"<tr\b.*?</tr>", re.DOTALL)
CELL = re.compile(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", re.DOTALL)
HAN = re.compile(r"[⺀-鿿︰-￯]")
WHOLE = re.compile(r"(?:\b[Pn] )?(?:=|≤|&lt;) (?=\d)")  # "< 0.001", "P = 0.04": no line breaks it
TAG = re.compile(r"<(tr|td|th)\b([^>]*)")
ROLES = {"tr": "row", "td": "cell"}
PHONE = 37  # letters of a table's line on a phone of 360 px; those of a tinted ground have less
TINTED = 34
GAP = 0.5  # letters more behind a number, which stands flush right
COLUMN = 18  # letters: a column of texts so wide can be read however long they are
LINES, NUMBERS = 3, 2  # lines of a cell of words, and of one that begins with a number


def marked(html: str) -> str:
    """Return a page's HTML whose tables say what room they need: "wide", "over" or "phone"."""
    return TABLE.sub(_marked, html)


def _marked(found: re.Match) -> str:
    table = WHOLE.sub(lambda part: part[0].replace(" ", "&nbsp;"), found[0])
    opening, rest = found[1], table[len(found[1]) :]
    columns = _columns(table)
    if sum(max(map(len, column)) + 2 for column in columns) > LETTERS:
        opening += " wide"
    kind = "stack" if "stack" in found[2].split() else _on_a_phone(table, columns)
    if kind == "over":
        opening += f' over" style="--columns: {len(columns) - 1}'
    if kind == "phone":
        heads, opening = [column[0] for column in columns], f"{opening} phone"
        rest = ROW.sub(lambda row: _named(row[0], heads), rest)
    return heard(opening + rest) if kind else opening + rest


def heard(table: str) -> str:
    """A table with the roles of its rows and cells written down, for where a style lays it out otherwise.

    Safari takes rows and cells without a table's `display` for nothing, so that VoiceOver reads such
    a table as an empty one (WebKit bug 257458); written roles hold whatever the style is. The table
    has none of its own: axe takes a caption within a written one for a fault.
    """

    def role(tag: re.Match) -> str:
        name = ROLES.get(tag[1]) or ("columnheader" if 'scope="col"' in tag[2] else "rowheader")
        return f'<{tag[1]}{tag[2]} role="{name}"'

    return TAG.sub(role, table)


def _on_a_phone(table: str, columns: list[list[str]]) -> str:
    """How a table is shown on a phone: "" as it is, "over" or "phone"."""
    room = TINTED if "lab-simulated" in table else PHONE
    if len(columns) < 3 or needed(columns) <= room:
        return ""  # of two columns the second may break anywhere
    heads = table.count('<th scope="row"')
    is_one = heads == len(columns[0]) - 1  # a row has one head
    return "over" if is_one and needed(columns[1:]) <= room else "phone"


def _columns(table: str) -> list[list[str]]:
    """The texts of a table by column, the head first; a missing cell is ""."""
    rows = [[_text(cell) for cell in CELL.findall(row)] for row in ROW.findall(table)]
    return [list(column) for column in zip_longest(*rows, fillvalue="")]


def _text(cell: str) -> str:
    """The text of a cell; a number that is short, with its unit, has spaces that no line breaks."""
    text = plain(cell)
    return text.replace(" ", "\u00a0") if "data-short" in cell else text


def needed(columns: list[list[str]]) -> float:
    """Return the letters of the narrowest line in which each column can be read.

    `columns`: texts, the head first. Numbers stand on one line, an interval takes two, words three;
    no word is broken; a Chinese character stands alone.
    """
    return sum(_width(*column) for column in columns) + len(columns) - 1


def _width(head: str, *cells: str) -> float:
    """The letters that one column needs; numbers stand with their points below each other."""
    word = max(map(_word, (head, *cells)))
    if of_numbers(cells):
        whole = (_letters(cell) + lack for cell, lack in zip(cells, lacks(cells), strict=True))
        return max(word, *whole) + GAP
    return max(word, *(min(COLUMN, _letters(cell) / _lines(cell)) for cell in cells), 0)


def _lines(cell: str) -> int:
    return NUMBERS if cell[:1].isdigit() or cell[:1] in ("−", "<") else LINES


def _letters(text: str) -> float:
    """The width of a text in small letters: capitals and Chinese characters are wider."""
    return len(text) + 0.7 * len(HAN.findall(text)) + 0.3 * sum(map(str.isupper, text))


def _word(text: str) -> float:
    """The letters of the longest piece that a browser does not break; two Chinese characters."""
    pieces = re.split(r"[ \n]|(?<=[-–])", HAN.sub(" ", text))
    return max(3.4 * bool(HAN.search(text)), *map(_letters, pieces))


def _named(row: str, heads: list[str]) -> str:
    """A row whose cells, its head apart, say which column they are of."""
    names = iter(heads)

    def name(cell: re.Match) -> str:
        head = next(names, "")
        said = f' data-name="{escape(head, quote=True)}"' if head and cell[1] == "d" else ""
        return f"<t{cell[1]}{said}"

    return re.sub(r"<t([hd])\b", name, row)
