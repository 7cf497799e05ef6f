"""The built site, number by number: each leads to a card, and what the card links is what it says."""

import ast
import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from importlib import metadata
from pathlib import Path
from urllib.parse import unquote

import pytest

from test_trail import called

LEAST = 2900  # cards of the book; fewer, and the crawl has lost some
LIBRARY = re.compile(r"https://github\.com/[^/]+/([^/]+)/blob/v([^/]+)/(.+)#L(\d+)$")


@dataclass
class Card:
    """One card as a reader gets it, by fact: its term, its text, (address, text) of its links."""

    anchor: str
    terms: dict[str, str] = field(default_factory=dict)
    text: dict[str, str] = field(default_factory=dict)
    links: dict[str, list[tuple[str, str]]] = field(default_factory=dict)


class Crawled(HTMLParser):
    """What of a built page the trail needs: number links, cards, and the code of each cell."""

    def __init__(self, path: Path):
        super().__init__()
        self.numbers: list[str] = []
        self.cards: dict[str, Card] = {}
        self.cells: dict[str, str] = {}
        self._open: list[str] = []
        self._card = self._fact = self._cell = self._into = None
        self._term = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        kinds, anchor = (found.get("class") or "").split(), found.get("id") or ""
        if tag == "a" and "num" in kinds:
            self.numbers.append(found["href"])
        if tag == "aside" and "card" in kinds:
            self._card = self.cards[anchor] = Card(anchor)
        elif anchor.startswith("cell-"):
            self._cell = self.cells.setdefault(anchor, "") or anchor
        if self._card and tag in ("dt", "dd"):
            self._into = tag
            self._term = "" if tag == "dt" else self._term
        if self._card and tag == "dd":
            self._fact = found["data-fact"]
            self._card.terms[self._fact] = self._term
        if self._card and self._into == "dd" and tag == "a":
            self._card.links.setdefault(self._fact, []).append((found["href"], ""))
        if tag == "div" and kinds:
            self._open.append(kinds[0])
        elif tag == "div":
            self._open.append("")

    def handle_endtag(self, tag):
        if tag == "aside":
            self._card = None
        elif tag in ("dt", "dd"):
            self._into = None
        elif tag == "div" and self._open and self._open.pop() == "cell":
            self._cell = None

    def handle_data(self, data):
        if self._card and self._into == "dt":
            self._term += data
        elif self._card and self._into == "dd":
            self._card.text[self._fact] = self._card.text.get(self._fact, "") + data
            if links := self._card.links.get(self._fact):
                links[-1] = (links[-1][0], links[-1][1] + data)
        if self._cell and "cell_input" in self._open:
            self.cells[self._cell] += data


class Code(HTMLParser):
    """A page of code: the text of each line, by its anchor."""

    def __init__(self, path: Path):
        super().__init__()
        self.lines: dict[int, str] = {}
        self._at, self._mute = 0, False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "a" and re.fullmatch(r"L\d+", found.get("id") or ""):
            self._at = int(found["id"][1:])
            self.lines[self._at] = ""
        self._mute |= tag == "span" and found.get("class") == "linenos"

    def handle_endtag(self, tag):
        self._mute &= tag != "span"
        if tag == "pre":
            self._at = 0

    def handle_data(self, data):
        if self._at and not self._mute:
            self.lines[self._at] += data

    def text(self):
        return "\n".join(self.lines[i].rstrip("\n") for i in sorted(self.lines)) + "\n"


@cache
def code(path):
    return Code(path)


@cache
def definitions(path):
    """The functions of a code page by the line of their `def`, and all literal texts of the page."""
    tree = ast.parse(code(path).text())
    found = {n.lineno: n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    return found, {n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)}


def line_of(page, href):
    """The line that an address into code leads to, in the site or in an installed library."""
    if away := LIBRARY.match(href):
        library, version, path, line = away.groups()
        assert metadata.version(library) == version
        text = Path(metadata.distribution(library).locate_file(path)).read_text("utf-8")
        return text.splitlines()[int(line) - 1]
    path, _, anchor = href.partition("#L")
    return code((page.parent / unquote(path)).resolve()).lines[int(anchor)]


