"""Finished pages in, what the search finds out: sections, figures, tables, claims and terms.

The index is a script of data, so that it loads from disk as well; `search.js` ranks it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape, unescape
from html.parser import HTMLParser

from helpers.present.items import Item

KIND = {"Section": 0, "Figure": 1, "Table": 2, "Claim": 3, "Term": 4}
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
        if tag in ("br", "img", "input", "hr", "wbr"):
            return  # nothing ends these
        mute = (
            tag in SKIPPED
            or {"numbers", "cards"} & set(kind.split())
            or kind in ("headerlink", "lm")
        )
        mute = bool(mute) or kind.startswith(("lm ", "sr-only", "headerlink"))
        if self.parts and self._into is not None and tag in BLOCKS:
            self.parts[-1][self._into] += " "  # cells and paragraphs are words apart
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


def collect(env, pagename: str, title: str, body: str) -> None:
    """Keep what the search finds on this page."""
    kept = getattr(env, "book_found", None)
    if kept is None:
        kept = env.book_found = {}
    kept[pagename] = (_plain(title), parts(body))


def parts(body: str) -> list[list]:
    """[kind, anchor, title, text] of what the search finds in a page's body, in its order."""
    found = _Reader(body).parts
    for part in found:
        part[2], part[3] = " ".join(part[2].split()), " ".join(part[3].split())
        if part[0] == KIND["Claim"]:
            part[2] = part[3][:90].rsplit(" ", 1)[0] + " …" if len(part[3]) > 90 else part[3]
    return found


def index(env, items: Sequence[Item]) -> dict[str, list]:
    """{"pages": [[address, title]], "entries": [[page, anchor, kind, title, text]]}."""
    names = ["index", *sorted(name for name in env.book_found if name != "index")]
    pages = [[f"{name}.html", env.book_found[name][0]] for name in names]
    entries = [
        [i, anchor, kind, title, text]
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
