"""Rows of one study's patients in, `Results` of estimators applied to them out; it estimates nothing.

`Rows` know their study, what they measure and its unit; `by("arm").apply(function, of="CHG")` hands
plain numbers to an estimator and names what comes back. What hidden subjects forbid is held back
here, once, before anything can be shown or drawn.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from helpers import disclosure, results
from helpers.analyse.estimate import Estimate
from helpers.config import Parameter
from helpers.config_check import spelling
from helpers.context import current_context
from helpers.derive.courses import visit_words
from helpers.disclosure import order, rules
from helpers.errors import AnalysisError
from helpers.literate.levels import at_level
from helpers.literate.outcome import About, Result, Results, Without
from helpers.present import markup
from helpers.present.html import Html
from helpers.study import Study

GROUPS = {"arm": "ARM", "visit": "VISIT", "parameter": "PARAMETER"}
IDENTIFIERS = ["USUBJID", "SUBJID", "ROW"]
SHOWN = 5  # rows that a reader sees of a table
# statistics in the unit of what was measured, beside the quantiles
MEASURED = ("mean", "geometric mean", "mean difference", "difference", "adjusted mean difference",
            "adjusted mean", "standard deviation", "restricted mean", "restricted mean survival time",
            "difference in restricted mean", "half-life", "expected change", "incidence rate")  # fmt: skip


class Charts(dict):
    """Several charts of one kind by row name, kept as name.row."""


@dataclass(frozen=True)
class Sentence:
    """What a chart would say, where a sentence says it as well; it stands in the chart's place."""

    text: str


@dataclass(frozen=True)
class Rows:
    """A frame of one study, what it is about, and the columns by which it is taken apart.

    `names`: for each value of PARAMETER the printed label and unit (`about` where there is one).
    """

    study: Study
    frame: pd.DataFrame = field(repr=False)
    about: About = field(default_factory=About)
    groups: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict, repr=False)

    @property
    def label(self) -> str:
        """ "observed" or "simulated"."""
        return self.study.label

    @property
    def columns(self) -> list[str]:
        """Names of the columns that an estimator can be given."""
        return list(self.frame.columns)

    def by(self, *groups: str) -> Rows:
        """The same rows, to be taken apart by "arm", "visit" or "parameter"."""
        return replace(self, groups=groups)

    def where(self, **kept: Any) -> Rows:
        """Only the rows of this arm, visit or parameter."""
        frame = self.frame
        for name, value in kept.items():
            frame = frame[frame[GROUPS[name]] == value]
        return replace(self, frame=frame)

    def apply(self, function: Callable, of: str | tuple[str, ...], **arguments: Any) -> Results:
        """`function` of the columns `of`, group by group; what it returns is named by the groups.

        `function` takes a vector a column and returns an `Estimate`, or several by name (arms,
        with `reference=`, become arm and comparator). A group without an estimate (too few values, all
        alike) is left out, and the caption names it.
        """
        columns = [of] if isinstance(of, str) else list(of)
        reference = arguments.get("reference", "")
        if reference and reference not in self.study.arms:
            raise AnalysisError(
                f"reference: expected one of {', '.join(self.study.arms)}, found {reference}"
            )
        found: dict[str, Result] = {}
        function, without = at_level(function, self.study), Without()
        for values, rows in self.parts():
            about = self.about_group(values)
            with without.trying(about.parameter, about.arm, about.visit):
                made = function(*(rows[c].to_numpy() for c in columns), **arguments)
                add(found, self.named(values, made, reference=reference))
        return Results(found, without=without)

    def parts(self) -> Iterator[tuple[tuple[Any, ...], pd.DataFrame]]:
        """Each group's values and rows; one part without values where there is no group."""
        columns = [GROUPS[name] for name in self.groups]
        if not columns:
            yield (), self.frame
            return
        yield from self.frame.groupby(columns, observed=True, sort=True)

    def named(
        self, values: tuple[Any, ...], made: Any, *, reference: str = ""
    ) -> dict[str, Result]:
        """What an estimator returned, by row name, about the group `values`, as it may be shown."""
        about, stem = self.about_group(values), [row_key(v) for v in values]
        if isinstance(made, Estimate):
            return {".".join(stem): self.shown(made, about)}
        out = {}
        for name, estimate in made.items():
            of_arm = {"arm": str(name), "comparator": reference} if reference else {}
            key = ".".join([*stem, row_key(name)])
            out[key] = self.shown(estimate, replace(about, **of_arm))
        return out

    def about_group(self, values: tuple[Any, ...]) -> About:
        """What the numbers of a group are about."""
        found = {"study": self.study.id, "label": self.study.label}
        for name, value in zip(self.groups, values, strict=True):
            if name == "visit":
                value = visit_words(self.study, value)
            if name == "parameter" and value in self.names:
                value, found["unit"] = self.names[value]
            found[name] = str(value)
        return replace(self.about, **found)

    def shown(self, estimate: Estimate, about: About) -> Result:
        """The estimate with its unit, and of hidden subjects only what the rules allow."""
        unit = unit_of(estimate, about.unit)
        # decimals that go with a unit are none of a number without it
        digits = about.digits if unit == about.unit or not about.unit else None
        about = replace(about, unit=unit, digits=digits)
        if self.study.config.show_subjects:
            return _known(Result(estimate, about))
        hidden = current_context().hidden
        result = _known(self._held_back(estimate, about))
        if result.shown_as in hidden:
            result = _known(self._held_back(estimate, about, withheld=True))
        return _without_n(result, hidden)

    def _held_back(self, estimate: Estimate, about: About, *, withheld: bool = False) -> Result:
        config = self.study.config
        if math.isnan(estimate.lower) and math.isnan(estimate.upper):
            # a test, whose P stands beside intervals of that level
            estimate = replace(estimate, level=self.study.level)
        found, text, digits = disclosure.as_shown(
            estimate, about.text, about.digits, threshold=config.threshold, withheld=withheld,
            key=current_context().lot if config.rounding else None,
            apart=_apart(config.parameters.values(), estimate, about), percent=about.unit == "proportion",
        )  # fmt: skip
        lines = disclosure.p_words(found.p_value) if config.rounding and not text else ""
        return Result(found, replace(about, text=text, digits=digits, p_words=lines))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return first_rows(self)._repr_mimebundle_()


