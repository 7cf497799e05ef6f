"""Files that an enemy or an accident would make: refused with one clear line, before they take memory."""

import gzip
import subprocess
import sys
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.readers import bounded
from helpers.simulate.example import write_example
from helpers.validation import check_folder

MEMORY = 1 << 30  # bytes of address space; what the files below hold is several times as much


@pytest.fixture
def folder(tmp_path):
    study = tmp_path / "study"
    write_example(study)
    return study


def bomb(header, row, gigabytes, pack=gzip.compress):
    piece = row * (1_000_000 // len(row))
    if pack is gzip.compress:
        member = gzip.compress(piece * 100)  # gzip files follow each other: one text
        return gzip.compress(header) + member * (10 * gigabytes)
    pack = zlib.compressobj(9)
    return b"".join([pack.compress(header), *(pack.compress(piece) for _ in range(1000 * gigabytes)),
                     pack.flush()])  # fmt: skip


def in_little_memory(folder):
    """What `check` prints where no more than `MEMORY` can be had."""
    code = f"import resource, sys; resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))\n"
    code += (
        "from helpers.validation import check_folder; print(check_folder(sys.argv[1]).as_text())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("ending", ["csv.gz", "dsjc"])
def test_what_grows_to_gigabytes_is_refused_before_it_takes_memory(folder, ending):
    table = folder / "adlb.csv"
    header = table.read_bytes().split(b"\n")[0] + b"\n"
    table.unlink()
    if ending == "csv.gz":
        packed = bomb(header, b"EXAMPLE,EXAMPLE-001,CD4" + b"," * 10 + b"\n", 4)
    else:
        packed = bomb(b'{"columns": [{"name": "USUBJID"}]}\n', b'["a"]\n', 2, zlib)
    (folder / f"adlb.{ending}").write_bytes(packed)
    said = in_little_memory(folder)
    assert said.count("error:") == 1
    assert f"error: adlb.{ending}: unreadable file" in said
    assert "in a small compressed file" in said


def test_a_parquet_file_of_one_long_text_repeated_is_refused(folder):
    (folder / "adsl.csv").unlink()
    text = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, pa.int32()), ["x" * 20_000])
    columns = {"USUBJID": pa.array([f"S-{i}" for i in range(200_000)]), "NOTE": text}
    pq.write_table(pa.table(columns), folder / "adsl.parquet")
    assert (folder / "adsl.parquet").stat().st_size < 5_000_000  # of 4 GB
    said = in_little_memory(folder)
    assert "error: adsl.parquet: unreadable file" in said
    assert "texts of 4,00" in said


def test_texts_of_a_parquet_file_are_what_they_were(folder):
    kept = pa.table({"a": ["x", None, "y", "x"], "b": pa.array([b"u", b"v", None, b"u"]),
                     "c": [1.5, None, 2, 3]})  # fmt: skip
    pq.write_table(kept, folder / "t.parquet", row_group_size=2)
    frame = bounded_read(folder / "t.parquet")
    assert frame["A"].tolist() == ["x", None, "y", "x"]
    assert frame["B"].tolist() == ["u", "v", None, "u"]
    assert frame["C"].tolist()[::3] == [1.5, 3]


def bounded_read(path):
    from helpers.readers import read_table

    return read_table(path)[0]


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("Nausea", "N" * 1_000_000, "1,000,000 characters in column AEDECOD"),
        ("AESEV", "A" * 100_000, "a column's name of 100,000 characters"),
    ],
)
def test_a_cell_of_pages_is_one_short_line(folder, old, new, where):
    table = folder / "adae.csv"
    table.write_text(table.read_text().replace(old, new, 1))
    report = check_folder(folder)
    [problem] = [p for p in report.problems if p.severity == "error"]
    assert problem.found == where
    assert problem.row == (2 if old == "Nausea" else 1)
    assert len(report.as_text()) < 2_000


def test_the_longest_text_that_sas_allows_is_read(folder):
    table = folder / "adae.csv"
    table.write_text(table.read_text().replace("Nausea", "N" * bounded.LONGEST, 1))
    assert not [p for p in check_folder(folder).problems if p.rule == "unreadable file"]


@pytest.mark.parametrize(
    ("start", "found", "do"),
    [
        (b"\xfd7zXZ\x00", "a file compressed with xz", "unpack it"),
        (b"PAR1", "a parquet file", "give it the ending .parquet"),
        (b"\x1f\x8b\x08", "a file compressed with gzip", "give it the ending .csv.gz"),
    ],
)
def test_a_file_under_another_ending_is_told_its_own(folder, start, found, do):
    table = folder / "adsl.csv"
    table.write_bytes(start + table.read_bytes())
    [problem] = [p for p in check_folder(folder).problems if p.severity == "error"]
    assert (problem.found, problem.do.startswith(do)) == (found, True)
