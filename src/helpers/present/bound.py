"""What cells have bound, and the words of Markdown about it, in; figures and tables of the page out.

    ```{figure-of} gains
    :title: With the printed P it is {num}`saved.low:bare` to {num}`saved.high:value`
    :alt: A wide grey hump ...
    :columns: low = Weeks saved from, high = to, share = Share

    The caption, in which {num}`roles` and {study} are filled in too.
    ```

Words about a figure or table are plain text: of the roles, {num}, {assumed} and {term} are filled in.

The name is that of a chart that a cell has bound; of several charts (`Charts`) each is shown, and
{endpoint} is its own name. `table-of` does the same for results: `:rows:` and `:columns:` name a
field of the record, or parts of its key (`crossing.field`), `:part:` what stands in a cell, `:names:`
what rows and columns are called (`key = words; key = words`). `map-of`
offers the same results to a reader who chooses the assumptions.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from helpers import results
from helpers.assumptions import load_assumptions
from helpers.present import cards, crossed, figure, items, markup, roles
from helpers.present.text import record_text

NO_ROW = "No row of this table can be shown."
ROLE = re.compile(r"\{([a-z]+)\}`([^`]+)`")


@cache
def notebook(path: str) -> dict:
    """An executed notebook."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def charts_of(path: str) -> list[dict]:
    """The specifications of all charts of an executed notebook, in order."""
    outputs = (o for cell in notebook(path)["cells"] for o in cell.get("outputs", []))
    return [o["data"][figure.MIME] for o in outputs if figure.MIME in o.get("data", {})]


def charts(path: str, name: str) -> list[dict]:
    """The specifications of the charts that were bound to `name`, or to its rows, in order."""
    return [s for s in charts_of(path) if _key(s) == name or _key(s).startswith(name + ".")]


def empty(path: str, name: str) -> bool:
    """Whether a cell has bound `name` to results without any row."""
    outputs = (o for cell in notebook(path)["cells"] for o in cell.get("outputs", []))
    found = (o.get("data", {}).get(results.BOUND, {}) for o in outputs)
    return any(b.get("name") == name and not b.get("records") for b in found)


def _key(spec: dict) -> str:
    return spec["usermeta"]["figure"]["key"]


def _number(env, text: str) -> str:
    target, _, part = text.partition(":")
    return record_text(roles.find_record(env, target)[0], part or "estimate")


def _assumed(env, text: str) -> str:
    return markup.assumption_text(load_assumptions()[text])


def _term(env, text: str) -> str:
    return text.partition("<")[0].strip()


IN_WORDS = {"num": _number, "assumed": _assumed, "term": _term}


class _OfName(SphinxDirective):
    """What both directives share: one name, words with number roles."""

    required_arguments = 1
    has_content = True

    def path(self) -> str:
        return str(self.env.doc2path(self.env.docname))

    def words(self, text: str, **names: str) -> str:
        """`text` with roles and names filled in; a key or role that is not there is a warning."""
        for name, value in names.items():
            text = text.replace(f"{{{name}}}", value)
        return " ".join(ROLE.sub(self._role, text).split())

    def _role(self, match: re.Match) -> str:
        try:
            return IN_WORDS[match[1]](self.env, match[2])
        except (KeyError, ValueError, OSError) as error:
            self.state.document.reporter.warning(f"{match[0]}: {error}", line=self.lineno)
            return "?"

    def missing(self, what: str) -> list[nodes.Node]:
        """A warning, which stops the build."""
        return [self.state.document.reporter.warning(
            f"{self.name} {self.arguments[0]}: no cell of this page binds that name to {what}",
            line=self.lineno)]  # fmt: skip


class FigureOf(_OfName):
    """The chart that a cell has bound, with its words."""

    option_spec: ClassVar = {"title": directives.unchanged_required, "alt": directives.unchanged_required,
                   "columns": directives.unchanged}  # fmt: skip

    def run(self) -> list[nodes.Node]:
        """One figure a chart of that name."""
        found = charts(self.path(), self.arguments[0])
        if not found:
            return self.missing("a chart")
        return [nodes.raw("", self.html(spec), format="html") for spec in found]

    def html(self, spec: dict) -> str:
        """The figure of one chart."""
        from helpers.present.site import figure_html

        known = spec["usermeta"]["figure"]
        if known.get("hidden"):
            return f"<p><em>{markup.escape(known['hidden'].strip('*'))}</em></p>"
        words = {"study": known.get("study", ""), "endpoint": known.get("endpoint", "")}
        columns = [p.split("=") for p in self.options.get("columns", "").split(",") if "=" in p]
        about = {
            "key": known["key"],
            "label": known["label"],
            "title": self.words(self.options.get("title", ""), **words),
            "alt": self.words(self.options.get("alt", ""), **words),
            "caption": self.words("\n".join(self.content), **words),
            "columns": {k.strip(): v.strip() for k, v in columns},
        }
        spec = {**spec, "usermeta": {"figure": about}}
        return figure_html(spec, items.figure_item(self.env, spec), self.env.book_pictures)


