"""Tables in, planned counts of events of `study.toml` that these tables cannot give out."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from helpers.conformance.rules import Hits, rule
from helpers.conformance.view import Tables


@rule(
    "count of events without time or table",
    "error",
    "study.counts",
    expected="a table adae, and TRTDURD in adsl",
    do="add TRTDURD, the days under observation, to adsl, or take the block [counts.NAME] out",
    needs=["adsl.USUBJID"],
)
def no_time(tables: Tables) -> Iterator[Hits]:
    """A planned count of events needs the events and, for its rate, each subject's time."""
    lacking = [name for name in ("adae.USUBJID", "adsl.TRTDURD") if not tables.has(name)]
    for name in tables.config.counts if lacking else ():
        yield Hits(None, f"no {lacking[0]}", at=f"study.counts.{name}")


@rule(
    "count of what never occurs",
    "warning",
    "study.counts",
    expected="terms as AEDECOD, classes as AEBODSYS spell them, in any case",
    do="spell it as adae does, or take it out; nobody has it",
    needs=["adae.USUBJID"],
)
def never(tables: Tables) -> Iterator[Hits]:
    """A term or class of a planned count is in no row of adae."""
    for count in tables.config.counts.values():
        column = f"adae.{count.column}"
        if not count.column:
            continue
        there = set()
        if tables.has(column):
            there = {str(word).casefold() for word in tables.text(column).dropna()}
        key = "term" if count.terms else "class"
        for word in count.terms or count.classes:
            if word.strip().casefold() not in there:
                near = difflib.get_close_matches(word.casefold(), there, n=1)
                do = f"did you mean {near[0]!r}? else take it out; nobody has it" if near else ""
                yield Hits(None, repr(word), do=do, at=f"study.counts.{count.name}.{key}")
