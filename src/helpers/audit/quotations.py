"""Claims and hashes of the abstracts' own words in, every misquotation out; it never copies an abstract.

The abstracts are their publishers' and not part of the repository. `quotations.csv` beside the
claims holds, for each quotation, where in its sentence it stands and the SHA-256 of these words and
of the whole sentence, both cut out of the abstract. So a quotation that was changed, or moved to
another sentence, is found where nobody has the abstracts; only who has them can make the table.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from helpers.audit.claims import Claim
from helpers.errors import ClaimsError
from helpers.published import PUBLISHED

TABLE = PUBLISHED / "quotations.csv"
MAKE = "make quotes ABSTRACTS=folder"


@dataclass(frozen=True)
class Hashed:
    """One row of the table: the words of `claim` in sentence `sentence` (from 1) of `doi`.

    `start` (from 0) and `length` are characters of the normalised sentence; the hashes are SHA-256
    of the UTF-8 bytes of these characters and of the whole sentence.
    """

    claim: str
    doi: str
    sentence: int
    start: int
    length: int
    quotation_sha256: str
    sentence_sha256: str


def normalised(text: str) -> str:
    """The text with every run of white space as one blank, none at either end."""
    return " ".join(text.split())


def sha256(text: str) -> str:
    """The hexadecimal SHA-256 of a text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()


def sentences(abstract: str) -> list[str]:
    """The sentences of an abstract, normalised, without a leading "Abstract".

    A sentence ends at a full stop, question or exclamation mark that white space and a capital
    letter follow; so "95.8% vs. 70.8%" stays whole.
    """
    text = re.sub(r"^Abstract\s+", "", normalised(abstract))
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", text)


def check_hashes(claims: Iterable[Claim], table: Iterable[Hashed]) -> list[str]:
    """Every quotation that is not the one of the table, without any abstract; [] when all are.

    The quotation as typed, its DOI and its sentence number have to be those of its row.
    """
    rows = {row.claim: row for row in table}
    claims = list(claims)
    problems = [_hash_problem(claim, rows.get(claim.id)) for claim in claims]
    gone = set(rows) - {claim.id for claim in claims}
    problems += [f"claim {name}: expected as in {TABLE.name}, found none: {MAKE}" for name in gone]
    return sorted(filter(None, problems))


def _hash_problem(claim: Claim, row: Hashed | None) -> str:
    where = f"claim {claim.id}, sentence {claim.sentence}"
    do = f"restore it, or compare it with the abstract: {MAKE}"
    if row is None:
        return f"{where}: expected a row in {TABLE.name}, found none: {MAKE}"
    if (claim.doi, claim.sentence) != (row.doi, row.sentence):
        return f"{where} of {claim.doi}: expected sentence {row.sentence} of {row.doi}: {do}"
    if sha256(normalised(claim.quote)) != row.quotation_sha256:
        return f'{where}: expected the words of the abstract, found "{claim.quote}": {do}'
    return ""


def check_quotations(claims: Iterable[Claim], folder: Path) -> list[str]:
    """Every quotation that is not verbatim in its sentence; an empty list when all are.

    `folder` holds one .txt file a paper, UTF-8, in which the DOI stands and the abstract is the
    longest line. Each problem says where, what was expected, what was found and what to do.
    """
    abstracts = _Abstracts(folder)
    problems = (_quotation_problem(claim, abstracts.of(claim.doi), folder) for claim in claims)
    return [problem for problem in problems if problem]


def check_table(table: Iterable[Hashed], folder: Path) -> list[str]:
    """Every row whose hashes are not those of the abstracts in `folder`; no claim is looked at."""
    abstracts, out = _Abstracts(folder), []
    for row in table:
        found = abstracts.of(row.doi)[row.sentence - 1 : row.sentence]
        if (
            not found
            or _hashed(row.claim, row.doi, row.sentence, row.start, row.length, found[0]) != row
        ):
            out.append(f"{TABLE.name}, {row.claim}: expected the hashes of the abstract: {MAKE}")
    return out


def quotation_table(claims: Iterable[Claim], folder: Path) -> list[Hashed]:
    """The row of each claim, cut out of the abstracts in `folder`.

    Errors: `ClaimsError` with every quotation that is not verbatim in its sentence.
    """
    claims = list(claims)
    problems = check_quotations(claims, folder)
    if problems:
        raise ClaimsError("\n".join(problems))
    abstracts, rows = _Abstracts(folder), []
    for claim in claims:
        sentence, quote = abstracts.of(claim.doi)[claim.sentence - 1], normalised(claim.quote)
        start = sentence.index(quote)
        rows.append(_hashed(claim.id, claim.doi, claim.sentence, start, len(quote), sentence))
    return rows


def _hashed(claim: str, doi: str, number: int, start: int, length: int, sentence: str) -> Hashed:
    words = sentence[start : start + length]
    return Hashed(claim, doi, number, start, length, sha256(words), sha256(sentence))


def load_table(path: Path = TABLE) -> list[Hashed]:
    """The rows of the table. Errors: `ClaimsError` when it is not there or not of its form."""
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
        whole = ("sentence", "start", "length")
        return [Hashed(**{k: int(v) if k in whole else v for k, v in row.items()}) for row in rows]
    except (OSError, ValueError, TypeError) as error:
        expected = ", ".join(field.name for field in fields(Hashed))
        raise ClaimsError(f"{path}: expected {expected}, found {error}: {MAKE}") from None


def write_table(rows: Iterable[Hashed], path: Path = TABLE) -> None:
    """Write the table; the same rows give the same bytes."""
    text = io.StringIO()
    writer = csv.DictWriter(text, [field.name for field in fields(Hashed)], lineterminator="\n")
    writer.writeheader()
    writer.writerows(map(asdict, rows))
    path.write_bytes(text.getvalue().encode())


class _Abstracts:
    """The sentences of the abstract with a DOI; [""] where no text of the folder has it."""

    def __init__(self, folder: Path):
        paths = sorted(Path(folder).glob("*.txt"))
        self.texts = [path.read_text(encoding="utf-8-sig") for path in paths]
        self.found: dict[str, list[str]] = {}

    def of(self, doi: str) -> list[str]:
        if doi not in self.found:
            text = next((text for text in self.texts if doi in text), "")
            self.found[doi] = sentences(max(text.splitlines(), key=len, default=""))
        return self.found[doi]


def _quotation_problem(claim: Claim, abstract: list[str], folder: Path) -> str:
    where = f"claim {claim.id}, sentence {claim.sentence}"
    if abstract == [""]:
        do = "add a .txt file with the DOI and the abstract on one line"
        return f"{where}: expected a text with doi {claim.doi} in {folder}, found none: {do}"
    if claim.sentence > len(abstract):
        do = "correct the sentence number"
        return f"{where}: expected at most {len(abstract)} sentences: {do}"
    quote, sentence = normalised(claim.quote), abstract[claim.sentence - 1]
    if quote in sentence:
        return ""
    elsewhere = [str(i) for i, other in enumerate(abstract, start=1) if quote in other]
    do = (
        f"it stands in sentence {', '.join(elsewhere)}: correct the number"
        if elsewhere
        else "restore the abstract's own words"
    )
    return f'{where}: expected "{quote}" verbatim, found "{sentence}": {do}'
