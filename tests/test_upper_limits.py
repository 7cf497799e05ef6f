"""Values above an upper limit: counted where changes read them, refused where bounds are modelled."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers import derive
from helpers.context import ROOT
from helpers.derive import chimerism, upper
from helpers.edition import plan, sections
from helpers.ingest import lloq
from helpers.literate.trial import Trial
from helpers.study import load_study, read_study
from test_own_cases import CASES

AAIT = load_study(ROOT / "data" / "aait", check=False)


def with_parameter(study, role, **said):
    known = dict(study.config.parameters)
    known[role] = replace(known[role], **said)
    return replace(study, config=replace(study.config, parameters=known))


def capped(role, share=0.8):
    """AAIT's study where a part of the values of a parameter reaches `uloq`."""
    values = derive.values(AAIT, role)["AVAL"]
    return with_parameter(AAIT, role, uloq=float(values.quantile(share)))


def test_avalc_or_uloq_says_which_values_are_bounds():
    study, rules = read_study(CASES / "above-the-upper-limit")
    assert upper.above(study, "hivrna")["ABOVE"].sum() == 5  # AVALC ">100000"
    assert upper.has_above(study, "hivrna")
    assert not upper.has_above(study, "cd4")
    limit = AAIT.adlb.query("PARAMCD == 'CD4'")["AVAL"].max()
    rows = upper.above(with_parameter(AAIT, "cd4", uloq=float(limit)), "cd4")
    values = derive.values(AAIT, "cd4")
    assert (rows["ABOVE"].to_numpy() == (values["AVAL"] >= limit).to_numpy()).all()
    assert any(p.rule == "value above an upper limit" for p in rules)


def test_a_blank_beside_a_bound_is_read_as_the_bound():
    adlb = pd.DataFrame({"PARAMCD": "CD4", "AVAL": ["90", "80", "", ""],
                         "AVALC": ["90", "80", ">750", "> 1,000"]})  # fmt: skip
    found, (note,) = lloq.filled_above_limit(adlb, "adlb.csv")
    assert list(found["AVAL"][:3]) == [90, 80, 750]
    assert np.isnan(found["AVAL"][3])  # 1,000 may be one or a thousand
    assert "read as 750, 1 row(s)" in note.found
    logs = adlb.assign(AVAL=["1.95", "1.90", "", ""])
    assert lloq.filled_above_limit(logs, "adlb.csv") == (logs, [])


def test_a_page_of_changes_says_how_many_values_are_bounds():
    study = capped("cd4")
    assert sections.has(study, "above-limit")
    assert not sections.has(AAIT, "above-limit")
    for name in ("03_cd4_cd8_viral_load", "08_next_trial"):
        with_them, without = (plan.analysis(name, s)[0].notebook.cells for s in (study, AAIT))
        said = [c.source for c in with_them if "Values above an upper limit" in c.source]
        assert len(said) == 1
        assert not any("Values above an upper limit" in c.source for c in without)


@pytest.mark.parametrize(("role", "name"), [("hivrna", "03_cd4_cd8_viral_load"),
                                            ("chimerism", "05_chimerism")])  # fmt: skip
def test_what_models_bounds_from_above_refuses_bounds_from_below(role, name):
    chapter, missing = plan.analysis(name, capped(role))
    assert any("lie above an upper limit" in reason for reason in missing)
    assert not any("lie above" in reason for reason in plan.analysis(name, AAIT)[1])
    if chapter:
        assert not any("log10()" in cell.source for cell in chapter.notebook.cells)


def test_a_marker_with_such_values_leaves_the_panel_and_is_named():
    whole, panel = (Trial(s).group("cytokine") for s in (AAIT, capped("il6", share=0.5)))
    assert set(whole.roles) - set(panel.roles) == {"il6"}
    assert len(whole.refused()) == 0
    (result,) = panel.refused().values()
    values = derive.values(AAIT, "il6")
    high = values["AVAL"] >= values["AVAL"].quantile(0.5)
    patients = values["USUBJID"][high].nunique() / values["USUBJID"].nunique()
    assert result.value == pytest.approx(patients)
    assert result.about.parameter == AAIT.parameter("il6").label


def test_donor_cells_in_logarithms_are_turned_back():
    code, known = AAIT.parameter("chimerism").paramcd, AAIT.parameter("chimerism")
    adlb = AAIT.adlb.copy()
    mine = (adlb["PARAMCD"] == code) & (adlb["AVAL"] > 0)
    adlb.loc[mine, "AVAL"] = np.log10(adlb.loc[mine, "AVAL"])
    logged = with_parameter(replace(AAIT, adlb=adlb), "chimerism", unit=f"log10 {known.unit}",
                            lloq=float(np.log10(known.lloq)))  # fmt: skip
    plain, back = (Trial(study).detections("chimerism") for study in (AAIT, logged))
    assert chimerism.unit(logged, "chimerism") == known.unit == back.about.unit
    assert back.limit == pytest.approx(plain.limit)
    assert back.limit_text(round(back.limit, 6)) == plain.limit_text(plain.limit)
    assert back.frame["BLQFL"].equals(plain.frame["BLQFL"])
    assert back.frame["AVAL"].to_numpy() == pytest.approx(plain.frame["AVAL"].to_numpy())
