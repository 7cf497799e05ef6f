"""Tables of texts in, the same with other structure or other cells out."""

from __future__ import annotations

import random
from collections.abc import Callable

import pandas as pd

from fuzz.base import Spoiled

VALUES = [
    "", " ", ".", "NA", "nan", "NaN", "None", "NULL", "<NA>", ".A", "._", "-", "--", "0", "-0", "00", "1",
    "-1", "-9", "99", "999", "-999", "0.5", "1e5", "1E-5", "5e-79", "1e-320", "1e15", "1e16", "1e300",
    "-1e300", "1e999", "inf", "-inf", "Infinity", "9" * 400, "9" * 5000, "0." + "3" * 500, "1_000",
    "0x10", "１２", "٣", "²", "½", "1,5", "1.5", "1.234,5", "1,234", "1 000", "1\u00a0000", "+5", "5.", ".5",
    "<50", "> 10", "≤ 5", "12 mg", "1/2", "50%", "Y", "N", "y", "yes", "nein", "TRUE", "false", "J", "2",
    "F", "M", "U", "female", "MILD", "Grade 3", "severe", "CD4", "CD8", "HIVRNA", "TTRESP",
    "2015-03-02", "2015-02-30", "2015-03", "02MAR2015", "31FEB2015", "02/03/2015", "2015-03-02T10:00:00",
    "9999-12-31", "0000-00-00", "20151", "1.6e9", "Baseline", "Week 12", "Week -1", "Unscheduled", "99.01",
    "Screening", "End of Treatment", "HUCMSC-001", "AAIT-01", "Placebo", "Low dose", "low  dose", "AAIT",
    "\t", "a\tb", "a\nb", "a\r\nb", "\x1b[31mx", "\x07", "\x7f", "\x9b2J", "\u2028", "\u202eabc", "\ufeffx",
    "\u200b", "\u00a0", "é", "e\u0301", "ß", "免疫", "🙂", "'", '"', '""', "a,b", "a;b", "|", "\\", "\\n",
    "=SUM(A1)", "<script>alert(1)</script>", "{num}", "{{x}}", "$x^2$", "*a*", "`a`", "[a](b)", "%s", "{}",
    "a" * 300, "x" * 20_000, "None", "True", "[1]", "{'a': 1}", "b'x'", "NaT", "1970-01-01", "-0.0",
]  # fmt: skip


def spoil(study: Spoiled, numbers: random.Random) -> None:
    """Spoil one table in one way."""
    name = numbers.choice(sorted(study.tables))
    way = numbers.choices([w for w, _ in WAYS], [weight for _, weight in WAYS])[0]
    frame = study.tables[name]
    if frame.empty or not len(frame.columns):
        return
    study.tables[name] = way(frame.copy(), numbers)
    study.done.append(f"{name}: {way.__name__}")


def _column(frame: pd.DataFrame, numbers: random.Random) -> int:
    return numbers.randrange(len(frame.columns))


def one_cell(frame, numbers):
    frame.iloc[numbers.randrange(len(frame)), _column(frame, numbers)] = numbers.choice(VALUES)
    return frame


def some_cells(frame, numbers):
    at = _column(frame, numbers)
    for _ in range(numbers.randint(2, 30)):
        frame.iloc[numbers.randrange(len(frame)), at] = numbers.choice(VALUES)
    return frame


def a_column_of_one_value(frame, numbers):
    frame.isetitem(_column(frame, numbers), numbers.choice(VALUES))
    return frame


def a_column_of_few_values(frame, numbers):
    few = numbers.choices(VALUES, k=numbers.randint(2, 4))
    frame.isetitem(_column(frame, numbers), [numbers.choice(few) for _ in range(len(frame))])
    return frame


def a_row_of_values(frame, numbers):
    frame.iloc[numbers.randrange(len(frame))] = numbers.choices(VALUES, k=len(frame.columns))
    return frame


def a_factor(frame, numbers):
    at, factor = _column(frame, numbers), numbers.choice([0, -1, 1e-9, 1e3, 1e9, 0.1])

    def times(cell):
        try:
            return f"{float(cell) * factor:.12g}"
        except ValueError:
            return cell

    frame.isetitem(at, frame.iloc[:, at].map(times))
    return frame


def a_shuffled_column(frame, numbers):
    at = _column(frame, numbers)
    frame.isetitem(at, numbers.sample(list(frame.iloc[:, at]), len(frame)))
    return frame


