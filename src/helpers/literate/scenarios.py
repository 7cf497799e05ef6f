"""Possible trials and other readings of what is printed in, what changes with them out.

Other visits, patients lost, a week of the percentages, a count that is not printed. Readings leave a
number derived; each is looked up by name (`assume`), none stands here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from helpers.analyse import leaving, log_rank, two_proportions
from helpers.analyse.estimate import Estimate
from helpers.literate.outcome import Result, Results, made
from helpers.literate.possible_trials import ENUMERATED, TINY, PossibleTrials, quantiles
from helpers.literate.split import Split, replace_about
from helpers.possible import bounds, dropout, leavers, reported, sampled, weeks

DRAWN = "uniform sampling of histories"
AHEAD = "smallest p-value, control ahead"


def other_visits(trials: PossibleTrials, plans: Iterable[Mapping[str, Any]]) -> Results:
    """For each plan (name, weeks): the share of histories that print P and the weeks saved in them."""
    out: dict[str, Result] = {}
    for plan in plans:
        same = trials.same_p  # the log-rank test sees order, not weeks
        if len(plan["weeks"]) != len(trials.weeks):
            same = reported.reported_histories(
                **trials.trial, visits=len(plan["weeks"]), reported_p=trials.p
            )
        gains, name = reported.reported_gains(same, weeks=plan["weeks"]), str(plan["name"])
        share = trials.result(len(same.first) / same.total, "share of histories",
                              by=reported.reported_histories, unit="proportion")  # fmt: skip
        out |= {f"{name}.share": share, **_saved(trials, name, gains)}
        out[f"{name}.reverse"] = _ahead(trials, len(plan["weeks"]))
    return Results(out)


def _saved(trials: PossibleTrials, name: str, gains: pd.DataFrame) -> dict[str, Result]:
    listed, found = reported.reported_histories, quantiles(gains)
    found |= {"least": -gains["gain"].max(), "most": -gains["gain"].min()}
    out = {f"{name}.{side}": trials.result(v, "gain in restricted mean", by=listed, unit="week")
           for side, v in found.items()}  # fmt: skip
    none = gains["share"][gains["gain"] > -TINY].sum()
    out[f"{name}.none"] = trials.result(none, "share of histories without a gain", by=listed,
                                        unit="proportion", digits=2)  # fmt: skip
    return out


def _ahead(trials: PossibleTrials, visits: int) -> Result:
    p = bounds.bounded_range(**trials.trial, visits=visits).p_min_reverse
    return trials.result(p, AHEAD, method="log-rank", by=bounds.bounded_range, p_value=p, digits=4)


def worst_of(results: Results) -> Results:
    """Over all schedules: the largest share without a gain, and the most time lost."""
    none = [r for k, r in results.items() if k.endswith(".none")]
    lost = [-r.value for k, r in results.items() if k.endswith(".least")]
    worst = max(none, key=float)
    found = replace(worst.estimate, statistic="largest share without a gain")
    loss = replace(worst.estimate, statistic="largest loss in restricted mean",
                   value=max(0.0, *lost))  # fmt: skip
    unit = replace(worst.about, unit="week", digits=None)
    return Results({"none": replace(worst, estimate=found), "lost": Result(loss, unit)})


def sampled_visits(
    trials: PossibleTrials, cases: Mapping[str, tuple[Sequence[dropout.Arm], Sequence[float]]],
    *, draws: int, seed: int,
) -> Results:  # fmt: skip
    """The same for cases too many to list (arms, weeks), from `draws` histories each, with its error."""
    out = {"draws": trials.result(draws, "draws", by=sampled.sampled_reported, method=DRAWN)}
    for name, (arms, plan) in cases.items():
        prints = sampled.sampled_reported(
            arms=arms, weeks=plan, reported_p=trials.p, draws=draws, seed=seed
        )
        share = len(prints) / draws
        half = 1.96 * np.sqrt(share * (1 - share) / draws)
        found = made(sampled.sampled_reported, share, method=DRAWN, lower=share - half,
                     upper=share + half, statistic="share of histories that print P")  # fmt: skip
        about = replace_about(trials.split.between, unit="proportion")
        out[f"{name}.share"] = Result(found, about)
        against = int((~prints["first_faster"]).sum())
        for key, count in {"prints": len(prints), "against": against}.items():
            out[f"{name}.{key}"] = trials.result(
                count, "histories", by=sampled.sampled_reported, method=DRAWN)  # fmt: skip
        each = prints.groupby("gain", as_index=False).size().rename(columns={"size": "share"})
        out |= _saved(trials, name, each.assign(share=each["share"] / len(prints)))
    return Results(out)


def lost_arms(
    split: Split, percents: Sequence[float], *, visits: int, most: int
) -> list[dropout.Arm]:
    """Both arms with up to `most` patients lost, each printing its percentage."""
    return [
        dropout.printed_arm(size=n, percent=f"{p}", visits=visits, censored_at_most=most)
        for n, p in zip(split.sizes, percents, strict=True)
    ]


def losing_at_most(arms: Sequence[dropout.Arm], most: int) -> list[dropout.Arm]:
    """The same arms, with no more than so many lost in either."""
    return [replace(a, pairs=tuple(p for p in a.pairs if p[1] <= most)) for a in arms]


def sampled_cases(trials: PossibleTrials, lost: Sequence[dropout.Arm]) -> dict[str, Any]:
    """Quarterly visits with nobody lost; one lost; as many lost as `lost` has."""
    split = trials.split
    whole = [dropout.fixed_arm(size=n, responders=x)
             for n, x in zip(split.sizes, split.responders, strict=True)]  # fmt: skip
    return {
        "8": (whole, tuple(range(12, 97, 12))),
        "lost-1": (losing_at_most(lost, 1), trials.weeks),
        "lost-most": (lost, trials.weeks),
    }


def control_ahead_if_lost(trials: PossibleTrials, lost: Sequence[dropout.Arm]) -> Results:
    """The smallest P that points to control, nobody to `lost` patients gone."""
    split, out = trials.split, {"8": _ahead(trials, 8)}
    pairs = tuple(arm.pairs for arm in losing_at_most(lost, 1))
    for name, visits in {
        "lost-1": len(trials.weeks),
        "lost-1-any": sum(split.responders) + 1,
    }.items():
        p, _ = leavers.smallest_p_with_leavers(
            sizes=split.sizes, pairs=pairs, visits=visits, first_faster=False
        )
        out[name] = trials.result(p, AHEAD, by=leavers.smallest_p_with_leavers, p_value=p,
                                  method="log-rank", digits=4)  # fmt: skip
    most = max(pair[1] for pair in lost[1].pairs)
    for count, name in {2: "lost-2", most: "lost-most"}.items():
        out[name] = _retested(trials, losing_at_most(lost, count)[1])
    return Results(out)


def _retested(trials: PossibleTrials, control: dropout.Arm) -> Result:
    """One such trial, the first arm as late as can be, with the P of lifelines."""
    from lifelines.statistics import logrank_test

    split = trials.split
    last = (*[0] * (len(trials.weeks) - 1), split.responders[0])
    _, history = leavers.smallest_p_against(last, control, size=split.sizes[0], first_faster=False)
    rows = leavers.leaving_patients(history, sizes=split.sizes, weeks=trials.weeks, arms=split.arms)
    low, other = (rows[rows["ARM"] == arm] for arm in split.arms)
    p = logrank_test(low["TIME"], other["TIME"], low["EVENT"], other["EVENT"]).p_value
    found = Estimate("log-rank", "p-value, control ahead", p, p_value=p, n=trials.n,
                     source="lifelines.statistics:logrank_test")  # fmt: skip
    return Result(found, replace_about(split.between, digits=4))


def one_lost_arm(trials: PossibleTrials, lost: Sequence[dropout.Arm]) -> Results:
    """A control arm with the fewest responders that prints its percentage, in three readings of leaving."""
    split, visits = trials.split, len(trials.weeks)
    x, gone = min(lost[1].pairs)
    few = replace(lost[1], pairs=((x, gone),))
    responded, left = leavers.arm_histories(few, visits=visits)
    never = [0] * visits
    both = (np.array([[*never[1:], split.responders[0]], responded[0]]), np.array([never, left[0]]))
    rows = leavers.leaving_patients(both, sizes=split.sizes, weeks=trials.weeks, arms=split.arms)
    mine = rows[rows["ARM"] == split.arms[1]]
    three = leaving.incidence_if_leaving(
        mine["TIME"], mine["EVENT"], mine["LEFT"], at=trials.weeks[-1]
    )
    about = replace_about(split.base, arm=split.arms[1], unit="proportion")
    out = {name: Result(found, about) for name, found in three.items()}
    count = {"method": ENUMERATED, "n": split.sizes[1]}
    plain = replace_about(about, unit="")
    out["responders"] = Result(
        made(leavers.arm_histories, x, statistic="responders", **count), plain)  # fmt: skip
    out["most"] = Result(made(dropout.printed_arm, gone, statistic="patients", method="scenario",
                              n=split.sizes[1]), plain)  # fmt: skip
    return Results(out)


def lost_cases(lost: Sequence[dropout.Arm]) -> pd.DataFrame:
    """For the second arm, each count of responders and lost that prints: case, low, high shares."""
    n = lost[1].size
    pairs = sorted(lost[1].pairs, key=lambda pair: (pair[1], -pair[0]))
    return pd.DataFrame(
        [{"case": f"{x} responded, {gone} left", "low": x / n, "high": (x + gone) / n}
         for x, gone in pairs]
    )  # fmt: skip


def lost_bounds(split: Split, lost: Sequence[dropout.Arm]) -> Results:
    """What share the printed percentage can stand for, and how far apart the arms can then be."""
    ends = [(min(x for x, _ in a.pairs) / a.size, max(x + g for x, g in a.pairs) / a.size)
            for a in lost]  # fmt: skip
    (fewest, most), (low, high) = ends
    found = {"bound.low": low, "bound.high": high, "difference.low": fewest - high,
             "difference.high": most - low}  # fmt: skip
    out = {}
    for name, value in found.items():
        alone = name.startswith("bound")
        about = replace_about(split.base, arm=split.arms[1]) if alone else split.between
        statistic = "cumulative incidence" if alone else "risk difference"
        n = split.sizes[1] if alone else sum(split.sizes)
        estimate = made(dropout.printed_arm, value, method=ENUMERATED, statistic=statistic, n=n)
        out[name] = Result(estimate, replace_about(about, unit="proportion"))
    return Results(out)


def missing_dose(split: Split, doses: Sequence[float], *, third: str) -> Results:
    """P of the trend over the doses and of the third arm against control, for each count it could have.

    `doses`: control, first arm, third arm.
    """
    out, n = {}, split.rest
    (n1, n0), (x1, x0) = split.sizes, split.responders
    dose = np.repeat(doses, [n0, n1, n])
    for x in range(n + 1):
        event = np.concatenate([np.arange(m) < k for m, k in ((n0, x0), (n1, x1), (n, x))])
        trend = log_rank.log_rank_trend(np.ones(len(dose)), event, dose)
        words = f"Response at the end, if {x} of {n} on the {third.lower()} responded"
        about = replace_about(split.base, arm=third, parameter=words)
        out[f"trend.{x}"] = Result(replace(trend, method="mantel trend"), about)
        fisher = two_proportions.fisher(x, n, x0, n0)
        text = "infinite" if np.isinf(fisher.value) else ""
        out[f"control.{x}"] = Result(
            fisher, replace_about(about, comparator=split.arms[1], text=text))  # fmt: skip
    return Results(out)


def dose_counts(split: Split, missing: Results, *, third: str, alpha: float = 0.05) -> Results:
    """The fewest responders for an upward trend at `alpha`, and the most for a downward one."""
    low = [int(k) for k, r in missing["trend"].items() if r.p_value < alpha]
    ends = {"needed": (min(x for x in low if x > split.responders[1]),
                       "responders needed for P < 0.05"),
            "reversed": (max(x for x in low if x < split.responders[1]),
                         "responders at or below which the trend is downward")}  # fmt: skip
    about = replace_about(split.base, arm=third, parameter=f"Responders on the {third.lower()}")
    return Results({
        name: Result(made(log_rank.log_rank_trend, x, method="mantel trend", statistic=words,
                          n=split.rest), about)
        for name, (x, words) in ends.items()
    })  # fmt: skip


def read_at_week(trials: PossibleTrials, week: float) -> Results:
    """If the percentages are those of `week`: histories, share that prints P, weeks saved, control ahead."""
    found = weeks.percentages_at_week(
        **trials.trial, weeks=trials.weeks, week=week, reported_p=trials.p
    )
    by = weeks.percentages_at_week
    out = {
        "histories": trials.result(found.histories, "histories", by=by),
        "share": trials.result(found.share, "share of histories", by=by, unit="proportion"),
        "reverse": trials.result(found.p_min_reverse, AHEAD, by=by, method="log-rank",
                                 p_value=found.p_min_reverse, digits=4),
    }  # fmt: skip
    for side, value in quantiles(found.gains).items():
        out[side] = trials.result(value, "gain in restricted mean", by=by, unit="week")
    return Results(out)
