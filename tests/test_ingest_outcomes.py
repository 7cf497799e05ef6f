"""How a time ended out: codes of study.toml first, then CNSR 0, then a death that is described."""

import pandas as pd
import pytest

from helpers.config import Endpoint
from helpers.ingest.outcomes import names_death, outcomes


def ends(endpoint, rows):
    """E, C, U or - of each (CNSR, EVNTDESC)."""
    frame = pd.DataFrame(rows, columns=["CNSR", "EVNTDESC"]).assign(PARAMCD="X")
    found = outcomes(frame, {"x": endpoint})
    marks = found.rename(columns={"EVENT": "E", "COMPETING": "C", "UNSAID": "U"})
    return "".join(marks.idxmax(axis=1).where(marks.any(axis=1), "-"))


ROWS = [(0, "Infection"), (1, "Study completion"), (2, "Death"), (3, "Lost to follow-up")]


@pytest.mark.parametrize(
    ("said", "expected"),
    [({}, "E-C-"), ({"competing": ()}, "E---"), ({"competing": (2, 3)}, "E-CC"),
     ({"competing": ("lost to follow-up",)}, "E--C"), ({"events": (0, "death")}, "E-E-"),
     ({"events": (3,)}, "--CE"), ({"censored": (1,)}, "E-CU"),
     ({"censored": (1, "Lost to follow-up")}, "E-C-")],
)  # fmt: skip
def test_codes_and_words(said, expected):
    assert ends(Endpoint("x", "X", "Time to infection", "day", **said), ROWS) == expected


@pytest.mark.parametrize("label", ["Overall survival", "Time to death", "PFS"])
def test_where_death_is_the_endpoint_none_competes(label):
    assert ends(Endpoint("x", "X", label, "day"), [(0, "Alive"), (1, "Death")]) == "E-"


def test_a_description_of_events_is_no_competing_one():
    rows = [(0, "Death"), (1, "Death"), (1, "Lost")]
    assert ends(Endpoint("x", "X", "First of several", "day"), rows) == "E--"


@pytest.mark.parametrize(
    ("words", "dead"),
    [("Death", True), ("Patient died", True), ("No death", False), ("Alive, not dead", False),
     ("Censored before death", False), ("Deathless", False)],
)  # fmt: skip
def test_words_of_death(words, dead):
    assert names_death(words) == dead
