"""A page's HTML in, how many minutes its prose takes to read out.

Read is what is not folded away: paragraphs, items of lists and headings, and the words of figures.
Tables, code and drawings are looked at rather than read, and do not count.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

PER_MINUTE = 238  # words of English non-fiction, silently: Brysbaert 2019, a review of 190 studies
READ = {"p", "li", "dd", "dt", "h1", "h2", "h3", "h4", "figcaption"}
PASSED = {"details", "table", "pre", "svg", "script", "aside", "button", "form"}


class _Prose(HTMLParser):
    """The words of what is read."""

    def __init__(self, html: str):
        super().__init__()
        self.words, self._read, self._passed = 0, 0, 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self._read += tag in READ
        self._passed += tag in PASSED

    def handle_endtag(self, tag):
        self._read -= tag in READ
        self._passed -= tag in PASSED

    def handle_data(self, data):
        if self._read > 0 and not self._passed:
            self.words += len(re.findall(r"\w[\w’'.,%-]*", data))


def minutes(html: str) -> int:
    """Minutes to read a page, at least one."""
    return max(1, round(_Prose(html).words / PER_MINUTE))


def with_minutes(body: str, time: int, *, below: str = "") -> str:
    """A page's body with the minutes that it takes under its title, and `below` them more HTML."""
    line = f'<p class="minutes">{time} minute{"s" * (time > 1)} to read</p>'
    return body.replace("</h1>", f"</h1>{line}{below}", 1)
