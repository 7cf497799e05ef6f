"""A whole report in; the same quantity printed twice, and the number of comparisons, come out as checks.

Checks `consistency` and `multiplicity`. Facts of one name are held against each other and against
what the report says of the trial; two sources that differ are named, not judged. A fact that is
printed twice and alike is compatible and no more: the same people wrote both, and nothing was
computed. Times that must lie in one another, and months, are in `dates`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from helpers.audit.dates import check_dates, duration
from helpers.audit.findings import WHOLE_REPORT, Check
from helpers.audit.model import SHARED, Report, Result, everybody
from helpers.audit.printed import parse
from helpers.rounding import plain

NAME = "consistency"
DERIVED = "comparison with derived numbers"
AGREES = "any other text would have failed; but the same authors wrote both"
WITHIN = "any time no longer than the one around it would have passed"
EVEN = "every even number would have passed"
WORDS = "zero one two three four five six seven eight nine ten eleven twelve thirteen".split()  # noqa: SIM905
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
        "eighty": 80, "ninety": 90}  # fmt: skip
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
NAMES = {"enrolled": ("enrolled", "enrollment", "enrolment", "randomised", "randomized", "patients",
                      "participants", "sample size"),
         "duration": ("duration", "follow-up", "follow up", "followup"),
         "arms": ("arms", "number of arms", "groups"),
         "design": ("design",)}  # fmt: skip


def check_report(report: Report, checks: Iterable[Check] = ()) -> list[Check]:
    """Return the checks that concern several results, or none, at a time.

    `checks` are those of the single results: some of them rest on how many are enrolled.
    """
    return [*_sizes(report), *_facts(report, list(checks)), *_multiplicity(report)]


def _sizes(report: Report) -> list[Check]:
    """Return whether the arms add up to the enrolled; where they share patients no arm is of more."""
    sizes, enrolled = [arm.n for arm in report.groups], everybody(report)
    if enrolled is None or None in sizes:
        return []
    computed, many = {"arms": sizes, "enrolled": enrolled}, f"{enrolled} are enrolled"
    if report.trial.design in SHARED:
        total, shown = (
            max(sizes),
            f"of a {report.trial.design} trial the largest arm has {max(sizes)} patients, {many}",
        )
    else:
        total = sum(sizes)
        added = f"the arms have {' + '.join(map(str, sizes))} = {total} patients, {many}"
        shown = added if len(sizes) > 1 else f"the only arm has {total} patients, {many}"
    verdict, more, asks = "reproduced", "", ""
    if total > enrolled:
        verdict, more = "impossible", ": more than all"
        asks = "How many patients were enrolled, and how many in each arm?"
    elif total < enrolled and report.trial.design != "factorial":
        verdict, more = "compatible", f": {enrolled - total} in no arm"
        asks = f"What became of the {enrolled - total} enrolled who are in no arm?"
    return [Check(WHOLE_REPORT, NAME, verdict, (), computed, "sum", shown + more, asks=asks)]


def numbers(text: str) -> tuple[float, ...]:
    """Return the numbers of a printed text, in order: digits, number words, months as 1 to 12."""
    out: list[float] = []
    for word in re.findall(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|[a-z]+(?:-[a-z]+)?", text.lower()):
        plain = word.replace(",", "")
        if re.fullmatch(r"\d+(\.\d+)?", plain):
            out.append(float(plain))
        elif word in WORDS:
            out.append(float(WORDS.index(word)))
        elif word.partition("-")[0] in TENS:
            rest = word.partition("-")[2]
            out.append(
                float(TENS[word.partition("-")[0]] + (WORDS.index(rest) if rest in WORDS else 0))
            )
        elif word[:3] in MONTHS and len(word) >= 3 and word.startswith(tuple(MONTHS)):
            out.append(float(MONTHS.index(word[:3]) + 1))
    return tuple(out)


def topic(name: str) -> str:
    """Return what a fact is about: "Patients enrolled" and "enrolment" are the same."""
    plain = name.strip().lower()
    for key, words in NAMES.items():
        if plain == key or plain in words:
            return key
    return plain


def _known(report: Report, about: str) -> list[tuple[str, tuple[float, ...], bool]]:
    """Return what the rest of the report says about a topic: (where, its numbers, whether printed).

    What [trial] says was copied from the same text, so that it agrees shows nothing.
    """
    if about == "enrolled":
        sizes = [arm.n for arm in report.groups]
        several = len(sizes) > 1 and None not in sizes and report.trial.design not in SHARED
        found = [("the arms together", (float(sum(sizes)),), True)] if several else []
        if report.trial.enrolled:
            found.append(("[trial] enrolled", (float(report.trial.enrolled),), False))
        return found
    if about == "duration" and report.trial.follow_up:
        return [("[trial] follow_up", numbers(report.trial.follow_up), False)]
    if about == "arms":
        return [("the arms listed", (float(len(report.groups)),), False)]
    return []


def _bearing(about: str, checks: list[Check]) -> list[str]:
    """Return what other checks say that holds only with so many patients, or arms."""
    if about not in ("enrolled", "arms"):
        return []
    texts = [arm["median"] for c in checks if c.check == "median-possible"
             and c.verdict == "compatible" and "needs an even" in c.why
             for arm in c.computed.values()]  # fmt: skip
    halves = (
        [f"an even number, as {', '.join(texts)} need for medians of whole numbers"]
        if texts
        else []
    )
    sizes = [c.why for c in checks if c.check == "sizes" and c.verdict == "compatible"]
    return list(dict.fromkeys([*sizes, *(halves if about == "enrolled" else [])]))


def _same(one: str, other: str) -> bool:
    """Return whether two printed texts say the same: equal words, or equal numbers."""
    if " ".join(one.lower().split()) == " ".join(other.lower().split()):
        return True
    return bool(numbers(one)) and numbers(one) == numbers(other)


def _facts(report: Report, checks: list[Check]) -> list[Check]:
    facts = [result for result in report.results if result.kind == "fact"]
    out = []
    for fact in facts:
        others = [f for f in facts if f is not fact and topic(f.name) == topic(fact.name)]
        dated = check_dates(fact, others, report.trial.follow_up)
        out += dated or [_fact(fact, others, report, checks)]
    return out


def _times(fact: Result, report: Report) -> tuple[list[str], list[str]]:
    """Return which times lie where they must, and which do not, in words."""
    fits, not_ = [], []
    facts = [r for r in report.results if r.kind == "fact"]
    pairs = [(r, o) for r in facts for o in facts if r.within == o.id and fact in (r, o)]
    for inner, outer in pairs:
        ends = duration(inner.printed), duration(outer.printed)
        if None not in ends:
            inside = ends[0][0] <= ends[1][1]
            how = "within" if inside else "not within"
            text = (
                f"{how} the {outer.printed} ({outer.name})"
                if fact is inner
                else (
                    f"{inner.printed} ({inner.name}) {'lies' if inside else 'does not lie'} within it"
                )
            )
            (fits if inside else not_).append(text)
    return fits, not_


def _ratio(fact: Result, report: Report) -> str:
    """Return how many times one printed quantity is another, whatever unit both lost."""
    if not fact.beside:
        return ""
    other = report.result(fact.beside)
    one, two = numbers(fact.printed), numbers(other.printed)
    if not (one and two and two[0]):
        return ""
    return f"; {plain(one[0] / two[0], 3)} times what is printed as {other.name}"


def _place(fact: Result) -> str:
    """Where a fact is printed: its source, its sentence, or else its id."""
    return fact.source or (f"sentence {fact.sentence}" if fact.sentence else fact.id)


def _compared(fact: Result, others: list[Result], report: Report) -> list[tuple[str, bool, bool]]:
    """Return what a fact is held against: (in words, whether it is the same, whether printed)."""
    said = numbers(fact.printed)
    compared = [(f"{other.printed} ({_place(other)})", _same(fact.printed, other.printed), True)
                for other in others]  # fmt: skip
    for where, known, printed in _known(report, topic(fact.name)):
        shown = ", ".join(f"{v:g}" for v in known)
        compared.append((f"{shown} ({where})", said[: len(known)] == known, printed))
    return compared


def _fact(fact: Result, others: list[Result], report: Report, checks: list[Check]) -> Check:
    compared = _compared(fact, others, report)
    here = f"{fact.name}: {fact.printed}" + (f" ({fact.source})" if fact.source else "")
    fits, outside = _times(fact, report)
    unlike = [text for text, same, _ in compared if not same] + outside
    alike = [text for text, same, printed in compared if same and printed]
    bearing = [*_bearing(topic(fact.name), checks), *fits]
    ratio = _ratio(fact, report)
    computed = {"printed": fact.printed, "numbers": list(numbers(fact.printed)),
                "others": [text for text, *_ in compared]}  # fmt: skip
    common = {"method": DERIVED if bearing and not unlike else "comparison", "part": "fact",
              "computed": computed}  # fmt: skip
    if unlike:
        asks = f"Which is right for {fact.name}: {' or '.join(sorted({fact.printed, *unlike}))}?"
        why = f"{here}; elsewhere {'; '.join(unlike)}{ratio}"
        return Check(fact.id, NAME, "questioned", why=why, asks=asks, **common)
    if alike:
        why = "; ".join([f"{here}; the same as {', '.join(alike)}", *bearing]) + ratio
        return Check(fact.id, NAME, "compatible", why=why, power=AGREES, **common)
    if bearing:
        why = f"{here}; {'; '.join(bearing)}{ratio}"
        power = WITHIN if fits else EVEN if any("even number" in text for text in bearing) else ""
        return Check(fact.id, NAME, "compatible", why=why, power=power, **common)
    why = f"{here}; printed once, nothing to hold it against{ratio}"
    return Check(fact.id, NAME, "not checkable", why=why, **common)


def _multiplicity(report: Report) -> list[Check]:
    """The comparisons named, and which printed P hold after Holm's correction for them."""
    named = [(result.id, text) for result in report.results
             if result.kind not in ("fact", "correlation", "zero") for text in result.p if text]  # fmt: skip
    if len(named) < 2:
        return []
    kept, lost = _holm(named)
    total = len(named)
    more = f"; below 0.05 but not after it: {', '.join(lost)}" if lost else ""
    why = (
        f"{total} P values are printed; after Holm's correction for these {len(kept)} stay below 0.05"
        f" ({', '.join(dict.fromkeys(kept)) or 'none'}){more}; how many comparisons were made is not known"
    )
    computed = {"printed": total, "kept": kept, "lost": lost}
    asks = "How many comparisons were planned, and how many were made?"
    return [
        Check(WHOLE_REPORT, "multiplicity", "not checkable", (), computed, "Holm", why, "", asks)
    ]


def _holm(named: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    """Return which of (name, printed P) stay below 0.05 after Holm's correction for all, which do not."""
    known = sorted(
        (float(parse(text)), name) for name, text in named if parse(text).sign not in (">", "≥")
    )
    kept: list[str] = []
    for place, (p, name) in enumerate(known):
        if p * (len(named) - place) > 0.05:
            break
        kept.append(name)
    return kept, [name for p, name in known if p < 0.05 and name not in kept]
