"""Draws the report card anew: data/card/trials.csv and run.json, with the hashes of data/.

    python benchmarks/slow/report_card.py [--trials 1200] [--jobs 1] [--folder data/card]

Twenty minutes of one processor and some gigabytes of memory: every distinct abstract is read by the
exhaustive code of chapter 6. Trials are seeded one by one, so neither `--jobs` nor joblib's backend
changes a row; with a `distributed.Client` open, `joblib.parallel_config(backend="dask")` around
`report_card.write_card` spreads them over that cluster. `tests/test_report_card.py` draws some again
and tells when the file no longer is what the code gives.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from helpers.assumptions import assume
from helpers.literate.report_card import write_card
from helpers.simulate.write import write_hashes

DATA = Path(__file__).resolve().parents[2] / "data"


def main() -> None:
    take = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    take.add_argument("--trials", type=int, default=1200)
    take.add_argument("--jobs", type=int, default=1)
    take.add_argument("--folder", type=Path, default=DATA / "card")
    asked = take.parse_args()
    seed = int(assume("seed").value)
    print(write_card(asked.folder, trials=asked.trials, seed=seed, jobs=asked.jobs))
    if asked.folder.resolve() == DATA / "card":
        write_hashes(DATA)


if __name__ == "__main__":
    main()
