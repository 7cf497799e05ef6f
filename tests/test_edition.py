"""Editions: cells kept by tags, a real trial's site, faults that leave the last site alone."""

import csv
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import actg175
from helpers.__main__ import main
from helpers.context import ROOT, Context
from helpers.edition import build, plan
from helpers.errors import EditionError


@pytest.fixture(scope="module")
def actg(tmp_path_factory):
    """ACTG 175 as a study folder."""
    return actg175.write_study(tmp_path_factory.mktemp("data") / "actg175")


@pytest.fixture(scope="module")
def edition(actg, tmp_path_factory):
    """The edition of ACTG 175, built as `make book DATA=... SITE=...` builds it."""
    out = tmp_path_factory.mktemp("own") / "site"
    command = [sys.executable, "-m", "helpers", "book", "--data", str(actg), "--site", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


@pytest.fixture(scope="module")
def rows(edition):
    return pd.read_csv(edition / "results.csv", dtype=str, keep_default_na=False)


def pick(rows, **where):
    found = rows
    for column, value in where.items():
        found = found[found[column] == value]
    return found


def test_a_randomised_edition_keeps_no_cell_of_the_other_design_or_of_the_book(actg):
    chapters, left_out = plan.edition_chapters(
        Context(published=False, studies={"randomised": str(actg)}, book="")
    )
    cells = [set(cell.metadata.get("tags", [])) for c in chapters for cell in c.notebook.cells]
    assert not any("published-only" in tags for tags in cells)
    assert not any("single-arm" in tags and "randomised" not in tags for tags in cells)
    assert dict(left_out)["5 · Chimerism"] == "it needs a single-arm study"
    assert dict(left_out)["2 · Safety"].startswith(
        "the study has no treatment-emergent adverse event"
    )


def test_the_converter_changes_no_value(actg):
    source = actg175.source_table()
    tte = pd.read_csv(actg / "adtte.csv")
    assert (tte["CNSR"] == 0).sum() == (source["cens"] == 1).sum() == 521
    assert tte["AVAL"].sum() == source["days"].sum()
    lab = pd.read_csv(actg / "adlb.csv").query("PARAMCD == 'CD4' and AVISITN == 96")
    assert lab["AVAL"].sum() == source["cd496"].sum()
    assert len(lab) == source["cd496"].notna().sum()


def test_log_rank_over_all_arms_is_lifelines_own(rows):
    from lifelines.statistics import multivariate_logrank_test

    source = actg175.source_table()
    peer = multivariate_logrank_test(source["days"], source["arms"], source["cens"])
    found = pick(rows, method="log-rank", statistic="chi-square", arm="", comparator="")
    assert len(found) == 1
    assert float(found["value"].iloc[0]) == pytest.approx(peer.test_statistic, rel=1e-9)
    assert float(found["p_value"].iloc[0]) == pytest.approx(peer.p_value, rel=1e-6)


def test_cox_against_zidovudine_is_lifelines_own(rows):
    from lifelines import CoxPHFitter

    source = actg175.source_table()
    frame = pd.DataFrame({"t": source["days"], "e": source["cens"]})
    for code in (1, 2, 3):
        frame[str(code)] = (source["arms"] == code).astype(float)
    peer = np.exp(CoxPHFitter().fit(frame, "t", "e", fit_options={"precision": 1e-12}).params_)
    for code in (1, 2, 3):
        found = pick(rows, method="cox", statistic="hazard ratio", arm=actg175.ARMS[code],
                     comparator="Zidovudine")  # fmt: skip
        assert float(found["value"].iloc[0]) == pytest.approx(peer[str(code)], rel=1e-7)


def test_change_by_arm_is_pandas_own(rows):
    source = actg175.source_table()
    for role, (before, after) in {
        "CD4+ T cells": ("cd40", "cd420"),
        "CD8+ T cells": ("cd80", "cd820"),
    }.items():
        mean = (source[after] - source[before]).groupby(source["arms"]).mean()
        for code, arm in actg175.ARMS.items():
            found = pick(rows, parameter=role, visit="Week 20", arm=arm, comparator="",
                         statistic="mean difference")  # fmt: skip
            assert float(found["value"].iloc[0]) == pytest.approx(mean[code], rel=1e-9)


def test_numbers_of_observed_data_are_never_called_simulated(rows):
    assert set(rows["label"]) == {"derived"}


def test_nothing_of_the_published_studies_is_in_the_edition(edition):
    words = ("AAIT", "hUC-MSC", "microchimerism", "NCT01213186", "41392")
    for path in [
        *edition.glob("*.html"),
        *edition.glob("chapters/*.html"),
        edition / "results.csv",
    ]:
        text = path.read_text(encoding="utf-8")
        assert [word for word in words if word.lower() in text.lower()] == [], path


def test_no_subject_identifier_is_in_the_edition(edition, actg):
    identifier = re.compile(r"ACTG175-\d{6}")
    assert pd.read_csv(actg / "adsl.csv")["USUBJID"].map(identifier.fullmatch).all()
    for path in edition.rglob("*"):
        if path.is_file():
            assert not identifier.search(path.read_text(encoding="utf-8", errors="replace")), path


def test_the_front_page_says_what_was_left_out(edition):
    text = (edition / "index.html").read_text(encoding="utf-8")
    assert "no chimerism" in text or "Chimerism" in text
    assert json.loads((edition / "claims.json").read_text()) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("adtte.csv", ",1002,0,", ",1002,-1,", "adtte.csv, row 3, column CNSR"),
        ("adsl.csv", None, None, "adsl: missing table"),
        ("adlb.csv", ",422,422,", ",n/d,422,", "adlb.csv, row 2, column AVAL"),
    ],
)
def test_a_faulty_folder_ends_with_a_report_and_leaves_the_site_alone(
    actg, tmp_path, capsys, file, old, new, said
):
    folder, out = Path(shutil.copytree(actg, tmp_path / "bad")), tmp_path / "site"
    out.mkdir()
    (out / "results.csv").write_text("the last good site")
    (out / build.MARK).touch()
    if old is None:
        (folder / file).unlink()
    else:
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
    assert main(["book", "--data", str(folder), "--site", str(out)]) == 1
    assert said in capsys.readouterr().err
    assert sorted(p.name for p in out.iterdir()) == [build.MARK, "results.csv"]
    assert (out / "results.csv").read_text() == "the last good site"


