"""Arms of a size, a rule of entry, a study in, the charts of chapter 1 out; nothing is estimated."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import pandas as pd

from helpers import derive
from helpers.assumptions import Assumption
from helpers.literate.detectable import Arms
from helpers.literate.entry_rule import EntryRule
from helpers.literate.outcome import Result, Results
from helpers.literate.rows import Sentence, visit_words
from helpers.literate.trial import Measure, Trial
from helpers.present import charts_design, charts_rising
from helpers.present.charts_design import flow_boxes
from helpers.rounding import per_cent, to_decimals


def power_of_fisher(arms: Arms, everybody: Results) -> alt.LayerChart:
    """Power by the treated arm's true response, for arms of this size, twice and four times it.

    What arms of this size miss when every treated patient responds stands at the axis' end.
    """
    curve = arms.over_rates()
    value = everybody["all"].value
    named = charts_rising.names_beside(curve, x="rate", y="power", series="size")
    # the first name says of what its number is: the others have less room
    named.loc[1:, "size"] = named.loc[1:, "size"].str.removesuffix(" an arm")
    marks = pd.DataFrame([(100, value, "")], columns=["rate", "power", "text"])
    rising = charts_rising.chart_rising(
        curve, x="rate", y="power", series="size", marks=marks, aim=0.8, percent=True,
        name_at=named, x_title="true response in the treated arm, %",
        y_title="power, Fisher's exact test",
    )  # fmt: skip
    missed = f"{per_cent(everybody['missed'].value)}\nmissed"
    chart = rising + charts_rising.chart_gap(100, value, 1.0, missed)
    return chart.properties(width=rising.width - charts_rising.BESIDE, height=rising.height)


def lucky_trials(arms: Arms, lucky: Results) -> alt.LayerChart:
    """What significant trials report by the true rise, beside the truth."""
    point = [(lucky["truth"].value, lucky["reported"].value, "")]
    return charts_rising.chart_rising(
        arms.over_truths(), x="truth", y="report", series="series",
        marks=pd.DataFrame(point, columns=["truth", "report", "text"]),
        x_title="true rise of the response, percentage points",
        y_title="mean rise in significant trials, points",
    )  # fmt: skip


def rise_by_selection(
    rule: EntryRule, rises: Results, cv: Assumption, screened: Assumption
) -> alt.LayerChart:
    """The rise without treatment by the noise of a count, a curve for each number of low counts."""
    marks = [
        (100 * cv.value, r.value, f"{to_decimals(r.value, 1):.1f}")
        for r in rises["typical"].values()
    ]
    return charts_rising.chart_rising(
        rule.over_cv(screened), x="cv", y="rise", series="counts",
        marks=pd.DataFrame(marks, columns=["cv", "rise", "text"]),
        x_title="within-person coefficient of variation of the CD4 count, %",
        y_title="mean rise without any change, cells/µL",
    )  # fmt: skip


def flow(
    measure: Measure, everybody: Results, enrolled: Results, measured: Results
) -> alt.LayerChart | Sentence:
    """Who is in each arm, and who has a value at baseline, the primary and the last visit.

    `measured`: by arm and visit. A visit that is the same as the one before is left out. Where
    nobody is missing at any of them, a sentence says so: boxes would repeat one number.
    """
    study, role = measure.study, measure.role
    stages = (
        study.config.visits.baseline,
        derive.main_visit(study, role),
        derive.visits(study, role)[-1],
    )
    words = [visit_words(study, visit) for visit in stages]
    rows = [("", "", r) for r in everybody.values()]
    rows += [(r.about.arm, "", r) for r in enrolled.values()]
    seen = [(r.about.arm, when, r) for when in dict.fromkeys(words)
            for r in measured.where(visit=when).values()]  # fmt: skip
    if nobody_missing(enrolled, [r for *_, r in seen], visits=len(dict.fromkeys(words))):
        when = ", ".join(dict.fromkeys(words))
        return Sentence(f"Nobody is missing: every patient of every arm has a value at {when}.")
    rows += seen
    counts = pd.DataFrame([(arm, when, r.value, r.about.text, study.label) for arm, when, r in rows],
                          columns=["arm", "visit", "value", "text", "label"])  # fmt: skip
    boxes = flow_boxes(counts, arms=study.arms)
    return charts_design.chart_flow(boxes).properties(usermeta={"study": study.short})


def nobody_missing(enrolled: Results, seen: Sequence[Result], *, visits: int) -> bool:
    """Whether each arm has at each of the visits the number enrolled, and no number is withheld."""
    size = {r.about.arm: r.value for r in enrolled.values()}
    shown = not any(r.about.text for r in (*enrolled.values(), *seen))
    whole = all(r.value == size.get(r.about.arm) for r in seen)
    return shown and whole and len(seen) == visits * len(size)


def coverage(trial: Trial, seen: Results) -> alt.LayerChart:
    """What was measured when, and in what share of the subjects; `seen`: rows "role.visit"."""
    unit = trial.study.config.visits.unit
    rows = [(r.about.parameter, float(key.partition(".")[2]), r.value) for key, r in seen.items()]
    frame = pd.DataFrame(rows, columns=["parameter", "visit", "value"]).dropna()
    return charts_design.chart_coverage(frame, x_title=f"{unit}s").properties(
        usermeta={"study": trial.study.short}
    )
