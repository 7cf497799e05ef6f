"""The same study in every format is the same Study; what reading changes is noted."""

import gzip
import json
import shutil
import zlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from helpers.errors import StudyError
from helpers.readers import one_spelling, read_table
from helpers.readers.bounded import CodePageError, TooLargeError
from helpers.readers.note import NOTES
from helpers.study import load_study, read_study

DATA = Path(__file__).resolve().parents[1] / "data"
SAS = Path(__file__).parent / "reference" / "formats"
TABLES = ("adsl", "adlb", "adae", "adtte")


def frames() -> dict[str, pd.DataFrame]:
    """The tables of the randomised study: numbers as numbers, "02" as text."""
    text = {"USUBJID": str, "SITEID": str}
    return {name: pd.read_csv(DATA / f"hucmsc/{name}.csv", dtype=text) for name in TABLES}


def dataset_json(frame: pd.DataFrame, name: str) -> tuple[dict, list[list]]:
    """Metadata and rows of a table as Dataset-JSON 1.1 has them."""
    columns = []
    for column, kind in frame.dtypes.items():
        data_type = {"i": "integer", "f": "double"}.get(kind.kind, "string")
        columns.append({"itemOID": f"IT.{name}.{column}", "name": column, "label": column,
                        "dataType": data_type})  # fmt: skip
    plain = frame.astype(object).where(frame.notna(), None)
    metadata = {
        "datasetJSONCreationDateTime": "2024-01-01T00:00:00", "datasetJSONVersion": "1.1.0",
        "itemGroupOID": f"IG.{name.upper()}", "records": len(frame), "name": name.upper(),
        "label": name, "columns": columns,
    }  # fmt: skip
    return metadata, plain.to_numpy().tolist()


def write_json(frame, path):
    metadata, rows = dataset_json(frame, path.stem)
    path.write_text(json.dumps(metadata | {"rows": rows}), encoding="utf-8")


def lines_of(frame, path) -> str:
    metadata, rows = dataset_json(frame, path.stem)
    return "\n".join([json.dumps(metadata), *map(json.dumps, rows)]) + "\n"


def write_xpt(version):
    def write(frame, path):
        table = path.stem.upper()
        pyreadstat.write_xport(_no_nulls(frame), str(path), table_name=table,
                               file_format_version=version)  # fmt: skip

    return write


def _no_nulls(frame: pd.DataFrame) -> pd.DataFrame:
    """As SAS would have it: text is never missing but blank."""
    objects = {c: frame[c].fillna("") for c in frame if frame[c].dtype == object}
    return frame.assign(**objects)


def comma_numbers(frame, path):
    """What a spreadsheet of a comma country writes."""
    frame.to_csv(path, index=False, sep=";", decimal=",", encoding="utf-8-sig")


WRITERS = {
    "comma.csv": lambda f, p: f.to_csv(p, index=False),
    "semicolon.csv": lambda f, p: f.to_csv(p, index=False, sep=";"),
    "decimal-comma.csv": comma_numbers,
    "tab.tsv": lambda f, p: f.to_csv(p, index=False, sep="\t"),
    "bom.csv": lambda f, p: f.to_csv(p, index=False, encoding="utf-8-sig"),
    "crlf.csv": lambda f, p: f.to_csv(p, index=False, lineterminator="\r\n"),
    "sas-dot.csv": lambda f, p: f.to_csv(p, index=False, na_rep="."),
    "r-na.csv": lambda f, p: f.to_csv(p, index=False, na_rep="NA"),
    "quoted.csv": lambda f, p: f.to_csv(p, index=False, quoting=1),
    "gz.csv.gz": lambda f, p: f.to_csv(p, index=False),
    "plain.parquet": lambda f, p: f.to_parquet(p),
    "indexed.parquet": lambda f, p: f.set_index("USUBJID").to_parquet(p),
    "categories.parquet": lambda f, p: f.astype(
        {c: "category" for c in f if f[c].dtype == object}
    ).to_parquet(p),
    "nullable.parquet": lambda f, p: f.convert_dtypes().to_parquet(p),
    "v5.xpt": write_xpt(5),
    "v8.xpt": write_xpt(8),
    "object.json": write_json,
    "lines.ndjson": lambda f, p: p.write_text(lines_of(f, p), encoding="utf-8"),
    "zlib.dsjc": lambda f, p: p.write_bytes(zlib.compress(lines_of(f, p).encode())),
}


