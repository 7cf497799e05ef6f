"""Verdicts follow from printed numbers and readings by kind; nothing simulated goes in."""

import ast
import json
from dataclasses import replace

import pytest

from helpers.audit import audit, ledger, load_report
from helpers.audit.claims import load_claims
from helpers.audit.findings import Under
from helpers.audit.ledger import STATUSES, evaluate, published, reasons, summary
from helpers.context import ROOT
from helpers.errors import ClaimsError
from helpers.literate.ledger import open_ledger
from helpers.published import PUBLISHED
from helpers.results import book_records

CLAIMS = load_claims()
ROWS = {row.id: row for row in published()}


@pytest.fixture(scope="module")
def aait():
    report = load_report(PUBLISHED / "aait")
    return report, audit(report)


def one(name):
    return tuple(claim for claim in CLAIMS if claim.id == name)


def test_every_claim_has_one_row_with_one_of_the_five_words():
    assert [claim.id for claim in CLAIMS] == list(ROWS)
    assert {row.status for row in ROWS.values()} <= set(STATUSES)


@pytest.mark.proves("helpers.audit.ledger:summary")
def test_the_summary_counts_the_rows():
    counts = summary(published())
    assert list(counts) == list(STATUSES)
    assert sum(counts.values()) == len(CLAIMS)
    for status in STATUSES:
        assert counts[status] == sum(row.status == status for row in ROWS.values())


def test_a_claim_that_its_report_does_not_have_is_refused(aait):
    lost = replace(CLAIMS[0], id="aait-lost")
    with pytest.raises(ClaimsError, match="aait-lost"):
        evaluate((lost,), {"aait": aait})
    with pytest.raises(ClaimsError, match="hucmsc"):
        evaluate(one("hucmsc-enrolled"), {"aait": aait})


def test_nothing_simulated_can_reach_a_verdict():
    """The audit room imports no cohort, no assumption and no record of a chapter."""
    for path in (ROOT / "src/helpers/audit").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                module = node.module or ""
                assert not module.startswith(
                    ("helpers.study", "helpers.simulate", "helpers.results", "helpers.assumptions")
                )


def test_no_rule_knows_a_claim():
    source = "".join(p.read_text("utf-8") for p in (ROOT / "src/helpers/audit").rglob("*.py"))
    assert [claim.id for claim in CLAIMS if claim.id in source] == []


def test_reproduced_never_stands_beside_a_simulated_record():
    records = book_records(ROOT / "book")
    shown = {c.id: [records[k.rpartition("/")[0] or c.chapter][k.rpartition("/")[2]] for k in c.shows]
             for c in CLAIMS}  # fmt: skip
    wrong = [name for name, row in ROWS.items() if row.status == "reproduced"
             and any(r.label == "simulated" for r in shown[name])]  # fmt: skip
    assert wrong == []


def test_every_record_that_a_row_points_to_exists():
    records = book_records(ROOT / "book")
    missing = [(c.id, key) for c in CLAIMS for key in c.shows
               if key.rpartition("/")[2] not in records[key.rpartition("/")[0] or c.chapter]]  # fmt: skip
    assert missing == [], "a chapter names its records anew: change `shows` in claims.toml"


@pytest.mark.proves("helpers.audit.ledger:evaluate")
def test_the_printed_p_value_carries_the_share_of_trials_that_print_it():
    report = load_report(PUBLISHED / "hucmsc")
    (row,) = evaluate(one("hucmsc-response-p"), {"hucmsc": (report, audit(report))})
    assert row.status == "compatible"
    # counted by brute force in tests/test_possible_brute.py; here by its printed rounding
    assert round(100 * row.share, 1) == 1.9
    assert [r.id for r in ROWS.values() if r.share is not None] == ["hucmsc-response-p"]
    # by hand: 25 of the 1,001 percentages with one decimal are whole patients of 24
    (rates,) = evaluate(one("hucmsc-response-rates"), {"hucmsc": (report, audit(report))})
    assert "of 24 would have passed in 2.5%" in rates.power
    assert 0.3 < rates.passes < 0.33  # by simulation below, in test_audit_power.py


def test_a_status_that_differs_between_live_readings_says_so():
    flipping = {name for name, row in ROWS.items() if row.flips}
    assert flipping == {"hucmsc-dates", "hucmsc-cd4-within-control", "hucmsc-response-higher",
                        "hucmsc-response-p"}  # fmt: skip
    for name in flipping:
        assert len({reading.verdict for reading in ROWS[name].under}) > 1
    control = ROWS["hucmsc-cd4-within-control"].under
    assert [u.verdict for u in control] == [
        "questioned",
        "compatible",
        "questioned",
        "not checkable",
    ]
    assert "19%" in control[0].reading
    assert "0.67" in control[1].reading


