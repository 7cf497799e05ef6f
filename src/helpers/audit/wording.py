"""The words of a report about a test go in; which methods these words allow comes out.

No words allow every method that fits the kind of result. Words that name an adjustment (strata,
covariates, a regression) allow none, because it cannot be redone from printed numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from helpers.audit.model import Result
from helpers.audit.printed import parse

T = TypeVar("T")

COUNT_TESTS = ("Fisher", "Fisher mid-P", "chi-square", "chi-square with Yates's correction",
               "score (N − 1)", "Boschloo", "Barnard")  # fmt: skip
TRENDS = ("trend in equal steps", "trend by dose")
TIME_TESTS = ("log-rank", "Wilcoxon-Breslow", "Peto")
MEAN_TESTS = ("t", "Welch", "paired t")
ADJUSTED = ("adjust", "stratif", "regression", "covariate", "mantel-haenszel", "cmh", "mixed model",
            "mmrm", "gee", "generalised", "generalized", "ancova", "multivaria", "propensity",
            "repeated measures", "anova")  # fmt: skip
CORRECTED = (
    (("bonferroni",), "Bonferroni"), (("sidak", "šidák", "šidàk"), "Šidák"),
    (("benjamini", "fdr", "false discovery"), "Benjamini-Hochberg"), (("hochberg",), "Hochberg"),
    (("holm",), "Holm"),
)  # fmt: skip
OTHERS = ("hommel", "tukey", "dunnett", "scheff", "yekutieli", "westfall", "multiplicity", "gatekeep",
          "multiple comparison", "multiple testing", "multiple test", "corrected for")  # fmt: skip
NO_COVARIATE = re.compile(
    r"(?:(?:bonferroni|holm|hochberg|hommel|tukey|dunnett|[sš]id[aá]k|multiplicity|fdr)[-– ]*)adjust\w*"
    r"|adjust\w* (?:for|by|with|using) (?:the )?(?:multipl|bonferroni|holm|hochberg|hommel|tukey|dunnett"
    r"|several comparisons|false discovery)"
)  # an adjustment for comparisons, not for covariates
TREND = re.compile(r"trend|armitage|linear[- ]by[- ]linear|linear contrast|dose[- ]response")
NAMED = (
    (("mid-p", "mid p"), ("Fisher mid-P",)),
    (("fisher",), ("Fisher", "Fisher mid-P")),
    (("yates", "continuity"), ("chi-square with Yates's correction",)),
    (
        ("chi", "χ", "pearson"),
        ("chi-square", "chi-square with Yates's correction", "score (N − 1)"),
    ),
    (("score", "miettinen", "farrington"), ("score (N − 1)", "chi-square")),
    (("boschloo",), ("Boschloo",)),
    (("barnard",), ("Barnard",)),
    (("z test", "z-test", "proportions"), ("chi-square", "chi-square with Yates's correction")),
    (("log-rank", "logrank", "log rank", "mantel-cox"), ("log-rank",)),
    (("breslow", "gehan"), ("Wilcoxon-Breslow",)),
    (("peto",), ("Peto", "log-rank")),
    (("cox", "wald"), ("Wald",)),
    (("welch", "unequal"), ("Welch",)),
    (("paired",), ("paired t",)),
    (("t test", "t-test", "student"), ("t", "Welch", "paired t")),
    (("mann", "rank-sum", "rank sum", "signed-rank", "signed rank", "kruskal"), ("ranks",)),
    (("wilcoxon",), ("ranks", "Wilcoxon-Breslow")),
)


def names_adjustment(result: Result) -> bool:
    """Return whether the report says that this result is adjusted or modelled.

    "Mantel-Cox" is a name of the log-rank test and no adjustment.
    """
    test, quote = (NO_COVARIATE.sub("", text.lower()) for text in (result.test, result.quote))
    quoted = "adjust" in quote and "unadjust" not in quote
    plain = "unadjust" in test
    return bool(result.adjusted) or (not plain and any(word in test for word in ADJUSTED)) or quoted


def corrections(text: str) -> tuple[str, ...]:
    """Return the correction for several comparisons that words name, alone in a tuple; () for none known."""
    words, hochberg = text.lower(), "benjamini" in text.lower()
    if any(word in words for word in OTHERS[:6]) or ("holm" in words and "dák" in words):
        return ()
    found = [name for keys, name in CORRECTED if any(key in words for key in keys)]
    found = ["Holm"] if found == ["Bonferroni", "Holm"] else found  # "Bonferroni-Holm" is his
    return (found[0],) if found and (len(found) == 1 or hochberg) else ()


def names_correction(result: Result) -> bool:
    """Return whether the printed P is said to be corrected for several comparisons.

    Where both are printed `p` is the plain one.
    """
    if result.p_adjusted:
        return result.p == (result.p_adjusted,)
    said = f"{result.test} {result.correction}".lower()
    keys = [key for names, _ in CORRECTED for key in names]
    return any(word in said for word in (*keys, *OTHERS))


SIDES = re.compile(r"(?:one|two|1|2|single)[- ]?(?:sided|tailed)|单侧|双侧")
ONE_SIDE = re.compile(r"(?:one|1|single)[- ]?(?:sided|tailed)|单侧")
ONE_SIDED_P = re.compile(
    rf"(?:{ONE_SIDE.pattern})(?!\s*(?:(?:upper|lower)\s*)?(?:\d\d(?:\.\d+)?\s*%|confidence|ci\b|interval|置信))"
)  # "one-sided 97.5% interval" speaks of the interval alone


def one_sided(result: Result) -> bool:
    """Return whether the words say that a P is one-sided; "one-sided 97.5% interval" speaks of another."""
    return bool(ONE_SIDED_P.search(_said(result))) and len(result.arms) <= 2


def _said(result: Result) -> str:
    """Return the words on a test and its quotation, in small letters, with plain hyphens."""
    return f"{result.test} {result.quote}".lower().replace("\u2010", "-")


def level(result: Result) -> float:
    """Return the level of a result's interval, 0 to 1."""
    return float(parse(result.level).value) / 100


