"""A study in, the nouns of an analysis out: a `Trial`, its measures and its endpoints; nothing is computed.

`open_study()` takes the study that the run names; in Jupyter `open_study("my_study")` takes a folder,
which is checked as `make check` does and protected as an edition of it would be.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from helpers import derive, disclosure
from helpers.context import current_context
from helpers.derive import courses, upper
from helpers.errors import ChapterError
from helpers.literate import enrolment
from helpers.literate.changes import Changes, all_changes, main_changes
from helpers.literate.donor_cells import Detections, study_detections
from helpers.literate.harms import Events, adverse_events
from helpers.literate.markers import Markers, study_markers
from helpers.literate.measures import Measures
from helpers.literate.outcome import About
from helpers.literate.plan import Plan
from helpers.literate.planned_rates import PlannedCounts
from helpers.literate.recurrences import Recurrences
from helpers.literate.responders import Responders, planned_responses
from helpers.literate.rows import Charts, Rows
from helpers.literate.run import run_study
from helpers.literate.times import Times, study_times
from helpers.literate.viral_load import LogRows, logarithms
from helpers.present import overview
from helpers.study import Study, load_study

__all__ = ["Charts", "Measure", "Rows", "Trial", "open_study"]


def open_study(folder: str | Path | None = None) -> Trial:
    """The study that this run names, or the study folder `folder`.

    Errors: `ChapterError` where neither names one, `StudyError` with every fault of a folder.
    """
    if folder is not None:
        return _as_analysed(load_study(folder))
    with run_study() as found:
        return _as_analysed(load_study(found, check=False))


def _as_analysed(study: Study) -> Trial:
    return Trial(disclosure.thinned(study, current_context().lot))


@dataclass(frozen=True)
class Trial:
    """One study as an analysis holds it.

    Measurements, times and adverse events are those of the populations that study.toml names; who was
    enrolled is everybody.
    """

    study: Study

    @property
    def label(self) -> str:
        """ "observed" or "simulated"."""
        return self.study.label

    @property
    def arms(self) -> list[str]:
        """Arm labels in dose order."""
        return self.study.arms

    @property
    def reference(self) -> str:
        """Label of the reference arm."""
        return self.study.reference

    @property
    def plan(self) -> Plan:
        """What the block [analysis] of study.toml plans."""
        return Plan(self.study)

    def main_measure(self) -> Measure:
        """The measure that the pages of changes lead with: named in study.toml, CD4, or the first."""
        return self.measure(self.study.measure)

    def other_measures(self) -> Measures:
        """The other parameters whose changes the arms can be compared by."""
        return Measures(self.study, {r: self.measure(r) for r in self.study.other_measures})

    def measure(self, role: str) -> Measure:
        """All values of a parameter ("cd4"): USUBJID, ARM, VISIT, AVAL, BLQFL."""
        known = self.study.config.parameters
        if role not in known:
            raise ChapterError(
                f"{self.study.id}: expected a parameter {role!r}, found {sorted(known)}: name one of "
                "them, or add it to study.toml"
            )
        about = About(self.study.id, self.label, known[role].label, known[role].unit)
        study = self.study.of("changes")
        return Measure(study, derive.values(study, role), about, role=role)

    def patients(self) -> Rows:
        """One row a subject, with what adsl says of it."""
        return enrolment.patients(self.study)

    def baseline(self) -> Rows:
        """Numeric characteristics at baseline: PARAMETER, ARM, VALUE."""
        return enrolment.baseline_values(self.study)

    def baseline_flags(self) -> Rows:
        """Characteristics at baseline that a subject has or not: PARAMETER, ARM, FLAG."""
        return enrolment.baseline_flags(self.study)

    def seen(self) -> Rows:
        """Every subject at every visit of every parameter: PARAMETER, ARM, VISIT, SEEN."""
        return enrolment.seen(self.study)

    def detections(self, role: str = "chimerism") -> Detections:
        """What the assay of a parameter showed after treatment, down to its limit."""
        return study_detections(self.study.of("changes"), role)

    def group(self, name: str) -> Markers:
        """All values of the parameters of a group ("cytokine"), as study.toml groups them."""
        return study_markers(self.study.of("changes"), name)

    def times(self) -> Times:
        """The times to every endpoint of the study; `trial.endpoint("response")` for one."""
        return study_times(self.study.of("times"))

    def endpoint(self, role: str) -> Times:
        """The times to one endpoint."""
        return self.times().where(parameter=role)

    def responses(self) -> Responders:
        """The planned responses, one row a subject and response."""
        return planned_responses(self.study.of("changes"))

    def events(self) -> Events:
        """The treatment-emergent adverse events, one row an event."""
        return adverse_events(self.study.of("safety"))

    def counts(self) -> PlannedCounts:
        """The planned counts of adverse events, with each subject's time under observation."""
        return PlannedCounts(self.study.of("safety"))

    def recurrences(self) -> Recurrences:
        """The same counts event by event, on their study days."""
        return Recurrences(self.study.of("safety"))

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return overview.study_summary(self.study)._repr_mimebundle_()


@dataclass(frozen=True)
class Measure(Rows):
    """All values of one parameter, one row a subject and visit."""

    role: str = ""

    def at(self, visit: float) -> Rows:
        """The values at one visit; one row a subject."""
        frame = derive.at_visit(self.study, self.role, visit)
        return Rows(self.study, frame.assign(VISIT=visit), self.about)

    def above(self) -> Rows:
        """ABOVE (True: above an upper limit of quantification), one row a measured value."""
        return Rows(self.study, upper.above(self.study, self.role), self.about)

    def by_thirds(self) -> Rows:
        """Changes in the reference arm, PARAMETER the third of the baseline value."""
        return enrolment.by_thirds(self.changes())

    def changes(self) -> Changes:
        """BASE, AVAL and CHG of each subject at the primary visit of study.toml."""
        return main_changes(self)

    def changes_by_visit(self) -> Changes:
        """The same at every visit after baseline where each arm has enough patients."""
        return all_changes(self)

    def course(self) -> Rows:
        """The values at the visits where each arm has enough patients."""
        return Rows(self.study, courses.course(self.study, self.role), self.about)

    def log10(self) -> LogRows:
        """The values on the log10 scale, those below the limit marked."""
        return logarithms(self)
