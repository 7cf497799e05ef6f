"""Builds the edition of a study of a million subjects; prints time, peak memory and the largest page.

    python benchmarks/slow/large.py [--subjects 1000000] [--study FOLDER]

It takes minutes and gigabytes, so it lies in a folder of its own, where `make bench` does not look.
The study (three arms, subjects hidden, parquet) is drawn from a seed: adsl and adtte have one row a
subject, adlb about five, adae about one. It is written to `--study` (kept, and used again when it is
there) or to a temporary folder. Memory is the proportional share (PSS) of the build and all its
processes together, looked at twice a second. Limits of issue 5: 8 GiB, no page above 2 MB.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq

SEED = 20240301
ARMS = ("Placebo", "10 mg", "50 mg")
GAIN = np.array([0.05, 0.15, 0.25])  # log CD4 in a year, by arm
VISITS = np.array([0, 24, 48, 96])  # weeks
ATTENDED = (1.0, 0.7, 0.7, 0.5)  # share of the subjects with a CD4 count
SUBSTUDY = 0.362  # share with CD8 and HIV RNA measured too: five rows a subject in all
LLOQ = 50  # copies/mL
END = 672  # last day of observation
RISK = np.array([0.25, 0.4, 0.55])  # responders by `END`, by arm
PARAMETERS = {
    "CD4": ("CD4+ T cells (cells/µL)", "cells/µL"),
    "CD8": ("CD8+ T cells (cells/µL)", "cells/µL"),
    "HIVRNA": ("HIV RNA (copies/mL)", "copies/mL"),
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
TOML = f"""\
id = "large"
title = "A drawn trial of a million subjects"
short = "Large"
design = "randomised"
data = "simulated"

[[arms]]
value = "Placebo"
dose = 0
reference = true

[[arms]]
value = "10 mg"
dose = 10

[[arms]]
value = "50 mg"
dose = 50

[visits]
unit = "week"
baseline = 0
main = 48

[parameters.cd4]
paramcd = "CD4"
label = "CD4+ T cells"
unit = "cells/µL"

[parameters.cd8]
paramcd = "CD8"
label = "CD8+ T cells"
unit = "cells/µL"

[parameters.hivrna]
paramcd = "HIVRNA"
label = "HIV RNA"
unit = "copies/mL"
lloq = {LLOQ}
scale = "log10"
better = "lower"

[endpoints.response]
paramcd = "TTRESP"
label = "CD4 response"
unit = "day"
event = "response"
horizon = {END}
"""


def words(codes: np.ndarray, texts) -> pa.Array:
    """A text column from codes, without a Python object a row."""
    codes = pa.array(np.asarray(codes, dtype=np.int32))
    return pa.DictionaryArray.from_arrays(codes, pa.array(list(texts))).cast(pa.string())


def write_study(folder: Path, subjects: int) -> None:
    """Write the four tables and study.toml, the same every time."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(SEED)
    ids = [f"LARGE-{i:07d}" for i in range(1, subjects + 1)]
    arm = rng.integers(0, len(ARMS), subjects)
    tables = {
        "adsl": adsl(rng, ids, arm),
        "adlb": adlb(rng, ids, arm),
        "adae": adae(rng, ids, subjects),
        "adtte": adtte(rng, ids, arm),
    }
    for name, columns in tables.items():
        table = pa.table(
            {"STUDYID": words(np.zeros(len(columns["USUBJID"])), ["LARGE"]), **columns}
        )
        pq.write_table(table, folder / f"{name}.parquet")
    (folder / "study.toml").write_text(TOML, encoding="utf-8")


def adsl(rng, ids, arm) -> dict:
    n = len(ids)
    return {
        "USUBJID": pa.array(ids),
        "TRT01A": words(arm, ARMS),
        "AGE": np.clip(np.round(rng.normal(42, 11, n)), 18, 80).astype(np.int64),
        "SEX": words(rng.random(n) < 0.3, ["M", "F"]),
        "ITTFL": words(np.zeros(n), ["Y"]),
        "TRTDURD": rng.integers(END - 60, END + 1, n),
    }


def courses(rng, arm) -> tuple[np.ndarray, ...]:
    """CD4, CD8 and HIV RNA, shaped (subjects, visits)."""
    shape, year = (len(arm), len(VISITS)), VISITS / 48
    gain = GAIN[arm][:, None] * year
    noise = rng.normal(0, 0.15, (2, *shape))
    cd4 = np.exp(rng.normal(np.log(260), 0.35, (len(arm), 1)) + gain + noise[0])
    cd8 = np.exp(rng.normal(np.log(850), 0.3, (len(arm), 1)) - 0.3 * gain + noise[1])
    rna = 10 ** (rng.normal(3.4, 0.7, (len(arm), 1)) - 4 * gain + rng.normal(0, 0.25, shape))
    return np.round(cd4), np.round(cd8), np.maximum(np.round(rna), 1)


