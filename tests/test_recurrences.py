"""Planned counts over time: the page's tables as in R's data, what has no place, and hidden subjects."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import multiplicity
from helpers.derive import counts as derived
from helpers.disclosure.counts import countable, readable_days
from helpers.edition import sections
from helpers.literate.trial import Trial
from helpers.reference.stored import data, stored_values
from test_planned_rates import STUDY, planning

DAYS = [100.0, 200.0, 300.0, 365.0]


def of_r(name, **config):
    """A stored data set as the trial's safety tables: a row an event on its day."""
    rows = data("recurrent_data")
    rows = rows[rows["dataset"] == name].reset_index(drop=True)
    other = next(a for a in STUDY.arms if a != STUDY.reference)
    names = [STUDY.reference, other]
    arm = pd.Categorical(np.where(rows["arm"] == "control", *names), categories=names)
    adsl = pd.DataFrame({"USUBJID": rows.index.astype(str), "ARM": arm, "X": rows["x"], "Z": rows["z"],
                         "TRTDURD": rows["end"].astype(float)})  # fmt: skip
    days = rows["days"].fillna("").astype(str).str.split()
    at = np.repeat(rows.index.to_numpy(), days.map(len))
    adae = pd.DataFrame({"USUBJID": at.astype(str), "ARM": arm[at], "TRTEMFL": True, "AEDECOD": "Infection",
                         "ASTDY": [float(d) for some in days for d in some]})  # fmt: skip
    arms = tuple(a for a in STUDY.config.arms if a.label in names)
    study = replace(STUDY, adsl=adsl, adae=adae, config=replace(STUDY.config, arms=arms))
    return planning({"all": {"label": "Infections"}}, study, **config)


def test_the_tables_are_r_s_with_strata_and_covariates_as_planned():
    plan = replace(STUDY.config.analysis, covariates=("X",), strata=("Z",), pairwise=True)
    study = of_r("cgd", analysis=plan, show_subjects=True)
    mine = Trial(study).recurrences()
    ((_, ratio),) = mine.ratios().items()
    assert ratio.about.parameter.endswith("treatment-emergent, stratified by Z, adjusted for X")
    r = stored_values()
    r = r[(r["estimator"] == "lwyy_rate_ratios") & (r["dataset"] == "cgd efron stratified gamma")]
    r = r.set_index("quantity")["r"]
    got = ratio.estimate
    assert [got.value, got.lower, got.upper, got.p_value] == pytest.approx(
        list(r[["value", "lower", "upper", "p_value"]]), rel=1e-8)  # fmt: skip
    together = mine.corrected(mine.ratios())
    assert next(iter(together.values())).p_value == pytest.approx(
        multiplicity.adjust([got.p_value], method="holm")[0])  # fmt: skip
    means = mine.means()
    by_hand = stored_values()
    by_hand = by_hand[(by_hand["dataset"] == "cgd control 200") & (by_hand["quantity"] == "value")][
        "r"
    ]
    assert 200.0 in mine.days
    assert means[f"all.{study.reference.lower()}.200"].value == pytest.approx(
        float(by_hand.iloc[0]), rel=1e-9
    )


def test_the_chart_steps_at_every_event_of_shown_subjects_and_ends_at_the_common_horizon():
    study = of_r("cgd", show_subjects=True)
    mine = Trial(study).recurrences()
    found = mine.curves(mine.means(), mine.at_risk())["all"].to_dict()
    steps = next(rows for rows in found["datasets"].values() if len(rows) > 30)
    assert max(row["time"] for row in steps) == mine.days[-1]
    assert min(row["value"] for row in steps) == 0


def test_an_event_without_a_day_or_after_the_end_is_left_out_and_said():
    study = of_r("cgd", show_subjects=True)
    whole = derived.recurrences(study, "all")["DAYS"].map(len).sum()
    adae = study.adae.assign(ASTDY=[np.nan, 1e4, *study.adae["ASTDY"][2:]])
    fewer = replace(study, adae=adae)
    assert derived.recurrences(fewer, "all")["DAYS"].map(len).sum() == whole - 2
    assert derived.unplaced(fewer, "all") == 2
    said = "left out: 2 of Infections."
    assert said in Trial(fewer).recurrences().means().caption
    assert said in Trial(fewer).recurrences().ratios().caption
    assert said in Trial(fewer).recurrences().left_out.text
    secret = replace(fewer, config=replace(fewer.config, show_subjects=False))
    assert "2" not in Trial(secret).recurrences().left_out.text
    assert "left out" not in Trial(study).recurrences().means().caption


def test_only_events_with_days_have_the_section():
    study = of_r("cgd", show_subjects=True)
    assert sections.has(study, "astdy")
    assert not sections.has(replace(study, adae=study.adae.drop(columns="ASTDY")), "astdy")


@pytest.mark.parametrize("threshold", [5, 11])
def test_between_two_days_of_hidden_subjects_no_few_had_an_event_or_left(threshold):
    study = of_r("cgd", show_subjects=False, threshold=threshold)
    kept = readable_days(study, list(map(float, range(10, 361, 10))))
    assert (len(kept) > 0) == (threshold == 5)
    end = study.adsl.set_index("USUBJID")["TRTDURD"]
    for arm in study.adsl["ARM"].unique():
        mine = study.adsl.loc[study.adsl["ARM"] == arm, "USUBJID"]
        for after, until in zip([-1.0, *kept], [*kept, np.inf], strict=True):
            rows = study.adae[(study.adae["ASTDY"] > after) & (study.adae["ASTDY"] <= until)]
            few = {len(set(rows["USUBJID"]) & set(mine)),
                   int(((end[mine] > after) & (end[mine] <= until)).sum())}  # fmt: skip
            assert not few & set(range(1, threshold))


def test_two_counts_of_hidden_subjects_tell_of_no_few_between_days():
    study = of_r("cgd", show_subjects=False)
    # of the events up to day 150 two are of a rarer kind: alone they may stand, beside all of them not
    early = study.adae.index[study.adae["ASTDY"] <= 150]
    term = np.where(study.adae.index.isin(early[:2]), "Rare", "Infection")
    mixed = replace(study, adae=study.adae.assign(AEDECOD=term))
    both = planning({"all": {}, "one": {"term": "Infection"}}, mixed, show_subjects=False)
    alone = readable_days(study, DAYS)
    assert len(alone) > len(readable_days(both, DAYS)) or countable(both) == ["all"]


def test_a_rounded_edition_shows_none_of_it():
    study = of_r("cgd", show_subjects=False, rounding=True)
    mine = Trial(study).recurrences()
    assert not mine.means()
    assert not mine.ratios()
    assert mine.means().caption.startswith("None:")
    assert not mine.curves(mine.means(), mine.at_risk())
