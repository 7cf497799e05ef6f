"""Report folders spoiled at random, by a seed, and what the audit does with them: it must never crash.

`python -m fuzz.reports N` from tests/ runs N of them and prints what broke. A spoiled folder is
either refused with a `ReportError` that names every fault, or audited and shown as a page.
"""

import random
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

from helpers.audit import audit, load_report
from helpers.audit.model import KINDS
from helpers.errors import ReportError
from helpers.present.audit_page import audit_page

HERE = Path(__file__).parent
BASES = sorted([*(HERE / "reports").iterdir(), *(HERE.parent / "reference" / "reports").iterdir()])
SECONDS = 40  # of the processor: an audit of reports of this size that takes longer hangs
TEXTS = (
    "", " ", "-1", "0", "1", "100", "100.01%", "-5%", "1e400", "1e5", "NaN", "inf", "0/0", "n.s.",
    "<0.001", "<", ">", ">0.05", "≤0", "≥1", "<0", ">1", "P=0.03", "0·04", "1,156", "1.156,00", "١٢",
    "½", "12 %", "−3", "--3", "99999999999999999999", "0.0000000000001", "0.5", "50%", "a", "<b>x</b>",
    "33.333333333333%", "../x", "x" * 3000, "\u202e", "“q”", "Fisher", "log-rank", "Wilcoxon", "ANCOVA",
    "t test", "registry", "odds ratio", "hazard ratio", "risk difference", "km-percent", "mean", "zero",
    "change", "fact", "survival", "2013", "May 2013 to March 2016", "0.01", "25%", "12", "7", "3.2",
)  # fmt: skip
NUMBERS = (
    "0",
    "1",
    "0.5",
    "12",
    "7.5",
    "50%",
    "33%",
    "0.04",
    "<0.01",
    "n.s.",
    "",
    "100%",
    "0.999",
    "2",
)
VALUES = (
    "0", "-1", "1", "2", "3", "1.5", "100", "10000", "1000000000", "99999999999999999999", "true", "[]", "{}",
    "[[]]", '[""]', '["", ""]', '["1", "2", "3", "4"]', '[["1", "2"]]', '[["2", "1"], ["", ""]]', "[1, 2]",
    "[2, 1]", "2020-01-01", "12:00:00", "nan", "inf", "1e308", '"""\nx\n"""',
)  # fmt: skip
CELLS = ("", "-1", "0", "2", "nan", "inf", "x", "1e9", "0.5", "1,5", '"', "\x00")
QUOTED, BARE = (
    re.compile(r'"[^"\n]*"'),
    re.compile(r"(?<== )(?:\d[\w.-]*|true|false|\[[^\n]*\])(?= *(?:#|$))", re.M),
)


def _swapped(text, pattern, pool, draw):
    found = list(pattern.finditer(text))
    if not found:
        return text
    one = draw.choice(found)
    return text[: one.start()] + pool(draw) + text[one.end() :]


def _lines(text, draw):
    lines = text.split("\n")
    place = draw.randrange(len(lines))
    how = draw.randrange(5)
    if how == 0:
        del lines[place]
    elif how == 1:
        lines.insert(draw.randrange(len(lines)), lines[place])
    elif how == 2:
        draw.shuffle(lines)
    elif how == 3:
        lines = lines[:place]
    else:
        lines[place] = lines[place][: draw.randrange(len(lines[place]) + 1)]
    return "\n".join(lines)


def _misspelt(text, draw):
    def pool(draw):
        return draw.choice(
            (
                "precent",
                "Percent",
                "perc",
                "enroled",
                "n_risk",
                "y-axis",
                "x",
                "p",
                "of",
                "ci",
                "id",
            )
        )

    return _swapped(text, re.compile(r"(?m)^[\w-]+(?= =)"), pool, draw)


