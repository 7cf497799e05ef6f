"""Designs that the book has no analysis for, and events that all end at once, each seeded.

As in `faults`: each spoils the sound folder in one way and says which line must name it.
"""

from __future__ import annotations

import numpy as np

from faults import Fault, Folder


def _crossed(folder: Folder) -> None:
    """Measurements after week 24 under the other arm, of Placebo and the low dose."""
    arm = folder.tables["adsl"].set_index("USUBJID")["TRT01A"]
    adlb = folder.tables["adlb"]
    own = adlb["USUBJID"].map(arm)
    late = adlb["ADY"].astype(int) > 200
    other = own.map({"Placebo": "Low dose", "Low dose": "Placebo", "High dose": "High dose"})
    adlb["TRTA"] = np.where(late, other, own)


def _sites_as_arms(folder: Folder) -> None:
    """Practices of four subjects, each of one arm."""
    adsl = folder.tables["adsl"]
    number = adsl.groupby("TRT01A").cumcount() // 4
    adsl["SITEID"] = adsl["TRT01A"].str[0] + (number + 1).astype(str).str.zfill(2)


def _ends_at_once(folder: Folder) -> None:
    frame = folder.tables["adae"]
    frame["AENDY"] = frame["ASTDY"]


def _eighteen_strata(folder: Folder) -> None:
    """Three factors of the plan that take hidden subjects, twenty-four an arm, apart to pairs."""
    folder.say('subject_level = "shown"', 'subject_level = "hidden"')
    adsl = folder.tables["adsl"]
    within = adsl.groupby("TRT01A").cumcount()
    for name, levels in (("STRAT1", 2), ("STRAT2", 3), ("STRAT3", 3)):
        adsl[name] = (within % levels).map({0: "low", 1: "middle", 2: "high"})
        within //= levels
    folder.toml += '\n[analysis]\nstrata = ["STRAT1", "STRAT2", "STRAT3"]\n'


def _one_outside(folder: Folder) -> None:
    """A full analysis set that one hidden subject of an arm is outside."""
    folder.say('subject_level = "shown"', 'subject_level = "hidden"')
    adsl = folder.tables["adsl"]
    adsl["FASFL"] = "Y"
    adsl.loc[adsl.index[adsl["TRT01A"] == "High dose"][0], "FASFL"] = "N"
    folder.toml += '\n[populations]\nchanges = "FASFL"\ntimes = "FASFL"\n'


def _three_in_an_arm(folder: Folder) -> None:
    """A small cohort of hidden subjects, as of a dose escalation."""
    folder.say('subject_level = "shown"', 'subject_level = "hidden"')
    adsl = folder.tables["adsl"]
    gone = adsl.index[adsl["TRT01A"] == "High dose"][3:]
    lost = set(adsl.loc[gone, "USUBJID"])
    for name, frame in folder.tables.items():
        folder.tables[name] = frame[~frame["USUBJID"].isin(lost)].reset_index(drop=True)


DESIGNS = [
    Fault("a cohort of three hidden subjects", _three_in_an_arm, "arm with few hidden subjects", "study.toml",
          None, "arms", "note", "High dose: 3 (threshold 5)"),
    Fault("strata that leave a pair of each arm", _eighteen_strata, "strata with few of an arm", "study.toml",
          None, "analysis.strata", "note", "of 54, as"),
    Fault("a full analysis set without one subject", _one_outside, "set that few hidden subjects are outside",
          "study.toml", None, "populations.changes", "note", "outside FASFL: High dose: 1 (threshold 5)"),
    Fault("a crossover that only the measurements tell", _crossed, "crossover design", "adlb.csv", None,
          "TRTA", "error", "'Placebo' and 'Low dose'", also=("treatment differs from adsl",)),
    Fault("practices of one arm each", _sites_as_arms, "sites assigned as a whole", "adsl.csv", None,
          "TRT01A", "note", "18 sites, each of one arm"),
    Fault("every event ends on its first day", _ends_at_once, "events that all last the same", "adae.csv",
          None, "AENDY", "note", "AENDY = ASTDY + 0"),
]  # fmt: skip