def _apart(parameters: Iterable[Parameter], estimate: Estimate, about: About) -> float:
    """How far the levels of the parameter that a number is about lie apart, on the scale of the number."""
    mine = [p for p in parameters if about.parameter.startswith(p.label)]
    if estimate.among is None or not mine:
        return 0.0
    parameter = max(mine, key=lambda p: len(p.label))
    logs = bool(estimate.among.base) or parameter.scale == "log10" or parameter.group == "cytokine"
    return order.apart(parameter.levels, logs=logs)


def _known(result: Result) -> Result:
    """The result, which knows as what it was shown."""
    return replace(result, shown_as=results.identity(result.record("it")))


def corrected_p(result: Result, p_value: float, method: str) -> Result:
    """The same result with its P corrected by `method`: a number of its own, held back as one."""
    found = replace(result.estimate, method=f"{result.estimate.method}, {method}", p_value=p_value)
    words = disclosure.p_words(result.p_value)  # of a test whose line of P is all that is shown
    about = result.about
    line = disclosure.corrected_words(p_value, alone=result.p_value)
    if words and about.text == words:
        about = replace(about, text=line)
    if about.p_words:
        about = replace(about, p_words=line)
    out = Result(found, about)
    if not result.shown_as:
        return out
    out, hidden = _known(out), current_context().hidden
    if out.shown_as in hidden:
        gone = rules.without_numbers(found, threshold=0)  # n was looked at with the result
        return replace(out, estimate=gone, about=replace(out.about, text=disclosure.FEW))
    return _without_n(out, hidden)


def _without_n(result: Result, hidden: Collection[str]) -> Result:
    """The result without its number of subjects where an edition withholds that alone."""
    if result.shown_as + disclosure.N_ALONE not in hidden:
        return result
    return replace(result, estimate=replace(result.estimate, n=0))


def without_hidden_n(result: Result) -> Result:
    """A result made of another one, without its number of subjects where an edition withholds that."""
    return _without_n(_known(result), current_context().hidden)


def in_order(frame: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The rows so that their parameters are taken apart in this order and not in the alphabet's."""
    order = pd.Categorical(frame["PARAMETER"], categories=list(names), ordered=True)
    return frame.assign(PARAMETER=order)


def called(rows: Rows, parameter: str) -> Any:
    """The same rows, of which what is said is about `parameter`."""
    return replace(rows, about=replace(rows.about, parameter=parameter))


def first_rows(rows: Rows) -> Html:
    """The first rows as a table; of hidden subjects the names of the columns alone."""
    frame = rows.frame.drop(columns=IDENTIFIERS, errors="ignore")
    if not rows.study.config.show_subjects:
        words = f"{rows.study.short}: no row is shown. Columns: {', '.join(frame.columns)}."
        return Html(f"<p>{markup.escape(words)}</p>", words)
    head = frame.head(SHOWN)
    caption = f"{rows.study.short}: the first {len(head)} of {len(frame):,} rows"
    html = markup.frame_html(head, caption=caption, label=rows.label)
    return Html(html, f"{caption}\n{head.to_string(index=False)}")


def unit_of(estimate: Estimate, unit: str) -> str:
    """The unit of a statistic of something measured in `unit`: its own, "proportion" or none."""
    of = rules.kind(estimate.statistic, method=estimate.method)
    if of in (rules.SHARE, rules.SIGN_TEST) or estimate.statistic == "risk difference":
        return "proportion"
    measured = of in (rules.QUANTILE, rules.EXTREME) or estimate.statistic in MEASURED
    return unit if measured else ""


def row_key(value: Any) -> str:
    """A group as part of a key: "Low dose" -> "low-dose", 48.0 -> "48", "A + B" -> "a-plus-b".

    A text with signs that no key can hold ("高剂量") ends with its checksum, so that no other has
    the same. What `config_check.spelling` takes for one spelling has one key; `add` keeps both.
    """
    text = f"{value:g}" if isinstance(value, float) else str(value).replace("+", " plus ")
    key = markup.slug(text)
    known = spelling(key) == spelling(text)
    return key if known else f"{key}-{zlib.crc32(text.encode()):08x}"


def pair_key(study: Study, arm: str, against: str) -> str:
    """A planned comparison as part of a key: the arm, and what it is compared with but the reference."""
    return row_key(arm) + ("" if against == study.reference else f".{row_key(against)}")


def add(found: dict[str, Result], more: Mapping[str, Result]) -> None:
    """Put `more` into `found`; of two groups with one key ("Headache", "headache") the later is "-2"."""
    for key, result in more.items():
        free, n = key, 1
        while free in found:
            n += 1
            free = f"{key}-{n}"
        found[free] = result