NUMBER = re.compile(r'"[<>]?\d[\d.]*%?"')
CHANGES = (
    lambda text, draw: _swapped(text, NUMBER, lambda d: f'"{d.choice(NUMBERS)}"', draw),
    lambda text, draw: _swapped(text, NUMBER, lambda d: f'"{d.choice(TEXTS)}"', draw),
    lambda text, draw: _swapped(
        text, re.compile(r'(?<=kind = )"[\w-]+"'), lambda d: f'"{d.choice(KINDS)}"', draw
    ),
    lambda text, draw: _swapped(text, QUOTED, lambda d: f'"{d.choice(TEXTS)}"', draw),
    lambda text, draw: _swapped(text, QUOTED, lambda d: d.choice(VALUES), draw),
    lambda text, draw: _swapped(text, BARE, lambda d: d.choice(VALUES), draw),
    lambda text, draw: _swapped(text, BARE, lambda d: f'"{d.choice(TEXTS)}"', draw),
    lambda text, draw: _swapped(
        text, re.compile(r"\d+"), lambda d: str(d.choice((0, 1, 9, 50, 101, 577))), draw
    ),
    _lines,
    _misspelt,
)


def _bytes(raw, draw):
    how = draw.randrange(5)
    place = draw.randrange(len(raw) + 1)
    if how == 0:
        return raw[:place] + bytes(draw.randrange(256) for _ in range(3)) + raw[place:]
    if how == 1:
        return raw.decode("utf-8", "replace").encode("utf-16")
    if how == 2:
        return raw.replace(b"\n", b"\r\n")
    return b"\xef\xbb\xbf" + raw if how == 3 else raw[:place]


def spoil(folder, draw):
    """Change one to four things in the files of a report folder."""
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        tables = list(folder.glob("*.csv"))
        if tables and draw.random() < 0.4:
            path = draw.choice(tables)
            cell = re.compile(r"(?<=,)[^,\n]*")
            path.write_text(
                _swapped(path.read_text("utf-8"), cell, lambda d: d.choice(CELLS), draw), "utf-8"
            )
            if draw.random() < 0.1:
                path.unlink()
            continue
        path = folder / "report.toml"
        path.write_text(draw.choice(CHANGES)(path.read_text("utf-8"), draw), "utf-8")
    if draw.random() < 0.1:
        (folder / "abstract.txt").write_bytes(_bytes("Nothing of it. Ünd.".encode(), draw))
    if draw.random() < 0.05:
        path.write_bytes(_bytes(path.read_bytes() if path.is_file() else b"", draw))


class Hangs(Exception):
    """An audit that took longer than `SECONDS`."""


def _too_long(*_):
    raise Hangs


def tried(seed):
    """Spoil one folder and audit it: "refused", "audited", or the traceback of what broke, and seconds."""
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work) / "report"
        shutil.copytree(draw.choice(BASES), folder)
        text = (
            (folder / "report.toml")
            .read_text("utf-8")
            .replace("lost_at_most = 4", "lost_at_most = 1")
        )
        (folder / "report.toml").write_text(text, "utf-8")
        spoil(folder, draw)
        started = time.process_time()
        signal.signal(signal.SIGVTALRM, _too_long)
        signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
        try:
            with redirect_stderr(StringIO()):
                report = load_report(folder)
                found = audit(report)
                found.as_json()
                audit_page(report, found)
            said = "audited"
        except ReportError as error:
            said = "refused" if error.problems else "a refusal without a fault"
        except Exception:
            said = (
                traceback.format_exc()
                + "\n"
                + (folder / "report.toml").read_text("utf-8", "replace")
            )
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return said, time.process_time() - started


def kind_of(said):
    """Where a traceback ended in our code, and its last line: one kind of crash."""
    places = re.findall(r'src/(helpers\S+)", line (\d+)', said)
    errors = re.findall(r"(?m)^[\w.]+(?:Error|Hangs|Exception)\b.*", said)
    return " ".join([*(places[-1] if places else ()), *errors[-1:]]) or said


def main(number, first=0):
    """Run seeds `first` to `first + number`; print each kind of crash once, then the tallies."""
    tally, kinds, slow = Counter(), set(), []
    for seed in range(first, first + number):
        said, seconds = tried(seed)
        word = said if said in ("refused", "audited") else "broke"
        tally[word] += 1
        slow = sorted([*slow, (round(seconds, 1), seed)], reverse=True)[:5]
        if word == "broke" and kind_of(said) not in kinds:
            kinds.add(kind_of(said))
            print(f"seed {seed}: {kind_of(said)}\n{said}", flush=True)
        if seed % 100 == 99:
            print(f"to seed {seed}: {dict(tally)}, slowest (seconds, seed) {slow}", flush=True)
    print(dict(tally), "slowest (seconds, seed):", slow)
    return len(kinds)


if __name__ == "__main__":
    sys.exit(1 if main(*map(int, sys.argv[1:])) else 0)
