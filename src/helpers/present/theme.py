"""What Sphinx knows of a page in, the page around it out: contents, citation, files, search index.

The theme stands in `theme/`: one layout, one style sheet, small scripts that a page can do without.
Nothing of another theme or extension reaches the site: no font, icon, or script from elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from helpers.context import ROOT
from helpers.present import cards, finder, items, markup, reading_time, table_room
from helpers.present.roles import docs_prefix, page_records

HERE = Path(__file__).parent / "theme"
# scripts, styles and search come from the book's own folder; styles also stand on the drawings
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'none'; base-uri 'none'; form-action 'self'"
)
OTHERS = ("sphinx_thebe", "sphinx_book_theme", "pydata_sphinx_theme", "sphinx_comments",
          "sphinx_togglebutton", "sphinx_copybutton", "sphinx_design")  # fmt: skip
SYNTHETIC = (
    "A synthetic cohort: its patients were invented so that they agree with what is printed. "
    "Nothing on this page is a finding."
)
INVENTED = "A synthetic cohort: no patient stands behind it. Nothing on this page is a finding."
ERROR = (
    "Open an issue in the book's repository: this page, the sentence or the number's key (its card "
    "shows it), what you expected and why. CONTRIBUTING.md says what happens then."
)
SHORT = 12  # digits of a notebook's SHA-256 in a citation
INDEX = "search-index.js"  # written at the end of a build, beside the files of the theme


def _alone(app, config) -> None:
    """Take out what other extensions hang on the pages; jupyter-book loads them unasked."""
    config.html_theme_options = {}  # jupyter-book fills in those of its own theme
    for event, listeners in app.events.listeners.items():
        app.events.listeners[event] = [
            item for item in listeners if not item.handler.__module__.startswith(OTHERS)
        ]


def _no_other_search(app) -> None:
    """Sphinx makes no index of its own beside ours, which would take a twelfth of a build."""
    if app.builder.format == "html":
        app.builder.search = False


def _page(app, pagename, templatename, context, doctree) -> None:
    """What the layout needs beside Sphinx's own context."""
    published = Path(app.srcdir) == ROOT / "book"
    context["book_policy"] = POLICY
    context["book_footer"] = app.config.book_footer
    label = _label(app.env, pagename)
    synthetic = SYNTHETIC if published else INVENTED  # nothing is printed of a study of one's own
    context["book_banner"] = app.config.book_banner or (synthetic if label == "simulated" else "")
    contents = (
        context["toctree"](collapse=True, maxdepth=1, titles_only=True, includehidden=True) or ""
    )
    current = r'class="current reference internal" href="#"'
    contents = _folded(contents)
    context["book_contents"] = re.sub(current, r'aria-current="page" href="#"', contents)
    here = context["book_here"] = _sections(context.get("toc", "")) if doctree else ""
    # beside the text the page's own sections stand below its line in the contents
    unfolded = r'(<a aria-current="page" href="#">.*?</a>)'
    context["book_sidebar"] = re.sub(
        unfolded, lambda found: found[1] + here, context["book_contents"], count=1
    )
    if doctree is None:
        return
    body = cards.explained(
        pagename, context["body"], lambda name: page_records(app.env, name).values()
    )
    context["body"] = table_room.marked(_mended(finder.explained(body, app.env)))
    prose = cards.prose(context["body"])
    finder.collect(app.env, pagename, _listed(app.env, pagename, label), prose)
    context["book_summary"] = finder.summary(prose)
    hidden = app.config.book_hidden if pagename.startswith("studies/") else []
    context["body"] = reading_time.with_minutes(
        context["body"], reading_time.minutes(prose),
        below=markup.folded(hidden),
    )  # fmt: skip
    context["book_page"] = _about(app, pagename, context["title"], published=published)


def _folded(contents: str) -> str:
    """The contents with each study's analyses in a fold, open where the page is one of them.

    A study's name stands within its links too, for those who hear the links only. An edition of one
    study has one fold, which is open.
    """
    first, *parts = contents.split('<p class="caption"')
    out = [first]
    for part in parts:
        caption, _, links = part.partition("</p>")
        links, _, behind = links.partition(
            "</ul>"
        )  # A and B follow the analyses of one's own study
        name = re.sub("<[^>]+>", "", "<" + caption).strip()
        hidden = f'\\1<span class="sr-only">{name.partition(":")[0].strip()} </span>'
        links = re.sub(r'(<a class="[^"]*reference internal" href="[^"]*">)', hidden, links)
        is_open = " open" if len(parts) == 1 or 'href="#"' in links else ""
        out.append(
            f'<details class="part"{is_open}><summary>{name}</summary>{links}</ul></details>{behind}'
        )
    return "\n".join(out)


def _label(env, pagename: str) -> str:
    """The one label of all numbers of a study's analysis, "" for every other page."""
    if not pagename.startswith("studies/"):
        return ""
    found = {record.label for record in page_records(env, pagename).values()} - {"derived"}
    return found.pop() if len(found) == 1 else ""


