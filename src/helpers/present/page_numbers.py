"""A page's place in the book in, what the numbers of its figures and tables begin with out."""

from __future__ import annotations

import re

from helpers.context import BEHIND

LAST_CHAPTER = 9  # sources numbered beyond are appendices, but for those of `context.BEHIND`


def page_number(docname: str) -> str:
    """What a page's numbers begin with: 1 to 10 for chapters, A, B, ... beyond, "" for the front
    page and the page in plain words.

    Those of an analysis begin with its study's id: "actg175 6". It has no appendices.
    """
    if docname.startswith("studies/"):
        _, study, name = docname.split("/")
        return f"{study} {int(name.partition('_')[0])}"
    return _topic_number(docname)


def _topic_number(docname: str) -> str:
    name = docname.rpartition("/")[2]
    if name in BEHIND:
        return str(LAST_CHAPTER + 1 + list(BEHIND).index(name))
    found = re.match(r"(\d+)_", name)
    if not found:
        return ""
    number = int(found[1])
    if number == 0:
        return ""  # like the front page
    if number <= LAST_CHAPTER:
        return str(number)
    passed = sum(int(page.split("_")[0]) < number for page in BEHIND)  # these are chapters
    return chr(ord("A") + number - LAST_CHAPTER - 1 - passed)
