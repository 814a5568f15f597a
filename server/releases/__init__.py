"""Who counts in which figure, and since when."""
