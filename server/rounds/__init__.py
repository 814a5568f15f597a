"""Rounds of measurement, their visits, and who works in them."""
