"""Nouns, results and their recording: what a cell binds is kept, on the trail of what it used."""

import asyncio
import json
import re
from dataclasses import replace

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from helpers import results
from helpers.analyse import groups, landmarks, paired, survival
from helpers.analyse.estimate import Estimate
from helpers.audit.claims import load_claims
from helpers.context import ROOT
from helpers.edition.kernels import Kernels
from helpers.errors import AnalysisError, ChapterError, ClaimsError
from helpers.literate import Result, Results, adjusted, assume, recording, report
from helpers.literate.outcome import About, heavier
from helpers.literate.rows import row_key
from helpers.literate.times import study_times
from helpers.literate.trial import Trial
from helpers.present import figure, words
from helpers.present.text import record_text
from helpers.simulate.example import write_example
from helpers.study import load_study


def executed(*cells):
    """Cells executed in one kernel."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    where = {"metadata": {"path": str(ROOT)}}
    client = NotebookClient(notebook, timeout=120, resources=where, kernel_manager_class=Kernels)
    asyncio.run(client.async_execute())
    return notebook.cells


def run(*cells):
    """The records that each cell binds, executed in one kernel."""
    return [
        [r for o in cell.outputs for r in results.from_json(bound(o).get("records", []))]
        for cell in executed(*cells)
    ]


def bound(output):
    return output.get("data", {}).get(results.BOUND, {})


@pytest.fixture(scope="module")
def ran():
    return run(
        "from helpers.literate import Results, assume, report\n"
        "from helpers.literate.outcome import About, Result, made",
        "hucmsc = report('hucmsc')\nrates = hucmsc.printed('response-rates', 'Low', 'Control')\nrates",
        "weeks = assume('hucmsc-visit-weeks').value\ncv = assume('cd4-within-person-cv').value",
        "def one(value):\n"
        "    return Result(made(one, value, statistic='s', method='m'), About(study='hucmsc'))",
        "read = one(weeks[-1])\nnoisy = one(cv)\nplain = one(1)",
        "both = Results({'a': read, 'b': plain})",
        "from helpers.literate.false_responses import wavering\n"
        "waver = wavering('hucmsc', visits=5)",
        "moved = waver.moved()",
    )


def test_a_printed_number_is_reported_with_its_sentence(ran):
    low, control = ran[1]
    assert (low.key, low.value, low.label) == ("rates.low", 0.958, "reported")
    assert control.sentence.endswith("sentence 7")


def test_a_reading_leaves_a_number_derived_and_is_named_with_it(ran):
    read, noisy, plain = ran[4]
    assert (read.label, read.uses) == ("derived", ("hucmsc-visit-weeks",))
    assert (plain.label, plain.uses) == ("derived", ())
    assert noisy.label == "simulated"


def test_an_assumption_about_patients_makes_a_number_simulated(ran):
    assert ran[4][1].uses == ("cd4-within-person-cv",)


def test_what_a_name_used_goes_on_with_it(ran):
    assert [r.key for r in ran[5]] == ["both.a", "both.b"]
    assert {r.uses for r in ran[5]} == {("hucmsc-visit-weeks",)}


def test_what_a_helper_looks_up_is_on_the_trail(ran):
    assert {r.label for r in ran[7]} == {"simulated"}
    assert "hucmsc-cd4-level" in ran[7][0].uses
    assert "cd4-within-person-cv" in ran[7][0].uses


def test_a_table_says_simulated_of_numbers_that_rest_on_an_assumption():
    begin = "from helpers.literate import Results, assume\n"
    begin += "from helpers.literate.outcome import About, Result, made\n"
    begin += "def one(value):\n"
    begin += (
        "    return Results({'x': Result(made(one, value, statistic='s', method='m'), About())})"
    )
    cells = [
        begin,
        "cv = assume('cd4-within-person-cv').value",
        "noisy = one(cv)\nnoisy",  # shown by the cell that binds it
        "noisy",
        "inside = one(assume('cd4-within-person-cv').value)\ninside",
        "plain = one(1)\nplain",
    ]
    shown = [
        "".join(o["data"]["text/html"])
        for cell in executed(*cells)
        for o in cell.outputs
        if "text/html" in o.get("data", {})
    ]
    words = [re.search(r"lab lab-([a-z]+)", html)[1] for html in shown]
    assert words == ["simulated", "simulated", "simulated", "derived"]
    assert all(f"num-{word}" in html for word, html in zip(words, shown, strict=True))


def test_a_name_bound_twice_is_refused_when_the_page_is_read(tmp_path):
    record = {"key": "a.b", "label": "derived", "value": 1.0}
    output = {"output_type": "display_data", "data": {results.BOUND: {"records": [record]}}}
    cells = [{"id": str(i), "outputs": [output]} for i in range(2)]
    path = tmp_path / "06_x.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    with pytest.raises(ChapterError, match="'a' once"):
        results.notebook_records(path)


def test_labels_weigh_reported_derived_observed_simulated():
    assert heavier("derived", "reported") == "derived"
    assert heavier("derived", "", "observed") == "observed"
    assert heavier("simulated", "observed") == "simulated"


def three():
    def row(arm, value, p):
        return Result(Estimate("m", "median", value, p_value=p, n=9), About(arm=arm, unit="week"))

    return Results({"r.low": row("Low", 1.0, 0.02), "r.high": row("High", 2.5, 0.03),
                    "s.low": row("Low", 3.0, 0.5)})  # fmt: skip


def test_a_prefix_is_all_rows_below_it_and_a_missing_row_is_named():
    assert list(three()["r"]) == ["low", "high"]
    assert three()["r"]["high"].value == 2.5
    with pytest.raises(ChapterError, match=r"'t' among .*r\.low"):
        three()["t"]


def test_results_show_themselves_as_a_table_and_whole_numbers_print_whole():
    lines = three()._repr_mimebundle_()["text/plain"].splitlines()
    assert lines[1].startswith(" | Value (weeks)")
    assert [line.split(" | ")[1] for line in lines[2:]] == ["1", "2.50", "3"]
    assert "1 week" in three()["r"].where(arm="Low")._repr_mimebundle_()["text/plain"]  # one row


def test_a_number_of_subjects_that_is_withheld_is_missing_in_a_chart_and_not_0():
    known, withheld = (Estimate("m", "median", 250.0, n=n) for n in (21, 0))
    about = About(label="observed", study="t")
    frame = Results({"a": Result(known, about), "b": Result(withheld, about)}).frame()
    assert frame["n"].tolist() == [21, pd.NA]
    assert Results({}).frame().empty


@pytest.mark.parametrize(
    ("written", "read"),
    [("-4.1", "−4.1"), ("2.375e-07", "2.375 × 10⁻⁷"), ("-1e-05", "−1 × 10⁻⁵"),
     ("1.235e+05", "123,500"), ("Week 4 - 8", "Week 4 - 8"), ("1-2", "1-2"), ("–", "–")],
)  # fmt: skip
def test_a_number_of_a_file_is_printed_as_pages_print_numbers(written, read):
    assert words.as_read(written) == read


def test_an_open_end_leaves_a_whole_number_whole():
    found = Estimate("m", "median", 72.0, lower=48.0, upper=float("inf"))
    about = About(unit="week", study="s", label="simulated")
    assert record_text(Result(found, about).record("x")) == "72 weeks (95% CI 48 to ∞)"


def test_holm_is_over_the_tests_of_one_endpoint():
    found = adjusted(three())
    assert [found[k].p_value for k in ("r.low", "r.high", "s.low")] == pytest.approx(
        [0.04, 0.04, 0.5]
    )


@pytest.mark.parametrize("claim", [c for c in load_claims() if c.values], ids=lambda c: c.id)
def test_a_reported_number_is_shown_with_the_digits_that_were_printed(claim):
    found = report(claim.study).printed(
        claim.id, *(f"number {i}" for i, _ in enumerate(claim.values))
    )
    shown = [record_text(r.record("x"), "bare").removeprefix("P = ") for r in found.values()]
    assert [text.rstrip("%").replace(",", "") for text in shown] == [f"{v}" for v in claim.values]


def test_an_unknown_assumption_or_claim_is_named():
    with pytest.raises(ClaimsError, match="no-such-thing"):
        assume("no-such-thing")
    with pytest.raises(ClaimsError, match="hucmsc-response-p"):
        report("hucmsc").printed("no-claim", "x")
    with pytest.raises(ClaimsError, match="each of its 2 numbers"):
        report("hucmsc").printed("response-rates", "Low dose")


@pytest.fixture(scope="module")
def trial():
    return Trial(load_study(ROOT / "data/hucmsc", check=False))


def hidden(trial, threshold=5):
    config = replace(trial.study.config, show_subjects=False, threshold=threshold)
    return Trial(replace(trial.study, config=config))


def test_an_estimator_is_applied_to_each_arm_and_named_by_it(trial):
    found = trial.measure("cd4").changes().by("arm").apply(paired.signed_rank, of="CHG")
    assert list(found) == ["control", "low-dose", "high-dose"]
    rows = trial.study.adlb.query("PARAMCD == 'CD4' and AVISITN == 48 and ARM == 'Low dose'")
    own = paired.signed_rank((rows["AVAL"] - rows["BASE"]).dropna())
    assert found["low-dose"].p_value == own.p_value
    assert found["low-dose"].about.label == "simulated"
    assert found["low-dose"].about.parameter == "CD4+ T cells"


def test_each_arm_is_compared_with_the_reference_by_all_three_forms_of_estimator(trial):
    times = trial.times()
    for function in (survival.log_rank_pairwise, survival.cox, survival.rmst_difference):
        found = times.against_reference(function)
        assert list(found) == ["response.low-dose", "response.high-dose"]
        assert {r.about.comparator for r in found.values()} == {"Control"}


def test_of_hidden_subjects_no_row_and_no_small_share_is_shown(trial):
    times = hidden(trial).times()
    assert "no row is shown" in times._repr_mimebundle_()["text/plain"]
    shown = trial.times().at_times(landmarks.cumulative_incidence_at)
    found = hidden(trial, threshold=7).times().at_times(landmarks.cumulative_incidence_at)
    assert round(shown["response.control.12"].value * 24) == 6
    assert found["response.control.12"].about.text == "too few to show"
    assert pd.isna(found["response.control.12"].value)


def test_a_study_folder_is_opened_by_name_and_none_is_guessed(tmp_path, monkeypatch):
    from helpers.literate import open_study

    monkeypatch.chdir(tmp_path)
    with pytest.raises(ChapterError, match=r'open_study\("my_study"\)'):
        open_study()
    assert open_study(ROOT / "data/aait").study.id == "aait"


def test_boxes_between_visits_hold_nobody_or_five_hidden_subjects(trial):
    between = hidden(trial).times().between_visits()
    cells = between.cells("response")
    assert len(cells) > 0
    subjects = (cells["above"] - cells["below"]) * 24
    assert ((subjects.round() == 0) | (subjects.round() >= 5)).all()
    own = trial.times().between_visits().cells("response")
    assert ((own["above"] - own["below"]) * 24).round().between(1, 4).any()


def test_an_analysis_runs_in_jupyter_on_a_folder_and_is_protected_there(tmp_path):
    from helpers.edition import plan, sections
    from helpers.simulate.example import write_example

    write_example(tmp_path / "my_study")
    study = load_study(tmp_path / "my_study")
    assert not study.config.show_subjects
    notebook, _ = plan.source_notebook("analysis/06_dose_response_survival")
    cells, _ = sections.fitting_cells(notebook.cells, study)
    code = [c.source.replace("open_study()", 'open_study("my_study")') for c in cells
            if c.cell_type == "code"]  # fmt: skip
    ran = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in code])
    NotebookClient(ran, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()
    text = json.dumps(ran)
    assert "no row is shown" in text
    assert not any(subject in text for subject in study.adsl["USUBJID"])
    kept = [r for c in ran.cells for o in c.outputs for r in bound(o).get("records", [])]
    assert {r["label"] for r in kept} == {study.label}
    assert len(kept) > 10


def test_a_single_result_is_shown_under_its_own_name():
    cells = executed(
        "from helpers.literate import report",
        "rates = report('hucmsc').printed('response-p', 'Low dose vs Control')",
        "p = rates['low-dose-vs-control']\np",
    )  # fmt: skip
    shown = [o["data"]["text/html"] for o in cells[2].outputs if "text/html" in o["data"]]
    assert 'href="#n-p"' in shown[0]


def test_in_the_place_of_charts_that_may_not_be_drawn_stands_the_reason():
    cells = executed(
        "from helpers.literate import Results\nfrom helpers.literate.rows import Charts",
        "curves = Charts()",
    )  # fmt: skip
    (output,) = cells[1].outputs
    about = output["data"][figure.MIME]["usermeta"]["figure"]
    assert (about["key"], about["hidden"]) == ("curves", recording.NOTHING_TO_DRAW)


def test_a_sentence_stands_in_the_place_of_a_chart_that_would_say_no_more():
    cells = executed(
        "from helpers.literate import Results\nfrom helpers.literate.rows import Sentence",
        "flow = Sentence('Nobody is missing.')",
    )  # fmt: skip
    (output,) = cells[1].outputs
    about = output["data"][figure.MIME]["usermeta"]["figure"]
    assert (about["key"], about["hidden"]) == ("flow", "Nobody is missing.")


def test_a_visit_of_days_in_a_study_of_weeks_is_named_by_its_day():
    from helpers.literate.rows import visit_words

    study = load_study(ROOT / "data/hucmsc", check=False)
    words = [visit_words(study, v) for v in (0.285714, 8 / 7, 48.0, 2.5)]
    assert words == ["Day 2", "Day 8", "Week 48", "Week 2.5"]


@pytest.mark.parametrize(
    ("groups", "keys"),
    [
        (["Low dose", 48.0, "Wholly (1.5 mg)"], ["low-dose", "48", "wholly-1.5-mg"]),
        (["A + B", "A - B", "A / B"], None),
        (["高剂量", "低剂量"], None),
        (["< 50", "> 50"], None),
    ],
)
def test_a_group_has_one_key_whatever_was_shown_before(groups, keys):
    found = [row_key(group) for group in groups]
    assert keys is None or found == keys
    assert len(set(found)) == len(groups)
    row_key("Placebo"), row_key("A * B")
    assert [row_key(group) for group in groups] == found
    assert row_key("placebo") == row_key("Placebo") == "placebo"


def test_two_groups_that_differ_in_case_alone_have_a_row_each(trial):
    rows = trial.measure("cd4").changes()
    first, second = sorted(rows.frame["USUBJID"].unique())[:2]
    frame = rows.frame[rows.frame["USUBJID"].isin([first, second])]
    spelt = frame["USUBJID"].map({first: "Headache", second: "headache"})
    rows = replace(rows, frame=frame.assign(PARAMETER=spelt))
    found = rows.by("parameter").apply(paired.quartiles, of="CHG")
    assert list(found) == ["headache", "headache-2"]
    assert {r.about.parameter for r in found.values()} == {"Headache", "headache"}


@pytest.mark.parametrize(
    ("function", "of", "wrong"),
    [
        (paired.signed_rank, "CHG", {"zeros": "prat"}),
        (paired.quartiles, "CHG", {"definition": "SPSS"}),
        (paired.mean_change, "CHG", {"level": 95}),
        (groups.correlation, ("CHG", "BASE"), {"method": "kendall"}),
        (survival.log_rank_pairwise, ("CHG", "CHG", "ARM"), {"reference": "Placbo"}),
    ],
)
def test_a_wrong_argument_ends_the_page_and_a_group_of_too_few_does_not(trial, function, of, wrong):
    change = trial.measure("cd4").changes()
    with pytest.raises(AnalysisError):
        change.by("arm").apply(function, of=of, **wrong)


def test_a_group_of_too_few_or_of_like_values_is_left_out_by_its_name(trial):
    change = trial.measure("cd4").changes()
    one = change.frame.groupby("ARM", observed=True).head(1)
    alike = change.frame.assign(CHG=1.0)
    arm = one["ARM"].iloc[0]
    for function, of, frame in (
        (paired.mean_change, "CHG", one),
        (groups.correlation, ("CHG", "BASE"), one),
        (groups.correlation, ("CHG", "BASE"), alike),
    ):
        found = replace(change, frame=frame).by("arm").apply(function, of=of)
        assert not found.items_
        assert str(arm) in found.caption


def test_where_there_is_no_result_a_sentence_stands_and_no_empty_table():
    bare, said = Results({})._repr_mimebundle_(), Results({}, caption="None: <why>.")
    assert bare["text/plain"].startswith("No number here")
    assert "<table" not in bare["text/html"]
    assert said._repr_mimebundle_()["text/html"] == "<p>None: &lt;why&gt;.</p>"


def test_endpoints_stand_in_the_order_of_the_description_and_not_of_the_alphabet(tmp_path):
    write_example(tmp_path / "study")
    study = load_study(tmp_path / "study")
    order = list(study.config.endpoints)
    turned = replace(study.config, endpoints={r: study.config.endpoints[r] for r in order[::-1]})
    for config in (study.config, turned):
        times = study_times(replace(study, config=config))
        taken = [role for (role, _), _ in times.by("arm").parts()]
        assert list(dict.fromkeys(taken)) == list(config.endpoints)
