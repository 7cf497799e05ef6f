"""A raw adtte and its endpoints in, how each time ended out: the event, a competing one, or neither.

`study.toml` names the codes (numbers are CNSR, texts are EVNTDESC). Where it does not, CNSR 0 is
the event, and a death described beside a censored time competes, unless the endpoint is about death
or survival itself. Nothing else competes: a patient alive at the end of the study is censored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.cells import numbers, text
from helpers.config import Endpoint

DEATH = re.compile(r"\b(death|died|dead|deceased|tod|gestorben|verstorben)\b", re.I)
_NO_DEATH = re.compile(r"\b(no|not|without|free|alive|before|until|kein|ohne)\b", re.I)
ABOUT_DEATH = re.compile(
    r"death|died|surviv|mortal|\btod|überleben|\b(?:os|pfs|dfs|efs|rfs)\b", re.I
)
ENDINGS = ("EVENT", "COMPETING", "UNSAID")


def outcomes(adtte: pd.DataFrame, endpoints: Mapping[str, Endpoint]) -> pd.DataFrame:
    """One row a row of `adtte`: EVENT, COMPETING (never both), UNSAID, all true or false.

    UNSAID: `study.toml` lists all three kinds of codes of the endpoint and this row has none of
    them; it is then censored. Rows of other parameters: EVENT where CNSR is 0.
    """
    code = numbers(adtte["CNSR"]).to_numpy(dtype=float)
    words = _column(adtte, "EVNTDESC")
    out = pd.DataFrame(False, index=adtte.index, columns=list(ENDINGS))
    out["EVENT"] = code == 0
    parameter = text(adtte["PARAMCD"]).to_numpy()
    for endpoint in endpoints.values():
        rows = np.flatnonzero(parameter == endpoint.paramcd)
        about = f"{endpoint.label} {endpoint.paramcd} " + " ".join(
            set(_column(adtte.iloc[rows], "PARAM"))
        )
        ends = _ends(endpoint, code[rows], words[rows], about)
        for name, values in zip(ENDINGS, ends, strict=True):
            out.iloc[rows, out.columns.get_loc(name)] = values
    return out


def _column(adtte: pd.DataFrame, name: str) -> np.ndarray:
    return text(adtte[name]).to_numpy() if name in adtte else np.full(len(adtte), "", dtype=object)


def _ends(endpoint: Endpoint, code: np.ndarray, words: np.ndarray, about: str):
    """Event, competing and unsaid rows of one endpoint."""
    event = _among(endpoint.events, code, words) if endpoint.events else code == 0
    if endpoint.competing is not None:
        competing = _among(endpoint.competing, code, words)
    elif ABOUT_DEATH.search(about):
        competing = np.zeros(len(code), dtype=bool)
    else:
        known = {word: names_death(word) for word in set(words)}
        dead = np.array([known[word] for word in words], dtype=bool)
        # what stands beside events as well describes the event
        competing = dead & ~event & ~np.isin(words, list(set(words[event & dead])))
    event = event & ~competing
    said = bool(endpoint.censored)
    unsaid = ~event & ~competing & ~_among(endpoint.censored, code, words) & said
    return event, competing, unsaid


def names_death(words: str) -> bool:
    """Whether a description says that the patient died."""
    return bool(DEATH.search(words)) and not _NO_DEATH.search(words)


def _among(codes: Sequence[float | str], code: np.ndarray, words: np.ndarray) -> np.ndarray:
    """True where CNSR is one of the numbers or EVNTDESC one of the texts, in whatever case."""
    texts = {str(c).strip().casefold() for c in codes if isinstance(c, str)}
    values = [float(c) for c in codes if not isinstance(c, str)]
    said = np.array([str(word).casefold() in texts for word in words], dtype=bool)
    return np.isin(code, values) | said
