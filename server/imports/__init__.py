"""Bringing survey data that others collected into a round."""
