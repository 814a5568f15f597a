"""Submissions made into observations, and those into totals of each round."""
