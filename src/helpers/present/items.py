"""Figures and tables of the pages in, their numbers, anchors and CSV files out; it draws nothing.

A figure or table is numbered within its page by the page's own number (3.1, 3.2, ...; A.1 in an
appendix). What it shows is written as CSV within the site when the build ends, and the tables once
more as data beside it (`TABLES`), for whatever other form they are to have.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

from helpers.present import ahead, figure, markup, picture, sources
from helpers.present.page_numbers import page_number
from helpers.present.roles import docs_prefix
from helpers.results import LABELS, csv_cell

KINDS = ("Figure", "Table")
TABLES = "tables.json"  # the tables of the pages as data, beside the folder of the site
KEY = re.compile(r'<a class="num num-\w+" href="[^"#]*#(n-[^"]+)"')  # a cell's link to its record
LABEL = re.compile(rf"\b(?:lm|lab|num)-({'|'.join(LABELS)})\b")


@dataclass(frozen=True)
class Item:
    """One figure or table: `kind`, printed `number`, `anchor` on `page` (a docname), `title`; `csv`
    is its file within the site ("" = it has no data table), `code` its source, from its page;
    `label` those of its numbers, with a space between ("" = it holds none).
    """

    kind: str
    number: str
    page: str
    anchor: str
    title: str
    csv: str = ""
    code: str = ""
    label: str = ""

    @property
    def up(self) -> str:
        """What leads from its page to the site's root."""
        return docs_prefix(self.page)

    @property
    def picture(self) -> str:
        """A figure's file within the site, without the ending: there is an SVG and a PNG."""
        return f"figures/{self.page.removeprefix('chapters/')}/{self.anchor}"

    @property
    def rtf(self) -> str:
        """The file within the site of a table of an analysis as RTF; "" for all others."""
        analysis = self.kind == "Table" and self.csv and self.page.startswith("studies/")
        return f"rtf/{self.page}/{self.anchor}.rtf" if analysis else ""

    @property
    def href(self) -> str:
        """The CSV file as its page links it."""
        return self.up + self.csv


def figure_item(env, spec: dict) -> Item:
    """The next figure of the page that `env` is reading; its data will be a CSV file."""
    about = spec["usermeta"]["figure"]
    header, rows = figure.data_table(spec)
    found = sources.chapter_place(env.docname.rpartition("/")[2], about["key"])
    code = f"{docs_prefix(env.docname)}code/{found[0]}.html#L{found[1]}" if found else ""
    anchor = markup.anchor("f", about["key"])
    data = [[*header, "label"], *([*row, about["label"]] for row in rows)] if rows else []
    return _add(env, "Figure", anchor, about["title"], data, code, about["label"])


def numbered_tables(env, html: str) -> str:
    """The HTML of a cell with each of its tables numbered; their cells will be CSV files."""
    parts = re.split(r'(<table class="book-table.*?</table>)', html, flags=re.DOTALL)
    for i in range(1, len(parts), 2):
        table = _Table(parts[i])
        item = _add(env, "Table", "", table.caption, table.labelled(), label=table.marks())
        env.book_tables.append({**asdict(item), "rtf": item.rtf, "rows": table.rows,
                                "records": list(dict.fromkeys(KEY.findall(parts[i])))})  # fmt: skip
        name = f"Table {item.number}"  # the caption says the rest
        parts[i - 1] = re.sub(r'aria-label="[^"]*">$', f'aria-label="{name}">', parts[i - 1])
        link = f' <a class="csv" href="{item.href}" download aria-label="{name} as CSV">CSV</a>'
        parts[i] = (
            parts[i]
            .replace("<table ", f'<table id="{item.anchor}" ', 1)
            .replace(
                "<caption><span>", f'<caption><span><span class="no">Table {item.number}</span>', 1
            )
            .replace("</span></caption>", f"{link}</span></caption>", 1)
        )
    return "".join(parts)


