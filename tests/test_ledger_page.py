"""The ledger's tables: every statement once, and those that something speaks to first."""

from dataclasses import replace

import pytest

from helpers.ledger import STATUSES, Verdict
from helpers.present import ledger_page

ONE = Verdict(
    id="a", study="aait", quote="was <safe>", sentence=1, doi="", label="derived", status="questioned",
    reported="safe", quantity="safety", computed="up to 22%", method="exact", chapter="02_safety",
    keys=("k",), because="no limit",
)  # fmt: skip
ROWS = [replace(ONE, id=status[:4], status=status) for status in reversed(STATUSES)]


def test_statements_that_nothing_speaks_to_stand_in_the_full_ledger_alone():
    text = ledger_page.checked_table(ROWS).text
    assert [line.split(":")[0] for line in text.splitlines()] == ["ques", "comp", "repr"]
    assert len(ledger_page.ledger_table(ROWS, "aait").text.splitlines()) == len(STATUSES)


def test_every_checked_statement_links_to_its_row():
    short, full = ledger_page.checked_table(ROWS).html, ledger_page.ledger_table(ROWS, "aait").html
    for row in ROWS[1:]:
        assert f'href="#c-{row.id}"' in short
        assert f'id="c-{row.id}"' in full
    assert "3 of 4 statements" in short


@pytest.mark.parametrize("page", [ledger_page.checked_table, ledger_page.scoreboard])
def test_what_is_quoted_is_never_markup(page):
    found = page([replace(ONE, computed="<b>22%</b>")])
    assert "<b>" not in found.html
    assert "&lt;safe&gt;" in ledger_page.ledger_table([ONE], "aait").html
