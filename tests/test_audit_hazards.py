"""Trials that print a hazard ratio and medians: against R's coxph and survfit, and statsmodels' PHReg."""

import csv
import itertools
import math
import warnings
from pathlib import Path

import numpy as np
import pytest
from scipy import stats
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import survdiff

from helpers.audit import audit
from helpers.audit.hazards import check_trials
from helpers.audit.log_rank.hazard import (
    BRESLOW,
    EFRON,
    PETO,
    PIKE,
    extremes,
    log_ratios,
    score,
)  # fmt: skip
from helpers.audit.log_rank.kept import PrintedP, Ratio, Wanted, keep, with_medians, with_p
from helpers.audit.log_rank.statistic import p_values, two_arms
from helpers.audit.log_rank.trials import ArmTrials, all_trials, count_tables
from helpers.audit.model import Arm, Readings, Report, Result
from helpers.audit.printed import parse

REFERENCE = Path(__file__).parent / "reference" / "hazards.csv"  # hazards.R
TIES = {"efron": EFRON, "breslow": BRESLOW}
Z = 1.959963984540054


def reference():
    with REFERENCE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(row):
    def counts(name):
        return np.array([list(map(int, row[name].split()))])

    parts = [(counts(f"events{k}"), counts(f"lost{k}")) for k in (1, 2)]
    return count_tables(parts, list(map(int, row["sizes"].split())))


@pytest.mark.proves("helpers.audit.log_rank.hazard:log_ratios")
@pytest.mark.parametrize("row", reference(), ids=lambda row: f"{row['sizes']} {row['ties']}")
def test_hazard_ratios_are_those_of_coxph(row):
    places, value, error = log_ratios(*table(row), TIES[row["ties"]])
    assert places.tolist() == [0]
    assert value[0] == pytest.approx(float(row["log_ratio"]), abs=1e-9)
    assert error[0] == pytest.approx(float(row["error"]), rel=1e-8)


@pytest.mark.proves("helpers.audit.log_rank.kept:with_medians")
@pytest.mark.parametrize("row", reference()[::2], ids=lambda row: row["sizes"])
def test_medians_are_those_of_survfit(row):
    events, risk = table(row)
    times = tuple(float(v) for v in range(1, events.shape[2] + 1))
    for arm, name in enumerate(("median1", "median2")):
        for printed in ("1.0", "1.5", "2.0", "2.5", "3.0", "4.0", "5.0", "6.0"):
            medians = tuple(parse(printed) if k == arm else None for k in (0, 1))
            wanted = Wanted((), medians, times)
            found = bool(with_medians(events, risk, wanted, ("half-up",))[0])
            if row[name] != "NA" and float(printed) == float(row[name]):
                assert found
            elif row[name] == "NA" or float(printed) > float(row[name]):
                assert not found


@pytest.mark.proves("helpers.audit.log_rank.hazard:score")
def test_a_score_is_the_sum_over_events_and_its_information_the_slope():
    events, risk = table(reference()[4])
    for b in (-1.3, 0.0, 0.4):
        terms = [0.0, 0.0]
        for (d1, d2), (n1, n2) in zip(events[0].T, risk[0].T, strict=True):
            terms[0] += d1
            for j in range(d1 + d2):
                x, rest = (n - j * d / (d1 + d2) for n, d in ((n1, d1), (n2, d2)))
                q = x * math.exp(b) / (x * math.exp(b) + rest)
                terms = [terms[0] - q, terms[1] + q * (1 - q)]
        gap, information = score(events, risk, b, efron=True)
        assert gap[0] == pytest.approx(terms[0], abs=1e-9)
        assert information[0] == pytest.approx(terms[1], rel=1e-9)


def patients(events, risk):
    """Time, event, arm of one trial; a loss after visit v stands at v + 0.5."""
    rows = []
    for arm, (dead, there) in enumerate(zip(events, risk, strict=True)):
        after = [*there[1:], 0]
        for visit, (d, n, left) in enumerate(zip(dead, there, after, strict=True), start=1):
            rows += [(visit, 1, arm)] * d + [(visit + 0.5, 0, arm)] * (n - d - left)
    return np.array(rows).T


