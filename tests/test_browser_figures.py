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


# of each text the colour of its letters and of what lies behind them: a mark, else its figure's ground
COLOURED = """() => {
  for (const fold of document.querySelectorAll("details")) fold.open = true;
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgb = (...layers) => {
    for (const [colour, opacity] of layers) {
      canvas.globalAlpha = opacity; canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    }
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const ground = node => {
    const own = getComputedStyle(node).backgroundColor;
    return own === "rgba(0, 0, 0, 0)" && node.parentElement ? ground(node.parentElement) : own;
  };
  const behind = (text, svg) => {
    text.scrollIntoView({block: "center", behavior: "instant"});
    const box = text.getBoundingClientRect();
    const at = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const marks = at.filter(node => svg.contains(node) && node.matches("path, rect")
                                    && getComputedStyle(node).fill !== "none");
    return marks.reverse().map(mark => {
      const {fill, fillOpacity, opacity} = getComputedStyle(mark);
      return [fill, fillOpacity * opacity];
    });
  };
  return [...document.querySelectorAll("figure.chart svg")].flatMap(svg =>
    [...svg.querySelectorAll("text")].filter(text => text.textContent.trim()).map(text =>
      [text.textContent.trim(), rgb([getComputedStyle(text).fill, 1]),
       rgb([ground(svg), 1], ...behind(text, svg))]));
}"""
CONTRAST = 4.5  # WCAG 2.2, success criterion 1.4.3


def luminance(rgb: list[int]) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [x / 255 for x in rgb]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(w * x for w, x in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: list[int], other: list[int]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_letter_of_a_figure_stands_out_from_its_ground(site, browser, scheme):
    pages = [p for p in sorted(site.rglob("*.html")) if '<figure class="chart' in p.read_text()]
    faint, letters, inks = set(), 0, set()
    with Watched(browser, color_scheme=scheme) as seen:
        for page in pages:
            seen.page.goto(page.as_uri())
            for text, ink, ground in seen.page.evaluate(COLOURED):
                letters, inks = letters + 1, inks | {tuple(ink)}
                if contrast(ink, ground) < CONTRAST:
                    faint.add((page.stem, text, *ink))
    assert faint == set()
    assert letters > 500
    assert len(inks) > 3  # some are coloured


def test_the_ground_of_a_letter_is_the_mark_behind_it(browser):
    inside = (
        '<rect x="0" y="0" width="90" height="100" fill="#000"/>'
        '<text x="20" y="50" fill="#fff">in</text><text x="120" y="50" fill="#c8551b">out</text>'
    )
    with Watched(browser) as seen:
        seen.page.set_content(
            f'<figure class="chart" style="background: #fff"><svg viewBox="0 0 200 100" width="200" '
            f'height="100" font-size="14">{inside}</svg></figure>'
        )
        (_, ink, mark), (_, faint, paper) = seen.page.evaluate(COLOURED)
    assert (ink, mark, paper) == ([255, 255, 255], [0, 0, 0], [255, 255, 255])
    assert contrast(faint, paper) < CONTRAST  # the colour of a curve, as letters had it


def test_contrast_is_that_of_the_standard():
    assert contrast([0, 0, 0], [255, 255, 255]) == pytest.approx(21)
    assert contrast([118, 118, 118], [255, 255, 255]) == pytest.approx(4.54, abs=0.005)  # #767676


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
