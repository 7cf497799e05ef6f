"""The lean SVG: the same picture, told values only under names that the page knows."""

from xml.etree import ElementTree

from helpers.present import svg

DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="marks" width="40" height="20" version="1.1">'
    '<g class="mark-group role-frame" aria-roledescription="group mark container">'
    '<path class="background" aria-hidden="true" d="M0,0h40v20h-40Z"/>'
    '<path class="background" d="M0,0h4v2h-4Z" fill="red"/>'
    '<path aria-label="week: 48; aid: 3; arm: Low dose" role="graphics-symbol" '
    'aria-roledescription="circle" d="M1.23456,2.000001L-0.001,3" stroke-width="1" opacity="0.5"/>'
    '<path aria-label="week: 0; share: 12.345678%; arm: Low dose" aria-roledescription="rect mark" '
    'd="M1.23456,2.000001L-0.001,3" stroke-width="1" opacity="0.5"/>'
    '<path aria-label="week: 0; arm: Control" aria-roledescription="line mark" d="M0,0L1,1"/>'
    '<path aria-label="week: null; share: NaN" aria-roledescription="point mark" d="M0,0L1,1"/>'
    '<text transform="translate(0,0)" font-family="serif" aria-label="X-axis titled week" '
    'aria-roledescription="axis">week &lt; 4</text></g></svg>'
)
NAMES = {"week": "Week", "share": "Share", "arm": "Arm"}


def lean():
    text = svg.page_svg(DRAWN, names=NAMES, arms=["Low dose", "Control"])
    return text, ElementTree.fromstring(text)


def test_a_mark_tells_its_values_under_the_names_of_the_table():
    _, root = lean()
    said = [node.get("data-say") for node in root.iter() if node.get("data-say")]
    assert said == ["Week: 48\nArm: Low dose", "Week: 0\nShare: 12.35%\nArm: Low dose"]


def test_a_line_keeps_its_arm_but_tells_no_single_value():
    _, root = lean()
    arms = [(node.get("data-arm"), node.get("d")) for node in root.iter() if node.get("data-arm")]
    assert arms == [*[("Low dose", "M1.23,2L0,3")] * 2, ("Control", "M0,0L1,1")]


def test_what_draws_nothing_is_gone_and_what_is_painted_stays():
    _, root = lean()
    fills = [node.get("fill") for node in root.iter() if node.get("d") == "M0,0h4v2h-4Z"]
    assert fills == ["red"]
    assert not [node for node in root.iter() if node.get("d") == "M0,0h40v20h-40Z"]


def test_a_default_goes_and_another_value_stays():
    text, _ = lean()
    assert "stroke-width" not in text
    assert text.count('opacity="0.5"') == 2
    assert "aria" not in text
    assert "font-family" not in text


def test_text_stays_text():
    text, root = lean()
    assert "week &lt; 4" in text
    assert [node.text for node in root.iter("text")] == ["week < 4"]
