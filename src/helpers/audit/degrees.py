"""A statistic, its degrees of freedom and numbers of patients go in; whether they go together comes out.

Check `degrees-of-freedom`. Independent patients leave at most n - 1 degrees to a t, n - 2 to a
correlation and n - 1 less those of the effect to an F. Fewer may be had where patients are missing
or covariates are adjusted for; more only from several measurements of a patient, which words must
name. Of an r beside its own n they are n - 2.
"""

from __future__ import annotations

from helpers.audit.findings import Check
from helpers.audit.model import DEPENDENT, Report, Result
from helpers.audit.printed import parse
from helpers.audit.tables import cells
from helpers.audit.wording import names_adjustment

NAME = "degrees-of-freedom"
PART = "df"
REPEATED = ("repeated", "mixed", "mmrm", "gee", "cluster", "multilevel", "hierarch", "nested",
            "pooled over", "kenward", "satterthwaite")  # fmt: skip
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


def check_degrees(result: Result, report: Report) -> list[Check]:
    """Return the check of printed degrees of freedom; none where nothing settles them."""
    df = tuple(float(parse(text)) for text in result.df if text)
    n, own = patients(result, report)
    most = most_degrees(result.statistic, n, df) if df and n else None
    if most is None:
        return []
    exact = result.statistic == "r" and own and not _fewer(result)
    if df[-1] <= most and not (exact and df[-1] < most):
        return []
    said = f"{result.test} {result.quote}".lower()
    repeated = report.trial.design in DEPENDENT or any(word in said for word in REPEATED)
    named = result.statistic == "r" or any(word in result.test.lower() for word in NAMED)
    verdict = "questioned" if named and not repeated else "not checkable"
    limit = f"{'at most ' if not exact else ''}{most:g}"
    why = (f"{df[-1]:g} degrees of freedom; {n} patients leave {limit}, "
           "unless each was measured several times")  # fmt: skip
    asks = f"How many patients, and measurements of each, are behind “{result.id}”?"
    computed = {"patients": n, "most": most}
    return [Check(result.id, NAME, verdict, (), computed, "counting", why, PART, asks)]


def _fewer(result: Result) -> bool:
    """Return whether words say why an r has fewer degrees of freedom than its n less 2."""
    said = f"{result.test} {result.quote}".lower()
    return names_adjustment(result) or "partial" in said or "missing" in said
