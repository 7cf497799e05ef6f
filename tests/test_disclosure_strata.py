"""Why a planned test within strata goes where a stratum has few hidden patients: what its print would tell.

Sizes of strata are hidden. Two arms and two strata are tried: all numbers of patients and responders that a
stratum of either arm can have, beside the responders of the whole arms, which the page shows. All data
sets with one print are what an outsider has left.

- Chi-square of Cochran, Mantel and Haenszel as it would be rounded (two digits; its P says the same):
  hundreds of prints come from such data sets alone in which, of a small stratum of an arm, all responded
  or none.
- Its P as a single line (below 0.05 or not): of up to 20 patients an arm no print does. But to those who
  know the sizes (who was at which centre is no secret there) the line tells what the only patient of a
  stratum had. So it does not stand either.
- Stratified log-rank: of 20 patients whose arms and order of times and events are known, but not their
  strata, some rounded prints come from such divisions alone in which of a small part of an arm all had the
  event or none. It is the score test of Cox's stratified ratio.
"""

import numpy as np
import pytest
from scipy import special

from helpers.analyse import log_rank
from helpers.analyse.stratified_tables import mantel_haenszel
from helpers.disclosure import as_shown

T = 5


def cells(patients, responders):
    """Every number of patients and responders of an arm in the first of two strata."""
    found = [(n, x) for n in range(patients + 1)
             for x in range(max(0, responders - patients + n), min(n, responders) + 1)]  # fmt: skip
    return np.array(found).T


def every(n, x, m, y):
    """Both arms' patients and responders in both strata, of every data set: four pairs of arrays."""
    a, b = cells(n, x)[:, :, None], cells(m, y)[:, None, :]
    a, b = np.broadcast_arrays(a, b)
    return (a[0], a[1]), (b[0], b[1]), (n - a[0], x - a[1]), (m - b[0], y - b[1])


def chi_square(first, second, third, fourth):
    """Mantel and Haenszel's statistic of each data set; NaN where nothing varies."""
    gap, variance = 0.0, 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        for (n1, x1), (n0, x0) in ((first, second), (third, fourth)):
            n, x, both = n1 + n0, x1 + x0, (n1 > 0) & (n0 > 0)
            gap = gap + np.where(both, x1 - n1 * x / n, 0)
            part = n1 * n0 * x * (n - x) / (n**2 * np.maximum(n - 1, 1))
            variance = variance + np.where(both, part, 0)
        return np.where(variance > 0, gap**2 / variance, np.nan)


def small_and_alike(parts):
    """Data sets with a stratum of few of an arm, of whom all responded or none."""
    return np.any([(n > 0) & (n < T) & ((x == 0) | (x == n)) for n, x in parts], axis=0)


def told(prints, bad):
    """The prints that bad data sets alone have."""
    return set(prints[bad]) - set(prints[~bad])


def two_digits(values):
    return np.array([f"{v:.2g}" for v in values.ravel()]).reshape(values.shape)


def shown(n, m):
    """Responders of the whole arms that a page shows."""
    return [(x, y) for x in range(T, n - T + 1) for y in range(T, m - T + 1)]


def test_the_formula_of_the_search_is_the_estimators_and_its_print_has_two_digits():
    parts = every(12, 5, 12, 7)
    found = chi_square(*parts)
    for at in [(3, 40), (20, 11), (44, 30)]:
        (n1, x1), (n0, x0), (m1, y1), (m0, y0) = [(n[at], x[at]) for n, x in parts]
        made = mantel_haenszel([x1, y1], [n1, m1], [x0, y0], [n0, m0])
        assert made.value == pytest.approx(found[at], rel=1e-12)
        assert (
            f"{as_shown(made, '', None, threshold=T)[0].value:g}"
            == f"{float(f'{made.value:.2g}'):g}"
        )


