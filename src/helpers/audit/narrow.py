"""The interval of a hazard or odds ratio and the patients go in; whether so few can have one so narrow, out.

Check `narrowest-interval`. An event tells at most 1/4 of a log hazard ratio, and a patient as much of a log
odds ratio, whatever covariates a model has besides: the standard error is at least 2 / sqrt(events), or
sqrt(4 / n1 + 4 / n2). Events are those printed, else all patients. Nobody has two events.
"""

from __future__ import annotations

import math

from helpers.audit.findings import Check
from helpers.audit.model import Report, Result
from helpers.audit.printed import ROUNDINGS, ends_text, parse, widest
from helpers.audit.scale import reach
from helpers.audit.tables import cells
from helpers.audit.wording import bayesian, level
from helpers.rounding import plain

NAME = "narrowest-interval"
MORE = ("recurrent", "repeated", "andersen", "robust", "negative binomial", "multiple events")


def least_error(measure: str, sizes: tuple[int, int], events: int | None) -> float:
    """Return the least standard error of a log hazard or odds ratio of so many patients, and events."""
    if measure == "hazard ratio":
        return 2 / math.sqrt(events or sum(sizes))
    return math.sqrt(4 / sizes[0] + 4 / sizes[1])


def check_narrow(result: Result, report: Report) -> list[Check]:
    """Return the check of an interval narrower than any of so many patients; none of one that is not."""
    said = f"{result.test} {result.quote} {result.note} {result.name}".lower()
    texts, printed = result.ci, cells(result, report)
    if (result.measure not in ("hazard ratio", "odds ratio") or len(texts) != 2 or not all(texts)
            or any(not cell.size for cell in printed) or bayesian(result)
            or any(word in said for word in MORE)):  # fmt: skip
        return []
    low, high = (parse(text) for text in texts)
    if low.sign or high.sign or low.value <= 0:
        return []
    counts = [cell.count for cell in printed]
    events = None if None in counts or not sum(counts) else sum(counts)
    least = least_error(result.measure, tuple(cell.size for cell in printed), events)
    lowest = max(widest(low, ROUNDINGS)[0], 1e-300)
    width = math.log(widest(high, ROUNDINGS)[1] / lowest)
    narrowest = 2 * reach(level(result)) * least
    if width >= narrowest * (1 - 1e-9):
        return []
    of = f"{events} events" if events and result.measure == "hazard ratio" else "so many patients"
    apart = f"{plain(math.exp(width), 3)} times apart, and must be {plain(math.exp(narrowest), 3)}"
    why = f"{ends_text(texts)} is narrower than a {result.level} interval of {of} can be: ends {apart}"
    asks = f"Of how many events, and at which level, is the interval of “{result.id}”?"
    computed = {
        "least_error": least,
        "quotient": math.exp(width),
        "least_quotient": math.exp(narrowest),
    }
    return [Check(result.id, NAME, "questioned", (), computed, "largest information of a patient", why,
                  "width", asks)]  # fmt: skip
