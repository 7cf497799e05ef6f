"""Assumed truths and a plan go in, what a trial that has not been run would find comes out.

Nothing here knows a particular study, reads a file or draws; every random number has its seed as
an argument and every simulated share its Monte Carlo interval.

- `visit_power` the log-rank test for responses that are noticed at visits
- `recovery`    patients whose counts drift and waver: what each endpoint sees of a true rise
- `interim`     one look half-way, to stop for futility
- `deaths`      trials in which some patients die before the count that was to be compared
"""
