"""`data/published/checklists.toml` in, a published list held against the reports out; it judges nothing.

The answers stand in the file, item by item; here they are shown with the words that bear them, and
counted.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from helpers.audit.claims import STUDIES, load_claims
from helpers.errors import ClaimsError
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.rows import row_key
from helpers.present import markup, words
from helpers.present.html import Html
from helpers.published import PUBLISHED


@dataclass(frozen=True)
class Checklist:
    """One list: its title, source, answers and items (each with an answer for each report)."""

    id: str
    title: str
    source: str
    answers: Sequence[str]
    looked: str
    items: Sequence[Mapping[str, Any]]

    def count(self) -> Results:
        """Items, and how many have each answer, a row a report and answer."""
        out = {"items": self._counted(len(self.items), "", "items")}
        for study in STUDIES:
            for answer in self.answers:
                found = answered(self.items, study, answer)
                out[f"{study}.{row_key(answer)}"] = self._counted(found, study, answer)
        return Results(out)

    def _counted(self, value: int, study: str, answer: str) -> Result:
        found = made(answered, value, method="count of items", statistic="count", n=len(self.items))
        return Result(found, About(study=study, parameter=f"{self.title}: {answer}"))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        header = ["", "Asks for", *(words.study(study) for study in STUDIES)]
        rows = [[escape(f"{i['number']} {i['item']}".strip()), escape(i["asks"]),
                 *(_answer(i[study]) for study in STUDIES)] for i in self.items]  # fmt: skip
        caption = f"{self.title}, its items in our words and our answers from the abstracts. {self.source}"
        html = markup.table_html(header, rows, caption=caption, label="derived")
        plain = [" | ".join(markup.plain(cell) for cell in row) for row in rows]
        return Html(html, "\n".join([caption, *plain]))._repr_mimebundle_()


def answered(items: Sequence[Mapping[str, Any]], study: str, answer: str) -> int:
    """How many items have this answer for the report."""
    return sum(item[study]["answer"] == answer for item in items)


def checklist(name: str) -> Checklist:
    """One of the lists ("consort-abstracts", "inspect-sr").

    Errors: `ClaimsError` for another name, an answer that the list does not know, an unknown claim.
    """
    with (PUBLISHED / "checklists.toml").open("rb") as file:
        found = tomllib.load(file)
    named = {entry["id"]: entry for entry in found["list"]}
    if name not in named:
        raise ClaimsError(
            f"checklist({name!r}): expected one of {sorted(named)}, found no such list"
        )
    items = [item for item in found["item"] if item["list"] == name]
    if faults := list(_faults(items, named[name]["answers"])):
        raise ClaimsError("\n".join(faults))
    return Checklist(**named[name], items=items)


def _faults(items: Sequence[Mapping[str, Any]], answers: Sequence[str]) -> Iterator[str]:
    known = {claim.id for claim in load_claims()}
    for item in items:
        for study in STUDIES:
            given, where = item[study], f"{item['list']}, item {item['number']}, {study}"
            if given["answer"] not in answers:
                yield f"{where}: expected an answer of {answers}, found {given['answer']!r}: correct it"
            for claim in set(given["claim"]) - known:
                yield f"{where}: expected the id of a claim, found {claim!r}: correct it"


def _answer(given: Mapping[str, Any]) -> str:
    """The answer, the words that bear it and the note, as HTML."""
    quotes = {claim.id: f"“{claim.quote}”" for claim in load_claims()}
    words = "; ".join(quotes[claim] for claim in given["claim"])
    parts = [f"<strong>{escape(given['answer'])}</strong>", escape(words), escape(given["note"])]
    return "<br>".join(part for part in parts if part)
