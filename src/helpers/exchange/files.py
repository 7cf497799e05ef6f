"""A built site, its records and studies in, the files of `exchange` within the site out."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers import results
from helpers.config import StudyConfig
from helpers.exchange import ard, ars, define, rtf, table_rtf
from helpers.exchange.analyses import analyses_of
from helpers.present import items, markup
from helpers.results import Record

FOLDER = "cdisc"
ABOUT = (
    "All results of the analyses of this study in an edition of the book, as its pages show them. "
    "A number that its pages withhold is withheld here; its words stand in its place."
)


@dataclass(frozen=True)
class Shown:
    """A study as a site shows it: its pages stand in studies/`folder`, its tables have these `columns`.

    `note`: a warning that every file must carry ("" for none).
    """

    folder: str
    config: StudyConfig
    columns: define.Columns
    note: str = ""


def write(book: Path, site: Path, studies: Iterable[Shown]) -> int:
    """Write the files of each study into the built `site`; returns how many.

    `book` holds the executed notebooks; beside `site` lies what `present.items` wrote of its tables.
    """
    tables = json.loads((site.parent / items.TABLES).read_text(encoding="utf-8"))
    found = results.book_records(book, lambda page: page.startswith("studies/"))
    written = 0
    for study in studies:
        pages = {n: r for n, r in found.items() if n.split("/")[1] == study.folder}
        texts = study_files(study, pages, [t for t in tables if t["page"] in pages])
        for path, text in texts.items():
            target = site / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        written += len(texts)
    return written


def study_files(
    study: Shown, pages: Mapping[str, Mapping[str, Record]], tables: Iterable[Mapping[str, Any]]
) -> dict[str, str]:
    """Path within the site -> text, of one study's `pages` (name -> its records) and their tables."""
    config = study.config
    tables = [_with_keys(table, pages[table["page"]]) for table in tables if table["rtf"]]
    analyses = analyses_of(record for page in pages.values() for record in page.values())
    about = " ".join(filter(None, (study.note, ABOUT)))
    label = " ".join(filter(None, (ard.LABEL, study.note and f"({study.note})")))
    folder = f"{FOLDER}/{study.folder}"
    documents = {t["rtf"]: table_rtf.document(config, t, pages[t["page"]], note=study.note)
                 for t in tables}  # fmt: skip
    return {
        f"{folder}/ars.json": _json(ars.reporting_event(config, analyses, tables, about=about)),
        f"{folder}/ard.json": _json(ard.dataset(config, analyses, label=label)),
        f"{folder}/define.xml": define.text(config, study.columns, note=study.note),
        **{path: rtf.text(document) for path, document in documents.items()},
    }


def _with_keys(table: Mapping[str, Any], records: Mapping[str, Record]) -> dict[str, Any]:
    """The table with the keys of the records that its cells link to."""
    keys = {markup.anchor("n", key): key for key in records}
    return {**table, "keys": [keys[a] for a in table["records"] if a in keys]}


def _json(content: object) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
