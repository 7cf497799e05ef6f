"""A table is marked by the room it needs: on a desk, and on a phone; no cell loses a word."""

import re

import pytest

from browser import Watched, chromium, needs_chromium
from helpers.present import markup, table_room

NUMBERS = ["Value (cells/µL)", "95% interval", "P", "n"]
ROW = ["26.6", "−4.63 to 57.8", "< 0.001", "72"]


def _table(heads, *rows, caption="c"):
    return markup.table_html(heads, rows, caption=caption)


@pytest.mark.parametrize(("letters", "is_wide"), [(20, False), (90, True)])
def test_a_table_wider_than_the_column_of_text_may_use_the_margin(letters, is_wide):
    rows = [["x" * 10, "<b>" + "y" * letters + "</b>"], ["", "z" * 10]]
    made = _table(["a" * 10, "b"], *rows, caption="c " * 99)
    marked = table_room.marked(f"<p>before</p>{made}<p>behind</p>")
    assert (' wide">' in marked) == is_wide
    assert marked.replace(" wide", "") == f"<p>before</p>{made}<p>behind</p>"


@pytest.mark.parametrize(
    ("heads", "row", "kind"),
    [
        (["", *NUMBERS], ["Low dose", *ROW], ""),
        # the name of the row takes more than three lines beside its numbers: it stands over them
        (["", *NUMBERS], ["Zidovudine + didanosine vs Zidovudine at week 20", *ROW], "over"),
        # an interval of 29 letters would break into four lines
        (["Arm", "Patients", "Responders", "Proportion"],
         ["Low dose", "24", "23", "95.8% (95% CI 78.9% to 99.9%)"], "over"),
        # too many columns even so: each cell names its own
        (["ARM", *(f"LONG_NAME{i}" for i in range(6))], ["A", *"123456"], "phone"),
        (["", "As the folder says"], ["Title", "w" * 60], ""),  # two columns fit: words break
    ],
)  # fmt: skip
def test_a_table_that_does_not_fit_a_phone_is_shown_otherwise_there(heads, row, kind):
    made = _table(heads, row)
    marked = table_room.marked(made)
    shown = re.search(r'class="book-table ([^"]*)"', marked)[1].split()
    assert {*shown} & {"over", "phone"} == {*kind.split()}
    assert ("data-name" in marked) == (kind == "phone")
    assert markup.plain(marked).replace("\u00a0", " ") == markup.plain(made)


def test_a_row_with_two_heads_is_never_put_under_one_of_them():
    made = markup.table_html(
        ["A", "B", *NUMBERS], [["x" * 50, "y" * 9, *ROW]], caption="c", headers=2
    )
    assert "phone" in table_room.marked(made)


def test_a_stacked_table_stays_one():
    made = markup.table_html(["", *NUMBERS], [["x" * 90, *ROW]], caption="c", kind="stack")
    marked = re.sub(r"(<t[a-z]+[^>]*) role=\"[a-z]+\"", r"\1", table_room.marked(made))
    assert marked.replace("&nbsp;", " ") == made.replace("stack", "stack wide")


def test_a_bound_is_not_torn_from_its_number():
    marked = table_room.marked(_table(["", "P"], ["x", "&lt; 0.001"]))
    assert "&lt;&nbsp;0.001" in marked
    assert "&lt; b" in table_room.marked(_table(["", "P"], ["x", "a &lt; b"]))
    assert "P&nbsp;=&nbsp;0.04; n" in table_room.marked(_table(["", "P"], ["x", "P = 0.04; n"]))


@pytest.mark.parametrize(
    ("column", "letters"),
    [
        (["n", "12", "1,204"], 5.5),
        (["n", "1.25", "10"], 5),  # a figure, and the room of a point and two decimals
        (["", "3.5% to 45.3%"], 6.5),  # an interval takes two lines
        (["", "w" * 30 + " " + "w" * 9], 30),  # no word is broken
        (["", "word " * 30], 18),  # a column of many words is as wide as one reads
        (["P", "低剂量组"], 3.4),
        (["AVAL", "2"], 5.7),  # capitals are wider
    ],
)
def test_the_letters_that_a_column_needs(column, letters):
    assert table_room.needed([column]) == pytest.approx(letters)


OVERFLOW = """() => [...document.querySelectorAll(".frame")].filter((frame) => {
  const table = frame.querySelector("table.book-table");
  return table?.checkVisibility() && frame.scrollWidth > frame.clientWidth + 1;
}).map((frame) => frame.querySelector("caption").innerText.slice(0, 40))"""
LINES = """() => [...document.querySelectorAll("table.book-table:not(.stack, .phone)")]
  .filter((table) => table.checkVisibility() && table.rows[1]?.cells.length > 2)
  .flatMap((table) => [...table.querySelectorAll("tbody td.figures, tbody td a.num[data-short]")])
  .filter((cell) => new Set([...cell.getClientRects()].map((box) => Math.round(box.top))).size > 1)
  .map((cell) => cell.innerText)"""


# Safari tells a screen reader of these parts of a table only what their role says
SILENT = """() => [...document.querySelectorAll("tr, td, th")]
  .filter((part) => !/^table|none/.test(getComputedStyle(part).display) && !part.role)
  .map((part) => part.outerHTML.slice(0, 60))"""


@needs_chromium
def test_on_a_phone_no_table_is_cut_and_no_number_broken(site):
    pages = [p for p in sorted(site.rglob("*.html")) if p.relative_to(site).parts[0] != "code"]
    cut, broken, silent = {}, {}, {}
    with chromium() as browser, Watched(browser, width=360) as seen:
        for path in pages:
            seen.page.goto(path.as_uri())
            name = path.relative_to(site).as_posix()
            if found := seen.page.evaluate(OVERFLOW):
                cut[name] = found
            if found := seen.page.evaluate(LINES):
                broken[name] = found
            if found := seen.page.evaluate(SILENT):
                silent[name] = found[:3]
    assert cut == {}
    assert broken == {}
    assert silent == {}


def test_a_table_that_is_laid_out_otherwise_says_what_its_parts_are():
    made = _table(["Arm", *"abcdef"], ["low <b>dose</b>", *(f"{'w' * 9}{i}" for i in range(6))])
    marked = table_room.marked(made)
    assert re.findall(r'<(t[a-z]+)[^>]* role="(\w+)"', marked) == [
        ("tr", "row"), *[("th", "columnheader")] * 7,
        ("tr", "row"), ("th", "rowheader"), *[("td", "cell")] * 6,
    ]  # fmt: skip
    plain = _table(["Arm", "n"], ["low", "3"])
    assert table_room.marked(plain) == plain
