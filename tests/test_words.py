"""Methods, statistics and intervals in the words of the field."""

import pytest

from helpers.present import crossed, words
from helpers.present.text import record_text
from helpers.present.words import printed
from helpers.results import Record


def make(**fields):
    return Record(**{"key": "k.row", "label": "derived", "value": 1.0, **fields})


@pytest.mark.parametrize(
    ("name", "text"),
    [("clopper-pearson one-sided", "Clopper-Pearson one-sided"), ("fisher mid-p", "Fisher mid-P"),
     ("smallest p-value, control ahead", "smallest P value, control ahead"),
     ("scipy.stats.wilcoxon", "scipy.stats.wilcoxon"), ("cox.zph(fit)", "cox.zph(fit)"),
     ("true effect -67", "true effect \u221267"), ("2013-05", "2013-05")],
)  # fmt: skip
def test_names_have_their_capitals_and_code_stays_code(name, text):
    assert printed(name) == text


@pytest.mark.parametrize(
    ("method", "statistic", "said"),
    [("simulated trials", "median number of markers", "middle 95% from 1 to 4"),
     ("log-rank, simulated", "power", "Monte Carlo 95% interval 1 to 4"),
     ("bias analysis", "rise", "range from 1 to 4"),
     ("clopper-pearson one-sided", "proportion", "one-sided 95% CI 1 to 4"),
     ("clopper-pearson", "proportion", "95% CI 1 to 4")],
)  # fmt: skip
def test_only_a_confidence_interval_is_called_one(method, statistic, said):
    record = make(method=method, statistic=statistic, lower=1.0, upper=4.0, digits=0)
    assert record_text(record, "estimate") == f"1 ({said})"


def test_rows_that_share_their_words_are_told_apart_by_what_differs_in_their_keys():
    records = [
        make(key=f"limits.response.low-dose.{end}", arm="Low dose") for end in ("low", "high")
    ]
    assert [word.rpartition(": ")[2] for word in crossed.row_words(records)] == ["low", "high"]


def test_a_p_value_that_is_the_value_stands_once():
    html = crossed.results_table([make(value=0.0354, p_value=0.0354, statistic="p-value")])
    assert ">0.035</a>" in html.html
    assert '<th scope="col">P</th>' not in html.html


@pytest.mark.parametrize(
    ("method", "statistic", "said"),
    [
        ("wilcoxon signed-rank", "V", "signed-rank statistic V"),
        ("hodges-lehmann", "pseudomedian", "typical change (pseudomedian)"),
        ("sign test", "proportion", "share that rose, of those that changed"),
        ("clopper-pearson", "proportion", "proportion"),  # of any event, not of a rise
        ("kaplan-meier", "survival", "share still without the event"),
    ],
)
def test_a_caption_says_what_a_statistic_is(method, statistic, said):
    record = make(method=method, statistic=statistic)
    assert words.called(record) == said
    assert said.lower() in crossed.common_words([record]).lower()
