"""A published report in, what its printed numbers settle and leave open out: `load_report`, `audit`.

A report folder holds `report.toml` (arms, results and statements; printed numbers as text) and, if
at hand, `abstract.txt`. The audit knows no particular trial: its rules go by *kind* of result.

>>> from helpers.audit import audit, load_report
>>> report = load_report("garg2012")                # every fault at once, or a typed Report
>>> found = audit(report)                           # a typed Audit
>>> found.result("alive").verdict
'reproduced'
>>> found.result("sepsis").verdict
'impossible'
>>> found.checks_of("sepsis")[0].computed["denominators"]["gcsf"][0]
21

- `folder`, `fields`, `coherence`  read and check a folder;  `model` what it holds
- `printed`, `tables`              texts of numbers; tables of whole patients that print them
- `percentages`, `curves`, `p_values`, `ratios`, `intervals`, `means`, `statistics`, `change`,
  `zero`, `consistency`            the checks
- `log_rank`                       where the P of a comparison of curves can lie
- `engine`, `statements`, `findings`, `questions`  verdicts
- `command`, `text`, `scaffold`    the command line
"""

from helpers.audit.engine import audit
from helpers.audit.findings import Audit, Check, ResultVerdict, StatementVerdict
from helpers.audit.folder import load_report
from helpers.audit.model import Arm, Readings, Report, Result, Statement, Trial

__all__ = [
    "Arm",
    "Audit",
    "Check",
    "Readings",
    "Report",
    "Result",
    "ResultVerdict",
    "Statement",
    "StatementVerdict",
    "Trial",
    "audit",
    "load_report",
]
