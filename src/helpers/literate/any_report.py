"""A report in, its audit as `Results` and tables for a chapter out; nothing is judged here."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import dataclass
from functools import cached_property
from html import escape
from io import StringIO

from helpers.audit import Audit, Check, Report, audit, load_report
from helpers.audit.count_tests import p_values
from helpers.audit.curves import km_pairs
from helpers.audit.findings import VERDICTS
from helpers.audit.log_rank.range import log_rank_range
from helpers.audit.tables import cells, counts_that_print, passing_share
from helpers.errors import ChapterError
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.rows import row_key
from helpers.present import charts_audit, markup
from helpers.present.html import Html

EXACT = "exact fractions"


@dataclass(frozen=True)
class Audited:
    """One report and its audit; shown, it is the table of printed results with their verdicts."""

    report: Report
    found: Audit

    def by_verdict(self) -> Results:
        """How many printed results there are, and how many have each verdict."""
        words = [result.verdict for result in self.found.results]
        out = {"all": self._made(audit, len(words), "printed results", "count")}
        for verdict in VERDICTS:
            out[markup.slug(verdict)] = self._made(
                audit, words.count(verdict), f"results: {verdict}", "count"
            )
        return Results(out)

    def sizes(self) -> Results:
        """The patients as printed: of each arm, and enrolled."""
        items = {row_key(arm.id): (arm.n, arm.label) for arm in self.report.arms if arm.n}
        items["enrolled"] = (self.report.trial.enrolled, "")
        place = f"doi {self.report.doi}, read {self.report.looked_up}"
        about = {"label": "reported", "sentence": place}
        return Results({key: self._made(load_report, n, "patients", "as printed", arm=arm, **about)
                        for key, (n, arm) in items.items()})  # fmt: skip

    def readings(self) -> Results:
        """What the folder lets be assumed of a curve: visits, and the most lost in an arm."""
        given = self.report.readings
        named = {"visits": given.visits, "lost": given.lost_at_most}
        return Results({key: self._made(load_report, n, key, "assumed in [readings]")
                        for key, n in named.items()})  # fmt: skip

    def fitting(self, *names: str, arm: str) -> Results:
        """Every number of patients, up to the arm's, of which whole ones print each result's percentage.

        A row `result.size`; its value is how many patients print it (the fewest). `common` is the
        largest size that prints all of them, `passing` the share of all such percentages that some
        count of the arm as printed gives.
        """
        out: dict[str, Result] = {}
        n = self.report.arm(arm).n
        for name in names:
            for size in range(1, n + 1):
                if counts := self._counts(name, arm, size):
                    out[f"{row_key(name)}.{size}"] = self._made(
                        counts_that_print, min(counts), "patients that print the percentage", EXACT,
                        parameter=name, arm=arm, n=size, visit=str(size),
                    )  # fmt: skip
        common = [s for s in range(1, n + 1) if all(self._counts(x, arm, s) for x in names)]
        out["common"] = self._made(counts_that_print, max(common, default=0),
                                   "largest number of patients that prints all", EXACT, arm=arm)  # fmt: skip
        out["passing"] = self._made(passing_share, passing_share(n, 0),
                                    "share of whole percentages that pass", EXACT,
                                    arm=arm, n=n, unit="proportion")  # fmt: skip
        return Results(out)

    def _counts(self, name: str, arm: str, size: int) -> list[int]:
        result = self.report.result(name)
        percent = cells(result, self.report)[result.arms.index(arm)].percent
        ways = self.report.readings.rounding
        return sorted({x for way in ways for x in counts_that_print(percent, size, way)})

    def chart(self, fitting: Results, *, printed: int):
        """The numbers of patients that print each percentage, one row a result; `printed` is the arm."""
        rows = fitting.frame()
        return charts_audit.chart_fitting(rows[rows["visit"] != ""], printed=printed)

    def p_by_test(self, name: str) -> Results:
        """P of the counts behind a result by every test of counts, for the denominators that print it."""
        check = self._check(name, "p-from-counts")
        return Results({
            row_key(test): self._made(p_values, p, "P", test, parameter=name)
            for test, p in check.computed["p"].items()
        })  # fmt: skip

    def lost(self, name: str) -> Results:
        """The fewest patients lost in each arm for which a curve prints its percentage."""
        check = self._check(name, "kaplan-meier-counts")
        return Results({
            row_key(arm): self._made(km_pairs, min(lost for _, lost in check.computed[arm]),
                                     "fewest patients lost", check.method, parameter=name, arm=arm)
            for arm in self.report.result(name).arms
        })  # fmt: skip

    def every_trial(self, name: str) -> Results:
        """How many trials print a comparison of curves, the P that they can have, and how many print it."""
        check = self._check(name, "log-rank-range")
        held = check.computed

        def one(value: float, statistic: str, **about: str) -> Result:
            return self._made(
                log_rank_range, value, statistic, check.method, parameter=name, **about
            )

        first = round(held["share_first"] * held["histories"])
        printing = float(max(held["share_once"].values()))
        return Results({
            "trials": one(held["histories"], "possible trials"),
            "least": one(held["p_min"], "smallest P"), "most": one(held["p_max"], "largest P"),
            "printing": one(printing, "share of trials that print P", unit="proportion"),
            "reverse": one(min(first, held["histories"] - first), "trials that point the other way"),
        })  # fmt: skip

    @cached_property
    def questions(self) -> str:
        """The questions to the authors, one a line."""
        return "\n".join(f"{k}. {text}" for k, text in enumerate(self.found.questions, start=1))

    def _check(self, name: str, check: str) -> Check:
        found = [c for c in self.found.checks_of(name, check) if c.computed]
        if not found:
            known = ", ".join(dict.fromkeys(c.check for c in self.found.checks_of(name)))
            raise ChapterError(f"result {name!r}: expected a check {check!r}, found {known}")
        return found[0]

    def _made(self, function: Callable, value: float, statistic: str, method: str, *, n: int = 0,
              **about: str) -> Result:  # fmt: skip
        estimate = made(function, value, statistic=statistic, method=method, n=n)
        return Result(estimate, About(study=self.report.id, **about))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        header = ["Result", "Printed", "Verdict", "Why"]
        rows = [[v.id, _printed(self.report, v.id), v.verdict, v.why] for v in self.found.results]
        caption = f"{self.report.title}: printed results and the verdict on each"
        html = markup.table_html(header, [[escape(cell) for cell in row] for row in rows],
                                 caption=caption, label="derived")  # fmt: skip
        plain = "\n".join([caption, *(" | ".join(row) for row in rows)])
        return Html(html, plain)._repr_mimebundle_()


def audited(report: Report) -> Audited:
    """The audit of a report, as a chapter shows it."""
    with redirect_stderr(StringIO()):  # how far it is belongs on a terminal
        return Audited(report, audit(report))


def _printed(report: Report, name: str) -> str:
    """The percentages by arm and the P of a result, as printed."""
    result = report.result(name)
    labels = [report.arm(arm).label for arm in result.arms]
    shown = [f"{arm} {text}" for arm, text in zip(labels, result.percent, strict=False)]
    return "; ".join([*shown, *(f"P = {p}" for p in result.p if p)])
