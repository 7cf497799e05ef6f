"""The last gate: each kind of value, planted in each form, is found; what is no leak is let through."""

import base64
import datetime as dt
import html
import json
import shutil
import urllib.parse
import zlib
from pathlib import Path

import pandas as pd
import pytest

from helpers import context
from helpers.edition import build, export, gate, needles, publish, work
from helpers.edition.needles import Needles
from helpers.errors import EditionError
from helpers.present import items
from helpers.study import load_study

COMMENT = "Fell off the ladder while picking cherries at her sister's"


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """A study of 40 subjects with ids, dates, comments and a site of every kind of column."""
    folder = tmp_path_factory.mktemp("study")
    (folder / "study.toml").write_text(
        'id = "t"\ntitle = "Trial"\ndesign = "single-arm"\n[[arms]]\nvalue = "A"\nlabel = "Arm one"\n'
    )
    n = 40
    pd.DataFrame(
        {
            "USUBJID": [f"XT-07/{i:03d}" for i in range(n)],
            "SUBJID": [f"{i + 1}" for i in range(n)],
            "KITNO": [f"Q{i + 10}" for i in range(n)],
            "TRT01A": "A",
            "SEX": "F",
            "BRTHDT": [-3000.0 + i for i in range(n)],
            "RFSTDTC": [f"2013-07-{i % 28 + 1:02d}T09:30" for i in range(n)],
            "REGION": "Upper Valley Hospital",
            "NOTE": [COMMENT] + [""] * (n - 1),
        }
    ).to_csv(folder / "adsl.csv", index=False)
    pd.DataFrame(
        {
            "USUBJID": ["XT-07/003", "XT-07/004"],
            "AEDECOD": ["Skin rash of the arm", "Fall"],
            "AETERM": ["Skin rash of the arm", "tripped over the family's old dog"],
        }
    ).to_csv(folder / "adae.csv", index=False)
    return load_study(folder)


@pytest.fixture
def site(tmp_path):
    root = tmp_path / "site"
    (root / "chapters").mkdir(parents=True)
    (root / "index.html").write_text("<p>Skin rash of the arm, Upper Valley Hospital, n = 12</p>")
    (root / "results.csv").write_text("study,value\nt,40\n")
    return root


def kinds(site, study):
    return {leak.kind for leak in gate.find_leaks(site, needles.study_needles(study))}


def test_a_clean_site_passes(site, study):
    gate.refuse_leaks(site, study)


SECRETS = {
    "identifier": ["XT-07/017", "xt-07/017", "XT_07 017"],
    "free text": [COMMENT, COMMENT.upper(), "tripped over the family's old dog"],
    "date": ["2013-07-09", "09.07.2013", "7/9/2013", "9 July 2013", "July 9, 2013", "20130709",
             "09JUL2013", "1951-10-16"],
}  # fmt: skip
FORMS = {
    "as it is": lambda s: f"<p>{s}</p>",
    "entities": lambda s: f"<p>{''.join(f'&#{ord(c)};' for c in s)}</p>",
    "attribute": lambda s: f'<svg aria-label="{html.escape(s)}"></svg>',
    "percent": lambda s: f'<a href="?q={urllib.parse.quote(s, safe="")}">x</a>',
    "json": lambda s: json.dumps({"a": s}),
    "json escapes": lambda s: '"' + "".join(f"\\u{ord(c):04x}" for c in s) + '"',
    "base64": lambda s: f"data:image/svg+xml;base64,{base64.b64encode(s.encode()).decode()}",
    "tags between": lambda s: f"<b>{s[:4]}</b>{s[4:]}",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("kind", "secret"), [(k, s) for k, found in SECRETS.items() for s in found]
)
def test_each_kind_is_found_in_each_form(site, study, kind, secret, form):
    (site / "chapters" / "x.html").write_text(FORMS[form](secret))
    with pytest.raises(EditionError) as refused:
        gate.refuse_leaks(site, study)
    assert f"chapters/x.html: {kind}" in str(refused.value)
    assert secret not in str(refused.value)


