"""The claims of both abstracts: sentence by sentence complete, with their numbers and directions."""

import re
from collections import Counter
from pathlib import Path

import pytest

from helpers.assumptions import load_assumptions
from helpers.audit.claims import load_claims, load_registry
from helpers.errors import ClaimsError
from helpers.present import markup

SENTENCES = {"aait": 15, "hucmsc": 10}  # counted by hand in the two abstracts
CHAPTERS = {
    "01_design",
    "02_safety",
    "03_cd4_cd8_viral_load",
    "04_cytokines",
    "05_chimerism",
    "06_dose_response_survival",
}
BLOCK = """
[[claim]]
id = "one"
study = "aait"
doi = "10.1/x"
sentence = 2
quote = "a rise of 95.8% vs. 70.8%"
quantity = "rise"
unit = "%"
values = [95.8, 70.8]
text = ""
kind = "quantitative"
label = "reported"
chapter = "01_design"
"""


@pytest.fixture
def one(tmp_path: Path) -> Path:
    """A claims file with one claim."""
    path = tmp_path / "claims.toml"
    path.write_text(BLOCK, encoding="utf-8")
    return path


def test_every_sentence_that_claims_something_has_a_claim():
    claimed = {study: set() for study in SENTENCES}
    for claim in load_claims():
        claimed[claim.study].add(claim.sentence)
    assert claimed["aait"] == set(range(1, 16))
    assert claimed["hucmsc"] == set(range(1, 11))


# read by hand in the abstracts; "all patients" are the twelve of the sentence on enrolment
PRINTED = {
    "aait-enrolled": (12,),
    "aait-opportunistic-infections": (12,),
    "aait-single-arm": (1,),
    "aait-gcsf-frequency": (2,),
    "aait-gcsf-days": (4, 5),
    "aait-follow-up": (12,),
    "aait-safe-all-patients": (12,),
    "aait-cd4-all-increase": (12,),
    "aait-cd4-rise": (10.5, 207.5),
    "aait-cd8-rise": (416.5, 1206.5),
    "aait-cd8-window": (90,),
    "aait-no-gvhd": (0,),
    "hucmsc-enrolled": (72,),
    "hucmsc-design": (2,),
    "hucmsc-dates": (201305, 201603),
    "hucmsc-arms": (3,),
    "hucmsc-high-dose": (1.5,),
    "hucmsc-low-dose": (0.5,),
    "hucmsc-follow-up": (96,),
    "hucmsc-cd4-within-high": (0.001,),
    "hucmsc-cd4-within-low": (0.001,),
    "hucmsc-cd4-week": (48,),
    "hucmsc-response-rates": (95.8, 70.8),
    "hucmsc-response-p": (0.004,),
}


@pytest.mark.proves("helpers.audit.claims:load_claims")
def test_every_claim_has_the_printed_numbers():
    assert {c.id: c.values for c in load_claims() if c.values} == PRINTED


# what is stated without a number, as read by hand: the word that carries the direction
STATED = {
    "aait-safe-tolerated": "safe and well tolerated",
    "aait-development": "development",
    "aait-cells-given": "transfused",
    "aait-symptoms-improved": "improved",
    "aait-cd4-all-increase": "every patient, steadily",
    "aait-cd8-rapid": "rapid",
    "aait-cytokines-fall": "decreased",
    "aait-hiv-rna-falls": "decreased",
    "aait-microchimerism": "found, short-term",
    "aait-safe-conclusion": "safe",
    "aait-might-help": "might help",
    "aait-control-needed": "controlled trial",
    "hucmsc-safe-tolerated": "safe and well tolerated",
    "hucmsc-cd4-within-high": "increase",
    "hucmsc-cd4-within-low": "increase",
    "hucmsc-cd4-within-control": "no change",
    "hucmsc-response-higher": "higher in the low-dose group",
    "hucmsc-cd4-between": "not significant",
    "hucmsc-cd8-between": "not significant",
    "hucmsc-ratio-between": "not significant",
    "hucmsc-safe-conclusion": "safe",
    "hucmsc-efficacy-open": "to be investigated further",
}


def test_every_claim_states_the_direction_of_its_sentence():
    claims = {claim.id: claim.text for claim in load_claims()}
    assert {name: word for name, word in STATED.items() if word not in claims[name]} == {}


def test_a_number_in_the_words_of_a_claim_stands_in_its_quotation():
    wrong = {
        claim.id: word
        for claim in load_claims()
        for word in re.findall(r"[A-Z]*\d[\d./kg]*", claim.text)
        if word not in claim.quote
    }
    assert wrong == {}


def test_the_rates_are_of_low_dose_and_control():
    rates = {c.id: c for c in load_claims()}["hucmsc-response-rates"]
    assert rates.quantity.endswith("low dose, control")


def test_quantitative_claims_have_numbers_and_inferential_ones_text():
    # the registration number is a fact of its own kind: a text
    plain = [c for c in load_claims() if c.id != "hucmsc-registration"]
    assert all(c.values for c in plain if c.kind == "quantitative")
    assert all(c.text for c in plain if c.kind == "inferential")


