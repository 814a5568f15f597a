"""What the other rooms count: ratings and visits of interviews, and indicators of their answers."""
