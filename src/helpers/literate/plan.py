"""A study in, what its block [analysis] says out, as a page shows it; P values are corrected by it."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.config import Analysis
from helpers.config_plan import USUAL
from helpers.derive import planned
from helpers.literate.compare import adjusted
from helpers.literate.outcome import Results
from helpers.present import markup
from helpers.present.html import Html
from helpers.present.words import level_text
from helpers.study import Study

OTHER_PAIRS = (
    "The plan compares other pairs of arms; their P values are corrected with them, below."
)


@dataclass(frozen=True)
class Plan:
    """What `study.toml` plans, and which of it no model can take."""

    study: Study

    @property
    def said(self) -> Analysis:
        """The block as read, with what holds without it."""
        return self.study.config.analysis

    @property
    def multiplicity(self) -> str:
        """How P values are corrected for their number: "holm", "hochberg", "bonferroni" or "none"."""
        return self.said.multiplicity

    @property
    def convention(self) -> str:
        """Where a quantile of a flat curve lies, as `analyse.survival` calls it."""
        return self.said.convention

    def has_others(self, compared: Results) -> bool:
        """Whether these are each arm against the reference, and the planned pairs are others."""
        arms, reference = self.study.arms, self.study.reference
        mine = {(r.about.arm, r.about.comparator) for r in compared.values()}
        plan = {(arm, to) for to, them in planned.pairs(self.study).items() for arm in them}
        every = {(arm, reference) for arm in arms if arm != reference}
        return bool(mine) and mine <= every and plan not in (every, mine)

    def corrected(self, pairs: Results) -> Results:
        """The tests of each arm against the reference with P values corrected for their number.

        By endpoint, as the plan says (else Holm). None where it compares other pairs, which have a
        correction of their own, or where a P value is held back.
        """
        if self.has_others(pairs):
            return Results({}, caption=OTHER_PAIRS)
        return adjusted(pairs, method=self.multiplicity)

    def unusable(self) -> dict[str, str]:
        """Covariates that no model of all subjects can take: {column of adsl: why}."""
        return planned.unusable(self.study)

    def facts(self) -> list[tuple[str, str]]:
        """What is planned, one line a kind; what is left out of the models comes last."""
        said = self.said
        lines = [
            ("Strata", ", ".join(said.strata) or "none"),
            ("Covariates", ", ".join(said.covariates) or "none"),
            ("Centre", said.centre or "none"),
            ("Compared with the reference", ", ".join(planned.compared(self.study)) or "no arm"),
            ("Compared with each other", "; ".join(self._others()) or "no arms"),
            ("P values corrected by", said.multiplicity),
            *[("Level of intervals", level_text(said.confidence))] * (said.confidence != USUAL),
            *self._of_times() * bool(self.study.config.endpoints),
        ]
        if self.study.adlb is not None:
            lines.append(("Degrees of freedom of the mixed model", said.df))
        gone = [f"{name} {why}" for name, why in self.unusable().items()]
        return lines + [("Left out of the models", "; ".join(gone))] * bool(gone)

    def _of_times(self) -> list[tuple[str, str]]:
        """What is planned for times to event alone."""
        return [("Weights of the log-rank test", self.said.weights),
                ("Ties in Cox's model", self.said.ties),
                ("Median of a flat curve", self.said.median)]  # fmt: skip

    def _others(self) -> list[str]:
        """The planned pairs whose second arm is not the reference, in words."""
        return [f"{arm} with {against}" for against, arms in planned.pairs(self.study).items()
                for arm in arms if against != self.study.reference]  # fmt: skip

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        facts = self.facts()
        html = markup.table_html(
            ["", "As planned"], [[markup.escape(k), markup.escape(v)] for k, v in facts],
            caption="The plan",
        )  # fmt: skip
        return Html(html, "\n".join(f"{k}: {v}" for k, v in facts))._repr_mimebundle_()
