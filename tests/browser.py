"""A Chromium for tests: where it is, how it is started, pages that report what goes wrong."""

import functools
import http.server
import os
import shutil
import threading
from contextlib import contextmanager

import pytest

from helpers.edition.pdf import BROWSERS, FLAGS

CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here: install it to run this"
)
QUIET = (*FLAGS, "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")


@contextmanager
def chromium():
    """A started Chromium without network."""
    from playwright.sync_api import sync_playwright

    assert CHROMIUM, "expected Chromium in CI, found none: .ci/run installs it"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(folder):
    """The address at which a folder is served on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = functools.partial(Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


# as a reader has it who wants the code, on a phone too: then a page is at its longest and widest
WITH_CODE = "try { localStorage['book-code'] ??= 'shown'; } catch { /* no storage here */ }"


class Watched:
    """A browser page that keeps its errors, warnings and what it asked for.

    It shows the code of the analyses, unless `code` leaves that to the page.
    """

    def __init__(self, browser, *, width=1280, height=900, code=True, **options):
        self.context = browser.new_context(viewport={"width": width, "height": height}, **options)
        if code:
            self.context.add_init_script(WITH_CODE)
        self.page = self.context.new_page()
        self.said, self.asked = [], []
        self.page.on("console", lambda m: self.said.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda e: self.said.append(f"error: {e}"))
        self.page.on("requestfailed", lambda r: self.said.append(f"failed: {r.url}"))
        self.page.on("request", lambda r: self.asked.append(r.url))

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.context.close()
