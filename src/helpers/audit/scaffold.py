"""The path of a new folder in, a commented report.toml to begin with out; it overwrites nothing."""

from __future__ import annotations

from pathlib import Path

from helpers.errors import EditionError

EXAMPLE = Path(__file__).with_name("example.toml")


def write_example(folder: Path | str) -> list[Path]:
    """Write report.toml, the worked case garg2012 with comments, into `folder`; return what was written.

    Raises EditionError where the folder holds anything already.
    """
    folder = Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise EditionError(
            f"{folder}: expected a folder that is not there yet, or empty, found something; "
            "choose another name"
        )
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "report.toml"
    target.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    return [target]
