"""Messages out of pages and back: what a translator may change and what not."""

import re

import pytest

from helpers.translate import catalogue, links, messages, page, punctuation, tree

NUM = '<a class="num num-derived" href="#n-rise" title="derived, difference of medians">197 cells/µL</a>'
MARK = '<sup class="lm" title="derived">D</sup><span class="sr-only"> (derived)</span>'
PAGE = f"""<html lang="en"><body><p>A rise of {NUM}{MARK} in <em>12</em> patients &amp; CD4 cells.</p>
<figure id="f"><svg role="img" aria-label="Two lines: 10.5."><text x="1">median count</text><text>10.5</text>
<path data-say="Who: AAIT&#10;count: 10.5"/></svg></figure><pre>make book now</pre></body></html>"""


def texts(html):
    return [message.text for message in page.every_message(html)]


def test_a_number_and_its_label_are_one_name_and_no_value_is_in_a_message():
    found = texts(PAGE)
    assert "A rise of {num:rise} in <em1>{1}</em1> patients & CD4 cells." in found
    assert not [text for text in found if re.search(r"197|10\.5|\b12\b", text)]
    assert {"median count", "Two lines: {1}.", "Who", "AAIT", "count", "{1} cells/µL"} <= set(found)
    assert "make book now" not in found


def test_a_power_of_ten_has_no_word_to_translate():
    assert texts("<table><tr><td>8.704 × 10⁻¹⁵</td><td>4 × 10⁸ cells</td></tr></table>") == [
        "{1} × {2}⁸ cells"
    ]


def test_what_says_the_same_words_comes_back_byte_for_byte():
    assert page.translated(PAGE, lambda text: text) == PAGE


def test_a_translation_may_order_names_anew_and_keeps_every_value_and_address():
    known = {
        "A rise of {num:rise} in <em1>{1}</em1> patients & CD4 cells.": "<em1>{1}</em1> 人升高 {num:rise}<。",
        "{1} cells/µL": "{1} 个/µL",
        "(derived)": "（推导）",
        "derived": "推导",
    }
    html = page.translated(PAGE, lambda text: known.get(text, ""))
    assert '<p><em>12</em> 人升高 <a class="num num-derived" href="#n-rise"' in html
    assert ">197 个/µL</a>" in html
    assert "（推导）</span>&lt;。</p>" in html
    assert 'title="推导, difference of medians"' in html
    assert 'title="推导，difference of medians"' in punctuation.full_width(html)


@pytest.mark.parametrize(
    ("said", "printed"),
    [
        ("比例 · aait; 穷举, 推导", "比例 · aait；穷举，推导"),
        ("组: 10&#10;对照", "组：10&#10;对照"),
        ("a &lt; 汉, &gt; 汉", "a &lt; 汉，&gt; 汉"),
        ("全部 (Lee 2005)", "全部（Lee 2005）"),
        (
            '<span class="said">第 3 句</span>: <q lang="en">All (12), P &lt; 1</q> (<a href="x">论断</a>)',
            '<span class="said">第 3 句</span>：<q lang="en">All (12), P &lt; 1</q>（<a href="x">论断</a>）',
        ),
        ("beta(1, 1) 先验", "beta(1, 1) 先验"),
        ("one, two (three); four", "one, two (three); four"),
        (
            "汉, <pre>of “sepsis” (14%, 41%)?</pre> 汉, 汉",
            "汉，<pre>of “sepsis” (14%, 41%)?</pre> 汉，汉",
        ),
        ('data-arms="[&quot;对照&quot;, &quot;低&quot;]"',) * 2,
    ],
)
def test_marks_beside_chinese_are_full_width_and_all_others_stay(said, printed):
    assert punctuation.full_width(said) == printed
    assert punctuation.full_width(printed) == printed


def test_field_names_of_a_stacked_table_and_what_scripts_say_with_the_page_are_messages():
    html = (
        '<td data-name="Found">1</td><figure data-arms="[&quot;Low dose&quot;, &quot;Control&quot;]">'
        '<svg><path data-arm="Low dose"/></svg></figure><div data-sentence="#1 of 9 respond"></div>'
    )
    known = {"Found": "实际结果", "Low dose": "低剂量组", "Control": "对照组",
             "#{1} of {2} respond": "{2} 人中 #{1} 人应答"}  # fmt: skip
    assert page.translated(html, known.get) == (
        '<td data-name="实际结果">1</td><figure data-arms="[&quot;低剂量组&quot;, &quot;对照组&quot;]">'
        '<svg><path data-arm="低剂量组"/></svg></figure><div data-sentence="9 人中 #1 人应答"></div>'
    )


