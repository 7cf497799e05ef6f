"""Assumptions and a random stream in, the AAIT markers with a limit of detection out.

HIV RNA, cytokines and donor cells: the abstract gives directions only, so each is drawn until the
directions hold; no median is fixed. Values at or below a limit are set to it and flagged.
"""

from __future__ import annotations

import numpy as np

from helpers.simulate import acceptance, tables
from helpers.simulate.draws import first_draw
from helpers.simulate.tables import Part

LN10 = np.log(10)
Censored = tuple[np.ndarray, np.ndarray]  # values, True where at the limit


def marker_parts(rng: np.random.Generator, value, size: int) -> list[Part]:
    """HIV RNA, donor cells and the cytokine panel of `size` patients."""
    rna = first_draw(lambda: _hiv_rna(rng, value, size), _rna_falls, what="aait, HIV RNA")
    donor_days = value["aait-chimerism-days"]
    gone = np.array(donor_days) >= value["aait-chimerism-gone-day"]
    donor = first_draw(
        lambda: _donor(rng, value, size),
        lambda drawn: _short_term(drawn, gone),
        what="aait, donor cells",
    )
    fewest, most = value["aait-cytokine-holm"]
    panel = first_draw(
        lambda: _panel(rng, value, size),
        lambda drawn: _panel_falls(drawn, fewest, most),
        what="aait, cytokines",
    )
    cytokines = [
        Part(row["paramcd"], row["label"], "pg/mL", value["aait-cytokine-days"], *drawn, decimals=3)
        for row, drawn in zip(value["aait-cytokine-panel"], panel, strict=True)
    ]
    return [
        Part("HIVRNA", "HIV RNA", "copies/mL", value["aait-visit-days"], *rna),
        Part("DONOR", "Donor cells", "%", donor_days, *donor, decimals=3),
        *cytokines,
    ]


def _hiv_rna(rng: np.random.Generator, value, size: int) -> Censored:
    days = np.array(value["aait-visit-days"], dtype=float)
    mean, sd = value["aait-hiv-rna-baseline"]
    start = 10 ** rng.normal(mean, sd, (size, 1))
    residual = 10 ** rng.normal(*value["aait-hiv-rna-residual"], (size, 1))
    fast, slow, share = value["aait-hiv-rna-decay"]
    level = start * ((1 - share) * 0.5 ** (days / fast) + share * 0.5 ** (days / slow)) + residual
    noise = rng.normal(0, value["hiv-rna-within-person-sd"] * LN10, level.shape)
    copies = tables.significant_digits(np.maximum(level * np.exp(noise), 1))
    return tables.at_limit(np.round(copies), limit=value["aait-hiv-rna-limit"])


def _rna_falls(drawn: Censored) -> bool:
    """Every patient lower at the end; none suppressed at the start, some but not all at the end."""
    copies, below = drawn
    falls = (copies[:, -1] < copies[:, 0]).all() and not below[:, 0].any()
    return bool(falls and len(copies) / 3 <= below[:, -1].sum() < len(copies))


def _donor(rng: np.random.Generator, value, size: int) -> Censored:
    days = np.array(value["aait-chimerism-days"], dtype=float)
    median, sd = value["aait-chimerism-start"]
    start = median * np.exp(rng.normal(0, sd, (size, 1)))
    spread = rng.normal(0, value["aait-chimerism-half-life-log-sd"], (size, 1))
    half_life = value["aait-chimerism-half-life"] * np.exp(spread)
    noise = np.exp(rng.normal(0, value["aait-chimerism-noise-log-sd"], (size, len(days))))
    share = tables.significant_digits(start * 0.5 ** (days / half_life) * noise, digits=2)
    return tables.at_limit(share, limit=value["aait-chimerism-limit"])


def _short_term(drawn: Censored, gone: np.ndarray) -> bool:
    """Seen in all at first and in none on the `gone` days; lost on several days, never back."""
    below = drawn[1]
    returns = (np.diff(below.astype(int), axis=1) < 0).any()
    several = len(set(below.argmax(axis=1))) > 1
    return bool(not below[:, 0].any() and below[:, gone].all() and several and not returns)


def _panel(rng: np.random.Generator, value, size: int) -> list[Censored]:
    days = np.array(value["aait-cytokine-days"], dtype=float)
    shared = rng.standard_normal((size, 1))
    weight = value["aait-cytokine-correlation"]
    # most of the fall comes in the first three months
    pace = np.expm1(-days / 60) / np.expm1(-days[-1] / 60)
    out = []
    for row in value["aait-cytokine-panel"]:
        own = rng.standard_normal((size, 1))
        person = row["log_sd"] * (np.sqrt(weight) * shared + np.sqrt(1 - weight) * own)
        noise = rng.normal(0, value["aait-cytokine-within-log-sd"], (size, len(days)))
        levels = row["median"] * np.exp(person + np.log(row["fall"]) * pace + noise)
        out.append(tables.at_limit(tables.significant_digits(levels), limit=row["limit"]))
    return out


def _panel_falls(panel: list[Censored], fewest: int, most: int) -> bool:
    """Every median falls to the last visit, some values are at a limit, Holm keeps only some."""
    medians = [np.median(levels[:, [0, -1]], axis=0) for levels, _ in panel]
    if not all(last < first for first, last in medians) or not any(b.any() for _, b in panel):
        return False
    p = [acceptance.within_arm(levels[:, -1] - levels[:, 0])[1] for levels, _ in panel]
    return fewest <= acceptance.holm_count(p) <= most
