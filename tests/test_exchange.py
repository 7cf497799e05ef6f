"""Results out in the field's forms: every number of the records, none that they withhold."""

import csv
import json
import math
import re
import shutil
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from exchanged import Rtf, ars_faults, beyond_results, read_csv
from helpers import results
from helpers.config import load_config
from helpers.config_responses import Response
from helpers.config_sets import Populations
from helpers.context import ROOT
from helpers.exchange import analyses, ard, ars, define, files, plan_words, rtf, table_rtf
from helpers.readers import read_table
from helpers.results import Record
from helpers.study import load_study

STUDY = ROOT / "data/hucmsc"
FEW = "too few to show"
DEF = "{http://www.cdisc.org/ns/def/v2.1}"
ODM = "{http://www.cdisc.org/ns/odm/v1.3}"


def record(key, **fields):
    known = {"label": "simulated", "study": "hucmsc", "chapter": "studies/hucmsc/06_x"}
    return Record(key=key, **known | fields)


MADE = [
    record("mid.a", parameter="CD4+ T cells", visit="Week 48", arm="Control", method="quartiles",
           statistic="median", value=158.5, lower=0.1 + 0.2, upper=186.5, n=24, unit="cells/µL"),
    record("mid.b", parameter="CD4+ T cells", visit="Week 48", arm="High dose", method="quartiles",
           statistic="median", text=FEW, unit="cells/µL"),
    record("diff.a", parameter="CD4+ T cells", arm="High dose", comparator="Control", n=48,
           method="paired t", statistic="mean difference", value=-1 / 3, lower=-math.pi,
           upper=2 / 7, p_value=0.1 / 3, unit="cells/µL", source="helpers.analyse.paired:mean_change"),
    record("last.a", parameter="Response", arm="Control", method="kaplan-meier", statistic="median",
           value=math.inf, lower=1e-300, unit="week"),
    record("plan.a", arm="80% power", statistic="patients per arm", value=41.0, visit="half"),
    record("plan.b", arm="80% power", statistic="patients per arm", value=43.0, visit="half"),
]  # fmt: skip


@pytest.fixture(scope="module")
def config():
    return load_config(STUDY)[0]


@pytest.fixture(scope="module")
def book():
    """The records of a study's analyses in the published book."""
    found = results.book_records(ROOT / "book", lambda page: page.startswith("studies/hucmsc"))
    return [r for page in found.values() for r in page.values()]


def numbers(records):
    """Every finite number of the records with what names it."""
    return {
        (r.chapter.rpartition("/")[2], r.key, role): getattr(r, role)
        for r in records
        for role in analyses.ROLES
        if getattr(r, role) is not None and math.isfinite(getattr(r, role))
    }


@pytest.mark.parametrize("which", ["made", "book"])
def test_the_reporting_event_is_as_the_standard_has_it(which, config, book):
    found = analyses.analyses_of(MADE if which == "made" else book)
    event = ars.reporting_event(config, found, [], about="about")
    assert not ars_faults(json.loads(json.dumps(event, allow_nan=False)))


def test_the_reader_of_the_standard_finds_what_is_wrong(config):
    event = ars.reporting_event(config, analyses.analyses_of(MADE), [], about="about")
    event["analyses"][0]["resultz"] = event["analyses"][0].pop("results")
    event["methods"][0]["operations"][0].pop("order")
    event["outputs"] = [{"id": "o", "name": "o", "displays": [{"order": "1", "display": {}}]}]
    assert len(ars_faults(event)) == 5


