"""Indicators over all answers of a round, from a release."""
