"""Institutions and units: who is addressed, and what is visited, each known for good by its id."""
