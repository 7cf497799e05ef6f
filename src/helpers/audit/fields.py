"""One table of a report.toml goes in, typed fields and every fault of its form come out.

Which fields a kind of result has, and what each must look like, stands here and nowhere else.
Whether the fields agree with one another is for `coherence`.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from helpers.audit import printed
from helpers.audit.field_forms import FORMS
from helpers.audit.forms import STATISTICS
from helpers.audit.measure_names import read_measure
from helpers.audit.spread import spread
from helpers.audit.wording import BAYES
from helpers.errors import Problem
from helpers.printable import shown

FILE = "report.toml"
COMMON = ("id", "kind", "arms", "p", "test", "at", "adjusted", "sentence", "quote", "note",
          "source", "p_adjusted", "correction", "comparisons")  # fmt: skip
COUNTED, MEANS, OVER = ("percent", "count", "of"), ("mean", "sd", "se"), ("time", "rate", "per")
ESTIMATE = ("value", "ci", "level")
PARTS = ("sum_of", "any_of", "part_of", "events")
FIELDS = {
    "percent": ("percent", "count", "of", "across", "ci", "level", *PARTS),
    "km-percent": (
        "percent",
        "count",
        "of",
        "y_axis",
        "median",
        "ci",
        "level",
        "at_risk",
        "part_of",
    ),
    "ratio": (
        "measure",
        *ESTIMATE,
        "beside",
        *COUNTED,
        "y_axis",
        "median",
        *MEANS,
        *OVER,
        "strata",
        "categories",
        *PARTS,
    ),
    "mean": ("mean", "sd", "se", "ci", "level", "range", "items", "scale", "of"),
    "median": ("median", "range", "iqr", "ci", "level", "whole", "of"),
    "change": ("before", "after", "mean", "sd", "se", "ci", "level", "of", "count"),
    "among": ("beside", "categories"),
    "zero": ("n", "of", "ci", "level"),
    "rate": ("count", "time", "rate", "per", "ci", "level", *PARTS[:-1]),
    "correlation": ("r", "value", "n", "df", "ci", "level"),
    "statistic": ("statistic", "value", *STATISTICS, "df", "n", *MEANS, "beside"),
    "agreement": ("value", "ci", "level", "table", "weights"),
    "km-curve": ("curve", "n_risk", "events", "y_axis", "measure", "value", "ci", "level"),
    "interaction": ("between",),
    "fact": ("name", "printed", "within", "beside"),
}
NEEDS = {
    "percent": (("percent", "count"),),
    "km-percent": (("percent",),),
    "ratio": (("measure",), ("value", "ci")),
    "mean": (("mean",),),
    "median": (("median",),),
    "change": (("p", "before", "after", "mean"),),
    "among": (("p", "p_adjusted", "categories"),),
    "rate": (("rate", "ci"),),
    "correlation": (("r", "value"),),
    "statistic": (("value", *STATISTICS),),
    "agreement": (("value",),),
    "km-curve": (("curve",),),
    "interaction": (("between",), ("p", "p_adjusted")),
    "fact": (("name",), ("printed",)),
}
BY_ARM = ("percent", "count", "of", "mean", "sd", "se", "median", "before", "after", "n", "events",
          "at_risk", "time", "rate")  # fmt: skip
# kinds whose intervals are the arms'
BY_ARM_CI = ("mean", "median", "percent", "km-percent", "change", "rate", "zero")
PAIRS_BY_ARM = ("range", "iqr")
SPELT = {"chi_square": "chi-square", "chisq": "chi-square", "x2": "chi-square", "f": "F", "T": "t",
         "y-axis": "y_axis", "n-risk": "n_risk"}  # fmt: skip
WHOLE = ("count", "of", "n", "events", "at_risk")
AS_TEXT = 'write it as text, exactly as printed: "0.040" is not "0.04"'


def as_written(value: Any) -> str:
    """Return a value of a TOML file much as it stands there, in one short line."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, date | time) else shown(value)


