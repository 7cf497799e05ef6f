"""Seven more trials as folders, at levels of 80 to 99%, with strata, groups and margins: all as in R."""

from pathlib import Path

import pandas as pd
import pytest

from helpers.literate import margins, open_study, planned_odds, planned_times
from r_values import HERE
from test_newcomers import of_changes, of_responses, of_times, record_key

CASES = Path(__file__).parent / "cases" / "latecomers"
# made by latecomers.R with as_planned.R, from tables that latecomers_export.R wrote
R = pd.read_csv(HERE / "latecomers.csv")


def found_in(name):
    """{key: estimate} of every table of a trial's pages."""
    trial = open_study(CASES / name)
    tables = {"margins": margins.against_margins(trial)} if trial.study.config.margins else {}
    if trial.study.config.endpoints:
        tables |= of_times(trial)
        tables["others"] = planned_times.in_others(trial.times(), planned_times.ratios)
    elif trial.study.config.responses:
        tables |= of_responses(trial) | {"odds": planned_odds.odds_ratios(trial.responses())}
    else:
        tables |= of_changes(trial)
    return {record_key(table, row): result.estimate
            for table, results in tables.items() for row, result in results.items()}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(R["trial"])))
def test_every_number_of_a_trial_as_planned_is_r_s(name):
    rows, found = R[R["trial"] == name], found_in(name)
    assert len(rows) > 30
    assert set(rows["key"]) <= set(found)
    apart = [
        (row.key, row.field, row.value, getattr(found[row.key], row.field))
        for row in rows.itertuples()
        if getattr(found[row.key], row.field) != pytest.approx(row.value, rel=1e-7, abs=1e-9)
    ]
    assert apart == []
