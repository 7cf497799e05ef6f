"""Texts that will be printed in, those that hold a date or a person's name out; none is changed.

A term of an adverse event is printed as it stands, and a label of study.toml as well. Eponyms
("Stevens-Johnson syndrome", "March fracture") name nobody: two capitalised words before a noun of
medicine, words with a hyphen or an apostrophe and dictionaries in capitals throughout are let through.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables
from helpers.full_dates import dates_in

COLUMNS = ("adae.AEDECOD", "adae.AEBODSYS", "adae.AESEV")
DO = "remove it: the text is printed; keep to the dictionary's terms"
_SHORT = re.compile(r"(?<![\w./-])(\d{1,2})([./-])(\d{1,2})\2(\d{2})(?![\w./%-]|\.\d)")
_BIRTH = re.compile(r"\bd\.?o\.?b\b|\bdate of birth\b|\bborn (?:on |in )?\d", re.I)
_WORD = r"[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]+"
_ANY = rf"(?:{_WORD}|[A-ZÀ-ÖØ-Þ]{{2,}})"
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mme|Herr|Frau|Dr|Prof)\.? (?:{_WORD}|[A-Z]\.)")
_INITIALS = re.compile(
    r"\binitials?\b[:\s]+[A-Z]|\b(?:patient|pt|subject|participant)\.? [A-Z]\.\s?[A-Z]\.", re.I
)
# first names that are no word of medicine and no eponym by themselves
FIRST = frozenset(
    re.findall(
        r"\S+",
        "john james robert michael william david richard joseph charles christopher daniel matthew "
        "anthony andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey jacob gary "
        "nicholas eric jonathan stephen larry brandon benjamin samuel gregory alexander patrick peter "
        "mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty "
        "sandra margaret ashley emily donna michelle carol amanda melissa deborah stephanie rebecca "
        "laura helen sharon cynthia kathleen anna angela ruth brenda nicole katherine catherine "
        "juan carlos jose luis miguel jorge maria carmen ana lucia pablo diego sofia "
        "hans klaus jürgen wolfgang stefan thomas andreas martin heike sabine ursula monika petra "
        "jean-pierre michel philippe françois nathalie sophie giovanni giuseppe marco paolo giulia "
        "wei mohammed muhammad ahmed ali fatima aisha priya rahul ravi anil olga ivan sergei",
    )
)
_PAIR = re.compile(rf"(?<![\w'’-])({_ANY})(,? )({_ANY}|[A-Z]\.)(?![\w'’-])")
# what follows an eponym: "Pierre Robin syndrome"
_NOUN = re.compile(
    r"\W*(?:syndrome|disease|disorder|sign|sarcoma|lymphoma|tumou?r|carcinoma|fracture|virus|palsy|"
    r"anomaly|malformation|reaction|phenomenon|fever|infection|thyroiditis|encephalopathy|anaemia|"
    r"anemia|contracture|cyst|ulcer|hernia|test|score|index|class|grade|stage|type|wort)", re.I,
)  # fmt: skip


def dated(text: str) -> bool:
    """Whether a text holds a full date, with a year of two digits too, or says a day of birth."""
    if dates_in(text) or _BIRTH.search(text):
        return True
    return any(_day(*map(int, m.group(1, 3, 4))) for m in _SHORT.finditer(text))


def _day(first: int, second: int, year: int) -> bool:
    """Whether three numbers are a day in one of the usual orders."""
    orders = ((2000 + year, second, first), (2000 + year, first, second),
              (2000 + first, second, year))  # fmt: skip
    for order in orders:
        try:
            dt.date(*order)
        except ValueError:
            continue
        return True
    return False


def names_somebody(text: str) -> bool:
    """Whether a text holds a title or initials with a name, or a first name beside another name."""
    if _TITLED.search(text) or _INITIALS.search(text):
        return True
    at = 0
    while match := _PAIR.search(text, at):
        at = match.start() + 1
        words = [match[1].casefold(), match[3].casefold()]
        first = words[0] in FIRST or ("," in match[2] and words[1] in FIRST)
        if first and not _NOUN.match(text, match.end()):
            return True
    return False


def perhaps_a_name(text: str) -> bool:
    """Whether, within a sentence in small letters, two words with capitals stand side by side."""
    words = re.findall(r"[^\W\d_]{4,}", text)
    small = sum(word.islower() for word in words)
    found = (m for m in _PAIR.finditer(text) if m.start() > 0 and not _NOUN.match(text, m.end()))
    pairs = [m for m in found if not (m[1].isupper() or m[3].isupper())]
    return bool(pairs) and small >= 2


def _texts(tables: Tables, test) -> Iterator[Hits]:
    """The rows of the printed columns whose text passes `test`, a `Hits` a column."""
    for name in COLUMNS:
        if tables.has(name):
            texts = tables.text(name)
            odd = np.array([*(bool(test(str(text))) for text in texts.categories), False])
            rows = np.flatnonzero(odd[texts.codes])
            if len(rows):
                yield Hits(rows, lambda row, name=name: tables.said(name, row), at=name)


def _labels(tables: Tables) -> Iterator[tuple[str, str]]:
    """The key and text of each label of study.toml that pages print beside numbers."""
    config = tables.config
    for i, arm in enumerate(config.arms, 1):
        yield f"arms.{i}.label", arm.label
    for kind, items in (("parameters", config.parameters), ("endpoints", config.endpoints)):
        for role, item in items.items():
            yield f"{kind}.{role}.label", item.label
            yield f"{kind}.{role}.unit", item.unit


@rule(
    "date in a printed text",
    "error",
    "adae.AEDECOD",
    expected="no date",
    do=DO,
    needs=["adsl.USUBJID"],
)
def dates(tables: Tables) -> Iterator[Hits]:
    """A term, class or severity, or a label of study.toml, holds a full date or a day of birth."""
    yield from _texts(tables, dated)
    for key, text in _labels(tables):
        if dates_in(text) or _BIRTH.search(text):  # 5/10/15 mg is three doses
            yield Hits(None, repr(text), at=f"study.{key}", do="remove it: the text is printed")


@rule(
    "name in a printed text",
    "error",
    "adae.AEDECOD",
    expected="nobody's name",
    do=DO,
    needs=["adsl.USUBJID"],
)
def names(tables: Tables) -> Iterator[Hits]:
    """A term, class or severity, or a label of study.toml, names a person.

    That is a title or initials with a name, or one of the commonest first names beside another name.
    An eponym before a noun of medicine is none.
    """
    yield from _texts(tables, names_somebody)
    for key, text in _labels(tables):
        if names_somebody(text):
            yield Hits(None, repr(text), at=f"study.{key}", do="remove it: the text is printed")


@rule(
    "perhaps a name in a printed text",
    "warning",
    "adae.AEDECOD",
    expected="nobody's name",
    do="look at it, and remove a name: the text is printed",
    needs=["adsl.USUBJID"],
)
def perhaps_names(tables: Tables) -> Iterator[Hits]:
    """Within a term in small letters two words with capitals stand side by side, as names do."""
    yield from _texts(tables, lambda text: perhaps_a_name(text) and not names_somebody(text))
