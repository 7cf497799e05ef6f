import argparse
import json
import math
import re

import pytest

from helpers.__main__ import main
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


def test_percentages_are_turned_into_the_counts_they_allow(capsys):
    common = "--arms 24 24 --visits 3 --reported-p 0.004 --responders"
    assert answer(capsys, f"{common} 95.8% 70.8%") == answer(capsys, f"{common} 23 17")


TRIAL = "--arms 24 24 --responders 23 17"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("--arms 24 24 --responders 25 17 --visits 5 --reported-p 0.004", "arm 1: .*nearest: 24"),
        ("--arms 24 24 --responders 23 -1 --visits 5", "arm 2: .*found -1; nearest: 0"),
        ("--arms -24 24 --responders 23 17 --visits 5", "arm 1: .*found -24; nearest: 1"),
        ("--arms 0 24 --responders 50% 17 --visits 5", "arm 1: .*found 0; nearest: 1"),
        (f"{TRIAL} --visits -5", "visits: .*found -5; nearest: 1"),
        (f"{TRIAL} --visits 2 --weeks 48 12", "nearest: .12.0, 48.0"),
        (f"{TRIAL} --visits 2 --weeks 12 12", "nearest: .12.0."),
        (f"{TRIAL} --visits 2 --weeks -12 12", "nearest: .12.0."),
        (f"{TRIAL} --visits 2 --weeks 12 inf", "nearest: .12.0."),
        (f"{TRIAL} --visits 2 --weeks nan 12", "nearest: .12.0."),
        (f"{TRIAL} --visits 2 --weeks 12", "expected 2 visit times, found 1; give one for every"),
        (f"{TRIAL} --visits 9 --reported-p 1.4", "nearest possible is 1"),
        (f"{TRIAL} --visits 5 --reported-p abc", "such as 0.004 or <0.001, found 'abc'"),
        (f"{TRIAL} --visits 5 --reported-p -0.1", "such as 0.004 or <0.001, found '-0.1'"),
        (
            "--arms 20 24 --responders 95.8% 70.8% --visits 5",
            "19/20 = 95.00%, 20/20 = 100.00%; sizes that can: 24, 48, 71",
        ),
        ("--arms 600 24 --responders 50% 17 --visits 5", "found 297, 298, .*the number itself"),
        (f"{TRIAL} --visits 100000", "draws: expected 1 to 1,000 .*found 200,000"),
    ],
)
def test_an_impossible_trial_is_one_report_and_exit_code_1(text, words, capsys):
    assert main(["possible", *text.split()]) == 1
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "Traceback" not in shown.err
    assert re.search(words, shown.err)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "--arms 24 --responders 23 17 --visits 5",
            "--arms: (expected 2 arguments|invalid int value: '--responders')",  # from Python 3.14
        ),
        ("--arms 24 2.5 --responders 23 17 --visits 5", "--arms: .* '2.5'"),
        ("--arms 24 24 --responders many 17 --visits 5", "such as 95.8%, found 'many'"),
        (f"{TRIAL} --visits five", "--visits: .* 'five'"),
        (f"{TRIAL} --visits 5 --weeks 12 later", "--weeks: .* 'later'"),
        (f"{TRIAL} --visits 9 --draws 0", "--draws: expected a whole number from 1 up, found '0'"),
        (f"{TRIAL} --visits 9 --seed -1", "--seed: expected a whole number from 0 up, found '-1'"),
        (f"{TRIAL} --visits 9 --jobs 0", "--jobs: expected a whole number from 1 up, found '0'"),
    ],
)
def test_a_malformed_argument_is_named_with_exit_code_2(text, words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["possible", *text.split()])
    assert stopped.value.code == 2
    assert re.search(words, capsys.readouterr().err)
