"""Which words of AEREL count as related."""

import pytest

from helpers.causality import counts_as_related


@pytest.mark.parametrize("word", ["Y", "RELATED", "possible", "PROBABLE", "Definite", "YES"])
def test_words_that_count(word):
    assert counts_as_related(word)


@pytest.mark.parametrize(
    "word", ["", "N", "no", "NONE", "Not related", "UNRELATED", "unlikely", "REMOTE", "doubtful"]
)
def test_words_that_deny(word):
    assert not counts_as_related(word)


def test_the_study_says_it_otherwise():
    assert counts_as_related("remote", ["Remote", "Possible"])
    assert not counts_as_related("PROBABLE", ["Remote", "Possible"])