def phreg(events, risk, ties):
    """Log hazard ratio of the first arm and its error by statsmodels."""
    time, event, arm = patients(events, risk)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = PHReg(time, (arm == 0).astype(float)[:, None], status=event, ties=ties).fit(disp=0)
    return float(found.params[0]), float(found.bse[0])


SMALL = [
    ArmTrials(6, ((3, 0), (2, 1)), None, 3),
    ArmTrials(5, ((2, 0), (2, 1)), None, 3),
]


@pytest.mark.proves("helpers.audit.log_rank.kept:keep")
@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize(
    ("value", "ci"),
    [("1.2", ("", "")), ("0.86", ("0.14", "5.2")), ("", ("0.3", "")), ("1.31", ("0.2", "8"))],
)
def test_the_trials_kept_are_those_that_statsmodels_prints(value, ci, ties):
    numbers = [parse(text) if text else None for text in (value, *ci)]

    def prints(number, found):
        unit = float(number.unit) if number else 0
        return number is None or abs(found - float(number)) <= unit / 2 + 1e-9

    expected, p = 0, []
    for events, risk, _ in all_trials(SMALL):
        for one, at in zip(events, risk, strict=True):
            beta, error = phreg(one, at, ties)
            shown = [math.exp(beta + k * Z * error) for k in (0, -1, 1)]
            if all(map(prints, numbers, shown)):
                expected += 1
                excess, variance = two_arms(one[None], at[None])
                p.append(float(p_values(excess**2 / variance, 2)[0]))
    wanted = Wanted((Ratio(numbers[0], (numbers[1], numbers[2]), Z),))
    found = keep(all_trials(SMALL), wanted, methods=[TIES[ties]], roundings=["half-up"])
    assert found.kept == expected
    if p:
        assert (found.p_min, found.p_max) == pytest.approx((min(p), max(p)))


def test_some_of_the_ratios_tried_are_printed_by_some_trials_and_not_by_all():
    wanted = Wanted((Ratio(parse("1.2"), (None, None), Z),))
    found = keep(all_trials(SMALL), wanted, methods=[EFRON], roundings=["half-up"])
    assert 0 < found.kept < found.seen


@pytest.mark.proves("helpers.audit.log_rank.hazard:extremes")
@pytest.mark.parametrize("method", [EFRON, BRESLOW, PIKE])
@pytest.mark.parametrize(
    ("sizes", "pairs"),
    [((5, 4), (((2, 0), (2, 1)), ((2, 0), (1, 1)))), ((4, 6), (((3, 0),), ((1, 0), (2, 2)))),
     ((5, 5), (((2, 1),), ((3, 1),)))],
)  # fmt: skip
def test_no_trial_lies_beyond_the_ends_and_some_come_near(method, sizes, pairs):
    arms = [ArmTrials(n, pair, None, 6) for n, pair in zip(sizes, pairs, strict=True)]
    found = [log_ratios(events, risk, method)[1] for events, risk, _ in all_trials(arms)]
    low, high = extremes(sizes, pairs, method)
    seen = np.concatenate(found)
    assert low - 1e-8 <= seen.min()
    assert seen.max() <= high + 1e-8
    lost = any(c for pair in pairs for _, c in pair)
    if not lost:
        assert (seen.min(), seen.max()) == pytest.approx((low, high), abs=1e-8)


def test_without_losses_the_ends_are_those_of_every_order():
    events, sizes, pairs = (2, 3), (4, 5), (((2, 0),), ((3, 0),))
    found = []
    for places in itertools.combinations(range(5), events[0]):
        first = np.array([int(k in places) for k in range(5)])
        dead = np.stack([first, 1 - first])
        risk = np.array(sizes)[:, None] - np.cumsum(dead, axis=1) + dead
        found.append(phreg(dead, risk, "efron")[0])
    assert extremes(sizes, pairs, EFRON) == pytest.approx((min(found), max(found)), abs=1e-5)


def test_petos_ratio_is_of_its_own_sums():
    events, risk = table(reference()[4])
    excess, variance = two_arms(events, risk)
    _, value, error = log_ratios(events, risk, PETO)
    assert value[0] == pytest.approx(excess[0] / variance[0])
    assert error[0] == pytest.approx(variance[0] ** -0.5)


