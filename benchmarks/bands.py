"""How far other methods' intervals and tests lie from Wald's, by simulation: the audit's two bands.

    python benchmarks/bands.py [--trials 1500] [--seed 15]

- *Uneven intervals*: of random tables of two arms (8 to 300 patients an arm, risks 0.03 to 0.97,
  no cell 0), how much longer one half of an exact, score, Newcombe or corrected interval is than the
  other: on the log scale for ratios. `audit.intervals.LONGER` must hold them.
- *Log-rank beside Wald*: of random trials with exponential times, visits (ties) or none and random
  losses, z of the log-rank test against z of Cox's coefficient (statsmodels, Efron). How many lie
  outside of `audit.intervals.SCORE` is the band's error.
- *Interactions*: of two random subgroups, z of a test within one model against that of the two
  results: means with one SD for all, risk ratios and differences by the odds ratio, hazard ratios by
  one Cox model. How many lie outside of `audit.interaction.MODELS` and `MODEL` is that band's error.
"""

from __future__ import annotations

import argparse
import math
import warnings

import numpy as np
from scipy import stats

from helpers.audit.interaction import MODEL, MODELS
from helpers.audit.intervals import LONGER
from helpers.audit.other_p import SCORE
from helpers.audit.ratio_methods import estimates, intervals


def tables(rng: np.random.Generator, trials: int):
    """Yield random tables without an empty cell."""
    for _ in range(trials):
        sizes = rng.integers(8, 301, 2)
        events = rng.binomial(sizes, rng.uniform(0.03, 0.97, 2))
        if np.all((events > 0) & (events < sizes)):
            yield tuple((int(x), int(n)) for x, n in zip(events, sizes, strict=True))


def longest(measure: str, rng: np.random.Generator, trials: int) -> float:
    """Return the largest quotient of the two halves of an interval, whichever is longer."""
    scale = float if measure == "risk difference" else math.log
    found = [1.0]
    for table in tables(rng, trials):
        for value in estimates(measure, table).values():
            for interval in intervals(measure, table, 0.95).values():
                low, high = interval()
                if (
                    math.isfinite(high)
                    and (measure == "risk difference" or low > 0)
                    and low < value < high
                ):
                    halves = scale(value) - scale(low), scale(high) - scale(value)
                    found.append(max(halves) / min(halves))
    return max(found)


def outside(rng: np.random.Generator, trials: int) -> tuple[int, int]:
    """Return (trials, those whose log-rank z lies outside of the band around Wald's)."""
    from statsmodels.duration.hazard_regression import PHReg
    from statsmodels.duration.survfunc import survdiff

    least, most, room = SCORE
    seen = out = 0
    for _ in range(trials):
        sizes = rng.integers(8, 301, 2)
        arm = np.repeat([1.0, 0.0], sizes)
        time = rng.exponential(1 / np.where(arm == 1, rng.uniform(0.2, 1), 0.6))
        ties = rng.random() < 0.5
        time = np.ceil(time * 3) / 3 if ties else time
        end = rng.uniform(0.3, 4, len(arm))
        event, time = time <= end, np.minimum(time, end)
        if min(event[arm == k].sum() for k in (0, 1)) < 4:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fit = PHReg(time, arm[:, None], status=event, ties="efron").fit(disp=0)
            p = float(survdiff(time, event, arm)[1])
        wald, other = abs(float(fit.tvalues[0])), float(stats.norm.isf(p / 2))
        seen += 1
        out += not (least * wald - room <= other <= most * wald + room)
    return seen, out


def subgroups(rng: np.random.Generator) -> dict[str, tuple[float, float]]:
    """Return, by measure, z of two random subgroups' results and z of a test within one model."""
    n = np.repeat(rng.integers(25, 400, (2, 1)), 2, axis=1)
    risk = rng.uniform(0.05, 0.6, 2)
    odds = risk / (1 - risk) * np.exp(rng.normal(0, 0.6, 2))
    a, b = rng.binomial(n[:, 0], odds / (1 + odds)), rng.binomial(n[:, 1], risk)
    c, d = n[:, 0] - a, n[:, 1] - b
    out = {}
    if min(*a, *b, *c, *d) > 2:
        model = _z(np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d)
        out["risk ratio"] = _z(np.log(a / b), 1 / a + 1 / b - 2 / n[:, 0]), model
        out["risk difference"] = _z((a - b) / n[:, 0], (a * c + b * d) / n[:, 0] ** 3), model
    sd, gap = 10 * np.exp(rng.normal(0, 0.25, 2)), rng.normal(0, 3, 2)
    alike = float((sd**2 * (n[:, 0] - 1)).sum() / (n[:, 0] - 1).sum())
    out["mean difference"] = _z(gap, 2 * sd**2 / n[:, 0]), _z(gap, 2 * alike / n[:, 0])
    return out


def _z(values, variances) -> float:
    return float(abs(values[0] - values[1]) / math.sqrt(variances.sum()))


def cox(rng: np.random.Generator) -> tuple[float, float] | None:
    """Return z of two subgroups' hazard ratios and of their interaction in one Cox model."""
    from statsmodels.duration.hazard_regression import PHReg

    n = rng.integers(20, 200, 2)
    sub, arm = np.repeat([0, 1], 2 * n), np.concatenate([np.repeat([1.0, 0.0], k) for k in n])
    rate = np.exp(rng.normal(0, 0.5, 2)[sub] + rng.normal(-0.2, 0.5, 2)[sub] * arm)
    time, end = rng.exponential(1 / rate), rng.uniform(0.3, 2, len(sub))
    event, time = time <= end, np.minimum(time, end)
    if min(event[(sub == s) & (arm == k)].sum() for s in (0, 1) for k in (0, 1)) < 4:
        return None
    fits = [PHReg(time[sub == s], arm[sub == s][:, None], status=event[sub == s], ties="efron").fit(disp=0)
            for s in (0, 1)]  # fmt: skip
    whole = PHReg(time, np.stack([arm, sub, arm * sub], 1), status=event, ties="efron").fit(disp=0)
    one = _z([f.params[0] for f in fits], np.array([f.bse[0] ** 2 for f in fits]))
    return one, abs(float(whole.tvalues[2]))


def far(pairs: list[tuple[float, float]], band: tuple[float, float, float]) -> int:
    """Return how many z of a model lie outside of the band around those of two results."""
    least, most, room = band
    return sum(not least * z - room <= model <= most * z + room for z, model in pairs)


def main() -> None:
    """Print the bands and what lies outside of them."""
    given = argparse.ArgumentParser()
    given.add_argument("--trials", type=int, default=1500)
    given.add_argument("--seed", type=int, default=15)
    args = given.parse_args()
    for measure, most in LONGER.items():
        found = longest(measure, np.random.default_rng(args.seed), args.trials)
        print(f"{measure}: one half at most {found:.2f} times the other; the audit allows {most}")
    seen, out = outside(np.random.default_rng(args.seed), args.trials)
    print(f"log-rank beside Wald: {out} of {seen} trials outside of {SCORE}")
    rng = np.random.default_rng(args.seed)
    drawn = [subgroups(rng) for _ in range(args.trials)]
    for measure in ("risk ratio", "risk difference", "mean difference"):
        pairs = [one[measure] for one in drawn if measure in one]
        print(f"interaction, {measure}: {far(pairs, MODELS[measure])} of {len(pairs)} outside")
    pairs = [one for one in (cox(rng) for _ in range(args.trials // 6)) if one is not None]
    print(f"interaction, hazard ratio: {far(pairs, MODEL)} of {len(pairs)} outside of {MODEL}")


if __name__ == "__main__":
    main()
