"""The page in plain words, and the two plain sentences of each essay: easy, short, true."""

import csv
import re

import pytest

import reading
from browser import chromium, needs_chromium
from helpers.audit import ledger
from helpers.context import ROOT
from helpers.edition import plan
from helpers.literate import plain_words, report
from helpers.literate.outcome import Results
from helpers.literate.split import only_split
from helpers.present.charts_people import chart_people

PAGE = "00_plain_words"
ESSAYS = [name for name in plan.chapter_names()
          if re.match(r"0[1-9]_", name) or name == "13_any_report"]  # fmt: skip
HARDEST = 8  # grade
LONGEST = 20  # words of a sentence on the page
# words of statistics, and words that say more than the two summaries do
STATISTICS = (
    r"%|\bper cent\b|\bP value|signific|median|\bmean\b|average|interval|odds|\bratio|"
    r"\brisk\b|probab"
)
TOO_MUCH = r"\bcure|\bproven?\b|\bproof\b|\bshould\b|\bmust\b|\bworks?\b|\beffective|\bharmless|\brecommend"
# sentence of the page -> the claims that it rests on, each with the verdict that it allows for
RESTS_ON = {
    "Its twenty-four patients were very ill.": {
        "aait-enrolled": "compatible",
        "aait-opportunistic-infections": "not checkable",
    },
    "All of them were given cells.": {"aait-single-arm": "not checkable"},
    "It took in twenty-four people whose CD4 count had stayed low.": {
        "hucmsc-enrolled": "compatible"
    },
    "Chance decided who was given what, and it was kept secret.": {"hucmsc-design": "compatible"},
    "In AAIT the CD4 count rose in every patient.": {"aait-cd4-all-increase": "compatible"},
    "Signs of illness got better, it says, but not by how much.": {
        "aait-symptoms-improved": "not checkable"
    },
    "In hUC-MSC the count rose in both groups that were given cells.": {
        "hucmsc-cd4-within-high": "compatible",
        "hucmsc-cd4-within-low": "compatible",
    },
    "On placebo, no change was seen.": {"hucmsc-cd4-within-control": "questioned"},
    "But set side by side, the groups showed no clear difference in their counts.": {
        "hucmsc-cd4-between": "compatible"
    },
    "More people on the low dose reached a goal in their blood.": {
        "hucmsc-response-higher": "compatible",
        "hucmsc-response-rates": "compatible",
    },
    "Whether the difference is more than chance depends on how one counts.": {
        "hucmsc-response-p": "compatible"
    },
    "Both call the treatment safe, but neither counts the harms.": {
        "aait-safe-conclusion": "not checkable",
        "hucmsc-safe-conclusion": "not checkable",
    },
    "AAIT names one harm that was not seen: an attack of the donor's cells on the patient's body.": {
        "aait-no-gvhd": "not checkable"
    },
    "Both papers ask for more studies.": {
        "aait-control-needed": "not checkable",
        "hucmsc-efficacy-open": "not checkable",
    },
}


def whole():
    return "\n\n".join(reading.sections(PAGE).values())


@pytest.mark.parametrize("heading", reading.sections(PAGE))
def test_each_section_of_the_plain_page_is_easy(heading):
    text = reading.sections(PAGE)[heading]
    assert reading.grade(text) <= HARDEST, reading.grade(text)


def test_no_sentence_of_the_plain_page_is_long():
    texts = [whole(), *reading.figure_words(PAGE)]
    found = [s for text in texts for s in reading.sentences(text)]
    assert max(len(reading.words(s)) for s in found) <= LONGEST
    assert len(reading.words(whole())) < 600


def test_the_words_of_its_pictures_are_as_easy():
    for text in reading.figure_words(PAGE):
        assert reading.grade(text) <= HARDEST, text


@pytest.mark.parametrize("wrong", [STATISTICS, TOO_MUCH])
def test_it_has_no_statistics_and_says_no_more_than_it_may(wrong):
    for text in [whole(), *reading.figure_words(PAGE), *map(reading.plain_box, ESSAYS)]:
        assert re.findall(wrong, text, re.IGNORECASE) == [], text


@pytest.mark.parametrize("sentence", RESTS_ON)
def test_what_it_says_of_the_trials_rests_on_claims_with_these_verdicts(sentence):
    assert sentence in reading.sentences(whole())
    known = {v.id: v.status for v in ledger.published()}
    assert {claim: known[claim] for claim in RESTS_ON[sentence]} == RESTS_ON[sentence]


@pytest.mark.parametrize("name", ESSAYS)
def test_every_essay_begins_with_two_plain_sentences(name):
    cells = plan.source_notebook(name)[0].cells
    text = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    assert re.search(r"\A# .*\n\n:::\{container\} plain\n", text.lstrip()), text[:120]
    said = reading.plain_box(name)
    assert len(reading.sentences(said)) == 2
    assert len(reading.words(said)) <= 40
    assert reading.grade(said) <= HARDEST, reading.grade(said)


def test_the_plain_sentences_name_no_number_and_stand_on_ten_essays():
    assert len(ESSAYS) == 10
    for name in ESSAYS:
        assert not re.search(r"twenty-four|(?<!CD)\d", reading.plain_box(name))


