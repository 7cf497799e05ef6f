"""An English page and a catalogue in, the same page in the other language out, byte for byte else.

What has no translation stays English and says so; a stale translation is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from helpers.translate import cards, messages, tree
from helpers.translate.messages import Message

NOT_YET = "尚未翻译"
Look = Callable[[str], str]  # a message's text -> its translation, "" where there is none


@dataclass
class Count:
    """How many blocks of a page's text there are and which of them are English still."""

    blocks: int = 0
    english: list[str] = field(default_factory=list)


def every_message(html: str) -> Iterator[Message]:
    """All messages of a page: attributes, blocks, the words beside its numbers, its cards."""
    root = tree.read(html)
    yield from messages.attributes(root, html)
    yield from messages.blocks(root, html)
    yield from messages.units(root, html)
    yield from cards.words(root, html)


def translated(html: str, look: Look, count: Count | None = None) -> str:
    """The HTML with every message replaced by what `look` knows of it; `count` is counted up."""
    root, count = tree.read(html), count or Count()
    parts, at = [], 0
    for message in _to_replace(root, html):
        if message.start < at:
            continue  # an attribute within a block that is replaced already
        put = _put(message, html[message.start : message.end], look, count)
        parts += [html[at : message.start], put]
        at = message.end
    return "".join([*parts, html[at:]])


def _to_replace(root: tree.Element, html: str) -> list[Message]:
    found = [*messages.blocks(root, html), *messages.units(root, html)]
    found += [*messages.attributes(root, html), *cards.words(root, html)]
    return sorted(found, key=lambda message: (message.start, -message.end))


def _put(message: Message, english: str, look: Look, count: Count) -> str:
    is_block = message.inside[0] != "@"
    count.blocks += is_block
    if words := look(message.text):
        return messages.fill(message, words, lambda kept: _kept(kept, look))
    if is_block:
        count.english.append(message.shown)
    if not is_block or message.inside in ("text", "tspan", "title", "option"):
        return english
    return f'<span class="not-yet" lang="en" title="{NOT_YET}">{english}</span>'


def _kept(html: str, look: Look) -> str:
    """What a block keeps, with its own titles and units translated."""
    if html.startswith("</") or not html.startswith("<"):
        return html
    root = tree.read(html)
    found = [*messages.units(root, html), *messages.attributes(root, html)]
    parts, at = [], 0
    for message in sorted(found, key=lambda message: message.start):
        if message.start >= at and (words := look(message.text)):
            parts += [html[at : message.start], messages.fill(message, words)]
            at = message.end
    return "".join([*parts, html[at:]])
