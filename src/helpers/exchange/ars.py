"""A study's analyses in, its reporting event as CDISC Analysis Results Standard v1 out (a JSON object).

Model: CDISC, Analysis Results Standard v1.0, https://www.cdisc.org/standards/foundational/
analysis-results-standard. A number of a record is the result of one operation of a method, for the
groups that the record names. What the records do not say is not guessed: purpose and reason are
terms of our own that say so, and visits and rows are groups as the page words them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from helpers.config import StudyConfig
from helpers.exchange import analyses as grouped
from helpers.exchange.analyses import ROLES, Analysis
from helpers.present.markup import slug
from helpers.results import Record

SET, ARM, REFERENCE, VISIT, ROW = "AS.ALL", "GF.ARM", "GF.REFERENCE", "GF.VISIT", "GF.ROW"
WORDED = {VISIT: "Visit or time", ROW: "Row"}  # groups that are words of a page
REASON, PURPOSE = "TERM.REASON", "TERM.PURPOSE"
ADSL, TREATMENT = "ADSL", "TRT01A"
Table = Mapping[str, Any]  # of present.items.TABLES


def reporting_event(
    config: StudyConfig, analyses: Sequence[Analysis], tables: Sequence[Table], *, about: str
) -> dict[str, Any]:
    """The reporting event of a study: `analyses` with their results, the `tables` that show them.

    `about` is its description.
    """
    return {
        "name": f"{config.short}, re-analysed",
        "id": f"RE.{slug(config.id)}",
        "version": 1,
        "label": config.title,
        "description": about,
        "mainListOfContents": _contents(analyses, tables),
        "terminologyExtensions": _terms(),
        "analysisSets": [_everybody(config)],
        "dataSubsets": _subsets(config),
        "analysisGroupings": [_arms(config, ARM, "Treatment arm"),
                              _arms(config, REFERENCE, "Arm that is compared with")],
        "dataGroupings": [{"name": f"{name}, as the page words it", "id": grouping, "dataDriven": True}
                          for grouping, name in WORDED.items()],
        "methods": _methods(analyses),
        "analyses": [_analysis(config, each) for each in analyses],
        "outputs": [_output(table) for table in tables],
    }  # fmt: skip


def _condition(dataset: str, variable: str, values: Sequence[str]) -> dict[str, Any]:
    comparator = "EQ" if len(values) == 1 else "IN"
    return {
        "dataset": dataset,
        "variable": variable,
        "comparator": comparator,
        "value": list(values),
    }


def _treatment(config: StudyConfig) -> str:
    """The column of adsl that names the arm, as the study's own file calls it."""
    return config.columns.get("adsl", {}).get(TREATMENT, TREATMENT)


def _everybody(config: StudyConfig) -> dict[str, Any]:
    values = [value for arm in config.arms for value in arm.values]
    of_these = f"; of these {said}" if (said := config.populations.words()) else ""
    return {"name": f"All subjects in an arm{of_these}", "id": SET, "level": 1, "order": 1,
            "condition": _condition(ADSL, _treatment(config), values)}  # fmt: skip


def _arms(config: StudyConfig, grouping: str, name: str) -> dict[str, Any]:
    groups = [
        {"name": arm.label, "id": f"{grouping}.{i}", "level": 1, "order": i,
         "condition": _condition(ADSL, _treatment(config), arm.values)}
        for i, arm in enumerate(config.arms, 1)
    ]  # fmt: skip
    return {"name": name, "id": grouping, "dataDriven": False, "groupingDataset": ADSL,
            "groupingVariable": _treatment(config), "groups": groups}  # fmt: skip


def _measured(config: StudyConfig) -> dict[str, tuple[str, str]]:
    """Label of a parameter or endpoint -> its table and parameter code."""
    known = {p.label: ("ADLB", p.paramcd) for p in config.parameters.values()}
    return known | {e.label: ("ADTTE", e.paramcd) for e in config.endpoints.values()}


def measured(config: StudyConfig, parameter: str) -> tuple[str, str]:
    """Table and code of what a record's parameter is about, by the longest label that begins it.

    "CD4+ T cells: change missing" is about CD4+ T cells; two empty texts where no label does.
    """
    known = _measured(config)
    begin = [label for label in known if parameter.startswith(label)]
    fitting = [label for label in begin if parameter[len(label) :][:1] in ("", " ", ",", ":")]
    return known[max(fitting, key=len)] if fitting else ("", "")


def _subsets(config: StudyConfig) -> list[dict[str, Any]]:
    return [
        {"name": label, "id": f"DS.{table}.{code}", "level": 1, "order": i,
         "condition": _condition(table, "PARAMCD", [code])}
        for i, (label, (table, code)) in enumerate(_measured(config).items(), 1)
    ]  # fmt: skip


def _terms() -> list[dict[str, Any]]:
    terms = {
        "AnalysisReasonEnum": (REASON, "FOLLOWS FROM SETTINGS", "The analysis follows from the "
                               "study's tables and study.toml; the files do not say whether a "
                               "protocol or a plan specified it."),
        "AnalysisPurposeEnum": (PURPOSE, "NOT STATED", "study.toml ranks no outcome."),
    }  # fmt: skip
    return [
        {"id": f"TE.{name}", "enumeration": name,
         "sponsorTerms": [{"id": term, "submissionValue": value, "description": words}]}
        for name, (term, value, words) in terms.items()
    ]  # fmt: skip


def _methods(analyses: Sequence[Analysis]) -> list[dict[str, Any]]:
    """Each method with the operations that any of its records has."""
    found: dict[str, dict[str, Record]] = {}
    for record in (r for each in analyses for r in each.records):
        operations = found.setdefault(grouped.method_id(record), {})
        for result in grouped.results_of(record):
            operations.setdefault(result.role, record)
    return [_method(name, operations) for name, operations in found.items() if operations]