@pytest.mark.parametrize("which", ["made", "book"])
def test_every_reference_within_a_reporting_event_leads_somewhere(which, config, book):
    found = analyses.analyses_of(MADE if which == "made" else book)
    event = ars.reporting_event(config, found, [], about="about")
    operations = {o["id"]: m["id"] for m in event["methods"] for o in m["operations"]}
    groupings = [*event["analysisGroupings"], *event["dataGroupings"]]
    groups = {g["id"]: {x["id"] for x in g.get("groups", [])} for g in groupings}
    subsets = {s["id"] for s in event["dataSubsets"]}
    terms = {t["id"] for e in event["terminologyExtensions"] for t in e["sponsorTerms"]}
    sets = [s["id"] for s in event["analysisSets"]]
    ids = [a["id"] for a in event["analyses"]]
    assert len(set(ids)) == len(ids) > 2
    assert len({m["id"] for m in event["methods"]}) == len(event["methods"])
    for analysis in event["analyses"]:
        assert analysis["reason"]["sponsorTermId"] in terms
        assert analysis["purpose"]["sponsorTermId"] in terms
        assert analysis.get("analysisSetId", sets[0]) == sets[0]
        assert analysis.get("dataSubsetId", next(iter(subsets))) in subsets
        used = {g["groupingId"] for g in analysis["orderedGroupings"]}
        seen = set()
        for result in analysis["results"]:
            assert operations[result["operationId"]] == analysis["methodId"]
            place = (result["operationId"], json.dumps(result["resultGroups"]))
            assert place not in seen  # what a result belongs to names it
            seen.add(place)
            for group in result["resultGroups"]:
                assert group["groupingId"] in used
                assert "groupValue" in group or group["groupId"] in groups[group["groupingId"]]
    listed = json.dumps(event["mainListOfContents"])
    assert all(f'"analysisId": "{name}"' in listed for name in ids)


@pytest.mark.parametrize("which", ["made", "book"])
def test_every_number_of_every_record_is_in_ars_and_no_other(which, config, book):
    records = MADE if which == "made" else book
    event = ars.reporting_event(config, analyses.analyses_of(records), [], about="about")
    raw = [float(r["rawValue"]) for a in event["analyses"] for r in a["results"] if "rawValue" in r]
    assert sorted(raw) == sorted(map(float, numbers(records).values()))


@pytest.mark.parametrize("which", ["made", "book"])
def test_our_reader_reads_the_data_set_back_to_the_last_bit(which, config, book, tmp_path):
    records = MADE if which == "made" else book
    path = tmp_path / "ard.json"
    data = ard.dataset(config, analyses.analyses_of(records))
    path.write_text(json.dumps(data, ensure_ascii=False, allow_nan=False), encoding="utf-8")
    frame, notes = read_table(path)
    assert not notes
    assert list(frame.columns) == list(ard.COLUMNS)
    roles = {v: k for r in records for k in analyses.ROLES for v in [analyses.operation_name(r, k)]}
    read = {(row.PAGE, row.RESKEY, row.OPERID.rpartition(".")[2]): row.RESULT
            for row in frame.itertuples() if not math.isnan(row.RESULT)}  # fmt: skip
    assert read == numbers(records)  # equal, so to 1e-15 as well
    assert set(frame["ROLE"]) <= set(roles)
    assert data["records"] == len(data["rows"]) == len(frame)
    assert not frame.duplicated(list(ard.KEYS)).any()


def test_what_is_not_shown_has_its_words_and_no_number(config):
    rows = ard.dataset(config, analyses.analyses_of(MADE))["rows"]
    names = list(ard.COLUMNS)
    of = {(row[names.index("RESKEY")], row[names.index("OPERID")].rpartition(".")[2]):
          (row[names.index("RESULT")], row[names.index("RESULTC")]) for row in rows}  # fmt: skip
    assert of["mid.b", "value"] == (None, FEW)
    assert ("mid.b", "n") not in of
    assert of["last.a", "value"] == (None, "not reached")
    assert of["mid.a", "value"] == (158.5, "159")
    assert of["diff.a", "p_value"] == (0.1 / 3, "P = 0.033")


def test_records_that_differ_only_in_their_row_are_analyses_of_their_own():
    found = analyses.analyses_of(MADE)
    assert [len(a.records) for a in found if a.name == "plan"] == [1, 1]
    assert [len(a.records) for a in found if a.name == "mid"] == [2]


def test_a_parameter_is_that_of_the_longest_label_that_begins_it(config):
    cd4 = replace(config.parameters["cd4"], label="CD4")
    ratio = replace(config.parameters["cd4"], label="CD4/CD8", paramcd="RATIO")
    plain = replace(config, parameters={"cd4": cd4, "cd4cd8": ratio}, endpoints={})
    assert ars.measured(plain, "CD4") == ("ADLB", cd4.paramcd)
    assert ars.measured(plain, "CD4: change missing") == ("ADLB", cd4.paramcd)
    assert ars.measured(plain, "CD4/CD8, week 4") == ("ADLB", "RATIO")
    assert ars.measured(plain, "CD45RA") == ars.measured(plain, "Age") == ("", "")