def adlb(rng, ids, arm) -> dict:
    values = np.stack(courses(rng, arm), axis=1)  # subject, parameter, visit
    n, kinds, visits = values.shape
    attended = rng.random((n, visits)) < ATTENDED
    measured = np.repeat(attended[:, None, :], kinds, axis=1)
    measured[:, 1:] &= (rng.random(n) < SUBSTUDY)[:, None, None]
    who, kind, visit = np.nonzero(measured)
    below = (kind == 2) & (values[measured] <= LLOQ)  # at the limit counts as below it
    aval = np.where(below, LLOQ, values[measured])
    base = np.where(kind == 2, np.maximum(values[who, kind, 0], LLOQ), values[who, kind, 0])
    week = VISITS[visit]
    return {
        "USUBJID": words(who, ids),
        "PARAMCD": words(kind, PARAMETERS),
        "PARAM": words(kind, (label for label, _ in PARAMETERS.values())),
        "AVALU": words(kind, (unit for _, unit in PARAMETERS.values())),
        "AVISIT": words(visit, ["Baseline", *(f"Week {v}" for v in VISITS[1:])]),
        "AVISITN": week,
        "ADY": 7 * week + np.where(week > 0, rng.integers(-5, 6, len(week)), 0),
        "AVAL": aval,
        "BASE": base,
        "CHG": aval - base,
        "ABLFL": words(week == 0, ["", "Y"]),
        "BLQFL": words(below, ["", "Y"]),
    }


def adae(rng, ids, rows) -> dict:
    who = np.sort(rng.integers(0, len(ids), rows))
    term = rng.integers(0, len(EVENTS), rows)
    start = rng.integers(1, END - 60, rows)
    return {
        "USUBJID": words(who, ids),
        "AEDECOD": words(term, EVENTS),
        "AEBODSYS": words(term, EVENTS.values()),
        "AESEV": words(rng.choice(3, rows, p=[0.7, 0.22, 0.08]), ["MILD", "MODERATE", "SEVERE"]),
        "AESER": words(rng.random(rows) < 0.04, ["N", "Y"]),
        "AEREL": words(rng.random(rows) < 0.3, ["N", "Y"]),
        "TRTEMFL": words(rng.random(rows) < 0.95, ["N", "Y"]),
        "ASTDY": start,
    }


def adtte(rng, ids, arm) -> dict:
    n = len(ids)
    event = np.ceil(rng.exponential(-END / np.log(1 - RISK[arm])))
    end = np.where(rng.random(n) < 0.2, rng.integers(1, END, n), END)
    had = event <= end
    return {
        "USUBJID": pa.array(ids),
        "PARAMCD": words(np.zeros(n), ["TTRESP"]),
        "PARAM": words(np.zeros(n), ["Time to CD4 response (days)"]),
        "AVAL": np.where(had, event, end),
        "CNSR": np.where(had, 0, 1),
        "EVNTDESC": words(
            np.select([had, end < END], [0, 1], 2),
            ["CD4 count 30% above baseline", "Lost to follow-up", "End of study"],
        ),
    }


def shared_memory(process: psutil.Process) -> int:
    """Bytes of a process and all below it, what they share counted once."""
    total = 0
    for each in (process, *process.children(recursive=True)):
        try:
            total += each.memory_full_info().pss
        except psutil.Error:  # it ended meanwhile
            continue
    return total


def build(study: Path, site: Path) -> tuple[float, int]:
    """Build the edition; seconds and peak bytes."""
    started, peak = time.perf_counter(), 0
    command = [sys.executable, "-m", "helpers", "book", "--data", study, "--site", site]
    # as `make` sets them
    threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
    running = subprocess.Popen(command, env=os.environ | threads)
    watched = psutil.Process(running.pid)
    while running.poll() is None:
        peak = max(peak, shared_memory(watched))
        time.sleep(0.5)
    if running.returncode:
        sys.exit(f"the build failed with exit code {running.returncode}")
    return time.perf_counter() - started, peak


def main() -> None:
    take = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    take.add_argument("--subjects", type=int, default=1_000_000)
    take.add_argument("--study", type=Path, help="where the study goes, or lies already")
    args = take.parse_args()
    with tempfile.TemporaryDirectory() as work:
        study = args.study or Path(work) / "study"
        if not (study / "study.toml").is_file():
            write_study(study, args.subjects)
        site = Path(work) / "site"
        seconds, peak = build(study, site)
        pages = {p.relative_to(site): p.stat().st_size for p in site.rglob("*.html")}
        largest = max(pages, key=pages.get)
    print(f"\n{args.subjects:,} subjects on {os.cpu_count()} cores")
    print(f"time         {seconds:9.0f} s")
    print(f"peak memory  {peak / 2**30:9.2f} GiB (limit 8)")
    print(f"largest page {pages[largest] / 1e6:9.2f} MB (limit 2), {largest}")


if __name__ == "__main__":
    main()
