"""Times to events of one study in, the tests and sizes that its plan asks for out.

The plan is the block [analysis] of `study.toml`, competing events stand with the endpoint. An endpoint
is left out where nobody had its event, where a model of it has no solution, and of hidden subjects
where an arm had fewer than the threshold of events, or where a stratum holds so few of an arm (why: the
attack in tests/test_disclosure_strata.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from helpers import collinear, derive
from helpers.analyse import gray, landmarks, log_rank, survival
from helpers.analyse.adjusted_rmst import adjusted_rmst
from helpers.analyse.competing import aalen_johansen
from helpers.analyse.estimate import Estimate
from helpers.derive import planned
from helpers.derive.planned import STRATUM
from helpers.literate.models import Models
from helpers.literate.outcome import Results, Without
from helpers.literate.rows import row_key
from helpers.literate.times import Times, study_times

COLUMNS = ["USUBJID", "ARM", "TIME", "EVENT", "COMPETING"]
FEW_HIDDEN = "too few hidden patients were watched so long"
FEW_WATCHED = f"a round time, as beyond it {FEW_HIDDEN}"
QUARTILES = {0.25: "first quartile", 0.5: "median", 0.75: "third quartile"}


def quartiles(times: Times) -> Results:
    """Times by which a quarter, half and three quarters of each arm have had the event.

    Where the curve is flat at that share, by the convention of the plan (`median` in [analysis]).
    """
    convention, by = times.study.config.analysis.convention, times.by("arm")
    found = {}
    for (role, arm), rows in by.parts():
        about = by.about_group((role, arm))
        for q, words in QUARTILES.items():
            made = survival.survival_quantile(
                rows["TIME"], rows["EVENT"], q=q, convention=convention, level=times.study.level
            )
            known = replace(about, parameter=f"{about.parameter}, {words}")
            found[f"{role}.{row_key(arm)}.{row_key(words)}"] = times.shown(made, known)
    return Results(found)


def horizons(times: Times) -> Results:
    """The time up to which means and shares of each endpoint are taken, and why it is that one."""
    found = {}
    for role in times.roles:
        rows, end = times.of(role), times.horizon(role)
        declared = times.study.endpoint(role).horizon
        known = landmarks.common_horizon(rows["TIME"], rows["ARM"], horizon=declared)
        if times.by_lot:
            why = "as the study declares" if end == declared else FEW_WATCHED
        elif end < known:
            why = "earlier than " + (
                "the declared time" if known == declared else "every arm is watched"
            )
            why += f", because {FEW_HIDDEN}"
        elif declared is None:
            why = "the last time that every arm is watched"
        else:
            cut = f"before the declared {declared:g}: an arm is watched no longer"
            why = "as the study declares" if end == declared else cut
        made = Estimate("horizon", "duration", end, n=len(rows), source=f"{__name__}:horizons")
        about = times.by().about_group((role,))
        shown = times.shown(made, replace(about, parameter=f"{about.parameter}: {why}"))
        found[role] = replace(shown, about=replace(shown.about, unit=f"{about.unit}s"))
    return Results(found)


def overall_test(times: Times) -> Results:
    """The planned log-rank test, within strata and with the planned weights, of all planned arms."""
    found, models = {}, Models(times.study)
    for role, rows in _planned(times, _strata(times)):
        found |= _named(times, role, models.tried(times.names[role][0], _log_rank, times, rows))
    return models.results(found)


def pairwise_tests(times: Times) -> Results:
    """The same of each planned pair of arms (`derive.planned.pairs`), from the subjects of these two."""

    def test(rows: pd.DataFrame) -> Estimate:
        return _log_rank(times, rows)

    return _pairs(times, test)


def ratios(times: Times) -> Results:
    """Hazard ratios of the planned arms, by Cox's model with the planned strata, covariates and ties.

    All planned arms are in one model; the centre is not. A covariate that no model can take is left
    out of it (`Plan` says which); the words of the result name those that are in. The same model gives
    the ratio of every planned pair; an arm without an event is not in it.
    """
    plan, found, models = times.study.config.analysis, {}, Models(times.study)
    named = [c for c in plan.covariates if c not in plan.strata]
    columns = [*plan.strata, *named]
    for role, rows in _planned(times, columns, with_events):
        used = [c for c in named if c not in collinear.unusable(rows, arm="ARM", names=named)]
        for against, arms in planned.pairs(times.study).items():
            if against not in set(rows["ARM"]):
                continue
            made = models.tried(
                times.names[role][0], survival.cox, rows, time="TIME", event="EVENT", arm="ARM",
                reference=against, covariates=used, strata=plan.strata, tied=plan.ties,
            )  # fmt: skip
            mine = {arm: made[arm] for arm in arms if arm in made}
            found |= _named(times, role, mine, used, against=against)
    return models.results(found)


def mean_times(times: Times) -> Results:
    """Differences in restricted mean of the planned pairs, adjusted for the planned strata and covariates.

    Up to the horizon of the endpoint (`horizons`). A column that no model can take is left out.
    """
    plan, found, models = times.study.config.analysis, {}, Models(times.study)
    named = list(dict.fromkeys([*plan.strata, *plan.covariates]))
    for role, rows in _planned(times, named, everyone):
        used = [c for c in named if c not in collinear.unusable(rows, arm="ARM", names=named)]
        for against, arms in planned.pairs(times.study).items():
            for arm in arms if used else ():
                pair = rows[rows["ARM"].isin([arm, against])]
                if not landmarks.arms_to_test(pair, reference=against):
                    continue
                name = f"{times.names[role][0]}, {arm}"
                made = models.tried(  # none where one of the arms was not followed so long
                    name, adjusted_rmst, pair, time="TIME", event="EVENT", arm="ARM",
                    reference=against, covariates=used, horizon=times.horizon(role),
                )  # fmt: skip
                when = times.at_time(role, times.horizon(role))
                at = replace(times, about=replace(times.about, visit=when))
                found |= _named(at, role, made, used, against=against, strata=())
    return models.results(found)


def in_others(times: Times, of: Callable[[Times], Results]) -> Results:
    """What `of` (`ratios`, say) finds in each further population of study.toml; flag.endpoint.arm."""
    found, without = {}, Without()
    for flag in times.study.config.populations.also:
        own = study_times(times.study.within(flag))
        words = f"{planned.AMONG}{flag} = Y"
        names = {role: (label + words, unit) for role, (label, unit) in own.names.items()}
        again = of(replace(own, names=names))
        without.take(again.without)
        found |= {f"{row_key(flag)}.{key}": result for key, result in again.items()}
    return Results(found, without=without)


def incidences(times: Times) -> Results:
    """Share with the event by each time to report, where competing events end the wait (Aalen-Johansen).

    Of endpoints with a competing event. Of hidden subjects only the times by which no arm has had
    a few competing events.
    """
    found = {}
    for role, rows in _competing(times, [], everyone):
        for arm, mine in rows.groupby("ARM", observed=True):
            for t in times.marks(role):
                early = int((mine["COMPETING"] & (mine["TIME"] <= t)).sum())
                if times.few(early) or not mine["EVENT"].any():
                    continue
                made = aalen_johansen(mine["TIME"], _causes(mine), at=t, level=times.study.level)[1]
                about = times.about_at(role, arm, t)
                found[f"{role}.{row_key(arm)}.{t:g}"] = times.shown(made, about)
    return Results(found)


def gray_tests(times: Times) -> Results:
    """Gray's test of each planned pair of arms, within the planned strata.

    Of endpoints with a competing event: it compares the incidences that `incidences` gives.
    """
    strata = times.study.config.analysis.strata

    def test(rows: pd.DataFrame) -> Estimate:
        made = gray.gray_test(rows["TIME"], _causes(rows), rows["ARM"], of=1, stratum=rows[STRATUM])
        return replace(made, method="stratified gray") if strata else made

    return _pairs(times, test, _competing)


def _causes(rows: pd.DataFrame) -> list[int]:
    """1 for the event, 2 for a competing one, 0 for a censored time."""
    return [
        1 if e else 2 if c else 0 for e, c in zip(rows["EVENT"], rows["COMPETING"], strict=True)
    ]


def _strata(times: Times) -> tuple[str, ...]:
    return times.study.config.analysis.strata


def _log_rank(times: Times, rows: pd.DataFrame) -> Estimate:
    plan = times.study.config.analysis
    columns = [rows[c] for c in ("TIME", "EVENT", "ARM")]
    stratum = rows[STRATUM] if plan.strata else None
    kind, _, powers = plan.weights.partition("(")
    if kind != "log-rank":
        powers = dict(zip(("rho", "gamma"), map(float, powers.strip(")").split(",")), strict=True)
                      if powers else ())  # fmt: skip
        return log_rank.log_rank_weighted(*columns, weights=kind, stratum=stratum, **powers)
    if stratum is None:
        return log_rank.log_rank(*columns)
    return log_rank.log_rank_stratified(*columns, stratum)


def _planned(
    times: Times, columns: Sequence[str], chosen: Callable = landmarks.arms_to_test
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each endpoint with the rows of its planned arms (`COLUMNS`, those of the plan, STRATUM).

    Of these arms those that `chosen` takes: that can be compared, or `everyone`.
    """
    study, arms = times.study, planned.arms_of(times.study) or times.study.arms
    for role in times.roles:
        rows, _ = planned.with_plan(study, derive.times(study, role)[COLUMNS], of=columns)
        rows = rows[rows["ARM"].isin(arms)]
        rows = rows.assign(ARM=rows["ARM"].astype(str))
        use = chosen(rows, reference=arms[0])
        if use and _may_be_shown(rows, times.few):
            yield role, rows[rows["ARM"].isin(use)].reset_index(drop=True)