# -- RTF


@pytest.mark.parametrize(
    "text",
    ["plain", "back\\slash {brace}", "cells/µL ≥ −5 — 中文 🙂?", "?", "µ?", "a\nb", "5 (42%)", ""],
)
def test_any_text_comes_back_from_rtf(text):
    document = rtf.Document(["Title " + text], text, [rtf.Grid([["h", text], ["r", "1"]])], [text])
    found = Rtf(rtf.text(document))
    assert found.rows == [["h", text], ["r", "1"]]
    assert [p for p in found.paragraphs if p] == [p for p in ["Title " + text, text, text] if p]
    assert found.headers == 1


def test_rows_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="as many cells"):
        rtf.text(rtf.Document(["t"], "", [rtf.Grid([["a", "b"], ["c"]])]))


def test_columns_end_in_order_within_the_page():
    grid = rtf.Grid([["", "Value", "a long header of a column"], ["row", "1", "2"]] * 3)
    text = rtf.text(rtf.Document(["t"], "p", [grid]))
    for row in text.split("\\trowd")[1:]:
        ends = [int(x) for x in re.findall(r"\\cellx(\d+)", row)]
        assert ends == sorted(set(ends))
        assert ends[-1] == rtf.WIDTH


AT_RISK = [
    record(f"risk.{arm}.{t}", parameter="Response", arm=arm, visit=str(t), value=n, digits=0,
           method="kaplan-meier", statistic="number at risk")
    for arm, counts in {"Control": (24, 18), "High dose": (24, None)}.items()
    for t, n in zip((0, 48), counts, strict=True)
    if n is not None
]  # fmt: skip
CURVE = [
    record(f"curve.{arm}", parameter="Response", arm=arm, visit="48", value=0.5, n=24,
           unit="proportion", method="kaplan-meier", statistic="survival")
    for arm in ("Control", "High dose")
]  # fmt: skip


def table(shown, **fields):
    rows = [["", "Value"], *([r.arm, "x"] for r in shown)]
    known = {"number": "own 6.1", "title": "Response", "page": "studies/own/06_x", "label": "simulated",
             "anchor": "table-1", "rows": rows, "keys": [r.key for r in shown]}  # fmt: skip
    return known | fields


def test_a_table_of_a_curve_has_its_numbers_at_risk_as_they_were_recorded(config):
    page = {r.key: r for r in [*CURVE, *AT_RISK]}
    document = table_rtf.document(config, table(CURVE), page, note="Mind who sees it.")
    found = Rtf(rtf.text(document))
    assert found.rows[3:] == [["Number at risk, Response", "0", "48"],
                              ["Control", "24", "18"], ["High dose", "24", ""]]  # fmt: skip
    assert found.headers == 2
    words = "\n".join(found.paragraphs)
    assert "Table own 6.1. Response" in words
    arms = ", ".join(a.label for a in config.arms)
    assert f"Population: all subjects in an arm ({arms}); n = 24" in words
    assert "Simulated: from a synthetic cohort" in words
    assert "Methods: kaplan-meier." in words
    assert "Mind who sees it." in words


def test_a_declared_population_is_said_wherever_the_results_go(config):
    own = replace(config, populations=Populations(changes="EFFFL", also=("PPROTFL",)))
    words = "of these measurements EFFFL = Y; again PPROTFL = Y"
    assert words in table_rtf.population(own, [MADE[0]])
    event = ars.reporting_event(own, analyses.analyses_of(MADE), [], about="about")
    assert [each["name"] for each in event["analysisSets"]] == [f"All subjects in an arm; {words}"]
    assert "Populations: measurements EFFFL = Y; again PPROTFL = Y." in plan_words.sentences(own)
    assert not any("Populations" in line for line in plan_words.sentences(config))


def test_a_planned_response_is_said_in_the_metadata(config):
    parameter = next(iter(config.parameters.values()))
    rise = Response("rise", parameter.paramcd, "Rise", "change", 48.0, "at_least", 100.0)
    words = plan_words.sentences(replace(config, responses={"rise": rise}))
    unit = f" {parameter.unit}" if parameter.unit else ""
    said = f"{parameter.paramcd}, change at least 100{unit}, at {config.visits.unit} 48"
    assert f"Response rise: Rise: {said}; not known: no response." in words


