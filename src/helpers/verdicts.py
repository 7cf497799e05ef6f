"""The rule of every published claim: which records carry its verdict, and what they must say.

A rule takes a claim and the chapters' records and returns a `Finding`; the status is the outcome of
a comparison of records wherever there is a number to compare. Claims without any printed number
say so. `ledger` applies the rules; it forbids "reproduced" on simulated numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from helpers.claims import Claim, load_assumptions, load_claims
from helpers.ledger import Finding, Rule, need
from helpers.present.text import record_text
from helpers.results import Record

Found = Mapping[str, Record]
ACCEPTABLE = 0.05  # our yardstick for "safe", not the authors'; chapter 2 varies it


def _printed(claim: str) -> tuple[float, ...]:
    """The numbers of a claim, as the abstract prints them."""
    return next(c for c in load_claims() if c.id == claim).values


def unchecked(why: str, computed: str = "nothing to compute") -> Rule:
    """A statement without a printed number: not checkable, with the reason."""

    def rule(claim: Claim, found: Found) -> Finding:
        return Finding("not checkable", computed, "none", why, label="reported")

    return rule


def _filled(words: str, record: Record) -> str:
    """`words` with {text}, {upper}, {ci} and {n} of the record: no number is typed in a rule."""
    parts = {part: record_text(record, part) for part in ("upper", "ci", "n")}
    return words.format(text=record_text(record, "value"), **parts)


def bounded(key: str, words: str, why: str) -> Rule:
    """Not checkable as it stands, but a record bounds what it can mean; `words` has its {text}."""

    def rule(claim: Claim, found: Found) -> Finding:
        record = need(found, key, claim)
        text, because = _filled(words, record), _filled(why, record)
        return Finding("not checkable", text, record.method, because, record.label, (key,))

    return rule


def compared(
    key: str,
    words: str,
    *,
    holds: Callable[[Record], bool],
    yes: tuple[str, str],
    no: tuple[str, str],
) -> Rule:
    """Status by one comparison: `yes` or `no`, each (status, reason), as `holds` says of the record."""

    def rule(claim: Claim, found: Found) -> Finding:
        record = need(found, key, claim)
        status, because = yes if holds(record) else no
        text, because = _filled(words, record), _filled(because, record)
        return Finding(status, text, record.method, because, record.label, (key,))

    return rule


def medians_at(sizes_key: str) -> Rule:
    """Printed medians against the sizes that allow them: compatible if the reported n is one."""

    def rule(claim: Claim, found: Found) -> Finding:
        sizes = need(found, sizes_key, claim)
        allowed = {int(part) for part in sizes.text.split(",")}
        n = int(_printed("aait-enrolled")[0])
        because = (
            f"half-integer medians need an even number of patients, and {n} is even; no spread and "
            "no patient is printed, so the medians themselves cannot be recomputed"
        )
        status = "compatible" if n in allowed else "questioned"
        text = f"possible for n = {sizes.text}"
        return Finding(status, text, sizes.method, because, sizes.label, (sizes_key,))

    return rule


def response_rates(claim: Claim, found: Found) -> Finding:
    """Both percentages from whole patients: compatible if the only split prints both exactly.

    Not "reproduced": the counts come from the percentages.
    """
    keys = ("split.ways", "split.responders.low-dose", "split.size.low-dose",
            "split.responders.control", "split.size.control")  # fmt: skip
    splits, x1, n1, x2, n2 = (need(found, key, claim) for key in keys)
    printed = tuple(f"{100 * x.value / n.value:.1f}" for x, n in ((x1, n1), (x2, n2)))
    same = printed == tuple(f"{v:.1f}" for v in claim.values) and splits.value == 1
    computed = f"{x1.value:.0f} of {n1.value:.0f} and {x2.value:.0f} of {n2.value:.0f}"
    yes = (
        "whole patients can print both percentages, and if nobody was lost in only one split of "
        f"{splits.n}; the counts come from the percentages, so this shows consistency and no more"
    )
    no = f"no single split of {splits.n} patients prints both percentages"
    status, why = ("compatible", yes) if same else ("questioned", no)
    return Finding(status, computed, splits.method, why, "derived", keys)


def response_p(claim: Claim, found: Found) -> Finding:
    """The printed P among all response histories: compatible, with the share that rounds to it."""
    keys = (
        "shares.once",
        "shares.weighted",
        "p_range.p.smallest",
        "p_range.p.largest",
        "p_range.histories",
    )
    once, weighted, low, high, histories = (need(found, key, claim) for key in keys)
    text = (
        f"{record_text(once, 'value')} of {histories.value:,.0f} possible histories print it "
        f"({record_text(weighted, 'value')} when weighted); P can be {low.value:.2g} to {high.value:.2g}"
    )
    because = "the counts leave open when the responses came, and the P value depends on when"
    status = "compatible" if once.value and once.value > 0 else "questioned"
    return Finding(status, text, "log-rank", because, "derived", keys, once.value)


def control_unchanged(claim: Claim, found: Found) -> Finding:
    """ "No change" beside "no difference among arms": both hold only if control rose or varied more."""
    keys = ("price.among", "price.share", "price.free", "pattern.printed", "odds.both")
    among, pair, free, pattern, odds = (need(found, key, claim) for key in keys)
    text = (
        f"if changes were compared with equal spread, {pair.n // 2} an arm, then for the three arms "
        f"not to differ control must have risen by at least {record_text(among, 'value')} of the "
        f"doses' rise (against one dose by at least {record_text(pair, 'value')}, or varied at least "
        f"{record_text(free, 'value')} times as much); where no arm differs, the printed pattern "
        f"arises with a probability of at most {record_text(pattern, 'value')}; the two statements "
        f"together favour “control stood still” over “all alike” by {record_text(odds, 'value')} to 1"
    )
    because = (
        "no significant change is not no change, and the abstract found no difference among arms"
    )
    status = "questioned" if (among.value or 0) > 0 else "compatible"
    return Finding(
        status, text, among.method, because, "derived", keys, None if among.value else 1.0
    )


def safe(key: str, words: str) -> Rule:
    """ "Safe" as a conclusion: questioned while a risk above `ACCEPTABLE` is not excluded."""
    return compared(
        key,
        words,
        holds=lambda r: (r.upper or 0) <= ACCEPTABLE,
        yes=("compatible", f"a risk above {ACCEPTABLE:.0%}, our yardstick, is excluded"),
        no=(
            "questioned",
            f"“safe” names no harm and no limit; a risk above {ACCEPTABLE:.0%} (our yardstick) could "
            "not be excluded even by zero events",
        ),
    )


ENROLLED = f"{_printed('hucmsc-enrolled')[0]:g}"
ART = f"{load_assumptions()['art-cd4-gain'].value:g}"
ONE_SPLIT = f"only one split of {ENROLLED} patients in three arms prints both response percentages"
CELLS = "the exponent of the dose is lost in this copy of the abstract; its translation says 10⁶"
NO_COUNT = "no count, spread or test statistic is printed, so the P value cannot be recomputed"
WITHIN = "P < 0.001 in {n} patients needs a mean rise of at least {text} (paired t test)"
NOT_BETWEEN = "no estimate, interval or P value of the comparison between arms is printed"

RULES: dict[str, Rule] = {
    "aait-unmet-need": unchecked("a statement about medicine, not about the trial's data"),
    "aait-enrolled": medians_at("median.sizes"),
    "aait-opportunistic-infections": unchecked("the infections are neither named nor counted"),
    "aait-single-arm": unchecked("a statement about the design; no number follows from it"),
    "aait-gcsf-frequency": unchecked("a statement about the donors' treatment"),
    "aait-gcsf-days": unchecked("a statement about the donors' treatment"),
    "aait-follow-up": unchecked("no visit and no loss to follow-up is printed"),
    "aait-safe-tolerated": unchecked("no adverse event is named or counted"),
    "aait-safe-all-patients": bounded(
        "zero.12.one-sided",
        "if none of {n} was harmed, the risk may still be up to {upper} (one-sided 95% limit)",
        "what would have counted as not tolerated is not said",
    ),
    "aait-symptoms-improved": unchecked("no symptom, scale or number is printed"),
    "aait-cd4-all-increase": bounded(
        "03_cd4_cd8_viral_load/fewest",
        "the printed medians alone force a rise in only {text} of {n}",
        "no patient's count is printed; if all {n} rose, the sign test's P is exact (chapter 3)",
    ),
    "aait-cd4-rise": medians_at("01_design/median.sizes"),
    "aait-cd8-rapid": unchecked("how rapid is not said beyond the window of 90 days"),
    "aait-cd8-rise": medians_at("01_design/median.sizes"),
    "aait-cd8-window": unchecked("the visits within the window are not printed"),
    "aait-cytokines-fall": unchecked("no cytokine is named and no number is printed"),
    "aait-hiv-rna-falls": unchecked("no viral load is printed"),
    "aait-microchimerism": unchecked("no fraction, day or assay limit is printed"),
    "aait-no-gvhd": bounded(
        "zero.12.one-sided",
        "0 of {n}: the true risk may be up to {upper} (one-sided 95% limit)",
        "how graft-versus-host disease was looked for, and when, is not printed",
    ),
    "aait-safe-conclusion": safe(
        "zero.12.one-sided",
        "even if none of {n} had a given harm, its risk could be up to {upper} (one-sided 95% limit)",
    ),
    "aait-might-help": bounded(
        "03_cd4_cd8_viral_load/typical.hl",
        f"the typical rise may be {{ci}} cells/µL; ART alone brought others {ART} in 48 weeks",
        "“might” claims a possibility, which a single arm neither confirms nor excludes (chapter 3)",
    ),
    "aait-control-needed": unchecked(
        "a recommendation, not a result; chapter 3 shows why a single arm cannot replace a control"
    ),
    "hucmsc-unmet-need": unchecked("a statement about medicine, not about the trial's data"),
    "hucmsc-enrolled": compared(
        "splits",
        f"{{text}} split of {ENROLLED} in three arms prints both response percentages",
        holds=lambda r: r.value >= 1,
        yes=(
            "compatible",
            f"{ENROLLED} patients can give the printed percentages; the registry prints {ENROLLED} too",
        ),
        no=("questioned", f"{ENROLLED} patients cannot give the printed percentages"),
    ),
    "hucmsc-design": unchecked("a statement about the design; no number follows from it"),
    "hucmsc-registration": unchecked("a name, not a number; the registry record bears it"),
    "hucmsc-dates": compared(
        "dates.left-abstract",
        "as the months of the whole trial they leave {text} to enrol before 96 weeks of follow-up",
        holds=lambda r: r.value > 0,
        yes=(
            "compatible",
            "they fit as the months of the whole trial; as months of enrolment alone they would "
            "run past the completion that the registry gives",
        ),
        no=("questioned", "they leave no room for 96 weeks of follow-up"),
    ),
    "hucmsc-arms": compared(
        "splits",
        f"{{text}} split of {ENROLLED} in three arms prints both response percentages",
        holds=lambda r: r.value >= 1,
        yes=("compatible", ONE_SPLIT),
        no=("questioned", "three arms cannot give the printed percentages"),
    ),
    "hucmsc-high-dose": bounded("dose.as-printed", "as printed, {text}", CELLS),
    "hucmsc-low-dose": bounded("dose.ratio", "a third of the high dose (ratio {text})", CELLS),
    "hucmsc-follow-up": unchecked("no visit and no loss to follow-up is printed"),
    "hucmsc-safe-tolerated": unchecked("no adverse event is named or counted"),
    "hucmsc-cd4-within-high": bounded("price.treated", WITHIN, NO_COUNT),
    "hucmsc-cd4-within-low": bounded("price.treated", WITHIN, NO_COUNT),
    "hucmsc-cd4-week": unchecked("the times of the other visits are not printed"),
    "hucmsc-cd4-within-control": control_unchanged,
    "hucmsc-response-higher": compared(
        "ends.newcombe-difference",
        "difference {text} (95% CI {ci}) at the end",
        holds=lambda r: r.lower > 0,
        yes=(
            "reproduced",
            "the printed percentages differ in the stated direction; that they differ beyond chance "
            "holds only if nobody was lost, and only just (Fisher's exact test in chapter 6)",
        ),
        no=("questioned", "the counts behind the percentages do not differ beyond chance"),
    ),
    "hucmsc-response-rates": response_rates,
    "hucmsc-response-p": response_p,
    "hucmsc-cd4-between": bounded(
        "price.p",
        "by t tests on changes with equal spread, {n} patients in two arms, P is at most {text}",
        NOT_BETWEEN,
    ),
    "hucmsc-cd8-between": unchecked(NOT_BETWEEN),
    "hucmsc-ratio-between": unchecked(NOT_BETWEEN),
    "hucmsc-safe-conclusion": safe(
        "zero.48.one-sided",
        "even if none of {n} treated had a given harm, its risk could be up to {upper} (one-sided 95% limit)",
    ),
    "hucmsc-efficacy-open": unchecked(
        "a recommendation, not a result; chapter 6 shows what the printed numbers leave open"
    ),
}
