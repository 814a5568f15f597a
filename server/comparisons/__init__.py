"""Comparisons: between rounds, between provinces, with similar provinces."""
