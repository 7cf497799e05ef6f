"""A study's analyses in, its Analysis Results Data as one Dataset-JSON 1.1 data set out.

One row a number of a record, as in ARS: `RESULT` is unrounded, `RESULTC` as printed. CDISC fixes no
names of columns for such a data set; these are ours, with the ids of ARS beside the words.

Form: CDISC, Dataset-JSON v1.1, https://www.cdisc.org/standards/data-exchange/dataset-json.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from helpers.config import StudyConfig
from helpers.exchange import analyses as grouped
from helpers.exchange.analyses import Analysis, Result
from helpers.results import Record

NAME, LABEL = "ARD", "Analysis Results Data"
# name -> label, type
COLUMNS: dict[str, tuple[str, str]] = {
    "STUDYID": ("Study Identifier", "string"),
    "ANALID": ("Analysis Identifier, as in ARS", "string"),
    "OPERID": ("Operation Identifier, as in ARS", "string"),
    "PAGE": ("Page of the Edition", "string"),
    "RESKEY": ("Key of the Result on its Page", "string"),
    "PARAM": ("Parameter", "string"),
    "AVISIT": ("Visit or Time, as Worded", "string"),
    "ARM": ("Arm or Row, as Worded", "string"),
    "COMPARM": ("Arm Compared With", "string"),
    "METHOD": ("Statistical Method", "string"),
    "STAT": ("Statistic", "string"),
    "ROLE": ("Which Number of the Statistic", "string"),
    "RESULT": ("Result, Unrounded", "double"),
    "RESULTC": ("Result as Printed", "string"),
    "RESULTU": ("Unit of the Result", "string"),
    "SOURCE": ("Reported, Derived, Observed or Simulated", "string"),
    "CODE": ("Function that Gave the Result", "string"),
}
KEYS = ("STUDYID", "PAGE", "RESKEY", "OPERID")
# No clock is read, so that the same results give the same bytes; the forms ask for a date, and this
# one is nobody's: the search for patients' dates stays as sharp as it was.
CREATED = "1800-01-01T00:00:00"


def dataset(
    config: StudyConfig, analyses: Sequence[Analysis], *, label: str = LABEL
) -> dict[str, Any]:
    """The data set as Dataset-JSON: one row a number, in the order of the pages."""
    rows = [
        row(config, analysis, record, result)
        for analysis in analyses
        for record in analysis.records
        for result in grouped.results_of(record)
    ]
    return {
        "datasetJSONCreationDateTime": CREATED,
        "datasetJSONVersion": "1.1.0",
        "studyOID": study_oid(config),
        "metaDataVersionOID": metadata_oid(config),
        "metaDataRef": "define.xml",
        "itemGroupOID": f"IG.{NAME}",
        "records": len(rows),
        "name": NAME,
        "label": label,
        "columns": [_column(name) for name in COLUMNS],
        "rows": rows,
    }


def study_oid(config: StudyConfig) -> str:
    """The study's identifier, here and in Define-XML."""
    return f"ST.{config.id}"


def metadata_oid(config: StudyConfig) -> str:
    """The identifier of its metadata, here and in Define-XML."""
    return f"MDV.{config.id}"


def row(config: StudyConfig, analysis: Analysis, record: Record, result: Result) -> list[Any]:
    """One number as the values of COLUMNS; null where there is none, "" where nothing is said."""
    value = int(result.raw) if result.role == "n" and result.raw is not None else result.raw
    return [
        record.study or config.id, analysis.id, grouped.operation_id(record, result.role),
        analysis.page, record.key, record.parameter, record.visit, record.arm, record.comparator,
        record.method, record.statistic, grouped.operation_name(record, result.role),
        value, result.shown, record.unit, record.label, record.source,
    ]  # fmt: skip


def _column(name: str) -> dict[str, Any]:
    label, kind = COLUMNS[name]
    key = {"keySequence": KEYS.index(name) + 1} if name in KEYS else {}
    return {"itemOID": f"IT.{NAME}.{name}", "name": name, "label": label, "dataType": kind, **key}
