"""A built site and its study in, a refusal out when a byte of it gives a subject away; it mends nothing.

The last step before publishing. Every file is searched, its name too, in the forms in which a value
can stand there: as it is, with HTML entities, %-escapes, JSON escapes and base64 undone, and with
the tags taken out. What is searched for, and what cannot be, is said in `needles`. Of a listing of
the book's own code the lines that are line for line the book's own source are no data of the study,
whatever columns and numbers they name; every other byte of it is searched.

Words of a file are found once and compared with sets, so the time does not grow with the number of
subjects: a site of 20 MB against a million identifiers takes seconds.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import html
import re
import urllib.parse
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from helpers.context import ROOT
from helpers.edition.needles import WORD, Needles, study_needles
from helpers.errors import EditionError
from helpers.full_dates import dates_in
from helpers.study import Study

OWN = ("chapters/*.md", "book/*.bib", "src/helpers/**/*.py", "src/helpers/**/*.css")
BINARY = {".png", ".jpg", ".jpeg", ".gif", ".ico", ".woff", ".woff2", ".ttf", ".eot", ".pdf"}
PRINTABLE = re.compile(r"[\x20-\x7e]{6,}")
TAG = re.compile(r"<[^<>]*>")
ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2}))")
DATA_URI = re.compile(r";base64,([A-Za-z0-9+/=]{8,})")
CELL = re.compile(
    r'>([^<>]{1,40})<|"([^"\n]{1,40})"|(?:^|[,;\t\n])([^,;\t\n"<>]{1,40})(?=[,;\t\n]|$)'
)
# how pages number lines of code and references: subjects 1, 2, ... or 1001, 1002, ... are neither
NUMBERING = re.compile(
    r'<a id="L(\d+)" name="L\1"></a><a href="#L\1"><span class="linenos">\s*\1</span></a>'
    r'|<span class="fn-bracket">\[</span>\d+<span class="fn-bracket">\]</span>'
)
LISTED_LINE = re.compile(r'<a id="L(\d+)" name="L\1"></a><a href="#L\1">.*?</a>(.*)')
SIGNS = r"\-_./#~+‐‑–—"  # between the study and the number of an identifier
ROW = re.compile(r"<tr[^<>]*>(.*?)</tr>", re.S)
CELLS = re.compile(r"<t[dh][^<>]*>(.*?)</t[dh]>", re.S)
FEWEST = 4  # plain numbers that are a list: visits 1, 2, 3 are none
LISTED, MOST = 30, 0.95  # a list of plain numbers: so many of them, such a share of all


@dataclass(frozen=True)
class Leak:
    """One find: the file, what kind of value, how many of them, and the start of one."""

    file: str
    kind: str
    count: int
    start: str

    def __str__(self) -> str:
        return f"{self.file}: {self.kind} ({self.count} found, one begins with {self.start!r})"


class Sequences:
    """Word sequences, indexed once, to be found in many texts."""

    def __init__(self, values: Iterable[tuple[str, ...]]):
        self.by_length: dict[int, set[tuple[str, ...]]] = {}
        for value in values:
            self.by_length.setdefault(len(value), set()).add(value)
        self.last = {k: {value[-1] for value in found} for k, found in self.by_length.items()}

    def found_in(self, words: list[str]) -> set[tuple[str, ...]]:
        """Those that stand in `words`, one word after the other."""
        out, present = set(), set(words)
        for length, wanted in self.by_length.items():
            last = self.last[length] & present
            if length == 1:
                out |= {(word,) for word in last}
                continue
            for i in (i for i, word in enumerate(words) if word in last) if last else ():
                if (value := tuple(words[max(0, i - length + 1) : i + 1])) in wanted:
                    out.add(value)
        return out


class Search:
    """Needles, indexed once: `hits` says which of them a text holds."""

    def __init__(self, needles: Needles):
        self.needles = needles
        self.sequences = {kind: Sequences(values) for kind, values in needles.words.items()}
        names = "|".join(map(re.escape, sorted(needles.headers)))
        # a letter or digit before or after makes it another word, a blank makes it prose
        self.joined = {
            word: re.compile(rf"({w})(?<![^\W_]{w})[{SIGNS}]{{1,3}}(\d+)(?![^\W_])")
            for word, w in sorted({(w, re.escape(w)) for w, _ in needles.joined})
        }
        self.headed = re.compile(rf'<th[^<>]*>\s*({names})\s*<|"({names})"\s*:') if names else None

    def hits(self, text: str) -> dict[str, set[str]]:
        """The needles in `text`, by kind."""
        lower = text.lower()
        words = WORD.findall(lower) if any(self.needles.words.values()) else []
        out = {
            kind: {" ".join(value) for value in index.found_in(words)}
            for kind, index in self.sequences.items()
        }
        for pattern in (found for word, found in self.joined.items() if word in lower):
            pairs = set(pattern.findall(lower)) & self.needles.joined
            out["identifier"] |= {" ".join(pair) for pair in pairs}
        if self.needles.cells or self.needles.numbers:
            cells = {(a or b or c).strip().lower() for a, b, c in CELL.findall(text)}
            out["identifier"] |= cells & self.needles.cells
            listed = cells & self.needles.numbers
            if len(listed) >= max(LISTED, MOST * len(self.needles.numbers)):
                out["list of identifiers"] = listed
            elif self.needles.numbers <= listed:
                out["column of identifiers"] = _listed_in_a_column(text, self.needles.numbers)
        if self.headed and any(name in text for name in self.needles.headers):
            columns = {x for pair in self.headed.findall(text) for x in pair if x}
            first = {cell.strip('"') for cell in text.split("\n", 1)[0].split(",")}
            named = columns | (first & self.needles.headers)
            out["column of identifiers"] = out.get("column of identifiers", set()) | named
        if self.needles.dates:
            out["date"] = {day.isoformat() for day in dates_in(text) & self.needles.dates}
        return {kind: found for kind, found in out.items() if found}


def _listed_in_a_column(text: str, numbers: set[str]) -> set[str]:
    """`numbers` if a column of a table or of a csv holds them all and nothing else; else none.

    Fewer plain numbers than `LISTED` stand on any page, but not by themselves in one column.
    """
    rows = [CELLS.findall(row) for row in ROW.findall(text)] or [
        line.split(",") for line in text.splitlines()
    ]
    columns: dict[int, set[str]] = {}
    for row in rows:
        for i, cell in enumerate(row):
            columns.setdefault(i, set()).add(TAG.sub("", cell).strip().strip('"'))
    heads = (
        {i: TAG.sub("", cell).strip().strip('"') for i, cell in enumerate(rows[0])} if rows else {}
    )
    alone = any(numbers in (found, found - {"", heads.get(i, "")}) for i, found in columns.items())
    return numbers if alone and len(numbers) >= FEWEST else set()


def refuse_leaks(site: Path, study: Study) -> None:
    """Raise `EditionError` with every file that holds an identifier, free text or date of `study`.

    A study that shows its subjects is searched for their identifiers alone, unless it shows these
    too. Values are never printed in full.
    """
    config = study.config
    if config.show_subjects and config.show_identifiers:
        return
    needles = unknown_to_book(study_needles(study))
    leaks = find_leaks(site, identifiers_alone(needles) if config.show_subjects else needles)
    if leaks:
        listed = "\n".join(map(str, leaks[:20]))
        more = f"\nand {len(leaks) - 20} more" if len(leaks) > 20 else ""
        raise EditionError(
            "expected no value of a single subject in the pages, found\n"
            f"{listed}{more}\nnothing was published. If a label of study.toml or a term of the data "
            "holds such a value, change it; else this is a fault of the book: please report it "
            '(without the value). subject_level = "shown" in study.toml publishes single subjects, '
            'identifiers = "shown" their identifiers too.'
        )


def identifiers_alone(needles: Needles) -> Needles:
    """The needles that name a subject, in an edition whose subjects have running numbers.

    Identifiers that are plain numbers are none of them: the running numbers are the same ones.
    """
    words = {"identifier": needles.words["identifier"], "free text": set()}
    return replace(needles, words=words, numbers=set(), dates=set())


def find_leaks(site: Path, needles: Needles) -> list[Leak]:
    """Every file under `site` with a needle in it: one `Leak` a file and kind."""
    out, search = [], Search(needles)
    for path in sorted(p for p in site.rglob("*") if p.is_file()):
        found: dict[str, set[str]] = {}
        name = path.relative_to(site).as_posix()
        for text in (name, *forms(path, own=_source(name))):
            for kind, hits in search.hits(text).items():
                found.setdefault(kind, set()).update(hits)
        out += [Leak(name, kind, len(hits), min(hits)[:2] + "…") for kind, hits in found.items()]
    return out


def unknown_to_book(needles: Needles) -> Needles:
    """The needles without those that stand in the book's own sources: these are no evidence."""
    if not (needles.dates or any(needles.words.values())):
        return needles
    words = [WORD.findall(text.lower()) for text in _own_texts()]
    kept = {}
    for kind, values in needles.words.items():
        index = Sequences(values)
        kept[kind] = values.difference(*(index.found_in(each) for each in words))
    dates = needles.dates - _own_dates() if needles.dates else needles.dates
    return replace(needles, words=kept, dates=dates)


