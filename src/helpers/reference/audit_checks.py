"""`audit_checks.toml` in, its rows out: what each check computes and who confirmed it; nothing is run.

A row is one function that a check stands on, and one test that compares it with something that is
not ours. A test holds that the tests named exist and call the functions.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

TABLE = Path(__file__).with_name("audit_checks.toml")


@dataclass(frozen=True)
class Confirmed:
    """One row: `function` is "module:name" below helpers.audit, `test` "file.py::name".

    `readings` are those under which `computes` is tried; `by` what is not ours.
    """

    check: str
    computes: str
    readings: str
    function: str
    by: str
    test: str

    @property
    def source(self) -> str:
        """The function as records name it."""
        return f"helpers.audit.{self.function}"

    @property
    def node(self) -> str:
        """The test as pytest names it."""
        return f"tests/test_audit_{self.test}"


def confirmed() -> tuple[Confirmed, ...]:
    """Every row of the table, in its order."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["row"]
    return tuple(Confirmed(**row) for row in rows)
