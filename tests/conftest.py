"""What several test files share: the published site, built once, and readers of built pages."""

import fcntl
import os
from html.parser import HTMLParser
from pathlib import Path

import pytest

from helpers.edition import build


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    """The published site, built once a test run, whichever worker comes first."""
    root = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        root = root.parent  # what the workers share
    target = root / "site"
    with (root / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not target.exists():
            build.build_published(target)
    return target


# what makes a browser fetch something: tag -> attribute
LOADS = {
    "script": "src", "img": "src", "iframe": "src", "source": "src", "audio": "src",
    "video": "src", "embed": "src", "object": "data", "link": "href", "use": "href",
    "image": "href",
}  # fmt: skip


class Page(HTMLParser):
    """A built page: its ids, its links, what it loads, and its visible text."""

    def __init__(self, path: Path):
        super().__init__()
        self.path, self.ids, self.links, self.loads, self.words = path, set(), [], [], []
        self._hidden = 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.update(v for k, v in attrs if k == "id" or (k == "name" and tag == "a"))
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag in LOADS and found.get(LOADS[tag]):
            self.loads.append(found[LOADS[tag]])
        if found.get("srcset"):
            self.loads += [part.split()[0] for part in found["srcset"].split(",")]
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag):
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data):
        if not self._hidden:
            self.words += data.split()


@pytest.fixture(scope="session")
def read_page():
    """Parse a built page, each only once."""
    pages: dict[Path, Page] = {}

    def read(path: Path) -> Page:
        path = path.resolve()
        if path not in pages:
            pages[path] = Page(path)
        return pages[path]

    return read