class TableOf(_OfName):
    """Results that a cell has bound as a table, with its words; the content is the caption."""

    option_spec: ClassVar = dict.fromkeys(
        ("rows", "columns", "part", "corner", "names"), directives.unchanged
    )

    def run(self) -> list[nodes.Node]:
        """The table."""
        names = self.arguments[0].split(",")
        records = roles.page_records(self.env, self.env.docname).values()
        found = [r for n in names for r in records if r.key == n or r.key.startswith(n + ".")]
        if not found:
            if all(empty(self.path(), name) for name in names):
                return [nodes.raw("", f"<p><em>{NO_ROW}</em></p>", format="html")]
            return self.missing("results")
        caption, options = self.words("\n".join(self.content)), dict(self.options)
        names = called(options.pop("names", ""))
        if options:
            table = crossed.crossed_table(
                found, caption=caption, rows=options.get("rows", "parameter"),
                columns=options.get("columns", "arm"), part=options.get("part", "estimate"),
                corner=options.get("corner", ""), names=names,
            )  # fmt: skip
        else:
            table = crossed.results_table(found, caption=caption, names=names)
        return [nodes.raw("", items.numbered_tables(self.env, table.html), format="html")]


def called(option: str) -> dict[str, str]:
    """The words of `:names:`, "key = words; key = words", by key."""
    pairs = (part.partition("=") for part in option.split(";"))
    return {key.strip(): words.strip() for key, _, words in pairs if key.strip()}


class MapOf(_OfName):
    """Results over several assumptions as a map: the reader chooses, and reads a sentence.

    `:choose:` and `:told:` are lists of field = header (`crossing.field`); of `:told:` the field is the
    part of the key after the name. Without scripts the whole table stands there.
    """

    option_spec: ClassVar = dict.fromkeys(("choose", "told", "sentence"),
                                          directives.unchanged_required)  # fmt: skip

    def run(self) -> list[nodes.Node]:
        """The map."""
        name = self.arguments[0]
        found = [r for r in roles.page_records(self.env, self.env.docname).values()
                 if r.key.startswith(name + ".")]  # fmt: skip
        if not found:
            return self.missing("results")
        frame = crossed.map_frame(found, choose=self.pairs("choose"), told=self.pairs("told"))
        html = markup.explorer_html(
            frame, choose=len(self.pairs("choose")), sentence=self.words(self.options["sentence"]),
            caption=self.words("\n".join(self.content)), label=found[0].label,
        )  # fmt: skip
        return [nodes.raw("", items.numbered_tables(self.env, html), format="html")]

    def pairs(self, option: str) -> dict[str, str]:
        """An option's list of field = header."""
        pairs = (part.split("=") for part in self.options[option].split(","))
        return {field.strip(): header.strip() for field, header in pairs}


def folded(app, doctree: nodes.document) -> None:
    """Sections titled "Workings ..." fold; cells get their anchors; the page ends with its cards."""
    env = app.env
    path = Path(env.doc2path(env.docname))
    for section in list(doctree.findall(nodes.section)):
        if section[0].astext().startswith("Workings"):
            _fold(section)
    records = [r for r in roles.page_records(env, env.docname).values() if r.cell]
    if not records:
        return
    ids = {i: cell["id"] for i, cell in enumerate(notebook(str(path))["cells"])}
    for node in doctree.findall(nodes.container):
        if node.get("nb_element") == "cell_code" and node.get("cell_index") in ids:
            node["ids"].append(f"cell-{ids[node['cell_index']]}")
    doctree += nodes.raw("", cards.records_end(env.docname, records), format="html")


def _fold(section: nodes.section) -> None:
    """The section's content within <details>, its title as the summary; its heading stays for links."""
    title, rest = section[0], section[1:]
    opening = f'<details class="fold"><summary>{markup.escape(title.astext())}</summary>'
    parent, at = section.parent, section.parent.index(section)
    anchor = nodes.target("", "", ids=list(section["ids"]))
    parent[at : at + 1] = [
        anchor, nodes.raw("", opening, format="html"), *rest, nodes.raw("", "</details>", format="html")
    ]  # fmt: skip


def setup(app) -> None:
    """Register the directives and what is done to a page once it is read."""
    app.add_directive("figure-of", FigureOf)
    app.add_directive("table-of", TableOf)
    app.add_directive("map-of", MapOf)
    app.connect("doctree-read", folded)
