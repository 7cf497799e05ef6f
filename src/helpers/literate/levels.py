"""An estimator and a study in, the estimator with its intervals at the study's level out; nothing is run.

The level is `confidence` in [analysis] of study.toml, 95% without it. What takes no `level` has none:
a test, or a one-sided limit, which stays at 95% and says so.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from helpers.study import Study


def at_level(function: Callable[..., Any], study: Study) -> Callable[..., Any]:
    """`function` with `level` set to the study's, where it takes one and the call names none."""
    takes = "level" in inspect.signature(function).parameters
    return partial(function, level=study.level) if takes else function
