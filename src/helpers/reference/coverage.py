"""The estimators of `helpers.analyse` in, which of them R was asked about out; nothing is run."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from helpers import analyse
from helpers.reference.methods import METHODS


def estimators() -> list[str]:
    """Every function that returns estimates, as "module:function", modules in alphabetical order."""
    found = [importlib.import_module(f"{analyse.__name__}.{m.name}")
             for m in pkgutil.iter_modules(analyse.__path__)]  # fmt: skip
    marked = [name for module in found for name in _marked(module)]
    return sorted({*marked, *with_r()})


def _marked(module: ModuleType) -> list[str]:
    return [
        f"{module.__name__}:{name}"
        for name, item in vars(module).items()
        if hasattr(item, "__wrapped__") and item.__module__ == module.__name__ and name[0] != "_"
    ]


def with_r() -> list[str]:
    """The estimators that have stored values of R."""
    return sorted({method.source for method in METHODS.values()})


def without_r() -> list[str]:
    """The estimators that are checked otherwise."""
    return sorted(set(estimators()) - set(with_r()))
