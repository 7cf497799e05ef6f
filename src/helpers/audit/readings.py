"""The table [readings] of a report.toml goes in, what may be assumed comes out, with every fault of it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from helpers.audit.field_forms import MOST
from helpers.audit.fields import Faults, as_written, unknown
from helpers.audit.model import Readings
from helpers.audit.printed import ROUNDINGS

LATEST = 10**9  # the last time of the visits
VISITS = 200  # more of them need more memory than a computer has, and no report has them


def read_readings(item: dict[str, Any], faults: Faults) -> Readings:
    """Return the readings of a table, the defaults where it is silent or at fault."""
    known = ("rounding", "lost_at_most", "visits")
    for name in item:
        if name not in known:
            unknown(name, known, f"readings.{name}", faults)
    rounding = item.get("rounding", list(ROUNDINGS))
    rounding = [rounding] if isinstance(rounding, str) else rounding
    if not isinstance(rounding, list) or not rounding or not all(r in ROUNDINGS for r in rounding):
        faults.add("readings.rounding", "an unknown way of rounding", ", ".join(ROUNDINGS),
                   as_written(rounding), "take one or more of these")  # fmt: skip
        rounding = list(ROUNDINGS)
    lost = item.get("lost_at_most", 3)
    if type(lost) is not int or not 0 <= lost <= MOST:
        faults.add("readings.lost_at_most", "no number of patients", f"0 to {MOST:,}", as_written(lost),
                   "correct it")  # fmt: skip
        lost = 3
    visits, times = _visits(item.get("visits", 5), faults)
    return Readings(tuple(r for r in ROUNDINGS if r in rounding), lost, visits, times)


def _visits(value: Any, faults: Faults) -> tuple[int, tuple[float, ...]]:
    if type(value) is int and 1 <= value <= VISITS:
        return value, ()
    numbers = (
        isinstance(value, list)
        and 1 <= len(value) <= VISITS
        and all(type(v) in (int, float) for v in value)
    )
    if numbers and value[0] > 0 and value[-1] <= LATEST and all(a < b for a, b in pairwise(value)):
        return len(value), tuple(float(v) for v in value)
    faults.add("readings.visits", "no visits", f"their number, 1 to {VISITS}, or their times in order",
               as_written(value), "correct it")  # fmt: skip
    return 5, ()
