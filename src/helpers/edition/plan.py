"""Chapter sources and the edition's studies in, the notebooks of this edition out; nothing is run.

An essay on the published reports says `for: book` in its header, and so may a section of a page that
every edition has; an analysis says what it `needs`, there and at its sections (see `sections`).
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

from helpers import disclosure
from helpers.context import BEHIND, ROOT, Context
from helpers.edition import sections
from helpers.errors import EditionError
from helpers.literate.run import ANALYSED, published_study
from helpers.study import Study, load_study

SOURCES = ROOT / "chapters"
# what a file's header says of where it belongs; `alike`: no study enters it, and an edition takes it
# from the published book
HEADER = ("for", "needs", "alike")


@dataclass(frozen=True)
class Chapter:
    """One chapter of an edition: its name, its notebook without outputs, where it goes."""

    name: str
    notebook: NotebookNode
    nav: str
    part: str = ""  # the heading of the contents under which it stands
    origin: str = ""  # the name of its source, where that is another

    @property
    def place(self) -> str:
        """Path of the executed notebook within the book's folder."""
        if self.name == "index" or self.name.startswith("studies/"):
            return f"{self.name}.ipynb"
        return f"chapters/{self.name}.ipynb"

    @property
    def source(self) -> str:
        """Path of its source within the repository."""
        return source_path(self.origin or self.name).relative_to(ROOT).as_posix()


def chapter_names() -> list[str]:
    """Names of all chapter sources in reading order, the front page first."""
    names = sorted(path.stem for path in SOURCES.glob("*.md"))
    if "index" not in names:
        raise EditionError(f"{SOURCES}: expected index.md and NN_topic.md, found {names}")
    names.remove("index")
    return ["index", *sorted(names, key=lambda name: (BEHIND.get(name, name), name))]


def source_path(name: str) -> Path:
    """The file of a chapter, or of an analysis however it is named ("studies/hucmsc/06_x")."""
    if name.startswith(("studies/", "analysis/")):
        return SOURCES / "analysis" / f"{name.rpartition('/')[2]}.md"
    return SOURCES / f"{name}.md"


def header(name: str) -> dict:
    """What a source says of itself before its first cell."""
    import yaml

    return yaml.safe_load(source_path(name).read_text(encoding="utf-8").split("---\n")[1])


def source_notebook(name: str) -> tuple[NotebookNode, str]:
    """A chapter's source as a notebook (fixed cell ids, plain metadata, no outputs) and its short
    name for the contents (`nav` in its header).
    """
    notebook = jupytext.read(source_path(name), fmt="md:myst")
    nav = notebook.metadata.get("nav", name)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        **{key: notebook.metadata[key] for key in HEADER if key in notebook.metadata},
    }
    for i, cell in enumerate(notebook.cells):
        cell.id = _cell_id(name, i)
        kept = {
            key: cell.metadata[key] for key in ("tags", "needs", "for") if cell.metadata.get(key)
        }
        cell.metadata = kept
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return nbformat.from_dict(notebook), nav


def _cell_id(name: str, number: int) -> str:
    stem = name.rpartition("/")[2]
    return f"{stem.replace('_', '-')[:40]}-{number:03d}"


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
        read = {d: load_study(p, check=False) for d, p in context.studies.items()}
        studies = {d: disclosure.thinned(study, context.lot) for d, study in read.items()}
    chapters = []
    for name in chapter_names():
        if not context.published and header(name).get("for") == "book":
            continue  # an essay on the published reports
        notebook, nav = source_notebook(name)
        if not context.published:
            notebook.cells = sections.everybodys_cells(notebook.cells)
        chapters.append(Chapter(name, notebook, nav))
    if not context.published:
        chapters.insert(0, front_page(*studies.values()))
    found, missing = analyses(context, studies)
    chapters = sorted([*chapters, *found], key=lambda c: _order(c, published=context.published))
    return chapters, [] if context.published else missing


def front_page(study: Study) -> Chapter:
    """The front page of a study's own edition."""
    origin = "analysis/index"
    notebook, nav = source_notebook(origin)
    notebook.cells, _ = sections.fitting_cells(notebook.cells, study)
    return Chapter("index", notebook, nav, origin=origin)


def analyses(
    context: Context, studies: Mapping[str, Study]
) -> tuple[list[Chapter], list[tuple[str, str]]]:
    """The analyses of every study of the edition, and what is left out as (analysis, reason)."""
    found, left_out = [], []
    for study in analysed(context, studies):
        for name in analysis_names():
            chapter, missing = analysis(name, study)
            found += [chapter] if chapter else []
            nav = header(f"analysis/{name}")["nav"] if missing else ""
            left_out += [
                (nav, reason if not chapter else f"in part: {reason}") for reason in missing
            ]
    return found, left_out


def analysis(name: str, study: Study) -> tuple[Chapter | None, list[str]]:
    """One analysis of one study, None where the study has nothing for it, and what it lacks."""
    place = f"studies/{folder_of(study)}/{name}"
    notebook, nav = source_notebook(place)
    # first: what such a study has and has not, events say, tells of few
    if not study.config.show_subjects and _smallest_arm(study) < study.config.least:
        why = f"an arm has fewer than {study.config.least} subjects: too few to show anything of it"
        return None, [why] if sections.concerns(notebook.metadata.get("needs", []), study) else []
    if lacks := sections.lacking(notebook.metadata.get("needs", []), study):
        return None, sections.said([lacks], study)
    notebook.cells, missing = sections.fitting_cells(notebook.cells, study)
    kind = "real patients" if study.config.observed else "a synthetic cohort"
    part = f"{study.short}: analyses of {kind}"
    return Chapter(place, notebook, nav, part), missing


def folder_of(study: Study) -> str:
    """The folder of a study's analyses: its id in the published book, "own" in an edition."""
    return study.id if study.id in ANALYSED else "own"


def analysis_names() -> list[str]:
    """Names of the analyses in reading order."""
    return sorted(path.stem for path in (SOURCES / "analysis").glob("[0-9]*.md"))


def analysed(context: Context, studies: Mapping[str, Study]) -> list[Study]:
    """The studies that an edition analyses: hers, or those of the published book."""
    if not context.published:
        return list(studies.values())
    known = {study.id: study for study in studies.values()}
    return [known.get(name) or _published(name) for name in ANALYSED]


@cache
def _published(name: str) -> Study:
    with published_study(name) as folder:
        return load_study(folder, check=False)


def _order(chapter: Chapter, *, published: bool) -> tuple:
    """The front page, the chapters in their order, each study's analyses; one's own come before A and B."""
    return chapter.name != "index", chapter.name.startswith("studies/") == published


def _smallest_arm(study: Study) -> int:
    return int(study.adsl["ARM"].value_counts().min())


def again(chapter: Chapter) -> Chapter:
    """The same chapter without its outputs, to be executed once more."""
    notebook = copy.deepcopy(chapter.notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return replace(chapter, notebook=notebook)


def toc(chapters: list[Chapter]) -> str:
    """The `_toc.yml` of these chapters: the essays, then a part a study."""
    lines = ["format: jb-book", "root: index", "parts:"]
    for part in dict.fromkeys(c.part for c in chapters if c.name != "index"):
        lines += [f"  - caption: {json.dumps(part, ensure_ascii=False)}"] if part else ["  -"]
        lines.append("    chapters:")
        for chapter in chapters:
            if chapter.name != "index" and chapter.part == part:
                lines.append(f"      - file: {chapter.place.removesuffix('.ipynb')}")
                lines.append(f"        title: {chapter.nav}")
    return "\n".join(lines) + "\n"
