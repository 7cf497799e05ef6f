"""Tables in, planned responses of `study.toml` that these tables cannot tell out."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import numpy as np

from helpers.config import Parameter
from helpers.config_responses import Response
from helpers.conformance.rules import Hits, rule
from helpers.conformance.units import parse_unit
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

UP = re.compile(r"\b(?:above|over|at least|rise|increase|gain|rebound)\b|[≥>]", re.I)
DOWN = re.compile(
    r"\b(?:below|under|less than|at most|fall|drop|decrease|decline|reduction|loss)\b"
    r"|undetect|suppress|[≤<]", re.I)  # fmt: skip
CHANGE = re.compile(
    r"\b(?:rise|increase|gain|fall|drop|decrease|reduction|loss|change) (?:of|by)\b", re.I
)
NEGATED = re.compile(r"\b(?:no|not|without|free|never|failure)\b", re.I)
FRACTION, USUAL = 1.0, 5.0  # per cent: less is a fraction where changes are larger than this


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
    limit = parameter.lloq
    if limit is None or _logs(parameter) == (response.scale == "log10"):
        return limit
    return 10**limit if _logs(parameter) else math.log10(limit)


def _logs(parameter: Parameter) -> bool:
    """Whether the values of a parameter are logarithms already."""
    unit, named = parse_unit(parameter.unit), parameter.unit.strip().lower().startswith("log10")
    return parameter.scale == "already log10" or named or bool(unit and unit.log10)


@rule(
    "response against its label",
    "warning",
    "study.responses",
    expected="a threshold that says what the label says",
    do="correct at_least, at_most, above or below, or of; or the label",
)
def against_label(tables: Tables) -> Iterator[Hits]:
    """The label of a planned response speaks of the other side of its threshold ("below 50", above = 50).

    Or of a change ("rise of 50") where of = "value". A label with words of both sides, or with "no" or
    "without", says nothing.
    """
    for response in tables.config.responses.values():
        if NEGATED.search(response.label):
            continue
        up, down = bool(UP.search(response.label)), bool(DOWN.search(response.label))
        said = f"{response.label!r}, {response.side} {response.threshold:g}"
        if response.of == "value" and CHANGE.search(response.label):
            yield Hits(None, f"{said}, of the value", at=f"study.responses.{response.name}.of")
        elif up != down and up != (response.side in ("at_least", "above")):
            yield Hits(None, said, at=f"study.responses.{response.name}.{response.side}")


@rule(
    "response that is out of reach",
    "warning",
    "study.responses",
    expected="a threshold within what the parameter takes on",
    do="correct the threshold, or its unit (50 for 50%, not 0.5): as it is nobody has the response, or all",
    needs=LAB,
)
def out_of_reach(tables: Tables) -> Iterator[Hits]:
    """The threshold lies farther outside all values (or changes) of all visits than these lie apart.

    Or a percent change is asked for as a fraction (0.3), where changes are usually more than 5%.
    """
    for response in tables.config.responses.values():
        values = _values(tables, response)
        if not len(values):
            continue
        least, most, place = values.min(), values.max(), response.threshold
        fraction = 0 < abs(place) < FRACTION and np.median(np.abs(values)) > USUAL
        if (response.of == "percent change" and fraction) or not (
            2 * least - most <= place <= 2 * most - least
        ):
            found = f"{place:g}, where {response.of}s are {least:.4g} to {most:.4g}"
            yield Hits(None, found, at=f"study.responses.{response.name}.{response.side}")


@rule(
    "yes or no without a response",
    "note",
    "study.parameters",
    expected="a block [responses.NAME] where who has it is the question",
    do="add the block if that is meant; without it the page shows mean changes of 0 and 1",
    needs=LAB,
)
def yes_or_no(tables: Tables) -> Iterator[Hits]:
    """All values of a parameter are 0 and 1, both occur, and no planned response is about it.

    Means of such values are shares, and their t intervals end below 0 or above 1.
    """
    named = {response.parameter for response in tables.config.responses.values()}
    for place, parameter in enumerate(tables.parameters):
        values = tables.values_of(place)
        if parameter.paramcd in named or set(values["AVAL"]) != {0.0, 1.0}:
            continue
        visit = tables.config.visits.main
        visit = values["VISIT"].max() if visit is None else visit
        if visit > tables.config.visits.baseline:
            lines = f'[responses.NAME], parameter = "{parameter.paramcd}", visit = {visit:g}, at_least = 1'
            yield Hits(None, f"{parameter.paramcd} is 0 or 1", at=f"study.parameters.{parameter.role}",
                       do=f"add {lines}, if who has it is the question; without the block the page "
                          "shows mean changes of 0 and 1")  # fmt: skip


def _values(tables: Tables, response: Response) -> np.ndarray:
    """What the threshold is held against, at every visit after the baseline, on its scale."""
    parameter = next(p for p in tables.parameters if p.paramcd == response.parameter)
    lab = tables.values_of(tables.parameters.index(parameter))
    lab = lab[lab["VISIT"] > tables.config.visits.baseline]
    values, base = (
        _on_scale(parameter, response, v)
        for v in (lab["AVAL"].to_numpy(), tables.baseline[lab["KEY"].to_numpy()])
    )
    if response.of != "value":
        values = values - base
    if response.of == "percent change":
        values = 100 * values / base
    return values[np.isfinite(values)]


def _on_scale(parameter: Parameter, response: Response, values: np.ndarray) -> np.ndarray:
    if _logs(parameter) == (response.scale == "log10"):
        return values
    return 10.0**values if _logs(parameter) else np.log10(values)
