"""R's stored values beside ours in, what the page about methods says of them out, as `Results` and tables.

The values are computed anew each time (`reference.compare`); a difference is kept as the power of ten
that it stays below, since its exact size is rounding and changes with the processor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd

from helpers.analyse.estimate import NAN
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.rows import row_key
from helpers.present import charts_methods, methods_page, sources, words
from helpers.present.html import Html
from helpers.reference import compare, coverage, departures, methods, stored

METHOD = "comparison with R"
KINDS = {methods.CLOSED: "formula", methods.ITERATIVE: "fit", methods.RANDOM: "random"}
NO_RESULTS = ("helpers.reference.", "helpers.present.")  # they compare with R, and draw


@dataclass(frozen=True)
class AgainstR:
    """Every stored value of R beside ours; `used` are the functions whose numbers are printed."""

    rows: pd.DataFrame = field(repr=False)
    used: frozenset[str] = frozenset()

    def tally(self) -> Results:
        """How many values, methods and functions there are, by short name."""
        counts = compare.tallies(self.rows, self.used)
        return Results({key: _count(count, words) for key, (count, words) in counts.items()})

    def versions(self) -> Results:
        """The versions of R and its packages that printed the values."""
        named = {"r": stored.r_versions(), "packages": sorted(set(self.rows["package"]))}
        return Results({key: _text(stored.r_versions, NAN, ", ".join(names), "version",
                                   "R and its packages") for key, names in named.items()})  # fmt: skip

    def limits(self) -> Results:
        """By kind of method: the largest difference, the smallest told apart, the tolerance."""
        out = {}
        for tolerance, group in self.rows.groupby("tolerance"):
            kind = KINDS[tolerance]
            what = f"Kind of method: {kind}"
            far, low = int(group["decade"].max()), int(group["floor"].max())
            out[f"worst.{kind}"] = _power(far, what, n=len(group))
            out[f"floor.{kind}"] = _power(low, what, statistic="smallest difference told apart")
            out[f"allowed.{kind}"] = _text(
                compare.comparison, tolerance, methods_page.tolerance_text(tolerance),
                "tolerance, relative difference", what,
            )  # fmt: skip
        return Results(out)

    def by_method(self) -> Results:
        """The power of ten that all differences of a method stay below, a row a method."""
        out = {}
        for name, mine in self.rows.groupby("estimator", sort=False):
            far = int(mine["decade"].max())
            out[row_key(name)] = _power(far, mine["title"].iloc[0], n=len(mine), bound=True)
        return Results(out)

    def by_topic(self) -> Results:
        """How many values there are, by topic and kind of method."""
        _, topics = charts_methods.placed_dots(self.rows)
        return Results({
            f"{row_key(row.topic)}.{row_key(row.kind)}":
            _count(row.values, f"Values: {row.topic}, {row.kind}") for row in topics.itertuples()
        })  # fmt: skip

    def methods(self, topic: str) -> Html:
        """One row a method of a topic, folded: cases, values, largest difference, R's package."""
        mine = self.rows[self.rows["topic"] == topic]
        said = methods_page.methods_summary(mine)
        return _folded(methods_page.methods_frame(mine), topic, said)

    def cases(self) -> Html:
        """Every case with R's call, folded."""
        frame = methods_page.cases_frame(self.rows)
        caption = f"All {len(frame)} cases, with R's call"
        return methods_page.folded(frame, label="derived", caption=caption)

    def farthest(self) -> Html:
        """The farthest value of each fit and of each method with a difference above rounding."""
        frame = methods_page.farthest_frame(methods_page.farthest(self.rows))
        return _folded(frame, "Farthest values", f"The {len(frame)} farthest values")

    def elsewhere(self) -> Html:
        """The functions without a value of R, and the tests that check them."""
        frame = methods_page.elsewhere_frame(coverage.without_r(self.used))
        caption = "Functions without a value of R, and what their tests compare"
        return _folded(frame, caption, f"{len(frame)} files of tests, and what they compare")

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        head = self.rows.head(5)
        shown = pd.DataFrame({
            "Method": head["title"], "Case": head["dataset"], "Quantity": head["quantity"],
            "R's call": head["r_call"], "R": head["r"], "Differs by": [
                methods_page.bound_text(k) for k in head["decade"]],
        })  # fmt: skip
        caption = f"The first {len(head)} of {len(self.rows):,} values"
        return _folded(shown, caption, caption)._repr_mimebundle_()


def against_r() -> AgainstR:
    """All values that R printed beside ours, computed now."""
    return AgainstR(compare.comparison(), proven_functions())


def proven_functions() -> frozenset[str]:
    """The functions ("module:function") that a test says it proves: those of every printed number are.

    So the page is the same beside any other pages: it needs no record of theirs.
    """
    proven = {function for proof in sources.proofs() for function in proof.proves}
    return frozenset(function for function in proven if not function.startswith(NO_RESULTS))


def deliberate() -> Results:
    """Where the usual call gives another number: "usual", "ours" and, where there is one, "r"."""
    out = {}
    for d in departures.departures():
        sides = [("usual", d.usual, d.call), ("ours", d.ours, "this book")]
        sides += [("r", d.r, d.r_call)] if d.r_call else []
        for side, value, method in sides:
            found = made(departures.departures, value, statistic="as returned", method=method)
            about = About(parameter=f"{d.what} ({d.call})", digits=d.digits,
                          text="no number" if math.isnan(value) else "")  # fmt: skip
            out[f"{d.key}.{side}"] = Result(found, about)
    return Results(out)


def smallest_departure() -> Results:
    """How many deliberate differences there are, and the smallest of them, relative to ours."""
    apart = departures.departures()
    least = min(compare.relative_difference(d.usual, d.ours) for d in apart)
    return Results({
        "count": _count(len(apart), "Deliberate differences", departures.departures),
        "least": _text(compare.relative_difference, least, methods_page.leading_text(least),
                       "relative difference", "Smallest deliberate difference"),
    })  # fmt: skip


def _count(count: int, words: str, function=compare.tallies) -> Result:
    found = made(function, count, statistic="count", method=METHOD)
    return Result(found, About(parameter=words, digits=0))


def _power(
    exponent: int,
    what: str,
    *,
    n: int = 0,
    bound: bool = False,
    statistic: str = "largest relative difference is below",
) -> Result:
    text = methods_page.bound_text if bound else words.power_of_ten
    return _text(compare.decade, 10.0**exponent, text(exponent), statistic, what, n=n)


def _text(function, value: float, text: str, statistic: str, what: str, n: int = 0) -> Result:
    found = made(function, value, statistic=statistic, method=METHOD, n=n)
    return Result(found, About(parameter=what, text=text))


def _folded(frame: pd.DataFrame, caption: str, summary: str) -> Html:
    return methods_page.folded(frame, caption=caption, label="derived", summary=summary)