@pytest.mark.parametrize(
    "name", ["searchindex.js", "results.csv", "a.svg", "a.json", "a.txt", "a.png"]
)
def test_every_file_is_searched(site, study, name):
    (site / name).write_text("so: XT-07/017.")
    assert kinds(site, study) == {"identifier"}


def test_the_name_of_a_file_and_the_inventory_are_searched(site, study):
    (site / "XT-07-017.html").write_text("")
    assert kinds(site, study) == {"identifier"}
    (site / "XT-07-017.html").unlink()
    (site / "objects.inv").write_bytes(b"#\n#\n#\n# zlib\n" + zlib.compress(b"XT-07/017 std:label"))
    assert kinds(site, study) == {"identifier"}


def test_a_short_identifier_counts_as_a_whole_cell_only(site, study):
    (site / "x.html").write_text("<p>the Q12 form and Q13, too</p>")
    assert kinds(site, study) == set()
    (site / "x.html").write_text("<td>Q12</td>")
    assert kinds(site, study) == {"identifier"}


def test_plain_numbers_count_as_a_list_or_under_their_name_only(site, study):
    (site / "x.html").write_text("".join(f"<td>{i}</td>" for i in range(1, 21)))
    assert kinds(site, study) == set()
    (site / "x.html").write_text("".join(f"<td>{i}</td>" for i in range(1, 41)))
    assert kinds(site, study) == {"list of identifiers"}
    for text in ('<th scope="col">SUBJID</th>', '[{"SUBJID": 3}]', "SUBJID,AVAL\n3,1\n"):
        (site / "x.html").write_text(text)
        assert kinds(site, study) == {"column of identifiers"}, text


def test_the_numbers_of_the_lines_of_a_program_are_no_list_of_subjects(site, study):
    line = '<a id="L{0}" name="L{0}"></a><a href="#L{0}"><span class="linenos"> {1}</span></a>x\n'
    (site / "code.html").write_text("".join(line.format(i, i) for i in range(1, 61)))
    assert kinds(site, study) == set()
    # other numbers in the place of those of the lines are a list again
    (site / "code.html").write_text("".join(line.format(i + 100, i) for i in range(1, 61)))
    assert kinds(site, study) == {"list of identifiers"}


SOURCE = "tests/test_derive_chimerism.py"  # it holds "USUBJID": and subjects of its own


@pytest.fixture
def listed(site):
    """A site with the book's own listing of `SOURCE`, as an edition has it."""
    text = (context.ROOT / SOURCE).read_text(encoding="utf-8")
    assert '"USUBJID":' in text
    export._write_pages(site, {SOURCE: text})
    return site / "code" / f"{SOURCE}.html"


def test_the_books_own_code_is_no_data_of_a_study(site, study, listed):
    gate.refuse_leaks(site, study)
    named = Needles(words={"identifier": {("subj", "7")}, "free text": {("what", "is", "sought")}},
                    numbers={str(i) for i in range(1, 13)}, cells={"q12"}, headers={"USUBJID"},
                    dates={dt.date(2013, 7, 9)})  # fmt: skip
    code = 'x = {"USUBJID": ["1", "Q12", "SUBJ-7"]}  # what is sought, 2013-07-09\n' + "\n".join(
        f'"{i}"' for i in range(1, 13)
    )
    (site / "index.html").write_text("")
    place = site / "code" / "tests" / "mine.py.html"
    export._write_pages(site, {"tests/mine.py": code})
    assert {leak.kind for leak in gate.find_leaks(site, named)} == {
        "identifier", "free text", "date", "column of identifiers",
    }  # fmt: skip
    # were it a source of the book, line for line, it would tell of no subject
    own = code.split("\n")
    search = gate.Search(named)
    assert not any(search.hits(text) for text in gate.forms(place, own=own))
    assert any(search.hits(text) for text in gate.forms(place, own=["other", *own[1:]]))


