"""Facts of other papers: what the file may hold, the day on which it was read, what is shown of it."""

from datetime import date

import pytest
from scipy import stats

from helpers.context import ROOT
from helpers.errors import ClaimsError
from helpers.literate import literature
from helpers.present.text import record_text
from helpers.results import notebook_records

FACT = """[[fact]]
id = "a.b"
about = "A trial"
what = "Something"
statistic = "count"
{number}
source = "doi 10.1/x, abstract, sentence 2"
seen = "{seen}"
looked = {looked}
note = ""
"""


def faults(tmp_path, text):
    path = tmp_path / "literature.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ClaimsError) as found:
        literature.load_literature(path)
    return str(found.value)


def fact(number='value = "5"', seen="abstract", looked="2026-11-28"):
    return FACT.format(number=number, seen=seen, looked=looked)


def test_a_fact_has_a_date_a_known_way_of_reading_and_one_value(tmp_path):
    assert "expected a date" in faults(tmp_path, fact(looked='"soon"'))
    assert "expected seen among" in faults(tmp_path, fact(seen="hearsay"))
    assert "expected one of value" in faults(tmp_path, fact(number='value = "1"\ntext = "one"'))
    assert "expected value as it is printed" in faults(tmp_path, fact(number="value = 0.7"))
    assert "expected value as it is printed" in faults(tmp_path, fact(number='value = "0,7"'))
    assert "expected counted of n" in faults(tmp_path, fact(number="counted = 3\nn = 2"))
    assert "expected counted of n" in faults(tmp_path, fact(number="counted = 3"))
    assert "found it again" in faults(tmp_path, fact() + fact())
    assert "unknown ['colour']" in faults(tmp_path, fact() + 'colour = "red"\n')


def test_every_fact_was_read_on_a_day_that_has_come_and_says_where():
    for found in literature.load_literature().values():
        assert date(2026, 11, 1) <= found.looked <= date.today()
        assert found.source.startswith("ClinicalTrials.gov NCT") or "doi 10." in found.source


@pytest.mark.proves("helpers.literate.literature:literature")
def test_a_printed_number_is_reported_with_its_source_and_day():
    row = literature.literature("esprit")["esprit"]["ratio"]
    assert (row.value, row.estimate.lower, row.estimate.upper, row.n) == (0.94, 0.75, 1.16, 4111)
    assert row.about.label == "reported"
    assert "sentence 3" in row.about.sentence
    assert row.about.sentence.endswith("read 2026-11-28")
    with pytest.raises(ClaimsError, match="expected one of"):
        literature.literature("nothing")


def test_a_reported_fact_is_shown_with_the_digits_that_were_printed():
    row = literature.literature("silcaat")["silcaat"]["ratio"].record("x")
    assert record_text(row) == "0.91 (95% CI 0.70 to 1.18; n = 1,695)"
    numbers = {k: f for k, f in literature.load_literature().items() if f.value}
    for name, result in literature.literature(*{k.partition(".")[0] for k in numbers}).items():
        if name in numbers:
            shown = record_text(result.record("x"), "bare").replace(",", "")
            assert shown == numbers[name].value


def test_a_count_of_patients_is_derived_with_its_exact_interval():
    early = literature.literature("kruskall2001")["kruskall2001"]["early"]
    assert (early.value, early.n, early.about.label) == (5 / 47, 47, "derived")
    low = stats.beta.ppf(0.025, 5, 43)
    high = stats.beta.ppf(0.975, 6, 42)
    assert (early.estimate.lower, early.estimate.upper) == pytest.approx((low, high))


def test_side_by_side_the_fact_comes_before_its_trial():
    found = literature.side_by_side("NCT05939167", "NCT05872659")
    assert {k: int(r) for k, r in found["planned"].items()} == {
        "NCT05939167": 150, "NCT05872659": 20}  # fmt: skip


@pytest.mark.proves("helpers.literate.literature:last_looked")
def test_the_day_shown_is_the_earliest_on_which_any_of_them_was_read(monkeypatch):
    first = literature.load_literature()
    older = {k: f if k != "NCT05872659.planned" else type(f)(
        **{**vars(f), "looked": date(2026, 11, 3)}) for k, f in first.items()}  # fmt: skip
    monkeypatch.setattr(literature, "_known", lambda: older)
    assert literature.last_looked("NCT05939167", "NCT05872659").about.text == "3 November 2026"
    assert literature.last_looked("NCT05939167").about.text == "28 November 2026"


def test_the_essay_shows_the_day_of_its_facts():
    records = {r.key: r for r in notebook_records(ROOT / "book/chapters/08_next_trial.ipynb")}
    shown = {k.rpartition(".")[2] for k in records if k.startswith("later.state.")}
    days = [f.looked for f in literature.load_literature().values() if f.about in shown]
    assert len(shown) == 5
    assert records["looked"].text == f"{min(days).day} {min(days):%B %Y}"
