"""The table of methods that R was asked about, by topic; nothing is computed here.

Each topic's module holds the rows and, above them, the calls that repeat what the R script did. Who
adds an estimator with R values adds its row there, or the comparison stops.
"""

from __future__ import annotations

from helpers.reference import offered
from helpers.reference.arms import ARMS as OF_ARMS
from helpers.reference.chance import CHANCE
from helpers.reference.changes import CHANGES as OF_CHANGES
from helpers.reference.counts import ONE as OF_ONE
from helpers.reference.counts import TWO
from helpers.reference.events import EVENTS
from helpers.reference.limits import LIMITS
from helpers.reference.method import CLOSED, ITERATIVE, RANDOM, Method
from helpers.reference.times import TIMES
from helpers.reference.trials import ADJUSTED, LOGISTIC, STRATIFIED, TRIALS

__all__ = ["CLOSED", "ITERATIVE", "METHODS", "RANDOM", "TOPIC", "TOPICS", "Method"]

ONE = "One proportion, one rate"
TABLES = "Two proportions"
CHANGES = "Changes within patients"
ARMS = "Differences between arms"
SURVIVAL = "Time to event"
CENSORED = "Values and times known as bounds"
MANY = "Many comparisons, power and chance"
BY_TOPIC = {
    ONE: OF_ONE | offered.ONE | EVENTS,
    TABLES: TWO | offered.TWO | STRATIFIED | LOGISTIC, CHANGES: OF_CHANGES,
    ARMS: OF_ARMS | offered.ARMS | ADJUSTED,
    SURVIVAL: TIMES | TRIALS,
    CENSORED: LIMITS, MANY: CHANCE,
}  # fmt: skip
TOPICS = tuple(BY_TOPIC)
METHODS: dict[str, Method] = {
    name: method for rows in BY_TOPIC.values() for name, method in rows.items()
}
TOPIC: dict[str, str] = {name: topic for topic, rows in BY_TOPIC.items() for name in rows}
