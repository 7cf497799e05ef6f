"""The chimerism chapter of hidden patients: charts of 12, 30 and 60 that show no group below five.

The patients are AAIT's synthetic ones, drawn again with donor cells of their own and visits missed.
"""

import ast
import math
import re
import shutil

import numpy as np
import pandas as pd
import pytest

from helpers import context
from helpers.derive import chimerism
from helpers.edition import plan
from helpers.present.figure import Figure
from helpers.present.html import Html, Sentence
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
    """What the chapter shows of the study: its figures by key, all its texts, its records."""
    edition = context.Context(published=False, studies={"single-arm": str(folder)}, book="")
    edition.write(folder.parent / "edition.json")
    monkeypatch.setenv(context.VARIABLE, str(folder.parent / "edition.json"))
    chapter = next(c for c in plan.edition_chapters(edition)[0] if c.name == "05_chimerism")
    names, shown = {}, []
    for cell in chapter.notebook.cells:
        if cell.cell_type == "code":
            *body, last = ast.parse(cell.source).body
            value = isinstance(last, ast.Expr)
            exec(compile(ast.Module(body if value else [*body, last], []), "cell", "exec"), names)
            if value:
                shown.append(eval(compile(ast.Expression(last.value), "cell", "eval"), names))
    figures = {s.key: s for s in shown if isinstance(s, Figure)}
    texts = [s.text for s in shown if isinstance(s, Sentence | Html)]
    texts += [text for f in figures.values() for text in (f.title, f.caption, f.alt)]
    return figures, texts, names["here"]


def rows_of(figure, field):
    datasets = figure.spec["datasets"].values()
    return next(rows for rows in datasets if rows and field in rows[0])


@pytest.fixture(scope="module", params=[12, 30, 60])
def hidden(request, tmp_path_factory):
    folder = write_study(tmp_path_factory.mktemp("hidden") / "study", request.param)
    with pytest.MonkeyPatch.context() as patch:
        return load_study(folder, check=False), *shown_of(folder, patch)


def test_the_three_charts_are_there(hidden):
    _, figures, _, _ = hidden
    assert {"course", "readings", "schedules"} <= set(figures)


def test_medians_and_quartiles_are_those_of_enough_patients(hidden):
    _, figures, _, _ = hidden
    for row in rows_of(figures["course"], "AVAL"):
        assert row["N"] >= 2 * T
        assert (row["AVAL_Q1"] is not None) == (row["N"] >= 4 * T)
        assert row["AVAL"] == float(f"{row['AVAL']:.2g}")
        assert not {"BELOW", "SEEN"} & set(row)


def test_between_two_visits_of_a_chart_nobody_or_five_lost_their_donor_cells(hidden):
    study, figures, _, _ = hidden
    limit = chimerism.assay_limit(study, "chimerism")
    losses = chimerism.loss_intervals(
        chimerism.detections(study, "chimerism", limit=limit), start=0
    )
    n = len(losses)
    for key in ("readings", "schedules"):
        for box in rows_of(figures[key], "mass"):
            assert n * box["mass"] > T - 0.5
    curve = rows_of(figures["readings"], "reading")
    seen = [(losses["RIGHT"] <= row["time"]).sum() for row in curve] + [n]
    assert all(step == 0 or step >= T for step in np.diff(seen))
    ticks = {row["visit"] for row in rows_of(figures["schedules"], "visit")}
    before = [(losses["LEFT"] < visit).sum() for visit in sorted(ticks)]
    assert all(step == 0 or step >= T for step in np.diff([0, *before, n]))


def test_no_record_shows_one_to_four_patients(hidden):
    _, _, _, here = hidden
    for record in here.records.values():
        if record.unit == "proportion" and record.value is not None:
            count = record.value * record.n
            assert round(count) == 0 or count > T - 0.5
            assert round(record.n - count) == 0 or record.n - count > T - 0.5
    seen = [r.value * r.n for r in here.under("assay-seen") if r.value is not None]
    assert all(step == 0 or step >= T - 1e-6 for step in -np.diff(seen))


def test_the_sentences_hold_no_nonsense(hidden):
    _, _, texts, _ = hidden
    assert not [t for t in texts if re.search("(in|is|lies|of) too few|\\bnan\\b|None", t)]


def test_eight_patients_get_sentences_instead(tmp_path, monkeypatch):
    folder = write_study(tmp_path / "study", 12)
    for name in ("adsl.csv", "adlb.csv"):
        table = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
        first = sorted(set(table["USUBJID"]))[:8]
        table[table["USUBJID"].isin(first)].to_csv(folder / name, index=False)
    figures, texts, here = shown_of(folder, monkeypatch)
    assert "course" not in figures
    assert here["within"].value is None or math.isnan(here["within"].value)
    assert any("too few for a median" in text for text in texts)
    assert not [text for text in texts if re.search("(in|is|lies|of|median|without) too few", text)]
