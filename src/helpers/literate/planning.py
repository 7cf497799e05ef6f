"""What one study found in, what a next trial would take, out: sizes, power, assurance, visits.

Results of a study give Results of a plan, so that nothing is planned from more than may be shown.
Two arms of one size, two-sided tests at 5%, nobody lost.
"""

from __future__ import annotations

import math
from dataclasses import replace

import altair as alt
import numpy as np
import pandas as pd
from scipy import special

from helpers import derive
from helpers.analyse import assurance, design, groups, proportions, sample_size
from helpers.analyse.estimate import Estimate
from helpers.literate.changes import Changes, on_scale
from helpers.literate.next_aait import AIM
from helpers.literate.outcome import Result, Results, made
from helpers.literate.rows import Charts, without_hidden_n
from helpers.literate.trial import Measure
from helpers.present import charts_lines
from helpers.rounding import per_cent, share_decimals, short

PARTS = {"need": (1.0, "the difference as estimated"), "half": (0.5, "half of it")}
MULTIPLES = (0.2, 0.35, 0.5, 0.8)  # true differences, in standard deviations
MOST = 10**6  # patients an arm, where none would do


def differences(change: Changes) -> Results:
    """Adjusted difference of each arm from the reference in the change, by arm."""
    reference = change.study.reference
    found = groups.ancova(change.frame, outcome="CHG", baseline="BASE", arm="ARM",
                          reference=reference, level=change.study.level)  # fmt: skip
    about = replace(change.about, visit=change.visit_words())
    return Results(replace(change, groups=(), about=about).named((), found, reference=reference))


def confirming(gaps: Results, spread: Result) -> Results:
    """`need` and `half`: patients an arm for 90% power at each difference and at half of it.

    `sure`: the chance that a trial of the first size succeeds, over what the estimate leaves open.
    """
    out = {}
    for arm, gap in gaps.items():
        for name, (part, words) in PARTS.items():
            found = _patients(part * gap.value, spread.value, AIM, n=gap.n)
            words = f"Patients an arm for 90% power: {words}"
            out[f"{name}.{arm}"] = _planned(gap, found, words)
        size = _size(out[f"need.{arm}"])
        sure = replace(_assured(gap, spread, size, _error(gap, len(gaps) + 1)), n=gap.n)
        words = "Chance that a trial of the first size succeeds"
        out[f"sure.{arm}"] = _planned(gap, sure, words, unit="proportion")
    return Results(out)


def unseen_harm(plan: Results) -> Results:
    """The upper limit of a harm's rate that none of the treated has, by arm, in the trials of `plan`."""
    out = {}
    for arm, need in plan["need"].items():
        if _size(need) < MOST:
            none = proportions.zero_event_upper(_size(need))
            words = "A harm that none of the treated in such a trial has"
            about = _planned(need, none, words, unit="proportion").about
            out[arm] = Result(none, replace(about, digits=share_decimals(none.upper)))
    return Results(out)


def _planned(gap: Result, found: Estimate, words: str, *, unit: str = "") -> Result:
    about = replace(gap.about, parameter=words, unit=unit, digits=0, text="")
    return without_hidden_n(Result(found, about))


def _patients(difference: float, sd: float, power: float, *, n: int) -> Estimate:
    if not (difference and sd > 0 and math.isfinite(difference * sd)):
        return made(sample_size.patients_for_mean, math.nan, statistic="patients per arm",
                    method="two-sample t", n=n)  # fmt: skip
    found = sample_size.patients_for_mean(difference=difference, sd=sd, power_wanted=power)
    return replace(found, n=n)


def _size(need: Result) -> int:
    return int(need.value) if math.isfinite(need.value) else MOST


def _error(gap: Result, arms: int) -> float:
    """Standard error behind the t interval of an adjusted difference in a study of so many arms.

    As of a normal one where the number of patients is held back: else it would tell it.
    """
    found = gap.estimate
    degrees = found.n - arms - 1 if found.n else math.inf
    tail = (1 + found.level) / 2
    return (found.upper - found.lower) / (2 * float(special.stdtrit(degrees, tail)))


def _assured(gap: Result, spread: Result, size: int, error: float) -> Estimate:
    if not math.isfinite(error * gap.value * spread.value):
        return made(assurance.assurance_mean, math.nan, statistic="assurance",
                    method="two-sample t")  # fmt: skip
    return assurance.assurance_mean(size, size, mean=abs(gap.value), mean_sd=error, sd=spread.value)


def success_curves(gaps: Results, spread: Result, plan: Results) -> Charts:
    """Power at the estimate and the chance of success by patients an arm, one chart an arm."""
    out = Charts()
    for arm, gap in gaps.items():
        size, error = _size(plan[f"need.{arm}"]), _error(gap, len(gaps) + 1)
        if size == MOST or not math.isfinite(error):
            continue
        chart = _curve(gap, spread, size, error)
        out[arm] = chart.properties(usermeta={"endpoint": gap.about.arm, "study": gap.about.study})
    return out


