"""The stored reference values from R (tests/reference/make_reference.R) and how to compare with them."""

from pathlib import Path

import pandas as pd
import pytest

HERE = Path(__file__).parent / "reference"
R = pd.read_csv(HERE / "reference.csv", dtype={"dataset": str, "quantity": str})
R = R.set_index(["estimator", "dataset", "quantity"]).sort_index()["value"]


def datasets(estimator):
    """Names of the data sets on which R computed `estimator`, in the order of the script."""
    return list(dict.fromkeys(R.loc[estimator].index.get_level_values(0)))


def as_in_r(estimate, estimator, dataset, tolerance=1e-8):
    """Whether every quantity that R stored agrees with the estimate's field of that name."""
    rows = R.loc[estimator, dataset].to_dict()
    found = {quantity: getattr(estimate, quantity) for quantity in rows}
    return found == pytest.approx(rows, rel=tolerance, abs=tolerance)
