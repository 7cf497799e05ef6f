"""A word of causality in, whether the event counts as related out; the rule that AEREL is read by.

Trials grade causality in words between yes and no. Which of them count is the sponsor's choice:
`related` under [analysis] of `study.toml`. Without it everything counts but a blank and the words
that deny a relation or call it unlikely.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_BLANK = ("", "NAN", "NONE", "<NA>", "NA")
_DENIED = re.compile(r"N(O|$)|UNREL|UNLIK|REMOTE|DOUBTFUL|IMPROBABL|UNASSESS|0$")


def counts_as_related(word: str, related: Sequence[str] = ()) -> bool:
    """Whether `word` (in any case) counts: it is one of `related`, or denies nothing where none is given."""
    plain = word.strip().upper()
    if related:
        return plain in {w.strip().upper() for w in related}
    return plain not in _BLANK and not _DENIED.match(plain)
