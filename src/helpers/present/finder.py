"""Finished pages in, what the search finds out: sections, figures, tables, claims, terms, works cited.

The index is a script of data, so that it loads from disk as well; `search.js` ranks it. A term also
has its other words (`aliases`); ids of claims and assumptions, which no reader types, are left out.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from html import escape, unescape
from html.parser import HTMLParser

from helpers.assumptions import load_assumptions
from helpers.audit.claims import load_claims, load_registry
from helpers.context import ROOT
from helpers.present.items import Item

ALIASES = ROOT / "chapters/aliases.toml"
KIND = {"Section": 0, "Figure": 1, "Table": 2, "Claim": 3, "Term": 4, "Reference": 5}
OWN = ("Claim", "Reference")  # an entry each, whose title is the beginning of its text
TITLE = 90  # characters of it
SUMMARY = 160  # characters of a page's description
BLOCKS = ("p", "div", "td", "th", "tr", "li", "dt", "dd", "br", "caption", "figcaption", "summary")
MARK = re.compile(r'<(sup|span) class="(?:lm|sr-only).*?</\1>', re.DOTALL)
SKIPPED = ("script", "style", "svg", "pre", "button")


class _Reader(HTMLParser):
    """The texts of a page under their nearest anchor: sections, rows of claims, terms."""

    def __init__(self, html: str):
        super().__init__()
        self.parts: list[list] = []  # [kind, anchor, title, text]
        self._stack: list[tuple[str, bool]] = []
        self._anchor, self._into, self._mute = "", None, 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        kind = found.get("class") or ""
        if self.parts and self._into is not None and tag in BLOCKS:
            self.parts[-1][self._into] += " "  # cells, lines and paragraphs are words apart
        if tag in ("br", "img", "input", "hr", "wbr"):
            return  # nothing ends these
        mute = (
            tag in SKIPPED
            or {"numbers", "cards"} & set(kind.split())
            or kind in ("headerlink", "lm")
        )
        mute = bool(mute) or kind.startswith(("lm ", "sr-only", "headerlink", "self"))
        self._stack.append((tag, mute))
        self._mute += mute
        anchor = found.get("id") or ""
        if tag == "section":
            self._anchor = anchor
        elif tag in ("h1", "h2", "h3", "h4"):
            self.parts.append([KIND["Section"], "" if tag == "h1" else self._anchor, "", ""])
            self._into = 2
        elif tag == "dt" and anchor.startswith("term-"):
            self.parts.append([KIND["Term"], anchor, "", ""])
            self._into = 2
        elif anchor.startswith("c-") and tag in ("tr", "li", "div"):
            self.parts.append([KIND["Claim"], anchor, "", ""])
            self._into = 3
        elif anchor and "citation" in kind.split():
            self.parts.append([KIND["Reference"], anchor, "", ""])
            self._into = 3

    def handle_endtag(self, tag):
        while self._stack:
            name, mute = self._stack.pop()
            self._mute -= mute
            if name == tag:
                break
        if tag in ("h1", "h2", "h3", "h4", "dt"):
            self._into = 3

    def handle_data(self, data):
        if self.parts and not self._mute and self._into is not None:
            self.parts[-1][self._into] += data


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub("<[^>]+>", "", html)).split())


def collect(env, pagename: str, name: str, body: str) -> None:
    """Keep what the search finds on this page; `name` is how the contents call it: "2 · Safety"."""
    kept = getattr(env, "book_found", None)
    if kept is None:
        kept = env.book_found = {}
    kept[pagename] = (name, parts(body))


def parts(body: str) -> list[list]:
    """[kind, anchor, title, text] of what the search finds in a page's body, in its order."""
    found = _Reader(body).parts
    for part in found:
        part[2:] = [" ".join(w for w in text.split() if w not in _ids()) for text in part[2:]]
        if part[0] in map(KIND.get, OWN):
            text = part[3]
            part[2] = text[:TITLE].rsplit(" ", 1)[0] + " …" if len(text) > TITLE else text
    return found


@cache
def _ids() -> frozenset[str]:
    """The names by which our files know claims, facts of the registries and assumptions."""
    found = [item.id for item in (*load_claims(), *load_registry())]
    return frozenset(name for name in (*found, *load_assumptions()) if "-" in name)


@cache
def aliases() -> Mapping[str, list[str]]:
    """Term of the glossary -> other words for it, from `chapters/aliases.toml`."""
    return tomllib.loads(ALIASES.read_text(encoding="utf-8"))["aliases"]


def index(env, items: Sequence[Item]) -> dict[str, list]:
    """{"pages": [[address, name]], "entries": [[page, anchor, kind, title, text]]}.

    The entry of a term or of a page's beginning ends with the list of its other names, if it has any.
    """
    names = ["index", *sorted(name for name in env.book_found if name != "index")]
    pages = [[f"{name}.html", env.book_found[name][0]] for name in names]
    entries = [
        [i, anchor, kind, title, text, *_others(kind, anchor, title, env.book_found[name][0])]
        for i, name in enumerate(names)
        for kind, anchor, title, text in env.book_found[name][1]
    ]
    entries += [
        [
            names.index(item.page),
            item.anchor,
            KIND[item.kind],
            ", ".join([f"{item.kind} {item.number}", *item.label.split()]),
            item.title,
        ]
        for item in items
    ]
    return {"pages": pages, "entries": entries}


def _others(kind: int, anchor: str, title: str, page: str) -> list[list[str]]:
    """The other names of an entry, as one list in a list; an empty one when it has none."""
    if kind == KIND["Term"]:
        known = aliases().get(title.replace("’", "'"))
        return [known] if known else []
    number, _, name = page.rpartition(": ")[2].partition(" · ")
    if kind != KIND["Section"] or anchor or not name:
        return []
    place = [f"{'chapter' if number.isdigit() else 'appendix'} {number}"]
    return [[name] if ": " in page else [name, *place]]


def summary(body: str) -> str:
    """The first paragraph of a page, cut at a word: its description for others."""
    first = re.search(r"<p>(.*?)</p>", body, re.DOTALL)
    text = _plain(MARK.sub("", first[1])) if first else ""
    return text if len(text) <= SUMMARY else text[:SUMMARY].rsplit(" ", 1)[0] + " …"


def explained(body: str, env) -> str:
    """The page with the definition of each linked term as the link's title."""
    meanings = _terms(env)

    def link(match: re.Match) -> str:
        meaning = meanings.get(match[2])
        return match[0] if not meaning else f'{match[1]} title="{escape(meaning, quote=True)}">'

    return re.sub(r'(<a class="reference internal" href="[^"]*#(term-[^"]+)")>', link, body)


def _terms(env) -> dict[str, str]:
    """Anchor -> definition, in plain text, of every term of the glossaries."""
    from docutils import nodes
    from sphinx import addnodes

    if not hasattr(env, "book_terms"):
        env.book_terms = {}
        for docname in sorted(env.found_docs):
            for glossary in env.get_doctree(docname).findall(addnodes.glossary):
                for entry in glossary.findall(nodes.definition_list_item):
                    text = " ".join(entry[-1].astext().split())
                    for term in entry.findall(nodes.term):
                        env.book_terms |= dict.fromkeys(term["ids"], text)
    return env.book_terms
