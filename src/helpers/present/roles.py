"""The inline roles of a chapter in, links with marks out: numbers, quotations, labels, assumptions.

{num}`key` or {num}`key:part` (a number of this page; `chapter/key:part` of another), {claim}`id`
(a quotation), {label}`derived`, {assumed}`id`. A key that does not exist is a warning, and warnings
stop the build.
"""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path

from docutils import nodes

from helpers import results
from helpers.present import markup
from helpers.results import Record


@cache
def _records(path: str) -> dict[str, Record]:
    return {r.key: r for r in results.notebook_records(Path(path))}


def page_records(env, docname: str) -> dict[str, Record]:
    """The records of a page by key."""
    return _records(str(env.doc2path(docname)))


def find_record(env, target: str) -> tuple[Record, str]:
    """The record that "key" or "chapter/key" names on the page being read, and its docname.

    An analysis is named "studies/<id>/NN_topic/key". Errors: `KeyError`, `OSError`.
    """
    chapter, _, key = target.rpartition("/")
    docname = _page_of(chapter) if chapter else env.docname
    return page_records(env, docname)[key], docname


def docs_prefix(docname: str) -> str:
    """What leads from a page back to the site's root."""
    return "../" * docname.count("/")


def _page_of(chapter: str) -> str:
    return chapter if chapter == "index" or "/" in chapter else f"chapters/{chapter}"


def number_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """{num}`key:part`: the record's text as a link to its row, with its label."""
    env = inliner.document.settings.env
    target, _, part = text.partition(":")
    try:
        record, docname = find_record(env, target)
        page = "" if docname == env.docname else f"{docs_prefix(env.docname)}{docname}.html"
        html = markup.number_html(record, part or "estimate", page=page)
    except (KeyError, ValueError, OSError) as error:
        message = inliner.reporter.warning(f"{{num}}`{text}`: {error}", line=lineno)
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    return [nodes.raw("", html, format="html")], []


def claim_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """{claim}`id`: the claim's verbatim quotation, linked to its row in the ledger."""
    from helpers.audit.claims import load_claims

    env = inliner.document.settings.env
    claims = {claim.id: claim for claim in load_claims()}
    if text not in claims:
        message = inliner.reporter.warning(f"{{claim}}`{text}`: no such claim", line=lineno)
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    claim = claims[text]
    html = (
        f'<a class="claim" href="{docs_prefix(env.docname)}chapters/07_claims.html#c-{text}" '
        f'title="{escape(claim.study)}, sentence {claim.sentence}"><q>{escape(claim.quote)}</q></a>'
        + markup.label_mark("reported")
    )
    return [nodes.raw("", html, format="html")], []


def label_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """{label}`simulated`: the label as a pill."""
    return [nodes.raw("", markup.label_mark(text, word=True), format="html")], []


def assumed_role(name, rawtext, text, lineno, inliner, options=None, content=None):
    """{assumed}`id`: an assumption's value and unit, linked to the table of assumptions.

    Its mark is the label of what rests on it: an assumption about patients makes a number
    simulated, a reading leaves it derived.
    """
    from helpers.assumptions import load_assumptions

    env = inliner.document.settings.env
    item = load_assumptions().get(text)
    if item is None:
        message = inliner.reporter.warning(f"{{assumed}}`{text}`: no such assumption", line=lineno)
        return [inliner.problematic(rawtext, rawtext, message)], [message]
    href = f"{docs_prefix(env.docname)}chapters/10_appendix.html#{markup.anchor('a', text)}"
    value = markup.assumption_text(item)
    kind, label = ("assumption", "simulated") if item.kind == "patients" else (item.kind, "derived")
    html = (
        f'<a class="assumed" href="{href}" title="{kind}: {escape(item.name)}">{escape(value)}</a>'
        + markup.label_mark(label)
    )
    return [nodes.raw("", html, format="html")], []


def setup(app) -> None:
    """Register the roles with Sphinx."""
    for name, role in (
        ("num", number_role),
        ("claim", claim_role),
        ("label", label_role),
        ("assumed", assumed_role),
    ):
        app.add_role(name, role)
