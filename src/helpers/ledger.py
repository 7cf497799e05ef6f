"""Claims and the chapters' records in, one verdict a claim out; it computes no statistic of its own.

A verdict's status follows from records by a rule, never from a typed word:

- *reproduced*: a number derived from reported numbers alone equals the printed one;
- *compatible*: it holds for some or all of the trials that the abstract allows, with their share;
- *not checkable*: the abstracts print nothing else against which it could be held;
- *questioned*: the numbers may be right, but the inference does not follow from them.

A number from the synthetic cohort can stand beside a verdict; it never carries one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from helpers.claims import Claim
from helpers.errors import ClaimsError
from helpers.results import Record

MIME = "application/vnd.helpers.ledger+json"
STATUSES = ("reproduced", "compatible", "questioned", "not checkable")
Records = Mapping[str, Mapping[str, Record]]  # chapter -> key -> record


@dataclass(frozen=True)
class Verdict:
    """One row of the ledger, as it stands in claims.json.

    `quantity` says what is stated, `reported` what is printed of it; `computed` what the book got,
    in words; `method` the field name of the method; `chapter` and `keys` where its records
    are; `because` one sentence; `share` the share of possible trials for which a compatible claim
    holds, None where trials were not counted.
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


@dataclass(frozen=True)
class Finding:
    """What a rule says of a claim before the claim's own fields are added."""

    status: str
    computed: str
    method: str
    because: str
    label: str = "derived"
    keys: tuple[str, ...] = ()
    share: float | None = None


Rule = Callable[[Claim, Mapping[str, Record]], Finding]


def evaluate(
    claims: Iterable[Claim], rules: Mapping[str, Rule], records: Records
) -> tuple[Verdict, ...]:
    """One verdict a claim, in the claims' order.

    `rules` maps claim ids to rules; each sees the records of its claim's chapter by key and those of
    all chapters as "chapter/key". Errors: `ClaimsError` for a claim without a rule, a rule without a
    claim, or a status that its label forbids.
    """
    claims = tuple(claims)
    ids = {claim.id for claim in claims}
    if ids != set(rules):
        raise ClaimsError(
            f"the ledger: expected one rule for every claim, found none for {sorted(ids - set(rules))} "
            f"and no claim for {sorted(set(rules) - ids)}: add the rule or remove it"
        )
    return tuple(_verdict(claim, rules[claim.id], records) for claim in claims)


def _verdict(claim: Claim, rule: Rule, records: Records) -> Verdict:
    here = visible(claim, records)
    finding = rule(claim, here)
    cited = [here[key].label for key in finding.keys]
    if finding.status not in STATUSES:
        raise ClaimsError(f"claim {claim.id}: expected one of {STATUSES}, found {finding.status!r}")
    if finding.status == "reproduced" and ("simulated" in cited or finding.label == "simulated"):
        raise ClaimsError(
            f"claim {claim.id}: expected 'reproduced' to rest on reported numbers, found a simulated "
            "record: a claim that only the synthetic cohort meets is never reproduced"
        )
    numbers = f"{', '.join(f'{v:g}' for v in claim.values)} {claim.unit}".strip()
    return Verdict(
        id=claim.id, study=claim.study, quote=claim.quote, sentence=claim.sentence, doi=claim.doi,
        label=finding.label, status=finding.status, reported=claim.text or numbers, quantity=claim.quantity,
        computed=finding.computed, method=finding.method, chapter=claim.chapter,
        keys=finding.keys, because=finding.because, share=finding.share,
    )  # fmt: skip


def visible(claim: Claim, records: Records) -> dict[str, Record]:
    """What a claim's rule sees: its chapter's records by key, every chapter's as "chapter/key"."""
    everywhere = {f"{c}/{key}": r for c, found in records.items() for key, r in found.items()}
    return {**everywhere, **records.get(claim.chapter, {})}


def need(records: Mapping[str, Record], key: str, claim: Claim) -> Record:
    """The record that a rule rests on; `ClaimsError` when the chapter no longer makes it."""
    if key not in records:
        raise ClaimsError(
            f"claim {claim.id}: expected a record {key!r} in {claim.chapter}, found none: "
            "run `make execute`, or correct the rule"
        )
    return records[key]


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
