"""A chapter's source in, how hard its plain texts are to read out: the grade of Flesch and Kincaid.

grade = 0.39 words per sentence + 11.8 syllables per word - 15.59 (Kincaid, Fishburne, Rogers and
Chissom 1975, Derivation of new readability formulas for Navy enlisted personnel). Headings are no
sentences; an item of a list is one. A number of the book's own counts as "twenty-four" does.
"""

import re

from helpers.edition import plan

ROLE_OF_NUMBER = re.compile(r"\{(?:num|assumed)\}`[^`]*`")
ROLE = re.compile(r"\{[a-z]+\}`([^`<]*?) *(?:<[^`]*)?`")
PLAIN_BOX = re.compile(r":::\{container\} plain\n\*\*In plain words\.\*\* (.*?)\n:::", re.DOTALL)
WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9'’-]*")
# vowels that meet and are said apart; final e that is silent; endings
APART = re.compile(r"i[aou](?!us)|[^aeiou]ier|eo(?!u)|ua|(?<=[a-z])y[aeiou](?=.)")
ONE_SOUND = re.compile(r"[ctsg]i(?:on|ous|al|an|ent)|lian|geo|[gq]ua|ques|peop")
SILENT = re.compile(
    r"(?:[^aeiouyl]|[aeiouy]l|ll|[aeiou]r)e$|[^aeioutdl]ed$|[aeiou]led$|(?<![sxzcgh])(?<=[^aeiou])es$"
)


def spoken(text):
    """Markdown as it is read aloud: roles as their words, no marks."""
    text = ROLE_OF_NUMBER.sub("twenty-four", text)
    return re.sub(r"[*`]|\[|\]\([^)]*\)", "", ROLE.sub(r"\1", text))


def sentences(text):
    """The sentences of a spoken text; an item of a list is one, whatever ends it."""
    parts = re.split(r"(?<=[.?!])\s+|\n\s*\n|^- ", text, flags=re.MULTILINE)
    return [part.strip() for part in parts if WORD.search(part)]


def words(text):
    """The words of a spoken text; parts joined by a hyphen are one."""
    return WORD.findall(text)


def syllables(word):
    """How many syllables a word has: every letter of an abbreviation, else its groups of vowels."""
    if re.search(r"\d|[A-Z].*[A-Z]", word):
        return len(re.sub(r"[^A-Za-z0-9]", "", word))
    return sum(_part(part) for part in re.split(r"[-]", word.lower()) if part)


def _part(word):
    word = re.sub(r"['’]s?$|['’]", "", word)
    apart = len(APART.findall(ONE_SOUND.sub("-", word)))
    return max(1, len(re.findall(r"[aeiouy]+", word)) + apart - bool(SILENT.search(word)))


def grade(text):
    """The grade of a spoken text. Errors: `ZeroDivisionError` for a text without a word."""
    return grade_of(len(words(text)), len(sentences(text)), sum(map(syllables, words(text))))


def grade_of(word_count, sentence_count, syllable_count):
    """The formula."""
    return 0.39 * word_count / sentence_count + 11.8 * syllable_count / word_count - 15.59


def sections(name):
    """Heading -> spoken text of each section of a chapter's source before its workings.

    The words before the first heading stand under the page's title; figures are left out.
    """
    cells = plan.source_notebook(name)[0].cells
    text = "\n\n".join(c.source for c in cells if c.cell_type == "markdown").split("\n## Workings")[
        0
    ]
    text = re.sub(r"(?s)```.*?```|^:::.*?$|\(.*?\)=$", "", text, flags=re.MULTILINE)
    parts = re.split(r"(?m)^#+ (.*)$", text)
    return {
        heading: spoken(body).strip()
        for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def figure_words(name):
    """The titles and captions of a chapter's figures, spoken."""
    cells = plan.source_notebook(name)[0].cells
    text = "\n".join(c.source for c in cells if c.cell_type == "markdown")
    for body in re.findall(r"```\{figure-of\}[^\n]*\n(.*?)```", text, re.DOTALL):
        title = re.search(r":title: (.*)", body)[1]
        caption = re.sub(r"(?m)^:.*$", "", body).strip()
        yield from (spoken(title), spoken(caption))


def plain_box(name):
    """The two plain sentences at the head of an essay, spoken; "" if it has none."""
    cells = plan.source_notebook(name)[0].cells
    text = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    found = PLAIN_BOX.findall(text)
    return spoken(found[0]) if len(found) == 1 else ""
