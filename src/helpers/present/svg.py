"""A chart's SVG as Vega draws it in, the same picture for a page out: leaner, its marks able to answer.

Coloured letters are a shade darker than the marks they name.
What only a standalone file needs goes (fonts, empty backgrounds, default values, roles that
`role="img"` hides anyway, digits beyond a hundredth of a pixel). Each mark keeps what it shows
(`data-say`) and its arm (`data-arm`), so that a script can tell both without drawing anything.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from xml.etree import ElementTree

from helpers.present.dodging import dodged
from helpers.present.figure import COLOURS, LETTERS
from helpers.present.words import as_read

NAMESPACE = "http://www.w3.org/2000/svg"
DROPPED = {"aria-hidden", "aria-label", "aria-roledescription", "role", "pointer-events", "class",
           "font-family", "version"}  # fmt: skip
DEFAULTS = {"opacity": "1", "stroke-width": "1", "font-weight": "normal", "fill-opacity": "1",
            "stroke-opacity": "1", "transform": "translate(0,0)", "text-anchor": "start"}  # fmt: skip
FURNITURE = ("axis", "legend", "title", "group mark container")
# one path for many values would tell its first only; a text is read as it stands
MUTE = ("line mark", "area mark", "text mark")
DARKER = dict(zip(COLOURS, LETTERS, strict=True))
LONG = re.compile(r"-?\d+\.\d{3,}(?:e-?\d+)?")
ROUNDED = ("d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height")


def page_svg(svg: str, *, names: Mapping[str, str], arms: Collection[str] = ()) -> str:
    """The SVG for a page.

    `names` maps what a mark calls its values (an axis title or a field) to how the table beside
    the chart calls them; values under other names are drawing aids and are not told. `arms` are
    the labels that may be highlighted.
    """
    ElementTree.register_namespace("", NAMESPACE)
    root = ElementTree.fromstring(svg)
    root.attrib.pop("class", None)
    dodged(root)
    _lean(root, names, frozenset(arms))
    text = ElementTree.tostring(root, encoding="unicode")
    return text.replace(f' xmlns="{NAMESPACE}"', "", 1)


def _lean(node: ElementTree.Element, names: Mapping[str, str], arms: Collection[str]) -> None:
    for child in list(node):
        if _nothing(child):
            node.remove(child)
            continue
        kind = child.get("aria-roledescription") or ""
        values = _told(child) if kind and kind not in FURNITURE else {}
        for key in DROPPED & child.attrib.keys():
            del child.attrib[key]
        for key, value in DEFAULTS.items():
            if child.get(key) == value:
                del child.attrib[key]
        for key in ROUNDED:
            if key in child.attrib:
                child.set(key, LONG.sub(_rounded, child.attrib[key]))
        if child.tag.endswith("text") and child.get("fill") in DARKER:
            child.set("fill", DARKER[child.attrib["fill"]])
        arm = next((value for value in values.values() if value in arms), None)
        said = {names[key]: value for key, value in values.items() if key in names}
        if said and kind not in MUTE:
            child.set("data-say", "\n".join(f"{key}: {value}" for key, value in said.items()))
        if arm:
            child.set("data-arm", arm)
        _lean(child, names, arms)


def _nothing(node: ElementTree.Element) -> bool:
    """Whether an element draws nothing: an empty path, or a group's background without colour."""
    if not node.tag.endswith("path"):
        return False
    background = node.get("class") in ("background", "foreground")
    painted = any(node.get(key) not in (None, "none", "") for key in ("stroke", "fill"))
    return not node.get("d") or (background and not painted)


def _told(node: ElementTree.Element) -> dict[str, str]:
    """What Vega lets a mark say of itself: name -> value."""
    pairs = (part.partition(": ") for part in (node.get("aria-label") or "").split("; "))
    return {name: _short(value) for name, _, value in pairs if value not in ("", "null", "NaN")}


def _short(value: str) -> str:
    """A number at four significant digits, as the table beside the chart has it; a text as it is."""
    number = value.replace(",", "").removesuffix("%").replace("\u2212", "-")
    try:
        return as_read(f"{float(number):.4g}") + "%" * value.endswith("%")
    except ValueError:
        return value


def _rounded(match: re.Match) -> str:
    """Hundredths of a pixel are enough; no trailing zero, no "-0"."""
    text = f"{float(match[0]):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