def case_of(sizes=(12, 12), readings=None, **fields):
    """A report of one result."""
    arms = tuple(Arm(name, name, n) for name, n in zip("ab", sizes, strict=True))
    fields = {"kind": "ratio", "measure": "hazard ratio", **fields}
    kind = fields.pop("kind")
    return Report("x", arms=arms, results=(Result("r", kind, ("a", "b"), **fields),),
                  readings=readings or Readings(visits=3, lost_at_most=0))  # fmt: skip


def checks(**fields):
    return audit(case_of(**fields)).checks_of("r", "trials-that-print")


COUNTS = {"percent": ("33%", "67%"), "y_axis": "cumulative"}  # 4 and 8 events of 12


@pytest.mark.proves("helpers.audit.hazards:check_trials")
def test_a_hazard_ratio_narrows_the_log_rank_p():
    case = case_of(value="0.35", ci=("0.10", "1.17"), **COUNTS)
    (found,) = check_trials(case.results[0], case)
    assert (found,) == audit(case).checks_of("r", "trials-that-print")
    assert found.verdict == "compatible"
    assert 0 < found.computed["printing"] < found.computed["histories"]
    assert found.computed["p_min"] < found.computed["p_max"] < 0.5


def test_a_hazard_ratio_that_no_times_give_is_questioned_under_its_readings():
    (found,) = checks(value="0.10", ci=("0.03", "0.33"), **COUNTS)
    assert found.verdict == "questioned"
    assert "nobody lost" in found.readings
    low, high = found.computed["hazard_ratio_ends"][EFRON]
    assert 0.10 < low < high


def test_an_interval_narrower_than_its_events_allow_is_questioned():
    (found,) = checks(value="0.40", ci=("0.30", "0.53"), **COUNTS)
    assert found.verdict == "questioned"
    assert "12 events" in found.why  # 4 z / 12^½ on the log scale


def test_at_unknown_times_a_ratio_that_no_visits_print_is_open():
    few = {"value": "0.3271", "ci": ("", "1"), **COUNTS}
    (found,) = checks(**few)
    assert found.verdict == "not checkable"
    (timed,) = checks(readings=Readings(visits=3, times=(1.0, 2.0, 3.0), lost_at_most=0), **few)
    assert timed.verdict == "questioned"


def test_an_adjusted_ratio_is_said_to_be_not_checkable():
    (found,) = checks(value="0.35", adjusted=True, **COUNTS)
    assert found.verdict == "not checkable"
    assert "adjustment" in found.why


def test_a_ratio_without_counts_gets_no_such_check():
    assert checks(value="0.35", ci=("0.10", "1.17")) == ()


def test_printed_medians_restrict_the_trials_at_known_times():
    timed = Readings(visits=3, times=(4.0, 8.0, 12.0), lost_at_most=0)
    percent = {
        "kind": "km-percent",
        "measure": "",
        "percent": ("33%", "67%"),
        "y_axis": "cumulative",
    }
    (found,) = checks(readings=timed, median=("", "8"), **percent)
    assert found.verdict == "compatible"
    assert 0 < found.computed["printing"] < found.computed["histories"]
    (found,) = checks(readings=timed, median=("8", ""), **percent)  # a third never reach the half
    assert found.verdict == "questioned"
    assert checks(median=("", "8"), **percent) == ()  # times unknown


def printed_by(number, value):
    """Whether a value prints so, rounded half up."""
    return abs(value - float(number)) <= float(number.unit) / 2 + 1e-9


