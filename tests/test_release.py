"""The record of what an edition withheld, and what a second edition of nearly the same data says."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.analyse.estimate import Estimate
from helpers.analyse.paired import hodges_lehmann
from helpers.analyse.proportions import incidence_rate
from helpers.disclosure import N_ALONE, as_shown
from helpers.edition import release
from helpers.literate import Result
from helpers.literate.outcome import About
from helpers.results import Record


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(release, "SECRET", tmp_path / "secret")
    (tmp_path / "adsl.csv").write_text("USUBJID\nS1\n")
    return tmp_path


def study(n=40, rounding=False, threshold=5):
    config = SimpleNamespace(
        threshold=threshold, rounding=rounding, show_subjects=False, parameters={}
    )
    return SimpleNamespace(id="s", adsl=pd.DataFrame({"USUBJID": [f"P-{i}" for i in range(n)]}),
                           config=config)  # fmt: skip


def record(key, statistic, value=1.0, text="", method="m"):
    return Record(key=key, chapter="c", label="derived", study="s", parameter="CD4", arm="A",
                  method=method, statistic=statistic, value=value, n=20, text=text)  # fmt: skip


RECORDS = [
    record("few", "proportion", None, "too few to show"),
    record("away", "proportion", None, "too few to show"),
    record("last", "maximum", None, "not shown"),
    record("p", "V", None, "P < 0.05"),
    record("median", "median"),
    record("mean", "mean"),
    record("share", "proportion", 0.5),
    record("markers", "markers", 3.0),
]
WITHHELD = {"c": ["away", "mean" + N_ALONE]}


def by_rule(found):
    return {rule: [e["key"] for e in found["numbers"] if e["rule"] == rule]
            for rule in found["rules"]}  # fmt: skip


def test_every_number_that_is_not_as_computed_is_listed_with_its_rule(folder):
    found = release.record_of(study(), [folder / "adsl.csv"], RECORDS, WITHHELD)
    assert by_rule(found) == {
        "few": ["few", "away"],  # which of the two is small is not told
        "single": ["last"],
        "missing": ["mean"],
        "grid": ["p"],
        "cell": ["median"],
        "digits": ["mean"],
    }
    rounded = release.record_of(study(rounding=True), [folder / "adsl.csv"], RECORDS, WITHHELD)
    assert by_rule(rounded)["rounded"] == [r.key for r in RECORDS]  # every n is, too
    assert by_rule(rounded)["step"] == ["mean"]
    assert rounded["subjects"] % 5 == 0
    text = release.as_text(found)
    assert all(key in text for key in ("few, away", "median", "40"))
    assert "P-" not in json.dumps(found) + text  # no subject's anything
    assert not any(isinstance(v, float) for e in found["numbers"] for v in e.values())


def test_a_mark_is_the_same_for_the_same_tables_and_secret_alone(folder):
    table = folder / "adsl.csv"
    first = release.record_of(study(), [table], [], {})["mark"]
    assert first == release.record_of(study(), [table], [], {})["mark"]
    assert release.SECRET.stat().st_mode & 0o077 == 0
    lot = release.lot([table])
    assert lot[:32] != first
    table.write_text("USUBJID\nS2\n")
    assert release.record_of(study(), [table], [], {})["mark"] != first
    assert release.lot([table]) != lot
    table.write_text("USUBJID\nS1\n")
    release.SECRET.unlink()  # another machine
    assert release.record_of(study(), [table], [], {})["mark"] != first


def made(folder, content, n, **settings):
    (folder / "adsl.csv").write_text(content)
    return release.record_of(study(n, **settings), [folder / "adsl.csv"], [], {})


@pytest.mark.parametrize(
    ("n", "warned"), [(40, True), (41, True), (44, True), (45, False), (30, False)]
)
def test_an_edition_of_data_that_changed_by_few_warns(folder, n, warned):
    before = made(folder, "a", 40)
    assert release.warnings(before, before) == []
    found = release.warnings(before, made(folder, "b", n))
    assert bool(found) == warned
    assert not warned or ("40 patients" in found[0] and "Publish one" in found[0])


def test_the_same_data_at_other_settings_and_another_study_or_none(folder):
    before = made(folder, "a", 40)
    assert "other settings" in release.warnings(before, made(folder, "a", 40, threshold=11))[0]
    other = {**made(folder, "b", 41), "study": "t"}
    assert release.warnings(before, other) == release.warnings(None, before) == []
    rounded = [made(folder, text, 40, rounding=True) for text in "ab"]
    (words,) = release.warnings(*rounded)
    assert "rounding = true" not in words  # it is on


def test_a_release_is_read_from_a_site_or_there_is_none(folder):
    assert release.read(folder) is None
    for text in ("{", "[]"):
        (folder / release.JSON).write_text(text)
        assert release.read(folder) is None
    (folder / release.JSON).write_text('{"study": "s"}')
    assert release.read(folder) == {"study": "s"}


def test_a_study_of_another_id_is_not_listed(folder):
    alien = [replace(r, study="t") for r in RECORDS]
    assert release.record_of(study(), [folder / "adsl.csv"], alien, {})["numbers"] == []


ESTIMATES = [
    Estimate("m", "mean", 12.3456, 10.123, 14.5, n=40),
    Estimate("ancova", "adjusted mean difference", 3.21, 1.234, 5.2, p_value=0.0123, n=80),
    Estimate("log-rank", "chi-square", 3.21, p_value=0.0123, n=40),
    Estimate("log-rank", "chi-square", 3.21, n=40),
    Estimate("fisher", "p-value", 0.0123, p_value=0.0123, n=40),
    Estimate("cox", "hazard ratio", 0.7123, 0.4123, 1.2123, p_value=0.0123, n=40),
    Estimate("cox", "hazard ratio", 0.7123, n=40),
    Estimate("kaplan-meier", "survival", 0.535714, 0.3, 0.72, n=40),
    Estimate("newcombe", "risk difference", 0.1234, -0.1, 0.3, p_value=0.0123, n=80),
    Estimate("m", "odds ratio", 1.2345, 0.8, 2.1, n=80),
    Estimate("two-sample t", "detectable difference", 14.4821, n=80),
    Estimate("pattern mixture, ancova", "tipping shift", 183.21, n=80),
    Estimate("wilcoxon signed-rank, normal approximation", "V", 317.0, p_value=0.0123, n=40),
    Estimate("wilcoxon signed-rank", "V", 317.0, p_value=0.0123, n=40),
    Estimate("spearman", "correlation", 0.4321, 0.1, 0.7, p_value=0.0123, n=11),
    Estimate(
        "sign test",
        "proportion",
        0.61,
        p_value=0.0123,
        n=41,
        given=100,
        source="helpers.analyse.paired:sign_test",
    ),
    Estimate("sign flips of patients", "proportion", 0.61234, n=60),
    Estimate("horizon", "duration", 200.0, n=62),
    Estimate("clopper-pearson", "proportion", 0.5, 0.34, 0.66, n=40),
    Estimate("clopper-pearson", "proportion", 0.05, 0.01, 0.17, n=40),
    Estimate("count", "count", 17.0),
    Estimate("m", "maximum", 900.0, n=40),
    Estimate("m", "something new", 900.0, n=40),
    incidence_rate(31, 37.3, n=40),
    hodges_lehmann(np.random.default_rng(3).normal(30, 40, 60).round()),
]


@pytest.mark.parametrize("rounded", [False, True])
@pytest.mark.parametrize("estimate", ESTIMATES, ids=lambda e: f"{e.method}-{e.statistic}")
def test_whatever_is_printed_otherwise_than_computed_names_its_rule_and_nothing_else_does(
    folder, estimate, rounded
):
    config = {"rounding": rounded, "threshold": 8 if rounded else 5}
    found, words, digits = as_shown(
        estimate, "", 1, threshold=config["threshold"], key="a" if rounded else None
    )
    about = About(study="s", label="derived", text=words, digits=digits)
    made = replace(Result(found, about).record("k"), chapter="c")
    was = Result(estimate, replace(about, text="")).record("k")
    numbers = ("value", "lower", "upper", "p_value", "n", "text")
    changed = [x for x in numbers if getattr(made, x) != getattr(was, x)]
    listed = release.record_of(study(**config), [folder / "adsl.csv"], [made], {})
    assert not changed or listed["numbers"], changed
    assert {e["rule"] for e in listed["numbers"]} == set(listed["rules"])
    assert all(listed["rules"].values())
    tests = {"chi-square", "V"} & {estimate.statistic}
    assert not (rounded and tests) or found.value != found.value  # no statistic beside its P
