"""Estimates and what they are about in, `Results` out: the one currency of a chapter; nothing is computed.

A `Result` is one estimate that knows its study, parameter, arm, visit, unit and label; `Results` are
several by name. Binding a name to one in a cell records it (`recording`): its key is name.row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from helpers.analyse.estimate import NAN, Estimate
from helpers.config_plan import USUAL
from helpers.context import current_context
from helpers.errors import ChapterError, NoEstimateError
from helpers.results import LABELS, NUMBERS, SIGNIFICANT, Record, identity, number

LIKE = "too few values, or too like"
FIELDS = ("parameter", "arm", "comparator", "visit")


@dataclass(frozen=True)
class About:
    """What a number is about; fields as in `results.Record`."""

    study: str = ""
    label: str = "derived"
    parameter: str = ""
    unit: str = ""
    arm: str = ""
    comparator: str = ""
    visit: str = ""
    sentence: str = ""
    text: str = ""
    digits: int | None = None
    p_words: str = ""


@dataclass(frozen=True)
class Result:
    """One estimate with what it is about; it counts as its value wherever a number is wanted.

    `shown_as` is the identity (`results.identity`) under which a study's result was shown: what an
    edition withholds is known by it, so nothing that it holds may change afterwards.
    """

    estimate: Estimate
    about: About = field(default_factory=About)
    shown_as: str = ""

    @property
    def value(self) -> float:
        """The estimate's value."""
        return self.estimate.value

    @property
    def n(self) -> int:
        """Number of subjects."""
        return self.estimate.n

    @property
    def p_value(self) -> float:
        """Two-sided P value."""
        return self.estimate.p_value

    def __float__(self) -> float:
        return float(self.estimate.value)

    def __int__(self) -> int:
        return round(self.estimate.value)

    def bonferroni(self, tests: int) -> Result:
        """The same P value as one of so many tests."""
        p = min(1.0, tests * self.estimate.p_value)
        found = replace(self.estimate, method="bonferroni", statistic="adjusted p-value", value=p,
                        lower=NAN, upper=NAN, p_value=p)  # fmt: skip
        label = "derived" if self.about.label == "reported" else self.about.label
        about = replace(self.about, unit="", text="", sentence="", label=label)
        return Result(found, about)

    def record(self, key: str, *, uses: tuple[str, ...] = (), label: str = "") -> Record:
        """The record under `key`; `label` of the trail outweighs the result's own if it is later.

        Errors: `ChapterError` where what it is about changed after it was shown.
        """
        about, found = self.about, self.estimate
        digits = SIGNIFICANT if current_context().published else None
        numbers = {k: number(getattr(found, k), significant=digits) for k in NUMBERS}
        record = Record(
            key=key, label=heavier(about.label, label), study=about.study,
            parameter=about.parameter, visit=about.visit, arm=about.arm,
            comparator=about.comparator, method=found.method, statistic=found.statistic, **numbers,
            n=int(found.n) or None, unit=about.unit, digits=_digits(about, numbers),
            source=found.source, text=about.text, uses=uses, sentence=about.sentence,
            p_words=about.p_words, level=_other_level(found),
        )  # fmt: skip
        if self.shown_as not in ("", identity(record)):
            raise ChapterError(
                f"record {key!r}: expected what was shown as {self.shown_as!r}, found it called "
                f"{identity(record)!r} since: say what it is about before it is shown"
            )
        return record

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        from helpers.literate import recording
        from helpers.present import crossed

        return crossed.results_table(recording.records_of(self)).bundle()


