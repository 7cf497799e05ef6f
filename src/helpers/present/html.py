"""The plain display of a notebook cell: HTML with a plain text beside it."""

from __future__ import annotations


class Html:
    """HTML that a notebook shows, with a plain text for terminals and diffs."""

    def __init__(self, html: str, text: str):
        self.html, self.text = html, text

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.text}
