"""Changes of a panel of parameters in, counts of parameters and of what chance does to them out.

A count of markers is no count of patients. What the counts rest on is `analyse.panel`'s.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers import derive, disclosure
from helpers.analyse import groups, multiplicity, paired, panel
from helpers.analyse.estimate import Estimate
from helpers.literate.markers import ALPHA, LEAST_LINKED, MarkerChanges
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.rows import row_key

RULES = {"none": "unadjusted", "benjamini-hochberg": "Benjamini-Hochberg", "holm": "Holm",
         "westfall-young": "Westfall-Young"}  # fmt: skip


def tallies(changes: MarkerChanges, *, seed: int) -> Results:
    """How many markers of each arm are lower, and lower with a P of at most 0.05, by adjustment.

    Of hidden subjects only where the P values themselves are told.
    """
    found = {}
    p_of = {rule: changes.p_values(rule, seed=seed) for rule in RULES}
    for arm, rows in changes.arms():
        lower = falling(rows)
        counts = {"markers": (len(rows.table().columns), "Markers in the panel"),
                  "lower": (len(lower), "Lower than at baseline")}  # fmt: skip
        if changes.study.config.show_subjects:
            mixed = [r for r in lower if (rows.table()[r] > 0).any()]
            counts["mixed"] = (len(mixed), "Lower, and higher in at least one patient")
        for rule, name in RULES.items():
            told = _told(rows, arm, p_of[rule])
            clear = [r for r in lower if r in told and told[r] <= ALPHA]
            if told:
                counts[f"clear-{rule}"] = (len(clear), f"Lower, {name} P at most 0.05")
        found |= {f"{row_key(arm)}.{key}": _count(rows, arm, *count)
                  for key, count in counts.items()}  # fmt: skip
    return Results(found)


def falling(rows: MarkerChanges) -> list[str]:
    """The markers of one arm whose typical change is a fall."""
    return [str(role) for (role,), part in rows.by("parameter").parts()
            if paired.hodges_lehmann(part["LOG"]).value < 0]  # fmt: skip


def _told(rows: MarkerChanges, arm: str, p_of: dict) -> dict[str, float]:
    """P by marker of one arm, of those whose P may be shown."""
    return {role: e.p_value for (of, role), e in p_of.items() if of == arm
            and rows.shown(e, rows.about_group((arm, role))).about.text not in disclosure.UNTOLD}  # fmt: skip


def _count(rows: MarkerChanges, arm: str, count: int, words: str) -> Result:
    found = made(tallies, count, method="counting", statistic="markers")
    return rows.shown(found, _about(rows, arm, words))


def _about(rows: MarkerChanges, arm: str, words: str) -> About:
    return About(rows.study.id, rows.study.label, parameter=words, arm=arm)


def flipped(changes: MarkerChanges, *, seed: int) -> Results:
    """How often so many markers of an arm would be lower if the signs of patients were flipped.

    Rows arm.as-they-are and arm.typical-out: the changes as they are (the exact test of no change)
    and without each marker's typical change (what such a panel does by itself).
    """
    found = {}
    for arm, rows in changes.arms():
        table = rows.table()
        typical = {r: paired.hodges_lehmann(table[r].dropna()).value for r in table}
        kinds = {"as-they-are": table, "typical-out": table - pd.Series(typical)}
        for kind, values in kinds.items():
            tail = panel.joint_null(values.to_numpy(), seed=seed).set_index("at_least")
            for key, (column, least, words) in _questions(rows, arm).items():
                share = made(panel.joint_null, tail.loc[least, column], statistic="probability",
                             method="sign flips of patients", n=_patients(rows))  # fmt: skip
                name = f"{row_key(arm)}.{kind}.{key}"
                found[name] = rows.shown(share, _about(rows, arm, words))
    return Results(found)


def _patients(rows: MarkerChanges) -> int:
    """Patients behind the flips; of shown subjects 0, as a share of flips counts nobody."""
    return 0 if rows.study.config.show_subjects else rows.frame["USUBJID"].nunique()


def _questions(rows: MarkerChanges, arm: str) -> dict[str, tuple[str, int, str]]:
    """Column of `joint_null`, number of markers and words of each question of `flipped`."""
    k, fell = len(rows.table().columns), len(falling(rows))
    told = _told(rows, arm, rows.p_values("none"))
    clear = sum(told.get(role, 1.0) <= ALPHA for role in falling(rows))
    asked = {
        "half": ("falls", (k + 1) // 2, "At least half of the markers lower"),
        "seen": ("falls", fell, f"At least {fell} markers lower, as here"),
        "all": ("falls", k, "All markers lower"),
        "one": ("significant", 1, "At least one lower with P at most 0.05"),
    }
    if told:
        words = f"At least {clear} lower with P at most 0.05, as here"
        asked["clear"] = ("significant", clear, words)
    return asked


def links(changes: MarkerChanges) -> Results:
    """Rank correlation of each marker's log change with the gain in CD4 cells, by arm and marker."""
    study = changes.study
    gain = derive.change(study, "cd4", derive.main_visit(study, "cd4")).set_index("USUBJID")["CHG"]
    found = {}
    for values, link in linked(changes, gain).items():
        key = ".".join(row_key(v) for v in values)
        found[key] = changes.shown(link, changes.about_group(values))
    return Results(found)


