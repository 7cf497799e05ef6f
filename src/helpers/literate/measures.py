"""Several parameters of one study in, the same analysis of change for each of them out.

What `changes.Changes` does for one parameter, side by side: each in its own unit, or as decimal
logarithms where study.toml gives that scale. All comparisons count as one family.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from helpers.analyse import paired
from helpers.config import Parameter
from helpers.derive import upper
from helpers.literate.changes import Changes, all_changes, main_changes
from helpers.literate.outcome import About, Results, Without
from helpers.literate.planned_changes import (
    corrected,
    planned_differences,
    planned_in_others,
    planned_repeated,
    planned_trend,
)
from helpers.literate.rows import Rows, in_order, row_key
from helpers.literate.viral_load import share_below
from helpers.study import Study

BETTER = {"higher": ", higher is better", "lower": ", lower is better", "none": ""}


@dataclass(frozen=True)
class Measures:
    """Several measures of one study by role, in the order of study.toml."""

    study: Study
    parts: Mapping[str, Any] = field(repr=False)

    def changes(self) -> MeasureChanges:
        """BASE, AVAL and CHG of each at the primary visit, or at its last with enough patients."""
        return self._changes(main_changes)

    def changes_by_visit(self) -> MeasureChanges:
        """The same at every visit after baseline where each arm has enough patients."""
        return self._changes(all_changes)

    def _changes(self, of: Callable[[Any], Changes]) -> MeasureChanges:
        return MeasureChanges.of(self.study, {role: of(m) for role, m in self.parts.items()})

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return self.changes()._repr_mimebundle_()


@dataclass(frozen=True)
class MeasureChanges(Rows):
    """One row a subject, parameter and visit: BASE, AVAL, CHG and the flags of values below the limit."""

    parts_of: Mapping[str, Changes] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, study: Study, parts: Mapping[str, Changes]) -> MeasureChanges:
        """The changes of each role, one below the other; of one without a baseline its values."""
        frames = [part.frame.assign(PARAMETER=role) for role, part in parts.items()]
        frame = in_order(pd.concat(frames, ignore_index=True), parts)
        names = {role: (part.about.parameter + _named(study.parameter(role)), part.about.unit)
                 for role, part in parts.items()}  # fmt: skip
        return cls(study, frame, About(study.id, study.label), names=names, parts_of=parts)

    def with_baseline(self) -> Rows:
        """The rows of the parameters that have a baseline."""
        roles = [r for r in self.parts_of if self.study.parameter(r).baseline]
        return replace(self, frame=self.frame[self.frame["PARAMETER"].isin(roles)])

    def mean(self) -> Results:
        """Mean change with its t interval, rows parameter.arm."""
        return self._each(lambda part: part.by("arm").apply(paired.mean_change, of="CHG"))

    def below_limit(self) -> Results:
        """Share of values at or below the lower limit, of the parameters that have such values."""
        return self._each(lambda part: part.by("arm").apply(share_below, of="BLQFL")
                          if part.frame["BLQFL"].any() else Results({}))  # fmt: skip

    def above_limit(self) -> Results:
        """Share of patients with a value above an upper limit at either end, of parameters with such."""
        return self._each(_share_above)

    def against_reference(self) -> Results:
        """Each arm against the reference, adjusted for baseline and the plan; parameter.arm."""
        return self._each(planned_differences)

    def in_others(self) -> Results:
        """The differences once more, in each further population; parameter.flag.arm."""
        return self._each(planned_in_others)

    def trend(self) -> Results:
        """The change per unit of dose, adjusted in the same way; parameter.dose."""
        return self._each(planned_trend)

    def corrected(self, differences: Results) -> Results:
        """These differences with P values corrected for all of them together, as the plan says."""
        return corrected(self, differences)

    def repeated(self) -> Results:
        """The same at every visit, from one model of all visits a parameter; parameter.arm.visit."""
        return self._each(planned_repeated)

    def _each(self, of: Callable[[Changes], Results]) -> Results:
        """What `of` finds in each parameter, by role; one without an estimate is named below."""
        found, without, said = {}, Without(), []
        for role, part in self.parts_of.items():
            label = self.names[role][0]
            part = replace(part, about=replace(part.about, parameter=label))
            with without.trying(label):
                results = of(part)
                said.append(results.said)
                without.take(results.without)
                found |= {f"{row_key(role)}.{row}": result for row, result in results.items()}
        return Results(found, caption=" ".join(filter(None, said)), without=without)


def _share_above(part: Changes) -> Results:
    rows = upper.above(part.study, part.role)
    ends = {part.study.config.visits.baseline, *part.frame["VISIT"].unique()}
    high = set(rows["USUBJID"][rows["ABOVE"] & rows["VISIT"].isin(ends)])
    if not high:
        return Results({})
    marked = replace(part, frame=part.frame.assign(ABOVE=part.frame["USUBJID"].isin(high)))
    return marked.by("arm").apply(share_below, of="ABOVE")


def _named(parameter: Parameter) -> str:
    """What stands behind the name of a parameter: which direction is good, and if it is no change."""
    return BETTER[parameter.better] + ("" if parameter.baseline else ", no baseline")
