"""Adverse events as nouns: patients are counted by hand, and of hidden ones nothing small is shown."""

from dataclasses import replace

import pytest

from helpers.analyse import proportions, rates
from helpers.analyse.estimate import Estimate
from helpers.analyse.two_proportions import newcombe_difference
from helpers.context import ROOT, published_context
from helpers.literate import harm_charts, rows
from helpers.literate.harms import distinct_keys, in_words, without_zero
from helpers.literate.outcome import Results
from helpers.literate.trial import Trial
from helpers.present.figure import chart_spec
from helpers.results import identity
from helpers.study import load_study

TOML = """
id = "small"
title = "Small"
design = "randomised"
subject_level = "shown"
[[arms]]
value = "P"
label = "Placebo"
reference = true
[[arms]]
value = "T"
label = "Treated"
"""
ADSL = "USUBJID,TRT01A,TRTDURD\n" + "".join(
    f"S{i},{'PT'[i % 2]},{365.25 if i < 8 else 730.5}\n" for i in range(16)
)
# S0, S2, ... have placebo; S9 coughs twice, S4's rash came before the treatment
EVENTS = [("S0", "Rash", "Skin", "Y"), ("S2", "Rash", "Skin", "Y"), ("S4", "Rash", "Skin", "N"),
          ("S1", "Cough", "Chest", "Y"), ("S3", "Cough", "Chest", "Y"), ("S5", "Rash", "Skin", "Y"),
          ("S9", "Cough", "Chest", "Y"), ("S9", "Cough", "Chest", "Y"),
          ("S11", "Wheeze", "Chest", "Y"), ("S7", "Odd", "", "Y")]  # fmt: skip


