"""Where a translated page lies and where its links lead: `zh/` beside the English pages.

A link between two translated pages stays as it is; every other one leads back to the English site.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

FOLDER = "zh"
LINK = re.compile(r'(<[^<>]*?\s(?:href|src|action)=")([^"]*)(")')
OTHER = re.compile(r"[a-z]+:|//|#|$")


def moved(html: str, page: str, pages: Collection[str]) -> str:
    """The page `page` ("chapters/01_design") with its links as they must be within `FOLDER`.

    `pages` are those that are translated. A page's own `data-root` leads to the translated root.
    """
    here = posixpath.dirname(page)
    up = "../" * (page.count("/") + 1)

    def link(found: re.Match) -> str:
        if OTHER.match(found[2]):
            return found[0]
        target, mark, rest = re.match(r"([^#?]*)([#?]?)(.*)", found[2], re.DOTALL).groups()
        place = posixpath.normpath(posixpath.join(here, target))
        if place.removesuffix(".html") in pages:
            return found[0]
        english = ' hreflang="en"' if found[1].startswith("<a ") and place.endswith(".html") else ""
        return f"{found[1]}{up}{place}{mark}{rest}{found[3]}{english}"

    return LINK.sub(link, html)


def switch(page: str, pages: Collection[str], *, translated: bool) -> str:
    """The link of a page to the same page in the other language, or to what there is of it."""
    up = "../" * (page.count("/") + translated)
    if translated:
        return f'<a class="language" href="{up}{page}.html" hreflang="en" lang="en">English</a>'
    about = 'hreflang="zh-Hans" lang="zh-Hans"'
    if page in pages:
        return f'<a class="language" href="{up}{FOLDER}/{page}.html" {about}>中文</a>'
    note = "本页只有英文；此链接通往中文首页"
    return (
        f'<a class="language" href="{up}{FOLDER}/index.html" data-elsewhere {about} title="{note}">'
        '中文首页<span class="only">（本页只有英文）</span></a>'
    )


def alternates(page: str, *, translated: bool) -> str:
    """What tells a search engine that the page is there in both languages."""
    up = "../" * (page.count("/") + translated)
    return "".join(
        f'\n<link rel="alternate" hreflang="{language}" href="{up}{folder}{page}.html">'
        for language, folder in (("en", ""), ("zh-Hans", f"{FOLDER}/"))
    )
