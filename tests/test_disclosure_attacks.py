"""Attacks on published numbers as an insider would make them: who has both editions, who subtracts.

The attacker has every number, knows this code and how many patients each edition has, and knows
who joined between the two. What the lot of an edition was is not known (`rounding`).
"""

import itertools
import math
import shutil
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats

from helpers.analyse import paired, proportions
from helpers.analyse.estimate import Estimate
from helpers.context import ROOT
from helpers.disclosure import (
    UNSHOWN,
    as_shown,
    deduce,
    figures,
    nested,
    order,
    rounding,
    totals,
)
from helpers.literate import charts
from helpers.literate.trial import Trial
from helpers.present.figure import chart_spec
from helpers.results import Record
from helpers.study import load_study

T = 8  # the threshold where counts are rounded
PAIRS = 1_200
KEYS = [f"lot {i}" for i in range(60)]


def text(estimate, key, threshold=T):
    """All that is printed of an estimate."""
    found, words, digits = as_shown(estimate, "", 1, threshold=threshold, key=key)
    return tuple(
        str(x) for x in (found.value, found.lower, found.upper, found.p_value, words, digits)
    )


def share(x, n):
    return proportions.clopper_pearson(x, n)


@cache
def prints(x, n, rounded):
    """Whatever can be printed of x of n, by some lot."""
    return frozenset(
        text(share(x, n), key, T if rounded else 5) for key in (KEYS if rounded else [None])
    )


def told(before, after, n, rounded):
    """Whether the prints of n and n + 1 patients leave one answer to: has who joined had the event?"""
    had = [new for x in range(n + 1) for new in (0, 1)
           if before in prints(x, n, rounded) and after in prints(x + new, n + 1, rounded)]  # fmt: skip
    assert had  # the truth is among what is possible
    return len(set(had)) == 1


def pairs(seed):
    """Small studies and the same a patient later: flags of six events, and the one who joined last."""
    rng = np.random.default_rng(seed)
    for _ in range(PAIRS):
        n = int(rng.integers(16, 40))
        yield rng.random((n + 1, 6)) < rng.beta(0.8, 0.8, 6), rng


def exposed(rounded):
    out = 0
    for flags, rng in pairs(1):
        keys = [KEYS[i] if rounded else None for i in rng.choice(len(KEYS), 2, replace=False)]
        n = len(flags) - 1
        counts = zip(flags[:-1].sum(axis=0), flags.sum(axis=0), strict=True)
        out += any(
            told(text(share(int(a), n), keys[0], T if rounded else 5),
                 text(share(int(b), n + 1), keys[1], T if rounded else 5), n, rounded)
            for a, b in counts
        )  # fmt: skip
    return out


def test_of_rounded_editions_nobody_who_joined_is_told_of():
    assert exposed(rounded=True) == 0


@pytest.mark.parametrize("n", [18, 27, 33, 40])
def test_no_pair_of_prints_whatever_the_lots_tells_who_joined(n):
    # not sampled: all counts, both answers, all prints that can stand beside each other
    seen = {(one, other) for x in range(n + 1) for new in (0, 1)
            for one in prints(x, n, True) for other in prints(x + new, n + 1, True)}  # fmt: skip
    assert len(seen) > 1 or n < 27
    assert not any(told(one, other, n, True) for one, other in seen)


def test_a_figure_of_rounded_counts_draws_no_others():
    sizes = {"most": 40}
    assert figures.unrounded_field([[{"value": 15 / 35, "lower": 0.2913}]], **sizes) == ""
    assert figures.unrounded_field([[{"value": 17 / 35}]], **sizes) == "value"
    assert figures.unrounded_field([[{"value": 350.5, "n": 20}]], **sizes) == ""


def test_without_rounding_editions_a_patient_apart_tell_of_nearly_all():
    # why the build warns: no threshold helps against subtraction
    assert exposed(rounded=False) > PAIRS / 2


