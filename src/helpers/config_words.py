"""The parsed `study.toml` in, `Problem`s of names that a table reads as no value out; none is renamed.

An arm called "None" is a blank in every row of adsl, and so in the files that an edition exports. Every key
is known and typed before (`config_check`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from helpers.cells import BLANKS, CODES
from helpers.config_check import problem
from helpers.config_plan import listed
from helpers.errors import Problem

RULE = "name that means no value"
# (block, key) -> the column whose cells the name is compared with; "" where it is printed alone
COLUMNS: Mapping[tuple[str, str], str] = {
    ("arms", "value"): "TRT01A",
    ("arms", "label"): "",
    ("parameters", "paramcd"): "PARAMCD",
    ("endpoints", "paramcd"): "PARAMCD",
    ("endpoints", "events"): "EVNTDESC",
    ("endpoints", "competing"): "EVNTDESC",
    ("endpoints", "censored"): "EVNTDESC",
    ("counts", "term"): "AEDECOD",
    ("counts", "class"): "AEBODSYS",
    ("analysis", "related"): "AEREL",
}
EXPECTED = "a name that no table reads as a missing value"


def word_problems(raw: Mapping[str, Any]) -> list[Problem]:
    """One problem a key whose text is NA, None, NULL, a dot or another of `cells.BLANKS`.

    The label of an arm counts where its value is none of them. Among codes of parameters NA is sodium.
    """
    out = []
    for where, key, column, texts in _named(raw):
        blanks = {"."} if column in CODES else BLANKS
        wrong = [text for text in texts if isinstance(text, str) and text.strip() in blanks]
        if wrong:
            do = _remedy(column, wrong[0])
            out.append(
                problem("name that means no value", EXPECTED, repr(wrong[0]), do, f"{where}.{key}")
            )
    return out


def _remedy(column: str, word: str) -> str:
    name = "'No treatment'" if column in ("", "TRT01A") else "'Not given'"
    if not column:
        return f"write it in other words, such as {name}: the files of an edition are tables too"
    return f"write it in other words, such as {name}, here and in every {word!r} of {column} that means it"


def _named(raw: Mapping[str, Any]) -> Iterator[tuple[str, str, str, tuple]]:
    """Where each name stands, its key, its column, and the texts that are said."""
    for (block, key), column in COLUMNS.items():
        items = raw.get(block, {})
        if block == "arms":
            blocks = [(f"arms {i}", arm) for i, arm in enumerate(items or [], 1)]
        elif block == "analysis":
            blocks = [(block, items)]
        else:
            blocks = [(f"{block}.{role}", item) for role, item in items.items()]
        for where, item in blocks:
            if key in item:
                yield where, key, column, listed(item[key])


def said_once(problems: Iterable[Problem]) -> list[Problem]:
    """The problems without those of single cells that one of `word_problems` has said already."""
    problems = list(problems)
    columns = {p.column.rpartition(".")[::2]: p.found for p in problems if p.rule == RULE}
    told = {(COLUMNS[where.split(".")[0].split(" ")[0], key], found)
            for (where, key), found in columns.items()}  # fmt: skip
    cells = ("missing value", "word for missing")
    return [p for p in problems if p.rule not in cells or (p.column, p.found) not in told]
