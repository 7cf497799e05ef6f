"""A built English site in, the same site with its Chinese pages and a switch on every page out."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from pathlib import Path

from helpers.present import cards, finder
from helpers.present.theme import INDEX
from helpers.translate import catalogue, links, page
from helpers.translate.messages import Message
from helpers.translate.punctuation import full_width

# beside these the book stays English: the analyses, the appendices, the list of figures
SCOPE = re.compile(r"index|search|chapters/(?:0[0-9]|10|13)_\w+")
HEAD, AFTER = '<link rel="icon"', "</form>\n"
NOTE = (
    '<aside class="banner translation" aria-label="关于译文">本书中文为作者自译，未经中文母语临床医生审阅；'
    "以英文版为准。目录中标有“英文”的页面只有英文。{}</aside>\n"
)


def source_pages(site: Path) -> list[str]:
    """The pages of a built site that are to be there in Chinese, by name."""
    found = (p.relative_to(site).with_suffix("").as_posix() for p in site.rglob("*.html"))
    return sorted(name for name in found if SCOPE.fullmatch(name))


def site_messages(site: Path, pages: Collection[str]) -> dict[str, list[Message]]:
    """Page -> its messages, of a site as Sphinx built it or with its switches."""
    return {name: list(page.every_message(_bare((site / f"{name}.html").read_text("utf-8"))))
            for name in pages}  # fmt: skip


def _bare(html: str) -> str:
    """A page without what this module adds to it."""
    html = re.sub(r'\n<link rel="alternate"[^>]*>', "", html)
    return re.sub(r'  <a class="language".*?</a>\n', "", html)


def write(site: Path, folder: Path = catalogue.FOLDER) -> dict[str, page.Count]:
    """Write the Chinese pages into `site`, and switches on all; page -> what is English there still.

    The pages that have a catalogue in `folder` are written. A second time gives the same bytes.
    """
    pages = [name for name in catalogue.pages(folder) if (site / f"{name}.html").is_file()]
    if not pages:
        return {}
    english = {p.relative_to(site).with_suffix("").as_posix(): _bare(p.read_text("utf-8"))
               for p in site.rglob("*.html") if not _apart(p.relative_to(site))}  # fmt: skip
    counts = {}
    for name in pages:
        counts[name] = page.Count()
        known = catalogue.translations(name, folder)
        html = _chinese(english[name], name, pages, known, counts[name])
        target = site / links.FOLDER / f"{name}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(html, encoding="utf-8")
    for name, html in english.items():
        own = links.alternates(name, translated=False) if name in pages else ""
        html = html.replace(HEAD, own[1:] + "\n" * bool(own) + HEAD, 1) if own else html
        html = _with_switch(html, links.switch(name, pages, translated=False))
        (site / f"{name}.html").write_text(html, encoding="utf-8")
    _write_index(site, pages)
    return counts


def report(counts: dict[str, page.Count]) -> list[str]:
    """A line a page that is not wholly translated, for whoever builds the site."""
    return [
        f"{links.FOLDER}/{name}.html: {len(count.english)} of {count.blocks} blocks still in English"
        for name, count in counts.items()
        if count.english
    ]


def faults(site: Path, folder: Path = catalogue.FOLDER) -> list[str]:
    """What is stale or broken in the translation of a built site, one line each; see `catalogue.faults`."""
    found = site_messages(
        site, [p for p in catalogue.pages(folder) if (site / f"{p}.html").is_file()]
    )
    return [line for name, items in found.items() for line in catalogue.faults(name, items, folder)]


def update(site: Path, more: Collection[str] = (), folder: Path = catalogue.FOLDER) -> list[str]:
    """Bring the catalogues up to date with a built site, and begin those of the pages `more`.

    Returns a line a catalogue that has messages without a translation. Errors: ValueError for a page
    that is none of the built ones or stays English.
    """
    there = source_pages(site)
    if unknown := sorted(set(more) - set(there)):
        raise ValueError(f"expected pages of {', '.join(there)}, found {', '.join(unknown)}")
    wanted = sorted({*more, *catalogue.pages(folder)} & set(there))
    left = catalogue.update(site_messages(site, wanted), folder)
    return [
        f"{name}: {count} messages without a translation" for name, count in left.items() if count
    ]


def _apart(path: Path) -> bool:
    """Pages without the book's header: the Chinese ones, and those of the code."""
    return path.parts[0] in (links.FOLDER, "code", "_static")


def _with_switch(html: str, switch: str) -> str:
    return html.replace(AFTER, f"{AFTER}  {switch}\n", 1)


def _chinese(html: str, name: str, pages: list[str], known: dict, count: page.Count) -> str:
    html = page.translated(links.moved(html, name, pages), lambda text: known.get(text, ""), count)
    html = full_width(html)
    html = html.replace('<html lang="en">', '<html lang="zh-Hans">', 1).replace(
        "<q>", '<q lang="en">'
    )
    if title := known.get(_title(html)):
        html = re.sub(r"<title>[^<·]*", lambda _: f"<title>{title} ", html, count=1)
    html = html.replace(INDEX, INDEX.replace(".js", "-zh.js"))
    if found := count.english:
        left = f"本页 {count.blocks} 段文字中 {len(found)} 段尚未翻译，以英文显示。"
    else:
        left = f"本页 {count.blocks} 段文字均已翻译。"
    html = html.replace('<header class="top">', NOTE.format(left) + '<header class="top">', 1)
    own = links.alternates(name, translated=True)
    html = html.replace(HEAD, own[1:] + "\n" + HEAD, 1)
    return _with_switch(html, links.switch(name, pages, translated=True))


def _title(html: str) -> str:
    return re.search(r"<title>([^<·]*)", html)[1].strip()


def _write_index(site: Path, pages: list[str]) -> None:
    """What the search finds on the Chinese pages, and on the English ones where there is no other."""
    text = (site / "_static" / INDEX).read_text("utf-8")
    index = json.loads(text[text.index("=") + 1 :].rstrip(";\n"))
    names = [address.removesuffix(".html") for address, _ in index["pages"]]
    entries = [entry for entry in index["entries"] if names[entry[0]] not in pages]
    others = {tuple(entry[:3]): _other_names(entry) for entry in index["entries"]}
    for i, name in enumerate(names):
        if name not in pages:
            index["pages"][i][0] = f"../{name}.html"
            continue
        html = (site / links.FOLDER / f"{name}.html").read_text("utf-8")
        body = re.search(r"<article>(.*)</article>", html, re.DOTALL)[1]
        parts = finder.parts(cards.prose(body))
        index["pages"][i][1] = next((p[2] for p in parts if p[1] == ""), index["pages"][i][1])
        entries += [
            [i, anchor, kind, title, words, *others.get((i, anchor, kind), [])]
            for kind, anchor, title, words in parts
        ]
    text = json.dumps(index | {"entries": entries}, ensure_ascii=False, separators=(",", ":"))
    target = site / "_static" / INDEX.replace(".js", "-zh.js")
    target.write_text(f"window.BOOK_INDEX={text};\n", encoding="utf-8")


def _other_names(entry: list) -> list[list[str]]:
    """What an English entry is called beside its Chinese title, as `finder.index` has it."""
    _, _, kind, title, _, *names = entry
    english = [title] if kind == finder.KIND["Term"] else []
    return [[*english, *(word for others in names for word in others)]] if english or names else []
