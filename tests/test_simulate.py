"""Every reported number, computed from the stored csv files without the code that drew them."""

import hashlib
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.assumptions import load_assumptions
from helpers.audit.claims import load_claims, load_registry
from helpers.errors import ClaimsError
from helpers.published import ROOT
from helpers.simulate import acceptance
from helpers.simulate.aait import aait_tables
from helpers.simulate.draws import first_draw
from helpers.simulate.hucmsc import hucmsc_tables
from helpers.simulate.tables import at_limit, significant_digits
from helpers.simulate.write import write_hashes, write_published

DATA = ROOT / "data"
CYTOKINES = ["IL1B", "IL6", "IL8", "IL17A", "TNFA", "IFNG", "IP10", "MCP1"]
LABS = [("aait", code) for code in ["CD4", "CD8", "HIVRNA", "DONOR", *CYTOKINES]]
LABS += [("hucmsc", code) for code in ["CD4", "CD8", "CD4CD8", "HIVRNA"]]
ARMS = {"control": "Placebo", "low": "Low dose", "high": "High dose"}


@cache
def table(study, name):
    return pd.read_csv(DATA / study / f"{name}.csv")


@cache
def wide(study, code, column="AVAL"):
    rows = table(study, "adlb").query("PARAMCD == @code")
    return rows.pivot(index="USUBJID", columns="AVISITN", values=column)


def of_arm(frame, arm):
    ids = table("hucmsc", "adsl").query("TRT01A == @ARMS[@arm]")["USUBJID"]
    return frame.loc[ids]


def change(code, visit, arm):
    values = of_arm(wide("hucmsc", code), arm)
    return (values[visit] - values[0]).dropna()


# ---------------------------------------------------------------- AAIT


def test_aait_has_twelve_patients_in_one_arm():
    adsl = table("aait", "adsl")
    assert adsl["USUBJID"].nunique() == len(adsl) == 12
    assert adsl["TRT01A"].nunique() == 1


@pytest.mark.parametrize(
    ("code", "day", "median"),
    [("CD4", 0, 10.5), ("CD4", 365, 207.5), ("CD8", 0, 416.5), ("CD8", 90, 1206.5)],
)
def test_aait_medians_are_the_reported_ones(code, day, median):
    assert wide("aait", code)[day].median() == median


def test_aait_cd4_rises_in_every_patient_at_every_visit():
    assert (wide("aait", "CD4").diff(axis=1).iloc[:, 1:] > 0).all(axis=None)


def test_aait_cd8_is_highest_at_day_90_and_falls_in_part():
    medians = wide("aait", "CD8").median()
    assert medians.idxmax() == 90
    assert medians[0] < medians[365] < medians[90]


def test_aait_hiv_rna_falls_in_every_patient_and_below_the_limit_in_several():
    rna, below = wide("aait", "HIVRNA"), wide("aait", "HIVRNA", "BLQFL") == "Y"
    assert (rna[365] < rna[0]).all()
    assert not below[0].any()
    assert 4 <= below[365].sum() < 12


@pytest.mark.parametrize("code", CYTOKINES)
def test_aait_cytokine_median_falls(code):
    levels = wide("aait", code)
    assert levels[365].median() < levels[0].median()


def test_aait_some_cytokine_values_are_below_the_limit():
    rows = table("aait", "adlb").query("PARAMCD in @CYTOKINES")
    assert (rows["BLQFL"] == "Y").any()


def test_aait_some_but_not_all_cytokines_pass_holm():
    from statsmodels.stats.multitest import multipletests

    falls = [wide("aait", code)[365] - wide("aait", code)[0] for code in CYTOKINES]
    p = [stats.wilcoxon(fall, method="approx").pvalue for fall in falls]
    assert 1 <= multipletests(p, method="holm")[0].sum() < len(CYTOKINES)


def test_aait_donor_cells_are_short_term():
    seen = wide("aait", "DONOR", "BLQFL") != "Y"
    assert seen[1].all()
    assert not seen[[60, 90]].any(axis=None)
    # once lost, never seen again
    assert (seen.astype(int).diff(axis=1).iloc[:, 1:] <= 0).all(axis=None)
    assert wide("aait", "DONOR")[1].between(0.2, 10).all()


