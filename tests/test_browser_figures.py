"""Every figure of the site, measured in a browser: its type, its box, and labels upon each other."""

import json

import pytest

from browser import Watched, chromium, needs_chromium

pytestmark = needs_chromium
SMALLEST = 10  # pixels
# of an element's box the letters themselves fill the part between these shares from its top
INKED = (0.12, 0.82)
SLACK = 0.5  # pixels: rounding of a browser's boxes
MEASURE = """([top, foot]) => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  return [...document.querySelectorAll("figure.chart svg")].map(svg => {
    const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
    const lines = [...svg.querySelectorAll("text")].flatMap(text =>
      text.querySelector("tspan") ? [...text.querySelectorAll("tspan")] : [text]);
    return {
      figure: svg.closest("figure").id, width: box.width, height: box.height,
      // an axis hides the labels for which it has no room
      texts: lines.filter(line => line.textContent.trim()
                          && line.closest("text").checkVisibility({opacityProperty: true})).map(line => {
        const at = line.getBoundingClientRect();
        return {text: line.textContent.trim(),
                size: parseFloat(getComputedStyle(line).fontSize) * scale,
                left: at.left - box.left, right: at.right - box.left,
                top: at.top - box.top + top * at.height, foot: at.top - box.top + foot * at.height};
      }),
    };
  });
}"""


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


def faults(measured: dict) -> list[str]:
    """What is wrong with one figure, in words; [] if nothing is."""
    width, height, texts = measured["width"], measured["height"], measured["texts"]
    small = [f"{t['size']:.1f} px: {t['text']}" for t in texts if t["size"] < SMALLEST]
    outside = [f"outside: {t['text']}" for t in texts
               if t["left"] < -SLACK or t["right"] > width + SLACK
               or t["top"] < -SLACK or t["foot"] > height + SLACK]  # fmt: skip
    upon = [f"{a['text']} upon {b['text']}" for i, a in enumerate(texts) for b in texts[i + 1 :]
            if _meet(a, b)]  # fmt: skip
    return [*small, *outside, *upon]


def _meet(a: dict, b: dict) -> bool:
    across = a["left"] + SLACK < b["right"] and b["left"] + SLACK < a["right"]
    return across and a["top"] + SLACK < b["foot"] and b["top"] + SLACK < a["foot"]


@pytest.mark.parametrize("width", [360, 1280])
def test_every_figure_is_legible_within_its_box_and_no_label_lies_upon_another(
    site, browser, width
):
    pages = [p for p in sorted(site.rglob("*.html")) if '<figure class="chart' in p.read_text()]
    found, count, letters = {}, 0, 0
    with Watched(browser, width=width) as seen:
        for page in pages:
            seen.page.goto(page.as_uri())
            for measured in seen.page.evaluate(MEASURE, INKED):
                count, letters = count + 1, letters + len(measured["texts"])
                assert measured["width"] > 250, measured["figure"]
                if wrong := faults(measured):
                    found[f"{page.stem} {measured['figure']}"] = wrong
    assert found == {}, json.dumps(found, indent=1, ensure_ascii=False)
    assert count > 50
    assert letters > 10 * count


SPOILED = {
    "fine": ('<text x="20" y="40">one</text><text x="20" y="70">two</text>', []),
    "small": ('<text x="20" y="40" font-size="9">one</text>', ["9.0 px: one"]),
    "outside": ('<text x="190" y="40">one</text>', ["outside: one"]),
    "lines": ('<text y="40"><tspan x="20">one</tspan><tspan x="20" dy="7">two</tspan></text>',
              ["one upon two"]),
    "upon": ('<text x="20" y="40">one</text><text x="30" y="44">two</text>', ["one upon two"]),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILED)
def test_the_measurement_finds_what_is_wrong(browser, case):
    inside, expected = SPOILED[case]
    with Watched(browser) as seen:
        seen.page.set_content(
            f'<figure class="chart" id="f"><svg viewBox="0 0 200 100" width="200" height="100" '
            f'style="display:block;overflow:visible" font-size="14">{inside}</svg></figure>'
        )
        (measured,) = seen.page.evaluate(MEASURE, INKED)
    assert faults(measured) == expected
