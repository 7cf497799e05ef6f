"""The Sphinx side of the book: executed notebooks in, pages out; it computes no number.

Charts, tables and the list of all numbers come in as mime types of the notebook. Every figure and
table gets a number, an anchor and a file of its values; `roles` are the inline marks, `theme` the
page around them.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache

from docutils import nodes

from helpers import results
from helpers.audit import ledger
from helpers.present import (
    ahead,
    bound,
    figure,
    fitting,
    items,
    markup,
    picture,
    roles,
    svg,
    theme,
    words,
)

HTML = "text/html"
MIMES = (figure.MIME, results.BOUND, ledger.MIME)
SCALE = 1.3  # largest enlargement of a chart
DENSE = 300  # rows of a chart's data up to which the points of its lines answer


class FigureRenderer:
    """Charts, tables and numbers of an executed notebook as HTML."""

    mime_priority_overrides = tuple(("*", mime, 0) for mime in MIMES)

    @staticmethod
    def handle_mime(renderer, data, inline: bool):
        """The nodes of our mime types and tables; None for every other."""
        env = renderer.renderer.sphinx_env
        if inline or data.mime_type not in (*MIMES, HTML):
            return None
        if data.mime_type == HTML:
            if 'class="book-table' not in data.content:
                return None
            html = items.numbered_tables(env, data.content)
        elif data.mime_type in (ledger.MIME, results.BOUND):
            html = ""  # for claims.json and for the page's cards; what is shown stands elsewhere
        elif data.mime_type == figure.MIME and "title" not in data.content["usermeta"]["figure"]:
            html = ""  # a directive, figure-of, shows it with its words
        else:
            html = figure_html(
                data.content, items.figure_item(env, data.content), env.book_pictures
            )
        return [nodes.raw("", html, format="html")]


def figure_html(spec: dict, place: items.Item, pictures: dict[str, str]) -> str:
    """`<figure>`: number and finding, static SVG, caption, and folded: the alt text and the data.

    Its class names the label; so do the finding and the first words of the alt text. The chart as
    a file of its own is put into `pictures`, by its place.
    """
    about = spec["usermeta"]["figure"]
    drawn, width = chart_svg(spec)
    pictures[place.picture] = _taken_away(drawn, about, place)
    ahead.ask(picture.png, pictures[place.picture])
    described = markup.escape(f"{markup.SAID[about['label']]} {about['alt']}", quote=True)
    # every chart is scaled by the same factor at most, so that type has one size on the page
    lines = ' class="has-lines"' if "line" in figure.marks(spec) else ""
    opening = f'<svg{lines} role="img" aria-label="{described}"'
    wide = f'style="--wide: {SCALE * width:.0f}px"'
    return (
        f'<figure class="chart is-{about["label"]}" id="{place.anchor}"{_arms_attribute(spec)}>'
        f'<figcaption class="finding">{_number(place)}'
        f"{markup.escape(about['title'])} {markup.label_mark(about['label'], word=True)}</figcaption>"
        f'<div class="frame" {wide}>{drawn.replace("<svg", opening, 1)}</div>'
        f'<p class="caption">{markup.escape(about["caption"])}</p>'
        f"{_in_words(spec, place, described)}</figure>"
    )


def _number(place: items.Item) -> str:
    """A figure's number, which is the link to it."""
    return (
        f'<a class="no self" href="#{place.anchor}" title="Link to this figure">'
        f"Figure {place.number}</a> "
    )


def _taken_away(drawn: str, about: dict, place: items.Item) -> str:
    """The chart as a file of its own: with its finding, its label, its number and the book's name."""
    label = about["label"]
    return picture.standalone(
        drawn,
        title=f"{about['title']} ({label})",
        about=f"{markup.SAID[label]} {about['alt']} {about['caption']}",
        foot=f"Figure {place.number}, {place.page.rpartition('/')[2]}. {markup.MEANING[label].capitalize()}.",
    )


