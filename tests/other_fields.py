"""Three invented trials of other fields as study folders, for tests: nothing in them was measured.

An Alzheimer trial with its scores in adqsadas, one of hypertension with advs, and a laboratory of 39
parameters in adlbc and adlbh. Each has no parameter of the published book.
"""

import numpy as np
import pandas as pd

HEAD = """id = "{id}"
title = "{title}"
short = "{short}"
design = "randomised"
data = "simulated"
subject_level = "shown"

[[arms]]
value = "Placebo"
reference = true

[[arms]]
value = "Active"

[visits]
unit = "week"
main = {main}
"""


def subjects(folder, n, rng):
    """adsl with two arms of n; returns the table."""
    folder.mkdir()
    adsl = pd.DataFrame({
        "USUBJID": [f"S{i:04d}" for i in range(2 * n)],
        "TRT01A": ["Placebo", "Active"] * n,
        "AGE": rng.integers(45, 80, 2 * n),
        "SEX": rng.choice(["F", "M"], 2 * n),
        "SAFFL": "Y",
    })  # fmt: skip
    adsl.to_csv(folder / "adsl.csv", index=False)
    return adsl


def measured(adsl, rng, code, name, *, visits, mean, sd, effect=0.0, digits=0):
    """Rows of one parameter: a score that drifts, with an effect of the active arm at the last visit."""
    base = rng.normal(mean, sd, len(adsl))
    parts = []
    for visit in visits:
        gain = effect * (adsl["TRT01A"] == "Active").to_numpy() * visit / visits[-1]
        values = base + gain + rng.normal(0, sd / 3, len(adsl))
        part = adsl[["USUBJID"]].assign(
            PARAMCD=code, PARAM=name, AVISITN=visit, AVISIT=f"Week {visit}" if visit else "Baseline",
            AVAL=np.round(np.maximum(values, 10.0**-digits), digits),
        )  # fmt: skip
        parts.append(part if not visit else part[rng.random(len(part)) > 0.05])
    return pd.concat(parts)


def alzheimer(folder, n=40):
    """ADAS-Cog (lower is better) in adqsadas, the ADCS-ADL in adqsadl, adverse events in most."""
    rng = np.random.default_rng(1)
    adsl = subjects(folder, n, rng)
    weeks = (0, 8, 16, 24)
    adas = measured(adsl, rng, "ACTOT11", "ADAS-Cog (11) total score", visits=weeks, mean=24, sd=8,
                    effect=-3)  # fmt: skip
    adas.to_csv(folder / "adqsadas.csv", index=False)
    adl = measured(adsl, rng, "ADLTOT", "ADCS-ADL total score", visits=weeks, mean=55, sd=9)
    adl.to_csv(folder / "adqsadl.csv", index=False)
    ill = adsl[rng.random(len(adsl)) < 0.92]
    itch = ill[["USUBJID"]].assign(AEDECOD="Pruritus", AEBODSYS="Skin disorders", AESEV="MILD")
    ache = ill[["USUBJID"]][::4].assign(AEDECOD="Headache", AEBODSYS="Nervous system disorders",
                                        AESEV="MODERATE")  # fmt: skip
    events = pd.concat([itch, ache]).sort_values("USUBJID", kind="stable").assign(TRTEMFL="Y")
    events.to_csv(folder / "adae.csv", index=False)
    (folder / "study.toml").write_text(
        HEAD.format(id="alz", title="An invented Alzheimer trial", short="ALZ", main=24)
        + '[parameters.adas]\nparamcd = "ACTOT11"\nlabel = "ADAS-Cog (11)"\nunit = "points"\n'
        'better = "lower"\n\n[parameters.adl]\nparamcd = "ADLTOT"\nlabel = "ADCS-ADL"\n'
        'unit = "points"\n'
    )
    return folder


def hypertension(folder, n=40):
    """Systolic and diastolic pressure and pulse in advs; adlb has creatinine on the log10 scale."""
    rng = np.random.default_rng(2)
    adsl = subjects(folder, n, rng)
    signs = [measured(adsl, rng, *row, visits=(0, 4, 8), **kw) for row, kw in (
        (("SYSBP", "Systolic Blood Pressure (mmHg)"), {"mean": 152, "sd": 11, "effect": -8}),
        (("DIABP", "Diastolic Blood Pressure (mmHg)"), {"mean": 95, "sd": 8, "effect": -4}),
        (("PULSE", "Pulse Rate (beats/min)"), {"mean": 72, "sd": 9}),
    )]  # fmt: skip
    pd.concat(signs).to_csv(folder / "advs.csv", index=False)
    measured(adsl, rng, "CREAT", "Creatinine (umol/L)", visits=(0, 8), mean=80, sd=14).to_csv(
        folder / "adlb.csv", index=False
    )
    blocks = {"sbp": ("SYSBP", "Systolic blood pressure", "mmHg", "lower", "linear"),
              "dbp": ("DIABP", "Diastolic blood pressure", "mmHg", "lower", "linear"),
              "pulse": ("PULSE", "Pulse", "beats/min", "none", "linear"),
              "creatinine": ("CREAT", "Creatinine", "µmol/L", "lower", "log10")}  # fmt: skip
    (folder / "study.toml").write_text(
        HEAD.format(id="bp", title="An invented trial of hypertension", short="BP", main=8)
        + "".join(f'\n[parameters.{role}]\nparamcd = "{p}"\nlabel = "{label}"\nunit = "{u}"\n'
                  f'better = "{b}"\nscale = "{s}"\n' for role, (p, label, u, b, s) in
                  blocks.items()),
        encoding="utf-8",
    )  # fmt: skip
    return folder


def laboratory(folder, n=30):
    """39 parameters: 30 of chemistry in adlbc, 9 of haematology in adlbh; no study.toml."""
    rng = np.random.default_rng(3)
    adsl = subjects(folder, n, rng)
    for table, codes in (("adlbc", range(30)), ("adlbh", range(30, 39))):
        parts = [measured(adsl, rng, f"LAB{i:02d}", f"Analyte {i} (U/L)", visits=(0, 4, 12),
                          mean=40 + i, sd=9, digits=1) for i in codes]  # fmt: skip
        pd.concat(parts).to_csv(folder / f"{table}.csv", index=False)
    return folder
