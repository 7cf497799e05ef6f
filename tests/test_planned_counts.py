"""Risk differences within planned strata: against counts by hand, and against R's veteran as a trial."""

import itertools
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from helpers.analyse import stratified_tables
from helpers.analyse.two_proportions import newcombe_difference as newcombe
from helpers.config import Analysis
from helpers.derive import frames
from helpers.literate import adjusted, planned_counts
from helpers.literate.outcome import Results
from helpers.literate.trial import Trial
from helpers.study import load_study
from test_planned_times import COLON, OWN, r_value, written

STUDY = load_study(Path(__file__).parents[1] / "data" / "hucmsc")


def events(study=STUDY, hidden=False, **said):
    config = replace(study.config, analysis=Analysis(**said), show_subjects=not hidden)
    return Trial(replace(study, config=config)).events()


@pytest.mark.proves("helpers.analyse.stratified_tables:common_difference")
def test_patients_with_any_event_are_counted_within_strata():
    found = planned_counts.stratified_differences(events(strata=("SEX",)))["any-event.high-dose"]
    had = set(frames.treatment_emergent(STUDY)["USUBJID"])
    adsl = STUDY.adsl.assign(HAD=STUDY.adsl["USUBJID"].isin(had), ARM=STUDY.adsl["ARM"].astype(str))
    counts = adsl.groupby(["ARM", "SEX"])["HAD"].agg(["sum", "size"])
    high, base = counts.loc["High dose"], counts.loc[STUDY.reference]
    expected = stratified_tables.common_difference(
        high["sum"], high["size"], base["sum"], base["size"]
    )
    assert (found.value, found.estimate.lower) == pytest.approx((expected.value, expected.lower))
    assert found.about.parameter == "Any event, stratified by SEX"
    assert found.about.comparator == STUDY.reference


def test_deaths_of_rs_veteran_as_adverse_events_agree_with_r():
    rows = pd.read_csv(Path(__file__).parent / "reference" / "trials_data.csv")
    rows = rows[rows["dataset"] == "veteran"].reset_index(drop=True)
    names = {"control": STUDY.reference, "test": "High dose"}
    arms = pd.Categorical(rows["arm"].map(names), categories=list(names.values()))
    adsl = pd.DataFrame({"USUBJID": rows.index.astype(str), "ARM": arms, "CELL": rows["stratum"]})
    dead = adsl[rows["event"] == 1]
    adae = STUDY.adae.iloc[[0] * len(dead)].reset_index(drop=True)
    adae = adae.assign(USUBJID=dead["USUBJID"].to_numpy(), ARM=dead["ARM"].to_numpy(), TRTEMFL=True)
    mine = events(replace(STUDY, adsl=adsl, adae=adae), strata=("CELL",))
    gap = planned_counts.stratified_differences(mine)["any-event.high-dose"]
    test = planned_counts.stratified_tests(mine)["any-event.high-dose"]
    assert gap.value == pytest.approx(r_value("common_difference", "veteran"), rel=1e-8)
    assert gap.p_value == pytest.approx(
        r_value("common_difference", "veteran", "p_value"), rel=1e-8
    )
    assert test.value == pytest.approx(r_value("mantel_haenszel", "veteran"), rel=1e-8)
    assert test.p_value == pytest.approx(r_value("mantel_haenszel", "veteran", "p_value"), rel=1e-8)


def test_only_planned_arms_are_compared_and_no_small_stratum_of_hidden_patients():
    found = planned_counts.stratified_tests(events(strata=("SEX",), comparisons=("High dose",)))
    assert {r.about.arm for r in found.values()} == {"High dose"}
    small = STUDY.adsl.assign(SMALL=["rare" if i < 6 else "other" for i in range(len(STUDY.adsl))])
    study = replace(STUDY, adsl=small)
    assert planned_counts.stratified_differences(events(study, strata=("SMALL",)))
    hidden = events(study, hidden=True, strata=("SMALL",))
    gone = [planned_counts.stratified_differences(hidden), planned_counts.stratified_tests(hidden)]
    assert [dict(found) for found in gone] == [{}, {}]
    assert [found.caption for found in gone] == [planned_counts.IN_STRATA, planned_counts.NO_TEST]


