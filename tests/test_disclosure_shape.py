"""Negative binomial ratios of two arms, attacked: which patients' numbers of events a print leaves.

Who knows the sizes of the arms, who had an event, how many there were and the sum of their squares tries
every way in which the patients of either arm can have had them, with the slope of the likelihood at the two
ends of the shapes that print alike. The library asks whole-number programs; here all ways are tried. Of 60
pairs of arms of 10 to 60 patients (no few with none, one or several) 22 told of few, 14 of 29 above 30.
"""

import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from helpers.analyse import count_models
from helpers.disclosure import as_shown, events_each, shape

T, MOST = 5, 1e4


def few(x):
    return (x > 0) & (x < T)


@cache
def parts(total, patients, most):
    """Every way in which so many patients have 1 to `most` events each, descending."""
    if not patients:
        return [()] if not total else []
    highest = min(most, total - patients + 1)
    return [(k, *rest) for k in range(highest, 0, -1) if k * patients >= total
            for rest in parts(total - k, patients - 1, k)]  # fmt: skip


def ways(own, n):
    """How many of `n` patients had 0, 1, 2 ... events, in every way that may be shown as `own` is."""
    found = parts(sum(own), len(own), max(1, math.isqrt(sum(k * k for k in own))))
    rows = np.array([np.bincount(way, minlength=own[0] + 40) for way in found])
    rows[:, 0] = n - len(own)
    squares = rows @ np.arange(rows.shape[1]) ** 2
    keep = ~few(rows[:, 1]) & ~few(rows[:, 2:].sum(axis=1))
    return rows[keep & (squares == sum(k * k for k in own))]


def slopes(rows, mean, at):
    k = np.arange(rows.shape[1])
    digammas = special.digamma(k + at) - special.digamma(at)
    return rows @ (digammas - np.log1p(mean / at) + (mean - k) / (mean + at))


def printed(arms, at):
    """Ratio, limits and P at a shape, in closed form: the mean of an arm is its own."""
    sums, sizes = [sum(own) for own, _ in arms], [n for _, n in arms]
    value = math.log(sums[0] / sizes[0] / sums[1] * sizes[1])
    error = math.sqrt(sum(1 / s + 1 / (at * n) for s, n in zip(sums, sizes, strict=True)))
    wide = stats.norm.ppf(0.975) * error
    p = 2 * stats.norm.sf(abs(value) / error)
    made = count_models.Estimate(
        "negative binomial regression", "rate ratio",
        *(math.exp(value + k * wide) for k in (0, -1, 1)), p, sum(sizes),
    )  # fmt: skip
    shown = as_shown(made, "", None, threshold=T)[0]
    return shown.value, shown.lower, shown.upper, shown.p_value


def left_by(arms, all_of, own_shape):
    """Which pairs of ways fit the print."""
    means = [sum(own) / n for own, n in arms]

    def both(at):
        a, b = (slopes(rows, mean, at) for rows, mean in zip(all_of, means, strict=True))
        return a[:, None] + b[None, :]

    if own_shape is None:
        return both(MOST) >= 0
    there, ends = printed(arms, own_shape), []
    for end in (1e-4, MOST):
        inside, outside = math.log(own_shape), math.log(end)
        for _ in range(60):
            middle = (inside + outside) / 2
            alike = printed(arms, math.exp(middle)) == there
            inside, outside = (middle, outside) if alike else (inside, middle)
        ends.append(both(math.exp(inside)))
    return (ends[0] >= -1e-9) & (ends[1] <= 1e-9)


def shape_of(arms):
    """The shape of the estimator, from its own interval (None: Poisson's)."""
    rows = [(k, 1.0, arm) for arm, (own, n) in zip("DP", arms, strict=True)
            for k in (*own, *[0] * (n - len(own)))]  # fmt: skip
    rows = pd.DataFrame(rows, columns=["N", "TIME", "ARM"])
    made = count_models.negative_binomial_rate_ratios(
        rows, events="N", time="TIME", arm="ARM", reference="P"
    )["D"]
    variance = (math.log(made.upper / made.lower) / 2 / stats.norm.ppf(0.975)) ** 2
    extra = variance - sum(1 / sum(own) for own, _ in arms)
    return None if made.remark else sum(1 / n for _, n in arms) / extra


def tells(arms):
    """Whether the print makes it certain how many had some number of events, or that few had."""
    all_of = [ways(own, n) for own, n in arms]
    fit = left_by(arms, all_of, shape_of(arms))
    for at, rows in enumerate(all_of):
        numbers = np.hstack([rows[:, 2:], rows[:, ::-1].cumsum(axis=1)[:, ::-1][:, 2:]])
        left = numbers[fit.any(axis=1 - at)]
        one = (left.min(axis=0) == left.max(axis=0)) & few(left[0])
        before, after = (few(of).all(axis=0) for of in (numbers, left))
        if one.any() or (after & ~before).any():
            return True
    return False


def drawn(seed, least):
    """Two arms of which no few had none, one or several, and neither tells by its own sum and squares."""
    rng, found = np.random.default_rng(seed), []
    while len(found) < 2:
        n, size = int(rng.integers(least, least + 25)), rng.uniform(0.3, 3)
        had = rng.negative_binomial(size, size / (size + rng.uniform(0.3, 1.5)), n)
        own = tuple(sorted((int(k) for k in had if k), reverse=True))
        groups = np.array([len(own), n - len(own), own.count(1), len(own) - own.count(1)])
        fine = own and not few(groups).any() and sum(own) - len(own) < 22
        if fine and not events_each.told([*own, *[0] * (n - len(own))], threshold=T):
            found.append((own, n))
    return found


def groups(arms):
    return [shape.Group((*own, *[0] * (n - len(own))), 1.0, (1.0, float(at == 0)))
            for at, (own, n) in enumerate(arms)]  # fmt: skip


@pytest.mark.parametrize("least", [12, 35])
def test_what_a_print_tells_is_what_a_search_of_all_ways_finds(least):
    found = {}
    for seed in range(5):
        arms = drawn(seed, least)
        found[seed] = shape.told(groups(arms), arms=2, threshold=T)
        assert found[seed] == tells(arms), arms
    assert 0 < sum(found.values()) < 5


def test_of_arms_that_share_a_stratum_groups_know_their_own_rate():
    # the regression of groups is the estimator's: every patient of a group alike
    rng, cells = np.random.default_rng(4), []
    for arm, level in ((0, 0), (0, 1), (1, 0), (1, 1)):
        events = tuple(sorted(int(k) for k in rng.negative_binomial(1, 0.45, 40)))
        cells.append(shape.Group(events, 1.0 + level, (1.0, float(arm), float(level))))
    model = shape._Model(tuple(cells), 2, T)
    rows = [(k, g.time, "PD"[int(g.row[1])], "ab"[int(g.row[2])]) for g in cells for k in g.events]
    rows = pd.DataFrame(rows, columns=["N", "TIME", "ARM", "S"])
    made = count_models.negative_binomial_rate_ratios(
        rows, events="N", time="TIME", arm="ARM", reference="P", covariates=["S"]
    )["D"]
    shown = as_shown(made, "", None, threshold=T)[0]
    low, high = np.log(1e-4), np.log(1e4)
    own = math.exp(shape._last(lambda x: model.slope(math.exp(x)) > 0, low, high))
    assert model.printed(own) == [(shown.value, shown.lower, shown.upper, shown.p_value)]
    assert model.limits()[0][0][0](np.array([1.0])) != model.limits()[1][0][0](np.array([1.0]))
