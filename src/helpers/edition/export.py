"""A built site and its records in, the files beside the pages out: results, claims, code pages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from pathlib import Path

from helpers import results
from helpers.context import ROOT
from helpers.edition.plan import chapter_names

CODE = (
    "src/helpers/**/*.py",
    "tests/*.py",
    "tests/reference/*.R",
    "chapters/*.md",
    "data/**/*.toml",
)
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="{up}code.css"></head>
<body><nav><a href="{up}../index.html">The book</a> · <a href="{up}index.html">All code</a></nav>
<main><h1>{title}</h1>{body}</main></body></html>
"""


def write_results(book: Path, site: Path) -> int:
    """Write results.csv from the executed notebooks under `book`; returns the number of rows."""
    by_chapter = results.book_records(book)
    order = [name for name in chapter_names() if name in by_chapter]
    records = [record for name in order for record in by_chapter[name].values()]
    results.write_csv(records, site / "results.csv")
    return len(records)


def write_claims(book: Path, site: Path) -> int:
    """Write claims.json from the ledger that the claims chapter evaluated; 0 rows if it has none."""
    from helpers.ledger import notebook_ledger

    rows = notebook_ledger(book)
    text = json.dumps(rows, indent=1, ensure_ascii=False, allow_nan=False)
    (site / "claims.json").write_text(text + "\n", encoding="utf-8")
    return len(rows)


def write_code(site: Path) -> None:
    """Write every source file as a highlighted page under code/, with an anchor a line (#L12)."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_for_filename

    formatter = HtmlFormatter(
        linenos="inline", lineanchors="L", anchorlinenos=True, wrapcode=True, cssclass="code"
    )
    folder = site / "code"
    paths = sorted({p for pattern in CODE for p in ROOT.glob(pattern)})
    for path in paths:
        name = path.relative_to(ROOT).as_posix()
        body = highlight(path.read_text(encoding="utf-8"), get_lexer_for_filename(name), formatter)
        body = body.replace('id="L-', 'id="L').replace('name="L-', 'name="L').replace("#L-", "#L")
        _write(folder / f"{name}.html", name, body, up="../" * name.count("/"))
    items = (p.relative_to(ROOT).as_posix() for p in paths)
    _write(folder / "index.html", "All code", _list(items), up="")
    dark = HtmlFormatter(style="github-dark", cssclass="code").get_style_defs(".code")
    light = HtmlFormatter(style="default", cssclass="code").get_style_defs(".code")
    css = (Path(__file__).parent / "code.css").read_text(encoding="utf-8")
    text = f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{css}"
    (folder / "code.css").write_text(text, encoding="utf-8")


def _list(names: Iterable[str]) -> str:
    items = "".join(f'<li><a href="{escape(n)}.html">{escape(n)}</a></li>' for n in names)
    return f"<ul>{items}</ul>"


def _write(path: Path, title: str, body: str, *, up: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(PAGE.format(title=escape(title), up=up, body=body), encoding="utf-8")
