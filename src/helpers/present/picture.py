"""A chart's lean SVG and its words in, the same as a file of its own out: SVG and PNG; it draws no mark.

A picture that is taken away says what it is without its page: above the chart stand the finding and
its label, below it the figure's number and the book. Ink on white, for a slide or a paper.
"""

from __future__ import annotations

import re
import struct
import textwrap
import zlib

from helpers.present import markup, svg

INK, SOFT, PAPER = "#1c2329", "#4a5560", "#ffffff"
FONT = "'Segoe UI', Roboto, 'Liberation Sans', 'DejaVu Sans', Arial, sans-serif"
PAD, TITLE, FOOT = 14, 14.0, 10.5  # pixels
LINE = 1.35  # height of a line of type, as a multiple of its size
LETTER = 0.6  # width of a letter of bold type at most, on average, as a multiple of its size
NARROWEST = 360  # pixels: narrower charts get room for their title
SCALE = 2  # pixels of the PNG for one of the SVG
LEVEL = 7  # of zlib
SIGNATURE = 8  # bytes before the first chunk of a PNG


def standalone(drawn: str, *, title: str, about: str, foot: str) -> str:
    """The SVG file of a chart.

    `drawn` is a chart as the page shows it (`svg.page_svg`), `title` its finding and label, `about`
    its description for who cannot see it, `foot` what stands below; plain texts all.
    """
    sizes = (re.search(rf'<svg[^>]*? {side}="([\d.]+)"', drawn) for side in ("width", "height"))
    width, height = (float(found[1]) for found in sizes)
    wide = max(width, NARROWEST)
    heading, used = _lines(title, wide, TITLE, top=PAD, weight=' font-weight="600"')
    footing, ends = _lines(foot, wide, FOOT, top=used + height + PAD, weight=f' fill="{SOFT}"')
    total, tall = wide + 2 * PAD, ends + PAD / 2
    inner = drawn.replace("<svg", f'<svg x="{PAD}" y="{used:.0f}"', 1).replace("currentColor", INK)
    return (
        f'<svg xmlns="{svg.NAMESPACE}" width="{total:.0f}" height="{tall:.0f}" role="img" '
        f'viewBox="0 0 {total:.0f} {tall:.0f}" font-family="{FONT}" fill="{INK}">'
        f"<title>{markup.escape(title)}</title><desc>{markup.escape(about)}</desc>"
        f'<rect width="100%" height="100%" fill="{PAPER}"/>{heading}{inner}{footing}</svg>\n'
    )


def png(picture: str) -> bytes:
    """A picture of `standalone` as PNG, two pixels for one."""
    import vl_convert

    return packed(vl_convert.svg_to_png(picture, scale=SCALE))


def packed(drawn: bytes) -> bytes:
    """The same PNG with its pixels compressed anew: a third of the bytes.

    Zlib's highest level would take three times as long for a twelfth less.

    A chunk is its length, its kind, its content and their checksum; the pixels are those of IDAT
    (Portable Network Graphics, third edition, section 5).
    """
    chunks, at = [], SIGNATURE
    while at < len(drawn):
        (length,) = struct.unpack(">I", drawn[at : at + 4])
        chunks.append((drawn[at + 4 : at + 8], drawn[at + 8 : at + 8 + length]))
        at += length + 12
    pixels = zlib.decompress(b"".join(content for kind, content in chunks if kind == b"IDAT"))
    kept = [chunk for chunk in chunks if chunk[0] not in (b"IDAT", b"IEND")]
    chunks = [*kept, (b"IDAT", zlib.compress(pixels, LEVEL)), (b"IEND", b"")]
    return drawn[:SIGNATURE] + b"".join(
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
        for kind, content in chunks
    )


def _lines(
    text: str, width: float, size: float, *, top: float, weight: str = ""
) -> tuple[str, float]:
    """A text broken into lines that fit `width`, from `top` on, and where it ends; pixels."""
    broken = textwrap.wrap(text, int(width / (LETTER * size)))
    out = "".join(
        f'<text x="{PAD}" y="{top + size + i * LINE * size:.1f}" font-size="{size:g}"{weight}>'
        f"{markup.escape(line)}</text>"
        for i, line in enumerate(broken)
    )
    return out, top + len(broken) * LINE * size + size / 2
