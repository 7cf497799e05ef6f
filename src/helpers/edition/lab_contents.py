"""Analyses as JupyterLab opens and saves them: the sources themselves, with what does not fit put aside.

A section that the study has no data for cannot run. JupyterLab gets its code as raw cells, which it
shows and does not run, and saving turns them back, so that the file keeps all its sections. Nothing is
written beside the source, and no output.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import cache
from pathlib import Path
from typing import Any

from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class

from helpers.context import current_context
from helpers.edition import sections
from helpers.study import Study, load_study

LEFT_OUT = "left-out"  # the tag of a code cell that is raw for now
Cell = MutableMapping[str, Any]


def put_aside(notebook: Any, study: Study) -> None:
    """Make the code cells that `study` has no data for raw, in place."""
    if sections.lacking(notebook.metadata.get("needs", []), study):
        fitting = set()
    else:
        fitting = {id(cell) for cell in sections.kept_cells(notebook.cells, study)[0]}
    for cell in notebook.cells:
        if cell.cell_type == "code" and id(cell) not in fitting:
            cell.cell_type = "raw"
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), LEFT_OUT]
            cell.pop("outputs", None)
            cell.pop("execution_count", None)


def take_back(cells: list[Cell]) -> None:
    """Make the cells that `put_aside` made raw code again, in place."""
    for cell in cells:
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] == "raw" and LEFT_OUT in tags:
            cell |= {"cell_type": "code", "outputs": [], "execution_count": None}
            cell["metadata"]["tags"] = [tag for tag in tags if tag != LEFT_OUT]
            if not cell["metadata"]["tags"]:
                del cell["metadata"]["tags"]


@cache
def _study() -> Study:
    (folder,) = current_context().studies.values()
    return load_study(Path(folder), check=False)


class AnalysisContents(build_sync_jupytext_contents_manager_class(LargeFileManager)):
    """Jupytext's contents manager, for the analyses of the one study that the server is about."""

    def get(self, path: str, *args: Any, **options: Any) -> dict[str, Any]:
        """The file; of an analysis, the code that the study has no data for is raw."""
        model = super().get(path, *args, **options)
        if model["type"] == "notebook" and model["content"] is not None:
            put_aside(model["content"], _study())
        return model

    def save(self, model: dict[str, Any], path: str = "") -> dict[str, Any]:
        """Write the source, with every section that it had."""
        if model["type"] == "notebook" and model.get("content"):
            take_back(model["content"]["cells"])
        return super().save(model, path)
