"""Chapters' names in, what Python loaded and opened while their cells ran out, as JSON.

    python tests/watched.py imports 01_design ... run 05_chimerism ...

Nothing of `edition.depends` is used here: the sets are Python's own, `sys.modules` and the audit events
of opened files. After "imports" only the import statements of a chapter's cells are executed, after
"run" all of its code. Each chapter has a process of its own, forked after the large libraries.
"""

import ast
import json
import os
import sys
import warnings
from pathlib import Path

import altair  # noqa: F401
import lifelines  # noqa: F401
import nbformat
import scipy.stats  # noqa: F401
import statsmodels.api  # noqa: F401

ROOT = Path(__file__).resolve().parents[1]


def notebook(name: str) -> Path:
    """Where the executed notebook of a page stands ("01_design", "studies/hucmsc/06_x", "index")."""
    inside = name if name == "index" or name.startswith("studies/") else f"chapters/{name}"
    return ROOT / "book" / f"{inside}.ipynb"


def code(name: str, *, whole: bool) -> str:
    """The code of a chapter's executed notebook, or only its import statements."""
    cells = nbformat.read(notebook(name), as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    if whole:
        return text
    imports = [n for n in ast.parse(text).body if isinstance(n, ast.Import | ast.ImportFrom)]
    return "\n".join(map(ast.unparse, imports))


def watched(name: str, *, whole: bool) -> dict[str, list[str]]:
    """The modules of ours that are loaded, and the files of the repository that were opened."""
    opened: set[str] = set()

    def hook(event: str, arguments: tuple) -> None:
        if event == "open" and isinstance(arguments[0], str):
            opened.add(os.path.abspath(arguments[0]))

    text = code(name, whole=whole)
    os.chdir(notebook(name).parent)  # an analysis learns its study from there
    sys.addaudithook(hook)
    exec(compile(text, name, "exec"), {"__name__": "__main__"})
    return {
        "modules": sorted(m for m in sys.modules if m.partition(".")[0] == "helpers"),
        "opened": sorted(path for path in opened if path.startswith(f"{ROOT}/")),
    }


def apart(name: str, *, whole: bool) -> dict[str, list[str]]:
    """The same in a child process, so that one chapter's modules are not another's."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.close(reading)
        sys.stdout = sys.stderr  # what cells print
        with os.fdopen(writing, "w") as file:
            json.dump(watched(name, whole=whole), file)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        text = file.read()
    os.waitpid(child, 0)
    return json.loads(text)


def main() -> None:
    """Print what each chapter loads and opens."""
    out, whole = {}, False
    for word in sys.argv[1:]:
        if word in ("imports", "run"):
            whole = word == "run"
        else:
            out[word] = apart(word, whole=whole)
    print(json.dumps(out))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
