"""Tables without a description in, a commented `study.toml` to start from out; it changes no table.

Every line says how it was guessed, and what could not be told stands there as a comment.
"""

from helpers.scaffold.folder import write_first_description

__all__ = ["write_first_description"]
