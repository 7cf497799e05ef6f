"""Losses that turn a direction: against every trial written out patient by patient, and lifelines."""

import itertools
import re
from dataclasses import replace

import pytest
from lifelines.statistics import logrank_test

from helpers.audit.folder import load_report
from helpers.audit.ledger import published
from helpers.audit.model import Arm, Readings, Report, Result, Trial
from helpers.audit.turned import turned_if_lost
from helpers.published import PUBLISHED

VISITS = 3
ARMS = (Arm("a", "cells", 6), Arm("b", "placebo", 6, True))
CURVES = Result("r", "km-percent", ("a", "b"), percent=("83.3%", "66.7%"), p=("0.30",),
                y_axis="cumulative")  # fmt: skip
CASE = Report("x", trial=Trial("randomised", 12), arms=ARMS, results=(CURVES,),
              readings=Readings(lost_at_most=2, visits=VISITS))  # fmt: skip
KINDS = [("event", v) for v in range(VISITS)] + [("left", v) for v in range(VISITS - 1)]


def printed(patients):
    curve = 1.0
    for visit in range(VISITS):
        risk = [p for p in patients if p[1] >= visit]
        gone = sum(p == ("event", visit) for p in patients)
        curve *= 1 - gone / len(risk) if risk else 1
    return f"{100 * (1 - curve):.1f}%"


def histories(percent, lost):
    """Every arm of six that prints the percentage with so many lost, patient by patient."""
    kinds = [*KINDS, ("stays", VISITS - 1)]
    for patients in itertools.combinations_with_replacement(kinds, 6):
        if sum(kind == "left" for kind, _ in patients) == lost and printed(patients) == percent:
            yield patients


def smallest_against(first, second):
    """The smallest P of trials in which the first arm has fewer events than expected, and which lost."""
    best = 2.0
    for one, two in itertools.product(first, second):
        times, events = ([p[1] + 1 for p in (*one, *two)], [p[0] == "event" for p in (*one, *two)])
        excess = 0.0
        for t in range(1, VISITS + 1):
            risk = [x >= t for x in times]
            died = [e and x == t for x, e in zip(times, events, strict=True)]
            excess += sum(died[:6]) - sum(died) * sum(risk[:6]) / max(1, sum(risk))
        if excess < -1e-9:
            p = logrank_test(times[:6], times[6:], events[:6], events[6:]).p_value
            best = min(best, p)
    return best


@pytest.mark.parametrize("p", ["0.30", "0.20", "0.10", "0.001"])
def test_the_fewest_lost_and_the_p_are_those_of_all_trials_written_out(p):
    whole = [list(histories(percent, 0)) for percent in CURVES.percent]
    turning = {}
    for lost in (1, 2):
        placebo = smallest_against(whole[0], [*whole[1], *histories("66.7%", lost)])
        cells = smallest_against([*whole[0], *histories("83.3%", lost)], whole[1])
        turning[lost] = min(placebo, cells)
    unit = 10.0 ** -len(p.partition(".")[2])  # cut off, a P may be a whole last digit larger
    fewest = next((k for k, least in turning.items() if least <= float(p) + unit), None)
    found = turned_if_lost(replace(CURVES, p=(p,)), CASE)
    assert found.verdict == "compatible"
    if fewest is None:
        assert "none found that points the other way" in found.reading
    else:
        assert found.reading.startswith(f"with {fewest} lost in ")
        assert f"a P from {turning[fewest]:.2g} on" in found.reading


def test_two_lost_in_control_turn_the_published_direction_as_lifelines_says_in_chapter_6():
    report = load_report(PUBLISHED / "hucmsc")
    found = turned_if_lost(report.result("hucmsc-response-p"), report)
    assert found.reading.startswith("with 2 lost in control")
    assert re.search(r"from 0\.0044 on", found.reading)
    row = next(v for v in published() if v.id == "hucmsc-response-higher")
    assert found in row.under


@pytest.mark.parametrize(
    "changed",
    [{"p": ()}, {"p": (">0.05",)}, {"test": "Fisher's exact test"}, {"kind": "percent", "test": ""},
     {"adjusted": True}],
)  # fmt: skip
def test_without_a_log_rank_p_losses_are_no_reading(changed):
    assert turned_if_lost(replace(CURVES, **changed), CASE) is None


def test_where_nobody_may_be_lost_there_is_no_such_reading():
    case = replace(CASE, readings=Readings(lost_at_most=0, visits=VISITS))
    assert turned_if_lost(CURVES, case) is None
