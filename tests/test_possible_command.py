import argparse
import json
import math

import pytest

from helpers.errors import ImpossibleError
from helpers.possible.command import add_arguments, run

KEYS = {
    "histories", "p_min", "p_max", "p_min_reverse", "share_rounding_to_reported",
    "share_rounding_to_reported_weighted", "witness_low", "witness_high", "method",
}  # fmt: skip


def arguments(text):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(text.split())


def answer(capsys, text):
    assert run(arguments(f"{text} --json")) == 0
    return json.loads(capsys.readouterr().out)


def test_json_has_the_promised_keys_and_witnesses_of_the_right_size(capsys):
    found = answer(capsys, "--arms 24 24 --responders 23 17 --visits 3 --reported-p 0.004")
    assert set(found) >= KEYS
    assert found["histories"] == math.comb(25, 2) * math.comb(19, 2)
    assert sum(found["witness_low"]["first"]) == 23
    assert sum(found["witness_high"]["second"]) == 17


def test_nine_visits_have_exact_ends_and_a_share_with_its_error(capsys):
    found = answer(
        capsys, "--arms 24 24 --responders 23 17 --visits 9 --reported-p 0.004 --draws 20000"
    )
    assert set(found) >= KEYS
    assert found["histories"] == math.comb(31, 8) * math.comb(25, 8)
    assert 0 < found["share_standard_error"][0] < 0.002
    assert found["p_min"] < 1e-10 < found["p_min_reverse"]


def test_a_missing_direction_is_null(capsys):
    found = answer(capsys, "--arms 3 3 --responders 3 0 --visits 2 --reported-p 0.05")
    assert found["p_min_reverse"] is None


def test_decimals_of_the_reported_p_count(capsys):
    common = "--arms 12 12 --responders 11 8 --visits 4 --reported-p"
    one, two = (answer(capsys, f"{common} {p}") for p in ("0.04", "0.040"))
    assert one["share_rounding_to_reported"] > two["share_rounding_to_reported"]


def test_plain_text_shows_every_key(capsys):
    assert run(arguments("--arms 4 4 --responders 3 1 --visits 2 --weeks 12 24")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert {line.split()[0] for line in lines} >= KEYS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("--arms 24 24 --responders 25 17 --visits 5", "nearest: 24"),
        ("--arms 24 24 --responders 23 17 --visits 2 --weeks 48 12", "nearest: .12.0, 48.0"),
        ("--arms 24 24 --responders 23 17 --visits 9 --reported-p 1.4", "nearest possible is 1"),
    ],
)
def test_impossible_input_is_named(text, words):
    with pytest.raises(ImpossibleError, match=words):
        run(arguments(text))
