"""No quotation differs from the abstracts: by their hashes always, by their words where they are at hand."""

import csv
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.__main__ import main
from helpers.audit import ledger
from helpers.audit.claims import load_claims
from helpers.audit.quotations import (
    check_hashes,
    check_quotations,
    check_table,
    load_table,
    normalised,
    quotation_table,
    sentences,
    sha256,
    write_table,
)
from helpers.edition import plan
from helpers.errors import ClaimsError
from helpers.published import ROOT
from test_claims import BLOCK
from test_prose import FILLED, TAKEN_OUT, prose

ABSTRACTS = Path(os.environ.get("ABSTRACTS") or ROOT.parent / "shared" / "seeds")
TEXT = "Abstract We looked.  We found a rise\u00a0of 95.8% vs. 70.8% (P = 0.004). It was safe."


@pytest.fixture
def fake(tmp_path: Path):
    """A claim and a folder with the abstract it quotes."""
    path = tmp_path / "claims.toml"
    path.write_text(BLOCK, encoding="utf-8")
    folder = tmp_path / "abstracts"
    folder.mkdir()
    (folder / "paper.txt").write_text(f"A title\n\ndoi: 10.1/x\n{TEXT}\n", encoding="utf-8")
    return load_claims(path)[0], folder


@pytest.fixture
def abstracts() -> Path:
    """The folder of the abstracts; they are their publishers' and not part of the repository."""
    if not ABSTRACTS.is_dir():
        pytest.skip("the abstracts are not at hand: make test ABSTRACTS=folder compares with them")
    return ABSTRACTS


def changed_words(quote):
    """The quotation with each of its words in turn changed by one letter, or left out."""
    words = quote.split()
    for i, word in enumerate(words):
        yield " ".join([*words[:i], f"{word}x", *words[i + 1 :]])
        yield " ".join(words[:i] + words[i + 1 :])


# ---------------------------------------------------------------- the published quotations


def test_every_quotation_is_the_one_that_was_cut_out_of_its_abstract():
    assert check_hashes(load_claims(), load_table()) == []


@pytest.mark.parametrize("claim", load_claims(), ids=lambda claim: claim.id)
def test_a_changed_quotation_needs_no_abstract_to_be_found(claim):
    table = [row for row in load_table() if row.claim == claim.id]
    wrong = [replace(claim, quote=quote) for quote in changed_words(claim.quote)]
    wrong += [replace(claim, sentence=claim.sentence + by) for by in (-1, 1)]
    assert [w for w in wrong if not check_hashes([w], table)] == []


def test_a_sentence_has_one_hash_and_a_hash_one_sentence():
    table = load_table()
    places = {(row.doi, row.sentence) for row in table}
    assert len({(row.doi, row.sentence, row.sentence_sha256) for row in table}) == len(places)
    assert len({row.sentence_sha256 for row in table}) == len(places)


def test_every_quotation_is_verbatim_in_its_sentence(abstracts):
    assert check_quotations(load_claims(), abstracts) == []


def test_the_committed_hashes_are_those_of_the_abstracts(abstracts):
    assert check_table(load_table(), abstracts) == []
    assert quotation_table(load_claims(), abstracts) == load_table()


# what chapters put between quotation marks and no abstract says: the book's own words
OWN_WORDS = {
    "01_design": {"because of the cells", "the counts rose"},
    "03_cd4_cd8_viral_load": {
        "all",
        "all arms changed alike",
        "for the cells",
        "no difference",
        "no significant difference",
        "rapid",
        "stood still",
        "the doses raised CD4 and control stood still",
    },
    "04_cytokines": {"all fell"},
    "05_chimerism": {
        "No donor cells on day 30, limit so much, in so many of so many",
        "found",
        "gone",
        "gone by day 30",
    },
    "12_report_card": {"The only division", "if nobody was lost"},
    "06_dose_response_survival": {
        "Ever",
        "Ever over a 30% rise",
        "between two visits, the later of them at week 24",
        "how many would respond if nobody ever left",
        "median: week 24",
        "responded",
    },
    "08_next_trial": {
        "how likely is this trial to succeed?",
        "if the effect is this large, how often will we see it?",
    },
    "09_own_data": {"End of treatment"},
    "10_appendix": {"a to b"},
    "ledger": {"might", "no significant change"},  # printed in the ledger of chapter 7
}
MARKS = r'“([^”]+)”|(?<![=\w])"([^"\n]+)"'


def typed_quotations(texts):
    """What stands between quotation marks in prose, code and roles left out."""
    for text in texts:
        for pattern in TAKEN_OUT[:4]:
            text = re.sub(pattern, " ", text, flags=re.DOTALL)
        yield from (normalised(curly or straight) for curly, straight in re.findall(MARKS, text))


def unknown_quotations(name, typed):
    """Those that are in no checked quotation and no words of the book's own."""
    checked = [normalised(claim.quote).casefold() for claim in load_claims()]
    others = set(typed) - OWN_WORDS.get(name, set()) - {FILLED}
    return sorted(t for t in others if not any(t.casefold() in quote for quote in checked))


@pytest.mark.parametrize("name", plan.chapter_names())
def test_a_typed_quotation_is_a_part_of_a_checked_one(name):
    wrong = unknown_quotations(name, typed_quotations(prose(name)))
    assert wrong == [], "print a claim's words with {claim}, or list the book's own words here"