def test_aait_adverse_events_hold_none_of_graft_versus_host_disease():
    words = table("aait", "adae")[["AEDECOD", "AEBODSYS"]].to_numpy().ravel()
    assert not any("graft" in word.lower() or "gvhd" in word.lower() for word in words)


def test_aait_subjects_with_events_are_fewer_than_events():
    events = table("aait", "adae")
    emergent = events.query("TRTEMFL == 'Y'")
    assert 0 < emergent["USUBJID"].nunique() < len(emergent) < len(events)


# ---------------------------------------------------------------- hUC-MSC


def test_hucmsc_has_72_patients_24_an_arm():
    assert table("hucmsc", "adsl")["TRT01A"].value_counts().to_dict() == dict.fromkeys(
        ARMS.values(), 24
    )


def test_hucmsc_entry_limits_of_the_registry_hold():
    cd4 = wide("hucmsc", "CD4")[0]
    assert ((cd4 > 50) & (cd4 <= 250)).all()
    assert (wide("hucmsc", "HIVRNA", "BLQFL")[0] == "Y").all()
    assert (table("hucmsc", "adsl")["ARTYRS"] >= 2).all()


def responses(arm):
    rows = of_arm(table("hucmsc", "adtte").set_index("USUBJID"), arm)
    return rows["AVAL"], rows["CNSR"] == 0


@pytest.mark.parametrize(("arm", "percent"), [("low", 95.8), ("control", 70.8)])
def test_hucmsc_kaplan_meier_at_week_96_prints_as_reported(arm, percent):
    from lifelines import KaplanMeierFitter

    fitted = KaplanMeierFitter().fit(*responses(arm))
    assert round(100 * (1 - fitted.predict(96)), 1) == percent


def test_hucmsc_log_rank_of_low_dose_against_control_prints_0_004():
    from lifelines.statistics import logrank_test

    (low, low_event), (control, control_event) = responses("low"), responses("control")
    p = logrank_test(low, control, low_event, control_event).p_value
    assert f"{p:.3f}" == "0.004"
    assert low.mean() < control.mean()


def test_hucmsc_response_is_the_first_cd4_count_30_percent_over_baseline():
    cd4 = wide("hucmsc", "CD4").astype(float)
    reached = cd4.drop(columns=0).mul(10).ge(13 * cd4[0], axis=0)  # in whole numbers
    tte = table("hucmsc", "adtte").set_index("USUBJID").loc[cd4.index]
    assert (reached.any(axis=1) == (tte["CNSR"] == 0)).all()
    assert (reached.idxmax(axis=1).where(reached.any(axis=1), 96) == tte["AVAL"]).all()


def test_hucmsc_no_count_lies_on_the_response_threshold():
    cd4 = wide("hucmsc", "CD4").astype(float)
    assert cd4.mul(10).ne(13 * cd4[0], axis=0).all(axis=None)


@pytest.mark.parametrize("test", [lambda x: stats.ttest_1samp(x, 0), stats.wilcoxon])
@pytest.mark.parametrize(
    ("arm", "low", "high"), [("high", 0, 0.001), ("low", 0, 0.001), ("control", 0.05, 1)]
)
def test_hucmsc_cd4_verdict_within_the_arm_at_week_48(test, arm, low, high):
    moved = change("CD4", 48, arm)
    assert len(moved) == 24
    assert low < test(moved).pvalue < high


@pytest.mark.parametrize("arm", ARMS)
def test_hucmsc_cd8_does_not_change_within_an_arm(arm):
    assert stats.ttest_1samp(change("CD8", 48, arm), 0).pvalue > 0.05


@pytest.mark.parametrize("code", ["CD4", "CD8", "CD4CD8"])
def test_hucmsc_no_comparison_among_the_arms_is_significant(code):
    import statsmodels.formula.api as smf

    values = wide("hucmsc", code)
    arm = table("hucmsc", "adsl").set_index("USUBJID")["TRT01A"]
    frame = pd.DataFrame({"chg": values[48] - values[0], "base": values[0], "arm": arm})
    fit = smf.ols("chg ~ C(arm) + base", frame).fit()
    overall = fit.f_test("C(arm)[T.Low dose] = 0, C(arm)[T.Placebo] = 0").pvalue
    pairs = fit.t_test_pairwise("C(arm)", method="sidak").result_frame["P>|t|"]
    kruskal = stats.kruskal(*(change(code, 48, name) for name in ARMS)).pvalue
    assert min([float(overall), *pairs, kruskal]) > 0.05


