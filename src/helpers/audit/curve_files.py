"""Results with digitised curves in; every file that is not there, or is none, comes out as a warning.

The rest of the report is audited without it; only a file that lies elsewhere is an error.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from helpers.audit.fields import Faults
from helpers.audit.model import Result
from helpers.errors import AnalysisError, ImpossibleError


def check_curves(results: Iterable[Result], folder: Path, faults: Faults) -> None:
    """Report files of curves that are missing, lie elsewhere or cannot be read."""
    for result in results:
        names = {field: getattr(result, field) for field in ("curve", "n_risk")}
        if result.kind != "km-curve" or not result.curve:
            continue
        missing = [field for field, name in names.items() if name and not (folder / name).is_file()]
        away = [field for field, name in names.items() if Path(name).name != name]
        for field in dict.fromkeys((*missing, *away)):
            severity = "error" if field in away else "warning"
            faults.add(f"result {result.id}.{field}", "missing file", "a csv beside report.toml",
                       names[field], "put it there, or correct the name", severity=severity)  # fmt: skip
        if not missing and not away:
            _read(result, folder, faults)


def _read(result: Result, folder: Path, faults: Faults) -> None:
    """Report what the files hold that no curve does; pandas is imported for them alone."""
    from helpers.audit.km_curve.points import load_curves

    n_risk = folder / result.n_risk if result.n_risk else None
    try:
        load_curves(folder / result.curve, n_risk, arms=result.arms, y_axis=result.y_axis)
    except ImpossibleError:
        return  # the audit says so
    except AnalysisError as error:
        said, _, do = str(error).rpartition("; ")
        faults.add(f"result {result.id}.curve", "no digitised curve", "arm, time, y (and n_risk)", said, do,
                   severity="warning")  # fmt: skip
