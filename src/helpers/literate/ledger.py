"""The ledger of the two reports in, its counts as Results and its tables out; nothing is judged here."""

from __future__ import annotations

from collections.abc import Sequence

from helpers.audit import history, ledger
from helpers.audit.ledger import Verdict
from helpers.literate.outcome import About, Result, Results, made
from helpers.present import ledger_page, markup
from helpers.present.html import Html

ALWAYS = 0.999  # a share of random figures that counts as all of them


class BookLedger(ledger.Ledger):
    """The verdicts on all claims of both abstracts; shown in a notebook it is claims.json."""

    def __init__(self, verdicts: Sequence[Verdict]):
        super().__init__(verdicts)
        self.verdicts = tuple(verdicts)

    def total(self) -> Result:
        """How many statements there are."""
        return _count(len(self.verdicts), "Claims of both abstracts")

    def by_status(self) -> Results:
        """How many statements have each status."""
        counts = ledger.summary(self.verdicts)
        return Results({markup.slug(s): _count(n, s) for s, n in counts.items()})

    def flipping(self) -> Result:
        """How many statements have another status under another live reading."""
        return _count(sum(v.flips for v in self.verdicts), "Status depends on the reading")

    def weak(self) -> Result:
        """Of how many compatible statements a random figure would always have passed the check."""
        always = [v for v in self.verdicts if v.status == "compatible" and (v.passes or 0) > ALWAYS]
        return _count(len(always), "A random figure would always have passed")

    def shares(self) -> Results:
        """The share of the possible trials that print a claim, where they were counted."""
        counted = {v.id: v for v in self.verdicts if v.share is not None}
        return Results({
            name: Result(made(ledger.evaluate, v.share, statistic="share of possible trials",
                              method="exhaustive enumeration"),
                         About(study=v.study, parameter=v.id, unit="proportion"))
            for name, v in counted.items()
        })  # fmt: skip

    def passing(self) -> Results:
        """How often a random figure would have passed the check of a compatible claim."""
        known = {
            v.id: v for v in self.verdicts if v.status == "compatible" and v.passes is not None
        }
        return Results({
            name: Result(made(ledger.evaluate, v.passes, statistic="share of random figures that pass",
                              method=v.method),
                         About(study=v.study, parameter=v.quantity, unit="proportion"))
            for name, v in known.items()
        })  # fmt: skip

    def chart(self):
        """One mark a statement, by chapter and status."""
        return ledger_page.chart_verdicts(self.verdicts)

    def scoreboard(self) -> Html:
        """How many statements have each status, as tiles."""
        return ledger_page.scoreboard(self.verdicts)

    def checked(self) -> Html:
        """The statements that something printed can be held against."""
        return ledger_page.checked_table(self.verdicts)

    def readings(self) -> Html:
        """The statements whose status depends on the reading."""
        return ledger_page.flipping_table(self.verdicts)

    def changes(self) -> Html:
        """What changed in the verdicts since the first ledger, and when."""
        return ledger_page.changes_table(self.verdicts, history.changes(history.load_history()))

    def of(self, study: str) -> Html:
        """Every statement of one study."""
        return ledger_page.ledger_table(self.verdicts, study)


def open_ledger() -> BookLedger:
    """The ledger of the two published reports, from `data/published`."""
    return BookLedger(ledger.published())


def _count(number: int, parameter: str) -> Result:
    found = made(ledger.summary, number, statistic="claims", method="count")
    return Result(found, About(parameter=parameter))
