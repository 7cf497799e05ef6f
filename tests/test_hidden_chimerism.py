"""The analysis of donor cells of hidden patients: charts of 12, 30 and 60 that show no group below five.

The patients are AAIT's synthetic ones, drawn again with donor cells of their own and visits missed.
"""

import math
import shutil

import numpy as np
import pandas as pd
import pytest

from helpers import context, disclosure
from helpers.derive import chimerism
from helpers.edition import plan
from helpers.literate import Result, Results
from helpers.literate.rows import Charts, first_rows
from helpers.literate.trial import Trial
from helpers.present.figure import chart_spec
from helpers.study import load_study

AAIT = context.ROOT / "data" / "aait"
T = 5  # the threshold


def write_study(folder, n, seed=1):
    """AAIT as it is (12), or `n` patients drawn from it; hidden."""
    shutil.copytree(AAIT, folder)
    toml = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text(toml.replace('"shown"', '"hidden"'), encoding="utf-8")
    people = pd.read_csv(folder / "adsl.csv", dtype=str, keep_default_na=False)
    lab = pd.read_csv(folder / "adlb.csv", keep_default_na=False)
    lab = lab[lab["PARAMCD"] == "DONOR"]
    if n > len(people):
        random, parts = np.random.default_rng(seed), []
        for i, who in enumerate(random.choice(people["USUBJID"], n)):
            own = lab[lab["USUBJID"] == who].assign(USUBJID=f"H-{i:04d}", CHG="")
            after = own["AVISITN"] > 0
            level = own["AVAL"] * np.exp(random.normal(0, 0.6))
            below = (own["BLQFL"] == "Y") | (level <= 0.1)
            own["AVAL"] = own["AVAL"].mask(after, level.mask(below, 0.1).round(3))
            own["BLQFL"] = own["BLQFL"].mask(after, below.map({True: "Y", False: ""}))
            parts.append(own[~after | (random.random(len(own)) > 0.07)])
        lab = pd.concat(parts)
        people = people.sample(n, replace=True, random_state=seed)
        people["USUBJID"] = [f"H-{i:04d}" for i in range(n)]
        people.to_csv(folder / "adsl.csv", index=False)
    lab.to_csv(folder / "adlb.csv", index=False)
    (folder / "adae.csv").unlink()
    return folder


def shown_of(folder, monkeypatch):
    """What the analysis binds of the study: its charts by name, its results by name and row."""
    edition = context.Context(published=False, studies={"single-arm": str(folder)})
    edition.write(folder.parent / "edition.json")
    monkeypatch.setenv(context.VARIABLE, str(folder.parent / "edition.json"))
    chapter, _ = plan.analysis("05_chimerism", load_study(folder, check=False))
    names = {}
    for cell in chapter.notebook.cells:
        if cell.cell_type == "code":
            exec(cell.source, names)
    charts = {n: [chart_spec(c, n) for c in v.values()] for n, v in names.items()
              if isinstance(v, Charts)}  # fmt: skip
    results = {f"{n}.{row}": r for n, v in names.items() if isinstance(v, Results)
               for row, r in v.items()}  # fmt: skip
    assert not [n for n, v in names.items() if isinstance(v, Result) and v.n]
    return charts, results


def rows_of(specs, field):
    (spec,) = specs
    return next(rows for rows in spec["datasets"].values() if rows and field in rows[0])


@pytest.fixture(scope="module", params=[12, 30, 60])
def hidden(request, tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("hidden") / "study", request.param)
    with pytest.MonkeyPatch.context() as patch:
        return load_study(folder, check=False), *shown_of(folder, patch)


def test_the_three_charts_are_there_and_none_is_held_back(hidden):
    study, charts, _ = hidden
    assert {n: len(specs) for n, specs in charts.items()} == {
        "course": 1, "gaps": 1, "fewer_visits": 1,
    }  # fmt: skip
    for name, (spec,) in charts.items():
        assert disclosure.reason_to_hide(name, spec["datasets"].values(), [study]) == ""


