"""Whole cells of journals' tables in report.toml: every number in its field, digits as printed, or one fault.

The expected fields are what a reader of the cell sees; none comes from our code.
"""

import pytest

from helpers.audit import load_report
from helpers.audit.printed import parse
from helpers.errors import ReportError

ARMS = """[[arm]]
id = "a"
n = 1060
[[arm]]
id = "b"
n = 1060
reference = true
[[result]]
id = "r"
"""


def read(tmp_path, kind, lines):
    text = f'{ARMS}kind = "{kind}"\n{lines}\n'
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    return load_report(tmp_path).result("r")


@pytest.mark.parametrize(
    ("kind", "lines", "fields"),
    [
        ("mean", 'mean_sd = ["4.21±0.83", "3.90 (0.70)"]',
         {"mean": ("4.21", "3.90"), "sd": ("0.83", "0.70")}),
        ("mean", 'mean = ["4.21 ± 0.83 (SE)", "3.90 ± SE 0.7"]',
         {"mean": ("4.21", "3.90"), "se": ("0.83", "0.7")}),
        ("mean", 'mean = ["4.21", "3.9"]\nsd = ["± 0.83", "NR"]', {"sd": ("0.83", "")}),
        ("mean", 'mean = ["4.2 (95% CI 4.0–4.4)", "3.9 (95% CI: 3.7, 4.1)"]',
         {"intervals": (("4.0", "4.4"), ("3.7", "4.1"))}),
        ("mean", 'mean = "8.1 months vs. 5.20 months"', {"mean": ("8.1", "5.20")}),
        ("percent", 'count = ["23 (38.3%)", "12 (20.0)"]',
         {"count": ("23", "12"), "percent": ("38.3%", "20.0")}),
        ("percent", 'percent = ["38.3% (23/60)", "20.0% (12/60)"]',
         {"count": ("23", "12"), "of": ("60", "60")}),
        ("percent", 'count = ["12/34", "5 of 40"]\np = "P<.001"',
         {"count": ("12", "5"), "of": ("34", "40"), "p": ("P<.001",)}),
        ("percent", 'count = ["1,023", "1\u2009011"]', {"count": ("1,023", "1\u2009011")}),
        ("percent", 'percent = ["38·3% (26·1–51·8)", "20·0% (95% CI, 10·8 to 32·3)"]',
         {"percent": ("38·3%", "20·0%"), "intervals": (("26·1", "51·8"), ("10·8", "32·3"))}),
        ("percent", 'count = ["23", "12"]\np = "0.040 (Fisher’s exact test)"',
         {"p": ("0.040",), "test": "Fisher’s exact test"}),
        ("percent", 'count = ["23", "12"]\np = "0.03*"', {"p": ("0.03",)}),
        ("ratio", 'value = "HR=0.62 (95%CI 0.40 to 0.97; P=.040)"',
         {"measure": "hazard ratio", "value": "0.62", "ci": ("0.40", "0.97"), "p": (".040",)}),
        ("ratio", 'measure = "OR"\nvalue = "0.62"\nci = "99% CI: [0.40; 0.97]"',
         {"ci": ("0.40", "0.97"), "level": "99%"}),
        ("ratio", 'value = "aOR, 0.62; 95% CI, 0.40-0.97"', {"measure": "odds ratio", "adjusted": True}),
        ("ratio", 'measure = "MD"\nvalue = "−0.5 mmHg (−0.9 to −0.1)"',
         {"value": "−0.5", "ci": ("−0.9", "−0.1")}),
        ("median", 'median = ["5 (IQR 3–7)", "6 [IQR, 4–9]"]', {"iqr": (("3", "7"), ("4", "9"))}),
        ("median", 'median_range = ["5 (2–69)", "6 [2, 70]"]', {"range": (("2", "69"), ("2", "70"))}),
        ("rate", 'rate = ["2.3 per 100 person-years", "4.0"]', {"rate": ("2.3", "4.0"), "per": "100"}),
        ("statistic", 't = "t(58) = 2.31, p = .02"', {"statistic": "t", "value": "2.31", "df": ("58",)}),
        ("statistic", 'value = "χ2(1, N = 120) = 4.32"', {"statistic": "chi-square", "n": ("120",)}),
        ("zero", 'n = ["0/60", "0/60"]', {"n": ("60", "60")}),
    ],
)  # fmt: skip
def test_a_whole_cell_of_a_table_is_taken_apart(tmp_path, kind, lines, fields):
    found = read(tmp_path, kind, lines)
    assert {name: getattr(found, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("kind", "lines", "says"),
    [
        ("mean", 'mean = ["4.21±0.83", "3.90±0.70"]', "a standard deviation or a standard error?"),
        ("mean", 'mean = ["4.21 (3.1–4.4)", "3.9"]', "what are the two ends?"),
        ("median", 'median = ["5 (3–7)", "6"]', "what are the two ends?"),
        ("median", 'median = ["5", "6"]\niqr = ["IQR 4", "IQR 5"]', "both ends"),
        ("percent", 'percent = ["23 (38)", "12 (20)"]', "which is the percentage?"),
        ("percent", 'count = ["38.3%", "12"]', "copy it into percent"),
        ("percent", 'count = ["23", "12"]\np = "0,03"', "p = '0.03'"),
        ("percent", 'count = ["23 (2%)", "12 (1%)"]\npercent = ["3%", "1%"]', "correct one of them"),
        ("ratio", 'measure = "odds ratio"\nvalue = "HR 0.62"', "correct one of them"),
    ],
)  # fmt: skip
def test_a_cell_of_several_meanings_is_one_fault_that_says_what_to_write(
    tmp_path, kind, lines, says
):
    with pytest.raises(ReportError) as caught:
        read(tmp_path, kind, lines)
    assert says in caught.value.problems[0].do
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [("3.2×10−4", "0.00032", 5), ("P = 3 × 10⁻⁵", "0.00003", 5), ("<1e-4", "0.0001", 4)],
)
def test_powers_of_ten_keep_the_printed_digits(text, value, decimals):
    found = parse(text)
    assert (str(float(found.value)), found.decimals) == (str(float(value)), decimals)
    assert parse("1.2×10^6") is None  # which of its digits were printed it does not say
