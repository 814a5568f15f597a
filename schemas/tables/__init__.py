"""Text tables and spreadsheet cells as people write them: separators, encodings, numbers, days."""
