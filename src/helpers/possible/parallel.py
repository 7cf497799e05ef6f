"""Independent tasks in, their results in the same order out; joblib runs them, a caller may watch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

# takes results as they come and how many there will be, and hands each on
Counted = Callable[[Iterable[Any], int], Iterable[Any]]


def run_all(tasks: Sequence[Any], *, jobs: int, counted: Counted | None = None) -> list[Any]:
    """Run joblib's delayed `tasks` in `jobs` processes, on the backend that the caller has set.

    `counted` sees each result as it comes, in order; it needs a backend of joblib's that can return
    a generator (all but "multiprocessing").
    """
    from joblib import Parallel

    if counted is None:
        return Parallel(n_jobs=jobs)(tasks)
    return list(counted(Parallel(n_jobs=jobs, return_as="generator")(tasks), len(tasks)))