def test_the_population_line_says_whom_the_numbers_are_about(config):
    arms = ", ".join(arm.label for arm in config.arms)
    assert table_rtf.population(config, [MADE[0], MADE[2]]) == (
        f"Population: all subjects in an arm ({arms}); n = 24 to 48, as the rows have it"
    )
    assert table_rtf.population(config, [MADE[1]]) == f"Population: all subjects in an arm ({arms})"
    needed = [record("needed.1", study="", label="derived", value=299.0, n=299)]
    assert "about no subjects" in table_rtf.population(config, needed)
    event = ars.reporting_event(config, analyses.analyses_of(needed), [], about="about")
    assert "analysisSetId" not in event["analyses"][0]


def test_a_table_without_a_curve_has_no_numbers_at_risk(config):
    page = {r.key: r for r in [*MADE, *AT_RISK]}
    document = table_rtf.document(config, table(MADE[:2]), page)
    assert len(document.grids) == 1
    hidden = [replace(r, value=None, text=FEW) for r in AT_RISK]
    page = {r.key: r for r in [*CURVE, *hidden]}
    grids = table_rtf.document(config, table(CURVE), page).grids
    assert {cell for row in grids[1].rows[1:] for cell in row[1:]} == {FEW, ""}


# -- metadata


@pytest.fixture(scope="module")
def study():
    return load_study(STUDY)


@pytest.fixture(scope="module")
def metadata(study):
    return ElementTree.fromstring(define.text(study.config, define.columns_of(study)))


def test_every_reference_of_the_metadata_leads_somewhere_and_every_item_is_used(metadata):
    def found(tag, name):
        return [element.get(name) for element in metadata.iter(tag)]

    items = found(f"{ODM}ItemDef", "OID")
    assert len(set(items)) == len(items)
    assert set(found(f"{ODM}ItemRef", "ItemOID")) == set(items)
    lists = found(f"{ODM}CodeList", "OID")
    assert set(found(f"{ODM}CodeListRef", "CodeListOID")) == set(lists)
    methods = set(found(f"{ODM}MethodDef", "OID"))
    assert set(found(f"{ODM}ItemRef", "MethodOID")) - {None} == methods
    assert metadata.find(f".//{DEF}CommentDef").get("OID") == "COM.PLAN"
    assert {e.get(f"{DEF}StandardOID") for e in metadata.iter(f"{ODM}ItemGroupDef")} <= {
        "STD.ADAMIG",
        None,
    }


def test_the_elements_of_the_metadata_stand_in_the_order_of_the_schema(metadata):
    order = [f"{DEF}Standards", f"{ODM}ItemGroupDef", f"{ODM}ItemDef", f"{ODM}CodeList",
             f"{ODM}MethodDef", f"{DEF}CommentDef"]  # fmt: skip
    version = metadata.find(f".//{ODM}MetaDataVersion")
    places = [order.index(child.tag) for child in version]
    assert places == sorted(places)
    assert set(places) == set(range(len(order)))
    for item in version.iter(f"{ODM}ItemDef"):
        assert [c.tag for c in item] in (
            [f"{ODM}Description", f"{DEF}Origin"],
            [f"{ODM}Description", f"{ODM}CodeListRef", f"{DEF}Origin"],
        )


def test_the_data_set_of_results_refers_to_the_metadata(metadata, config):
    data = ard.dataset(config, analyses.analyses_of(MADE))
    groups = {g.get("OID"): g for g in metadata.iter(f"{ODM}ItemGroupDef")}
    refs = [ref.get("ItemOID") for ref in groups[data["itemGroupOID"]].iter(f"{ODM}ItemRef")]
    assert refs == [column["itemOID"] for column in data["columns"]]
    assert metadata.find(f"{ODM}Study").get("OID") == data["studyOID"]
    assert metadata.find(f".//{ODM}MetaDataVersion").get("OID") == data["metaDataVersionOID"]


