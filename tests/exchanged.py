"""Readers of what `helpers.exchange` wrote that share no code with it: ARS, RTF, Dataset-JSON."""

import csv
import json
import math
import re
import tomllib
from pathlib import Path

ARS = tomllib.loads((Path(__file__).parent / "reference/ars_v1.toml").read_text("utf-8"))
OPEN = ("not reached", "\u2212∞")
PLAIN = {"str": str, "int": int, "bool": bool}


def ars_faults(found, kind="ReportingEvent", where=""):
    """What of a reporting event is not as the standard has it, as texts."""
    spec = ARS[kind]
    must, may = spec.get("must", {}), spec.get("may", {})
    out = [f"{where}: no {name}" for name in must if name not in found]
    for name, value in found.items():
        wanted = (must | may).get(name)
        place = f"{where}.{name}"
        if wanted is None:
            out.append(f"{place}: not of {kind}")
        elif wanted.startswith("["):
            for i, item in enumerate(value):
                out += _value_faults(item, wanted[1:-1], f"{place}[{i}]")
        else:
            out += _value_faults(value, wanted, place)
    return out


def _value_faults(value, wanted, place):
    if wanted in ARS:
        return ars_faults(value, wanted, place)
    if wanted in PLAIN:
        return [] if type(value) is PLAIN[wanted] else [f"{place}: {value!r} is no {wanted}"]
    return [] if value in wanted.split("|") else [f"{place}: {value!r} is none of {wanted}"]


TOKEN = re.compile(r"\\([a-z]+)(-?\d+)? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)")


class Rtf:
    """A document read back: `paragraphs` outside tables, `rows` with their cells, control words."""

    def __init__(self, text):
        assert text.isascii()
        self.paragraphs, self.rows, self.headers = [], [], 0
        self.depth, self.words = 0, []
        self._text, self._row, self._edges, self._units = "", [], 0, b""
        self._muted = None  # the depth of a group whose text is none of the document's
        at = 0
        for match in TOKEN.finditer(text):
            assert not text[at : match.start()].strip("\r\n"), text[at : match.start()]
            at = match.end()
            self._take(*match.groups())
        assert self.depth == 0
        assert not text[at:].strip()

    def _take(self, word, number, hexadecimal, symbol, brace, plain):
        if brace:
            self.depth += 1 if brace == "{" else -1
            assert self.depth >= 0
            if self._muted is not None and self.depth < self._muted:
                self._muted = None
        elif word:
            self.words.append(word)
            self._word(word, number)
        elif hexadecimal:  # one stands behind each \u, where that is not known
            assert (hexadecimal, self.words[-1]) == ("3f", "u")
        else:
            self._add(symbol or plain)

    def _word(self, word, number):
        if word in ("fonttbl", "footer"):
            self._muted = self.depth
        elif word == "u":
            self._units += int(number).to_bytes(2, "little", signed=True)
            return
        elif word == "trowd":
            assert not self._row
            self._edges = 0
        elif word == "trhdr":
            self.headers += 1
        elif word == "cellx":
            self._edges += 1
        elif word == "line":
            self._add("\n")
        elif word == "cell":
            assert self.depth == 1  # some readers lose what stands in a group with the cell's end
            self._row.append(self._taken())
        elif word == "row":
            assert len(self._row) == self._edges
            self.rows.append(self._row)
            self._row = []
        elif word == "par" and self._muted is None:
            self.paragraphs.append(self._taken())

    def _add(self, text):
        if self._muted is None:
            if text:
                self._flush()
            self._text += text

    def _flush(self):
        self._text += self._units.decode("utf-16-le", "surrogatepass")
        self._units = b""

    def _taken(self):
        self._flush()
        out, self._text = self._text, ""
        return out.encode("utf-16", "surrogatepass").decode("utf-16")


