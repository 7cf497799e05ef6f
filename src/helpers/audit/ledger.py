"""The published claims and the audits of their reports in, one row a claim out: the ledger.

A row's status is the audit's verdict on the result or statement of the claim's id in
`data/published/<study>/report.toml`: a function of printed numbers and readings, by kind. No rule
knows a claim, and nothing simulated goes in: a report folder holds no patient and no assumption
about one. The words that a kind of check puts beside its verdict stand in `data/published/reasons.toml`.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from helpers.audit.claims import Claim, load_claims
from helpers.audit.engine import audit
from helpers.audit.findings import Audit, Check, StatementVerdict, Under, worst
from helpers.audit.folder import load_report
from helpers.audit.model import Report, Result
from helpers.errors import ClaimsError
from helpers.published import PUBLISHED

MIME = "application/vnd.helpers.ledger+json"
STATUSES = ("reproduced", "compatible", "questioned", "not checkable", "impossible")
NOTHING = "nothing to compute"


@dataclass(frozen=True)
class Verdict:
    """One row of the ledger, as it stands in claims.json.

    `quantity` says what is stated, `reported` what is printed of it; `computed` what the audit got,
    in words; `method` the field name of the method; `chapter` and `keys` where the work is shown;
    `because` one sentence; `share` the share of possible trials that print a P, None where trials
    were not counted. `readings` are those under which the status holds, `under` all live ones with
    the status under each, `flips` whether these differ; `power` says how a random figure would have
    fared, `passes` how often it would have passed.
    """

    id: str
    study: str
    quantity: str
    quote: str
    sentence: int
    doi: str
    label: str
    status: str
    reported: str
    computed: str
    method: str
    chapter: str
    keys: tuple[str, ...]
    because: str
    share: float | None = None
    readings: tuple[str, ...] = ()
    under: tuple[Under, ...] = ()
    flips: bool = False
    power: str = ""
    passes: float | None = None


def evaluate(
    claims: Iterable[Claim], audits: Mapping[str, tuple[Report, Audit]]
) -> tuple[Verdict, ...]:
    """One verdict a claim, in the claims' order; `audits` is (report, its audit) by study.

    Errors: `ClaimsError` for claims that no result or statement of their report bears the id of.
    """
    claims = tuple(claims)
    known = {study: {v.id for v in (*found.results, *found.statements)}
             for study, (_, found) in audits.items()}  # fmt: skip
    lost = [c.id for c in claims if c.id not in known.get(c.study, ())]
    if lost:
        raise ClaimsError(
            f"the ledger: expected a result or statement of data/published/<study>/report.toml for "
            f"every claim, found none for {lost}: add them there under the claim's id"
        )
    names = {claim.id: claim for claim in claims}
    return tuple(_verdict(claim, *audits[claim.study], names) for claim in claims)


@cache
def reasons(path: Path = PUBLISHED / "reasons.toml") -> Mapping[str, str]:
    """Why a verdict is what it is, by kind of check or statement.

    Errors: `ClaimsError` for a kind that stands twice or has no sentence.
    """
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["reason"]
    found = {row["kind"]: row.get("because", "") for row in rows}
    if len(found) < len(rows) or not all(found.values()):
        raise ClaimsError(f"{path}: expected every kind once, each with a sentence in because, found "
                          f"{[row['kind'] for row in rows]}: rename or fill in")  # fmt: skip
    return found


@cache
def published() -> tuple[Verdict, ...]:
    """The ledger of the two published reports."""
    claims = load_claims()
    reports = {
        study: load_report(PUBLISHED / study) for study in dict.fromkeys(c.study for c in claims)
    }
    return evaluate(claims, {study: (report, audit(report)) for study, report in reports.items()})


def _verdict(claim: Claim, report: Report, found: Audit, names: Mapping[str, Claim]) -> Verdict:
    stated = next((s for s in found.statements if s.id == claim.id), None)
    row = _of_statement(stated, report) if stated else _of_results(claim, report, found)
    numbers = _printed(claim)
    words = {part: _plain(row.pop(part), names) for part in ("computed", "because")}
    return Verdict(id=claim.id, study=claim.study, quantity=claim.quantity, quote=claim.quote,
                   sentence=claim.sentence, doi=claim.doi, reported=claim.text or numbers,
                   chapter=claim.chapter, keys=claim.shows, **words, **row)  # fmt: skip


def _printed(claim: Claim) -> str:
    """A claim's numbers with their unit, as one writes them: "P = 0.004", "95.8, 70.8%"."""
    numbers = ", ".join(f"{value:g}" for value in claim.values)
    if claim.unit == "P value":
        return f"P = {numbers}" if numbers else ""
    return f"{numbers}{'' if claim.unit == '%' else ' '}{claim.unit}".strip()


