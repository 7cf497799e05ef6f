"""The only split and shares of patients who leave in, how often its percentages still look whole out.

Two arms in which nobody leaves print two whole shares of their size. Where patients leave, Kaplan-Meier
seldom does. How much seldomer is what a print that looks whole says for nobody having left.
"""

from __future__ import annotations

from collections.abc import Sequence

from helpers.literate.outcome import Result, Results, made
from helpers.literate.rows import row_key
from helpers.literate.split import Split, replace_about
from helpers.possible import whole_shares
from helpers.possible.whole_shares import WHEN
from helpers.rounding import per_cent

METHOD = "one minus Kaplan-Meier, all ways added up"


def if_some_leave(split: Split, *, weeks: Sequence[float], shares: Sequence[float]) -> Results:
    """Chance that both arms print a whole share, row: per cent who leave.when; how many times less.

    Each patient would leave before the last visit with one of the chances `shares`, whether she would
    respond or not; responses come at a constant rate to the printed shares at the last of `weeks`.
    """
    out: dict[str, Result] = {}
    for share in shares:
        for when in WHEN:
            chance, row = _both(split, weeks, share, when), row_key(f"{100 * share:g}.{when}")
            about = replace_about(split.base, parameter=per_cent(share), unit="proportion",
                                  visit=f"Who leaves does so {when}: chance", digits=0)  # fmt: skip
            out[row] = _found(chance, "probability", about)
            about = replace_about(
                about, visit=f"{when}: times", unit="", digits=_digits(1 / chance)
            )
            out[f"{row}-times"] = _found(1 / chance, "likelihood ratio", about)
    return Results(out)


def _both(split: Split, weeks: Sequence[float], share: float, when: str) -> float:
    """The chance that both arms print a whole share of their own size."""
    chance = 1.0
    for size, responders in zip(split.sizes, split.responders, strict=True):
        chance *= whole_shares.chance_of_whole(
            size=size, responding=whole_shares.constant_chances(responders / size, times=weeks),
            leaving=whole_shares.leaving_chances(share, visits=len(weeks), when=when))  # fmt: skip
    return chance


def _digits(times: float) -> int:
    return 0 if times >= 10 else 1


def _found(value: float, statistic: str, about) -> Result:
    found = made(whole_shares.chance_of_whole, value, method=METHOD, statistic=statistic)
    return Result(found, about)
