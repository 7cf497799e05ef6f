"""A group of parameters of one study in (a panel of cytokines), `Results` about all of them out.

`trial.group("cytokine")` are all values; `changes()` each subject's change from baseline, on the
logarithmic scale: levels are skewed and their changes multiplicative. Values that are logarithms
already are left as they are. The estimators are `analyse`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from helpers import derive, disclosure
from helpers.analyse import groups, multiplicity, paired, paired_censored, panel
from helpers.analyse.counting import share
from helpers.analyse.estimate import Estimate
from helpers.analyse.proportions import clopper_pearson
from helpers.derive import upper
from helpers.errors import ChapterError
from helpers.literate.outcome import About, Result, Results, made
from helpers.literate.rows import Rows, in_order, row_key, visit_words
from helpers.present.text import decimal_text
from helpers.study import Study

ALPHA = 0.05
PAIRS = ("LOG_BASE", "LOG_AVAL", "BASE_BLQ", "BLQFL")  # what an estimator of censored pairs takes
LEAST_LINKED = 6  # subjects of whom a correlation is worth a row


def study_markers(study: Study, group: str) -> Markers:
    """All values of the parameters of a group that somebody has a change of.

    Values above an upper limit are left out (`Markers.refused`). Errors: `ChapterError` where the
    study has none.
    """
    known = {role: p for role, p in study.config.parameters.items()
             if p.group == group and study.change_visits(role)}  # fmt: skip
    if not known:
        raise ChapterError(
            f"{study.id}: expected parameters of the group {group!r}, found none: write "
            f'group = "{group}" beside each of them in study.toml'
        )
    known = {role: p for role, p in known.items() if not upper.has_above(study, role)}
    parts = [derive.values(study, role).assign(PARAMETER=role) for role in known]
    frame = in_order(pd.concat(parts, ignore_index=True), known)
    columns = ["USUBJID", "ARM", "PARAMETER", "VISIT", "AVAL", "BLQFL"]
    return Markers(study, frame[columns], names={r: (p.label, p.unit) for r, p in known.items()})


class Markers(Rows):
    """All values of a group of parameters, one row a subject, parameter and visit."""

    @property
    def roles(self) -> list[str]:
        """The parameters, in the order of study.toml."""
        return list(self.names)

    def refused(self) -> Results:
        """Parameters of the same groups that are left out: patients with a value above an upper limit.

        Values below a limit are bounds here, and the estimators know none on the other side.
        """
        groups = {self.study.parameter(role).group for role in self.roles}
        found = {}
        for role, p in self.study.config.parameters.items():
            if p.group in groups and role not in self.names:
                rows = upper.above(self.study, role)
                rows = rows.groupby(["USUBJID", "ARM"], observed=True)["ABOVE"].any().reset_index()
                about = About(self.study.id, self.study.label, p.label, "proportion", digits=0)
                shares = Rows(self.study, rows, about, groups=("arm",)).apply(share, of="ABOVE")
                found |= {f"{row_key(role)}.{arm}": result for arm, result in shares.items()}
        return Results(found)

    def changes(self, visit: float | None = None) -> MarkerChanges:
        """Each subject's change of each parameter at `visit` (None: the primary visit, else the last)."""
        at = {r: derive.main_visit(self.study, r) if visit is None else visit for r in self.roles}
        have = {r: self.study.change_visits(r) for r in self.roles}
        return self._changes([(role, v) for role, v in at.items() if v in have[role]])

    def course(self) -> MarkerChanges:
        """The changes at every visit after baseline, to be taken apart by visit too."""
        return self._changes([(role, visit) for role in self.roles
                              for visit in self.study.change_visits(role)])  # fmt: skip

    def _changes(self, at: list[tuple[str, float]]) -> MarkerChanges:
        parts = [logged_change(self.study, role, visit) for role, visit in at]
        frame = in_order(pd.concat(parts, ignore_index=True), self.roles)
        return MarkerChanges(self.study, frame, names=self.names, visits=dict(at),
                             groups=("arm", "parameter"))  # fmt: skip


def logged_change(study: Study, role: str, visit: float) -> pd.DataFrame:
    """BASE and AVAL of each subject with their decimal logarithms and LOG, the change of these.

    Errors: `ChapterError` where a value has no logarithm.
    """
    rows = derive.change(study, role, visit)
    with np.errstate(divide="ignore", invalid="ignore"):
        base, after = (derive.logarithms(study, role, rows[c]) for c in ("BASE", "AVAL"))
    if not (np.isfinite(base) & np.isfinite(after)).all():
        raise ChapterError(
            f"{study.id}, {role}: expected values above 0, found 0 or less, which have no logarithm: "
            'give the lloq in study.toml, or scale = "already log10" if they are logarithms'
        )
    return rows.drop(columns="CHG").assign(
        PARAMETER=role, VISIT=visit, LOG_BASE=base, LOG_AVAL=after, LOG=after - base
    )


