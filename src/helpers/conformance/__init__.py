"""Raw tables and `study.toml` in, a list of `Problem`s out: what one table alone cannot show.

One module a theme, one function a rule. Nothing is changed. A rule is an error only when an
analysis would be wrong without anybody noticing; else it is a warning, or a note on what is left
unused. What sane trials do (screening, unscheduled visits, partial dates, blanks) breaks no rule.
"""

from helpers.conformance.check import CHECKS, check_relations

__all__ = ["CHECKS", "check_relations"]