def test_a_typed_quotation_of_the_ledger_is_a_part_of_a_checked_one():
    texts = [text for row in ledger.published()
             for text in (row.computed, row.because, *(u.reading for u in row.under))]  # fmt: skip
    typed = re.findall(MARKS.split("|")[0], " ".join(texts))
    assert typed
    assert unknown_quotations("ledger", typed) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('It was "safe and well-tolerated".', []),
        ('It was "safe and not tolerated".', ["safe and not tolerated"]),
        ("A “lower cumulative probability” was seen", ["lower cumulative probability"]),
        ('a [link](https://example.org/"x") and `"code"` and {claim}`aait-cd4-rise`', []),
    ],
)
def test_a_typed_misquotation_is_found(text, wrong):
    assert unknown_quotations("any", typed_quotations([text])) == wrong


# ---------------------------------------------------------------- the comparison


def test_a_full_stop_before_a_number_ends_no_sentence():
    text = "Abstract We found 95.8% vs. 70.8%.\n It was safe (P < 0.001). Was it?"
    assert sentences(text) == ["We found 95.8% vs. 70.8%.", "It was safe (P < 0.001).", "Was it?"]


def test_a_hash_is_the_sha256_of_the_words_in_the_abstract(fake):
    claim, folder = fake
    [row] = quotation_table([claim], folder)
    # printf '%s' 'a rise of 95.8% vs. 70.8%' | sha256sum
    words = "12cf8d2c2f7e2164c01aea4d68d92647cf053f74015558392b6a42b4d48e0c2a"
    assert (row.sentence, row.start, row.length) == (2, 9, 25)
    assert row.quotation_sha256 == words
    assert row.sentence_sha256 == sha256("We found a rise of 95.8% vs. 70.8% (P = 0.004).")


def test_a_true_quotation_passes_whatever_its_white_space(fake):
    claim, folder = fake
    spaced = replace(claim, quote=claim.quote.replace(" ", "  "))
    assert check_quotations([spaced], folder) == []
    assert check_hashes([spaced], quotation_table([claim], folder)) == []


def test_a_tampered_quotation_is_named(fake):
    claim, folder = fake
    wrong = replace(claim, quote="a rise of 95.9% vs. 70.8%")
    [problem] = check_quotations([wrong], folder)
    assert "one, sentence 2" in problem
    assert "95.9%" in problem
    assert "95.8%" in problem
    [problem] = check_hashes([wrong], quotation_table([claim], folder))
    assert "one, sentence 2" in problem
    assert "95.9%" in problem


def test_no_hash_is_made_of_a_misquotation(fake):
    claim, folder = fake
    with pytest.raises(ClaimsError, match="verbatim"):
        quotation_table([replace(claim, quote="a fall of 95.8%")], folder)


def test_a_wrong_sentence_number_is_corrected(fake):
    claim, folder = fake
    [problem] = check_quotations([replace(claim, sentence=3)], folder)
    assert "stands in sentence 2" in problem
    [problem] = check_quotations([replace(claim, sentence=4)], folder)
    assert "at most 3 sentences" in problem
    [problem] = check_hashes([replace(claim, sentence=3)], quotation_table([claim], folder))
    assert "expected sentence 2" in problem


def test_a_missing_abstract_is_a_problem(fake, tmp_path):
    claim, folder = fake
    (tmp_path / "empty").mkdir()
    [problem] = check_quotations([claim], tmp_path / "empty")
    assert "10.1/x" in problem
    [problem] = check_table(quotation_table([claim], folder), tmp_path / "empty")
    assert "one" in problem


@pytest.mark.parametrize("field", ["quotation_sha256", "sentence_sha256", "start", "sentence"])
def test_a_row_that_is_not_the_abstracts_is_named(fake, field):
    claim, folder = fake
    [row] = quotation_table([claim], folder)
    assert check_table([row], folder) == []
    other = {"start": 8, "sentence": 1}.get(field, sha256("other words"))
    [problem] = check_table([replace(row, **{field: other})], folder)
    assert "one" in problem


def test_a_claim_without_a_row_and_a_row_without_a_claim_are_named(fake):
    claim, folder = fake
    table = quotation_table([claim], folder)
    assert ["two" in p for p in check_hashes([claim, replace(claim, id="two")], table)] == [True]
    [problem] = check_hashes([], table)
    assert "one" in problem


def test_the_table_is_read_as_it_was_written(fake, tmp_path):
    claim, folder = fake
    table = quotation_table([claim], folder)
    write_table(table, tmp_path / "quotations.csv")
    assert load_table(tmp_path / "quotations.csv") == table


@pytest.mark.parametrize("text", ["claim,doi\none,10.1/x\n", "x", None])
def test_a_table_of_another_form_is_refused(tmp_path, text):
    path = tmp_path / "quotations.csv"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    if text == "x":
        path.write_text("claim,doi,sentence\none,10.1/x,two\n", encoding="utf-8")
    with pytest.raises(ClaimsError, match="make quotes"):
        load_table(path)


def test_the_command_compares_without_the_abstracts(capsys):
    assert main(["quotes"]) == 0
    assert f"{len(load_claims())} quotations" in capsys.readouterr().out


def test_the_table_copies_no_words():
    with (ROOT / "data/published/quotations.csv").open(encoding="utf-8") as file:
        cells = {cell for row in list(csv.reader(file))[1:] for cell in row}
    names = {claim.id for claim in load_claims()} | {claim.doi for claim in load_claims()}
    assert all(re.fullmatch(r"\d+|[0-9a-f]{64}", cell) for cell in cells - names)
