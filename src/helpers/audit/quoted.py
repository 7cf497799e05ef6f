"""Quotations and abstract.txt go in, those that do not stand there come out, with what comes nearest.

Typography does not count: quotation marks, dashes, spaces, ligatures and accents may be set in
another way. Words and letters, small and capital, do.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from helpers.audit.fields import Faults
from helpers.audit.model import Result, Statement
from helpers.audit.quotations import sentences
from helpers.text_file import read_text

SIGNS = str.maketrans({**dict.fromkeys("‘’‚‛′`´", "'"), **dict.fromkeys("“”„‟″«»", '"'),
                       **dict.fromkeys("‐‑‒–—―−﹣－", "-"), "…": "...", "·": ".", "\u00ad": "",
                       "\u200b": "", "\u2060": "", "\ufeff": ""})  # fmt: skip


def check_quotes(items: Iterable[Result | Statement], folder: Path, faults: Faults) -> None:
    """Report quotations that are not in abstract.txt; nothing where there is no such file."""
    path = folder / "abstract.txt"
    if not path.is_file():
        return
    text, fault = read_text(path, "unreadable abstract")
    if text is None:
        faults.problems.append(fault)
        return
    whole, lines = _plain(text), sentences(text)
    for item in items:
        quote = _plain(item.quote)
        if not quote:
            continue
        if quote not in whole:
            near = _nearest(item.quote, lines)
            faults.add(f"{item.id}.quote", "a quotation not in abstract.txt", near or "its very words",
                       item.quote, "copy it from the abstract")  # fmt: skip
        elif item.sentence is not None:
            _check_sentence(item, quote, lines, faults)


def _check_sentence(item, quote: str, lines: list[str], faults: Faults) -> None:
    here = [number for number, line in enumerate(lines, start=1) if quote in _plain(line)]
    if here and item.sentence not in here:
        faults.add(f"{item.id}.sentence", "a quotation of another sentence", f"{here[0]}",
                   item.sentence, "correct the number; the quotation itself is there",
                   severity="warning")  # fmt: skip


def _nearest(quote: str, lines: list[str]) -> str:
    """Return the sentence of the abstract that is most like a quotation, "" where none is."""
    return next(iter(difflib.get_close_matches(quote, lines, n=1, cutoff=0.3)), "")


def _plain(text: str) -> str:
    """Return a text as it is compared: of its signs one form each, single blanks."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(SIGNS)).split())
