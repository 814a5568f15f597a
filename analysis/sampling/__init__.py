"""How the units were drawn, and the totals they add up to."""
