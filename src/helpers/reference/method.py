"""What a compared method is, and the small helpers its calls share; nothing is computed here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from helpers.analyse.estimate import Estimate
from helpers.errors import AnalysisError
from helpers.reference.stored import data

CLOSED = 1e-8  # a formula or a finite sum: what differs is rounding, or R's own root search
ITERATIVE = 1e-6  # a likelihood is climbed on both sides; each stops a little before the top
RANDOM = 1e-5  # R's multivariate normal integral is itself a random one
Call = Callable[[str], dict[str, float]]
Z = 1.959963984540054
MODEL = {"arm": "arm", "reference": "control"}


@dataclass(frozen=True)
class Method:
    """`function` is the estimator, `call` gives all its quantities for a stored data set's name.

    `tolerance` is how far ours may lie from R's, relative to R's.
    """

    title: str
    function: Callable
    call: Call
    tolerance: float = CLOSED

    @property
    def floor(self) -> int:
        """Power of ten below which differences are not told apart: they change with the processor.

        Measured by running under four instruction sets: formulas moved by less than 1e-12, climbed
        likelihoods by up to 2e-8.
        """
        return -11 if self.tolerance == CLOSED else -7

    @property
    def source(self) -> str:
        """The estimator as records name it: "helpers.analyse.paired:sign_test"."""
        return f"{self.function.__module__}:{self.function.__qualname__}"


def fields(estimate: Estimate) -> dict[str, float]:
    """An estimate's numbers by the names under which R's are stored."""
    return {name: getattr(estimate, name) for name in ("value", "lower", "upper", "p_value")}


def with_se(estimate: Estimate) -> dict[str, float]:
    """`fields`, and the standard error that its normal interval was made from."""
    return fields(estimate) | {"se": (estimate.upper - estimate.lower) / 2 / Z}


def rows_of(name: str, *tables: str) -> pd.DataFrame:
    """The rows of data set `name` in the first of the stored `tables` that has it."""
    for table in tables:
        rows = data(table)
        rows = rows[rows["dataset"] == name]
        if len(rows):
            return rows.reset_index(drop=True)
    raise AnalysisError(f"tests/reference: expected data set {name!r} in {tables}, found none")


def numbers(name: str) -> list[float]:
    """The numbers of a case's name: "0.166 0.3 5"."""
    return [float(part) for part in name.split()]
