"""Every page with keys, by ear and by touch: few stops, all reached; names that tell; room to hit."""

import re
from collections import defaultdict

import pytest

from browser import Watched, chromium, needs_chromium
from helpers.present.markup import SAID
from test_browser import PAGES

pytestmark = needs_chromium
STOPS = 60  # fewer than so many of the Tab key on a page
WORDS = 60  # at most so many in a picture's description
LANDMARKS = 10  # a list that one can listen to
SIZE = 24  # px that a finger needs
FULL = "studies/hucmsc/03_cd4_cd8_viral_load.html"  # the page with most numbers

# what the Tab key would stop at, with the folds as they come
TABBED = """() => [...document.querySelectorAll(
    "a[href], button, input, select, textarea, summary, [tabindex]")]
  .filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}))
  .length"""
# where the last key led: nowhere else, into a field, out of the page, or to another element
WALK = """() => {
  const now = document.activeElement, before = window.last;
  (window.reached ??= new Set()).add(window.last = now);
  if (now === document.body) return "out";
  return now.matches("input, select") ? "field" : now === before ? "stays" : "goes";
}"""
MISSED = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && !reached.has(e))
  .map(e => e.outerHTML.slice(0, 100))"""
LINKS = """() => [...document.querySelectorAll("a[href], button, summary")]
  .filter(e => e.checkVisibility({visibilityProperty: true}))
  .map(e => [e.matches(".num"), (e.getAttribute("aria-label") ?? e.textContent).trim(),
             e.href ?? "", e.getAttribute("title") ?? ""])"""
PARTS = """() => [...document.querySelectorAll("header, nav, main, footer, aside, form[aria-label], " +
    "section[aria-label], [role=region], [role=search]")]
  .filter(e => e.checkVisibility())
  .map(e => [e.localName, e.getAttribute("role") ?? "", e.getAttribute("aria-label") ?? ""])"""
# each line of a number is as high as a finger needs, and one of its lines as wide
ROOM = """() => [...document.querySelectorAll("article a.num")].filter(e => e.checkVisibility())
  .map(e => [e.textContent, [...e.getClientRects()]])
  .map(([text, lines]) => [text, Math.max(...lines.map(r => r.width)),
                           Math.min(...lines.map(r => r.height))])"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def seen(browser):
    with Watched(browser) as watched:
        yield watched


LISTS = """() => [...document.querySelectorAll("ul, ol")]
  .filter((list) => !list.closest("nav") && getComputedStyle(list).listStyleType === "none")
  .map((list) => list.className)"""


def test_a_list_without_marks_is_one_for_safari_too(site, browser):
    # which tells a screen reader of no list where the style is "none", but in a nav
    with Watched(browser) as seen:
        for name in ("index", "figures", "search", "chapters/03_cd4_cd8_viral_load"):
            seen.page.goto((site / f"{name}.html").as_uri())
            assert seen.page.evaluate(LISTS) == [], name


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_has_few_stops_of_the_tab_key(site, browser, width):
    with Watched(browser, width=width) as seen:
        stops = {}
        for name in PAGES:
            seen.page.goto((site / name).as_uri())
            stops[name] = seen.page.evaluate(TABBED)
        assert {name: count for name, count in stops.items() if count >= STOPS} == {}
        assert max(stops.values()) > 20
        assert seen.said == []


@pytest.mark.parametrize(
    ("name", "folds"),
    [
        (FULL, "closed"),
        ("chapters/06_dose_response_survival.html", "open"),
        ("figures.html", "closed"),
    ],
)
def test_tab_and_arrow_keys_reach_everything_and_leave_the_page_again(site, browser, name, folds):
    with Watched(browser) as seen:
        seen.page.goto((site / name).as_uri())
        for figure in seen.page.locator("figure.chart:visible").all()[:1]:
            figure.hover()
            seen.page.locator(".arms button").first.wait_for(state="attached")
        seen.page.mouse.move(0, 0)  # a heading that scrolls under the pointer would show its link
        if folds == "open":
            seen.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        numbers = seen.page.locator("article a.num:visible").count()
        seen.page.evaluate("scrollTo(0, 0)")
        seen.page.keyboard.press("Tab")
        assert seen.page.evaluate("document.activeElement.className") == "skip"
        key = "Tab"
        for _ in range(3000):
            went = seen.page.evaluate(WALK)
            if went == "out":
                break
            # from a stop to the first of its group, then the right arrow until it leads no further
            if key == "Tab":
                seen.page.keyboard.press("Home")
                seen.page.evaluate(WALK)
            key = (
                "Tab"
                if went == "field" or (key == "ArrowRight" and went == "stays")
                else "ArrowRight"
            )
            seen.page.keyboard.press(key)
        else:
            pytest.fail("the keyboard never left the page")
        assert seen.page.evaluate(MISSED) == []
        assert seen.page.evaluate("[...reached].filter(e => e.matches('a.num')).length") == numbers


