"""A number of subjects in, a drawn study folder of that size out; nothing is built or measured here.

Two designs. Randomised: three arms with CD4, CD8 and HIV RNA and up to three times to an event.
Single-arm: CD4, donor cells (chimerism) and two cytokines. Either has five rows a subject in adlb
and one adverse event a subject, is drawn from a seed and keeps its subjects hidden.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

SEED = 20240301
DESIGNS, FORMATS = ("randomised", "single-arm"), ("parquet", "csv", "xpt")
END = 672  # last day of observation
ARMS = ("Placebo", "10 mg", "50 mg")
RISK = {  # endpoint -> share with the event by `END`, by arm
    "response": (0.25, 0.4, 0.55),
    "failure": (0.3, 0.25, 0.2),
    "death": (0.08, 0.07, 0.06),
}
EVENTS = {  # preferred term -> system organ class
    "Headache": "Nervous system disorders",
    "Dizziness": "Nervous system disorders",
    "Nausea": "Gastrointestinal disorders",
    "Diarrhoea": "Gastrointestinal disorders",
    "Rash": "Skin and subcutaneous tissue disorders",
    "Nasopharyngitis": "Infections and infestations",
    "Pneumonia": "Infections and infestations",
    "Fatigue": "General disorders and administration site conditions",
}
# PARAMCD -> role, label, unit, limit (None: none), lines of study.toml
PARAMETERS = {
    "CD4": ("cd4", "CD4+ T cells", "cells/µL", None, ""),
    "CD8": ("cd8", "CD8+ T cells", "cells/µL", None, ""),
    "HIVRNA": ("hivrna", "HIV RNA", "copies/mL", 50.0, 'better = "lower"'),
    "DONOR": ("chimerism", "Donor cells", "%", 0.1, 'better = "lower"'),
    "IL6": ("il6", "IL-6", "pg/mL", 0.7, 'better = "lower"\ngroup = "cytokine"'),
    "IP10": ("ip10", "IP-10", "pg/mL", 10.0, 'better = "lower"\ngroup = "cytokine"'),
}
# design -> unit and days of the visits, main visit, PARAMCD -> share of the subjects measured at each
SCHEDULES = {
    "randomised": ("week", (0, 24, 48, 96), 48, {
        "CD4": (1.0, 0.7, 0.7, 0.5), "CD8": (0.362, 0.253, 0.253, 0.181),
        "HIVRNA": (0.362, 0.253, 0.253, 0.181)}),
    "single-arm": ("day", (0, 7, 30, 60, 90), 90, {
        "CD4": (1.0, 0, 0, 0, 0.8), "DONOR": (0, 0.8, 0.7, 0.6, 0.4),
        "IL6": (0.2, 0, 0.1, 0, 0.05), "IP10": (0.2, 0, 0.1, 0, 0.05)}),
}  # fmt: skip


def write_study(
    folder: Path, subjects: int, *, design: str, endpoints: int = 1, suffix: str = "parquet"
) -> None:
    """Write the four tables and study.toml, the same every time."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    ids = [f"LARGE-{i:07d}" for i in range(1, subjects + 1)]
    arms = ARMS if design == "randomised" else ("Cells",)
    arm = rng.integers(0, len(arms), subjects)
    chosen = list(RISK)[:endpoints]
    tables = {
        "adsl": adsl(rng, ids, arm, arms),
        "adlb": adlb(rng, ids, arm, design),
        "adae": adae(rng, ids, subjects),
        "adtte": adtte(rng, ids, arm, chosen),
    }
    for name, columns in tables.items():
        study = words(np.zeros(len(columns["USUBJID"])), ["LARGE"])
        write_table(pa.table({"STUDYID": study, **columns}), folder / f"{name}.{suffix}")
    (folder / "study.toml").write_text(toml(design, arms, chosen), encoding="utf-8")


def write_table(table: pa.Table, path: Path) -> None:
    """Write one table in the format that the name of its file says."""
    if path.suffix == ".parquet":
        pq.write_table(table, path)
    elif path.suffix == ".csv":
        pc.write_csv(table, path)
    else:
        import pyreadstat

        pyreadstat.write_xport(table.to_pandas(), path, file_format_version=8)


def toml(design: str, arms: tuple[str, ...], endpoints: list[str]) -> str:
    """What describes the study."""
    unit, _, main, measured = SCHEDULES[design]
    parts = [
        f'id = "large"\ntitle = "A drawn trial of many subjects"\nshort = "Large"\n'
        f'design = "{design}"\ndata = "simulated"',
        f'[visits]\nunit = "{unit}"\nbaseline = 0\nmain = {main}',
    ]
    for k, value in enumerate(arms):
        dose = f"dose = {value.split()[0] if k else 0}\n" if len(arms) > 1 else ""
        reference = "reference = true\n" if len(arms) > 1 and not k else ""
        parts.append(f'[[arms]]\nvalue = "{value}"\n{dose}{reference}')
    for code in measured:
        role, label, unit_of, limit, more = PARAMETERS[code]
        lloq = f'lloq = {limit:g}\nscale = "log10"\n' if limit else ""
        parts.append(
            f'[parameters.{role}]\nparamcd = "{code}"\nlabel = "{label}"\n'
            f'unit = "{unit_of}"\n{lloq}{more}'
        )
    for role in endpoints:
        event = "response" if role == "response" else "failure"
        parts.append(
            f'[endpoints.{role}]\nparamcd = "TT{role.upper()[:6]}"\n'
            f'label = "{role.capitalize()}"\nunit = "day"\nevent = "{event}"\nhorizon = {END}'
        )
    return "\n\n".join(parts) + "\n"


