"""Estimates and records of hidden subjects in, what may be shown of them out; no file is read.

`rules` looks at one statistic by itself, `rank_tests` at the tests whose P is a count in disguise,
`complement` at what several statistics give away together, `nested` at counts that lie within each
other (by `deduce`, which finds what an outsider can), `printed` at the words and digits that
a record prints, `figures` at what a chart draws.
"""

from helpers.disclosure.complement import given_away
from helpers.disclosure.figures import reason_to_hide, revealing_field
from helpers.disclosure.nested import nested_away
from helpers.disclosure.printed import as_shown, total_text
from helpers.disclosure.rules import FEW, THRESHOLD, UNSHOWN

__all__ = [
    "FEW",
    "THRESHOLD",
    "UNSHOWN",
    "as_shown",
    "given_away",
    "nested_away",
    "reason_to_hide",
    "revealing_field",
    "total_text",
]
