"""Checks in, the same with what cannot be decided left open out: lists cut short, priors, other tails.

Nothing is computed here, and nothing that holds is changed.
"""

from __future__ import annotations

from dataclasses import replace

from helpers.audit.findings import HELD, Check
from helpers.audit.model import Result
from helpers.audit.printed import parse
from helpers.audit.tables import MOST
from helpers.audit.wording import one_sided

FEW_LOST, MANY_LOST = 5, 200
OF_LOSSES = ("kaplan-meier-counts", "log-rank-range", "trials-that-print")
POSTERIOR = ("P", "ratio", "interval", "width")  # parts that a prior moves


def as_far_as_listed(checks: list[Check], complete: bool) -> list[Check]:
    """Return the checks of tables of which not all are listed: what none of these gives is open."""
    if complete:
        return checks
    why = f"only the first {MOST:,} tables that a rounding allows were gone through"
    return [left_open(c, why) if c.verdict in ("questioned", "impossible")
            or (c.verdict == "not checkable" and c.computed) else c for c in checks]  # fmt: skip


def left_open(check: Check, why: str) -> Check:
    """Return a check whose verdict is open, for one more reason."""
    return replace(check, verdict="not checkable", why=f"{check.why}; {why}")


def fewer_losses(most: int) -> tuple[int | None, ...]:
    """Return the losses an arm to try in turn where `most` are too many; None for as many as allowed.

    Of few losses it is not they that are too many; thousands are no reading of a trial, but no limit.
    """
    return (None, most // 3, 0) if FEW_LOST < most <= MANY_LOST else (None,)


def as_with_fewer_lost(checks: list[Check], lost: int, most: int) -> list[Check]:
    """Return the checks of trials with up to `lost` lost an arm where more may be: what none prints is open.

    Nothing is said of all trials any more.
    """
    why = f"of up to {most} lost an arm only trials with up to {lost} were gone through"
    out = []
    for check in checks:
        if check.check in OF_LOSSES and check.verdict in HELD:
            more = (
                {"enumerated": False, "lost_tried": lost} if "enumerated" in check.computed else {}
            )
            computed = {**check.computed, **more}
            check = replace(check, why=f"{check.why}; {why}", computed=computed)
        elif check.check in OF_LOSSES and check.verdict in ("questioned", "impossible"):
            check = left_open(check, why)
        out.append(check)
    return out


def as_posterior(checks: list[Check]) -> list[Check]:
    """Return the checks of an analysis with a prior: what printed numbers alone do not give is open.

    What stands outside its own interval, or is no whole number of patients, stays so.
    """
    why = "a posterior rests on its prior too, so that it need not agree"
    return [replace(left_open(c, why), asks="") if c.verdict == "questioned" and c.part in POSTERIOR
            else c for c in checks]  # fmt: skip


def against(result: Result) -> bool:
    """Return whether a one-sided P is above one half: the tail against the direction that was seen."""
    number = parse(result.p[0]) if result.p and result.p[0] else None
    return number is not None and one_sided(result) and float(number) > 0.5 and number.sign != "<"


def as_against(checks: list[Check]) -> list[Check]:
    """Return the checks of a one-sided P that is the other tail: of discrete tests no complement, so open."""
    why = "a one-sided P above 0.5 is the tail against the direction seen, which is not computed"
    return [left_open(c, why) if c.verdict == "questioned" and c.part == "P" else c for c in checks]
