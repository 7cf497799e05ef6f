"""The path of a report folder in, a typed `Report` or one error with every fault out; no verdict."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from helpers.audit import coherence, forms
from helpers.audit.curve_files import check_curves
from helpers.audit.field_forms import MOST
from helpers.audit.fields import FILE, Faults, as_written, typed, unknown
from helpers.audit.model import (
    DESIGNS,
    KINDS,
    STATEMENT_KINDS,
    Arm,
    Report,
    Result,
    Statement,
    Trial,
)
from helpers.audit.places import placed
from helpers.audit.quoted import check_quotes
from helpers.audit.readings import read_readings
from helpers.errors import ReportError, ReportsError
from helpers.printable import has_control
from helpers.text_file import read_text, read_toml

TABLES = ("report", "trial", "arm", "result", "statement", "readings")
OF_STATEMENT = ("id", "kind", "rests_on", "arms", "sentence", "quote", "note")
MARGIN = ("margin", "end")  # of a statement that an arm is not inferior, or as good
SIGNS = (".", ",")  # between whole and decimal digits
ABOUT = ("id", "title", "doi", "pmid", "looked_up")


def load_report(folder: Path | str) -> Report:
    """Return the report of `folder`, a folder with report.toml (or the path of that file).

    Printed numbers stay text. Raises `ReportError` that names every fault at once: unknown kinds
    and arms, numbers that are not text, more patients than enrolled, percentages above 100,
    quotations that are not in abstract.txt, and so on.
    """
    folder = Path(folder)
    folder = folder.parent if folder.name == FILE else folder
    (content, text), faults = _toml(folder), Faults()
    content = _decimals(content, faults)
    _check_texts(content, "", faults)
    for name in content:
        if name not in TABLES:
            unknown(name, TABLES, name, faults)
    arms = _arms(_tables(content, "arm", faults), faults)
    trial = _trial(_table(content, "trial", faults), faults)
    coherence.check_arms(arms, trial, faults)
    printed = _tables(content, "result", faults)
    results = _results(printed, arms, trial, faults)
    statements = _statements(_tables(content, "statement", faults), arms, faults)
    names = {str(item.get("id")): None for item in printed} | {r.id: r for r in results}
    for statement in statements:
        coherence.check_statement(statement, names, f"statement {statement.id}", faults)
    coherence.check_references(results, faults)
    check_curves(results, folder, faults)
    check_quotes([*results, *statements], folder, faults)
    readings = read_readings(_table(content, "readings", faults), faults)
    about = _about(_table(content, "report", faults), folder, faults)
    problems = placed(faults.problems, text, content)
    if any(problem.severity == "error" for problem in problems):
        raise ReportError(str(folder), problems)
    warnings = tuple(problems)
    return Report(**about, trial=trial, arms=arms, results=results, statements=statements,
                  readings=readings, folder=folder, warnings=warnings)  # fmt: skip


def load_reports(folders: Iterable[Path | str]) -> list[Report]:
    """Return the reports of several folders. Raises one `ReportError` with the faults of all."""
    found, faulty = [], []
    for folder in folders:
        try:
            found.append(load_report(folder))
        except ReportError as error:
            faulty.append(error)
    if len(faulty) == 1:
        raise faulty[0]
    if faulty:
        raise ReportsError(faulty)
    return found


def _toml(folder: Path) -> tuple[dict[str, Any], str]:
    do = "python -m helpers report FOLDER writes one to start from"
    content, fault = read_toml(folder / FILE, missing=do)
    if content is None:
        raise ReportError(str(folder), [fault])
    return content, read_text(folder / FILE, "")[0] or ""


def _decimals(content: dict[str, Any], faults: Faults) -> dict[str, Any]:
    """Return the content of report.toml with decimal points where [report] says decimal = ","."""
    about = content.get("report")
    if not isinstance(about, dict) or "decimal" not in about:
        return content
    if about["decimal"] not in SIGNS:
        faults.add(
            "report.decimal", "no decimal sign", '"." or ","', about["decimal"], "correct it"
        )
    rest = {**content, "report": {name: v for name, v in about.items() if name != "decimal"}}
    results = content.get("result")
    if about["decimal"] != "," or not isinstance(results, list):
        return rest
    return {**rest, "result": [forms.with_points(item) for item in results]}


def _check_texts(value: Any, where: str, faults: Faults) -> None:
    """Report texts with control characters, which no terminal and no page may get; lines may break."""
    if isinstance(value, str) and has_control(value.replace("\n", "").replace("\t", "")):
        faults.add(
            where, "unprintable text", "plain text", as_written(value), "leave such characters out"
        )
    items = value.items() if isinstance(value, dict) else ()
    for key, item in enumerate(value, 1) if isinstance(value, list) else items:
        _check_texts(item, f"{where}.{key}" if where else str(key), faults)


def _table(content: dict, name: str, faults: Faults) -> dict[str, Any]:
    value = content.get(name, {})
    if isinstance(value, dict):
        return value
    faults.add(name, "no table", f"[{name}]", as_written(value), "write it as one table")
    return {}


def _tables(content: dict, name: str, faults: Faults) -> list[dict[str, Any]]:
    value = content.get(name, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        faults.add(name, "no list of tables", f"[[{name}]]", as_written(value),
                   "write each in double brackets")  # fmt: skip
        return []
    if not value and name in ("arm", "result") and f"{name}s" not in content:
        faults.add(name, "nothing to audit", f"at least one [[{name}]]", "none", "add one")
    return value


def _text(item: dict, name: str, where: str, faults: Faults) -> str:
    value = item.get(name, "")
    if isinstance(value, str):
        return value
    if name in ("looked_up", "follow_up") and not isinstance(value, list | dict):
        return str(value)
    faults.add(
        f"{where}.{name}", "not text", "text", as_written(value), "put it in quotation marks"
    )
    return ""


def _about(item: dict, folder: Path, faults: Faults) -> dict[str, str]:
    for name in item:
        if name not in ABOUT:
            unknown(name, ABOUT, f"report.{name}", faults)
    about = {name: _text(item, name, "report", faults) for name in ABOUT}
    return {**about, "id": about["id"] or folder.resolve().name}


def _trial(item: dict, faults: Faults) -> Trial:
    known = ("design", "enrolled", "follow_up")
    for name in item:
        if name not in known:
            unknown(name, known, f"trial.{name}", faults)
    design = _text(item, "design", "trial", faults)
    if design and design not in DESIGNS:
        faults.add("trial.design", "an unknown design", " or ".join(DESIGNS), design,
                   "take one of these or leave it out: read as randomised", severity="warning")  # fmt: skip
    enrolled = _size(item.get("enrolled"), "trial.enrolled", faults)
    return Trial(design, enrolled, _text(item, "follow_up", "trial", faults))


def _size(value: Any, where: str, faults: Faults) -> int | None:
    if value is None or (type(value) is int and 1 <= value <= MOST):
        return value
    do = "correct it, or leave it out where it is not printed"
    if isinstance(value, str) and value.replace(",", "").strip().isdecimal():
        do = f"write it without quotation marks: {int(value.replace(',', ''))}"
    faults.add(
        where, "no number of patients", f"a whole number from 1 to {MOST:,}", as_written(value), do
    )
    return None


def _id(item: dict, kind: str, number: int, faults: Faults) -> str:
    value = item.get("id")
    if isinstance(value, str) and value.strip():
        return value
    do = 'add id = "..."' if value is None else "put a name in quotation marks"
    faults.add(f"{kind} {number}.id", "no id", "a short name", as_written(value), do)
    return f"{kind} {number}"


def _arms(items: list[dict], faults: Faults) -> tuple[Arm, ...]:
    out, known = [], ("id", "label", "n", "reference", "total")
    for number, item in enumerate(items, start=1):
        name = _id(item, "arm", number, faults)
        for field in item:
            if field not in known:
                unknown(field, known, f"arm {name}.{field}", faults)
        marks = {mark: item.get(mark, False) for mark in ("reference", "total")}
        for mark, value in marks.items():
            if not isinstance(value, bool):
                faults.add(
                    f"arm {name}.{mark}", "not yes or no", "true or false", value, "correct it"
                )
        n = _size(item.get("n"), f"arm {name}.n", faults)
        label = _text(item, "label", f"arm {name}", faults)
        out.append(Arm(name, label or name, n, **{mark: v is True for mark, v in marks.items()}))
    coherence.check_ids("arm", [arm.id for arm in out], faults)
    return tuple(out)


def _named(item: dict, arms: tuple[Arm, ...], where: str, faults: Faults) -> tuple[str, ...]:
    """Return the arms that a table names, all of them where it names none, known or not."""
    names = item.get("arms", [arm.id for arm in arms])
    names = [names] if isinstance(names, str) else names
    known = [arm.id for arm in arms]
    none = "arms" in item and not names
    if not isinstance(names, list) or none or not all(name in known for name in names):
        faults.add(f"{where}.arms", "an unknown arm", ", ".join(known) or "an [[arm]]",
                   as_written(names), "name arms by their id")  # fmt: skip
        return tuple(map(str, names)) if isinstance(names, list) else tuple(known)
    if len(set(names)) != len(names):
        faults.add(f"{where}.arms", "an arm named twice", "each arm once", names, "correct it")
    return tuple(names)


def _kind(item: dict, kinds: tuple[str, ...], where: str, faults: Faults) -> str | None:
    if item.get("kind") in kinds:
        return item["kind"]
    said = str(item.get("kind")).strip().lower()
    near = difflib.get_close_matches(said, kinds, n=1, cutoff=0.6) if "kind" in item else []
    do = f"did you mean {near[0]!r}?" if near else "take one of these"
    faults.add(
        f"{where}.kind", "an unknown kind", ", ".join(kinds), as_written(item.get("kind")), do
    )
    return None


def _results(
    items: list[dict], arms: tuple[Arm, ...], trial: Trial, faults: Faults
) -> tuple[Result, ...]:
    out, by_id = [], {arm.id: arm for arm in arms}
    for number, item in enumerate(items, start=1):
        name = _id(item, "result", number, faults)
        where = f"result {name}"
        kind, named = _kind(item, KINDS, where, faults), _named(item, arms, where, faults)
        fields = typed(item, kind, where, len(named), faults)
        result = Result(id=name, kind=kind or "", arms=named, **fields)
        if set(named) <= set(by_id):
            coherence.check_result(result, by_id, trial, where, faults)
        out.append(result)
    names = [str(item.get("id")) for item in items if item.get("id")]
    coherence.check_ids("result", names, faults)
    return tuple(out)


def _statements(items: list[dict], arms: tuple[Arm, ...], faults: Faults) -> tuple[Statement, ...]:
    out = []
    for number, item in enumerate(items, start=1):
        name = _id(item, "statement", number, faults)
        where = f"statement {name}"
        kind, named = _kind(item, STATEMENT_KINDS, where, faults), _named(item, arms, where, faults)
        more = MARGIN if kind in ("non-inferior", "equivalent") else ()
        for field in item:
            if field not in (*OF_STATEMENT, *more):
                unknown(field, (*OF_STATEMENT, *more), f"{where}.{field}", faults)
        rests = item.get("rests_on", [])
        rests = [rests] if isinstance(rests, str) else rests
        if not isinstance(rests, list):
            faults.add(f"{where}.rests_on", "no list of results", "ids of results", as_written(rests),
                       'write it as ["id", "id"]')  # fmt: skip
            rests = []
        sentence = _size(item.get("sentence"), f"{where}.sentence", faults)
        texts = {part: _text(item, part, where, faults) for part in ("quote", "note", *more)}
        out.append(Statement(name, kind or "", tuple(map(str, rests)), named, sentence, **texts))
    coherence.check_ids("statement", [statement.id for statement in out], faults)
    return tuple(out)
