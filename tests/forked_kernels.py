"""A pytest plugin over nbval: as another processor, kernels are forked from one that has imported.

A kernel of its own takes longer to import than most notebooks to run. This processor's own run has
them so, as a reader's Jupyter has; the runs that imitate others compare the numbers alone, and take
those of `edition.warm`, which imports under the same variables. Load it with `-p forked_kernels`.
"""

from __future__ import annotations

import sys

from nbval.kernel import NbvalKernelspecManager

from helpers.edition import machine, warm

of_its_own = NbvalKernelspecManager.get_kernel_spec


def pytest_configure(config) -> None:
    """Put the forked kernels in the place of nbval's, where a processor is imitated."""
    if machine.imitates():
        NbvalKernelspecManager.get_kernel_spec = forked


def forked(manager, kernel_name: str):
    """nbval's specification of a kernel, asking for a forked one where there are any (on Linux)."""
    found = of_its_own(manager, kernel_name)
    if warm.start():
        assert found.argv[0] == sys.executable  # what was asked for is this very Python
        found.argv = warm.asking("-f", "{connection_file}")
    return found
