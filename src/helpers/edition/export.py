"""A built site and its records in, the files beside the pages out: results, claims, code pages."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from html import escape
from pathlib import Path

from helpers import results
from helpers.config import load_config
from helpers.context import ROOT, published_context
from helpers.edition.plan import Chapter, chapter_names, source_notebook, source_path
from helpers.present import sources

CODE = (
    "src/helpers/**/*.py",
    "tests/*.py",
    "tests/reference/*.R",
    "chapters/**/*.md",
    "data/**/*.toml",
)
# a link to a code page, as the table of all numbers of a page has it
LINK = re.compile(r'<a href="(?:\.\./)*code/([^"#]+)\.html#L\d+">[^<]+</a>')
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'self'; img-src data:">
<link rel="icon" href="data:,"><link rel="stylesheet" href="{up}code.css"></head>
<body><nav><a href="{up}../index.html">The book</a> · <a href="{up}index.html">All code</a></nav>
<main><h1>{title}</h1>{body}</main></body></html>
"""


def write_results(book: Path, site: Path) -> int:
    """Write results.csv from the executed notebooks under `book`; returns the number of rows."""
    by_chapter = results.book_records(book)
    chapters = [name for name in chapter_names() if name in by_chapter]
    order = [*chapters, *(name for name in by_chapter if name not in chapters)]
    records = [record for name in order for record in by_chapter[name].values()]
    results.write_csv(records, site / "results.csv", test_of=_test)
    return len(records)


def _test(code: str) -> str:
    found = sources.proof(code)
    return found.node if found else ""


def write_claims(book: Path, site: Path) -> int:
    """Write claims.json from the ledger that the claims chapter evaluated; 0 rows if it has none."""
    from helpers.audit.ledger import notebook_ledger

    rows = notebook_ledger(book)
    text = json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False)
    (site / "claims.json").write_text(text + "\n", encoding="utf-8")
    return len(rows)


def write_code(folder: Path) -> None:
    """Write every source file as a highlighted page under `folder`/code, with an anchor a line (#L12)."""
    paths = sorted({p for pattern in CODE for p in ROOT.glob(pattern)})
    texts = {p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8") for p in paths}
    _write_pages(folder, texts)


def write_own_code(site: Path, chapters: Iterable[Chapter], *, banner: str = "") -> None:
    """Write the code pages that an edition's numbers link to; `banner` stands at the top of each.

    A chapter's page holds the cells of this edition, on the lines where the source has them. What
    names a published study (some tests do) is left out, and so is the link to it. `chapters` are
    those of the edition; the pages under `site` are rewritten where they link to what is left out.
    """
    pages = {path: path.read_text(encoding="utf-8") for path in site.rglob("*.html")}
    linked = {found for text in pages.values() for found in LINK.findall(text)}
    texts = _own_texts(linked, chapters)
    for path, text in pages.items():
        kept = LINK.sub(lambda m: m[0] if m[1] in texts else "", text)
        if kept != text:
            path.write_text(kept, encoding="utf-8")
    _write_pages(site, {name: texts[name] for name in sorted(linked & set(texts))}, banner)


def begin_own_code(book: Path, chapters: Iterable[Chapter]) -> None:
    """Highlight what the notebooks under `book` will link to, while another process builds their pages."""
    functions = {r.source for c in results.book_records(book).values() for r in c.values()}
    places = {place[0] for name in functions if (place := sources.code_place(name))}
    tests = {test.path for name in functions if (test := sources.proof(name))}
    for name, text in _own_texts(places | tests, chapters).items():
        _highlighted(name, text)


def _own_texts(linked: set[str], chapters: Iterable[Chapter]) -> dict[str, str]:
    """The sources of an edition's chapters, and those `linked` that name no published study."""
    texts = {c.source: edition_source(c) for c in chapters}
    ours = _published_names()
    for name in linked - set(texts):
        path = ROOT / name
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if text and not any(word in text.lower() for word in ours):
            texts[name] = text
    return texts


def edition_source(chapter: Chapter) -> str:
    """A chapter's source with the lines of the cells that the edition has; all other lines blank."""
    name = chapter.origin or chapter.name
    source = source_path(name).read_text(encoding="utf-8")
    kept = {cell.id for cell in chapter.notebook.cells}
    lines = [""] * (source.count("\n") + 1)
    at = 0
    for cell in source_notebook(name)[0].cells:
        start = source.find(cell.source, at)
        if start < 0:
            continue  # a cell that is not written as it is read: its lines stay blank
        at = start + len(cell.source)
        if cell.id in kept:
            first = source.count("\n", 0, start)
            for i, line in enumerate(cell.source.split("\n"), first):
                lines[i] = line
    return "\n".join(lines)


def _published_names() -> set[str]:
    """Ids and short names of the published studies, in lower case."""
    found = (load_config(Path(folder))[0] for folder in published_context().studies.values())
    return {name.lower() for config in found for name in (config.id, config.short)}


def _write_pages(site: Path, texts: Mapping[str, str], banner: str = "") -> None:
    """Highlighted pages of `texts` (name -> source), their index and their style sheet."""
    from pygments.formatters import HtmlFormatter

    folder = site / "code"
    top = f'<p role="note">{escape(banner)}</p>' if banner else ""
    for name, text in texts.items():
        body = top + _highlighted(name, text)
        _write(folder / f"{name}.html", name, body, up="../" * name.count("/"))
    _write(folder / "index.html", "All code", top + _list(texts), up="")
    dark = HtmlFormatter(style="github-dark", cssclass="code").get_style_defs(".code")
    light = HtmlFormatter(style="default", cssclass="code").get_style_defs(".code")
    css = (Path(__file__).parent / "code.css").read_text(encoding="utf-8")
    text = f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{css}"
    (folder / "code.css").write_text(text, encoding="utf-8")


@cache
def _highlighted(name: str, text: str) -> str:
    """A source as HTML with an anchor a line."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_for_filename

    formatter = HtmlFormatter(
        linenos="inline", lineanchors="L", anchorlinenos=True, wrapcode=True, cssclass="code"
    )
    # ensurenl and stripnl would move the lines away from their anchors
    body = highlight(text, get_lexer_for_filename(name, stripnl=False), formatter)
    return body.replace('id="L-', 'id="L').replace('name="L-', 'name="L').replace("#L-", "#L")


def _list(names: Iterable[str]) -> str:
    items = "".join(f'<li><a href="{escape(n)}.html">{escape(n)}</a></li>' for n in names)
    return f"<ul>{items}</ul>"


def _write(path: Path, title: str, body: str, *, up: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAGE.format(title=escape(title), up=up, body=body), encoding="utf-8")


if __name__ == "__main__":  # beside the building of pages, which takes as long
    write_code(Path(sys.argv[1]))
