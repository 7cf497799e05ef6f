"""The built site: complete, self-contained, its links whole, its numbers those of the notebooks."""

import csv
import json
import os
import re
import shutil
import subprocess
from urllib.parse import unquote, urlsplit

import pytest

from helpers import results
from helpers.claims import load_claims
from helpers.context import ROOT
from helpers.edition import plan

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update --enable-logging=stderr --v=0 "
    "--virtual-time-budget=3000 --dump-dom"
)
# what the theme's own scripts say about themselves; anything else is an error
CHATTER = ("[PST]: ", "[togglebutton]: Adding", "Got invalid theme mode: . Resetting")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOST = re.compile(r"^(?:[a-z]+:)?//", re.IGNORECASE)


def pages(site):
    return sorted(site.rglob("*.html"))


def test_every_chapter_is_a_page_with_text(site, read_page):
    for name in plan.chapter_names():
        path = site / ("index.html" if name == "index" else f"chapters/{name}.html")
        assert path.is_file(), path
        assert len(read_page(path).words) > 250, path


def test_no_page_loads_anything_from_another_host(site, read_page):
    for path in pages(site):
        away = [url for url in read_page(path).loads if HOST.match(url)]
        assert away == [], f"{path} loads {away}"


def test_no_style_sheet_loads_anything_from_another_host(site):
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8", errors="replace")
        urls = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", text)
        away = [u for pair in urls for u in pair if HOST.match(u)]
        assert away == [], f"{path} loads {away}"


def test_no_inline_script_names_another_host(site):
    for path in pages(site):
        scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", path.read_text("utf-8"), re.DOTALL)
        away = [s for s in scripts if re.search(r"https?://", s)]
        assert away == [], f"{path}: {away}"


def test_every_local_link_and_anchor_resolves(site, read_page):
    broken = []
    for path in pages(site):
        for link in read_page(path).links:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            if not target.exists() or (
                url.fragment
                and target.suffix == ".html"
                and unquote(url.fragment) not in read_page(target).ids
            ):
                broken.append((path.name, link))
    assert broken == []


def test_results_csv_holds_every_record_of_every_notebook(site):
    rows = list(csv.DictReader((site / "results.csv").read_text("utf-8").splitlines()))
    records = [r for c in results.book_records(ROOT / "book").values() for r in c.values()]
    assert len(rows) == len(records) > 300
    assert {row["label"] for row in rows} == set(results.LABELS)
    assert all(row["method"] and row["statistic"] for row in rows)
    assert all(row["value"] or (row["lower"] and row["upper"]) for row in rows)


def test_every_number_on_a_page_is_a_record_of_that_page(site, read_page):
    for name in plan.chapter_names():
        path = site / ("index.html" if name == "index" else f"chapters/{name}.html")
        keys = [link for link in read_page(path).links if link.startswith("#n-")]
        assert {key[1:] for key in keys} <= read_page(path).ids


def test_claims_json_has_every_claim_once_with_its_verdict(site):
    rows = json.loads((site / "claims.json").read_text("utf-8"))
    assert [row["id"] for row in rows] == [claim.id for claim in load_claims()]
    for row in rows:
        assert row["status"] in ("reproduced", "compatible", "not checkable", "questioned")
        assert row["label"] in results.LABELS
        assert row["status"] != "reproduced" or row["label"] != "simulated"
        assert all(row[k] for k in ("quote", "sentence", "reported", "method", "chapter"))


def test_every_claim_has_a_row_with_an_anchor_in_the_ledger(site, read_page):
    ids = read_page(site / "chapters/07_claims.html").ids
    assert {f"c-{claim.id}" for claim in load_claims()} <= ids


def test_code_pages_anchor_every_line(site):
    source = ROOT / "src/helpers/results.py"
    page = (site / "code/src/helpers/results.py.html").read_text("utf-8")
    lines = len(source.read_text("utf-8").splitlines())
    assert f'id="L{lines}"' in page
    assert f'id="L{lines + 1}"' not in page


@pytest.mark.skipif(
    CHROMIUM is None and not os.environ.get("CI"), reason="no Chromium here: install it to run this"
)
def test_every_page_opens_from_disk_without_network_or_console_error(site, tmp_path):
    assert CHROMIUM, "expected Chromium in CI, found none: .ci/run installs it"
    for name in plan.chapter_names():
        path = site / ("index.html" if name == "index" else f"chapters/{name}.html")
        done = subprocess.run(
            [CHROMIUM, *FLAGS.split(" "), "--host-resolver-rules=MAP * ~NOTFOUND",
             f"--user-data-dir={tmp_path / name}", path.as_uri()],
            capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        assert "</main>" in done.stdout
        console = [
            line
            for line in done.stderr.splitlines()
            if "CONSOLE" in line and not any(said in line for said in CHATTER)
        ]
        assert console == [], name
