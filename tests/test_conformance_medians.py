"""The median of a row's other cells: pandas' own, one column left out after the other."""

import numpy as np
import pandas as pd
import pytest

from helpers.conformance.spikes import others_median


@pytest.mark.parametrize("seed", range(20))
def test_it_is_pandas_median_without_the_column(seed):
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 9, (30, rng.integers(2, 7))) * rng.choice([1.0, 0.1])
    values[rng.random(values.shape) < rng.choice([0, 0.3, 0.7])] = np.nan
    table = pd.DataFrame(values, columns=rng.permutation(values.shape[1]) * 4.0)
    expected = pd.DataFrame({v: table.drop(columns=v).median(axis=1) for v in table})
    pd.testing.assert_frame_equal(others_median(table), expected, check_exact=True)
