"""The chance that a group has none of what others have: scipy's, and by counting all ways."""

from itertools import combinations

import pytest
from scipy import stats

from faults import sound
from helpers.conformance.chance import chance_of_few, chance_of_none
from helpers.validation import check_folder


@pytest.mark.parametrize(("size", "having", "others"), [
    (1, 71, 71), (4, 68, 68), (5, 5, 10), (24, 40, 48), (12, 0, 30), (300, 900, 1800)])  # fmt: skip
def test_it_is_the_hypergeometric_chance_of_scipy(size, having, others):
    expected = stats.hypergeom.pmf(0, size + others, having, size)
    assert chance_of_none(size, having, others) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("few", "size", "having", "others"), [
    (0, 4, 68, 68), (1, 20, 30, 40), (3, 24, 40, 48), (12, 12, 0, 30), (7, 8, 2, 3),
    (40, 300, 900, 1800)])  # fmt: skip
def test_so_few_are_the_lower_tail_of_scipys_hypergeometric(few, size, having, others):
    expected = stats.hypergeom.cdf(few, size + others, few + having, size)
    assert chance_of_few(few, size, having, others) == pytest.approx(expected, rel=1e-9)


def test_it_is_the_share_of_all_ways_to_draw_the_group():
    with_it = {0, 1, 2, 3, 4}  # of 9, among the others; the group of 3 is any three of the 12
    ways = list(combinations(range(12), 3))
    none = sum(not with_it & set(way) for way in ways)
    assert chance_of_none(3, 5, 9) == pytest.approx(none / len(ways))


def test_one_subject_who_misses_a_visit_is_no_site_without_it(tmp_path):
    folder = sound()
    adsl, adlb = folder.tables["adsl"], folder.tables["adlb"]
    last = adsl["USUBJID"].iloc[-1]
    adsl.loc[adsl["USUBJID"] == last, "SITEID"] = "99"
    missed = (adlb["USUBJID"] == last) & (adlb["AVISITN"] == "24")
    assert missed.any()
    folder.tables["adlb"] = adlb[~missed]
    problems = check_folder(folder.write(tmp_path / "study")).problems
    assert {p.severity for p in problems} == {"note"}
