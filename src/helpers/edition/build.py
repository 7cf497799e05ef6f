"""Executed notebooks in, a published site out; a failed or killed build leaves the last site alone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from helpers import disclosure, exchange, results
from helpers.config import FILE
from helpers.context import ROOT, Context, published_context
from helpers.derive import responders
from helpers.edition import banner, child, execute, export, gate, pages, plan, progress, release
from helpers.edition.depends import file_digest
from helpers.edition.fresh import (
    Kept,
    Made,
    mark_alike,
    published_book,
    site_files,
    site_of,
    study_files,
)
from helpers.edition.place import shown
from helpers.edition.publish import claimed, publish
from helpers.edition.withheld import Edition
from helpers.edition.work import work_folder
from helpers.errors import ChapterError, EditionError, most_serious_first
from helpers.present import text
from helpers.study import Study, load_study, read_study
from helpers.translate import site as translate

FOOTER = "Code MIT. Every number is reported, derived, observed or simulated, and says which."


def execute_published(
    names: Sequence[str] = (), made: Made | None = None, *, trust: bool = False
) -> None:
    """Execute the chapters of the published book into `book/`, and drop what has no source.

    `names` limits it to these chapters ("02_safety"). `made` remembers the runs; with `trust`, those
    that it has fresh are not run again. Errors: `EditionError` for an unknown chapter.
    """
    book, context, made = ROOT / "book", published_context(), made or published_book()
    chapters, _ = plan.edition_chapters(context)
    if unknown := sorted(set(names) - {chapter.name for chapter in chapters}):
        known = ", ".join(chapter.name for chapter in chapters)
        raise EditionError(f"expected a chapter ({known}), found {', '.join(unknown)}")
    places = {book / chapter.place for chapter in chapters}
    for path in results.notebooks(book):
        if path not in places and plan.is_executed_chapter(path):
            path.unlink()
    wanted = [c for c in chapters if not names or c.name in names]
    mark_alike(chapters)
    where = {c.name: book / c.place for c in chapters}
    kept = Kept(context, made.memory, where, trust=trust, saving=True)
    with work_folder():
        ran = execute.execute(wanted, book, kept=kept)
    (book / "_toc.yml").write_text(plan.toc(chapters), encoding="utf-8")
    refuse_edges(book, {chapter.name for chapter in chapters})
    if set(kept.notes) >= set(where) and not names:
        files = {chapter.place: kept.notes[chapter.name]["notebook"] for chapter in chapters}
        made.learn({**files, "_toc.yml": file_digest(book / "_toc.yml")})
    progress.say(f"  executed {len(ran)} of {len(wanted)} chapters; the others are as they were")


def refuse_edges(book: Path, chapters: Container[str]) -> None:
    """Stop where a printed number lies so near a rounding edge that another machine may print another.

    `chapters` names those to look at; other notebooks may lie there, somebody's own. Errors:
    `ChapterError` naming every such record.
    """
    found = [
        f"  {name}: record {key!r}, {field} {getattr(record, field)!r}"
        for name, records in results.book_records(book, chapters.__contains__).items()
        for key, record in records.items()
        if (field := text.on_an_edge(record))
    ]
    if found:
        raise ChapterError(
            "expected numbers that print alike on every machine, found on the edge between two texts\n"
            + "\n".join(found)
            + "\ngive the record other `digits`"
        )


def build_published(site: Path, builder: str = pages.DEFAULT, made: Made | None = None) -> None:
    """Build the published book from the committed notebooks; nothing is executed.

    `made` remembers the site.
    """
    with claimed(site) as site, work_folder() as work:
        made = made or site_of(site, None, builder)
        with ThreadPoolExecutor(1) as beside:
            code = beside.submit(child.run, export.__name__, str(work), cwd=work)
            html = pages.build_pages(ROOT / "book", work, builder)
        if code.result().returncode:
            raise EditionError(f"expected pages of the code, found\n{child.reasons(code.result())}")
        (work / "code").rename(html / "code")
        export.write_claims(ROOT / "book", html)
        exchange.write(ROOT / "book", html, _published_studies())
        for line in translate.report(translate.write(html)):
            progress.say(f"  {line}")
        publish(html, site)
        made.learn(site_files(site))
    progress.say(f"  published {shown(site)}/index.html")


def _published_studies() -> list[exchange.Shown]:
    """The studies whose analyses the published book has."""
    context = published_context()
    read = {design: load_study(folder, check=False) for design, folder in context.studies.items()}
    studies = plan.analysed(context, read)
    return [exchange.Shown(plan.folder_of(s), s.config, exchange.columns_of(s)) for s in studies]


def build_own(
    data: Path,
    site: Path,
    builder: str = pages.DEFAULT,
    made: Made | None = None,
    *,
    trust: bool = False,
) -> None:
    """Check a study folder, execute its edition, build and publish it.

    `made` remembers the last site there; with `trust`, chapters that are fresh take their outputs
    from its downloads: no other copy of a patient's numbers is kept. Errors: `StudyError` before
    anything is run; `ChapterError` or `EditionError` later. `site` is only touched at the very end.
    """
    with claimed(site, data) as site:
        made = made or site_of(site, data, builder)
        study, problems = read_study(data)
        progress.say(f"  checked {data}: {len(study.adsl):,} subjects, no error")
        for problem in most_serious_first(problems):
            print(problem, file=sys.stderr)
        studies = {study.config.design: str(data.resolve())}
        tables = [path for path in study_files(data) if path.name != FILE]
        lot = release.lot(tables) if study.config.rounding else ""
        context = Context(published=False, studies=studies, lot=lot)
        analysed = disclosure.thinned(study, lot)
        chapters, left_out = plan.edition_chapters(context, {study.config.design: analysed})
        context = replace(context, left_out=left_out)
        used = exchange.columns_of(study)
        # the chapters read the tables themselves: two kernels and the largest twice is too much; the
        # gate asks for the texts of others, and what is withheld for events, times and responses
        study = replace(study, adlb=responders.needed(study))
        where = {c.name: site / "download" / f"{c.name}.ipynb" for c in chapters}
        kept = Kept(context, made.memory, where, trust=trust)
        with work_folder() as work:
            try:
                html = _own_pages(chapters, context, study, work, builder, kept)
                words = banner.banner(study)
                own = exchange.Shown(plan.folder_of(study), study.config, used, words)
                exchange.write(work / "book", html, [own])
            except ChapterError as error:
                raise EditionError(
                    f"{data}: the folder has no fault, but a chapter cannot carry these data yet; "
                    f"{site} was left as it was. Please report it with the following lines.\n{error}"
                ) from None
            if not study.config.show_subjects:
                _record_release(html, work / "book", study, tables, kept, site)
            gate.refuse_leaks(html, study)
            publish(html, site)
        made.learn(site_files(site))
    progress.say(f"  published {shown(site)}/index.html")


def _record_release(
    html: Path, book: Path, study: Study, tables: list[Path], kept: Kept, site: Path
) -> None:
    """Put the release record beside the pages; say what the last edition at `site` gives away with it."""
    now = release.write(html, book, study, tables, kept.memory.notes.get("withheld", {}))
    for words in release.warnings(release.read(site), now):
        print(f"warning: {words}", file=sys.stderr)


def _own_pages(
    chapters: list[plan.Chapter],
    context: Context,
    study: Study,
    work: Path,
    builder: str,
    kept: Kept,
) -> Path:
    """Execute and build a study's edition in `work`; return the folder of its pages."""
    book, context_file = work / "book", work / "edition.json"
    shutil.copytree(ROOT / "book", book, ignore=shutil.ignore_patterns("*.ipynb"))
    context.write(context_file)
    (book / "_toc.yml").write_text(plan.toc(chapters), encoding="utf-8")
    words = banner.banner(study)
    chapters = [banner.in_notebook(chapter, study) for chapter in chapters]
    _retitle(book / "_config.yml", study)
    Edition(chapters, book, context, context_file, study, kept).execute()
    with ThreadPoolExecutor(1) as beside:  # the builder is a process of its own
        begun = beside.submit(export.begin_own_code, book, chapters)
        html = pages.build_pages(book, work, builder)
    begun.result()
    export.write_own_code(html, chapters, banner=words)
    if words:
        banner.in_tables(html, words)
    return html


def _retitle(path: Path, study: Study) -> None:
    """Give an edition's configuration its own title, and what its pages say of its patients."""
    import yaml

    name = study.short
    config = yaml.safe_load(path.read_text(encoding="utf-8"))
    title = f"{name}, re-analysed"
    config |= {"title": title, "author": "", "copyright": ""}
    config["sphinx"]["config"] |= {
        "book_footer": FOOTER,
        "book_banner": banner.banner(study),
        "book_hidden": banner.hidden(study),
    }
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
