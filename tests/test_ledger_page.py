"""The ledger's tables: every statement once, and those that something speaks to first."""

from dataclasses import replace

import pytest

from helpers.audit.findings import Under
from helpers.audit.ledger import STATUSES, Verdict
from helpers.present import ledger_page

ONE = Verdict(
    id="a", study="aait", quote="was <safe>", sentence=1, doi="", label="derived", status="questioned",
    reported="safe", quantity="safety", computed="up to 22%", method="exact", chapter="02_safety",
    keys=("k",), because="no limit",
)  # fmt: skip
ROWS = [replace(ONE, id=status[:4], status=status) for status in reversed(STATUSES)]


def test_statements_that_nothing_speaks_to_stand_in_the_full_ledger_alone():
    text = ledger_page.checked_table(ROWS).text
    assert [line.split(":")[0] for line in text.splitlines()] == ["impo", "ques", "comp", "repr"]
    assert len(ledger_page.ledger_table(ROWS, "aait").text.splitlines()) == len(STATUSES)


def test_every_checked_statement_links_to_its_row():
    short, full = ledger_page.checked_table(ROWS).html, ledger_page.ledger_table(ROWS, "aait").html
    for row in [row for row in ROWS if row.status != "not checkable"]:
        assert f'href="#c-{row.id}"' in short
        assert f'id="c-{row.id}"' in full
    assert "4 of 5 statements" in short


@pytest.mark.parametrize(
    "page", [ledger_page.checked_table, ledger_page.scoreboard, ledger_page.flipping_table]
)
def test_what_is_quoted_is_never_markup(page):
    found = page([replace(ONE, computed="<b>22%</b>", power="<b>", reported="<b>safe")])
    assert "<b>" not in found.html
    assert "<b>" not in ledger_page.ledger_table([replace(ONE, computed="<b>22%</b>")], "aait").html
    assert "&lt;safe&gt;" in ledger_page.ledger_table([ONE], "aait").html


def test_a_status_that_flips_shows_every_reading_with_its_status():
    under = (Under("as changes", "questioned"), Under("as counts", "compatible"))
    row = replace(ONE, under=under, flips=True, power="any <number> passes")
    for page in (ledger_page.ledger_table([row], "aait"), ledger_page.flipping_table([row])):
        assert page.html.count("as changes") == page.html.count("as counts") == 1
    html = ledger_page.ledger_table([row], "aait").html
    assert "depends on the reading" in html
    assert "any &lt;number&gt; passes" in html
    assert "depends on the reading" not in ledger_page.ledger_table([ONE], "aait").html


def test_what_a_status_rests_on_is_named():
    row = replace(ONE, readings=("nobody lost",))
    assert "Holds for: nobody lost" in ledger_page.ledger_table([row], "aait").html
