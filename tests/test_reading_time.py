"""How long a page takes to read: its prose and nothing else."""

import pytest

from helpers.present import reading_time
from helpers.present.reading_time import minutes, with_minutes

WORDS = "word " * 238


@pytest.mark.parametrize(
    ("html", "time"),
    [
        (f"<p>{WORDS * 4}</p>", 4),
        (f"<h2>{WORDS}</h2><ul><li>{WORDS}<p>{WORDS}</p></li></ul>", 3),
        (f"<p>{WORDS * 2}</p><details><p>{WORDS * 9}</p></details>", 2),
        (f"<p>{WORDS * 2}</p><table><td><p>{WORDS}</p></td></table><pre>{WORDS}</pre>", 2),
        (f"<p>{WORDS}</p><svg><text>{WORDS}</text></svg><aside><p>{WORDS}</p></aside>", 1),
        ("<p>a few</p>", 1),
    ],
)
def test_prose_is_read_and_the_rest_is_looked_at(html, time):
    assert minutes(html) == time


def test_the_time_stands_once_under_the_title():
    page = with_minutes(f"<h1>Title</h1><p>{WORDS * 3}</p>", 3)
    assert page.startswith('<h1>Title</h1><p class="minutes">3 minutes to read</p><p>')
    assert "1 minute to read" in with_minutes("<h1>x</h1>", 1)


def test_words_are_those_of_the_book():
    assert reading_time._Prose("<p>95.8% of 24 patients’ counts, P = 0.004</p>").words == 7