def defines(page, card):
    """Whether the Code link leads to the line that defines the function it names."""
    ((href, source),) = card.links["code"]
    name = source.partition(":")[2].split(".")[-1]
    return bool(re.match(rf"\s*(?:def|class) {re.escape(name)}\b", line_of(page, href)))


def proves(page, card):
    """Whether the Test link leads to a test whose body calls that function.

    A test that is run over a list of names calls what it looks up by name.
    """
    ((_, source),) = card.links["code"]
    ((href, test),) = card.links["test"]
    path, _, anchor = href.partition("#L")
    found, words = definitions((page.parent / unquote(path)).resolve())
    body, name = found[int(anchor)], source.partition(":")[2].split(".")[-1]
    names = called(body)
    return body.name == test and (name in names or ("getattr" in names and name in words))


def binds(crawled, card):
    """Whether the Cell link leads to a cell of this page whose code binds the number's name."""
    ((href, _),) = card.links["cell"]
    tree = ast.parse(crawled.cells[href.removeprefix("#")])
    bound = {
        n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    return card.text["key"].split(".")[0] in bound


@pytest.fixture(scope="module")
def crawl(site):
    """Every page of the book, but for those that show code."""
    paths = [
        p
        for p in site.resolve().rglob("*.html")
        if "code" not in p.relative_to(site.resolve()).parts
    ]
    return {path: Crawled(path) for path in paths}


def faults(crawl, holds):
    """The cards for which something does not hold or cannot be looked up."""
    wrong = []
    for page, crawled in crawl.items():
        for card in crawled.cards.values():
            try:
                good = holds(page, crawled, card)
            except (KeyError, ValueError, OSError, SyntaxError) as error:
                good, card.anchor = False, f"{card.anchor} ({error!r})"
            wrong += [] if good else [f"{page.name}#{card.anchor}"]
    return wrong


def test_the_crawl_meets_every_card_and_every_page(crawl):
    assert sum(len(crawled.cards) for crawled in crawl.values()) > LEAST
    assert sum(bool(crawled.cards) for crawled in crawl.values()) > 25
    assert sum(len(crawled.numbers) for crawled in crawl.values()) > LEAST / 2


def test_every_number_leads_to_a_card(crawl):
    cards = {path: set(crawled.cards) for path, crawled in crawl.items()}
    lost = []
    for path, crawled in crawl.items():
        for href in crawled.numbers:
            place, _, anchor = href.partition("#")
            target = (path.parent / place).resolve() if place else path
            lost += [] if anchor in cards.get(target, ()) else [f"{path.name} {href}"]
    assert lost == []


def test_every_card_links_the_line_that_defines_its_function(crawl):
    assert faults(crawl, lambda page, crawled, card: defines(page, card)) == []


def test_every_card_links_a_test_that_calls_its_function(crawl):
    assert faults(crawl, lambda page, crawled, card: proves(page, card)) == []


def test_every_card_links_the_cell_that_binds_its_name(crawl):
    assert faults(crawl, lambda page, crawled, card: binds(crawled, card)) == []


def test_every_card_says_what_code_test_cell_and_key_in_terms_of_its_own_language(crawl):
    han = re.compile(r"[\u4e00-\u9fff]")
    for path, crawled in crawl.items():
        chinese = "zh" in path.parts
        for card in crawled.cards.values():
            assert {"what", "method", "code", "test", "cell", "key"} <= set(card.terms), card.anchor
            for fact, term in card.terms.items():
                assert bool(han.search(term)) == (chinese and fact not in ("n", "p")), term
            assert len(set(card.terms.values())) == len(card.terms)


def test_every_printed_number_says_where_it_is_printed(crawl):
    cards = [card for crawled in crawl.values() for card in crawled.cards.values()]
    printed = [card for card in cards if "printed" in card.text]
    assert len(printed) > 50
    assert all(card.text["printed"].strip() for card in printed)
