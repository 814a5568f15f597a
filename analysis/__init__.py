"""Numbers in, numbers out: from answers to indices with intervals. No web, no ORM, no charts."""