@cache
def _own_texts() -> tuple[str, ...]:
    """The book's own sources, which do not change while a program runs."""
    return tuple(p.read_text(encoding="utf-8") for pattern in OWN for p in ROOT.glob(pattern))


@cache
def _own_dates() -> frozenset[dt.date]:
    """The dates in them."""
    return frozenset(date for text in _own_texts() for date in dates_in(text))


def _source(name: str) -> list[str]:
    """The lines of the book's own source that the page `name` of a site lists; none if it lists none."""
    listed = re.fullmatch(r"code/(.+)\.html", name)
    path = ROOT / listed[1] if listed else ROOT
    inside = path.is_file() and path.resolve().is_relative_to(ROOT)
    return path.read_text(encoding="utf-8").split("\n") if inside else []


def _without_own_lines(text: str, own: list[str]) -> str:
    """A listing without the lines that stand at the same place of the book's source."""

    def left(line: re.Match[str]) -> str:
        at, code = int(line[1]) - 1, html.unescape(TAG.sub("", line[2]))
        return "" if at < len(own) and code.rstrip() == own[at].rstrip() else line[0]

    return LISTED_LINE.sub(left, text)


def forms(path: Path, *, own: list[str] | None = None) -> Iterator[str]:
    """The texts that a file's bytes can be read as; `own`: the lines of the source that it lists."""
    data = path.read_bytes()
    if path.suffix in BINARY:
        yield "\n".join(PRINTABLE.findall(data.decode("latin-1")))
        return
    if path.name == "objects.inv":  # Sphinx: four lines, then zlib
        data = zlib.decompress(data.split(b"\n", 4)[4])
    text = data.decode("utf-8", errors="replace")
    yield from _decoded(NUMBERING.sub("", _without_own_lines(text, own) if own else text))


def _decoded(text: str) -> Iterator[str]:
    yield text
    plain = html.unescape(text) if "&" in text else text
    if "<" in text:
        plain = html.unescape(TAG.sub("", text))
        yield html.unescape(text)
    if plain is not text:
        yield plain
    if "%" in text:
        yield urllib.parse.unquote(text)
    if "\\" in text:
        yield ESCAPE.sub(lambda m: chr(int(m[1] or m[2], 16)), text).replace("\\", "")
    for inner in DATA_URI.findall(text):
        try:
            yield base64.b64decode(inner, validate=True).decode("utf-8", errors="replace")
        except (binascii.Error, ValueError):
            continue
