"""Türkiye's provinces, districts and services, and other data that changes rarely."""