def folder_of(tables: dict[str, pd.DataFrame], folder: Path, kind: str) -> Path:
    folder.mkdir()
    shutil.copy(DATA / "hucmsc/study.toml", folder)
    for name, frame in tables.items():
        WRITERS[kind](frame, folder / f"{name}.{kind.split('.', 1)[1]}")
    return folder


@pytest.fixture(scope="module")
def published():
    return load_study(DATA / "hucmsc")


@pytest.mark.parametrize("kind", WRITERS)
def test_a_study_is_the_same_in_every_format(kind, tmp_path, published):
    study, problems = read_study(folder_of(frames(), tmp_path / "study", kind))
    assert not [p for p in problems if p.severity != "note"]
    for name in TABLES:
        expected = getattr(published, name)
        found = getattr(study, name)[list(expected)]  # an index that pandas stored comes last
        pd.testing.assert_frame_equal(found, expected, check_exact=True)


@pytest.mark.parametrize("kind", ["comma.csv", "plain.parquet", "v5.xpt", "v8.xpt", "object.json"])
def test_a_date_is_the_same_text_in_every_format(kind, tmp_path):
    tables = frames()
    days = pd.Series(pd.date_range("2013-05-02", periods=len(tables["adsl"])))
    days[2] = None
    expected = days.dt.strftime("%Y-%m-%d").fillna("")
    as_text = kind.endswith((".csv", ".json"))
    tables["adsl"]["TRTSDT"] = expected.to_numpy() if as_text else days
    if kind.endswith(".xpt"):
        tables["adsl"]["TRTSDT"] = days.dt.date.where(days.notna(), None)
    study = load_study(folder_of(tables, tmp_path / "study", kind))
    assert list(study.adsl["TRTSDT"]) == list(expected)


@pytest.mark.parametrize(
    ("column", "cells", "expected"),
    [
        # 1 March 2014 is day 19783 of SAS: in SAS, put('01MAR2014'd, best.)
        ("TRTSDT", ["19783", ".", "19784"], ["2014-03-01", "", "2014-03-02"]),
        ("TRTSDTM", ["1709287230", "", "0"], None),  # 0 is 1960: not taken for a trial's date
        ("TRTSDTM", ["1709287230", "", ""], ["2014-03-01T10:00:30", "", ""]),
        ("TRTSDT", ["01MAR2014", "", "2Mar2014"], ["2014-03-01", "", "2014-03-02"]),
        ("TRTSDT", ["31FEB2014", "", ""], ["31FEB2014", "", ""]),
        ("BRTHDT", ["-5000", "", ""], ["1946-04-24", "", ""]),
        ("TRTSDT", ["80", "75", ""], None),  # a weight, say
        ("TRTSDT", ["01/03/2014", "", ""], ["01/03/2014", "", ""]),  # March or January
    ],
)
def test_sas_dates_are_recognised_by_name_and_year_only(column, cells, expected, tmp_path):
    adsl = frames()["adsl"].iloc[:3].assign(**{column: cells})
    study, problems = read_alone(adsl, tmp_path)
    if expected is None:
        expected = [float(cell) if cell else np.nan for cell in cells]
        assert np.array_equal(study.adsl[column], expected, equal_nan=True)
        assert reading_notes(problems) == {}
    else:
        assert list(study.adsl[column]) == expected


def read_alone(adsl, tmp_path, **tables):
    """A folder with these tables, comma-separated, and a study.toml without parameters."""
    toml = 'id = "x"\ntitle = "X"\ndesign = "randomised"\n'
    for i, arm in enumerate(("Placebo", "Low dose", "High dose")):
        toml += f'[[arms]]\nvalue = "{arm}"\nreference = {str(i == 0).lower()}\n'
    (tmp_path / "study.toml").write_text(toml)
    adsl = adsl.copy()
    adsl["TRT01A"] = ["Placebo", "Low dose", "High dose"]
    for name, frame in {"adsl": adsl, **tables}.items():
        frame.to_csv(tmp_path / f"{name}.csv", index=False)
    return read_study(tmp_path)


