"""Writes syllables.csv: the words of the chapters' prose with their syllables in the CMU Pronouncing
Dictionary (Carnegie Mellon University, https://github.com/cmusphinx/cmudict, two-clause BSD licence).

    PYTHONPATH=tests python tests/reference/words/make_syllables.py cmudict.dict

The dictionary is no requirement of the book; the tests read syllables.csv alone. A word said in
several ways has the fewest and the most syllables of these.
"""

import csv
import sys
from pathlib import Path

import reading
from helpers.edition import plan

HERE = Path(__file__).parent


def dictionary(path):
    """Word -> the numbers of syllables of its pronunciations: a vowel carries a digit of stress."""
    found = {}
    for line in Path(path).read_text(encoding="utf-8").splitlines():
        word, *sounds = line.split("#")[0].split()
        count = sum(sound[-1].isdigit() for sound in sounds)
        found.setdefault(word.split("(")[0], []).append(count)
    return found


def main(path):
    """Write the table."""
    known = dictionary(path)
    texts = (text for name in plan.chapter_names() for text in reading.sections(name).values())
    words = sorted({word for text in texts for word in reading.words(text) if word.islower()})
    with (HERE / "syllables.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["word", "fewest", "most"])
        writer.writerows([w, min(known[w]), max(known[w])] for w in words if w in known)


if __name__ == "__main__":
    main(sys.argv[1])
