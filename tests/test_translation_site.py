"""The Chinese pages of the built site: the same records, anchors and links; nothing stale."""

import calendar
import json
import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest

from helpers.translate import catalogue, links, page
from helpers.translate import site as translated_site

TRANSLATED = catalogue.pages()
HAN = re.compile(r"[\u4e00-\u9fff]")
# a number of the page with its key: the link to its record, and what it shows
NUMBER = re.compile(r'<a class="num[^"]*" href="([^"]*)"[^>]*>(.*?)</a>')
SHAPE = re.compile(r"<(path|line|rect|circle)\b[^>]*?/?>")


def pair(site: Path, name: str) -> tuple[str, str]:
    english = (site / f"{name}.html").read_text("utf-8")
    return english, (site / links.FOLDER / f"{name}.html").read_text("utf-8")


MONTHS = [*calendar.month_name]
DAY = re.compile(rf"(?:(\d+) )?({'|'.join(MONTHS[1:])}) (\d{{4}})")
CHINESE_DAY = re.compile(r"(\d{4}) 年 (\d+) 月(?: (\d+) 日)?")


def digits(html: str) -> str:
    """The figures of a text, those of a date in one order: Chinese writes the year first."""
    text = DAY.sub(lambda d: f"{d[3]}-{MONTHS.index(d[2])}-{d[1] or ''}", unescape(html))
    text = CHINESE_DAY.sub(lambda d: f"{d[1]}-{d[2]}-{d[3] or ''}", text)
    return "".join(re.findall(r"[\d.]+", text))


def test_front_page_first_essay_ledger_and_glossary_are_there_in_chinese():
    assert {
        "index",
        "search",
        "chapters/01_design",
        "chapters/07_claims",
        "chapters/10_appendix",
    } <= set(TRANSLATED)


@pytest.mark.parametrize("name", TRANSLATED)
def test_every_number_key_shows_the_same_value_in_both_languages(site, name):
    shown = [
        sorted((re.sub(r".*#", "#", href), digits(value)) for href, value in NUMBER.findall(html))
        for html in pair(site, name)
    ]
    assert shown[0] == shown[1]
    assert shown[0] or name in ("search", "chapters/09_own_data", "chapters/10_appendix")


@pytest.mark.parametrize("name", TRANSLATED)
def test_ids_records_and_drawings_are_the_same_in_both_languages(site, name):
    english, chinese = pair(site, name)
    ids = re.compile(r'\sid="([^"]*)"')
    assert ids.findall(english) == ids.findall(chinese)
    plain = [re.sub(r'\sdata-(say|arms?)="[^"]*"', "", " ".join(m[0] for m in SHAPE.finditer(html)))
             for html in (english, chinese)]  # fmt: skip
    assert plain[0] == plain[1]


FACT = re.compile(r'<dd data-fact="([a-z]+)">(.*?)</dd>', re.DOTALL)


@pytest.mark.parametrize("name", TRANSLATED)
def test_cards_hold_the_same_records_in_both_languages(site, name):
    """What is said in words has the same figures; all else is the same text and the same targets."""
    english, chinese = (
        [FACT.findall(card) for card in html.split('<aside class="card"')[1:]]
        for html in pair(site, name)
    )
    assert [[kind for kind, _ in c] for c in english] == [[kind for kind, _ in c] for c in chinese]
    assert english or name in ("search", "chapters/09_own_data", "chapters/10_appendix")
    for kind, said, there in (
        (kind, said, there)
        for ours, theirs in zip(english, chinese, strict=True)
        for (kind, said), (_, there) in zip(ours, theirs, strict=True)
    ):
        if kind in ("what", "method"):  # Chinese writes "one in twenty" in figures too
            assert not Counter(figures(said)) - Counter(figures(there)), there
        elif kind == "interval":
            assert figures(said) == figures(there)
        else:
            assert _untranslated(said) == _untranslated(there)


def figures(html: str) -> list[str]:
    return re.findall(r"\d+(?:[,.]\d+)*", unescape(html))


def _untranslated(html: str) -> str:
    bare = re.sub(r'\s(href|hreflang|lang)="[^"]*"', "", _half_width(html))
    return re.sub(r'class="said">[^<]*', lambda found: digits(found[0]), bare)


