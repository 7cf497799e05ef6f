"""Names and dates in texts that will be printed are found, eponyms are let through."""

import pytest

from faults import sound
from helpers.conformance import personal
from helpers.validation import check_folder

EPONYMS = [
    "Kaposi's sarcoma", "Kaposi Sarcoma", "Hodgkin's disease", "Non-Hodgkin's lymphoma", "March fracture",
    "Type 2 diabetes", "Stevens-Johnson syndrome", "Guillain-Barre syndrome", "Epstein-Barr virus infection",
    "Infection with Epstein Barr virus", "Charcot-Marie-Tooth disease", "Pierre Robin syndrome",
    "Creutzfeldt Jakob Disease", "St. John's wort interaction", "COVID-19", "CD4 lymphocytes decreased",
    "Grade 3 neutropenia", "Upper Respiratory Tract Infection", "Blood alkaline phosphatase increased",
    "Von Willebrand's disease", "Wilson's disease", "Addison's disease", "Graves' disease", "Job's syndrome",
    "Peter Pan syndrome", "HERPES SIMPLEX", "Raynaud's phenomenon", "Exposure to West Nile virus",
    "Hashimoto thyroiditis", "Premature baby born", "ECG QT 450/12",
    "Vitamin B12 deficiency", "Neoplasms benign, malignant and unspecified (incl cysts and polyps)",
    "Pneumocystis jirovecii pneumonia", "Bell's palsy", "Crohn's Disease",
    "Colles' fracture", "May-Thurner syndrome", "Pain in left arm, June", "Christmas disease",
]  # fmt: skip
NAMES = [
    "Rash (John Smith)", "Fall, Smith, John", "RASH JOHN SMITH", "Mr Okafor fell", "Maria Gonzalez, headache",
    "Headache of Mrs. B.", "Rash, initials JS", "Pt. J.S. fainted", "Seen by Dr. Weber", "Juan P. has a rash",
]  # fmt: skip
DATES = [
    "Rash on 12/03/2015", "Fall 3 May 2014", "Headache 2016-02-29", "DOB 1958", "Rash, born 4 July",
    "Rash 12.03.58", "Date of birth unknown to site", "rash 20150312",
]  # fmt: skip


@pytest.mark.parametrize("text", EPONYMS)
def test_a_term_of_medicine_is_neither_a_name_nor_a_date(text):
    assert not personal.names_somebody(text)
    assert not personal.perhaps_a_name(text)
    assert not personal.dated(text)


@pytest.mark.parametrize("text", NAMES)
def test_a_name_is_found(text):
    assert personal.names_somebody(text)


@pytest.mark.parametrize("text", DATES)
def test_a_date_is_found(text):
    assert personal.dated(text)


@pytest.mark.parametrize(
    "text", ["Rash after seeing Ngozi Okafor today", "Fall at home with Tuan Nguyen"]
)
def test_a_rare_name_within_a_sentence_is_a_warning(text):
    assert not personal.names_somebody(text)
    assert personal.perhaps_a_name(text)


@pytest.mark.parametrize("text", ["1.5.200", "12/03", "Week 12 03-04", "99/99/99", "10-20-30-40"])
def test_numbers_that_are_no_day_are_none(text):
    assert not personal.dated(text)


def problems(folder, tmp_path):
    found = check_folder(folder.write(tmp_path / "study")).problems
    return [p for p in found if "in a printed text" in p.rule]


@pytest.mark.parametrize(
    ("column", "text", "severity"),
    [
        ("AEDECOD", "Rash, born 4 July", "error"),
        ("AEBODSYS", "Skin (John Smith)", "error"),
        ("AEDECOD", "Fall at home with Tuan Nguyen", "warning"),
    ],
)
def test_the_line_says_row_subject_column_and_what_to_do(tmp_path, column, text, severity):
    folder = sound()
    folder.set("adae", 5, **{column: text})
    subject = folder.tables["adae"].loc[3, "USUBJID"]
    (line,) = problems(folder, tmp_path)
    assert (line.severity, line.file, line.row, line.column) == (severity, "adae.csv", 5, column)
    assert line.subject == subject
    assert text in line.found
    assert "the text is printed" in line.do


def test_a_label_of_study_toml_is_looked_at_and_doses_are_no_date(tmp_path):
    folder = sound()
    assert problems(folder, tmp_path / "sound") == []
    old = next(line for line in folder.toml.splitlines() if line.startswith("label"))
    folder.say(old, 'label = "5/10/15 mg"')
    assert problems(folder, tmp_path / "doses") == []
    folder.say('label = "5/10/15 mg"', 'label = "As for Mr. Smith, 2014-03-02"')
    found = problems(folder, tmp_path / "named")
    assert {line.rule.split()[0] for line in found} == {"date", "name"}
    assert all(line.file == "study.toml" and line.column.endswith("label") for line in found)