def test_no_row_of_a_patient_is_shown(hidden):
    trial = Trial(hidden[0])
    donor = trial.detections()
    for rows in (donor, donor.losses(), donor.rates()):
        assert "no row is shown" in first_rows(rows).text
    (spec,) = hidden[1]["course"]
    assert "who" not in str(spec["datasets"])


def stands_for(printed, values):
    """How many patients a printed value stands for: those of its widest cell of 1, 2 or 5 times 10^k."""
    widths = [step * 10.0**k for k in range(-4, 3) for step in (1, 2, 5)]
    around = [w for w in widths if (printed / w) % 1 == pytest.approx(0.5, abs=1e-6)]
    ends = [(printed - w / 2 - 1e-9, printed + w / 2 + 1e-9) for w in around]
    same = int(np.isclose(values, printed).sum())
    return max([same, *(int(((values >= low) & (values < high)).sum()) for low, high in ends)])


def test_medians_and_quartiles_are_those_of_enough_patients(hidden):
    counts = pd.read_csv(hidden[0].folder / "adlb.csv", keep_default_na=False)
    for row in rows_of(hidden[1]["course"], "AVAL"):
        assert row["N"] >= 2 * T
        assert (row["AVAL_Q1"] is not None) == (row["N"] >= 4 * T)
        values = counts.loc[counts["AVISITN"] == row["VISIT"], "AVAL"].astype(float)
        assert len(values) == row["N"]
        for name in ("AVAL", "AVAL_Q1", "AVAL_Q3"):
            assert row[name] is None or stands_for(row[name], values) >= T
        assert not {"BELOW", "SEEN"} & set(row)


def test_between_two_visits_of_a_chart_nobody_or_five_lost_their_donor_cells(hidden):
    study, charts, _ = hidden
    limit = chimerism.assay_limit(study, "chimerism")
    losses = chimerism.loss_intervals(
        chimerism.detections(study, "chimerism", limit=limit), start=0
    )
    n = len(losses)
    for key in ("gaps", "fewer_visits"):
        for box in rows_of(charts[key], "mass"):
            assert n * box["mass"] > T - 0.5
    curve = rows_of(charts["gaps"], "reading")
    seen = [(losses["RIGHT"] <= row["time"]).sum() for row in curve] + [n]
    assert all(step == 0 or step >= T for step in np.diff(seen))
    ticks = {row["visit"] for row in rows_of(charts["fewer_visits"], "visit")}
    before = [(losses["LEFT"] < visit).sum() for visit in sorted(ticks)]
    assert all(step == 0 or step >= T for step in np.diff([0, *before, n]))


def test_no_result_shows_one_to_four_patients(hidden):
    results = hidden[2]
    shares = [r for r in results.values() if r.about.unit == "proportion"]
    assert len(shares) > 4
    for result in shares:
        if not math.isnan(result.value):
            count = result.value * result.n
            assert round(count) == 0 or count > T - 0.5
            assert round(result.n - count) == 0 or result.n - count > T - 0.5
    assays = [r for k, r in results.items() if k.startswith("assays.") and k.endswith(".seen")]
    seen = [r.value * r.n for r in assays if not math.isnan(r.value)]
    assert all(step == 0 or step >= T - 1e-6 for step in -np.diff(seen))


def test_the_last_visit_of_any_patient_is_not_shown(hidden):
    (last,) = [r for k, r in hidden[2].items() if k.startswith("last.")]
    assert math.isnan(last.value)
    assert "Day" not in last.about.text


def test_of_eight_patients_no_median_is_drawn(tmp_path, monkeypatch):
    folder = write_study(tmp_path / "study", 12)
    for name in ("adsl.csv", "adlb.csv"):
        table = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
        first = sorted(set(table["USUBJID"]))[:8]
        table[table["USUBJID"].isin(first)].to_csv(folder / name, index=False)
    charts, results = shown_of(folder, monkeypatch)
    assert charts["course"] == []
    half = [r for k, r in results.items() if k.startswith("half_gone.")]
    assert all(math.isnan(r.value) for r in half)
