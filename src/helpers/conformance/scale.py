"""Tables in, values of a visit, a subject or a cell that are ten times off what is around out."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.conformance.rules import Hits, rule
from helpers.conformance.spikes import others_median, positive
from helpers.conformance.units import parse_unit
from helpers.conformance.view import Tables, steady
from helpers.conformance.visits import LAB

LEAST, NEAR = 5, 0.12  # subjects at a visit; powers of ten off a whole one, of their median
MOST, BEYOND = 0.9, np.log10(3)  # share of the subjects that lie so far off, all to one side
ALONE = 4  # subjects of another size who may be very ill
FEW, GAP, OFF, SPREADS = 0.15, 0.3, 0.7, 4.0  # share, gap, distance (powers of ten) of odd subjects
WIDTHS, NEAR_WIDTH, SEVERAL = (1e3, 1e4, 1e5), 0.7, 3  # where values are cut; subjects
CUT, BETWEEN, RARELY = (
    0.27,
    0.4,
    0.2,
)  # of the largest: what is cut, what is fallen; of these to those
DROP, BACK, USUAL = np.log10(6), np.log10(2), np.log10(3)  # of a value, its neighbours, other drops


def _sizes(
    tables: Tables, measured: bool = False
) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Label, rows and logarithms (a row a subject, a column a visit) of each steady parameter.

    If `measured`, of those that are counts or concentrations by their unit, no scores or ratios.
    """
    for parameter, mine in positive(tables):
        unit = parse_unit(parameter.unit)
        if measured and (unit is None or unit.kind not in ("count", "mass", "activity")):
            continue
        mine = mine[tables.scheduled[mine["ROW"].to_numpy()] & mine["VISIT"].notna()]
        mine = mine.drop_duplicates(["SUBJECT", "VISIT"])
        if len(mine) and steady(np.log10(mine["AVAL"].to_numpy())):
            size = mine.assign(SIZE=np.log10(mine["AVAL"]))
            yield parameter.label, mine, size.pivot(index="SUBJECT", columns="VISIT", values="SIZE")


@rule(
    "values of one visit ten times off",
    "warning",
    "adlb.AVAL",
    expected="values of the size that the same subjects have at the other visits",
    do="check the dilution, or the unit, of this visit; convert AVAL, BASE and CHG",
    needs=["adsl.USUBJID", *LAB],
)
def visit_off(tables: Tables) -> Iterator[Hits]:
    """At one visit the values of all subjects, or of one arm or site, are ten times those of other visits.

    Or a tenth, a hundred times and so on: by the median of five subjects or more, nearly all of them
    to the same side. One arm or site only between two visits at which it is not: after the first a
    treatment may work. HIV RNA and parameters that range widely are passed over.
    """
    for label, mine, size in _sizes(tables):
        if size.shape[1] < 3:
            continue
        far = size - others_median(size)
        for visit in size:
            off = far[visit].dropna()
            inner = size.columns[0] < visit < size.columns[-1]
            for whose, part in _groups(tables, off, inner):
                power = _power(part.to_numpy())
                if power:
                    here = (mine["VISIT"] == visit) & mine["SUBJECT"].isin(part.index)
                    yield Hits(mine.loc[here, "ROW"].to_numpy(), f"{label} of {whose} at {visit:g}: "
                               f"{10.0**power:g} times the same subjects' other visits")  # fmt: skip
                    break


def _groups(tables: Tables, off: pd.Series, inner: bool) -> Iterator[tuple[str, pd.Series]]:
    yield "all", off
    both = (*tables.of_subjects("adsl.TRT01A"), "arm"), (*tables.sites, "site")
    for codes, names, kind in both if inner else ():
        code = codes[off.index.to_numpy()]
        for group in np.unique(code[code >= 0]):
            if _power(off[code != group].to_numpy()) == 0:
                yield f"{kind} {names[group]!r}", off[code == group]


def _power(off: np.ndarray) -> int:
    """The power of ten by which all of `off` (logarithms) differ from 0; 0 where they do not."""
    if len(off) < LEAST:
        return 0
    middle = float(np.median(off))
    alike = (np.sign(middle) * off > BEYOND).mean() >= MOST
    return round(middle) if alike and abs(middle - round(middle)) < NEAR else 0


