"""What moves satisfaction, and where to act first."""
