"""A trial's registry facts and its abstract in, both side by side and their calendar out.

The facts are those of `data/published/registry.toml`; what was not seen of the record stands there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from helpers.analyse import design
from helpers.analyse.estimate import Estimate
from helpers.audit.claims import Fact, load_registry
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.present import markup
from helpers.present.html import Html

MONTH = 365.25 / 12  # days
# an item of the record, and the claim of the abstract that speaks of the same thing
PAIRS = (("Patients", "registry-enrolled", "enrolled"), ("Phase", "registry-phase", "design"),
         ("Arms", "registry-interventions", "arms"), ("Months", "registry-dates", "dates"),
         ("Last update", "registry-updated", ""), ("Entry, CD4 count", "registry-entry-cd4", ""),
         ("Entry, primary endpoint", "registry-entry-endpoint", ""),
         ("The pilot's number", "registry-pilot", ""))  # fmt: skip


@dataclass(frozen=True)
class RegistryRecord:
    """The registry's facts of one trial by id, beside the report of it."""

    report: Report
    facts: Mapping[str, Fact]

    def entry(self) -> Results:
        """The lowest and highest CD4 count of the rule of entry, as the record has it."""
        fact = self.facts["registry-entry-cd4"]
        return Results({
            name: Result(
                Estimate("as printed in the registry", "threshold", value,
                         source="helpers.audit.claims:load_claims"),
                About(self.report.id, "reported", "CD4+ T cells at entry", fact.unit,
                      sentence=fact.source, digits=0))
            for name, value in zip(("low", "high"), fact.values, strict=True)
        })  # fmt: skip

    def calendar(self) -> Results:
        """Months of the abstract and of the record, of the follow-up, and what they leave to enrol."""
        abstract, registry = self.report.values("dates"), self.facts["registry-dates"].values
        weeks = self.report.values("follow-up")[0]
        follow_up = weeks * 7 / MONTH
        whole = {k: design.months_between(*span) for k, span in
                 (("abstract", abstract), ("registry", registry))}  # fmt: skip
        spans = {
            "abstract": (whole["abstract"], "First to last month, abstract"),
            "registry": (whole["registry"], "First to last month, registry"),
            "follow-up": (follow_up, f"{weeks:g} weeks of follow-up"),
            "left-abstract": (whole["abstract"] - follow_up,
                              "Left for enrolment, abstract's months spanning the trial"),
            "left-registry": (whole["registry"] - follow_up,
                              "Left for enrolment, registry's months"),
            "beyond": (follow_up - design.months_between(abstract[1], registry[1]),
                       "Follow-up past the registry's completion, read literally"),
        }  # fmt: skip
        return Results({
            key: Result(made(design.months_between, value, method="calendar arithmetic",
                             statistic="duration"),
                        About(self.report.id, parameter=words, unit="month", digits=0))
            for key, (value, words) in spans.items()
        })  # fmt: skip

    def recruited(self, calendar: Results) -> Results:
        """Patients a month that enrolment implies, by the months of the abstract and of the record."""
        enrolled = self.report.values("enrolled")[0]
        months = {"abstract": "left-abstract", "registry": "left-registry", "literal": "abstract"}
        return Results({
            key: Result(made(design.months_between, enrolled / calendar[row].value,
                             method="calendar arithmetic", statistic="patients per month",
                             n=int(enrolled)),
                        About(self.report.id, parameter=calendar[row].about.parameter, digits=1))
            for key, row in months.items()
        })  # fmt: skip

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        rows = []
        for item, fact, claim in PAIRS:
            found = self.facts[fact]
            said = f"“{self.report.claim(claim).quote}”" if claim else "–"
            value = found.text or f"{found.values[0]:g}"
            rows.append([escape(text) for text in (item, said, value, found.note)])
        caption = "The abstract beside the registry's record, as a mirror has it"
        header = ["Item", "Abstract", "Record", "Comparison"]
        html = markup.table_html(header, rows, caption=caption, label="reported")
        return Html(html, "\n".join([caption, *(" | ".join(r) for r in rows)]))._repr_mimebundle_()


def registry_record(report: Report) -> RegistryRecord:
    """The registry's facts about the trial of a report."""
    return RegistryRecord(report, {f.id: f for f in load_registry() if f.study == report.id})


def printed_doses(report: Report) -> Results:
    """The high dose read as it is printed, and its ratio to the low one."""
    high, low = report.values("high-dose", "low-dose")
    return Results({
        "as-printed": Result(
            made(read_literally, read_literally(high), method="as printed, read literally",
                 statistic="dose"),
            About(report.id, parameter="High dose", unit="cells/kg", digits=0)),
        "ratio": Result(
            made(read_literally, high / low, method="ratio of printed doses", statistic="ratio"),
            About(report.id, parameter="High over low dose", digits=0)),
    })  # fmt: skip


def read_literally(mantissa: float) -> float:
    """A dose "1.5 × 10/kg" whose exponent is lost, read as it stands: 15 cells/kg."""
    return mantissa * 10
