"""Tables in, planned responses of `study.toml` that these tables cannot tell out."""

from __future__ import annotations

import math
from collections.abc import Iterator

from helpers.config import Parameter
from helpers.config_responses import Response
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import parse_unit
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB


@rule(
    "response at a visit without values",
    "error",
    "study.responses",
    expected="an AVISITN at which the parameter has values",
    do="use a visit of the parameter",
    needs=LAB,
)
def no_visit(tables: Tables) -> Iterator[Hits]:
    """A planned response is judged at a visit at which its parameter has no value."""
    codes = [p.paramcd for p in tables.parameters]
    lab = tables.lab[tables.lab["AVAL"].notna() & tables.lab["VISIT"].notna()]
    for response in tables.config.responses.values():
        mine = lab[lab["PARAMETER"] == codes.index(response.parameter)]
        visits = sorted(mine["VISIT"].unique())
        if visits and response.visit not in visits:
            yield Hits(None, ", ".join(f"{v:g}" for v in visits[:20]),
                       expected=f"values of {response.parameter} at AVISITN {response.visit:g}",
                       at=f"study.responses.{response.name}.visit")  # fmt: skip


@rule(
    "response that the limit of quantification hides",
    "warning",
    "study.responses",
    expected="a threshold at the lower limit of quantification or above it",
    do="correct the threshold, its scale or lloq: of a value below the limit it is not known on which "
    "side of the threshold it lies",
)
def hidden(tables: Tables) -> Iterator[Hits]:
    """The threshold of a planned response lies below the lower limit of its parameter."""
    known = {p.paramcd: p for p in reversed(tables.parameters)}
    for response in tables.config.responses.values():
        limit = _limit(known[response.parameter], response)
        if response.of == "value" and limit is not None and response.threshold < limit:
            found = f"{response.threshold:g}, where the limit is {limit:.6g}"
            yield Hits(None, found, at=f"study.responses.{response.name}.{response.side}")


def _limit(parameter: Parameter, response: Response) -> float | None:
    """The lower limit on the scale of the threshold."""
    limit, unit = parameter.lloq, parse_unit(parameter.unit)
    named = parameter.unit.strip().lower().startswith("log10")
    logs = parameter.scale == "already log10" or named or bool(unit and unit.log10)
    if limit is None or logs == (response.scale == "log10"):
        return limit
    return 10**limit if logs else math.log10(limit)