def reading_notes(problems) -> dict[tuple[str, str, str], int]:
    """(file, column, rule) -> cells, of the notes on reading; relations have notes of their own."""
    assert {p.severity for p in problems} <= {"note"}
    return {(p.file, p.column, p.rule): p.count for p in problems if p.rule in NOTES}


def test_what_reading_changes_is_noted(tmp_path):
    adsl = frames()["adsl"].iloc[:3].assign(SEX=[" F", "M ", "NA"], SAFFL=["y", "Y", "N"])
    adsl = adsl.rename(columns={"AGE": " age "})
    adsl["ITTFL"] = [True, True, False]
    adtte = frames()["adtte"].iloc[:3].assign(CNSR=["5e-79", "1", "0"], AVAL=["12,5", "24", "8"])
    study, problems = read_alone(adsl, tmp_path, adtte=adtte)
    assert reading_notes(problems) == {
        ("adsl.csv", "", "column name respelled"): 1,
        ("adsl.csv", "SEX", "padded text"): 2,
        ("adsl.csv", "SEX", "word for missing"): 1,
        ("adsl.csv", "SAFFL", "flag in other words"): 1,
        ("adsl.csv", "ITTFL", "flag in other words"): 3,
        ("adtte.csv", "CNSR", "zero in disguise"): 1,
        ("adtte.csv", "AVAL", "decimal comma"): 1,
    }
    assert list(study.adsl["SEX"]) == ["F", "M", ""]
    assert list(study.adsl["SAFFL"]) == [True, True, False]
    assert list(study.adsl["ITTFL"]) == [True, True, False]
    assert list(study.adtte["CNSR"]) == [False, True, False]
    assert list(study.adtte["AVAL"]) == [12.5, 24, 8]


def test_a_sound_csv_has_no_note():
    for name in ("aait", "hucmsc"):
        assert reading_notes(read_study(DATA / name)[1]) == {}


def test_leading_zeros_of_an_id_stay(tmp_path):
    adsl = frames()["adsl"].iloc[:3].assign(USUBJID=["007", "07", "7"])
    adtte = frames()["adtte"].iloc[:3].assign(USUBJID=["7", "007", "07"], AVAL=[1, 2, 3])
    study, problems = read_alone(adsl, tmp_path, adtte=adtte)
    assert reading_notes(problems) == {}
    arms = study.adtte.set_index("USUBJID")["ARM"]
    assert list(arms[["007", "07", "7"]]) == ["Placebo", "Low dose", "High dose"]


@pytest.mark.parametrize("ids", [["7.0", "8.0", "9.0"], [" 7", "8 ", "9"]])
def test_an_id_that_is_a_float_in_one_table_joins_its_text_in_another(ids, tmp_path):
    adsl = frames()["adsl"].iloc[:3].assign(USUBJID=["7", "8", "9"])
    adtte = frames()["adtte"].iloc[:3].assign(USUBJID=ids)
    study, problems = read_alone(adsl, tmp_path, adtte=adtte)
    assert list(study.adtte["USUBJID"]) == ["7", "8", "9"]
    assert len(reading_notes(problems)) == 1


def test_a_numeric_id_of_a_typed_format_joins_its_text(tmp_path):
    adsl = frames()["adsl"].iloc[:3].assign(USUBJID=["7", "8", "9"])
    read_alone(adsl, tmp_path)
    adtte = frames()["adtte"].iloc[:3].assign(USUBJID=[7.0, 8.0, 9.0])
    adtte.to_parquet(tmp_path / "adtte.parquet")
    study, problems = read_study(tmp_path)
    assert list(study.adtte["ARM"]) == ["Placebo", "Low dose", "High dose"]
    assert reading_notes(problems) == {("adtte.parquet", "USUBJID", "id as a number"): 3}


