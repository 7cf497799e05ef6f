"""Which edition a chapter is running in: its studies, and what of them is not printed.

The published edition is the default. Another edition is described by a JSON file that the
environment variable HELPERS_EDITION names; `edition` writes it. Nothing here reads a table.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path

VARIABLE = "HELPERS_EDITION"
LAB = "HELPERS_LAB"  # set where JupyterLab shows the outputs: it draws no chart from its specification
ROOT = Path(__file__).resolve().parents[2]
# an essay that came after the appendices were numbered: its page keeps a later number in its address,
# so that no other address changes, and stands behind the page named here
BEHIND = {"13_any_report": "09_own_data"}


@dataclass(frozen=True)
class Context:
    """`studies` maps a design ("single-arm", "randomised") to a study folder; `left_out` lists what
    the edition leaves out, each with its reason; `withheld` the keys of a chapter's records that
    would, with others, show a hidden count; `hidden` the same numbers by what they are
    (`literate.rows.identity`), whatever their key; `lot` decides which way counts are rounded, where
    `study.toml` asks for that.
    """

    published: bool
    studies: dict[str, str]
    left_out: list[tuple[str, str]] = field(default_factory=list)
    withheld: dict[str, list[str]] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    lot: str = ""

    def write(self, path: Path) -> None:
        """Write the context where `VARIABLE` can point at it."""
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")


def published_context() -> Context:
    """The published edition: both simulated studies of this repository."""
    return Context(
        published=True,
        studies={"single-arm": str(ROOT / "data/aait"), "randomised": str(ROOT / "data/hucmsc")},
    )


def current_context() -> Context:
    """The context of the running process."""
    return _context(os.environ.get(VARIABLE) or "")


@cache
def _context(path: str) -> Context:
    if not path:
        return published_context()
    return Context(**json.loads(Path(path).read_text(encoding="utf-8")))
