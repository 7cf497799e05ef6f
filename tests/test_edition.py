"""Editions: cells kept by tags, a real trial's site, faults that leave the last site alone."""

import csv
import html
import itertools
import json
import math
import re
import shutil
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from exchanged import ars_faults, beyond_results
from helpers import actg175
from helpers.__main__ import main
from helpers.context import ROOT, Context
from helpers.disclosure import UNSHOWN, rules
from helpers.edition import banner, export, gate, plan, publish
from helpers.errors import StudyError


@pytest.fixture(scope="module")
def actg(tmp_path_factory):
    """ACTG 175 as a study folder; its data are public, so its numbers are shown unrounded."""
    folder = actg175.write_study(tmp_path_factory.mktemp("data") / "actg175")
    toml = (folder / "study.toml").read_text(encoding="utf-8")
    (folder / "study.toml").write_text('subject_level = "shown"\n' + toml, encoding="utf-8")
    return folder


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


def publish_one(site, name, text):
    """Publish a site of one file."""
    built = site.with_name("built")
    built.mkdir()
    (built / name).write_text(text)
    with publish.claimed(site) as place:
        publish.publish(built, place)
    shutil.rmtree(built)


def pick(rows, **where):
    found = rows
    for column, value in where.items():
        found = found[found[column] == value]
    return found


def test_a_randomised_edition_keeps_no_cell_of_the_other_design_or_of_the_book(actg):
    chapters, left_out = plan.edition_chapters(
        Context(published=False, studies={"randomised": str(actg)})
    )
    assert not any(c.notebook.metadata.get("for") == "book" for c in chapters)
    assert not any(cell.metadata.get("for") for c in chapters for cell in c.notebook.cells)
    assert dict(left_out)["5 · Donor cells"].startswith("the study has no donor cells")
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


