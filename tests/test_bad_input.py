"""Whatever lies in a study folder, `check` and `init` end in one clear line, and change nothing."""

import gzip
import json
import os
import random
import shutil
import socket
import subprocess
import sys
import zlib
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from faults import published
from helpers.__main__ import main
from helpers.config import load_config
from helpers.errors import StudyError
from helpers.readers.bounded import FREE, MOST_CELLS, MOST_COLUMNS
from helpers.scaffold import write_first_description
from helpers.study import read_study
from helpers.validation import check_folder

DATA = Path(__file__).resolve().parents[1] / "data" / "hucmsc"


@pytest.fixture
def folder(tmp_path) -> Path:
    """The published study folder, to be spoiled."""
    return shutil.copytree(DATA, tmp_path / "study")


def toml(folder: Path) -> str:
    return (folder / "study.toml").read_text(encoding="utf-8")


def said(folder: Path) -> list[str]:
    """The errors of the report, one text each, after a look at what is printed."""
    report = check_folder(folder)
    assert report.exit_code == 1
    for text in (report.as_text(), report.as_json()):
        assert all(c.isprintable() or c == "\n" for c in text)
        assert len(text) < 20_000
    return [str(p) for p in report.problems if p.severity == "error"]


# ---------------------------------------------------------------- no file at all


def folder_named(path):
    path.mkdir()


def dead_link(path):
    path.symlink_to("nowhere")


def device(path):
    path.symlink_to("/dev/zero")


def socket_named(path):
    here = os.getcwd()
    os.chdir(path.parent)  # a socket's address is short
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(path.name)
    os.chdir(here)


KINDS = [(folder_named, "a folder"), (socket_named, "a socket"), (device, "a device"),
         (dead_link, "a link that leads nowhere")]  # fmt: skip


def put(folder, name, make, command):
    """Something else than a file in the place of `name`; `init` wants no study.toml."""
    (folder / name).unlink()
    if command == "init":
        (folder / "study.toml").unlink(missing_ok=True)
    make(folder / name)


@pytest.mark.parametrize(("name", "command"), [("adsl.csv", "check"), ("adlb.csv", "check"),
                         ("study.toml", "check"), ("adsl.csv", "init"), ("adlb.csv", "init")])  # fmt: skip
@pytest.mark.parametrize(("make", "kind"), KINDS, ids=[kind for _, kind in KINDS])
def test_what_is_no_file_is_named(folder, name, command, make, kind, capsys):
    put(folder, name, make, command)
    assert main([command, str(folder)]) == 1
    assert f"found:    {kind}\n" in "".join(capsys.readouterr())


@pytest.mark.parametrize(("name", "command"), [("adsl.csv", "check"), ("study.toml", "check"),
                                               ("adlb.csv", "init")])  # fmt: skip
def test_a_pipe_is_named_and_never_waited_for(folder, name, command):
    put(folder, name, os.mkfifo, command)
    call = [sys.executable, "-m", "helpers", command, str(folder)]
    done = subprocess.run(call, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "found:    a named pipe\n" in done.stdout + done.stderr


@pytest.mark.parametrize("make", [os.mkfifo, dead_link, folder_named])
def test_init_writes_over_nothing_that_is_there(folder, make, capsys):
    (folder / "study.toml").unlink()
    make(folder / "study.toml")
    assert main(["init", str(folder)]) == 1
    assert "study.toml" in capsys.readouterr().err
    assert not (folder / "nowhere").exists()


# ---------------------------------------------------------------- names of files


NAMES = [b"x\xff\xfe.csv", b"\x1b[2J\x1b[31mx.csv", b"x\nerror: adsl.csv: forged.csv",
         "x\u202exslx.csv".encode(), b"x\x07\x7f\xc2\x9b2J.csv"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_file_forges_no_line_and_reaches_no_terminal(folder, name, capsysbinary):
    path = os.path.join(os.fsencode(folder), name)
    with open(path, "wb") as file:
        file.write(b"a,b\n1,2\n")
    assert main(["check", str(folder)]) == 0
    (folder / "study.toml").unlink()
    assert main(["init", str(folder)]) == 0
    printed = capsysbinary.readouterr().out.decode("utf-8")
    assert all(c.isprintable() or c == "\n" for c in printed)
    assert not any(line.startswith("error") for line in printed.splitlines())
    assert "\x1b" not in toml(folder)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("command", ["check", "init", "book"])
def test_a_name_of_a_folder_forges_no_line(tmp_path, name, command, capsysbinary):
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))
    path.mkdir()
    site = ["--site", str(tmp_path / "site")]
    call = ["book", "--data", str(path), *site] if command == "book" else [command, str(path)]
    assert main(call) == 1
    printed = b"".join(capsysbinary.readouterr()).decode("utf-8")
    assert all(c.isprintable() or c == "\n" for c in printed)
    assert not any(line.startswith("error: adsl.csv: forged") for line in printed.splitlines())