def test_ids_are_unique_and_name_their_study():
    claims = load_claims()
    assert max(Counter(c.id for c in claims).values()) == 1
    assert all(c.id.startswith(f"{c.study}-") for c in claims)
    assert {c.chapter for c in claims} == CHAPTERS


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('label = "reported"', 'label = "derived"', ["label", "'derived'"]),
        ('kind = "quantitative"', 'kind = "poetic"', ["kind", "'poetic'"]),
        ('study = "aait"', 'study = "actg"', ["study", "'actg'"]),
        ('unit = "%"\n', "", ["unit", "add it"]),
        ('unit = "%"', 'units = "%"', ["units", "rename"]),
        ("sentence = 2", "sentence = 0", ["sentence", "1 or more"]),
        ("[95.8, 70.8]", '["95.8"]', ["values", "list of numbers"]),
        ('"a rise of 95.8% vs. 70.8%"', f'"{"word " * 26}"', ["quote", "25 words"]),
        (BLOCK, BLOCK + BLOCK, ["one", "found it again"]),
        (BLOCK, "", ["[[claim]]", "found none"]),
        ("[[claim]]", "[[claim]", ["TOML"]),
    ],
)
def test_a_malformed_claim_is_refused(one, old, new, words):
    one.write_text(BLOCK.replace(old, new), encoding="utf-8")
    with pytest.raises(ClaimsError) as error:
        load_claims(one)
    assert all(word in str(error.value) for word in words)


def test_all_faults_are_reported_at_once(one):
    bad = BLOCK.replace('"reported"', '"guessed"').replace('"quantitative"', '"poetic"')
    one.write_text(bad, encoding="utf-8")
    with pytest.raises(ClaimsError, match="2 fault"):
        load_claims(one)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(ClaimsError, match="no such file"):
        load_assumptions(tmp_path / "nothing.toml")


@pytest.mark.parametrize("limits", ["low = 2\nhigh = 3", "low = 0"])
def test_an_assumption_lies_in_its_range(tmp_path, limits):
    path = tmp_path / "assumptions.toml"
    path.write_text(
        f'[[assumption]]\nid = "a"\nname = "A"\nvalue = 1\nunit = ""\n{limits}\nreason = "r"\nsource = ""\n',
        encoding="utf-8",
    )
    with pytest.raises(ClaimsError, match="a: expected low"):
        load_assumptions(path)


def test_no_two_assumptions_have_one_name(tmp_path):
    path = tmp_path / "assumptions.toml"
    rest = 'value = 1\nunit = ""\nreason = "r"\nsource = ""\n'
    blocks = [f'[[assumption]]\nid = "{key}"\nname = "Age"\n{rest}' for key in "ab"]
    path.write_text("".join(blocks), encoding="utf-8")
    with pytest.raises(ClaimsError, match="b: expected a name of its own, found 'Age' again"):
        load_assumptions(path)


@pytest.mark.parametrize("reads", ["{} days", "{} days, {} %, {}", "no place", "{first} to {last}"])
def test_the_words_of_a_value_have_a_place_for_each_number(tmp_path, reads):
    path = tmp_path / "assumptions.toml"
    path.write_text(
        f'[[assumption]]\nid = "a"\nname = "A"\nvalue = [1, 2]\nunit = ""\nreads = "{reads}"\n'
        'reason = "r"\nsource = ""\n',
        encoding="utf-8",
    )
    with pytest.raises(ClaimsError, match=r"a: expected a place .* for each number"):
        load_assumptions(path)


def test_numbers_of_different_units_never_stand_in_a_row_before_them():
    # "1.5, 28, 0.02 days, days, share" once stood in the table
    rows = [i for i in load_assumptions().values() if isinstance(i.value, tuple) and not i.reads]
    assert [
        i.id for i in rows if set(i.unit) & set(",;:") and isinstance(i.value[0], int | float)
    ] == []
    assert markup.assumption_text(load_assumptions()["aait-hiv-rna-decay"]) == (
        "first half-life 1.5 days, second half-life 28 days, share of the second phase 2%"
    )


def test_every_assumption_says_why_and_what_for():
    assumptions = load_assumptions()
    assert all(item.reason.endswith(".") for item in assumptions.values())
    assert all(item.id == key for key, item in assumptions.items())


def test_within_person_variation_is_that_of_the_source():
    # Gordon 2015: median 16.6%; Raboud 1995: 13.7%; Hughes 1994: 25%
    cv = load_assumptions()["cd4-within-person-cv"]
    assert (cv.low, cv.value, cv.high) == (0.137, 0.166, 0.25)


def test_the_registry_dates_differ_from_those_of_the_abstract():
    facts = {fact.id: fact for fact in load_registry()}
    claims = {claim.id: claim for claim in load_claims()}
    assert facts["registry-dates"].values == (201301, 201606)
    assert claims["hucmsc-dates"].values == (201305, 201603)
    assert facts["registry-entry-cd4"].values == (50, 250)
