"""Planned counts of adverse events: read, counted, compared as in R's data, and safe for hidden subjects."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import multiplicity
from helpers.config_counts import count_problems, counts
from helpers.context import ROOT
from helpers.derive import counts as derived
from helpers.disclosure.counts import comparable_counts, countable
from helpers.edition import sections
from helpers.exchange import plan_words
from helpers.literate import planned_rates
from helpers.literate.trial import Trial
from helpers.reference.stored import data, stored_values
from helpers.study import load_study

STUDY = load_study(ROOT / "data" / "hucmsc")
BLOCKS = {"all": {}, "cold": {"term": "NASOPHARYNGITIS"},
          "gut": {"class": ["Gastrointestinal disorders"], "label": "Gut"}}  # fmt: skip


def planning(blocks, study=STUDY, **config):
    assert count_problems({"counts": blocks}) == []
    return replace(study, config=replace(study.config, counts=counts({"counts": blocks}), **config))


def test_a_count_is_the_events_of_its_terms_in_any_case_or_of_its_classes_or_all():
    study = planning(BLOCKS)
    rows = pd.read_csv(ROOT / "data/hucmsc/adae.csv")
    rows = rows[rows["TRTEMFL"] == "Y"]
    for name, mine in (("all", rows), ("cold", rows[rows["AEDECOD"] == "Nasopharyngitis"]),
                       ("gut", rows[rows["AEBODSYS"] == "Gastrointestinal disorders"])):  # fmt: skip
        found = derived.counted(study, name).set_index("USUBJID")["EVENTS"]
        assert found.sum() == len(mine) > 0
        assert found[found > 0].to_dict() == mine.groupby("USUBJID").size().to_dict()


@pytest.mark.parametrize(("blocks", "rule", "where"), [
    ({"a": {"term": "Headache", "class": "X"}}, "terms beside classes", "counts.a"),
    ({"a": {"term": "Headache"}, "b": {"class": "headache"}}, "duplicate count", "counts.b.label"),
])  # fmt: skip
def test_what_a_block_may_not_say_is_reported(blocks, rule, where):
    (found,) = count_problems({"counts": blocks})
    assert (found.rule, found.column) == (rule, where)


def of_r(name):
    """A stored data set as the trial's safety tables: an arm, a time and so many events a subject."""
    rows = data("count_models_data")
    rows = rows[rows["dataset"] == name].reset_index(drop=True)
    names = {"control": STUDY.reference, **dict(zip(sorted(set(rows["arm"]) - {"control"}),
             [a for a in STUDY.arms if a != STUDY.reference], strict=False))}  # fmt: skip
    arm = pd.Categorical(rows["arm"].map(names), categories=STUDY.arms)
    adsl = pd.DataFrame({"USUBJID": rows.index.astype(str), "ARM": arm, "X": rows["x"], "Z": rows["z"],
                         "TRTDURD": rows["time"] * 36525})  # fmt: skip
    at = np.repeat(rows.index.to_numpy(), rows["events"])
    adae = pd.DataFrame(
        {"USUBJID": at.astype(str), "ARM": arm[at], "TRTEMFL": True, "AEDECOD": "Event"}
    )
    return replace(STUDY, adsl=adsl, adae=adae), {v: k for k, v in names.items()}


@pytest.mark.parametrize("name", ["epil", "cgd"])
def test_ratios_as_planned_are_r_s(name):
    study, arms = of_r(name)
    plan = replace(study.config.analysis, covariates=("X", "Z"))
    mine = Trial(planning({"all": {}}, study, analysis=plan)).counts()
    stored = stored_values()
    for table, key in ((mine.poisson_ratios(), "poisson_rate_ratios"),
                       (mine.negative_binomial_ratios(), "negative_binomial_rate_ratios")):  # fmt: skip
        ((row, found),) = table.items()
        assert row == f"all.{found.about.arm.lower().replace(' ', '-')}"
        assert found.about.parameter == "All events, treatment-emergent, adjusted for X, Z"
        case = f"{name} adjusted {arms[found.about.arm]}"
        r = stored[(stored["estimator"] == key) & (stored["dataset"] == case)].set_index(
            "quantity"
        )["r"]
        got = found.estimate
        assert [got.value, got.lower, got.upper, got.p_value] == pytest.approx(
            list(r[["value", "lower", "upper", "p_value"]]), rel=1e-6
        )


