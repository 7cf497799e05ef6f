"""Cells are parsed once per distinct value, and as each alone would be."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.cells import flags, is_blank, numbers, text

CELLS = st.one_of(
    st.none(), st.text(max_size=4), st.floats(allow_nan=True), st.integers(-9, 9),
    st.sampled_from(["", " ", ".", ".A", "NA", " 7 ", "7.0", "007", "5e-79", "1e3", "y", "TRUE"]),
)  # fmt: skip


@given(st.lists(CELLS, max_size=12))
def test_a_column_is_parsed_as_each_of_its_cells_alone(cells):
    values = pd.Series(cells, dtype=object)
    for parse in (is_blank, numbers, text, flags):
        together = list(parse(values))
        alone = [parse(pd.Series([cell], dtype=object)).iloc[0] for cell in cells]
        assert pd.Series(together, dtype=object).equals(pd.Series(alone, dtype=object))


@given(st.lists(CELLS, min_size=1, max_size=12))
def test_parsing_leaves_the_column_as_it_was(cells):
    values = pd.Series(cells, dtype=object)
    before = values.copy()
    for parse in (is_blank, numbers, text, flags):
        parse(values)
    assert values.equals(before)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("12.5", 12.5), (" 12 ", 12), ("1e3", 1000), (".", None), ("", None), (".A", None),
        ("NA", None), ("<50", None), ("12,5", None), ("5e-79", 0), (5.397605e-79, 0), ("-3", -3),
        ("1e-60", 1e-60), ("1_000", None), ("1.2.3", None),
    ],
)  # fmt: skip
def test_a_number_is_what_a_statistical_package_means_by_it(cell, number):
    found = numbers(pd.Series([cell], dtype=object)).iloc[0]
    assert np.isnan(found) if number is None else found == number


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=1e-60))
def test_a_number_written_out_in_full_is_the_same_number(number):
    assert numbers(pd.Series([repr(number)])).iloc[0] == number


@pytest.mark.parametrize(
    ("cell", "flag"),
    [("Y", True), (" y ", True), ("N", False), ("", False), (None, False), (True, True),
     ("TRUE", True), (0, False), (1.0, True), ("maybe", None), ("2", None)],
)  # fmt: skip
def test_a_flag_is_yes_no_or_neither(cell, flag):
    found = flags(pd.Series([cell], dtype=object)).iloc[0]
    assert pd.isna(found) if flag is None else found is flag


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([7.0, 8.0, np.nan], ["7", "8", ""]),
        ([7, 8], ["7", "8"]),
        ([7.5, 8.0], ["7.5", "8"]),
        ([" a ", None, "."], ["a", "", ""]),
        (["007", "7"], ["007", "7"]),
    ],
)
def test_a_text_is_stripped_and_a_whole_float_has_no_point(values, texts):
    assert list(text(pd.Series(values))) == texts


def test_na_is_sodium_among_codes_and_missing_elsewhere():
    cells = ["NA", "K"]
    assert list(is_blank(pd.Series(cells, name="PARAMCD"))) == [False, False]
    assert list(text(pd.Series(cells, name="PARAMCD"))) == ["NA", "K"]
    assert list(text(pd.Series(cells, name="AEDECOD"))) == ["", "K"]
