"""Records of planned responses and their study in, those that give few subjects away out; none is changed.

Of an arm each response makes three groups: who responded, who did not, and of whom it is not known. Those
of a stricter threshold lie within those of a wider one: 9 risen by 100 and 11 by 50 are two between. Who is
known lies within who was measured, and responders within those below a limit or risen at all, which other
pages count. Which groups lie in each other is seen from the data: what must be so by its meaning (ACR50
within ACR20, whose names say nothing) is so there.

So, by what `deduce` finds, no group and no rest of one within another may be known to be fewer subjects than
the threshold. What goes first is the number of whom it is not known, then the later of two responses.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from helpers.derive import frames, responders, upper
from helpers.derive.courses import visit_words
from helpers.disclosure import rounding, rules
from helpers.disclosure.deduce import Count, Puzzle
from helpers.disclosure.sizes import N_ALONE
from helpers.results import Record
from helpers.study import Study

Key = tuple[str, str]  # chapter, key
Group = tuple[str, str]  # what, of which response (or parameter and visit)
YES, NO, UNKNOWN = "responded", "did not", "not known"
OWN = (YES, NO, UNKNOWN)
MISSED = ("not measured", "no change")  # of which other pages print n
ELSEWHERE = ("below", "above", "rose")  # of which other pages may print a share


def responses_away(
    records: Iterable[Record], study: Study, *, withheld: Collection[Key] = ()
) -> set[Key]:
    """The (chapter, key) of every record of `study` to withhold, so that no few subjects are known.

    `withheld`: keys that are hidden already for the sake of others, so that their size is unknown.
    """
    if not study.config.responses:
        return set()
    people = study.of("changes")
    groups = groups_of(people)
    mine = [r for r in records if r.study == study.id and r.arm and not r.comparator]
    out: set[Key] = set()
    for arm in people.arms:
        inside = (people.adsl["ARM"] == arm).to_numpy()
        told = _Told(people, {g: own & inside for g, own in groups.items()}, int(inside.sum()),
                     nestings(groups))  # fmt: skip
        told.read([r for r in mine if r.arm == arm], set(withheld))
        out |= told.away()
    return out


def groups_of(people: Study) -> dict[Group, pd.Series]:
    """Whether each subject, in the order of adsl, is in each group that a response is held against."""
    out: dict[Group, pd.Series] = {}
    for name, response in people.config.responses.items():
        rows = responders.responders(people, name)
        known, yes = (rows[c].to_numpy(dtype=bool) for c in ("KNOWN", "RESPONSE"))
        out |= {(YES, name): yes, (NO, name): known & ~yes, (UNKNOWN, name): ~known}
        role = responders.role_of(people, name)
        for what, subjects in _elsewhere(people, role, response.visit).items():
            out[what, _place(people, name)] = people.adsl["USUBJID"].isin(subjects).to_numpy()
    return out


def _place(people: Study, name: str) -> str:
    """Parameter and visit of a response, which the groups that other pages count share."""
    visit = visit_words(people, people.config.responses[name].visit)
    return f"{people.parameter(responders.role_of(people, name)).label}|{visit}"


def _elsewhere(people: Study, role: str, visit: float) -> dict[str, set[str]]:
    """Subjects of the groups of a parameter at a visit that other pages count."""
    everybody, seen = set(people.adsl["USUBJID"]), frames.at_visit(people, role, visit)
    first = frames.at_visit(people, role, people.config.visits.baseline)
    both = seen.merge(first, on="USUBJID", suffixes=("", "_BASE"))
    high = upper.above(people, role)
    return {
        MISSED[0]: everybody - set(seen["USUBJID"]),
        MISSED[1]: everybody - set(both["USUBJID"]),
        ELSEWHERE[0]: set(seen["USUBJID"][seen["BLQFL"].astype(bool)]),
        ELSEWHERE[1]: set(high["USUBJID"][high["ABOVE"] & (high["VISIT"] == visit)]),
        ELSEWHERE[2]: set(both["USUBJID"][both["AVAL"] > both["AVAL_BASE"]]),
    }


def nestings(groups: Mapping[Group, pd.Series]) -> list[tuple[Group, Group]]:
    """Pairs (part, whole) of groups of which, in all arms, nobody of the part is outside the whole.

    Nobody at all is a part of those alone of whom something is not known: of no other group is it so
    by its meaning.
    """
    lost = {UNKNOWN, *MISSED}
    return [(a, b) for a, part in groups.items() for b, whole in groups.items()
            if a != b and not (part & ~whole).any() and (part.any() or {a[0], b[0]} <= lost)]  # fmt: skip


def _n_of(record: Record, known: bool) -> set[Key]:
    """The key of the number of subjects of a record, if that counts those of whom it is `known`."""
    return {(record.chapter, record.key + N_ALONE)} if known and record.n else set()


@dataclass
class _Told:
    """What is published of one arm: its groups, their sizes as shown, and the keys that show them."""

    people: Study
    members: Mapping[Group, pd.Series]
    size: int
    nestings: list[tuple[Group, Group]]
    counts: dict[Group, Count] = field(default_factory=dict)
    keys: dict[Group, set[Key]] = field(default_factory=dict)

    def read(self, records: list[Record], withheld: set[Key]) -> None:
        """Take the counts that these records of the arm show; all else is unknown."""
        self.counts = {group: Count(self.size) for group in self.members}
        for name in self.people.config.responses:
            visit = visit_words(self.people, self.people.config.responses[name].visit)
            words = responders.words(self.people, name)
            for group, parameter in ((YES, words), (UNKNOWN, words + responders.UNKNOWN)):
                found = [r for r in records if (r.parameter, r.visit) == (parameter, visit)]
                self._take((group, name), found, withheld)
        for group in [g for g in self.members if g[0] not in OWN]:
            if self._printed_elsewhere(*group, records):
                self.counts[group] = Count(self.size, self._true(group), off=self._off)
            else:  # nobody sees it; what it would tell of the others these tell themselves
                del self.counts[group]
        self.nestings = [pair for pair in self.nestings if set(pair) <= set(self.counts)]

    def _take(self, group: Group, records: list[Record], withheld: set[Key]) -> None:
        """The count of a group as its records show it."""
        for r in records:
            share = rules.kind(r.statistic, method=r.method) == rules.SHARE
            known = share and self.people.config.responses[group[1]].missing == "left out"
            if r.value is None:
                small = r.text == rules.FEW and (r.chapter, r.key) not in withheld
                self.counts[group] = Count(r.n or self.size, small=small and not self._off)
            else:
                count = round(r.value * (r.n or 0) if share else r.value)
                self._shown(group, count, {(r.chapter, r.key)} | _n_of(r, known))
            if known and r.n:  # the n of such a share tells of how many it is not known
                told = _n_of(r, known) | ({(r.chapter, r.key)} if r.value is not None else set())
                self._shown((UNKNOWN, group[1]), self.size - r.n, told)

    def _shown(self, group: Group, count: int, keys: set[Key]) -> None:
        self.counts[group] = Count(self.size, count, off=self._off)
        self.keys[group] = self.keys.get(group, set()) | keys

    @property
    def _off(self) -> int:
        return rounding.OFF if self.people.config.rounding else 0

    def _true(self, group: Group) -> int:
        return int(self.members[group].sum())

    def _printed_elsewhere(self, what: str, place: str, records: list[Record]) -> bool:
        """Whether another page shows the size of a group, as far as the records tell, or may show it."""
        label, _, visit = place.partition("|")
        if what in MISSED:
            few = [self._true((what, place)), self._true((MISSED[1], place))
                   - self._true((MISSED[0], place))]  # fmt: skip
            alone = few[: 1 if what == MISSED[0] else 2]
            return bool(self._off) or not any(self._few(n) for n in alone)
        return any(
            r.value is not None and r.parameter.startswith(label) and r.visit in ("", visit)
            and ", response: " not in r.parameter
            and rules.kind(r.statistic, method=r.method)
            in ((rules.SIGN_TEST,) if what == ELSEWHERE[2] else (rules.SHARE,))
            for r in records
        )  # fmt: skip

    def _few(self, n: int) -> bool:
        return rules.small(n, threshold=self.people.config.threshold)

    def puzzle(self, hidden: Collection[Key] = ()) -> Puzzle:
        """What an outsider knows of the arm, where the records `hidden` are not shown."""
        unseen = {g for g, keys in self.keys.items() if keys <= set(hidden)}
        counts = {
            "|".join(g): Count(self.size) if g in unseen else c for g, c in self.counts.items()
        }
        sums = {}
        for name in self.people.config.responses:
            counts[f"all|{name}"] = Count(self.size, self.size)
            sums[f"all|{name}"] = [f"{group}|{name}" for group in OWN]
        inside = [("|".join(part), "|".join(whole)) for part, whole in self.nestings]
        return Puzzle(counts, inside, {}, self.people.config.threshold, sums=sums)

    def away(self) -> set[Key]:
        """The keys to withhold until nothing is told."""
        out: set[Key] = set()
        while (telling := self._telling(out)) is not None:
            names, coefficients = telling
            left = [keys - out for keys in self._candidates(names) if keys - out]
            if not left:
                return out
            out |= next((k for k in left if not self._tells(coefficients, out | k)), left[0])
        return out

    def _telling(self, hidden: set[Key]) -> tuple[list[str], dict[str, int]] | None:
        """The first group or rest that is known to be few: whose it is, and as a sum of groups."""
        for names, coefficients, true in self._aims():
            if self._few(true) and self._tells(coefficients, hidden):
                return names, coefficients
        for group, keys in self.keys.items() if self._off else ():
            if not keys <= hidden and self.puzzle(hidden).narrow("|".join(group)):
                return [group[1]], {"|".join(group): 1}
        return None

    def _tells(self, coefficients: Mapping[str, int], hidden: set[Key]) -> bool:
        puzzle = self.puzzle(hidden)
        if puzzle.gives_away(coefficients):
            return True
        (name, *more) = coefficients
        shown = puzzle.counts[name].shown is not None
        return bool(self._off and not more and shown and puzzle.narrow(name))

    def _aims(self) -> Iterator[tuple[list[str], dict[str, int], int]]:
        """Every group of a response, and every rest of a group within another: whose, sum, true size."""
        for group in self.counts:
            if group[0] in OWN:
                yield [group[1]], {"|".join(group): 1}, self._true(group)
        for part, whole in self.nestings:
            names = [g[1] for g in (part, whole) if g[0] in OWN]
            if names:
                rest = {"|".join(whole): 1, "|".join(part): -1}
                yield names, rest, self._true(whole) - self._true(part)

    def _candidates(self, names: Collection[str]) -> list[set[Key]]:
        """What could be hidden: of these responses first, then of all; the unknown before the responders."""
        order = list(reversed(self.people.config.responses))
        near = [name for name in order if name in names]
        far = [name for name in order if name not in names]
        return [self.keys.get((group, name), set())
                for part in (near, far) for group in (UNKNOWN, YES) for name in part]  # fmt: skip