@pytest.mark.parametrize(
    ("separator", "cells", "read"),
    [
        (";", ["1,234", "85", "7,5"], [1.234, 85, 7.5]),
        (";", ["1,234", "2,345", "3"], [1.234, 2.345, 3]),  # no thousands in such a file
        (",", ["12,5", "1,234", ""], [12.5, 1.234, np.nan]),  # "12,5" settles it
        (",", ["1,234", "2,345", "3"], None),  # thousands or decimals: not for us to guess
        (";", ["1.234,5", "2,5", "3"], None),
        (";", ["1,5", "2.5", "3"], None),
    ],
)
def test_a_comma_is_decimal_only_where_it_can_be_nothing_else(separator, cells, read, tmp_path):
    read_alone(frames()["adsl"].iloc[:3], tmp_path)
    adtte = frames()["adtte"].iloc[:3].assign(AVAL=cells)
    rows = adtte if "" not in cells else adtte.iloc[:2]
    rows.to_csv(tmp_path / "adtte.csv", index=False, sep=separator)
    if read is None:
        with pytest.raises(StudyError, match="column AVAL: not a number"):
            load_study(tmp_path)
    else:
        expected = [value for value in read if not np.isnan(value)]
        assert list(load_study(tmp_path).adtte["AVAL"]) == expected


def test_an_arm_called_by_its_dose_keeps_its_comma(tmp_path):
    read_alone(frames()["adsl"].iloc[:3], tmp_path)
    toml = (tmp_path / "study.toml").read_text().replace("Low dose", "0,5")
    (tmp_path / "study.toml").write_text(toml.replace("Placebo", "0").replace("High dose", "1,5"))
    adsl = frames()["adsl"].iloc[:3].assign(TRT01A=["0", "0,5", "1,5"])
    comma_numbers(adsl, tmp_path / "adsl.csv")
    assert load_study(tmp_path).adsl["ARM"].notna().all()


def test_codes_with_a_comma_or_a_leading_zero_stay_text(tmp_path):
    adsl = frames()["adsl"].iloc[:3].assign(SITEID=["02", "10", "11"], REGION=["0,5", "01,5", "2"])
    study, problems = read_alone(adsl, tmp_path)
    assert list(study.adsl["SITEID"]) == ["02", "10", "11"]
    assert list(study.adsl["REGION"]) == ["0,5", "01,5", "2"]
    assert reading_notes(problems) == {}


def test_sodium_is_a_parameter_and_no_missing_value(tmp_path):
    adtte = frames()["adtte"].iloc[:3].assign(PARAMCD="NA")
    study, problems = read_alone(frames()["adsl"].iloc[:3], tmp_path, adtte=adtte)
    assert set(study.adtte["PARAMCD"]) == {"NA"}
    assert reading_notes(problems) == {}


def test_a_sas_data_set_reads_as_its_csv(published, tmp_path):
    folder = sas_folder(tmp_path)
    study, problems = read_study(folder)
    subjects = study.adsl["USUBJID"]
    assert list(subjects) == list(published.adsl["USUBJID"][:12])
    same = published.adtte[published.adtte["USUBJID"].isin(subjects)].reset_index(drop=True)
    pd.testing.assert_frame_equal(study.adtte, same, check_exact=True)
    rows = published.adlb[published.adlb["USUBJID"].isin(subjects)
                          & published.adlb["PARAMCD"].isin(["CD4", "HIVRNA"])]  # fmt: skip
    rows = rows.reset_index(drop=True)
    rows.loc[[1, 4], ["AVAL", "CHG"]] = np.nan  # .A and ._ of formats.R
    pd.testing.assert_frame_equal(study.adlb, rows, check_exact=True)
    found = {p.found: p.count for p in problems if p.rule == "special missing value"}
    assert found == {".A, ._": 2}


def test_a_sas_date_is_the_day_that_r_wrote(tmp_path):
    study = load_study(sas_folder(tmp_path))
    assert list(study.adsl["TRTSDT"][:4]) == ["2014-03-02", "2014-03-03", "", "2014-03-05"]


