"""Where this runs in, as plain texts out: Python, processor, packages and what steers their numbers."""

from __future__ import annotations

import os
import platform
import sys
import sysconfig
from pathlib import Path

# one BLAS thread: two chapters share the machine, and sums keep their order
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
# where compiled code lies, or a kernel writes its ports, steers no number
ELSEWHERE = (
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
    "PYTHONUNBUFFERED",
    "JUPYTER_RUNTIME_DIR",
)
STEERS = ("OPENBLAS", "OMP_", "MKL_", "NPY_", "GLIBC_", "LD_", "PYTHON", "IPYTHON", "JUPYTER")
# another processor's arithmetic, asked for: whoever sets one wants to see it compute
PROCESSORS = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "GLIBC_TUNABLES")
CPU = Path("/proc/cpuinfo")


def without_grammars() -> None:
    """Keep the grammars of IRIs out of this process: they take 1.4 s, and no format here has one.

    jsonschema builds them wherever a notebook is read; where there are none, it does without.
    """
    sys.modules.setdefault("rfc3987_syntax", None)


def machine() -> dict[str, object]:
    """What an output may depend on beside the repository and the data."""
    around = {**os.environ, **ENVIRONMENT}
    return {
        "python": sys.version,
        "system": [platform.system(), platform.machine(), *platform.libc_ver()],
        "processor": _processor(),
        "packages": _packages(),
        "environment": {
            k: v for k, v in sorted(around.items()) if k.startswith(STEERS) and k not in ELSEWHERE
        },
    }


def runs_all() -> bool:
    """Whether nothing may be skipped here: in CI, and where another processor is imitated."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false") or imitates()


def imitates() -> bool:
    """Whether another processor's arithmetic was asked for."""
    return any(os.environ.get(name) for name in PROCESSORS)


def _packages() -> list[str]:
    """Name and version of everything installed, as its folders have it."""
    folders = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    return sorted(path.name for folder in folders for path in folder.glob("*.dist-info"))


def _processor() -> list[str]:
    """Model and features of the first processor; what Python knows where Linux does not say."""
    if not CPU.is_file():
        return [platform.processor()]
    first = CPU.read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
    return [line for line in first.splitlines() if line.startswith(("model", "flags", "Features"))]
