"""Cards of numbers and the list of a page's numbers in, their messages out.

A card is a record in the words of the code. Its field names are messages; what a number is and its
method are a message a piece, the same pieces as in the number's title. Keys, code, test, cell and
quotations are the same in every language.
"""

from __future__ import annotations

from collections.abc import Iterator

from helpers.translate import messages
from helpers.translate.messages import Message
from helpers.translate.tree import Element

PARTS = frozenset({"cards", "numbers"})
PIECES = frozenset({"what", "method", "interval"})  # facts that name something, or stand in words


def words(root: Element, html: str) -> Iterator[Message]:
    """The messages of all cards of a page and of its list of numbers.

    None of them is a block: what has no translation is English, and is not counted with the text.
    """
    for part in _parts(root):
        for element in _below(part):
            for key in ("aria-label", "title"):
                yield from messages.attribute(element, key, html)
            if _is_said(element):
                yield from messages.pieces(element, html, "@card")


def _parts(element: Element) -> Iterator[Element]:
    if element.classes & PARTS:
        yield element
        return
    for child in element.children:
        if isinstance(child, Element):
            yield from _parts(child)


def _below(element: Element) -> Iterator[Element]:
    for child in element.children:
        if isinstance(child, Element):
            yield child
            yield from _below(child)


def _is_said(element: Element) -> bool:
    """Whether an element holds nothing but words that a translation takes."""
    of_column = element.attributes.get("scope") == "col"
    of_fact = element.attributes.get("data-fact") in PIECES
    named = element.tag in ("dt", "td", "b", "span") or of_column or of_fact
    return named or "said" in element.classes
