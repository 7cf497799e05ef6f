"""A seed in, a study folder spoiled in one to four ways out, and what `check` and `init` make of it.

A folder passes when neither raises anything but its own errors, nothing printed holds a control
character or is endless, and the exit code is that of the gravest line. The same seed gives the same
folder: `python -m fuzz --from SEED --folders 1 --keep FOLDER` from tests/ shows one again.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import traceback
import warnings
from pathlib import Path

from fuzz import cells, degenerate, description, files
from fuzz.base import Spoiled, base
from helpers.errors import HelpersError
from helpers.scaffold import write_first_description
from helpers.validation import check_folder

LONGEST_REPORT = 200_000  # characters


def spoiled(seed: int) -> Spoiled:
    """The folder of a seed, not yet written, with the names of what was done to it."""
    numbers = random.Random(seed)
    study = base(numbers)
    for _ in range(numbers.choice([1, 1, 1, 2, 2, 3, 4])):
        room = numbers.choices([cells, description, files, degenerate], [4, 3, 3, 4])[0]
        room.spoil(study, numbers)
    return study


def write(study: Spoiled, folder: Path) -> None:
    """Write the folder; what spoils bytes and names is done last."""
    folder.mkdir()
    files.write_tables(study, folder)
    (folder / "study.toml").write_bytes(study.description())
    for name, change in study.later:
        study.done.append(name)
        change(folder)


def look_at(folder: Path) -> tuple[int, list[str]]:
    """The exit code of `check`, and everything that is wrong with how it and `init` ended."""
    code, wrong = -1, []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            report = check_folder(folder)
            code = report.exit_code
            wrong += _unfit(report.as_text()) + _unfit(report.as_json())
            errors = any(p.severity == "error" for p in report.problems)
            if (code == 1) != errors or (report.subjects is None) != errors:
                wrong.append(f"exit code {code}, {report.subjects} subjects: errors {errors}")
            wrong += _described(folder)
    except Exception:
        wrong.append(traceback.format_exc(limit=-6))
    return code, wrong


def _described(folder: Path) -> list[str]:
    """What `init` says of the folder without its study.toml, when it is unfit to print."""
    description_file = folder / "study.toml"
    if description_file.is_file():
        description_file.unlink()
    try:
        return _unfit(write_first_description(folder))
    except (HelpersError, OSError) as error:
        return _unfit(str(error))


def _unfit(text: str) -> list[str]:
    raw = sorted({c for c in text if not (c.isprintable() or c == "\n" or c.isspace())})
    wrong = [f"control characters: {raw!r}"] if any(ord(c) < 160 for c in raw) else []
    if len(text) > LONGEST_REPORT:
        wrong.append(f"{len(text):,} characters")
    return wrong


def one_folder(
    seed: int, keep: Path | None = None, *, analysed: bool = False
) -> tuple[int, list[str], list[str]]:
    """Exit code, what was done, what is wrong, for the folder of one seed; `keep` holds a copy.

    `analysed`: every analysis of an accepted folder is run as well.
    """
    study = spoiled(seed)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "study"
        write(study, folder)
        if keep:
            shutil.copytree(folder, keep / f"seed-{seed}", symlinks=True)
        code, wrong = look_at(folder)
        if analysed and code != 1:
            write(spoiled(seed), again := Path(work) / "again")  # `init` was tried on the first
            wrong += analyse(again)
    return code, study.done, wrong


def analyse(folder: Path) -> list[str]:
    """What is wrong with the analyses of a folder that `check` accepts, one text a chapter."""
    from fuzz.analyses import failures

    try:
        return failures(folder)
    except Exception:
        return [f"analyses: {traceback.format_exc(limit=-8)}"]
