"""Trials with known truth in, one row a trial out: what chapter 6 says of its abstract, and the truth.

The abstract alone goes through the code of the chapter: `only_split`, `PossibleTrials`, the central
share of histories, the smallest P with control ahead. Beside it stand the trial's own values, computed
from its patients, and the true ones. Nothing is judged here; `card` counts.
"""

from __future__ import annotations

import ast
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.analyse.survival import rmst_difference
from helpers.errors import AnalysisError, ImpossibleError
from helpers.literate import known_trials
from helpers.literate.known_trials import ARMS, THIRD, Abstract, KnownTrial, known_trial
from helpers.literate.outcome import About
from helpers.literate.possible_trials import COUNTED, TINY, PossibleTrials, quantiles
from helpers.literate.split import Split, only_split
from helpers.possible import bounds, counts, parallel, reported

DECIMALS = 6
COUNTS = ("size", "size_control", "responders", "responders_control")  # of the division taken
NOTHING = {"ways": 0, "split": "none", **dict.fromkeys(COUNTS, 0), "prints": 0, "low": np.nan, "high": np.nan,
           "weighted_low": np.nan, "weighted_high": np.nan, "least": np.nan, "most": np.nan,
           "none": np.nan, "ahead": np.nan}  # fmt: skip


def split_of(abstract: Abstract) -> tuple[Split | None, int]:
    """The only division of the patients that prints the abstract, else that with equal arms.

    And how many print it; None where none, or several of which none has equal arms.
    """
    first, second = abstract.percents
    try:
        ways = counts.allocations(total=abstract.enrolled, first=first, second=second)
    except ImpossibleError:
        return None, 0
    if len(ways) == 1:
        return only_split(abstract, "response-rates", arms=ARMS, third=THIRD), 1
    equal = ways[ways["spread"] == 0]
    if equal.empty:
        return None, len(ways)
    row = equal.iloc[0]
    pairs = [(int(row[f"{name}_first"]), int(row[f"{name}_second"])) for name in ("n", "x")]
    return Split({}, About(study=abstract.id), ARMS, *pairs, abstract.enrolled), len(ways)


def read_abstract(abstract: Abstract) -> dict[str, Any]:
    """What the code of chapter 6 says of an abstract, under the chapter's readings; columns of a row."""
    split, ways = split_of(abstract)
    if split is None:
        return NOTHING | {"ways": ways}
    found = NOTHING | {"ways": ways, "split": "only" if ways == 1 else "equal"}
    trials = PossibleTrials(split, weeks=known_trials.visit_weeks("read"), p=abstract.p)
    found |= dict(zip(COUNTS, (*split.sizes, *split.responders), strict=True))
    found["ahead"] = _ahead(split.sizes, split.responders, len(trials.weeks))
    try:
        same = trials.same_p
    except ImpossibleError:
        return found | {"split": f"{found['split']}, no history"}
    except AnalysisError:
        return found | {"split": f"{found['split']}, too many"}
    return found | ranges(reported.reported_gains(same, weeks=trials.weeks), len(same.first))


@cache
def _ahead(sizes: tuple[int, int], responders: tuple[int, int], visits: int) -> float:
    """The smallest P with the second arm ahead; NaN where no history has it ahead."""
    p = bounds.bounded_range(sizes=sizes, responders=responders, visits=visits).p_min_reverse
    return np.nan if p is None else p


def ranges(gains: pd.DataFrame, prints: int) -> dict[str, float]:
    """Weeks saved in the central share of histories, once and weighted; ends; share without a gain."""
    out: dict[str, float] = {"prints": prints}
    for count, column in COUNTED.items():
        ends = quantiles(gains, column)
        before = "" if count == "once" else "weighted_"
        out |= {f"{before}{side}": ends[side] for side in ("low", "high")}
    out |= {"least": -gains["gain"].max(), "most": -gains["gain"].min()}
    return out | {"none": gains["share"][gains["gain"] >= -TINY].sum()}


def own_values(trial: KnownTrial) -> dict[str, Any]:
    """What the trial's own patients say: weeks saved with the 95% interval, log-rank P, direction."""
    first, second = (trial.patients(arm) for arm in (0, 1))
    times = (first["TIME"], first["EVENT"], second["TIME"], second["EVENT"])
    saved = rmst_difference(*times, horizon=trial.weeks[-1])
    excess, p = trial.log_rank
    return {"own_saved": -saved.value, "own_low": -saved.upper, "own_high": -saved.lower,
            "own_p": p, "own_points": int(np.sign(np.round(excess, 9)))}  # fmt: skip


def card_rows(*, trials: int, seed: int, jobs: int = 1, first: int = 0) -> pd.DataFrame:
    """One row a trial, `trials` of them from number `first` on; the same on any backend of joblib.

    Trials that print the same abstract share one reading of it.
    """
    from joblib import delayed

    drawn = [known_trial(number, seed=seed) for number in range(first, first + trials)]
    printed = [trial.abstract() for trial in drawn]
    distinct = list(dict.fromkeys(printed))
    read = parallel.run_all([delayed(read_abstract)(a) for a in distinct], jobs=jobs)
    said = dict(zip(distinct, read, strict=True))
    rows = [{"trial": first + k, **card_row(t, a, said[a])}
            for k, (t, a) in enumerate(zip(drawn, printed, strict=True))]  # fmt: skip
    return pd.DataFrame(rows).round(DECIMALS)


def card_row(trial: KnownTrial, abstract: Abstract, said: Mapping[str, Any]) -> dict[str, Any]:
    """One row of the card: the setting, what is printed, the trial's own and true values, what is said."""
    first, second = (int(x) for x in trial.responded.sum(axis=1))
    return {
        **vars(trial.setting), "gone": int(trial.censored.sum()),
        "truly": first, "truly_control": second, "percent": abstract.percents[0],
        "percent_control": abstract.percents[1], "p": abstract.p,
        "true_saved": trial.true_saved, **own_values(trial), **said,
    }  # fmt: skip


def code_hash(modules: Sequence[Path] = ()) -> str:
    """SHA-256 of what draws and reads the trials, comments and docstrings left out."""
    files = modules or (Path(known_trials.__file__), Path(__file__))
    parts = [_without_words(path.read_text(encoding="utf-8")) for path in files]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _without_words(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and _is_text(body[0]):
            body[0] = ast.Pass()
    return ast.unparse(tree)


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def write_card(folder: Path, *, trials: int, seed: int, jobs: int = 1) -> Path:
    """Write `folder`/trials.csv (one row a trial) and run.json (seed, number, hash of the code)."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = card_rows(trials=trials, seed=seed, jobs=jobs)
    path = folder / "trials.csv"
    path.write_bytes(rows.to_csv(index=False).encode())
    about = {"trials": trials, "seed": seed, "code": code_hash()}
    (folder / "run.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")
    return path