def test_in_a_table_the_arrows_up_and_down_keep_the_column(site, seen):
    seen.page.goto((site / FULL).as_uri())
    at = """e => [e.closest("td, th").cellIndex, e.closest("tr").rowIndex]"""
    first = seen.page.locator("article tr:has(td a.num) + tr:has(td a.num) a.num").first
    first.focus()
    column, row = first.evaluate(at)
    seen.page.keyboard.press("ArrowUp")
    assert seen.page.evaluate(f"({at})(document.activeElement)") == [column, row - 1]
    seen.page.keyboard.press("ArrowDown")
    assert seen.page.evaluate(f"({at})(document.activeElement)") == [column, row]


def test_a_stop_is_where_one_left_and_says_that_arrow_keys_go_on(site, seen):
    seen.page.goto((site / FULL).as_uri())
    seen.page.keyboard.press("Tab")
    seen.page.locator("nav.contents a").first.focus()
    for _ in range(3):
        seen.page.keyboard.press("ArrowDown")
    left = seen.page.evaluate("document.activeElement.textContent")
    hint = seen.page.locator(".keys-hint")
    assert re.fullmatch(r"Arrow keys: \d+ links here", hint.inner_text())
    assert hint.get_attribute("role") == "status"
    seen.page.keyboard.press("Tab")
    seen.page.keyboard.press("Shift+Tab")
    assert seen.page.evaluate("document.activeElement.textContent") == left


def test_without_scripts_every_number_is_its_own_stop(site, browser):
    with Watched(browser, java_script_enabled=False) as seen:
        seen.page.goto((site / FULL).as_uri())
        assert seen.page.locator("article a.num:visible").count() > 100
        assert seen.page.locator("a[tabindex]").count() == 0


def test_a_page_has_few_regions_each_with_a_short_name_of_its_own(site, seen):
    for name in PAGES:
        seen.page.goto((site / name).as_uri())
        parts = [tuple(part) for part in seen.page.evaluate(PARTS)]
        assert len(parts) <= LANDMARKS, (name, parts)
        assert len(set(parts)) == len(parts), (name, parts)
        assert all(len(label.split()) <= 9 for _, _, label in parts), (name, parts)
        assert [part for part in parts if part[1] == "region"] == [], name


def test_links_of_one_name_lead_to_one_place_and_numbers_say_what_they_are(site, seen):
    for name in PAGES:
        seen.page.goto((site / name).as_uri())
        places, told = defaultdict(set), defaultdict(set)
        for number, text, href, title in seen.page.evaluate(LINKS):
            if number or href:
                (told if number else places)[text].add((href, title) if number else href)
        assert {t: sorted(p) for t, p in places.items() if len(p) > 1 and t != "¶"} == {}, name
        assert [t for t in places if re.fullmatch(r"\d+|chapter|CSV|code|here|", t)] == [], name
        for text, found in told.items():
            titles = {title for _, title in found}
            assert all(len(title) > 20 for title in titles), (name, text, found)
            assert all(title.rpartition(", ")[2] in SAID for title in titles), (name, text)


def test_a_number_has_room_for_a_finger(site, browser):
    options = {"has_touch": True, "is_mobile": True}
    with Watched(browser, width=360, **options) as seen:
        met = 0
        for name in PAGES:
            seen.page.goto((site / name).as_uri())
            rooms = seen.page.evaluate(ROOM)
            met += len(rooms)
            assert [room for room in rooms if min(room[1:]) < SIZE] == [], name
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert met > 1000


def test_a_picture_is_described_in_few_words_that_begin_with_its_label(site, seen):
    met = 0
    for name in PAGES:
        seen.page.goto((site / name).as_uri())
        for kind, text in seen.page.locator("figure.chart").evaluate_all(
            "f => f.map(x => [x.className, x.querySelector('svg').getAttribute('aria-label')])"
        ):
            label = re.search(r"is-(\w+)", kind)[1]
            assert text.startswith(SAID[label]), (name, text)
            assert len(text.split()) < WORDS, (name, len(text.split()), text)
            met += label == "simulated"
    assert met > 30