@pytest.fixture
def trial(tmp_path):
    (tmp_path / "study.toml").write_text(TOML, encoding="utf-8")
    (tmp_path / "adsl.csv").write_text(ADSL, encoding="utf-8")
    lines = ["USUBJID,AEDECOD,AEBODSYS,TRTEMFL", *(",".join(e) for e in EVENTS)]
    (tmp_path / "adae.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Trial(load_study(tmp_path, check=False))


def hidden(trial, threshold=5):
    config = replace(trial.study.config, show_subjects=False, threshold=threshold)
    return Trial(replace(trial.study, config=config))


def counted(shares):
    return {key: round(r.value * r.n) for key, r in shares.items()}


def test_patients_are_counted_once_and_only_with_events_under_treatment(trial):
    events = trial.events()
    assert events.which == "treatment-emergent"
    assert events.counted().text == "Events counted here: treatment-emergent."
    assert counted(events.kinds().shares()) == {"any-event.placebo": 2, "any-event.treated": 6}
    assert counted(events.classes().shares()) == {
        "chest.placebo": 0, "chest.treated": 4, "skin.placebo": 2, "skin.treated": 1}  # fmt: skip


def test_terms_come_by_the_patients_who_had_them_and_no_more_than_asked(trial):
    terms = trial.events().terms(most=2)
    assert list(dict.fromkeys(terms.frame["PARAMETER"])) == ["Cough", "Rash"]
    assert counted(terms.shares())["cough.treated"] == 3


def test_differences_are_from_the_reference_arm(trial):
    found = trial.events().classes().against_reference(newcombe_difference)
    assert list(found) == ["chest.treated", "skin.treated"]
    assert found["chest.treated"].value == pytest.approx(4 / 8)
    assert found["skin.treated"].value == pytest.approx(1 / 8 - 2 / 8)
    assert found["chest.treated"].about.comparator == "Placebo"


def test_intervals_without_zero_are_counted_with_the_narrowest_and_the_widest(trial):
    classes = trial.events().classes()
    found = classes.against_reference(
        lambda *table: Estimate("m", "risk difference", 0, *ends[table[0]])
    )
    counts = classes.excluding_zero(found)
    assert {k: r.value for k, r in counts.items()} == pytest.approx(
        {"clear": 1, "compared": 2, "narrowest": 30, "widest": 60}
    )
    assert counts["widest"].about.parameter == "Skin, Treated"
    none = classes.excluding_zero(Results({}))
    assert {k: r.value for k, r in none.items()} == {"clear": 0, "compared": 0}


@pytest.mark.proves("helpers.literate.harms:without_zero")
def test_an_interval_that_touches_zero_does_not_exclude_it():
    assert without_zero([(0.0, 0.2), (-0.2, 0.0), (-0.1, 0.1)]) == 0
    assert without_zero([(0.01, 0.2), (-0.2, -0.01), (-0.1, 0.1)]) == 2


ends = {4: (0.1, 0.4), 1: (-0.2, 0.4)}  # by the count of the treated arm


def test_what_nobody_had_is_bounded_by_the_size_of_each_arm(trial):
    found = trial.events().kinds().if_none(proportions.zero_event_upper)
    assert list(found) == ["placebo", "treated"]
    assert found["treated"].estimate.upper == pytest.approx(1 - 0.05 ** (1 / 8))


def test_rates_are_events_over_time_watched_in_hundreds_of_years(trial):
    exposure = trial.events().exposure()
    exact = exposure.rates(proportions.incidence_rate)
    assert exact["treated"].value == pytest.approx(100 * 7 / 12)
    assert exact["treated"].about.unit == "per 100 years"
    assert exact["treated"].n == 8
    clustered = exposure.by("arm").apply(rates.clustered_rate, of=("EVENTS", "YEARS"))
    assert clustered["treated"].value == pytest.approx(exact["treated"].value)
    ratio = exposure.against_reference(rates.rate_ratio)
    assert list(ratio) == ["treated"]
    assert ratio["treated"].value == pytest.approx(7 / 2)


def test_of_hidden_patients_no_row_no_rare_name_and_no_small_count_is_shown(trial):
    secret = hidden(trial, threshold=3)
    events = secret.events()
    assert "no row is shown" in events._repr_mimebundle_()["text/plain"]
    assert "no row is shown" in events.classes()._repr_mimebundle_()["text/plain"]
    assert "Wheeze" not in set(events.frame["AEDECOD"])
    shares = events.classes().shares()
    assert shares["skin.placebo"].about.text == "too few to show"
    assert "2" not in shares["skin.placebo"].about.text
    assert shares["chest.placebo"].value == 0


def test_a_difference_from_a_hidden_share_is_not_made(trial):
    found = hidden(trial, threshold=3).events().classes().against_reference(newcombe_difference)
    assert "skin.treated" not in found
    assert "chest.treated" in found


def test_a_difference_goes_with_a_share_that_the_edition_withholds(trial, monkeypatch):
    classes = hidden(trial, threshold=3).events().classes()
    share = classes.shares()["chest.treated"]
    assert share.value == 0.5
    context = replace(published_context(), hidden=[identity(share.record("it"))])
    monkeypatch.setattr(rows, "current_context", lambda: context)
    assert classes.shares()["chest.treated"].about.text == "too few to show"
    assert list(classes.against_reference(newcombe_difference)) == []


def test_an_arm_in_which_few_hidden_patients_had_events_has_no_rate(trial):
    secret = hidden(trial, threshold=3)
    assert list(secret.events().exposure().rates(proportions.incidence_rate)) == []  # one had two
    once = secret.study.adae.drop_duplicates("USUBJID").reset_index(drop=True)
    exposure = Trial(replace(secret.study, adae=once)).events().exposure()
    assert list(exposure.rates(proportions.incidence_rate)) == ["treated"]
    assert list(exposure.by("arm").apply(rates.clustered_rate, of=("EVENTS", "YEARS"))) == [
        "treated"
    ]
    assert list(exposure.against_reference(rates.rate_ratio)) == []


def test_terms_of_hidden_patients_are_not_in_the_order_of_their_small_counts(trial):
    secret = hidden(trial, threshold=7).events()
    place = list(dict.fromkeys(secret.terms().frame["PARAMETER"]))
    assert place == sorted(place)


def test_names_that_look_alike_keep_keys_of_their_own():
    names = ["Rash", "rash", "高热", "咳嗽", "Grade 2.5"]
    keys = distinct_keys(names)
    assert list(keys.values()) == ["rash", "rash-2", "x", "x-2", "grade-2-5"]
    # as `row_key` has it: the arm was "drug-2" here and "drug-plus" on every other page
    assert distinct_keys(["drug", "drug+"]) == {"drug": "drug", "drug+": "drug-plus"}


def test_a_share_is_printed_as_a_safety_table_has_it():
    assert in_words(proportions.clopper_pearson(5, 12)) == "5 (42%; 15% to 72%)"


def test_every_count_of_the_synthetic_trial_is_that_of_its_table():
    trial = Trial(load_study(ROOT / "data/hucmsc", check=False))
    shares = counted(trial.events().terms().shares())
    table = trial.study.adae[trial.study.adae["TRTEMFL"]]
    for (term, arm), who in table.groupby(["AEDECOD", "ARM"], observed=True)["USUBJID"]:
        key = f"{term.lower().replace(' ', '-')}.{arm.lower().replace(' ', '-')}"
        assert shares[key] == who.nunique()


def test_the_dot_plot_draws_what_is_shown_and_says_when_nothing_can_be_compared(trial):
    classes = trial.events().classes()
    differences = classes.against_reference(newcombe_difference)
    chart = harm_charts.by_class(classes, classes.shares(), differences)
    drawn = [r for d in chart_spec(chart)["datasets"].values() for r in d if "lower" in r]
    assert len(drawn) == len(classes.shares()) + len(differences)
    empty = harm_charts.by_class(classes, classes.shares(), Results({}))
    assert "comparison" in chart_spec(empty)["usermeta"]["hidden"]