@pytest.mark.proves("helpers.audit.log_rank.kept:with_p")
@pytest.mark.parametrize(
    ("test", "p"), [("log-rank", "0.8"), ("Wald", "0.8"), ("log-rank", "0.85")]
)
def test_the_trials_that_print_a_p_as_well_are_those_of_statsmodels(test, p):
    ratio = Ratio(parse("1.2"), (None, None), Z)
    wanted = Wanted((ratio,), p=(PrintedP(parse(p), (test,), (0, 1)),))
    expected = 0
    for events, risk, _ in all_trials(SMALL):
        for one, at in zip(events, risk, strict=True):
            beta, error = phreg(one, at, "efron")
            if not printed_by(parse("1.2"), math.exp(beta)):
                continue
            shown = [2 * stats.norm.sf(abs(b / e)) for b, e in
                     ((beta, error), phreg(one, at, "breslow"))] if test == "Wald" else [
                     survdiff(*patients(one, at))[1]]  # fmt: skip
            expected += any(printed_by(parse(p), v) for v in shown)
    found = keep(all_trials(SMALL), wanted, methods=[EFRON], roundings=["half-up"])
    assert found.with_p == expected
    assert 0 < expected < found.kept
    assert (
        sum(with_p(*t[:2], Wanted(p=wanted.p), ["half-up"]).sum() for t in all_trials(SMALL))
        > expected
    )


THREE = [ArmTrials(4, ((2, 0),), None, 3), ArmTrials(4, ((2, 0), (1, 1)), None, 3),
         ArmTrials(5, ((3, 0),), None, 3)]  # fmt: skip


def test_a_trial_of_three_arms_prints_both_ratios_and_the_p_of_all_three():
    texts = {(0, 2): "0.6", (1, 2): "0.9"}
    wanted = Wanted(tuple(Ratio(parse(v), (None, None), Z, k) for k, v in texts.items()),
                    p=(PrintedP(parse("0.8"), ("log-rank",), (0, 1, 2)),))  # fmt: skip
    kept = both = 0
    for events, risk, _ in all_trials(THREE):
        for one, at in zip(events, risk, strict=True):
            fits = all(printed_by(parse(v), math.exp(phreg(one[list(k)], at[list(k)], "efron")[0]))
                       for k, v in texts.items())  # fmt: skip
            kept += fits
            both += fits and printed_by(parse("0.8"), survdiff(*patients(one, at))[1])
    found = keep(all_trials(THREE), wanted, methods=[EFRON], roundings=["half-up"])
    assert (found.kept, found.with_p) == (kept, both)
    assert 0 < both < kept


def three_arms(first, second, p="", **fields):
    """Three curves of 6, 6 and 8 patients with a hazard ratio beside them for each active arm."""
    arms = tuple(Arm(name, name, n) for name, n in (("a", 6), ("b", 6), ("c", 8)))
    curves = Result("os", "km-percent", ("a", "b", "c"), percent=("33%", "50%", "75%"),
                    y_axis="cumulative", p=(p,) if p else (), test="log-rank test")  # fmt: skip
    ratios = tuple(
        Result(f"hr-{name}", "ratio", (name, "c"), measure="hazard ratio", value=value,
               beside="os", **fields) for name, value in (("a", first), ("b", second)))  # fmt: skip
    report = Report("x", arms=arms, results=(curves, *ratios),
                    readings=Readings(visits=3, times=(1.0, 2.0, 3.0), lost_at_most=0))  # fmt: skip
    return audit(report).checks_of("os", "trials-that-print")


def test_of_three_arms_one_trial_must_print_every_ratio():
    (found,) = three_arms("0.31", "0.55")
    assert found.verdict == "compatible"
    assert set(found.computed) > {"hazard_ratio_ends a v c", "hazard_ratio_ends b v c", "p_min"}
    (alone,) = three_arms("0.31", "")
    assert found.computed["printing"] < alone.computed["printing"]
    (beyond,) = three_arms("0.31", "3.9")
    assert beyond.verdict == "questioned"


def test_the_printed_p_must_be_one_of_the_same_trials():
    (found,) = three_arms("0.31", "0.55", p="0.3")
    assert 0 < found.computed["printing_p"] < found.computed["printing"]
    (other,) = three_arms("0.31", "0.55", p="0.71")
    assert other.verdict == "questioned"
    assert "as well" in other.why


def test_the_p_of_an_unnamed_test_that_none_of_the_trials_prints_is_open():
    timed = Readings(visits=3, times=(1.0, 2.0, 3.0), lost_at_most=0)
    few = {"value": "0.35", "ci": ("0.10", "1.17"), "readings": timed, **COUNTS}
    (found,) = checks(p=("0.71",), **few)
    assert found.verdict == "not checkable"
    (named,) = checks(p=("0.71",), test="log-rank test", **few)
    assert named.verdict == "questioned"
