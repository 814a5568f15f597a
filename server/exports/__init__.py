"""Data out of the house: interviews and index tables as CSV."""
