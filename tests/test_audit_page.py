import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from browser import Watched, chromium, needs_chromium
from helpers.__main__ import main
from helpers.audit import audit, load_report
from helpers.audit.worksheet import LOOK, worksheet
from helpers.present.audit_page import audit_page, framed
from helpers.present.audit_witnesses import survival
from helpers.present.audit_words import number, share

CASES = Path(__file__).parent / "reference" / "reports"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    target = tmp_path_factory.mktemp("audit")
    assert main(["audit", str(CASES), "--site", str(target)]) == 0
    return target


def test_several_reports_get_a_page_each_and_an_index(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    for case in CASES.iterdir():
        assert f'href="{case.name}/index.html"' in index
        names = {path.name for path in (site / case.name).iterdir()}
        assert names == {"index.html", "audit.json", "questions.md"}


def test_the_page_says_what_the_audit_says(site):
    found = json.loads((site / "garg2012" / "audit.json").read_text(encoding="utf-8"))
    page = (site / "garg2012" / "index.html").read_text(encoding="utf-8")
    for result in found["results"]:
        assert re.search(
            rf'id="result-{result["id"]}">{result["id"]}: <span[^>]*>{result["verdict"]}', page
        )
    assert "<svg" in page
    assert all(question in page.replace("&#x27;", "'") for question in found["questions"])


def test_the_page_asks_for_nothing_from_elsewhere(site):
    page = (site / "garg2012" / "index.html").read_text(encoding="utf-8")
    assert not re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', page)
    assert "<script" not in page


def test_printed_words_are_shown_as_words(tmp_path):
    folder = tmp_path / "report"
    folder.mkdir()
    text = '[report]\ntitle = "<script>x</script>"\n[[arm]]\nid = "a"\nn = 9\n'
    text += '[[result]]\nid = "r"\nkind = "zero"\nquote = "<b>none</b>"\n'
    (folder / "report.toml").write_text(text, encoding="utf-8")
    assert main(["audit", str(folder), "--site", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;b&gt;none" in page


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(site, scheme):
    rules = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    with chromium() as browser:
        for address in ("index.html", "garg2012/index.html"):
            with Watched(browser, color_scheme=scheme, bypass_csp=True) as watched:
                watched.page.goto((site / address).as_uri())
                watched.page.evaluate(rules)
                found = watched.page.evaluate("() => axe.run(document).then(r => r.violations)")
                assert [(v["id"], v["nodes"][0]["html"]) for v in found] == []
                assert watched.said == []


def reports_of(tmp_path, *ids):
    for place, name in enumerate(ids):
        folder = tmp_path / f"r{place}"
        folder.mkdir()
        text = f'[report]\nid = "{name}"\n[[arm]]\nid = "a"\nn = 9\n[[result]]\nid = "r"\nkind = "zero"\n'
        (folder / "report.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_what_is_settled_and_open_stands_in_plain_words(site):
    page = (site / "garg2012" / "index.html").read_text(encoding="utf-8")
    head, _, rest = page.partition("What is settled</h2>")[2].partition("What is open</h2>")
    found, left = head, rest.partition("<h2>")[0]
    assert "“alive” can be worked out" in found
    assert found.count("cannot be as printed") == 3
    assert "“actuarial” the difference points the same way" in found
    assert "“actuarial” is true of some trials" in left


def test_an_arm_is_shown_with_what_is_printed_of_it(site):
    page = (site / "garg2012" / "index.html").read_text(encoding="utf-8")
    assert "G-CSF: 69.6%, 16 patients<br>placebo: 29%, 7 patients" in page
    assert "P = 0.001, at 60 days" in page


def test_the_curves_of_every_witness_end_at_the_printed_percentages(site):
    found = json.loads((site / "garg2012" / "audit.json").read_text(encoding="utf-8"))
    (check,) = [c for c in found["checks"] if c["check"] == "log-rank-range"]
    held = check["computed"]
    assert set(held["witnesses"]) == {"low", "printing", "high"}
    for witness in held["witnesses"].values():
        ends = [survival(n, d, c)[-1] for n, d, c in
                zip(held["sizes"], witness["events"], witness["lost"], strict=True)]  # fmt: skip
        assert [f"{end:.0%}" for end in ends] == ["66%", "26%"]
    page = (site / "garg2012" / "index.html").read_text(encoding="utf-8")
    assert page.count("at the end 66%, 26% are without the event") == 3


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.331, "0.33"), (0.0000229, "0.000023"), (0.00012, "0.00012"), (1.0, "1"),
     (3e-9, "below 0.000001")],
)  # fmt: skip
def test_a_p_value_has_no_exponent(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0654, "6.5%"), (0.0089, "0.89%"), (1.0, "100.0%"), (1e-9, "less than 0.01%"),
     (0.99999, "more than 99.99%")],
)  # fmt: skip
def test_a_share_is_told_from_none_and_all(value, text):
    assert share(value) == text


