"""Times both sides of each ratio of the `possible` package and prints one table.

    make bench, or: python benchmarks/possible.py [--rounds 5]

- *Five analyses* (Kaplan-Meier at the end, log-rank, RMST, Fisher, exact Wilcoxon rank sum) of
  10,000 data sets of 48 patients: `possible.batched` against a loop over lifelines and scipy.
  The loop runs on 40 of the data sets and is scaled.
- *Log-ranks* of 10,000 data sets, patient data in: `possible.batched` against a loop over R's
  `survdiff.fit`, only where Rscript and its survival package are there; start-up of R and the
  making of its Surv objects are not counted.
- *Workers*: the exact enumeration of all histories in one process against two joblib processes
  and against two Dask workers. Imports and start-up of the workers are not counted.
- *Alone*: work that has no other side here, with the peak memory of this process so far. (CLOSURE's
  own program is written in Rust and comes with an R package that no index used here carries.)

Interleaved rounds in one process (R: one after the other), medians, range of the ratio over the
rounds, largest difference of the results. BLAS on one thread, as `make` sets it.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import joblib
import numpy as np

from helpers.audit.printed import parse
from helpers.audit.samples import all_samples
from helpers.audit.whole_numbers import Score
from helpers.possible import batched
from helpers.possible.bounds import bounded_range
from helpers.possible.histories import enumerate_histories
from helpers.possible.permutation import permutation_logrank

WEEKS = np.array([12.0, 24, 48, 72, 96])
SIZES = (24, 24)
DATA_SETS, LOOPED = 10_000, 40


def make_data(rng, data_sets):
    cells = rng.multinomial(24, [0.16] * 5 + [0.03] * 4 + [0.08], size=(data_sets, 2))
    responded, censored = cells[..., :5], np.zeros((data_sets, 2, 5), dtype=np.int64)
    censored[..., :4] = cells[..., 5:9]
    censored[..., 4] = cells[..., 9]
    return responded, censored, rng.normal(size=(data_sets, 48))


def five_batched(responded, censored, values):
    risk = batched.at_risk(responded, censored, sizes=SIZES)
    survival = batched.km_survival(responded, risk)
    means = batched.rmst(survival, weeks=WEEKS)
    p = batched.logrank_p(*batched.logrank(responded, risk))
    events = responded.sum(axis=2)
    fisher = batched.fisher(events[:, 0], events[:, 1], sizes=SIZES)
    wilcoxon = batched.rank_sum(values, first_size=24)
    columns = [survival[..., -1], (means[:, 0] - means[:, 1])[:, None], p[:, None]]
    return np.hstack([*columns, fisher[:, None], wilcoxon[:, None]])


def patients(responded, censored):
    times = np.concatenate([np.repeat(WEEKS, responded), np.repeat(WEEKS, censored)])
    return times, np.repeat([1, 0], [responded.sum(), censored.sum()])


def five_looped(responded, censored, values):
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import logrank_test
    from lifelines.utils import restricted_mean_survival_time
    from scipy import stats

    rows = []
    for d, c, v in zip(responded, censored, values, strict=True):
        (t1, e1), (t2, e2) = (patients(d[arm], c[arm]) for arm in range(2))
        fits = [KaplanMeierFitter().fit(t, e) for t, e in ((t1, e1), (t2, e2))]
        means = [restricted_mean_survival_time(fit, t=96) for fit in fits]
        x1, x2 = d.sum(axis=1)
        rows.append(
            [float(fit.predict(96)) for fit in fits]
            + [means[0] - means[1], logrank_test(t1, t2, e1, e2).p_value]
            + [stats.fisher_exact([[x1, 24 - x1], [x2, 24 - x2]])[1]]
            + [stats.mannwhitneyu(v[:24], v[24:], method="exact").pvalue]
        )
    return np.array(rows)


def log_ranks(responded, censored):
    """From count tables."""
    risk = batched.at_risk(responded, censored, sizes=SIZES)
    return batched.logrank_p(*batched.logrank(responded, risk))


def log_ranks_from_patients(visit, event):
    """From patient data: visit numbers and events, shape (data sets, 48)."""
    rows = len(visit)
    arm = np.repeat([0, 1], 24)
    cell = ((np.arange(rows)[:, None] * 2 + arm) * 5 + visit) * 2 + event
    counts = np.bincount(cell.ravel(), minlength=rows * 20).reshape(rows, 2, 5, 2)
    return log_ranks(counts[..., 1], counts[..., 0])


def to_patients(responded, censored):
    rows = len(responded)
    cells = np.stack([responded, censored], axis=-1).reshape(rows, 2, 10)
    codes = np.array([np.concatenate([np.repeat(np.arange(10), a) for a in row]) for row in cells])
    return codes // 2, 1 - codes % 2


R_LOOP = """
suppressMessages(library(survival))
fit <- getFromNamespace("survdiff.fit", "survival")
d <- as.matrix(read.csv("data.csv", header = FALSE)); n <- 48; g <- rep(1:2, each = 24)
surv <- lapply(seq_len(nrow(d)), function(i) Surv(d[i, 1:n], d[i, n + 1:n]))
one <- function(y) { f <- fit(y, g); (f$observed[1] - sum(f$expected[1]))^2 / f$var[1, 1] }
for (k in seq_len(ROUNDS)) { t <- system.time(chi <- vapply(surv, one, 0))[["elapsed"]]
  cat(sprintf("%.9f\\n", t)) }
