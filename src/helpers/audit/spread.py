"""One result's table goes in, the same with every number in a field of its own comes out.

Reviewers copy whole cells: "23 (38.3%)" into count, "0.62 (95% CI 0.40 to 0.97)" into value. Where
only one meaning is possible the parts go where they belong, digits as printed; else one fault says
which lines to write instead. Nothing that stands in two fields differently is chosen between.
"""

from __future__ import annotations

from typing import Any

from helpers.audit import forms, printed
from helpers.audit.forms import Piece
from helpers.audit.wording import NAMED

CELLS = ("percent", "count", "of", "mean", "sd", "se", "median", "iqr", "range", "ci", "value", "rate",
         "n", "before", "after", "time", "p", "p_adjusted", "level", *forms.STATISTICS)  # fmt: skip
TOGETHER = {
    "mean_sd": ("mean", "sd"),
    "mean_se": ("mean", "se"),
    "mean_ci": ("mean", "ci"),
    "median_iqr": ("median", "iqr"),
    "median_range": ("median", "range"),
    "median_ci": ("median", "ci"),
    "count_percent": ("count", "percent"),
    "n_percent": ("count", "percent"),
}  # names of a field for whole cells; fmt: skip
COUNTS = ("count", "percent", "of")
MAIN = {"sd": "mean", "se": "mean", "iqr": "median"}  # what stands before such a spread
PAIRS = ("ci", "iqr", "range")
ALONE = ("measure", "level", "test", "per", "adjusted")  # one a result, not one an arm
WHICH = "say which of the two it is"


class _UnclearError(Exception):
    """A cell with several meanings; its text is what to do."""


def spread(item: dict[str, Any], fields: tuple[str, ...], arms: int, add) -> dict[str, Any]:
    """Return the fields of a result's table with whole cells taken apart.

    `fields` are those of its kind, `arms` its number of arms; `add(field, rule, expected, found,
    do)` reports a fault.
    """
    cells = {name: (name, "") for name in CELLS if name in fields}
    cells |= {name: pair for name, pair in TOGETHER.items() if set(pair) <= set(fields)}
    out = {name: value for name, value in item.items() if cells.get(name, (name,))[0] == name}
    for name in filter(cells.get, item):
        _take(out, name, item[name], cells[name], fields, arms, add)
    return out


def _take(out, name, value, target, fields, arms, add) -> None:
    """Put what the cells of one field hold into `out`; of `target` the second may stand in each."""
    cells = _cells(value, arms)
    found, unclear = [], []
    for place, cell in enumerate(cells, start=1):
        where = f"{name}[{place}]" if isinstance(value, list) and len(value) > 1 else name
        try:
            found.append(_parts(cell, *target, fields) if isinstance(cell, str) else {})
        except _UnclearError as error:
            found.append({target[0]: ""})
            unclear.append((where, cell, str(error)))
    for where, cell, do in unclear[:1]:
        add(where, "no number alone", "one number, or parts of which it is clear what they are", cell, do,
            count=len(unclear))  # fmt: skip
    if not any(found) and (isinstance(value, list) or len(cells) == 1):
        if target[1]:
            add(name, "no cells of a table", " and ".join(target), value, "one text an arm")
        return
    if all(found) and not any(name in part for part in found):
        out.pop(name, None)
    whole = [part or {target[0]: cell} for part, cell in zip(found, cells, strict=True)]
    for field in dict.fromkeys(field for part in whole for field in part):
        values = [part.get(field, "") for part in whole]
        values = [v or ["", ""] for v in values] if field in PAIRS else values
        if field in ALONE:
            values = list(dict.fromkeys(value for value in values if value != ""))
        _merge(out, name, field, values[0] if len(values) == 1 else values, target[0], add)


def _cells(value: Any, arms: int) -> list:
    """Return the cells of a field, one an arm where a text has as many with "vs" between them."""
    if not isinstance(value, str):
        return value if isinstance(value, list) else [value]
    parts = forms.VERSUS.split(value)
    return [part.strip() for part in parts] if len(parts) == arms > 1 else [value]


def _merge(out, name: str, field: str, value, main: str, add) -> None:
    """Put a value into a field that is empty, is the cell's own, or says the same."""
    before = out.get(field)
    if field in (name, main) or before in (None, "", []) or _same(before, value):
        out[field] = value
        return
    add(
        field,
        "printed twice, differently",
        f"{value}, as {name} has it",
        before,
        "correct one of them",
    )