def test_hucmsc_ratio_is_that_of_the_counts():
    ratio = wide("hucmsc", "CD4") / wide("hucmsc", "CD8")
    assert (ratio - wide("hucmsc", "CD4CD8")).abs().max(axis=None) <= 0.0005 + 1e-12


def test_hucmsc_every_patient_is_seen_at_baseline_and_weeks_48_and_96():
    assert wide("hucmsc", "CD4")[[0, 48, 96]].notna().all(axis=None)


def test_hucmsc_adverse_events_occur_in_every_arm():
    arms = table("hucmsc", "adae").merge(table("hucmsc", "adsl"), on="USUBJID")["TRT01A"]
    assert set(arms) == set(ARMS.values())


# ---------------------------------------------------------------- both folders


@pytest.mark.parametrize(("study", "code"), LABS)
def test_lab_rows_are_consistent(study, code):
    rows = table(study, "adlb").query("PARAMCD == @code")
    assert not rows.duplicated(["USUBJID", "AVISITN"]).any()
    has_base = rows.dropna(subset="BASE")
    assert np.allclose(has_base["CHG"], has_base["AVAL"] - has_base["BASE"], atol=1e-9)
    assert (rows.query("AVISITN == 0")["ABLFL"] == "Y").all()
    limit = rows.loc[rows["BLQFL"] == "Y", "AVAL"]
    assert limit.nunique() <= 1
    if len(limit):
        assert (rows.loc[rows["BLQFL"] != "Y", "AVAL"] > limit.iloc[0]).all()
    if code in ("CD4", "CD8"):
        assert (rows["AVAL"] % 1 == 0).all()


@pytest.mark.parametrize("study", ["aait", "hucmsc"])
def test_emergent_events_begin_on_or_after_day_0_and_end_after_they_begin(study):
    events = table(study, "adae")
    assert ((events["TRTEMFL"] == "Y") == (events["ASTDY"] >= 0)).all()
    assert (events["AENDY"] > events["ASTDY"]).all()
    assert not events.duplicated(["USUBJID", "AEDECOD", "ASTDY"]).any()
    assert set(events["USUBJID"]) <= set(table(study, "adsl")["USUBJID"])


@pytest.mark.parametrize("study", ["aait", "hucmsc"])
def test_no_severe_or_serious_event_is_related(study):
    events = table(study, "adae")
    assert not ((events["AEREL"] == "Y") & (events["AESER"] == "Y")).any()
    assert ((events["AESEV"] == "SEVERE") == (events["AESER"] == "Y")).all()


@pytest.mark.parametrize("study", ["aait", "hucmsc"])
def test_study_toml_names_every_parameter_and_its_limit(study):
    import tomllib

    config = tomllib.loads((DATA / study / "study.toml").read_text(encoding="utf-8"))
    rows = table(study, "adlb")
    named = {p["paramcd"]: p for p in config["parameters"].values()}
    assert set(named) == set(rows["PARAMCD"])
    assert rows.groupby("PARAMCD")["AVALU"].unique().map(list).to_dict() == {
        code: [p["unit"]] for code, p in named.items()
    }
    limits = rows[rows["BLQFL"] == "Y"].groupby("PARAMCD")["AVAL"].first()
    assert all(named[code]["lloq"] == limit for code, limit in limits.items())


def test_regeneration_gives_the_same_bytes(tmp_path):
    written = [p.relative_to(tmp_path) for p in write_published(tmp_path)]
    tables = [p for p in written if p.suffix == ".csv"]
    assert len(tables) == 7
    changed = [str(p) for p in tables if (tmp_path / p).read_bytes() != (DATA / p).read_bytes()]
    assert changed == [], "run: make data"


