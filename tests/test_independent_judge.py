"""Tables of hidden studies before acro, a judge of output checking that is not ours (MIT, SACRO project).

acro flags cells of fewer subjects than its threshold, and means that one or two subjects dominate (the
n-k and p% rules). Its threshold is set to ours. It differs in one thing, on purpose: it flags a cell
of nobody, which stands here, as "nobody" and "all" are the finding of many safety tables.
"""

import logging
import shutil

import acro
import numpy as np
import pandas as pd
import pytest

from helpers.analyse import paired, proportions
from helpers.context import ROOT
from helpers.disclosure import rules
from helpers.simulate.example import write_example
from helpers.study import load_study
from other_fields import alzheimer, hypertension

pytestmark = pytest.mark.filterwarnings("ignore:The provided callable:FutureWarning")  # acro's own
T = 5
STUDIES = ["example", "hucmsc", "aait", "alzheimer", "hypertension"]


@pytest.fixture(scope="module", params=STUDIES)
def study(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("judged") / "study"
    made = {"example": write_example, "alzheimer": alzheimer, "hypertension": hypertension}
    if request.param in made:
        made[request.param](folder)
    else:
        shutil.copytree(ROOT / "data" / request.param, folder)
    return load_study(folder, check=False)


@pytest.fixture
def judge(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    logging.getLogger("acro").setLevel(logging.CRITICAL)
    session = acro.ACRO(suppress=False)
    session.config.update(safe_threshold=T, zeros_are_disclosive=False)
    return session


def verdict(judge, *table, **how):
    """acro's outcome of one table: a text a cell, of the rules that it breaks."""
    judge.crosstab(*table, **how)
    return judge.results.get_index(len(judge.results.results) - 1).outcome.astype(str)


def flags(study):
    """Columns that say of every subject whether it had something: events, visits, sex."""
    people = study.adsl["USUBJID"]
    out = {"female": study.adsl["SEX"] == "F"} if "SEX" in study.adsl else {}
    if study.adae is not None:
        for term, rows in study.adae.groupby(study.adae["AEDECOD"].astype(str)):
            out[term] = people.isin(rows["USUBJID"])
    if study.adlb is not None:
        for place, rows in study.adlb.groupby(["PARAMCD", "AVISITN"], observed=True):
            out[str(place)] = people.isin(rows["USUBJID"])
    return out


def test_a_count_is_shown_if_and_only_if_the_judge_lets_its_row_pass(study, judge):
    arm = study.adsl["ARM"].astype(str)
    judged = 0
    for name, flag in list(flags(study).items())[:40]:
        found = verdict(judge, arm, flag.map({True: "y", False: "n"}))
        for group, own in flag.groupby(arm):
            sides = {"y": int(own.sum()), "n": int((~own).sum())}
            fails = any("Threshold" in found.loc[group, side] for side, n in sides.items() if n)
            shown = rules.shown(proportions.clopper_pearson(int(own.sum()), len(own)), threshold=T)
            assert (shown.why == "") == (not fails), (name, group, int(own.sum()), len(own))
            judged += 1
    assert judged >= 6


def test_a_mean_is_shown_only_if_the_judge_finds_enough_subjects_and_none_that_dominates(
    study, judge
):
    if study.adlb is None:
        pytest.skip("no laboratory")
    lab = study.adlb.merge(study.adsl[["USUBJID", "ARM"]], on="USUBJID", suffixes=("", "_"))
    judged = 0
    for (code, visit), rows in list(lab.groupby(["PARAMCD", "AVISITN"], observed=True))[:25]:
        rows = rows.dropna(subset=["AVAL"])
        found = verdict(judge, rows["ARM"].astype(str), pd.Series("all", rows.index, name="k"),
                        values=rows["AVAL"], aggfunc="mean")  # fmt: skip
        for group, own in rows.groupby(rows["ARM"].astype(str)):
            said = str(found.loc[group].iloc[0])
            spread = len(own) > 1 and np.ptp(own["AVAL"]) > 0
            if not spread:
                continue
            shown = rules.shown(paired.mean_change(own["AVAL"]), threshold=T)
            assert shown.gone == ("Threshold" in said), (code, visit, group, said)
            judged += 1
            if not shown.gone:
                assert not {"NKCheck", "PPercentCheck"} & set(said.replace(";", " ").split()), (
                    code, visit, group, said)  # fmt: skip
    assert judged