def test_the_converter_writes_over_no_study(tmp_path):
    (tmp_path / "adsl.csv").write_text("years of work")
    with pytest.raises(StudyError, match="folder is not empty"):
        actg175.write_study(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["adsl.csv"]
    assert (tmp_path / "adsl.csv").read_text() == "years of work"


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


def test_the_patients_that_a_confirmation_takes_are_statsmodels_own(rows):
    from statsmodels.stats.power import TTestIndPower

    def value(**where):
        (found,) = pick(rows, **where)["value"].astype(float)
        return found

    spread = value(
        chapter="studies/actg175/08_next_trial", parameter="CD4+ T cells", method="ancova residual"
    )
    for code in (1, 2, 3):
        mine = {"chapter": "studies/actg175/08_next_trial", "arm": actg175.ARMS[code]}
        gap = value(**mine, statistic="adjusted mean difference")
        for part, words in ((1, "the difference as estimated"), (0.5, "half of it")):
            peer = TTestIndPower().solve_power(abs(part * gap) / spread, power=0.9, alpha=0.05)
            found = value(**mine, parameter=f"Patients an arm for 90% power: {words}")
            assert found == math.ceil(peer)
        assert 0.5 < value(**mine, statistic="assurance") < 0.9


def test_numbers_of_observed_data_are_never_called_simulated(rows):
    assert set(rows["label"]) <= {"derived", "observed"}
    trial = rows[rows["study"] == "actg175"]
    assert "observed" in set(trial["label"])


def published_words():
    """Names, registry numbers, DOIs, authors and quotations of the published studies."""
    words = {"AAIT", "hUC-MSC", "hucmsc", "NCT01213186", "s41392", "Xu 2021", "Wang 2021", "xu2021"}
    words |= {"wang2021", "Fu-Sheng", "umbilical cord mesenchymal", "microchimerism"}
    claims = tomllib.loads((ROOT / "data/published/claims.toml").read_text(encoding="utf-8"))
    quotes = {item["quote"] for item in claims["claim"]}
    assert len(quotes) > 20
    # a quotation of two words ("well tolerated") is everybody's
    return words | {quote for quote in quotes if len(quote.split()) > 2}


def site_texts(site):
    """Every published file as text, as it is and with entities undone and blanks made one."""
    for path in site.rglob("*"):
        if path.is_file() and path.suffix not in {*gate.BINARY, ".map"}:  # .map: theme's base64
            text = path.read_text(encoding="utf-8", errors="replace")
            yield path, " ".join((text + html.unescape(text)).lower().split())


def test_nothing_of_the_published_studies_is_in_the_edition(edition):
    words = {word.lower() for word in published_words()}
    for path, text in site_texts(edition):
        assert [word for word in words if word in text] == [], path


def test_no_pair_of_numbers_of_a_published_claim_stands_together(edition):
    # one number alone ("70.8%") may be hers; two of the same claim side by side are ours
    claims = tomllib.loads((ROOT / "data/published/claims.toml").read_text(encoding="utf-8"))
    values = [[f"{v:g}" for v in c.get("values", [])] for c in claims["claim"]]
    pairs = [p for found in values for p in itertools.permutations(found, 2) if len("".join(p)) > 5]
    assert {("10.5", "207.5"), ("70.8", "95.8")} <= set(pairs)
    near = [
        re.compile(rf"(?<![\d.]){re.escape(a)}(?![\d.]).{{0,80}}?(?<![\d.]){re.escape(b)}(?![\d.])")
        for a, b in pairs
    ]
    for path in [*edition.glob("*.html"), *edition.glob("chapters/*.html")]:
        text = path.read_text(encoding="utf-8")
        text = re.sub(r"<svg.*?</svg>|<script.*?</script>", "", text, flags=re.S)  # coordinates
        text = " ".join(re.sub(r"<[^>]*>", " ", text).split())
        assert [pattern.pattern for pattern in near if pattern.search(text)] == [], path


def test_every_link_to_code_leads_to_a_page_of_the_edition(edition):
    linked = {
        m[1] for p in edition.rglob("*.html") for m in export.LINK.finditer(p.read_text("utf-8"))
    }
    assert "src/helpers/analyse/survival.py" in linked
    for name in linked:
        assert (edition / "code" / f"{name}.html").is_file(), name
    source = next(edition.glob("download/**/03_cd4_cd8_viral_load.md")).read_text("utf-8")
    assert "change.against_reference()" in source
    assert "hucmsc-cd4-between" not in source


def test_a_chapters_source_keeps_its_lines_and_only_the_cells_of_the_edition(actg):
    chapters, _ = plan.edition_chapters(Context(published=False, studies={"randomised": str(actg)}))
    chapter = next(c for c in chapters if c.name == "studies/actg175/03_cd4_cd8_viral_load")
    whole = (ROOT / "chapters/analysis/03_cd4_cd8_viral_load.md").read_text("utf-8").split("\n")
    kept = export.edition_source(chapter).split("\n")
    assert len(kept) == len(whole)
    assert all(line in ("", original) for line, original in zip(kept, whole, strict=True))
    assert sum(map(bool, kept)) > 50


def pages_of(site):
    """The pages of a site, code pages too; a theme's template under _static is none."""
    return [p for p in sorted(site.rglob("*.html")) if "_static" not in p.parts]


def test_an_edition_that_shows_patients_says_so_on_every_page_and_in_every_file(edition, guarded):
    def bare(paths):
        return [p for p in paths if banner.BANNER not in html.unescape(p.read_text("utf-8"))]

    def files_of(site):
        return [p for end in ("ipynb", "md", "csv") for p in sorted(site.rglob(f"*.{end}"))]

    assert len(pages_of(edition)) > 8
    assert len(files_of(edition)) > 20
    assert bare(pages_of(edition)) == []
    assert bare(files_of(edition)) == []
    assert bare(pages_of(guarded)) == pages_of(guarded)
    assert bare(files_of(guarded)) == files_of(guarded)
    for page in pages_of(edition):  # once: the cell of the notebook is not on its page
        assert html.unescape(page.read_text("utf-8")).count(banner.BANNER) == 1, page


def test_no_subject_identifier_is_in_the_edition(edition, actg):
    identifier = re.compile(r"ACTG175-\d{6}")
    assert pd.read_csv(actg / "adsl.csv")["USUBJID"].map(identifier.fullmatch).all()
    for path in edition.rglob("*"):
        if path.is_file():
            assert not identifier.search(path.read_text(encoding="utf-8", errors="replace")), path


def test_the_front_page_says_what_was_left_out(edition):
    text = (edition / "index.html").read_text(encoding="utf-8")
    assert "the study has no donor cells (chimerism)" in text
    assert not (edition / "claims.json").exists()


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
    publish_one(out, "results.csv", "the last good site")
    if old is None:
        (folder / file).unlink()
    else:
        text = (folder / file).read_text()
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1))
    assert main(["book", "--data", str(folder), "--site", str(out)]) == 1
    assert said in capsys.readouterr().err
    assert sorted(p.name for p in out.iterdir()) == [publish.MARK, "results.csv"]
    assert (out / "results.csv").read_text() == "the last good site"


