"""A page's HTML in, its elements out with the places they stand at, so that what is not translated
is taken over byte for byte.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    ["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"]
)


@dataclass
class Text:
    """Characters between two tags: `html[start:end]`."""

    start: int
    end: int


@dataclass
class Element:
    """An element: `html[start:inside]` is its opening tag, `html[close:end]` its closing one."""

    tag: str
    attributes: dict[str, str]
    start: int
    inside: int
    close: int = -1
    end: int = -1
    children: list[Element | Text] = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        """The names in its attribute `class`."""
        return set(self.attributes.get("class", "").split())


class _Reader(HTMLParser):
    def __init__(self, html: str):
        super().__init__(convert_charrefs=False)
        self._lines = [0]
        for line in html.splitlines(keepends=True) if "\r" in html else html.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + ("\r" not in html))
        self.root = Element("", {}, 0, 0, len(html), len(html))
        self._open = [self.root]
        self.feed(html)
        self.close()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag, attrs):
        start, text = self._at(), self.get_starttag_text()
        found = Element(tag, {k: v or "" for k, v in attrs}, start, start + len(text))
        self._open[-1].children.append(found)
        if tag in VOID or text.endswith("/>"):
            found.close = found.end = found.inside
        else:
            self._open.append(found)

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag):
        if not any(element.tag == tag for element in self._open[1:]):
            raise ValueError(f"expected an open <{tag}>, found its end at {self._at()}")
        while True:
            found = self._open.pop()
            found.close = self._at()
            found.end = found.close
            if found.tag == tag:
                found.end = found.close + len(tag) + 3
                return

    def _text(self, length: int):
        start, into = self._at(), self._open[-1].children
        if into and isinstance(into[-1], Text) and into[-1].end == start:
            into[-1].end = start + length
        else:
            into.append(Text(start, start + length))

    def handle_data(self, data):
        self._text(len(data))

    def handle_entityref(self, name):
        self._text(len(name) + 2)

    def handle_charref(self, name):
        self._text(len(name) + 3)


def read(html: str) -> Element:
    """The elements of a page under one root. Errors: ValueError for an end without its beginning."""
    return _Reader(html).root