@rule(
    "subjects with values of another size",
    "warning",
    "adlb.AVAL",
    expected="values of the size of the other subjects'",
    do="check the unit of these subjects' values (per cent among counts, 10^9/L, another dilution)",
    needs=LAB,
)
def subject_off(tables: Tables) -> Iterator[Hits]:
    """All values of a few subjects lie five times or more off, and apart from those of all others.

    By the medians of the subjects, of counts and concentrations but HIV RNA: with a gap, and four times
    the usual spread off. Of four or fewer only where they are so in two parameters: a few may be very ill.
    """
    found = [(label, mine, word, _apart((side * size.median(axis=1)).sort_values()))
             for label, mine, size in _sizes(tables, measured=True)
             for side, word in ((1, "below"), (-1, "above"))]  # fmt: skip
    times = pd.Series([s for *_, odd in found for s in odd], dtype=int).value_counts()
    for label, mine, word, odd in found:
        odd = odd if len(odd) > ALONE else odd[times.reindex(odd).to_numpy() > 1]
        rows = mine[mine["SUBJECT"].isin(odd)]
        percent = " (per cent?)" if word == "below" and rows["AVAL"].max() <= 100 else ""
        said = f": {label} of {len(odd)} subject(s) {word} all others{percent}"
        first = np.sort(rows.drop_duplicates("SUBJECT")["ROW"].to_numpy())
        yield Hits(first, lambda row, said=said: tables.said_of("adlb.AVAL")(row) + said)


def _apart(low_first: pd.Series) -> pd.Index:
    """The subjects below the widest gap among the lowest; none where they do not stand apart."""
    size = low_first.to_numpy()
    most = int(FEW * len(size))
    gaps = np.diff(size)[:most]
    if len(size) < 4 * LEAST or not len(gaps) or gaps.max() < GAP:
        return low_first.index[:0]
    many = int(gaps.argmax()) + 1
    rest = size[many:]
    middle = np.median(rest)
    spread = 1.4826 * np.median(np.abs(rest - middle))
    far = np.median(size[:many]) < middle - OFF and size[many - 1] < middle - SPREADS * spread
    return low_first.index[:many] if far else low_first.index[:0]


@rule(
    "value that drops and returns",
    "warning",
    "adlb.AVAL",
    expected="a value of the size of those before and after it",
    do="check the digits of this value (a digit lost, a field cut off)",
    needs=LAB,
)
def dropped(tables: Tables) -> Iterator[Hits]:
    """A value is a sixth or less of the one before and of the one after, which are alike.

    And lower by more than values move, four times in most. In one of twenty values at most, and where
    no other value falls to a third and returns.
    """
    for _, mine, size in _sizes(tables):
        x = size.to_numpy()
        if x.shape[1] < 3 or np.isnan(np.diff(x)).all():
            continue
        drop, moved = _drops(x)
        odd, step = drop > DROP, np.nanmedian(np.abs(np.diff(10**x)))
        if not 0 < odd.sum() <= max(3, x.size / 20) or ((drop > USUAL) & ~odd).any():
            continue
        if np.median(moved[odd]) > SPREADS * step:
            who, when = np.nonzero(odd)
            at = mine.set_index(["SUBJECT", "VISIT"])["ROW"]
            rows = [at[size.index[s], size.columns[v + 1]] for s, v in zip(who, when, strict=True)]
            yield Hits(np.sort(rows), tables.said_of("adlb.AVAL"))


def _drops(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How far each inner value lies below both neighbours, where these are alike: powers of ten, units."""
    before, here, after = x[:, :-2], x[:, 1:-1], x[:, 2:]
    lower = np.where(np.abs(before - after) < BACK, np.fmin(before, after), np.nan)
    return lower - here, 10**lower - 10**here


@rule(
    "values cut to fewer digits",
    "warning",
    "adlb.AVAL",
    expected="values of the size of the subject's others",
    do="export the column again, wide enough: the last digits of large values are lost",
    needs=LAB,
)
def cut(tables: Tables) -> Iterator[Hits]:
    """Values are about a tenth of their subject's largest, where that is near or beyond 1,000 (10,000, ...).

    Three or more, of whole numbers and in three subjects; and hardly any value is lower still, or between
    a tenth and a half, as they would be if they fell.
    """
    for label, mine, _ in _sizes(tables):
        values = mine["AVAL"].to_numpy()
        most = mine.groupby("SUBJECT")["AVAL"].transform("max").to_numpy()
        for width in WIDTHS if (values % 1 == 0).all() else ():
            part = np.where(most >= NEAR_WIDTH * width, values / most, 1)
            odd = (part < CUT) & (values >= width / 10) & (part > 0.05)
            fallen = (part < BETWEEN) & ~odd
            if mine.loc[odd, "SUBJECT"].nunique() >= SEVERAL and fallen.sum() <= RARELY * odd.sum():
                yield Hits(np.sort(mine.loc[odd, "ROW"].to_numpy()), lambda row, label=label: (
                    f"{tables.said_of('adlb.AVAL')(row)}: {label}"))  # fmt: skip
                break