@pytest.mark.parametrize(
    ("counts", "printed"),
    [
        ((5.7, 1, 5.7 * 1.02), -1.3),  # Green Eggs and Ham: 5.7 words, 1.02 syllables a word
        ((1, 1, 1), -3.4),  # the lowest there is: one word of one syllable
        ((20, 1, 30), 9.91),  # by hand: 7.8 + 17.7 - 15.59
    ],
)
def test_the_grade_is_that_of_the_printed_formula(counts, printed):
    assert reading.grade_of(*counts) == pytest.approx(printed, abs=0.05)


def test_words_sentences_and_syllables_of_a_printed_example():
    text = "The Australian platypus is seemingly a hybrid of a mammal and reptilian creature."
    counted = len(reading.words(text)), len(reading.sentences(text))
    assert counted == (13, 1)
    assert sum(map(reading.syllables, reading.words(text))) == 24
    # 206.835 - 1.015 * 13 - 84.6 * 24 / 13 is the 37.5 of Flesch's ease printed with it
    assert reading.grade(text) == pytest.approx(0.39 * 13 + 11.8 * 24 / 13 - 15.59)


def test_syllables_are_those_of_a_dictionary_or_more():
    with (ROOT / "tests/reference/words/syllables.csv").open(encoding="utf-8") as file:
        rows = [(r["word"], int(r["fewest"]), int(r["most"])) for r in csv.DictReader(file)]
    assert len(rows) > 1000
    counted = {word: reading.syllables(word) for word, _, _ in rows}
    wrong = [word for word, fewest, most in rows if not fewest <= counted[word] <= most]
    assert len(wrong) <= 0.05 * len(rows), wrong
    assert sum(counted.values()) >= sum(fewest for _, fewest, _ in rows)  # never easier


@pytest.mark.parametrize(
    ("word", "spoken"), [("CD4", 3), ("AAIT", 4), ("hUC-MSC", 6), ("twenty-four", 3), ("one's", 1)]
)
def test_letters_of_a_short_name_and_parts_of_a_word_are_said_apart(word, spoken):
    assert reading.syllables(word) == spoken


def test_an_item_of_a_list_is_a_sentence_and_a_role_its_words():
    text = reading.spoken("It says:\n\n- one {term}`dose <high dose>`;\n- {num}`a.b:n` more")
    assert reading.sentences(text) == ["It says:", "one dose;", "twenty-four more"]


@pytest.fixture(scope="module")
def groups():
    split = only_split(
        report("hucmsc"), "response-rates", arms=("Low dose", "Control"), third="High dose"
    )
    return report("aait").printed("enrolled", "all"), split


def drawn(chart):
    """Group -> (people, filled) as the specification draws them."""
    rows = next(iter(chart.to_dict()["datasets"].values()))
    names = dict.fromkeys(row["group"] for row in rows)
    return {name: (sum(r["group"] == name for r in rows),
                   sum(r["is_filled"] for r in rows if r["group"] == name)) for name in names}  # fmt: skip


def test_the_first_picture_draws_every_patient_of_both_trials(groups):
    found = list(drawn(plain_words.who_got_cells(*groups)).values())
    # 12 and 72 as printed; 24 an arm is the only division that prints 95.8% and 70.8%
    assert found == [(12, 12), (24, 24), (24, 24), (24, 0)]
    assert sum(people for people, _ in found[1:]) == 72


def test_the_second_picture_draws_the_printed_percentages(groups):
    found = list(drawn(plain_words.who_reached_it(groups[1])).values())
    assert [round(100 * filled / people, 1) for people, filled in found] == [95.8, 70.8]


def test_the_pictures_need_no_axis(groups):
    for chart in (plain_words.who_got_cells(*groups), plain_words.who_reached_it(groups[1])):
        for layer in chart.to_dict()["layer"]:
            axes = [
                layer["encoding"][c]["axis"] for c in ("x", "y") if "axis" in layer["encoding"][c]
            ]
            assert set(axes) <= {None}


def test_more_filled_than_people_is_refused(groups):
    import pandas as pd

    with pytest.raises(ValueError, match="between 0 and people"):
        chart_people(pd.DataFrame([("a", 2, 3)], columns=["group", "people", "filled"]))
    with pytest.raises(ValueError, match="unpack"):
        plain_words.who_got_cells(Results({}), groups[1])


@needs_chromium
def test_the_plain_page_prints_on_one_sheet_of_a4(site, tmp_path):
    from pypdf import PdfReader

    with chromium() as browser:
        page = browser.new_page()
        page.goto((site / f"chapters/{PAGE}.html").as_uri())
        margins = dict.fromkeys(("top", "right", "bottom", "left"), "10mm")  # as a browser prints
        page.pdf(path=tmp_path / "plain.pdf", format="A4", margin=margins)
    reader = PdfReader(tmp_path / "plain.pdf")
    assert len(reader.pages) == 1
    text = " ".join(reader.pages[0].extract_text().split())
    for heading in reading.sections(PAGE):
        assert heading in text
    assert "24 people reached the goal" in text  # the pictures' words
    assert "Change nothing in your treatment" in text
