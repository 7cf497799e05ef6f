"""A report.toml that is not as it should be: each fault with its line, counted by hand, and what to write."""

import pytest

from helpers.audit import load_report
from helpers.errors import ReportError

SOUND = """[report]
id = "x"
[trial]
enrolled = 20
[[arm]]
id = "a"
n = 10
[[arm]]
id = "b"
n = 10
reference = true
[[result]]
id = "r"
kind = "percent"
percent = ["40%", "20%"]
p = "0.040"
quote = "More lived."
"""
ABSTRACT = (
    "We “treated” twenty patients – in reco\u00advery – with eﬃcacy 1·5… More lived. It was naïve."
)


def problems(tmp_path, text):
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    (tmp_path / "abstract.txt").write_text(ABSTRACT, encoding="utf-8")
    with pytest.raises(ReportError) as caught:
        load_report(tmp_path)
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "line", "do"),
    [
        ("n = 10", 'n = "10"', 7, "without quotation marks: 10"),
        ("[trial]", "[trail]", 3, "did you mean 'trial'?"),
        ("percent =", "precent =", 15, "did you mean 'percent'?"),
        ('kind = "percent"', 'kind = "Percentage"', 14, "did you mean 'percent'?"),
        ("[[result]]", "[[results]]", 12, "did you mean 'result'?"),
        ('id = "r"', "id = 7", 13, "put a name in quotation marks"),
        ('"0.040"', "“0.040”", 16, "straight quotation marks"),
        ('"0.040"', '"0.040', 16, "that is missing"),
        ('p = "0.040"', "p = <0.001", 16, 'such as "<0.001"'),
        ("enrolled = 20", "enrolled: 20", 4, "write = instead of :"),
        ('p = "0.040"', 'p = "0.040"\np = "0.03"', 17, "stands twice in its table"),
        ("[report]", "[trial]\n[report]", 4, "the table stands twice"),
        ('"40%", "20%"', '"40%" "20%"', 15, "missing in the list"),
        (
            'kind = "percent"\npercent =',
            'kind = "mean"\nscale = [0, 99999999999999999999]\nmean =',
            15,
            "correct it",
        ),
        ("More lived", "more lived", 17, "copy it from the abstract"),
    ],
)
def test_a_slip_is_one_fault_with_its_line_and_the_cure(tmp_path, old, new, line, do):
    (found,) = problems(tmp_path, SOUND.replace(old, new, 1))
    assert (found.row, do in found.do) == (line, True)


def test_json_and_a_single_bracket_are_told_apart(tmp_path):
    assert "JSON" in problems(tmp_path, '{"arm": []}')[0].do
    (found,) = problems(tmp_path, SOUND.replace("[[result]]", "[result]"))
    assert (found.row, found.do) == (12, "write each in double brackets")


@pytest.mark.parametrize(
    "files", [{}, {"c.csv": "arm,time\na,1\n"}, {"c.csv": "arm,time,y\nz,1,1\n"}]
)
def test_a_file_of_a_curve_that_is_not_there_or_is_none_is_a_warning(tmp_path, files):
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    text = SOUND + '[[result]]\nid = "c"\nkind = "km-curve"\ncurve = "c.csv"\n'
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    (found,) = load_report(tmp_path).warnings
    assert (found.row, found.column) == (21, "result c.curve")


def test_a_curve_is_read_beside_the_report_only(tmp_path):
    text = SOUND + '[[result]]\nid = "c"\nkind = "km-curve"\ncurve = "../c.csv"\n'
    assert problems(tmp_path, text)[0].rule == "missing file"


@pytest.mark.parametrize(
    "quote",
    [
        '\\"treated\\"',
        "patients - in recovery -",
        "efficacy 1.5...",
        "nai\u0308ve",
        "More\u00a0lived.",
    ],
)
def test_typography_is_no_misquotation(tmp_path, quote):
    (tmp_path / "report.toml").write_text(SOUND.replace("More lived.", quote), encoding="utf-8")
    (tmp_path / "abstract.txt").write_text(ABSTRACT, encoding="utf-8")
    assert load_report(tmp_path).warnings == ()
