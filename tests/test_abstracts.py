"""Abstracts of 16 designs, printed by R from invented patients: as printed, and with one number spoiled."""

import re
from pathlib import Path

import pytest

from helpers.audit import audit, load_report
from helpers.audit.text import as_text

ABSTRACTS = Path(__file__).parent / "reference" / "abstracts"  # made by reference/abstracts.R
NAMES = sorted(path.name for path in ABSTRACTS.iterdir())
ACCUSED = ("questioned", "impossible")
REPRODUCED = {"accuracy": {"sensitivity", "specificity"}, "anova": {"score", "f"}, "binary": {"risk"},
              "correlation": {"r"}, "crossover": {"difference"}, "events": {"nausea", "headache", "rash"},
              "noninferiority": {"cure"}, "response": {"response"}, "continuous": {"change"},
              "statistics": {"t"}}  # fmt: skip
OPEN = {"ancova": {"end"}, "cluster": {"uptake"}, "strata": {"response"},
        "response": {"death"}}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return {name: audit(load_report(ABSTRACTS / name)) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_numbers_of_real_patients_are_not_accused(found, name):
    verdicts = {r.id: r.verdict for r in found[name].results}
    assert not [r for r, verdict in verdicts.items() if verdict in ACCUSED]
    assert {r for r, v in verdicts.items() if v == "reproduced"} == REPRODUCED.get(name, set())
    assert {r for r, v in verdicts.items() if v == "not checkable"} == OPEN.get(name, set())


@pytest.mark.parametrize("name", NAMES)
def test_no_power_of_ten_and_no_wrong_article_stands_in_its_words(found, name):
    text = as_text(found[name])
    assert not re.search(r"\d+e-\d+", text)
    assert not re.search(r"\ba [aeio]\w", text)


SPOILED = [
    ("binary", "odds", '"2.51"', '"2.15"'), ("binary", "risk", '"1.32", "2.70"', '"1.22", "2.70"'),
    ("binary", "difference", '"41.2%", "21.9%"]\nvalue = "19', '"41.6%", "21.9%"]\nvalue = "19'),
    ("binary", "difference", '"19.4%"', '"17.4%"'), ("survival", "cox", '"0.69"', '"0.79"'),
    ("survival", "cox", '"0.004"', '"0.04"'), ("continuous", "sd", '"0.341"', '"0.241"'),
    ("continuous", "se", '"0.339"', '"0.239"'), ("continuous", "change", '"0.27"', '"0.02"'),
    ("anova", "score", '"0.004"', '"0.04"'), ("anova", "f", '"5.82"', '"3.82"'),
    ("accuracy", "sensitivity", '"85.5%"', '"86.5%"'), ("response", "response", '"44%"', '"46%"'),
    ("noninferiority", "cure", '"-2.2%"', '"-3.2%"'), ("events", "headache", '"0.001"', '"0.01"'),
    ("correlation", "r", '"0.48"', '"0.28"'), ("crossover", "difference", '"0.002"', '"0.02"'),
    ("scale", "score", '"2.78"', '"2.79"'), ("statistics", "t", '"1.69"', '"2.69"'),
    ("statistics", "chi", '["2"]', '["1"]'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "result", "printed", "spoiled"), SPOILED)
def test_one_spoiled_number_is_caught_and_no_other(found, tmp_path, name, result, printed, spoiled):
    text = (ABSTRACTS / name / "report.toml").read_text(encoding="utf-8")
    start = text.index(f'id = "{result}"')
    changed = text[start:].replace(printed, spoiled, 1)
    assert changed != text[start:]
    (tmp_path / "report.toml").write_text(text[:start] + changed, encoding="utf-8")
    accused = [r.id for r in audit(load_report(tmp_path)).results if r.verdict in ACCUSED]
    assert accused == [result]


def test_a_mean_outside_the_middle_of_its_interval_is_caught(tmp_path):
    text = (ABSTRACTS / "continuous" / "report.toml").read_text(encoding="utf-8")
    start = text.index('id = "ci"')
    mean = re.search(r'mean = \["([\d.]+)"', text[start:])
    for gap, verdict in ((0, "compatible"), (1.5, "questioned"), (30, "impossible")):
        other = mean[0].replace(mean[1], f"{float(mean[1]) + gap:.1f}")
        changed = text[:start] + text[start:].replace(mean[0], other, 1)
        (tmp_path / "report.toml").write_text(changed, encoding="utf-8")
        assert audit(load_report(tmp_path)).result("ci").verdict == verdict
