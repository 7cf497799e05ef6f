"""How near to the truth the hazard ratio of two digitised curves with numbers at risk can come.

    python benchmarks/curve_centres.py [--trials 40] [--first 0]

Trials as in the tests (30 to 400 an arm, crossing or not, staggered entry; odd seeds: 60 points with
jittered times, even seeds: two decimals). Printed, one line a trial and then the tally: the relative
error of the audit's reconstruction, of the middle of its range, of the mean over random patients that
fit, and of Guyot's algorithm as published (BMC Med Res Methodol 12:9), and half the range's width.
"""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.audit.km_curve.measures import cox, measures
from helpers.audit.km_curve.patients import Patients
from helpers.audit.km_curve.points import ArmCurve, load_curves
from helpers.audit.km_curve.search import Fitted, at_random, effects
from helpers.audit.progress import Progress

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from test_audit_km_curve import coarse, digitised, unlike


def guyot(curve: ArmCurve) -> Patients:
    """Return the patients of Guyot's algorithm: losses even between numbers at risk, at their rate after."""
    time, level = curve.time, curve.survival
    at, risk = curve.risk_time, curve.risk.astype(int)
    edges = [*at, float(time.max()) + 1e-9]
    dead, lost, left, last, rates = [], [], 1.0, 1.0, []
    for k, n0 in enumerate(risk):
        inside = (time > edges[k]) & (time <= edges[k + 1])
        final = k == len(risk) - 1
        width = edges[k + 1] - edges[k]
        gone = round(np.mean(rates) * width * n0) if final and rates else 0
        goal = None if final else risk[k + 1]
        for _ in range(500):
            gone = max(0, min(int(gone), int(n0)))
            c = edges[k] + width * (np.arange(gone) + 0.5) / max(gone, 1)
            s, n, found = last, n0, []
            for t, y in zip(time[inside], level[inside], strict=True):
                n = n0 - sum(found) - int((c < t).sum())
                d = round(n * (1 - y / s)) if s > 0 and n > 0 else 0
                d = max(0, min(d, n))
                s = s * (1 - d / n) if d else s
                found.append(d)
            end = n0 - sum(found) - gone
            if goal is None or end == goal:
                break
            step = end - goal
            if gone + step < 0 or gone + step == gone:
                break
            gone += step
        dead += np.repeat(time[inside], found).tolist()
        lost += c.tolist()
        last, left = s, end
        rates.append(gone / max(n0 * width, 1e-9))
    stay = [float(time.max())] * max(0, int(left))
    times = np.array(dead + lost + stay)
    return Patients(times, np.arange(len(times)) < len(dead))


def trial(seed: int) -> dict[str, float]:
    """Return the relative errors of one trial's hazard ratio, and half the range's relative width."""
    arms, rng = unlike(seed)
    points = [p for name, a in zip("ab", arms, strict=True)
              for p in coarse(a, name, rng, sparse=seed % 2 == 1)]  # fmt: skip
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        pd.DataFrame(points, columns=["arm", "time", "y"]).to_csv(folder / "c.csv", index=False)
        exact = [digitised(a, name) for name, a in zip("ab", arms, strict=True)]
        risk = [(c.arm, t, n) for c in exact for t, n in zip(c.risk_time, c.risk, strict=True)]
        pd.DataFrame(risk, columns=["arm", "time", "n_risk"]).to_csv(folder / "r.csv", index=False)
        curves = load_curves(folder / "c.csv", folder / "r.csv", arms=("a", "b"))
    fitted = tuple(Fitted(c, len(a.time)) for c, a in zip(curves, arms, strict=True))
    seen = [e.log_ratio for e in effects(fitted, Progress("", 10**9))]
    sampled = [e.log_ratio for e in at_random(fitted)]
    true = math.log(measures(arms).hazard_ratio)
    found = {"ours": math.log(measures(tuple(f.likeliest() for f in fitted)).hazard_ratio),
             "middle": (min(seen) + max(seen)) / 2,
             "mean": float(np.mean(sampled)) if sampled else math.nan,
             "guyot": cox(tuple(map(guyot, curves)))[0]}  # fmt: skip
    off = {name: math.exp(abs(value - true)) - 1 for name, value in found.items()}
    return off | {"range": math.exp((max(seen) - min(seen)) / 2) - 1}


def main() -> None:
    """Print the errors of every trial and how many lie within 2%."""
    given = argparse.ArgumentParser()
    given.add_argument("--trials", type=int, default=40)
    given.add_argument("--first", type=int, default=0)
    args = given.parse_args()
    rows = []
    for seed in range(args.first, args.first + args.trials):
        rows.append(trial(seed))
        print(seed, {k: f"{v:.2%}" for k, v in rows[-1].items()}, flush=True)
    for name in ("ours", "middle", "mean", "guyot"):
        values = [row[name] for row in rows]
        print(f"{name}: {sum(v <= 0.02 for v in values)} of {len(values)} within 2%, "
              f"median {np.nanmedian(values):.2%}, largest {np.nanmax(values):.2%}")  # fmt: skip
    wide = [row["range"] for row in rows]
    print(
        f"range: half width median {np.median(wide):.2%}, at most 2% in {sum(w <= 0.02 for w in wide)}"
    )


if __name__ == "__main__":
    main()