class Results(Mapping[str, Result]):
    """Results by row name, in order; `results["low-dose"]` is one, or all whose name begins so.

    Shows itself as a table, below it what was `said` and who is `without` an estimate. Errors:
    `ChapterError` for a row that is not there.
    """

    def __init__(
        self, items: Mapping[str, Result], *, caption: str = "", without: Without | None = None
    ):
        self.items_, self.said, self.without = dict(items), caption, without or Without()

    @property
    def caption(self) -> str:
        """What stands below the table."""
        return " ".join(filter(None, [self.without.caption, self.said]))

    def __getitem__(self, row: str) -> Any:
        if row in self.items_:
            return self.items_[row]
        below = {k.removeprefix(row + "."): v for k, v in self.items_.items()
                 if k.startswith(row + ".")}  # fmt: skip
        if not below:
            rows = ", ".join(self.items_)
            raise ChapterError(f"expected a row {row!r} among these results, found {rows}")
        return self._of(below)

    def __iter__(self) -> Iterator[str]:
        return iter(self.items_)

    def __len__(self) -> int:
        return len(self.items_)

    def __contains__(self, row: object) -> bool:
        return row in self.items_

    def __or__(self, other: Results) -> Results:
        return (self if self.caption else other)._of({**self.items_, **other.items_})

    def under(self, name: str) -> Results:
        """The same results with `name`. before each row."""
        return self._of({f"{name}.{k}": v for k, v in self.items_.items()})

    def where(self, **about: str) -> Results:
        """Those about this arm, visit, parameter, comparator or statistic."""
        return self._of({k: r for k, r in self.items_.items()
                         if all(_field(r, name) == v for name, v in about.items())})  # fmt: skip

    def about(self, **changed: Any) -> Results:
        """The same results, differently about: unit, parameter, visit, ..."""
        return self._of(
            {k: replace(r, about=replace(r.about, **changed)) for k, r in self.items_.items()}
        )

    def _of(self, items: Mapping[str, Result]) -> Results:
        return Results(items, caption=self.said, without=self.without)

    def frame(self) -> pd.DataFrame:
        """One row a result, for a chart: row, value, lower, upper, p_value, n and what it is about."""
        return pd.DataFrame([
            {"row": k, **{f: getattr(r.about, f) for f in FIELDS}, "statistic": r.estimate.statistic,
             "value": r.value, "lower": r.estimate.lower, "upper": r.estimate.upper,
             "p_value": r.p_value, "n": r.n or NAN}
            for k, r in self.items_.items()
        ])  # fmt: skip

    def records(self, name: str, *, uses: tuple[str, ...] = (), label: str = "") -> list[Record]:
        """The records of all rows, with the key name.row (name alone for a nameless row)."""
        return [r.record(f"{name}.{k}".rstrip(".") if name else k or "it", uses=uses, label=label)
                for k, r in self.items_.items()]  # fmt: skip

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        from helpers.literate import recording
        from helpers.present import crossed

        records = recording.records_of(self)
        caption = self.caption
        if not records:
            return crossed.nothing(caption)._repr_mimebundle_()
        if caption:  # beside what they are, not in its place
            caption = f"{crossed.common_words(records)}. {caption}"
        return crossed.results_table(records, caption=caption).bundle()


@dataclass
class Without:
    """The groups for which an estimator found no estimate, by their words, for a table's caption.

    `reasons`: say the estimator's own reason too. Never of hidden subjects: that 11 of 11 values are
    the same, or that 3 were seen, would tell of them.
    """

    reasons: bool = False
    names: dict[str, list[str]] = field(default_factory=dict)  # by what is said of them

    @contextmanager
    def trying(self, *words: str) -> Iterator[None]:
        """Within, a `NoEstimateError` leaves the group of these words out instead of ending the page."""
        try:
            yield
        except NoEstimateError as why:
            self.add(", ".join(filter(None, words)), str(why) if self.reasons else LIKE)

    def add(self, name: str, why: str) -> None:
        """Note a group without an estimate and why."""
        self.names.setdefault(why, []).append(name)

    def take(self, other: Without) -> None:
        """Note the groups of another too."""
        for why, names in other.names.items():
            for name in names:
                self.add(name, why)

    @property
    def caption(self) -> str:
        """A sentence that names them for each reason; "" where there is none."""
        return " ".join(f"No estimate{_of(names)}: {why}." for why, names in self.names.items())


def _of(names: list[str]) -> str:
    named = "; ".join(dict.fromkeys(filter(None, names)))
    return f" of {named}" if named else ""


def remarks(found: Mapping[Any, Estimate]) -> str:
    """What the estimates ask to be said beside them, each sentence once; "" where nothing."""
    return " ".join(dict.fromkeys(e.remark for e in found.values() if e.remark))


def heavier(*labels: str) -> str:
    """The label that outweighs the others: simulated before observed, derived, reported."""
    known = [LABELS.index(label) for label in labels if label]
    return LABELS[max(known)] if known else ""


def made(function: Callable, value: float, *, statistic: str, method: str, **more: Any) -> Estimate:
    """The estimate that `function` led to where it returns no `Estimate` itself (a count, a share)."""
    source = f"{function.__module__}:{function.__qualname__}"
    return Estimate(method=method, statistic=statistic, value=float(value), source=source, **more)


def _other_level(found: Estimate) -> float | None:
    """The level of the interval where it is another than the usual; quartiles are no interval."""
    ends = math.isnan(found.lower) and math.isnan(found.upper)
    usual = ends or found.method == "quartiles" or found.level == USUAL
    return None if usual else found.level


def _field(result: Result, name: str) -> str:
    holder = result.estimate if name in ("statistic", "method") else result.about
    return getattr(holder, name)


def _digits(about: About, numbers: Mapping[str, float | None]) -> int | None:
    """As given; else none for whole numbers, and the rules of `present.text` decide for others.

    An open end is no number.
    """
    if about.digits is not None or about.unit == "proportion":
        return about.digits
    known = [x for k, x in numbers.items()
             if k != "p_value" and x is not None and math.isfinite(x)]  # fmt: skip
    whole = [(x == 0 or abs(x) > 0.5) and abs(x - round(x)) < 1e-9 for x in known]
    return 0 if known and all(whole) else None
