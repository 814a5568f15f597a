"""What an officer is to do: visits, what is known beforehand, topics still open."""
