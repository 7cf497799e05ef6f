"""A record in, what the field calls its method, statistic and interval out: the one place of these words.

Estimators name their methods in lower case ("clopper-pearson"), and results.csv keeps those names;
whatever is printed goes through here.
"""

from __future__ import annotations

import re

from helpers.config_plan import USUAL
from helpers.results import Record
from helpers.rounding import short

NAMES = (
    "Aalen-Johansen", "ANCOVA", "Barnard", "Bayes", "Benjamini-Hochberg", "Bonferroni", "Boschloo",
    "Clopper-Pearson", "Cochran-Mantel-Haenszel", "Cox", "Fisher", "Fleming-Harrington", "Garwood", "Gray",
    "Hochberg", "Hodges-Lehmann", "Holm", "Jonckheere-Terpstra", "Kaplan-Meier", "Kenward-Roger",
    "Kruskal-Wallis", "LWYY", "Mantel-Haenszel", "Mantel", "Miettinen-Nurminen", "MMRM", "Nelson-Aalen",
    "Newcombe", "Poisson", "RMST", "Satterthwaite", "Schoenfeld", "Spearman", "Tarone-Ware", "Tobit",
    "Turnbull", "Wald", "Welch", "Westfall-Young", "Wilcoxon",
)  # fmt: skip
_CAPITALS = {name.lower(): name for name in NAMES} | {"mid-p": "mid-P", "p-value": "P value"}
# not within code: scipy.stats.wilcoxon, cox.zph(fit), method = "spearman"
_NAME = re.compile(rf'(?<![\w."])({"|".join(_CAPITALS)})(?![\w."(])')

# what a reader calls the studies of the published book; another study is called as it calls itself
STUDIES = {"aait": "AAIT", "hucmsc": "hUC-MSC", "actg175": "ACTG 175", "garg2012": "Garg 2012"}
_OF_ABSTRACT = re.compile(r"10\.\d{4,}/\S+, sentence (\d+)")

# what a statistic is called beside numbers where its name says little; of one method where that decides
_CALLED = {
    "F": "F statistic",
    "V": "signed-rank statistic V",
    "pseudomedian": "typical change (pseudomedian)",
    ("paired t", "mean difference"): "mean change",
    ("sign test", "proportion"): "share that rose, of those that changed",
    ("kaplan-meier", "survival"): "share still without the event",
}

MINUS = "\u2212"
_MINUS = re.compile(r"(?<![\w.,)-])-(?=\d)")  # not the hyphen of a date, an id or a range
_SCIENTIFIC = re.compile(r"(-?\d(?:\.\d+)?)e([+-]\d+)")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")

# what the ends of a record are -> head of their column, words before them in brackets; {} is the level
INTERVALS = {
    "confidence": ("{} interval", "{} CI"),
    "one-sided": ("One-sided {} interval", "one-sided {} CI"),
    "drawn": ("Monte Carlo {} interval", "Monte Carlo {} interval"),
    "middle": ("Middle {}", "middle {} from"),
    "range": ("Range", "range from"),
    "quartiles": ("Quartiles", "quartiles"),
}
_DRAWN = ("simulated trials", "uniform sampling of histories", "ratio of largest likelihoods")


def printed(name: str) -> str:
    """A method, statistic or row with the field's capitals and true minus signs.

    "clopper-pearson one-sided" -> "Clopper-Pearson one-sided", "effect -67" -> "effect −67".
    """
    return with_minus(_NAME.sub(lambda found: _CAPITALS[found[1]], name))


def called(record: Record) -> str:
    """A record's statistic for those who read a table: "V" is the "signed-rank statistic V"."""
    if (record.method, record.source[-10:]) == ("clopper-pearson", ":sign_test"):
        return "share that rose"  # of hidden subjects: of all of them
    known = _CALLED.get((record.method, record.statistic)) or _CALLED.get(record.statistic)
    return known or printed(record.statistic)


def study(name: str) -> str:
    """What a reader calls a study: "hucmsc" -> "hUC-MSC"."""
    return STUDIES.get(name, name)


def place(record: Record) -> str:
    """Where a reported number is printed, for a table: "AAIT abstract, sentence 9".

    A sentence of another source stands as the record has it; "" where none is given.
    """
    found = _OF_ABSTRACT.fullmatch(record.sentence)
    return f"{study(record.study)} abstract, sentence {found[1]}" if found else record.sentence


def with_minus(text: str) -> str:
    """A text with true minus signs before its numbers: "a change of -1.22" -> "a change of −1.22"."""
    return _MINUS.sub(MINUS, text)


def power_of_ten(exponent: int) -> str:
    """-8 -> "10⁻⁸"."""
    return "10" + str(exponent).translate(_SUPERSCRIPT)


def as_read(text: str) -> str:
    """A number of a file as a page prints it: "-4.1" -> "−4.1", "2.375e-07" -> "2.375 × 10⁻⁷"."""
    found = _SCIENTIFIC.fullmatch(text)
    if found is None:
        return with_minus(text)
    digits, power = found[1], int(found[2])
    return with_minus(f"{float(text):,.0f}" if power > 0 else f"{digits} × {power_of_ten(power)}")


def interval_kind(record: Record) -> str:
    """What lies between the lower and the upper end: a key of `INTERVALS`."""
    method, statistic = record.method, record.statistic
    if method == "quartiles":
        return "quartiles"
    if method == "bias analysis" or statistic.startswith("range of "):
        return "range"
    if method == "belief" or (method, statistic[:7]) == ("simulated trials", "median "):
        return "middle"
    chance = statistic == "probability" and method.startswith("paired t")
    if chance or method.startswith(_DRAWN) or method.endswith(", simulated"):
        return "drawn"
    if "one-sided" in method or method in ("rule of three", "exponential decay"):
        return "one-sided"
    return "confidence"


def level_text(level: float) -> str:
    """The level of an interval in per cent: 0.95 -> "95%", 0.9875 -> "98.75%"."""
    return f"{short(100 * level, 6)}%"


def interval_words(record: Record) -> tuple[str, str]:
    """What the ends of a record are, at their level: as the head of a column, and before them in brackets."""
    level = level_text(USUAL if record.level is None else record.level)
    head, inside = INTERVALS[interval_kind(record)]
    return head.format(level), inside.format(level)


def sentence_case(text: str) -> str:
    """A caption with a capital, unless its first word has capitals of its own."""
    first = text.split(" ")[0]
    return text[:1].upper() + text[1:] if first.islower() else text
