"""Whom an interview stands for: design weights, calibration, raking, non-response, trimming."""
