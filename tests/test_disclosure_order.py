"""What a printed order statistic leaves open: by going through all samples of small n on a grid."""

import itertools
from collections import defaultdict
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from helpers.analyse import among, groups, paired, panel, survival
from helpers.analyse.among import Among, differences, own_values, pair_means
from helpers.analyse.estimate import Estimate
from helpers.disclosure import UNSHOWN, as_shown, order, rules

T = 3


def printed(*estimators):
    """sample -> the numbers that these estimators print of it."""

    def of(sample):
        values = np.array(sample, dtype=float)
        shown = [rules.shown(estimator(values), threshold=T).estimate for estimator in estimators]
        return tuple(str(x) for e in shown for x in (e.value, e.lower, e.upper))

    return of


def left_open(grid, n, of, inner):
    """By print: all samples of the grid that have it, and those whose subjects lie within `inner`.

    The outsider doesn't know where the grid ends, so that samples at its ends are possible and
    not judged.
    """
    classes = defaultdict(list)
    for sample in itertools.combinations_with_replacement(grid, n):
        classes[of(sample)].append(sample)
    for shown, rows in classes.items():
        samples = np.array(rows)
        mine = samples[(samples[:, 0] >= inner[0]) & (samples[:, -1] <= inner[1])]
        if len(mine):
            yield shown, samples, mine


def exposed(grid, n, of, inner):
    """Prints by which the value at a place in the order is known to lie among fewer than T subjects."""
    out = []
    for shown, samples, mine in left_open(grid, n, of, inner):
        for k in range(n):
            low, high = samples[:, k].min(), samples[:, k].max()
            near = ((mine >= low) & (mine <= high)).sum(axis=1).min()
            told = low == high or set(shown) != {"nan"}
            out += [(shown, k, low, high)] if near < T and told else []
    return out


def pinned(levels, n, of, margin):
    """Prints by which a place in the order is known from both sides, among fewer than T subjects.

    `levels`: those of the score, which the outsider knows; where it ends is not known, so what lies
    at an end of the search is no bound.
    """
    found = exposed(levels, n, of, (levels[margin], levels[-1 - margin]))
    return [x for x in found if x[2] == x[3] or levels[0] < x[2] <= x[3] < levels[-1]]


GRIDS = [(6, 12, 3, 3), (7, 11, 3, 3), (8, 9, 3, 2), (12, 7, 3, 2)]
SCORES = [(12, 7, 2), (17, 6, 1)]  # n, levels one apart, levels at either end that are not judged


@pytest.mark.parametrize(("n", "size", "step", "margin"), GRIDS)
def test_medians_quartiles_and_limits_together_leave_every_subject_among_three(
    n, size, step, margin
):
    grid = range(30, 30 + size * step, step)
    of = printed(paired.quartiles, paired.median_interval)
    assert exposed(grid, n, of, (grid[margin], grid[-1 - margin])) == []


@pytest.mark.parametrize(("n", "levels", "margin"), SCORES)
def test_of_a_score_with_a_few_levels_they_leave_every_subject_among_three_too(n, levels, margin):
    of = printed(paired.quartiles, paired.median_interval)
    assert exposed(range(levels), n, of, (margin, levels - 1 - margin)) == []


APART = [(10, 6, 5.0, 1), (10, 6, 0.3, 1), (10, 6, 12.0, 1)]  # n, levels, how far apart, margin


@pytest.mark.parametrize(("n", "size", "gap", "margin"), APART)
def test_of_levels_further_apart_than_written_they_pin_nobody(n, size, gap, margin):
    of = printed(paired.quartiles, paired.median_interval)
    assert pinned([gap * i for i in range(size)], n, of, margin) == []


