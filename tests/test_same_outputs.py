"""The comparison of committed outputs forgives last bits, and nothing else."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from helpers import results
from helpers.context import ROOT
from helpers.present import text

MIME = results.MIME
SHOWN = {
    "rows": [{"key": "a", "value": 0.123456789, "n": 12}, {"key": "b", "value": 1e-7, "n": 3}],
    "name": "0.12 (n = 12)",
}
CELL = """from IPython.display import display
for data in {outputs!r}:
    display(data, raw=True)"""


def changed(**parts):
    return {**SHOWN, **parts}


def rows(*values, n=12, key="a"):
    first, second = SHOWN["rows"]
    return [{**first, "value": values[0], "n": n, "key": key}, {**second, "value": values[1]}]


# what the committed notebook holds in place of what the cell gives, and whether that may pass
COMMITTED = {
    "the same": (SHOWN, True),
    "another last bit": (changed(rows=rows(0.12345678900000002, 1e-7)), True),
    "nine digits alike": (changed(rows=rows(0.1234567891, 1.000000001e-7)), True),
    "the seventh digit": (changed(rows=rows(0.1234568, 1e-7)), False),
    "a small number's seventh digit": (changed(rows=rows(0.123456789, 1.000001e-7)), False),
    "a small number gone": (changed(rows=rows(0.123456789, 0.0)), False),
    "a whole number": (changed(rows=rows(0.123456789, 1e-7, n=13)), False),
    "a digit of a text": (changed(name="0.13 (n = 12)"), False),
    "a name": (changed(rows=rows(0.123456789, 1e-7, key="c")), False),
    "the order of rows": (changed(rows=SHOWN["rows"][::-1]), False),
    "a row less": (changed(rows=SHOWN["rows"][:1]), False),
    "a field more": (changed(more=1), False),
    "a number as text": (changed(rows=rows("0.123456789", 1e-7)), False),
    "a number as truth": (changed(rows=rows(True, 1e-7)), False),
}


def output(data):
    return nbformat.v4.new_output("display_data", data)


def cell(shown, committed):
    made = nbformat.v4.new_code_cell(CELL.format(outputs=shown), execution_count=1)
    made.outputs = [output(data) for data in committed]
    return made


def outcomes(folder: Path, cells) -> list[bool]:
    """Whether each cell passes, in order, as `make nbval` runs them."""
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "one.ipynb")
    command = [
        *(sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p", "same_outputs"),
        *("-p", "no:cacheprovider", "-c", "/dev/null", "--rootdir", ".", "-rA", "one.ipynb"),
    ]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "tests")}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    found = re.findall(r"^(PASSED|FAILED) .*Cell (\d+)", done.stdout, re.M)
    assert len(found) == len(cells), done.stdout
    return [kind == "PASSED" for kind, _ in sorted(found, key=lambda pair: int(pair[1]))]


def test_a_last_bit_passes_and_any_other_change_fails(tmp_path):
    cells = [cell([{MIME: SHOWN}], [{MIME: held}]) for held, _ in COMMITTED.values()]
    found = dict(zip(COMMITTED, outcomes(tmp_path, cells), strict=True))
    assert found == {name: passes for name, (_, passes) in COMMITTED.items()}


def test_missing_added_swapped_and_plain_text_outputs_fail(tmp_path):
    one, other, plain = {MIME: SHOWN}, {"text/html": "<b>1.0</b>"}, {"text/plain": "1.0000000001"}
    pairs = [
        ([one, other], [one, other], True),
        ([one, other], [one], False),
        ([one], [one, other], False),
        ([one, other], [other, one], False),
        ([one], [], False),
        ([plain], [{"text/plain": "1.0000000002"}], False),
    ]
    cells = [cell(shown, held) for shown, held, _ in pairs]
    assert outcomes(tmp_path, cells) == [passes for _, _, passes in pairs]


def test_the_tolerance_cannot_turn_a_printed_digit_of_the_book():
    for chapter, records in results.book_records(ROOT / "book").items():
        edges = [key for key, record in records.items() if text.on_an_edge(record)]
        assert not edges, f"{chapter}: give these records other digits: {edges}"


@pytest.mark.parametrize("path", sorted((ROOT / "book").rglob("*.ipynb")), ids=lambda p: p.stem)
def test_no_name_of_a_data_set_hangs_on_its_digits(path):
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        for shown in cell.get("outputs", []):
            spec = shown.get("data", {}).get("application/vnd.vegalite.v6+json")
            if spec and "hidden" not in spec["usermeta"]["figure"]:  # a sentence has no data
                key = spec["usermeta"]["figure"]["key"]
                assert list(spec["datasets"]) == [
                    f"{key}-{i + 1}" for i in range(len(spec["datasets"]))
                ]
                named = re.findall(r'"data": \{"name": "([^"]+)"', json.dumps(spec))
                assert set(named) == set(spec["datasets"])
