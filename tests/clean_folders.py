"""A seed in, a sound study folder of some design out: nothing in it is a fault, so nothing may be said.

Arms, sizes, visits, scales, sites, endpoints and events vary; every value is drawn, and what is derived
from it is derived rightly. Who leaves early is censored then, and has no later visit or event.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

TERMS = {"Headache": "Nervous system disorders", "Nausea": "Gastrointestinal disorders",
         "Rash": "Skin and subcutaneous tissue disorders", "Cough": "Respiratory disorders",
         "Pneumonia": "Infections and infestations"}  # fmt: skip
# code, label, unit, middle, spread between and within subjects, decimals, lowest, highest
KINDS = [
    ("CD4", "CD4+ T cells", "cells/µL", 350, 120, 40, 0, 5, 3000),
    ("SCORE", "Symptom score", "score", 2, 1.1, 0.5, 0, 0, 4),
    ("PAIN", "Pain", "score", 5, 2, 1, 0, 0, 10),
    ("DEPR", "Depression score", "score", 6, 6, 2, 0, 0, 27),
    ("TEMP", "Temperature", "degC", 36.8, 0.3, 0.3, 1, 34, 42),
    ("SBP", "Systolic blood pressure", "mmHg", 135, 14, 7, 0, 70, 240),
    ("CREAT", "Creatinine", "mg/dL", 0.9, 0.15, 0.06, 2, 0.2, 9),
]


def _subjects(rng: np.random.Generator, arms: list[str], length: int) -> pd.DataFrame:
    sizes = rng.integers(8, rng.choice([12, 30, 70]), len(arms))
    n = int(sizes.sum())
    arm = rng.permutation(np.repeat(arms, sizes))
    left = rng.random(n) < rng.choice([0.0, 0.1, 0.25])
    days = np.where(
        left, rng.integers(max(10, length // 3), length, n), length + rng.integers(-3, 4, n)
    )
    start = pd.Timestamp("2018-01-08") + pd.to_timedelta(rng.integers(0, 500, n), unit="D")
    died = left & (rng.random(n) < rng.choice([0.0, 0.3]))
    end = start + pd.to_timedelta(days - 1, unit="D")
    return pd.DataFrame({
        "STUDYID": "CLEAN", "USUBJID": [f"CLEAN-{i:03d}" for i in range(1, n + 1)],
        "SITEID": rng.integers(1, rng.choice([3, 6]), n).astype(str), "TRT01P": arm, "TRT01A": arm,
        "AGE": rng.integers(19, 70, n), "SEX": rng.choice(["F", "M"], n), "SAFFL": "Y", "ITTFL": "Y",
        "TRTSDT": start.strftime("%Y-%m-%d"), "TRTDURD": days,
        "DTHDT": np.where(died, end.strftime("%Y-%m-%d"), ""),
    })  # fmt: skip


def _values(
    rng, adsl: pd.DataFrame, visits: list[int], unit: int, kinds: list[tuple]
) -> pd.DataFrame:
    """adlb: every parameter at every visit before a subject left, some missed."""
    parts = []
    for code, label, of, middle, spread, noise, digits, low, high in kinds:
        own = middle + rng.normal(0, spread, len(adsl))
        walk = rng.random() < 0.5
        step = rng.normal(0, noise, (len(adsl), len(visits)))
        drawn = own[:, None] + (np.cumsum(step, axis=1) if walk else step)
        drawn = drawn + rng.choice([0.0, 1.0]) * noise * np.arange(len(visits))
        values = np.clip(drawn, low, high).round(digits)
        for k, visit in enumerate(visits):
            seen = (adsl["TRTDURD"] >= visit * unit) & ((rng.random(len(adsl)) > 0.06) | (k == 0))
            day = visit * unit + rng.integers(-2, 3, len(adsl)) * (k > 0)
            parts.append(pd.DataFrame({
                "USUBJID": adsl["USUBJID"], "PARAMCD": code, "PARAM": f"{label} ({of})",
                "AVISIT": "Baseline" if k == 0 else f"Visit {visit}", "AVISITN": visit,
                "ADY": np.where(k == 0, 1, np.minimum(day, adsl["TRTDURD"])), "AVAL": values[:, k],
                "BASE": values[:, 0], "CHG": (values[:, k] - values[:, 0]).round(digits),
                "ABLFL": "Y" if k == 0 else "",
            })[seen.to_numpy()])  # fmt: skip
    order = ["USUBJID", "PARAMCD", "AVISITN"]
    return pd.concat(parts).sort_values(order).assign(STUDYID="CLEAN").reset_index(drop=True)


def _times(
    rng, adsl: pd.DataFrame, unit: int, visits: list[int], *, response: bool
) -> pd.DataFrame:
    """adtte: seen at visits (a response) or on the day (death); else censored at the last day."""
    last = adsl["TRTDURD"] / unit
    if response:
        at = rng.choice(visits[1:], len(adsl)).astype(float)
        event = (rng.random(len(adsl)) < 0.5) & (at <= last)
        time = np.where(event, at, last.round(1))
    else:
        event, time = (adsl["DTHDT"] != "").to_numpy(), last.round(2)
    return pd.DataFrame({"STUDYID": "CLEAN", "USUBJID": adsl["USUBJID"], "PARAMCD": "TTE",
                         "AVAL": time, "CNSR": 1 - event.astype(int)})  # fmt: skip


def _events(rng, adsl: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for who, days in adsl[["USUBJID", "TRTDURD"]].itertuples(index=False):
        for _ in range(rng.poisson(rng.choice([0.3, 1.5, 3]))):
            day, term = int(rng.integers(1, days)), str(rng.choice(list(TERMS)))
            rows.append({"STUDYID": "CLEAN", "USUBJID": who, "AEDECOD": term, "AEBODSYS": TERMS[term],
                         "AESEV": str(rng.choice(["MILD", "MODERATE", "SEVERE"], p=[0.6, 0.3, 0.1])),
                         "AESER": "N", "AEREL": str(rng.choice(["Y", "N"])), "TRTEMFL": "Y",
                         "ASTDY": day, "AENDY": min(day + int(rng.integers(0, 9)), int(days))})  # fmt: skip
    events = pd.DataFrame(rows)
    return events.drop_duplicates(["USUBJID", "AEDECOD", "ASTDY"]) if rows else events


def write(seed: int, folder: Path) -> Path:
    """Write the sound folder of a seed."""
    rng = np.random.default_rng(seed)
    arms = ["Placebo", "Low", "Middle", "High"][: int(rng.integers(1, 5))]
    word, unit = [("week", 7), ("day", 1), ("month", 30.4375)][int(rng.integers(3))]
    grid = {"week": [0, 4, 12, 24, 36, 48], "day": [0, 7, 14, 28, 56], "month": [0, 1, 3, 6, 12]}[
        word
    ]
    visits = grid[: int(rng.integers(3, len(grid) + 1))]
    adsl = _subjects(rng, arms, int(visits[-1] * unit) + 4)
    kinds = [
        KINDS[i] for i in sorted(rng.choice(len(KINDS), int(rng.integers(1, 5)), replace=False))
    ]
    response = bool(rng.random() < 0.5) or not (adsl["DTHDT"] != "").any()
    folder.mkdir(parents=True)
    tables = {
        "adsl": adsl,
        "adlb": _values(rng, adsl, visits, unit, kinds),
        "adtte": _times(rng, adsl, unit, visits, response=response),
        "adae": _events(rng, adsl),
    }
    for name, table in tables.items():
        if len(table):
            table.to_csv(folder / f"{name}.csv", index=False)
    design = "randomised" if len(arms) > 1 else "single-arm"
    toml = ['id = "clean"\ntitle = "A sound trial"\nshort = "Clean"\ndata = "simulated"']
    toml.append(f'design = "{design}"\nsubject_level = "shown"')
    for i, arm in enumerate(arms):
        toml.append(
            f'[[arms]]\nvalue = "{arm}"\ndose = {i}\n' + ("reference = true\n" if i == 0 else "")
        )
    toml.append(f'[visits]\nunit = "{word}"\nbaseline = 0\nmain = {visits[-1]}\n')
    for code, label, of, *_ in kinds:
        role = code.lower()
        toml.append(f'[parameters.{role}]\nparamcd = "{code}"\nlabel = "{label}"\nunit = "{of}"\n')
        toml[-1] += 'better = "none"\n' if role != "cd4" else ""
    event, label = ("response", "Response") if response else ("failure", "Death")
    toml.append(f'[endpoints.first]\nparamcd = "TTE"\nlabel = "Time to {label.lower()}"\n'
                f'unit = "{word}"\nevent = "{event}"\n')  # fmt: skip
    (folder / "study.toml").write_text("\n".join(toml), encoding="utf-8")
    return folder
