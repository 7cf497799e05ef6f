"""A study with further sets of subjects in, the responses that may be compared in them out.

Beside the counts of all subjects a difference among those of a set tells of the few outside it. So the
subjects of an arm are taken apart by every flag that names a set and by the planned strata. In no part
may a few have responded, or not, or be unknown, nor be what a response has beyond another within it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.cells import flags
from helpers.disclosure import rules
from helpers.disclosure.responses import OWN, groups_of, nestings
from helpers.study import Study


def comparable_elsewhere(study: Study) -> list[str]:
    """Names of the responses that may be compared in the further sets of `study`, in its order.

    All where single subjects are shown; none of a rounded edition, whose counts are not known so well.
    """
    config, whole = study.config, study.whole or study
    if config.show_subjects or config.rounding:
        return list(config.responses) if config.show_subjects else []
    groups, parts = groups_of(whole), _parts(whole)
    within = nestings(groups)
    out = []
    for name in config.responses:
        mine = {group for group in groups if group[0] in OWN and group[1] == name}
        rests = [groups[b] & ~groups[a] for a, b in within if {a, b} & mine]
        found = [*(groups[group] for group in mine), *rests]
        if not any(_few(members, parts, config.threshold) for members in found):
            out.append(name)
    return out


def _parts(study: Study) -> np.ndarray:
    """Which part each subject is of: its arm, the sets it belongs to, its stratum."""
    config = study.config
    sets = [flag for _, flag in config.populations.flags()]
    columns = [flags(study.adsl[flag]).eq(True).astype(str) for flag in sets]
    columns += [study.adsl[name].astype(str) for name in ("ARM", *config.analysis.strata)]
    return pd.factorize(pd.concat(columns, axis=1).agg("|".join, axis=1))[0]


def _few(members: pd.Series, parts: np.ndarray, threshold: int) -> bool:
    """Whether in some part 1 to threshold - 1 subjects are members."""
    counts = np.bincount(parts[np.asarray(members, dtype=bool)], minlength=1)
    return any(rules.small(int(n), threshold=threshold) for n in counts)
