"""Fit the probability that a candidate shows the searched object, and the alert levels, on measured searches."""