def test_a_folder_that_is_no_site_is_never_replaced(tmp_path):
    (tmp_path / "thesis.docx").write_text("years of work")
    with pytest.raises(EditionError, match="choose another SITE"):
        build.check_target(tmp_path)
    assert (tmp_path / "thesis.docx").exists()


def test_publishing_replaces_the_old_site_whole(tmp_path):
    site, built = tmp_path / "site", tmp_path / "built"
    for folder, name in ((site, "old.html"), (built, "new.html")):
        folder.mkdir()
        (folder / name).write_text("x")
        (folder / build.MARK).write_text("x")
    build.publish(built, site)
    assert sorted(p.name for p in site.iterdir()) == [build.MARK, "new.html"]
    assert not (tmp_path / "site.old").exists()


def test_a_site_set_aside_by_a_killed_publish_comes_back(tmp_path):
    old = tmp_path / "site.old"
    old.mkdir()
    (old / build.MARK).write_text("x")
    build.check_target(tmp_path / "site")
    assert (tmp_path / "site" / build.MARK).exists()


def test_every_column_of_results_is_there(edition):
    with (edition / "results.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert header[:5] == ["study", "chapter", "label", "parameter", "visit"]
    assert len(header) == 15
    assert (ROOT / "book/_toc.yml").is_file()


@pytest.mark.parametrize("where", ["site", "site.old", "site.new"])
def test_nothing_of_somebody_elses_is_moved_or_removed(tmp_path, where):
    theirs = tmp_path / where
    theirs.mkdir()
    (theirs / "results.csv").write_text("years of work")
    with pytest.raises(EditionError, match="nothing was written"):
        build.check_target(tmp_path / "site")
    assert (theirs / "results.csv").read_text() == "years of work"


def test_a_file_is_no_site(tmp_path):
    (tmp_path / "site").write_text("a letter")
    with pytest.raises(EditionError, match="nothing was written"):
        build.publish(tmp_path, tmp_path / "site")
    assert (tmp_path / "site").read_text() == "a letter"


HOSTILE = {
    "Placebo": "<script>alert(1)</script>",
    "Low dose": "A*b* [l](u) `x` $y$",
    "High dose": "高剂量",
}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """The edition of a study whose subjects are hidden and whose labels are markup."""
    root = tmp_path_factory.mktemp("guarded")
    folder = Path(shutil.copytree(ROOT / "data/hucmsc", root / "study"))
    toml = (folder / "study.toml").read_text(encoding="utf-8")
    toml = toml.replace('"shown"', '"hidden"').replace('"simulated"', '"observed"')
    for value, label in HOSTILE.items():
        shown = "Control" if value == "Placebo" else value
        toml = toml.replace(f'label = "{shown}"', f'label = "{label}"')
    (folder / "study.toml").write_text(toml, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "helpers",
        "book",
        "--data",
        str(folder),
        "--site",
        str(root / "out"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return root / "out"


def test_a_label_is_text_wherever_it_stands(guarded, read_page):
    for path in [*guarded.glob("*.html"), *guarded.glob("chapters/*.html")]:
        source = path.read_text(encoding="utf-8")
        assert "<script>alert" not in source, path
        page = read_page(path)
        if path.name in ("01_design.html", "06_dose_response_survival.html"):
            assert "A*b*" in " ".join(page.words), path
            assert "<script>alert(1)</script>" in " ".join(page.words), path


def test_no_count_of_one_to_four_hidden_subjects_is_shown(guarded):
    rows = pd.read_csv(guarded / "results.csv", dtype=str, keep_default_na=False)
    shares = rows[(rows["unit"] == "proportion") & rows["n"].ne("")]
    shares = shares[shares["statistic"].isin(["proportion", "survival", "cumulative incidence"])]
    known = shares[shares["value"].str.fullmatch(r"[0-9.e-]+")]
    counts = (known["value"].astype(float) * known["n"].astype(int)).round()
    rest = known["n"].astype(int) - counts
    assert len(known) > 20
    assert not (counts.between(1, 4) | rest.between(1, 4)).any()
    assert "too few to show" in set(shares["value"])


def test_no_hidden_subject_is_named_or_drawn(guarded):
    for path in guarded.rglob("*"):
        if path.is_file() and path.suffix in (".html", ".csv", ".json", ".js"):
            assert not re.search(r"HUCMSC-\d{3}", path.read_text(encoding="utf-8")), path