def test_the_index_is_a_table_of_trials(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    assert "G-CSF (23), placebo (24)" in index
    assert (
        '<td data-name="design" class="short" role="cell">randomised</td>'
        '<td data-name="patients" class="number" role="cell">47</td>' in index
    )


def test_ids_alike_or_unfit_for_a_folder_get_folders_of_their_own(tmp_path):
    (tmp_path / "in").mkdir()
    reports_of(tmp_path / "in", "same", "same", "../up", "a/b", "index.html")
    assert main(["audit", str(tmp_path / "in"), "--site", str(tmp_path / "out")]) == 0
    made = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert made == ["a-b", "index-html", "index.html", "same", "same-2", "up"]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["in", "out"]


def test_a_page_that_is_none_of_ours_is_not_overwritten(tmp_path, capsys):
    folder = reports_of(tmp_path, "x") / "r0"
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.html").write_text("mine", encoding="utf-8")
    assert main(["audit", str(folder), "--site", str(tmp_path / "out")]) == 1
    assert "found another page" in capsys.readouterr().err
    assert [p.read_text("utf-8") for p in (tmp_path / "out").iterdir()] == ["mine"]


def test_a_page_of_an_audit_is_made_anew(tmp_path):
    folder = reports_of(tmp_path, "x") / "r0"
    for _ in range(2):
        assert main(["audit", str(folder), "--site", str(tmp_path / "out")]) == 0


@needs_chromium
@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_window(site, width):
    with chromium() as browser, Watched(browser, width=width) as watched:
        for address in ("index.html", "garg2012/index.html"):
            watched.page.goto((site / address).as_uri())
            assert watched.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_says_rates_intervals_and_margins_in_words():
    report = load_report(Path(__file__).parent / "fuzz" / "reports" / "intervals")
    page = audit_page(report, audit(report))
    for shown in (
        "11 events, interval 4.4 to 15.9, person-time 123.4, rate 8.9",
        "per 100 of person-time",
        "4.4 to 15.9 is the interval of 11 events by exact Poisson",
        "4.3% to 31.0% is the interval of 3 of 24 by Wilson",
        "lower end of the 95% interval of “difference” is −8.0%, above the margin of −10",
        "20.1 to 15.1 is a change of −5.0",
    ):
        assert shown in page


def test_on_a_phone_every_cell_says_which_column_it_is_of():
    shown = framed("a", "b", ["x", "y", "z"], "<tr><th>1</th><td>2</td><td>3</td></tr>", stack=True)
    assert (
        '>1</th><td data-name="y" role="cell">2</td><td data-name="z" role="cell">3</td>' in shown
    )


def test_a_number_below_zero_has_a_minus_and_no_hyphen(tmp_path):
    folder = tmp_path / "fall"
    folder.mkdir()
    (folder / "report.toml").write_text(
        '[report]\nid = "fall"\n[[arm]]\nid = "a"\nn = 33\n[[result]]\nid = "fall"\nkind = "change"\n'
        'arms = ["a"]\nbefore = ["8.35"]\nafter = ["7.13"]\nmean = ["-1.62"]\n',
        encoding="utf-8",
    )
    report = load_report(folder)
    page = audit_page(report, audit(report))
    told = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    assert "a change of −1.22" in told
    assert "of -1.22" not in told


def test_a_worksheet_says_once_what_a_person_must_look_at(site):
    page = (site / "garg2012" / "index.html").read_text("utf-8")
    assert page.count(LOOK) == 3  # one sentence a checklist
    lines = worksheet(load_report(CASES / "garg2012"), audit(load_report(CASES / "garg2012")))
    left = [line for line in lines if line.answer == LOOK]
    assert len(left) > 20
    for line in lines:
        row = (
            f'{line.checklist} {line.item}</th><td data-name="about" role="cell">{line.about}</td>'
        )
        assert (row in page) == (line not in left)
        assert (f"{line.item} ({line.about})" in page) == (line in left)