def test_what_a_number_says_of_itself_is_taken_apart_and_names_of_studies_are_no_message():
    title = "NCT01213186: P &lt; 0.05, beta(1, 1) prior · count of items · hucmsc; log-rank"
    html = f'<a class="num" href="#n-a" title="{title}">5</a> <i title="aait">x</i>'
    assert texts(html) == [
        "NCT01213186: P < {1}", "beta({1}, {2}) prior", "count of items", "log-rank",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words", ["升高。", "{num:rise}{num:rise} <em1>{1}</em1>", "{num:rise} {1} {2}"]
)
def test_a_translation_that_loses_a_name_or_invents_one_is_refused(words):
    text = "A rise of {num:rise} in <em1>{1}</em1> patients & CD4 cells."
    with pytest.raises(ValueError, match="expected the names of"):
        page.translated(PAGE, {text: words}.get)


def test_what_has_no_translation_stays_english_says_so_and_is_counted():
    count = page.Count()
    html = page.translated(PAGE, {"median count": "计数中位数"}.get, count)
    assert 'class="not-yet" lang="en"' in html
    assert ">计数中位数</text>" in html
    assert count.blocks == 2
    assert [words[:9] for words in count.english] == ["A rise of"]


def test_an_end_without_its_beginning_is_refused():
    with pytest.raises(ValueError, match="expected an open <p>"):
        tree.read("<div></p></div>")


def found(text, kind="p"):
    return messages.Message(text, 0, 1, kind, shown=text)


def write(folder, name, translations, page_texts):
    catalogue.update({name: [found(text) for text in page_texts]}, folder)
    path = folder / f"{name}.po"
    book = catalogue.read(path)
    for message in book:
        message.string = translations.get(message.id, message.string)
    catalogue.write(path, book)


def test_changed_english_is_listed_and_never_shows_its_stale_translation(tmp_path):
    write(
        tmp_path,
        "a",
        {"The count rose in all patients.": "所有患者的计数都升高。"},
        ["The count rose in all patients."],
    )
    now = [found("The count rose in most patients.")]
    assert catalogue.faults("a", now, tmp_path) == [
        "a: not in the catalogue: The count rose in most patients."
    ]
    assert catalogue.update({"a": now}, tmp_path)["a"] == 1
    assert catalogue.translations("a", tmp_path) == {}
    (line,) = catalogue.faults("a", now, tmp_path)
    assert (
        line == "a: the English changed, the translation did not: The count rose in most patients."
    )
    assert "所有患者的计数都升高。" in (tmp_path / "a.po").read_text("utf-8")  # for the translator


def test_an_update_without_a_change_changes_no_byte(tmp_path):
    pages = {"a": [found("One text here."), found("Shared words.")], "b": [found("Shared words.")]}
    catalogue.update(pages, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.po")}
    assert b"Shared words." in before[tmp_path / "common.po"]
    catalogue.update(pages, tmp_path)
    assert before == {path: path.read_bytes() for path in tmp_path.rglob("*.po")}


def test_a_translation_goes_along_when_its_text_comes_to_stand_on_two_pages(tmp_path):
    write(tmp_path, "a", {"Shared words.": "共有的话。"}, ["Shared words."])
    catalogue.update({"a": [found("Shared words.")], "b": [found("Shared words.")]}, tmp_path)
    assert catalogue.translations("b", tmp_path) == {"Shared words.": "共有的话。"}


def test_a_text_that_was_gone_and_is_back_has_its_translation_again(tmp_path):
    write(tmp_path, "a", {"A text of old.": "旧的话。"}, ["A text of old.", "One text here."])
    catalogue.update({"a": [found("One text here.")]}, tmp_path)
    assert catalogue.translations("a", tmp_path) == {}
    catalogue.update({"a": [found("A text of old.")], "b": [found("A text of old.")]}, tmp_path)
    assert catalogue.translations("b", tmp_path) == {"A text of old.": "旧的话。"}


def test_links_between_translated_pages_stay_and_all_others_lead_back():
    html = (
        '<a href="../index.html#x">a</a><a href="10_appendix.html">b</a><a href="#c">c</a>'
        '<link href="../_static/book.css"><a href="https://x.org/y.html">d</a>'
    )
    assert links.moved(html, "chapters/01_design", ["index", "chapters/01_design"]) == (
        '<a href="../index.html#x">a</a>'
        '<a href="../../chapters/10_appendix.html" hreflang="en">b</a><a href="#c">c</a>'
        '<link href="../../_static/book.css"><a href="https://x.org/y.html">d</a>'
    )
