"""Rules that are data: measurement, thresholds, claims, indicators, personal data."""