def _listed(env, pagename: str, label: str) -> str:
    """A page as the contents name it, its study before and its label behind: "AAIT: 5 · Donor cells"."""
    from sphinx import addnodes

    for tree in env.get_doctree(env.config.root_doc).findall(addnodes.toctree):
        for title, docname in tree["entries"]:
            if docname == pagename:
                study = (tree.get("caption") or "").partition(":")[0]
                name = ": ".join(part for part in (study, title) if part)
                return ", ".join(part for part in (name, label) if part)
    return "Front page" if pagename == env.config.root_doc else pagename


def _mended(body: str) -> str:
    """What extensions write and a screen reader stumbles over."""
    for theirs, ours in (
        (' role="doc-biblioentry"', ""),  # deprecated, and not for a div
        (' role="list" class="citation-list"', ' class="citation-list"'),
        # a page has few regions: a table is none, and its caption names it
        ('<div class="frame" role="region"', '<div class="frame" role="group"'),
    ):
        body = body.replace(theirs, ours)
    return body


def _sections(toc: str) -> str:
    """The page's own headings below its title, as nested lists."""
    inner = re.search(r"<ul>.*?<ul>(.*)</ul>\s*</li>\s*</ul>", toc, re.DOTALL)
    return f"<ul>{inner[1]}</ul>" if inner else ""


def _about(app, pagename: str, title: str, *, published: bool) -> dict:
    name = pagename.removeprefix("chapters/")
    up = docs_prefix(pagename)
    digest = hashlib.sha256(Path(app.env.doc2path(pagename)).read_bytes()).hexdigest()
    version, date = _release()
    title = re.sub("<[^>]+>", "", title)
    title += "" if title.endswith(("?", "!", ".")) else "."
    # an edition names no date: one that is also a patient's would be taken for a leak
    where = f"version {version}{f' of {date}' if published else ''}, notebook {digest[:SHORT]}"
    author = f"{app.config.author}. " if app.config.author else ""
    command = f"make execute CHAPTER={name}" if published else "make book DATA=folder SITE=site"
    return {
        "digest": digest,
        "citation": f"{author}{title} In: {app.config.html_title}, {where}.",
        "files": [
            {"href": f"{up}download/{name}.ipynb", "text": "notebook with outputs (.ipynb)"},
            {"href": f"{up}download/{name}.md", "text": "text and code (.md)"},
        ],
        "command": command,
        "error": ERROR if published else "",
        "repository": _cited().get("repository-code", "") if published else "",
    }


@cache
def _cited() -> dict:
    """CITATION.cff."""
    import yaml

    return yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def _release() -> tuple[str, str]:
    """Version and date that CITATION.cff gives: the same in a clone, a shallow one and a tarball."""
    return _cited()["version"], str(_cited()["date-released"])


def _more_pages(app):
    """The list of figures and tables, and the search page."""
    pages: dict[str, list[items.Item]] = {}
    for item in sorted(items.all_items(app.env), key=lambda item: items.KINDS.index(item.kind)):
        pages.setdefault(item.page, []).append(item)
    listed = [(_listed(app.env, name, ""), pages[name]) for name in items.in_order(pages)]
    studies = {name.split("/")[1]: _listed(app.env, name, "").partition(":")[0]
               for name in items.in_order(pages) if name.startswith("studies/")}  # fmt: skip
    context = {"book_items": listed, "book_studies": list(studies.items())}
    yield "figures", context, "figures.html"
    yield "search", {}, "search.html"


def _finish(app, error) -> None:
    """Write search index and downloads; remove what no page uses."""
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    index = finder.index(app.env, items.all_items(app.env))
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    static = site / "_static"
    (static / INDEX).write_text(f"window.BOOK_INDEX={text};\n", encoding="utf-8")
    kept = {INDEX, *(path.name for path in (HERE / "static").iterdir())}
    for path in sorted(static.rglob("*"), reverse=True):
        if path.is_dir():
            path.rmdir()
        elif path.parent != static or path.name not in kept:
            path.unlink()
    for name in ("objects.inv", "genindex.html"):
        (site / name).unlink(missing_ok=True)
    _downloads(Path(app.srcdir), site / "download", app.env.found_docs)


def _downloads(book: Path, folder: Path, docnames) -> None:
    """Every chapter as the notebook with its outputs, and as text without them."""
    import jupytext
    import nbformat

    folder.mkdir(exist_ok=True)
    for docname in sorted(docnames):
        source = book / f"{docname}.ipynb"
        target = folder / f"{docname.removeprefix('chapters/')}.ipynb"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
        notebook = nbformat.read(source, as_version=4)
        text = jupytext.writes(notebook, fmt="md:myst")
        target.with_suffix(".md").write_text(text, encoding="utf-8")


def setup(app) -> None:
    """Register the theme, its configuration value and its events with Sphinx."""
    app.add_html_theme("book", str(HERE))
    app.add_config_value("book_footer", "", "html")
    app.add_config_value("book_banner", "", "html")
    app.add_config_value("book_hidden", [], "html")
    app.connect("config-inited", _alone)
    app.connect("builder-inited", _no_other_search)
    app.connect("html-page-context", _page, priority=900)
    app.connect("html-collect-pages", _more_pages)
    app.connect("build-finished", _finish)