def test_the_nearest_multiple_would_tell_at_its_edges():
    def nearest(x):
        return "few" if x <= 7 else 5 * math.floor(x / 5 + 0.5)

    told_by = [(a, b) for a, b in itertools.product(range(60), repeat=2)
               if b - a == 1 and nearest(a) != nearest(b)]  # fmt: skip
    assert (12, 13) in told_by  # 10, then 15: the one who joined
    # by lot each of these prints can be of the same count
    for a, b in told_by:
        for first, second in itertools.product(KEYS, repeat=2):
            one, other = rounding.rounded(a, first), rounding.rounded(b, second)
            same = {x for x in range(70) if any(rounding.rounded(x, k) == one for k in KEYS)}
            assert any(rounding.rounded(x, k) == other for x in same for k in KEYS)
            break


def test_lots_round_to_multiples_and_keep_the_mean():
    keys = [str(i) for i in range(4000)]
    for x in (0, 5, 11, 12, 14, 38):
        found = np.array([rounding.rounded(x, key) for key in keys])
        assert set(found % 5) == {0}
        assert np.abs(found - x).max() < 5
        assert found.mean() == pytest.approx(x, abs=0.15)
    assert rounding.rounded(12, "a") == rounding.rounded(12, "a")


def same_print(values, at):
    """How wide the range of the last patient's value is that prints the same mean and limits."""

    def shown(x):
        sample = np.append(values[:-1], x)
        return text(paired.mean_change(sample), KEYS[0])

    size = max(abs(values.mean()), values.std())
    tried = values[-1] + size * np.linspace(-2, 2, 161)
    same = np.array([shown(x)[at] == shown(values[-1])[at] for x in tried])
    middle = len(tried) // 2
    left = middle - np.argmin(same[middle::-1]) if not same[: middle + 1].all() else 0
    right = middle + np.argmin(same[middle:]) if not same[middle:].all() else len(tried) - 1
    return (tried[right] - tried[left]) / size


def test_who_knows_all_but_one_does_not_learn_that_one_from_a_rounded_mean():
    # as where two editions differ by that one: the mean without is no help beyond knowing all others
    rng = np.random.default_rng(4)
    found = []
    for _ in range(60):
        n = int(rng.integers(16, 60))
        values = [rng.normal(900, 300, n), rng.lognormal(5, 0.8, n)][int(rng.integers(2))]
        found.append([same_print(values, slice(0, 1)), same_print(values, slice(None))])
    mean, all_ = np.array(found).min(axis=0)
    assert mean >= 0.5  # half of its size, or of the patients' SD, at the least
    assert all_ >= 0.25  # a quarter with its limits and P


def adjusted(values, arm, baseline):
    """Least squares with one covariate, in closed form."""
    design = np.column_stack([np.ones(len(arm)), arm, baseline])
    known = np.linalg.inv(design.T @ design)
    found = known @ design.T @ values
    left = values - design @ found
    error = math.sqrt(left @ left / (len(arm) - 3) * known[1, 1])
    half = stats.t.ppf(0.975, len(arm) - 3) * error
    p = 2 * stats.t.sf(abs(found[1]) / error, len(arm) - 3)
    return Estimate("ancova", "adjusted mean difference", found[1], found[1] - half, found[1] + half, p,
                    len(arm))  # fmt: skip


def left_of_one(at_most, rng):
    """What a printed adjusted difference leaves of the outcome of who lies farthest out, in SDs."""
    few, many = int(rng.integers(8, 20)), int(rng.integers(8, at_most))
    arm = np.repeat([1.0, 0.0], [few, many])
    baseline = rng.lognormal(10, 1.5, few + many)
    values, mine = rng.normal(0, 100, few + many), int(np.argmax(baseline * arm))
    own = text(adjusted(values, arm, baseline), KEYS[0])

    def same(x):
        values[mine] = x
        return text(adjusted(values, arm, baseline), KEYS[0]) == own

    middle, wide = values[mine], 0
    for way in (1, -1):
        k = 0
        while k < 20 and same(middle + way * 10.0 * (k + 1)):
            k += 1
        wide += k
    return wide / 10


