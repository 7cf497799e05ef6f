"""The spread of a study's changes in, the differences that its arms can find out."""

from __future__ import annotations

from dataclasses import replace

from helpers.analyse import power
from helpers.literate.outcome import Result, Results
from helpers.literate.rows import Rows, row_key

AIMS = {"50": "50% power", "80": "80% power", "90": "90% power"}


def differences(changes: Rows, spread: Result, adjusted: Result) -> Results:
    """Smallest true difference in mean change that each arm against the reference finds; row: aim.arm.

    With 50, 80 and 90% power, at 80% also adjusted for the baseline and with 5% shared by all arms
    (where there are several). Two-sided t test; no row where the spread is not shown.
    """
    study, sizes = changes.study, changes.frame["ARM"].value_counts()
    arms = [a for a in study.arms if a != study.reference
            and min(sizes.get(a, 0), sizes.get(study.reference, 0)) > 1]  # fmt: skip
    aims = {k: (int(k) / 100, 0.05, spread, words) for k, words in AIMS.items()}
    aims["80-adjusted"] = (0.8, 0.05, adjusted, "80% power, adjusted for baseline")
    if len(arms) > 1:
        aims["80-shared"] = (0.8, 0.05 / len(arms), spread, f"80% power, 5% shared by {len(arms)}")
    return Results({
        f"{key}.{row_key(arm)}": _found(changes, arm, sizes, *aim)
        for key, aim in aims.items() for arm in arms if aim[2].value > 0
    })  # fmt: skip


def _found(
    changes: Rows, arm: str, sizes, chance: float, alpha: float, sd: Result, words: str
) -> Result:
    reference = changes.study.reference
    found = power.detectable_difference_mean(
        int(sizes[arm]), int(sizes[reference]), power=chance, sd=sd.value, alpha=alpha
    )
    about = replace(changes.about_group(()), arm=arm, comparator=reference, visit=words)
    return changes.shown(found, about)
