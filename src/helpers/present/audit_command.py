"""Report folders in, their audits as pages on disk out: one page, or an index of several."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from helpers.audit import audit, load_report
from helpers.present.audit_page import write_index, write_page


def write_pages(folders: Sequence[Path], site: Path) -> int:
    """Audit every folder and write its page below `site`; several get an index. Returns 0.

    A folder that holds no report.toml itself stands for the report folders in it.
    """
    folders = [inner for folder in folders for inner in _reports(Path(folder))]
    pages = []
    for folder in folders:
        report = load_report(folder)
        found = audit(report)
        target = site if len(folders) == 1 else site / report.id
        print(write_page(report, found, target))
        pages.append((report, found, f"{report.id}/index.html"))
    if len(folders) > 1:
        print(write_index(pages, site))
    return 0


def _reports(folder: Path) -> list[Path]:
    if folder.is_dir() and not (folder / "report.toml").is_file():
        inner = sorted(path.parent for path in folder.glob("*/report.toml"))
        return inner or [folder]
    return [folder]
