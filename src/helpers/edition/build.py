"""Executed notebooks in, a published site out; a failed or killed build leaves the last site alone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from helpers import disclosure, results
from helpers.context import ROOT, Context
from helpers.edition import child, execute, export, gate, plan
from helpers.edition.place import shown
from helpers.edition.publish import claimed, publish
from helpers.edition.work import work_folder
from helpers.errors import ChapterError, EditionError, most_serious_first
from helpers.study import Study, read_study

BANNER = (
    "These pages show single patients: the study's settings allow it. "
    "Mind who may see them before passing them on."
)
FOOTER = "Code MIT. Every number is reported, derived or simulated, and says which."


def execute_published(names: Sequence[str] = ()) -> None:
    """Re-execute the chapters of the published book into `book/`, and drop what has no source.

    `names` limits it to these chapters ("02_safety"). Errors: `EditionError` for an unknown one.
    """
    from helpers.context import published_context

    book = ROOT / "book"
    chapters, _ = plan.edition_chapters(published_context())
    if unknown := sorted(set(names) - {chapter.name for chapter in chapters}):
        known = ", ".join(chapter.name for chapter in chapters)
        raise EditionError(f"expected a chapter ({known}), found {', '.join(unknown)}")
    places = {book / chapter.place for chapter in chapters}
    for path in (*book.glob("*.ipynb"), *book.glob("chapters/*.ipynb")):
        if path not in places and plan.is_executed_chapter(path):
            path.unlink()
    with work_folder():
        execute.execute([c for c in chapters if not names or c.name in names], book)
    (book / "_toc.yml").write_text(plan.toc(chapters), encoding="utf-8")


def build_published(site: Path) -> None:
    """Build the published book from the committed notebooks; nothing is executed."""
    with claimed(site) as site, work_folder() as work:
        html = _build_site(ROOT / "book", work)
        export.write_claims(ROOT / "book", html)
        export.write_code(html)
        publish(html, site)
    print(f"  published {shown(site)}/index.html", file=sys.stderr)


def build_own(data: Path, site: Path) -> None:
    """Check a study folder, execute its edition, build and publish it.

    Errors: `StudyError` before anything is run; `ChapterError` or `EditionError` later. `site` is
    only touched at the very end.
    """
    with claimed(site, data) as site:
        study, problems = read_study(data)
        print(f"  checked {data}: {len(study.adsl):,} subjects, no error", file=sys.stderr)
        for problem in most_serious_first(problems):
            print(problem, file=sys.stderr)
        studies = {study.config.design: str(data.resolve())}
        context = Context(published=False, studies=studies, book="")
        chapters, left_out = plan.edition_chapters(context, {study.config.design: study})
        context = replace(context, left_out=left_out)
        # the chapters read the tables themselves: two kernels and the largest twice is too much;
        # the gate asks for the texts of the other two
        study = replace(study, adlb=None, adtte=None)
        with work_folder() as work:
            try:
                html = _own_pages(chapters, context, study, work)
            except ChapterError as error:
                raise EditionError(
                    f"{data}: the folder has no fault, but a chapter cannot carry these data yet; "
                    f"{site} was left as it was. Please report it with the following lines.\n{error}"
                ) from None
            gate.refuse_leaks(html, study)
            publish(html, site)
    print(f"  published {shown(site)}/index.html", file=sys.stderr)


def _own_pages(chapters: list[plan.Chapter], context: Context, study: Study, work: Path) -> Path:
    """Execute and build a study's edition in `work`; return the folder of its pages."""
    book, context_file = work / "book", work / "edition.json"
    shutil.copytree(ROOT / "book", book, ignore=shutil.ignore_patterns("*.ipynb"))
    context = replace(context, book=str(book))
    context.write(context_file)
    (book / "_toc.yml").write_text(plan.toc(chapters), encoding="utf-8")
    _retitle(book / "_config.yml", study)
    execute.execute(chapters, book, context_file)
    _withhold(chapters, book, context, context_file, study)
    html = _build_site(book, work)
    export.write_own_code(html, chapters, banner=BANNER if _shows_patients(study) else "")
    return html


def _withhold(
    chapters: list[plan.Chapter], book: Path, context: Context, context_file: Path, study: Study
) -> None:
    """Execute again, without them, the chapters whose records give hidden numbers away."""
    if study.config.show_subjects:
        return
    thresholds = {study.id: study.config.threshold}
    withheld: dict[str, set[str]] = {}
    while True:
        records = [r for found in results.book_records(book).values() for r in found.values()]
        more = disclosure.given_away(records, thresholds=thresholds)
        if not more:
            return
        for chapter, key in sorted(more):
            if key in withheld.get(chapter, ()):
                raise ChapterError(
                    f"{chapter}: expected record {key!r} without its number, as it gives a hidden one "
                    "away, found it: record it with study=, the study itself"
                )
            withheld.setdefault(chapter, set()).add(key)
        names = {chapter for chapter, _ in more} | set(plan.LAST)
        print(f"  {len(more)} numbers would give others away and are withheld", file=sys.stderr)
        replace(context, withheld={k: sorted(v) for k, v in withheld.items()}).write(context_file)
        execute.execute([plan.again(c) for c in chapters if c.name in names], book, context_file)


def _shows_patients(study: Study) -> bool:
    return study.config.show_subjects and study.config.observed


def _retitle(path: Path, study: Study) -> None:
    """Give an edition's configuration its own title, and the banner where it shows patients."""
    import yaml

    name = study.short
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    title = f"{name}, re-analysed"
    config |= {"title": title, "author": "", "copyright": ""}
    config["sphinx"]["config"] |= {
        "book_footer": FOOTER,
        "book_banner": BANNER if _shows_patients(study) else "",
    }
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")


def _build_site(book: Path, work: Path) -> Path:
    """Build the pages of the executed notebooks under `book` with results.csv; return their folder."""
    print("  building the pages", file=sys.stderr)
    done = child.run(
        str(Path(sys.executable).with_name("jupyter-book")), "build", str(book),
        "--path-output", str(work), "-W", "--keep-going", "-q", cwd=work,
    )  # fmt: skip
    html = work / "_build" / "html"
    if done.returncode or not (html / "index.html").is_file():
        raise EditionError(
            f"expected jupyter-book to build without a warning, found\n{child.reasons(done)}"
        )
    shutil.rmtree(html / "_sources", ignore_errors=True)
    export.write_results(book, html)
    return html
