"""Donor-cell values of one study in, `Results` about their course and decay out.

`trial.detections()` are what the assay showed after treatment; `losses()` between which visits each
subject's donor cells were lost (`donor_losses`), `rates()` how fast they fell. The estimators are
`analyse`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from helpers.analyse import censored, coarse, decay
from helpers.analyse.estimate import Estimate
from helpers.analyse.proportions import clopper_pearson
from helpers.derive import chimerism
from helpers.literate.donor_losses import Losses
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.rows import Rows, called, row_key
from helpers.present.text import decimal_text
from helpers.study import Study

COARSER = (1, 3, 10)  # times the assay's own limit


def study_detections(study: Study, role: str) -> Detections:
    """What the assay of a study showed after treatment, down to its own limit."""
    limit = chimerism.assay_limit(study, role)
    known = study.parameter(role)
    about = About(study.id, study.label, known.label, chimerism.unit(study, role))
    return Detections(study, chimerism.detections(study, role, limit=limit), about, role=role,
                      limit=limit)  # fmt: skip


@dataclass(frozen=True)
class Detections(Rows):
    """One row a subject and visit: VISIT, AVAL (the limit where nothing was seen), BLQFL."""

    role: str = ""
    limit: float = 0.0

    def stated_limit(self) -> Result:
        """The limit of the assay as study.toml states it, or the least value that it recorded."""
        found = made(chimerism.assay_limit, self.limit, method="as stated",
                     statistic="limit of quantification")  # fmt: skip
        text = self.limit_text(self.limit)
        return Result(found, replace(self.about, text=text, digits=None))

    def limit_text(self, limit: float) -> str:
        """A limit in words: "0.1%", "3 cells/µL"."""
        unit = self.about.unit
        number = decimal_text(limit, None).rstrip("0").rstrip(".")
        return f"{number}{unit}" if unit == "%" else f"{number} {unit}"

    def read_to(self, limit: float) -> Detections:
        """The same values read by an assay with a higher `limit`."""
        frame = chimerism.detections(self.study, self.role, limit=limit)
        return replace(self, frame=frame, limit=limit)

    def seen(self) -> Results:
        """Share of subjects with donor cells at each visit; of hidden subjects, ever, alone."""
        out = self.losses().ever_seen()
        if not self.study.config.show_subjects:
            return out  # from visit to visit these shares lose single subjects
        found = {}
        for (arm, visit), rows in self.by("arm", "visit").parts():
            below = rows["BLQFL"]
            share = clopper_pearson(int((~below).sum()), len(rows), level=self.study.level)
            about = self.by("arm", "visit").about_group((arm, visit))
            found[f"{row_key(arm)}.{visit:g}"] = self.shown(share, about)
        return out | Results(found)

    def losses(self) -> Losses:
        """Between which visits each subject's donor cells were lost for good."""
        start = self.study.config.visits.baseline
        about = replace(self.about, unit=self.study.config.visits.unit)
        frame = chimerism.loss_intervals(self.frame, start=start)
        visits = tuple(sorted(self.frame["VISIT"].unique().tolist()))
        return Losses(self.study, frame, about, role=self.role, limit=self.limit, visits=visits)

    def rates(self) -> Rates:
        """Each subject's own rate of decay (RATE, halvings a time unit) and half-life (LIFE).

        Tobit regression by subject (`decay.patient_rates`); those without two different values above
        the limit have none, and arms with too few of them no row.
        """
        return self._rates(lambda rows: rows)

    def _rates(self, put_in: Callable[[pd.DataFrame], pd.DataFrame]) -> Rates:
        parts, about = [], replace(self.about, unit=self.study.config.visits.unit)
        for arm, rows in self.frame.groupby("ARM", observed=True):
            have = chimerism.subjects_with_a_course(rows)
            if have:
                rows = put_in(rows[rows["USUBJID"].isin(have)])
                rate = decay.patient_rates(
                    rows["VISIT"], np.log10(rows["AVAL"]), rows["USUBJID"], rows["BLQFL"]
                )
                parts.append(pd.DataFrame({"USUBJID": rate.index, "ARM": arm, "RATE": rate.values}))
        frame = pd.concat(parts) if parts else pd.DataFrame(columns=["USUBJID", "ARM", "RATE"])
        sizes = self.frame.groupby("ARM", observed=True)["USUBJID"].nunique()
        life = 1 / frame["RATE"].astype(float).where(frame["RATE"] > 0)
        return Rates(self.study, frame.assign(LIFE=life), about, sizes=sizes.to_dict())

    def other_ways(self) -> Results:
        """The half-life by what is done with values below the limit, by arm; and one slope for all."""
        ways = {
            "Censored": lambda rows: rows,
            "Left out": lambda rows: rows[~rows["BLQFL"]],
            "Limit put in": lambda rows: rows.assign(BLQFL=False),
            "Half the limit put in": lambda rows: rows.assign(
                AVAL=np.where(rows["BLQFL"], rows["AVAL"] / 2, rows["AVAL"]), BLQFL=False),
        }  # fmt: skip
        out: dict[str, Result] = {}
        for way, put_in in ways.items():
            rates = called(self._rates(put_in).by("arm"), way)
            found = rates.apply(decay.mean_half_life, of="RATE")
            out |= {f"{k}.{row_key(way)}": r for k, r in found.items()}
        return Results(out) | self._one_slope()

    def _one_slope(self) -> Results:
        out, unit = {}, self.study.config.visits.unit
        for (arm,), rows in self.by("arm").parts():
            if chimerism.subjects_with_a_course(rows):
                slope = censored.censored_slope(
                    rows["VISIT"], np.log10(rows["AVAL"]), rows["USUBJID"], rows["BLQFL"],
                    level=self.study.level,
                )  # fmt: skip
                about = self.by("arm").about_group((arm,))
                about = replace(about, parameter="Censored, one slope for all", unit=unit)
                out[f"{row_key(arm)}.one-slope"] = self.shown(slope, about)
        return Results(out)

    def coarser_assays(self) -> Results:
        """Ever seen, median loss and half-life as assays with higher limits would give them, by arm."""
        out: dict[str, Result] = {}
        sizes = self.frame.groupby("ARM", observed=True)["USUBJID"].nunique()
        assays = [self.read_to(factor * self.limit) for factor in COARSER]
        config = self.study.config
        told = {arm: _told([a.losses() for a in assays], arm, int(n), least=config.least,
                           by_lot=config.rounding and not config.show_subjects)
                for arm, n in sizes.items()}  # fmt: skip
        for place, assay in enumerate(assays):
            words = f"Read down to {self.limit_text(assay.limit)}"
            losses, lives = called(assay.losses(), words), called(assay.rates().by("arm"), words)
            found = {"seen": losses.ever_seen(), "lost": losses.median_between(),
                     "half-life": lives.apply(decay.mean_half_life, of="RATE")}  # fmt: skip
            for name, results in found.items():
                for row, result in results.items():
                    if name != "seen" or place in told[result.about.arm]:
                        out[f"{row.removesuffix('.ever')}.{COARSER[place]}.{name}"] = result
        return Results(out)


def _told(losses: Iterable[Losses], arm: str, whole: int, *, least: int, by_lot: bool) -> list[int]:
    """The places of those assays whose counts of an arm can stand beside each other."""
    if by_lot:
        return [0]  # the others would stand there by the few that they lose
    unseen = [int((~each.arm(arm)["SEEN"]).sum()) for each in losses]
    return coarse.readable_counts(unseen, whole=whole, least=least)


@dataclass(frozen=True)
class Rates(Rows):
    """One row a subject whose donor cells have a course: RATE and LIFE; `sizes`: all, by arm."""

    sizes: Mapping[str, int] = field(default_factory=dict)

    def falling(self) -> Rates:
        """Those whose donor cells fall, so that they have a half-life."""
        return replace(self, frame=self.frame[self.frame["LIFE"].notna()])

    def shown(self, estimate: Estimate, about: About) -> Result:
        """As `Rows` shows it; how many subjects have no course is no secret of its own."""
        known = self.sizes.get(about.arm, sum(self.sizes.values()))
        return super().shown(replace(estimate, given=int(known)), about)