@pytest.mark.parametrize("site", ["site", "site/study/out", "site/study", "link"])
def test_a_site_and_its_data_lie_apart_and_nobodys_file_is_lost(tmp_path, capsys, site):
    publish_one(tmp_path / "site", "index.html", "the last good site")
    folder = Path(shutil.copytree(ROOT / "data/aait", tmp_path / "site/study"))
    (tmp_path / "link").symlink_to(tmp_path / "site")
    before = sorted(tmp_path.rglob("*"))
    assert main(["book", "--data", str(folder), "--site", str(tmp_path / site)]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "nothing was written" in said
    assert sorted(tmp_path.rglob("*")) == before


def test_every_column_of_results_is_there(edition):
    with (edition / "results.csv").open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    assert header[:5] == ["study", "chapter", "label", "parameter", "visit"]
    assert header[15:-1] == ["key", "code", "test", "cell", "uses", "sentence"]
    assert header[-1] == "note"  # this edition shows single patients and says so
    assert (ROOT / "book/_toc.yml").is_file()


HOSTILE = {  # in study.toml: label of ours -> label of somebody who means harm
    'label = "Control"': "label = '<script>alert(1)</script>'",
    'label = "Low dose"': "label = 'A*b* [l](javascript:alert(2)) `x` $y$ datum.x'",
    'label = "High dose"': "label = '高剂量'",
    'label = "CD4+ T cells"': "label = '=cmd|A1 CD4 <b>'",
    'label = "CD8+ T cells"': "label = '+SUM(A1) _CD8_'",
    'label = "Immunological response"': "label = '@resp <img src=x onerror=alert(3)>'",
    'short = "hUC-MSC"': "short = 'Tri*al* <i>'",
    'id = "hucmsc"': "id = '-1+1'",
    'source = "doi 10.1038/s41392-021-00607-2"': "source = '[x](javascript:alert(4))'",
    '"Umbilical cord mesenchymal stem cells for immune non-responders with HIV-1 infection"':
        "'\"><svg onload=alert(5)> title'",
}  # fmt: skip
TERMS = [
    '=HYPERLINK("x") {n.control} <script>alert(6)</script>',
    '{"expr": "datum.x"} [x](javascript:alert(7))',
    "{num}`boom` **bold** | cell",
    "\t=1+1",
]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """The edition of a study whose subjects are hidden and whose labels and terms are markup."""
    root = tmp_path_factory.mktemp("guarded")
    folder = Path(shutil.copytree(ROOT / "data/hucmsc", root / "study"))
    toml = (folder / "study.toml").read_text(encoding="utf-8")
    toml = toml.replace('"shown"', '"hidden"').replace('"simulated"', '"observed"')
    for ours, theirs in HOSTILE.items():
        assert ours in toml
        toml = toml.replace(ours, theirs)
    (folder / "study.toml").write_text(toml, encoding="utf-8")
    events = pd.read_csv(folder / "adae.csv")
    for column in ("AEDECOD", "AEBODSYS"):
        common = events[column].value_counts().index[: len(TERMS)]
        events[column] = events[column].replace(dict(zip(common, TERMS, strict=True)))
    events.assign(AETERM=[f"verbatim words of subject {i}" for i in range(len(events))]).to_csv(
        folder / "adae.csv", index=False
    )
    command = [sys.executable, "-m", "helpers", "book", "--data", str(folder)]
    done = subprocess.run(
        [*command, "--site", str(root / "out")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return root / "out"


class Elements(HTMLParser):
    """All elements of a page with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, attrs))


def test_a_label_is_text_wherever_it_stands(guarded, read_page):
    for path in guarded.rglob("*.html"):
        source = path.read_text(encoding="utf-8")
        assert "<script>alert" not in source, path
        for tag, attrs in Elements(source).found:
            for name, value in attrs:
                assert name not in ("onerror", "onload"), (path, tag)
                assert not (value or "").strip().lower().startswith("javascript:"), (path, tag)
        words = " ".join(read_page(path).words)
        if path.name in ("01_design.html", "06_dose_response_survival.html"):
            assert "A*b* [l](javascript:alert(2)) `x` $y$ datum.x" in words, path
            assert "<script>alert(1)</script>" in words, path
        if path.name == "02_safety.html":
            assert TERMS[0] in words
            assert "{num}`boom` **bold** | cell" in words


def test_no_cell_of_results_is_a_formula(guarded):
    with (guarded / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    texts = [
        c
        for row in rows
        for k, c in row.items()
        if k not in ("value", "lower", "upper", "p_value", "n")
    ]
    assert not [c for c in texts if c[:1] in set("=+-@\t\r")]
    assert {"'-1+1"} == {row["study"] for row in rows if row["study"]}
    assert any(c.startswith("'=HYPERLINK") for c in texts)
    for row in rows:  # what is no text is a number or words
        assert row["value"][:1] not in set("=+@\t\r")


def test_nothing_is_hidden_for_want_of_a_name(guarded):
    rows = pd.read_csv(guarded / "results.csv", dtype=str, keep_default_na=False)
    unnamed = rows[rows["value"] == UNSHOWN]
    kinds = {rules.kind(r.statistic, method=r.method) for r in unnamed.itertuples()}
    # of so few the share of a sign test has a rule that keeps it back: it is no want of a name
    assert kinds <= {rules.EXTREME, rules.SIGN_TEST}, unnamed[
        ["statistic", "method"]
    ].drop_duplicates()


def test_every_published_step_of_a_hidden_curve_is_nobody_or_five(guarded):
    rows = pd.read_csv(guarded / "results.csv", dtype=str, keep_default_na=False)
    curves = rows[rows["statistic"].isin(["cumulative incidence", "number at risk"])]
    curves = curves[curves["value"].str.fullmatch(r"[0-9.e-]+")]
    assert len(curves) > 6
    for (_, arm), mine in curves.groupby(["parameter", "arm"]):
        n = int(mine["n"].replace("", "0").astype(int).max())
        values = mine["value"].astype(float)
        share = mine["statistic"] == "cumulative incidence"
        gone = sorted(
            {round(v) for v in (n * values[share]).tolist() + (n - values[~share]).tolist()}
        )
        assert all(b - a >= 5 for a, b in itertools.pairwise([0, *gone]) if b != a), arm


def test_no_quartile_or_median_of_hidden_subjects_is_one_value(guarded):
    rows = pd.read_csv(guarded / "results.csv", dtype=str, keep_default_na=False)
    medians = rows[rows["method"].eq("quartiles") & rows["value"].str.fullmatch(r"-?[0-9.e+-]+")]
    assert len(medians) > 10
    for row in medians.itertuples():
        known = [float(x) for x in (row.value, row.lower, row.upper) if x]
        # all are middles of cells of one width, a one-digit number, and no cell is narrow
        widths = [k * 10.0**p for p in range(-4, 5) for k in (1, 2, 5)]
        fits = [w for w in widths if all(abs(v / w % 1 - 0.5) < 1e-6 for v in known)]
        assert max(fits) > 0.03 * max(known), row.key


def test_the_fields_formats_hold_what_the_pages_show_and_nothing_that_they_withhold(guarded):
    beyond, seen, withheld = beyond_results(guarded)
    assert not beyond
    assert seen > 100
    assert withheld > 20
    ElementTree.parse(guarded / "cdisc/own/define.xml")  # whatever a label holds
    assert not ars_faults(json.loads((guarded / "cdisc/own/ars.json").read_text("utf-8")))


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