write.csv(data.frame(p = sprintf("%.17g", pchisq(chi, 1, lower.tail = FALSE))), "p.csv")
"""


def r_seconds(visit, event, rounds):
    """Seconds per round of a loop over survdiff.fit, and its P values; None without R."""
    if not shutil.which("Rscript"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        np.savetxt(Path(folder, "data.csv"), np.hstack([visit + 1, event]), "%d", ",")
        Path(folder, "loop.R").write_text(R_LOOP.replace("ROUNDS", str(rounds)))
        run = ["Rscript", "loop.R"]
        done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            return None
        p = np.loadtxt(Path(folder, "p.csv"), delimiter=",", skiprows=1, usecols=1, quotechar='"')
        return [float(line) for line in done.stdout.split()], p


def seconds(function, *arguments):
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def interleaved(rounds, fast, slow):
    """Median seconds of either side, the range of the ratio, and the largest difference."""
    ones, twos = [], []
    for _ in range(rounds):
        ones.append(seconds(*fast))
        twos.append(seconds(*slow))
    one, two = ([t for t, _ in side] for side in (ones, twos))
    ratios = [b / a for a, b in zip(one, two, strict=True)]
    gap = np.abs(ones[0][1][: len(twos[0][1])] - twos[0][1]).max()
    return statistics.median(one), statistics.median(two), ratios, gap


def row(name, fast, slow="", ratio="", agree=""):
    print(f"{name:<52}{fast:>12}{slow:>12}{ratio:>28}{agree:>10}")


def memory():
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB"


def compare(name, rounds, fast, slow, scale):
    one, two, ratios, gap = interleaved(rounds, fast, slow)
    ratios = sorted(r * scale for r in ratios)
    middle = statistics.median(ratios)
    places = 0 if middle >= 10 else 1
    shown = f"{middle:,.{places}f}x [{ratios[0]:,.{places}f}-{ratios[-1]:,.{places}f}]"
    row(name, f"{one:.3f} s", f"{two * scale:.1f} s", shown, f"{gap:.0e}")


def alone(name, rounds, function):
    times = [seconds(function)[0] for _ in range(rounds)]
    row(name, f"{statistics.median(times):.3f} s", memory())


def compare_r(rounds, visit, event):
    found = r_seconds(visit, event, rounds)
    if found is None:
        return row("10,000 log-ranks from patients | R survdiff.fit", "", "no R here")
    theirs, p = found
    ours = [
        seconds(batched.in_chunks, log_ranks_from_patients, visit, event) for _ in range(rounds)
    ]
    middle = statistics.median(t for t, _ in ours)
    gap = np.abs(ours[0][1] - p).max()
    ratios = sorted(b / a for a, b in zip([t for t, _ in ours], theirs, strict=True))
    shown = f"{statistics.median(ratios):,.0f}x [{ratios[0]:,.0f}-{ratios[-1]:,.0f}]"
    name = "10,000 log-ranks from patients | R survdiff.fit"
    row(name, f"{middle:.3f} s", f"{statistics.median(theirs):.1f} s", shown, f"{gap:.0e}")


def enumeration(backend, jobs):
    with joblib.parallel_config(backend=backend):
        found = enumerate_histories(jobs=jobs)
    ends = [found.p_min, found.p_max, found.p_min_reverse]
    shares = [found.share_rounding_to_reported, found.share_rounding_to_reported_weighted]
    return np.array([*ends, *shares])


def compare_workers(rounds):
    from distributed import Client, LocalCluster

    one = (enumeration, "loky", 1)
    two = (enumeration, "loky", 2)
    enumeration(*two[1:])  # starts the processes
    compare("10^8 histories, two joblib processes | one", rounds, two, one, 1)
    place = LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None)
    with place as cluster, Client(cluster):
        two = (enumeration, "dask", 2)
        enumeration(*two[1:])
        compare("10^8 histories, two Dask workers | one process", rounds, two, one, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    data = make_data(np.random.default_rng(1), DATA_SETS)
    once = seconds(five_batched, *(part[:10] for part in data))[0]
    five_looped(*(part[:2] for part in data))
    row("work", "ours", "other side", "ratio [range]", "max diff")
    few = [part[:LOOPED] for part in data]
    name = "10,000 x five analyses, n = 48 | lifelines + scipy"
    fast = (batched.in_chunks, five_batched, *data)
    compare(name, rounds, fast, (five_looped, *few), DATA_SETS / LOOPED)
    compare_r(rounds, *to_patients(*data[:2]))
    compare_workers(rounds)
    row("\nalone", "median", "peak memory")
    row("imports and tables of Fisher and rank sum, once", f"{once:.3f} s")
    alone("exact enumeration, 24/23 and 24/17, five visits", rounds, enumerate_histories)
    trial = {"sizes": (24, 24), "responders": (23, 17), "visits": 9}
    alone("exact ends of P, nine visits", rounds, lambda: bounded_range(**trial))
    table = [[8, 7, 6, 5, 4], [4, 4, 5, 6, 6]], [[1, 1, 0, 1, 0], [0, 1, 1, 1, 0]]
    exact = lambda: permutation_logrank(*table, sizes=(36, 36))  # noqa: E731
    alone("exact permutation log-rank, n = 72, five visits", rounds, exact)
    example = (parse("2.7"), parse("1.9"), Score(130, 1, 1, 5), "half-up")
    alone("CLOSURE's example, all 5,359 samples", rounds, lambda: all_samples(*example))


if __name__ == "__main__":
    main()
