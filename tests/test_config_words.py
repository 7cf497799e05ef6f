"""A name of study.toml that every table reads as a missing value is one problem, with its remedy."""

import pytest

from faults import published
from helpers.cells import BLANKS
from helpers.errors import StudyError
from helpers.study import read_study
from helpers.validation.rules import CONFIG

RULE = "name that means no value"


def _errors(folder, path):
    with pytest.raises(StudyError) as caught:
        read_study(folder.write(path))
    return [p for p in caught.value.problems if p.severity == "error"]


@pytest.mark.parametrize("word", ["None", "NA", "N/A", "NULL", "nan", "."])
def test_an_arm_that_is_called_as_a_missing_value_is_one_error(tmp_path, word):
    assert word in BLANKS
    folder = published()
    folder.column("adsl", "TRT01A", lambda arm: word if arm == "Placebo" else arm)
    folder.say('value = "Placebo"', f'value = "{word}"')
    (problem,) = _errors(folder, tmp_path / "s")
    assert (problem.rule, problem.file, problem.found) == (RULE, "study.toml", repr(word))
    assert problem.column.startswith("arms ")
    assert problem.column.endswith(".value")
    assert "'No treatment'" in problem.do
    assert "TRT01A" in problem.do


def test_a_subject_without_treatment_is_reported_beside_such_an_arm(tmp_path):
    folder = published()
    folder.column("adsl", "TRT01A", lambda arm: "None" if arm == "Placebo" else arm)
    folder.say('value = "Placebo"', 'value = "None"')
    folder.set("adsl", 2, TRT01A="")
    rules = [(p.rule, p.row) for p in _errors(folder, tmp_path / "s")]
    assert ("missing value", 2) in rules
    assert [r for r, _ in rules].count("missing value") == 1


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [('label = "Control"', 'label = "NA"', "label"),
     ('paramcd = "CD4"', 'paramcd = "."', "parameters.cd4.paramcd"),
     ("[visits]", '[counts.any]\nterm = ["Fever", "None"]\n\n[visits]', "counts.any.term"),
     ("[visits]", '[counts.any]\nclass = "NULL"\n\n[visits]', "counts.any.class")],
)  # fmt: skip
def test_other_names_of_study_toml_are_too(tmp_path, old, new, key):
    folder = published()
    folder.say(old, new)
    (problem,) = _errors(folder, tmp_path / "s")
    assert problem.rule == RULE
    assert problem.column.endswith(key)


def test_an_ending_is_too(tmp_path):
    folder = published()
    head, _, rest = folder.toml.partition("[endpoints.")
    role, _, rest = rest.partition("]")
    folder.toml = f'{head}[endpoints.{role}]\ncensored = [1, "None"]{rest}'
    (problem,) = _errors(folder, tmp_path / "s")
    assert problem.column == f"endpoints.{role}.censored"
    assert "EVNTDESC" in problem.do


def test_sodium_is_a_parameter(tmp_path):
    folder = published()
    folder.say('paramcd = "CD4"', 'paramcd = "NA"')
    folder.column("adlb", "PARAMCD", lambda code: "NA" if code == "CD4" else code)
    study, found = read_study(folder.write(tmp_path / "s"))
    assert study.parameter("cd4").paramcd == "NA"
    assert RULE not in {p.rule for p in found}


def test_a_level_of_the_plan_is_named_as_it_stands(tmp_path):
    folder = published()
    folder.say("[visits]", '[analysis]\nstrata = "PRIOR"\n\n[visits]')
    folder.tables["adsl"]["PRIOR"] = [
        "None" if i % 2 else "One" for i in range(len(folder.tables["adsl"]))
    ]
    _, found = read_study(folder.write(tmp_path / "s"))
    told = [p for p in found if p.rule == "planned value that is missing"]
    assert told
    assert told[0].found == "'None' in PRIOR"
    assert "other words" in told[0].do


def test_the_guide_explains_it():
    assert RULE in {rule.name for rule in CONFIG}