def _same(one, other) -> bool:
    """Return whether two values, or lists of them, are the same numbers with the same decimals."""
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return all(_same(a, b) for a, b in zip(one, other, strict=True))
    numbers = [printed.parse(v) if isinstance(v, str) else None for v in (one, other)]
    if None in numbers:
        return str(one).casefold() == str(other).casefold()
    return numbers[0].value == numbers[1].value and numbers[0].decimals == numbers[1].decimals


def _parts(text: str, main: str, second: str, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return field -> text of a cell; {} where it is one number, or of no form that is known."""
    found = _of_one_form(text.strip(), main, fields)
    if found is not None:
        return found
    cell = forms.pieces(text, pair=main in PAIRS)
    alone = printed.parse(text) is not None and not second
    if alone and main in ("count", "of", "n") and set("%％") & set(text):
        raise _UnclearError(
            f"a percentage is no number of patients: copy it into percent, not {main}"
        )
    if cell is None or alone:
        return {}
    if main in ("sd", "se") and cell[0].joint == "±" and not cell[0].numbers[0]:
        return {main: cell[0].numbers[1]}
    return _joined(cell, main, second, fields)


def _of_one_form(text: str, main: str, fields: tuple[str, ...]) -> dict[str, Any] | None:
    """Return what a text says that no pieces are looked for in; None where they are."""
    if forms.NOTHING.fullmatch(text):
        return {main: ""}
    if forms.DECIMAL_COMMA.fullmatch(text) and main not in PAIRS:
        raise _UnclearError(
            f"is it a decimal comma? then {main} = {text.replace(',', '.')!r}, "
            'or decimal = "," in [report] for all'
        )
    if main in ("p", "p_adjusted"):
        return _p(text, main)
    if main == "level":
        found = forms.pieces(text)
        return {"level": found[0].level} if found and found[0].level else {}
    if main in forms.STATISTICS or "statistic" in fields:
        found = forms.statistic(text)
        return found if found or main in forms.STATISTICS else None
    rate = forms.RATE.fullmatch(text) if main == "rate" else None
    return {"rate": rate["rate"], "per": rate["per"]} if rate else None


def _joined(cell: list[Piece], main: str, second: str, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return what all pieces of a cell say together."""
    head, rest = cell[0], cell[1:]
    out = _head(head, rest, main, second or (main if main in (*MAIN, "range") else ""))
    for piece in rest:
        for field, value in _more(piece, out, main, second, head, fields).items():
            if field in out:
                raise _UnclearError(f"{field} stands in it twice: {WHICH}")
            out[field] = value
    unknown = [field for field in out if field not in fields]
    if unknown:
        kept = " and ".join(f"{field} = {value!r}" for field, value in out.items())
        raise _UnclearError(f"here are {kept}, and this kind has no {', '.join(unknown)}")
    return out


def _head(head: Piece, rest: list[Piece], main: str, second: str) -> dict[str, Any]:
    """Return what the first piece says."""
    out: dict[str, Any] = {"measure": head.label} if head.label in forms.MEASURES else {}
    if head.adjusted is not None:
        out["adjusted"] = head.adjusted
    if head.level:
        out["level"] = head.level
    if head.joint == "±":
        labels = [piece.label for piece in rest if piece.label in ("sd", "se")]
        label = head.label if head.label in ("sd", "se") else (labels or [second])[0]
        first = main if main not in ("sd", "se") else "mean"
        if label not in ("sd", "se"):
            a, b = head.numbers
            raise _UnclearError(f'is {b} a standard deviation or a standard error? {first} = "{a}" and '
                          f'sd = "{b}", or se = "{b}"; or rename {main} to {first}_sd')  # fmt: skip
        return out | {first: head.numbers[0], label: head.numbers[1]}
    if head.joint == "/":
        if main == "n" and head.numbers[0] == "0":
            return out | {"n": head.numbers[1]}
        return out | _share(head, main)
    if head.joint == "–":
        return out | _ends(head, main)
    return out | _single(head, rest, main, second)


def _share(head: Piece, main: str) -> dict[str, Any]:
    if main not in COUNTS:
        raise _UnclearError(f"copy each number into a field of its own; {main} takes no fraction")
    if "%" in "".join(head.numbers).replace("％", "%"):
        return {"percent": head.numbers[0], "of": head.numbers[1]}
    return {"count": head.numbers[0], "of": head.numbers[1]}


def _ends(head: Piece, main: str) -> dict[str, Any]:
    if main not in PAIRS or (head.label and head.label != main):
        known = head.label if head.label in PAIRS else "ci"
        raise _UnclearError(f"two ends of an interval: {known} = {list(head.numbers)}")
    return {main: list(head.numbers)}


def _single(head: Piece, rest: list[Piece], main: str, second: str) -> dict[str, Any]:
    number = head.numbers[0] if head.numbers else ""
    if number and main in PAIRS and not rest and not head.label:
        return {}
    if not number or (main in PAIRS and not rest):
        raise _UnclearError(f'both ends, such as {main} = ["3", "7"]')
    if head.label in ("sd", "se", "iqr", "p") and head.label != main:
        raise _UnclearError(f"it is the {head.label}: copy it into {head.label}")
    if main in ("count", "percent"):
        return {_kind_of(number, [n for piece in rest for n in piece.numbers], main): number}
    first = MAIN.get(main, main) if rest else main
    if main in ("range", "ci") and rest:
        raise _UnclearError(f'copy each number into a field of its own: {main} = ["low", "high"]')
    return {first: number}


def _kind_of(number: str, others: list[str], main: str) -> str:
    """Return whether a number beside others is the count or the percentage of a cell."""
    marked = [bool(set("%％") & set(text)) for text in (number, *others)]
    whole = [printed.parse(text).value.denominator == 1 and not printed.parse(text).decimals
             for text in (number, *others)]  # fmt: skip
    if marked[0] or not whole[0]:
        return "percent"
    if any(marked) or main == "count" or (len(others) == 1 and not whole[1]):
        return "count" if others else main
    if not others:
        return main
    raise _UnclearError(f'which is the percentage? count = "{number}" and percent = "{others[0]}", or '
                  "turned round")  # fmt: skip


def _more(
    piece: Piece, out: dict, main: str, second: str, head: Piece, fields: tuple[str, ...]
) -> dict[str, Any]:
    """Return what a further piece says, given what the first one said (`out`)."""
    label = piece.label
    level = {"level": piece.level} if piece.level else {}
    if not piece.numbers:
        return {}  # "(SD)" behind a ±
    if label == "p":
        return {"p": piece.numbers[0]}
    if piece.joint == "/":
        return {"count": piece.numbers[0], "of": piece.numbers[1]}
    if piece.joint == "–":
        return {_pair(label, main, second): list(piece.numbers), **level}
    if label:
        if label not in ("sd", "se"):
            raise _UnclearError(f"copy what stands behind “{label}” into a field of its own")
        return {label: piece.numbers[0]}
    if "count" in out or "percent" in out:
        return {"percent" if "count" in out else "count": piece.numbers[0]}
    known = second or (main if main in ("sd", "se") else "")
    if known in ("sd", "se"):
        return {known: piece.numbers[0]}
    a, b = head.numbers[0], piece.numbers[0]
    if main == "value" or not {"sd", "se"} & set(fields):
        raise _UnclearError(f"copy {b} into the field that it belongs to, if there is one")
    raise _UnclearError(f'what is {b}? copy it into a field of its own: {MAIN.get(main, main)} = "{a}" and '
                  f'sd = "{b}", or se = "{b}"')  # fmt: skip


def _pair(label: str, main: str, second: str) -> str:
    """Return the field of two ends: that of their label, of the cell, or the only one possible."""
    known = label or second or (main if main in PAIRS else "")
    if known in PAIRS:
        return known
    if main in ("mean", "median", "before", "after", "sd", "se"):
        raise _UnclearError("what are the two ends? copy them into ci, range or iqr, as a pair "
                      '["low", "high"] an arm')  # fmt: skip
    return "ci"


def _p(text: str, main: str) -> dict[str, Any]:
    """Return a P without the words around it; these name the test."""
    bare = forms.bare(text)
    if printed.parse(bare) is not None:
        return {main: bare} if bare != text.strip() else {}
    found = forms.P.match(text.strip())
    if not found or printed.parse(forms.bare(found["number"])) is None:
        return {}
    words = " ".join(filter(None, (found["before"], found["after"]))).strip(" ,:")
    known = any(key in words.lower() for keys, _ in NAMED for key in keys) or "sided" in words
    if words and not known:
        return {}
    out = {main: forms.bare(found["number"])}
    return out | ({"test": words} if words else {})