def test_a_numeric_covariate_or_a_small_arm_lets_nobody_be_read_from_a_difference(monkeypatch):
    """By its n alone, as a mean's, the step left less than a quarter of an SD of one in eight."""
    now = [left_of_one(250, np.random.default_rng(i)) for i in range(40)]
    monkeypatch.setattr(rounding, "UNEQUAL", ())
    before = [left_of_one(250, np.random.default_rng(i)) for i in range(40)]
    assert sum(x < 0.25 for x in before) > 3
    assert sum(x < 0.25 for x in now) <= 1  # at the edge of a step
    assert np.median(now) > 1.0 > np.median(before)


def test_editions_of_medians_a_patient_apart_tell_a_side_at_most():
    rng = np.random.default_rng(9)
    moved = 0
    for _ in range(PAIRS // 4):
        n = int(rng.integers(20, 60))
        values = rng.normal(300, 120, n + 1).round()
        cells = []
        for sample in (values[:-1], values):
            median = paired.median_interval(sample)
            wide = order.width(median.among, T)
            found = as_shown(median, "", None, threshold=T, key=KEYS[0])[0].value
            if math.isfinite(found):
                low = found - wide / 2
                cells.append((low, low + wide))
        if len(cells) == 2 and cells[0] != cells[1]:
            moved += 1
            below = (values <= max(cells[0][1], cells[1][1])).sum()
            above = (values >= min(cells[0][0], cells[1][0])).sum()
            assert min(below, above) >= T  # whoever joined is among as many on that side
    assert moved


def nearby(found, among):
    """How many values of either count are left among pairs within 4 of one that prints alike."""
    out = []
    for pairs in found.values():
        for a, b in pairs:
            if not {a, b} - set(among):
                near = [(x, y) for x, y in pairs if abs(x - a) < 5 and abs(y - b) < 5]
                out.append(min(len({x for x, _ in near}), len({y for _, y in near})))
    assert len(out) > 30
    return min(out)


def by_print(estimator, counts):
    found = {}
    for pair in itertools.product(counts, repeat=2):
        found.setdefault(text(estimator(*pair), KEYS[0]), []).append(pair)
    return found


@pytest.mark.parametrize("n", [30, 45])
@pytest.mark.parametrize("correction", [None, False])
def test_beside_rounded_counts_a_test_of_them_leaves_nearly_all_nine(n, correction):
    # the lots leave nine counts of either arm; a chi-square, or P with more digits, left a single one
    def test(a, b):
        table = [[a, n - a], [b, n - b]]
        if correction is None:
            return Estimate(
                "m", "p-value", p := float(stats.fisher_exact(table)[1]), p_value=p, n=2 * n
            )
        found = stats.chi2_contingency(table, correction=correction)
        return Estimate("m", "chi-square", found[0], p_value=found[1], n=2 * n)

    assert nearby(by_print(test, range(1, n)), range(12, n - 11)) >= 7


@pytest.mark.parametrize("times", [(37.0, 41.0), (80.0, 55.0)])
@pytest.mark.parametrize("name", sorted(rounding.RATIOS))
def test_a_ratio_with_its_interval_and_p_leaves_three_counts_of_either_arm(times, name):
    def ratio(a, b):
        value, half = a * times[1] / b / times[0], 1.96 * math.sqrt(1 / a + 1 / b)
        p = 2 * stats.norm.sf(1.96 * abs(math.log(value)) / half)
        ends = value * math.exp(-half), value * math.exp(half)
        return Estimate("m", name, value, *ends, p_value=p, n=70)

    assert nearby(by_print(ratio, range(4, 46)), range(12, 38)) >= 3


@pytest.mark.parametrize("time", [3.0, 7.7, 37.3, 81.0, 120.0])
def test_a_rate_leaves_five_numbers_of_events_whatever_is_known_of_the_time(time):
    found = {}
    for x in range(4, 160):
        found.setdefault(text(proportions.incidence_rate(x, time, n=40), KEYS[0]), []).append(x)
    inside = [own for own in found.values() if own[0] > 8 and own[-1] < 159]
    assert min(map(len, inside)) >= 5
    assert not any(shown[0] == "0.0" for shown, own in found.items() if own[-1] >= 8)


def test_of_a_test_its_line_is_said_in_words():
    for p, words in ((0.0004, "P ≤ 0.001"), (0.031, "P ≤ 0.05"), (0.4, "P > 0.2")):
        test = Estimate("log-rank", "chi-square", 3.2, p_value=p, n=40)
        assert as_shown(test, "", 1, threshold=T, key="a")[1] == words
    test = Estimate("log-rank", "chi-square", 3.2, n=40)
    assert as_shown(test, "", 1, threshold=T, key="a")[1] == UNSHOWN


def test_the_attack_finds_what_p_at_one_digit_gave_away(monkeypatch):
    monkeypatch.setattr(rounding, "line", lambda p: float(f"{p:.1g}"))

    def fisher(a, b):
        p = float(stats.fisher_exact([[a, 35 - a], [b, 35 - b]])[1])
        return Estimate("m", "p-value", p, p_value=p, n=70)

    assert nearby(by_print(fisher, range(1, 35)), range(12, 24)) <= 3


def test_curves_rates_and_contrasts_are_coarse_too():
    curve = Estimate("kaplan-meier", "survival", 0.535714, 0.3, 0.72, n=40)
    found = as_shown(curve, "", 1, threshold=T, key=KEYS[0])[0]
    assert found.value * found.n % 5 == pytest.approx(0, abs=1e-6)
    gap = Estimate("newcombe", "risk difference", 0.1234567, -0.1, 0.3, n=80)
    assert as_shown(gap, "", 1, threshold=T, key=KEYS[0])[0].value == 0.125
    away = as_shown(gap, "", 1, threshold=T, key=KEYS[0], withheld=True)[0]
    assert math.isnan(away.value)
    assert away.n == 80
    odd = Estimate("m", "risk difference", 0.2, n=48)  # withheld, with its n rounded all the same
    assert as_shown(odd, "", 1, threshold=T, key=KEYS[0], withheld=True)[0].n % 5 == 0
    ratio = Estimate("m", "odds ratio", 1.234567, n=80)
    assert math.isnan(as_shown(ratio, "", 1, threshold=T, key=KEYS[0])[0].value)
    rate = proportions.incidence_rate(31, 37.3, n=40)
    left = as_shown(rate, "", 1, threshold=T, key=KEYS[0])[0]
    assert float(f"{left.value:.1g}") == left.value
    assert math.isnan(left.upper)
    assert left.n == 40


def test_texts_of_counts_go_and_what_counts_no_subject_stays():
    count = Estimate("count", "values below the limit", 15.0, n=40)
    assert as_shown(count, "5, 10 of 40", None, threshold=T, key="a")[1] == ""
    markers = Estimate("counting", "markers", 3.0, n=41)
    found = as_shown(markers, "", None, threshold=T, key="a")[0]
    assert (found.value, found.n % 5) == (3.0, 0)  # the subjects behind it are counted all the same
    assert as_shown(markers, "", None, threshold=T)[0] == markers
    assert as_shown(replace(markers, n=3), "", None, threshold=T)[0].n == 0


@pytest.mark.parametrize(
    ("sd", "n", "left"), [(66.3, 37, [36, 37]), (66.3, 80, [78, 79, 80]), (119.7, 1054, None)]
)
def test_the_least_differences_found_told_how_many_there_are_beside_the_spread(sd, n, left):
    def least(n, sd):
        return [(stats.norm.ppf(power) + 1.96) * 2 / math.sqrt(n) * sd for power in (0.5, 0.8, 0.9)]

    def printed(value, statistic):
        return rounding.mean_of(Estimate("m", statistic, value, n=n), KEYS[0]).value

    # as they were printed: every n and every spread that print these four numbers
    before = [printed(x, "detectable difference") for x in least(n, sd)]
    beside = printed(sd, "standard deviation")
    spreads = [s for s in np.linspace(sd - 2, sd + 2, 801)
               if printed(s, "standard deviation") == beside]  # fmt: skip
    found = [m for m in range(n - 9, n + 10) if any(
        [printed(x, "detectable difference") for x in least(m, s)] == before for s in spreads)]  # fmt: skip
    assert n in found
    assert len(found) <= 6 < 9  # nine are what a rounded n leaves
    assert left is None or found == left
    for value in least(n, sd):
        made = Estimate("two-sample t", "detectable difference", value, n=n)
        now, words, _ = as_shown(made, "", 1, threshold=T, key=KEYS[0])
        assert math.isnan(now.value)
        assert words == UNSHOWN


def curve(n, events, lost, later):
    """Kaplan-Meier after two times with events, `lost` censored between them; Greenwood's limits."""
    risk = n - events - lost
    value = (1 - events / n) * (1 - later / risk)
    spread = value**2 * (events / n / (n - events) + later / risk / (risk - later))
    half = 1.96 * math.sqrt(spread)
    return Estimate("kaplan-meier", "survival", value, value - half, value + half, n=n)


def told_by_curves(n):
    """Pairs of prints of a curve, and of it with one patient more, that one answer alone can make."""
    seen, inside = {}, set()
    for x, lost, later in itertools.product(range(2, 22), (3, 5), range(2, 14)):
        if n - x - lost - later < 2:
            continue
        before = {text(curve(n, x, lost, later), key) for key in KEYS[:40]}
        for had in (0, 1):
            after = {text(curve(n + 1, x, lost, later + had), key) for key in KEYS[:40]}
            for pair in itertools.product(before, after):
                seen.setdefault(pair, set()).add(had)
                if 8 <= x <= 14 and 5 <= later <= 9:
                    inside.add(pair)  # so that no edge of what was tried makes an answer alone
    assert len(inside) > 10
    return [pair for pair in inside if len(seen[pair]) == 1]


def nearest(estimate, key):
    """As it was: the nearest multiple of 5 over the rounded n."""
    n = rounding.rounded(estimate.n, key)
    value, lower, upper = (rounding._to(x, 5 / n) for x in
                           (estimate.value, estimate.lower, estimate.upper))  # fmt: skip
    return replace(estimate, value=value, lower=lower, upper=upper, p_value=math.nan, n=n)


def test_no_two_prints_of_a_curve_tell_whether_who_joined_had_the_event(monkeypatch):
    assert not told_by_curves(40)
    monkeypatch.setattr(rounding, "share_of", nearest)
    assert told_by_curves(40)  # a curve that jumps at known edges


def contrasts(x, had, arm=40, other=15):
    gap = (x + had) / (arm + 1) - other / arm if had is not None else x / arm - other / arm
    size = 2 * arm + (had is not None)
    return Estimate("newcombe", "risk difference", gap, gap - 0.2, gap + 0.2, n=size)


def test_nor_do_two_differences(monkeypatch):
    def told():
        seen, inside = {}, set()
        for x in range(9, 40):
            before = {text(contrasts(x, None), key)[0] for key in KEYS}
            for had in (0, 1):
                after = {text(contrasts(x, had), key)[0] for key in KEYS}
                for pair in itertools.product(before, after):
                    seen.setdefault(pair, set()).add(had)
                    if 16 <= x <= 32:
                        inside.add(pair)
        return [pair for pair in inside if len(seen[pair]) == 1]

    assert not told()
    monkeypatch.setattr(rounding, "_by_lot", lambda value, step, key: rounding._to(value, step))
    assert told()


@pytest.mark.parametrize("n", range(60, 90))
def test_the_step_of_a_difference_does_not_tell_its_n(n):
    # multiples of 10 of 78 are of no other number
    gap = Estimate("newcombe", "risk difference", 0.3456, 0.1, 0.5, n=n)
    for key in KEYS:
        found = as_shown(gap, "", 1, threshold=T, key=key)[0]
        for x in (found.value, found.lower, found.upper):
            assert x * found.n / 10 == pytest.approx(round(x * found.n / 10), abs=1e-6)


def test_what_has_come_and_what_is_left_are_one_print():
    for x in range(13, 28):
        left = Estimate("kaplan-meier", "survival", x / 40, 0.1, 0.9, n=40)
        come = Estimate("kaplan-meier", "cumulative incidence", 1 - x / 40, 0.1, 0.9, n=40)
        for key in KEYS:
            a, b = (as_shown(e, "", 1, threshold=T, key=key) for e in (left, come))
            assert a[1] == b[1]
            assert a[1] or a[0].value + b[0].value == pytest.approx(1)


@pytest.mark.parametrize("rounded", [False, True])
def test_axes_end_where_what_is_shown_ends(tmp_path, rounded):
    # whatever a chart's specification holds, its scales too, is a number that a table shows
    folder = shutil.copytree(ROOT / "data/hucmsc", tmp_path / "study")
    toml = (folder / "study.toml").read_text().replace('"shown"', '"hidden"')
    toml += f"\n[disclosure]\nrounding = {str(rounded).lower()}\n"
    (folder / "study.toml").write_text(toml)
    cd4 = Trial(load_study(folder, check=False)).measure("cd4")
    middles = cd4.by("arm", "visit").apply(paired.quartiles, of="AVAL")
    shown = {round(x, 6) for r in middles.values()
             for x in (r.value, r.estimate.lower, r.estimate.upper, r.n)}  # fmt: skip
    spec = chart_spec(charts.courses(cd4, middles))
    drawn = [v for rows in spec["datasets"].values() for row in rows for k, v in row.items()
             if k in ("value", "lower", "upper", "n") and v is not None]  # fmt: skip
    assert len(drawn) > (20 if rounded else 30)  # rounded, whether one prints goes by the lot
    assert {round(x, 6) for x in drawn} <= shown
    ends = [x for x in numbers_of(spec, "domain") if x]
    assert set(ends) <= shown
    extremes = {float(cd4.frame["AVAL"].min()), float(cd4.frame["AVAL"].max())}
    assert not extremes & {float(x) for x in [*drawn, *ends]}


def numbers_of(spec, name):
    """All numbers under this name, wherever it stands."""
    items = spec.items() if isinstance(spec, dict) else enumerate(spec)
    for key, value in items:
        if key == name and isinstance(value, list):
            yield from (x for x in value if isinstance(x, int | float))
        elif isinstance(value, dict | list):
            yield from numbers_of(value, name)


def windows(prints, fits):
    """For each of several prints the counts that are left, by trying all within 4 of each."""
    tried = [range(p - 4, p + 5) for p in prints]
    found = [counts for counts in itertools.product(*tried) if fits(*counts)]
    return [len(set(values)) for values in zip(*found, strict=True)]


@pytest.mark.parametrize(("term", "within"), [(20, 15), (15, 15), (15, 20), (25, 20), (20, 40)])
def test_a_rounded_part_that_prints_as_more_than_its_whole_goes(term, within):
    left = windows((term, within), lambda part, whole: part <= whole)
    counts = {"term": deduce.Count(40, term), "class": deduce.Count(40, within)}
    puzzle = deduce.Puzzle(deduce.as_rounded(counts, rounding.OFF), [("term", "class")], {}, T)
    assert [puzzle.narrow(name) for name in counts] == [values < 5 for values in left]
    cells = {name: [share_record(name, c.shown)] for name, c in counts.items()}
    names = nested.Nesting(inside=[("term", "class")])
    gone = nested._contradicting(cells, names, T, set())
    assert bool(gone) == (min(left) < 5)
    assert nested._withheld(cells, names, T, set()) == set() or term < within  # not seen before


def share_record(name, count):
    return Record(key=name, label="derived", parameter=name, statistic="proportion",
                  value=count / 40, n=40)  # fmt: skip


@pytest.mark.parametrize("total", [40, 45, 50, 55, 60, 65, 70, 75])
def test_a_rounded_total_that_pins_its_arms_goes(total):
    prints = (20, 20, 20)
    left = windows((*prints, total), lambda a, b, c, whole: a + b + c == whole) if (
        sum(prints) - 12 <= total + 4 and total - 4 <= sum(prints) + 12) else None  # fmt: skip
    arms = {arm: [Record(key=arm, label="derived", arm=arm, statistic="count", value=20.0)]
            for arm in "ABC"}  # fmt: skip
    found = totals._contradicts(total, arms, dict.fromkeys("ABC", 35))
    assert found == (left is not None and min(left[:3]) < 5)
    assert found or total != 45