def levels(result: Result, ends: tuple[str, ...]) -> tuple[float, ...]:
    """Return the two-sided levels, 0 to 1, that an interval may have: its own, or that of a one-sided one.

    An interval of which one end alone is printed, or whose words say one-sided, may be one-sided: its
    end at 97.5% is that of the two-sided 95%.
    """
    at = level(result)
    single = len(ends) == 2 and bool(ends[0]) != bool(ends[1])
    one_side = single or ONE_SIDE.search(_said(result))
    return (at, 2 * at - 1) if one_side and at > 0.5 else (at,)


def by_side(
    result: Result, ends: tuple[str, ...], of: Callable[[float], Mapping[str, T]]
) -> dict[str, T]:
    """Return by method what `of` gives at each of an interval's `levels`; a one-sided method says so."""
    return {f"{name}{', one-sided' if place else ''}": found
            for place, at in enumerate(levels(result, ends)) for name, found in of(at).items()}  # fmt: skip


BAYES = re.compile(r"posterior|credib|bayes", re.IGNORECASE)


def bayesian(result: Result) -> bool:
    """Return whether the words speak of a posterior: an interval of it is none of a test, nor its P one."""
    return bool(BAYES.search(f"{result.test} {result.quote} {result.note} {result.name}"))


def paired(result: Result) -> bool:
    """Return whether the words name a test of paired values."""
    test = result.test.lower()
    return "paired" in test and "unpaired" not in test


def allowed(result: Result, methods: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `methods` that the words about the test allow, in their order."""
    test = SIDES.sub("", result.test.lower()).strip(" ,;()")
    if not test or test in ("test", "p"):
        return methods
    if TREND.search(test):
        return tuple(m for m in methods if m.startswith("trend"))
    named = {m for keys, found in NAMED if any(key in test for key in keys) for m in found}
    if "yates" in test or "mid-p" in test:
        return tuple(m for m in methods if m in named and ("mid" in m or "Yates" in m))
    if "fisher" in test and "mid" not in test:
        named.discard("Fisher mid-P")
    if "welch" in test:
        named -= {"t", "paired t"}
    elif paired(result):
        named -= {"t", "Welch"}
    return tuple(m for m in methods if m in named)
