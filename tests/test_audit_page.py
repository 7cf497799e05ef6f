import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from browser import Watched, chromium, needs_chromium
from helpers.__main__ import main

CASES = Path(__file__).parent / "reference" / "reports"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    target = tmp_path_factory.mktemp("audit")
    assert main(["audit", str(CASES), "--site", str(target)]) == 0
    return target


def test_several_reports_get_a_page_each_and_an_index(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    for case in CASES.iterdir():
        assert f'href="{case.name}/index.html"' in index
        names = {path.name for path in (site / case.name).iterdir()}
        assert names == {"index.html", "audit.json", "questions.md"}


def test_the_page_says_what_the_audit_says(site):
    found = json.loads((site / "garg2012" / "audit.json").read_text(encoding="utf-8"))
    page = (site / "garg2012" / "index.html").read_text(encoding="utf-8")
    for result in found["results"]:
        assert re.search(
            rf'id="result-{result["id"]}">{result["id"]}: <span[^>]*>{result["verdict"]}', page
        )
    assert "<svg" in page
    assert all(question in page.replace("&#x27;", "'") for question in found["questions"])


def test_the_page_asks_for_nothing_from_elsewhere(site):
    page = (site / "garg2012" / "index.html").read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', page)
    assert "<script" not in page


def test_printed_words_are_shown_as_words(tmp_path):
    folder = tmp_path / "report"
    folder.mkdir()
    text = '[report]\ntitle = "<script>x</script>"\n[[arm]]\nid = "a"\nn = 9\n'
    text += '[[result]]\nid = "r"\nkind = "zero"\nquote = "<b>none</b>"\n'
    (folder / "report.toml").write_text(text, encoding="utf-8")
    assert main(["audit", str(folder), "--site", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;b&gt;none" in page


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(site, scheme):
    rules = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    with chromium() as browser:
        for address in ("index.html", "garg2012/index.html"):
            with Watched(browser, color_scheme=scheme, bypass_csp=True) as watched:
                watched.page.goto((site / address).as_uri())
                watched.page.evaluate(rules)
                found = watched.page.evaluate("() => axe.run(document).then(r => r.violations)")
                assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
                assert watched.said == []
