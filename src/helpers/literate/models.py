"""Models of a study's rows in, what they found out, and what is said where one has no estimate.

The one place where a planned or repeated analysis meets numbers without an answer: no page ends, no
table is empty without a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from helpers.analyse.estimate import Estimate
from helpers.literate.levels import at_level
from helpers.literate.outcome import Result, Results, Without, remarks
from helpers.study import Study


class Models:
    """Models tried one after the other, for one table.

    Below it stand the remarks of those that found something, and who is without an estimate: of shown
    subjects with the reason, which may count them. `said`: what is true of all of them.
    """

    def __init__(self, study: Study, said: str = ""):
        self.study, self.said = study, said
        self.without = Without(reasons=study.config.show_subjects)
        self.found: list[Mapping[Any, Estimate]] = []

    def tried(self, name: str, model: Callable, *arguments: Any, **named: Any) -> dict[Any, Any]:
        """What `model` of these arguments finds, a single estimate as {"": it}; {} where it has none.

        `name`: of what there is no estimate then, as the table's caption calls it.
        """
        made: dict[Any, Any] = {}
        with self.without.trying(name):
            made = at_level(model, self.study)(*arguments, **named)
            made = {"": made} if isinstance(made, Estimate) else made
        self.found.append(made)
        return made

    def results(self, rows: Mapping[str, Result]) -> Results:
        """The table of these rows."""
        said = dict.fromkeys([self.said if rows else "", *map(remarks, self.found)])
        return Results(rows, caption=" ".join(filter(None, said)), without=self.without)
