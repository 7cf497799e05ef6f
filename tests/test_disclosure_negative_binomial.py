"""Negative binomial ratios with a factor, attacked: what a print tells of an arm at a level of it.

The data sets are those of `test_disclosure_recurrent_strata`, fitted all at once. Who knows the sizes, who
had an event in either arm and how many there were, and whether the ratio is Poisson's, has all with one
print left. Poisson's ratio is a function of the sums of arms and levels, which are known.
"""

from collections import defaultdict
from dataclasses import replace
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
import pytest
from scipy import special

from helpers.analyse import count_models
from helpers.disclosure import as_shown, events_each
from helpers.disclosure.counts import comparable_counts, shaped_counts
from helpers.literate.planned_rates import PlannedCounts
from test_disclosure_recurrent_strata import EVENTS, PLACES, T, Z, alike, few, groups, shown, study
from test_planned_rates import STUDY, planning

DESIGN = np.array([[1.0, arm, level == "b"] for arm, level in PLACES])  # constant, arm, level


def data_sets(sizes):
    """The four cells of every data set that may be shown, with events at each level."""
    cells = shown(sizes)
    keep = np.all([((cells[i] + cells[i + 2]) @ EVENTS) > 0 for i in (0, 1)], axis=0)
    return [cell[keep] for cell in cells]


def fitted(events, sizes, alpha, beta):
    """Newton's steps for all data sets: coefficients, means of the cells, covariance (alpha 0: Poisson)."""
    for _ in range(30):
        mean = np.exp(beta @ DESIGN.T)
        weight = 1 + alpha[:, None] * mean
        score = ((events - sizes * mean) / weight) @ DESIGN
        known = np.einsum("mk,ki,kj->mij", sizes * mean / weight, DESIGN, DESIGN)
        step = np.linalg.solve(known, score[:, :, None])[:, :, 0]
        beta = beta + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-11:
            break
    return beta, mean, np.linalg.inv(known)


def ratios(cells, sizes):
    """Ratio, interval, and whether it is Poisson's, of every data set; the shape by halving."""
    number, sizes = np.stack(cells, axis=1), np.array(sizes, dtype=float)
    events = (number @ EVENTS).astype(float)
    start = np.zeros((len(events), 3))
    start[:, 0] = np.log(events.sum(axis=1) / sizes.sum())
    beta, _, covariance = fitted(events, sizes, np.zeros(len(events)), start)

    def rises(log_shape):
        shape = np.exp(log_shape)
        mean, out = fitted(events, sizes, 1 / shape, beta)[1], 0.0
        for y in EVENTS:
            digammas = special.digamma(y + shape) - special.digamma(shape)
            part = digammas[:, None] - np.log1p(mean / shape[:, None])
            out = out + (number[:, :, y] * (part + (mean - y) / (mean + shape[:, None]))).sum(
                axis=1
            )
        return out >= 0

    low, high = (np.full(len(events), np.log(end)) for end in (1e-4, 1e4))
    poisson = rises(high)
    for _ in range(35):
        middle = (low + high) / 2
        up = rises(middle)
        low, high = np.where(up, middle, low), np.where(up, high, middle)
    own, _, error = fitted(events, sizes, np.exp(-(low + high) / 2), beta)
    own = np.where(poisson[:, None], beta, own)[:, 1]
    error = np.sqrt(np.where(poisson, covariance[:, 1, 1], error[:, 1, 1]))
    return np.exp(own), np.exp(own - Z * error), np.exp(own + Z * error), poisson


def of_estimator(cells, at):
    rows = [(n, 1.0, "PD"[arm], level)
            for cell, (arm, level) in zip(cells, PLACES, strict=True)
            for n, people in zip(EVENTS, cell[at], strict=True) for _ in range(people)]  # fmt: skip
    return count_models.negative_binomial_rate_ratios(
        pd.DataFrame(rows, columns=["N", "TIME", "ARM", "S"]), events="N", time="TIME", arm="ARM",
        reference="P", covariates=["S"],
    )["D"]  # fmt: skip


@pytest.fixture(scope="module", params=[(6, 6, 6, 6), (7, 7, 7, 7)])
def found(request):
    cells = data_sets(request.param)
    return cells, ratios(cells, request.param)


def test_the_formula_of_the_search_is_the_estimators(found):
    cells, values = found
    poisson = values[3]
    for at in (np.flatnonzero(poisson)[0], np.flatnonzero(~poisson)[-1]):
        made = of_estimator(cells, at)
        assert [made.value, made.lower, made.upper] == pytest.approx(
            [v[at] for v in values[:3]], rel=1e-6
        )
        assert bool(made.remark) == poisson[at]