def test_what_nobody_had_has_no_difference_within_strata():
    """A difference of 0 (0 to 0) would say that arms without an event are surely alike."""
    none = STUDY.adae.assign(AESEV="MILD", AESER="N")
    mine = events(replace(STUDY, adae=none), strata=("SEX",))
    kinds = {result.about.parameter for result in mine.kinds().against_reference(newcombe).values()}
    assert "Any severe event" in kinds
    found = planned_counts.stratified_differences(mine)
    assert not any("severe" in row or "serious" in row for row in found)
    assert "any-mild-event.high-dose" in found


PAIRS = {"any-event.lev": "Lev control", "any-event.lev-plus-5fu": "Lev+5FU control",
         "any-event.lev-plus-5fu.lev": "Lev+5FU Lev"}  # fmt: skip


@pytest.fixture(scope="module")
def colon(tmp_path_factory):
    """R's colon, its deaths as adverse events."""
    study = written(tmp_path_factory.mktemp("colon"), COLON, "colon", "OS", TRT01A="arm",
                    EXTENT="stratum", AGE="y", FEWFL=lambda rows: "Y")  # fmt: skip
    dead = study.adtte[~study.adtte["CNSR"].astype(bool)]
    adae = dead[["USUBJID", "ARM"]].assign(AEDECOD="Death", TRTEMFL=True)
    return replace(study, adae=adae.reset_index(drop=True))


def planned(study, hidden=False, **said):
    analysis = replace(study.config.analysis, **said)
    config = replace(study.config, analysis=analysis, show_subjects=not hidden)
    return Trial(replace(study, config=config)).events()


def test_every_planned_pair_of_arms_has_its_difference_and_its_tests_as_in_r(colon):
    mine = planned(colon)
    gaps, exact = planned_counts.planned_differences(mine), planned_counts.planned_tests(mine)
    strata = planned_counts.stratified_tests(mine)
    assert set(gaps) == set(exact) == set(strata) == set(PAIRS)
    for row, pair in PAIRS.items():
        assert f"{gaps[row].about.arm} {gaps[row].about.comparator}" == pair
        found = [getattr(gaps[row].estimate, part) for part in ("value", "lower", "upper")]
        keys = [f"death {pair}", f"death {pair} lower", f"death {pair} upper"]
        assert found == pytest.approx([OWN[key] for key in keys], rel=1e-8)
        for tests, name in ((exact, "fisher"), (strata, "cmh")):
            assert tests[row].p_value == pytest.approx(OWN[f"{name} {pair}"], rel=1e-8)
            together = adjusted(tests, method="holm")[row]
            assert together.p_value == pytest.approx(OWN[f"{name} {pair} holm"], rel=1e-8)


def test_a_declared_pair_is_compared_alone_or_beside_an_arm_with_the_reference(colon):
    one = planned(colon, pairwise=False, comparisons=(("Lev+5FU", "Lev"),))
    two = planned(colon, pairwise=False, comparisons=("Lev", ("Lev+5FU", "Lev")))
    for of in (planned_counts.planned_differences, planned_counts.planned_tests,
               planned_counts.stratified_differences, planned_counts.stratified_tests):  # fmt: skip
        assert set(of(one)) == {"any-event.lev-plus-5fu.lev"}
        assert set(of(two)) == {"any-event.lev", "any-event.lev-plus-5fu.lev"}


def test_what_everybody_had_is_not_tested_and_no_hidden_share_is_told_by_a_pair(colon):
    everybody = colon.adsl[["USUBJID", "ARM"]].assign(AEDECOD="Death", TRTEMFL=True)
    assert not planned_counts.planned_tests(planned(replace(colon, adae=everybody)))
    few = colon.adae[
        (colon.adae["ARM"] != "Lev") | (colon.adae.groupby("ARM", observed=True).cumcount() < 3)
    ]
    shown = planned_counts.planned_differences(planned(replace(colon, adae=few), hidden=True))
    assert set(shown) == {"any-event.lev-plus-5fu"}
    assert set(planned_counts.planned_tests(planned(replace(colon, adae=few), hidden=True))) == set(
        shown
    )