def two_columns_swapped(frame, numbers):
    one, other = _column(frame, numbers), _column(frame, numbers)
    first, second = list(frame.iloc[:, one]), list(frame.iloc[:, other])
    frame.isetitem(one, second)
    frame.isetitem(other, first)
    return frame


def a_column_dropped(frame, numbers):
    return frame.drop(columns=frame.columns[_column(frame, numbers)])


def a_column_doubled(frame, numbers):
    at = _column(frame, numbers)
    return pd.concat([frame, frame.iloc[:, [at]]], axis=1)


def a_column_renamed(frame, numbers):
    names, at = list(frame.columns), _column(frame, numbers)
    old = str(names[at])
    names[at] = numbers.choice(
        [old.lower(), f" {old} ", old[:-1], old + "G", "", "Unnamed: 0", "AVAL", "USUBJID", "ARM", "CNSR",
         "AESER", "DTYPE", "AVALC", "PARAM", "TRTSDT", "DTHDT", "TRT01P", "STARTDT", numbers.choice(VALUES)]
    )  # fmt: skip
    return frame.set_axis(names, axis=1)


def a_column_added(frame, numbers):
    known = ["BLQFL", "ABLFL", "ANL01FL", "DTYPE", "AVALC", "BASE", "CHG", "ADY", "ADT", "TRTSDT", "TRTEDT",
             "DTHDTC", "DTHDY", "BRTHDTC", "TRT02A", "TRT01P", "SAFFL", "ITTFL", "TRTDURD", "AENDY", "AESER",
             "AETOXGR", "AESEV", "TRTEMFL", "EVNTDESC", "CNSDTDSC", "STARTDT", "AVALU", "AVISIT", "ATOXGR",
             "ARM", "index", "PARAM", "RANDDT"]  # fmt: skip
    few = numbers.choices(VALUES, k=numbers.randint(1, 3))
    frame[numbers.choice(known)] = [numbers.choice(few) for _ in range(len(frame))]
    return frame


def rows_dropped(frame, numbers):
    kept = numbers.choice([0, 1, 2, 3, len(frame) // 2, len(frame) - 1])
    return frame.iloc[sorted(numbers.sample(range(len(frame)), min(kept, len(frame))))]


def rows_doubled(frame, numbers):
    rows = [numbers.randrange(len(frame)) for _ in range(numbers.randint(1, 20))]
    return pd.concat([frame, frame.iloc[rows]], ignore_index=True)


def rows_of_one_value_dropped(frame, numbers):
    at = _column(frame, numbers)
    value = numbers.choice(list(frame.iloc[:, at]))
    keep = frame.iloc[:, at] == value
    return frame[keep if numbers.random() < 0.3 else ~keep]


def a_header_amid_the_rows(frame, numbers):
    row = pd.DataFrame([list(frame.columns)], columns=frame.columns)
    at = numbers.randrange(len(frame))
    if frame.columns.has_duplicates:
        return frame
    return pd.concat([frame.iloc[:at], row, frame.iloc[at:]], ignore_index=True)


def blank_rows(frame, numbers):
    at = numbers.randrange(len(frame) + 1)
    blank = pd.DataFrame("", index=range(numbers.randint(1, 3)), columns=frame.columns)
    if frame.columns.has_duplicates:
        return frame
    return pd.concat([frame.iloc[:at], blank, frame.iloc[at:]], ignore_index=True)


def wide(frame, numbers):
    names = [f"X{i}" for i in range(numbers.choice([5, 300]))]
    more = pd.DataFrame({name: numbers.choice(VALUES) for name in names}, index=frame.index)
    return pd.concat([frame, more], axis=1)


Way = Callable[[pd.DataFrame, random.Random], pd.DataFrame]
WAYS: list[tuple[Way, int]] = [
    (one_cell, 14), (some_cells, 8), (a_column_of_one_value, 8), (a_column_of_few_values, 8),
    (a_row_of_values, 4), (a_factor, 4), (a_shuffled_column, 3), (two_columns_swapped, 3),
    (a_column_dropped, 4), (a_column_doubled, 2), (a_column_renamed, 5), (a_column_added, 6),
    (rows_dropped, 5), (rows_doubled, 3), (rows_of_one_value_dropped, 6), (a_header_amid_the_rows, 1),
    (blank_rows, 2), (wide, 1),
]  # fmt: skip
