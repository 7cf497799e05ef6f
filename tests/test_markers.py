"""Nouns of a panel of markers: changes on the log scale, counts of markers, what hidden subjects forbid."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers import disclosure
from helpers.analyse import groups, multiplicity, paired, paired_censored, panel
from helpers.context import ROOT
from helpers.errors import ChapterError
from helpers.literate import marker_charts, marker_counts, markers
from helpers.literate.trial import Trial
from helpers.present.figure import chart_spec
from helpers.study import load_study

ARM = "aait-with-art"


@pytest.fixture(scope="module")
def trial():
    return Trial(load_study(ROOT / "data/aait", check=False))


@pytest.fixture(scope="module")
def changes(trial):
    return trial.group("cytokine").changes()


def with_study(changes, **config):
    study = changes.study
    return replace(changes, study=replace(study, config=replace(study.config, **config)))


@pytest.fixture(scope="module")
def hidden(changes):
    return with_study(changes, show_subjects=False)


@pytest.fixture(scope="module")
def two_arms(changes):
    """Twelve subjects split in two arms by turns; the second one is the reference."""
    study = changes.study
    labels = ["Drug", "Control"]
    arms = tuple(replace(study.config.arms[0], label=x, reference=x == "Control") for x in labels)
    config = replace(study.config, arms=arms)
    who = pd.factorize(changes.frame["USUBJID"])[0] % 2
    frame = changes.frame.assign(ARM=pd.Categorical(np.array(labels)[who], categories=labels))
    return replace(changes, frame=frame, study=replace(study, config=config))


def logs(changes, role):
    return changes.frame.loc[changes.frame["PARAMETER"] == role, "LOG"].to_numpy()


def scaled(trial, **changed):
    """The study with other settings of IL-6, its values as they are."""
    study = trial.study
    known = dict(study.config.parameters)
    known["il6"] = replace(known["il6"], **changed)
    return Trial(replace(study, config=replace(study.config, parameters=known)))


def test_a_change_is_that_of_the_decimal_logarithm(changes):
    rows = changes.frame
    assert rows["LOG"].to_numpy() == pytest.approx(np.log10(rows["AVAL"] / rows["BASE"]))
    ratios = changes.apply(markers.ratio_to_baseline, of="LOG")
    expected = panel.as_ratio(paired.hodges_lehmann(logs(changes, "il6")))
    assert ratios[ARM]["il6"].estimate == expected
    assert (ratios[ARM]["il6"].about.unit, ratios[ARM]["il6"].about.visit) == ("", "Day 365")


@pytest.mark.parametrize(
    "settings", [{"scale": "already log10"}, {"unit": "log10 pg/mL"}], ids=["scale", "unit"]
)
def test_what_is_a_logarithm_already_is_not_logged_twice(trial, settings):
    rows = scaled(trial, **settings).group("cytokine").changes().frame
    mine = rows[rows["PARAMETER"] == "il6"]
    assert mine["LOG"].to_numpy() == pytest.approx((mine["AVAL"] - mine["BASE"]).to_numpy())
    others = rows[rows["PARAMETER"] != "il6"]
    assert others["LOG"].to_numpy() == pytest.approx(np.log10(others["AVAL"] / others["BASE"]))


def test_a_value_without_a_logarithm_is_refused_by_name(trial):
    study = trial.study
    table = study.adlb.copy()
    table.loc[table["PARAMCD"] == "IL6", "AVAL"] = 0.0
    with pytest.raises(ChapterError, match="il6: expected values above 0"):
        Trial(replace(study, adlb=table)).group("cytokine").changes()


def test_a_study_without_the_group_is_told_what_to_write(trial):
    with pytest.raises(ChapterError, match='group = "hormone"'):
        trial.group("hormone")


@pytest.mark.proves("helpers.analyse.paired:quartiles")
def test_levels_below_the_limit_say_so(changes):
    levels = changes.levels()[ARM]
    assert levels["il1b"]["later"].about.text.split()[1] == "[<0.5,"
    base = changes.frame.loc[changes.frame["PARAMETER"] == "il6", "BASE"].sort_values().to_numpy()
    found = levels["il6"]["baseline"].estimate
    assert (found.lower, found.value, found.upper) == pytest.approx(
        (base[2:4].mean(), base[5:7].mean(), base[8:10].mean())
    )
    assert found == paired.quartiles(base)


def test_counts_below_the_limit_are_those_of_the_flags(changes):
    below = changes.below_limit()[ARM]
    rows = changes.frame[changes.frame["PARAMETER"] == "ifng"]
    assert below["ifng"]["later"].about.text == f"{rows['BLQFL'].sum()} of {len(rows)}"


@pytest.mark.parametrize("method", ["holm", "benjamini-hochberg"])
def test_p_values_are_adjusted_for_all_markers_of_an_arm(changes, two_arms, method):
    for rows in (changes, two_arms):
        found = rows.adjusted(method)
        for arm, mine in rows.arms():
            raw = [paired.signed_rank(logs(mine, role)).p_value for role in mine.names]
            key = arm.lower().replace(" ", "-")
            expected = multiplicity.adjust(raw, method=method).tolist()
            assert [r.p_value for r in found[key].values()] == expected


def test_westfall_young_flips_all_markers_of_a_patient_together(changes):
    found = changes.adjusted("westfall-young", seed=3)[ARM]
    expected = panel.westfall_young(changes.table().to_numpy(), seed=3)
    assert [r.value for r in found.values()] == expected.tolist()


@pytest.mark.proves("helpers.literate.marker_counts:tallies")
def test_markers_are_counted_by_direction_and_by_p(changes):
    counts = marker_counts.tallies(changes, seed=3)[ARM]
    raw = {role: paired.signed_rank(logs(changes, role)).p_value for role in changes.names}
    fell = [r for r in raw if paired.hodges_lehmann(logs(changes, r)).value < 0]
    assert (int(counts["markers"]), int(counts["lower"])) == (len(raw), len(fell))
    assert int(counts["clear-none"]) == sum(raw[r] <= 0.05 for r in fell)
    assert int(counts["mixed"]) == sum((logs(changes, r) > 0).any() for r in fell)


def test_flips_ask_the_exact_test_and_what_the_panel_does_by_itself(changes):
    found = marker_counts.flipped(changes, seed=3)[ARM]
    table = changes.table()
    typical = pd.Series({r: paired.hodges_lehmann(table[r]).value for r in table})
    for kind, values in {"as-they-are": table, "typical-out": table - typical}.items():
        tail = panel.joint_null(values.to_numpy(), seed=3).set_index("at_least")
        assert found[kind]["all"].value == tail.loc[8, "falls"]
        assert found[kind]["one"].value == tail.loc[1, "significant"]


def test_tables_below_the_limit_are_those_of_the_bounds(changes):
    below = changes.censored()
    assert sorted(below.frame["PARAMETER"].unique()) == ["ifng", "il17a", "il1b"]
    rows = below.frame[below.frame["PARAMETER"] == "ifng"]
    pairs = [rows[c].to_numpy() for c in markers.PAIRS]
    bounds = paired_censored.change_bounds(*pairs)
    found = {f: below.apply(f, of=markers.PAIRS)[ARM]["ifng"].estimate
             for f in (markers.certain_direction, markers.largest_p, markers.likely_ratio)}  # fmt: skip
    assert found[markers.certain_direction] == paired_censored.sign_test_bounds(*bounds)
    assert found[markers.largest_p] == paired_censored.signed_rank_bounds(*bounds)["largest"]
    likely = panel.as_ratio(paired_censored.paired_tobit(*pairs))
    assert found[markers.likely_ratio].value == pytest.approx(likely.value)


@pytest.mark.proves("helpers.analyse.paired:mean_change")
def test_half_the_limit_is_put_in_where_a_value_is_below(changes):
    rows = changes.frame[changes.frame["PARAMETER"] == "ifng"]
    ends = [np.log10(rows[v] * np.where(rows[b], 0.5, 1))
            for v, b in (("BASE", "BASE_BLQ"), ("AVAL", "BLQFL"))]  # fmt: skip
    found = changes.censored().put_in(0.5)[ARM]["ifng"]
    assert found.estimate.value == pytest.approx(10 ** np.mean(ends[1] - ends[0]))
    assert found.p_value == pytest.approx(stats.ttest_rel(*ends).pvalue)
    assert found.p_value == pytest.approx(paired.mean_change(ends[1] - ends[0]).p_value)


def test_direction_of_certain_changes_leaves_out_pairs_below_the_limit(changes):
    rows = changes.frame[changes.frame["PARAMETER"] == "il17a"]
    neither = (rows["BASE_BLQ"] & rows["BLQFL"]).sum()
    found = changes.censored().apply(markers.certain_direction, of=markers.PAIRS)[ARM]["il17a"]
    assert found.n <= len(rows) - neither


def test_nothing_below_a_limit_leaves_tables_without_rows(changes):
    seen = replace(changes, frame=changes.frame.assign(BASE_BLQ=False, BLQFL=False)).censored()
    assert len(seen.apply(markers.largest_p, of=markers.PAIRS)) == 0
    assert len(seen.put_in(1)) == 0


def test_arms_are_compared_by_the_ratio_of_their_ratios(two_arms):
    found = two_arms.against_reference()
    own = dict(
        list(two_arms.frame[two_arms.frame["PARAMETER"] == "il6"].groupby("ARM", observed=True))
    )
    shift = groups.two_sample_hodges_lehmann(own["Drug"]["LOG"], own["Control"]["LOG"])
    assert found["drug"]["il6"].value == pytest.approx(10**shift.value)
    assert found["drug"]["il6"].about.comparator == "Control"
    holm = two_arms.against_reference(adjusted="holm")
    expected = multiplicity.adjust([r.p_value for r in found.values()])
    assert [r.p_value for r in holm.values()] == expected.tolist()


def test_one_arm_has_nothing_to_be_compared_with(changes):
    assert len(changes.against_reference()) == 0


@pytest.mark.proves("helpers.literate.marker_counts:link_counts")
def test_correlations_are_counted_by_what_their_intervals_include(changes):
    links = marker_counts.links(changes)
    counts = marker_counts.link_counts(links)[ARM]
    ends = [(r.estimate.lower, r.estimate.upper) for r in links.values()]
    assert int(counts["open"]) == sum(low < 0 < high for low, high in ends)
    assert float(counts["width"]) == pytest.approx(np.median([b - a for a, b in ends]))
    holm = marker_counts.links_adjusted(changes)
    expected = multiplicity.adjust([r.p_value for r in links.values()])
    assert [r.p_value for r in holm.values()] == expected.tolist()


def test_of_hidden_subjects_no_row_no_line_and_no_p_of_few_is_shown(hidden):
    assert dict(marker_charts.slopes(hidden)) == {}
    assert all(r.about.text == "not shown" for r in hidden.adjusted("holm").values())
    counts = marker_counts.tallies(hidden, seed=3)[ARM]
    assert not {"mixed", "clear-holm"} & set(counts)
    flips = marker_counts.flipped(hidden, seed=3)
    assert all(np.isnan(r.value) for r in flips.values())
    drawn = marker_charts.ratios_by_marker(
        hidden, hidden.apply(markers.ratio_to_baseline, of="LOG"), hidden.adjusted("holm")
    )
    assert "USUBJID" not in str(chart_spec(drawn[ARM], "x"))


def test_of_hidden_subjects_half_the_limit_is_not_put_in_where_counts_are_held_back(hidden):
    below = hidden.censored()
    held = {k for k, r in below.below_limit().items() if r.about.text in disclosure.UNTOLD}
    half = below.put_in(0.5)
    assert held
    assert not any(key.rsplit(".", 1)[0] in half for key in held)


def test_charts_are_one_an_arm_with_the_names_of_study_and_arm(changes, trial):
    ratios = changes.apply(markers.ratio_to_baseline, of="LOG")
    course = trial.group("cytokine").course().by("arm", "parameter", "visit")
    by_visit = course.apply(markers.ratio_to_baseline, of="LOG")
    links = marker_counts.links(changes)
    for found in (marker_charts.ratios_by_marker(changes, ratios, changes.adjusted("holm")),
                  marker_charts.course(course, by_visit), marker_charts.slopes(changes),
                  marker_charts.correlations(changes, links)):  # fmt: skip
        assert list(found) == [ARM]
        about = chart_spec(found[ARM], "x")["usermeta"]
        assert (about["study"], about["endpoint"]) == ("AAIT", "AAIT with ART")
