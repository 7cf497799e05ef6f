"""The words of a parameter or an endpoint in, what they mean out; no table is read.

Words that are not understood mean nothing: "" or None, never the likeliest.
"""

from __future__ import annotations

import re

_NO_COUNT = re.compile(
    r"%|percent|pct|naive|naïve|memory|effector|activat|regulat|treg|hla|pd-?1|subset|cd3\+?cd"
    r"|cd(25|27|28|38|45\w*|57|69|127)(?!\d)", re.I)  # fmt: skip
_CD4, _CD8 = (re.compile(rf"(?<![a-z0-9])cd ?-?{n}(?!\d)|^t?cd{n}", re.I) for n in (4, 8))
_RATIO = re.compile(r"ratio|cd4\+?(?: t[- ]cells?| cells?)?\s*[/:]\s*cd8|cd4cd8|cd48r", re.I)
_HIV = re.compile(
    r"(hiv.*(rna|load|copies))|hiv-?1?rna|viral ?load|viruslast|viraemia|viremia|^vl$", re.I
)
_NO_PLASMA = re.compile(r"\bdna\b|csf|semin|reservoir|cell-?associated|log10? ?(change|drop)", re.I)
_CHIMERISM = re.compile(r"chimer|donor", re.I)
_CYTOKINE = re.compile(
    r"(?<![a-z0-9])(il-?\d+[a-z0-9]*|tnf|ifn|interferon|interleukin|tgf|ip-?10|mcp-?\d?|mip-?\d"
    r"|gm-?csf|g-?csf|cxcl\d+|ccl\d+|rantes|tumou?r necrosis factor|vegf)", re.I)  # fmt: skip
# a stem within another word says nothing: studied, health, occurred, corresponding, deadline
_FAILURE = re.compile(
    r"death|(?<![a-z])died|(?<![a-z])dead(?!line)|surviv|mortal|progress|fail|relaps|rebound|recur"
    r"|loss|(?<![a-z])lost|(?<![a-z])aids|declin|worsen|toxic|adverse|discontinu|withdraw|hospital"
    r"|gvhd|reject|(?<!dis)infection|malignan|metasta|exacerbat|(?<![a-z])flare|(?<![a-z])stroke"
    r"|infarct|bleed|ha?emorrhag|fractur", re.I)  # fmt: skip
_RESPONSE = re.compile(
    r"(?<!cor)respon|recover|improve|remission|(?<![a-z])cure|suppress|undetect|clearance|engraft"
    r"|success|normali|reconstitut|seroconver|(?<![a-z])heal(?!th)|resol|above baseline"
    r"|discharged? (?:from|alive)|hospital discharge|cd4.*(increase|rise|gain)", re.I)  # fmt: skip
_LOSS = re.compile(r"(loss|lost|end|duration) of|non-?respon|failure (of|to)", re.I)


def role_of(code: str, name: str) -> str:
    """cd4, cd8, cd4cd8, hivrna, chimerism, cytokine, or "" for none of them."""
    both = f"{code} {name}"
    has = {4: bool(_CD4.search(code) or _CD4.search(name)),
           8: bool(_CD8.search(code) or _CD8.search(name))}  # fmt: skip
    if _RATIO.search(both) and (has[4] or has[8] or _RATIO.search(code)):
        return "cd4cd8" if "cd8" in both.lower() or has[8] else ""
    if _HIV.search(code) or _HIV.search(name):
        return "" if _NO_PLASMA.search(both) else "hivrna"
    if _CHIMERISM.search(both):
        return "chimerism"
    if has[4] != has[8] and not _NO_COUNT.search(both):
        return "cd4" if has[4] else "cd8"
    return "cytokine" if _CYTOKINE.search(code) or _CYTOKINE.search(name) else ""


def polarity(words: str) -> str | None:
    """ "response" or "failure" as the words of an endpoint say; None when both or neither."""
    if _LOSS.search(words):
        return "failure"
    good, bad = bool(_RESPONSE.search(words)), bool(_FAILURE.search(words))
    return None if good == bad else ("response" if good else "failure")
