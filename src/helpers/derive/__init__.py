"""A `Study` in, analysis frames out: baseline, change, windows, first response; nothing is tested.

`frames` holds what every chapter uses and is what `from helpers import derive` offers; `courses`
(changes over all visits), `baseline` (characteristics), `adverse`
(subjects with events, person-years) and `chimerism` (detections, losses) each serve one topic.
"""

from helpers.derive.frames import (
    at_visit,
    change,
    emergence,
    first_response,
    intervals,
    logarithms,
    main_visit,
    marked,
    on_scale,
    subjects_with,
    times,
    treatment_emergent,
    values,
    visits,
    wide,
)

__all__ = [
    "at_visit",
    "change",
    "emergence",
    "first_response",
    "intervals",
    "logarithms",
    "main_visit",
    "marked",
    "on_scale",
    "subjects_with",
    "times",
    "treatment_emergent",
    "values",
    "visits",
    "wide",
]
