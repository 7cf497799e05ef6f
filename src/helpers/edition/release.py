"""An edition's records in, what was withheld or coarsened in it, why and by which rule out.

`release.json` and `release.txt` stand in every site of hidden subjects. They hold what the pages
name anyway (keys, parameters, arms) and no number but that of the subjects, as the pages have it. A
count that is small and one that was withheld for the sake of a small one have the same reason, as
on the pages.

The *mark* of the data is a keyed hash of the tables. Its key is a secret of this machine, so that
nobody can try data against it; two editions with the same mark were made of the same data, and that
is all that it tells. It is what a later build is compared with: an edition of data that changed by
a few subjects differs from the last one by these.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from helpers import disclosure, results
from helpers.context import ROOT
from helpers.disclosure import rank_tests, rounding, rules
from helpers.edition.depends import file_digest
from helpers.results import Record
from helpers.study import Study

SECRET = ROOT / ".release-key"
JSON, TEXT = "release.json", "release.txt"
RULES: Mapping[str, str] = {
    "few": "withheld: a count, or what is left of its whole, of fewer patients than the threshold; "
    "or a number that would give one away",
    "single": "withheld: one patient's value, or a statistic of too few patients for its kind",
    "missing": "without its number of patients, which would tell how few were missing",
    "grid": "P of a rank test as a line of a grid",
    "exact": "without the P of a rank test, which is a count in other words",
    "sign": "a share of all patients, not of those who changed, and without its P",
    "cell": "an order statistic as a cell in which as many patients as the threshold lie",
    "rounded": "counts and numbers of patients as multiples of 5",
    "line": "P as the next of 0.001, 0.01, 0.05, 0.2 and 1, and no test statistic, which is the same",
    "step": "in steps of several patients, as what is computed from counts tells of them",
    "made": "withheld: made of counts, it would tell more of them than they do, rounded",
    "digits": "as many digits as the number of patients has, two at least",
}
MADE_OF_COUNTS = (rules.CONTRAST, rules.RATE, rules.AGGREGATE)  # kinds that rounding can withhold
ORDER = "rule", "chapter", "key", "parameter", "visit", "arm", "comparator", "statistic"


def lot(tables: Iterable[Path]) -> str:
    """What decides which way counts are rounded: the tables and the secret; the same for the same."""
    return _keyed("lot", tables)


def _keyed(purpose: str, tables: Iterable[Path]) -> str:
    digests = sorted(file_digest(path) for path in tables)
    message = json.dumps([purpose, digests]).encode()
    return hmac.new(_secret(), message, hashlib.sha256).hexdigest()


def _secret() -> bytes:
    """The machine's secret, made when it is first asked for; only its owner can read it."""
    if not SECRET.is_file():
        part = SECRET.with_name(f"{SECRET.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
        try:
            os.link(part, SECRET)  # another build's, if that was first
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return SECRET.read_bytes()


def record_of(
    study: Study,
    tables: Iterable[Path],
    records: Iterable[Record],
    withheld: Mapping[str, list[str]],
) -> dict[str, Any]:
    """The release record: settings, subjects as shown, mark, one entry a number held back or coarse.

    `withheld`: chapter -> keys, of an n alone with `disclosure.N_ALONE`.
    """
    tables, config = list(tables), study.config
    entries = [
        {"rule": rule, **{name: getattr(r, name) for name in ORDER[1:] if getattr(r, name)}}
        for r in records
        if r.study == study.id
        for rule in _rules(r, withheld.get(r.chapter, ()), config.rounding)
    ]
    return {
        "study": study.id,
        "threshold": config.threshold,
        "rounding": config.rounding,
        "subjects": _subjects(study, tables),
        "mark": _keyed("mark", tables)[:32],
        "rules": {rule: RULES[rule] for rule in RULES if any(e["rule"] == rule for e in entries)},
        "numbers": entries,
    }


def _subjects(study: Study, tables: list[Path]) -> int | None:
    """All subjects, as the pages may have it."""
    n = len(study.adsl)
    if n < study.config.threshold:
        return None
    return rounding.rounded(n, lot(tables)) if study.config.rounding else n


def _rules(record: Record, withheld: Iterable[str], rounded: bool) -> Iterator[str]:
    """The rules by which a record is not all that was computed."""
    of = rules.kind(record.statistic, method=record.method)
    if record.key + disclosure.N_ALONE in withheld:
        yield "missing"
    if rounded:
        yield from _by_rounding(record, of)
    if record.text == rules.FEW:
        yield "few"
    elif record.text == rules.UNSHOWN:
        yield "made" if rounded and of in MADE_OF_COUNTS else "single"
    elif of == rules.RANK_TEST and record.text:
        yield "grid"
    elif record.value is not None:
        yield from _coarsened(record, of)


def _coarsened(record: Record, of: str) -> Iterator[str]:
    """The rules by which a number that is there is coarser than computed, whatever is rounded."""
    if of == rules.QUANTILE:
        yield "cell"
    elif of == rules.SHARE and record.source.endswith(":sign_test"):
        yield "sign"
    elif of in (rules.AGGREGATE, rules.RATE, rules.RESAMPLED) or (
        of == rules.SHARE and not _whole(record.value * (record.n or 0))
    ):
        yield "digits"
    if of in (rules.QUANTILE, rules.AGGREGATE) and rank_tests.is_exact(record):
        yield "exact"


def _by_rounding(record: Record, of: str) -> Iterator[str]:
    """What `rounding` made of a record: of its counts, its P and its value."""
    there = record.value is not None
    if record.n or (there and of in (rules.SUBJECTS, rules.SHARE, rules.CONTRAST)):
        yield "rounded"
    if record.p_value is not None or (there and record.statistic in rounding.P_VALUES):
        yield "line"
    if there and of in (rules.AGGREGATE, rules.RATE, rules.CONTRAST):
        yield "step"


def _whole(count: float) -> bool:
    return abs(count - round(count)) < 1e-6


def as_text(release: Mapping[str, Any]) -> str:
    """The record in words, by rule and chapter."""
    head = (
        f"Release record of {release['study']}. Patients are hidden: groups of fewer than "
        f"{release['threshold']} are not shown"
        + (", counts are multiples of 5" if release["rounding"] else "")
        + f".\nPatients: {release['subjects'] or 'too few to show'}. Mark of the data: {release['mark']}.\n"
    )
    parts = [head]
    for rule, words in release["rules"].items():
        found = [e for e in release["numbers"] if e["rule"] == rule]
        parts.append(f"\n{words[0].upper()}{words[1:]} ({len(found)}; rule {rule!r}):\n")
        for chapter, n in sorted(Counter(e["chapter"] for e in found).items()):
            keys = ", ".join(e["key"] for e in found if e["chapter"] == chapter)
            parts.append(f"  {chapter} ({n}): {keys}\n")
    return "".join(parts)


def warnings(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> list[str]:
    """What whoever has the last edition too could learn from both; empty where there is nothing."""
    if not before or before.get("study") != now["study"]:
        return []
    settings = ("threshold", "rounding")
    if before.get("mark") == now["mark"]:
        if all(before.get(name) == now[name] for name in settings):
            return []
        return [
            "the last edition there was made of the same data with other settings of [disclosure]: "
            "whoever has both knows what either shows; withdraw the last one"
        ]
    one, other = before.get("subjects"), now["subjects"]
    gap = abs(one - other) if isinstance(one, int) and isinstance(other, int) else 0
    return [_few_changed(before, now)] if gap < now["threshold"] else []


def _few_changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    n = before.get("subjects")
    was = "too few patients to show" if n is None else f"{n} patients"
    words = (
        f"the data have changed since the last edition there ({was}, mark "
        f"{str(before.get('mark'))[:8]}), by fewer than {now['threshold']} patients or in their "
        "values: whoever has both editions can subtract them, and what differs is about these few. "
        "Publish one of the two, not both"
    )
    if now["rounding"] and before.get("rounding"):
        return words
    return (
        f"{words}; [disclosure] rounding = true, in both, makes the difference of counts uncertain"
    )


def read(site: Path) -> dict[str, Any] | None:
    """The release record of a site; None where it has none that can be read."""
    try:
        found = json.loads((site / JSON).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def write(
    html: Path, book: Path, study: Study, tables: Iterable[Path], withheld: Mapping[str, list[str]]
) -> dict[str, Any]:
    """Write both files into the pages at `html`, of the executed notebooks at `book`."""
    records = [r for page in results.book_records(book).values() for r in page.values()]
    found = record_of(study, tables, records, withheld)
    text = json.dumps(found, indent=1, ensure_ascii=False)
    (html / JSON).write_text(text + "\n", encoding="utf-8")
    (html / TEXT).write_text(as_text(found), encoding="utf-8")
    return found
