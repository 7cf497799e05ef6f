"""Printed percentages and registered sizes in, what trials of these sizes can promise, out.

Nothing about patients is assumed but the weight that a reader gives to the printed counts.
"""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from helpers.analyse import assurance, power, sample_size
from helpers.analyse.proportions import clopper_pearson, patients_to_exclude, zero_event_upper
from helpers.assumptions import assume
from helpers.future import deaths
from helpers.literate.literature import literature
from helpers.literate.next_aait import AIM, ATLAS_TRIALS, NORMAL, TRIALS
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.split import Split

SIZES = (*range(10, 60, 5), *range(60, 201, 10))
NAMES = {"certain": "if these rates are true", "all": "as sure as the printed counts",
         "quarter": "a quarter as sure"}  # fmt: skip


def aim() -> Result:
    """The power that sizes are worked out for."""
    found = made(sample_size.patients_for_mean, AIM, statistic="power", method="as planned")
    words = "Power that sizes are worked out for"
    return Result(found, About(parameter=words, unit="proportion", digits=0))


def beliefs(split: Split, weight: float) -> list[tuple[float, float]]:
    """Beta distributions after the printed counts, each patient counted as `weight` of one."""
    return [(0.5 + weight * x, 0.5 + weight * (n - x))
            for x, n in zip(split.responders, split.sizes, strict=True)]  # fmt: skip


def face_value(split: Split) -> Results:
    """`naive`: patients an arm if the printed percentages are true."""
    (x1, x2), (n1, n2) = split.responders, split.sizes
    found = sample_size.patients_for_fisher(x1 / n1, x2 / n2, power_wanted=AIM)
    return Results({"naive": Result(found, replace(split.base, digits=0))})


def sure_of(split: Split, size: int, *, weight: float = 1.0) -> Results:
    """`sure`: chance of success with `size` an arm; `ceiling`: with endless many.

    `weight` below 1 is a reader's doubt of the printed counts.
    """
    held = beliefs(split, weight)
    about = replace(split.base, unit="proportion", digits=0,
                    visit=f"printed counts with weight {weight:g}")  # fmt: skip
    return Results({"sure": Result(assurance.assurance_fisher(*held, size, size), about),
                    "ceiling": Result(assurance.belief_of_benefit(*held), about)})  # fmt: skip


def doubted(split: Split, size: int) -> Results:
    """The same for who counts each printed patient as half of one, or as a quarter."""
    low, half = (assume("printed-counts-weight").low, assume("printed-counts-weight").value)
    return Results({**sure_of(split, size, weight=half).under("half"),
                    **sure_of(split, size, weight=low).under("quarter")})  # fmt: skip


def face_curves(split: Split) -> pd.DataFrame:
    """Chance of success by size: the percentages true, as sure as the counts, a quarter as sure."""
    (x1, x2), (n1, n2) = split.responders, split.sizes
    low = assume("printed-counts-weight").low
    rows = []
    for n in SIZES:
        found = {"certain": power.power_proportions_fisher(x1 / n1, x2 / n2, n, n),
                 "all": assurance.assurance_fisher(*beliefs(split, 1.0), n, n),
                 "quarter": assurance.assurance_fisher(*beliefs(split, low), n, n)}  # fmt: skip
        rows += [(n, e.value, NAMES[k]) for k, e in found.items()]
    frame = pd.DataFrame(rows, columns=["size", "success", "series"])
    return frame.sort_values("series", key=lambda s: s.map(list(NAMES.values()).index),
                             kind="stable")  # fmt: skip


def can_find(record: str) -> Results:
    """`arm`: patients an arm of a registered trial, its arms equal; `detects`: what they find.

    In standard deviations of whatever is compared, 80% power, two-sided t test at 5%.
    """
    facts = literature(record)
    n = int(facts[f"{record}.planned"].value) // int(facts[f"{record}.arms"].value)
    about = About(parameter="Patients an arm, if the arms are equal", arm=record)
    size = made(literature, n, statistic="count", method="equal arms")
    found = power.detectable_difference_mean(n, n, sd=1.0)
    detects = replace(about, parameter="Smallest difference found with 80% power", unit="SD")
    return Results({"arm": Result(size, about), "detects": Result(found, detects)})


def half_of(record: str) -> Result:
    """Patients an arm of a registered trial if it has two equal ones."""
    n = int(literature(record)[f"{record}.planned"].value) // 2
    found = made(literature, n, statistic="count", method="half of the patients")
    return Result(found, About("aait", parameter="Patients an arm, if two equal ones", digits=0))


def of_more(counted: int, told: int, treated: int) -> Results:
    """What `counted` of `told` patients would be among `treated`, those not told of without it."""
    about = About("aait", parameter="Patients of whom the abstract tells", unit="proportion")
    silent = replace(about, parameter="Patients of whom it does not tell")
    return Results({"told": Result(clopper_pearson(counted, told), about),
                    "treated": Result(clopper_pearson(counted, treated), about),
                    "silent": Result(made(of_more, 1 - told / treated, n=treated,
                                          method="counting", statistic="proportion"), silent)})  # fmt: skip


def none_harmed(n: int) -> Results:
    """What none of `n` leaves open about a harm's rate; patients that exclude one in a hundred."""
    about = About(
        "aait", "simulated", "A harm that none of the treated has", "proportion", digits=1
    )
    words = "Patients without a case that exclude one in a hundred"
    return Results({"none": Result(zero_event_upper(n), about),
                    "percent": Result(patients_to_exclude(0.01),
                                      About(parameter=words, digits=0))})  # fmt: skip


def events_needed() -> Result:
    """Infections or deaths in both arms together that show the share assumed to be prevented."""
    found = sample_size.events_for_hazard_ratio(1 - assume("lives-saved").value)
    return Result(found, About("aait", "simulated", "Infections or deaths, fewer by that share"))


def drawn() -> Results:
    """Trials drawn a row of the table (`trials`), a point of the map (`map`), the map's worst error."""
    worst = 100 * NORMAL * math.sqrt(0.25 / ATLAS_TRIALS)
    rows = {"trials": (TRIALS, "count", ""), "map": (ATLAS_TRIALS, "count", ""),
            "error": (worst, "half width", "percentage points")}  # fmt: skip
    out = {}
    for key, (value, kind, unit) in rows.items():
        found = made(deaths.success_probability, value, statistic=kind, method="simulation")
        about = About("aait", "simulated", "Monte Carlo trials", unit, digits=1 if unit else 0)
        out[key] = Result(found, about)
    return Results(out)
