"""Tables in, terms, classes and severities of adverse events that are mixed up out; none is recoded."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

EVENTS = ["adsl.USUBJID", "adae.USUBJID"]
WORDS = {"MILD", "MODERATE", "SEVERE", "LIFE THREATENING", "POTENTIALLY LIFE THREATENING", "FATAL",
         "DEATH", "VERY SEVERE", "SERIOUS"}  # fmt: skip
TERMS = {"DEATH"}  # severities that are names of events as well
# the same words in other languages of trials: understood, so that the line can say what they are
ELSEWHERE = {
    "MILD": ("LEICHT", "GERING", "LEGER", "LÉGER", "LEVE", "LIEVE", "MILDE", "LICHT", "轻度", "轻"),
    "MODERATE": ("MITTEL", "MÄSSIG", "MÄßIG", "MITTELSCHWER", "MODERAT", "MODÉRÉ", "MODERE",
                 "MODERADO", "MODERATO", "MATIG", "中度", "中"),
    "SEVERE": ("SCHWER", "STARK", "SÉVÈRE", "SEVERE", "GRAVE", "SEVERO", "ERNSTIG", "重度", "重"),
}  # fmt: skip
_GRADE = re.compile(r"(?:CTC(?:AE)? ?)?(?:GRADE|GR|GRAD|G)?[ .:-]*(?:[0-5]|I{1,3}|IV|V)", re.I)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
# the ends and beginnings of the names of MedDRA's system organ classes
_CLASS = re.compile(
    r"(disorders?|conditions|complications|procedures|circumstances|issues|investigations"
    r"|infestations|polyps\))$|^(neoplasms|infections and|general disorders|injury, poisoning)", re.I
)  # fmt: skip


def _language(word: str) -> str:
    """The scale that a severity belongs to: "words", "grades", or "" when it is of none of them."""
    plain = " ".join(re.sub(r"[-_]", " ", word.upper()).split())
    if plain in WORDS:
        return "words"
    return "grades" if _GRADE.fullmatch(plain) else ""


def _meant(word: str) -> str:
    return next((ours for ours, theirs in ELSEWHERE.items() if word.upper() in theirs), "")


def _shares(tables: Tables, name: str, test) -> float:
    """The share of the filled cells of a column whose text passes `test`."""
    texts = tables.text(name)
    counts = np.bincount(texts.codes + 1, minlength=len(texts.categories) + 1)[1:]
    good = np.array([bool(test(str(text))) for text in texts.categories], dtype=bool)
    return float(counts[good].sum() / counts.sum()) if counts.sum() else 0.0


@rule(
    "columns of adverse events mixed up",
    "error",
    "adae.AEDECOD",
    expected="terms in AEDECOD, classes in AEBODSYS, severities in AESEV",
    do="give each column its own content, or map it under [columns.adae]",
    needs=[*EVENTS, "adae.AEDECOD"],
)
def mixed_up(tables: Tables) -> Iterator[Hits]:
    """AEDECOD holds numbers, classes or severities, AEBODSYS numbers or severities, or AESEV classes.

    Judged by half of the cells that are filled in: columns were exchanged. "Death" is a term too.
    """
    kinds = {
        "numbers": _NUMBER.fullmatch,
        "severities": lambda word: _language(word) == "words" or _meant(word),
        "severities, none of them a term": lambda word: (
            word.upper() not in TERMS and (_language(word) == "words" or _meant(word))
        ),
        "classes": _CLASS.search,
    }
    foreign = {"AEDECOD": ("numbers", "severities, none of them a term", "classes"),
               "AEBODSYS": ("numbers", "severities"), "AESEV": ("classes",)}  # fmt: skip
    for column, odd in foreign.items():
        name = f"adae.{column}"
        if not tables.has(name):
            continue
        for kind in odd:
            if kind == "classes" and column == "AEDECOD" and not _classes_are_terms(tables):
                continue
            if _shares(tables, name, kinds[kind]) > 0.5:
                row = int(np.flatnonzero(tables.text(name).codes >= 0)[0])
                yield Hits([row], f"{tables.said(name, row)}; most cells hold {kind}", at=name)


def _classes_are_terms(tables: Tables) -> bool:
    """Whether AEBODSYS holds no names of classes, so that AEDECOD may have been exchanged with it."""
    if not tables.has("adae.AEBODSYS"):
        return False
    return _shares(tables, "adae.AEBODSYS", _CLASS.search) < 0.5


@rule(
    "term that is a number",
    "warning",
    "adae.AEDECOD",
    expected="the name of an event",
    do="write the term; a code would be printed as it is",
    needs=[*EVENTS, "adae.AEDECOD"],
)
def numbers(tables: Tables) -> Iterator[Hits]:
    """A few terms or classes are mere numbers: a cell of another column, or a code."""
    for name in ("adae.AEDECOD", "adae.AEBODSYS"):
        if tables.has(name) and _shares(tables, name, _NUMBER.fullmatch) <= 0.5:
            texts = tables.text(name)
            odd = [bool(_NUMBER.fullmatch(str(text))) for text in texts.categories]
            rows = np.flatnonzero(np.append(np.array(odd, dtype=bool), False)[texts.codes])
            if len(rows):
                yield Hits(rows, lambda row, name=name: tables.said(name, row), at=name)


@rule(
    "severity of another scale",
    "warning",
    "adae.AESEV",
    expected="MILD, MODERATE or SEVERE, or grades 1 to 5 throughout",
    do="write all severities in one scale: a word of its own is a row of its own in the table",
    needs=[*EVENTS, "adae.AESEV"],
)
def strange_severities(tables: Tables) -> Iterator[Hits]:
    """Most severities are of one scale (words or grades), and these are of another or of none.

    Case and hyphens do not matter. A table whose every severity is in words of its own is left as it is.
    """
    texts = tables.text("adae.AESEV")
    scale = np.array([*(_language(str(text)) for text in texts.categories), ""], dtype=object)
    filled = texts.codes >= 0
    known = {
        kind: int((filled & (scale[texts.codes] == kind)).sum()) for kind in ("words", "grades")
    }
    main = max(known, key=known.get)
    foreign = any(_meant(str(text)) and not _language(str(text)) for text in texts.categories)
    if known[main] == 0 or not (known[main] >= 0.5 * filled.sum() or foreign):
        return
    rows = np.flatnonzero(filled & (scale[texts.codes] != main))
    if len(rows):

        def found(row: int) -> str:
            meant = _meant(str(texts[row]))
            return tables.said("adae.AESEV", row) + (f", perhaps {meant}" if meant else "")

        yield Hits(rows, found)


@rule(
    "one term in two classes",
    "warning",
    "adae.AEBODSYS",
    expected="one AEBODSYS for each AEDECOD",
    do="correct AEBODSYS, or AEDECOD: the term would be counted in two classes",
    needs=[*EVENTS, "adae.AEDECOD", "adae.AEBODSYS"],
)
def two_classes(tables: Tables) -> Iterator[Hits]:
    """The same preferred term stands under two system organ classes; MedDRA's primary class is one.

    Classes that differ only in case or spaces have a line of their own.
    """
    terms, classes = tables.text("adae.AEDECOD"), tables.text("adae.AEBODSYS")
    plain = [" ".join(str(text).casefold().split()) for text in classes.categories]
    alike = {text: i for i, text in reversed(list(enumerate(plain)))}
    merged = np.append([alike[text] for text in plain], -1).astype(int)[classes.codes]
    named = [not _NUMBER.fullmatch(str(term)) for term in terms.categories]  # else said elsewhere
    both = np.append(np.array(named, dtype=bool), False)[terms.codes] & (merged >= 0)
    size = max(len(classes.categories), 1)
    pairs, count = np.unique(terms.codes[both].astype(np.int64) * size + merged[both],
                             return_counts=True)  # fmt: skip
    usual: dict[int, int] = {}
    for i in np.argsort(-count, kind="stable"):
        usual.setdefault(int(pairs[i] // size), int(pairs[i] % size))
    expected = np.array([usual.get(i, -1) for i in range(len(terms.categories))] + [-1])
    rows = np.flatnonzero(both & (merged != expected[terms.codes]))
    for code in np.unique(terms.codes[rows]):
        yield Hits(
            rows[terms.codes[rows] == code],
            lambda row: (
                f"{tables.said('adae.AEDECOD', row)} in {tables.said('adae.AEBODSYS', row)}"
            ),
            expected=f"{classes.categories[usual[int(code)]]!r}, as in other rows of the term",
        )
