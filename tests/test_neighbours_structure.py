"""What stands in a rounded edition, and what does not, of two editions a patient apart.

A horizon, a time to report at, a visit, an endpoint, a page, a median that prints: each is there or not.
Who joined is not told by it as long as either edition can look like the other, by some lot. So each test
goes through the lots and looks for something that no edition of the one data and every edition of the
other has. `tests/test_neighbours.py` does the same for the numbers.
"""

import itertools
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import paired, proportions, shared_times
from helpers.analyse.estimate import Estimate
from helpers.analyse.landmarks import curves_by_arm
from helpers.context import ROOT, published_context
from helpers.disclosure import as_shown, reason_to_hide, rounding, thinned
from helpers.literate import marks, rows, times
from helpers.literate.times import study_times
from helpers.literate.trial import Trial
from helpers.study import load_study

LOTS = [f"lot {k}" for k in range(25)]
T = 8  # the threshold where counts are rounded


NEAR = range(9, 19)  # where a count goes from few to many


def few(lot):
    return partial(rounding.rare, key=lot, threshold=T)


@pytest.fixture(scope="module")
def study():
    found = load_study(ROOT / "data/hucmsc", check=False)
    return replace(
        found, config=replace(found.config, show_subjects=False, rounding=True, threshold=T)
    )


def follow_up(seed, n=40):
    random = np.random.default_rng(seed)
    return np.ceil(random.exponential(300, n)).clip(1, 700), np.repeat(["A", "B"], n // 2)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("horizon", [None, 365])
def test_no_horizon_and_no_time_to_report_at_tells_how_long_who_joined_was_watched(seed, horizon):
    time, arm = follow_up(seed)
    told = partial(seen_times, horizon=horizon)
    before = told(time, arm)
    for joined in (1, 365, 5000):
        assert before & told(np.append(time, joined), np.append(arm, "A"))


def seen_times(time, arm, *, horizon):
    found = set()
    for lot in LOTS:
        end = shared_times.shared_horizon(time, arm, few=few(lot), horizon=horizon)
        found.add((end, *shared_times.shared_marks(time, horizon=end, few=few(lot))))
    return found


def test_a_schedule_stays_one_when_one_patient_more_came_between_two_visits():
    visits = np.repeat([12.0, 24, 48], 30)
    for extra in range(20):
        one, other = (
            {shared_times.is_schedule(np.append(visits, np.arange(k) + 0.5), few=few(lot))
             for lot in LOTS} for k in (extra, extra + 1))  # fmt: skip
        assert one & other
    assert shared_times.shared_marks(visits, horizon=48, few=few(LOTS[0])) == [12, 24, 48]


def with_only(study, visit, n):
    """CD4 of so many of the reference arm alone at a visit."""
    lab = study.adlb
    at = (lab["PARAMCD"] == "CD4") & (lab["AVISITN"] == visit) & (lab["ARM"] == study.reference)
    gone = lab.index[at][n:]
    return replace(study, adlb=lab.drop(index=gone))


def test_a_visit_is_kept_by_lot_and_no_step_of_one_patient_decides_it(study):
    there = {}
    for n, lot in itertools.product([3, *NEAR], LOTS):
        lab = thinned(with_only(study, 72, n), lot).adlb
        kept = (lab["PARAMCD"].eq("CD4") & lab["AVISITN"].eq(72)).any()
        there.setdefault(n, set()).add(bool(kept))
    assert there[3] == {False}  # where every other edition keeps it
    assert there[18] == {True}
    assert all(there[n] & there[n + 1] for n in NEAR[:-1])


def with_events(study, n, column="CNSR"):
    rows = study.adtte.reset_index(drop=True)
    first = pd.Series(range(len(rows))) < n
    if column == "CNSR":
        return replace(study, adtte=rows.assign(CNSR=~first))
    return replace(study, adtte=rows.assign(CNSR=~first & (rows.index > 40), COMPETING=first))


def test_an_endpoint_a_competing_event_and_the_page_of_harms_come_by_lot(study):
    study = replace(study, adlb=None)

    def endpoint(n, lot):
        return not thinned(with_events(study, n), lot).adtte.empty

    def competing(n, lot):
        return bool(thinned(with_events(study, n, "COMPETING"), lot).adtte["COMPETING"].any())

    def harms(n, lot):
        rows = study.adae[study.adae["TRTEMFL"]].drop_duplicates("USUBJID")
        return thinned(replace(study, adae=rows.head(n)), lot).adae is not None

    for what in (endpoint, competing, harms):
        there = {n: {what(n, lot) for lot in LOTS} for n in (1, *NEAR)}
        assert there[1] == {False}
        assert there[18] == {True}
        assert all(there[n] & there[n + 1] for n in NEAR[:-1])


def test_only_hidden_studies_that_round_are_thinned(study):
    for config in (
        replace(study.config, rounding=False),
        replace(study.config, show_subjects=True),
    ):
        other = replace(study, config=config)
        assert thinned(other, "lot") is other


def printed(estimate, lot):
    found, words, _ = as_shown(estimate, "", None, threshold=T, key=lot)
    return np.isnan(found.value), np.isnan(found.lower), bool(found.n), words


@pytest.mark.parametrize(
    "made",
    [
        lambda n: paired.median_interval(np.arange(n, dtype=float)),
        lambda n: paired.quartiles(np.arange(n, dtype=float)),
        lambda n: Estimate("m", "mean", 3.25, 2.5, 4.0, n=n),
        lambda n: Estimate("m", "limit of quantification", 50.0, n=n),
        lambda n: Estimate("wilcoxon", "V", 3.0, p_value=0.02, n=n),
        lambda n: proportions.incidence_rate(n, 1000.0, n=60),
    ],
    ids=["median", "quartiles", "mean", "limit", "rank test", "rate"],
)
def test_whether_a_number_prints_goes_by_lot_at_every_size(made):
    prints = {n: {printed(made(n), lot) for lot in LOTS} for n in range(2, 45)}
    assert all(prints[n] & prints[n + 1] for n in range(2, 44))
    assert len(set.union(*prints.values())) > 1  # of few it does not, of many it does


def test_a_curve_of_a_rounded_edition_draws_what_its_tables_have(study, monkeypatch):
    here = replace(published_context(), lot=LOTS[0])
    for module in (rows, times):
        monkeypatch.setattr(module, "current_context", lambda: here)
    twice = replace(study, adtte=pd.concat([study.adtte] * 3, ignore_index=True))
    found = study_times(twice)
    (role,) = found.roles
    drawn = marks.curves(found, role)
    assert set(drawn["at_risk"].dropna() % 5) == {0}
    assert set(drawn["time"]) == {0.0, *found.marks(role)}
    assert drawn["lower"].isna().all()
    assert not reason_to_hide("curve", [drawn.to_dict("records")], [study])
    exact = curves_by_arm(found.of(role), horizon=96, incidence=True, exact=False, least=T)
    exact = exact.assign(value=np.nan)
    assert reason_to_hide("curve", [exact.to_dict("records")], [study])  # 24 at risk


def test_of_a_rounded_study_nothing_between_visits_is_planned(study):
    from helpers.edition import sections

    assert not sections.has(study, "visit-times")
    shown = replace(study, config=replace(study.config, rounding=False))
    assert sections.has(shown, "visit-times")
    assert not Trial(study).times().exact_log_rank()
