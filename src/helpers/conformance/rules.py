"""A function that finds faults in, a rule of the report out; it decides nothing about data.

Every rule of this package registers itself with `rule`; `CHECKS` is the list that the report runs
and that the guide prints, so that no message is without its explanation.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from helpers.conformance.view import Tables
from helpers.errors import Problem, Rule
from helpers.schema import SHOWN

MOST = 100  # lines of one rule; the last of them says how many more there are


@dataclass(frozen=True)
class Hits:
    """Rows of one table that break a rule, or one fault that is in no single row.

    `rows` are positions in the table, whose index numbers the rows of the file (None: no single
    row; empty: no fault); `found` says what stands in such a row, and is called for the few rows
    that the report shows. `expected`, `do`, `file` and `column` override what the rule says of itself.
    """

    rows: Sequence[int] | np.ndarray | None
    found: Callable[[int], str] | str
    expected: str = ""
    do: str = ""
    at: str = ""


@dataclass(frozen=True)
class Check:
    """A rule with the function that finds its faults and the columns that it needs."""

    rule: Rule
    at: str
    expected: str
    needs: tuple[str, ...]
    find: Callable[[Tables], Iterable[Hits]]

    def problems(self, tables: Tables) -> list[Problem]:
        """The faults of these tables under this rule; none where a column it needs is missing."""
        if not tables.has(*self.needs):
            return []
        with np.errstate(all="ignore"):  # cells may hold anything: 1e308, 0 to divide by
            found = [line for hits in self.find(tables) for line in self._lines(tables, hits)]
        if len(found) > MOST:
            rest = sum(line.count for line in found[MOST - 1 :])
            found[MOST - 1 :] = [replace(found[MOST - 1], count=rest)]
        return found

    def _lines(self, tables: Tables, hits: Hits) -> Iterable[Problem]:
        place, _, column = (hits.at or self.at).partition(".")
        file = "study.toml" if place == "study" else tables.files[place]
        shown = [None] if hits.rows is None else list(hits.rows[:SHOWN])
        for i, row in enumerate(shown):
            last = hits.rows is not None and i == SHOWN - 1
            yield Problem(
                file=file,
                column=column,
                rule=self.rule.name,
                expected=hits.expected or self.expected,
                found=hits.found if isinstance(hits.found, str) else hits.found(int(row)),
                do=hits.do or self.rule.do,
                row=None if row is None else int(tables.frames[place].index[row]),
                severity=self.rule.severity,
                count=len(hits.rows) - i if last else 1,
            )


CHECKS: list[Check] = []


def rule(
    name: str, severity: str, at: str, *, expected: str, do: str, needs: Sequence[str] = ()
) -> Callable:
    """Register a finding function as the rule `name`; its docstring becomes the explanation.

    `at` is the table and column ("adlb.CHG", "study.visits.main") that a line names unless a
    `Hits` says otherwise; `needs` are tables or columns without which there is nothing to find.
    """

    def register(find: Callable[[Tables], Iterable[Hits]]) -> Callable:
        about = " ".join(inspect.getdoc(find).split())
        CHECKS.append(Check(Rule(name, severity, about, do), at, expected, tuple(needs), find))
        return find

    return register


def identifiers(tables: Tables, pattern: re.Pattern[str]) -> Iterator[Hits]:
    """The rows of every table whose USUBJID is of this kind."""
    for name in (f"{table}.USUBJID" for table in tables.frames if tables.has(f"{table}.USUBJID")):
        rows = np.flatnonzero(tables.where(name, pattern.fullmatch))
        yield Hits(rows, lambda row, name=name: tables.said(name, row), at=name)
