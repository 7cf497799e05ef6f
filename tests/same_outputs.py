"""A pytest plugin over nbval: executed and committed outputs are equal, numbers to eight digits.

Two processors give different last bits. So a number in a chart or in the records of a page (the JSON
outputs of a cell) may differ by `results.TOLERANCE`, relative. All else is compared as nbval does:
texts, names, the number and order of rows and outputs, whole numbers, truth values. Load it with
`-p same_outputs`.
"""

from __future__ import annotations

import math
from copy import deepcopy
from typing import Any

from nbval.plugin import IPyNbCell

from helpers.results import TOLERANCE

strictly = IPyNbCell.compare_outputs


def pytest_configure(config) -> None:
    """Put the comparison in the place of nbval's."""
    IPyNbCell.compare_outputs = compare_outputs


def compare_outputs(cell, found: list, committed: list, skip_compare=None) -> bool:
    """nbval's comparison, after numbers that agree to the tolerance are set to the committed ones.

    nbval itself does not mind the order of outputs of different kinds; the order counts here.
    """
    if _kinds(found) != _kinds(committed):
        cell.comparison_traceback = [
            f"outputs of the kinds {_kinds(found)}, not {_kinds(committed)}"
        ]
        return False
    return strictly(cell, [as_committed(f, c) for f, c in _pairs(found, committed)], committed,
                    skip_compare)  # fmt: skip


def as_committed(found: dict, committed: dict | None) -> dict:
    """The output `found`, its JSON numbers replaced by those of `committed` that they agree with."""
    if committed is None or "data" not in found or "data" not in committed:
        return found
    out = deepcopy(found)
    for mime, value in out["data"].items():
        if mime.endswith("+json") and mime in committed["data"]:
            out["data"][mime] = agreed(value, committed["data"][mime])
    return out


def agreed(found: Any, committed: Any) -> Any:
    """`found` with each number that is within the tolerance of its like in `committed` set to it."""
    if isinstance(found, dict) and isinstance(committed, dict):
        return {k: agreed(v, committed[k]) if k in committed else v for k, v in found.items()}
    if isinstance(found, list) and isinstance(committed, list) and len(found) == len(committed):
        return [agreed(f, c) for f, c in zip(found, committed, strict=True)]
    if type(found) is type(committed) is float:
        return committed if math.isclose(found, committed, rel_tol=TOLERANCE) else found
    return found


def _pairs(found: list, committed: list) -> list[tuple]:
    """Each output found with the committed one at its place (None: there is none)."""
    return [(f, committed[i] if i < len(committed) else None) for i, f in enumerate(found)]


def _kinds(outputs: list) -> list[list[str]]:
    """The formats of each display, in order; streams are joined by nbval and left to it."""
    return [sorted(output["data"]) for output in outputs if "data" in output]
