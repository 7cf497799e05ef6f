"""A page's table and its records in, the table as it stands in a report out: with whom it is about.

Every number is the page's own. Beside a Kaplan-Meier estimate stand the numbers at risk that the
same page has recorded, where they may be shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from helpers.config import StudyConfig
from helpers.exchange.rtf import Document, Grid
from helpers.present.markup import MEANING
from helpers.present.text import record_text
from helpers.results import LABELS, Record

AT_RISK = "number at risk"
FROM_A_CURVE = ("survival", "cumulative incidence")
ROUNDING = "Rounded once, from the unrounded number; ties away from zero."


def document(
    config: StudyConfig, table: Mapping[str, Any], records: Mapping[str, Record], *, note: str = ""
) -> Document:
    """The document of one `table` of `present.items.TABLES`, of a page with these `records`.

    `note`: a warning that it must carry.
    """
    shown = [records[key] for key in table["keys"]]
    title = f"Table {table['number']}. {table['title']}"
    grids = [Grid(table["rows"]), *_at_risk(shown, records.values())]
    return Document((config.title, title), population(config, shown), grids,
                    tuple(filter(None, (note, *_footnotes(table, shown)))))  # fmt: skip


def population(config: StudyConfig, records: Sequence[Record]) -> str:
    """Who is in a table: the subjects of the study's arms, and how many its numbers rest on.

    Records of no study ("how many patients exclude a risk of 1%?") are about nobody.
    """
    own = [record for record in records if record.study]
    if records and not own:
        return "Population: none; these numbers are about no subjects of the study"
    who = f"Population: all subjects in an arm ({', '.join(arm.label for arm in config.arms)})"
    who += f"; of these {said}" if (said := config.populations.words()) else ""
    sizes = sorted({record.n for record in own if record.n})
    if not sizes:
        return who
    size = (
        f"{sizes[0]:,}"
        if len(sizes) == 1
        else f"{sizes[0]:,} to {sizes[-1]:,}, as the rows have it"
    )
    return f"{who}; n = {size}"


def _at_risk(shown: Sequence[Record], page: Iterable[Record]) -> list[Grid]:
    """Arms by times with the numbers at risk, for each endpoint whose curve the table shows."""
    curves = {(r.parameter, r.arm) for r in shown if r.statistic in FROM_A_CURVE}
    known = [r for r in page if r.statistic == AT_RISK and (r.parameter, r.arm) in curves]
    if not known or any(r.statistic == AT_RISK for r in shown):
        return []
    out = []
    for parameter in dict.fromkeys(r.parameter for r in known):
        own = {(r.arm, r.visit): r for r in known if r.parameter == parameter}
        times = list(dict.fromkeys(visit for _, visit in own))
        rows = [
            [arm, *(record_text(own[arm, t], "bare") if (arm, t) in own else "" for t in times)]
            for arm in dict.fromkeys(arm for arm, _ in own)
        ]
        out.append(Grid([[f"Number at risk, {parameter}", *times], *rows]))
    return out


def _footnotes(table: Mapping[str, Any], records: Sequence[Record]) -> list[str]:
    labels = [label for label in LABELS if label in table["label"].split()]
    methods = list(dict.fromkeys(r.method for r in records if r.method))
    return [
        *(MEANING[label][:1].upper() + MEANING[label][1:] + "." for label in labels),
        *([f"Methods: {', '.join(methods)}."] if methods else []),
        ROUNDING,
        f"Source: {table['page']}.html#{table['anchor']}.",
    ]
