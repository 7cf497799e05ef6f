"""Responses in families and in further sets of subjects: corrected together, and no set tells of few."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from scipy import stats

from helpers.actg175 import write_study
from helpers.analyse import multiplicity
from helpers.config_responses import response_problems, responses
from helpers.disclosure.elsewhere import comparable_elsewhere
from helpers.edition import sections
from helpers.exchange import plan_words
from helpers.literate import planned_counts
from helpers.literate.trial import Trial
from helpers.simulate.example import write_example
from helpers.study import load_study

BLOCKS = {
    "rise": {"parameter": "CD4", "visit": 48, "of": "change", "at_least": 50, "family": "both"},
    "level": {"parameter": "CD4", "visit": 48, "at_least": 250, "family": "both"},
    "early": {"parameter": "CD4", "visit": 24, "at_least": 250},
}


RISE = {"parameter": "CD4", "visit": 20}


@pytest.fixture(scope="module")
def actg(tmp_path_factory):
    return load_study(write_study(tmp_path_factory.mktemp("actg") / "s"), check=False)


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    folder = tmp_path_factory.mktemp("example") / "s"
    write_example(folder)
    return load_study(folder, check=False)


def planning(study, blocks=BLOCKS, inside=None, **config):
    """The study with these responses, and PPROTFL for the subjects `inside`."""
    raw = {"parameters": {"cd4": {"paramcd": "CD4"}}, "responses": blocks}
    assert response_problems(raw) == []
    adsl = study.adsl
    if inside is not None:
        adsl = adsl.assign(PPROTFL=np.where(inside, "Y", "N"))
        also = replace(study.config.populations, also=("PPROTFL",))
        config = {"populations": also, **config}
    known = replace(study.config, responses=responses(raw), show_subjects=True)
    return replace(study, adsl=adsl, config=replace(known, **config))


def test_a_family_of_responses_has_its_p_values_corrected_together(example):
    mine = Trial(planning(example)).responses()
    alone = Trial(planning(example, {k: {**v, "family": k} for k, v in BLOCKS.items()})).responses()
    tests = planned_counts.planned_tests(mine)
    together, apart = (planned_counts.corrected(r, tests) for r in (mine, alone))
    rows = [row for row in tests if not row.startswith("early")]
    expected = multiplicity.adjust([tests[row].p_value for row in rows])
    assert len({row.partition(".")[0] for row in rows}) == 2
    assert [together[row].p_value for row in rows] == pytest.approx(list(expected))
    assert any(together[row].p_value > apart[row].p_value for row in rows)
    early = [row for row in tests if row.startswith("early")]
    assert [together[r].p_value for r in early] == [apart[r].p_value for r in early]
    assert "both" in mine.rules.text or "both" in mine.rules._repr_mimebundle_()["text/html"]
    assert any("family both" in s for s in plan_words.sentences(mine.study.config))


def test_of_a_family_of_which_a_response_is_held_back_nothing_is_corrected(example):
    mine = planning(example)
    rare = {**BLOCKS, "level": {**BLOCKS["level"], "at_least": 1e6}}
    mine = replace(planning(example, rare), config=replace(
        planning(example, rare).config, show_subjects=False, threshold=5))  # fmt: skip
    counted = Trial(mine).responses()
    held = counted.kinds().held_back(
        {mine.reference: [a for a in mine.arms if a != mine.reference]}
    )
    found = planned_counts.corrected(counted, planned_counts.planned_tests(counted))
    assert held
    assert not {row for row in found if counted.families().get(row.partition(".")[0]) in
                {counted.families().get(kind, kind) for kind in held}}  # fmt: skip


def test_a_further_set_has_the_differences_and_tests_of_its_own_subjects(example):
    inside = np.arange(len(example.adsl)) % 3 > 0
    study = planning(example, inside=inside)
    assert sections.has(study, "further-sets")
    mine = Trial(study).responses()
    found = planned_counts.in_others(mine, planned_counts.planned_tests)
    rows = mine.frame[mine.frame["USUBJID"].isin(study.adsl["USUBJID"][inside])]
    assert len(found) == len(planned_counts.planned_tests(mine))
    for name, arm in product(BLOCKS, study.arms[1:]):
        both = [
            rows[(rows["PARAMETER"] == name) & (rows["ARM"] == a)] for a in (arm, study.reference)
        ]
        table = [[int(part["RESPONSE"].sum()), int((~part["RESPONSE"]).sum())] for part in both]
        row = next(
            r for k, r in found.items() if k.startswith(f"pprotfl.{name}.") and r.about.arm == arm
        )
        assert row.p_value == pytest.approx(stats.fisher_exact(table).pvalue)
        assert row.about.parameter.endswith(", among PPROTFL = Y")


def few_somewhere(study, name, threshold):
    """Brute force: whether by arm, inside or outside the set, 1 to `threshold` - 1 are in a group."""
    rows = Trial(study).responses().frame
    rows = rows[rows["PARAMETER"] == name].merge(study.adsl[["USUBJID", "PPROTFL"]], on="USUBJID")
    groups = [rows["RESPONSE"], rows["KNOWN"] & ~rows["RESPONSE"], ~rows["KNOWN"]]
    return any(0 < n < threshold for group in groups
               for n in rows[group].groupby(["ARM", "PPROTFL"], observed=True).size())  # fmt: skip


def test_no_set_of_hidden_subjects_tells_of_few(actg):
    rng, kept, left = np.random.default_rng(5), 0, 0
    for share in (0.5, 0.9, 0.97, 0.99):
        for _ in range(4):
            inside = rng.random(len(actg.adsl)) < share
            blocks = {
                "rise": {**RISE, "of": "change", "at_least": float(rng.integers(20, 120))},
                "level": {**RISE, "at_least": float(rng.integers(200, 900)), "missing": "left out"},
            }
            study = planning(actg, blocks, inside, show_subjects=False, threshold=5)
            shown = comparable_elsewhere(study)
            assert not [name for name in shown if few_somewhere(study, name, 5)]
            found = planned_counts.in_others(
                Trial(study).responses(), planned_counts.planned_differences
            )
            assert {key.split(".")[1] for key in found} <= set(shown)
            kept, left = kept + len(shown), left + 2 - len(shown)
    assert kept > 4
    assert left > 4


def test_a_rounded_edition_compares_no_response_in_a_further_set(actg):
    inside = np.arange(len(actg.adsl)) % 2 > 0
    blocks = {"rise": {**RISE, "of": "change", "at_least": 50.0}}
    assert comparable_elsewhere(planning(actg, blocks, inside)) == ["rise"]
    hidden = planning(actg, blocks, inside, show_subjects=False, threshold=5)
    assert comparable_elsewhere(hidden) == ["rise"]
    assert (
        comparable_elsewhere(planning(actg, blocks, inside, show_subjects=False, rounding=True))
        == []
    )
