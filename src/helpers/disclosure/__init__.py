"""Estimates and records of hidden subjects in, what may be shown of them out; no file is read.

`rules` looks at one statistic by itself, `rank_tests` at the tests whose P is a count in disguise,
`order` at values picked from subjects' own, `complement` at what several statistics give away together,
`nested` at counts that lie within each other, `responses` at those of planned responses and `totals` at
those of all arms (all by `deduce`, which finds what an outsider can), `ratios` at those that share an
arm, `sizes` at the numbers of subjects behind them, `printed` at the words and digits that a record
prints, `figures` at what a chart draws.
"""

from helpers.disclosure.complement import given_away
from helpers.disclosure.figures import reason_to_hide, revealing_field
from helpers.disclosure.nested import nested_away
from helpers.disclosure.printed import as_shown, total_text
from helpers.disclosure.ratios import ratios_away
from helpers.disclosure.responses import responses_away
from helpers.disclosure.rounding import corrected_words, p_words
from helpers.disclosure.rules import FEW, THRESHOLD, UNSHOWN, UNTOLD
from helpers.disclosure.sizes import N_ALONE, sizes_away
from helpers.disclosure.thinned import thinned
from helpers.disclosure.totals import totals_away

__all__ = [
    "FEW",
    "N_ALONE",
    "THRESHOLD",
    "UNSHOWN",
    "UNTOLD",
    "as_shown",
    "corrected_words",
    "given_away",
    "nested_away",
    "p_words",
    "ratios_away",
    "reason_to_hide",
    "responses_away",
    "revealing_field",
    "sizes_away",
    "thinned",
    "total_text",
    "totals_away",
]