def test_a_terminal_that_lacks_a_letter_gets_an_escape(folder):
    call = [sys.executable, "-m", "helpers", "check", str(folder)]
    (folder / "µ.csv").write_text("a\n", encoding="utf-8")
    env = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(call, capture_output=True, env=env, timeout=120, check=False)
    assert done.returncode == 0
    assert b"\\xb5.csv" in done.stdout


# ---------------------------------------------------------------- study.toml


HUGE = "9" * 5000
DEEP = 5000


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("x = " + "[" * DEEP, "hundreds in each other"),
        ("x = " + "{a=" * DEEP, "hundreds in each other"),
        (f"x = {HUGE}", "thousands of digits"),
        ("x = 0x" + "f" * 5000, "found:    x"),  # a key nobody reads
        ("a" + ".a" * 100_000 + " = 1", "more than 100 dots"),
        ("a" + ".a" * 99 + " = 1", "found:    a"),
        ("x = \x00", "Invalid"),
        ("# " + "x" * 1_000_000, "bytes"),
    ],
    ids=["lists", "blocks", "digits", "hexadecimal", "dots", "few dots", "NUL", "megabytes"],
)
def test_what_no_parser_can_bear_is_one_line(folder, line, found):
    (folder / "study.toml").write_text(f"{line}\n{toml(folder)}", encoding="utf-8")
    [problem] = said(folder)
    assert found in problem
    assert load_config(folder)[0] is None


