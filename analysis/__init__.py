"""Numbers in, numbers out: observations, weights, estimates, disclosure. No web, no ORM, no charts."""
