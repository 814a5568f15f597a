"""A demonstration round: simulated officers fill the real form and send it through the real door."""