def _of_statement(stated: StatementVerdict, report: Report) -> dict:
    """The fields that come from the verdict on a statement."""
    kind = next(s.kind for s in report.statements if s.id == stated.id)
    known = kind in reasons()
    return {
        "status": stated.verdict, "label": "derived" if known else "reported",
        "computed": stated.why if known else NOTHING, "method": kind if known else "none",
        "because": reasons().get(kind, stated.why),
        "readings": tuple(u.reading for u in stated.under if u.verdict == stated.verdict),
        "under": stated.under, "flips": stated.flips,
    }  # fmt: skip


def _of_results(claim: Claim, report: Report, found: Audit) -> dict:
    """The fields that come from the results behind a claim: its own, and those of the same words."""
    own = report.result(claim.id)
    results = [own, *(r for r in report.results
                      if r is not own and r.quote == own.quote and r.sentence == own.sentence)]  # fmt: skip
    verdicts = [found.result(r.id) for r in results]
    status = worst(v.verdict for v in verdicts)
    leading = [_leading(found.checks_of(r.id), status) for r in results]
    under = tuple(dict.fromkeys(u for v in verdicts for u in v.under))
    check = leading[0]
    computed = check is not None and (status != "not checkable" or check.check == "zero-events")
    power = [(c.power, c.passes) if c is not None and c.power else (v.power, v.passes)
             for c, v in zip(leading, verdicts, strict=True)]  # fmt: skip
    passes = [share for _, share in power]
    return {
        "status": status, "label": _label(check) if computed else "reported",
        "computed": "; ".join(dict.fromkeys(v.why for v in verdicts)) if computed else NOTHING,
        "method": check.method or check.check if computed else "none",
        "because": "; ".join(filter(None, (reasons().get(check.check, ""), own.note)))
        if computed else _nothing(own, check),
        "readings": tuple(dict.fromkeys(r for v in verdicts for r in v.readings)),
        "under": under, "flips": len({u.verdict for u in under}) > 1,
        "power": "; ".join(dict.fromkeys(words for words, _ in power if words)),
        "passes": min(passes) if None not in passes else None, "share": _share(found.checks_of(own.id)),
    }  # fmt: skip


def _leading(checks: Iterable[Check], status: str) -> Check | None:
    """The last check that decides the status: of a percentage and a P that of the P."""
    deciding = [check for check in checks if check.part]
    return next(
        (c for c in reversed(deciding) if c.verdict == status), deciding[-1] if deciding else None
    )


def _label(check: Check) -> str:
    """A comparison of two printed texts computes nothing."""
    return "reported" if check.method == "comparison" else "derived"


def _nothing(result: Result, check: Check | None) -> str:
    """Why there is nothing to hold a result against: its note, or what the check says."""
    said = "printed once, nothing else is printed to hold it against"
    if check is not None and check.check != "consistency":
        said = check.why
    return "; ".join(filter(None, (said, result.note)))


def _share(checks: Iterable[Check]) -> float | None:
    """The share of the possible trials that print a P, where they were all counted."""
    for check in checks:
        shares = check.computed.get("share_once")
        if check.verdict == "compatible" and shares and check.computed.get("enumerated"):
            return max(shares.values())
    return None


def _plain(text: str, names: Mapping[str, Claim]) -> str:
    """A text of the audit with ids in words: “id” as what the claim states, (id) as its sentence."""

    def quoted(found: re.Match) -> str:
        claim = names.get(found[1])
        return f"the {re.split(' [(]|:', claim.quantity)[0]}" if claim else found[0]

    def bracketed(found: re.Match) -> str:
        claim = names.get(found[1])
        return f"(sentence {claim.sentence})" if claim else found[0]

    return re.sub(r"\(([\w-]+)\)", bracketed, re.sub(r"“([\w-]+)”", quoted, text))


def summary(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """How many claims have each status, in the order of `STATUSES`; counted from the rows."""
    found = [verdict.status for verdict in verdicts]
    return {status: found.count(status) for status in STATUSES}


class Ledger:
    """The verdicts as a notebook keeps them, for claims.json."""

    def __init__(self, verdicts: Iterable[Verdict]):
        self.rows = [asdict(verdict) for verdict in verdicts]

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict:
        rows = json.loads(json.dumps(self.rows))
        return {MIME: rows, "text/plain": f"{len(rows)} claims"}


def notebook_ledger(book: Path) -> list[dict]:
    """The ledger rows inside the executed claims chapter under `book`; [] if it has none."""
    path = book / "chapters/07_claims.ipynb"
    if not path.is_file():
        return []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                return output["data"][MIME]
    return []
