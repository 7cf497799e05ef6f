"""Other processors on this machine: runs a command once under each, and says what each one changed.

A processor decides which code the numerical libraries run, and so the last bits of their results.
Environment variables make them take another's: OpenBLAS the kernels of Haswell or Prescott, NumPy
and the C library the code without AVX. `python tests/processors.py COMMAND ...` runs COMMAND under
each of `SETTINGS` (`--only NAME`: those alone) and stops at the first that fails. Before it does,
it prints in how many of some thousand results the last bits differ from this processor's own.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys

# what NumPy may be told to leave out; of these, only what it would use here (it warns of others)
NUMPY = ("X86_V4", "X86_V3", "AVX512_ICL", "AVX512_SPR", "ASIMDHP", "ASIMDDP", "ASIMDFHM", "SVE")
PROBE = """
import math
import numpy as np
from scipy.stats import chi2
x = np.linspace(0.1, 9, 997)
a = np.outer(np.sin(x[:60]), np.cos(x[:61])) + 0.1
parts = [np.exp(x), (a.T @ a).ravel(), np.linalg.solve(a[:, :60] + np.eye(60), x[:60]), chi2.sf(x, 3)]
parts += [np.array([f(v) for v in x]) for f in (math.exp, math.log, math.sin, math.tan, math.atan)]
print(" ".join(value.hex() for part in parts for value in part.tolist()))
"""


def supported() -> str:
    """The features that NumPy would choose at run time on this processor and can do without."""
    from numpy._core import _multiarray_umath as core

    return " ".join(f for f in NUMPY if f in core.__cpu_dispatch__ and core.__cpu_features__.get(f))


def settings() -> dict[str, dict[str, str]]:
    """Environment variables by the name of what they imitate; "all" is all that go together."""
    numpy = {"NPY_DISABLE_CPU_FEATURES": supported()} if supported() else {}
    found: dict[str, dict[str, str]] = {}
    if platform.machine() in ("x86_64", "AMD64"):
        found["haswell"] = {"OPENBLAS_CORETYPE": "Haswell"}
        found["prescott"] = {"OPENBLAS_CORETYPE": "Prescott"}
        found["libc"] = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F"}
    elif platform.machine() in ("aarch64", "arm64"):
        found["armv8"] = {"OPENBLAS_CORETYPE": "ARMV8"}
    if numpy:
        found["numpy"] = numpy
    together = {k: v for setting in found.values() for k, v in setting.items()}
    return {**found, "all": together}


def probe(setting: dict[str, str]) -> list[str]:
    """The results of some thousand small computations under `setting`, to the last bit."""
    env = {**os.environ, **setting}
    done = subprocess.run(
        [sys.executable, "-c", PROBE], env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def main() -> int:
    """Run the command under each setting; the exit code of the first that fails, else 0."""
    known = settings()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=[*known], help="a setting (repeatable)")
    parser.add_argument("command", nargs=argparse.REMAINDER, help="what to run")
    args = parser.parse_args()
    own = probe({})
    for name in args.only or known:
        moved = sum(a != b for a, b in zip(own, probe(known[name]), strict=True))
        print(
            f"processor {name!r}: {moved} of {len(own)} results differ in their last bits",
            flush=True,
        )
        code = subprocess.run(
            args.command, env={**os.environ, **known[name]}, check=False
        ).returncode
        if code:
            print(f"processor {name!r}: failed ({' '.join(args.command)})", file=sys.stderr)
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
