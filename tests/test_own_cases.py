"""Own trials that came out wrong once: the folder as it was sent, the right answer from R or by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import derive
from helpers.analyse import censored, competing, landmarks, log_rank
from helpers.derive import adverse
from helpers.derive.endings import endings
from helpers.edition import gate
from helpers.edition.gate import Search
from helpers.edition.needles import study_needles
from helpers.study import read_study

CASES = Path(__file__).parent / "cases" / "own"


def read(case):
    """The study of a case and the rules of its report; blocks of tables that it lacks stay unread."""
    study, problems = read_study(CASES / case)
    return study, {p.rule: p for p in problems}


def incidences(study, role, at):
    """Aalen-Johansen of the event (1) and of what competes (2) by arm, at one time."""
    rows = derive.times(study, role)
    out = {}
    for arm, mine in rows.groupby("ARM", observed=True):
        cause = np.where(mine["EVENT"], 1, np.where(mine["COMPETING"], 2, 0))
        found = competing.aalen_johansen(mine["TIME"], cause.tolist(), at=at)
        out[arm] = [round(found[k].value, 5) for k in (1, 2)]
    return out


def test_alive_at_study_end_is_neither_leaving_nor_competing():
    study, _ = read("censored-at-study-end")
    # R: survfit(Surv(time, factor(status)) ~ trt, pbc), day 4191
    assert incidences(study, "tttx", 4191) == {
        "Placebo": [0.08224, 0.59892], "D-penicillamine": [0.07595, 0.63778],
    }  # fmt: skip
    assert not endings(study, "tttx", horizon=4191)["LEFT"].any()


def test_a_death_with_its_own_code_competes_and_blocks_nothing():
    study, rules = read("competing-death-cnsr2")
    assert "CNSR is turned round" not in rules
    assert "22 rows" in rules["death read as a competing event"].found
    assert derive.times(study, "infection")["COMPETING"].sum() == 22
    assert not derive.times(study, "response")["COMPETING"].any()


def test_events_before_the_treatment_do_not_count_as_treatment_emergent():
    study, rules = read("adae-without-trtemfl")
    found = adverse.overview(study).set_index(["KIND", "ARM"]).loc[("Any event", "5 mg")]
    assert found["X"] / found["N"] == pytest.approx(0.737, abs=5e-4)
    assert rules["no flag of treatment emergence"].severity == "warning"
    assert derive.emergence(study) != "treatment-emergent"


def test_an_arm_whose_times_are_all_0_is_said_and_compared():
    study, rules = read("all-times-zero-in-one-arm")
    rows = derive.times(study, "infection")
    found = log_rank.log_rank(rows["TIME"], rows["EVENT"], rows["ARM"])
    assert found.value == pytest.approx(34.45034, abs=5e-6)  # R survdiff
    assert found.p_value == pytest.approx(3.305e-08, rel=5e-4)
    horizon = landmarks.common_horizon(rows["TIME"], rows["ARM"], least=5)
    assert landmarks.landmark_times(rows["TIME"], horizon=horizon) == []
    assert "arm without follow-up" in rules


def test_without_events_in_the_reference_arm_the_others_are_still_tested():
    study, rules = read("reference-arm-without-event")
    rows = derive.times(study, "infection")
    arms = landmarks.arms_to_test(rows, reference="Placebo")
    assert arms == ["Placebo", "5 mg", "20 mg"]
    found = log_rank.log_rank_pairwise(
        rows["TIME"], rows["EVENT"], rows["ARM"], reference="Placebo"
    )
    assert found["5 mg"].value == pytest.approx(8.131486, abs=5e-7)  # R survdiff
    assert found["20 mg"].p_value == pytest.approx(0.001331, abs=5e-7)
    assert landmarks.arms_with_events(rows, reference="Placebo") == []
    assert "CNSR against its description" not in rules


def test_values_that_are_logarithms_are_not_logged_again():
    study, _ = read("rna-already-log10")
    rows = derive.at_visit(study, "hivrna", 0)
    rows = rows[rows["ARM"] == "Placebo"]
    logs = derive.logarithms(study, "hivrna", rows["AVAL"])
    assert (logs == rows["AVAL"]).all()
    assert censored.tobit_mean(logs, rows["BLQFL"]).value == pytest.approx(3.3, abs=0.1)


def test_values_above_an_upper_limit_are_warned_of():
    _, rules = read("above-the-upper-limit")
    found = rules["value above an upper limit"]
    assert found.severity == "warning"
    assert "'>100000'; 5 row(s) of HIVRNA" in found.found


def test_a_denormal_number_is_a_missing_value():
    study, rules = read("denormal-for-missing")
    assert "missing in disguise" in rules
    assert derive.values(study, "cd4")["AVAL"].min() > 1


def test_visits_are_numbered_by_their_names():
    study, rules = read("avisit-without-avisitn")
    assert "visits numbered by their names" in rules
    assert set(derive.visits(study, "cd4")) >= {0, 4, 12, 24, 48}


def test_a_count_after_the_name_of_the_study_is_no_identifier():
    study, _ = read("gate-alarm-on-n")
    search = Search(gate.unknown_to_book(study_needles(study)))
    assert "identifier" not in search.hits("Example: 62 patients enrolled; Example, n = 62.")
    assert search.hits("subject EXAMPLE-62 fell")["identifier"] == {"example 62"}
    assert "identifier" in search.hits("Example/EXAMPLE-7,3")


def test_half_a_limit_beside_its_column_is_read_as_below_the_limit():
    from helpers.ingest.lloq import marked_below_limit

    adlb = pd.DataFrame({"PARAMCD": "VL", "AVAL": [25.0, 50, 700, 100], "LLOQ": [50, 50, 50, 200]})
    out, notes = marked_below_limit(adlb, "adlb.csv", limits={"VL": 50.0})
    assert out["AVAL"].tolist() == [50, 50, 700, 200]
    assert out["BLQFL"].tolist() == ["Y", "", "", "Y"]
    assert len(notes) == 1
