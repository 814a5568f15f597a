"""Figures of a sample and their variances, by linearisation and by replicates."""
