"""A study in, the responses that may be compared in its further sets, or in a model, out.

Beside the counts of all subjects a difference among those of a set tells of the few outside it. So the
subjects of an arm are taken apart by every flag that names a set and by the planned strata. In no part
may a few have responded, or not, or be unknown, nor be what a response has beyond another within it.

All that a logistic regression prints (ratio, errors, test, standardised shares) is made of who is in it and
of its sufficient statistics: how many responded in each arm and at each level of each factor, and the sums
of each number over responders. So its parts are the arms and these levels, by themselves: it knows no
crossing of two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from helpers.cells import flags
from helpers.derive import planned
from helpers.disclosure import rules
from helpers.disclosure.responses import OWN, groups_of, nestings
from helpers.study import Study

LEVELS = 10  # values of a column of numbers up to which each is looked at as a level


def comparable_elsewhere(study: Study) -> list[str]:
    """Names of the responses that may be compared in the further sets of `study`, in its order.

    All where single subjects are shown; none of a rounded edition, whose counts are not known so well.
    """
    config, whole = study.config, study.whole or study
    if config.show_subjects or config.rounding:
        return list(config.responses) if config.show_subjects else []
    return _without_few(whole, [_parts(whole)])


def comparable_in_model(study: Study, columns: Sequence[str]) -> list[str]:
    """Names of the responses that a model with these columns of adsl may compare, in the order of `study`.

    All where single subjects are shown; none of a rounded edition, which shows no odds ratio. A column
    of numbers counts as a factor where it has `LEVELS` values at most.
    """
    config = study.config
    if config.show_subjects or config.rounding:
        return list(config.responses) if config.show_subjects else []
    return _without_few(study, partitions(study, columns))


def partitions(study: Study, columns: Sequence[str]) -> list[np.ndarray]:
    """How a model with these columns of adsl takes subjects apart: the part of each, -1 for none.

    By arm, by each factor's level, by what a level has beyond one within it; and who lacks a column, by arm.
    """
    rows, _ = planned.with_plan(study, study.adsl[["USUBJID", "ARM"]], of=columns)
    inside = study.adsl["USUBJID"].isin(rows["USUBJID"]).to_numpy()
    outside = np.where(inside, -1, pd.factorize(study.adsl["ARM"])[0])
    factors = []
    for values in (rows[name] for name in ("ARM", *columns)):
        if not pd.api.types.is_numeric_dtype(values) or values.nunique() <= LEVELS:
            codes = np.full(len(inside), -1)
            codes[inside] = pd.factorize(values)[0]
            factors.append(codes)
    return [outside, *factors, *_rests(factors)]


def within_arms(study: Study, columns: Sequence[str]) -> np.ndarray:
    """The part of each subject by its arm and its levels of all these columns together, -1 for none."""
    rows, _ = planned.with_plan(study, study.adsl[["USUBJID", "ARM"]], of=columns)
    inside = study.adsl["USUBJID"].isin(rows["USUBJID"]).to_numpy()
    codes = np.full(len(inside), -1)
    codes[inside] = rows.groupby(["ARM", *columns], observed=True).ngroup()
    return codes


def is_factor(study: Study, column: str) -> bool:
    """Whether a model looks at the levels of this column of adsl: words, or `LEVELS` numbers at most."""
    rows, _ = planned.with_plan(study, study.adsl[["USUBJID"]], of=[column])
    return not pd.api.types.is_numeric_dtype(rows[column]) or rows[column].nunique() <= LEVELS


def _rests(factors: Sequence[np.ndarray]) -> Iterable[np.ndarray]:
    """What a level of one factor has beyond a level of another that lies within it: 0 for its subjects."""
    levels = [codes == k for codes in factors for k in range(codes.max() + 1)]
    for part in levels:
        for whole in levels:
            rest = whole & ~part
            if part.any() and rest.any() and not (part & ~whole).any():
                yield np.where(rest, 0, -1)


def _without_few(study: Study, parts: Sequence[np.ndarray]) -> list[str]:
    """The responses of which no part of any partition holds a few of a group, or of a rest of one.

    A partition has the number of its part for each subject, -1 for one that is in none.
    """
    groups = groups_of(study)
    within = nestings(groups)
    out = []
    for name in study.config.responses:
        mine = {group for group in groups if group[0] in OWN and group[1] == name}
        rests = [groups[b] & ~groups[a] for a, b in within if {a, b} & mine]
        found = [*(groups[group] for group in mine), *rests]
        if not any_few(found, parts, study.config.threshold):
            out.append(name)
    return out


def _parts(study: Study) -> np.ndarray:
    """Which part each subject is of: its arm, the sets it belongs to, its stratum."""
    config = study.config
    sets = [flag for _, flag in config.populations.flags()]
    columns = [flags(study.adsl[flag]).eq(True).astype(str) for flag in sets]
    columns += [study.adsl[name].astype(str) for name in ("ARM", *config.analysis.strata)]
    return pd.factorize(pd.concat(columns, axis=1).agg("|".join, axis=1))[0]


def any_few(groups: Iterable[np.ndarray], partitions: Sequence[np.ndarray], threshold: int) -> bool:
    """Whether in some part of some partition 1 to threshold - 1 subjects are of some group."""
    return any(_few(members, parts, threshold) for members in groups for parts in partitions)


def _few(members: pd.Series, parts: np.ndarray, threshold: int) -> bool:
    """Whether in some part 1 to threshold - 1 subjects are members."""
    inside = parts[np.asarray(members, dtype=bool)]
    counts = np.bincount(inside[inside >= 0], minlength=1)
    return any(rules.small(int(n), threshold=threshold) for n in counts)
