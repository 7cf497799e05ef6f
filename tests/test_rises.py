"""The fewest rises that two medians allow, against every data set of small trials."""

import itertools
import statistics

import pytest

from helpers.errors import ImpossibleError
from helpers.possible.rises import fewest_rises


def brute(n, medians, before, after):
    def samples(median, bounds):
        values = range(bounds[0], bounds[1] + 1)
        every = itertools.combinations_with_replacement(values, n)
        return [s for s in every if statistics.median(s) == float(median)]

    return min(
        sum(b < a for b, a in zip(start, end, strict=True))
        for start in samples(medians[0], before)
        for chosen in samples(medians[1], after)
        for end in set(itertools.permutations(chosen))
    )


@pytest.mark.parametrize(
    ("n", "medians", "before", "after"),
    [
        (4, ("1.5", "3.5"), (0, 4), (0, 6)),
        (4, ("1.5", "3.5"), (0, 3), (0, 6)),
        (4, ("2", "3"), (0, 5), (1, 5)),
        (4, ("1", "4.5"), (0, 2), (2, 5)),
        (3, ("1", "4"), (0, 6), (0, 6)),
        (3, ("2", "3"), (0, 2), (0, 4)),
    ],
)
def test_fewest_rises_equals_brute_force(n, medians, before, after):
    found = fewest_rises(n=n, medians=medians, before=before, after=after)
    assert found.fewest == brute(n, medians, before, after)


@pytest.mark.parametrize("bound", [100, 3000])
def test_the_witness_has_the_medians_the_bounds_and_that_many_rises(bound):
    found = fewest_rises(n=12, medians=("10.5", "207.5"), before=(0, bound), after=(0, 5000))
    assert statistics.median(found.before) == 10.5
    assert statistics.median(found.after) == 207.5
    assert max(found.before) <= bound
    rises = sum(b < a for b, a in zip(found.before, found.after, strict=True))
    assert rises == found.fewest


def test_an_impossible_median_is_named_with_the_nearest():
    with pytest.raises(
        ImpossibleError, match=r"found 10\.3; the nearest possible are 10 and 10\.5"
    ):
        fewest_rises(n=12, medians=("10.3", "207.5"), before=(0, 100), after=(0, 600))