def test_all_pairs_of_a_count_are_corrected_together():
    study = planning(BLOCKS)
    plan = replace(study.config.analysis, pairwise=True)
    mine = Trial(
        replace(study, config=replace(study.config, analysis=plan, show_subjects=True))
    ).counts()
    ratios = mine.negative_binomial_ratios()
    together = mine.corrected(ratios)
    rows = [row for row in ratios if row.startswith("all.")]
    assert len(rows) == 3
    expected = multiplicity.adjust([ratios[row].p_value for row in rows], method="holm")
    assert [together[row].p_value for row in rows] == pytest.approx(list(expected))


def test_only_a_study_with_counts_has_the_section_and_its_plan_says_them():
    assert not sections.has(STUDY, "counts")
    study = planning(BLOCKS)
    assert sections.has(study, "counts")
    said = " ".join(plan_words.sentences(study.config))
    assert (
        "Count cold: treatment-emergent events of adae, 1 text(s) of AEDECOD, per TRTDURD." in said
    )


def events(*having):
    """A hidden study: for each term the subjects who had it (each once), by number within each arm of 20."""
    ids = [f"S{i:02}" for i in range(40)]
    arms = [a for a in STUDY.arms if a in (STUDY.reference, "High dose")]
    adsl = pd.DataFrame({"USUBJID": ids, "TRTDURD": 365.25, "SEX": ["F", "M"] * 20,
                         "ARM": pd.Categorical(np.repeat(arms, 20), categories=arms)})  # fmt: skip
    parts = [adsl[["USUBJID", "ARM"]].iloc[[i + 20 * k for k in (0, 1) for i in mine]].assign(AEDECOD=term)
             for term, mine in zip("abc", having, strict=False)]  # fmt: skip
    adae = pd.concat(parts, ignore_index=True).assign(TRTEMFL=True)
    config = replace(STUDY.config, show_subjects=False,
                     arms=tuple(a for a in STUDY.config.arms if a.label in arms))  # fmt: skip
    return replace(STUDY, adsl=adsl, adae=adae, config=config)


TERMS = {"a": {"term": "a"}, "b": {"term": "b"}}


def test_a_count_that_leaves_the_events_of_few_is_held_back():
    many = planning(TERMS, events(range(8), range(4, 12), range(6)))
    assert countable(many) == comparable_counts(many, []) == ["a", "b"]
    few = planning(TERMS, events(range(8), range(4, 12), range(2)))  # two had the third term
    assert (
        countable(few) == comparable_counts(few, []) == ["a"]
    )  # a and b together, less all, would tell of the two
    assert set(Trial(few).counts().rates()) == {"a.high-dose", f"a.{few.reference.lower()}"}


def test_a_count_of_few_at_a_level_is_in_no_model_and_none_is_in_a_rounded_edition():
    study = planning({"a": {"term": "a"}}, events(range(0, 12, 2), range(8)))
    assert comparable_counts(study, ["SEX"]) == ["a"]  # no man had it: nobody is not few
    study = planning({"a": {"term": "a"}}, events([0, 2, 4, 6, 8, 1], range(8)))
    assert comparable_counts(study, ["SEX"]) == []  # two men
    rounded = replace(study, config=replace(study.config, rounding=True))
    assert countable(rounded) == comparable_counts(rounded, []) == []
    found = Trial(rounded).counts().rates()
    assert not found
    assert found.caption == planned_rates.NONE


def test_a_count_that_all_but_few_have_has_a_rate_and_no_ratio():
    study = planning({"a": {"term": "a"}}, events(range(17), range(8)))
    assert countable(study) == ["a"]
    assert comparable_counts(study, []) == []


def test_whatever_sums_and_differences_of_shown_counts_tell_is_the_events_of_enough():
    """Every sum of shown counts and of all events, each once, less or not at all, by brute force."""
    rng, tried = np.random.default_rng(4), 0
    for _ in range(25):
        having = [np.flatnonzero(rng.random(20) < rng.choice([0.1, 0.4, 0.5])) for _ in "abc"]
        study = planning({**TERMS, "both": {"term": ["a", "b"]}}, events(*having))
        shown = countable(study)
        events_ = study.adae.reset_index(drop=True)
        inside = [np.ones(len(events_), dtype=int),
                  *(derived.of_count(study, n).to_numpy().astype(int) for n in shown)]  # fmt: skip
        for signs in product((-1, 0, 1), repeat=len(inside)):
            weight = sum(s * i for s, i in zip(signs, inside, strict=True))
            if (weight < 0).any() or not len(shown) or not any(signs[1:]):
                continue  # what may cancel tells of no one set of events
            for _, mine in events_[weight > 0].groupby("ARM", observed=True):
                assert mine["USUBJID"].nunique() >= 5
                tried += 1
    assert tried > 100
