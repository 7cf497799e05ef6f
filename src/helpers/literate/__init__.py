"""What a chapter imports: its nouns (`report`, `open_study`, `assume`) and `Results`, the one currency.

Importing it under IPython starts the recording of results by name; see `docs/chapters.md`.
"""

from helpers.assumptions import assume
from helpers.literate import charts, essay_changes, essay_charts, essay_front, recording, scenarios
from helpers.literate.compare import adjusted
from helpers.literate.outcome import Result, Results
from helpers.literate.publication import report
from helpers.literate.trial import open_study
from helpers.present.overview import left_out

recording.start()

__all__ = [
    "Result",
    "Results",
    "adjusted",
    "assume",
    "charts",
    "essay_changes",
    "essay_charts",
    "essay_front",
    "left_out",
    "open_study",
    "report",
    "scenarios",
]