@pytest.mark.parametrize("planted", [
    ("<main>", "<main>XT-07/017"),
    ('id="L9" name="L9"></a>', 'id="L9" name="L9"></a>XT-07/017'),
    ("</pre>", "XT-07/017</pre>"),
    ('"USUBJID"', '"USUBJID": "XT-07/017", "x"'),
    ("&quot;USUBJID&quot;", "&quot;XT-07/017&quot;"),
])  # fmt: skip
def test_a_listing_that_is_not_the_books_line_for_line_is_searched(site, study, listed, planted):
    text = listed.read_text(encoding="utf-8").replace("&quot;", '"')
    old, new = (part.replace("&quot;", '"') for part in planted)
    assert old in text
    listed.write_text(text.replace(old, new, 1))
    assert "identifier" in kinds(site, study)


@pytest.mark.parametrize("place", ["code/tests/other.py.html", "chapters/x.html", "code/../x.html"])
def test_a_column_is_found_wherever_the_books_source_does_not_stand(site, study, listed, place):
    target = site / place
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(listed, target)
    assert "column of identifiers" in kinds(site, study)


def test_no_cell_of_a_chapter_looks_like_a_column_of_subjects():
    # cells are printed on pages too, where nothing tells them from data
    search = gate.Search(Needles(headers={"USUBJID", "SUBJID"}))
    for path in (context.ROOT / "chapters").rglob("*.md"):
        assert search.hits(path.read_text(encoding="utf-8")) == {}, path


def test_the_numbers_of_references_are_no_list_of_subjects(site, study):
    bracket = '<span class="fn-bracket">{}</span>'
    marks = [f"{bracket.format('[')}{i}{bracket.format(']')}" for i in range(1, 61)]
    (site / "x.html").write_text("".join(marks))
    assert kinds(site, study) == set()
    (site / "x.html").write_text("".join(f'<span class="label">{i}</span>' for i in range(1, 61)))
    assert kinds(site, study) == {"list of identifiers"}


def test_terms_that_the_pages_print_and_shared_texts_are_no_leak(study):
    found = needles.study_needles(study)
    texts = {" ".join(words) for words in found.words["free text"]}
    assert "skin rash of the arm" not in texts  # the preferred term is printed anyway
    assert "upper valley hospital" not in texts  # all subjects share it
    assert "tripped over the family s old dog" in texts
    assert {"USUBJID", "SUBJID"} <= found.headers


def test_what_the_books_own_sources_say_is_no_evidence():
    own = ("graft", "versus", "host", "disease")
    found = gate.unknown_to_book(
        Needles(words={"identifier": set(), "free text": {own, ("a", "zzq")}})
    )
    assert found.words["free text"] == {("a", "zzq")}


def test_columns_that_study_toml_renames_are_searched(tmp_path):
    (tmp_path / "study.toml").write_text(
        'id = "t"\ntitle = "T"\ndesign = "single-arm"\n[[arms]]\nvalue = "A"\n'
        '[columns.adsl]\nUSUBJID = "PERSON"\n'
    )
    pd.DataFrame({"PERSON": ["ZK-0001", "ZK-0002"], "TRT01A": "A"}).to_csv(
        tmp_path / "adsl.csv", index=False
    )
    found = needles.study_needles(load_study(tmp_path))
    assert found.words["identifier"] == {("zk", "0001"), ("zk", "0002")}


def shown_study(study, folder, more=""):
    folder = shutil.copytree(study.folder, folder)
    toml = (folder / "study.toml").read_text()
    (folder / "study.toml").write_text(f'subject_level = "shown"\n{more}' + toml)
    return load_study(folder)


def test_a_study_that_shows_its_subjects_still_hides_their_identifiers(site, study, tmp_path):
    shown = shown_study(study, tmp_path / "s")
    (site / "x.html").write_text(
        f"{COMMENT}, 2013-07-09" + "".join(f"<td>{i}</td>" for i in range(41))
    )
    gate.refuse_leaks(site, shown)
    for secret in ("XT-07/017", "<td>Q17</td>", '"USUBJID": 1'):
        (site / "x.html").write_text(secret)
        with pytest.raises(EditionError, match='identifiers = "shown"'):
            gate.refuse_leaks(site, shown)


def test_a_study_that_shows_its_identifiers_is_not_searched(site, study, tmp_path):
    (site / "x.html").write_text("XT-07/017")
    gate.refuse_leaks(site, shown_study(study, tmp_path / "s", 'identifiers = "shown"\n'))


