"""Printed percentages of two arms in, the one division of the patients that prints them out.

`Split` is the `Results` of that enumeration and the noun from which every trial with these counts
follows. What is computed is computed in `possible` and `analyse`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from helpers.analyse.estimate import Estimate
from helpers.analyse.proportions import clopper_pearson
from helpers.errors import ImpossibleError
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.publication import Report
from helpers.literate.rows import row_key
from helpers.possible import counts


class Split(Results):
    """Patients and responders by arm, with `arms`, `sizes` and `responders` as plain numbers."""

    def __init__(self, items, about: About, arms, sizes, responders, enrolled: int):
        super().__init__(items)
        self.base, self.arms, self.enrolled = about, tuple(arms), enrolled
        self.sizes, self.responders = tuple(sizes), tuple(responders)

    @property
    def rest(self) -> int:
        """Patients of the arm of which nothing is printed."""
        return self.enrolled - sum(self.sizes)

    @property
    def between(self) -> About:
        """What a comparison of the two arms is about."""
        return replace_about(self.base, arm=self.arms[0], comparator=self.arms[1])

    def compare(self, *functions: Callable[[int, int, int, int], Estimate]) -> Results:
        """Each function of the two counts (x1, n1, x2, n2), named as the function is."""
        table = (self.responders[0], self.sizes[0], self.responders[1], self.sizes[1])
        out = {}
        for function in functions:
            found = function(*table)
            unit = "" if "ratio" in found.statistic else "proportion"
            at_end = f"{self.base.parameter} at the end"
            about = replace_about(self.between, parameter=at_end, unit=unit)
            out[row_key(function.__name__.replace("_", "-"))] = Result(found, about)
        return Results(out)


def only_split(report: Report, claim: str, *, arms: Sequence[str], third: str) -> Split:
    """The only way to divide the patients among three arms that prints both percentages of `claim`.

    `arms` in the order of the claim's numbers; `third` names the arm of which nothing is printed.
    Errors: `ImpossibleError` unless there is exactly one.
    """
    printed = report.claim(claim)
    enrolled = int(report.claim("enrolled").values[0])
    first, second = (f"{value}" for value in printed.values)
    ways = counts.allocations(total=enrolled, first=first, second=second)
    if len(ways) != 1:
        raise ImpossibleError(
            f"claim {printed.id}: expected one split of {enrolled} patients that prints it, found "
            f"{len(ways)}: speak of all of them"
        )
    row = ways.iloc[0]
    sizes = (int(row["n_first"]), int(row["n_second"]))
    found = (int(row["x_first"]), int(row["x_second"]))
    about = About(study=report.id, parameter=printed.parameter or printed.quantity)
    items = {"ways": _counted(len(ways), "possible arm sizes", about, n=enrolled)}
    for arm, n, x in zip(arms, sizes, found, strict=True):
        items |= _arm(arm, n, x, about)
    rest = replace_about(about, arm=third)
    items[f"size.{row_key(third)}"] = _counted(int(row["n_third"]), "patients", rest)
    return Split(items, about, arms, sizes, found, enrolled)


def _arm(arm: str, n: int, x: int, about: About) -> dict[str, Result]:
    about, name = replace_about(about, arm=arm), row_key(arm)
    share = replace_about(about, unit="proportion")
    return {
        f"size.{name}": _counted(n, "patients", about),
        f"responders.{name}": _counted(x, "responders", about, n=n),
        f"rate.{name}": Result(clopper_pearson(x, n), share),
    }


def _counted(value: int, statistic: str, about: About, n: int = 0) -> Result:
    return Result(
        made(counts.allocations, value, method="exhaustive enumeration", statistic=statistic, n=n),
        about,
    )


def replace_about(about: About, **changed: str) -> About:
    """`about` with other fields."""
    from dataclasses import replace

    return replace(about, **changed)
