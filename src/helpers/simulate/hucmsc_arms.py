"""Claims, assumptions and a random stream in, the three arms of the hUC-MSC cohort out.

The model. A subject has a true CD4 level before entry, log-normal; a measured count is that level
times log-normal noise at the subject's own CV, rounded to whole cells. Only subjects whose baseline
count lies within the registry's entry limits enter, as the trial selected them, so regression to
the mean is part of the model. After entry the level follows the arm's saturating trend and a trend
of the subject's own. CD8 has no trend; its noise is correlated with that of CD4.

The conditioning. Nothing is adjusted after it was drawn. A large pool of subjects is drawn an arm
and split into those who respond by the last visit and those who don't; the reported (or assumed)
number of each is picked at random, which is a draw from the model given the number of responders.
A trio of such arms is discarded unless every within-arm verdict at the main visit is the reported
one (CD8: no change), the log-rank P of low dose against control prints as reported with low dose
the faster, and no comparison among the three arms is significant: at the main visit overall and
each pair, at every other visit overall. What is left is the model given everything that the
abstract says: a rare cohort, more even than the model alone would make, and one of very many.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from helpers.audit.claims import Claim, Fact
from helpers.errors import ClaimsError
from helpers.simulate import acceptance

ARMS = ("Placebo", "Low dose", "High dose")
POOL = 4000  # candidates an arm; nobody is picked twice
BATCH = 4000  # trios looked at together
BATCHES = 200
ALPHA = 0.05


@dataclass(frozen=True)
class Pool:
    """Subjects of one arm: counts (..., subjects, visits), week of first response or inf."""

    cd4: np.ndarray
    cd8: np.ndarray
    response: np.ndarray

    def take(self, rows: np.ndarray) -> Pool:
        """The subjects, or the arms, in `rows`."""
        return Pool(self.cd4[rows], self.cd8[rows], self.response[rows])

    @property
    def ratio(self) -> np.ndarray:
        """CD4/CD8 ratio, rounded as it is stored."""
        return np.round(self.cd4 / self.cd8, 3)


@dataclass(frozen=True)
class Targets:
    """What the abstract fixes, as numbers to condition on."""

    sizes: tuple[int, ...]
    responders: tuple[int, ...]
    main: int  # index of the main visit
    within_p: tuple[float | None, ...]  # upper bound of P; None: not significant
    log_rank_p: float
    entry: tuple[float, float]


def targets(
    claims: Mapping[str, Claim], facts: Mapping[str, Fact], value: Mapping[str, object]
) -> Targets:
    """The reported numbers as conditions, with the assumed arm sizes and high-dose responders."""
    sizes = tuple(value["hucmsc-arm-sizes"])
    low, control = claims["hucmsc-response-rates"].values
    enrolled = claims["hucmsc-enrolled"].values[0]
    responders = (
        _responders(control, sizes[0]),
        _responders(low, sizes[1]),
        value["hucmsc-high-dose-responders"],
    )
    if sum(sizes) != enrolled:
        raise ClaimsError(
            f"hucmsc-arm-sizes: expected a sum of {enrolled:g}, found {sizes}: correct the sizes"
        )
    return Targets(
        sizes=sizes,
        responders=responders,
        main=value["hucmsc-visit-weeks"].index(int(claims["hucmsc-cd4-week"].values[0])),
        within_p=(
            None,
            claims["hucmsc-cd4-within-low"].values[0],
            claims["hucmsc-cd4-within-high"].values[0],
        ),
        log_rank_p=claims["hucmsc-response-p"].values[0],
        entry=facts["registry-entry-cd4"].values,
    )


def _responders(percent: float, size: int) -> int:
    count = round(percent / 100 * size)
    if round(100 * count / size, 1) != percent:
        raise ClaimsError(
            f"hucmsc-arm-sizes: expected an arm in which some count prints as {percent}%, found "
            f"{size}, whose nearest is {count}/{size}: choose another size"
        )
    return count


def cohort(rng: np.random.Generator, goal: Targets, value) -> list[Pool]:
    """The first trio of arms that meets every condition."""
    pools = [_pool(rng, arm, goal.entry, value) for arm in range(len(ARMS))]
    for _ in range(BATCHES):
        arms = [_arms(rng, pools[arm], arm, goal) for arm in range(len(ARMS))]
        trios = min(len(arm.response) for arm in arms)
        control, low, _high = (arm.take(np.arange(trios)) for arm in arms)
        p = acceptance.log_rank(control.response, low.response)
        faster = _restricted_mean(low, value) < _restricted_mean(control, value)
        for row in np.flatnonzero((np.round(p, 3) == goal.log_rank_p) & faster):
            trio = [arm.take(row) for arm in arms]
            if _reported_verdicts(trio, goal) and _no_difference(trio, goal.main):
                return trio
    raise ClaimsError(
        f"hucmsc: expected a cohort that meets every claim, found none in {BATCHES * BATCH} draws: "
        "move hucmsc-cd4-gain towards the reported verdicts"
    )


def _restricted_mean(arm: Pool, value) -> np.ndarray:
    return np.minimum(arm.response, value["hucmsc-visit-weeks"][-1]).mean(axis=-1)


def _arms(rng: np.random.Generator, pool: Pool, arm: int, goal: Targets) -> Pool:
    """Draws of one arm with the given responders; those whose t statistic is far off are left out.

    The look at t only saves time: every draw it discards would fail `_reported_verdicts`.
    """
    responds = np.isfinite(pool.response)
    x, n = goal.responders[arm], goal.sizes[arm]
    rows = np.hstack(
        [
            rng.choice(np.flatnonzero(responds), (BATCH, x)),
            rng.choice(np.flatnonzero(~responds), (BATCH, n - x)),
        ]
    )
    ordered = np.sort(rows, axis=1)
    rows = rows[(ordered[:, 1:] != ordered[:, :-1]).all(axis=1)]  # nobody twice in an arm
    change = pool.cd4[rows, goal.main] - pool.cd4[rows, 0]
    t = change.mean(axis=1) / (change.std(axis=1, ddof=1) / np.sqrt(n))
    near = t > 3.7 if goal.within_p[arm] else np.abs(t) < 2.1
    return pool.take(rows[near])


def _reported_verdicts(trio: list[Pool], goal: Targets) -> bool:
    """Whether t-test and signed-rank test agree with the abstract within each arm, CD8 unmoved."""
    for arm, bound in zip(trio, goal.within_p, strict=True):
        cd4 = acceptance.within_arm(arm.cd4[:, goal.main] - arm.cd4[:, 0])
        cd8 = acceptance.within_arm(arm.cd8[:, goal.main] - arm.cd8[:, 0])
        if min(cd8) <= ALPHA or (max(cd4) >= bound if bound else min(cd4) <= ALPHA):
            return False
    return True


def _no_difference(trio: list[Pool], main: int) -> bool:
    """Whether no comparison of the three arms is significant, for each marker and visit."""
    for marker in ("cd4", "cd8", "ratio"):
        values = [getattr(arm, marker) for arm in trio]
        base = [v[:, 0] for v in values]
        for visit in range(1, values[0].shape[1]):
            change = [v[:, visit] - v[:, 0] for v in values]
            compare = acceptance.between_arms if visit == main else acceptance.overall
            if min(compare(change, base)) <= ALPHA:
                return False
    return True


def _pool(rng: np.random.Generator, arm: int, entry: tuple[float, float], value) -> Pool:
    """Candidates of arm `arm` who meet the entry limits and whose response is not a tie."""
    weeks = np.array(value["hucmsc-visit-weeks"], dtype=float)
    shape = (4 * POOL, len(weeks))
    noise4, noise8 = _noise(rng, shape, value)
    person = rng.normal(0, value["hucmsc-cd4-gain-sd"], (shape[0], 1))
    trend = value["hucmsc-cd4-gain"][arm] * _saturating(weeks, value["hucmsc-cd4-gain-time"])
    level4, level8 = (
        np.log(median) + rng.normal(0, sd, (shape[0], 1))
        for median, sd in (value["hucmsc-cd4-level"], value["hucmsc-cd8-level"])
    )
    cd4 = np.round(np.exp(level4 + trend + person * weeks / weeks[-1] + noise4))
    cd8 = np.round(np.exp(level8 + noise8))
    base = cd4[:, [0]]
    threshold = base * (1 + value["hucmsc-response-rise"])
    tie = (np.abs(cd4 - threshold) < 1e-6).any(axis=1)  # rounding would decide: leave out
    enters = (base[:, 0] > entry[0]) & (base[:, 0] <= entry[1]) & ~tie
    reached = cd4 > threshold
    response = np.where(reached.any(axis=1), weeks[reached.argmax(axis=1)], np.inf)
    return Pool(cd4, cd8, response).take(np.flatnonzero(enters)[:POOL])


def _noise(
    rng: np.random.Generator, shape: tuple[int, int], value
) -> tuple[np.ndarray, np.ndarray]:
    spread = rng.lognormal(0, value["cd4-within-person-cv-log-sd"], (shape[0], 1))
    share = value["hucmsc-cd4-cd8-noise-correlation"]
    own4, own8 = rng.standard_normal((2, *shape))
    own8 = share * own4 + np.sqrt(1 - share**2) * own8
    cv4, cv8 = value["cd4-within-person-cv"] * spread, value["cd8-within-person-cv"]
    return own4 * np.sqrt(np.log1p(cv4**2)), own8 * np.sqrt(np.log1p(cv8**2))


def _saturating(weeks: np.ndarray, constant: float) -> np.ndarray:
    return np.expm1(-weeks / constant) / np.expm1(-weeks[-1] / constant)
