"""Regressions and tables that respect the design."""
