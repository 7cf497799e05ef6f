"""Numbers of SAS and R on public data (CAMIS): ours to the last digit, or a reason; none stored is ours."""

import math

import pandas as pd
import pytest

from helpers.literate.printed import sas_and_r
from helpers.reference import printed, printed_calls, stored

ROWS = sas_and_r().rows


@pytest.mark.parametrize(
    ("value", "like", "text"),
    [
        (2.5, "0", "3"), (-2.5, "0", "-3"), (0.125, "0.12", "0.13"), (1.005, "0.00", "1.01"),
        (-0.0004, "0.00", "0.00"), (0.95205940, "9.520594e-01", "9.520594e-01"),
        (math.inf, "4.31", "NE"), (0.0000045, "1.2e-06", "4.5e-06"), (1e20, "0", str(10**20)),
    ],
)  # fmt: skip
@pytest.mark.proves("helpers.reference.printed:as_printed")
def test_ties_go_away_from_zero(value, like, text):
    assert printed.as_printed(value, like) == text


@pytest.mark.parametrize("i", range(len(ROWS)))
def test_a_number_is_the_printed_one_or_has_its_reason(i):
    row = ROWS.iloc[i]
    assert row["sas"] or row["r"]
    assert row["differs"] == bool(row["note"]), (row["method"], row["quantity"], row["ours"])


@pytest.mark.proves("helpers.reference.printed:cases")
def test_few_digits_differ_and_none_by_more_than_the_other_side_s_approximation():
    rows = printed.cases()
    apart = rows[[printed.differs(row) for _, row in rows.iterrows()]]
    assert set(apart["method"]) == {"signed_rank", "rmst_difference"}
    for _, row in apart.iterrows():
        assert float(row["sas"]) == pytest.approx(row["ours"], rel=2e-2)


def test_every_method_has_its_calls_and_every_call_a_number():
    calls = sas_and_r().calls
    assert sorted(set(ROWS["method"])) == sorted(calls["method"]) == sorted(printed_calls.CALLS)
    assert calls.notna().all().all()


def test_the_tables_show_every_row_once():
    page = sas_and_r()
    shown = sum(page.numbers(t).text.count("\n") - 1 for t in page.calls["topic"].unique())
    assert shown == len(ROWS) == int(page.tally()["numbers"])
    assert int(page.tally()["same"]) + int(page.tally()["apart"]) == len(ROWS)


def test_a_call_of_ours_names_a_function_that_is_there():
    import importlib

    other = pd.read_csv(stored.FOLDER / "camis_elsewhere.csv", dtype=str)["answer"]
    for call in [*sas_and_r().calls["here"], *other[~other.str.startswith("No:")]]:
        name = call.partition("(")[0].partition(" ")[0]
        module, _, function = name.rpartition(".")
        if not module.startswith(("scipy", "statsmodels", "lifelines", "numpy", "helpers")):
            module = f"helpers.analyse.{module}"
        assert hasattr(importlib.import_module(module), function), call
