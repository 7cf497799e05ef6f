"""Report folders in, their audits as pages on disk out: one page, or an index of several."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from helpers.audit import audit
from helpers.audit.folder import load_reports
from helpers.errors import EditionError
from helpers.present.audit_index import write_index
from helpers.present.audit_page import OURS, write_page
from helpers.present.markup import slug
from helpers.printable import one_line


def write_pages(folders: Sequence[Path], site: Path) -> int:
    """Audit every folder and write its page below `site`; several get an index. Returns 0.

    A folder that holds no report.toml itself stands for the report folders in it. Nothing is
    written unless all folders are sound. Errors: `ReportError`; `EditionError` where a page that
    is none of an audit would be overwritten.
    """
    reports = load_reports(inner for folder in folders for inner in report_folders(Path(folder)))
    names = distinct(report.id for report in reports) if len(reports) > 1 else ["."]
    targets = [site / name for name in names]
    for target in dict.fromkeys([site, *targets]):
        _check_ours(target / "index.html")
    pages = []
    for report, name, target in zip(reports, names, targets, strict=True):
        found = audit(report)
        print(one_line(str(write_page(report, found, target))))
        pages.append((report, found, f"{name}/index.html"))
    if len(reports) > 1:
        print(one_line(str(write_index(pages, site))))
    return 0


def report_folders(folder: Path) -> list[Path]:
    """Return the report folders that a path stands for: itself, or those in it."""
    if folder.is_dir() and not (folder / "report.toml").is_file():
        inner = sorted(path.parent for path in folder.glob("*/report.toml"))
        return inner or [folder]
    return [folder]


def distinct(ids: Iterable[str]) -> list[str]:
    """Return a folder's name for every id, safe and each once: letters, digits and hyphens."""
    out: list[str] = []
    for name in ids:
        plain, number = slug(name).replace(".", "-").strip("-") or "x", 1
        while (unlike := plain if number == 1 else f"{plain}-{number}") in out:
            number += 1
        out.append(unlike)
    return out


def _check_ours(page: Path) -> None:
    if page.is_file() and OURS not in page.read_text(encoding="utf-8", errors="replace")[:4000]:
        raise EditionError(
            f"{page}: expected no such file, or a page of an audit, found another page: choose another "
            "folder (SITE=, --site)"
        )
