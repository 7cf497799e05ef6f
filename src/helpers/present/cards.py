"""Records in, a small card for each out: where the number comes from; no script opens it.

A number on the page links to its card; the card shows while it is the target of the address (CSS),
fixed at the foot of the window, so the reader keeps her place. On paper all cards stand in a list.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from functools import cache
from html import escape

from helpers.assumptions import load_assumptions
from helpers.audit.claims import load_claims
from helpers.present import markup, sources, words
from helpers.present.roles import docs_prefix
from helpers.present.text import interval_text, p_of, record_text
from helpers.results import Record

NUMBER = re.compile(r'(<a class="num [^"]*" href="([^"#]*)#(n-[^"]+)") title="[^"]*"([^>]*)>')
SOURCES = {r"\bNCT\d{8}\b": "https://clinicaltrials.gov/study/",
           r"\b10\.\d{4,}/\S*[^\s;,.]": "https://doi.org/"}  # fmt: skip
# a page's drawings, the list of all its numbers and their cards: most of its tags
NO_PROSE = re.compile(r'<svg\b.*?</svg>|<details class="numbers">.*?<!--/cards-->', re.DOTALL)
CLOSED = "closed"  # the id that no card has: going there closes the one that is open


def records_end(docname: str, records: list[Record]) -> str:
    """The end of a page: its numbers as a folded list, and their cards."""
    many = f"All {len(records)} numbers" if len(records) != 1 else "The one number"
    rows = [
        [f'<a href="#{markup.anchor("n", r.key)}">{escape(r.key)}</a>', escape(what(r)),
         escape(record_text(r, "estimate")), escape(r.label)]
        for r in records
    ]  # fmt: skip
    table = markup.table_html(
        ["Key", "What", "Value", "Label"], rows, caption=f"{many} of this page", kind="all",
        ids=[f"row-{markup.anchor('n', r.key)}" for r in records],
    )  # fmt: skip
    cards = "".join(card(docname, r) for r in records)
    return (
        f'<details class="numbers"><summary>{many} of this page; each opens its card: method, code, '
        f'test, cell</summary>{table}</details><span id="{CLOSED}" class="closed"></span>'
        f'<!--cards--><div class="cards">{cards}</div><!--/cards-->'
    )


def card(docname: str, record: Record) -> str:
    """One record as a card."""
    up = docs_prefix(docname)
    value = escape(record_text(record, "value"))
    lines = "".join(
        f'<div><dt>{term}</dt><dd data-fact="{fact}">{said}</dd></div>'
        for fact, term, said in facts(up, record)
    )
    return (
        f'<aside class="card" id="{markup.anchor("n", record.key)}" tabindex="-1" '
        f'aria-label="Where this number comes from"><a class="close" href="#{CLOSED}" '
        f'aria-label="Close">×</a><p><b>{value}</b> {markup.label_mark(record.label, word=True)}</p>'
        f"<dl>{lines}</dl></aside>"
    )


def what(record: Record) -> str:
    """What the number is: parameter, statistic, arms, visit, study."""
    arms = f"{record.arm} vs {record.comparator}" if record.comparator else record.arm
    said = (record.parameter, record.statistic, arms, record.visit)
    return " · ".join(w for w in (*map(words.printed, said), words.study(record.study)) if w)


def facts(up: str, record: Record) -> Iterable[tuple[str, str, str]]:
    """Each line of a card: which fact it is, in every language; its term; its description (HTML)."""
    yield "what", "What", escape(what(record))
    if text := interval_text(record):
        yield "interval", words.interval_words(record)[0], escape(text)
    if record.p_value is not None:
        yield "p", "P", escape(p_of(record))
    if record.n:
        yield "n", "n", f"{record.n:,}"
    yield "method", "Method", escape(words.printed(record.method))
    if record.sentence:
        yield "printed", "Printed", sentence(up, record)
    if record.uses:
        yield "uses", "Rests on", ", ".join(_assumption(up, i) for i in record.uses)
    if href := sources.code_link(record.source, up):
        yield "code", "Code", _link(href, record.source)
    if proof := sources.proof(record.source):
        where = f"{up}code/{proof.path}.html#L{proof.line}"
        yield "test", "Tested by", _link(where, proof.name)
    if record.cell:
        path, _, cell = record.cell.partition("#")
        yield "cell", "Cell", f'<a href="#cell-{escape(cell)}">{escape(path)}</a>'
    yield "key", "Key", f"<code>{escape(record.key)}</code>"


def _assumption(up: str, key: str) -> str:
    """The name of an assumption, linked to its row in the table of all."""
    href = f"{up}chapters/10_appendix.html#{markup.anchor('a', key)}"
    return f'<a class="said" href="{href}">{escape(_names()[key])}</a>'


@cache
def _names() -> dict[str, str]:
    """What a reader calls each assumption, by its id."""
    return {item.id: item.name for item in load_assumptions().values()}


def sentence(up: str, record: Record) -> str:
    """Where a reported number is printed: paper and sentence, its words, its row of the ledger."""
    doi, _, number = record.sentence.partition(", ")
    claims = [c for c in load_claims() if f"{c.doi}, sentence {c.sentence}" == record.sentence]
    # a sentence may hold several claims: the one that states this number goes first
    claims.sort(key=lambda c: record.parameter not in (c.parameter, c.quantity))
    quote = (
        f': <q>{escape(claims[0].quote)}</q> (<a class="said" href="{up}chapters/07_claims.html#c-'
        f'{claims[0].id}">claim</a>)'
        if claims
        else ""
    )
    return (
        f'{_source(doi)}, <span class="said">{escape(number)}</span>{quote}'
        if number
        else escape(record.sentence)
    )


def _source(cited: str) -> str:
    """The words of a source, linked where they name a DOI or a record of ClinicalTrials.gov."""
    for pattern, where in SOURCES.items():
        if found := re.search(pattern, cited):
            return _link(escape(where + found[0], quote=True), cited)
    return escape(cited)


def prose(body: str) -> str:
    """A page's body without what is neither searched nor read out; who parses the rest is soon done."""
    return NO_PROSE.sub("", body)


def explained(docname: str, body: str, records_of: Callable[[str], Iterable[Record]]) -> str:
    """A page whose number links say in their titles what the number is, also for those who hear it.

    `records_of` gives the records of a page by its docname.
    """
    known: dict[str, dict[str, Record]] = {}

    def link(match: re.Match) -> str:
        page = posixpath.join(posixpath.dirname(docname), match[2].removesuffix(".html"))
        page = posixpath.normpath(page) if match[2] else docname
        if page not in known:
            known[page] = {markup.anchor("n", r.key): r for r in records_of(page)}
        record = known[page].get(match[3])
        if record is None:
            return match[0]
        title = f"{what(record)}; {words.printed(record.method)}, {record.label}"
        return f'{match[1]} title="{escape(title)}"{match[4]}>'

    return NUMBER.sub(link, body)


def _link(href: str, text: str) -> str:
    return f'<a href="{href}">{escape(text)}</a>'
