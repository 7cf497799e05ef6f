"""An analysis and a study in, the cells that the study has the data for out, with what is missing.

`needs` in a file's header or on a heading (`+++ {"needs": ["cd8"]}`) names what it needs: a table,
role, group or column as `Study.has` knows them (`measure`: a change to lead with), `comparison` (more
than one arm), `single-arm`, `doses`, `plan`, `strata`, `planned-pairs`, `further-sets`, `planned-times`,
`competing`, `below-limit`, `log-scale`, `responses`, `adjusted-responses`, `counts`, `margins`, `events`,
`visit-times` (events seen at a few common visits) or `half-life` (enough donor cells above the limit).
A heading's section ends before the next heading of its level or above. What a study lacks is left out
whole, never woven in two voices. A section marked `for: book` in the same way is about the published
reports and stands in their book only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from nbformat import NotebookNode

from helpers import derive
from helpers.analyse import landmarks
from helpers.derive import chimerism, frames, upper
from helpers.errors import EditionError
from helpers.present.words import level_text
from helpers.study import COMPARED, LEAST, Study

HEADING = re.compile(r"^(#{1,6}) ", re.MULTILINE)
NAME = "{{study}}"  # stands for the study's short name in an analysis' text
LEVEL = "{{level}}"  # for the level of its intervals: 95%
MEASURE = "{{measure}}"  # and for the measure that its pages of changes lead with
# roles of the published trials: who has none of them is not told that these are missing
PUBLISHED = ("cd4", "cd8", "cd4cd8", "hivrna", "chimerism", "half-life", "cytokine")
# roles and groups whose sections take values below a limit as bounds, and know no bound on the other side
BOUNDED = ("hivrna", "chimerism", "cytokine")
REFUSED = "and the analysis of values below a limit knows no bound on the other side"
# nor what has another page or section in its place, or is better not there
UNSAID = (
    "single-arm",
    "planned-pairs",
    "other-measures",
    "above-limit",
    "below-limit",
    "log-scale",
    "other-above",
    "cytokine-above",
    "responses",
    "adjusted-responses",
    "counts",
    "margins",
)
# a label is data: what would make it markup, a link or a role comes out as text
LITERAL = str.maketrans({c: f"\\{c}" for c in "\\`*_{}[]<>$#|~"})
UNLIKE = f"a change in {LEAST} subjects of every arm, not the same in all of an arm"
WORDS = {
    "adae": "treatment-emergent adverse event (adae)",
    "adlb": "table of laboratory values (adlb)",
    "adtte": "table of times to event (adtte)",
    "trtdurd": "duration of observation (TRTDURD in adsl)",
    "astdy": "study day of its adverse events (ASTDY in adae)",
    "measure": f"parameter with {UNLIKE}",
    "other-measures": f"further parameter with {UNLIKE}",
    "cd4": f"change of the CD4 count in {LEAST} subjects of every arm",
    "cd8": f"change of the CD8 count in {LEAST} subjects of every arm",
    "cd4cd8": f"change of the CD4/CD8 ratio in {LEAST} subjects of every arm",
    "hivrna": "HIV RNA",
    "cytokine": "parameter of the group cytokine",
    "response-endpoint": "time to response",
    "failure-endpoint": "time to failure",
    "chimerism": "donor cells (chimerism) measured after baseline",
    "half-life": "donor cells above the limit often enough for a half-life",
    "comparison": "second arm",
    "single-arm": "single arm",
    "doses": "dose of every arm",
    "plan": "strata, covariates, centre, comparisons or imputed values in the block [analysis] of its "
    "study.toml",
    "further-sets": "further sets (also) in the block [populations] of its study.toml",
    "planned-pairs": "comparisons or pairs of arms in the block [analysis] of its study.toml",
    "strata": "strata in the block [analysis] of its study.toml",
    "adjusted-times": "strata or covariates in the block [analysis] of its study.toml",
    "adjusted-responses": "strata, covariates or centre in the block [analysis] of its study.toml",
    "planned-times": "strata, covariates, comparisons, pairs, weights or ties in the block [analysis] of its "
    "study.toml",
    "competing": "competing event beside an event",
    "above-limit": "value above an upper limit",
    "below-limit": "value below a limit of quantification",
    "log-scale": "measure whose logarithms are analysed",
    "other-above": "value above an upper limit of another parameter",
    "responses": "block [responses.NAME] in its study.toml",
    "counts": "block [counts.NAME] in its study.toml",
    "margins": "margin in its study.toml",
    "cytokine-above": "value above an upper limit of a cytokine",
    "events": "event in its times to event",
    "visit-times": "event time that several subjects share, as at visits",
}

# the table that a need is about
TABLE_OF: Mapping[str, str] = {
    "measure": "adlb",
    **dict.fromkeys(("events", "visit-times", "competing"), "adtte"),
}

# whose values above an upper limit a section is about
ABOVE: Mapping[str, Callable[[Study], Sequence[str]]] = {
    "above-limit": lambda study: [study.measure] if study.measure else [],
    "other-above": lambda study: study.other_measures,
    "cytokine-above": lambda study: [
        role for role, p in study.config.parameters.items() if p.group == "cytokine"
    ],
}


def fitting_cells(
    cells: Sequence[NotebookNode], study: Study
) -> tuple[list[NotebookNode], list[str]]:
    """The cells that stay, and for each section left out what the study has not."""
    kept, missing = kept_cells(cells, study)
    return [named(cell, study) for cell in kept], said(missing, study)


def said(missing: Sequence[str], study: Study) -> list[str]:
    """What is worth saying of what is missing: not the published trials' roles to another field."""
    field = any(study.has(need) for need in PUBLISHED if need not in COMPARED)
    field = field or not set(PUBLISHED).isdisjoint(study.config.parameters)
    unsaid = {*UNSAID, *(() if field else PUBLISHED)}
    return [m for m in missing if m not in {_lacks(need) for need in unsaid}]


