"""How far other methods' intervals and tests lie from Wald's, by simulation: the audit's two bands.

    python benchmarks/bands.py [--trials 1500] [--seed 15]

- *Uneven intervals*: of random tables of two arms (8 to 300 patients an arm, risks 0.03 to 0.97,
  no cell 0), how much longer one half of an exact, score, Newcombe or corrected interval is than the
  other: on the log scale for ratios. `audit.intervals.LONGER` must hold them.
- *Log-rank beside Wald*: of random trials with exponential times, visits (ties) or none and random
  losses, z of the log-rank test against z of Cox's coefficient (statsmodels, Efron). How many lie
  outside of `audit.intervals.SCORE` is the band's error.
"""

from __future__ import annotations

import argparse
import math
import warnings

import numpy as np
from scipy import stats

from helpers.audit.intervals import LONGER, SCORE
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


if __name__ == "__main__":
    main()
