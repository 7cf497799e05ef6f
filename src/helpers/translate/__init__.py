"""The built English pages in, the same pages in another language out; no number is made here."""
