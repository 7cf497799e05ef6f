"""What the rules of reading mean, for the guide; nothing goes in, and nothing is checked here.

The rules of `conformance` explain themselves. Those of `config_check`, of the readers and of the
schema are told here; a test compares the names with those that the code can report.
"""

from helpers.errors import Rule

# what config and config_check can say about study.toml
CONFIG = (
    Rule(
        "missing file",
        "error",
        "The folder has no study.toml, which says what no table can: design, arms, units.",
        "let python -m helpers init FOLDER draft one",
    ),
    Rule(
        "not TOML",
        "error",
        "study.toml cannot be parsed, is in UTF-16, or is no description but megabytes, lists in lists or "
        "numbers of thousands of digits.",
        "mend the line that is named",
    ),
    Rule(
        "wrong form",
        "error",
        "A block or a list is not built as it has to be, or a ROLE is no word of letters, digits, - and _.",
        "compare with data/hucmsc/study.toml",
    ),
    Rule(
        "missing key",
        "error",
        "A key is absent that the book cannot guess: id, title, design, arms, a paramcd.",
        "add it",
    ),
    Rule(
        "unknown key",
        "error",
        "A key that nobody reads, most likely a misspelling: what it should say would be lost.",
        "spell it as data/README.md does, or remove it",
    ),
    Rule("wrong type", "error", "A number in quotes, a text without, and the like.", "rewrite it"),
    Rule("empty text", "error", "A name or a code is blank.", "fill it in, or remove the line"),
    Rule(
        "unprintable text",
        "error",
        "A text holds braces, line breaks or control characters, which no page can carry, or is longer "
        "than a page.",
        "leave them out",
    ),
    Rule("not finite", "error", "A number is infinite or no number.", "correct it"),
    Rule(
        "out of range",
        "error",
        "A limit or a horizon not above 0, a dose below 0, a threshold that hides nobody, a number "
        "above 1e15.",
        "correct it",
    ),
    Rule(
        "unknown word",
        "error",
        "A word that has to be one of few (design, unit, scale, ...) is another.",
        "use one of the words that the line lists",
    ),
    Rule(
        "name that means no value",
        "error",
        "An arm, a code of an ending, a term or a class is called None, NA, NULL or another word that every "
        "table reads as a missing value.",
        "write it in other words, in study.toml and in the table",
    ),
    Rule("duplicate arm", "error", "Two arms have one value or one label.", "rename one"),
    Rule(
        "unknown arm",
        "error",
        "comparisons of [analysis] names an arm that is none, one with itself, or a pair twice.",
        "use the labels of the [[arms]] blocks, each pair once",
    ),
    Rule(
        "arms in two spellings",
        "error",
        "Two arms differ only in case or spaces: one arm, cut in two.",
        "keep one block, and spell the treatment in adsl like it",
    ),
    Rule(
        "number of arms",
        "error",
        "A single-arm study has one arm, a randomised one two or more.",
        "correct design or the [[arms]] blocks",
    ),
    Rule(
        "reference arm",
        "error",
        "Not exactly one arm of a randomised study is the reference.",
        "set reference = true in the arm that the others are compared with, and in no other",
    ),
    Rule(
        "main visit not after baseline",
        "error",
        "The visit of the primary comparison is the baseline or before it.",
        "correct main or baseline under [visits]",
    ),
    Rule(
        "margin of no comparison",
        "error",
        "A margin is given where no arms are compared by means, shares or hazards.",
        "leave it out, or give it to a response of this parameter",
    ),
    Rule(
        "wrong margin",
        "error",
        "A margin lies on the wrong side of no difference, or is no number that it could be.",
        "a margin says how much worse is acceptable; two, one on either side, ask for equivalence",
    ),
    Rule(
        "level of rounded numbers",
        "error",
        "Numbers are rounded, and the intervals have another level than 95%.",
        "leave out one of the two: the steps of rounded numbers are proven for 95% intervals",
    ),
)

# what reading a file and looking at its cells one by one can find (readers, study, schema)
READING = (
    Rule("no such folder", "error", "The path leads to no folder.", "check the path"),
    Rule(
        "missing table",
        "error",
        "The folder has no adsl in any of the formats; without it nobody is in any arm.",
        "add the subject-level table: one row a subject with USUBJID and the treatment",
    ),
    Rule(
        "table under another name",
        "warning",
        "There is no adlb, but files whose names begin so (adlbc and adlbh, say); the like of adae "
        "and adtte. Nothing of them is analysed.",
        "put their rows together in one file named adlb, or rename the one that is the whole table",
    ),
    Rule(
        "table that is not read",
        "note",
        "The folder holds tables under other names (adcm, adlbhy, ...): the book reads four.",
        "nothing, or move what belongs to one of the four into it",
    ),
    Rule(
        "unreadable file",
        "error",
        "The file is not what its ending says, is empty, is not in UTF-8 (UTF-16, say, or with bytes "
        "that are zero), has a row with more cells than the header, is a damaged compressed file or one "
        "that expands beyond memory; or no file at all but a folder, a pipe or a device.",
        "open it, mend it and save it again (text in UTF-8)",
    ),
    Rule(
        "row with fewer cells",
        "warning",
        "A row of a text file ends before the header does. What it lacks is read as blank; if a cell "
        "was lost in its middle, all that follow stand under the wrong name.",
        "add what is lost; nothing if only blanks at the end are",
    ),
    Rule(
        "two files of one table",
        "error",
        "The folder holds, say, adlb.csv and adlb.xpt: which of them would be analysed?",
        "keep one, move the other out of the folder",
    ),
    Rule(
        "duplicate column",
        "error",
        "Two columns have one name, once case and spaces are set aside or a mapping is applied.",
        "keep one, or correct the mapping",
    ),
    Rule("no rows", "error", "adsl has a header but no subject.", "add the subjects"),
    Rule(
        "unknown column mapping",
        "error",
        "[columns.TABLE] maps a name to a column that the table does not have.",
        "spell it as the table does, or remove the line",
    ),
    Rule(
        "missing column",
        "error",
        "A column that every analysis of the table needs is not there.",
        'add it, or map yours in study.toml: AVAL = "YOUR NAME" under [columns.adlb]',
    ),
    Rule(
        "missing value",
        "error",
        "A cell without which its row means nothing (identifier, treatment, code, time) is blank.",
        "fill it in or remove the row",
    ),
    Rule(
        "not a number",
        "error",
        "A column of numbers holds a text, such as <50, 12.5 mg or missing.",
        "correct it (decimal point, no unit); a value below the limit is the limit with BLQFL = Y",
    ),
    Rule("not finite", "error", "A number is infinite.", "correct it or leave it blank"),
    Rule(
        "too large a number",
        "error",
        "A number that no measurement, time or count can be (above 1e15).",
        "correct it or leave it blank; a code for a missing value has to be a blank",
    ),
    Rule(
        "out of range",
        "error",
        "An AGE outside 0 to 120 years or a duration below 0.",
        "correct it or leave it blank",
    ),
    Rule(
        "negative or infinite time",
        "error",
        "A time to event is below 0: the event before the start.",
        "check the start date",
    ),
    Rule(
        "not a censoring code",
        "error",
        "CNSR is no whole number of 0 or more. Text, floats and 5e-79 (a zero in disguise that "
        "some exports write) are read as the whole numbers they mean.",
        "recode CNSR: 0 = event, 1 or more = censored",
    ),
    Rule("not a flag", "error", "A flag is neither Y nor N nor blank.", "recode it"),
)
