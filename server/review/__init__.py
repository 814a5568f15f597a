"""Reading one record: what was answered, how it was held, and what a correction changed."""
