"""What a trial plans for, against R on its own data sets veteran, colon, mgus2 and pbc (trials.R)."""

import pytest

from helpers.reference import compare

ROWS = compare.comparison()
ROWS = ROWS[ROWS["package"].notna() & ROWS["dataset"].str.contains("veteran|colon|mgus2|pbc")]


@pytest.mark.parametrize("estimator", sorted(set(ROWS["estimator"])))
def test_every_value_lies_within_1e_8_of_r(estimator):
    mine = ROWS[ROWS["estimator"] == estimator]
    assert mine["difference"].max() < 1e-8


def test_all_four_trials_are_asked():
    names = {name.split()[0] for name in ROWS["dataset"]}
    assert names == {"veteran", "colon", "mgus2", "pbc"}
    assert len(ROWS) > 600