def everyone(rows: pd.DataFrame, *, reference: str) -> list[str]:
    """All arms of `rows`, also where there is one, or one without an event."""
    return list(dict.fromkeys([reference, *rows["ARM"]]))


def with_events(rows: pd.DataFrame, *, reference: str) -> list[str]:
    """The arms of `rows` that had an event, where there are two or more."""
    have = rows.loc[rows["EVENT"], "ARM"]
    arms = [arm for arm in everyone(rows, reference=reference) if (have == arm).any()]
    return arms if len(arms) > 1 else []


def _competing(
    times: Times, columns: Sequence[str], chosen: Callable = landmarks.arms_to_test
) -> Iterator[tuple[str, pd.DataFrame]]:
    for role, rows in _planned(times, columns, chosen):
        ends = rows.assign(EVENT=rows["COMPETING"])
        if rows["COMPETING"].any() and landmarks.enough_events(ends, few=times.few):
            yield role, rows


def _may_be_shown(rows: pd.DataFrame, few: Callable[[int], bool]) -> bool:
    """Whether no arm has few events and no stratum few subjects of an arm."""
    cells = rows.groupby([STRATUM, "ARM"]).size()
    return landmarks.enough_events(rows, few=few) and not any(few(int(n)) for n in cells)


def _pairs(times: Times, test: Callable, endpoints: Callable = _planned) -> Results:
    """`test` of the rows of two arms, for each pair that the plan compares."""
    found, models = {}, Models(times.study)
    for role, rows in endpoints(times, _strata(times), everyone):
        for against, arms in planned.pairs(times.study).items():
            for arm in arms:
                pair = rows[rows["ARM"].isin([arm, against])].reset_index(drop=True)
                if not landmarks.arms_to_test(pair, reference=against):
                    continue
                name = f"{times.names[role][0]}, {arm}"
                made = models.tried(name, test, pair)  # none: no event while both were at risk
                found |= _named(times, role, {arm: made[""]} if made else {}, against=against)
    return models.results(found)


def _named(
    times: Times,
    role: str,
    made: dict,
    covariates: Sequence[str] = (),
    *,
    against: str = "",
    strata: Sequence[str] | None = None,
) -> dict:
    """Results of an endpoint, with the strata and covariates of the plan in its words.

    By arm, compared with `against`; that one is in the key unless it is the reference. `strata`: those
    of the plan unless given.
    """
    about = times.by().about_group((role,))
    strata = _strata(times) if strata is None else strata
    words = about.parameter + (planned.IN_STRATA + ", ".join(strata) if strata else "")
    words += planned.IN_MODEL + ", ".join(covariates) if covariates else ""
    out, other = {}, [] if against in ("", times.study.reference) else [row_key(against)]
    for arm, estimate in made.items():
        of_arm = {"arm": arm, "comparator": against} if arm else {}
        key = ".".join([role, *([row_key(arm)] if arm else []), *other])
        out[key] = times.shown(estimate, replace(about, parameter=words, **of_arm))
    return out