def words(codes: np.ndarray, texts) -> pa.Array:
    """A text column from codes, without a Python object a row."""
    codes = pa.array(np.asarray(codes, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array(list(texts))).cast(pa.string())


def adsl(rng, ids, arm, arms) -> dict:
    """One row a subject."""
    n = len(ids)
    return {
        "USUBJID": pa.array(ids),
        "TRT01A": words(arm, arms),
        "AGE": np.clip(np.round(rng.normal(42, 11, n)), 18, 80).astype(np.int64),
        "SEX": words(rng.random(n) < 0.3, ["M", "F"]),
        "ITTFL": words(np.zeros(n), ["Y"]),
        "TRTDURD": rng.integers(END - 60, END + 1, n),
    }


def course(rng, code: str, arm: np.ndarray, days: np.ndarray) -> np.ndarray:
    """The values of one parameter, shaped (subjects, visits)."""
    n, shape = len(arm), (len(arm), len(days))
    year, noise = days / 336, rng.normal(0, 0.15, shape)
    gain = (0.05 + 0.1 * arm)[:, None] * year  # log CD4 in a year, by arm
    if code == "DONOR":
        life = 5 * np.exp(rng.normal(0, 0.35, (n, 1)))  # half-lives in days
        return np.exp(rng.normal(0.9, 0.6, (n, 1)) + noise) * 0.5 ** (days / life)
    if code == "HIVRNA":
        return 10 ** (rng.normal(3.4, 0.7, (n, 1)) - 4 * gain + 1.7 * noise)
    middle, spread, slope = {
        "CD4": (260, 0.35, 1), "CD8": (850, 0.3, -0.3), "IL6": (3, 0.6, -2), "IP10": (160, 0.5, -2),
    }[code]  # fmt: skip
    return np.exp(rng.normal(np.log(middle), spread, (n, 1)) + slope * gain + noise)


def adlb(rng, ids, arm, design: str) -> dict:
    """One row a subject, parameter and visit measured, in that order."""
    unit, visits, _, measured = SCHEDULES[design]
    visits, days = np.array(visits), np.array(visits) * (7 if unit == "week" else 1)
    values = np.stack([course(rng, code, arm, days) for code in measured], axis=1)
    values = np.maximum(np.round(values, 0 if design == "randomised" else 2), 0.01)
    share = np.array(list(measured.values()))
    most = share.max(axis=1, keepdims=True)  # some subjects are in no sub-study
    in_it = rng.random(len(ids))[:, None, None] < most
    here = in_it & (rng.random(values.shape) < share / most)
    who, kind, visit = np.nonzero(here)
    limit = np.array([PARAMETERS[code][3] or 0.0 for code in measured])
    below = values[here] <= limit[kind]  # at the limit counts as below it
    aval = np.maximum(values[here], limit[kind])
    base = np.where(here[who, kind, 0], np.maximum(values[who, kind, 0], limit[kind]), np.nan)
    return {
        "USUBJID": words(who, ids),
        "PARAMCD": words(kind, measured),
        "PARAM": words(kind, (f"{PARAMETERS[c][1]} ({PARAMETERS[c][2]})" for c in measured)),
        "AVALU": words(kind, (PARAMETERS[c][2] for c in measured)),
        "AVISIT": words(visit, ["Baseline", *(f"{unit.capitalize()} {v}" for v in visits[1:])]),
        "AVISITN": visits[visit],
        "ADY": days[visit] + np.where(visit > 1, rng.integers(-2, 3, len(visit)), 0),
        "AVAL": aval,
        "BASE": pa.array(base, from_pandas=True),
        "CHG": pa.array(aval - base, from_pandas=True),
        "ABLFL": words(visit == 0, ["", "Y"]),
        "BLQFL": words(below, ["", "Y"]),
    }


def adae(rng, ids, rows) -> dict:
    """One row an event."""
    who = np.sort(rng.integers(0, len(ids), rows))
    term = rng.integers(0, len(EVENTS), rows)
    return {
        "USUBJID": words(who, ids),
        "AEDECOD": words(term, EVENTS),
        "AEBODSYS": words(term, EVENTS.values()),
        "AESEV": words(rng.choice(3, rows, p=[0.7, 0.22, 0.08]), ["MILD", "MODERATE", "SEVERE"]),
        "AESER": words(rng.random(rows) < 0.04, ["N", "Y"]),
        "AEREL": words(rng.random(rows) < 0.3, ["N", "Y"]),
        "TRTEMFL": words(rng.random(rows) < 0.95, ["N", "Y"]),
        "ASTDY": rng.integers(1, END - 60, rows),
    }


def adtte(rng, ids, arm, endpoints: list[str]) -> dict:
    """One row a subject and endpoint, endpoint by endpoint."""
    n, parts = len(ids), []
    for role in endpoints:
        event = np.ceil(rng.exponential(-END / np.log(1 - np.array(RISK[role])[arm])))
        end = np.where(rng.random(n) < 0.2, rng.integers(1, END, n), END)
        parts.append((np.minimum(event, end), event > end, (event > end) * (1 + (end == END))))
    aval, censored, why = (np.concatenate(column) for column in zip(*parts, strict=True))
    kind = np.repeat(np.arange(len(endpoints)), n)
    return {
        "USUBJID": words(np.tile(np.arange(n), len(endpoints)), ids),
        "PARAMCD": words(kind, (f"TT{role.upper()[:6]}" for role in endpoints)),
        "PARAM": words(kind, (f"Time to {role} (days)" for role in endpoints)),
        "AVAL": aval,
        "CNSR": censored.astype(np.int64),
        "EVNTDESC": words(why, ["Event", "Lost to follow-up", "End of study"]),
    }
