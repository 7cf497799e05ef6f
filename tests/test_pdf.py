"""The book as one PDF: every chart, whole links, nothing lost when it cannot be made."""

import pytest

from browser import needs_chromium
from helpers.context import published_context
from helpers.edition import pdf, plan, publish
from helpers.errors import EditionError


@needs_chromium
def test_the_pdf_has_every_chart_of_the_site_and_its_links_lead_somewhere(site, tmp_path):
    from pypdf import PdfReader

    pages = pdf.write_pdf(site, tmp_path / "book.pdf")
    chapters = plan.edition_chapters(published_context())[0]
    names = [chapter.place.removesuffix(".ipynb") for chapter in chapters]
    html = "".join((site / f"{name}.html").read_text("utf-8") for name in names)
    reader = PdfReader(tmp_path / "book.pdf")
    assert pages == len(reader.pages) > 20
    assert _tagged(reader.trailer["/Root"]["/StructTreeRoot"], "/Figure") >= html.count(
        '<figure class="chart'
    )
    known = {key.lstrip("/") for key in reader.named_destinations}
    wanted = {
        str(note.get_object()["/Dest"]).lstrip("/")
        for page in reader.pages
        for note in page.get("/Annots", [])
        if "/Dest" in note.get_object()
    }
    assert len(wanted) > 300
    assert wanted <= known


def _tagged(node, kind: str) -> int:
    """How many elements of a PDF's structure tree are of `kind`."""
    node = node.get_object() if hasattr(node, "get_object") else node
    if isinstance(node, list):
        return sum(_tagged(child, kind) for child in node)
    if not hasattr(node, "get"):
        return 0
    return (node.get("/S") == kind) + _tagged(node.get("/K", []), kind)


def test_on_paper_workings_numbers_and_tables_that_say_so_stand_open_and_long_lists_do_not():
    folds = [f'<details class="{kind}">' for kind in ("fold", "numbers", "alt printed", "alt")]
    printed = pdf._article(f"<article>{''.join(folds)}</article>")
    assert printed == "".join(fold.replace('">', '" open>') for fold in folds[:3]) + folds[3]


def test_without_a_site_the_earlier_pdf_stays_and_the_error_says_what_to_do(tmp_path):
    (tmp_path / "book.pdf").write_text("kept")
    with pytest.raises(EditionError, match="run make book first"):
        pdf.write_pdf(tmp_path, tmp_path / "book.pdf")
    assert (tmp_path / "book.pdf").read_text() == "kept"


def test_without_a_browser_the_error_names_those_it_looked_for(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(EditionError, match="chromium"):
        pdf.browser()


def test_a_site_with_a_pdf_links_it_from_its_front_page_once(tmp_path):
    built, site, printed = tmp_path / "built", tmp_path / "site", tmp_path / "print" / "book.pdf"
    built.mkdir()
    printed.parent.mkdir()
    (built / "index.html").write_text(f"<p>files{pdf.PLACE}</p>", encoding="utf-8")
    with publish.claimed(site) as place:
        publish.publish(built, place)
    for content in (b"%PDF first", b"%PDF second"):
        printed.write_bytes(content)
        pdf._deliver(printed, site / "book.pdf")
    assert (site / "book.pdf").read_bytes() == b"%PDF second"
    front = (site / "index.html").read_text(encoding="utf-8")
    assert front.count('<a href="book.pdf" download>') == 1
    publish.remove(site)  # both files are the site's own: nothing foreign is left
    assert not site.exists()