def _add(
    env, kind: str, anchor: str, title: str, rows: Sequence, code: str = "", label: str = ""
) -> Item:
    """Keep the next figure or table of the page; without an `anchor` it is the kind's number."""
    kept = env.book_items.setdefault(env.docname, [])
    before = page_number(env.docname)
    number = 1 + sum(item.kind == kind for item in kept)
    anchor = anchor or f"{kind.lower()}-{number}"
    path = f"csv/{env.docname.removeprefix('chapters/')}/{anchor}.csv" if rows else ""
    item = Item(
        kind=kind,
        number=f"{before}.{number}" if before else str(number),
        page=env.docname,
        anchor=anchor,
        title=title,
        csv=path,
        code=code,
        label=label,
    )
    kept.append(item)
    if rows:
        env.book_csv[path] = csv_text(rows)
    return item


def csv_text(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV; a text that a spreadsheet would run as a formula is disarmed."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([_cell(cell) for cell in row] for row in rows)
    return out.getvalue()


def _cell(cell: str) -> str:
    try:
        float(cell)
    except ValueError:
        return str(csv_cell(cell))
    return cell


class _Table(HTMLParser):
    """The texts of one table: its caption without marks, its rows with the header first.

    `labels` holds for each row those of its numbers, `label` that of the whole, from the caption.
    """

    def __init__(self, html: str):
        super().__init__()
        self.rows: list[list[str]] = []
        self.labels: list[list[str]] = []
        self.label = ""
        self.caption, self._into, self._mute = "", None, 0
        self.feed(html)
        self.rows = [[" ".join(cell.split()) for cell in row] for row in self.rows]
        self.caption = " ".join(self.caption.split())

    def handle_starttag(self, tag, attrs):
        kind = dict(attrs).get("class") or ""
        found = LABEL.search(kind)
        if found and self._into == "caption":
            self.label = found[1]
        elif found and self.labels:
            self.labels[-1].append(found[1])
        if tag == "tr":
            self.rows.append([])
            self.labels.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._into = "cell"
        elif tag == "caption":
            self._into = "caption"
        if tag in ("sup", "span") and (
            self._mute or kind.startswith(("lm", "lab", "sr-only", "self"))
        ):
            self._mute += 1

    def handle_endtag(self, tag):
        if tag in ("td", "th", "caption"):
            self._into = None
        if tag in ("sup", "span") and self._mute:
            self._mute -= 1

    def handle_data(self, data):
        if self._mute:
            return
        if self._into == "cell":
            self.rows[-1][-1] += data
        elif self._into == "caption":
            self.caption += data

    def marks(self) -> str:
        """The labels of all its numbers, the lightest first."""
        found = {self.label, *(mark for row in self.labels for mark in row)}
        return " ".join(label for label in LABELS if label in found)

    def labelled(self) -> list[list[str]]:
        """The rows with a last column: the labels of each row's numbers, or that of the table."""
        header, *rows = self.rows
        marks = [" ".join(dict.fromkeys(found)) or self.label for found in self.labels[1:]]
        return [[*header, "label"], *([*row, m] for row, m in zip(rows, marks, strict=True))]


def all_items(env) -> list[Item]:
    """Every figure and table in reading order."""
    return [item for page in in_order(env.book_items) for item in env.book_items[page]]


def in_order(pages: Iterable[str]) -> list[str]:
    """Pages by docname, the front page first."""
    return sorted(pages, key=lambda name: (name != "index", name))


def _begin(app, env, docnames) -> None:
    env.book_items, env.book_csv, env.book_pictures, env.book_tables = {}, {}, {}, []


def _write(app, error) -> None:
    if error or app.builder.format != "html":
        return
    files = {path: text.encode() for path, text in app.env.book_csv.items()}
    for path, drawn in app.env.book_pictures.items():
        files |= {f"{path}.svg": drawn.encode(), f"{path}.png": ahead.get(picture.png, drawn)}
    for path, content in files.items():
        target = Path(app.outdir) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    tables = json.dumps(app.env.book_tables, ensure_ascii=False)
    (Path(app.outdir).parent / TABLES).write_text(tables, encoding="utf-8")


def setup(app) -> None:
    """Count anew in every build (the book is always built whole) and write the files at its end."""
    app.connect("env-before-read-docs", _begin)
    app.connect("build-finished", _write)