def sas_folder(tmp_path) -> Path:
    folder = Path(shutil.copytree(SAS, tmp_path / "sas"))
    toml = (DATA / "hucmsc/study.toml").read_text(encoding="utf-8")
    for role in ("cd8", "cd4cd8"):
        start = toml.index(f"[parameters.{role}]")
        toml = toml[:start] + toml[toml.index("\n[", start) + 1 :]
    (folder / "study.toml").write_text(toml, encoding="utf-8")
    return folder


def test_an_xpt_in_the_code_page_of_windows_is_read_with_a_note(tmp_path):
    folder = folder_of(frames(), tmp_path / "study", "v5.xpt")
    path = folder / "adlb.xpt"
    micro, table = "µ".encode(), path.read_bytes()
    assert micro in table
    # the byte that is dropped is made up by a blank at the end of the text, as SAS pads it
    for text in ("CD4+ T cells (cells/µL)", "CD8+ T cells (cells/µL)", "cells/µL"):
        wide = text.encode()
        table = table.replace(wide, text.encode("cp1252") + b" ")
    path.write_bytes(table)
    study, problems = read_study(folder)
    assert "cells/µL" in set(study.adlb["AVALU"])
    assert "encoding guessed" in [p.rule for p in problems]


@pytest.mark.parametrize(
    ("word", "code_page"),
    [
        ("高剂量组", "gbk"),
        ("男", "gbk"),
        ("高用量", "shift_jis"),
        ("고용량", "euc_kr"),
        ("высокая", "cp1251"),
    ],
)
def test_an_xpt_in_another_code_page_is_an_error_and_no_other_word(tmp_path, word, code_page):
    path = coded_xpt(tmp_path, word, code_page)
    with pytest.raises(CodePageError, match="another code page"):
        read_table(path)


@pytest.mark.parametrize("word", ["Größe", "créée", "50 µg/m²", "Señor Ñandú", "±", "5–10 €"])
def test_western_words_in_an_xpt_are_read_as_they_are(tmp_path, word):
    frame, _ = read_table(coded_xpt(tmp_path, word, "cp1252"))
    assert set(frame["TRT01A"]) == {word}


