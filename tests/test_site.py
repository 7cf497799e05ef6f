"""The built site: complete, self-contained, its links whole, its numbers those of the notebooks."""

import csv
import hashlib
import json
import re
from html import unescape
from urllib.parse import unquote, urlsplit

import yaml

from helpers import results
from helpers.audit.claims import load_claims
from helpers.context import ROOT, published_context
from helpers.edition import plan

PLACES = {c.name: c.place for c in plan.edition_chapters(published_context())[0]}
HOST = re.compile(r"^(?:[a-z]+:)?//", re.IGNORECASE)


def pages(site):
    return sorted(site.rglob("*.html"))


def test_every_chapter_is_a_page_with_text(site, read_page):
    for place in PLACES.values():
        path = site / place.replace(".ipynb", ".html")
        assert path.is_file(), path
        assert len(read_page(path).words) > 250, path


def test_no_page_loads_anything_from_another_host(site, read_page):
    for path in pages(site):
        away = [url for url in read_page(path).loads if HOST.match(url)]
        assert away == [], f"{path} loads {away}"


def test_no_style_sheet_loads_anything_from_another_host(site):
    for path in site.rglob("*.css"):
        text = path.read_text(encoding="utf-8", errors="replace")
        urls = re.findall(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", text)
        away = [u for pair in urls for u in pair if HOST.match(u)]
        assert away == [], f"{path} loads {away}"


def test_no_inline_script_names_another_host(site):
    for path in pages(site):
        scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", path.read_text("utf-8"), re.DOTALL)
        away = [s for s in scripts if re.search(r"https?://", s)]
        assert away == [], f"{path}: {away}"


def test_every_local_link_and_anchor_resolves(site, read_page):
    broken = []
    for path in pages(site):
        for link in read_page(path).links:
            url = urlsplit(link)
            if url.scheme or url.netloc:
                continue
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            if not target.exists() or (
                url.fragment
                and target.suffix == ".html"
                and unquote(url.fragment) not in read_page(target).ids
            ):
                broken.append((path.name, link))
    assert broken == []


def test_results_csv_holds_every_record_of_every_notebook(site):
    rows = list(csv.DictReader((site / "results.csv").read_text("utf-8").splitlines()))
    records = [r for c in results.book_records(ROOT / "book").values() for r in c.values()]
    assert len(rows) == len(records) > 300
    assert {row["label"] for row in rows} == set(results.LABELS)
    assert all(row["method"] and row["statistic"] for row in rows)
    assert all(row["value"] or (row["lower"] and row["upper"]) for row in rows)


def test_every_number_on_a_page_is_a_record_of_that_page(site, read_page):
    for place in PLACES.values():
        path = site / place.replace(".ipynb", ".html")
        keys = [link for link in read_page(path).links if link.startswith("#n-")]
        assert {key[1:] for key in keys} <= read_page(path).ids


def test_claims_json_has_every_claim_once_with_its_verdict(site):
    rows = json.loads((site / "claims.json").read_text("utf-8"))
    assert [row["id"] for row in rows] == [claim.id for claim in load_claims()]
    for row in rows:
        assert row["status"] in ("reproduced", "compatible", "not checkable", "questioned")
        assert row["label"] in results.LABELS
        assert row["status"] != "reproduced" or row["label"] != "simulated"
        assert all(row[k] for k in ("quote", "sentence", "reported", "method", "chapter"))


def test_every_claim_has_a_row_with_an_anchor_in_the_ledger(site, read_page):
    ids = read_page(site / "chapters/07_claims.html").ids
    assert {f"c-{claim.id}" for claim in load_claims()} <= ids


def test_code_pages_anchor_every_line(site):
    source = ROOT / "src/helpers/results.py"
    page = (site / "code/src/helpers/results.py.html").read_text("utf-8")
    lines = len(source.read_text("utf-8").splitlines())
    assert f'id="L{lines}"' in page
    assert f'id="L{lines + 1}"' not in page


def test_every_page_has_a_strict_policy_and_no_script_within(site):
    for path in pages(site):
        html = path.read_text("utf-8")
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)"', html)
        assert policy, path
        assert policy[1].startswith("default-src 'none'"), path
        assert "unsafe-eval" not in policy[1]
        assert re.search(r"script-src[^;]*unsafe", policy[1]) is None
        assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", html) == [], path
        assert re.findall(r"<[a-z]+\b[^>]*\son[a-z]+=", html) == [], path


def test_every_chapter_can_be_taken_away_as_notebook_and_as_text(site):
    import jupytext
    import nbformat

    for name, place in PLACES.items():
        taken = site / f"download/{name}.ipynb"
        assert taken.read_bytes() == (ROOT / "book" / place).read_bytes()
        text = jupytext.read(site / f"download/{name}.md").cells
        whole = nbformat.read(taken, as_version=4).cells
        assert [cell.source for cell in text] == [cell.source for cell in whole]
        assert [c.metadata.get("tags") for c in text] == [c.metadata.get("tags") for c in whole]


def test_every_table_of_a_page_is_a_file_with_the_same_cells(site):
    count = 0
    for name, place in PLACES.items():
        path = site / place.replace(".ipynb", ".html")
        html = path.read_text("utf-8")
        for number, table in re.findall(
            r'<table id="table-(\d+)" class="book-table.*?<tbody>(.*?)</tbody>', html, re.DOTALL
        ):
            with (site / f"csv/{name}/table-{number}.csv").open(encoding="utf-8") as file:
                rows = list(csv.reader(file))
            assert len(rows) - 1 == table.count("<tr"), (name, number)
            assert len({len(row) for row in rows}) == 1, (name, number)
            count += 1
    assert count > 30