def told(found, keep):
    """Prints by which it is certain that few of an arm at a level had an event, none, one or several."""
    cells, values = found
    made = of_estimator(cells, 0)
    left, alone = defaultdict(list), defaultdict(list)
    for at in np.flatnonzero(keep):
        numbers = {
            k: float(f"{v[at]:.9g}")
            for k, v in zip(("value", "lower", "upper"), values[:3], strict=True)
        }
        print_of = as_shown(replace(made, **numbers), "", None, threshold=T)[0]
        arms = [(cells[a] + cells[a + 1])[at] for a in (0, 2)]
        counts = tuple(int(x) for arm in arms for x in (arm[0], arm @ EVENTS))
        alone[counts].append(at)
        said = (print_of.value, print_of.lower, print_of.upper, bool(values[3][at]))
        left[counts, str(said)].append(at)

    def certain(those):
        return any(few(numbers).all() for cell in cells for numbers in groups(cell[those]))

    return [key for key, those in left.items() if certain(those) and not certain(alone[key[0]])]


def test_what_whole_arms_and_levels_allow_tells_of_few_of_an_arm_at_a_level(found):
    everything = np.ones(len(found[1][0]), dtype=bool)
    assert len(told(found, everything)) == {435: 5, 1684: 36}[len(everything)]


def test_without_a_few_in_any_of_them_no_print_tells(found):
    keep = alike(found[0])
    assert keep.sum() > 5
    assert told(found, keep) == []


def test_the_page_leaves_the_ratio_out_where_few_of_an_arm_at_a_level_had_events_or_none(found):
    cells = found[0]
    safe = np.flatnonzero(alike(cells))
    tried = [*range(0, len(cells[0]), len(cells[0]) // 8), *safe[:2]]
    pages = {at: PlannedCounts(study(cells, at, covariates=("S",))) for at in tried}
    kept = {at for at, page in pages.items() if len(page.negative_binomial_ratios())}
    assert kept == set(tried) & set(safe)
    assert kept < {at for at, page in pages.items() if len(page.poisson_ratios())}


def of_nine(none, total):
    """Events of nine patients, `none` of whom had none: every way that may be shown at threshold 3."""
    for own in combinations_with_replacement(range(1, total + 1), 9 - none):
        one = own.count(1)
        shown = not any(0 < x < 3 for x in (one, len(own) - one))
        if (
            sum(own) == total
            and shown
            and not events_each.told([0] * none + list(own), threshold=3)
        ):
            yield [0] * none + list(own)


def printed_of(treated, control):
    rows = pd.DataFrame({"N": [*treated, *control], "TIME": 1.0, "ARM": ["D"] * 9 + ["P"] * 9})
    made = count_models.negative_binomial_rate_ratios(
        rows, events="N", time="TIME", arm="ARM", reference="P"
    )["D"]
    shown = as_shown(made, "", None, threshold=3)[0]
    return shown.value, shown.lower, shown.upper, bool(made.remark)


def test_the_shape_of_two_arms_tells_what_neither_arms_sum_and_squares_do():
    """Six with none and three with 9 events, beside nine with 16: one or two of these had 4 or more."""
    treated, control = [0] * 6 + [3] * 3, [1] * 6 + [2, 4, 4]
    ways = [(d, p) for d in of_nine(6, 9) for p in of_nine(0, 16)]
    left = [way for way in ways if printed_of(*way) == printed_of(treated, control)]
    many = [[sum(n >= 4 for n in p) for _, p in those] for those in (left, ways)]
    assert set(many[0]) == {1, 2}
    assert set(many[1]) > {1, 2}
    study = of_two_arms(treated, control)
    assert comparable_counts(study, []) == ["all"]
    assert shaped_counts(study, []) == []


def of_two_arms(treated, control):
    """The data set as a study of hidden subjects at threshold 3, all watched to one day."""
    arms, number = STUDY.config.arms[:2], [*treated, *control]
    arm = pd.Categorical([arms[1].label] * len(treated) + [arms[0].label] * len(control),
                         categories=[a.label for a in arms])  # fmt: skip
    who = np.array([str(i) for i in range(len(number))])
    adsl = pd.DataFrame({"USUBJID": who, "ARM": arm, "TRTDURD": 300.0})
    at = np.repeat(np.arange(len(number)), number)
    adae = pd.DataFrame({"USUBJID": who[at], "ARM": arm[at], "TRTEMFL": True, "AEDECOD": "Infection",
                         "ASTDY": np.arange(1.0, len(at) + 1)})  # fmt: skip
    config = replace(STUDY.config, arms=arms, threshold=3)
    bare = replace(STUDY, adsl=adsl, adae=adae, config=config)
    return planning({"all": {"label": "Infections"}}, bare, show_subjects=False)


def test_larger_arms_keep_their_ratio():
    many = [0] * 15 + [1] * 10 + [2] * 8 + [3] * 5 + [4] * 2
    study = of_two_arms(many, many)
    assert comparable_counts(study, []) == shaped_counts(study, []) == ["all"]