def _half_width(html: str) -> str:
    """Between the pieces of a card the marks are as wide as the language has them."""
    spaced = re.sub(
        "[，；：（](?! )", lambda found: {"（": " ("}.get(found[0], found[0] + " "), html
    )
    return spaced.translate(str.maketrans("，；：（）", ",;:()"))


@pytest.mark.parametrize("name", TRANSLATED)
def test_no_mark_between_chinese_characters_is_half_width(site, name):
    text = re.sub(r"&#?\w+;", "\n", pair(site, name)[1])
    assert re.findall(r".{0,9}[\u4e00-\u9fff] ?[,;:(][ (]?[\u4e00-\u9fff].{0,9}", text) == []


@pytest.mark.parametrize("name", TRANSLATED)
def test_links_lead_to_files_that_are_there_and_loads_too(site, read_page, name):
    path = site / links.FOLDER / f"{name}.html"
    found = read_page(path)
    for link in [*found.links, *found.loads]:
        if re.match(r"[a-z]+:|#|$", link):
            continue
        target = (path.parent / re.split("[#?]", link)[0]).resolve()
        assert target.is_file(), link
        assert site.resolve() in target.parents


@pytest.mark.parametrize("name", TRANSLATED)
def test_no_translation_is_stale_or_has_lost_a_name(site, name):
    html = translated_site._bare((site / f"{name}.html").read_text("utf-8"))
    lines = catalogue.faults(name, page.every_message(html))
    assert not lines, "run `make translate`, then mend these:\n" + "\n".join(lines)


@pytest.mark.parametrize("name", TRANSLATED)
def test_the_page_says_its_language_how_it_was_translated_and_what_is_english(site, name):
    english, chinese = pair(site, name)
    assert '<html lang="zh-Hans">' in chinese
    assert "未经中文母语临床医生审阅" in chinese
    article = chinese[chinese.index("<article>") : chinese.index("</article>")]
    marked = article.count('class="not-yet"')
    said = re.search(r"本页 (\d+) 段文字(?:中 (\d+) 段尚未翻译|均已翻译)", chinese)
    assert (marked > 0) <= bool(said[2])
    assert marked <= int(said[2] or 0) < int(said[1])
    for html in (english, chinese):
        assert set(re.findall(r'<link rel="alternate" hreflang="([^"]*)"', html)) == {
            "en",
            "zh-Hans",
        }


def test_a_switch_stands_on_every_page_and_says_where_there_is_no_chinese(site):
    for path in site.rglob("*.html"):
        name = path.relative_to(site).with_suffix("").as_posix()
        if name.startswith("code/"):
            continue
        html = path.read_text("utf-8")
        (switch,) = re.findall(r'<a class="language" href="([^"]*)"([^>]*)>(.*?)</a>', html)
        target = (path.parent / switch[0]).resolve().relative_to(site.resolve())
        if name.startswith(f"{links.FOLDER}/"):
            assert target.as_posix() == name.removeprefix("zh/") + ".html"
        elif name in TRANSLATED:
            assert target.as_posix() == f"zh/{name}.html"
        else:
            assert target.as_posix() == "zh/index.html"
            assert "本页只有英文" in switch[2]


def test_writing_again_gives_the_same_bytes(site, tmp_path):
    import shutil

    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    translated_site.write(copy)
    assert {p.relative_to(copy): p.read_bytes() for p in copy.rglob("*.html")} == {
        p.relative_to(site): p.read_bytes() for p in site.rglob("*.html")
    }


def test_the_chinese_search_knows_chinese_sections_and_leads_to_english_pages_elsewhere(site):
    text = (site / "_static" / "search-index-zh.js").read_text("utf-8")
    index = json.loads(text.removeprefix("window.BOOK_INDEX=").rstrip(";\n"))
    pages = [address for address, _ in index["pages"]]
    for address in pages:
        assert (site / links.FOLDER / address).resolve().is_file()
    titles = {(pages[entry[0]], entry[1]): entry[3] for entry in index["entries"] if entry[2] == 0}
    assert titles["chapters/01_design.html", "how-many-comparisons"] == "作了多少次比较？"
    assert any(address.startswith("../studies/") for address in pages)