@pytest.mark.parametrize(("size", "least"), [(10, 20), (12, 300), (14, 700)])
def test_a_rounded_chi_square_tells_what_few_of_a_stratum_had(size, least):
    found = 0
    for x, y in shown(size, size):
        parts = every(size, x, size, y)
        chi = chi_square(*parts)
        known = ~np.isnan(chi)
        found += len(told(two_digits(chi[known]), small_and_alike(parts)[known]))
    assert found > least


def test_the_smallest_such_print():
    # 5 of 14 in either arm and chi-square 0.021: one patient is alone in a stratum, and did not respond
    parts = every(14, 5, 14, 5)
    mine = two_digits(chi_square(*parts)) == "0.021"
    left = {
        tuple(int(v[at]) for pair in parts for v in pair)
        for at in zip(*np.where(mine), strict=True)
    }
    assert left == {(1, 0, 0, 0, 13, 5, 14, 5), (0, 0, 1, 0, 14, 5, 13, 5),
                    (13, 5, 14, 5, 1, 0, 0, 0), (14, 5, 13, 5, 0, 0, 1, 0)}  # fmt: skip


@pytest.mark.parametrize("sizes", [(10, 10), (12, 12), (12, 20), (16, 16), (20, 20)])
def test_a_single_line_of_p_tells_nobody_who_does_not_know_the_sizes(sizes):
    n, m = sizes
    for x, y in shown(n, m):
        parts = every(n, x, m, y)
        chi = chi_square(*parts)
        known = ~np.isnan(chi)
        line = special.chdtrc(1, chi[known]) < 0.05
        few = np.any([((r > 0) & (r < T)) | ((k - r > 0) & (k - r < T)) for k, r in parts], axis=0)
        assert told(line, small_and_alike(parts)[known]) == set()
        assert told(line, few[known]) == set()


def test_but_it_tells_those_who_know_the_sizes_what_a_strata_only_patient_had():
    # 5 of 12 in either arm; a stratum has one patient of the first arm and 7 of the second
    parts = every(12, 5, 12, 5)
    (n1, x1), (n0, _), *_ = parts
    sizes = (n1 == 1) & (n0 == 7)
    line = special.chdtrc(1, chi_square(*parts)) < 0.05
    assert set(x1[sizes]) == {0, 1}
    assert set(x1[sizes & line]) == {0}


ARM = np.array([0, 1] * 10)  # in order of time
EVENT = np.array([i not in (4, 5, 8, 12, 15, 17, 18, 19) for i in range(20)])


def divided(strata):
    """Stratified log-rank statistic of each division of the patients of ARM; a row a division."""
    gap, variance = np.zeros(len(strata)), np.zeros(len(strata))
    for of in (False, True):
        inside = strata == of
        for i in np.where(EVENT)[0]:
            n, n1 = inside[:, i:].sum(axis=1), (inside[:, i:] & (ARM[i:] == 1)).sum(axis=1)
            here = inside[:, i]
            share = n1 / np.maximum(n, 1)
            gap += here * ((ARM[i] == 1) - share)
            variance += here * (n > 1) * share * (1 - share)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(variance > 0, gap**2 / variance, np.nan)


def test_a_rounded_stratified_log_rank_test_tells_it_too():
    rng = np.random.default_rng(7)
    strata = (np.arange(2**19)[:, None] >> np.arange(20) & 1).astype(bool)  # of two, by name or not
    chi = divided(strata)
    one = strata[rng.integers(2**19)]
    made = log_rank.log_rank_stratified(np.arange(1.0, 21), EVENT, ARM, one)
    assert made.value == pytest.approx(divided(one[None])[0], rel=1e-9)
    parts = [((strata == of) & (arm == ARM), (strata == of) & (arm == ARM) & EVENT)
             for of in (False, True) for arm in (0, 1)]  # fmt: skip
    bad = small_and_alike([(n.sum(axis=1), x.sum(axis=1)) for n, x in parts])
    known = ~np.isnan(chi)
    prints = two_digits(chi[known])
    found = told(prints, bad[known])
    assert len(found) > 50
    assert "3.7" in found
    assert (prints == "3.7").sum() == 27