def coded_xpt(tmp_path, word, code_page) -> Path:
    """adsl.xpt with a word as its treatment, in the bytes of a code page."""
    path, raw = tmp_path / "adsl.xpt", word.encode(code_page)
    stand_in = "Q" * len(raw)
    frame = pd.DataFrame({"USUBJID": ["S1", "S2"], "TRT01A": stand_in})
    pyreadstat.write_xport(frame, str(path), file_format_version=5)
    path.write_bytes(path.read_bytes().replace(stand_in.encode(), raw))
    return path


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("adtte.json", b"{}", "not Dataset-JSON 1.1"),
        ("adtte.json", b"[1, 2", "unreadable file"),
        ("adtte.ndjson", b"", "not Dataset-JSON 1.1"),
        ("adtte.ndjson", b'{"columns": [{"name": "A"}]}\n[1, 2]\n', "row 1 has 2 values"),
        ("adtte.dsjc", b"no zlib", "unreadable file"),
        ("adtte.xpt", b"no transport file", "unreadable file"),
        ("adtte.sas7bdat", b"", "unreadable file"),
        ("adtte.parquet", b"PAR1", "unreadable file"),
        ("adtte.csv", b"", "a header and rows"),
    ],
)
def test_a_broken_file_of_any_format_is_a_problem_with_its_name(name, content, said, tmp_path):
    read_alone(frames()["adsl"].iloc[:3], tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(StudyError, match="unreadable file") as caught:
        load_study(tmp_path)
    assert said in str(caught.value)
    assert name in str(caught.value)


def test_text_that_is_not_utf8_names_its_row_in_a_long_compressed_file(tmp_path):
    read_alone(frames()["adsl"].iloc[:3], tmp_path)
    lines = ["USUBJID,PARAMCD,AVAL,CNSR", *(f"{i},TTE,1,0" for i in range(50_000)), "é,TTE,1,0"]
    (tmp_path / "adtte.csv.gz").write_bytes(gzip.compress("\n".join(lines).encode("cp1252")))
    with pytest.raises(StudyError, match=r"adtte\.csv\.gz, row 50002: unreadable file"):
        load_study(tmp_path)


def test_blank_lines_at_the_end_are_no_subjects(tmp_path):
    read_alone(frames()["adsl"].iloc[:3], tmp_path)
    with (tmp_path / "adsl.csv").open("a") as file:
        file.write("\n\n" + "," * 11 + "\n")
    study, problems = read_study(tmp_path)
    assert len(study.adsl) == 3
    assert reading_notes(problems) == {("adsl.csv", "", "blank end"): 3}


def test_a_column_twice_under_one_name_is_named(tmp_path):
    read_alone(frames()["adsl"].iloc[:3], tmp_path)
    text = (tmp_path / "adsl.csv").read_text().replace("SEX", "AGE", 1)
    (tmp_path / "adsl.csv").write_text(text)
    with pytest.raises(StudyError, match="column AGE: duplicate column"):
        load_study(tmp_path)


def test_sex_in_words_is_read_and_a_number_is_not(tmp_path):
    words = ["weiblich", "Male", "f", "", "2", "divers"]
    frame = pd.DataFrame({"USUBJID": list("abcdef"), "SEX": words})
    read, notes = one_spelling(frame, "adsl.csv")
    assert read["SEX"].tolist() == ["F", "M", "F", "", "2", "divers"]
    assert [note.rule for note in notes] == ["sex in words"]
    assert frame["SEX"].tolist() == words


@pytest.mark.parametrize(
    ("cells", "read"),
    [(["1", "3", "", "2.0"], ["Grade 1", "Grade 3", None, "Grade 2"]),
     ([1.0, 3.0, None, 2.0], ["Grade 1", "Grade 3", None, "Grade 2"]),
     (["MILD", "3"], ["MILD", "3"]), (["12", "3"], ["12", "3"])],
)  # fmt: skip
def test_a_severity_that_is_a_toxicity_grade_says_so(cells, read):
    frame = pd.DataFrame({"USUBJID": [str(i) for i in range(len(cells))], "AESEV": cells})
    made, notes = one_spelling(frame, "adae.csv")
    assert made["AESEV"].tolist() == read
    assert [note.rule for note in notes] == (
        ["severity as a number"] if read[0] == "Grade 1" else []
    )


def test_texts_of_a_sas_file_are_bounded_before_they_take_memory(tmp_path, monkeypatch):
    def read(path, metadataonly=False, **_):
        assert metadataonly  # nothing else is read of it
        about = pyreadstat.metadata_container()
        about.number_rows, about.number_columns = 200_000, 2
        about.readstat_variable_types = {"USUBJID": "string", "AVAL": "double"}
        about.variable_storage_width = {"USUBJID": 32_767, "AVAL": 8}
        return pd.DataFrame(), about

    monkeypatch.setattr(pyreadstat, "read_sas7bdat", read)
    path = tmp_path / "adtte.sas7bdat"
    path.write_bytes(b"x")
    with pytest.raises(TooLargeError, match="6,553,400,000 bytes"):
        read_table(path)


def test_a_link_to_a_table_elsewhere_is_read_and_said(tmp_path):
    (tmp_path / "study").mkdir()
    (tmp_path / "store.csv").write_text("USUBJID,TRT01A\n1,A\n", encoding="utf-8")
    (tmp_path / "study" / "own.csv").write_text("USUBJID,TRT01A\n1,A\n", encoding="utf-8")
    (tmp_path / "study" / "adsl.csv").symlink_to(tmp_path / "store.csv")
    frame, notes = read_table(tmp_path / "study" / "adsl.csv")
    assert len(frame) == 1
    assert [(n.rule, n.severity) for n in notes] == [("link", "note")]
    assert "store.csv" in notes[0].found
    (tmp_path / "study" / "adae.csv").symlink_to("own.csv")  # within the folder: its own data
    assert read_table(tmp_path / "study" / "adae.csv")[1] == []