@pytest.mark.parametrize("number", ["9" * 400, "0x" + "f" * 5000, "1e308", "-1e16", "inf", "nan"])
@pytest.mark.parametrize(
    "key", ["arms.dose", "visits.baseline", "visits.main", "disclosure.threshold",
            "parameters.cd4.lloq", "endpoints.response.horizon", "parameters.cd4.range"],
)  # fmt: skip
def test_a_number_beyond_every_measure_is_one_line(folder, key, number):
    block, _, name = key.rpartition(".")
    head = f"[[{block}]]" if block == "arms" else f"[{block}]"
    value = f"[0, {number}]" if name == "range" else number
    kept = [line for line in toml(folder).splitlines() if not line.startswith(f"{name} =")]
    text = "\n".join([*kept, ""])
    if f"{head}\n" in text:
        text = text.replace(f"{head}\n", f"{head}\n{name} = {value}\n", 1)
    else:
        text += f"{head}\n{name} = {value}\n"
    (folder / "study.toml").write_text(text, encoding="utf-8")
    [problem] = said(folder)
    assert ("out of range" in problem) or ("not finite" in problem)
    assert f"{name}" in problem.splitlines()[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_study_toml_in_another_encoding_is_told_so(folder, encoding):
    (folder / "study.toml").write_bytes(toml(folder).encode(encoding))
    [problem] = said(folder)
    assert encoding[:6].upper() in problem
    assert "save it as UTF-8" in problem


def test_a_byte_that_is_no_utf8_is_named_with_its_line(folder):
    (folder / "study.toml").write_bytes(b'id = "a"\ntitle = "caf\xe9"\n')
    [problem] = said(folder)
    assert "line 2" in problem


@pytest.mark.parametrize("char", ["\x1b", "\x7f", "\x9b", "\u2028", "\u202e", "\t", "\n"])
@pytest.mark.parametrize("key", ["title", "source", "label"])
def test_a_label_cannot_carry_a_control_character_to_a_page(folder, key, char):
    text = "".join(
        f'{key} = "a\\u{ord(char):04x}b"\n' if line.startswith(f"{key} =") else line
        for line in toml(folder).splitlines(keepends=True)
    )
    (folder / "study.toml").write_text(text, encoding="utf-8")
    assert any("unprintable text" in problem for problem in said(folder))


@pytest.mark.parametrize("role", ['"a.b"', '"{x}"', '"a\\u001b"', '""', '"a b"', '"é"'])
def test_a_role_is_a_plain_word(folder, role):
    text = f'{toml(folder)}\n[parameters.{role}]\nparamcd = "X"\n'
    (folder / "study.toml").write_text(text, encoding="utf-8")
    [problem] = said(folder)
    assert "letters, digits" in problem


# ---------------------------------------------------------------- texts and compressed files


def packed(change):
    def spoil(folder):
        content = gzip.compress((folder / "adlb.csv").read_bytes(), mtime=0)
        (folder / "adlb.csv").unlink()
        (folder / "adlb.csv.gz").write_bytes(change(content))

    return spoil


def replaced(old, new):
    def spoil(folder):
        content = (folder / "adlb.csv").read_bytes()
        assert old in content
        (folder / "adlb.csv").write_bytes(content.replace(old, new, 1))

    return spoil


def written(name, content):
    def spoil(folder):
        (folder / "adlb.csv").unlink()
        (folder / name).write_bytes(content)

    return spoil


def encoded(encoding):
    def spoil(folder):
        text = (folder / "adlb.csv").read_text(encoding="utf-8")
        (folder / "adlb.csv").write_bytes(text.encode(encoding))

    return spoil


def text_bomb():
    return gzip.compress(b"USUBJID,AVAL\n" + b"1,2\n" * (FREE // 4 + 100), 1)


COLUMNS = [{"name": "USUBJID", "dataType": "string"}, {"name": "AVAL", "dataType": "double"}]
HEAD = json.dumps({"columns": COLUMNS})


def json_rows(rows):
    return f'{{"columns": {json.dumps(COLUMNS)}, "rows": {rows}}}'.encode()


def parquet(**columns):
    sink = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue().to_pybytes()


UNREADABLE = {
    "NUL": (replaced(b"Week 12", b"Week\x0012"), "adlb.csv, row 3", "a byte that is zero"),
    "UTF-16": (encoded("utf-16"), "adlb.csv", "UTF-16"),
    "UTF-16 without mark": (encoded("utf-16-be"), "adlb.csv", "UTF-16"),
    "Latin-1": (replaced("µ".encode(), b"\xb5"), "adlb.csv, row 2", "0xb5"),
    "a spreadsheet": (written("adlb.csv", b"PK\x03\x04 and more"), "adlb.csv", "a zip file"),
    "an open quotation mark": (replaced(b"Week 12", b'"Week 12'), "adlb.csv, row 3", "never ends"),
    "a long row": (replaced(b"Week 12", b"Week 12,,,"), "adlb.csv, row 3", "16 cells"),
    "columns without end": (
        written("adlb.csv", b"A," * (MOST_COLUMNS + 1) + b"\n"), "adlb.csv", "10,002 columns",
    ),
    "a few bytes of billions of cells": (
        written("adlb.csv", b"A," * 9_999 + b"\n" * (MOST_CELLS // 9_999)), "adlb.csv", "columns",
    ),
    "cut off gzip": (packed(lambda b: b[: len(b) // 2]), "adlb.csv.gz", "Compressed file ended"),
    "gzip with another byte": (
        packed(lambda b: b[:900] + bytes([b[900] ^ 255]) + b[901:]), "adlb.csv.gz", "",
    ),
    "gzip with another checksum": (packed(lambda b: b[:-8] + bytes(8)), "adlb.csv.gz", "CRC"),
    "no gzip": (packed(lambda b: b"USUBJID\n1\n"), "adlb.csv.gz", "no compressed file"),
    "gzip twice": (packed(gzip.compress), "adlb.csv.gz", "compressed with gzip"),
    "cut off and Latin-1": (
        packed(lambda b: gzip.compress(gzip.decompress(b).replace("µ".encode(), b"\xb5"))[:-90]),
        "adlb.csv.gz", "",
    ),
    "a gzip bomb": (packed(lambda b: text_bomb()), "adlb.csv.gz", "in a small compressed file"),
    "a zlib bomb": (
        written("adlb.dsjc", zlib.compress(HEAD.encode() + b"\n" * FREE)), "adlb.dsjc",
        "in a small compressed file",
    ),
    "cut off zlib": (written("adlb.dsjc", zlib.compress(b"x" * 99)[:-9]), "adlb.dsjc", "missing"),
    "no zlib": (written("adlb.dsjc", b"junk"), "adlb.dsjc", "no compressed file"),
    "deep JSON": (written("adlb.json", b"[" * 100_000), "adlb.json", "hundreds deep"),
    "digits in JSON": (
        written("adlb.json", json_rows(f'[["a", {HUGE}]]')), "adlb.json", "hundreds of digits",
    ),
    "400 digits in JSON": (
        written("adlb.json", json_rows(f'[[{"9" * 400}, 1]]')), "adlb.json", "row 1",
    ),
    "a list in JSON": (written("adlb.json", json_rows('[[["a"], 1]]')), "adlb.json", "row 1"),
    "a short row in JSON": (written("adlb.json", json_rows('[["a"]]')), "adlb.json", "row 1 has 1"),
    "no row in JSON": (written("adlb.json", json_rows('["ab"]')), "adlb.json", "no list of values"),
    "half a JSON": (written("adlb.json", b'{"columns": ['), "adlb.json, row 1", "Expecting"),
    "JSON in UTF-16": (written("adlb.json", '{"a": 1}'.encode("utf-16")), "adlb.json", "UTF-16"),
    "lists in parquet": (
        written("adlb.parquet", parquet(USUBJID=["a"], AVAL=[[1]])), "adlb.parquet", "column AVAL",
    ),
    "bytes in parquet": (
        written("adlb.parquet", parquet(USUBJID=[b"\xff"])), "adlb.parquet", "column USUBJID",
    ),
    "a parquet bomb": (
        written("adlb.parquet", parquet(**{f"C{i}": pa.nulls(10**6) for i in range(251)})),
        "adlb.parquet", "1,000,000 rows of 251 columns",
    ),
    "no parquet": (written("adlb.parquet", b"PAR1 no PAR1"), "adlb.parquet", ""),
    "no xpt": (written("adlb.xpt", b"no"), "adlb.xpt", ""),
    "no sas7bdat": (written("adlb.sas7bdat", b"no"), "adlb.sas7bdat", ""),
}  # fmt: skip


@pytest.mark.parametrize("what", UNREADABLE)
def test_an_unreadable_table_is_told_what_it_is(folder, what):
    spoil, where, found = UNREADABLE[what]
    spoil(folder)
    [problem] = said(folder)
    head, _, line, do = problem.splitlines()
    assert head == f"error: {where}: unreadable file"
    assert line.startswith("    found:    ")
    assert found in line
    assert len(do) > len("    do:       ")
    (folder / "study.toml").unlink()
    with pytest.raises(StudyError, match="unreadable file"):
        write_first_description(folder)


def test_a_table_that_compresses_well_is_read(folder):
    frame = pd.read_csv(folder / "adae.csv", dtype=str)
    many = pd.concat([frame] * 40, ignore_index=True)
    (folder / "adae.csv").unlink()
    many.to_csv(folder / "adae.csv.gz", index=False)
    assert len(read_study(folder)[0].adae) == 40 * len(frame)


@pytest.mark.parametrize("second", ["adlb.parquet", "ADLB.csv", "adlb.csv.gz"])
def test_two_formats_of_one_table_are_both_named(folder, second):
    (folder / second).write_bytes(b"whatever it holds")
    assert any(
        "two files of one table" in problem and second in problem and "adlb.csv" in problem
        for problem in said(folder)
    )


# ---------------------------------------------------------------- cells


@pytest.mark.parametrize(
    ("table", "column"), [("adsl", "AGE"), ("adsl", "TRTDURD"), ("adlb", "AVAL"), ("adlb", "ADY"),
                          ("adlb", "AVISITN"), ("adae", "ASTDY"), ("adtte", "AVAL"), ("adtte", "CNSR")],
)  # fmt: skip
@pytest.mark.parametrize("number", [HUGE, "1e300", "-1e300", "1" + "0" * 16, "inf"])
def test_a_number_in_a_cell_that_nothing_measures_is_an_error(tmp_path, table, column, number):
    study = published()
    study.set(table, 5, **{column: number})
    path = study.write(tmp_path / "study")
    assert any(f"error: {table}.csv, row 5, column {column}" in problem for problem in said(path))


def test_control_characters_of_a_cell_reach_no_analysis_and_are_noted(tmp_path):
    study = published()
    study.set("adae", 5, AEDECOD="Pain\r\nat site", AEBODSYS="A\x1b[31mred\x9b2J")
    study.set("adsl", 2, SITEID="0\u202e1")
    loaded, problems = read_study(study.write(tmp_path / "study"))
    assert loaded.adae["AEDECOD"].iloc[3] == "Pain at site"
    assert loaded.adae["AEBODSYS"].iloc[3] == "A\ufffd[31mred\ufffd2J"
    assert loaded.adsl["SITEID"].iloc[0] == "0\ufffd1"
    notes = {(p.file, p.column): p.found for p in problems if p.rule == "control character"}
    assert notes == {
        ("adae.csv", "AEDECOD"): r"'Pain\r\nat site'",
        ("adae.csv", "AEBODSYS"): r"'A\x1b[31mred\x9b2J'",
        ("adsl.csv", "SITEID"): r"'0\u202e1'",
    }


def test_a_report_echoes_no_more_than_a_line_of_a_cell(tmp_path):
    study = published()
    study.set("adsl", 5, AGE="x" * 200_000, SEX="y" * 200_000, TRT01A="z" * 200_000)
    assert len("".join(said(study.write(tmp_path / "study")))) < 10_000


def test_random_bytes_under_any_ending_are_one_line(tmp_path):
    numbers = random.Random(10)
    for ending in ("csv", "csv.gz", "tsv", "parquet", "xpt", "sas7bdat", "json", "ndjson", "dsjc"):
        folder = shutil.copytree(DATA, tmp_path / ending)
        (folder / "adlb.csv").unlink()
        (folder / f"adlb.{ending}").write_bytes(numbers.randbytes(4000))
        assert [p.splitlines()[0].endswith("unreadable file") for p in said(folder)] == [True]
