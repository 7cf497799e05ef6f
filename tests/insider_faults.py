"""Contradictions that somebody with the files open would see, each seeded; all passed in silence once.

As in `faults`: each spoils the sound folder in one way and says which line of the report must name it.
"""

from __future__ import annotations

import pandas as pd

from faults import Fault, Folder


def _carried(folder: Folder, table: str, column: str) -> pd.DataFrame:
    """A table that carries a column of adsl, rightly."""
    frame, adsl = folder.tables[table], folder.tables["adsl"]
    frame[column] = frame["USUBJID"].map(adsl.set_index("USUBJID")[column])
    return frame


def _flag_of_a_subject(table: str, word: str):
    def spoil(folder: Folder) -> None:
        frame = _carried(folder, table, "ITTFL")
        frame.loc[frame["USUBJID"] == "HUCMSC-003", "ITTFL"] = word

    return spoil


INSIDER = (
    Fault("a flag of times that adsl has otherwise", _flag_of_a_subject("adtte", "N"),
          "flag that adsl has otherwise", "adtte.csv", 4, "ITTFL", "warning",
          "N of 'HUCMSC-003', Y in adsl"),
    Fault("a flag of measurements that adsl has otherwise", _flag_of_a_subject("adlb", "N"),
          "flag that adsl has otherwise", "adlb.csv", 50, "ITTFL", "warning", "Y in adsl"),
)  # fmt: skip