def read_csv(path):
    """The rows of a CSV file, without the apostrophes that keep a spreadsheet from running a cell."""
    with path.open(encoding="utf-8", newline="") as file:
        return [[_unguarded(cell) for cell in row] for row in csv.reader(file)]


def _unguarded(cell):
    return cell[1:] if cell[:2] in ("'=", "'+", "'-", "'@") else cell


def beyond_results(site, folder="own"):
    """Numbers in the files of the field's formats that results.csv does not show, as texts.

    The second value counts the numbers that were looked at, the third those that are withheld.
    """
    header, *rows = read_csv(site / "results.csv")
    known = {}
    for row in (dict(zip(header, row, strict=False)) for row in rows):
        for role in ("value", "lower", "upper", "p_value", "n"):
            known[row["chapter"], row["key"], role] = row[role]
    out, seen = [], 0
    data = json.loads((site / f"cdisc/{folder}/ard.json").read_text("utf-8"))
    names = [column["name"] for column in data["columns"]]
    results = [dict(zip(names, row, strict=True)) for row in data["rows"]]
    for result in results:
        role = result["OPERID"].rpartition(".")[2]
        text = known[f"studies/{folder}/{result['PAGE']}", result["RESKEY"], role]
        if result["RESULT"] is not None:
            seen += 1
            out += [] if _number(text) == result["RESULT"] else [f"ard {result['RESKEY']}.{role}"]
        elif text in ("inf", "-inf"):  # an open end: words on the page, no number in JSON
            out += [] if result["RESULTC"] in OPEN else [f"ard {result['RESKEY']}: {text}"]
        elif text:
            out += [] if result["RESULTC"] == text else [f"ard {result['RESKEY']}: {text}"]
    event = json.loads((site / f"cdisc/{folder}/ars.json").read_text("utf-8"))
    raw = [float(r["rawValue"]) for a in event["analyses"] for r in a["results"] if "rawValue" in r]
    ours = [r["RESULT"] for r in results if r["RESULT"] is not None]
    out += [] if sorted(raw) == sorted(map(float, ours)) else ["ars and ard differ"]
    texts = [r["formattedValue"] for a in event["analyses"] for r in a["results"]]
    out += [] if sorted(texts) == sorted(r["RESULTC"] for r in results) else ["ars texts"]
    for path in sorted((site / f"rtf/studies/{folder}").rglob("*.rtf")):
        out += _beyond_page(site, path, results)
    values = [x for (page, _, role), x in known.items()
              if page.startswith(f"studies/{folder}/") and role == "value"]  # fmt: skip
    withheld = sum(_number(x) is None for x in values)
    return out, seen, withheld


def _beyond_page(site, path, results):
    """What a table's RTF holds beside the cells of its CSV file, the numbers at risk and sizes shown."""
    found = Rtf(path.read_text("ascii"))
    header, *rows = read_csv(site / "csv" / path.relative_to(site / "rtf").with_suffix(".csv"))
    width = header.index("label")
    cells = [row[:width] for row in (header, *rows)]
    out = [] if found.rows[: len(cells)] == cells else [f"{path}: cells"]
    own = [r for r in results if r["PAGE"] == path.parent.name]
    at_risk = {r["RESULTC"] for r in own if r["STAT"] == "number at risk"} | {""}
    more = [row for row in found.rows[len(cells) :] if not row[0].startswith("Number at risk, ")]
    out += [f"{path}: {cell}" for row in more for cell in row[1:] if cell not in at_risk]
    sizes = {r["RESULTC"] for r in own if r["OPERID"].endswith(".n")}
    line = next(p for p in found.paragraphs if p.startswith("Population: "))
    printed = re.search(r"; n = ([\d,]+)(?: to ([\d,]+), as the rows have it)?$", line)
    stated = [x for x in printed.groups() if x] if printed else []
    return out + [f"{path}: n = {x}" for x in stated if x not in sizes]


def _number(text):
    try:
        return float(text) if math.isfinite(float(text)) else None
    except ValueError:
        return None
