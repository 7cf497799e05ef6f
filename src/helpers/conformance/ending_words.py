"""What a table says of the end of a time in, whether it means the event or not out; codes are not read."""

from __future__ import annotations

import re

# stems that describe the end of observation without the event, and those that describe an event
CENSORED = ("censor", "lost to", "loss to", "lost-to", "withdr", "ongoing", "on-going", "completed",
            "completion", "completer", "completing", "end of study", "end of follow", "study end",
            "alive", "cut-off", "cutoff", "cut off", "discontinu", "administrative", "last contact",
            "last visit", "last follow", "last assess", "last known", "last dose", "event-free",
            "event free", "no event", "no progress", "no response", "no relapse", "no death",
            "not reached", "not progress", "without", "non-event", "nonevent", "still at risk",
            "still on", "dropped out", "drop-out", "dropout", "never ", "none by", "moved away")  # fmt: skip
# ways to leave a study: where one of them is the endpoint, the others may be the event as well
LEAVING = ("withdr", "discontinu", "dropped out", "drop-out", "dropout", "lost to", "loss to",
           "lost-to", "moved away")  # fmt: skip
EVENT = ("death", "died", "dead", "progress", "relaps", "recurr", "rebound", "failure", "failed",
         "response", "responded", "responder", "event", "infection", "aids", "declin", "reached",
         "achiev", "recover", "above baseline", "below baseline", "occurr", "hospitalis",
         "hospitaliz", "diagnos", "engraft")  # fmt: skip

# free of an event, whatever the endpoint is called: recurrence-free, still free of progression
FREE = re.compile(r"\b(recur|relaps|progress|fail|rebound|death|event)\w*[ -]free\b"
                  r"|\bfree (of|from) (\w+ )?(recur|relaps|progress|fail|rebound|death|event)")  # fmt: skip
# an event that ends in words of leaving: "Death without progression", "Withdrawn due to progression"
BOTH = re.compile(r"^\W*(death|died|dead)\b.*\bwithout\b"
                  r"|(withdr|discontinu|dropped).*\b(due to|because of|owing to|after|following)\b"
                  r".*(progress|relaps|recurr|rebound|fail|lack of|death)")  # fmt: skip
GOOD = re.compile(
    r"resol|freedom|clear|cessation|abstin|recover|heal|cure|conver"
)  # to be free of it
USUAL = ("hospit", "study", "treatm", "patien", "subjec", "follow", "surviv", "visit")


def _untold(text: str, about: str) -> bool:
    """Whether words that elsewhere mean leaving may be the event: nothing is concluded from them.

    Who dies without progression has had an event of progression-free survival; "Discharged alive" is what
    a time to discharge waits for, "Free of fever" what one to its resolution does.
    """
    if BOTH.search(text) or ("free" in text and GOOD.search(about)):
        return True
    if "alive" not in text or re.search(r"\b(no|not|still|without|never|before|until)\b", text):
        return False
    named = {word[:6] for word in re.findall(r"[a-z]{6,}", about)} - set(USUAL)
    return any(word[:6] in named for word in re.findall(r"[a-z]{6,}", text))


def meaning_of(text: str, about: str) -> str:
    """What a description says happened: "event", "censored" or "" when its words do not tell.

    A word that names the endpoint itself (`about`) is the event, whatever it means elsewhere:
    "discontinued" ends the observation, unless the endpoint is time to discontinuation; "withdrew"
    then tells nothing.
    """
    text, about = f"{text.casefold()} ", about.casefold()
    if _untold(text, about):
        return ""
    if re.fullmatch(r"\s*(censored|censor|no|n|none)\s*|(no(?! longer)|not|free)\b.*", text):
        return "censored"
    if re.search(r"(study|treatment|follow-up|trial|therapy|protocol) complete\s*$", text):
        return "censored"
    if FREE.search(text):
        return "censored"
    leaving = LEAVING if any(stem in about for stem in LEAVING) else ()
    told = [stem for stem in CENSORED if stem not in leaving]
    if any(stem in text and stem.strip() not in about for stem in told):
        return "censored"
    if any(stem in text for stem in (*EVENT, *(s for s in CENSORED if s.strip() in about))):
        return "event"
    return ""