def ratio_to_baseline(change: np.ndarray, *, level: float = 0.95) -> Estimate:
    """Changes of decimal logarithms in, the Hodges-Lehmann shift as a ratio to baseline out."""
    return panel.as_ratio(paired.hodges_lehmann(change, level=level))


def certain_direction(*pairs: np.ndarray) -> Estimate:
    """`PAIRS` in, the share that rose among those whose direction is certain, with its sign test."""
    return paired_censored.sign_test_bounds(*paired_censored.change_bounds(*pairs))


def largest_p(*pairs: np.ndarray) -> Estimate:
    """`PAIRS` in, the largest signed-rank P that any values below the limit could give."""
    return paired_censored.signed_rank_bounds(*paired_censored.change_bounds(*pairs))["largest"]


def likely_ratio(*pairs: np.ndarray, level: float = 0.95) -> Estimate:
    """`PAIRS` in, the ratio to baseline of a censored bivariate normal distribution of the logs."""
    return panel.as_ratio(paired_censored.paired_tobit(*pairs, level=level))


@dataclass(frozen=True)
class MarkerChanges(Rows):
    """One row a subject and parameter: BASE, AVAL, the flags of values below the limit, and `LOG`.

    `visits`: the visit of each parameter. Taken apart by arm and parameter.
    """

    visits: Mapping[str, float] = field(default_factory=dict, repr=False)

    def shown(self, estimate: Estimate, about: About) -> Result:
        """As `Rows` shows it; a ratio has no unit and two decimals."""
        if estimate.statistic.startswith("ratio"):
            about = replace(about, unit="", digits=2)
        return super().shown(estimate, about)

    def about_group(self, values: tuple[Any, ...]) -> About:
        """As of all rows, with the visit of the parameter."""
        about, role = super().about_group(values), dict(zip(self.groups, values, strict=True))
        if "visit" in self.groups or "parameter" not in role:
            return about
        return replace(about, visit=visit_words(self.study, self.visits[role["parameter"]]))

    def arms(self) -> Iterator[tuple[str, MarkerChanges]]:
        """Each arm's label and its changes."""
        for arm, rows in self.frame.groupby("ARM", observed=True):
            yield str(arm), replace(self, frame=rows)

    def table(self) -> pd.DataFrame:
        """The log changes as subjects x parameters, NaN where one was not measured at both visits."""
        wide = self.frame.pivot(index="USUBJID", columns="PARAMETER", values="LOG")
        return wide[[role for role in self.names if role in wide]]

    def levels(self) -> Results:
        """Median and quartiles at baseline and later; at a limit the words say "<"."""
        found = {}
        for values, rows in self.parts():
            for name, value, flag in (("baseline", "BASE", "BASE_BLQ"), ("later", "AVAL", "BLQFL")):
                quartiles = paired.quartiles(rows[value])
                limit = rows[value][rows[flag]].max() if rows[flag].any() else -np.inf
                low, mid, high = (f"<{limit:g}" if x <= limit else decimal_text(x, None)
                                  for x in (quartiles.lower, quartiles.value, quartiles.upper))  # fmt: skip
                about = self._at(values, name, text=f"{mid} [{low}, {high}]")
                found[self._key(values, name)] = self.shown(quartiles, about)
        return Results(found)

    def below_limit(self) -> Results:
        """Share of subjects below the limit at baseline and later."""
        found = {}
        for values, rows in self.parts():
            for name, flag in (("baseline", "BASE_BLQ"), ("later", "BLQFL")):
                below = int(rows[flag].sum())
                share = clopper_pearson(below, len(rows), level=self.study.level)
                text = f"{below} of {len(rows)}"
                found[self._key(values, name)] = self.shown(
                    share, self._at(values, name, text=text)
                )
        return Results(found)

    def _at(self, values: tuple[Any, ...], name: str, **more: Any) -> About:
        about = replace(self.about_group(values), **more)
        return replace(about, visit="Baseline") if name == "baseline" else about

    def _key(self, values: tuple[Any, ...], *names: str) -> str:
        return ".".join([*(row_key(v) for v in values), *names])

    def adjusted(self, method: str, *, seed: int = 0) -> Results:
        """Signed-rank P of each parameter adjusted for all of its arm.

        `method` as in `multiplicity.adjust`, or "westfall-young", which needs a `seed`.
        """
        found = {}
        for values, estimate in self.p_values(method, seed=seed).items():
            found[self._key(values)] = self.shown(estimate, self.about_group(values))
        return Results(found)

    def p_values(self, method: str, *, seed: int = 0) -> dict[tuple[str, str], Estimate]:
        """The estimates behind `adjusted`, by arm and parameter; method "none": the tests' own."""
        out = {}
        for arm, rows in self.arms():
            parts = dict(rows.by("parameter").parts())
            tests = {role: paired.signed_rank(part["LOG"]) for (role,), part in parts.items()}
            if method == "none":
                out |= {(arm, role): test for role, test in tests.items()}
                continue
            p = rows.adjusted_p([t.p_value for t in tests.values()], method, seed)
            of = panel.westfall_young if method == "westfall-young" else multiplicity.adjust
            for (role, test), value in zip(tests.items(), p, strict=True):
                out[arm, role] = made(of, value, method=method, statistic="adjusted p-value",
                                      p_value=float(value), n=test.given)  # fmt: skip
        return out

    def adjusted_p(self, raw: list[float], method: str, seed: int) -> np.ndarray:
        """Adjusted P values of one arm, in the order of its parameters."""
        if method == "westfall-young":
            return panel.westfall_young(self.table().to_numpy(), seed=seed)
        return multiplicity.adjust(raw, method=method)

    def against_reference(self, *, adjusted: str = "") -> Results:
        """Ratio of each arm's change to that of the reference arm, by rank-sum test, arm by parameter.

        `adjusted`: instead the P values, adjusted for all these comparisons by that method.
        """
        tests = {}
        for role, rows in self.frame.groupby("PARAMETER", observed=True):
            own = {
                str(arm): part["LOG"].to_numpy() for arm, part in rows.groupby("ARM", observed=True)
            }
            base = own.pop(self.study.reference, None)
            for arm, change in own.items() if base is not None else ():
                level = self.study.level
                shift = panel.as_ratio(groups.two_sample_hodges_lehmann(change, base, level=level))
                tests[arm, str(role)] = replace(shift, statistic="ratio of ratios")
        if adjusted and tests:
            p = multiplicity.adjust([t.p_value for t in tests.values()], method=adjusted)
            tests = {key: made(multiplicity.adjust, value, method=adjusted, p_value=float(value),
                               statistic="adjusted p-value", n=test.n)
                     for (key, test), value in zip(tests.items(), p, strict=True)}  # fmt: skip
        return Results({self._key(key): self.shown(test, replace(
            self.about_group(key), comparator=self.study.reference))
            for key, test in sorted(tests.items(), key=self._place)})  # fmt: skip

    def _place(self, item: tuple[tuple[str, str], Any]) -> tuple[int, int]:
        arm, role = item[0]
        return self.study.arms.index(arm), list(self.names).index(role)

    def censored(self, *, least_seen: int = 0) -> MarkerChanges:
        """Only parameters with values below a limit and some above, in at least so many pairs."""

        def kept(rows: pd.DataFrame) -> bool:
            below = rows[["BASE_BLQ", "BLQFL"]].to_numpy(dtype=bool)
            seen = rows[~below.any(axis=1)]
            enough = len(seen) >= least_seen and (not least_seen or _varies(seen))
            return bool(below.any() and not below.all(axis=1).all() and enough)

        keep = [rows for _, rows in self.parts() if kept(rows)]
        return replace(self, frame=pd.concat(keep) if keep else self.frame.head(0))

    def put_in(self, share: float) -> Results:
        """Ratio of means if `share` of the limit is put in for values below it.

        Of hidden subjects not where the counts below the limit are held back: beside another share
        the ratio would tell them.
        """
        found, below = {}, self.below_limit()
        for values, rows in self.parts():
            ends = [rows[f"LOG_{c}"] + np.log10(share) * rows[flag]
                    for c, flag in (("BASE", "BASE_BLQ"), ("AVAL", "BLQFL"))]  # fmt: skip
            change = (ends[1] - ends[0]).to_numpy()
            told = all(
                r.about.text not in disclosure.UNTOLD for r in below[self._key(values)].values()
            )
            if len(change) > 1 and np.ptp(change) > 0 and (told or share == 1):
                mean = panel.as_ratio(paired.mean_change(change, level=self.study.level))
                found[self._key(values)] = self.shown(mean, self.about_group(values))
        return Results(found)


def _varies(rows: pd.DataFrame) -> bool:
    return all(np.ptp(rows[c].to_numpy()) > 0 for c in ("LOG_BASE", "LOG_AVAL"))
