"""A study's planned chapters in, their executed notebooks out; what would give hidden numbers away is not.

All chapters are executed; then those of which records must be withheld once more, without them.
Notebooks of the edition's last run are taken where they are fresh. The first ones, which hold what is
withheld later, are kept nowhere: where that could change, these chapters run from the beginning.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from helpers import disclosure, results
from helpers.context import Context
from helpers.edition import execute, plan, progress
from helpers.edition.fresh import Kept, stale
from helpers.errors import ChapterError
from helpers.study import Study

Keys = dict[str, list[str]]  # chapter -> the keys of its records that are withheld


@dataclass
class Edition:
    """A study's edition at work: its chapters, their folder, the file that tells them its context."""

    chapters: list[plan.Chapter]
    book: Path
    context: Context
    context_file: Path
    study: Study
    kept: Kept

    def execute(self) -> None:
        """Execute what is not fresh, and withhold. Errors: `ChapterError`."""
        if not self._as_last_time():
            self._run({}, [], self._names())
            self._withhold()
            self._learn_untouched()
        self.kept.memory.notes["withheld"] = self.context.withheld
        self.kept.memory.notes["hidden"] = self.context.hidden

    def _names(self) -> set[str]:
        return {chapter.name for chapter in self.chapters}

    def _run(self, withheld: Keys, hidden: list[str], names: set[str]) -> set[str]:
        """Execute these chapters in an edition without the `withheld` records; those that ran."""
        self._in_edition(withheld, hidden)
        chapters = [plan.again(c) for c in self.chapters if c.name in names]
        return set(execute.execute(chapters, self.book, self.context_file, self.kept))

    def _in_edition(self, withheld: Keys, hidden: list[str]) -> None:
        self.context = replace(self.context, withheld=withheld, hidden=hidden)
        self.kept.context = self.context
        self.context.write(self.context_file)

    def _as_last_time(self) -> bool:
        """Whether all is executed now with the last run's withheld records, and these are still right.

        They are where only chapters ran again of which nothing is withheld and whose records are
        what they were: from the same records the same ones are withheld.
        """
        notes = self.kept.memory.notes
        withheld: Keys = notes.get("withheld", {})
        hidden: list[str] = notes.get("hidden", [])
        if not withheld:
            return False
        self._in_edition(withheld, hidden)
        changed = stale(self.chapters, self.kept)
        before = {name: self.kept.records(name) for name in changed}
        if set(changed) & set(withheld) or None in before.values():
            return False
        if any(self._hides(found) for found in before.values()):
            return False
        if self._run(withheld, hidden, self._names()) != set(changed):
            return False
        found = results.book_records(self.book)
        return all(_placeless(found[name].values()) == _placeless(before[name]) for name in changed)

    def _hides(self, records: Iterable[results.Record]) -> bool:
        """Whether one of these numbers is hidden by what it is."""
        hidden = {what.removesuffix(disclosure.N_ALONE) for what in self.context.hidden}
        return any(results.identity(record) in hidden for record in records)

    def _learn_untouched(self) -> None:
        """Remember the chapters that ran before anything was hidden as run now: they print none of it."""
        found = results.book_records(self.book)
        for chapter in self.chapters:
            if not self._hides(found[chapter.name].values()):
                self.kept.outputs(chapter.name, chapter.notebook.cells)
                self.kept.learn(chapter.name, self.book / chapter.place)

    def _withhold(self) -> None:
        """Execute again, without them, the chapters whose records give hidden numbers away."""
        if self.study.config.show_subjects:
            return
        thresholds = {self.study.id: self.study.config.threshold}
        withheld = {chapter: set(keys) for chapter, keys in self.context.withheld.items()}
        while True:
            found = results.book_records(self.book)
            records = [record for chapter in found.values() for record in chapter.values()]
            more = disclosure.given_away(records, thresholds=thresholds)
            known = {(chapter, key) for chapter, keys in withheld.items() for key in keys}
            more |= disclosure.nested_away(
                records, self.study, withheld=known, lot=self.context.lot
            )
            more |= disclosure.responses_away(records, self.study, withheld=known)
            more |= disclosure.sizes_away(records, self.study)
            more |= disclosure.totals_away(records, self.study)
            more |= disclosure.ratios_away(records, self.study)
            if not more:
                return
            for chapter, key in sorted(more):
                if key in withheld.get(chapter, ()):
                    raise ChapterError(
                        f"{chapter}: expected record {key!r} without its number, as it gives a "
                        "hidden one away, found it: record it with study=, the study itself"
                    )
                withheld.setdefault(chapter, set()).add(key)
            progress.say(f"  {len(more)} numbers would give others away and are withheld")
            keys = {chapter: sorted(found) for chapter, found in withheld.items()}
            hidden = {results.identity(r) + end for r in records for end in ("", disclosure.N_ALONE)
                      if r.key + end in withheld.get(r.chapter, ())}  # fmt: skip
            self._run(keys, sorted({*self.context.hidden, *hidden}),
                      {chapter for chapter, _ in more})  # fmt: skip


def _placeless(records: Iterable[results.Record]) -> list[results.Record]:
    """The records without their cells' places: a download lies elsewhere than its page."""
    return [replace(record, cell="") for record in records]
