"""A page's elements in, its messages out: what a translator reads, and how the translation goes back.

A message is what stands in one block, a paragraph, a cell, a heading. What a translation must not
touch is a name in braces: a number with its label `{num:cd4_rise}`, any other figure in the text
`{1}`, a citation or code. Elements around words are `<a1>words</a1>`. So no translation holds a
value; it says where the record's own value goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape, unescape

from helpers.translate.tree import Element, Text

INLINE = frozenset(
    ["a", "abbr", "b", "bdi", "cite", "code", "em", "i", "kbd", "mark", "q", "s", "small", "span",
     "strong", "sub", "sup", "tspan"]
)  # fmt: skip
SKIPPED = frozenset(["script", "style", "pre", "code", "kbd", "head"])
SKIPPED_CLASSES = frozenset({"cell_input", "citation-list", "as-is", "cards"})
MARKS = frozenset({"lm", "sr-only", "headerlink"})
WHOLE = frozenset({"num", "lab", "bibtex-citation", "math"})  # kept as they are, or nearly
ATTRIBUTES = (
    "title", "aria-label", "placeholder", "alt", "data-say", "data-name", "data-arm", "data-arms",
    "data-sentence",
)  # fmt: skip
NUMBER = re.compile(r"(?<![\w.\-])\d+(?:[,.]\d+)*%?")
# what the words of an attribute are taken apart at: "Who: AAIT&#10;When: start"; what a number says
# of itself, "Responders, low dose · proportion · hucmsc; log-rank"; and a list of words as a script
# reads it, [&quot;Control&quot;, &quot;Low dose&quot;]
APART = {
    "data-say": re.compile(r"&#10;|: |\n"),
    "num": re.compile(r" · |(?<!&lt)(?<!&gt)(?<!&amp)(?<!&#x27)(?<!&quot); |, (?!\d+\))"),
    "data-arms": re.compile(r"\[?&quot;(?:, &quot;|\])?"),
}
WORD = re.compile(r"[^\W\d_⁰¹²³⁴⁵⁶⁷⁸⁹]{2,}")  # raised digits are letters to Python
# names of studies, claims and registry records are the same in every language
KEY = re.compile(r"(?:aait|hucmsc)(?:-[a-z\d]+)*|NCT\d+")
NAME = re.compile(r"\{[^{}]+\}|</?[a-z]+\d+>")


@dataclass
class Message:
    """One block of a page: its English `text`, where it stands, and what its names stand for."""

    text: str
    start: int
    end: int
    inside: str  # the element that it stands in, or "@" and the attribute's name
    names: dict[str, str] = field(default_factory=dict)
    shown: str = ""  # the English as a reader sees it


def plain_message(words: str, start: int = 0, end: int = 0, inside: str = "@") -> Message:
    """The message of words without elements; `words` as a reader sees them."""
    message = Message("", start, end, inside, shown=" ".join(words.split()))
    message.text = _numbered(words, message)
    return message


def _numbered(words: str, message: Message) -> str:
    def name(found: re.Match) -> str:
        key = f"{{{sum(known[1:-1].isdigit() for known in message.names) + 1}}}"
        message.names[key] = found[0]
        return key

    return NUMBER.sub(name, words.replace("{", "(").replace("}", ")"))


def _name(message: Message, kind: str, html: str) -> str:
    """A new name for what is kept; the same kind again is told apart by a number."""
    key, again = f"{{{kind}}}", 1
    while key in message.names:
        again += 1
        key = f"{{{kind}.{again}}}"
    message.names[key] = html
    return key


def _kept(element: Element) -> str:
    """What an element that a translation takes whole is called, "" for all others."""
    if "num" in element.classes:
        return "num:" + element.attributes.get("href", "").rsplit("#n-", 1)[-1]
    if "lab" in element.classes:
        return "label"
    if element.classes & WHOLE:
        return "cite" if "bibtex-citation" in element.classes else "math"
    if element.classes & MARKS:
        return "mark"
    return element.tag if element.tag in SKIPPED or not element.children else ""


def _only_child(element: Element, html: str) -> Element:
    """The innermost of elements that stand around the same words."""
    inner = [
        c for c in element.children if not isinstance(c, Text) or html[c.start : c.end].strip()
    ]
    if len(inner) == 1 and isinstance(inner[0], Element) and not _kept(inner[0]):
        return _only_child(inner[0], html)
    return element


def _write(nodes: list[Element | Text], html: str, message: Message) -> str:
    parts, after_number = [], ""
    for node in nodes:
        if isinstance(node, Text):
            text = unescape(html[node.start : node.end])
            parts.append(_numbered(text, message))
            after_number = "" if text else after_number
        elif kind := _kept(node):
            if kind == "mark" and after_number:  # the letter of the label belongs to its number
                message.names[after_number] += html[node.start : node.end]
                continue
            after_number = _name(message, kind, html[node.start : node.end])
            parts.append(after_number)
        else:
            after_number = ""
            inner = _only_child(node, html)
            count = sum(key.startswith(f"<{node.tag}") for key in message.names) + 1
            opening, closing = f"<{node.tag}{count}>", f"</{node.tag}{count}>"
            message.names |= {
                opening: html[node.start : inner.inside],
                closing: html[inner.close : node.end],
            }
            parts.append(opening + _write(inner.children, html, message) + closing)
    return "".join(parts)


def _inline(node: Element | Text) -> bool:
    if isinstance(node, Text):
        return True
    return node.tag in INLINE and all(_inline(child) for child in node.children)


def block_message(nodes: list[Element | Text], html: str, inside: str) -> Message | None:
    """The message of neighbours in one block, without the white space and marks at its ends."""

    def idle(node):
        if isinstance(node, Text):
            return not html[node.start : node.end].strip()
        return _kept(node) == "mark"

    while nodes and idle(nodes[0]):
        nodes = nodes[1:]
    while nodes and idle(nodes[-1]):
        nodes = nodes[:-1]
    if not nodes:
        return None
    if len(nodes) == 1 and isinstance(nodes[0], Element) and not _kept(nodes[0]):
        only = _only_child(nodes[0], html)
        return block_message(only.children, html, only.tag)
    start, end = nodes[0].start, nodes[-1].end
    inner = html[start:end]
    start, end = end - len(inner.lstrip()), start + len(inner.rstrip())
    message = Message("", start, end, inside)
    message.text = " ".join(_write(nodes, html, message).split())
    message.shown = " ".join(
        unescape(re.sub("<[^>]+>", "", html[message.start : message.end])).split()
    )
    words = NAME.sub("", message.text).strip()
    return message if WORD.search(words) and not KEY.fullmatch(words) else None


def blocks(element: Element, html: str) -> Iterator[Message]:
    """The messages between the tags of a page, in the order of the page."""
    if element.tag in SKIPPED or element.classes & SKIPPED_CLASSES:
        return
    run: list[Element | Text] = []
    children = element.children
    if "numbers" in element.classes:  # the records themselves, in the words of the code
        children = [c for c in children if isinstance(c, Element) and c.tag == "summary"]
    for child in [*children, None]:
        if child is not None and _inline(child):
            run.append(child)
            continue
        if run and (message := block_message(run, html, element.tag)):
            yield message
        run = []
        if child is not None:
            yield from blocks(child, html)


def units(element: Element, html: str) -> Iterator[Message]:
    """The words that stand with a value: the unit of a number, the name of a label."""
    if element.classes & SKIPPED_CLASSES or "numbers" in element.classes:
        return
    if element.classes & {"num", "lab", "sr-only"}:
        found = block_message(element.children, html, "@unit")
        if found:
            yield found
        return
    for child in element.children:
        if isinstance(child, Element):
            yield from units(child, html)


def attributes(element: Element, html: str) -> Iterator[Message]:
    """The messages in attributes that are read or shown: titles, alt texts, what a mark says."""
    if element.classes & SKIPPED_CLASSES or "bibtex-citation" in element.classes:
        return
    for key in ATTRIBUTES:
        yield from attribute(element, key, html)
    if "numbers" in element.classes:
        return
    for child in element.children:
        if isinstance(child, Element):
            yield from attributes(child, html)


def attribute(element: Element, key: str, html: str) -> Iterator[Message]:
    """The message of an attribute; of a list of values or words, one message each."""
    if not WORD.search(element.attributes.get(key, "")):
        return
    opening = html[element.start : element.inside]
    found = re.search(rf'\s{key}="([^"]*)"', opening)
    start, end = found.span(1)
    apart = APART.get("num" if "num" in element.classes else key)
    yield from _apart(html, element.start + start, element.start + end, apart, f"@{key}")


def pieces(element: Element, html: str, inside: str) -> Iterator[Message]:
    """The messages of what an element says of a number, one each, as in the number's title."""
    for child in element.children:
        if isinstance(child, Text):
            yield from _apart(html, child.start, child.end, APART["num"], inside)