@dataclass
class Faults:
    """Collects the faults of one folder; `add` takes what `errors.Problem` shows."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, where: str, rule: str, expected: str, found: Any, do: str, **more) -> None:
        """Add one fault at `where` (table and field)."""
        said = found if isinstance(found, str) else as_written(found)
        self.problems.append(Problem(FILE, where, rule, expected, said, do, **more))


def typed(
    item: dict[str, Any], kind: str | None, where: str, arms: int, faults: Faults
) -> dict[str, Any]:
    """Return the sound fields of a result's table, as `model.Result` takes them.

    Of an unknown `kind` (None) every field that some kind has is read, so that its faults are found.
    """
    known = (*COMMON, *(FIELDS[kind] if kind else dict.fromkeys(sum(FIELDS.values(), ()))))
    out: dict[str, Any] = {}

    def add(name: str, *fault: Any, **more: Any) -> None:
        faults.add(f"{where}.{name}", *fault, **more)

    for raw, value in spread(item, known if kind else (), arms, add).items():
        name = SPELT.get(raw, raw)
        if name not in known:
            unknown(raw, known, f"{where}.{raw}", faults)
        elif name not in ("id", "kind", "arms") and (kind or name != "ci"):  # its form is a kind's
            _read(name, value, kind, f"{where}.{raw}", arms, faults, out)
    for needed in NEEDS.get(kind, ()) if arms else ():
        if not any(_printed(out.get(name)) for name in needed) and not _refused(
            needed, where, faults
        ):
            expected, do = f"{' or '.join(needed)} for kind {kind!r}", "add it as it is printed"
            faults.add(where, "a needed field is missing", expected, "nothing", do)
    return _statistic(out, where, faults) if kind in ("statistic", "correlation", None) else out


def unknown(name: str, known: tuple[str, ...], where: str, faults: Faults) -> None:
    """Report a field that no table has: an error where it looks misspelt, else a warning."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    do = f"did you mean {near[0]!r}?" if near else "leave it out; the audit does not use it"
    severity = "error" if near else "warning"
    faults.add(where, "unknown field", ", ".join(known), name, do, severity=severity)


def _printed(value: Any) -> bool:
    """Whether a field holds anything: a text, or a list or pair with a text in it."""
    return any(map(_printed, value)) if isinstance(value, tuple) else bool(value)


def _refused(names: tuple[str, ...], where: str, faults: Faults) -> bool:
    """Return whether a fault of one of these fields, and not of one that begins like it, is told."""
    found = {problem.column.partition("[")[0] for problem in faults.problems}
    meant = {p.do for p in faults.problems if p.column.startswith(f"{where}.")}
    return any(f"{where}.{name}" in found or f"did you mean {name!r}?" in meant for name in names)


def _read(name, value, kind, where, arms, faults, out) -> None:
    """Read one field into `out`."""
    if name == "ci" and kind in BY_ARM_CI:
        _put(out, "intervals", _pairs(value, where, arms, faults))
    elif name in PAIRS_BY_ARM:
        _put(out, name, _pairs(value, where, arms, faults))
    elif name == "p":
        several = isinstance(value, list)
        wanted = arms if several and kind == "change" else (len(value) if several else 1)
        _put(out, name, _numbers(value if several else [value], where, wanted, faults, p=True))
    elif name in BY_ARM:
        values = value if isinstance(value, list) else [value]
        alone = kind in ("statistic", "correlation", "zero") and name == "n"
        wanted = len(values) if alone and len(values) in (1, arms) else arms
        _put(out, name, _numbers(values, where, wanted, faults, whole=name in WHOLE))
    elif name in ("ci", "df"):
        values = value if isinstance(value, list) else printed.parts(value)
        wanted = 2 if name == "ci" else len(values)
        _put(out, name, _numbers(values, where, wanted, faults, whole=name == "df"))
    elif name in ("value", "p_adjusted", *STATISTICS, "per"):
        found = _numbers([value], where, 1, faults, p=name == "p_adjusted")
        _put(out, name, found and found[0])
    elif name == "measure":
        read_measure(_plain(name, value, where, faults), out)
    else:
        _put(out, name, _plain(name, value, where, faults))


def _put(out: dict, name: str, value: Any) -> None:
    if value is not None:
        out[name] = value


def _numbers(
    values: Any, where: str, wanted: int, faults: Faults, *, whole: bool = False, p: bool = False
) -> tuple[str, ...] | None:
    """Return printed numbers as text, one an arm, "" for an unsound one; None where the list is none."""
    if not wanted:
        return None  # the arms are at fault, and that is told
    if not isinstance(values, list) or len(values) != wanted:
        found = f"{len(values)} of them" if isinstance(values, list) else as_written(values)
        do = 'one entry an arm, in the order of arms, "" where nothing is printed'
        do = 'two texts: ["low", "high"]' if where.endswith(".ci") and wanted == 2 else do
        faults.add(where, "a list that does not fit the arms", f"{wanted} printed", found, do)
        return None
    out = []
    for number, value in enumerate(values, start=1):
        place = where if len(values) == 1 else f"{where}[{number}]"
        if whole and type(value) is int:
            value = str(value)
        out.append(value.strip() if _sound(value, place, faults, p=p) else "")
    return tuple(out)


