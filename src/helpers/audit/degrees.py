"""A statistic, its degrees of freedom and numbers of patients go in; whether they go together comes out.

Check `degrees-of-freedom`. Independent patients leave at most n - 1 degrees to a t, n - 2 to a
correlation and n - 1 less those of the effect to an F; more come only from several measurements of
a patient, which words must name. Fewer come from missing patients, as many as the readings let an
arm lose, and from covariates. Beside its own n a statistic's are those of n.
"""

from __future__ import annotations

from dataclasses import replace

from helpers.audit.findings import Check
from helpers.audit.model import DEPENDENT, Report, Result
from helpers.audit.printed import parse
from helpers.audit.tables import cells
from helpers.audit.wording import names_adjustment

NAME = "degrees-of-freedom"
PART = "df"
REPEATED = ("repeated", "mixed", "mmrm", "gee", "cluster", "multilevel", "hierarch", "nested",
            "pooled over", "kenward", "satterthwaite", "contrast", "post hoc", "post-hoc", "tukey",
           "dunnett")  # fmt: skip
NAMED = ("t test", "t-test", "student", "welch", "anova", "ancova", "analysis of variance",
         "analysis of covariance", "pearson", "correlation", "spearman")  # fmt: skip


def patients(result: Result, report: Report) -> tuple[int | None, bool]:
    """Return how many patients there are at most, and whether the result itself prints how many."""
    if any(result.n):
        return sum(int(parse(n).value) for n in result.n if n), True
    sizes = [cell.size for cell in cells(result, report)]
    return (sum(sizes) if sizes and None not in sizes else None), False


def most_degrees(statistic: str, n: int, df: tuple[float, ...]) -> float | None:
    """Return the most residual degrees of freedom that `n` independent patients leave; None for no rule."""
    if statistic == "t":
        return n - 1
    if statistic == "r":
        return n - 2
    if statistic == "F" and len(df) == 2:
        return n - 1 - df[0]
    return None


def least_degrees(result: Result, sizes: list[int], df: tuple[float, ...]) -> float | None:
    """Return the fewest residual degrees of freedom that tests of these arms leave; None for no rule.

    Of two arms n - 2 to a pooled t, and no fewer than the smaller arm's to Welch's or a paired one;
    of r n - 2; of k arms n - k to an analysis of variance.
    """
    n, test = sum(sizes), result.test.lower()
    if result.statistic == "r":
        return n - 2
    if result.statistic == "F" and len(df) == 2 and df[0] == len(sizes) - 1:
        return n - len(sizes)
    if result.statistic != "t" or len(sizes) > 2:
        return None
    pooled = "student" in test or "unpaired" in test or "independent" in test or "pooled" in test
    return n - 2 if pooled and len(sizes) == 2 else min(sizes) - 1


def check_degrees(result: Result, report: Report) -> list[Check]:
    """Return the check of printed degrees of freedom; none where nothing settles them, or all is well."""
    df = tuple(float(parse(text)) for text in result.df if text)
    n, own = patients(result, report)
    most = most_degrees(result.statistic, n, df) if df and n else None
    if most is None:
        return []
    exact = result.statistic == "r" and own and not _fewer(result)
    if df[-1] > most:
        what = f"{'at most ' if not exact else ''}{most:g}"
        return [_found(result, report, df[-1], n, what, ", unless each was measured several times")]
    least = most if exact else _least(result, report, df, own)
    if least is None or df[-1] >= least or _fewer(result):
        return []
    return [
        _found(
            result,
            report,
            df[-1],
            n,
            f"{'' if exact else 'at least '}{least:g}",
            _missing(report, own),
        )
    ]


def _least(result: Result, report: Report, df: tuple[float, ...], own: bool) -> float | None:
    """Return the fewest degrees of freedom; of arms as printed less than those who may be lost."""
    sizes = (
        [int(parse(n).value) for n in result.n if n]
        if own
        else [c.size for c in cells(result, report)]
    )
    found = least_degrees(result, sizes, df)
    return found if found is None or own else found - report.readings.lost_at_most * len(sizes)


def _missing(report: Report, own: bool) -> str:
    return (
        ""
        if own
        else f" with at most {report.readings.lost_at_most} of an arm missing (lost_at_most)"
    )


def _found(result: Result, report: Report, df: float, n: int, leaves: str, more: str) -> Check:
    said = f"{result.test} {result.quote}".lower()
    repeated = report.trial.design in DEPENDENT or any(word in said for word in REPEATED)
    named = result.statistic == "r" or any(word in result.test.lower() for word in NAMED)
    verdict = "questioned" if named and not repeated else "not checkable"
    why = f"{df:g} degrees of freedom; {n} patients leave {leaves}{more}"
    asks = f"How many patients, and measurements of each, are behind “{result.id}”?"
    return Check(
        result.id, NAME, verdict, (), {"patients": n, "leaves": leaves}, "counting", why, PART, asks
    )


def _fewer(result: Result) -> bool:
    """Return whether words say why fewer degrees of freedom are left; a plain ANOVA adjusts nothing."""
    said = f"{result.test} {result.quote}".lower()
    plain = replace(result, test=result.test.lower().replace("anova", ""))
    return names_adjustment(plain) or "partial" in said or "missing" in said
