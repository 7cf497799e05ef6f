"""Raw tables and `study.toml` in, a list of `Problem`s out: what one table alone cannot show.

Duplicates, orphans, arms, parameters and visits that do not meet. Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from helpers.config import StudyConfig
from helpers.errors import Problem
from helpers.schema import is_blank, numbers, rows_as_problems, text

KEYS = {
    "adsl": ["USUBJID"],
    "adlb": ["USUBJID", "PARAMCD", "AVISITN"],
    "adtte": ["USUBJID", "PARAMCD"],
}


def check_relations(
    config: StudyConfig,
    tables: Mapping[str, pd.DataFrame],
    files: Mapping[str, str],
    broken: Collection[str] = (),
) -> list[Problem]:
    """Duplicates, orphans, unknown arms and parameters: what one table alone cannot show.

    `broken` names tables that are there but could not be used; nothing is concluded from them.
    """
    out: list[Problem] = []
    known = set(text(tables["adsl"]["USUBJID"]))
    for name, frame in tables.items():
        keys = KEYS.get(name)
        if keys:
            out += _duplicates(frame, keys, files[name])
        if name != "adsl":
            subjects = text(frame["USUBJID"])
            orphan = ~subjects.isin(known) & (subjects != "")
            out += rows_as_problems(
                files[name],
                "USUBJID",
                "subject without a row in adsl",
                "a USUBJID of adsl",
                "add the subject to adsl or remove the row",
                np.flatnonzero(orphan),
                subjects[orphan],
            )
    return (
        out
        + _arms(config, tables["adsl"], files["adsl"])
        + _parameters(config, tables, files, broken)
    )


def _duplicates(frame: pd.DataFrame, keys: list[str], file: str) -> list[Problem]:
    plain = pd.DataFrame({key: text(frame[key]) for key in keys})
    again = plain.duplicated(keep="first") & (plain != "").all(axis=1)
    found = plain[again].agg(" × ".join, axis=1) if again.any() else []
    rule = f"duplicate {' × '.join(keys)}"
    do = "keep one row (choose it by the visit window)" if len(keys) > 1 else "keep one row"
    return rows_as_problems(file, keys[0], rule, "each once", do, np.flatnonzero(again), found)


def _arms(config: StudyConfig, adsl: pd.DataFrame, file: str) -> list[Problem]:
    values = text(adsl["TRT01A"])
    wanted = [arm.value for arm in config.arms]
    stray = ~values.isin(wanted) & (values != "")
    out = rows_as_problems(
        file,
        "TRT01A",
        "treatment without an arm in study.toml",
        " or ".join(map(repr, wanted)),
        "spell it like the arm, or add an [[arms]] block",
        np.flatnonzero(stray),
        values[stray],
    )
    for arm in wanted:
        if not (values == arm).any():
            found = ", ".join(map(repr, sorted(set(values)))) or "nothing"
            out.append(
                Problem(
                    "study.toml",
                    "arms",
                    "arm without a subject",
                    f"a subject with {arm!r}",
                    found,
                    "spell value = as TRT01A does",
                )
            )
    return out


def _parameters(config, tables, files, broken) -> list[Problem]:
    out = []
    for kind, name in (("parameters", "adlb"), ("endpoints", "adtte")):
        if name in broken:
            continue  # its own fault is reported; these would only follow from it
        present = set(text(tables[name]["PARAMCD"])) if name in tables else set()
        for role, item in getattr(config, kind).items():
            if item.paramcd not in present:
                found = ", ".join(sorted(present)) if name in tables else f"no {name} table"
                out.append(
                    Problem(
                        "study.toml",
                        f"{kind}.{role}",
                        "parameter without rows",
                        f"rows with PARAMCD {item.paramcd!r} in {name}",
                        found,
                        "correct paramcd or remove the block",
                    )
                )
    if "adlb" in tables:
        out += _visits(config, tables["adlb"], files["adlb"])
        out += _plausible(config, tables["adlb"], files["adlb"])
    return out


def _visits(config: StudyConfig, adlb: pd.DataFrame, file: str) -> list[Problem]:
    """The visits that study.toml names must be in the data; rows without a visit are not used."""
    visits = numbers(adlb["AVISITN"])
    have = sorted(visits.dropna().unique().tolist())
    out = []
    for key in ("baseline", "main"):
        wanted = getattr(config.visits, key)
        if wanted is not None and config.parameters and wanted not in have:
            found = ", ".join(f"{v:g}" for v in have[:20])
            out.append(
                Problem(
                    "study.toml",
                    f"visits.{key}",
                    "visit without rows",
                    f"AVISITN {wanted:g} in {file}",
                    found,
                    "use a visit of the data",
                )
            )
    rows = np.flatnonzero(visits.isna() & is_blank(adlb["AVISITN"]))
    return out + rows_as_problems(
        file,
        "AVISITN",
        "row without a visit",
        "a visit number",
        "it is not used; fill it in to use it",
        rows,
        [""] * len(rows),
        "warning",
    )


def _plausible(config: StudyConfig, adlb: pd.DataFrame, file: str) -> list[Problem]:
    codes, values = text(adlb["PARAMCD"]), numbers(adlb["AVAL"])
    out = []
    for item in config.parameters.values():
        if item.range is None:
            continue
        low, high = item.range
        odd = (codes == item.paramcd) & values.notna() & ~values.between(low, high)
        out += rows_as_problems(
            file,
            "AVAL",
            f"implausible {item.label}",
            f"{low:g} to {high:g} {item.unit}",
            "check unit and digits; widen range in study.toml if it is right",
            np.flatnonzero(odd),
            values[odd],
            "warning",
        )
    return out + _changes(adlb, values, file)


def _changes(adlb: pd.DataFrame, values: pd.Series, file: str) -> list[Problem]:
    if not {"BASE", "CHG"} <= set(adlb.columns):
        return []
    change, base = numbers(adlb["CHG"]), numbers(adlb["BASE"])
    tolerance = 1e-6 * values.abs().clip(lower=1) + 1e-9
    wrong = ((values - base) - change).abs() > tolerance
    found = [f"{c:g}, where {a:g} - {b:g} = {a - b:g}" for c, a, b in
             zip(change[wrong], values[wrong], base[wrong], strict=True)]  # fmt: skip
    return rows_as_problems(
        file,
        "CHG",
        "CHG is not AVAL minus BASE",
        "AVAL - BASE",
        "recompute CHG",
        np.flatnonzero(wrong),
        found,
    )
