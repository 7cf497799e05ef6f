"""Values of arms with a limit of quantification in, how the shares below it differ between arms out.

No model: counts alone. What lies below the limit is a bound, and whether it does is known of everybody.
"""

from __future__ import annotations

from dataclasses import replace

from helpers.analyse.two_proportions import newcombe_difference
from helpers.literate.outcome import Results
from helpers.literate.rows import Rows, row_key, visit_words


def below_against_reference(values: Rows) -> Results:
    """Share of each arm below the limit less that of the reference arm, at the last visit.

    `values`: ARM, VISIT and BLQFL, one row a subject and visit. Newcombe's interval.
    """
    study, frame = values.study, values.frame
    last = frame["VISIT"].max()
    counts = (
        frame[frame["VISIT"] == last].groupby("ARM", observed=True)["BLQFL"].agg(["sum", "size"])
    )
    if study.reference not in counts.index:
        return Results({})
    base = counts.loc[study.reference].astype(int)
    about = replace(values.about, study=study.id, label=study.label, unit="proportion",
                    visit=visit_words(study, last), comparator=study.reference,
                    parameter=f"{values.about.parameter} below the limit")  # fmt: skip
    found = {arm: newcombe_difference(*counts.loc[arm].astype(int), *base)
             for arm in study.arms if arm in counts.index and arm != study.reference}  # fmt: skip
    return Results({row_key(arm): values.shown(estimate, replace(about, arm=arm))
                    for arm, estimate in found.items()})  # fmt: skip
