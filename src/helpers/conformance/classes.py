"""Adverse events in, terms and classes that stand in the wrong cell or in none out; none is recoded."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables

NEEDS = ["adsl.USUBJID", "adae.USUBJID", "adae.AEDECOD", "adae.AEBODSYS"]
CODE = re.compile(r"[A-Z]\d{2}(?:\.\d{1,2})?|[A-Z]{0,2}\d{6,}")  # ICD-10, WHO-ART, MedDRA
HABIT = 0.5
LONG, MISSING = 8, 2  # letters of a cut name, at least; of those that lack ("Infection" is a name)
CLASSES = (  # MedDRA's system organ classes
    "blood and lymphatic system disorders", "cardiac disorders",
    "congenital, familial and genetic disorders", "ear and labyrinth disorders", "endocrine disorders",
    "eye disorders", "gastrointestinal disorders",
    "general disorders and administration site conditions", "hepatobiliary disorders",
    "immune system disorders", "infections and infestations",
    "injury, poisoning and procedural complications", "investigations",
    "metabolism and nutrition disorders", "musculoskeletal and connective tissue disorders",
    "neoplasms benign, malignant and unspecified (incl cysts and polyps)", "nervous system disorders",
    "pregnancy, puerperium and perinatal conditions", "product issues", "psychiatric disorders",
    "renal and urinary disorders", "reproductive system and breast disorders",
    "respiratory, thoracic and mediastinal disorders", "skin and subcutaneous tissue disorders",
    "social circumstances", "surgical and medical procedures", "vascular disorders")  # fmt: skip
USUAL = {  # class -> terms of every day that every dictionary and CTCAE has there, by how the class begins
    "gastrointestinal": "nausea vomiting diarrhoea diarrhea constipation dyspepsia flatulence",
    "nervous": "headache dizziness somnolence paraesthesia migraine tremor",
    "psychiatric": "insomnia anxiety depression agitation",
    "respiratory": "cough dyspnoea dyspnea epistaxis",
    "skin": "rash pruritus urticaria alopecia erythema",
    "musculoskeletal": "arthralgia myalgia",
    "general": "fatigue pyrexia asthenia malaise",
    "infections": "nasopharyngitis bronchitis pneumonia influenza sinusitis cystitis",
    "blood": "anaemia anemia neutropenia thrombocytopenia lymphopenia",
    "vascular": "hypertension hypotension",
    "cardiac": "palpitations tachycardia bradycardia",
}
USUALLY = {term: head for head, terms in USUAL.items() for term in terms.split()}


def _folded(texts) -> list[str]:
    """The texts of a column's categories without case and with single spaces."""
    return [" ".join(str(text).casefold().split()) for text in texts.categories]


@rule(
    "event without its class",
    "warning",
    "adae.AEBODSYS",
    expected="the class of the term, as in most rows",
    do="fill AEBODSYS in: the event is missing from the count of its class",
    needs=NEEDS,
)
def no_class(tables: Tables) -> Iterator[Hits]:
    """AEBODSYS is blank beside a term, and most events have one; a term that stands nowhere else too."""
    terms, classes = tables.text("adae.AEDECOD").codes, tables.text("adae.AEBODSYS").codes
    blank = (terms >= 0) & (classes < 0)
    if blank.any() and (classes >= 0).mean() > HABIT:
        yield Hits(np.flatnonzero(blank), tables.said_of("adae.AEDECOD"))


@rule(
    "class in the place of the term",
    "warning",
    "adae.AEDECOD",
    expected="the preferred term of the event",
    do="write the term: the class is counted as a term of its own",
    needs=NEEDS,
)
def class_as_term(tables: Tables) -> Iterator[Hits]:
    """A term is the name of a class that has other terms in most of its rows.

    Names of one word are passed over: "Infection" may be both in a small trial's own list.
    """
    terms, classes = tables.text("adae.AEDECOD"), tables.text("adae.AEBODSYS")
    names = {text: i for i, text in enumerate(_folded(classes)) if " " in text}
    of_term = np.array([*(names.get(text, -1) for text in _folded(terms)), -1])[terms.codes]
    itself = (of_term >= 0) & (of_term == classes.codes)
    many = np.bincount(classes.codes + 1, minlength=len(classes.categories) + 1)[1:]
    own = np.bincount(classes.codes[itself] + 1, minlength=len(many) + 1)[1:]
    fine = np.append(own < HABIT * many, False)
    yield Hits(np.flatnonzero(fine[of_term] & (of_term >= 0)), tables.said_of("adae.AEDECOD"))


@rule(
    "term under a class that is not its own",
    "warning",
    "adae.AEBODSYS",
    expected="the class that the dictionary has for the term",
    do="find out whether terms or classes were exchanged: both are counted as they stand",
    needs=NEEDS,
)
def another_class(tables: Tables) -> Iterator[Hits]:
    """A term of every day (headache) always stands under a class of MedDRA that no dictionary has it in.

    Of a term in two classes another line speaks.
    """
    terms, classes = tables.text("adae.AEDECOD"), tables.text("adae.AEBODSYS")
    wanted = np.array([*(USUALLY.get(text, "") for text in _folded(terms)), ""])[terms.codes]
    known = (text.split()[0].rstrip(",") if text in CLASSES else "" for text in _folded(classes))
    found = np.array([*known, ""])[classes.codes]
    both = np.unique(np.stack([terms.codes, classes.codes], axis=1)[classes.codes >= 0], axis=0)
    once = np.append(
        np.bincount(both[:, 0] + 1, minlength=len(terms.categories) + 1)[1:] == 1, False
    )
    rows = np.flatnonzero(once[terms.codes] & (wanted != "") & (found != "") & (wanted != found))
    yield Hits(rows, lambda row: (
        f"{tables.said_of('adae.AEDECOD')(row)}, under {tables.said('adae.AEBODSYS', row)}"))  # fmt: skip


@rule(
    "code among terms",
    "warning",
    "adae.AEDECOD",
    expected="the name of the event, as in most rows",
    do="write the term: a code is a row of its own in every table",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.AEDECOD"],
)
def code_for_term(tables: Tables) -> Iterator[Hits]:
    """A term reads as a code of a dictionary does (R11.2, E10018065), and most terms are words."""
    coded = tables.where("adae.AEDECOD", CODE.fullmatch)
    coded &= ~tables.where("adae.AEDECOD", str.isdigit)  # numbers have a line of their own
    if coded.any() and coded.mean() < HABIT:
        yield Hits(np.flatnonzero(coded), tables.said_of("adae.AEDECOD"))


@rule(
    "class that is cut off",
    "warning",
    "adae.AEBODSYS",
    expected="the whole name of the class",
    do="export the table again with a column wide enough: cut names print so, and two may become one",
    needs=["adsl.USUBJID", "adae.USUBJID", "adae.AEBODSYS"],
)
def cut_off(tables: Tables) -> Iterator[Hits]:
    """A class is the beginning of one of MedDRA's and lacks two letters or more of a word of its name."""

    def cut(text: str) -> bool:
        plain = " ".join(text.casefold().split())
        rest = [name[len(plain) :] for name in CLASSES if name.startswith(plain)]
        return len(plain) >= LONG and any(
            left[:MISSING].isalpha() and len(left) >= MISSING for left in rest
        )

    yield Hits(np.flatnonzero(tables.where("adae.AEBODSYS", cut)), tables.said_of("adae.AEBODSYS"))
