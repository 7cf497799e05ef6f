"""Planned notebooks in, executed notebooks on disk out, byte-identical on every rerun.

Chapters run two at a time, each in a kernel of its own; those that read the others' records run
last. Anything on stderr (a warning, say) is an error, as a warning in an analysis should be.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from helpers.context import VARIABLE
from helpers.edition.plan import LAST, Chapter
from helpers.errors import ChapterError

# one BLAS thread: two chapters share the machine, and sums keep their order
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def execute(chapters: list[Chapter], book: Path, context_file: Path | None = None) -> None:
    """Execute `chapters` and write each to its place under `book`, with progress on stderr.

    `context_file` describes the edition (None: the published one). A failing chapter raises
    `ChapterError` with the chapter, the cell and the error; notebooks already written stay.
    """
    os.environ.update(ENVIRONMENT)
    os.environ.pop(VARIABLE, None)
    if context_file is not None:
        os.environ[VARIABLE] = str(context_file)
    first = [c for c in chapters if c.name not in LAST]
    last = [c for name in LAST for c in chapters if c.name == name]
    # all in threads: in the main one, nbclient would take the place of our handlers of signals
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(lambda chapter: _execute_one(chapter, book), first))
        for chapter in last:
            pool.submit(_execute_one, chapter, book).result()


def _execute_one(chapter: Chapter, book: Path) -> None:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    from helpers.edition.kernels import Kernels

    started = time.perf_counter()
    notebook = chapter.notebook
    path = book / chapter.place
    path.parent.mkdir(parents=True, exist_ok=True)
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(
        notebook,
        kernel_manager_class=Kernels,
        timeout=900,
        record_timing=False,
        resources=resources,
        extra_arguments=["--log-level=ERROR"],  # the kernel's own start-up notices are not progress
    )
    try:
        client.execute()
    except CellExecutionError as error:
        source = next(c.source for c in notebook.cells if _failed(c))
        raise ChapterError(
            f"chapters/{chapter.name}.md: expected every cell to run, found\n"
            f"{error.ename}: {error.evalue}\nin the cell\n{source}"
        ) from None
    except DeadKernelError:
        raise ChapterError(
            f"chapters/{chapter.name}.md: expected its kernel to live to the last cell, found it "
            "killed, as systems do when memory runs out: free some, or build on a larger machine"
        ) from None
    _reject_stderr(chapter.name, notebook)
    part = path.with_suffix(".part")  # a notebook is whole, whenever this ends
    part.write_text(notebook_text(notebook), encoding="utf-8", newline="\n")
    part.replace(path)
    print(f"  executed {chapter.name} in {time.perf_counter() - started:.1f} s", file=sys.stderr)


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
