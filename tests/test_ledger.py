"""Verdicts follow from records by rules; a simulated number never carries a 'reproduced'."""

import pytest

from helpers import verdicts
from helpers.claims import load_claims
from helpers.context import ROOT
from helpers.errors import ClaimsError
from helpers.ledger import STATUSES, Finding, evaluate, summary
from helpers.results import Record, book_records

CLAIMS = load_claims()
ONE = CLAIMS[:1]


def record(label):
    return Record(key="k", chapter=ONE[0].chapter, label=label, value=1.0)


def test_a_claim_that_only_the_cohort_meets_is_never_reproduced():
    rules = {ONE[0].id: lambda claim, records: Finding("reproduced", "1", "m", "b", keys=("k",))}
    assert evaluate(ONE, rules, {ONE[0].chapter: {"k": record("derived")}})[0].label == "derived"
    with pytest.raises(ClaimsError, match="never reproduced"):
        evaluate(ONE, rules, {ONE[0].chapter: {"k": record("simulated")}})


def test_every_claim_needs_a_rule_and_every_rule_a_claim():
    with pytest.raises(ClaimsError, match=ONE[0].id):
        evaluate(ONE, {}, {})
    with pytest.raises(ClaimsError, match="no-such-claim"):
        evaluate((), {"no-such-claim": None}, {})


def test_a_status_outside_the_four_is_refused():
    rules = {ONE[0].id: lambda claim, records: Finding("proved", "", "", "")}
    with pytest.raises(ClaimsError, match="proved"):
        evaluate(ONE, rules, {})


def test_the_summary_counts_the_rows():
    rows = evaluate(CLAIMS, verdicts.RULES, book_records(ROOT / "book"))
    counts = summary(rows)
    assert list(counts) == list(STATUSES)
    assert sum(counts.values()) == len(CLAIMS)
    for status in STATUSES:
        assert counts[status] == sum(row.status == status for row in rows)


def test_the_printed_p_value_carries_the_share_of_trials_that_print_it():
    rows = {row.id: row for row in evaluate(CLAIMS, verdicts.RULES, book_records(ROOT / "book"))}
    assert rows["hucmsc-response-p"].status == "compatible"
    # counted by brute force in tests/test_possible_brute.py; here by its printed rounding
    assert round(100 * rows["hucmsc-response-p"].share, 1) == 1.9


def test_a_share_stands_only_where_trials_were_counted():
    rows = evaluate(CLAIMS, verdicts.RULES, book_records(ROOT / "book"))
    assert [row.id for row in rows if row.share is not None] == ["hucmsc-response-p"]


def test_a_changed_record_changes_the_verdict():
    """The rules read the records: move the counts that print 70.8% and the claim is questioned."""
    books = book_records(ROOT / "book")
    claim = next(c for c in CLAIMS if c.id == "hucmsc-response-rates")
    rule = verdicts.RULES[claim.id]
    records = dict(books[claim.chapter])
    before = rule(claim, records)
    assert before.status == "compatible"
    key = before.keys[-1]
    records[key] = Record(key=key, chapter=claim.chapter, label="derived", value=0.5)
    assert rule(claim, records).status == "questioned"