def test_p_values_are_corrected_for_all_planned_pairs_or_not_at_all(colon):
    """Of three pairs one is left where an arm is held back: as one of one its P would be too small."""
    mine = planned(colon)
    exact = planned_counts.planned_tests(mine)
    for row, pair in PAIRS.items():
        found = planned_counts.corrected(mine, exact)[row]
        assert found.p_value == pytest.approx(OWN[f"fisher {pair} holm"], rel=1e-8)
    few = colon.adae[
        (colon.adae["ARM"] != "Lev") | (colon.adae.groupby("ARM", observed=True).cumcount() < 3)
    ]
    hidden = planned(replace(colon, adae=few), hidden=True)
    exact = planned_counts.planned_tests(hidden)
    assert set(exact) == {"any-event.lev-plus-5fu"}
    together = planned_counts.corrected(hidden, exact)
    assert (dict(together), together.caption) == ({}, planned_counts.HELD_BACK)
    assert planned_counts.corrected(hidden, Results({})).caption == planned_counts.NOTHING
    alone = planned(replace(colon, adae=few), hidden=True, pairwise=False, comparisons=("Lev+5FU",))
    assert set(planned_counts.corrected(alone, exact)) == {"any-event.lev-plus-5fu"}


THREE = ("Control", "Low dose", "High dose")
SIZES = {"F": (17, 19, 18), "M": (23, 22, 26)}  # of the strata of these arms


def within_two_strata(women, men):
    """Three arms in two strata of these `SIZES`; how many of each had an event."""
    cells = [(arm, sex, i, had[k]) for sex, had in (("F", women), ("M", men))
             for k, arm in enumerate(THREE) for i in range(SIZES[sex][k])]  # fmt: skip
    ids = [f"S{i:03d}" for i in range(len(cells))]
    arms = pd.Categorical([cell[0] for cell in cells], THREE)
    adsl = pd.DataFrame({"USUBJID": ids, "ARM": arms, "SEX": [cell[1] for cell in cells]})
    sick = [i < had for _, _, i, had in cells]
    adae = adsl.loc[sick, ["USUBJID", "ARM"]].assign(AEDECOD="Rash", TRTEMFL=True)
    return replace(STUDY, adsl=adsl, adae=adae.reset_index(drop=True))


def test_common_differences_of_all_pairs_tell_of_no_few_in_a_stratum():
    """One tells how many of two arms a stratum has, beside the whole arms; three tell each arm's."""
    women, men = (3, 10, 8), (12, 7, 9)
    study, plan = within_two_strata(women, men), {"strata": ("SEX",), "pairwise": True}
    seen = planned_counts.stratified_differences(events(study, **plan))
    assert len(seen) == 3

    def gap(j, k, had):
        sides = [([had[i], women[i] + men[i] - had[i]], [SIZES["F"][i], SIZES["M"][i]])
                 for i in (THREE.index(j), THREE.index(k))]  # fmt: skip
        return stratified_tables.common_difference(*sides[0], *sides[1]).value

    fits = [had for had in itertools.product(*(range(w + m + 1) for w, m in zip(women, men, strict=True)))
            if all(h <= n and w + m - h <= top for h, n, w, m, top in
                   zip(had, SIZES["F"], women, men, SIZES["M"], strict=True))
            and all(abs(gap(r.about.arm, r.about.comparator, had) - r.value) < 1e-9
                    for r in seen.values())]  # fmt: skip
    assert fits == [women]
    for of in (planned_counts.stratified_differences, planned_counts.stratified_tests):
        assert not of(events(study, hidden=True, **plan))
        other = {**plan, "pairwise": False, "comparisons": (("High dose", "Low dose"),)}
        assert len(of(events(study, hidden=True, **other))) == 1
