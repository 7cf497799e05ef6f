"""The Sphinx side of the book: what a record, a claim and a chart look like on a page.

Roles: {num}`key` or {num}`key:part` (a number of this page; `chapter/key:part` of another),
{claim}`id` (a quotation), {label}`derived`, {assumed}`id`. A key that does not exist is a warning, and
warnings stop the build. Charts and the table of all numbers come in as mime types of the notebook.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path

from docutils import nodes

from helpers import ledger, results
from helpers.present import figure, markup, sources
from helpers.results import Record

MIMES = (figure.MIME, results.MIME, ledger.MIME)
SCALE = 1.4  # largest enlargement of a chart


@cache
def _records(path: str) -> dict[str, Record]:
    return {r.key: r for r in results.notebook_records(Path(path))}


def _docs_prefix(docname: str) -> str:
    return "../" * docname.count("/")


def _page_of(env, chapter: str) -> str:
    return chapter if chapter == "index" else f"chapters/{chapter}"


def number_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """{num}`key:part`: the record's text as a link to its row, with its label."""
    env = inliner.document.settings.env
    target, _, part = text.partition(":")
    chapter, _, key = target.rpartition("/")
    docname = _page_of(env, chapter) if chapter else env.docname
    try:
        record = _records(str(env.doc2path(docname)))[key]
        page = f"{_docs_prefix(env.docname)}{docname}.html" if chapter else ""
        html = markup.number_html(record, part or "estimate", page=page)
    except (KeyError, ValueError, OSError) as error:
        message = inliner.reporter.warning(f"{{num}}`{text}`: {error}", line=lineno)
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    return [nodes.raw("", html, format="html")], []


def claim_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """{claim}`id`: the claim's verbatim quotation, linked to its row in the ledger."""
    from helpers.claims import load_claims

    env = inliner.document.settings.env
    claims = {claim.id: claim for claim in load_claims()}
    if text not in claims:
        message = inliner.reporter.warning(f"{{claim}}`{text}`: no such claim", line=lineno)
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    claim = claims[text]
    html = (
        f'<a class="claim" href="{_docs_prefix(env.docname)}chapters/07_claims.html#c-{text}" '
        f'title="{escape(claim.study)}, sentence {claim.sentence}"><q>{escape(claim.quote)}</q></a>'
        + markup.label_mark("reported")
    )
    return [nodes.raw("", html, format="html")], []


def label_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """{label}`simulated`: the label as a pill."""
    return [nodes.raw("", markup.label_mark(text, word=True), format="html")], []


def assumed_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """{assumed}`id`: an assumption's value and unit, linked to the table of assumptions."""
    from helpers.claims import load_assumptions

    env = inliner.document.settings.env
    item = load_assumptions().get(text)
    if item is None:
        message = inliner.reporter.warning(f"{{assumed}}`{text}`: no such assumption", line=lineno)
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    href = f"{_docs_prefix(env.docname)}chapters/10_appendix.html#{markup.anchor('a', text)}"
    value = markup.assumption_text(item)
    html = (
        f'<a class="assumed" href="{href}" title="assumption: {escape(text)}">{escape(value)}</a>'
    )
    return [nodes.raw("", html, format="html")], []


class FigureRenderer:
    """Charts and number tables of an executed notebook as HTML."""

    mime_priority_overrides = tuple(("*", mime, 0) for mime in MIMES)

    @staticmethod
    def handle_mime(renderer, data, inline: bool):
        """The nodes of our two mime types; None for every other."""
        if inline or data.mime_type not in MIMES:
            return None
        docname = renderer.renderer.sphinx_env.docname
        if data.mime_type == ledger.MIME:
            return []  # for claims.json; the page shows the same verdicts as a table
        if data.mime_type == results.MIME:
            html = markup.records_html(results.from_json(data.content), _locator(docname))
        else:
            html = figure_html(data.content)
        return [nodes.raw("", html, format="html")]


def _locator(docname: str) -> Callable[[Record], str]:
    up = _docs_prefix(docname)

    def links(record: Record) -> str:
        places = [
            ("code", sources.code_place(record.source) if record.source else None),
            ("test", sources.test_place(record.source) if record.source else None),
            ("chapter", sources.chapter_place(record.chapter, record.key)),
        ]
        return " ".join(
            f'<a href="{up}code/{place[0]}.html#L{place[1]}">{word}</a>'
            for word, place in places
            if place
        )

    return links


def figure_html(spec: dict) -> str:
    """`<figure>`: finding, static SVG with text description, caption, and the data as a table."""
    import vl_convert

    about = spec["usermeta"]["figure"]
    plain = {k: v for k, v in spec.items() if k != "usermeta"}
    svg = vl_convert.vegalite_to_svg(plain)
    svg = svg[svg.index("<svg") :]
    width = float(re.search(r'width="([\d.]+)"', svg)[1])
    # every chart is scaled by the same factor at most, so that type has one size on the page
    opening = (
        f'<svg role="img" aria-label="{escape(about["alt"], quote=True)}" '
        f'style="max-width: {SCALE * width:.0f}px"'
    )
    svg = svg.replace("<svg", opening, 1)
    anchor = markup.anchor("f", about["key"])
    return (
        f'<figure class="chart" id="{anchor}"><figcaption class="finding">'
        f"{escape(about['title'])} {markup.label_mark(about['label'], word=True)}</figcaption>"
        f'<div class="frame">{svg}</div><p class="caption">{escape(about["caption"])}</p>'
        f'<details class="alt"><summary>The figure in words{_and_data(about)}</summary>'
        f"<p>{escape(about['alt'])}</p>{_data_table(spec, about)}</details></figure>"
    )


def _and_data(about: dict) -> str:
    return " and as a table" if about["columns"] else ""


def _data_table(spec: dict, about: dict) -> str:
    if not about["columns"]:
        return ""
    fields = list(about["columns"])
    rows = next(
        (rows for rows in spec["datasets"].values() if rows and set(fields) <= set(rows[0])), []
    )
    cells = [[escape(_cell(row[f])) for f in fields] for row in rows]
    return markup.table_html(
        list(about["columns"].values()), cells, caption=f"Data of the figure: {about['title']}"
    )


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _without_thebe(app, config) -> None:
    """Take sphinx-thebe out again: jupyter-book always loads it, and it names a script elsewhere."""
    for event, listeners in app.events.listeners.items():
        app.events.listeners[event] = [
            item for item in listeners if not item.handler.__module__.startswith("sphinx_thebe")
        ]


def setup(app) -> dict:
    """Register the roles with Sphinx."""
    for name, role in (
        ("num", number_role),
        ("claim", claim_role),
        ("label", label_role),
        ("assumed", assumed_role),
    ):
        app.add_role(name, role)
    app.connect("config-inited", _without_thebe)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
