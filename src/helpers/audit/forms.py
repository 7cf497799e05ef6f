"""A cell of a table as journals print it goes in; its labelled pieces come out, nothing is guessed.

"0.62 (95% CI, 0.40 to 0.97; P = .03)" has three pieces: a number without a label, an interval, a P.
Each piece keeps its numbers as they stand. Which field of a report a piece belongs to is for `spread`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from helpers.audit import printed

LABELS = {
    "ci": r"(?:(?P<level>\d\d(?:[.·]\d+)?)\s?[%％][\s-]*)?"
    r"(?:confidence (?:interval|limit)s?|C\.?I\.?s?(?![a-z])|置信区间)",
    "iqr": r"inter-?quartile range|IQR|Q1\s?(?:[-–,]|to)\s?Q3",
    "range": r"range|min(?:imum)?\s?(?:[-–,]|to)\s?max(?:imum)?",
    "sd": r"standard deviations?|s\.?d\.?(?![a-z])",
    "se": r"standard errors?(?: of the mean)?|s\.?e\.?(?:m\.?)?(?![a-z])",
    "p": r"p(?:[- ]?values?)?(?![a-z])",
    "mean": r"mean(?! diff)",
    "median": r"median(?! diff)",
}
MEASURES = {
    "odds ratio": r"odds ratio|OR(?![a-z])",
    "risk ratio": r"(?:risk ratio|relative risk)|RR(?![a-z])",
    "hazard ratio": r"hazards? ratio|HR(?![a-z])",
    "risk difference": r"(?:absolute )?risk difference|A?RD(?![a-z])",
    "mean difference": r"mean difference|MD(?![a-z])",
    "rate ratio": r"(?:incidence )?rate ratio|IRR(?![a-z])",
}
ADJUSTED = re.compile(
    r"(?:(?P<yes>adjusted\s+|a(?=[HOR]))|unadjusted\s+|crude\s+)(?=(?:hazard|odds|risk|relative|rate|incidence|mean|HR|OR|RR|IRR)\b)"
)
LABEL = re.compile(
    "|".join(f"(?P<{name.replace(' ', '_')}>{words})" for name, words in {**MEASURES, **LABELS}.items()),
    re.IGNORECASE,
)  # fmt: skip
SHORT = re.compile(r"(?<=[a-z])\s*[\[(](?:CI|HR|OR|RR|RD|MD|IRR|IQR|SD|SE|SEM)[\])]", re.IGNORECASE)
BETWEEN = re.compile(r"[;()\[\]（）；]|[,，]\s+(?=[A-Za-z]|\d\d(?:\.\d+)?\s?[%％]\s?(?:CI|conf))")
SHARE = re.compile(r"\s*(?:/|／|\bout of\b|\bof\b)\s*", re.IGNORECASE)
VERSUS = re.compile(r"\s+(?:vs?\.?|versus|compared with)\s+", re.IGNORECASE)
P = re.compile(
    r"(?P<before>(?:[A-Za-zχ²’'-]+\s+)*?)(?:p(?:[- ]?values?)?\s*[,:]?\s*)?"
    r"(?P<number>[=<>≤≥＝＜＞]*\s*[\d.·][\d.·]*|=?\s*n\.?s\.?)"
    r"(?:\s*(?:,|\bby\b|\()\s*(?P<after>[^()]+?)\)?)?$",
    re.IGNORECASE,
)  # "log-rank P = 0.03", "P-value: 0.03 (Fisher's exact test)"
SPREAD = re.compile(r"\s*(?:±|\+/-|\+/−|\\pm)\s*")
STATISTICS = ("t", "F", "chi-square", "z", "r")
NUMBER = r"[-−–]?\s?\d*[.·]?\d+"
APA = re.compile(
    rf"(?P<name>t|F|z|r|χ2|χ²|chi-squared?|x2|X²)\s*(?:[(\[]\s*(?P<df>{NUMBER}(?:\s*,\s*{NUMBER})?)"
    rf"(?:\s*[,;]\s*N\s*=\s*(?P<n>\d+))?\s*[)\]])?\s*=\s*(?P<value>{NUMBER})(?:\s*[,;]\s*P\s*(?:=\s*)?(?P<p>[<>]?\s*{NUMBER}))?$",
    re.IGNORECASE,
)
NOTHING = re.compile(
    r"[-–—]|\.{2,}|…|n\.?/?[are]\.?|not (?:reported|available|applicable|reached|estimable)"
    r"|[-+−–]?\s?(?:∞|inf(?:inity)?)",
    re.IGNORECASE,
)
RATE = re.compile(
    rf"(?P<rate>{NUMBER})\s*(?:per|/)\s*(?P<per>\d[\d, ]*)\s*"
    r"(?:person|patient|subject)?[-‐ ]?(?:years?|months?|weeks?|days?).*",
    re.IGNORECASE,
)
DECIMAL_COMMA = re.compile(r"[-−–]?(?:0,\d+|\d+,(?:\d{1,2}|\d{4,}))\s?[%％]?")
MARKS = re.compile(r"(?<=[\d%])\s?[*†‡§¶#]+$")  # of a footnote
UNIT = re.compile(
    r"(?<=\d)\s+(?!to\b|of\b|vs?\b|and\b|per\s?cent)(?:[a-zA-Zµμ][a-zA-Zµμ/²³%]{1,14}|[dhgLsym])$"
    r"|(?<=\d)\s+(?:person|patient|subject|participant)[-‐ ]?(?:years?|months?|weeks?|days?)"
    r"(?: of follow-?up)?$|(?<=\d)\s+percentage points?$"
    r"|(?<=\d)\s?(?:mm ?Hg|kg|mg/dL|g/dL|mmol/L|days?|weeks?|months?|years?)$"
)


@dataclass(frozen=True)
class Piece:
    """One piece of a cell: its label ("" where none), its numbers as printed, and what joins two.

    `joint` is "±", "/" (so many of so many), "–" (two ends) or "" (one number, or none); `adjusted`
    what words such as "aHR" say.
    """

    label: str
    numbers: tuple[str, ...]
    joint: str = ""
    level: str = ""
    adjusted: bool | None = None


def pieces(text: str, *, pair: bool = False) -> list[Piece] | None:
    """Return the pieces of a cell in their order; None where a part of it has another form.

    Of a `pair` "[0.40; 0.97]" is one piece.
    """
    whole = _piece(text.strip().strip("()[]（）")) if pair else None
    if whole is not None and whole.joint == "–":
        return [whole]
    segments = [part.strip(" ,:") for part in BETWEEN.split(SHORT.sub("", text.translate(SPACES)))]
    found = [_piece(part) for part in segments if part]
    return None if not found or None in found else found


SPACES = {code: " " for code, to in printed.WIDE.items() if to == " "}


def _piece(text: str) -> Piece | None:
    said = ADJUSTED.match(text)
    found = _plain_piece(text[said.end() :] if said else text)
    return replace(found, adjusted=bool(said["yes"])) if said and found else found


def _plain_piece(text: str) -> Piece | None:
    label, level, body = _label(text)
    body = bare(body)
    if not body:
        return Piece(label, (), "", level) if label in ("sd", "se", "iqr", "range", "ci") else None
    if SPREAD.search(body):
        first, _, second = SPREAD.sub("±", body).partition("±")
        inner, _, second = _label(second.strip())
        numbers = (bare(first), bare(second))
        if not first and _number(numbers[1]):
            return Piece(label, numbers, "±", level)
        return _of(inner or label, numbers, "±", level)
    if _number(body):
        return Piece(label, (body,), "", level)
    share = SHARE.split(body)
    if len(share) == 2:
        return _of(label, tuple(map(bare, share)), "/", level)
    ends = tuple(bare(part) for part in printed.parts(body))
    return _of(label, ends, "–", level) if len(ends) == 2 else None


def _of(label: str, numbers: tuple[str, ...], joint: str, level: str) -> Piece | None:
    return Piece(label, numbers, joint, level) if all(map(_number, numbers)) else None


def _number(text: str) -> bool:
    return printed.parse(text) is not None


def _label(text: str) -> tuple[str, str, str]:
    """Return the label at the start of a text, the level that it names, and what follows it."""
    found = LABEL.match(text)
    if not found:
        return "", "", text
    rest = text[found.end() :].lstrip(" :,")
    label = next(name for name in found.groupdict() if name != "level" and found[name] is not None)
    rest = rest if label == "p" else rest.removeprefix("=").strip()
    return label.replace("_", " "), (found["level"] or "") and f"{found['level']}%", rest


def statistic(text: str) -> dict[str, str]:
    """Return the fields of a test statistic with its degrees of freedom, {} where it is none.

    "t(58) = 2.31, p = .02" gives t, df and p.
    """
    found = APA.match(text.translate(SPACES).strip())
    if not found or printed.parse(found["value"]) is None:
        return {}
    name = {"f": "F", "t": "t", "z": "z", "r": "r"}.get(found["name"].lower(), "chi-square")
    out = {name: found["value"].strip(), "df": found["df"], "n": found["n"], "p": found["p"]}
    return {field: value for field, value in out.items() if value}


def bare(text: str) -> str:
    """Return a printed number without a footnote's mark and without the unit behind it."""
    text = MARKS.sub("", text.strip()).removeprefix("=").strip()
    return text if printed.parse(text) else UNIT.sub("", text).strip()


WORDS = ("id", "kind", "arms", "measure", "test", "quote", "note", "source", "name", "at", "correction",
         "between", "beside", "sum_of", "any_of", "part_of", "strata", "categories")  # fmt: skip
POINT = re.compile(r"(?<=\d)\.(?=\d{3}(?:\D|$))")  # between thousands: "1.204"
COMMA = re.compile(r"(?<=\d),(?=\d)|(?<!\d),(?=\d)")


def with_points(item: Any) -> Any:
    """Return a result's table with decimal points for commas, and no points between thousands.

    What holds words stays as it is: an id, a quotation, a note.
    """
    if isinstance(item, dict):
        return {key: value if key in WORDS else with_points(value) for key, value in item.items()}
    if isinstance(item, list):
        return [with_points(value) for value in item]
    return COMMA.sub(".", POINT.sub("", item)) if isinstance(item, str) else item