def test_the_list_of_figures_and_tables_has_every_one_once(site):
    listed = re.findall(
        r'href="([^"]+#(?:f-|table-)[^"]+)"', (site / "figures.html").read_text("utf-8")
    )
    there = []
    for place in PLACES.values():
        page = place.replace(".ipynb", ".html")
        html = (site / page).read_text("utf-8")
        found = re.findall(r'<figure class="chart[^"]*" id="([^"]+)"|<table id="(table-\d+)"', html)
        there += [f"{page}#{figure or table}" for figure, table in found]
    assert sorted(listed) == sorted(there)
    assert len(there) > 60


def test_a_page_names_the_very_notebook_it_is_made_from_and_how_to_cite_and_rerun_it(site):
    digest = hashlib.sha256((site / "download/02_safety.ipynb").read_bytes()).hexdigest()
    html = (site / "chapters/02_safety.html").read_text("utf-8")
    foot = html[html.index('<section class="page-foot"') :]
    assert f"<code>{digest}</code>" in foot
    assert re.search(
        rf"In: .*, version \d[\d.]* of \d{{4}}-\d\d-\d\d, notebook {digest[:12]}\.", foot
    )
    assert "make execute CHAPTER=02_safety" in foot


def test_every_figure_links_to_itself_and_can_be_taken_as_svg_and_png(site):
    count = 0
    for name, place in PLACES.items():
        html = (site / place.replace(".ipynb", ".html")).read_text("utf-8")
        for label, anchor, figure in re.findall(
            r'<figure class="chart is-(\w+)" id="([^"]+)"(.*?)</figure>', html, re.DOTALL
        ):
            assert f'<a class="no self" href="#{anchor}"' in figure
            taken = site / f"figures/{name}/{anchor}"
            assert (
                f"({label})"
                in re.search("<title>(.*?)</title>", taken.with_suffix(".svg").read_text("utf-8"))[
                    1
                ]
            )
            assert taken.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
            count += 1
    assert count > 50


def test_every_claim_of_the_ledger_links_to_itself(site):
    html = (site / "chapters/07_claims.html").read_text("utf-8")
    rows = dict(re.findall(r'<tr id="c-([^"]+)"[^>]*>(.*?)</tr>', html, re.DOTALL))
    assert len(rows) == len(load_claims())
    assert all(f'href="#c-{claim}" aria-label="Link to: ' in row for claim, row in rows.items())


def test_the_front_page_links_both_papers_and_the_registry_record(site, read_page):
    links = set(read_page(site / "index.html").links)
    assert {f"https://doi.org/{claim.doi}" for claim in load_claims()} <= links
    records = {claim.text for claim in load_claims() if claim.id.endswith("-registration")}
    assert records
    assert {f"https://clinicaltrials.gov/study/{record}" for record in records} <= links


def test_a_link_out_of_the_book_has_the_form_of_its_place(site, read_page):
    forms = {
        "doi.org": r"10\.\d{4,}/\S+",
        "clinicaltrials.gov": r"study/NCT\d{8}",
        "pubmed.ncbi.nlm.nih.gov": r"\d+/?",
    }
    seen = set()
    for page in site.rglob("*.html"):
        if "code" in page.relative_to(site).parts:
            continue
        for link in read_page(page).links:
            if link.startswith("https:"):
                host, _, rest = link.removeprefix("https://").partition("/")
                assert re.fullmatch(forms.get(host, r"\S+"), rest), f"{page}: {link}"
                seen.add(host)
    assert set(forms) <= seen


def test_every_page_says_how_long_it_takes_and_how_to_report_an_error(site):
    for place in PLACES.values():
        html = (site / place.replace(".ipynb", ".html")).read_text("utf-8")
        assert len(re.findall(r'<p class="minutes">\d+ minutes? to read</p>', html)) == 1, place
        assert "Found an error?" in html, place


def test_citation_licence_and_book_name_the_same_authors():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["authors"]
    book = yaml.safe_load((ROOT / "book/_config.yml").read_text("utf-8"))["author"]
    assert [author["name"] for author in cited] == [book]
    assert re.search(rf"Copyright \(c\) \d{{4}} {book}\n", (ROOT / "LICENSE").read_text("utf-8"))


def test_every_working_is_folded(site):
    # chapter 9, whose numbers are those of other pages, showed a reader of a phone all its messages
    found = {}
    for path in sorted((site / "chapters").glob("*.html")):
        titles = re.findall(
            r"^## Workings", (ROOT / "chapters" / f"{path.stem}.md").read_text("utf-8"), re.M
        )
        folds = path.read_text("utf-8").count('<details class="fold">')
        if len(titles) != folds:
            found[path.name] = (len(titles), folds)
    assert found == {}


def test_every_name_that_a_chapter_gives_a_row_or_column_stands_in_a_table(site):
    unused = []
    for name, place in PLACES.items():
        if name.startswith("studies/"):
            continue  # an analysis names what some study has not
        page = (site / place.replace(".ipynb", ".html")).read_text("utf-8")
        heads = [_words(cell) for cell in re.findall(r"<t[hd]\b[^>]*>(.*?)</t[hd]>", page, re.S)]
        cells = json.loads((ROOT / "book" / place).read_text("utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells)
        for line in re.findall(r"^:names: (.*)$", text, re.M):
            for pair in line.split(";"):
                called = _words(pair.partition("=")[2])
                if not any(h == called or h.startswith(f"{called} (") for h in heads):
                    unused.append((name, pair.strip()))
    assert unused == []


def _words(text: str) -> str:
    """The text of a cell or of an option, its spaces and apostrophes plain, in small letters."""
    bare = unescape(re.sub(r"<[^>]+>", "", text)).replace("’", "'")
    return " ".join(bare.split()).lower()
