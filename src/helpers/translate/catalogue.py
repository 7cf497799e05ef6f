"""Gettext catalogues in, translations by English text out; and the catalogues brought up to date.

One catalogue a page, `book/locales/zh_CN/LC_MESSAGES/*.po`, and `common.po` for what stands on more
than one. A message that changed keeps its old translation marked fuzzy: it is not shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from babel.messages import Catalog, pofile

from helpers.context import ROOT
from helpers.translate import messages
from helpers.translate.messages import Message

FOLDER = ROOT / "book" / "locales" / "zh_CN" / "LC_MESSAGES"
COMMON = "common"
HEADER = """# The book in Simplified Chinese. The translation is the authors' own; no clinician whose first
# language is Chinese has reviewed it. `make translate` brings this file up to date."""


def _empty() -> Catalog:
    return Catalog("zh_CN", header_comment=HEADER, project="The book", version="1", fuzzy=False)


def read(path: Path) -> Catalog:
    """The catalogue in a file; an empty one where there is none. Errors: ValueError for a bad file."""
    if not path.is_file():
        return _empty()
    with path.open("rb") as file:
        return pofile.read_po(file, locale="zh_CN", abort_invalid=True)


def write(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue; without dates and line numbers, so that the same texts give the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.header_comment = HEADER
    with path.open("wb") as file:
        pofile.write_po(file, catalogue, width=98, omit_header=False, include_lineno=False)
    text = path.read_text(encoding="utf-8")
    dated = (
        "Report-Msgid",
        "Last-Tr",
        "Language-Team",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Generated-By",
    )
    kept = [line for line in text.split("\n") if not line.startswith(tuple(f'"{d}' for d in dated))]
    path.write_text("\n".join(kept), encoding="utf-8")


def pages(folder: Path = FOLDER) -> list[str]:
    """The pages that have a catalogue, by name: "index", "chapters/01_design"."""
    found = (path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.po"))
    return sorted(name for name in found if name != COMMON)


def translations(page: str, folder: Path = FOLDER) -> dict[str, str]:
    """English text -> translation, of a page: its own first, then what is common to all."""
    known: dict[str, str] = {}
    for name in (COMMON, page):
        for message in read(folder / f"{name}.po"):
            if message.id and message.string and not message.fuzzy:
                known[message.id] = message.string
    return known


def known(page: str, folder: Path = FOLDER) -> dict[str, bool]:
    """English text -> whether its translation is fuzzy, of all that the page's catalogues hold."""
    return {
        message.id: message.fuzzy
        for name in (COMMON, page)
        for message in read(folder / f"{name}.po")
        if message.id
    }


def templates(found: Mapping[str, Iterable[Message]]) -> dict[str, Catalog]:
    """Page -> its messages as catalogues without translations; what stands on two pages is common."""
    homes: dict[str, tuple[str, Message]] = {}
    for page, items in found.items():
        for item in items:
            home = homes.get(item.text, (page, item))[0]
            homes[item.text] = (page if home == page else COMMON, item)
    made = {name: _empty() for name in (COMMON, *found)}
    for text, (page, item) in homes.items():
        notes = [f"as now: {item.shown}"] if item.names and item.inside[0] != "@" else []
        made[page].add(text, auto_comments=notes)
    return made


def update(found: Mapping[str, Iterable[Message]], folder: Path = FOLDER) -> dict[str, int]:
    """Bring the catalogues of these pages up to date; page -> messages without a translation.

    A text that is gone keeps its translation at the catalogue's end, and has it again when it is back.
    """
    old = {name: read(folder / f"{name}.po") for name in (COMMON, *found)}
    gone = {m.id: m for name in old for m in old[name].obsolete.values() if m.string}
    before = gone | {m.id: m for name in old for m in old[name] if m.id and m.string}
    left = {}
    for name, template in templates(found).items():
        catalogue = old[name]
        for message in template:  # what moved between two catalogues, or was gone and is back
            if message.id and message.id in before and message.id not in catalogue:
                catalogue.add(message.id, before[message.id].string, flags=before[message.id].flags)
        catalogue.update(template)
        left[name] = sum(not m.string or m.fuzzy for m in catalogue if m.id)
        write(folder / f"{name}.po", catalogue)
    return left


def faults(page: str, found: Iterable[Message], folder: Path = FOLDER) -> list[str]:
    """What is wrong with a page's translation, one line each: stale messages, names lost on the way.

    A message that the catalogues list without a translation is no fault: it is shown in English.
    """
    listed, ready, lines = known(page, folder), translations(page, folder), []
    for message in found:
        if message.text not in listed:
            lines.append(f"{page}: not in the catalogue: {message.text}")
        elif listed[message.text]:
            lines.append(f"{page}: the English changed, the translation did not: {message.text}")
        elif words := ready.get(message.text):
            try:
                messages.check(message.text, words)
            except ValueError as error:
                lines.append(f"{page}: {error}")
    return sorted(set(lines))
