"""A study with planned responses in, counts of responders by arm out; the estimators are `analyse`'s.

`Responders` has one row a subject and response; `kinds` makes `harms.Counts` of it, X responders of N, so
that responders are counted, compared and held back as patients with adverse events are.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import product

import pandas as pd

from helpers.analyse.estimate import Estimate
from helpers.config_responses import in_words
from helpers.derive import planned, responders
from helpers.disclosure import elsewhere
from helpers.literate.harms import Counts, distinct_keys
from helpers.literate.outcome import About, Results, made
from helpers.literate.rows import Rows, visit_words
from helpers.present import markup
from helpers.present.html import Html
from helpers.study import Study


def planned_responses(study: Study) -> Responders:
    """The responses of study.toml, of every subject of `study`: PARAMETER (its name), RESPONSE, KNOWN."""
    return _of(study, list(study.config.responses))


def _of(study: Study, names: list[str], words: str = "") -> Responders:
    found = [responders.responders(study, name).assign(PARAMETER=name) for name in names]
    columns = ["USUBJID", "ARM", "RESPONSE", "KNOWN", "PARAMETER"]
    frame = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
    return Responders(study, frame, chosen=tuple(names), words=words)


@dataclass(frozen=True)
class Responders(Rows):
    """Planned responses, one row a subject and response.

    `chosen`: their names; `words`: what a page says behind each ("among PPROTFL = Y").
    """

    chosen: tuple[str, ...] = ()
    words: str = ""

    def within(self, flag: str) -> Responders:
        """The same responses of the subjects of a further set, those that may be compared there."""
        words = f"{planned.AMONG}{flag} = Y"
        return _of(self.study.within(flag), elsewhere.comparable_elsewhere(self.study), words)

    def families(self) -> dict[str, str]:
        """Part of a key of each response that is in a family -> words for that family."""
        keys = distinct_keys(pd.Series(list(self.chosen)))
        said = {name: self.study.config.responses[name].family for name in self.chosen}
        return {keys[name]: f"family {family}" for name, family in said.items() if family}

    def kinds(self) -> ResponseCounts:
        """Responders of each response: of all subjects, or of those of whom it is known (if any)."""
        counts = self.among(self.study.adsl["USUBJID"])
        return replace(counts, frame=counts.frame[counts.frame["N"] > 0])

    def among(self, subjects: Collection[str]) -> ResponseCounts:
        """The same among these subjects alone; N may be 0."""
        adsl = self.study.adsl
        own = replace(self.study, adsl=adsl[adsl["USUBJID"].isin(subjects)])
        found = [responders.counted(own, name).assign(PARAMETER=name)
                 for name in self.chosen]  # fmt: skip
        empty = pd.DataFrame(columns=["ARM", "X", "N", "PARAMETER"])
        frame = pd.concat(found, ignore_index=True) if found else empty
        return ResponseCounts(self.study, frame, words=self.words)

    def missing(self) -> Results:
        """Subjects of each arm of whom it is not known whether they responded; row: response.arm."""
        counts = ResponseCounts(self.study, self.frame)
        arms, out = distinct_keys(pd.Series(self.study.arms)), {}
        keys = distinct_keys(pd.Series(list(self.study.config.responses)))
        for name, arm in product(keys, arms):
            rows = self.frame[(self.frame["PARAMETER"] == name) & (self.frame["ARM"] == arm)]
            about = counts.about_one(name, arm)
            about = replace(about, parameter=about.parameter + responders.UNKNOWN)
            out[f"{keys[name]}.{arms[arm]}"] = self.shown(count_unknown(rows), about)
        return Results(out)

    @property
    def rules(self) -> Html:
        """What each response is, as the page says it."""
        rows = [[markup.escape(cell) for cell in rule_of(self.study, name)]
                for name in self.study.config.responses]  # fmt: skip
        heads = ["Response", "Visit", "Who responds", "Not known"]
        if self.families():
            heads.append("P corrected with")
            rows = [[*row, markup.escape(self.study.config.responses[name].family or "its own pairs")]
                    for row, name in zip(rows, self.study.config.responses, strict=True)]  # fmt: skip
        text = "\n".join("; ".join(row) for row in rows)
        return Html(markup.table_html(heads, rows, caption="The planned responses"), text)


@dataclass(frozen=True)
class ResponseCounts(Counts):
    """Responders: one row a response (PARAMETER, its name in study.toml) and arm, X of N."""

    words: str = ""

    def about_one(self, name: str, arm: str) -> About:
        """What a number of one response and arm is about."""
        return self._about(name, arm)

    def _about(self, parameter: str, arm: str, **more: str) -> About:
        visit = visit_words(self.study, self.study.config.responses[parameter].visit)
        found = super()._about(responders.words(self.study, parameter), arm, **more)
        return replace(found, visit=visit, parameter=found.parameter + self.words)


def count_unknown(rows: pd.DataFrame) -> Estimate:
    """How many of these subjects (KNOWN) it is not known of."""
    unknown = int((~rows["KNOWN"]).sum())
    return made(count_unknown, unknown, statistic="patients", method="counting", n=len(rows))


def rule_of(study: Study, name: str) -> list[str]:
    """A response in words: its name on the page, its visit, its rule, what it is where it is not known."""
    response = study.config.responses[name]
    unit = study.parameter(responders.role_of(study, name)).unit
    rule = in_words(response.of, response.side, response.threshold, response.scale, unit)
    return [
        responders.words(study, name),
        visit_words(study, response.visit),
        rule,
        response.missing,
    ]
