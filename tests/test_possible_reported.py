"""Histories that print a P, against the enumeration's counts and ranges and listing them by hand."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from helpers.errors import AnalysisError, ImpossibleError
from helpers.possible.histories import enumerate_histories
from helpers.possible.log_rank_terms import compositions, history_p
from helpers.possible.reported import (
    gain_quantile,
    reported_gains,
    reported_histories,
    reported_medians,
)

TRIAL = {"sizes": (24, 24), "responders": (23, 17), "visits": 4, "reported_p": "0.004"}
WEEKS = (24.0, 48.0, 72.0, 96.0)


def listed(sizes, responders, visits, low, high):
    """Every history whose P, in exact fractions, lies in the interval."""
    ways = [compositions(x, visits).tolist() for x in responders]
    return [(a, b) for a, b in product(*ways) if low <= history_p(a, b, sizes=sizes) <= high]


@pytest.mark.proves("helpers.possible.reported:reported_histories")
@pytest.mark.parametrize(
    ("sizes", "responders", "visits"),
    [((6, 5), (5, 3), 3), ((5, 5), (4, 4), 2), ((7, 4), (3, 2), 1)],
)
def test_the_histories_are_those_found_by_listing_all(sizes, responders, visits):
    every = listed(sizes, responders, visits, 0.15, 0.25)
    trial = {"sizes": sizes, "responders": responders, "visits": visits, "reported_p": "0.2"}
    if not every:
        with pytest.raises(ImpossibleError, match="found none"):
            reported_histories(**trial)
        return
    found = reported_histories(**trial)
    both = zip(found.first.tolist(), found.second.tolist(), strict=True)
    assert sorted(both) == sorted((list(a), list(b)) for a, b in every)


@pytest.fixture(scope="module")
def both():
    found = reported_histories(**TRIAL)
    return found, enumerate_histories(**TRIAL, weeks=WEEKS)


def test_their_number_and_weight_are_the_shares_of_the_enumeration(both):
    found, every = both
    assert found.total == every.histories
    assert len(found.first) / found.total == pytest.approx(every.share_rounding_to_reported)
    weighted = every.share_rounding_to_reported_weighted
    assert found.weight.sum() == pytest.approx(weighted, rel=1e-9)


def test_gains_and_medians_reach_the_ends_of_the_enumeration(both):
    found, every = both
    gains = reported_gains(found, weeks=WEEKS)
    assert (gains["gain"].min(), gains["gain"].max()) == pytest.approx(every.rmst_gain_reported)
    medians = reported_medians(found, weeks=WEEKS)
    ends = [(medians[c].min(), medians[c].max()) for c in ("median_first", "median_second")]
    assert tuple(ends) == every.medians_reported
    for frame in (gains, medians):
        assert frame[["share", "share_weighted"]].sum().tolist() == pytest.approx([1, 1])


def test_shares_of_gains_and_medians_are_counted_by_hand():
    sizes, responders, weeks = (6, 5), (5, 2), (3.0, 6.0, 10.0)
    every = listed(sizes, responders, 3, 0.15, 0.25)
    found = reported_histories(sizes=sizes, responders=responders, visits=3, reported_p="0.2")
    gains, medians = reported_gains(found, weeks=weeks), reported_medians(found, weeks=weeks)

    def wait(history, n):
        return (np.dot(history, weeks) + (n - sum(history)) * weeks[-1]) / n

    for row in gains.itertuples():
        here = [h for h in every if abs(wait(h[0], 6) - wait(h[1], 5) - row.gain) < 1e-8]
        assert row.share == pytest.approx(len(here) / len(every))
    # two of five responders never make half of an arm of five
    assert np.isinf(medians["median_second"]).all()
    first = [sum(h[0][0] >= 3 for h in every), sum(h[0][0] < 3 <= h[0][0] + h[0][1] for h in every)]
    shares = medians.set_index("median_first")["share"].reindex([3.0, 6.0], fill_value=0.0)
    assert shares.tolist() == pytest.approx([x / len(every) for x in first])


def test_another_calendar_needs_no_other_histories(both):
    found, _ = both
    moved = reported_gains(found, weeks=(24, 48, 84, 96))
    again = enumerate_histories(**TRIAL, weeks=(24, 48, 84, 96)).rmst_gain_reported
    assert (moved["gain"].min(), moved["gain"].max()) == pytest.approx(again)


def test_a_calendar_of_another_length_is_refused(both):
    with pytest.raises(ImpossibleError, match="give one for every visit"):
        reported_gains(both[0], weeks=(24, 96))


def test_too_many_histories_are_named():
    with pytest.raises(AnalysisError, match="expected at most 500,000,000"):
        reported_histories(**{**TRIAL, "visits": 9})


def test_quantiles_of_gains_are_those_of_a_list_written_out():
    gains = pd.DataFrame(
        {"gain": [-9.0, -3.0, 2.0], "share": [0.2, 0.3, 0.5], "other": [0.8, 0.1, 0.1]}
    )
    written = np.repeat([-9.0, -3.0, 2.0], [2, 3, 5])
    for q in (0.05, 0.2, 0.21, 0.5, 0.51, 1):
        expected = np.quantile(written, q, method="inverted_cdf")
        assert gain_quantile(gains, q=q) == expected
    assert gain_quantile(gains, q=0.5, by="other") == -9
