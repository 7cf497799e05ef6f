"""A translated page's HTML in, the same with full-width marks where they stand beside Chinese out.

The pieces of a number's title or card are translated one by one; the commas, semicolons, colons and
brackets between them are the English page's, half as wide as a Chinese text has them. No letter,
figure or tag changes, and nothing where no Chinese character is next to the mark.
"""

from __future__ import annotations

import re

HAN = "[\u4e00-\u9fff）”]"
FULL = str.maketrans(",;:()", "，；：（）")
CLOSING = r"(?:</(?:a|b|em|span)>)*"
OPENING = r"(?:<(?:a|b|em|span)\b[^<>]*>)*"
# an entity ends in a semicolon too: it is read as a whole and left as it is
PRINTED = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)
BEFORE = re.compile(rf"(?<={HAN})({CLOSING})([,;:]) ")
BEHIND = re.compile(rf"(&#?\w+;)|([,;:]) (?={OPENING}{HAN})")
BRACKETS = re.compile(
    rf"(?<={HAN}) ?\(([^()<>]*)\)|(?:(?<=>)| )\(({OPENING}[^()<>]*{HAN}[^()<>]*{CLOSING})\)"
)


def full_width(html: str) -> str:
    """The page with ，；：（） beside Chinese characters; entities, English and what a cell printed stay."""
    parts = PRINTED.split(html)
    return "".join(part if k % 2 else _full(part) for k, part in enumerate(parts))


def _full(html: str) -> str:
    html = BEFORE.sub(lambda found: found[1] + found[2].translate(FULL), html)
    html = BEHIND.sub(lambda found: found[1] or found[2].translate(FULL), html)
    return BRACKETS.sub(lambda found: f"（{found[1] if found[2] is None else found[2]}）", html)
