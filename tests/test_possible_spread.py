"""Exact distributions of time saved and of medians, against listing every assignment of patients."""

from collections import Counter
from itertools import product

import pytest

from helpers.possible.histories import gain_range
from helpers.possible.spread import gain_distribution

SMALL = [((3, 3), (2, 1), (4, 9)), ((4, 3), (3, 3), (2, 5, 7)), ((2, 4), (2, 0), (1, 2, 3, 8))]


def listed(size, responders, weeks):
    """Every assignment of the responders to visits, as (history, mean wait, median)."""
    out = []
    for visits in product(range(len(weeks)), repeat=responders):
        history = tuple(visits.count(v) for v in range(len(weeks)))
        waits = [weeks[v] for v in visits] + [weeks[-1]] * (size - responders)
        done = sorted(weeks[v] for v in visits)
        half = -(-size // 2)
        median = done[half - 1] if len(done) >= half else float("inf")
        out.append((history, sum(waits) / size, median))
    return out


@pytest.mark.parametrize(("sizes", "responders", "weeks"), SMALL)
def test_gain_distribution_is_that_of_all_assignments(sizes, responders, weeks):
    first, second = (listed(n, x, weeks) for n, x in zip(sizes, responders, strict=True))
    weighted = Counter(round(a - b, 9) for (_, a, _), (_, b, _) in product(first, second))
    once = Counter(
        round(a - b, 9)
        for (_, a), (_, b) in product({f[:2] for f in first}, {s[:2] for s in second})
    )
    found = gain_distribution(sizes=sizes, responders=responders, weeks=weeks)
    assert [round(g, 9) for g in found["gain"]] == sorted(weighted)
    for gain, share, heavy in found.itertuples(index=False):
        assert share == pytest.approx(once[round(gain, 9)] / once.total(), abs=1e-14)
        assert heavy == pytest.approx(weighted[round(gain, 9)] / weighted.total(), abs=1e-14)


def test_the_trial_of_the_abstract_spans_the_range_that_the_enumeration_finds():
    trial = {"sizes": (24, 24), "responders": (23, 17), "weeks": (12, 24, 48, 72, 96)}
    found = gain_distribution(**trial)
    assert (found["gain"].min(), found["gain"].max()) == pytest.approx(gain_range(**trial))
    assert found[["share", "share_weighted"]].sum().tolist() == pytest.approx([1, 1])
