"""Comparisons with R in, the tables of the page about methods out; nothing is computed here.

Differences are printed as powers of ten that they stay below: their exact size is rounding, and
changes with the processor.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from html import escape

import pandas as pd

from helpers.context import ROOT
from helpers.present import markup, sources, words
from helpers.present.html import Html
from helpers.present.text import MINUS


def bound_text(exponent: int) -> str:
    """-8 -> "< 10⁻⁸"."""
    return f"< {words.power_of_ten(exponent)}"


def tolerance_text(tolerance: float) -> str:
    """1e-08 -> "10⁻⁸"."""
    return words.power_of_ten(int(f"{tolerance:.0e}".partition("e")[2]))


def leading_text(value: float) -> str:
    """2.2e-05 -> "2 × 10⁻⁵"."""
    digit, _, exponent = f"{value:.0e}".partition("e")
    return f"{digit} × {words.power_of_ten(int(exponent))}"


def methods_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """One row an estimator of a comparison: cases, values, largest difference, R's package.

    A case is a data set, or one arm, term or time of it. In brackets: how many of the values a
    function of R returned, and the difference that is allowed.
    """
    out = []
    for _, mine in rows.groupby("estimator", sort=False):
        allowed = tolerance_text(mine["tolerance"].iloc[0])
        out.append({
            "Method": mine["title"].iloc[0],
            "Cases": mine["dataset"].nunique(),
            "Values (by a function of R)": f"{len(mine)} ({mine['direct'].sum()})",
            "Largest difference (allowed)": f"{bound_text(mine['decade'].max())} ({allowed})",
            "R package": ", ".join(dict.fromkeys(mine["package"])),
        })  # fmt: skip
    return pd.DataFrame(out)


def cases_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """One row an estimator and case: values, largest difference, R's call for the first of them."""
    out = []
    for (_, case), mine in rows.groupby(["estimator", "dataset"], sort=False):
        out.append({
            "Method": mine["title"].iloc[0],
            "Case": words.printed(case),
            "Values": len(mine),
            "Largest difference": bound_text(mine["decade"].max()),
            "R call of the first": _shortened(mine["r_call"].iloc[0]),
        })  # fmt: skip
    return pd.DataFrame(out)


def farthest(rows: pd.DataFrame) -> pd.DataFrame:
    """The farthest value of each estimator whose differences are not all at rounding level."""
    off = rows[(rows["decade"] > rows["floor"]) | (rows["floor"] > rows["floor"].min())]
    first = off.sort_values("decade", ascending=False, kind="stable").drop_duplicates("estimator")
    return first.reset_index(drop=True)


def farthest_frame(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of `farthest` in full, each number to the digits that both machines share."""
    words = {"value": "estimate", "p_value": "P"}
    quantities = [words.get(q, q) for q in rows["quantity"]]
    where = zip(rows["title"], rows["dataset"], quantities, strict=True)
    calls = zip(rows["r_call"], rows["package"], strict=True)
    return pd.DataFrame({
        "Method: case, quantity": [f"{t}: {d}, {q}" for t, d, q in where],
        "R": [_digits(r, f) for r, f in zip(rows["r"], rows["floor"], strict=True)],
        "Here": [_digits(r, f) for r, f in zip(rows["ours"], rows["floor"], strict=True)],
        "Difference": [bound_text(k) for k in rows["decade"]],
        "R call": [f"{_shortened(call)}, {package}" for call, package in calls],
    })  # fmt: skip


def _digits(value: float, floor: int) -> str:
    """`value` with one significant digit fewer than `floor` promises."""
    digits, _, exponent = f"{value:#.{-floor - 1}g}".partition("e")
    power = f" × {words.power_of_ten(int(exponent))}" if exponent else ""
    return digits.replace("-", MINUS) + power


def _shortened(call: str, length: int = 90) -> str:
    return call if len(call) <= length else call[: length - 1] + "…"


def elsewhere_frame(names: Sequence[str]) -> pd.DataFrame:
    """Estimators without an R value ("module:function"), by the tests that check them otherwise.

    One row a test file: its first sentence says what it compares with.
    """
    by_test: dict[str, list[str]] = {}
    for name in names:
        proof = sources.proof(name)
        by_test.setdefault(proof.path if proof else "", []).append(name.partition(":")[2])
    return pd.DataFrame([
        {"Estimators": ", ".join(found), "What their tests compare": _opening(path), "Tests": path}
        for path, found in sorted(by_test.items())
    ])  # fmt: skip


def _opening(path: str) -> str:
    """The docstring of a test file, its first line."""
    if not path:
        return "no test of its own"
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return (ast.get_docstring(tree) or "").partition("\n")[0]


def folded(frame: pd.DataFrame, *, caption: str, label: str, summary: str = "") -> Html:
    """A long table that opens on demand, under its caption or a `summary` of what it holds.

    One with a summary is short enough for paper, where it stands open.
    """
    table = markup.frame_html(frame, caption=caption, label=label)
    kind = "alt printed" if summary else "alt"
    text = f"{caption}\n{frame.to_string(index=False) if summary else f'{len(frame)} rows'}"
    return Html(
        f'<details class="{kind}"><summary>{escape(summary or caption)}</summary>{table}</details>',
        text,
    )


def methods_summary(rows: pd.DataFrame) -> str:
    """What a folded topic holds: "8 methods, 78 values, all within the tolerance"."""
    outside = int((~(rows["difference"] <= rows["tolerance"])).sum())
    found = f"{outside} outside the tolerance" if outside else "all within the tolerance"
    return f"{rows['estimator'].nunique()} methods, {len(rows):,} values, {found}"
