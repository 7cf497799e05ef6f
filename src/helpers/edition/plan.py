"""Chapter sources and the edition's studies in, the notebooks of this edition out; nothing is run.

A cell's tags say what it is about: `single-arm` and `randomised` (it needs a study of that
design), `needs-cd4`, `needs-adae`, ... (it needs that parameter, group or table), `published-only`
and `own-only`. A cell tagged `frame` opens or closes a page; a chapter of which only such cells
remain is left out.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from helpers.context import ROOT, Context
from helpers.errors import EditionError
from helpers.study import LEAST, Study, load_study

SOURCES = ROOT / "chapters"
DESIGNS = ("single-arm", "randomised")
OTHER = "it is about the published studies only"
NEEDS_DESIGN = {design: f"it needs a {design} study" for design in DESIGNS}
WORDS = {
    "adae": "treatment-emergent adverse event (adae)",
    "adlb": "table of laboratory values (adlb)",
    "adtte": "table of times to event (adtte)",
    "trtdurd": "duration of observation (TRTDURD in adsl)",
    "cd4": f"change of the CD4 count in {LEAST} subjects of every arm",
    "cd8": f"change of the CD8 count in {LEAST} subjects of every arm",
    "cd4cd8": f"change of the CD4/CD8 ratio in {LEAST} subjects of every arm",
    "hivrna": "HIV RNA",
    "cytokine": "parameter of the group cytokine",
    "response-endpoint": "time to response",
    "failure-endpoint": "time to failure",
}
# they read the others' records, in this order: run after them
LAST = ("08_next_trial", "07_claims", "11_methods", "index")


@dataclass(frozen=True)
class Chapter:
    """One chapter of an edition: its name, its notebook without outputs, where it goes."""

    name: str
    notebook: NotebookNode
    nav: str

    @property
    def place(self) -> str:
        """Path of the executed notebook within the book's folder."""
        return "index.ipynb" if self.name == "index" else f"chapters/{self.name}.ipynb"


def chapter_names() -> list[str]:
    """Names of all chapter sources in reading order, the front page first."""
    names = sorted(path.stem for path in SOURCES.glob("*.md"))
    if "index" not in names:
        raise EditionError(f"{SOURCES}: expected index.md and NN_topic.md, found {names}")
    return ["index", *(name for name in names if name != "index")]


def source_notebook(name: str) -> tuple[NotebookNode, str]:
    """A chapter's source as a notebook (fixed cell ids, plain metadata, no outputs) and its short
    name for the contents (`nav` in its header).
    """
    notebook = jupytext.read(SOURCES / f"{name}.md", fmt="md:myst")
    nav = notebook.metadata.get("nav", name)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for i, cell in enumerate(notebook.cells):
        cell.id = _cell_id(name, i)
        tags = cell.metadata.get("tags", [])
        cell.metadata = {"tags": tags} if tags else {}
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.from_dict(notebook), nav


def _cell_id(name: str, number: int) -> str:
    return f"{name.replace('_', '-')[:40]}-{number:03d}"


def is_executed_chapter(path: Path) -> bool:
    """Whether a notebook was made from a chapter of its name, and not by somebody in Jupyter."""
    prefix = _cell_id(path.stem, 0).removesuffix("000")
    try:
        ids = [cell["id"] for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    except (OSError, ValueError, TypeError, KeyError):
        return False
    return bool(ids) and all(str(name).startswith(prefix) for name in ids)


def edition_chapters(
    context: Context, studies: Mapping[str, Study] | None = None
) -> tuple[list[Chapter], list[tuple[str, str]]]:
    """The chapters of an edition, and what it leaves out as (chapter, reason).

    `studies` by design, where the caller has read them already; a large one is not read twice.
    """
    if studies is None:
        studies = {d: load_study(p, check=False) for d, p in context.studies.items()}
    # once a set of tags: looking through a large study for what a cell needs takes a second
    reason_of = cache(lambda tags: _reason_to_drop(list(tags), context.published, studies))
    chapters, left_out = [], []
    for name in chapter_names():
        notebook, nav = source_notebook(name)
        missing: list[str] = []
        kept = []
        for cell in notebook.cells:
            reason = reason_of(tuple(cell.metadata.get("tags", [])))
            if reason is None:
                kept.append(cell)
            elif reason not in missing:
                missing.append(reason)
        notebook.cells = kept
        code = [c for c in kept if c.cell_type == "code"]
        if code and all("frame" in c.metadata.get("tags", []) for c in code):
            left_out.append((nav, _main_reason(missing)))
        else:
            chapters.append(Chapter(name, notebook, nav))
            partly = [r for r in missing if r not in (OTHER, *NEEDS_DESIGN.values())]
            left_out += [(nav, f"in part: {reason}") for reason in partly]
    return chapters, [] if context.published else left_out


def _smallest_arm(study: Study) -> int:
    return int(study.adsl["ARM"].value_counts().min())


def _main_reason(missing: list[str]) -> str:
    """What the study lacks, before what it is not, before what was never meant for it."""
    own = [r for r in missing if r not in (OTHER, *NEEDS_DESIGN.values())]
    design = [r for r in missing if r in NEEDS_DESIGN.values()]
    return "; ".join(own) or "; ".join(design) or OTHER


def _reason_to_drop(tags: list[str], published: bool, studies: Mapping[str, Study]) -> str | None:
    """None keeps the cell; a text drops it and says why."""
    if ("published-only" in tags and not published) or ("own-only" in tags and published):
        return OTHER
    designs = [d for d in DESIGNS if d in tags]
    if designs and not any(d in studies for d in designs):
        return NEEDS_DESIGN[designs[0]]
    about = [studies[d] for d in (designs or DESIGNS) if d in studies]
    tiny = [s for s in about if designs and not published and _smallest_arm(s) < s.config.least]
    if tiny:
        return (
            f"an arm has fewer than {tiny[0].config.least} subjects: too few to show anything of it"
        )
    needs = [tag.removeprefix("needs-") for tag in tags if tag.startswith("needs-")]
    absent = [need for need in needs if not any(study.has(need) for study in about)]
    return f"the study has no {WORDS.get(absent[0], absent[0])}" if absent else None


def again(chapter: Chapter) -> Chapter:
    """The same chapter without its outputs, to be executed once more."""
    notebook = copy.deepcopy(chapter.notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return replace(chapter, notebook=notebook)


def toc(chapters: list[Chapter]) -> str:
    """The `_toc.yml` of these chapters."""
    lines = ["format: jb-book", "root: index", "chapters:"]
    for chapter in chapters:
        if chapter.name != "index":
            lines.append(f"  - file: {chapter.place.removesuffix('.ipynb')}")
            lines.append(f"    title: {chapter.nav}")
    return "\n".join(lines) + "\n"
