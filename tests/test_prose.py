"""No number is typed by hand in the prose of a chapter: digits there are names, not results.

Prose is every Markdown cell and every text that a code cell shows: what it hands to `say`, and the
titles, captions, alt texts and headers of its figures and tables. Taken out first: roles ({num},
{claim}, ...), code, links, directives, list numbers, places that a record fills. What is left may
hold digits of the kinds below and nothing else.
"""

import ast
import re

import pytest

from helpers.assumptions import load_assumptions
from helpers.edition import plan

TAKEN_OUT = (
    r"```.*?```",  # fenced code
    r"\{[a-z:]+\}`[^`]*`",  # roles: numbers, claims, citations, chapters, terms
    r"`[^`]*`",  # code
    r"\]\([^)]*\)|https?://\S+",  # links
    r"(?m)^:[:a-z-].*$",  # directives and their options
    r"(?m)^\d+\.(?= )",  # numbers of a list
    r"\{[A-Za-z0-9_./-]+(:[a-z0-9]+)?\}",  # places that a record fills
)
FILLED = "x"  # stands for the filled part of an f-string
SHOWN = ("caption", "alt", "corner", "columns", "title")  # arguments whose texts a reader sees
A_SHARE = load_assumptions()["hucmsc-response-rise"].value
KINDS = {
    r"CD[48]\+?|HIV-1|[Ii]nterleukin-2": "names of cells, virus and messengers",
    r"IL-\d+[AB]?[αβ]?|ACTG 175|sas7bdat": "names of markers, studies, formats",
    r"log(10|2)": "names of logarithms",
    r"[Ww]eeks? \d+|[Dd]ays? \d+(, \d+)*( and \d+)?": "names of visits",
    r"(19|20)\d\d": "years",
    r"R \d+\.\d+|Python \d+\.\d+": "versions",
    r"95%(?=( [\w-]+){0,2} (CI|intervals?|limits?|bands?)\b)|(?<=sided )95%": "the level of an interval",
    r"Q[13]": "names of quartiles",
    r"NCT\d{8}": "the number of a registry record",
    r"1 −(?= )|\^\(1/n\)": "the complement of a probability, the n-th root: parts of a formula",
    r"(?<=ratio above )1\b|(?<=interval reaches )1\b": "a ratio without a difference",
    r"−1 to 1\b": "the range of a correlation",
    r"(90|80|50)%(?= power)": "conventional powers",
    r"(?<![\d.])(5%|2\.5%|0\.05|0\.001)(?!\d)": "conventional significance levels and their halves",
    r"10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+": "powers of ten in units and doses",
    r"[Pp]er 100 patient-years": "a unit",
    r"[01](?= for an \*?event)": "the codes of an event flag",
}
# what one chapter may say beyond that: (pattern, reason)
CHAPTERS = {
    "02_safety": {
        r"3/n": "a formula",
        r"(?<![\d.])(10|1)%": "round risks that the chapter tries, keys needed.*, harm.10.*",
    },
    "06_dose_response_survival": {
        rf"{A_SHARE:.0%}": "the assumed rule of response, as the assumptions' file has it",
    },
    "12_report_card": {r"[Cc]hapter 6": "the name of the chapter that is judged"},
}


def typed_digits(text, chapter=""):
    """The words of `text` that hold a digit of no allowed kind."""
    for pattern in TAKEN_OUT:
        text = re.sub(pattern, " ", text, flags=re.DOTALL)
    for pattern in [*KINDS, *CHAPTERS.get(chapter, {})]:
        text = re.sub(pattern, " ", text)
    return re.findall(r"\S*\d\S*", text)


def said(source):
    """The literal texts that a code cell shows: arguments of `say`, titles, captions and the like."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call):
            words = call.args if getattr(call.func, "attr", "") == "say" else []
            named = [k.value for k in call.keywords if k.arg and k.arg.endswith(SHOWN)]
            for part in [*words, *named]:
                yield from literals(part)


def literals(node):
    """The texts in an expression, those that only look something up or ask for it left out."""
    if isinstance(node, ast.Constant):
        yield from [node.value] if isinstance(node.value, str) else []
    elif isinstance(node, ast.JoinedStr):
        yield "".join(getattr(part, "value", "") if isinstance(part, ast.Constant) else FILLED
                      for part in node.values)  # fmt: skip
    elif isinstance(node, ast.Dict):  # the keys of a mapping name columns of a frame
        for value in node.values:
            yield from literals(value)
    elif not isinstance(node, ast.Subscript | ast.Compare | ast.Call):
        for child in ast.iter_child_nodes(node):
            yield from literals(child)


def prose(name):
    for cell in plan.source_notebook(name)[0].cells:
        yield from [cell.source] if cell.cell_type == "markdown" else said(cell.source)


NAMES = [*plan.chapter_names(), *(f"analysis/{name}" for name in plan.analysis_names())]


@pytest.mark.parametrize("name", NAMES)
def test_no_number_is_typed_by_hand(name):
    found = {word: text for text in prose(name) for word in typed_digits(text, name)}
    assert not found, f"chapters/{name}.md: take from a record with {{num}}, or allow the kind here"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("The median rose by 182 cells", ["182"]),
        ("The median rose by {num}`cd4.rise:value`", []),
        ("From 12 to 24 patients", ["12", "24"]),
        ("70.8% of controls, 95% of the others", ["70.8%", "95%"]),
        ("23/24 against `17/24`", ["23/24"]),
        ("CD4 at week 48, P < 0.05, exact 95% interval of {num}`a.1`", []),
        ("CD4 fell by 48 at week 48", ["48"]),
        ("a P of 0.0512, a risk of 15%, of 0.5%", ["0.0512,", "15%,", "0.5%"]),
        ("{key.12:value} of {n:bare} in 2016 {cite}`wang2021`", []),
        ("exact 95% interval, 95% Fisher z interval, 95% of them", ["95%"]),
        ("Hazard ratio above 1, and 1 of them", ["1"]),
        ("1 − Kaplan-Meier, n = 24 an arm", ["24"]),
        ("{n.12:value} of {aait/cd4.N:bare} by Q1", []),
        ("1. First\n2. Second, see [page 3](https://example.org/7)", ["3"]),
    ],
)
def test_typed_results_are_found_and_names_are_not(text, typed):
    assert [word.strip("[]") for word in typed_digits(text)] == typed


def test_texts_handed_to_say_are_prose():
    source = 'here.say("In {key:n}", f"{x[4]} of 24", y if z == "9" else "or 7")\nlen("99")'
    assert list(said(source)) == ["In {key:n}", "x of 24", "or 7"]


def test_titles_captions_alt_texts_and_headers_are_prose():
    source = (
        'here.figure(chart(d, x_title="of 12"), "f.1", title="Of 24", alt=f"{n:.1%} of {{k.3:n}} 5",'
        ' caption="36" if a == "2" else "48", columns={"x1": "Day 7 of 9"}, digits=1, key="k1")\n'
        'here.table("n.2", caption="Of 60", corner="Arm 1", rows=lambda r: r.key + "9")'
    )
    found = [word for text in said(source) for word in typed_digits(text)]
    assert sorted(found) == ["1", "12", "24", "36", "48", "5", "60", "9"]


@pytest.mark.parametrize(
    ("name", "pattern"),
    [(name, pattern) for name, allowed in CHAPTERS.items() for pattern in allowed],
)
def test_what_a_chapter_may_say_is_still_said(name, pattern):
    assert any(re.search(pattern, re.sub(TAKEN_OUT[1], " ", text)) for text in prose(name))
