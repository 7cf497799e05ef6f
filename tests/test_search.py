"""The search on the built site, in a browser, from disk and served: what a reader types, what comes first."""

import json
import re

import pytest
from playwright.sync_api import expect

from browser import Watched, chromium, needs_chromium, served
from helpers.assumptions import load_assumptions
from helpers.audit.claims import load_claims, load_registry

pytestmark = needs_chromium
expect.set_options(timeout=30_000)

TERM = "chapters/10_appendix.html#term-"
# what readers type -> the place that should come first
FIRST = {
    "GVHD": f"{TERM}Graft-versus-host-disease",
    "graft vs host": f"{TERM}Graft-versus-host-disease",
    "side effects": f"{TERM}Adverse-event",
    "tumour": f"{TERM}Adverse-event",
    "p-value": f"{TERM}P-value",
    "Kaplan Meier": f"{TERM}Kaplan-Meier",
    "umbilical": f"{TERM}hUC-MSC",
    "stem cells": f"{TERM}hUC-MSC",
    "umbil": f"{TERM}hUC-MSC",  # still being typed
    "免疫": f"{TERM}AAIT",
    "副作用": f"{TERM}Adverse-event",
    "脐带": f"{TERM}hUC-MSC",
    "sample size": f"{TERM}Power",
    "randomized trial": f"{TERM}Randomised",
    "detection limit": f"{TERM}Limit-of-quantification",
    "HIV RNA": f"{TERM}Viral-load",
    "hazard ratios": f"{TERM}Hazard-ratio",
    "missing data": f"{TERM}Missing-at-random",
    "cytokines": f"{TERM}Cytokine",
    "mesenchymal stromal cells": f"{TERM}hUC-MSC",
    "is the treatment dangerous": f"{TERM}Adverse-event",
    "statistical significance": f"{TERM}P-value",
    "type 1 error": f"{TERM}Multiplicity",
    "power calculation": f"{TERM}Power",
    "confidence limits": f"{TERM}Confidence-interval",
    "Boschloo": f"{TERM}Fisher-s-exact-test",  # the title has another apostrophe
    "was anyone harmed": "chapters/02_safety.html",
    "how long do donor cells stay": "chapters/05_chimerism.html",
    "my own data": "chapters/09_own_data.html",
    "chapter 3": "chapters/03_cd4_cd8_viral_load.html",
    "SAS": "chapters/14_sas_and_r.html",
    "ledger": "chapters/07_claims.html#the-ledger",
}
BEHIND = ("Claim", "Reference")


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def index(site):
    text = (site / "_static/search-index.js").read_text(encoding="utf-8")
    return json.loads(text.removeprefix("window.BOOK_INDEX=").rstrip().removesuffix(";"))


def ask(seen, address, query):
    """The places found, each as (kind, address), in their order."""
    seen.page.goto(f"{address}/search.html")
    seen.page.locator("#q").fill(query)
    hits = seen.page.locator("#hits li")
    expect(hits.first).to_be_attached()
    return hits.evaluate_all(
        """hits => hits.map(h => [h.querySelector(".where").textContent.split(" · ")[0],
                                  h.querySelector("a").getAttribute("href")])"""
    )


def test_from_disk_what_readers_type_leads_to_its_place_first(site, browser):
    with Watched(browser) as seen:
        found = {query: ask(seen, site.as_uri(), query)[0][1] for query in FIRST}
        assert found == FIRST
        assert seen.said == []
        assert [url for url in seen.asked if not url.startswith(("file:", "data:"))] == []


def test_served_and_on_a_phone_it_finds_the_same(site, browser):
    with served(site) as address, Watched(browser, width=360) as seen:
        found, wide = {}, []
        for query in FIRST:
            found[query] = ask(seen, address, query)[0][1]
            if seen.page.evaluate("document.documentElement.scrollWidth") > 360:
                wide.append(query)
        assert found == FIRST
        assert wide == []
        assert seen.said == []
        assert [url for url in seen.asked if not url.startswith((address, "data:"))] == []


@pytest.mark.parametrize("query", ["P = 0.004", "CD4", "significant", "response", "Migueles"])
def test_what_explains_comes_before_claims_and_works_cited(site, browser, query):
    with Watched(browser) as seen:
        kinds = [kind for kind, _ in ask(seen, site.as_uri(), query)]
    late = [kind in BEHIND for kind in kinds]
    assert late == sorted(late)


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("kaplan-meier", "Section"),
        ("figure rise", "Figure"),
        ("P = 0.004", "Claim"),
        ("chimerism", "Term"),
        ("Migueles", "Reference"),
    ],
)
def test_search_from_the_top_of_a_page_finds_and_leads_there(site, browser, query, kind):
    with Watched(browser) as seen:
        seen.page.goto((site / "index.html").as_uri())
        seen.page.locator(".top input").fill(query)
        seen.page.keyboard.press("Enter")
        seen.page.wait_for_selector("#hits li")
        kinds = seen.page.locator("#hits .where").all_inner_texts()
        assert any(text.startswith(kind) for text in kinds), kinds
        assert seen.said == []
        with seen.page.expect_navigation():
            seen.page.locator("#hits li a").first.click()
        assert "search.html" not in seen.page.url
        expect(seen.page.locator("main h1")).to_be_visible()


def test_a_search_says_under_which_name_it_also_looked_and_when_it_found_nothing(site, browser):
    with Watched(browser) as seen:
        ask(seen, site.as_uri(), "GVHD")
        assert "“Graft-versus-host disease”" in seen.page.locator("#found").inner_text()
        seen.page.locator("#q").fill("xylophone")
        expect(seen.page.locator("#found")).to_contain_text("Nothing for “xylophone”")
        assert seen.page.locator("#hits li").count() == 0


def test_simulated_pages_say_so_among_what_is_found(site, browser):
    with Watched(browser) as seen:
        places = ask(seen, site.as_uri(), "safety")
        said = seen.page.locator("#hits .where").all_inner_texts()
    cohorts = [s for s, (_, href) in zip(said, places, strict=True) if "hucmsc/" in href]
    assert cohorts
    assert all("simulated" in text for text in cohorts)


def test_no_text_of_the_index_holds_an_id_of_our_files(index):
    items = (*load_claims(), *load_registry())
    ids = {name for name in (*(item.id for item in items), *load_assumptions()) if "-" in name}
    assert len(ids) > 100
    texts = [f"{title} {text}" for _, _, _, title, text, *_ in index["entries"]]
    assert ids & {word for text in texts for word in text.split()} == set()
    assert [t for t in texts if re.search(r"\b(cell|n|f|a|c)-[a-z]+-[a-z-]*\d{3}\b", t)] == []
