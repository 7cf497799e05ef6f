"""The estimators of `helpers.analyse` in, which of them R was asked about out; nothing is run.

`used` adds functions that are none of these but give numbers of pages or audits: the exhaustive
searches of `helpers.possible`, say. Names are "module:function", as records have them in `source`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from types import ModuleType

from helpers import analyse
from helpers.reference.methods import METHODS


def estimators(used: Iterable[str] = ()) -> list[str]:
    """Every function that returns estimates, and those of ours in `used`, alphabetically."""
    found = [importlib.import_module(f"{analyse.__name__}.{m.name}")
             for m in pkgutil.iter_modules(analyse.__path__)]  # fmt: skip
    marked = [name for module in found for name in _marked(module)]
    ours = [name for name in used if name.startswith("helpers.")]
    return sorted({*marked, *with_r(), *ours})


def _marked(module: ModuleType) -> list[str]:
    return [
        f"{module.__name__}:{name}"
        for name, item in vars(module).items()
        if hasattr(item, "__wrapped__") and item.__module__ == module.__name__ and name[0] != "_"
    ]


def with_r() -> list[str]:
    """The estimators that have stored values of R."""
    return sorted({method.source for method in METHODS.values()})


def without_r(used: Iterable[str] = ()) -> list[str]:
    """The estimators that are checked otherwise, those of ours in `used` among them."""
    return sorted(set(estimators(used)) - set(with_r()))