def test_every_file_has_the_stored_hash():
    lines = (DATA / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    stored = {name: digest for digest, name in (line.split("  ") for line in lines)}
    files = [p for p in DATA.rglob("*") if p.is_file()]
    files = [p for p in files if p.name not in ("README.md", "SHA256SUMS")]
    found = {p.relative_to(DATA).as_posix(): p for p in files}
    digests = {name: hashlib.sha256(p.read_bytes()).hexdigest() for name, p in found.items()}
    assert digests == stored, (
        "a file under data/ changed: if claims.toml did, compare its quotations with the abstracts "
        "(make quotes ABSTRACTS=folder), then run: make data"
    )


def test_hashes_leave_out_themselves_and_the_readme(tmp_path):
    (tmp_path / "README.md").write_text("words", encoding="utf-8")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x.csv").write_bytes(b"")
    write_hashes(tmp_path)
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # FIPS 180-4
    assert write_hashes(tmp_path).read_text(encoding="utf-8") == f"{empty}  a/x.csv\n"


# ---------------------------------------------------------------- the machinery


def published():
    claims = {claim.id: claim for claim in load_claims()}
    return claims, {fact.id: fact for fact in load_registry()}, dict(load_assumptions())


def test_another_seed_gives_other_values_and_the_same_medians():
    claims, _, assumptions = published()
    assumptions["seed"] = replace(assumptions["seed"], value=1)
    adlb = aait_tables(claims, assumptions)["adlb"]
    cd4 = adlb.query("PARAMCD == 'CD4'").pivot(index="USUBJID", columns="AVISITN", values="AVAL")
    assert (cd4[0].median(), cd4[365].median()) == (10.5, 207.5)
    assert (cd4.to_numpy() != wide("aait", "CD4").to_numpy()).any()


@pytest.mark.parametrize(
    ("sizes", "words"), [((24, 24, 25), "sum of 72"), ((25, 24, 23), "nearest is 18/25")]
)
def test_arm_sizes_that_the_abstract_excludes_are_refused(sizes, words):
    claims, facts, assumptions = published()
    assumptions["hucmsc-arm-sizes"] = replace(assumptions["hucmsc-arm-sizes"], value=sizes)
    with pytest.raises(ClaimsError, match=words):
        hucmsc_tables(claims, facts, assumptions)


def test_a_condition_that_never_holds_is_an_error():
    with pytest.raises(ClaimsError, match="nothing: expected a draw"):
        first_draw(lambda: 0, lambda drawn: False, what="nothing")


def test_log_rank_agrees_with_scipy():
    rng = np.random.default_rng(0)
    arms = rng.choice([12, 24, 48, 72, 96, np.inf], size=(2, 20, 11))
    ours = acceptance.log_rank(*arms)
    for p, first, second in zip(ours, *arms, strict=True):
        censored = [
            stats.CensoredData.right_censored(np.minimum(x, 96), np.isinf(x))
            for x in (first, second)
        ]
        assert p == pytest.approx(stats.logrank(*censored).pvalue, rel=1e-10)


def test_ancova_agrees_with_statsmodels():
    import statsmodels.formula.api as smf

    rng = np.random.default_rng(1)
    y, base = rng.normal(size=(2, 3, 8))
    frame = pd.DataFrame({"y": y.ravel(), "b": base.ravel(), "a": np.repeat(list("abc"), 8)})
    fit = smf.ols("y ~ C(a) + b", frame).fit()
    expected = [
        fit.f_test("C(a)[T.b] = 0, C(a)[T.c] = 0").pvalue,
        fit.pvalues["C(a)[T.b]"],
        fit.pvalues["C(a)[T.c]"],
        fit.t_test("C(a)[T.c] - C(a)[T.b] = 0").pvalue,
    ]
    assert acceptance.ancova(y, base) == pytest.approx([float(np.squeeze(p)) for p in expected])


def test_holm_stops_at_the_first_p_that_fails():
    # step-down by hand: 0.01 <= 0.05/3, 0.03 > 0.05/2, so 0.04 fails too
    assert acceptance.holm_count([0.04, 0.01, 0.03]) == 1
    assert acceptance.holm_count([0.01, 0.02, 0.04]) == 3


def test_a_value_at_the_limit_is_censored():
    values, below = at_limit(np.array([0.05, 0.1, 0.2]), limit=0.1)
    assert values.tolist() == [0.1, 0.1, 0.2]
    assert below.tolist() == [True, True, False]


def test_three_significant_digits_are_kept():
    rounded = significant_digits(np.array([0.012345, 9.9999, 123456.0]))
    assert rounded.tolist() == [0.0123, 10.0, 123000.0]