def _curve(gap: Result, spread: Result, size: int, error: float) -> alt.LayerChart:
    names = {0.0: "if the estimate is the truth", error: "over what the estimate leaves open"}
    sizes = sorted({int(s) for s in np.geomspace(4, max(8, 3 * size), 30)})
    rows = [{"size": n, "success": _assured(gap, spread, n, e).value, "series": name}
            for e, name in names.items() for n in sizes]  # fmt: skip
    frame = pd.DataFrame(rows)
    # at the right both lines are high, and near each other: their names stand in the room below, each
    # after a stroke as its line has
    words = frame[frame["size"] == sizes[-1]].assign(align="right", success=[0.3, 0.19])
    words["text"] = [f"{stroke} {name}" for stroke, name in zip("—┄", names.values(), strict=True)]
    return charts_lines.chart_labelled_lines(
        frame, words, x="size", y="success", series="series", percent=True,
        mark=(size, f"{size} an arm"), x_title="patients an arm",
        y_title="chance that the trial succeeds",
    )  # fmt: skip


def over_effects(spread: Result) -> Results:
    """Patients an arm for 80% and 90% power by the true difference, in the study's own spread."""
    out = {}
    for multiple in MULTIPLES:
        gap = multiple * spread.value
        unit = spread.about.unit
        for power in (0.8, AIM):
            found = _patients(gap, spread.value, power, n=spread.n)
            about = replace(spread.about, parameter=f"A true difference of {short(gap, 3)} {unit}",
                            unit="", arm=f"{per_cent(power)} power", digits=0)  # fmt: skip
            out[f"{100 * multiple:.0f}.{100 * power:.0f}"] = Result(found, about)
    return Results(out)


def if_part(mean: Result, spread: Result) -> Results:
    """Patients an arm if all, half or a quarter of a single arm's mean change is the treatment's."""
    out = {}
    for part in (1.0, 0.5, 0.25):
        found = _patients(part * mean.value, spread.value, AIM, n=mean.n)
        words = f"{per_cent(part)} of the mean change is the treatment's"
        about = replace(mean.about, parameter=words, arm="Patients an arm", unit="", digits=0)
        out[f"{100 * part:.0f}"] = Result(found, about)
    return Results(out)


def worth_of_visits(measure: Measure) -> Results:
    """`sd`: spread that the baseline leaves of the mean of the last values; `share`: patients.

    By the number of visits that are averaged, from the primary one back to half of its time, among
    subjects seen at all of them; the patients relative to a single value, the same subjects. Logarithms
    where the changes are those of logarithms.
    """
    wide, visits = _seen_at_all(measure)
    rows = replace(measure, groups=(), about=on_scale(measure))
    out: dict[str, Result] = {}
    for k in range(1, len(visits) + 1):
        values = wide[visits[-k:]].mean(axis=1)
        found = design.adjusted_sd(
            values - wide["BASE"], wide["BASE"], wide["ARM"], level=measure.study.level
        )
        if k == 1:
            first = found.value
        for name, estimate in {
            "sd": found,
            "share": replace(
                found,
                statistic="patients against one value",
                value=(found.value / first) ** 2,
                lower=math.nan,
                upper=math.nan,
            ),
        }.items():
            about = replace(
                rows.about, parameter=f"Mean of the last {k}" if k > 1 else "Last value"
            )
            shown = rows.shown(estimate, about)
            if name == "share":
                shown = replace(shown, about=replace(shown.about, unit="proportion", digits=0))
            out[f"{name}.{k}"] = shown  # fmt: skip
    return Results(out)


def _seen_at_all(measure: Measure) -> tuple[pd.DataFrame, list[float]]:
    base = derive.main_visit(measure.study, measure.role)
    first = measure.study.config.visits.baseline
    frame = _on_scale(measure, measure.frame, "AVAL")
    after = sorted(v for v in frame["VISIT"].dropna().unique() if first < v <= base <= 2 * v)
    wide = frame[frame["VISIT"].isin(after)].pivot_table(
        index=["USUBJID", "ARM"], columns="VISIT", values="AVAL", observed=True
    )
    start = _on_scale(measure, derive.change(measure.study, measure.role, base), "BASE")
    start = start.set_index("USUBJID")["BASE"]
    wide = wide.reset_index("ARM").assign(BASE=start).dropna()
    return wide, after  # fmt: skip


def _on_scale(measure: Measure, rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """The rows with the logarithm of a column of values, where the measure is analysed so."""
    if measure.study.parameter(measure.role).scale != "log10":
        return rows
    return rows.assign(**{column: derive.logarithms(measure.study, measure.role, rows[column])})


def events(ratios: Results) -> Results:
    """Events in both arms together that show each hazard ratio with 90% power, and half its logarithm."""
    out = {}
    for row, ratio in ratios.items():
        for name, part in {"need": 1.0, "half": 0.5}.items():
            words = {"need": "the ratio as estimated", "half": "half of its logarithm"}[name]
            parameter = f"{ratio.about.parameter}: {words}"
            about = replace(ratio.about, parameter=parameter, unit="", digits=0)
            out[f"{name}.{row}"] = without_hidden_n(Result(_events(ratio, part), about))
    return Results(out)


def _events(ratio: Result, part: float) -> Estimate:
    if not 0 < ratio.value < math.inf or ratio.value == 1:
        return made(sample_size.events_for_hazard_ratio, math.nan, statistic="events",
                    method="log-rank", n=ratio.n)  # fmt: skip
    return replace(sample_size.events_for_hazard_ratio(ratio.value**part), n=ratio.n)
