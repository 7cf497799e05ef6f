"""The site in a browser: every page on phone and desk, light and dark, without scripts, from disk."""

import re

import pytest
from playwright.sync_api import expect

from browser import Watched, chromium, needs_chromium, served
from helpers.audit.printed import RAISED
from helpers.context import published_context
from helpers.edition import plan

pytestmark = needs_chromium
expect.set_options(timeout=30_000)  # a page may come late on a busy machine; a wrong one never does
CHAPTERS = plan.edition_chapters(published_context())[0]
NAMES = [chapter.place.removesuffix(".ipynb") for chapter in CHAPTERS]
PAGES = [f"{name}.html" for name in [*NAMES, "figures", "search"]]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# the page's width as it comes, and with every fold open
UNFOLDED = """() => {
  const width = () => document.documentElement.scrollWidth, before = width();
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return [before, width()];
}"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_its_window_and_is_silent(site, browser, width, scheme):
    with Watched(browser, width=width, color_scheme=scheme) as seen:
        wide = {}
        for name in PAGES:
            seen.page.goto((site / name).as_uri())
            found = seen.page.evaluate(UNFOLDED)
            if max(found) > width:
                wide[name] = found
        assert wide == {}
        assert seen.said == []
        assert [url for url in seen.asked if not url.startswith(("file:", "data:"))] == []


# of each section its own width, with what sticks out of it
STICKING_OUT = """most => [...document.querySelectorAll("section")]
  .filter(s => s.getBoundingClientRect().left + s.scrollWidth > most).map(s => s.dataset.page)"""


WRAPS = "getComputedStyle(document.querySelector('.code pre')).whiteSpace"


def pages_of_code(site, folder, names):
    """One page in `folder` that holds these pages of code, a section each, under their own style."""
    style = (site / "code/code.css").as_uri()
    parts = [f'<!DOCTYPE html><meta charset="utf-8"><link rel="stylesheet" href="{style}">']
    for name in names:
        html = (site / name).read_text(encoding="utf-8")
        head, _, body = html.partition("<body>")
        assert head.count("<style") == 0
        assert head.count('rel="stylesheet"') == 1
        assert re.search(r'href="[./]*code\.css"', head)
        parts.append(f'<section data-page="{name}">{body.removesuffix("</body></html>")}</section>')
    page = folder / "code.html"
    page.write_text("\n".join(parts), encoding="utf-8")
    return page.as_uri()


def test_every_page_of_code_fits_a_phone(site, browser, tmp_path):
    names = sorted(path.relative_to(site).as_posix() for path in (site / "code").rglob("*.html"))
    assert len(names) > 500
    with Watched(browser, width=360) as seen:  # fifty in one page: to open each takes minutes
        for i in range(0, len(names), 50):
            seen.page.goto(pages_of_code(site, tmp_path, names[i : i + 50]))
            assert seen.page.evaluate(WRAPS) == "pre-wrap"  # their style is there
            assert seen.page.evaluate(STICKING_OUT, 360) == []


def test_a_page_of_code_that_is_too_wide_is_named_among_fifty(site, browser, tmp_path):
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "code.css").write_text("pre { white-space: pre }", encoding="utf-8")
    for name, line in (("a", "x"), ("b", "x" * 100), ("c", "x")):
        head = '<html><head><link rel="stylesheet" href="code.css"></head>'
        html = f"{head}<body><main><pre>{line}</pre></main></body></html>"
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    names = ["code/a.html", "code/b.html", "code/c.html"]
    with Watched(browser, width=360) as seen:
        for most, wide in ((360, ["code/b.html"]), (10_000, [])):
            seen.page.goto(pages_of_code(tmp_path, tmp_path, names))
            assert seen.page.evaluate(STICKING_OUT, most) == wide


def test_every_page_reads_without_scripts(site, browser):
    with Watched(browser, java_script_enabled=False) as seen:
        for name in PAGES:
            seen.page.goto((site / name).as_uri())
            assert seen.page.locator("nav.contents a").count() > len(NAMES)
            assert seen.page.locator("main h1").is_visible()
            assert seen.page.locator("button:visible").count() <= (name == "search.html")
            for figure in seen.page.locator("figure.chart:not(details.fold *)").all():
                assert figure.locator("svg").is_visible()
        assert seen.said == []


LOADED = """end => new Promise(told => {
  const look = left => {
    const there = performance.getEntriesByType("resource").some(file => file.name.endsWith(end));
    if (there || !left) told(there); else setTimeout(look, 20, left - 1);
  };
  look(1000);
})"""


def test_nothing_of_the_policy_is_broken_when_served(site, browser):
    with served(site) as address, Watched(browser) as seen:
        for name in PAGES:
            seen.page.goto(f"{address}/{name}")
            for figure in seen.page.locator("figure.chart").all()[:1]:
                figure.hover()
                seen.page.locator("script[src$='charts.js']").wait_for(state="attached")
                assert seen.page.evaluate(LOADED, "charts.js"), name  # not while it is on its way
        assert seen.said == []


# what axe judges by colours
OF_COLOURS = ["color-contrast", "link-in-text-block"]
# one element of each look: colours of the text and of what lies under it, its size, weight and underline.
# What lies over what is the same in both shades, and axe has looked at all of it in the light one.
LOOKS = """() => {
  const clear = "rgba(0, 0, 0, 0)", looks = new Set(), first = [];
  for (const node of document.body.querySelectorAll("*")) {
    if (![...node.childNodes].some(c => c.nodeType === 3 && c.data.trim())) continue;
    if (!node.checkVisibility()) continue;
    const own = getComputedStyle(node), look = [node.tagName === "A", own.color, own.fill,
      own.fontSize, own.fontWeight, own.textDecoration, own.textShadow];
    for (let over = node; over; over = over.parentElement) {
      const s = getComputedStyle(over);
      look.push(s.opacity, s.filter, s.backgroundImage, s.position === "static");
      if (s.backgroundColor !== clear) look.push(s.backgroundColor);
      if (over === node.parentElement) look.push(s.color);  // a link beside its words
    }
    const key = JSON.stringify(look);
    if (!looks.has(key)) { looks.add(key); first.push(node); }
  }
  return first;
}"""


def violations(seen, *, looks=False):
    """What axe finds on the page that is open: everything, or by colours alone on one text a look."""
    from importlib.resources import files

    seen.page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    where = f"{{include: ({LOOKS})()}}" if looks else "document"
    only = {"type": "rule", "values": OF_COLOURS} if looks else RULES
    how = "{runOnly: only, preload: false, resultTypes: ['violations']}"
    found = seen.page.evaluate(f"only => axe.run({where}, {how})", only)
    assert len(found["passes"]) > 10 or (looks and found["passes"])
    return [f"{v['id']}: {n['html'][:120]}" for v in found["violations"] for n in v["nodes"][:3]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_on_any_page(site, browser, scheme):
    found = {}
    # the rules are injected, which the pages' own policy rightly forbids
    with Watched(browser, color_scheme=scheme, bypass_csp=True) as seen:
        for name in PAGES:
            seen.page.goto((site / name).as_uri())
            found[name] = violations(seen, looks=scheme == "dark")
    assert {name: faults for name, faults in found.items() if faults} == {}


FAINT = "{ const n = document.querySelectorAll('article p')[5]; %s }"


@pytest.mark.parametrize("fault", [
    "n.style.color = '#555'", "n.style.background = '#ccc'", "n.parentElement.style.opacity = '0.3'",
])  # fmt: skip
def test_one_text_of_each_look_is_enough_to_find_a_faint_one(site, browser, fault):
    with Watched(browser, color_scheme="dark", bypass_csp=True) as seen:
        seen.page.goto((site / "chapters/00_plain_words.html").as_uri())
        assert violations(seen, looks=True) == []
        seen.page.evaluate(f"() => {FAINT % fault}")
        assert any("color-contrast" in found for found in violations(seen, looks=True))


def test_a_chart_loads_its_script_only_when_pointed_at_and_then_tells_its_values(site, browser):
    with Watched(browser) as seen:
        seen.page.goto((site / "index.html").as_uri())
        assert not any("charts.js" in url for url in seen.asked)
        figure = seen.page.locator("figure.chart").first
        figure.scroll_into_view_if_needed()
        figure.hover()
        seen.page.wait_for_selector("p[role='status']", state="attached")
        figure.locator(".frame").first.focus()
        seen.page.keyboard.press("ArrowRight")
        tip = seen.page.locator("#tip")
        said = figure.locator("[data-say]").first.get_attribute("data-say")
        expect(tip).to_be_visible()
        assert tip.inner_text() == said
        seen.page.keyboard.press("Escape")
        expect(tip).to_be_hidden()


def test_an_arm_chosen_in_one_chart_stands_out_in_all_and_on_the_next_page(site, browser):
    with Watched(browser) as seen:
        seen.page.goto((site / "studies/hucmsc/06_dose_response_survival.html").as_uri())
        arms = "figure.chart[data-arms*='Low dose']"
        seen.page.locator(arms).first.scroll_into_view_if_needed()
        seen.page.locator(arms).first.hover()
        seen.page.locator(f"{arms} .arms button", has_text="Low dose").first.click()
        count = seen.page.locator(arms).count()
        assert count > 1
        expect(seen.page.locator(f"{arms}.has-choice")).to_have_count(count)
        chosen = seen.page.locator(f"{arms} .is-chosen").evaluate_all(
            "m => m.map(x => x.dataset.arm)"
        )
        assert set(chosen) == {"Low dose"}
        seen.page.goto((site / "studies/hucmsc/03_cd4_cd8_viral_load.html").as_uri())
        expect(seen.page.locator(f"{arms}.has-choice").first).to_be_attached()
        assert seen.said == []


def test_the_values_that_a_chart_tells_stand_in_its_table_or_its_text(site):
    checked, strange = 0, []
    for name in NAMES:
        html = (site / f"{name}.html").read_text(encoding="utf-8")
        for figure in re.findall(r'<figure class="chart.*?</figure>', html, re.DOTALL):
            columns = _columns(figure)
            text = re.sub(r"<table.*?</table>|<[^>]*>", " ", figure)
            lines = {
                line
                for said in re.findall(r'data-say="([^"]*)"', figure)
                for line in said.replace("&#10;", "\n").split("\n")
            }
            for line in lines:
                key, _, value = line.partition(": ")
                shown = columns.get(key, [])
                if not shown or _number(value) is None:
                    continue
                checked += 1
                told = any(_close(_number(value), _number(c)) for c in shown)
                told = told or _printed(_number(value), text)
                strange += [] if told else [(name, line)]
    assert strange == []
    assert checked > 200


def _columns(figure: str) -> dict[str, list[str]]:
    table = figure.partition("<table")[2]
    header = re.findall(r'<th scope="col"[^>]*>(.*?)</th>', table)
    rows = [
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", r) for r in re.findall(r"<tr\b.*?</tr>", table)[1:]
    ]
    return {name: [row[i] for row in rows if len(row) > i] for i, name in enumerate(header)}


def _number(text: str) -> float | None:
    text = re.sub(r" × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$", lambda found: "e" + found[1].translate(RAISED), text)
    text = text.replace("\u2212", "-")
    try:
        return float(text.removesuffix("%").replace(",", "")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return None


def _printed(number: float, text: str) -> bool:
    """Whether a text prints the number, rounded or as a percentage."""
    for found in re.findall(r"-?\d[\d,]*(?:\.\d+)?%?", text):
        decimals = len(found.removesuffix("%").partition(".")[2])
        shown = float(found.removesuffix("%").replace(",", ""))
        if round(100 * number if found.endswith("%") else number, decimals) == shown:
            return True
    return False


def _close(a: float | None, b: float | None) -> bool:
    return a is not None and b is not None and abs(a - b) <= 1e-3 * max(abs(a), abs(b))


@pytest.mark.parametrize(("chapter", "maps"), [("08_next_trial", 2)])
def test_a_map_of_assumptions_says_what_its_table_says_for_what_is_chosen(
    site, browser, chapter, maps
):
    with Watched(browser) as seen:
        seen.page.goto((site / f"chapters/{chapter}.html").as_uri())
        expect(seen.page.locator(".explorer output")).to_have_count(maps)
        for box in seen.page.locator(".explorer").all():
            sentence, told = box.get_attribute("data-sentence"), set()
            for value in box.locator("select").first.locator("option").all_inner_texts():
                box.locator("select").first.select_option(value)
                chosen = box.locator("select").evaluate_all("s => s.map(x => x.value)")
                rows = box.locator("tbody tr").evaluate_all(
                    "rows => rows.map(r => [...r.cells].map(c => c.textContent))"
                )
                (row,) = (row for row in rows if row[: len(chosen)] == chosen)
                parts = re.split(
                    r"(?<=\. )", sentence
                )  # one about what the row has not is left out
                lacks = [f"#{column}" for column, cell in enumerate(row) if cell == "–"]
                expected = "".join(p for p in parts if not any(x in p for x in lacks))
                for column, cell in reversed(list(enumerate(row))):
                    expected = expected.replace(f"#{column}", cell)
                assert box.locator("output").inner_text() == expected.strip()
                told.add(expected)
            assert len(told) > 2
        assert seen.said == []


def test_light_or_dark_is_kept_from_page_to_page(site, browser):
    with Watched(browser, color_scheme="light") as seen:
        seen.page.goto((site / "index.html").as_uri())
        light = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
        seen.page.locator("button.shade").click()
        with seen.page.expect_navigation():
            seen.page.locator("nav.turn .next").click()
        expect(seen.page.locator("main h1")).to_be_visible()
        dark = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert light != dark
        assert seen.page.evaluate("document.documentElement.dataset.theme") == "dark"


def codes(page):
    return page.locator(".cell_input:visible").count()


def test_a_desk_begins_with_the_code_and_a_phone_without_until_it_is_chosen(site, browser):
    page = (site / "chapters/02_safety.html").as_uri()
    with Watched(browser, code=False) as desk, Watched(browser, width=360, code=False) as phone:
        for seen, begins in ((desk, True), (phone, False)):
            seen.page.goto(page)
            for now in (begins, not begins, begins):
                button = seen.page.locator("button.codes")
                assert button.get_attribute("aria-pressed") == str(now).lower()
                assert (codes(seen.page) > 5) is (codes(seen.page) > 0) is now
                button.click()
            seen.page.reload()  # the last choice stays
            assert (codes(seen.page) > 0) is not begins


def test_a_cell_that_is_linked_to_shows_its_code_on_a_phone(site, browser):
    page = (site / "chapters/02_safety.html").as_uri()
    with Watched(browser, width=360, code=False) as seen:
        seen.page.goto(page)
        where = seen.page.evaluate("document.querySelector('.cell').id")
        seen.page.goto(f"{page}#{where}")
        assert codes(seen.page) == 1


def test_a_link_to_a_figure_unfolds_the_workings_that_hold_it(site, browser):
    page = (site / "chapters/08_next_trial.html").as_uri()
    with Watched(browser) as seen:
        seen.page.goto(page)
        folded = seen.page.locator("details.fold figure.chart").first
        expect(folded).not_to_be_visible()
        name = folded.get_attribute("id")
        seen.page.goto(f"{page}#{name}")
        expect(seen.page.locator(f"#{name}")).to_be_visible()


def test_a_number_opens_its_card_without_a_script_and_the_reader_keeps_her_place(site, browser):
    with Watched(browser, java_script_enabled=False) as seen:
        seen.page.goto((site / "chapters/06_dose_response_survival.html").as_uri())
        number = seen.page.locator("article p a.num").nth(6)
        number.scroll_into_view_if_needed()
        before = seen.page.evaluate("window.scrollY")
        number.click()
        card = seen.page.locator(".card:target")
        expect(card).to_be_visible()
        for fact in ("what", "method", "code", "test", "cell", "key"):
            expect(card.locator(f"dd[data-fact={fact}]")).to_be_visible()
        assert abs(seen.page.evaluate("window.scrollY") - before) < 5
        card.locator(".close").click()
        expect(seen.page.locator(".card:target")).to_have_count(0)


def test_a_term_is_explained_on_focus(site, browser):
    with Watched(browser) as seen:
        seen.page.goto((site / "chapters/06_dose_response_survival.html").as_uri())
        term = seen.page.locator("article a[href*='#term-']").first
        meaning = term.get_attribute("title")
        assert len(meaning) > 20
        term.focus()
        expect(seen.page.locator("#tip")).to_be_visible()
        assert seen.page.locator("#tip").inner_text() == meaning


@pytest.mark.parametrize(("name", "link"), [("index.html", "figure.chart a.self"),
                                            ("chapters/07_claims.html", "tr[id^=c-] a.self")])  # fmt: skip
def test_a_link_to_a_figure_or_claim_is_copied_by_key_and_said(site, browser, name, link):
    with Watched(browser) as seen:
        seen.page.goto((site / name).as_uri())
        seen.page.evaluate(
            "() => { navigator.clipboard.writeText = async text => { window.kept = text; }; }"
        )
        chosen = seen.page.locator(link).first
        chosen.focus()
        seen.page.keyboard.press("Enter")
        said = seen.page.locator("[role=status]", has_text=re.compile("^Link copied$"))
        said.wait_for(state="attached")
        assert seen.page.evaluate("kept") == seen.page.url
        assert seen.page.url.endswith(chosen.get_attribute("href"))


def test_where_nothing_can_be_copied_it_says_where_the_link_is(site, browser):
    with Watched(browser) as seen:
        seen.page.goto((site / "index.html").as_uri())
        seen.page.evaluate(
            "() => { navigator.clipboard.writeText = async () => { throw new Error(); }; }"
        )
        seen.page.locator("figure.chart a.self").first.click()
        said = seen.page.locator("[role=status]", has_text="address bar")
        said.wait_for(state="attached")
        assert "#f-" in seen.page.url


def test_without_scripts_the_link_to_a_figure_leads_to_it(site, browser):
    with Watched(browser, java_script_enabled=False) as seen:
        seen.page.goto((site / "index.html").as_uri())
        chosen = seen.page.locator("figure.chart a.self").first
        assert chosen.get_attribute("title") == "Link to this figure"
        chosen.click()
        assert seen.page.url.endswith(chosen.get_attribute("href"))


def test_analyses_stand_in_a_fold_a_study_open_where_the_reader_is(site, browser):
    with Watched(browser, java_script_enabled=False) as seen:
        for name, opened in (("index.html", []), ("studies/aait/02_safety.html", ["AAIT"])):
            seen.page.goto((site / name).as_uri())
            parts = seen.page.locator("nav.contents details.part")
            told = parts.locator("summary").all_inner_texts()
            assert [text.partition(":")[0] for text in told] == ["hUC-MSC", "AAIT", "ACTG 175"]
            folds = seen.page.locator("nav.contents details.part[open] summary").all_inner_texts()
            assert [text.partition(":")[0] for text in folds] == opened


def test_the_ground_of_a_simulated_figure_ends_with_the_figure(site, browser):
    with Watched(browser) as seen:
        seen.page.goto((site / "studies/aait/04_cytokines.html").as_uri())
        for frame in seen.page.locator("figure.is-simulated > .frame").all():
            room = frame.evaluate(
                "f => f.getBoundingClientRect().right - f.firstChild.getBoundingClientRect().right"
            )
            assert room < 16


def test_a_table_of_long_texts_uses_the_margin_on_a_desk(site, browser):
    with Watched(browser) as seen:
        seen.page.goto((site / "chapters/08_next_trial.html").as_uri())
        table = seen.page.locator("table.wide:visible").first.bounding_box()
        assert table["width"] > seen.page.locator("article p").first.bounding_box()["width"] + 100


BROKEN = """() => [...document.querySelectorAll("article .whole")]
  .filter(part => part.getClientRects().length > 1).map(part => part.textContent)"""
TEXT = "document.querySelector('article').textContent"


def test_no_line_breaks_a_name_at_its_hyphen_and_no_letter_of_a_page_changes(site, browser):
    pages = ["chapters/10_appendix.html", "studies/hucmsc/03_cd4_cd8_viral_load.html"]
    with Watched(browser, width=360) as seen, Watched(browser, java_script_enabled=False) as plain:
        for name in pages:
            seen.page.goto((site / name).as_uri())
            plain.page.goto((site / name).as_uri())
            whole = seen.page.locator("article .whole").all_text_contents()
            assert whole.count("hUC-MSC") > 20
            assert seen.page.evaluate(BROKEN) == []
            assert "hUC-MSC" in plain.page.evaluate(TEXT)
        said = seen.page.locator("article p").all_text_contents()
        assert said == plain.page.locator("article p").all_text_contents()
        assert {"CD4/CD8", "95% CI"} < set(whole)


@pytest.mark.parametrize(("name", "head"), [("chapters/12_report_card.html", "True hazard ratio")])
def test_on_a_phone_rows_below_each_other_keep_the_head_of_their_names(site, browser, name, head):
    with Watched(browser, width=360) as seen:
        seen.page.goto((site / name).as_uri())
        shown = seen.page.locator("table.over thead th:first-child:visible")
        assert head in shown.all_inner_texts()
        # a P or n that no line breaks does not run into its neighbour
        sticking = """() => [...document.querySelectorAll("table.over td:has(> .whole)")]
          .filter(cell => cell.scrollWidth > cell.clientWidth + 1).map(cell => cell.textContent)"""
        assert seen.page.evaluate(sticking) == []