def test_one_of_two_hundred_thousand_identifiers_is_found():
    page = "<td>one two three XT 07 4 of 12</td>" * 20_000
    needle = {("xt", f"{i:07d}") for i in range(200_000)}
    search = gate.Search(Needles(words={"identifier": needle}))
    assert search.hits(page) == {}
    assert search.hits(page + "<td>XT-0199999</td>") == {"identifier": {"xt 0199999"}}


@pytest.mark.parametrize("secret", ["XT-07/017", COMMENT, "2013-07-09"])
def test_a_leak_ends_the_build_and_the_last_good_site_stays(study, tmp_path, monkeypatch, secret):
    built, out = tmp_path / "built", tmp_path / "out"
    built.mkdir()
    (built / "index.html").write_text("the last good site")
    with publish.claimed(out) as place:
        publish.publish(built, place)
    (built / "index.html").write_text(f"<p>{secret}</p>")
    (tmp_path / items.TABLES).write_text("[]")  # as Sphinx leaves it beside pages without a table
    monkeypatch.setattr(work, "WORK", tmp_path / "_work")
    monkeypatch.setattr(build, "read_study", lambda folder: (study, []))
    monkeypatch.setattr(build.plan, "edition_chapters", lambda *a, **k: ([], []))
    monkeypatch.setattr(build.execute, "execute", lambda *a, **k: [])
    monkeypatch.setattr(build.pages, "build_pages", lambda book, work, builder: built)
    with pytest.raises(EditionError, match="nothing was published"):
        build.build_own(study.folder, out)
    assert (out / "index.html").read_text() == "the last good site"
    assert [p.name for p in (tmp_path / "_work").iterdir()] == ["lock"]
    assert not Path(f"{out}.new").exists()


@pytest.fixture
def named_like_its_subjects(tmp_path):
    """A study EXAMPLE of subjects EXAMPLE-1 to EXAMPLE-62, as CDISC's identifiers often are."""
    (tmp_path / "study.toml").write_text(
        'id = "x"\ntitle = "A trial"\nshort = "Example"\ndesign = "single-arm"\n[[arms]]\nvalue = "A"\n'
    )
    ids = [f"EXAMPLE-{i}" for i in range(1, 63)]
    pd.DataFrame({"USUBJID": ids, "TRT01A": "A"}).to_csv(tmp_path / "adsl.csv", index=False)
    return gate.Search(needles.study_needles(load_study(tmp_path)))


@pytest.mark.parametrize("text", ["Example: 62 patients enrolled", "<b>Example</b> 62 patients",
                                  "example,62", "Example 6.2", "example-620", "pre-example-6a"])  # fmt: skip
def test_the_name_of_a_study_before_a_number_is_no_subject(text, named_like_its_subjects):
    assert named_like_its_subjects.hits(text) == {}


@pytest.mark.parametrize("text", ["EXAMPLE-62", "x EXAMPLE-62.", '"id": "example-62"',
                                  "<td>Example–62</td>", "example_62", "a/EXAMPLE/62.html"])  # fmt: skip
def test_a_subject_named_after_its_study_is_found_as_written(text, named_like_its_subjects):
    assert named_like_its_subjects.hits(text) == {"identifier": {"example 62"}}


ELEVEN = {str(i) for i in range(1, 12)}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("id,n\n" + "\n".join(f"{i},5" for i in range(1, 12)), True),
        ("<table><tr><th>Who</th></tr>" + "".join(f"<tr><td>{i}</td></tr>" for i in range(1, 12))
         + "</table>", True),
        ("id,n\n" + "\n".join(f"{i},5" for i in range(0, 14)), False),
        ("Counts: " + ", ".join(f'"{i}"' for i in range(1, 12)), False),
    ],
)  # fmt: skip
def test_eleven_plain_numbers_are_found_where_a_column_holds_them_alone(text, found):
    hits = gate.Search(Needles(numbers=ELEVEN)).hits(text)
    assert hits == ({"column of identifiers": ELEVEN} if found else {})