def linked(changes: MarkerChanges, gain: pd.Series) -> dict[tuple[str, str], Estimate]:
    """The correlations of `links` before anything is held back, where there are enough patients."""
    found = {}
    for values, rows in changes.parts():
        both = rows[["USUBJID", "LOG"]].assign(GAIN=rows["USUBJID"].map(gain)).dropna()
        spread = min(both["LOG"].nunique(), both["GAIN"].nunique()) > 2
        if len(both) >= LEAST_LINKED and spread:
            level = changes.study.level
            found[values] = groups.correlation(both["LOG"], both["GAIN"], level=level)
    return found


def link_counts(found: Results) -> Results:
    """Of shown correlations, by arm: how many, how many intervals include 0, their typical width."""
    out = {}
    for arm in dict.fromkeys(key.split(".")[0] for key in found):
        rows = [r for r in found[arm].values() if not np.isnan(r.value)]
        if not rows:
            continue
        low, high = (
            np.array([getattr(r.estimate, end) for r in rows]) for end in ("lower", "upper")
        )
        about = About(rows[0].about.study, rows[0].about.label, arm=rows[0].about.arm)
        counts = {"all": (len(rows), "correlations", "Correlations"),
                  "open": (((low < 0) & (high > 0)).sum(), "correlations",
                           "Intervals that include 0"),
                  "width": (np.median(high - low), "median width of the interval",
                            "Typical width of an interval")}  # fmt: skip
        for key, (value, statistic, words) in counts.items():
            estimate = made(link_counts, value, method="counting", statistic=statistic)
            out[f"{arm}.{key}"] = Result(estimate, About(**{**vars(about), "parameter": words}))
    return Results(out)


def links_adjusted(changes: MarkerChanges) -> Results:
    """The P values of `links` after Holm's adjustment for all of an arm."""
    study, out = changes.study, {}
    gain = derive.change(study, "cd4", derive.main_visit(study, "cd4")).set_index("USUBJID")["CHG"]
    for _, rows in changes.arms():
        found = linked(rows, gain)
        p = multiplicity.adjust([e.p_value for e in found.values()]) if found else []
        for (values, link), value in zip(found.items(), p, strict=True):
            estimate = made(multiplicity.adjust, value, method="holm", n=link.n,
                            statistic="adjusted p-value", p_value=float(value))  # fmt: skip
            key = ".".join(row_key(v) for v in values)
            out[key] = changes.shown(estimate, changes.about_group(values))
    return Results(out)
