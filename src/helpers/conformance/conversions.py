"""Laboratory values in, parameters that many subjects have in another unit than the rest out."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from helpers.conformance.rules import Hits, rule
from helpers.conformance.spikes import positive
from helpers.conformance.view import Tables
from helpers.conformance.visits import LAB

UNIT = re.compile(r"^([munµμ]?mol/l|m?g/dl|g/l)$", re.I)
# what one mg/dL (of the last, one g/dL) is in µmol/L or mmol/L (g/L)
FACTORS = ((r"bilirubin", 17.1), (r"creatinin|kreatinin", 88.4), (r"cholest|\bldl\b|\bhdl\b", 38.67),
           (r"glucose|glukose", 18.02), (r"triglycer", 88.57), (r"\buric|urate", 59.48),
           (r"ha?emoglobin|albumin", 10.0))  # fmt: skip
LEAST, SHARE = 5, 0.15  # subjects of either unit; of all
GAP, NEAR = np.log10(2), np.log10(1.25)  # between the two; of their medians from the factor


@rule(
    "subjects in two units",
    "warning",
    "adlb.AVAL",
    expected="values of all subjects in one unit",
    do="ask which unit each site or laboratory reported; convert AVAL, BASE and CHG",
    needs=LAB,
)
def two_units(tables: Tables) -> Iterator[Hits]:
    """Subjects fall into two groups whose medians differ by the factor of two units (bilirubin 17.1).

    Between the groups nobody has a value, over a factor of two, and each is narrower than they are apart. Of
    bilirubin, creatinine, cholesterol, glucose, triglycerides, urate, haemoglobin and albumin.
    """
    for parameter, mine in positive(tables):
        factor = _factor(f"{parameter.label} {parameter.paramcd}", parameter.unit)
        size = np.sort(np.log10(mine["AVAL"].to_numpy()))
        if not factor or len(size) < 2 * LEAST:
            continue
        at = int(np.diff(size).argmax())
        low = mine[mine["AVAL"] < 10 ** ((size[at] + size[at + 1]) / 2)]
        high = mine.drop(index=low.index)
        few = min(low["SUBJECT"].nunique(), high["SUBJECT"].nunique())
        apart = np.median(size[at + 1 :]) - np.median(size[: at + 1])
        wide = max(np.ptp(size[: at + 1]), np.ptp(size[at + 1 :]))
        if (few >= max(LEAST, SHARE * mine["SUBJECT"].nunique()) and size[at + 1] - size[at] > GAP
                and abs(apart - np.log10(factor)) < NEAR and wide < apart
                and not set(low["SUBJECT"]) & set(high["SUBJECT"])):  # fmt: skip
            odd = low if len(low) < len(high) else high
            said = f": {parameter.label}, two groups {10**apart:.3g} times apart (units {factor:g})"
            rows = np.sort(odd["ROW"].to_numpy())
            yield Hits(rows, lambda row, said=said: tables.said_of("adlb.AVAL")(row) + said)


def _factor(label: str, unit: str) -> float:
    """How far two usual units of this parameter lie apart; 0 where they are not known."""
    if not UNIT.match(unit.strip()):
        return 0.0
    return next((f for words, f in FACTORS if re.search(words, label, re.I)), 0.0)
