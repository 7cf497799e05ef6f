"""A built site in, the whole book as one PDF out: every page and chart, page numbers, inner links.

Chromium prints it; `make book` needs none. Links within the book lead within the PDF, links to the
web stay, links to files that only the site has become plain text.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from html import escape
from pathlib import Path
from urllib.parse import unquote

from helpers.edition import child, publish
from helpers.edition.work import work_folder
from helpers.errors import EditionError

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip
PLACE = "<!--pdf-->"  # where the front page links the PDF, once there is one
FOOT = (
    '<div style="font:8px sans-serif;width:100%;text-align:center;color:#555">'
    '<span class="pageNumber"></span></div>'
)
STYLE = """
:root { --paper: #fff; }
.cover { margin-top: 25vh; font-size: 26pt; line-height: 1.2; font-weight: 700; }
.pages { list-style: none; padding: 0; } .pages li { display: flex; gap: 1rem; padding: 0.2rem 0; }
.pages a { flex: 1; } .chapter { break-before: page; }
.numbers table { font-size: 6.5pt; line-height: 1.3; }
.numbers td, .numbers th { padding: 0.1rem 0.5rem 0.1rem 0; min-width: 0; }
.numbers table:not(.all) :is(td, th):last-child, .alt, .headerlink, a.csv { display: none; }
.frame { overflow: visible; } table { max-width: 100%; } th, td { overflow-wrap: anywhere; }
"""


def browser() -> str:
    """Path of a Chromium. Errors: `EditionError` if there is none."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    raise EditionError(
        f"expected one of {', '.join(BROWSERS)} to print the PDF, found none: install Chromium"
    )


def write_pdf(site: Path, target: Path) -> int:
    """Print the book built in `site` to `target`; returns its number of pages.

    Errors: `EditionError` if there is no site or no browser; `target` then stays as it was.
    """
    from playwright.sync_api import sync_playwright

    names, chromium = page_names(site), browser()
    with work_folder() as work, sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=list(FLAGS))
        try:
            page = opened.new_page(color_scheme="light", java_script_enabled=False)
            numbers: dict[str, int] = {}
            # once to learn on which page each chapter begins, once with these numbers
            for _ in range(2):
                source, printed = work / "book.html", work / "book.pdf"
                source.write_text(one_page(site, names, numbers), encoding="utf-8")
                page.goto(source.as_uri())
                page.pdf(
                    path=printed, format="A4", print_background=True, outline=True, tagged=True,
                    display_header_footer=True, header_template="<span></span>",
                    footer_template=FOOT,
                    margin={"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"},
                )  # fmt: skip
                numbers = _beginnings(printed, names)
        finally:
            opened.close()
        count = len(_reader(printed).pages)
        _deliver(printed, target)
    return count


def _deliver(printed: Path, target: Path) -> None:
    """Put the PDF in its place, whole; in a site it is one of the site's files."""
    if publish.is_site(target.parent):
        publish.add(printed, target)
        _link(target, printed.with_name("index.html"))
        return
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with child.undone(lambda: part.unlink(missing_ok=True)):
        shutil.copyfile(printed, part)
        os.replace(part, target)


def _link(target: Path, work: Path) -> None:
    """Let the front page of the PDF's site link it; a site without a PDF has no such link."""
    front = target.parent / "index.html"
    text = front.read_text(encoding="utf-8")
    linked = f' · <a href="{escape(target.name)}" download>the whole book (.pdf)</a>'
    if PLACE in text:
        work.write_text(text.replace(PLACE, linked, 1), encoding="utf-8")
        publish.add(work, front)


def page_names(site: Path) -> list[str]:
    """The book's pages in reading order, as their addresses: the front page, then its contents."""
    front = site / "index.html"
    if not front.is_file():
        raise EditionError(f"{site}: expected a built site, found none: run make book first")
    contents = re.search(r'<nav class="contents".*?</nav>', front.read_text("utf-8"), re.DOTALL)
    found = re.findall(r'href="([^"#]+\.html)"', contents[0])
    return ["index.html", *(name for name in found if name not in ("index.html", "figures.html"))]


def one_page(site: Path, names: list[str], numbers: dict[str, int]) -> str:
    """All pages as one HTML page whose links stay within it; `numbers` are the printed pages."""
    bodies = {name: _article((site / name).read_text(encoding="utf-8")) for name in names}
    titles = {name: _title(body) for name, body in bodies.items()}
    book = _book_title(site)
    contents = "".join(
        f'<li><a href="#{_prefix(name)}">{escape(titles[name])}</a>'
        f"<span>{numbers.get(name, '')}</span></li>"
        for name in names
    )
    chapters = "".join(
        f'<section class="chapter" id="{_prefix(name)}">{_rewired(body, name, names)}</section>'
        for name, body in bodies.items()
    )
    css = (site / "_static/book.css").read_text(encoding="utf-8")
    return (
        f'<!DOCTYPE html><html lang="en" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{escape(book)}</title><style>{css}{STYLE}</style></head><body><main>"
        f'<p class="cover">{escape(book)}</p>'
        f'<h2>Contents</h2><ul class="pages">{contents}</ul>{chapters}</main></body></html>'
    )


def _article(html: str) -> str:
    found = re.search(r"<article>(.*)</article>", html, re.DOTALL)
    # on paper all is unfolded, and the rows of the list stand for the cards that nothing opens
    body = re.sub(r"<!--cards-->.*?<!--/cards-->", "", found[1], flags=re.DOTALL)
    body = body.replace('id="row-n-', 'id="n-')
    return re.sub(
        r'<details class="(numbers|fold|alt printed)">', r'<details class="\1" open>', body
    )


def _title(body: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", body, re.DOTALL)
    text = re.sub(r'<a class="headerlink".*?</a>', "", found[1]) if found else ""
    return " ".join(re.sub("<[^>]+>", "", text).split())


def _book_title(site: Path) -> str:
    front = (site / "index.html").read_text(encoding="utf-8")
    return re.search(r'<a class="title"[^>]*>(.*?)</a>', front, re.DOTALL)[1].strip()


def _prefix(name: str) -> str:
    return "p-" + name.removeprefix("chapters/").removesuffix(".html").replace("/", "-")


def _rewired(body: str, name: str, names: list[str]) -> str:
    """The page with its ids made unique in the book, its links turned to them."""
    own = _prefix(name)
    body = re.sub(r'\bid="([^"]+)"', lambda m: f'id="{own}--{m[1]}"', body)

    def link(match: re.Match) -> str:
        address, _, anchor = match[1].partition("#")
        if re.match(r"[a-z]+:", address):
            return match[0]
        at = os.path.normpath(os.path.join(os.path.dirname(name), unquote(address)))
        target = own if not address else _prefix(at) if at in names else ""
        if not target:
            return ""
        return f'href="#{target}--{anchor}"' if anchor else f'href="#{target}"'

    return re.sub(r'\bhref="([^"]*)"', link, body)


def _reader(path: Path):
    from pypdf import PdfReader

    return PdfReader(path)


def _beginnings(path: Path, names: list[str]) -> dict[str, int]:
    """Page address -> printed page on which it begins, from the PDF's named destinations."""
    reader = _reader(path)
    places = {key.lstrip("/"): place for key, place in reader.named_destinations.items()}
    return {name: reader.get_destination_page_number(places[_prefix(name)]) + 1 for name in names}
