"""Records of adverse events and their study in, the records that give nested counts away out.

A term's subjects lie within its class's, a class's within those with any event, and so do serious
and severe ones. Eight in a class less seven in its only term is one subject, named by what it had.
So, by what `deduce` finds, no hidden count and no rest of a whole beside its part may be known to
be fewer subjects than the threshold; the part goes, then what holds it, until none is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from helpers.derive import adverse, frames
from helpers.disclosure import rounding, rules
from helpers.disclosure.deduce import Count, Puzzle, as_rounded
from helpers.results import Record
from helpers.study import Study

Key = tuple[str, str]  # chapter, key


@dataclass
class Nesting:
    """How the groups of a safety table lie in each other, by the names that records have.

    `inside`: pairs (part, whole), the narrowest parts first; `unions`: a whole -> all its parts.
    """

    inside: list[tuple[str, str]] = field(default_factory=list)
    unions: dict[str, set[str]] = field(default_factory=dict)


def nesting(study: Study, *, lot: str = "") -> Nesting:
    """The groups that the treatment-emergent events of `study` make: terms, classes, kinds, any.

    `lot`: what decides which names are pooled where counts are rounded.
    """
    out = Nesting()
    if study.adae is None:
        return out
    rare = rounding.rare_by(study.config, lot)
    events = adverse.rare_pooled(frames.treatment_emergent(study), study, rare=rare)
    terms = events["AEDECOD"].astype(str)
    any_of = adverse.ANY
    if "AEBODSYS" in events:
        classes = events["AEBODSYS"].fillna("").astype(str)
        pairs = {(t, c) for t, c in zip(terms, classes, strict=True) if c and t != c}
        for whole in sorted({c for _, c in pairs}):
            parts = {t for t, c in pairs if c == whole}
            own = {t for t in parts if (classes[terms == t] == whole).all()}
            out.inside += [(t, whole) for t in sorted(own)]
            out.unions[whole] = parts
        if pairs and (classes != "").all():
            out.unions[any_of] = {c for _, c in pairs}
        out.inside += [(c, any_of) for c in sorted({c for _, c in pairs})]
    kinds = set(adverse.overview(study)["KIND"]) - {any_of}
    out.inside += [(kind, any_of) for kind in sorted(kinds)]
    out.inside += [(t, any_of) for t in sorted(set(terms))]
    return out


def nested_away(
    records: Iterable[Record], study: Study, *, withheld: Collection[Key] = (), lot: str = ""
) -> set[Key]:
    """The (chapter, key) of every record of `study` to withhold, so that no nested count is known.

    `withheld`: keys that are hidden already for the sake of others, so that their size is unknown.
    """
    names = nesting(study, lot=lot)
    known = {name for pair in names.inside for name in pair}
    arms: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for r in records:
        share = rules.kind(r.statistic, method=r.method) == rules.SHARE
        if share and r.study == study.id and r.parameter in known and not r.comparator and r.n:
            arms[r.arm][r.parameter].append(r)
    out: set[Key] = set()
    for cells in arms.values():
        gone = _withheld(cells, names, study.config.threshold, set(withheld))
        if study.config.rounding:
            gone |= _contradicting(cells, names, study.config.threshold, gone)
        out |= {(r.chapter, r.key) for name in gone for r in cells[name] if r.value is not None}
    return out


def _count(records: list[Record], withheld: set[Key]) -> Count:
    shown = next((r for r in records if r.value is not None), None)
    n = max(r.n for r in records)
    if shown is not None:
        return Count(n, round(shown.value * shown.n))
    return Count(n, small=not any((r.chapter, r.key) in withheld for r in records))


def _withheld(
    cells: Mapping[str, list[Record]], names: Nesting, threshold: int, withheld: set[Key]
) -> set[str]:
    """The names of the counts of one arm to hide besides those that are hidden."""
    counts = {name: _count(records, withheld) for name, records in cells.items()}
    inside = [(p, w) for p, w in names.inside if p in counts and w in counts]
    unions = {w: p for w, p in names.unions.items() if w in counts and set(p) <= set(counts)}
    gone: set[str] = set()
    while True:
        found = _next(Puzzle(counts, inside, unions, threshold), inside)
        if found is None:
            return gone
        gone.add(found)
        counts[found] = Count(counts[found].n)


def _contradicting(
    cells: Mapping[str, list[Record]], names: Nesting, threshold: int, gone: set[str]
) -> set[str]:
    """The rounded counts to hide besides `gone`, as with others they say more than they do alone."""
    counts = {name: Count(max(r.n for r in cells[name])) if name in gone
              else _count(cells[name], set()) for name in cells}  # fmt: skip
    inside = [(p, w) for p, w in names.inside if p in counts and w in counts]
    unions = {w: p for w, p in names.unions.items() if w in counts and set(p) <= set(counts)}
    out: set[str] = set()
    while True:
        puzzle = Puzzle(as_rounded(counts, rounding.OFF), inside, unions, threshold)
        narrow = [n for n, c in counts.items() if c.shown is not None and puzzle.narrow(n)]
        if not narrow:
            return out
        out.add(narrow[0])
        counts[narrow[0]] = Count(counts[narrow[0]].n)


def _next(puzzle: Puzzle, inside: list[tuple[str, str]]) -> str | None:
    """The next count to hide: the part of a rest that is known, or what lets a hidden one be known."""
    shown = {name for name, count in puzzle.counts.items() if count.shown is not None}
    for part, whole in inside:
        if {part, whole} & shown and puzzle.gives_away({whole: 1, part: -1}):
            return part if part in shown else whole
    for name in [name for name in puzzle.counts if name not in shown]:
        if puzzle.gives_away({name: 1}):
            near = [p for p, w in inside if w == name] + [w for p, w in inside if p == name]
            near += [p for other in near for p, w in inside if w == other and p != name]
            open_ = [other for other in near if other in shown]
            if open_ or shown:
                return open_[0] if open_ else min(shown)
    return None