def test_the_metadata_hold_the_settings_and_no_value_of_a_table(study, metadata):
    words = " ".join(metadata.itertext())
    coded = {e.get("CodedValue") for e in metadata.iter(f"{ODM}CodeListItem")}
    assert {arm.values[0] for arm in study.config.arms} <= coded
    assert {p.paramcd for p in study.config.parameters.values()} <= coded
    assert f"Multiplicity: {study.config.analysis.multiplicity}." in words
    text = define.text(study.config, define.columns_of(study))
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')  # whatever the locale
    assert not [s for s in study.adsl["USUBJID"] if s in text]
    terms = set(study.adae["AEDECOD"]) | set(study.adae["AEBODSYS"])
    assert not [t for t in terms if t in text]
    # no column's name and count, width or mean of a table either: other rows give the same bytes
    fewer = replace(study, adsl=study.adsl.iloc[:7], adae=study.adae.iloc[:1],
                    adlb=study.adlb.iloc[:2], adtte=study.adtte.iloc[:2])  # fmt: skip
    assert define.text(fewer.config, define.columns_of(fewer)) == text


def test_a_text_that_ends_a_time_is_counted_and_not_printed(study):
    endpoint = next(iter(study.config.endpoints.values()))
    secret = replace(endpoint, events=(0.0,), competing=("fell from a ladder", 2.0))
    config = replace(study.config, endpoints={"x": secret})
    text = define.text(config, define.columns_of(study))
    assert "ladder" not in text
    assert "of competing events: CNSR 2, 1 text(s) of EVNTDESC" in text


def test_a_warning_stands_in_every_file(study):
    pages = {"studies/hucmsc/06_x": {r.key: r for r in CURVE}}
    shown = files.Shown("hucmsc", study.config, define.columns_of(study), note="Single patients.")
    tables = [
        table(CURVE, page="studies/hucmsc/06_x", rtf="rtf/t.rtf", records=["n-curve_control"])
    ]
    found = files.study_files(shown, pages, tables)
    assert len(found) == 4
    assert all("Single patients." in text for text in found.values())
    plain = files.study_files(replace(shown, note=""), pages, tables)
    assert not [path for path, text in plain.items() if "Single patients." in text]


# -- the built site


@pytest.mark.parametrize("folder", ["hucmsc", "aait", "actg175"])
def test_the_site_has_each_study_in_every_form(site, folder):
    rows = Path(site / f"cdisc/{folder}/ard.json")
    frame, _ = read_table(rows)
    found = results.book_records(ROOT / "book", lambda page: page.startswith(f"studies/{folder}/"))
    records = [r for page in found.values() for r in page.values()]
    read = {(row.PAGE, row.RESKEY, row.OPERID.rpartition(".")[2]): row.RESULT
            for row in frame.itertuples() if not math.isnan(row.RESULT)}  # fmt: skip
    assert read == numbers(records)
    event = json.loads((site / f"cdisc/{folder}/ars.json").read_text("utf-8"))
    assert not ars_faults(event)
    assert event["outputs"]
    places = {f["location"] for o in event["outputs"] for f in o["fileSpecifications"]}
    assert {(site / f"cdisc/{folder}" / p).resolve() for p in places} == {
        p.resolve() for p in (site / f"rtf/studies/{folder}").rglob("*.rtf")
    }
    ElementTree.parse(site / f"cdisc/{folder}/define.xml")
    beyond, seen, _ = beyond_results(site, folder)
    assert not beyond
    assert seen > 100


def test_a_number_that_no_page_shows_is_found(site, tmp_path):
    for folder in ("cdisc", "rtf/studies", "csv/studies"):
        shutil.copytree(site / folder / "hucmsc", tmp_path / folder / "hucmsc")
    header, *rows = read_csv(site / "results.csv")
    at = header.index("value")
    page, key = (header.index(name) for name in ("chapter", "key"))
    for row in rows:
        if (row[page], row[key]) == ("studies/hucmsc/02_safety", "any_event.any-event.high-dose"):
            row[at] = FEW
    with (tmp_path / "results.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    assert beyond_results(tmp_path, "hucmsc")[0] == ["ard any_event.any-event.high-dose.value"]


def test_every_table_of_an_analysis_is_read_back_from_its_rtf_as_its_page_has_it(site):
    paths = sorted((site / "rtf").rglob("*.rtf"))
    assert len(paths) > 50
    at_risk = 0
    for path in paths:
        found = Rtf(path.read_text("ascii"))
        csv_path = site / "csv" / path.relative_to(site / "rtf").with_suffix(".csv")
        cells = read_csv(csv_path)
        assert found.rows[: len(cells)] == [row[:-1] for row in cells]
        at_risk += found.headers - 1
        assert any(p.startswith("Population: ") for p in found.paragraphs)
    assert at_risk > 0