def test_safe_has_one_status_and_no_yardstick_decides_it():
    safe = {ROWS[f"{study}-safe-{what}"].status for study in ("aait", "hucmsc")
            for what in ("tolerated", "conclusion")}  # fmt: skip
    assert safe == {"not checkable"}
    # closed form: none of 48 leaves a risk up to 1 - 0.05^(1/48)
    assert f"{1 - 0.05 ** (1 / 48):.1%}" in ROWS["hucmsc-safe-conclusion"].computed


@pytest.mark.parametrize("dose", ["high", "low"])
def test_a_dose_without_its_exponent_is_questioned_as_printed(dose):
    row = ROWS[f"hucmsc-{dose}-dose"]
    assert row.status == "questioned"
    assert "translation" in row.computed
    assert ("3 times" if dose == "high" else "0.333 times") in row.computed


@pytest.mark.parametrize(
    "name",
    ["hucmsc-cd4-within-high", "hucmsc-cd4-within-low", "hucmsc-cd4-between", "hucmsc-design",
     "hucmsc-registration", "hucmsc-follow-up", "hucmsc-cd4-week", "aait-follow-up",
     "aait-cd8-window", "aait-safe-all-patients", "aait-cd4-all-increase"],
)  # fmt: skip
def test_what_can_be_held_against_something_is_compatible_and_states_its_power(name):
    assert ROWS[name].status == "compatible"
    assert ROWS[name].power


def test_a_changed_number_changes_the_verdict(aait):
    """Move an odd number of patients under the half-integer medians: they become impossible."""
    report, _ = aait
    odd = replace(report, arms=(replace(report.arms[0], n=11),))
    (row,) = evaluate(one("aait-cd4-rise"), {"aait": (odd, audit(odd))})
    assert row.status == "impossible"
    late = replace(report.result("aait-cd8-window"), printed="first 400 days")
    results = tuple(late if r.id == late.id else r for r in report.results)
    moved = replace(report, results=results)
    (row,) = evaluate(one("aait-cd8-window"), {"aait": (moved, audit(moved))})
    assert row.status == "questioned"


def test_a_row_of_two_medians_speaks_of_both(aait):
    computed = evaluate(one("aait-cd4-rise"), {"aait": aait})[0].computed
    assert "10.5" in computed
    assert "207.5" in computed


def test_rows_are_plain_data_with_the_fields_that_others_read():
    rows = json.loads(json.dumps(open_ledger().rows))
    old = {"id", "study", "quantity", "quote", "sentence", "doi", "label", "status", "reported",
           "computed", "method", "chapter", "keys", "because", "share"}  # fmt: skip
    assert all(old <= set(row) for row in rows)
    assert rows[0]["under"] == []
    assert Under(**next(r for r in rows if r["flips"])["under"][0])


def test_the_counts_of_the_page_are_those_of_the_rows():
    found = open_ledger()
    assert {k: int(r) for k, r in found.by_status().items()} == {
        k.replace(" ", "-"): n for k, n in summary(found.verdicts).items()
    }
    assert int(found.total()) == len(CLAIMS)
    assert int(found.flipping()) == sum(row.flips for row in ROWS.values())
    assert set(found.shares()) == {"hucmsc-response-p"}
    assert int(found.weak()) == sum(float(share) > 0.999 for share in found.passing().values())


def test_an_executed_notebook_without_a_ledger_has_no_rows(tmp_path):
    assert ledger.notebook_ledger(tmp_path) == []


def test_every_reason_of_the_ledger_is_for_a_kind_that_the_audits_have():
    kinds = set()
    for study in ("aait", "hucmsc"):
        report = load_report(PUBLISHED / study)
        kinds |= {c.check for c in audit(report).checks} | {s.kind for s in report.statements}
    assert set(reasons()) <= kinds


@pytest.mark.parametrize(
    "text", ['kind = "a"\nbecause = "b"\n[[reason]]\nkind = "a"\nbecause = "c"', 'kind = "a"']
)
def test_a_reason_that_stands_twice_or_says_nothing_is_named(tmp_path, text):
    path = tmp_path / "reasons.toml"
    path.write_text(f"[[reason]]\n{text}\n", encoding="utf-8")
    with pytest.raises(ClaimsError, match="every kind once"):
        reasons(path)