def _in_words(spec: dict, place: items.Item, described: str) -> str:
    """What is folded under a figure: its description, its data as a table, its file and code."""
    header, rows = figure.data_table(spec)
    cells = [[markup.escape(words.as_read(cell)) for cell in row] for row in rows]
    label = spec["usermeta"]["figure"]["label"]
    caption = f"Data of figure {place.number}"
    table = markup.table_html(header, cells, caption=caption, label=label) if rows else ""
    name = f"figure {place.number}"
    kinds = [("svg", f"Figure {place.number} as SVG"), ("png", f"Figure {place.number} as PNG")]
    links = [f'<a href="{place.href}" download>Data of {name} as CSV</a>'] if place.csv else []
    links += [
        f'<a href="{place.up}{place.picture}.{kind}" download>{named}</a>' for kind, named in kinds
    ]
    links += [f'<a href="{place.code}">Code of {name}</a>'] if place.code else []
    return (
        f'<details class="alt"><summary>F{name[1:]} in words{" and as a table" * bool(rows)}</summary>'
        f'<p>{described}</p>{table}<p class="take">{" · ".join(links)}</p></details>'
    )


def chart_svg(spec: dict) -> tuple[str, float]:
    """The chart as lean SVG whose marks tell their values, and its width in pixels."""
    drawn = ahead.get(_fitting, _plain(spec))
    names = {**figure.titles(spec), **spec["usermeta"]["figure"]["columns"]}
    return svg.page_svg(drawn, names=names, arms=figure.arms(spec)), _width(drawn)


def _plain(spec: dict) -> str:
    """What is drawn of a chart, as JSON; its words are not."""
    return json.dumps(_answering({k: v for k, v in spec.items() if k != "usermeta"}))


def _fitting(plain: str) -> str:
    """A chart (`_plain`) drawn as wide as its page can show it."""
    return _drawn(fitting.fitted(json.loads(plain), _drawn_width))


def _drawn_width(spec: dict) -> float:
    return _width(_drawn(spec))


def _drawn(spec: dict) -> str:
    return _svg(json.dumps(spec))


@lru_cache(maxsize=4)  # the chart that fits was drawn to be measured
def _svg(spec: str) -> str:
    import vl_convert

    return vl_convert.vegalite_to_svg(spec)


def _width(drawn: str) -> float:
    return float(re.search(r'width="([\d.]+)"', drawn)[1])


def _answering(spec: dict) -> dict:
    """The chart with an invisible point at each vertex of its lines, unless it has points or too many.

    A line is one shape and could tell one value only.
    """
    dense = max((len(rows) for rows in spec.get("datasets", {}).values()), default=0) > DENSE
    marks = figure.marks(spec)
    if dense or "line" not in marks or marks & {"point", "circle", "square"}:
        return spec
    config = spec["config"]
    line = {"point": {"opacity": 0, "size": 120}, **config.get("line", {})}
    legend = {"symbolType": "stroke", **config.get("legend", {})}
    return {**spec, "config": {**config, "line": line, "legend": legend}}


def _arms_attribute(spec: dict) -> str:
    arms = figure.arms(spec)
    if len(arms) < 2:
        return ""
    return f' data-arms="{markup.escape(json.dumps(arms, ensure_ascii=False), quote=True)}"'


def setup(app) -> dict:
    """Register roles, figures and the theme with Sphinx."""
    _find_once("pybtex.backends", "plaintext")
    app.connect("env-before-read-docs", _draw_ahead)
    roles.setup(app)
    bound.setup(app)
    items.setup(app)
    theme.setup(app)
    app.connect("build-finished", lambda *_: ahead.end())
    return {"version": "2", "parallel_read_safe": False, "parallel_write_safe": False}


def _draw_ahead(app, env, docnames) -> None:
    """Have the charts of all pages drawn, in the order in which they are read."""
    for name in sorted(docnames):
        for spec in bound.charts_of(str(env.doc2path(name))):
            if not spec["usermeta"]["figure"].get("hidden"):
                ahead.ask(_fitting, _plain(spec))


def _find_once(group: str, name: str) -> None:
    """Keep a plugin of pybtex that is looked up at each citation, in all that is installed."""
    from pybtex.plugin import find_plugin, register_plugin

    register_plugin(group, name, find_plugin(group, name), force=True)
