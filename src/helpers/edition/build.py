"""Executed notebooks in, a published site out; a failed or killed build leaves the last site alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from helpers import disclosure, results
from helpers.context import ROOT, Context
from helpers.edition import execute, export, gate, plan
from helpers.errors import ChapterError, EditionError, most_serious_first
from helpers.study import Study, read_study

BANNER = (
    "These pages show single patients: the study's settings allow it. "
    "Mind who may see them before passing them on."
)
FOOTER = "Code MIT. Every number is reported, derived, observed or simulated, and says which."
MARK = ".helpers-site"  # tells a site of ours from somebody's folder


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
    for path in results.notebooks(book):
        if path not in places:
            path.unlink()
    execute.execute([c for c in chapters if not names or c.name in names], book)
    (book / "_toc.yml").write_text(plan.toc(chapters), encoding="utf-8")


def build_published(site: Path) -> None:
    """Build the published book from the committed notebooks; nothing is executed."""
    site = check_target(site)
    with _work() as work:
        html = _build_site(ROOT / "book", Path(work))
        export.write_claims(ROOT / "book", html)
        export.write_code(html)
        publish(html, site)
    print(f"  published {site}/index.html", file=sys.stderr)


def build_own(data: Path, site: Path) -> None:
    """Check a study folder, execute its edition, build and publish it.

    Errors: `StudyError` before anything is run; `ChapterError` or `EditionError` later. `site` is
    only touched at the very end.
    """
    site = check_target(site)
    study, problems = read_study(data)
    print(f"  checked {data}: {len(study.adsl):,} subjects, no error", file=sys.stderr)
    for problem in most_serious_first(problems):
        print(problem, file=sys.stderr)
    with _work() as work:
        book = Path(work) / "book"
        shutil.copytree(ROOT / "book", book, ignore=shutil.ignore_patterns("*.ipynb"))
        context = Context(
            published=False, studies={study.config.design: str(data.resolve())}, book=str(book)
        )
        chapters, left_out = plan.edition_chapters(context, {study.config.design: study})
        # the chapters read the tables themselves: two kernels and the largest twice is too much;
        # the gate asks for the texts of the other two
        study = replace(study, adlb=None, adtte=None)
        context = replace(context, left_out=left_out)
        context_file = Path(work) / "edition.json"
        context.write(context_file)
        (book / "_toc.yml").write_text(plan.toc(chapters), encoding="utf-8")
        _retitle(book / "_config.yml", study)
        try:
            execute.execute(chapters, book, context_file)
            _withhold(chapters, book, context, context_file, study)
        except ChapterError as error:
            raise EditionError(
                f"{data}: the folder has no fault, but a chapter cannot carry these data yet; {site} "
                f"was left as it was. Please report it with the following lines.\n{error}"
            ) from None
        html = _build_site(book, Path(work))
        export.write_own_code(html, chapters, banner=BANNER if _shows_patients(study) else "")
        gate.refuse_leaks(html, study)
        publish(html, site)
    print(f"  published {site}/index.html", file=sys.stderr)


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
        keys = {k: sorted(v) for k, v in withheld.items()}
        hidden = [results.identity(r) for r in records if r.key in withheld.get(r.chapter, ())]
        context = replace(context, withheld=keys, hidden=sorted({*context.hidden, *hidden}))
        context.write(context_file)
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


def _work() -> tempfile.TemporaryDirectory:
    """A folder of this process; what killed builds left behind, a study's numbers in it, goes."""
    folder = ROOT / "_work"
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        pid = left.name.partition("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    return tempfile.TemporaryDirectory(dir=folder, prefix=f"{os.getpid()}-")


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    return True


def _build_site(book: Path, work: Path) -> Path:
    """Build the pages of the executed notebooks under `book` with results.csv; return their folder."""
    print("  building the pages", file=sys.stderr)
    command = [
        *(str(Path(sys.executable).with_name("jupyter-book")), "build", str(book)),
        *("--path-output", str(work), "-W", "--keep-going", "-q"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=work)
    html = work / "_build" / "html"
    if done.returncode or not (html / "index.html").is_file():
        raise EditionError(
            "expected jupyter-book to build without a warning, found\n"
            + _tail(done.stdout + done.stderr)
        )
    shutil.rmtree(html / "_sources", ignore_errors=True)
    export.write_results(book, html)
    return html


def _tail(text: str, lines: int = 40) -> str:
    return "\n".join(text.strip().splitlines()[-lines:])


def _ours(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and (path / MARK).is_file()


def _beside(site: Path) -> tuple[Path, Path]:
    return site.with_name(site.name + ".new"), site.with_name(site.name + ".old")


def check_target(site: Path) -> Path:
    """The absolute path to publish to, if nothing of somebody else's stands there or beside it.

    Brings back a site that a killed publish had set aside. Errors: `EditionError`; nothing written.
    """
    site = Path(os.path.abspath(site))
    new, old = _beside(site)
    empty = site.is_dir() and not any(site.iterdir())
    foreign = [p for p in (new, old) if os.path.lexists(p) and not _ours(p)]
    if os.path.lexists(site) and not (_ours(site) or empty):
        foreign.append(site)
    if foreign:
        raise EditionError(
            f"{foreign[0]}: expected nothing or an earlier site of this book (with {MARK}), found "
            "something else: move it or choose another SITE; nothing was written"
        )
    parent = next(p for p in site.parents if p.exists())
    if not os.access(parent, os.W_OK):
        raise EditionError(
            f"{parent}: expected a folder to write to, found none: choose another SITE"
        )
    if _ours(old) and not site.exists():
        old.rename(site)
    return site


def publish(built: Path, site: Path) -> None:
    """Put the finished folder `built` in the place of `site` by renaming; the last site stays till then."""
    site = check_target(site)
    new, old = _beside(site)
    try:
        for stale in (new, old):
            shutil.rmtree(stale, ignore_errors=True)
        new.mkdir(parents=True)
        (new / MARK).touch()  # from its first file on, a killed copy is known as ours
        shutil.copytree(built, new, dirs_exist_ok=True)
        if site.exists():
            os.rename(site, old)
        os.rename(new, site)
    except OSError as error:
        raise EditionError(f"{site}: could not be written ({error}): choose another SITE") from None
    shutil.rmtree(old, ignore_errors=True)
