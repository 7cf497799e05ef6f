"""The Chinese pages in a browser: the switch keeps the place, Chinese is found, nothing overflows."""

import re

import pytest

from browser import chromium, needs_chromium
from helpers.translate import catalogue

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


def opened(browser, address, width=1280):
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(address)
    return page


@pytest.mark.parametrize("anchor", ["how-many-comparisons", "f-power-curve"])
def test_the_switch_leads_to_the_same_place_and_back(site, browser, anchor):
    page = opened(browser, f"{(site / 'chapters/01_design.html').as_uri()}#{anchor}")
    page.wait_for_timeout(1000)  # the page scrolls there
    for language in ("zh-Hans", "en"):
        page.click("a.language")
        page.wait_for_load_state()
        page.wait_for_timeout(1000)
        assert page.url.endswith(f"chapters/01_design.html#{anchor}")
        assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("移植物抗宿主病", "10_appendix.html#term-Graft-versus-host-disease"),
        ("向均数回归", "10_appendix.html#term-Regression-to-the-mean"),
        ("多少次比较", "01_design.html#how-many-comparisons"),
    ],
)
def test_chinese_words_are_found_without_spaces_between_them(site, browser, query, address):
    page = opened(browser, f"{(site / 'zh/search.html').as_uri()}?q={query}")
    links = page.eval_on_selector_all("#hits a", "links => links.map(a => a.href)")
    assert links, page.inner_text("#found")
    assert any(link.endswith(address) for link in links[:3]), links[:5]
    assert re.search(r"共 \d+ 处", page.inner_text("#found"))


# other words for a term, as readers of Chinese type them -> the place that should come first
FIRST = {
    "样本量": "Power",
    "安全吗": "Adverse-event",
    "多重比较": "Multiplicity",
    "P值": "P-value",
    "统计学意义": "P-value",
    "优势比": "Odds-ratio",
    "随机分组": "Randomised",
    "CD4": "CD4-count",
    "GVHD": "Graft-versus-host-disease",
    "umbilical": "hUC-MSC",
}


def test_the_chinese_search_knows_the_other_words_for_a_term(site, browser):
    found = {}
    for query in FIRST:
        page = opened(browser, f"{(site / 'zh/search.html').as_uri()}?q={query}")
        found[query] = page.locator("#hits a").first.get_attribute("href").partition("#term-")[2]
    assert found == FIRST


@pytest.mark.parametrize("name", catalogue.pages())
@pytest.mark.parametrize("width", [360, 1280])
def test_no_chinese_page_is_wider_than_the_screen(site, browser, name, width):
    page = opened(browser, (site / f"zh/{name}.html").as_uri(), width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_what_scripts_say_is_chinese_on_a_chinese_page(site, browser):
    page = opened(browser, (site / "zh/chapters/01_design.html").as_uri())
    said = page.eval_on_selector_all("button.copy", "found => found.map(b => b.textContent)")
    assert said
    assert all(words.startswith("复制") for words in said)
    names = page.eval_on_selector_all(
        "figure.chart .frame", "found => found.map(f => f.getAttribute('aria-label'))"
    )
    assert any(name.startswith("图中的值") for name in names if name)