def _method(name: str, operations: Mapping[str, Record]) -> dict[str, Any]:
    known = next(iter(operations.values()))
    listed = [role for role in ROLES if role in operations]
    return {
        "name": ": ".join(filter(None, (known.method, known.statistic))) or "value",
        "id": name,
        "operations": [
            {
                "name": grouped.operation_name(operations[role], role),
                "id": f"{name}.{role}",
                "order": i,
            }
            for i, role in enumerate(listed, 1)
        ],
    }


def _analysis(config: StudyConfig, analysis: Analysis) -> dict[str, Any]:
    first = analysis.first
    used = dict.fromkeys(part["groupingId"] for r in analysis.records for part in groups(config, r))
    unit = f"; in {first.unit}" if first.unit else ""
    return {
        "name": analysis.title,
        "id": analysis.id,
        "description": f"page {analysis.page}, name {analysis.name}; {first.label}{unit}",
        "reason": {"sponsorTermId": REASON},
        "purpose": {"sponsorTermId": PURPOSE},
        "methodId": analysis.method,
        **_data(config, first),
        "orderedGroupings": [{"order": i, "groupingId": name, "resultsByGroup": True}
                             for i, name in enumerate(used, 1)],
        **_code(first),
        "results": [_result(config, record, result) for record in analysis.records
                    for result in grouped.results_of(record)],
    }  # fmt: skip


def _data(config: StudyConfig, record: Record) -> dict[str, str]:
    """Whose data an analysis takes, and which, as far as the record says it."""
    dataset, code = measured(config, record.parameter)
    subjects = {"analysisSetId": SET} if record.study else {}
    if not dataset:
        return subjects
    return {
        **subjects,
        "dataset": dataset,
        "variable": "AVAL",
        "dataSubsetId": f"DS.{dataset}.{code}",
    }


def _code(record: Record) -> dict[str, Any]:
    if not record.source:
        return {}
    return {"programmingCode": {"context": "Python, package helpers", "code": record.source}}


def _result(config: StudyConfig, record: Record, result: grouped.Result) -> dict[str, Any]:
    raw = {} if result.raw is None else {"rawValue": raw_text(result)}
    return {"operationId": grouped.operation_id(record, result.role),
            "resultGroups": groups(config, record), **raw, "formattedValue": result.shown}  # fmt: skip


def raw_text(result: grouped.Result) -> str:
    """The unrounded number as text, from which it is read back bit by bit."""
    return str(int(result.raw)) if result.role == "n" else repr(result.raw)


def groups(config: StudyConfig, record: Record) -> list[dict[str, str]]:
    """The groups that a record is about: arms of the study by id, all else as the page words it."""
    labels = [arm.label for arm in config.arms]
    out = []
    for grouping, value in ((ARM, record.arm), (REFERENCE, record.comparator)):
        if value in labels:
            place = labels.index(value) + 1
            out.append({"groupingId": grouping, "groupId": f"{grouping}.{place}"})
    rows = [x for x in (record.arm, record.comparator) if x and x not in labels]
    if rows:
        out.append({"groupingId": ROW, "groupValue": " against ".join(rows)})
    if record.visit:
        out.append({"groupingId": VISIT, "groupValue": record.visit})
    return out


def _output(table: Table) -> dict[str, Any]:
    name = f"Table {table['number']}"
    parts = [("Title", f"{name}. {table['title']}"), ("Footnote", f"Numbers: {table['label']}.")]
    sections = [
        {"sectionType": kind, "orderedSubSections": [
            {"order": 1, "subSection": {"id": f"{_output_id(table)}.{kind}", "text": text}}]}
        for kind, text in parts if table["label"] or kind == "Title"
    ]  # fmt: skip
    display = {"name": name, "id": f"{_output_id(table)}.display", "version": 1,
               "displayTitle": table["title"], "displaySections": sections}  # fmt: skip
    file = {"name": f"{name} as RTF", "fileType": {"controlledTerm": "rtf"},
            "location": f"../../{table['rtf']}"}  # fmt: skip
    return {"name": name, "id": _output_id(table), "version": 1,
            "displays": [{"order": 1, "display": display}], "fileSpecifications": [file]}  # fmt: skip


def _output_id(table: Table) -> str:
    return f"OUT.{table['page'].rpartition('/')[2]}.{table['anchor']}"


def _contents(analyses: Sequence[Analysis], tables: Sequence[Table]) -> dict[str, Any]:
    """Pages, within them their tables with the analyses shown, then the analyses in no table."""
    pages = []
    for page in dict.fromkeys(each.page for each in analyses):
        own = [each for each in analyses if each.page == page]
        shown: list[dict[str, Any]] = []
        listed: set[str] = set()
        for table in (t for t in tables if t["page"].rpartition("/")[2] == page):
            inside = [each for each in own if any(r.key in table["keys"] for r in each.records)]
            listed |= {each.id for each in inside}
            item = _item(
                f"Table {table['number']}. {table['title']}", 2, outputId=_output_id(table)
            )
            shown.append(item | _sublist([_item(e.title, 3, analysisId=e.id) for e in inside]))
        shown += [_item(each.title, 2, analysisId=each.id) for each in own if each.id not in listed]
        pages.append(_item(page, 1) | _sublist(shown))
    return {"name": "Analyses by page", "contentsList": {"listItems": _ordered(pages)}}


def _item(name: str, level: int, **reference: str) -> dict[str, Any]:
    return {"name": name, "level": level, "order": 1, **reference}


def _sublist(items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"sublist": {"listItems": _ordered(items)}} if items else {}


def _ordered(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**item, "order": i} for i, item in enumerate(items, 1)]
