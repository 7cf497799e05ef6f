"""Counts within counts: what an outsider deduces is checked by listing every possibility."""

import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.analyse import proportions
from helpers.derive import adverse, frames
from helpers.disclosure import as_shown, nested, nested_away
from helpers.disclosure.deduce import Count, Puzzle
from helpers.results import Record, number
from helpers.study import load_study

T, N = 5, 12


def by_listing(puzzle: Puzzle, coefficients) -> tuple[int, int] | None:
    """The same interval, by trying every value of every count."""
    names = list(puzzle.counts)
    choices = []
    for count in puzzle.counts.values():
        some = [*range(1, T), *range(count.n - T + 1, count.n)]
        hidden = sorted(set(some)) if count.small else range(count.n + 1)
        choices.append([count.shown] if count.shown is not None else hidden)
    sums = []
    for values in itertools.product(*choices):
        x = dict(zip(names, values, strict=True))
        if all(x[p] <= x[w] for p, w in puzzle.inside) and all(
            x[w] <= sum(x[p] for p in parts) for w, parts in puzzle.unions.items()
        ):
            sums.append(sum(k * x[name] for name, k in coefficients.items()))
    return (min(sums), max(sums)) if sums else None


def test_the_interval_is_that_of_all_possibilities():
    rng = np.random.default_rng(13)
    aims = [{"term": 1}, {"class": 1, "term": -1}, {"any": 1, "class": -1}, {"other": 1}]
    inside = [("term", "class"), ("other", "class"), ("class", "any")]
    for _ in range(60):
        counts = {}
        for name in ("term", "other", "class", "any"):
            shown = int(rng.integers(0, N + 1)) if rng.random() < 0.5 else None
            counts[name] = Count(N, shown, shown is None and bool(rng.random() < 0.7))
        puzzle = Puzzle(counts, inside, {"class": ["term", "other"]}, T)
        for aim in aims:
            assert puzzle.interval(aim) == by_listing(puzzle, aim)


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    """A single arm of 40 with one event table that a test fills: load(events) -> study."""

    def load(events: list[tuple[int, str, str, str]]):
        folder = tmp_path_factory.mktemp("trial")
        (folder / "study.toml").write_text(
            'id = "s"\ntitle = "T"\ndesign = "single-arm"\n[[arms]]\nvalue = "A"\n'
        )
        ids = [f"S{i:03d}" for i in range(40)]
        pd.DataFrame({"USUBJID": ids, "TRT01A": "A"}).to_csv(folder / "adsl.csv", index=False)
        rows = [(ids[i], term, kind, grade, "Y") for i, term, kind, grade in events]
        columns = ["USUBJID", "AEDECOD", "AEBODSYS", "AESEV", "TRTEMFL"]
        pd.DataFrame(rows, columns=columns).to_csv(folder / "adae.csv", index=False)
        return load_study(folder)

    return load


def record(name: str, x: int) -> Record:
    estimate, text, _ = as_shown(proportions.clopper_pearson(x, 40), "", 0, threshold=T)
    return Record(key=name, chapter="c", label="derived", study="s", parameter=name, arm="A",
                  method=estimate.method, statistic=estimate.statistic, value=number(estimate.value),
                  n=40, unit="proportion", text=text)  # fmt: skip


def published(study) -> list[Record]:
    """A record of every term, class and kind of the study, as a chapter would make them."""
    events = study.adae
    groups = {name: set(rows["USUBJID"]) for column in ("AEDECOD", "AEBODSYS")
              for name, rows in events.groupby(column, observed=True)}  # fmt: skip
    groups["Any event"] = set(events["USUBJID"])
    for grade in ("MILD", "MODERATE", "SEVERE"):
        groups[f"Any {grade.lower()} event"] = set(events.loc[events["AESEV"] == grade, "USUBJID"])
    return [record(name, len(who)) for name, who in groups.items()]


def exposed(records: list[Record], study, withheld: set) -> list[str]:
    """Hidden counts and rests that the records still give away."""
    left = [replace(r, value=None, text="too few to show") if (r.chapter, r.key) in withheld else r
            for r in records]  # fmt: skip
    return sorted(key for _, key in nested_away(left, study, withheld=withheld))


def test_a_class_less_its_only_term_is_no_single_subject(trial):
    events = [(i, "Nausea", "Gut", "MILD") for i in range(7)] + [(7, "Kuru", "Gut", "MILD")]
    study = trial(events)
    away = {key for _, key in nested_away(published(study), study)}
    assert "Nausea" in away  # 8 in the class less 7 is the one with the other term
    assert exposed(published(study), study, {("c", key) for key in away}) == []


def test_groups_that_are_far_apart_or_the_same_stay(trial):
    events = [(i, "Nausea", "Gut", "MILD") for i in range(10)]
    events += [(i, "Rash", "Skin", "MILD") for i in range(10, 20)]
    study = trial(events)
    assert nested_away(published(study), study) == set()


def test_severities_within_any_event_are_nested_too(trial):
    events = [(i, "Nausea", "Gut", "MILD") for i in range(18)]
    events += [(i, "Nausea", "Gut", "SEVERE") for i in range(18, 20)]
    study = trial(events)
    assert {key for _, key in nested_away(published(study), study)} == {"Any mild event"}


def test_a_term_of_few_has_no_row_of_its_own(trial):
    events = [(i, "Nausea", "Gut", "MILD") for i in range(9)]
    events += [(i, "Rash", "Skin", "MILD") for i in range(4)]
    events += [(7, "Kuru of the eldest, in words of her own", "Nerves", "MILD")]
    study = trial(events)
    pooled = adverse.rare_pooled(frames.treatment_emergent(study), study)
    assert set(pooled["AEDECOD"]) == {"Nausea", "Other terms, each of fewer than 5 patients"}
    assert set(pooled["AEBODSYS"]) == {"Gut", "Other classes, each of fewer than 5 patients"}
    counted = frames.subjects_with(pooled, study, ["AEDECOD"]).set_index("AEDECOD")["X"]
    assert counted.to_dict() == {"Nausea": 9, "Other terms, each of fewer than 5 patients": 5}


def test_a_study_that_shows_its_subjects_keeps_its_terms(trial):
    study = trial([(i, "Rash", "Skin", "MILD") for i in range(4)])
    shown = replace(study, config=replace(study.config, show_subjects=True))
    events = frames.treatment_emergent(shown)
    assert adverse.rare_pooled(events, shown) is events


@pytest.mark.parametrize("seed", range(25))
def test_after_withholding_nobody_is_exposed(seed, trial):
    rng = np.random.default_rng(seed)
    terms = [(f"T{k}", f"C{k % 3}") for k in range(6)]
    events = []
    for term, kind in terms:
        who = rng.choice(40, int(rng.integers(1, 18)), replace=False)
        events += [(int(i), term, kind, str(rng.choice(["MILD", "SEVERE"]))) for i in who]
    study = trial(events)
    records = published(study)
    away = nested_away(records, study)
    assert exposed(records, study, away) == []
    names = nested.nesting(study)
    shown = {r.parameter: round(r.value * 40) for r in records
             if r.value is not None and (r.chapter, r.key) not in away}  # fmt: skip
    rests = [shown[w] - shown[p] for p, w in names.inside if p in shown and w in shown]
    assert all(rest == 0 or rest >= T for rest in rests)
