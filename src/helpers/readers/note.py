"""What reading changed in, a `Problem` of severity "note" out; it decides nothing.

`NOTES` explains every such note; one that stands not there cannot be made.
"""

from __future__ import annotations

from helpers.errors import Problem, Rule

_ABOUT = {
    "blank end": "Lines without any value at the end of a csv are no rows.",
    "column name respelled": "Column names are compared in upper case, without outer blanks.",
    "control character": "A text of the table holds line breaks or tabs, for which a blank stands, or "
    "control characters that no page can carry, for each of which � stands.",
    "date": "A date of a typed format (parquet, or SAS with a date format) becomes ISO 8601 text.",
    "date as a number": "A column named like a date (--DT, --DTM) holds numbers that are days or "
    "seconds since 1960, as SAS counts, between 1980 and 2040 (births: from 1900).",
    "decimal comma": "A column of numbers has decimal commas. Where a comma may as well separate "
    "thousands, the column stays as it is and is reported as no number.",
    "encoding guessed": "An xpt file does not say its encoding; this one is not in UTF-8.",
    "flag in other words": "yes, no, ja, nein, true, false, 1, 0 or lower case instead of Y and N.",
    "id as a number": "A subject identifier is a number: 7 and 7.0 become the text 7. Leading zeros "
    "of a text stay.",
    "no body system": "adae has no AEBODSYS: all events are in one class.",
    "link": "A table is a link to a file elsewhere, which is read: it is data of that place.",
    "padded text": "Blanks before or after a text do not count.",
    "SAS date": "A date written as 01MAR2014 becomes ISO 8601 text.",
    "severity as a number": "AESEV holds 1 to 5, as toxicity grades (AETOXGR) are; it becomes Grade 1 "
    "to Grade 5.",
    "sex in words": "SEX is female, weiblich, w, male, männlich or the like; it becomes F or M.",
    "special missing value": "SAS's .A to .Z and ._ become missing. (In an xpt file they cannot be "
    "told from ordinary missing values and get no note.)",
    "text as a number": "A code or a text is stored as a number; it becomes text.",
    "time": "A time of day becomes ISO 8601 text.",
    "truth value": "True and false become Y and N.",
    "word for missing": "NA, N/A, NULL, NaN, None, a dot, .A and the like stand for no value (but "
    "NA as PARAMCD is sodium).",
    "zero in disguise": "A number such as 5e-79: the zero of an xpt file as some readers return it.",
    "missing in disguise": "A number nearer to 0 than 2e-308: a missing value as some readers return it.",
}
NOTES = {name: Rule(name, "note", about, "nothing, if that is what it means")
         for name, about in _ABOUT.items()}  # fmt: skip


def note(file: str, column: str, rule: str, found: str, made: str, count: int) -> Problem:
    """A note: `found` in `count` cells (or names) of `column` was read as `made` says."""
    return Problem(
        file=file,
        column=column,
        rule=NOTES[rule].name,
        expected="nothing to change on reading",
        found=found,
        do=f"nothing: {made}",
        severity="note",
        count=count,
    )