def concerns(needs: Sequence[str] | str, study: Study) -> bool:
    """Whether study.toml, read alone, names what a page is about; of donor cells and cytokines it may not."""
    needs = needs.split() if isinstance(needs, str) else needs
    known = study.config.parameters
    named = {*known, *(p.group for p in known.values())}
    return all(need in named for need in needs if need in PUBLISHED)


def kept_cells(cells: Sequence[NotebookNode], study: Study) -> tuple[list[NotebookNode], list[str]]:
    """The very cells that stay, as they are, and for each section left out what the study has not."""
    return _without(cells, lambda cell: lacking(cell.metadata.get("needs", []), study))


def everybodys_cells(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """The cells of a page that are not about the published reports alone."""
    return _without(cells, lambda cell: cell.metadata.get("for", ""))[0]


def _without(
    cells: Sequence[NotebookNode], reason_of: Callable[[NotebookNode], str]
) -> tuple[list[NotebookNode], list[str]]:
    """The cells outside sections that have a reason to go, and these reasons."""
    kept: list[NotebookNode] = []
    missing: list[str] = []
    skipping = 0  # level of the heading whose section is left out
    for cell in cells:
        level = heading_level(cell)
        if skipping and level and not cell.source.lstrip().startswith(("#", "(")):
            raise EditionError(
                "an analysis: expected +++ before the heading after a section with needs, found it in "
                f"one cell with what goes: {cell.source[:60]!r}"
            )
        if skipping and level and level <= skipping:
            skipping = 0
        if not skipping and (reason := reason_of(cell)):
            missing.append(reason)
            skipping = level or 7
        if not skipping:
            kept.append(cell)
        elif skipping == 7:
            skipping = 0
    return kept, list(dict.fromkeys(missing))


def heading_level(cell: NotebookNode) -> int:
    """Level of the first heading of a text cell, 0 without one."""
    found = HEADING.search(cell.source) if cell.cell_type == "markdown" else None
    return len(found[1]) if found else 0


def lacking(needs: Sequence[str] | str, study: Study) -> str:
    """Why the study cannot fill these needs, "" if it can."""
    needs = needs.split() if isinstance(needs, str) else needs
    absent = [need for need in needs if not has(study, need)]
    if absent:
        return _lacks(_absent(absent[0], study))
    refused = [need for need in needs if need in BOUNDED and _all_above(study, need)]
    return f"values of every {refused[0]} lie above an upper limit, {REFUSED}" if refused else ""


def _all_above(study: Study, need: str) -> bool:
    """Whether each parameter that plays a role, or is of a group, has values above an upper limit."""
    known = study.config.parameters.items()
    roles = [role for role, p in known if need in (role, p.group)]
    return all(upper.has_above(study, role) for role in roles)


def _lacks(need: str) -> str:
    return f"the study has no {WORDS.get(need, need)}"


def _absent(need: str, study: Study) -> str:
    """What is missing of a need: the table that it is about, where the study has not even that."""
    table = TABLE_OF.get(need, "adsl")
    return need if study.has(table) else table


def has(study: Study, need: str) -> bool:
    """Whether the study has what `need` names."""
    return HAS[need](study) if need in HAS else study.has(need)


def _has_plan(study: Study) -> bool:
    plan = study.config.analysis
    return bool(plan.columns or plan.comparisons or plan.imputed or plan.pairwise
                or study.config.populations.also)  # fmt: skip


def _plans_times(study: Study) -> bool:
    plan = study.config.analysis
    unusual = plan.weights != "log-rank" or plan.ties != "efron"
    return bool(plan.strata or plan.covariates or plan.comparisons or plan.pairwise or unusual)


def _has_below(study: Study) -> bool:
    """Whether a value of the measure counts as its lower limit; the viral load has a section of its own."""
    if not study.measure or study.measure == "hivrna":
        return False
    return bool(derive.values(study.of("changes"), study.measure)["BLQFL"].any())


def _has_logs(study: Study) -> bool:
    """Whether changes of the measure are those of decimal logarithms."""
    if not study.measure:
        return False
    scale = study.parameter(study.measure).scale
    return scale == "log10" or frames.are_logarithms(study, study.measure)


def _has_above(study: Study, need: str) -> bool:
    return any(upper.has_above(study.of("changes"), role) for role in ABOVE[need](study))


def _has_times(study: Study, need: str) -> bool:
    return study.has("adtte") and any(_events(study, role, need) for role in study.config.endpoints)


def _has_donor_cells(study: Study, enough: Callable[[Study, str], bool]) -> bool:
    return study.has("chimerism") and enough(study.of("changes"), "chimerism")


HAS: dict[str, Callable[[Study], bool]] = {  # beside the tables and roles that `Study.has` knows
    "comparison": lambda study: len(study.arms) > 1,
    "single-arm": lambda study: len(study.arms) == 1,
    "doses": lambda study: all(arm.dose is not None for arm in study.config.arms),
    "plan": _has_plan,
    "further-sets": lambda study: bool(study.config.populations.also),
    "planned-pairs": lambda study: bool(
        study.config.analysis.comparisons or study.config.analysis.pairwise
    ),
    "strata": lambda study: bool(study.config.analysis.strata),
    "responses": lambda study: bool(study.config.responses),
    "counts": lambda study: bool(study.config.counts),
    "margins": lambda study: bool(study.config.margins),
    "below-limit": _has_below,
    "log-scale": _has_logs,
    "adjusted-times": lambda study: bool(
        study.config.analysis.strata or study.config.analysis.covariates
    ),
    "adjusted-responses": lambda study: bool(study.config.analysis.columns),
    "planned-times": _plans_times,
    "chimerism": partial(_has_donor_cells, enough=chimerism.measured_later),
    "half-life": partial(_has_donor_cells, enough=chimerism.has_a_course),
    **{need: partial(_has_times, need=need) for need in ("events", "visit-times", "competing")},
    **{need: partial(_has_above, need=need) for need in ABOVE},
}


def _events(study: Study, role: str, need: str) -> bool:
    rows = derive.times(study.of("times"), role)
    seen = rows["TIME"][rows["EVENT"]]
    if need == "visit-times" and study.config.rounding and not study.config.show_subjects:
        return False  # what lies between visits is made of counts, and is not shown
    if need == "competing":
        return len(seen) > 0 and bool(rows["COMPETING"].any())
    return len(seen) > 0 if need == "events" else landmarks.are_visits(seen)


def named(cell: NotebookNode, study: Study) -> NotebookNode:
    """The cell with what the study says where its text has {{study}}, {{measure}} or {{level}}."""
    if cell.cell_type == "markdown":
        said = {NAME: study.short, MEASURE: measure_words(study), LEVEL: level_text(study.level)}
        for name, words in said.items():
            cell.source = cell.source.replace(name, words.translate(LITERAL))
    return cell


def measure_words(study: Study) -> str:
    """The measure of the study in a sentence."""
    if study.measure == "cd4":
        return "CD4 count"
    return study.parameter(study.measure).label if study.measure else ""
