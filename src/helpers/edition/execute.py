"""Planned notebooks in, executed notebooks on disk out, byte-identical on every rerun.

Chapters run two at a time, each in a kernel of its own; those that are fresh (see `fresh`) not at
all. Anything on stderr (a warning, say) is an error,
as a warning in an analysis should be.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.context import LAB, ROOT, VARIABLE
from helpers.edition import progress
from helpers.edition.fresh import Kept
from helpers.edition.machine import ENVIRONMENT
from helpers.edition.plan import Chapter
from helpers.errors import ChapterError

STARTS = 3  # of a kernel, before a chapter is given up


def execute(
    chapters: list[Chapter],
    book: Path,
    context_file: Path | None = None,
    kept: Kept | None = None,
) -> list[str]:
    """Execute `chapters` and write each to its place under `book`, with progress on stderr.

    `context_file` describes the edition (None: the published one). Those that `kept` has fresh take
    their outputs from there; returned are the names of the others. A failing chapter raises
    `ChapterError` with the chapter, the cell and the error; notebooks already written stay.
    """
    os.environ.update(ENVIRONMENT)
    for name in (VARIABLE, LAB):
        os.environ.pop(name, None)
    if context_file is not None:
        os.environ[VARIABLE] = str(context_file)
    with progress.Line("executing chapters", len(chapters)) as line:

        def run(chapter: Chapter) -> str:
            _execute_one(chapter, book)
            if kept is not None:
                kept.learn(chapter.name, book / chapter.place)
            line.step(note=f"last: {chapter.name}")
            return chapter.name

        left = [c for c in chapters if not _reused(c, book, kept)]
        left.sort(key=lambda c: _size(c, book), reverse=True)  # the longest first
        line.step(len(chapters) - len(left))
        # all in threads: in the main one, nbclient would take the place of our handlers of signals
        with ThreadPoolExecutor(max_workers=2) as pool:
            return list(pool.map(run, left))


def _size(chapter: Chapter, book: Path) -> int:
    """Bytes of a chapter's last notebook, as long as it took; where there is none, of the published one.

    Of an analysis that the published book has of several studies it is the largest.
    """
    own = book / chapter.place
    published = (ROOT / "book").glob(f"*/**/{own.name}")
    return max((p.stat().st_size for p in ([own] if own.is_file() else published)), default=0)


def _reused(chapter: Chapter, book: Path, kept: Kept | None) -> bool:
    """Write the chapter with the outputs of its last run, if it is fresh."""
    found = kept.outputs(chapter.name, chapter.notebook.cells) if kept is not None else None
    if kept is None or found is None:
        return False
    code = (cell for cell in chapter.notebook.cells if cell.cell_type == "code")
    for cell, outputs in zip(code, found, strict=True):
        cell.outputs = outputs
    _write(chapter, book)
    kept.learn(chapter.name, book / chapter.place)
    return True


def _write(chapter: Chapter, book: Path) -> None:
    path = book / chapter.place
    path.parent.mkdir(parents=True, exist_ok=True)
    text = notebook_text(chapter.notebook).encode()
    if not path.is_file() or path.read_bytes() != text:
        part = path.with_suffix(".part")  # a notebook is whole, whenever this ends
        part.write_bytes(text)
        part.replace(path)


def _execute_one(chapter: Chapter, book: Path) -> None:
    started = time.perf_counter()
    folder = (book / chapter.place).parent
    folder.mkdir(parents=True, exist_ok=True)
    _run_cells(chapter, folder)
    _write(chapter, book)
    if progress.on_terminal():
        progress.say(f"  executed {chapter.name} in {time.perf_counter() - started:.1f} s")


def _run_cells(chapter: Chapter, folder: Path) -> None:
    """Fill in the notebook's outputs, with `folder` as the kernel's. Errors: `ChapterError`."""
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    try:
        _started(chapter, folder)
    except CellExecutionError as error:
        source = next(c.source for c in chapter.notebook.cells if _failed(c))
        raise ChapterError(
            f"{chapter.source}: expected every cell to run, found\n"
            f"{error.ename}: {error.evalue}\nin the cell\n{source}"
        ) from None
    except DeadKernelError:
        raise ChapterError(
            f"{chapter.source}: expected its kernel to live to the last cell, found it "
            "killed, as systems do when memory runs out: free some, or build on a larger machine"
        ) from None
    except RuntimeError as error:
        raise ChapterError(
            f"{chapter.source}: expected a kernel within a minute, found none in {STARTS} starts "
            f"({error}): end what else is at work on this machine, and build again"
        ) from None
    _reject_stderr(chapter.name, chapter.notebook)


def _started(chapter: Chapter, folder: Path) -> None:
    """Run the notebook; again where its kernel could not start, as when its ports were taken meanwhile.

    Errors: nbclient's own of a cell or a kernel that died; `RuntimeError` where none started.
    """
    from nbclient import NotebookClient
    from nbclient.exceptions import DeadKernelError

    from helpers.edition.kernels import Kernels

    for left in reversed(range(STARTS)):
        client = NotebookClient(
            chapter.notebook,
            kernel_manager_class=Kernels,
            timeout=900,
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
            # the kernel's own start-up notices are no progress
            extra_arguments=["--log-level=ERROR"],
        )
        try:
            asyncio.run(client.async_execute())
            return
        except DeadKernelError:
            raise
        except RuntimeError:  # so nbclient says that a kernel did not answer
            atexit.unregister(client._cleanup_kernel)  # done; a second time at exit would fail
            if not left:
                raise


def _failed(cell: NotebookNode) -> bool:
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def _reject_stderr(name: str, notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.get("name") == "stderr":
                raise ChapterError(
                    f"chapters/{name}.md: expected no warning, found\n{output['text']}\n"
                    f"from the cell\n{cell.source}\nmend the cause; a chapter runs without warnings"
                )


def notebook_text(notebook: NotebookNode) -> str:
    """The executed notebook as text: outputs kept, counts and transient fields normalised."""
    for k, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = k
        cell.metadata.pop("execution", None)
        for output in cell.outputs:
            if "execution_count" in output:
                output["execution_count"] = k
    notebook.metadata["language_info"] = {"name": "python"}
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"