def _apart(
    html: str, at: int, end: int, apart: re.Pattern | None, inside: str
) -> Iterator[Message]:
    for between in [*(apart.finditer(html, at, end) if apart else ()), None]:
        stop = between.start() if between else end
        words = unescape(html[at:stop])
        if WORD.search(words) and not KEY.fullmatch(words):
            yield plain_message(words, at, stop, inside)
        at = between.end() if between else stop


def fill(message: Message, translation: str, inner=lambda html: html) -> str:
    """The translation as HTML, with what its names stand for; `inner` translates within those.

    Errors: ValueError where it lacks a name, has one too many or one twice.
    """
    check(message.text, translation)
    parts, at = [], 0
    for found in NAME.finditer(translation):
        parts += [escape(translation[at : found.start()], quote=message.inside[0] == "@")]
        parts += [inner(message.names[found[0]])]
        at = found.end()
    return "".join([*parts, escape(translation[at:], quote=message.inside[0] == "@")])


def check(text: str, translation: str) -> None:
    """Errors: ValueError unless both hold the same names, each as often."""
    ours, theirs = sorted(NAME.findall(text)), sorted(NAME.findall(translation))
    if ours != theirs:
        lacking, more = set(ours) - set(theirs), set(theirs) - set(ours)
        raise ValueError(
            f"expected the names of {text!r}, lacking {lacking}, found {more or theirs}"
        )
