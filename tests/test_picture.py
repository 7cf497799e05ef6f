"""A figure that is taken away: words and label on it, the same picture as SVG and PNG."""

import io
from xml.etree import ElementTree

import pytest

from helpers.present import picture

DRAWN = (
    '<svg width="400" height="100" viewBox="0 0 400 100">'
    '<path d="M0,0L400,100" stroke="currentColor"/></svg>'
)
TITLE = (
    "A finding & its <label>, long enough to need a second line of type above the chart (derived)"
)


@pytest.fixture(scope="module")
def taken():
    return picture.standalone(DRAWN, title=TITLE, about="A line.", foot="Figure 1, page.")


def texts(drawn):
    return [node.text for node in ElementTree.fromstring(drawn).iter(f"{{{NAMESPACE}}}text")]


NAMESPACE = picture.svg.NAMESPACE


def test_the_file_says_its_finding_label_and_number(taken):
    assert " ".join(texts(taken)) == f"{TITLE} Figure 1, page."
    root = ElementTree.fromstring(taken)
    assert root.find(f"{{{NAMESPACE}}}title").text == TITLE
    assert root.find(f"{{{NAMESPACE}}}desc").text == "A line."


def test_it_needs_no_page_for_its_colours(taken):
    assert "currentColor" not in taken
    assert "var(" not in taken


def test_words_and_chart_stand_within_the_picture_and_apart(taken):
    root = ElementTree.fromstring(taken)
    inner = root.find(f"{{{NAMESPACE}}}svg")
    top, bottom = float(inner.get("y")), float(inner.get("y")) + float(inner.get("height"))
    lines = [float(node.get("y")) for node in root.iter(f"{{{NAMESPACE}}}text")]
    assert max(y for y in lines if y < bottom) < top
    assert bottom < min(y for y in lines if y > top) < float(root.get("height"))
    assert float(inner.get("x")) + float(inner.get("width")) < float(root.get("width"))


def test_a_narrow_chart_gets_room_for_its_title():
    root = ElementTree.fromstring(
        picture.standalone(DRAWN.replace("400", "90"), title=TITLE, about="", foot="x")
    )
    assert float(root.get("width")) == picture.NARROWEST + 2 * picture.PAD


@pytest.mark.proves("helpers.present.picture:packed")
def test_packing_changes_no_pixel_and_is_smaller(taken):
    import vl_convert
    from PIL import Image

    drawn = vl_convert.svg_to_png(taken, scale=picture.SCALE)
    packed = picture.packed(drawn)
    before, after = (Image.open(io.BytesIO(data)) for data in (drawn, packed))
    assert before.tobytes() == after.tobytes()
    assert len(packed) < len(drawn)
    assert picture.png(taken) == packed


def test_the_png_is_ink_on_white_and_twice_as_wide(taken):
    from PIL import Image

    image = Image.open(io.BytesIO(picture.png(taken))).convert("RGB")
    wide = float(ElementTree.fromstring(taken).get("width"))
    assert image.width == picture.SCALE * wide
    assert image.getpixel((1, 1)) == (255, 255, 255)
    assert image.convert("L").getextrema()[0] < 60
