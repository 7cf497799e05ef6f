"""Claims, assumptions and a seed in, synthetic cohorts out; they stand for no patient."""
