"""Variances of a round in which some places rest on few visits."""
