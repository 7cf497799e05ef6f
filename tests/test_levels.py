"""Levels of a scale in study.toml: they reach the numbers about their parameter, on the right scale."""

from dataclasses import replace

import numpy as np
import pytest

from helpers.analyse import paired, panel
from helpers.config import Parameter
from helpers.literate.outcome import About
from helpers.literate.rows import _apart

TITRE = Parameter("titre", "TITRE", "Titre", "", levels=(10.0, 20.0, 40.0, 80.0))
SHIFT = paired.hodges_lehmann(np.array([0.0, 10, 20, 30, 40, 60, 70, 10, 20, 30]))


@pytest.mark.parametrize(
    ("parameter", "estimate", "label", "apart"),
    [
        (TITRE, SHIFT, "Titre", 40.0),
        (TITRE, SHIFT, "Titre, of those who completed", 40.0),
        (TITRE, SHIFT, "CD4+ T cells", 0.0),
        (replace(TITRE, scale="log10"), SHIFT, "Titre", np.log10(2)),
        (
            TITRE,
            panel.as_ratio(replace(SHIFT, value=0.1, lower=-0.5, upper=1.0)),
            "Titre",
            np.log10(2),
        ),
        (replace(TITRE, levels=()), SHIFT, "Titre", 0.0),
        (TITRE, replace(SHIFT, among=None), "Titre", 0.0),
    ],
)
def test_the_levels_of_a_parameter_reach_its_shifts(parameter, estimate, label, apart):
    about = replace(About(), parameter=label)
    assert _apart([parameter], estimate, about) == pytest.approx(apart)
