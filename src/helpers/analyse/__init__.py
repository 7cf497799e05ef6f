"""Estimators, one module a topic: numbers in, `Estimate`s or tidy frames out, never a file or a chart."""