@pytest.mark.parametrize(("n", "size", "gap", "margin"), [*APART, (10, 7, 1.0, 2)])
def test_nor_do_shifts_of_such_scores(n, size, gap, margin):
    levels = [gap * (i - size // 2) for i in range(size)]
    assert pinned(levels, n, printed(paired.hodges_lehmann), margin) == []


@pytest.mark.parametrize("level", [0.8, 0.9, 0.99])
def test_limits_at_another_level_pin_nobody_either(level):
    # other ranks are the limits
    median, shift = (
        partial(e, level=level) for e in (paired.median_interval, paired.hodges_lehmann)
    )
    levels = [-10.0, -5.0, 0.0, 5.0, 10.0]
    assert pinned(levels, 8, printed(paired.quartiles, median), 1) == []
    assert pinned(levels, 8, printed(shift), 1) == []


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
def test_nor_do_a_kaplan_meier_median_and_its_limits_pin_anybody_at_any_level(level):
    def median(sample):
        return survival.median_survival(sample, np.full(len(sample), True), level=level)

    assert pinned([3.0, 6.0, 9.0, 12.0, 15.0], 7, printed(median), 1) == []


UNEVEN = [[0, 10, 20, 40, 80, 160], [-40, -10, 0, 10, 40, 100]]


def shifts_of(levels):
    """sample -> what is printed of its shift where study.toml names these levels (none: it does not)."""

    def of(sample):
        shift = paired.hodges_lehmann(np.array(sample, dtype=float))
        apart = order.apart(levels, logs=False)
        found = as_shown(shift, "", None, threshold=T, apart=apart)[0]
        return tuple(str(x) for x in (found.value, found.lower, found.upper))

    return of


@pytest.mark.parametrize("levels", UNEVEN)
def test_shifts_on_uneven_levels_pin_nobody_where_the_levels_are_named(levels):
    assert pinned(levels, 10, shifts_of(()), 1) != []  # what the levels that occur give away
    assert pinned(levels, 10, shifts_of(levels), 1) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_quartiles_of_a_spread_are_those_of_numpy_to_the_bit(seed):
    rng = np.random.default_rng(seed)
    for n in range(1, 60):
        for values in (rng.normal(0, 10.0 ** rng.integers(-3, 4), n), rng.integers(0, 9, n) / 7):
            for share in (0.25, 0.75):
                found = among._quantile(np.sort(values), share)
                assert found == np.quantile(values, share)


def test_levels_lie_apart_by_their_widest_gap_on_the_scale_of_the_number():
    assert order.apart([0, 10, 20, 40, 80], logs=False) == 40
    assert order.apart([0, 10, 20, 40, 80], logs=True) == pytest.approx(np.log10(2))
    assert order.apart([], logs=True) == 0


@pytest.mark.parametrize("estimator", [paired.hodges_lehmann, paired.median_interval])
def test_the_search_finds_what_the_written_decimals_alone_give_away(monkeypatch, estimator):
    written = property(lambda self: abs(self.factor) * self._written())
    monkeypatch.setattr(Among, "step", written)
    found = pinned([5.0 * i for i in range(-3, 4)], 12, printed(paired.quartiles, estimator), 2)
    assert any(low == high for *_, low, high in found)


def test_the_step_is_that_of_the_levels_that_occur():
    fives = np.array([0.0, 5, 5, 10, 20, 15, 40])
    assert own_values([*fives, *fives]).step == 5
    assert pair_means(fives).step == 2.5
    assert differences(fives, fives + 2).step == pytest.approx(5)
    assert pair_means(fives / 5 + 0.1 + 0.2).step == pytest.approx(0.5)  # noise is no level
    assert own_values([30, 30, 30, 45, 45, 45.0]).step < 6  # two levels are no step
    titres = np.log10([10, 20, 20, 40, 80, 160.0])  # regular, though no decimals say so
    assert pair_means(titres).step == pytest.approx(np.log10(2) / 2)
    assert own_values([3.0, 3, 3]).step == 1
    assert own_values([0.0, 0]).step == 1


def test_the_search_finds_what_a_cell_of_one_or_two_levels_gives_away(monkeypatch):
    monkeypatch.setattr(among, "LEVELS", 0)
    of = printed(paired.quartiles, paired.median_interval)
    assert any(low == high for *_, low, high in exposed(range(7), 12, of, (2, 4)))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("threshold", [3, 5, 11])
def test_the_cell_of_every_printed_number_holds_the_threshold(threshold, seed):
    rng = np.random.default_rng(seed)
    shown = 0
    for n in range(2 * threshold, 9 * threshold):
        values = rng.choice(
            [rng.normal(50, 200, n).round(), rng.lognormal(5, 1, n), rng.poisson(3, n)]
        )
        event = rng.random(n) < 0.8
        seen = np.abs(values) + 1
        made = [(paired.quartiles(values), values), (paired.median_interval(values), values),
                (survival.median_survival(seen, event), seen[event])]  # fmt: skip
        for estimate, own in made:
            found = rules.shown(estimate, threshold=threshold).estimate
            wide = order.width(estimate.among, threshold)
            assert found.among is None  # no subject's number travels on
            ends = [order.MIDDLE] * 3
            if estimate.method != "quartiles":
                ends = [order.MIDDLE, order.LOWER, order.UPPER]
            for x, part in zip((found.value, found.lower, found.upper), ends, strict=True):
                if np.isfinite(x) and wide:
                    low = x - part * wide
                    near = (own >= low - 1e-6 * wide) & (own < low + wide * (1 - 1e-6))
                    assert near.sum() >= threshold
                    shown += 1
    assert shown > 10 * threshold


@pytest.mark.parametrize("n", [12, 24, 60])
def test_a_shift_is_printed_within_a_cell_that_nearly_all_have_pairs_in(n):
    rng = np.random.default_rng(n)
    a, b = rng.normal(60, 100, n), rng.normal(0, 100, n)
    for estimate in (paired.hodges_lehmann(a), groups.two_sample_hodges_lehmann(a, b)):
        found, wide = rules.shown(estimate).estimate, order.width(estimate.among, 5)
        assert abs(found.value - estimate.value) <= wide / 2 + 1e-9
        assert wide < a.std() / np.sqrt(n) * 2.5  # about the standard error: n is not wasted
        assert found.lower <= estimate.lower
        assert found.upper >= estimate.upper
        ratio = panel.as_ratio(replace(estimate, value=estimate.value / 100, lower=-0.5, upper=1.5))
        assert ratio.among.base == 10.0


def test_a_ratio_has_the_cell_of_its_logarithm():
    logs = np.random.default_rng(2).normal(-0.3, 0.4, 20)
    shift = paired.hodges_lehmann(logs)
    one, other = rules.shown(shift).estimate, rules.shown(panel.as_ratio(shift)).estimate
    assert (other.value, other.lower) == pytest.approx((10**one.value, 10**one.lower))


def test_what_comes_without_the_subjects_numbers_is_not_shown():
    median = Estimate("order statistics", "median", 340.0, n=40)
    assert rules.shown(median).why == UNSHOWN
    same = rules.shown(paired.quartiles(np.full(20, 3.0))).estimate
    assert (same.value, same.lower) == (3.0, 3.0)  # all have it: no one's


def test_the_search_finds_what_two_significant_digits_give_away():
    # the rule before this one: the median of 7 at two digits is the fourth count
    def of(sample):
        return (f"{np.median(sample):.2g}",)

    found = exposed(range(30, 52, 3), 7, of, (33, 48))
    assert any(k == 3 and low == high for _, k, low, high in found)


def test_the_search_finds_what_a_step_that_was_widened_gives_away():
    # 1, 2 or 5 times a power of 10, the finest whose cell holds three: that none was finer tells
    def of(sample):
        values = np.array(sample, dtype=float)
        for step in (1, 2, 5, 10, 20, 50):
            place = np.floor(np.median(values) / step + 0.5)
            if (np.floor(values / step + 0.5) == place).sum() >= T:
                return (str(place * step),)
        return ("nan",)

    assert exposed(range(30, 57, 3), 7, of, (36, 48)) != []
