"""Indices per province and service, with what they rest on, for people who decide."""
