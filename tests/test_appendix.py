"""The glossary explains words that the book uses, the bibliography the works that it cites."""

import re
from dataclasses import replace
from html import escape

import pytest

from helpers.assumptions import Assumption, load_assumptions
from helpers.context import ROOT
from helpers.present import markup
from helpers.present.reference import assumptions_table

APPENDIX = (ROOT / "chapters/10_appendix.md").read_text(encoding="utf-8")
CHAPTERS = {
    path.relative_to(ROOT / "chapters").with_suffix("").as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(ROOT.glob("chapters/**/*.md"))
    if path.stem != "10_appendix"
}
TABLES = [p.read_text(encoding="utf-8") for p in sorted(ROOT.glob("data/published/*.toml"))]
PAGES = [p.read_text(encoding="utf-8") for p in sorted(ROOT.glob("book/chapters/0*.ipynb"))]
BIBLIOGRAPHY = (ROOT / "book/references.bib").read_text(encoding="utf-8")
FINDABLE = {
    "doi": r"10\.\d{4,9}/\S+",
    "isbn": r"[\d-]{10,17}",
    "url": r"https://\S+",
}


def glossaries(text):
    """One list a glossary: (term, definition) in the order of the page."""
    blocks = re.findall(r"```\{glossary\}\n(.*?)```", text, re.DOTALL)
    return [re.findall(r"(?m)^(\S.*)\n((?:  .+\n)+)", block) for block in blocks]


def entries(text):
    """Entry -> its fields, of a BibTeX file with one entry a line."""
    found = re.findall(r"(?m)^@\w+\{(\w+), (.*)\}$", text)
    return {key: dict(re.findall(r"(\w+)=\{(.*?)\}(?=,|$)", rest)) for key, rest in found}


def cited(texts):
    return {key for text in texts for keys in re.findall(r"\{cite[a-z:]*\}`([^`]*)`", text)
            for key in re.split(r",\s*", keys)}  # fmt: skip


GLOSSARIES = glossaries(APPENDIX)
ENTRIES = entries(BIBLIOGRAPHY)


def test_the_glossary_is_read_whole():
    lines = re.findall(r"```\{glossary\}\n(.*?)```", APPENDIX, re.DOTALL)
    heads = [
        line for block in lines for line in block.splitlines() if line.strip() and line[0] != " "
    ]
    assert [term for block in GLOSSARIES for term, _ in block] == heads
    assert len(heads) > 50


@pytest.mark.parametrize("block", GLOSSARIES, ids=lambda block: block[0][0])
def test_terms_stand_in_order_and_once(block):
    terms = [term.lower() for term, _ in block]
    assert terms == sorted(set(terms))


@pytest.mark.parametrize("term", [term for block in GLOSSARIES for term, _ in block])
def test_a_term_is_used_on_a_page(term):
    read = "\n".join([*CHAPTERS.values(), *TABLES, *PAGES]).lower()
    assert re.search(rf"(?<!\w){re.escape(term.lower())}", read), (
        "explain it where it is used, or remove it"
    )


@pytest.mark.parametrize("key", ENTRIES)
def test_a_work_can_be_found(key):
    fields = ENTRIES[key]
    assert {"author", "title", "year"} <= set(fields)
    places = [pattern for name, pattern in FINDABLE.items()
              if re.fullmatch(pattern, fields.get(name, ""))]  # fmt: skip
    assert places, "give a DOI, or the ISBN or an address where there is none"


def test_every_work_is_cited_and_every_citation_has_its_work():
    assert cited([*CHAPTERS.values(), APPENDIX]) == set(ENTRIES)


def test_the_bibliography_is_read_whole():
    assert len(ENTRIES) == BIBLIOGRAPHY.count("@") - BIBLIOGRAPHY.count("@ ")
    dois = [fields["doi"].lower() for fields in ENTRIES.values() if "doi" in fields]
    assert len(dois) == len(set(dois))


def test_a_work_without_a_place_would_be_noticed():
    (fields,) = entries(
        "@article{a1990, author={A}, title={T {X}}, year={1990}, doi={11.1/2}}\n"
    ).values()
    assert fields["title"] == "T {X}"
    assert not re.fullmatch(FINDABLE["doi"], fields["doi"])
    assert cited(["{cite}`a1990, b2000`"]) == {"a1990", "b2000"}


def test_the_table_of_assumptions_names_each_once_and_folds_lists_of_tables():
    items = load_assumptions()
    shown = assumptions_table()
    called = [f"{item.name} ({item.id})" for item in items.values()]
    assert [line.split(": ")[0] for line in shown.text.splitlines()] == called
    assert all(
        f"{escape(item.name)}<br><code>{key}</code>" in shown.html for key, item in items.items()
    )
    tables = [i for i in items.values()
              if isinstance(i.value, list | tuple) and isinstance(i.value[0], dict)]  # fmt: skip
    assert shown.html.count("<details") == len(tables) > 0
    for item in tables:
        assert f"<summary>{len(item.value)} entries</summary>" in shown.html


def test_a_range_of_an_assumption_holds_its_value_as_they_are_printed():
    # a limit of 0.1% once had the range "1% to 100%": its ends, 0.01 and 1, are per cent themselves
    number = re.compile(r"(?<![\w.])\d[\d.]*")
    printed = re.findall(
        r'data-name="Value">([^<]*)</td><td data-name="Range">(\d[^<]*)</td>',
        assumptions_table().html,
    )
    assert len(printed) == sum(item.low is not None for item in load_assumptions().values()) > 30
    found = [[[float(n) for n in number.findall(text)] for text in row] for row in printed]
    held = [
        any(ends[0] <= own <= ends[1] for own in values) and ("%" in a) == ("%" in b)
        for (values, ends), (a, b) in zip(found, printed, strict=True)
    ]
    assert [row for row, fits in zip(printed, held, strict=True) if not fits] == []


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "reads", "said", "between"),
    [
        (40, 20, 50, "copies/mL", "", "40 copies/mL", "20 to 50 copies/mL"),
        (0.1, 0.01, 1.0, "% donor cells", "", "0.1% donor cells", "0.01% to 1% donor cells"),
        (0.1, 0.01, 1.0, "proportion", "", "10%", "1% to 100%"),
        (0.05, 0.03, 0.15, "share of patients lost", "", "5% of patients lost", "3% to 15%"),
        (24, 12, 48, "weeks, time constant", "", "24 weeks, time constant", "12 to 48 weeks"),
        (0.5, 0.0, 1.0, "", "SD {} of the logarithm", "SD 0.5 of the logarithm", "0.0 to 1.0"),
        (0.5, 0.25, 1.0, "share of patients", "{:.0%} leave", "50% leave", "25% to 100%"),
    ],
)
def test_value_and_ends_of_an_assumption_have_one_scale_and_unit(
    value, low, high, unit, reads, said, between
):
    item = Assumption("a", "A", value, unit, "Why.", "", low, high, reads=reads)
    assert markup.assumption_text(item) == said
    assert markup.range_text(item) == between
    assert markup.range_text(replace(item, low=None, high=None)) == ""
