"""Sound trials of rare designs: none is accused of anything, whichever numbers chance drew."""

import numpy as np
import pytest

from helpers.validation import check_folder
from odd_trials import TRIALS


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.__name__)
def test_a_sound_trial_of_a_rare_design_is_not_accused(trial, tmp_path):
    folder = trial(np.random.default_rng(1)).write(tmp_path / "study")
    problems = check_folder(folder).problems
    assert [(p.rule, p.found) for p in problems if p.severity != "note"] == []
