"""The dated verdicts: they end where the ledger is, and say what changed, when and why."""

from datetime import date

import pytest

from helpers.audit import history, ledger
from helpers.audit.history import Change
from helpers.errors import ClaimsError
from helpers.literate.ledger import open_ledger

HEAD = "date,claim,verdict,why\n"


def write(folder, *rows):
    path = folder / "verdicts.csv"
    path.write_text(HEAD + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_the_last_verdict_of_every_claim_is_that_of_the_ledger():
    now = {verdict.id: verdict.status for verdict in ledger.published()}
    assert history.last_verdicts(history.load_history()) == now, (
        "a verdict changed: add a row to data/published/verdicts.csv with the day and the reason"
    )


def test_every_claim_had_a_first_verdict_on_the_first_day_or_says_why_not():
    first = [change for change in history.load_history() if not change.before]
    assert len(first) == len(ledger.published())
    start = min(change.day for change in first)
    assert all((change.day == start) == (change.why == "first ledger") for change in first)


def test_a_row_knows_what_it_replaced(tmp_path):
    path = write(tmp_path, "2026-01-01,a,compatible,first", "2026-01-01,b,questioned,first",
                 "2026-01-03,b,not checkable,x", "2026-01-04,a,questioned,y")  # fmt: skip
    found = history.changes(history.load_history(path))
    assert found == (
        Change(date(2026, 1, 4), "a", "compatible", "questioned", "y"),
        Change(date(2026, 1, 3), "b", "questioned", "not checkable", "x"),
    )
    assert history.last_verdicts(history.load_history(path)) == {
        "a": "questioned",
        "b": "not checkable",
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-01-01,a,compatible,again", "another verdict than before"),
        ("2025-12-31,a,questioned,early", "in the order of their days"),
        ("1 May,a,questioned,day", "a day as YYYY-MM-DD"),
        ("2026-01-02,a,wrong,word", "expected one of reproduced"),
        ("2026-01-02,a,questioned,", "a reason in why"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_line(tmp_path, row, said):
    path = write(tmp_path, "2026-01-01,a,compatible,first", row)
    with pytest.raises(ClaimsError, match=rf"(?s)1 fault.*line 3: .*{said}"):
        history.load_history(path)


def test_other_columns_are_refused(tmp_path):
    path = tmp_path / "verdicts.csv"
    path.write_text("day,claim\n2026-01-01,a\n", encoding="utf-8")
    with pytest.raises(ClaimsError, match="expected the columns"):
        history.load_history(path)


def test_the_table_shows_each_change_once_with_its_day_and_names_the_statement():
    shown = open_ledger().changes()
    changed = history.changes(history.load_history())
    assert shown.html.count("<li>") == len(changed)
    assert all(f"<time>{change.day}</time>" in shown.html for change in changed)
    first = next(v for v in ledger.published() if v.id == changed[0].claim)
    assert first.reported.split("<")[0][:20] in shown.html
