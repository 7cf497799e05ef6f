"""Notebooks' kernels in, started so that they end with this process, even when it is killed."""

from __future__ import annotations

from typing import Any

from jupyter_client import AsyncKernelManager

from helpers.edition import child, warm


class Kernels(AsyncKernelManager):
    """nbclient's `kernel_manager_class`: the same kernels, forked or `watched`.

    ipykernel itself looks once a second whether its parent is process 1; where orphans go to
    another process (a user's session manager), one that was still starting stays for ever.
    """

    def format_kernel_cmd(self, extra_arguments: list[str] | None = None) -> list[str]:
        """The command of a kernel of this very Python, whatever the user's kernels are.

        It asks `warm` for one; where there is none, the kernel starts by itself, `watched`.
        """
        more = extra_arguments or []
        if warm.start():
            return warm.asking("-f", self.connection_file, *more)
        return child.watched("ipykernel_launcher", "-f", self.connection_file, *more)

    async def start_kernel(self, **options: Any) -> None:
        """Start the kernel with our lifeline as its stdin."""
        await super().start_kernel(**options, stdin=child.lifeline())
