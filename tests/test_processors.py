"""Estimates do not hang on the processor: other last bits move none of them beyond the 11th digit."""

import json
import os
import subprocess
import sys

import nbformat
import pytest

import processors
from helpers.edition import machine
from helpers.reference.compare import comparison

ESTIMATES = """
import json
from helpers.reference.compare import comparison
print(json.dumps(comparison()["ours"].tolist()))
"""


@pytest.fixture(scope="module")
def elsewhere() -> list[float]:
    """All estimates that R was asked about, as a processor without AVX computes them."""
    env = {**os.environ, **processors.settings()["all"]}
    done = subprocess.run(
        [sys.executable, "-c", ESTIMATES], env=env, capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_the_other_processor_computes_other_last_bits(elsewhere):
    assert processors.probe(processors.settings()["all"]) != processors.probe({})
    assert elsewhere != comparison()["ours"].tolist()


def test_every_estimate_agrees_to_eleven_digits(elsewhere):
    rows = comparison()
    apart = (rows["ours"] - elsewhere).abs() > 1e-11 * rows["ours"].abs()
    assert rows[apart][["estimator", "dataset", "quantity", "ours"]].empty
    assert len(elsewhere) == len(rows)


def test_numpy_is_told_to_leave_out_only_what_it_would_use_here():
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import numpy"],
        env={**os.environ, **processors.settings()["all"]}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_a_command_that_fails_under_one_processor_fails_the_run():
    script = "import os, sys; sys.exit(3 if os.environ.get('OPENBLAS_CORETYPE') else 0)"
    name = next(n for n, s in processors.settings().items() if "OPENBLAS_CORETYPE" in s)
    done = subprocess.run(
        [sys.executable, processors.__file__, "--only", name, sys.executable, "-c", script],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 3
    assert f"processor {name!r}: failed" in done.stderr


ASKED = """
import ctypes, json, sys
from pathlib import Path
had = "helpers.literate" in sys.modules
import numpy as np
np.eye(3) @ np.eye(3)
maps = Path("/proc/self/maps").read_text().split()
blas = ctypes.CDLL(next(m for m in maps if "openblas" in m and "numpy.libs" in m))
blas.scipy_openblas_get_corename64_.restype = ctypes.c_char_p
Path("asked.json").write_text(json.dumps([had, blas.scipy_openblas_get_corename64_().decode()]))
"""


def in_nbval(folder, setting) -> tuple[bool, str]:
    """Of a notebook's kernel in nbval under a setting: forked after the imports; whose arithmetic."""
    place = folder / "asked.ipynb"
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(ASKED, id="asked")]), place
    )
    options = ["--nbval", "--nbval-current-env", "-p", "forked_kernels", "-p", "no:cacheprovider"]
    here = {k: v for k, v in os.environ.items() if k not in machine.PROCESSORS}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:xdist", str(place)],
        env={**here, **setting, "PYTHONPATH": os.path.dirname(__file__)}, cwd=folder,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return tuple(json.loads((folder / "asked.json").read_text(encoding="utf-8")))


@pytest.mark.skipif(sys.platform != "linux", reason="nothing is forked elsewhere")
def test_only_as_another_processor_nbvals_kernels_are_forked_and_compute_as_that_one(tmp_path):
    assert in_nbval(tmp_path, {})[0] is False
    name, setting = next(
        (n, s) for n, s in processors.settings().items() if "OPENBLAS_CORETYPE" in s
    )
    forked, core = in_nbval(tmp_path, setting)
    assert forked is True
    assert core.lower() == name
