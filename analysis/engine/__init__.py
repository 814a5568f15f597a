"""A round read, weighted and added up, segment by segment."""
