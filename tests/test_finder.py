"""What the search finds on a page, and what stands in its description."""

import re
from collections import Counter
from types import SimpleNamespace

from helpers.context import ROOT
from helpers.present import finder

BODY = """
<section id="title"><h1>A question?<a class="headerlink" href="#title">#</a></h1>
<p>The <em>answer</em> &amp; its n<sup class="lm lm-derived" aria-hidden="true">D</sup><span class="sr-only">
 (derived)</span>.</p>
<section id="part"><h2>A part</h2><p>Words<svg><text>axis</text></svg></p><pre>code</pre>
<table><tr id="c-one"><td>"quoted"</td><td>holds</td></tr></table>
<details class="numbers"><summary>All</summary><table><tr><td>secret</td></tr></table></details>
<dl><dt id="term-ART">ART</dt><dd>Drugs</dd></dl></section></section>
"""


def found():
    env = SimpleNamespace()
    finder.collect(env, "index", "A question?", BODY)
    return finder.index(env, [])


def test_sections_claims_and_terms_are_found_under_their_anchors():
    entries = found()["entries"]
    assert [entry[:4] for entry in entries] == [
        [0, "", 0, "A question?"],
        [0, "part", 0, "A part"],
        [0, "c-one", 3, '"quoted" holds'],
        [0, "term-ART", 4, "ART"],
    ]
    assert entries[3][4] == "Drugs"


def test_drawings_code_marks_and_the_list_of_numbers_are_not_searched():
    text = " ".join(entry[4] for entry in found()["entries"])
    for hidden in ("axis", "code", "secret", "derived", "#"):
        assert hidden not in text
    assert "answer & its n" in text


def test_a_description_is_plain_and_ends_at_a_word():
    assert finder.summary(BODY) == "The answer & its n."
    long = finder.summary("<p>" + "word " * 60 + "</p>")
    assert len(long) <= finder.SUMMARY + 2
    assert long.endswith("word …")


def test_works_cited_are_found_each_under_its_own_anchor_and_ids_under_none():
    body = """<h1>Works</h1><p>It is <b>hucmsc-response-p</b> here.<br>Next</p>
    <div class="citation" id="id7"><span class="label">[7]</span><p>A. Author, a title</p></div>"""
    env = SimpleNamespace()
    finder.collect(env, "works", "A · Works", body)
    env.book_found["index"] = ("Front page", [])
    entries = finder.index(env, [])["entries"]
    assert entries[0][3:] == ["Works", "It is here. Next", ["Works", "appendix A"]]
    assert entries[1][:3] == [1, "id7", 5]
    assert entries[1][4] == "[7] A. Author, a title"


def test_a_term_is_found_under_its_other_words():
    env = SimpleNamespace()
    finder.collect(env, "index", "Front page", '<dl><dt id="term-ART">ART</dt><dd>Drugs</dd></dl>')
    (entry,) = finder.index(env, [])["entries"]
    assert "antiretroviral" in entry[5]


def test_a_term_with_another_apostrophe_than_its_words_has_them():
    env = SimpleNamespace()
    body = '<dl><dt id="term-Fisher">Fisher’s exact test</dt><dd>Exact</dd></dl>'
    finder.collect(env, "index", "Front page", body)
    (entry,) = finder.index(env, [])["entries"]
    assert "Boschloo" in entry[5]


def test_other_words_belong_to_one_term_of_the_glossary():
    glossary = (ROOT / "chapters/10_appendix.md").read_text(encoding="utf-8")
    terms = set(re.findall(r"(?m)^(\S.*)\n  \S", glossary))
    named = finder.aliases()
    assert set(named) <= terms
    words = [word.lower() for others in named.values() for word in others]
    assert [word for word, count in Counter(words).items() if count > 1] == []
    assert {term.lower() for term in terms} & set(words) == set()
    assert len(words) > 150
