"""What a page costs its reader: bytes, first paint, blocking, shift; beside a default Jupyter Book page.

Every page is served compressed from this machine to Chromium at a quarter of the CPU's speed, five
times with an empty cache; medians are printed. The peer is the default Jupyter Book page with one of
the book's own charts as Altair shows it (its scripts inlined, as the network is not used).
`python benchmarks/pages.py [SITE]` takes a built site, or builds one.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import nbformat

from helpers.context import ROOT
from helpers.edition import build
from helpers.edition.pdf import FLAGS, browser, page_names
from helpers.present import figure

ROUNDS, SLOWDOWN = 5, 4
WATCH = """
window.seen = {lcp: 0, shift: 0, blocked: 0};
const watch = (type, add) => new PerformanceObserver(list => list.getEntries().forEach(add))
    .observe({type, buffered: true});
watch("largest-contentful-paint", e => { seen.lcp = e.startTime; });
watch("layout-shift", e => { if (!e.hadRecentInput) seen.shift += e.value; });
watch("longtask", e => { seen.blocked += Math.max(0, e.duration - 50); });
"""


class Compressed(http.server.SimpleHTTPRequestHandler):
    """Serves a folder with gzip, as a web server would, and without chatter."""

    def do_GET(self):
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def measured(opened, url: str) -> dict[str, float]:
    """One cold visit: kB over the wire, largest paint (s), blocked (ms), layout shift."""
    context = opened.new_context(viewport={"width": 412, "height": 800})
    page = context.new_page()
    wire = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda e: wire.append(e["encodedDataLength"]))
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    page.add_init_script(WATCH)
    page.goto(url, wait_until="load")
    page.wait_for_timeout(700)
    seen = page.evaluate("window.seen")
    context.close()
    return {
        "kB": sum(wire) / 1000,
        "LCP s": seen["lcp"] / 1000,
        "TBT ms": seen["blocked"],
        "CLS": seen["shift"],
    }


def peer(folder: Path) -> Path:
    """The default Jupyter Book page with the first chart of chapter 6, shown by Altair."""
    import altair as alt

    notebook = nbformat.read(ROOT / "book/chapters/06_dose_response_survival.ipynb", as_version=4)
    spec = next(
        output["data"][figure.MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if figure.MIME in output.get("data", {})
    )
    plain = {k: v for k, v in spec.items() if k != "usermeta"}
    html = alt.Chart.from_dict(plain).to_html(inline=True, fullhtml=False)
    shown = nbformat.v4.new_output("display_data", {"text/html": html})
    cell = nbformat.v4.new_code_cell("chart", outputs=[shown])
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# A page"), cell])
    nbformat.write(page, folder / "page.ipynb")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: page\n")
    (folder / "_config.yml").write_text('title: Default\nexecute: {execute_notebooks: "off"}\n')
    tool = Path(sys.executable).with_name("jupyter-book")
    subprocess.run([tool, "build", folder, "-q"], check=True, capture_output=True)
    return folder / "_build/html"


def visit(site: Path, names: list[str]) -> dict[str, dict[str, float]]:
    """Medians over `ROUNDS` cold visits of each page."""
    from playwright.sync_api import sync_playwright

    handler = functools.partial(Compressed, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}"
        with sync_playwright() as play:
            opened = play.chromium.launch(executable_path=browser(), args=list(FLAGS))
            out = {}
            for name in names:
                runs = [measured(opened, f"{root}/{name}") for _ in range(ROUNDS)]
                out[name] = {k: statistics.median(run[k] for run in runs) for k in runs[0]}
            opened.close()
        server.shutdown()
    return out


def main() -> None:
    with tempfile.TemporaryDirectory() as work:
        site = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(work) / "site"
        if not site.exists():
            build.build_published(site)
        default = Path(work) / "default"
        default.mkdir()
        rows = {
            **visit(site, [*page_names(site), "figures.html", "search.html"]),
            "default Jupyter Book, one chart": visit(peer(default), ["page.html"])["page.html"],
        }
    print(f"\npages, medians of {ROUNDS} cold visits, CPU slowed {SLOWDOWN} times")
    columns = list(next(iter(rows.values())))
    print(f"{'page':42}" + "".join(f"{c:>9}" for c in columns))
    for name, row in rows.items():
        print(f"{name:42}" + "".join(f"{row[c]:9.3f}" for c in columns))
    print(
        json.dumps({"worst": {c: max(row[c] for row in list(rows.values())[:-1]) for c in columns}})
    )


if __name__ == "__main__":
    main()
