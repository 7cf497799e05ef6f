"""A study folder in, JupyterLab on the analyses of this book out, each running on that study.

The files opened are the sources: what is saved there, `make book DATA=folder` builds, and runs only
the page that changed. JupyterLab's own settings stay as they are; ours last as long as it runs.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

from helpers.context import LAB, VARIABLE, Context
from helpers.edition import plan, progress
from helpers.edition.work import work_folder
from helpers.errors import EditionError
from helpers.study import read_study

VIEWERS = {"@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {
    "defaultViewers": {"markdown": "Jupytext Notebook", "myst": "Jupytext Notebook"}}}  # fmt: skip


def open_lab(data: Path) -> int:
    """Check the folder and run JupyterLab until it is stopped; its exit code.

    Errors: `StudyError` with every fault of the folder, `EditionError` without JupyterLab.
    """
    if importlib.util.find_spec("jupyterlab") is None:
        raise EditionError(
            "lab: expected JupyterLab, found none: `make install` brings it, or pip install '.[lab]'"
        )
    study, _ = read_study(data)
    with work_folder() as work:
        context = Context(published=False, studies={study.config.design: str(data.resolve())})
        command, environment = prepared(work, context)
        progress.say(
            f"  JupyterLab on {data}: open an analysis, Run > Run All Cells; Ctrl-C ends it"
        )
        return subprocess.run(command, env=environment, check=False).returncode


def prepared(work: Path, context: Context) -> tuple[list[str], dict[str, str]]:
    """The command that starts JupyterLab and its environment; settings and context go into `work`."""
    context.write(work / "context.json")
    for name, settings in VIEWERS.items():
        path = work / "settings" / f"{name}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), encoding="utf-8")
    options = {
        "ServerApp.root_dir": plan.SOURCES / "analysis",
        "ServerApp.contents_manager_class": "helpers.edition.lab_contents.AnalysisContents",
        "LabApp.user_settings_dir": work / "settings",
        "LabApp.workspaces_dir": work / "workspaces",
    }
    command = [sys.executable, "-P", "-m", "jupyterlab"]
    command += [f"--{name}={value}" for name, value in options.items()]
    return command, {**os.environ, VARIABLE: str(work / "context.json"), LAB: "1"}
