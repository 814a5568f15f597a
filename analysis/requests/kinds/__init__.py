"""A module a kind of request: what is estimated, and how it is told."""