def _sound(value: Any, where: str, faults: Faults, *, p: bool) -> bool:
    """Return whether a value is the text of a printed number or ""; a fault where it is not."""
    if not isinstance(value, str):
        faults.add(where, "a printed number is not text", "text in quotation marks", as_written(value),
                   AS_TEXT)  # fmt: skip
        return False
    if value.strip() and printed.parse(value) is None:
        also = ', "<0.001" or "n.s."' if p else ""
        faults.add(where, "no printed number", f'digits such as "0.040"{also}', as_written(value),
                   _advice(value))  # fmt: skip
        return False
    return True


def _advice(value: str) -> str:
    """Return what to do about a text that is no number alone."""
    if BAYES.search(value) or "probab" in value.lower():
        return ('a posterior probability is no P: leave p out, and copy the sentence into quote; the '
                "estimate and its credible interval are then held as far as a prior allows")  # fmt: skip
    if "," in value:
        return 'if commas stand before decimal digits here, say it once: decimal = "," in [report]'
    if "(" in value or "/" in value:
        return "copy each number into a field of its own: count, of, percent, value, ci"
    return 'copy the digits alone, or "" where nothing is printed'


def _pairs(value: Any, where: str, arms: int, faults: Faults) -> tuple | None:
    """Return one (low, high) an arm; a single pair does for a single arm."""
    if arms == 1 and isinstance(value, list) and len(value) == 2 and isinstance(value[0], str):
        value = [value]
    value = [value] if isinstance(value, str) else value
    if not isinstance(value, list) or len(value) != arms:
        faults.add(where, "a list that does not fit the arms", f"{arms} pairs [low, high]",
                   as_written(value), 'one pair an arm, ["", ""] where nothing is printed')  # fmt: skip
        return None
    pairs = [printed.parts(pair) if isinstance(pair, str) else pair for pair in value]
    found = [_numbers(pair, f"{where}[{i}]", 2, faults) for i, pair in enumerate(pairs, start=1)]
    return tuple(found) if all(pair is not None for pair in found) else None


def _plain(name: str, value: Any, where: str, faults: Faults) -> Any:
    """Return a field that is no printed number; None, with a fault, where it is unsound."""
    if name == "level":
        return _level(value, where, faults)
    sound, expected = FORMS.get(name, (lambda v: isinstance(v, str), "text"))
    if not sound(value):
        faults.add(where, "not what this field holds", expected, as_written(value), "correct it")
        return None
    if name == "table":
        return tuple(tuple(map(str, row)) for row in value)
    return tuple(value) if isinstance(value, list) else value


def _level(value: Any, where: str, faults: Faults) -> str | None:
    """Return the level of an interval as text in per cent: "95%", 95, 0.95 are the same."""
    number = printed.parse(str(value))
    level = None if number is None else number.value * (100 if number.value < 1 else 1)
    if level is None or not 50 <= level < 100:
        faults.add(
            where, "no level of an interval", 'such as "95%"', as_written(value), "correct it"
        )
        return None
    return f"{float(level):g}%"


def _statistic(out: dict[str, Any], where: str, faults: Faults) -> dict[str, Any]:
    """Return t, F, chi-square, z or r as `statistic` and `value`; a fault where there are several."""
    given = [name for name in STATISTICS if name in out]
    if len(given) > 1:
        faults.add(where, "several statistics", f"one of {', '.join(STATISTICS)}", ", ".join(given),
                   "write each as a result of its own")  # fmt: skip
    if given:
        rest = {k: v for k, v in out.items() if k not in STATISTICS}
        return {**rest, "statistic": given[0], "value": out[given[0]]}
    name = str(out.get("statistic", "r")).strip().lower()
    named = {"f": "F", "chi2": "chi-square", "chisq": "chi-square", "chi square": "chi-square",
             "χ2": "chi-square", "χ²": "chi-square"}  # fmt: skip
    return {**out, "statistic": named.get(name, name)}
