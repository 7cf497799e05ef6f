"""What a chapter holds in its hands: its studies, its records, and the ways to show them.

`here = page.start("03_cd4_cd8_viral_load")` opens it. A chapter derives and analyses with the other
helpers, gives each statistic a key with `here.record`, and shows records by key: in prose as
{num}`key`, in tables, charts and sentences. `here.results()` ends the page with all of them.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from helpers import disclosure, results
from helpers.analyse.estimate import Estimate
from helpers.context import LAST, Context, current_context, goes_before
from helpers.errors import ChapterError
from helpers.present import markup
from helpers.present.html import Html, Sentence
from helpers.present.text import record_text
from helpers.results import SIGNIFICANT, Record, number
from helpers.study import Study, load_study

PLACE = re.compile(r"\{([a-z0-9_.-]+)(?::([a-z]+))?\}")
LITERAL = str.maketrans({"<": "&lt;", "[": "\\[", "]": "\\]", "`": "\\`", "$": "\\$", "\\": "\\\\"})
_KEYS: dict[str, str] = {}


class Numbers:
    """All records of a page, for the site to show and for results.csv to collect."""

    def __init__(self, records: Iterable[Record]):
        self.items = results.to_json(records)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        return {results.MIME: self.items, "text/plain": f"{len(self.items)} numbers"}


def start(chapter: str) -> Page:
    """Open a chapter in the edition that is running."""
    return Page(chapter, current_context())


class Page:
    """One chapter of one edition; see the module's docstring."""

    def __init__(self, chapter: str, context: Context):
        self.chapter, self.context = chapter, context
        self.records: dict[str, Record] = {}
        self._studies: dict[str, Study] = {}

    # --- the studies -------------------------------------------------------------------------

    def study(self, design: str) -> Study:
        """The edition's study of this design; its folder was checked before the chapters run."""
        if design not in self.context.studies:
            raise ChapterError(
                f"{self.chapter}: expected a {design} study in this edition, found "
                f"{sorted(self.context.studies)}: tag the cell {design!r}, so that it is left out"
            )
        if design not in self._studies:
            self._studies[design] = load_study(self.context.studies[design], check=False)
        return self._studies[design]

    @property
    def single_arm(self) -> Study:
        """The single-arm study (AAIT in the published book)."""
        return self.study("single-arm")

    @property
    def randomised(self) -> Study:
        """The randomised study (hUC-MSC in the published book)."""
        return self.study("randomised")

    # --- records -----------------------------------------------------------------------------

    def record(
        self,
        key: str,
        estimate: Estimate,
        *,
        study: Study | str = "",
        label: str = "",
        parameter: str = "",
        visit: float | str = "",
        arm: str = "",
        comparator: str = "",
        unit: str = "",
        digits: int | None = None,
        text: str = "",
    ) -> Record:
        """Keep one statistic under `key` and return its record.

        Of subjects that `study.toml` keeps hidden, only what `disclosure.rules` allows is kept;
        `text` says why a number is missing. A key that the edition withholds (`disclosure.
        complement`) is kept without its numbers too.
        With a `Study`, `parameter` is a role (its label and unit are filled in), `visit` a number
        in the study's visit unit, and the label is the study's ("simulated" for a synthetic one).
        A statistic that rests on reported numbers alone says label="derived" itself.
        """
        if isinstance(study, Study):
            label = label or study.label
            known = {**study.config.endpoints, **study.config.parameters}.get(parameter)
            if known:
                parameter, unit = known.label, unit or known.unit
            visit = visit_text(study, visit)
            if not study.config.show_subjects:
                withheld = key in self.context.withheld.get(self.chapter, ())
                estimate, text, digits = disclosure.as_shown(
                    estimate, text, digits, threshold=study.config.threshold, withheld=withheld
                )
            study = study.id
        digits10 = SIGNIFICANT if self.context.published else None  # other editions keep all
        record = Record(
            key=key, study=study, chapter=self.chapter, label=label, parameter=parameter,
            visit=str(visit), arm=arm, comparator=comparator,
            method=estimate.method, statistic=estimate.statistic,
            value=number(estimate.value, significant=digits10),
            lower=number(estimate.lower, significant=digits10),
            upper=number(estimate.upper, significant=digits10),
            p_value=number(estimate.p_value, significant=digits10),
            n=int(estimate.n) if estimate.n else None,
            unit=unit, digits=digits, source=estimate.source, text=text,
        )  # fmt: skip
        if self.records.get(key, record) != record:
            raise ChapterError(
                f"{self.chapter}: record {key!r} was {self.records[key].value}, now "
                f"{record.value}: give the second statistic another key"
            )
        self.records[key] = record
        return record

    def record_by(
        self,
        key: str,
        frame: pd.DataFrame,
        by: str,
        function: Callable[[pd.DataFrame], Estimate],
        **where: Any,
    ) -> None:
        """One statistic a group of `frame`: `function` of its rows, kept under `key`.group."""
        name = {"ARM": "arm", "VISIT": "visit"}.get(by, "parameter")
        for group, rows in frame.groupby(by, observed=True, sort=True):
            self.record(f"{key}.{group_key(group)}", function(rows), **{**where, name: group})

    def value(
        self,
        key: str,
        value: float,
        *,
        method: str,
        statistic: str,
        n: int = 0,
        source: str = "",
        **where: Any,
    ) -> Record:
        """Keep a number that is no estimator's result (a count, a printed value) under `key`."""
        estimate = Estimate(method=method, statistic=statistic, value=value, n=n, source=source)
        return self.record(key, estimate, **where)

    def __getitem__(self, key: str) -> Record:
        if key not in self.records:
            raise ChapterError(
                f"{self.chapter}: expected a record {key!r}, found {sorted(self.records)}"
            )
        return self.records[key]

    def under(self, prefix: str) -> list[Record]:
        """The records whose key is `prefix` or starts with `prefix`. (dot), in order."""
        found = [r for k, r in self.records.items() if k == prefix or k.startswith(prefix + ".")]
        if not found:
            raise ChapterError(f"{self.chapter}: expected records under {prefix!r}, found none")
        return found

    def frame(self, prefix: str, *, missing_ok: bool = False) -> pd.DataFrame:
        """The records under `prefix` as a tidy frame, one row a record, for a chart.

        `missing_ok` returns an empty frame where there is none; else that is a `ChapterError`.
        """
        if missing_ok and not any(key.startswith(prefix + ".") for key in self.records):
            return pd.DataFrame()
        return pd.DataFrame([dataclasses.asdict(r) for r in self.under(prefix)])

    def others(self, *chapters: str) -> dict[str, dict[str, Record]]:
        """The records of the chapters executed before this one: chapter -> key -> record.

        With names, of these alone; what they rest on is read from the source, so name them in full.
        """
        if self.chapter not in LAST:
            raise ChapterError(
                f"{self.chapter}: expected a chapter that is executed after others, found none of "
                f"{', '.join(LAST)}: add it to LAST in helpers/context.py"
            )

        def wanted(name: str) -> bool:
            return goes_before(name, self.chapter) and (not chapters or name in chapters)

        return results.book_records(Path(self.context.book), wanted)

    # --- showing -----------------------------------------------------------------------------

    def fill(self, text: str) -> str:
        """`text` with every {key} and {key:part} replaced by the record's plain text."""
        return PLACE.sub(lambda m: record_text(self[m[1]], m[2] or "estimate"), text)

    def say(self, *paragraphs: str) -> Sentence:
        """Paragraphs whose {key} and {key:part} become numbers with label and link."""
        text = "\n\n".join(paragraphs)
        # a label is data: what would make it markup, a link or a role comes out as text
        escaped = text.translate(LITERAL)
        roles = PLACE.sub(lambda m: f"{{num}}`{m[1]}:{m[2] or 'estimate'}`", escaped)
        return Sentence(roles, self.fill(text))

    def table(
        self,
        prefix: str | list[str],
        *,
        caption: str,
        rows: str | Callable[[Record], str] = "parameter",
        columns: str | Callable[[Record], str] = "arm",
        part: str = "estimate",
        corner: str = "",
    ) -> Html:
        """Records under one prefix or several as a table: `rows` × `columns`, each cell a number.

        `rows` and `columns` name a field of the record or are functions of it.
        """
        prefixes = [prefix] if isinstance(prefix, str) else prefix
        records = [r for p in prefixes for r in self.under(p)]
        row_of, column_of = _reader(rows), _reader(columns)
        names = list(dict.fromkeys(column_of(r) for r in records))
        cells: dict[str, dict[str, Record]] = {}
        for record in records:
            cells.setdefault(row_of(record), {})[column_of(record)] = record
        mixed = len({r.label for r in records}) > 1
        html = markup.table_html(
            [corner, *names],
            [
                [markup.escape(row), *(_cell(found.get(c), part, mixed) for c in names)]
                for row, found in cells.items()
            ],
            caption=caption,
            label="" if mixed else records[0].label,
        )
        lines = [
            f"{row} | " + " | ".join(record_text(f[c], part) if c in f else "" for c in names)
            for row, f in cells.items()
        ]
        return Html(html, "\n".join([caption, *lines]))

    def listing(self, frame: pd.DataFrame, *, caption: str, label: str = "") -> Html:
        """A frame of texts and rounded numbers as a table."""
        html = markup.frame_html(frame, caption=caption, label=label)
        return Html(html, f"{caption}\n{frame.to_string(index=False)}")

    def explorer(
        self, frame: pd.DataFrame, *, choose: int, sentence: str, caption: str, label: str
    ) -> Html:
        """A map that the reader walks over: she chooses a value of each of the first `choose`
        columns and reads `sentence` for it; without scripts the whole table stands there.
        """
        html = markup.explorer_html(
            frame, choose=choose, sentence=sentence, caption=caption, label=label
        )
        return Html(html, f"{caption}\n{frame.to_string(index=False)}")

    def figure(
        self,
        chart: Any,
        *,
        key: str,
        title: str,
        caption: str,
        alt: str,
        label: str,
        columns: Mapping[str, str] | None = None,
    ):
        """The chart with its finding, caption and text description ({key} places are filled in).

        `columns` maps fields of the chart's data to headers of the table that stands beside it.
        A figure whose data show too small a group of hidden subjects gives way to a sentence.
        """
        from helpers.present.figure import Figure, chart_spec

        spec = chart_spec(chart, key)
        place = f"{self.chapter}: figure {key!r}"
        studies = map(self.study, self.context.studies)
        if reason := disclosure.reason_to_hide(place, spec.get("datasets", {}).values(), studies):
            return self.say(reason)
        return Figure(
            spec=spec, key=key, label=label, columns=dict(columns or {}),
            title=self.fill(title), caption=self.fill(caption), alt=self.fill(alt),
        )  # fmt: skip

    def results(self) -> Numbers:
        """The end of every chapter: all its records."""
        return Numbers(self.records.values())


def _reader(field: str | Callable[[Record], str]) -> Callable[[Record], str]:
    return field if callable(field) else lambda record: str(getattr(record, field))


def _cell(record: Record | None, part: str, mark: bool) -> str:
    return "–" if record is None else markup.number_html(record, part, mark=mark)


def group_key(group: Any) -> str:
    """The part of a record's key that a group gives: "Low dose" -> "low-dose", 48.0 -> "48"."""
    text = f"{group:g}" if isinstance(group, float) else str(group)
    base = key = markup.slug(text)
    n = 1
    while _KEYS.setdefault(key, text) != text:  # another group has this slug: "x", then "x-2"
        n += 1
        key = f"{base}-{n}"
    return key


def visit_text(study: Study, visit: float | str) -> str:
    """A visit as the book prints it: "Baseline", "Week 48"; texts stay as they are."""
    if isinstance(visit, str):
        return visit
    if visit == study.config.visits.baseline:
        return "Baseline"
    return f"{study.config.visits.unit.capitalize()} {visit:g}"
